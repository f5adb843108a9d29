"""Within which limits does a proportion probably lie?

All intervals are 95 % unless told otherwise, as (low, high) in 0..1. Nothing to count gives None, never (0, 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import sqrt
from statistics import NormalDist

Interval = tuple[float, float]


def wilson(k: int, n: int, level: float = 0.95) -> Interval | None:
    """Wilson's score interval for `k` of `n`: for cues within one visit.

    Returns (low, high), None when `n` is 0. Raises ValueError unless 0 <= k <= n.
    Source: Wilson 1927; Newcombe 1998, Stat Med 17:857, method 3.

    >>> low, high = wilson(3, 4)
    >>> round(low, 3), round(high, 3)
    (0.301, 0.954)
    """
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is no proportion")
    if n == 0:
        return None
    z = NormalDist().inv_cdf(0.5 + level / 2)
    p = k / n
    centre = p + z * z / (2 * n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # at 0 of n and n of n the ends are exact, whatever floating point says
    return (0.0 if k == 0 else (centre - half) / scale, 1.0 if k == n else (centre + half) / scale)


def newcombe(k1: int, n1: int, k2: int, n2: int) -> Interval | None:
    """Newcombe's hybrid score interval for the difference k1/n1 - k2/n2 of two visits, in -1..1.

    Returns (low, high), None when either `n` is 0. Source: Newcombe 1998, Stat Med 17:873, method 10.

    >>> low, high = newcombe(56, 70, 48, 80)
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    first, second = wilson(k1, n1), wilson(k2, n2)
    if first is None or second is None:
        return None
    p1, p2 = k1 / n1, k2 / n2
    difference = p1 - p2
    down = sqrt(_square(p1 - first[0]) + _square(second[1] - p2))
    up = sqrt(_square(first[1] - p1) + _square(p2 - second[0]))
    return difference - down, difference + up


def _square(x: float) -> float:
    # a product is the same to the last bit in the browser, a power is not
    return x * x


def ratio(visits: Iterable[Sequence[int]]) -> tuple[float, float, float] | None:
    """The rate over several visits with an interval whose units are the visits, not the cues.

    Parameters: `visits`, for each visit (answered, codable). Returns (rate, low, high) by `ratio_of_sums`.

    >>> [round(x, 3) for x in ratio([(9, 10), (2, 10), (8, 10), (1, 10)])]
    [0.5, 0.0, 1.0]
    """
    rows = list(visits)
    return ratio_of_sums(
        len(rows),
        sum(k for k, _ in rows),
        sum(n for _, n in rows),
        sum(k * k for k, _ in rows),
        sum(n * n for _, n in rows),
        sum(k * n for k, n in rows),
    )


def ratio_of_sums(
    visits: int, answered: int, codable: int, answered2: int, codable2: int, product: int
) -> tuple[float, float, float] | None:
    """The same from sums over visits, as cells keep them: sums of k, n, k², n² and kn over `visits` visits.

    With r = sum k / sum n, var = m / (m - 1) x sum (k - r n)² / (sum n)², and Student's t with m - 1 degrees of
    freedom, clipped to 0..1. Returns (rate, low, high); None below two visits or when nothing was codable.
    Source: Cochran 1977, Sampling Techniques, 3rd ed., section 2.11 (ratio estimator, no finite correction).

    >>> ratio_of_sums(1, 3, 4, 9, 16, 12) is None
    True
    """
    if visits < 2 or codable == 0:
        return None
    r = answered / codable
    squares = max(0.0, answered2 - 2 * r * product + r * r * codable2)
    half = student_t(visits - 1) * sqrt(visits / (visits - 1) * squares) / codable
    return r, max(0.0, r - half), min(1.0, r + half)


def student_t(degrees: int) -> float:
    """The 97.5 % quantile of Student's t, to 4 decimals or better.

    Exact by table to 30 degrees; beyond, the Cornish-Fisher expansion of Abramowitz & Stegun 26.7.5, whose error is
    below 0.00001 there.

    >>> student_t(3), round(student_t(60), 4)
    (3.1824, 2.0003)
    """
    if degrees <= len(_T975):
        return _T975[degrees - 1]
    z = NormalDist().inv_cdf(0.975)
    g1 = (z**3 + z) / 4
    g2 = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    g3 = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + g1 / degrees + g2 / degrees**2 + g3 / degrees**3


_T975 = (
    12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281,
    2.2010, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860,
    2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
)  # fmt: skip
