"""Quantiles of F, beta and t equal another program's over a wide grid, and undo their distribution."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import inf
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.measures import distributions
from recorder.measures.distributions import beta_cdf, beta_quantile, clopper_pearson, f_quantile, t_quantile
from recorder.measures.intervals import student_t

GRID = json.loads((Path(__file__).parent.parent / "data" / "quantiles.json").read_text())
PARAMETERS = st.floats(0.5, 2000)


@pytest.mark.parametrize(
    ("name", "ours"), [("f", f_quantile), ("beta", beta_quantile), ("t", t_quantile), ("beta_cdf", beta_cdf)]
)
def test_the_grid_of_another_program(name: str, ours: Callable[..., float]) -> None:
    for *given_, expected in GRID[name]:
        assert ours(*given_) == pytest.approx(expected, rel=1e-11, abs=1e-14), given_


@given(st.floats(1e-6, 1 - 1e-6), PARAMETERS, PARAMETERS)
def test_a_quantile_undoes_its_distribution(p: float, a: float, b: float) -> None:
    x = beta_quantile(p, a, b)
    if 1e-12 < x < 1 - 1e-6:  # nearer to 1 a double cannot hold x well enough to give p back
        assert beta_cdf(x, a, b) == pytest.approx(p, rel=1e-6)


@given(st.floats(0.001, 0.999), PARAMETERS, PARAMETERS)
def test_f_turns_round_with_its_degrees(p: float, d1: float, d2: float) -> None:
    assert f_quantile(p, d1, d2) * f_quantile(1 - p, d2, d1) == pytest.approx(1, rel=1e-9)


@given(st.integers(0, 2**40).map(lambda n: n / 2**40), PARAMETERS, PARAMETERS)  # so that 1 - x is exact
def test_the_two_tails_of_beta_come_to_one(x: float, a: float, b: float) -> None:
    assert beta_cdf(x, a, b) + beta_cdf(1 - x, b, a) == pytest.approx(1, abs=1e-9)


def test_the_short_table_of_t_is_the_same() -> None:
    for degrees in range(1, 200):
        assert student_t(degrees) == pytest.approx(t_quantile(0.975, degrees), abs=6e-5)


def test_the_ends() -> None:
    assert (beta_quantile(0, 2, 3), beta_quantile(1, 2, 3)) == (0, 1)
    assert (f_quantile(0, 2, 3), f_quantile(1, 2, 3)) == (0, inf)
    assert (t_quantile(0, 3), t_quantile(0.5, 3), t_quantile(1, 3)) == (-inf, 0, inf)
    assert (beta_cdf(0, 2, 3), beta_cdf(1, 2, 3)) == (0, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: beta_cdf(1.1, 1, 1),
        lambda: beta_quantile(-0.1, 1, 1),
        lambda: f_quantile(0.5, 0, 1),
        lambda: t_quantile(2, 3),
        lambda: clopper_pearson(5, 4),
    ],
)
def test_what_has_no_meaning_is_refused(wrong: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="no (beta|probability|proportion)"):
        wrong()


def test_clopper_pearson_holds_what_it_promises() -> None:
    assert clopper_pearson(0, 0) is None
    for n in (1, 4, 20, 300):
        # no failure in n: the upper end solves (1 - high)^n = 0.025
        assert clopper_pearson(0, n) == (0, pytest.approx(1 - 0.025 ** (1 / n)))
        assert clopper_pearson(n, n) == (pytest.approx(0.025 ** (1 / n)), 1)
    low, high = clopper_pearson(7, 10) or (0, 0)
    assert (low, high) == (pytest.approx(0.3475471499), pytest.approx(0.9332604888))


def test_far_out_it_goes_to_the_end_or_says_that_it_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    assert beta_quantile(1e-6, 0.01, 1) < 1e-300  # the true value, 1e-600, is below every double
    monkeypatch.setattr(distributions, "_STEPS", 2)
    with pytest.raises(ArithmeticError, match="does not converge"):
        beta_cdf(0.3, 50, 60)
