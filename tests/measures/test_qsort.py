"""A sort is checked to the item and scored as published; two sorters are averaged first."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.measures.qsort import (
    AQS_BELL,
    AQS_NINE_TENS,
    best_attainable,
    derived,
    fisher_mean,
    fisher_z,
    pearson,
    problems,
    score,
    two_sorters,
)

CASES = json.loads((Path(__file__).parent.parent / "oracles" / "07_aqs.json").read_text())["cases"]
ITEMS = [str(number) for number in range(1, 91)]
BY_ID = {case["id"]: case for case in CASES}
LEGAL = BY_ID["aqs_valid_valid"]["input"]["sort"]


def of_kind(kind: str) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in CASES if case["kind"] == kind]


def as_sort(values: list[float]) -> dict[str, float]:
    return dict(zip(ITEMS, values, strict=False))


@pytest.mark.parametrize("case", of_kind("aqs_security_score"))
def test_security_scores(case: dict[str, Any]) -> None:
    sort, criterion = case["input"]["sort"], case["input"]["criterion"]
    found = score(as_sort(sort), as_sort(criterion), AQS_NINE_TENS)
    assert found.r == pytest.approx(case["expected"]["r"], abs=1e-9) and found.best == pytest.approx(1)
    squares = sum((one - other) ** 2 for one, other in zip(sort, criterion, strict=True))
    assert squares == case["expected"]["sum_d2"] and found.r == pytest.approx(1 - squares / 1200)
    z = case["expected"]["fisher_z"]
    assert fisher_z(found.r) == (None if z is None else pytest.approx(z, abs=1e-6))


@pytest.mark.parametrize("case", of_kind("aqs_forced_distribution"))
def test_forced_distributions(case: dict[str, Any]) -> None:
    found = problems(ITEMS, AQS_NINE_TENS, zip(ITEMS, case["input"]["sort"], strict=False))
    assert (not found) == case["expected"]["valid"]


def test_each_problem_names_its_item() -> None:
    def of(values: list[float]) -> list[tuple[str, str | None, float | None]]:
        placed = zip(ITEMS, values, strict=False)
        return [(found.kind, found.item, found.pile) for found in problems(ITEMS, AQS_NINE_TENS, placed)]

    overfull = BY_ID["aqs_valid_eleven_in_9"]["input"]["sort"]
    last_in_nine = str(90 - overfull[::-1].index(9))
    assert of(overfull) == [("overfull", last_in_nine, 9), ("short", None, 5)]
    assert of(LEGAL[:89]) == [("missing", "90", None)]
    assert of([4.5, *LEGAL[1:]])[0] == ("half", "1", 4.5)
    assert of([0, *LEGAL[1:]])[0] == ("no_pile", "1", 0)
    assert of([10, *LEGAL[1:]])[0] == ("no_pile", "1", 10)
    both = problems(ITEMS, AQS_NINE_TENS, [*zip(ITEMS, LEGAL, strict=True), ("7", 1), ("91", 2)])
    assert [(found.kind, found.item) for found in both] == [("twice", "7"), ("unknown", "91")]
    assert all(found.message.endswith(".") for found in both)


def test_both_legal_distributions_of_ninety_items() -> None:
    assert sum(AQS_BELL) == sum(AQS_NINE_TENS) == 90
    bell = [pile for pile, size in enumerate(AQS_BELL, 1) for _ in range(size)]
    assert problems(ITEMS, AQS_BELL, zip(ITEMS, bell, strict=True)) == ()
    assert {found.kind for found in problems(ITEMS, AQS_NINE_TENS, zip(ITEMS, bell, strict=True))} == {
        "overfull",
        "short",
    }


def test_unseen_cards_leave_piles_short_and_too_many_leave_no_score() -> None:
    placed = list(zip(ITEMS, LEGAL, strict=True))[4:]
    assert problems(ITEMS, AQS_NINE_TENS, placed, unseen=ITEMS[:4]) == ()
    criterion = as_sort(LEGAL)
    assert score(dict(placed), criterion, AQS_NINE_TENS, most_unseen=4).r == pytest.approx(1)
    too_few = score(dict(placed[1:]), criterion, AQS_NINE_TENS, most_unseen=4)
    assert (too_few.r, too_few.why, too_few.n) == (None, "unseen", 85)
    assert score(as_sort([5] * 90), criterion, AQS_NINE_TENS).why == "no_variance"
    with pytest.raises(ValueError, match="no item x"):
        score({"x": 3}, criterion, AQS_NINE_TENS)


@pytest.mark.parametrize("case", of_kind("fisher_z_average"))
def test_means_of_correlations(case: dict[str, Any]) -> None:
    expected = case["expected"]["mean_r_fisher"]
    assert fisher_mean(case["input"]["r"]) == (None if expected is None else pytest.approx(expected, abs=1e-9))
    assert fisher_mean([]) is None
    for r, z in zip(case["input"]["r"], case["expected"].get("z", []), strict=False):
        assert fisher_z(r) == pytest.approx(z, abs=1e-9)


def test_two_sorters_are_averaged_before_scoring() -> None:
    (case,) = [case for case in CASES if case["kind"] == "aqs_two_observers"]
    a, b, criterion = (as_sort(case["input"][name]) for name in ("sort_a", "sort_b", "criterion"))
    found, expected = two_sorters(a, b), case["expected"]
    assert found.inter_sorter_r == pytest.approx(expected["inter_sorter_r"], abs=1e-9)
    assert found.spearman_brown == pytest.approx(expected["spearman_brown_of_inter_sorter_r"], abs=1e-9)
    together = score(found.mean, criterion, AQS_NINE_TENS).r
    assert together == pytest.approx(expected["score_of_mean_sort"], abs=1e-9)
    apart = [score(sort, criterion, AQS_NINE_TENS).r or 0 for sort in (a, b)]
    assert sum(apart) / 2 == pytest.approx(expected["mean_of_scores"], abs=1e-9) and together != sum(apart) / 2
    with pytest.raises(ValueError, match="Only one of the two sorts has item 90"):
        two_sorters(a, as_sort(LEGAL[:89]))


@given(st.lists(st.floats(1, 9), min_size=6, max_size=6), st.sampled_from([(2, 2, 2), (1, 4, 1), (3, 2, 1)]))
def test_the_best_attainable_is_the_best_of_every_sort(criterion: list[float], piles: tuple[int, ...]) -> None:
    values = [pile for pile, size in enumerate(piles, 1) for _ in range(size)]
    every = [pearson(list(order), criterion) for order in set(permutations(values))]
    known = [r for r in every if r is not None]
    best = best_attainable(criterion, piles)
    assert best == (pytest.approx(max(known), abs=1e-9) if known else None)


def test_a_criterion_of_means_cannot_be_met_in_full() -> None:
    criterion = [1.0 + 7.8 * number / 89 for number in range(90)]  # decimals from 1.0 to 8.8, as experts' means are
    assert 0.98 < (best_attainable(criterion, AQS_NINE_TENS) or 0) < 1
    with pytest.raises(ValueError, match="Piles for 90 items cannot hold the 36"):
        best_attainable(criterion[:36], AQS_NINE_TENS)


def test_derived_scales_with_inverted_items() -> None:
    sort = {"a": 9.0, "b": 1.0, "c": 4.0}
    assert derived(sort, ["a", "b", "c"], inverted=["b"]) == pytest.approx(22 / 3)
    assert derived(sort, ["c"], inverted=["c"], piles=5) == 2
    assert derived(sort, ["a", "d"]) is None and derived(sort, []) is None


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be correlated"):
        pearson([1, 2], [1])
