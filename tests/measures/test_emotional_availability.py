"""Totals, zones and editions: nothing is summed over a hole, nothing mixed, no grand total."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from recorder.measures import emotional_availability
from recorder.measures.emotional_availability import (
    DIMENSIONS,
    FOURTH,
    InvalidScore,
    check_direct,
    check_total,
    comparable,
    total,
    zone,
)

ORACLE = json.loads((Path(__file__).parent.parent / "oracles" / "08_eas.json").read_text())


def of_kind(kind: str) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in ORACLE["cases"] if case["kind"] == kind]


@pytest.mark.parametrize("case", of_kind("eas_total"))
def test_totals(case: dict[str, Any]) -> None:
    subscales, expected = case["input"]["subscales"], case["expected"]
    if expected["valid"]:
        assert total(subscales) == check_total(expected["total"]) == expected["total"]
        return
    with pytest.raises(InvalidScore) as refused:
        total(subscales)
    assert str(refused.value) == expected["error"]


@pytest.mark.parametrize("case", of_kind("ea_zone"))
def test_zones(case: dict[str, Any]) -> None:
    score, expected = case["input"]["score"], case["expected"]["zone"]
    if expected:
        assert zone(score) == expected
        return
    with pytest.raises(InvalidScore, match="whole number 1-100"):
        zone(score)


def test_every_score_has_one_zone_and_the_cut_points_are_data() -> None:
    assert [zone(score) for score in (1, 40, 41, 60, 61, 100)] == [
        "problematic", "problematic", "detached", "detached", "complicated", "emotionally available",
    ]  # fmt: skip
    assert zone(75, ((71, "upper"), (1, "lower"))) == "upper"
    for score in (101, True, "81", None):
        with pytest.raises(InvalidScore):
            zone(score)


def test_the_structure_of_the_fourth_edition() -> None:
    structure = ORACLE["structure_4th"]
    assert list(DIMENSIONS) == structure["dimensions"]
    assert [f"{low}-{high}" for low, high in FOURTH.subscales] == structure["subscale_ranges"]
    assert list(FOURTH.total_range) == structure["total_range"]
    assert check_direct(7) == 7
    for wrong in (lambda: check_total(30), lambda: check_direct(0), lambda: total([1] * 6), lambda: total([True] * 7)):
        with pytest.raises(InvalidScore):
            wrong()


def test_editions_are_never_mixed_and_there_is_no_grand_total() -> None:
    (mixed,) = [case for case in ORACLE["cases"] if case["id"] == "eas_never_mix_editions"]
    assert comparable(mixed["input"]["editions"]) is mixed["expected"]["allowed"]
    assert comparable(["4th", "4th"]) and comparable([])
    assert not [name for name in vars(emotional_availability) if "grand" in name or "overall" in name]
