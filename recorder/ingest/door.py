"""Can this body be read at all, and what does it bring?

A body is UTF-8 JSON, at most 10 logs of 200 events. Whatever Python's parser would let pass and a database or another
reader would not (NaN, one key twice, NUL, half a surrogate pair, deep nesting, numbers beyond 64 bits) is refused
here, so that both databases give the same verdict. Events are taken as strings: what is in them is judged later, and
never refused. An enrolled tablet sends sealed rows in their place, and the key of their log; they are opened later too.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from recorder.db import uuid7
from recorder.records.observations import ZERO_HEAD

MOST_LOGS = 10
MOST_EVENTS = 200
MOST_HELD = 500
LONGEST_KEY = 1024
MOST_DEPTH = 8
LARGEST = 2**31 - 1
_HEAD = re.compile(r"[0-9a-f]{64}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Unreadable(ValueError):
    """A body that cannot be taken; the message is one sentence that says what is wrong and where."""


@dataclass(frozen=True)
class Part:
    """Events for one log: exact strings from `from_seq` on, and the chain's head before them. `unreadable` are the seqs
    of sealed rows that could not be opened: something stands in their place."""

    log: uuid.UUID
    from_seq: int
    head: str
    events: tuple[str, ...]
    unreadable: frozenset[int] = frozenset()

    @property
    def upto_seq(self) -> int:
        """The seq of the last event."""
        return self.from_seq + len(self.events) - 1


@dataclass(frozen=True)
class SealedPart:
    """Sealed rows for one log (base64), the chain's head before them, and their log's key, wrapped for the server."""

    log: uuid.UUID
    from_seq: int
    head: str
    rows: tuple[str, ...]
    key: str


@dataclass(frozen=True)
class Delivery:
    """A batch as it arrived; `hash` is the SHA-256 of its content, by which a repetition is known."""

    id: uuid.UUID
    parts: tuple[Part | SealedPart, ...]
    hash: str


@dataclass(frozen=True)
class Held:
    """A log that a tablet holds: how many events, and the chain's head after the last."""

    log: uuid.UUID
    count: int
    head: str


def delivery(log: uuid.UUID, events: Sequence[str], *, from_seq: int = 1, head: str = ZERO_HEAD) -> Delivery:
    """A batch made here, of one log: what `recorder import` hands to `take`, as if a tablet had sent it.

    Parameters: `events`, exact strings in order of seq; `head`, the chain's head before `from_seq`.
    """
    parts = (Part(log, from_seq, head, tuple(events)),)
    return Delivery(uuid7(), parts, content_hash(parts))


def read(body: bytes) -> Delivery:
    """Read the body of `POST /api/v1/sync/events`. Raises `Unreadable`.

    >>> read(b'{"batch": 7, "logs": []}')
    Traceback (most recent call last):
    recorder.ingest.door.Unreadable: logs must be a list of 1 to 10 logs.
    """
    asked = document(body)
    logs = asked.get("logs")
    if not isinstance(logs, list) or not 1 <= len(logs) <= MOST_LOGS:
        raise Unreadable(f"logs must be a list of 1 to {MOST_LOGS} logs.")
    parts = tuple(part(entry, f"logs[{place}]") for place, entry in enumerate(logs))
    if len({part.log for part in parts}) < len(parts):
        raise Unreadable("The same log is there twice in one batch.")
    return Delivery(identified(asked.get("batch"), "batch"), parts, content_hash(parts))


def read_manifest(body: bytes) -> tuple[Held, ...]:
    """Read the body of `POST /api/v1/sync/manifest`. Raises `Unreadable`.

    >>> read_manifest(b'{"logs": []}')
    ()
    """
    logs = document(body).get("logs")
    if not isinstance(logs, list) or len(logs) > MOST_HELD:
        raise Unreadable(f"logs must be a list of at most {MOST_HELD} logs.")
    held = tuple(_held(entry, f"logs[{place}]") for place, entry in enumerate(logs))
    if len({one.log for one in held}) < len(held):
        raise Unreadable("The same log is there twice.")
    return held


def document(body: bytes) -> dict[str, Any]:
    """Read a body as one JSON object, strictly. Raises `Unreadable`.

    >>> document(b'{"name": NaN}')
    Traceback (most recent call last):
    recorder.ingest.door.Unreadable: NaN is not a number.
    """
    read = _json(body)
    if not isinstance(read, dict):
        raise Unreadable("The body must be a JSON object.")
    return read


