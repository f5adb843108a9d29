"""What is known of a family from before today that the choice of a page's sentences may rest on?

Counts, scale scores and yes or no only: how the last visit of a child and caregiver went, what the answers to *Our
days* came to, whether a new age or a life event has come since the last observation. No words that somebody wrote, and
nothing of safety notes: no theme that a page offers depends on one.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import JSON, Select, func, select, type_coerce

from recorder.db import db
from recorder.instruments.scheme import Scheme
from recorder.measures.fitting import tally_of
from recorder.records.assessments import Assessment, LifeEvent
from recorder.records.families import Family
from recorder.records.instruments import with_hash
from recorder.records.observations import StoredFigures

OUR_DAYS = "our-days"
STAGES_MONTHS = (6, 9, 12, 18, 24, 36, 48)
"""Ages, in months, at which a child's days change: sits, moves, walks, has words, sentences, plays with others."""

Entries = Mapping[uuid.UUID, list[dict[str, Any]]]
"""Entries for each family."""


def last_visits(figures: Select[StoredFigures], ids: Sequence[uuid.UUID]) -> Entries:
    """How the last visit of each child and caregiver went, for each context and scheme.

    Parameters: `figures`, those that may be seen; `ids`, of the families. Returns `child`, `caregiver`, `context`,
    `scheme` (its hash), `date`, and how many of the `codable` cues got a `fitting` answer.
    """
    caregiver = type_coerce(StoredFigures.figures, JSON)["caregiver"].as_string()
    dyad = (StoredFigures.family_id, StoredFigures.child_id, caregiver)
    newest = func.row_number().over(
        partition_by=(*dyad, StoredFigures.context, StoredFigures.scheme_hash),
        order_by=(StoredFigures.local_date.desc(), StoredFigures.key.desc()),
    )
    places = figures.where(StoredFigures.family_id.in_(ids)).with_only_columns(StoredFigures.key, newest.label("place"))
    latest = places.subquery()
    query = select(StoredFigures).join(latest, latest.c.key == StoredFigures.key).where(latest.c.place == 1)
    found: dict[uuid.UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in db.session.scalars(query.order_by(StoredFigures.key)):
        scheme = with_hash(row.programme_id, row.scheme_hash)
        if isinstance(scheme, Scheme):
            found[row.family_id].append(_as_visit(row, scheme))
    return found


def _as_visit(row: StoredFigures, scheme: Scheme) -> dict[str, Any]:
    tally = tally_of(row.figures["pairs"], scheme)
    return {
        "child": str(row.child_id),
        "caregiver": row.figures["caregiver"],
        "context": row.context,
        "scheme": row.scheme_hash,
        "date": row.local_date.isoformat(),
        "fitting": tally.fitting,
        "codable": tally.codable,
    }


def our_days(ids: Sequence[uuid.UUID]) -> Entries:
    """What the latest answers to *Our days* came to, for each child: `child`, `date`, and each scale's `percent`.

    A scale without a score is not there.
    """
    query = select(Assessment).where(Assessment.family_id.in_(ids), Assessment.instrument.like(f"{OUR_DAYS}/%"))
    latest: dict[tuple[uuid.UUID, uuid.UUID | None], Assessment] = {}
    for row in db.session.scalars(query.order_by(Assessment.local_date, Assessment.key)):
        latest[row.family_id, row.child_id] = row
    found: dict[uuid.UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in latest.values():
        percent = row.scores.get("percent") or {}
        found[row.family_id].append(
            {
                "child": str(row.child_id) if row.child_id else None,
                "date": row.local_date.isoformat(),
                "percent": {scale: value for scale, value in percent.items() if value is not None},
            }
        )
    return found


def life_events(ids: Sequence[uuid.UUID], today: date) -> Mapping[uuid.UUID, date]:
    """The day of each family's latest life event up to a day; a family without one is not in it."""
    query = select(LifeEvent.family_id, func.max(LifeEvent.on)).where(LifeEvent.family_id.in_(ids))
    rows = db.session.execute(query.where(LifeEvent.on <= today).group_by(LifeEvent.family_id))
    return {family_id: day for family_id, day in rows}


def new_stages(family: Family, observed: date | None, happened: date | None, today: date) -> Iterator[str]:
    """The ids of the children for whom something is new since they were `observed` (or, without that, enrolled): they
    came to another age stage, or something `happened` in the family."""
    since = observed or family.enrolled_on
    for child in family.children:
        grew = _stage(child.age_months(today)) > _stage(child.age_months(since))
        if grew or (happened is not None and happened >= since):
            yield str(child.id)


def _stage(months: int) -> int:
    return sum(months >= stage for stage in STAGES_MONTHS)
