"""How does a family become unreadable everywhere, old backups included, while what was counted stays?

First it is marked, so that nobody reaches it; then its key is destroyed, and those of the logs whose family was not
known yet; then its words leave the database, and the audit tells that it is done. Whatever interrupts this,
doing it again completes it. What stays: figures, ratings, scores, cells, the rows that they hang on, and the audit. A
legal hold forbids it. What a tablet sends later is acknowledged and not kept (`ingest.admission`, code `erased`).

A database that was restored from a backup from before an erasure does not know of it; the store of keys does: `repeat`.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Delete, Update, delete, or_, select, update

from recorder import key_chain
from recorder.db import ERASED, Base, Sealed, SealedBytes, db, now
from recorder.records import audit
from recorder.records.assessments import ExternalResult, LifeEvent
from recorder.records.families import Caregiver, Child, Family
from recorder.records.followups import Question, SafetyNote
from recorder.records.given import ParentLink
from recorder.records.holds import LegalHold, hold_on
from recorder.records.observations import Log, Quarantined, Segment
from recorder.records.people import Account
from recorder.records.sheets import Sheet
from recorder.records.visits import Visit

WORDS_ONLY = (SafetyNote, Question, LifeEvent, ExternalResult)
"""Tables of which no row says anything without its words."""


class Held(ValueError):
    """A family stands under a legal hold."""


@dataclass(frozen=True)
class Erased:
    """What was done: how many keys were destroyed, how many logs keep their figures only."""

    keys: int
    logs: int


def erase(family: Family, by: Account | None = None) -> Erased:
    """Erase a family, and commit in between and at the end.

    Parameters: `by`, who asked for it; None: the command line. Raises `Held`; and OSError when the copy of the keys
    cannot be replaced: then it still holds them, and this has to be done again.
    """
    id, programme_id = family.id, family.programme_id
    if hold_on(id) is not None:
        raise Held(f"{family.code} stands under a legal hold: nothing of it is erased until that is lifted.")
    family.erased_at = family.erased_at or now()
    family.left_on = family.left_on or max(family.enrolled_on, now().date())
    _record(id, programme_id, by, "begun")
    db.session.commit()
    logs = set(_logs_of(id, programme_id))
    keys = [id, *sorted(logs)]
    key_chain.chain().destroy(keys)
    for statement in _statements(id, programme_id, logs):
        db.session.execute(statement, execution_options={"synchronize_session": False})
    _record(id, programme_id, by, f"done logs={len(logs)}")
    db.session.commit()
    db.session.expire_all()
    return Erased(len(keys), len(logs))


def repeat() -> int:
    """Erase again, in a database that comes from a backup, every family whose key was destroyed since. Returns how many
    there were."""
    gone = key_chain.chain().destroyed()
    found = [
        family for family in db.session.scalars(select(Family).where(Family.erased_at.is_(None))) if family.id in gone
    ]
    for family in found:
        for hold in db.session.scalars(select(LegalHold).where(LegalHold.family_id == family.id)):
            hold.lifted_at = hold.lifted_at or now()
        erase(family)
    return len(found)


def _record(id: uuid.UUID, programme_id: uuid.UUID, by: Account | None, detail: str) -> None:
    who, role = (by.id, by.role) if by else (None, "")
    audit.record("erase", "family", id, detail=detail, programme_id=programme_id, account_id=who, role=role)


def _logs_of(id: uuid.UUID, programme_id: uuid.UUID) -> Iterator[uuid.UUID]:
    """The ids of the family's logs, those included that only quarantine knows of."""
    yield from db.session.scalars(select(Log.id).where(Log.family_id == id, Log.programme_id == programme_id))
    known = select(Log.id).where(Log.programme_id == programme_id, Log.family_id.is_not(None))
    first = select(Quarantined).where(
        Quarantined.programme_id == programme_id, Quarantined.seq == 1, Quarantined.log_id.not_in(known)
    )
    for row in db.session.scalars(first):
        if _family_of(row.event) == str(id):
            yield row.log_id


def _family_of(event: str) -> str:
    """Which family an `open` event names; "" for anything else."""
    try:
        data = json.loads(event).get("data")
    except (ValueError, AttributeError):
        return ""
    return str(data.get("family", "")) if isinstance(data, dict) else ""


def _statements(id: uuid.UUID, programme_id: uuid.UUID, logs: set[uuid.UUID]) -> Iterator[Update | Delete]:
    """Everything that takes words out of the database."""
    here = Log.programme_id == programme_id
    keys = select(Log.key).where(here, or_(Log.family_id == id, Log.id.in_(logs)))
    pages = select(Sheet.id).where(Sheet.family_id == id)
    yield delete(ParentLink).where(ParentLink.programme_id == programme_id, ParentLink.sheet_id.in_(pages))
    yield delete(Segment).where(Segment.log_key.in_(keys))
    for words in WORDS_ONLY:
        yield delete(words).where(words.family_id == id)
    yield (
        update(Quarantined)
        .where(Quarantined.programme_id == programme_id, Quarantined.log_id.in_(logs))
        .values(event=ERASED, reason=ERASED, settled_at=now())
    )
    yield (
        update(Visit)
        .where(Visit.family_id == id, Visit.status == "planned")
        .values(status="cancelled", cancelled_by="staff")
    )
    yield update(Child).where(Child.family_id == id).values(duplicate="")
    yield update(Caregiver).where(Caregiver.family_id == id).values(relation="", sheet_release=False)
    yield update(Family).where(Family.id == id).values(code=f"erased {str(id)[-12:]}", goal=ERASED)
    for table in Base.metadata.sorted_tables:
        sealed = [column.name for column in table.columns if isinstance(column.type, Sealed | SealedBytes)]
        if sealed and "family_id" in table.columns:
            yield update(table).where(table.c.family_id == id).values(dict.fromkeys(sealed, ERASED))
