"""What did two observers code around one moment?

Time runs from left to right over a short stretch; the first observer's lane lies above, the second's below. A dot is an
event with its word beside it, words of near events in rows of their own. A line joins two events that were taken for
the same one. A ring marks what the moment is about. Times are whole milliseconds on the first observer's clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recorder.charts.back_and_forth import clock
from recorder.charts.pen import Pen

WIDTH, HEIGHT = 720.0, 248.0
LEFT, RIGHT = 24.0, 24.0
LANES = (88.0, 140.0)
ROWS = 3
ROW_HEIGHT = 20.0
LETTER = 7.6
"""How wide a letter is, on average, in units of the grid."""

SPAN_MS = 10_000
"""How far the stretch reaches on either side of its moment."""


@dataclass(frozen=True)
class Mark:
    """One event: its time, its word, and whether the moment is about it."""

    t_ms: int
    word: str
    about: bool = False


@dataclass(frozen=True)
class Moment:
    """A moment with what both observers coded (what lies outside its stretch is not drawn); `links` are places in
    `first` and `second` that belong together."""

    at_ms: int
    names: tuple[str, str]
    first: Sequence[Mark]
    second: Sequence[Mark]
    links: Sequence[tuple[int, int]] = ()


def draw(moment: Moment, pen: Pen) -> None:
    """Draw the moment with a pen that is `WIDTH` wide and `HEIGHT` high."""
    for seconds in range(-SPAN_MS, SPAN_MS + 1, SPAN_MS // 2):
        if moment.at_ms + seconds >= 0:
            x = _x(moment.at_ms + seconds, moment)
            pen.line((x, LANES[0] - 6), (x, LANES[1] + 6), "grid")
            pen.words((x, HEIGHT - 4), clock(moment.at_ms + seconds), "tick", "middle")
    for i, j in moment.links:
        if not (_is_near(moment.first[i], moment) and _is_near(moment.second[j], moment)):
            continue
        pen.line((_x(moment.first[i].t_ms, moment), LANES[0]), (_x(moment.second[j].t_ms, moment), LANES[1]), "arc")
    for lane, (name, marks, up) in enumerate(
        ((moment.names[0], moment.first, True), (moment.names[1], moment.second, False))
    ):
        pen.line((LEFT, LANES[lane]), (WIDTH - RIGHT, LANES[lane]), "lane")
        pen.words((0, LANES[lane] - 70 if up else LANES[lane] + 78), name, "label")
        _draw_marks(marks, lane, moment, pen)


def _draw_marks(marks: Sequence[Mark], lane: int, moment: Moment, pen: Pen) -> None:
    ends = [0.0] * ROWS
    for mark in sorted((mark for mark in marks if _is_near(mark, moment)), key=lambda mark: mark.t_ms):
        x, y = _x(mark.t_ms, moment), LANES[lane]
        if mark.about:
            pen.dot((x, y), 9, "ring")
        pen.dot((x, y), 5, "cue" if mark.about else "response", f"{clock(mark.t_ms)} {mark.word}")
        width = LETTER * len(mark.word)
        middle = min(max(x, width / 2), WIDTH - width / 2)
        row = next((row for row, end in enumerate(ends) if end <= middle - width / 2), None)
        if row is not None:
            ends[row] = middle + width / 2 + LETTER
            away = 16 + row * ROW_HEIGHT
            pen.words((middle, y - away if lane == 0 else y + away + 8), mark.word, "tick", "middle")


def _is_near(mark: Mark, moment: Moment) -> bool:
    return abs(mark.t_ms - moment.at_ms) <= SPAN_MS


def _x(ms: int, moment: Moment) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (ms - moment.at_ms + SPAN_MS) / (2 * SPAN_MS)
