"""Krippendorff's alpha equals the published example at four levels; no variation is undefined, not 1."""

from __future__ import annotations

import json
from itertools import permutations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.measures.alpha import LEVELS, alpha

CASES = json.loads((Path(__file__).parent.parent / "oracles" / "03_krippendorff_alpha.json").read_text())["cases"]


@st.composite
def codings(draw: st.DrawFn) -> list[list[int | None]]:
    units = draw(st.integers(1, 10))
    value = st.one_of(st.none(), st.integers(0, 5))
    return draw(st.lists(st.lists(value, min_size=units, max_size=units), min_size=1, max_size=4))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_published_alphas(case: dict[str, Any]) -> None:
    expected = case["expected"]
    if not isinstance(expected["alpha"], dict):
        found = alpha(case["input"]["data"], case["input"]["level"])
        assert found.alpha == expected["alpha"] and (found.why is None) == (found.alpha is not None)
        return
    for level, value in expected["alpha"].items():
        found = alpha(case["input"]["data"], level)
        assert found.alpha == pytest.approx(value, abs=1e-9), level
        assert found.pairable == expected["pairable_values"]
        for ours, theirs in zip(found.coincidences, expected["coincidence_matrix_nominal"], strict=True):
            assert ours == pytest.approx(theirs, abs=1e-9)


def test_a_unit_with_one_coder_is_dropped_and_counted_nowhere() -> None:
    found = alpha([[1, 2, 3], [1, 2, None]], "nominal")
    assert (found.alpha, found.pairable, found.units, found.values) == (1, 4, 2, (1, 2))


def test_undefined_has_a_word() -> None:
    assert alpha([], "nominal").why == "no_pairs"
    assert alpha([[1, None], [None, 2]], "interval").why == "no_pairs"
    assert alpha([[2, 2], [2, 2]], "ordinal").why == "one_value"


def test_codes_may_be_words() -> None:
    found = alpha([["VOC", "CRY", "VOC"], ["VOC", "CRY", "CRY"]], "nominal")
    assert found.values == ("CRY", "VOC") and found.alpha == pytest.approx(4 / 9)


@pytest.mark.parametrize(
    ("data", "level", "message"),
    [
        ([[1], [2]], "cardinal", "no level"),
        ([[1, 2], [1]], "nominal", "place for every unit"),
        ([["CRY"], ["VOC"]], "ordinal", "is a word"),
        ([[-1], [2]], "ratio", "below the zero"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(data: Any, level: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        alpha(data, level)


def by_pairs(data: list[list[int | None]], level: str) -> float | None:
    """Observed over expected disagreement, over every ordered pair of values, by definition."""
    units = [[v for v in unit if v is not None] for unit in zip(*data, strict=True)]
    units = [unit for unit in units if len(unit) > 1]
    every = [v for unit in units for v in unit]

    def apart(c: int, k: int) -> float:
        if level == "nominal":
            return float(c != k)
        if level == "interval":
            return float(c - k) ** 2
        if level == "ratio":
            return ((c - k) / (c + k)) ** 2 if c != k else 0
        low, high = sorted((c, k))
        between = sum(low <= v <= high for v in every) - (every.count(low) + every.count(high)) / 2
        return between**2 if c != k else 0

    expected = sum(apart(c, k) for c, k in product(every, every))
    observed = sum(apart(c, k) / (len(unit) - 1) for unit in units for c, k in permutations(unit, 2))
    return 1 - (len(every) - 1) * observed / expected if expected else None


@given(codings(), st.sampled_from(LEVELS))
def test_alpha_is_what_counting_every_pair_gives(data: list[list[int | None]], level: str) -> None:
    slow = by_pairs(data, level)
    assert alpha(data, level).alpha == (None if slow is None else pytest.approx(slow, abs=1e-9))


@given(codings(), st.sampled_from(LEVELS), st.randoms())
def test_the_order_of_observers_and_units_is_no_matter(data: list[list[int | None]], level: str, chance: Any) -> None:
    before = alpha(data, level).alpha
    units = [list(unit) for unit in zip(*data, strict=True)]
    chance.shuffle(units)
    turned = [list(row) for row in zip(*units, strict=True)]
    chance.shuffle(turned)
    after = alpha(turned, level).alpha
    assert before == (None if after is None else pytest.approx(after, abs=1e-9))
