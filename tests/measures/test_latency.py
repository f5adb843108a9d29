"""Kaplan-Meier's curve and median equal R's; the misses are never forgotten."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median as ordinary_median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.measures.latency import kaplan_meier, median

CASES = json.loads((Path(__file__).parent.parent / "oracles" / "06_response_latency.json").read_text())["cases"]


@pytest.mark.parametrize("case", [c for c in CASES if c["kind"].startswith("kaplan")], ids=lambda case: case["id"])
def test_the_curve_and_its_median_equal_the_oracle(case: dict[str, Any]) -> None:
    times = [round(t * 1000) for t in case["input"]["time_s"]]
    steps = kaplan_meier(times, [bool(a) for a in case["input"]["answered"]])
    for step, expected in zip(steps, case["expected"]["steps"], strict=True):
        assert step.time_ms == round(expected["t"] * 1000)
        assert step.survival == pytest.approx(expected["S"], abs=1e-9)
        assert step.at_risk == expected["at_risk"]
    expected = case["expected"]["median_s"]
    assert median(steps) == (None if expected == "not reached" else pytest.approx(expected * 1000))


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=60, unique=True))
def test_with_nothing_missed_it_is_the_ordinary_median(times: list[int]) -> None:
    assert median(kaplan_meier(times, [True] * len(times))) == pytest.approx(ordinary_median(times))


def test_nothing_to_time_has_no_median() -> None:
    assert median(kaplan_meier([], [])) is None
