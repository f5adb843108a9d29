"""What did a tablet seal, and what of it cannot be opened?

A row opens with its log's key, which the tablet wrapped for the server, at its own place (`log/seq`) only. One that
does not open (another key, changed bytes) must not hold up what comes after it, and must not be lost: in its place
stands `{"seq", "sealed", "key"}` with the base64 of the row and of the wrapped key, as they came. So the server's chain
is another one than the tablet's from there on, and the reply says how many such rows the log holds.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterable

from recorder import keys
from recorder.ingest.door import Part, SealedPart


def opened(programme_id: uuid.UUID, parts: Iterable[Part | SealedPart]) -> list[Part]:
    """The parts of a batch with their events readable, in the same order."""
    return [part if isinstance(part, Part) else _opened(programme_id, part) for part in parts]


def _opened(programme_id: uuid.UUID, part: SealedPart) -> Part:
    try:
        key = keys.unwrap(programme_id, base64.b64decode(part.key))
    except keys.Unopened:
        key = None
    events, unreadable = [], set()
    for seq, row in enumerate(part.rows, part.from_seq):
        event = _event(key, row, f"{part.log}/{seq}")
        if event is None:
            unreadable.add(seq)
        events.append(_stand_in(seq, row, part.key) if event is None else event)
    return Part(part.log, part.from_seq, part.head, tuple(events), frozenset(unreadable))


def _event(key: bytes | None, row: str, place: str) -> str | None:
    try:
        return None if key is None else keys.open_row(key, base64.b64decode(row), place)
    except keys.Unopened:
        return None


def _stand_in(seq: int, row: str, key: str) -> str:
    return json.dumps({"seq": seq, "sealed": row, "key": key}, separators=(",", ":"))


def is_stand_in(seq: int, event: str) -> bool:
    """Whether an event is what stands in the place of a row that could not be opened."""
    return event.startswith(f'{{"seq":{seq},"sealed":"')
