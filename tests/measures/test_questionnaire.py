"""Our days: reversed items, three of four answered, 0-100, "does not apply"."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.measures.questionnaire import Answer, score

SCALES = {
    "follow_through": ["f1", "f2", "f3", "f4"],
    "predictable_day": ["p1", "p2", "p3", "p4"],
    "steady_response": ["s1", "s2", "s3", "s4"],
}
REVERSED = frozenset({"f2", "f3", "p3", "s2"})
ANSWERS = st.dictionaries(
    st.sampled_from([item for items in SCALES.values() for item in items]),
    st.one_of(st.none(), st.just("NA"), st.integers(1, 5)),
)


def test_the_best_and_the_worst_day_by_hand() -> None:
    best = {item: 1 if item in REVERSED else 5 for items in SCALES.values() for item in items}
    worst = {item: 6 - answer for item, answer in best.items()}
    assert all(found.percent == 100 and found.mean == 5 for found in score(best, SCALES, REVERSED).values())
    assert all(found.percent == 0 and found.mean == 1 for found in score(worst, SCALES, REVERSED).values())


def test_always_always_is_the_middle_where_half_is_reversed() -> None:
    found = score({item: 5 for items in SCALES.values() for item in items}, SCALES, REVERSED)
    assert [found[name].percent for name in SCALES] == [50, 75, 75]


def test_three_of_four_are_enough_and_two_are_not() -> None:
    three = score({"f1": 4, "f2": 2, "f3": 3, "f4": "NA"}, SCALES, REVERSED)["follow_through"]
    assert (three.mean, three.answered, three.items, three.not_applicable) == (pytest.approx(11 / 3), 3, 4, 1)
    assert three.percent == pytest.approx(100 * (11 / 3 - 1) / 4)
    two = score({"f1": 4, "f2": 2, "f3": None, "f4": "NA"}, SCALES, REVERSED)["follow_through"]
    assert (two.mean, two.percent, two.why, two.answered) == (None, None, "too_few", 2)
    assert score({}, SCALES, REVERSED)["steady_response"].answered == 0
    assert score({}, SCALES, REVERSED, needs=0)["steady_response"].mean is None


@pytest.mark.parametrize("wrong", [0, 6, True, 2.5, "often"])
def test_an_answer_that_the_scale_does_not_have_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match="f1 must be a whole number from 1 to 5, or NA"):
        score({"f1": wrong}, SCALES, REVERSED)


def test_an_item_of_another_questionnaire_is_refused() -> None:
    with pytest.raises(ValueError, match="no item 'x9'"):
        score({"x9": 3}, SCALES, REVERSED)


@given(ANSWERS)
def test_turning_every_answer_turns_every_score(answers: dict[str, Answer]) -> None:
    turned: dict[str, Answer] = {item: 6 - a if isinstance(a, int) else a for item, a in answers.items()}
    for name, found in score(answers, SCALES, REVERSED).items():
        other = score(turned, SCALES, REVERSED)[name]
        assert found.answered == other.answered
        if found.percent is not None and other.percent is not None:
            assert 0 <= found.percent <= 100
            assert found.percent == pytest.approx(100 - other.percent)
