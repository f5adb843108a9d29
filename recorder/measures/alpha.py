"""How far do any number of observers agree beyond chance, with gaps in who coded what?

Rows are observers, columns units; None is a unit that this observer did not code. Units with a single value pair with
nothing and are dropped. Levels: nominal (same or not), ordinal (how many values lie between), interval, ratio. Values
that nobody used weigh nothing at any level, so no label list is needed. None is undefined; `why` says why in a word:
"no_pairs" (no unit was coded twice) or "one_value" (no variation, so no evidence of reliability; alpha is not 1).
Source: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

Value = int | float | str
LEVELS = ("nominal", "ordinal", "interval", "ratio")


@dataclass(frozen=True)
class Alpha:
    """Alpha over `pairable` values in `units` units; `coincidences` is square over `values`, in ascending order."""

    alpha: float | None
    pairable: int
    units: int
    values: tuple[Value, ...]
    coincidences: tuple[tuple[float, ...], ...]
    why: str | None = None


def alpha(data: Sequence[Sequence[Value | None]], level: str) -> Alpha:
    """Krippendorff's alpha.

    Parameters: `data`, for each observer the value of each unit, None where there is none; `level`, one of `LEVELS`.
    Raises ValueError for another level, unequal rows, words where numbers are needed, or a negative value on a ratio
    scale.

    >>> round(alpha([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]], "nominal").alpha, 3)
    0.095
    >>> alpha([[2, 2], [2, 2]], "nominal").why
    'one_value'
    """
    _refuse(data, level)
    units = [[value for value in unit if value is not None] for unit in zip(*data, strict=True)]
    units = [unit for unit in units if len(unit) > 1]
    values = sorted({value for unit in units for value in unit}, key=lambda value: (isinstance(value, str), value))
    coincidences = _coincidences(units, values)
    pairable, square = sum(map(len, units)), tuple(map(tuple, coincidences))
    if len(values) < 2:
        return Alpha(None, pairable, len(units), tuple(values), square, "one_value" if values else "no_pairs")
    totals = _totals(units, values)
    apart = _distances(values, totals, level)
    places = range(len(values))
    observed = sum(coincidences[c][k] * apart[c][k] for c in places for k in places)
    expected = sum(totals[c] * totals[k] * apart[c][k] for c in places for k in places)
    return Alpha(1 - (pairable - 1) * observed / expected, pairable, len(units), tuple(values), square)


def _refuse(data: Sequence[Sequence[Value | None]], level: str) -> None:
    if level not in LEVELS:
        raise ValueError(f"{level!r} is no level of measurement: {', '.join(LEVELS)}.")
    if len({len(row) for row in data}) > 1:
        raise ValueError("Every observer needs a place for every unit: leave None where nothing was coded.")
    for value in (value for row in data for value in row if level != "nominal"):
        if isinstance(value, str):
            raise ValueError(f"{value!r} is a word; the level {level} needs numbers.")
        if level == "ratio" and value is not None and value < 0:
            raise ValueError(f"{value} lies below the zero of a ratio scale.")


def _coincidences(units: Sequence[Sequence[Value]], values: Sequence[Value]) -> list[list[float]]:
    place = {value: number for number, value in enumerate(values)}
    table = [[0.0] * len(values) for _ in values]
    for unit in units:
        seen = Counter(unit)
        for one, times in seen.items():
            for other, others in seen.items():
                pairs = times * (others - (one == other))
                table[place[one]][place[other]] += pairs / (len(unit) - 1)
    return table


def _totals(units: Sequence[Sequence[Value]], values: Sequence[Value]) -> list[int]:
    """How often each value was used in pairable units: whole, where sums of coincidences would be rounded."""
    seen = Counter(value for unit in units for value in unit)
    return [seen[value] for value in values]


def _distances(values: Sequence[Value], totals: Sequence[int], level: str) -> list[list[float]]:
    """The squared difference between each two values."""
    places = range(len(values))
    if level == "nominal":
        return [[float(c != k) for k in places] for c in places]
    if level == "ordinal":
        below = [sum(totals[:c]) + totals[c] / 2 for c in places]
        return [[(below[c] - below[k]) ** 2 for k in places] for c in places]
    numbers = [float(value) for value in values]
    if level == "interval":
        return [[(c - k) ** 2 for k in numbers] for c in numbers]
    return [[((c - k) / (c + k)) ** 2 if c != k else 0.0 for k in numbers] for c in numbers]
