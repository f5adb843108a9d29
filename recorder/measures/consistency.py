"""How steady is one family over its visits, and is a change more than error of rating?

Values are of one dyad, one context and one scheme, in order of the visits; None is a visit without the figure, and no
difference is taken across it. Spread needs three visits, RMSSD five (`steadiness`); the plain formulas are here too
and need two. Growth is not inconsistency: RMSSD (steps between visits) and slope stand beside the SD, which alone
would call steady growth restless. Near the end of a scale a small SD is forced, so it is also given relative to the
largest that the mean allows. None is undefined, never 0.
Sources: von Neumann 1941; Mestdagh et al. 2018, Psychol Methods 23:690 (relative SD); Theil 1950 and Sen 1968 (slope);
Jacobson & Truax 1991, J Consult Clin Psychol 59:12 (reliable change); Bland & Altman 1986, Lancet 327:307.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import floor, sqrt
from statistics import NormalDist, fmean, median, stdev

from recorder.measures.qsort import pearson

Values = Sequence[float | None]

SPREAD_NEEDS = 3
STEPS_NEED = 5
_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Steadiness:
    """What a family's page may show of `n` visits: everything but `n` and `mean` is None until there are enough."""

    n: int
    mean: float | None
    isd: float | None
    relative_sd: float | None
    rmssd: float | None
    slope: float | None


def steadiness(values: Values, low: float, high: float, times: Sequence[float] | None = None) -> Steadiness:
    """The figures that so many visits allow.

    Parameters: `values`, one a visit; `low` and `high`, the ends of the scale; `times`, when each visit was (in the
    unit the slope shall have; None: visits are one apart).

    >>> steadiness([1, 2, 3, 4, 5, 6, 7], 1, 7).rmssd, steadiness([5, 3], 1, 7).isd
    (1.0, None)
    """
    known = _known(values)
    when = list(range(len(values))) if times is None else times
    enough = len(known) >= SPREAD_NEEDS
    return Steadiness(
        n=len(known),
        mean=fmean(known) if known else None,
        isd=isd(values) if enough else None,
        relative_sd=relative_sd(values, low, high) if enough else None,
        rmssd=rmssd(values) if len(known) >= STEPS_NEED else None,
        slope=theil_sen(when, values) if enough else None,
    )


def isd(values: Values) -> float | None:
    """The intra-individual SD (n - 1); None below two values.

    >>> isd([5, None, 6, 4])
    1.0
    """
    known = _known(values)
    return stdev(known) if len(known) > 1 else None


def steps(values: Values) -> list[float]:
    """The differences between truly consecutive visits: none across a missing one.

    >>> steps([5, None, 6, 4])
    [-2]
    """
    return [after - before for before, after in pairwise(values) if before is not None and after is not None]


def rmssd(values: Values) -> float | None:
    """The root mean square of successive differences; None without two consecutive visits.

    >>> rmssd([5, None, 6, 4])
    2.0
    """
    taken = steps(values)
    return sqrt(fmean(step * step for step in taken)) if taken else None


def von_neumann(values: Values) -> float | None:
    """Mean squared successive difference over variance: about 2 for visits in no order, near 0 for a trend.

    >>> round(von_neumann([1, 2, 3, 4, 5, 6, 7]), 3)
    0.214
    """
    step, spread = rmssd(values), isd(values)
    return step * step / (spread * spread) if step is not None and spread else None


def largest_sd(mean: float, n: int, low: float, high: float) -> float | None:
    """The largest SD (n - 1) that `n` values from `low` to `high` with this mean can have: as many as possible at
    the ends, one between.

    Returns None below two values. Raises ValueError when the mean lies outside the scale.

    >>> largest_sd(6.75, 4, 1, 7)
    0.5
    """
    if not low <= mean <= high or low >= high:
        raise ValueError(f"A mean of {mean:g} is not possible on a scale from {low:g} to {high:g}.")
    if n < 2:
        return None
    above, width = n * (mean - low), high - low
    # a rounded sum must not lose a value that lies at the top
    top = min(n, floor(above / width + 1e-9))
    values = [high] * top + [low] * (n - top)
    if top < n:
        values[top] = low + max(0.0, above - top * width)
    return stdev(values)


def relative_sd(values: Values, low: float, high: float) -> float | None:
    """The SD as a share, 0..1, of the largest that this mean allows; None below two values, and at the very end of
    the scale, where no SD is possible at all.

    >>> relative_sd([7, 7, 6, 7], 1, 7)
    1.0
    """
    known = _known(values)
    spread = isd(known)
    if spread is None:
        return None
    if not all(low <= value <= high for value in known):
        raise ValueError(f"A value lies outside the scale from {low:g} to {high:g}.")
    largest = largest_sd(fmean(known), len(known), low, high)
    return min(1.0, spread / largest) if largest else None


