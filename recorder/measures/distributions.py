"""Which value does a beta, F or Student's t variable stay below with a given probability?

Everything rests on the regularised incomplete beta function I_x(a, b), by its continued fraction. Quantiles are found
on the scale u = ln(x / (1 - x)), where both tails keep their digits: relative error below 1e-11 for parameters from 0.5
to 5,000 and probabilities from 1e-6 to 1 - 1e-6. The normal distribution is `statistics.NormalDist`.
Source: Abramowitz & Stegun 26.5 and 26.6; the fraction by Lentz's method, Didonato & Morris 1992, ACM TOMS 18:360.
"""

from __future__ import annotations

from math import exp, inf, lgamma, log, log1p, sqrt

_TINY = 1e-300
_STEPS = 100_000
_HALF_LOG_TAU = 0.9189385332046727  # ln sqrt(2 pi)


def beta_cdf(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b): the probability that a beta(a, b) variable is at most `x`.

    Raises ValueError unless a and b are above 0 and 0 <= x <= 1.

    >>> round(beta_cdf(0.5, 2, 3), 4)
    0.6875
    """
    if not (a > 0 and b > 0 and 0 <= x <= 1):
        raise ValueError(f"no beta({a}, {b}) distribution at {x}")
    if x in (0, 1):
        return float(x)
    return _tails(x, 1 - x, a, b)[0]


def beta_quantile(p: float, a: float, b: float) -> float:
    """The value that a beta(a, b) variable stays below with probability `p`.

    Raises ValueError unless a and b are above 0 and 0 <= p <= 1.

    >>> round(beta_quantile(0.025, 20, 1), 4)
    0.8316
    """
    return _share(_quantile_logit(p, a, b))


def f_quantile(p: float, d1: float, d2: float) -> float:
    """The value that an F variable with `d1` and `d2` degrees of freedom stays below with probability `p`.

    Degrees need not be whole (Satterthwaite's are not). Raises ValueError unless they are above 0 and 0 <= p <= 1.

    >>> round(f_quantile(0.975, 5, 15), 4)
    3.5764
    """
    u = _quantile_logit(p, d1 / 2, d2 / 2)
    return inf if u == inf else d2 / d1 * exp(u)


def t_quantile(p: float, degrees: float) -> float:
    """The value that Student's t with `degrees` of freedom stays below with probability `p`.

    Raises ValueError unless the degrees are above 0 and 0 <= p <= 1.

    >>> round(t_quantile(0.975, 3), 4)
    3.1824
    """
    if not 0 <= p <= 1:
        raise ValueError(f"{p} is no probability")
    if p > 0.5:
        return -t_quantile(1 - p, degrees)
    # degrees / (degrees + t^2) is beta(degrees / 2, 1 / 2)
    u = _quantile_logit(2 * p, degrees / 2, 0.5)
    return -inf if u == -inf else -sqrt(degrees * exp(-u))


def clopper_pearson(k: int, n: int, level: float = 0.95) -> tuple[float, float] | None:
    """The exact interval for `k` of `n`: it covers at least `level`, whatever the true proportion is.

    Returns (low, high) in 0..1, None when `n` is 0. Raises ValueError unless 0 <= k <= n.
    Source: Clopper & Pearson 1934, Biometrika 26:404.

    >>> low, high = clopper_pearson(20, 20)
    >>> round(low, 4), high
    (0.8316, 1.0)
    """
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is no proportion")
    if n == 0:
        return None
    tail = (1 - level) / 2
    low = 0.0 if k == 0 else beta_quantile(tail, k, n - k + 1)
    high = 1.0 if k == n else _share(-_quantile_logit(tail, n - k, k + 1))
    return low, high


def _quantile_logit(p: float, a: float, b: float) -> float:
    """The quantile of beta(a, b) as ln(x / (1 - x)); the smaller tail is the one that is solved for."""
    if not (a > 0 and b > 0 and 0 <= p <= 1):
        raise ValueError(f"no beta({a}, {b}) distribution at probability {p}")
    if p in (0, 1):
        return inf if p else -inf
    return _lower(p, a, b) if p <= 0.5 else -_lower(1 - p, b, a)


def _lower(p: float, a: float, b: float) -> float:
    """Solve ln I = ln p by Newton's method (ln I is concave in u), kept within a bracket by bisection."""
    low, high, u = -inf, inf, log(a / b)
    for _ in range(200):
        x, y = _share(u), _share(-u)
        reached = _tails(x, y, a, b)[0]
        miss = log(reached) - log(p) if reached > 0 else -inf
        low, high = (u, high) if miss < 0 else (low, u)
        slope = exp(_log_front(x, y, a, b)) / reached if reached > 0 else 0.0
        step = -miss / slope if slope > 0 and miss > -inf else 1.0
        if abs(step) <= 1e-15 * max(1.0, abs(u)):
            break
        following = u + max(-50.0, min(50.0, step))
        if not low < following < high:
            following = (low + high) / 2 if low > -inf and high < inf else u + (1.0 if miss < 0 else -1.0)
        if following == u:
            break
        u = following
    return u


def _share(u: float) -> float:
    """x of u = ln(x / (1 - x)), without overflow."""
    return 1 / (1 + exp(-u)) if u >= 0 else exp(u) / (1 + exp(u))


def _tails(x: float, y: float, a: float, b: float) -> tuple[float, float]:
    """I_x(a, b) and its complement, from x and y = 1 - x; the fraction runs on the side where it converges fast."""
    front = exp(_log_front(x, y, a, b))
    if x < (a + 1) / (a + b + 2):
        lower = front * _fraction(x, a, b) / a
        return lower, 1 - lower
    upper = front * _fraction(y, b, a) / b
    return 1 - upper, upper


def _log_front(x: float, y: float, a: float, b: float) -> float:
    """ln(x^a y^b / B(a, b)): also the density on the scale u."""
    if x <= 0 or y <= 0:
        return -inf
    return a * (log(x) if x < 0.5 else log1p(-y)) + b * (log(y) if y < 0.5 else log1p(-x)) - _log_beta(a, b)


def _log_beta(a: float, b: float) -> float:
    """ln B(a, b). Large lgammas would cancel, so large arguments use what Stirling's formula leaves."""
    small, large = min(a, b), max(a, b)
    if large < 10:
        return lgamma(a) + lgamma(b) - lgamma(a + b)
    if small < 10:
        # ln G(large) - ln G(large + small), by Stirling
        rest = _stirling(large) - _stirling(large + small)
        return lgamma(small) + rest + small - small * log(large + small) - (large - 0.5) * log1p(small / large)
    total = small + large
    powers = (small - 0.5) * log(small / total) + (large - 0.5) * log(large / total) - 0.5 * log(total)
    return _HALF_LOG_TAU + powers + _stirling(small) + _stirling(large) - _stirling(total)


def _stirling(z: float) -> float:
    """ln G(z) - [(z - 1/2) ln z - z + ln sqrt(2 pi)] for z >= 10."""
    w = 1 / (z * z)
    return (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w * (1 / 1188 - w * 691 / 360360))))) / z


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of I_x(a, b) after its front, by Lentz's method."""
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > _TINY else _TINY)
    value = d
    for m in range(1, _STEPS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 + term * d
            c = 1 + term / c
            d = 1 / (d if abs(d) > _TINY else _TINY)
            c = c if abs(c) > _TINY else _TINY
            value *= d * c
        if abs(d * c - 1) < 4e-16:
            return value
    raise ArithmeticError(f"I_x({a}, {b}) does not converge at {x}")
