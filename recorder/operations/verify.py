"""Is everything still as the program wrote it?

Two kinds of chain are walked: the audit of each programme, and each log's events, whose heads must be those that the
log and its segments tell. What does not open with our keys was changed, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from recorder.db import db
from recorder.ingest import segments
from recorder.records import audit
from recorder.records.families import Family
from recorder.records.observations import ZERO_HEAD, Log, Segment
from recorder.records.people import Programme


@dataclass(frozen=True)
class End:
    """How far a programme's audit reaches: `entries`, and the mark of the last, to be written down elsewhere. Entries
    that are cut off at the end leave no other trace."""

    programme: str
    entries: int
    mark: str


def ends() -> list[End]:
    """The end of each programme's audit."""
    rows = db.session.execute(select(Programme.id, Programme.name).order_by(Programme.name, Programme.id)).all()
    return [End(name, *audit.end(id)) for id, name in rows]


def faults() -> Iterator[str]:
    """One sentence for each row that was changed, moved or taken away."""
    for programme_id in db.session.scalars(select(Programme.id).order_by(Programme.id)).all():
        yield from audit.faults(programme_id)
    erased = set(db.session.scalars(select(Family.id).where(Family.erased_at.is_not(None))))
    for key in db.session.scalars(select(Log.key).order_by(Log.key)).all():
        log = db.session.get_one(Log, key)
        if log.family_id not in erased:  # their words are gone, as was asked
            yield from _of_log(log)
        db.session.expunge_all()


def _of_log(log: Log) -> Iterator[str]:
    head, seq = ZERO_HEAD, 0
    for key in db.session.scalars(select(Segment.key).where(Segment.log_key == log.key).order_by(Segment.from_seq)):
        name = f"segment {key} of log {log.id}"
        try:
            segment = db.session.get_one(Segment, key)
            events = segments.unpack(segment.body)
        except Exception as error:  # a wrong tag, no zlib, no JSON: whatever was done to it, it is not what was written
            yield f"{name} does not open ({type(error).__name__})"
            return
        if segment.from_seq > log.stored_upto:
            return  # beyond a hole: it is compared when the hole is filled
        if segment.from_seq != seq + 1 or segment.upto_seq != seq + len(events) or segment.head != head:
            yield f"{name} does not follow what is before it"
            return
        head, seq = segments.extend(head, events), segment.upto_seq
    if (seq, head) != (log.stored_upto, log.head):
        yield f"log {log.id} does not end as it says"
