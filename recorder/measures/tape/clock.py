"""When was a log begun in UTC, and how good is that?

A tablet's wall clock may be wrong; the server's is the measure. An `open` or `anchor` event that says what the wall
clock showed (`wall`) may say how far it was off: `offset` {"ms": the server's time less the wall clock, "error": half
of the best round trip, "age": how long before the event it was measured}, all whole milliseconds. Each such event is a
*mark*: the UTC of the log's start as seen from there, its wall time and offset less its `t`.

Grade A: a mark at the start and one at or after the end, and the two agree. B: a mark, on one side only, or two that
do not agree (the tablet slept in between, and its `t` stood still): the earliest counts. C: no mark, the wall clock
alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from recorder.measures.tape.reading import Tape

FARTHEST_MS = 100 * 366 * 86_400_000
DRIFT = 20_000
"""A quartz clock may be off by 1 ms in so many (50 parts in a million)."""
AGREE_MS = 250
"""How far two marks may lie apart beyond their errors: what the tablet itself takes for the same clock."""


class Offset(NamedTuple):
    """How far a wall clock is behind the server's, and by how much that may be wrong, in ms."""

    ms: int
    error: int


@dataclass(frozen=True)
class Clock:
    """When a log was begun, in UTC; its grade ("A", "B", "C"), and by how many ms it may be wrong (None: unknown)."""

    started_at: datetime
    grade: str
    error_ms: int | None


def clock(tape: Tape) -> Clock | None:
    """When a log was begun; None when its opening does not say what the wall clock showed.

    >>> from recorder.measures.tape.reading import read
    >>> opening = '{"seq":1,"t":0,"kind":"open","data":{"wall":"2026-03-02T15:00:00Z","offset":{"ms":-500,"error":40}}}'
    >>> clock(read([opening])).grade, str(clock(read([opening])).started_at)
    ('B', '2026-03-02 14:59:59.500000+00:00')
    """
    wall = wall_time(tape.opening)
    if wall is None:
        return None
    marks = sorted(_marks(tape), key=lambda mark: mark.t)
    if not marks:
        return Clock(wall, "C", None)
    first, last = marks[0], _last(tape, marks)
    grade = "A" if first.t == 0 and last is not None and _agree(first, last) else "B"
    return Clock(first.start, grade, first.error)


def offset(data: Mapping[str, Any]) -> Offset | None:
    """The offset that an event's data give; None without one, or one that cannot be meant."""
    said = data.get("offset")
    if not isinstance(said, dict):
        return None
    ms, error, age = (_whole(value) for value in (said.get("ms"), said.get("error"), said.get("age", 0)))
    if ms is None or error is None or age is None or error < 0 or age < 0:
        return None
    return Offset(ms, error + age // DRIFT)


def _whole(value: Any) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and abs(value) <= FARTHEST_MS else None


def wall_time(data: Mapping[str, Any]) -> datetime | None:
    """What the wall clock showed, in UTC; put right by the offset, where the event gives one. None without a time."""
    try:
        wall = datetime.fromisoformat(data["wall"])
        known = offset(data)
        return (wall + timedelta(milliseconds=known.ms if known else 0)).astimezone(UTC) if wall.tzinfo else None
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


class _Mark(NamedTuple):
    t: int
    start: datetime
    error: int


def _marks(tape: Tape) -> Iterator[_Mark]:
    told = () if tape.opening.get("clock") == "video" else tape.anchors  # the time of a video is no time of day
    for t, data in ((0, tape.opening), *told):
        known, wall = offset(data), wall_time(data)
        if known is not None and wall is not None:
            yield _Mark(t, wall - timedelta(milliseconds=t), known.error)


def _last(tape: Tape, marks: list[_Mark]) -> _Mark | None:
    """The best mark at or after the end of the observed time."""
    after = [mark for mark in marks if tape.ended is not None and mark.t >= tape.ended]
    return min(after, key=lambda mark: mark.error, default=None)


def _agree(one: _Mark, other: _Mark) -> bool:
    apart = abs((one.start - other.start) / timedelta(milliseconds=1))
    return apart <= AGREE_MS + one.error + other.error + (other.t - one.t) / DRIFT
