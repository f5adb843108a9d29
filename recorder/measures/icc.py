"""How much of the difference between ratings lies in the families, and how much in who rated them?

Rows are targets (families, visits), columns raters; each rater rated every target. Six forms: ICC(1,·) raters differ
from target to target; ICC(2,·) raters are a sample and their severity counts (absolute agreement); ICC(3,·) these
raters only, severity set aside; (·,1) one rater's score, (·,k) the mean of all k. For home visitors ICC(2,1) is the
figure, with ICC(3,1) beside it: a wide gap is a difference in severity, which training can mend.

Only complete rows are used, and how many is said. None is undefined; `why` says why in a word: "too_few" (fewer than
two complete targets or raters), "no_variance" (all ratings equal), "targets_hardly_differ" (the mean square between
targets is not above the residual: the formulas still give numbers, which mean nothing and get no interval).
Sources: Shrout & Fleiss 1979, Psychol Bull 86:420; McGraw & Wong 1996, Psychol Methods 1:30. The interval of ICC(2,k)
follows Shrout & Fleiss (as R psych), not irr.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf

from recorder.measures.distributions import f_quantile

Interval = tuple[float, float]


@dataclass(frozen=True)
class Form:
    """One form of the coefficient with its interval, which may reach below 0, to `-inf` even."""

    value: float | None
    interval: Interval | None = None


@dataclass(frozen=True)
class MeanSquares:
    """The analysis of variance behind the coefficients: between targets, between raters, within, residual."""

    targets: float
    raters: float
    within: float
    residual: float


@dataclass(frozen=True)
class Icc:
    """The six forms over `used` complete targets of `raters` raters; `dropped` targets had a hole."""

    used: int
    dropped: int
    raters: int
    icc1: Form
    icc2: Form
    icc3: Form
    icc1k: Form
    icc2k: Form
    icc3k: Form
    squares: MeanSquares | None = None
    why: str | None = None


def icc(ratings: Sequence[Sequence[float | None]], level: float = 0.95) -> Icc:
    """The six intraclass correlations of Shrout & Fleiss.

    Parameters: `ratings`, for each target what each rater gave, None for a hole; `level` of the intervals. Raises
    ValueError when targets have unequal numbers of raters.

    >>> judges = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> found = icc(judges)
    >>> round(found.icc2.value, 2), round(found.icc3.value, 2), [round(end, 2) for end in found.icc2.interval]
    (0.29, 0.71, [0.02, 0.76])
    >>> icc([[4, 4], [4, 4]]).why
    'no_variance'
    """
    raters = len(ratings[0]) if ratings else 0
    if any(len(row) != raters for row in ratings):
        raise ValueError("Every target needs a place for every rater: leave None where a rating is missing.")
    complete = [[value for value in row if value is not None] for row in ratings if None not in row]
    used, dropped = len(complete), len(ratings) - len(complete)
    if used < 2 or raters < 2:
        return _undefined(used, dropped, raters, "too_few")
    squares = _mean_squares(complete)
    between, judges, within, residual = squares
    if not any(squares):
        return _undefined(used, dropped, raters, "no_variance")
    k, n = raters, used
    values = (
        _ratio(between - within, between + (k - 1) * within),
        _ratio(between - residual, between + (k - 1) * residual + Fraction(k, n) * (judges - residual)),
        _ratio(between - residual, between + (k - 1) * residual),
        _ratio(between - within, between),
        _ratio(between - residual, between + (judges - residual) / n),
        _ratio(between - residual, between),
    )
    distinct = between > residual
    mean = MeanSquares(float(between), float(judges), float(within), float(residual))
    intervals = _intervals(mean, n, k, values[1] or 0.0, level) if distinct else (None,) * 6
    one, two, three, means1, means2, means3 = (
        Form(value, interval) for value, interval in zip(values, intervals, strict=True)
    )
    why = None if distinct else "targets_hardly_differ"
    return Icc(used, dropped, raters, one, two, three, means1, means2, means3, mean, why)


def within_points(ratings: Sequence[Sequence[float | None]], points: float = 1) -> tuple[int, int]:
    """How many complete targets all raters put within so many points of each other, and how many were complete.

    >>> within_points([[4, 5], [5, 4], [1, 7], [3, None]])
    (2, 3)
    """
    complete = [[value for value in row if value is not None] for row in ratings if None not in row and row]
    return sum(max(row) - min(row) <= points for row in complete), len(complete)


def _undefined(used: int, dropped: int, raters: int, why: str) -> Icc:
    none = Form(None)
    return Icc(used, dropped, raters, none, none, none, none, none, none, None, why)


def _mean_squares(rows: Sequence[Sequence[float]]) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    """Exact, so that "no variance" and "not above the residual" never hang on rounding."""
    table = [[Fraction(value) for value in row] for row in rows]
    n, k = len(table), len(table[0])
    grand = sum((value for row in table for value in row), Fraction(0)) / (n * k)
    total = sum(((value - grand) ** 2 for row in table for value in row), Fraction(0))
    targets = k * sum(((sum(row, Fraction(0)) / k - grand) ** 2 for row in table), Fraction(0))
    raters = n * sum(((sum(column, Fraction(0)) / n - grand) ** 2 for column in zip(*table, strict=True)), Fraction(0))
    return (
        targets / (n - 1),
        raters / (k - 1),
        (total - targets) / (n * (k - 1)),
        (total - targets - raters) / ((n - 1) * (k - 1)),
    )


def _ratio(top: Fraction, bottom: Fraction) -> float | None:
    if bottom:
        return float(top / bottom)
    return None if top == 0 else inf if top > 0 else -inf


def _intervals(mean: MeanSquares, n: int, k: int, icc2: float, level: float) -> tuple[Interval | None, ...]:
    """In the order 1, 2, 3, 1k, 2k, 3k; None where the ratings agree so fully that an interval would be a point."""
    p = 0.5 + level / 2
    one = _of_two_squares(mean.targets, mean.within, n - 1, n * (k - 1), k, p) if mean.targets > mean.within else None
    three = _of_two_squares(mean.targets, mean.residual, n - 1, (n - 1) * (k - 1), k, p)
    two = _absolute(mean, n, k, icc2, p)
    found = []
    for single in (one, two, three):
        found.append(single if single and single[0] < single[1] else None)
    of_means: list[Interval | None] = [ends and (_stepped_up(ends[0], k), _stepped_up(ends[1], k)) for ends in found]
    return (*found, *of_means)


def _of_two_squares(top: float, bottom: float, d1: int, d2: int, k: int, p: float) -> Interval:
    """ICC(1,1) and ICC(3,1): F = top / bottom with d1 and d2 degrees of freedom, written without the division."""
    low, high = f_quantile(p, d1, d2), f_quantile(p, d2, d1)
    return (
        (top - low * bottom) / (top + (k - 1) * low * bottom),
        (top * high - bottom) / (top * high + (k - 1) * bottom),
    )


def _absolute(mean: MeanSquares, n: int, k: int, icc2: float, p: float) -> Interval:
    """ICC(2,1), with Satterthwaite's degrees of freedom; everything times the residual, which may be 0."""
    judges, residual = k * icc2 * mean.raters, (n * (1 + (k - 1) * icc2) - k * icc2) * mean.residual
    below = (n - 1) * judges**2 + residual**2
    v = (k - 1) * (n - 1) * (judges + residual) ** 2 / below if below else float((k - 1) * (n - 1))
    low, high = f_quantile(p, n - 1, v), f_quantile(p, v, n - 1)
    others = k * mean.raters + (k * n - k - n) * mean.residual
    return (
        n * (mean.targets - low * mean.residual) / (low * others + n * mean.targets),
        n * (high * mean.targets - mean.residual) / (others + n * high * mean.targets),
    )


def _stepped_up(value: float, k: int) -> float:
    """From one rater to the mean of k (Spearman-Brown): so the single forms' ends become the mean forms'."""
    bottom = 1 + (k - 1) * value
    # ICC(2,1)'s lower end may pass -1/(k - 1), where the mean form has gone to minus infinity already
    return k * value / bottom if bottom > 0 else -inf
