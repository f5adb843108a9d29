"""Composites need enough rated scales; "not observed" is a choice and no number; far ratings need a note."""

from __future__ import annotations

from typing import Any

import pytest

from recorder.instruments.library import builtin
from recorder.measures.ratings import check, composites, note_required

SENSITIVITY = builtin("sensitivity/1")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"tuning_in": 7, "joining": 6, "reachable": 5, "acceptance": 8}, 6.5),
        ({"tuning_in": 7, "joining": 6, "reachable": "NOB", "acceptance": 8}, 7),
        ({"tuning_in": 7, "joining": None, "reachable": "NOB", "acceptance": 8}, None),
        ({}, None),
    ],
)
def test_a_composite_needs_three_of_four(values: dict[str, Any], expected: float | None) -> None:
    assert composites(SENSITIVITY, values) == {"sensitivity": expected}


@pytest.mark.parametrize("value", [0, 10, 5.5, "7", True, "nob"])
def test_a_rating_out_of_range_is_refused_by_name(value: Any) -> None:
    with pytest.raises(ValueError, match="joining must be a whole number from 1 to 9, or NOB"):
        check(SENSITIVITY, "joining", value)


def test_an_unknown_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="no scale 'warmth'"):
        check(SENSITIVITY, "warmth", 5)


def test_a_note_is_required_at_the_ends() -> None:
    assert [note_required(SENSITIVITY, value) for value in (1, 3, 4, 7, 8, 9, "NOB", None)] == [
        True, True, False, False, True, True, False, False,
    ]  # fmt: skip