def theil_sen(times: Sequence[float], values: Values) -> float | None:
    """The median of the slopes between every two visits, per unit of `times`; None below two different times.

    >>> theil_sen([0, 1, 2, 3], [2, 3, None, 9])
    2.3333333333333335
    """
    if len(times) != len(values):
        raise ValueError(f"{len(times)} times do not fit {len(values)} values.")
    known = [(time, value) for time, value in zip(times, values, strict=True) if value is not None]
    slopes = [(v2 - v1) / (t2 - t1) for (t1, v1), (t2, v2) in combinations(known, 2) if t1 != t2]
    return median(slopes) if slopes else None


@dataclass(frozen=True)
class Change:
    """A change between two visits. `sem` standard error of one score, `s_diff` of a difference; `index` the reliable
    change index; `smallest` the smallest change that rating error alone would not make in 95 of 100 cases; `reliable`
    None when the index is."""

    sem: float
    s_diff: float
    index: float | None
    smallest: float
    reliable: bool | None


def reliable_change(before: float, after: float, sd: float, reliability: float) -> Change:
    """Whether a score changed by more than error.

    Parameters: `sd` of scores over families; `reliability` 0..1, the programme's own double-coded ICC(2,1). A
    reliability of exactly 1 is not credible and gives no index. Raises ValueError for an SD or a reliability that
    cannot be.

    >>> change = reliable_change(4, 5, sd=1.2, reliability=0.75)
    >>> round(change.smallest, 2), change.reliable
    (1.66, False)
    """
    if not 0 <= reliability <= 1:
        raise ValueError(f"A reliability of {reliability:g} cannot tell change from error: it must lie in 0..1.")
    if sd <= 0:
        raise ValueError(f"Scores with an SD of {sd:g} hold no change.")
    sem = sd * sqrt(1 - reliability)
    s_diff = sqrt(2) * sem
    index = (after - before) / s_diff if s_diff else None
    return Change(sem, s_diff, index, _Z * s_diff, None if index is None else abs(index) > _Z)


def cutoff(mean_functional: float, sd_functional: float, mean_dysfunctional: float, sd_dysfunctional: float) -> float:
    """Jacobson & Truax's point c between two groups: where a score is as likely in either.

    >>> cutoff(60, 7.5, 40, 7.5)
    50.0
    """
    spread = sd_functional + sd_dysfunctional
    return (sd_dysfunctional * mean_functional + sd_functional * mean_dysfunctional) / spread


@dataclass(frozen=True)
class BlandAltman:
    """How far two ways of measuring the same lie apart over `n` families: mean difference (first minus second), its
    SD, and the limits between which 95 of 100 differences lie."""

    n: int
    bias: float | None
    sd: float | None
    limits: tuple[float, float] | None


def bland_altman(first: Values, second: Values) -> BlandAltman:
    """The limits of agreement of two measures, over families that have both.

    >>> found = bland_altman([60, 70, 80], [50, 70, 75])
    >>> found.bias, [round(end, 1) for end in found.limits]
    (5.0, [-4.8, 14.8])
    """
    apart = [one - other for one, other in _both(first, second)]
    if not apart:
        return BlandAltman(0, None, None, None)
    bias = fmean(apart)
    sd = stdev(apart) if len(apart) > 1 else None
    return BlandAltman(len(apart), bias, sd, None if sd is None else (bias - _Z * sd, bias + _Z * sd))


def spearman(first: Values, second: Values) -> float | None:
    """Spearman's rank correlation over families that have both; ties share their mean rank.

    >>> round(spearman([1, 2, 3, 4, 5], [2, 1, 4, 3, None]), 3)
    0.6
    """
    pairs = _both(first, second)
    return pearson(_ranks([one for one, _ in pairs]), _ranks([other for _, other in pairs]))


def _known(values: Values) -> list[float]:
    return [value for value in values if value is not None]


def _both(first: Values, second: Values) -> list[tuple[float, float]]:
    return [(a, b) for a, b in zip(first, second, strict=True) if a is not None and b is not None]


def _ranks(values: Sequence[float]) -> list[float]:
    ordered = sorted(values)
    return [(bisect_left(ordered, value) + bisect_right(ordered, value) + 1) / 2 for value in values]
