"""Which events does a log have, and do these new ones follow?

The log's row is locked by whoever calls. Head of a chain: head_n = SHA-256(64 hex digits of head_(n-1), then the UTF-8
of event n), so a head vouches for everything before it. What is there already is compared byte for byte; what is new
becomes a segment; what lies beyond a hole waits, and is joined, head compared, once the hole is filled.
"""

from __future__ import annotations

import hashlib
import json
import uuid
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, delete, insert, select

from recorder.db import db, now, owned
from recorder.ingest.door import Part
from recorder.records.observations import Log, Segment

FAST = 2  # zlib's level: level 6 takes three times as long and saves a tenth


@dataclass
class Run:
    """Events without a hole, with the head before them; `key` is the segment's, once it is stored."""

    from_seq: int
    head: str
    events: list[str]
    key: int | None = None

    @property
    def upto_seq(self) -> int:
        """The seq of the last event."""
        return self.from_seq + len(self.events) - 1


@dataclass
class Stored:
    """What becomes of a part: `joined` reached the log, `forked` contradicts it, `duplicates` were there already.
    `fresh` runs are to be written."""

    duplicates: int = 0
    fresh: list[Run] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)
    forked: list[tuple[int, str]] = field(default_factory=list)


def extend(head: str, events: Iterable[str]) -> str:
    """The chain's head after these events.

    >>> extend("0" * 64, [])[:4], extend("0" * 64, ["{}"])[:8]
    ('0000', '5508d2b7')
    """
    for event in events:
        head = hashlib.sha256(head.encode() + event.encode()).hexdigest()
    return head


def strings(log: Log) -> list[str]:
    """The exact strings of a log's events, 1 to `log.stored_upto`."""
    return [event for run in _runs(log, 1, log.stored_upto) for event in run.events]


def join(log: Log, part: Part) -> Stored:
    """Join a part to a locked log; `log.stored_upto` and `log.head` move on as far as there is no hole. What is new is
    not written yet: `write` does that."""
    there = _runs(log, part.from_seq) if log.key is not None else []
    contradicted = _contradicted(log, part, there)
    stored = _compare(part, [run for run in there if run not in contradicted])
    for run in contradicted:
        _put_apart(run, stored)
    waiting = [run for run in there if run.from_seq > log.stored_upto and run not in contradicted]
    for run in sorted([*stored.fresh, *waiting], key=lambda run: run.from_seq):
        if run.from_seq != log.stored_upto + 1:
            break
        if run.head != log.head:
            _put_apart(run, stored)
            stored.fresh = [other for other in stored.fresh if other is not run]
            break
        log.head, log.stored_upto = extend(run.head, run.events), run.upto_seq
        stored.joined += run.events
    return stored


def write(log: Log, stored: Stored) -> None:
    """Write what is new of a part that was joined to a log."""
    if stored.fresh:
        db.session.connection().execute(_WRITE, [_row(log, run) for run in stored.fresh])


def pack(events: Sequence[str]) -> bytes:
    """Events as a segment keeps them: zlib over a JSON list, before sealing."""
    return zlib.compress(json.dumps(events, ensure_ascii=False, separators=(",", ":")).encode(), FAST)


def unpack(body: bytes) -> list[str]:
    """The inverse of `pack`; nothing when the family was erased."""
    if not body:
        return []
    events: list[str] = json.loads(zlib.decompress(body))
    return events


def _compare(part: Part, there: list[Run]) -> Stored:
    """Sort a part's events into those that are there, those that contradict, and runs of new ones."""
    if not there:
        return Stored(fresh=[Run(part.from_seq, part.head, list(part.events))])
    known = {seq: event for run in there for seq, event in enumerate(run.events, run.from_seq)}
    stored = Stored()
    fresh = stored.fresh
    for seq, event in enumerate(part.events, part.from_seq):
        if seq not in known:
            if not fresh or fresh[-1].upto_seq != seq - 1:
                fresh.append(Run(seq, extend(part.head, part.events[: seq - part.from_seq]), []))
            fresh[-1].events.append(event)
        elif known[seq] == event:
            stored.duplicates += 1
        else:
            stored.forked.append((seq, event))
    return stored


def _contradicted(log: Log, part: Part, there: list[Run]) -> list[Run]:
    """The waiting runs that a part contradicts, if the part is proven: its head is the log's own."""
    own = part.events[: max(0, log.stored_upto + 1 - part.from_seq)]
    if part.from_seq > log.stored_upto + 1 or extend(part.head, own) != log.head:
        return []
    return [run for run in there if run.from_seq > log.stored_upto and not _agrees(run, part)]


def _agrees(run: Run, part: Part) -> bool:
    first, last = max(run.from_seq, part.from_seq), min(run.upto_seq, part.upto_seq)
    return all(run.events[seq - run.from_seq] == part.events[seq - part.from_seq] for seq in range(first, last + 1))


def _put_apart(run: Run, stored: Stored) -> None:
    """A run that contradicts the log's chain leaves the log; its bytes go to quarantine."""
    stored.forked += enumerate(run.events, run.from_seq)
    if run.key is not None:
        db.session.execute(delete(Segment).where(Segment.key == run.key))


def _runs(log: Log, from_seq: int, upto_seq: int | None = None) -> list[Run]:
    """The stored segments that reach into a stretch of a log, in order."""
    values = {"log": log.key, "from": from_seq, "upto": _LAST if upto_seq is None else upto_seq}
    rows = db.session.connection().execute(_RUNS, values)
    return [Run(start, head, unpack(body), key) for start, head, body, key in rows]


_LAST = 2**31
_RUNS = (
    select(Segment.from_seq, Segment.head, Segment.body, Segment.key)
    .where(
        Segment.log_key == bindparam("log"),
        Segment.upto_seq >= bindparam("from"),
        Segment.upto_seq <= bindparam("upto"),
    )
    .order_by(Segment.from_seq)
)
_WRITE = insert(Segment)


def _row(log: Log, run: Run) -> dict[str, object]:
    return {
        "programme_id": log.programme_id,
        "log_key": log.key,
        "from_seq": run.from_seq,
        "upto_seq": run.upto_seq,
        "head": run.head,
        "body": owned(pack(run.events), _owner(log), log.programme_id),
        "received_at": now(),
    }


def _owner(log: Log) -> uuid.UUID:
    """Whose key seals a log: its family's, the programme's for a practice, or its own while the family is not known."""
    return log.family_id or (log.programme_id if log.practice_id else log.id)
