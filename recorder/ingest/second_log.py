"""What was corrected elsewhere than on the tablet that recorded it?

Only its tablet writes a tablet's log. A correction goes to that log's second log: the same id, owned by the server, its
own seq and chain, its events of the one kind `amend`. `measures.tape.amended` says what both come to. What follows from
the log is made again in the same transaction.
"""

from __future__ import annotations

import json

from sqlalchemy import select

from recorder.db import db, now
from recorder.ingest import segments
from recorder.ingest.door import Part
from recorder.measures import tape as tapes
from recorder.measures.observation import Value
from recorder.measures.tape import Conflict, Correction, Tape
from recorder.records.observations import ZERO_HEAD, Log
from recorder.records.people import Account


def of(log: Log) -> list[Correction]:
    """The corrections of a tablet's log, in their order."""
    second = _second(log) if log.corrected else None
    return [_read(string) for string in segments.strings(second)] if second else []


def view(log: Log, tape: Tape | None = None) -> tuple[Tape, tuple[Conflict, ...]]:
    """A log as it was corrected, and the conflicts that wait; `tape`, what the tablet's events mean, if it is known."""
    read = tape or tapes.read(segments.strings(log))
    return tapes.amended(read, of(log)) if log.corrected else (read, ())


def add(log: Log, by: Account, place: str, base: Value, value: Value, reason: str) -> Correction:
    """Append a correction to a locked log; the caller makes what follows from it again, and commits.

    Parameters: `base`, the value that `by` saw when she changed it. Raises ValueError for what is no place.
    """
    tapes.value(Tape(), place)
    second = _second(log) or _begin(log)
    correction = Correction(second.stored_upto + 1, place, base, value, reason, str(by.id), now().isoformat())
    part = Part(log.id, correction.seq, second.head, (_written(correction),), frozenset())
    stored = segments.join(second, part)
    db.session.flush()
    segments.write(second, stored)
    log.corrected = True
    return correction


def _second(log: Log) -> Log | None:
    query = select(Log).where(Log.programme_id == log.programme_id, Log.id == log.id, Log.owner == "server")
    return db.session.scalars(query).one_or_none()


def _begin(log: Log) -> Log:
    second = Log(programme_id=log.programme_id, id=log.id, owner="server", kind="correction", role=log.role)
    second.account_id, second.visit_id, second.family_id = log.account_id, log.visit_id, log.family_id
    second.instrument, second.instrument_hash, second.local_date = log.instrument, log.instrument_hash, log.local_date
    second.stored_upto, second.head, second.unreadable, second.closed_at = 0, ZERO_HEAD, 0, now()
    db.session.add(second)
    db.session.flush()
    return second


def _written(correction: Correction) -> str:
    data = {
        "place": correction.place,
        "base": correction.base,
        "value": correction.value,
        "reason": correction.reason,
        "by": correction.by,
        "at": correction.at,
    }
    event = {"seq": correction.seq, "t": 0, "kind": "amend", "data": data}
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def _read(string: str) -> Correction:
    event = json.loads(string)
    return Correction(event["seq"], **event["data"])
