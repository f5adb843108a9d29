"""Intraclass correlations equal Shrout & Fleiss; ratings that hardly differ get words, not numbers with intervals."""

from __future__ import annotations

import json
from itertools import product
from math import inf
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.measures.icc import Icc, icc, within_points

CASES = json.loads((Path(__file__).parent.parent / "oracles" / "02_icc.json").read_text())["cases"]
BY_ID = {case["id"]: case for case in CASES}
NAMES = {"ICC1": "icc1", "ICC2": "icc2", "ICC3": "icc3", "ICC1k": "icc1k", "ICC2k": "icc2k", "ICC3k": "icc3k"}
JUDGES = BY_ID["icc_sf"]["input"]["ratings"]


@st.composite
def ratings(draw: st.DrawFn) -> list[list[int]]:
    raters = draw(st.integers(2, 4))
    return draw(st.lists(st.lists(st.integers(1, 9), min_size=raters, max_size=raters), min_size=2, max_size=12))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_published_coefficients(case: dict[str, Any]) -> None:
    found, expected = icc(case["input"]["ratings"]), case["expected"]
    if expected["icc"] is None:
        assert all(getattr(found, name).value is None for name in NAMES.values()) and found.why
        return
    for name, value in expected["icc"].items():
        wanted = -inf if value == "-inf" else pytest.approx(value, abs=case["tolerance"]["icc"])
        assert getattr(found, NAMES[name]).value == wanted, name
    for name, ends in expected.get("ci95", {}).items():
        assert getattr(found, NAMES[name]).interval == pytest.approx(ends, abs=1e-8), name
    squares = {"between_targets": "targets", "between_judges": "raters", "within": "within", "residual": "residual"}
    for name, ours in squares.items():
        if f"ms_{name}" in expected:
            assert getattr(found.squares, ours) == pytest.approx(expected[f"ms_{name}"], abs=1e-9)
    if "within_one_point_percent" in expected:
        agreed, n = within_points(case["input"]["ratings"])
        assert 100 * agreed / n == expected["within_one_point_percent"]


def test_families_that_hardly_differ_are_said_not_scored() -> None:
    found = icc(BY_ID["icc_edge_no_target_variance"]["input"]["ratings"])
    assert found.why == "targets_hardly_differ" and found.icc2.interval is None
    assert found.icc2k.value == 4  # the formula's nonsense, kept for whoever checks, never with an interval


@pytest.mark.parametrize(
    ("table", "why"), [([], "too_few"), ([[1, 2]], "too_few"), ([[1], [2]], "too_few"), ([[4, 4]] * 5, "no_variance")]
)
def test_undefined_has_a_word(table: list[list[float | None]], why: str) -> None:
    found = icc(table)
    assert (found.icc2.value, found.why) == (None, why)


def test_complete_pairs_only_and_how_many_were_used() -> None:
    holes: list[list[float | None]] = [*JUDGES, [3, None, 4, 5], [None, 1, 1, 1]]
    found = icc(holes)
    assert (found.used, found.dropped, found.raters) == (6, 2, 4)
    assert found.icc2 == icc(JUDGES).icc2
    with pytest.raises(ValueError, match="place for every rater"):
        icc([[1, 2], [3]])


def test_perfect_agreement_is_one_without_an_interval() -> None:
    found = icc([[1, 1], [4, 4], [9, 9]])
    assert (found.icc2.value, found.icc2.interval, found.icc3.interval, found.why) == (1, None, None, None)


def test_a_lower_end_beyond_the_floor_is_minus_infinity_for_the_mean() -> None:
    found = icc([[1, 1, 1, 1], [1, 2, 1, 1], [2, 1, 2, 2]])
    assert found.icc2.interval is not None and found.icc2.interval[0] < -1 / 3
    assert found.icc2k.interval is not None and found.icc2k.interval[0] == -inf


def test_a_steady_difference_in_severity_shows_between_the_forms() -> None:
    found = icc([[1, 3], [2, 4], [4, 6], [7, 9]])
    assert found.icc3.value == 1 and found.icc2.value == pytest.approx(0.777777, abs=1e-4)
    assert found.icc3.interval is None and found.icc2.interval is not None


def by_hand(rows: list[list[int]]) -> tuple[float, float, float, float]:
    """Mean squares by the definition of each effect, cell by cell."""
    n, k = len(rows), len(rows[0])
    grand = sum(map(sum, rows)) / n / k
    target, rater = [sum(row) / k for row in rows], [sum(row[j] for row in rows) / n for j in range(k)]
    cells = list(product(range(n), range(k)))
    return (
        sum((target[i] - grand) ** 2 for i, _ in cells) / (n - 1),
        sum((rater[j] - grand) ** 2 for _, j in cells) / (k - 1),
        sum((rows[i][j] - target[i]) ** 2 for i, j in cells) / (n * (k - 1)),
        sum((rows[i][j] - target[i] - rater[j] + grand) ** 2 for i, j in cells) / ((n - 1) * (k - 1)),
    )


@given(ratings())
def test_the_mean_squares_are_those_of_the_definition(rows: list[list[int]]) -> None:
    found = icc(rows)
    if found.squares:
        ours = (found.squares.targets, found.squares.raters, found.squares.within, found.squares.residual)
        assert ours == pytest.approx(by_hand(rows), abs=1e-9)
    else:
        assert found.why == "no_variance" and by_hand(rows) == (0, 0, 0, 0)


def values(found: Icc) -> list[float | None]:
    return [getattr(found, name).value for name in NAMES.values()]


@given(ratings(), st.integers(-5, 5), st.integers(1, 4))
def test_shifting_or_stretching_every_score_changes_nothing(rows: list[list[int]], by: int, times: int) -> None:
    moved = [[value * times + by for value in row] for row in rows]
    assert values(icc(moved)) == values(icc(rows))


@given(ratings())
def test_the_interval_holds_its_coefficient(rows: list[list[int]]) -> None:
    found = icc(rows)
    for form in (found.icc1, found.icc2, found.icc3, found.icc1k, found.icc2k, found.icc3k):
        if form.interval and form.value is not None:
            assert form.interval[0] <= form.value <= form.interval[1]
