"""How often was each value given? One bar a value, its count above, always from 0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recorder.charts.pen import Pen

WIDTH, HEIGHT = 260.0, 132.0
LEFT, RIGHT, TOP, BOTTOM = 8.0, 8.0, 22.0, 24.0


@dataclass(frozen=True)
class Bars:
    """Counts by whole value, from the lowest to the highest value that could be given."""

    low: int
    high: int
    counts: Mapping[int, int]


def draw(values: Bars, pen: Pen) -> None:
    """Draw bars with a pen that is `WIDTH` wide and `HEIGHT` high."""
    each = (WIDTH - LEFT - RIGHT) / (values.high - values.low + 1)
    most = max(values.counts.values(), default=0)
    base = HEIGHT - BOTTOM
    pen.line((LEFT, base), (WIDTH - RIGHT, base), "axis")
    for number, value in enumerate(range(values.low, values.high + 1)):
        x, count = LEFT + each * number, values.counts.get(value, 0)
        pen.words((x + each / 2, HEIGHT - 6), str(value), "tick", "middle")
        if count:
            tall = (base - TOP) * count / most
            pen.bar((x + 3, base - tall), each - 6, tall, "interval")
            pen.words((x + each / 2, base - tall - 6), str(count), "tick", "middle")
