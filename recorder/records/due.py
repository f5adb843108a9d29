"""When should a family be observed again, and is it late?

An observation is due `observe_every_days` of the programme after the last one or, without one, after enrolment. Days
are days at the family's site.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from recorder.db import db
from recorder.records.families import Family
from recorder.records.observations import StoredFigures

SOON = timedelta(days=14)


@dataclass(frozen=True)
class Due:
    """The day by which a family should be observed, and its state: "overdue", "due" (within a fortnight) or "later"."""

    on: date
    state: str
    last: date | None


def due(family: Family, observed: date | None, every_days: int, today: date) -> Due:
    """When a family is due; `observed` is the day of its last observation, None without one."""
    on = max(family.enrolled_on, observed or family.enrolled_on) + timedelta(days=every_days)
    return Due(on, "overdue" if on < today else "due" if on <= today + SOON else "later", observed)


def last_observed(family_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, date]:
    """The day of each family's last observation; a family without one is not in it."""
    query = select(StoredFigures.family_id, func.max(StoredFigures.local_date))
    rows = db.session.execute(query.where(StoredFigures.family_id.in_(family_ids)).group_by(StoredFigures.family_id))
    return {family_id: day for family_id, day in rows}
