"""How did one figure go from visit to visit, and how sure can one be of each?

Visits stand in their order from left to right, equally far apart. A dot is a visit's value, an upright line its
interval, and the n that it rests on stands below; a ring is a value that rests on too little. A visit without a value
is a gap. Dots are not joined: a line would say what lies between two visits. A dashed upright marks a day on which
something happened in the family, with its letter. The scale is whole, from its lowest to its highest value: a picture
that zooms in makes chance look like change. Neither end is marked as the good one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recorder.charts.pen import Pen

WIDTH, HEIGHT = 640.0, 260.0
LEFT, RIGHT, TOP, BOTTOM = 60.0, 12.0, 26.0, 52.0
MOST_NAMES = 10


@dataclass(frozen=True)
class Dot:
    """One visit: its day as a short name, its value (None: a gap) with its interval, its n, what the dot says on its
    own, and whether it rests on enough."""

    name: str
    value: float | None
    interval: tuple[float, float] | None
    n: str
    says: str = ""
    firm: bool = True


@dataclass(frozen=True)
class Mark:
    """Something that happened before the visit with this number (0: before the first; the count: after the last)."""

    before: int
    letter: str
    says: str = ""


@dataclass(frozen=True)
class Dots:
    """The visits in order, the ends of the scale, its ticks with their words, the row of n's name, and the marks."""

    dots: Sequence[Dot]
    low: float
    high: float
    ticks: Sequence[tuple[float, str]]
    n: str
    marks: Sequence[Mark] = ()


def draw(values: Dots, pen: Pen) -> None:
    """Draw the visits with a pen that is `WIDTH` wide and `HEIGHT` high."""
    for value, words in values.ticks:
        y = _y(value, values)
        pen.line((LEFT, y), (WIDTH - RIGHT, y), "grid")
        pen.words((LEFT - 8, y + 4), words, "tick", "end")
    pen.words((LEFT - 8, HEIGHT - 8), values.n, "tick", "end")
    for mark, place in zip(values.marks, _places(values), strict=True):
        pen.line((place, TOP - 8), (place, HEIGHT - BOTTOM), "mark")
        pen.words((place, TOP - 12), mark.letter, "label", "middle")
    step = max(1, -(-len(values.dots) // MOST_NAMES))
    for number, dot in enumerate(values.dots):
        _draw_dot(dot, number, values, pen)
        if number % step == 0:
            pen.words((_x(number, values), HEIGHT - BOTTOM + 20), dot.name, "tick", "middle")
            pen.words((_x(number, values), HEIGHT - 8), dot.n, "tick", "middle")


def _x(number: float, values: Dots) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (number + 0.5) / len(values.dots)


def _y(value: float, values: Dots) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (values.high - value) / (values.high - values.low)


def _places(values: Dots) -> list[float]:
    """Where the marks stand: between two visits, side by side where several lie between the same two."""
    places = []
    for mark in values.marks:
        same = [other for other in values.marks if other.before == mark.before]
        places.append(_x(mark.before - 1 + (same.index(mark) + 1) / (len(same) + 1), values))
    return places


def _draw_dot(dot: Dot, number: int, values: Dots, pen: Pen) -> None:
    if dot.value is None:
        return
    place = (_x(number, values), _y(dot.value, values))
    if dot.interval is not None:
        low, high = dot.interval
        pen.line((place[0], _y(high, values)), (place[0], _y(low, values)), "whisker")
    radius = min(5.0, (WIDTH - LEFT - RIGHT) / len(values.dots) / 2)
    pen.dot(place, radius, "rate" if dot.firm else "few", dot.says)
