"""How did a share develop from month to month, and how sure can one be?

One dot a month, with its 95 % interval as an upright bar and the number of visits written below. A month with too few
visits is a ring without a bar; only neighbours that can be compared are joined; a month without any visit is a gap.
The scale is always 0 to 1: a picture that zooms in makes chance look like change. Neither end of the scale is marked
as the good one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recorder.charts.pen import Pen

WIDTH, HEIGHT = 520.0, 272.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 12.0, 14.0, 66.0


@dataclass(frozen=True)
class Month:
    """One month: its name, the year where it has to be said, the share (None: nothing to share), its interval
    (None: too few visits), how many visits it rests on, and whether it is enough to be compared with its neighbours."""

    name: str
    year: str
    rate: float | None
    interval: tuple[float, float] | None
    visits: int
    comparable: bool = True


@dataclass(frozen=True)
class Trend:
    """The months in order, the ticks of the upright scale with their words, and what the row of counts is called."""

    months: Sequence[Month]
    ticks: Sequence[tuple[float, str]]
    visits: str


def draw(values: Trend, pen: Pen) -> None:
    """Draw the months with a pen that is `WIDTH` wide and `HEIGHT` high."""
    for share, words in values.ticks:
        pen.line((LEFT, _y(share)), (WIDTH - RIGHT, _y(share)), "grid")
        pen.words((LEFT - 8, _y(share) + 4), words, "tick", "end")
    pen.words((LEFT - 8, HEIGHT - 8), values.visits, "tick", "end")
    places = [_x(number, len(values.months)) for number in range(len(values.months))]
    _draw_line(values.months, places, pen)
    for number, (month, x) in enumerate(zip(values.months, places, strict=True)):
        _draw_month(month, x, pen)
        if number % _step(len(values.months)) == 0:
            _write_month(month, x, pen)


def _x(number: int, months: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (number + 0.5) / months


def _y(share: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - share)


def _step(months: int) -> int:
    """Write every month's name as long as twelve fit, then every second, third ..."""
    return -(-months // 12)


def _draw_line(months: Sequence[Month], places: Sequence[float], pen: Pen) -> None:
    """Join neighbouring months that can be compared; a gap stays a gap."""
    run: list[tuple[float, float]] = []
    for month, x in zip(months, places, strict=True):
        if month.rate is not None and month.interval is not None and month.comparable:
            run.append((x, _y(month.rate)))
            continue
        _join(run, pen)
        run = []
    _join(run, pen)


def _join(run: Sequence[tuple[float, float]], pen: Pen) -> None:
    if len(run) > 1:
        pen.path(run, "path")


def _draw_month(month: Month, x: float, pen: Pen) -> None:
    if month.rate is None:
        return
    if month.interval is None:
        pen.dot((x, _y(month.rate)), 4.5, "few")
        return
    low, high = month.interval
    pen.bar((x - 5, _y(high)), 10, _y(low) - _y(high), "interval")
    pen.dot((x, _y(month.rate)), 4.5, "rate")


def _write_month(month: Month, x: float, pen: Pen) -> None:
    pen.words((x, HEIGHT - BOTTOM + 20), month.name, "tick", "middle")
    pen.words((x, HEIGHT - BOTTOM + 36), month.year, "tick", "middle")
    pen.words((x, HEIGHT - 8), str(month.visits), "tick", "middle")
