"""How did an observation go to and fro?

Time runs from left to right in rows of `ROW_MS`. In each row the child's lane lies above, the caregiver's below; a dot
is a cue or the response that answered it, and an arc joins the two. A cue without an answer is a dot like any other:
the picture shows what went back and forth and accuses nobody. Where the clock stood still or the child was out of view,
a field lies over both lanes. All times are whole milliseconds from the start.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from recorder.charts.pen import Pen

ROW_MS = 120_000
WIDTH = 720.0
ROW_HEIGHT = 104.0
LEFT, RIGHT = 96.0, 16.0
CHILD_LANE, CAREGIVER_LANE, TICKS = 26.0, 66.0, 91.0


@dataclass(frozen=True)
class Turn:
    """One cue and, if it was answered, the response: times in ms, `cue` and `response` in words for the reader."""

    cue_ms: int
    cue: str
    distress: bool = False
    response_ms: int | None = None
    response: str = ""


@dataclass(frozen=True)
class Gap:
    """A stretch that was not seen, in ms, and why in words for the reader."""

    start_ms: int
    end_ms: int
    why: str


@dataclass(frozen=True)
class BackAndForth:
    """An observation's time line: `duration_ms` long, with the lanes' names."""

    duration_ms: int
    turns: Sequence[Turn]
    child: str
    caregiver: str
    gaps: Sequence[Gap] = ()


def height(duration_ms: int) -> float:
    """The height that the picture of an observation of this length needs.

    >>> height(240_000) == 2 * ROW_HEIGHT
    True
    """
    return _rows(duration_ms) * ROW_HEIGHT


def draw(values: BackAndForth, pen: Pen) -> None:
    """Draw the time line with a pen that is `WIDTH` wide and `height(values.duration_ms)` high."""
    for row in range(_rows(values.duration_ms)):
        for gap in values.gaps:
            _draw_gap(gap, row, pen)
        _draw_row(values, row, pen)
    for turn in sorted(values.turns, key=lambda turn: turn.cue_ms):
        _draw_turn(turn, pen)


def clock(ms: int) -> str:
    """A time on the observation's clock, minutes and seconds.

    >>> clock(65_400)
    '1:05'
    """
    return f"{ms // 60_000}:{ms // 1000 % 60:02}"


def _rows(duration_ms: int) -> int:
    return max(1, -(-duration_ms // ROW_MS))


def _x(ms: int, row: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (ms - row * ROW_MS) / ROW_MS


def _draw_row(values: BackAndForth, row: int, pen: Pen) -> None:
    top = row * ROW_HEIGHT
    end = _x(min(values.duration_ms, (row + 1) * ROW_MS), row)
    for lane, name in ((CHILD_LANE, values.child), (CAREGIVER_LANE, values.caregiver)):
        pen.line((LEFT, top + lane), (end, top + lane), "lane")
        pen.words((0, top + lane + 5), name, "label")
    for ms in _ticks(values.duration_ms, row):
        pen.line((_x(ms, row), top + CAREGIVER_LANE + 7), (_x(ms, row), top + CAREGIVER_LANE + 11), "axis")
        pen.words((_x(ms, row), top + TICKS + 4), clock(ms), "tick", "middle")


def _draw_gap(gap: Gap, row: int, pen: Pen) -> None:
    """The part of a gap that lies in a row; a gap that goes on is told in each of its rows."""
    start, end = max(gap.start_ms, row * ROW_MS), min(gap.end_ms, (row + 1) * ROW_MS)
    if start < end:
        corner = (_x(start, row), row * ROW_HEIGHT + CHILD_LANE - 14)
        says = f"{clock(gap.start_ms)} {gap.why} {clock(gap.end_ms)}"
        pen.bar(corner, _x(end, row) - corner[0], CAREGIVER_LANE - CHILD_LANE + 28, "unseen", says)


def _ticks(duration_ms: int, row: int) -> Iterator[int]:
    """Every half minute of this row; the last tick of a row belongs to the next row, if there is one."""
    for ms in range(row * ROW_MS, (row + 1) * ROW_MS + 1, 30_000):
        if ms <= duration_ms and (ms < (row + 1) * ROW_MS or ms == duration_ms):
            yield ms


def _draw_turn(turn: Turn, pen: Pen) -> None:
    row = turn.cue_ms // ROW_MS
    top = row * ROW_HEIGHT
    cue = (_x(turn.cue_ms, row), top + CHILD_LANE)
    if turn.response_ms is not None:
        # an answer just after a row's end is drawn at the end of its cue's row: an arc never breaks
        response = (min(_x(turn.response_ms, row), WIDTH - RIGHT / 2), top + CAREGIVER_LANE)
        pen.curve(cue, (response[0], cue[1] + (response[1] - cue[1]) / 4), response, "arc")
        pen.dot(response, 5, "response", f"{clock(turn.response_ms)} {turn.response}")
    if turn.distress:
        pen.dot(cue, 8.5, "ring")
    pen.dot(cue, 5, "cue", f"{clock(turn.cue_ms)} {turn.cue}")
