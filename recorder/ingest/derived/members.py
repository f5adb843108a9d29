"""Who of a family does a log name?"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

from recorder.db import db
from recorder.ingest.opening import Unfit, identity
from recorder.measures.tape import Tape
from recorder.records.families import Caregiver, Child, age_months

_BORN = select(Child.birth_date, Child.weeks_early).where(Child.id == bindparam("child"))


def named(tape: Tape, key: str) -> list[uuid.UUID]:
    """The ids that an opening lists under `key`, the focal one first."""
    return [uuid.UUID(value) for value in tape.opening.get(key) or ()]


def focal(tape: Tape, key: str) -> uuid.UUID | None:
    """The first of them; None when there is none."""
    return next(iter(named(tape, key)), None)


def age(child_id: uuid.UUID, on: date) -> int | None:
    """The age of a child in whole months on a day, corrected for being born early; None for a child that is gone."""
    born = db.session.connection().execute(_BORN, {"child": child_id}).first()
    return age_months(date.fromisoformat(born.birth_date), on, born.weeks_early) if born else None


def member(kind: type[Child] | type[Caregiver], value: Any, family_id: uuid.UUID) -> uuid.UUID:
    """The id of a child or caregiver who must be of this family. Raises `Unfit`."""
    id = identity(value, kind.__tablename__)
    if db.session.execute(select(kind.id).where(kind.id == id, kind.family_id == family_id)).first() is None:
        raise Unfit(f"The {kind.__tablename__} is not of this family.")
    return id
