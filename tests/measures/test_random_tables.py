"""Ten thousand random tables, and a wide grid of quantiles, against scikit-learn and scipy.

These two are oracles for tests only: at run time `recorder.measures` needs the standard library and nothing else.
"""

from __future__ import annotations

import random
import warnings
from itertools import product
from math import isclose

import pytest
from scipy import stats
from sklearn.metrics import cohen_kappa_score

from recorder.measures import consistency, distributions, intervals, kappa, qsort

TABLES = 10_000
SCALE = range(1, 8)
WEIGHTS = {"unweighted": None, "linear": "linear", "quadratic": "quadratic"}


def ratings(chance: random.Random, n: int) -> tuple[list[int], list[int]]:
    """Two observers' ratings on 1-7; some observers use few of the numbers, some agree often."""
    used = chance.sample(SCALE, chance.randint(1, 7))
    alike = chance.random()
    a = [chance.choice(used) for _ in range(n)]
    return a, [one if chance.random() < alike else chance.choice(used) for one in a]


def test_ten_thousand_kappas_are_those_of_scikit_learn() -> None:
    chance = random.Random(20260302)
    undefined = 0
    for number in range(TABLES):
        a, b = ratings(chance, chance.randint(2, 60))
        table = kappa.count(a, b, SCALE)
        weights = list(WEIGHTS)[number % 3]
        ours = kappa.estimate(table, weights)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns where it gives nan
            theirs = cohen_kappa_score(a, b, labels=list(SCALE), weights=WEIGHTS[weights])
        if ours is None:
            undefined += 1
            assert len({*a, *b}) == 1, "undefined is: both used one number only"
            assert theirs != theirs
        else:
            assert isclose(ours, theirs, rel_tol=0, abs_tol=1e-12), (a, b, weights)
    assert undefined > 20


def test_correlations_and_slopes_are_those_of_scipy() -> None:
    chance = random.Random(7)
    for _ in range(1000):
        n = chance.randint(3, 40)
        x = [chance.randint(1, 9) for _ in range(n)]
        y = [chance.choice((one, chance.randint(1, 9))) for one in x]
        if len(set(x)) > 1 and len(set(y)) > 1:
            assert qsort.pearson(x, y) == pytest.approx(stats.pearsonr(x, y).statistic, abs=1e-12)
            assert consistency.spearman(x, y) == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-12)
        times = sorted(chance.sample(range(1000), n))
        assert consistency.theil_sen(times, y) == pytest.approx(stats.theilslopes(y, times).slope, abs=1e-12)


def test_intervals_of_a_share_are_those_of_scipy() -> None:
    for n in (*range(1, 41), 100, 2500):
        for k in {0, 1, n // 3, n // 2, n - 1, n}:
            wilson = stats.binomtest(k, n).proportion_ci(method="wilson")
            assert intervals.wilson(k, n) == pytest.approx((wilson.low, wilson.high), abs=1e-12)
            exact = stats.binomtest(k, n).proportion_ci(method="exact")
            assert distributions.clopper_pearson(k, n) == pytest.approx((exact.low, exact.high), abs=1e-9)


def test_quantiles_are_those_of_scipy_over_a_wide_grid() -> None:
    chances = (1e-6, 0.001, 0.025, 0.2, 0.5, 0.8, 0.975, 0.999, 1 - 1e-6)
    for p, a, b in product(chances, (0.5, 1, 2.5, 20, 400), (0.5, 1, 3, 60, 900)):
        assert distributions.beta_quantile(p, a, b) == pytest.approx(stats.beta.ppf(p, a, b), rel=1e-8, abs=1e-14)
    for p, d1, d2 in product(chances, (1, 2, 5.3, 30, 500), (1, 3, 7.7, 40, 900)):
        assert distributions.f_quantile(p, d1, d2) == pytest.approx(stats.f.ppf(p, d1, d2), rel=1e-7)
    for p, degrees in product(chances, (1, 2, 3.5, 10, 120, 5000)):
        assert distributions.t_quantile(p, degrees) == pytest.approx(stats.t.ppf(p, degrees), rel=1e-7, abs=1e-12)
