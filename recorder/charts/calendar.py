"""On which days did something take place, and how often?

One square a day, a column a week, Monday on top; the more took place, the fuller the square. A day without anything is
an empty square, a day outside the period is not there. Nothing is said about whether much is good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from recorder.charts.pen import Pen

SQUARE, LEFT, TOP = 16.0, 44.0, 22.0
HEIGHT = TOP + 7 * SQUARE + 4
STEPS = 4


@dataclass(frozen=True)
class Calendar:
    """The days from `first` to `last`, how often on each, the names of weekdays (from Monday) and of months by their
    first days, and a sentence for each day that has one."""

    first: date
    last: date
    counts: Mapping[date, int]
    weekdays: Sequence[str]
    months: Mapping[date, str]
    says: Mapping[date, str]


def width(values: Calendar) -> float:
    """How wide a calendar is."""
    return LEFT + SQUARE * (_column(values, values.last) + 1) + 4


def draw(values: Calendar, pen: Pen) -> None:
    """Draw a calendar."""
    for number, name in enumerate(values.weekdays):
        if number % 2 == 0:
            pen.words((LEFT - 8, TOP + SQUARE * number + 12), name, "tick", "end")
    most = max(values.counts.values(), default=0)
    day = values.first
    while day <= values.last:
        x, y = LEFT + SQUARE * _column(values, day), TOP + SQUARE * day.weekday()
        if day in values.months:
            pen.words((x, TOP - 8), values.months[day], "tick")
        pen.bar((x + 1, y + 1), SQUARE - 2, SQUARE - 2, f"day{_step(values.counts.get(day, 0), most)}",
                values.says.get(day, ""))  # fmt: skip
        day += timedelta(days=1)


def _column(values: Calendar, day: date) -> int:
    monday = values.first - timedelta(days=values.first.weekday())
    return (day - monday).days // 7


def _step(count: int, most: int) -> int:
    """How full a square is: 0 for nothing, else 1 to `STEPS`, shares of the fullest day.

    >>> [_step(count, 8) for count in (0, 1, 2, 3, 8)]
    [0, 1, 1, 2, 4]
    """
    return -(-STEPS * count // most) if count else 0