def _json(body: bytes) -> Any:
    try:
        document = json.loads(
            body.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_once, parse_float=_float
        )
    except UnicodeDecodeError as error:
        raise Unreadable(f"The body is not UTF-8 (byte {error.start}).") from error
    except json.JSONDecodeError as error:
        raise Unreadable(f"The body is not JSON: {error.msg} (character {error.pos}).") from error
    except RecursionError as error:
        raise Unreadable(f"The body is nested deeper than {MOST_DEPTH}.") from error
    except ValueError as error:  # ours, or a whole number of thousands of digits
        raise error if isinstance(error, Unreadable) else Unreadable("A number is too large.") from error
    _check(document, 1)
    return document


def _no_constant(name: str) -> NoReturn:
    raise Unreadable(f"{name} is not a number.")


def _float(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise Unreadable("A number is too large.")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entry = dict(pairs)
    if len(entry) < len(pairs):
        raise Unreadable("One key is there twice in the same object.")
    return entry


def _check(value: Any, depth: int) -> None:
    """Look for what one database would store and the other would not, however deep."""
    if isinstance(value, str):
        if "\0" in value:
            raise Unreadable("A text holds the character NUL.")
        if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
            raise Unreadable("A text holds half a character (a lone surrogate).")
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise Unreadable("A number is too large.")
    elif isinstance(value, list | dict):
        if depth > MOST_DEPTH:
            raise Unreadable(f"The body is nested deeper than {MOST_DEPTH}.")
        for item in [*value, *value.values()] if isinstance(value, dict) else value:
            _check(item, depth + 1)


def part(entry: Any, where: str, most: int = MOST_EVENTS) -> Part | SealedPart:
    """Read what a body says of one log, at most so many events. Raises `Unreadable`, which names `where` it stands."""
    if not isinstance(entry, dict):
        raise Unreadable(f"{where} must be an object.")
    id, from_seq = identified(entry.get("id"), f"{where}.id"), entry.get("from_seq")
    if isinstance(from_seq, bool) or not isinstance(from_seq, int) or not 1 <= from_seq <= LARGEST - most:
        raise Unreadable(f"{where}.from_seq must be a whole number from 1.")
    head = _head(entry.get("head"), where)
    if "sealed" not in entry:
        return Part(id, from_seq, head, _events(entry.get("events"), where, most))
    if "events" in entry:
        raise Unreadable(f"{where} has sealed rows and plain events: send one of the two.")
    return SealedPart(id, from_seq, head, _rows(entry["sealed"], where, most), _key(entry.get("key"), where))


def _events(events: Any, where: str, most: int) -> tuple[str, ...]:
    if not isinstance(events, list) or not 1 <= len(events) <= most:
        raise Unreadable(f"{where}.events must be a list of 1 to {most} events.")
    if not all(isinstance(event, str) for event in events):
        raise Unreadable(f"{where}.events must be strings, each the exact text of one event.")
    return tuple(events)


def _rows(rows: Any, where: str, most: int) -> tuple[str, ...]:
    if not isinstance(rows, list) or not 1 <= len(rows) <= most:
        raise Unreadable(f"{where}.sealed must be a list of 1 to {most} rows.")
    if not all(map(_is_base64, rows)):
        raise Unreadable(f"{where}.sealed must be base64, each the row of one event.")
    return tuple(rows)


def _key(key: Any, where: str) -> str:
    if not _is_base64(key) or len(key) > LONGEST_KEY:
        raise Unreadable(f"{where}.key must be base64: the log's key, wrapped for the server.")
    return str(key)


def _is_base64(text: Any) -> bool:
    try:
        return isinstance(text, str) and text.isascii() and base64.b64decode(text, validate=True) is not None
    except binascii.Error:
        return False


def _held(entry: Any, where: str) -> Held:
    if not isinstance(entry, dict):
        raise Unreadable(f"{where} must be an object.")
    count = entry.get("n")
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= LARGEST:
        raise Unreadable(f"{where}.n must be a whole number from 0.")
    return Held(identified(entry.get("id"), f"{where}.id"), count, _head(entry.get("head"), where))


def _head(value: Any, where: str) -> str:
    if not isinstance(value, str) or not _HEAD.fullmatch(value):
        raise Unreadable(f"{where}.head must be 64 lower-case hexadecimal digits.")
    return value


def identified(value: Any, where: str) -> uuid.UUID:
    """The UUID that a body gives. Raises `Unreadable`, which names `where` it stands."""
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise Unreadable(f"{where} must be a UUID.")
    return uuid.UUID(value)


def content_hash(parts: tuple[Part | SealedPart, ...]) -> str:
    content = [[str(part.log), part.from_seq, part.head, *_content(part)] for part in parts]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _content(part: Part | SealedPart) -> tuple[str, ...]:
    return part.events if isinstance(part, Part) else (part.key, *part.rows)
