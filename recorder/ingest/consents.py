"""Does a family agree, on a day, to being observed? Without its consent nothing that was seen counts.

Days are days at the family's site; a consent holds from the day on which it was given until the day before the one on
which it was withdrawn.
"""

from __future__ import annotations

import uuid
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, case, insert, or_, select, update

from recorder.db import db, now
from recorder.records.families import Consent

_HOLDS = select(Consent.id).where(
    Consent.family_id == bindparam("family"),
    Consent.scope == bindparam("scope"),
    Consent.given_on <= bindparam("day"),
    or_(Consent.withdrawn_on.is_(None), Consent.withdrawn_on > bindparam("day")),
)


def consented(family_id: uuid.UUID, on: date, scope: str = "observe") -> bool:
    """Whether a family agrees, on this day, to being observed, or to another `scope`."""
    found = db.session.connection().execute(_HOLDS, {"family": family_id, "day": on, "scope": scope})
    return found.first() is not None


def today(zone: str) -> date:
    """The day that it is now in a zone."""
    return now().astimezone(ZoneInfo(zone)).date()


def give(programme_id: uuid.UUID, family_id: uuid.UUID, on: date) -> None:
    """A family agreed to being observed, there and then."""
    values = {"programme_id": programme_id, "family_id": family_id, "scope": "observe", "given_on": on}
    db.session.execute(insert(Consent), [values])


def take_back(family_id: uuid.UUID, on: date) -> None:
    """From this day on there is no consent to observe; what was given later is taken back on its own day."""
    given = update(Consent).where(
        Consent.family_id == family_id, Consent.scope == "observe", Consent.withdrawn_on.is_(None)
    )
    db.session.execute(given.values(withdrawn_on=case((Consent.given_on > on, Consent.given_on), else_=on)))
