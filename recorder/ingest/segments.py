"""Which events does a log have, and do these new ones follow?

The log's row is locked by whoever calls. Head of a chain: head_n = SHA-256(64 hex digits of head_(n-1), then the UTF-8
of event n), so a head vouches for everything before it. What is there already is compared byte for byte; what is new
becomes a segment; what lies beyond a hole waits, and is joined, head compared, once the hole is filled.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, insert, select

from recorder.db import db, now
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
    """What became of a part: `joined` reached the log, `forked` contradicts it, `duplicates` were there already."""

    duplicates: int = 0
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


def store(log: Log, part: Part) -> Stored:
    """Store a part of a locked log; `log.stored_upto` and `log.head` move on as far as there is no hole."""
    there = _runs(log, part.from_seq) if log.key is not None else []
    contradicted = _contradicted(log, part, there)
    stored, fresh = _compare(part, [run for run in there if run not in contradicted])
    for run in contradicted:
        _put_apart(run, stored)
    waiting = [run for run in there if run.from_seq > log.stored_upto and run not in contradicted]
    for run in sorted([*fresh, *waiting], key=lambda run: run.from_seq):
        if run.from_seq != log.stored_upto + 1:
            break
        if run.head != log.head:
            _put_apart(run, stored)
            fresh = [other for other in fresh if other is not run]
            break
        log.head, log.stored_upto = extend(run.head, run.events), run.upto_seq
        stored.joined += run.events
    db.session.flush()
    for run in fresh:
        db.session.execute(_INSERT, _row(log, run))
    return stored


def pack(events: Sequence[str]) -> bytes:
    """Events as a segment keeps them: zlib over a JSON list, before sealing."""
    return zlib.compress(json.dumps(events, ensure_ascii=False, separators=(",", ":")).encode(), FAST)


def unpack(body: bytes) -> list[str]:
    """The inverse of `pack`."""
    events: list[str] = json.loads(zlib.decompress(body))
    return events


def _compare(part: Part, there: list[Run]) -> tuple[Stored, list[Run]]:
    """Sort a part's events into those that are there, those that contradict, and runs of new ones."""
    known = {seq: event for run in there for seq, event in enumerate(run.events, run.from_seq)}
    stored, fresh = Stored(), list[Run]()
    for seq, event in enumerate(part.events, part.from_seq):
        if seq not in known:
            if not fresh or fresh[-1].upto_seq != seq - 1:
                fresh.append(Run(seq, extend(part.head, part.events[: seq - part.from_seq]), []))
            fresh[-1].events.append(event)
        elif known[seq] == event:
            stored.duplicates += 1
        else:
            stored.forked.append((seq, event))
    return stored, fresh


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
    query = select(Segment.from_seq, Segment.head, Segment.body, Segment.key).where(
        Segment.log_key == log.key, Segment.upto_seq >= from_seq
    )
    if upto_seq is not None:
        query = query.where(Segment.upto_seq <= upto_seq)
    rows = db.session.execute(query.order_by(Segment.from_seq))
    return [Run(start, head, unpack(body), key) for start, head, body, key in rows]


_INSERT = insert(Segment)


def _row(log: Log, run: Run) -> dict[str, object]:
    return {
        "programme_id": log.programme_id,
        "log_key": log.key,
        "from_seq": run.from_seq,
        "upto_seq": run.upto_seq,
        "head": run.head,
        "body": pack(run.events),
        "received_at": now(),
    }
