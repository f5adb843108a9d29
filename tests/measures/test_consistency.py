"""Spread, steps and change equal the hand-checked numbers; growth is not inconsistency; a hole is not bridged."""

from __future__ import annotations

import json
from itertools import combinations_with_replacement
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.measures.consistency import (
    bland_altman,
    cutoff,
    isd,
    largest_sd,
    relative_sd,
    reliable_change,
    rmssd,
    spearman,
    steadiness,
    steps,
    theil_sen,
    von_neumann,
)

CASES = json.loads((Path(__file__).parent.parent / "oracles" / "09_consistency_change.json").read_text())["cases"]
RATINGS = st.lists(st.one_of(st.none(), st.integers(1, 7)), max_size=12)


def of_kind(kind: str) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in CASES if case["kind"] == kind]


@pytest.mark.parametrize("case", of_kind("intra_individual_variability"))
def test_spread_and_steps(case: dict[str, Any]) -> None:
    values, (low, high), expected = case["input"]["values"], case["input"]["scale"], case["expected"]
    known = [value for value in values if value is not None]
    found = {
        "n": steadiness(values, low, high).n,
        "mean": steadiness(values, low, high).mean,
        "isd": isd(values),
        "rmssd": rmssd(values),
        "von_neumann_ratio": von_neumann(values),
        "max_possible_sd_given_mean": largest_sd(fmean(known), len(known), low, high),
        "relative_sd": relative_sd(values, low, high),
        "n_successive_pairs": len(steps(values)),
    }
    step = found["rmssd"]
    found["rmssd_over_scale_range"] = None if step is None else step / (high - low)
    for name, value in found.items():
        if name in expected:
            wanted = expected[name]
            assert value == (None if wanted is None else pytest.approx(wanted, abs=1e-9)), name


@pytest.mark.parametrize("case", of_kind("reliable_change_index"))
def test_reliable_change(case: dict[str, Any]) -> None:
    given_, expected = case["input"], case["expected"]
    found = reliable_change(given_["pre"], given_["post"], given_["sd"], given_["reliability"])
    values = {"sem": found.sem, "s_diff": found.s_diff, "rci": found.index, "mdc95": found.smallest}
    for name, value in values.items():
        assert value == (None if expected[name] is None else pytest.approx(expected[name], abs=1e-9)), name
    assert found.reliable is expected["reliable"]
    if "cutoff_c" in expected:
        groups = ("mean_functional", "sd_functional", "mean_dysfunctional", "sd_dysfunctional")
        c = cutoff(*(given_[name] for name in groups))
        assert c == expected["cutoff_c"] and (given_["post"] > c) == expected["passed_cutoff"]


def test_growth_and_zigzag_have_one_sd_and_different_steps() -> None:
    growth, zigzag = steadiness([1, 2, 3, 4, 5, 6, 7], 1, 7), steadiness([4, 1, 7, 2, 6, 3, 5], 1, 7)
    assert growth.isd == zigzag.isd == pytest.approx(2.160, abs=1e-3)
    assert growth.rmssd == 1 and (zigzag.rmssd or 0) > 3.5
    assert growth.slope == 1


def test_three_visits_for_spread_and_five_for_steps() -> None:
    assert steadiness([], 1, 7).mean is None
    two, three, four, five = (steadiness([5, 3, 6, 4, 5][:n], 1, 7) for n in (2, 3, 4, 5))
    assert (two.isd, two.slope, two.relative_sd) == (None, None, None) and two.mean == 4
    assert three.isd and three.slope is not None and three.rmssd is None and four.rmssd is None
    assert five.rmssd is not None
    assert steadiness([5, None, None, 6], 1, 7).isd is None


def test_a_reliability_or_an_sd_that_cannot_be_is_refused() -> None:
    for reliability in (-0.2, 1.2):
        with pytest.raises(ValueError, match="cannot tell change from error"):
            reliable_change(4, 5, 1.2, reliability)
    with pytest.raises(ValueError, match="hold no change"):
        reliable_change(4, 5, 0, 0.8)
    assert reliable_change(4, 6, 1.2, 0.29).smallest == pytest.approx(2.80, abs=5e-3)


@given(st.lists(st.integers(1, 5), min_size=2, max_size=5))
def test_no_other_values_of_that_mean_spread_more(values: list[int]) -> None:
    same_mean = [
        stdev(other) for other in combinations_with_replacement(range(1, 6), len(values)) if sum(other) == sum(values)
    ]
    assert largest_sd(fmean(values), len(values), 1, 5) == pytest.approx(max(same_mean), abs=1e-9)


@given(RATINGS)
def test_the_relative_sd_is_a_share(values: list[int | None]) -> None:
    found = relative_sd(values, 1, 7)
    assert found is None or 0 <= found <= 1


def test_at_the_very_end_no_spread_is_possible_and_outside_none_is_meant() -> None:
    assert relative_sd([7, 7, 7], 1, 7) is None and isd([7, 7, 7]) == 0
    assert von_neumann([7, 7, 7]) is None
    with pytest.raises(ValueError, match="outside the scale"):
        relative_sd([0, 7], 1, 7)
    with pytest.raises(ValueError, match="not possible on a scale"):
        largest_sd(8, 3, 1, 7)


@given(RATINGS, st.integers(-3, 3))
def test_a_straight_line_added_adds_its_slope(values: list[int | None], by: int) -> None:
    times = list(range(len(values)))
    before = theil_sen(times, values)
    after = theil_sen(times, [None if v is None else v + by * t for t, v in zip(times, values, strict=True)])
    assert after == (None if before is None else pytest.approx(before + by, abs=1e-9))


def test_one_wild_visit_hardly_moves_the_slope() -> None:
    assert theil_sen(range(9), [1, 2, 3, 4, 99, 6, 7, 8, 9]) == 1
    assert theil_sen([3, 3], [1, 9]) is None
    with pytest.raises(ValueError, match="do not fit"):
        theil_sen([1], [1, 2])


def test_two_measures_side_by_side() -> None:
    # without ties 1 - 6 x sum d^2 / (n (n^2 - 1)), d = 1 six times; with ties Pearson of the mean ranks
    assert spearman([1, 2, 3, 4, 5, 6, None], [2, 1, 4, 3, 6, 5, 9]) == pytest.approx(29 / 35)
    assert spearman([1, 1, 2], [1, 2, 3]) == pytest.approx(0.75**0.5)
    assert spearman([1, 2], [3, 3]) is None
    found = bland_altman([60, 70, 80, None], [50, 70, 75, 90])
    assert (found.n, found.bias, found.sd) == (3, 5, 5)
    assert bland_altman([], []).bias is None
    assert (bland_altman([3], [1]).bias, bland_altman([3], [1]).limits) == (2, None)
