"""Intervals equal the published ones; visits, not cues, are the units over several visits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from recorder.measures.intervals import newcombe, ratio, ratio_of_sums, student_t, wilson

CASES = json.loads((Path(__file__).parent.parent / "oracles" / "10_proportion_ci.json").read_text())["cases"]


@pytest.mark.parametrize("case", [c for c in CASES if c["kind"] == "proportion_ci"], ids=lambda case: case["id"])
def test_wilson_equals_the_published_interval(case: dict[str, Any]) -> None:
    made = wilson(case["input"]["k"], case["input"]["n"], case["input"]["level"])
    expected = case["expected"]["wilson"]
    assert made == (None if expected is None else pytest.approx(tuple(expected), abs=1e-6))
    if "wilson_text" in case["expected"] and made:
        assert f"{made[0]:.0%} to {made[1]:.0%}" == case["expected"]["wilson_text"]


def test_newcombe_equals_the_published_interval() -> None:
    (case,) = [c for c in CASES if c["kind"] == "difference_of_proportions"]
    made = newcombe(*(case["input"][key] for key in ("k1", "n1", "k2", "n2")))
    assert made == pytest.approx(tuple(case["expected"]["ci"]), abs=1e-4)
    assert newcombe(1, 2, 0, 0) is None


def test_an_interval_over_visits_is_never_the_pooled_one() -> None:
    (case,) = [c for c in CASES if c["kind"] == "clustered_proportion"]
    made = ratio(case["input"]["visits"])
    assert made is not None and made[0] == case["expected"]["pooled"]
    assert made[1] < case["expected"]["visit_bootstrap_exact"][0] < case["expected"]["wilson_pooled"][0]
    assert made[2] > case["expected"]["visit_bootstrap_exact"][1]


def test_one_visit_has_no_interval_over_visits_and_nothing_codable_no_rate() -> None:
    assert ratio([(3, 4)]) is None
    assert ratio([(0, 0), (0, 0)]) is None
    assert ratio([]) is None


def test_sums_give_what_the_visits_give() -> None:
    assert ratio([(1, 3), (5, 9), (2, 2)]) == ratio_of_sums(3, 8, 14, 30, 94, 52)


@pytest.mark.parametrize(
    ("degrees", "value"),
    [(1, 12.7062), (2, 4.3027), (10, 2.2281), (30, 2.0423), (40, 2.0211), (100, 1.9840), (1000, 1.9623)],
)
def test_students_t_equals_the_printed_tables(degrees: int, value: float) -> None:
    assert student_t(degrees) == pytest.approx(value, abs=5e-5)


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="5 of 4"):
        wilson(5, 4)
