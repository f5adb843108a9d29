"""Are answers checked to the item, scored as published, and is what is not defined said?"""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.instruments import library
from recorder.measures.scoring import InvalidAnswers, as_document, problems, score, score_two

CASES = {
    case["id"]: case
    for case in json.loads((Path(__file__).parent.parent / "oracles" / "07_aqs.json").read_text())["cases"]
}
NINE_TENS = [10] * 9
BELL = [4, 7, 10, 15, 18, 15, 10, 7, 4]
ITEMS = [str(number) for number in range(1, 91)]

SENSITIVITY = library.builtin("sensitivity/1")
PRESENCE = library.builtin("warm-presence/1")
CARDS = library.builtin("safe-base-cards/1")
DAYS = library.builtin("our-days/1")
PILES = {card["id"]: int(card["id"][0]) for card in library.document("safe-base-cards/1")["cards"]}


def aqs(criterion: list[float], **more: Any) -> library.Instrument:
    """A Q-set of 90 numbered items, as a programme with a licence would import it: numbers only."""
    return library.read(
        {
            "name": "aqs",
            "version": 3,
            "cards": [{"id": id} for id in ITEMS],
            "distributions": [NINE_TENS, BELL],
            "criteria": [{"id": "security", "values": dict(zip(ITEMS, criterion, strict=True))}],
            **more,
        }
    )


FLAT = aqs([1 + number % 9 for number in range(90)])


def dealt(piles: list[int], seed: int) -> dict[str, int]:
    """A legal sort: the items dealt into the piles at random."""
    values = [pile for pile, holds in enumerate(piles, 1) for _ in range(holds)]
    random.Random(seed).shuffle(values)
    return dict(zip(ITEMS, values, strict=True))


# ratings


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"tuning_in": 7, "joining": 6, "reachable": 5, "acceptance": 8}, 6.5),
        ({"tuning_in": 7, "joining": 6, "reachable": "NOB", "acceptance": 8}, 7),
        ({"tuning_in": 7.0, "joining": 6, "reachable": None, "acceptance": 8}, 7),
        ({"tuning_in": 7, "joining": None, "reachable": "NOB", "acceptance": 8}, None),
        ({}, None),
    ],
)
def test_sensitivity_needs_three_of_four(answers: dict[str, Any], expected: float | None) -> None:
    assert score(SENSITIVITY, answers).scores == {"sensitivity": expected}


def test_what_was_not_observed_is_no_gap_and_every_score_carries_its_n() -> None:
    made = score(PRESENCE, {"warm": 6, "structure": 5, "room": 6, "kind": 7, "responds": 4, "invites": "NOB"})
    assert made.scores == {"adult": 6.0, "child": None} and made.n == {"adult": 4, "child": 1}
    assert (made.missing, made.not_observed, made.why) == ((), ("invites",), {"child": "too_few"})
    assert made.warnings == ("There is no child: 1 of 2 scales were rated, 2 are needed.",)


@pytest.mark.parametrize(
    ("how", "answers", "expected"),
    [
        ("mean", {"a": 1, "b": 1, "c": 0}, 1 / 3),  # b is turned round: 1, 0, 0
        ("sum", {"a": 1, "b": 1, "c": 0}, 1),
        ("proportion", {"a": 1, "b": 1, "c": 0}, 1 / 3),
        ("sum", {"a": 1, "b": 0, "c": "NOB"}, 3),  # 2 of 2 points: what was not seen is not 0
        ("sum", {"a": 1, "b": "NOB", "c": "NOB"}, None),
    ],
)
def test_a_composite_may_be_a_sum_or_a_proportion(how: str, answers: dict[str, Any], expected: float | None) -> None:
    composite = {"id": "t", "items": ["a", "b", "c"], "needs": 2, "how": how}
    items = [{"id": "a"}, {"id": "b", "reversed": True}, {"id": "c"}]
    own = library.read({"low": 0, "high": 1, "items": items, "composites": [composite]})
    assert score(own, answers).scores == {"t": expected if expected is None else pytest.approx(expected)}


def test_a_proportion_is_of_what_was_possible() -> None:
    composite = {"id": "t", "items": ["a", "b"], "how": "proportion"}
    own = library.read({"low": 1, "high": 5, "items": [{"id": "a"}, {"id": "b"}], "composites": [composite]})
    assert [score(own, {"a": x, "b": x}).scores["t"] for x in (1, 3, 5)] == [0, 0.5, 1]


@pytest.mark.parametrize(("value", "band"), [(1, "few"), (2, "few"), (3, None), (4, "many"), (5, "many")])
def test_a_band_includes_both_its_ends(value: int, band: str | None) -> None:
    bands = [{"from": 4, "to": 5, "label": "many"}, {"from": 1, "to": 2, "label": "few"}]
    own = library.read(
        {"low": 1, "high": 5, "items": [{"id": "a"}], "composites": [{"id": "t", "items": ["a"], "bands": bands}]}
    )
    assert score(own, {"a": value}).bands == ({"t": {"en": band}} if band else {})


# sorts


@pytest.mark.parametrize("id", [id for id, case in CASES.items() if case["kind"] == "aqs_security_score"])
def test_published_security_scores(id: str) -> None:
    case = CASES[id]
    own = aqs(case["input"]["criterion"])
    made = score(own, dict(zip(ITEMS, case["input"]["sort"], strict=True)))
    assert made.scores == {"security": pytest.approx(case["expected"]["r"], abs=1e-9)}
    assert made.best_possible == {"security": pytest.approx(1)} and made.n == {"security": 90}
    assert made.distribution == tuple(NINE_TENS)


@pytest.mark.parametrize("id", [id for id, case in CASES.items() if case["kind"] == "aqs_forced_distribution"])
def test_published_forced_distributions(id: str) -> None:
    sort = dict(zip(ITEMS, CASES[id]["input"]["sort"], strict=False))
    assert (not problems(FLAT, sort, NINE_TENS)) == CASES[id]["expected"]["valid"]


def test_two_sorters_are_averaged_before_scoring() -> None:
    case = CASES["two_sorters_average_then_score"]
    own = aqs(case["input"]["criterion"])
    first, second = (dict(zip(ITEMS, case["input"][one], strict=True)) for one in ("sort_a", "sort_b"))
    made = score_two(own, first, second)
    assert made.scores["security"] == pytest.approx(case["expected"]["score_of_mean_sort"], abs=1e-9)
    assert made.inter_sorter_r == pytest.approx(case["expected"]["inter_sorter_r"], abs=1e-9)
    assert made.spearman_brown == pytest.approx(case["expected"]["spearman_brown_of_inter_sorter_r"], abs=1e-9)
    assert made.sorters == 2 and as_document(made)["sorters"] == 2


@given(st.integers(0, 10**6), st.sampled_from([NINE_TENS, BELL]))
def test_every_legal_sort_is_taken_in_its_distribution(seed: int, piles: list[int]) -> None:
    sort = dealt(piles, seed)
    assert problems(FLAT, sort) == () == problems(FLAT, sort, piles)
    made = score(FLAT, sort)
    assert made.distribution == tuple(piles)
    assert problems(FLAT, sort, BELL if piles is NINE_TENS else NINE_TENS)


@given(st.integers(0, 10**6))
def test_the_score_is_pearsons_r_and_none_is_better_than_the_best(seed: int) -> None:
    chance = random.Random(seed + 1)
    criterion = [round(chance.uniform(1, 9), 1) for _ in ITEMS]
    sort = dealt(BELL, seed)
    made = score(aqs(criterion), sort)
    values = list(sort.values())
    x, y = sum(values) / 90, sum(criterion) / 90
    up = sum((a - x) * (b - y) for a, b in zip(values, criterion, strict=True))
    down = sum((a - x) ** 2 for a in values) * sum((b - y) ** 2 for b in criterion)
    assert made.scores["security"] == pytest.approx(up / down**0.5)
    best = made.best_possible["security"]
    assert best is not None and made.scores["security"] is not None and made.scores["security"] <= best + 1e-12 <= 1
    by_criterion = dict(
        zip(sorted(ITEMS, key=dict(zip(ITEMS, criterion, strict=True)).get), sorted(values), strict=True)
    )
    assert score(aqs(criterion), by_criterion).scores["security"] == pytest.approx(best)


@given(st.integers(0, 10**6), st.sampled_from(ITEMS), st.sampled_from([0, 10, 4.5, -3, "7", True]))
def test_a_card_that_is_wrong_is_named(seed: int, item: str, value: Any) -> None:
    sort: dict[str, Any] = dealt(NINE_TENS, seed) | {item: value}
    with pytest.raises(InvalidAnswers, match=rf"[Ii]tem {item} (has|needs)"):
        score(FLAT, sort)


@given(st.integers(0, 10**6), st.sampled_from(ITEMS))
def test_a_card_that_is_missing_is_named_with_both_numbers(seed: int, item: str) -> None:
    sort: dict[str, Any] = dealt(NINE_TENS, seed)
    del sort[item]
    sentence = f"The sort has 89 items, aqs/3 has 90: item {item} lies in no pile."
    assert problems(FLAT, sort) == (sentence,)
    assert problems(FLAT, sort | {item: None}) == (sentence,)


@given(st.integers(0, 10**6), st.sampled_from(ITEMS))
def test_a_card_too_many_in_a_pile_is_named(seed: int, item: str) -> None:
    sort = dealt(NINE_TENS, seed)
    other = sort[item] % 9 + 1
    last = sort | {item: other}
    last = {id: pile for id, pile in last.items() if id != item} | {item: other}
    assert problems(FLAT, last) == (
        f"Item {item} is one too many in pile {other}, which holds 10.",
        f"Pile {sort[item]} holds 9 of 10.",
    )


def test_a_card_that_does_not_exist_is_named_with_both_numbers() -> None:
    sort = dealt(NINE_TENS, 1)
    assert problems(FLAT, sort | {"91": 5})[0] == "The sort has 91 items, aqs/3 has 90: there is no item 91."
    for mark in (None, "NOB"):
        assert problems(FLAT, sort | {"91": mark}) == ("There is no item 91.",)


def test_the_distribution_that_was_sorted_in_may_be_named_and_must_be_legal() -> None:
    sort = dealt(BELL, 3)
    assert score(FLAT, sort, distribution=BELL).distribution == tuple(BELL)
    with pytest.raises(InvalidAnswers, match="is one too many in pile 4, which holds 10"):
        score(FLAT, sort, distribution=NINE_TENS)
    with pytest.raises(
        InvalidAnswers, match="aqs/3 has no distribution 45-45: legal is 10-10-10-10-10-10-10-10-10 or 4"
    ):
        score(FLAT, sort, distribution=[45, 45])


def test_of_two_distributions_the_nearer_one_judges_a_sort() -> None:
    for piles, holds in ((NINE_TENS, 10), (BELL, 4)):
        sort = dealt(piles, 5)
        item = next(id for id, pile in reversed(sort.items()) if pile == 5)
        moved = {id: pile for id, pile in sort.items() if id != item} | {item: 9}
        assert problems(FLAT, moved)[0] == f"Item {item} is one too many in pile 9, which holds {holds}."


def test_derived_scales_turn_inverted_cards_round() -> None:
    scales = [{"id": "near", "items": ["1", "2", "3"], "inverted": ["3"]}]
    own = aqs([float(1 + number % 9) for number in range(90)], scales=scales)
    sort = dealt(NINE_TENS, 7)
    made = score(own, sort)
    assert made.scores["near"] == pytest.approx((sort["1"] + sort["2"] + 10 - sort["3"]) / 3)
    assert made.n == {"security": 90, "near": 3} and set(made.best_possible) == {"security"}


def test_the_safe_base_cards_reach_one_and_minus_one() -> None:
    assert score(CARDS, PILES).scores == {"security": pytest.approx(1)}
    assert score(CARDS, {id: 10 - pile for id, pile in PILES.items()}).scores == {"security": pytest.approx(-1)}


@pytest.mark.parametrize("unseen", range(7))
def test_up_to_four_cards_may_not_have_been_seen(unseen: int) -> None:
    left_out = list(PILES)[::-1][:unseen]
    made = score(CARDS, PILES | dict.fromkeys(left_out, "NOB"))
    assert made.not_observed == tuple(list(PILES)[36 - unseen :]) and made.n == {"security": 36 - unseen}
    if unseen <= 4:
        assert made.scores["security"] == pytest.approx(1) and made.warnings == ()
    else:
        assert made.scores == {"security": None} and made.why == {"security": "unseen"}
        assert made.warnings == (f"{unseen} items were not seen, at most 4 may be: there is no score.",)


def test_a_card_that_was_not_seen_makes_no_room_for_one_too_many() -> None:
    sort: dict[str, Any] = PILES | {"9a": "NOB", "8a": 9, "8b": 9}
    assert problems(CARDS, sort) == ("Item 8b is one too many in pile 9, which holds 4.",)


def test_a_criterion_without_variation_gives_no_score() -> None:
    made = score(aqs([5.0] * 90), dealt(NINE_TENS, 1))
    assert made.scores == {"security": None} == made.best_possible and made.why == {"security": "no_variance"}
    assert "nothing can be correlated" in made.warnings[0]


def test_two_sorters_see_what_both_saw() -> None:
    made = score_two(CARDS, PILES | {"9a": "NOB"}, PILES | {"1d": "NOB"})
    assert made.not_observed == ("9a", "1d") and made.n == {"security": 34}
    assert made.inter_sorter_r == pytest.approx(1)


def test_the_sort_that_is_wrong_is_named() -> None:
    with pytest.raises(
        InvalidAnswers, match="The second sort: The sort has 35 items, safe-base-cards/1 has 36: item 9a"
    ):
        score_two(CARDS, PILES, {id: pile for id, pile in PILES.items() if id != "9a"})
    with pytest.raises(InvalidAnswers, match="our-days/1 is no Q-set"):
        score_two(DAYS, {}, {})


def test_two_sorts_in_different_distributions_say_so() -> None:
    made = score_two(FLAT, dealt(NINE_TENS, 1), dealt(BELL, 2))
    assert "different distributions" in made.warnings[0]


# questionnaires

ANSWERS = {"f1": 5, "f2": 1, "f3": 2, "f4": 4, "p1": 3, "p2": 3, "p3": 3, "p4": 3, "s1": 1, "s2": 5, "s3": 1, "s4": 1}


def test_our_days_is_turned_round_and_averaged() -> None:
    made = score(DAYS, ANSWERS)
    # f2 and f3 reversed: 5, 5, 4, 4; s2 reversed: 1, 1, 1, 1
    assert made.scores == {"follow_through": 4.5, "predictable_day": 3, "steady_response": 1}
    assert made.percent == {"follow_through": 87.5, "predictable_day": 50, "steady_response": 0}
    assert made.n == dict.fromkeys(made.scores, 4) and made.missing == () == made.warnings


def test_our_days_needs_three_of_four_and_says_which_were_left_out() -> None:
    made = score(DAYS, ANSWERS | {"f4": "NA", "p1": None, "p2": "NA"})
    assert made.scores == {"follow_through": pytest.approx(14 / 3), "predictable_day": None, "steady_response": 1}
    assert made.percent is not None and made.percent["predictable_day"] is None
    assert made.n == {"follow_through": 3, "predictable_day": 2, "steady_response": 4}
    assert (made.missing, made.not_applicable) == (("p1",), ("f4", "p2"))
    assert made.warnings == ("There is no predictable_day: 2 of 4 questions were answered, 3 are needed.",)


@given(st.dictionaries(st.sampled_from(sorted(ANSWERS)), st.sampled_from([1, 2, 3, 4, 5, "NA", None])))
def test_any_answers_give_a_mean_from_1_to_5_or_none(answers: dict[str, Any]) -> None:
    reversed_items = {"f2", "f3", "p3", "s2"}
    made = score(DAYS, answers)
    assert made.percent is not None
    for name, letter in (("follow_through", "f"), ("predictable_day", "p"), ("steady_response", "s")):
        given_ = [
            6 - value if id in reversed_items else value
            for id, value in answers.items()
            if id[0] == letter and isinstance(value, int)
        ]
        expected = sum(given_) / len(given_) if len(given_) >= 3 else None
        assert made.scores[name] == (None if expected is None else pytest.approx(expected))
        share = made.percent[name]
        assert share == (None if expected is None else pytest.approx((expected - 1) / 4 * 100))


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"f1": 3.5}, "f1 must be a whole number from 1 to 5, or NA, not 3.5."),
        ({"f1": 0}, "f1 must be a whole number from 1 to 5, or NA, not 0."),
        ({"f1": "3"}, "f1 must be a whole number from 1 to 5, or NA, not '3'."),
        ({"f1": True}, "f1 must be a whole number from 1 to 5, or NA, not True."),
        ({"f1": "NOB"}, "f1 must be a whole number from 1 to 5, or NA, not 'NOB'."),
        ({"f9": 3}, "our-days/1 has no question 'f9'."),
        ({"f9": 3, "f1": 7, "f2": 8}, "our-days/1 has no question 'f9'. 2 more are wrong too."),
        ({"f9": 3, "f1": 7}, "our-days/1 has no question 'f9'. One more is wrong too."),
    ],
)
def test_a_wrong_answer_is_named(answers: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        score(DAYS, answers)
    assert str(refused.value) == sentence


def test_does_not_apply_must_be_allowed() -> None:
    own = library.read({"low": 1, "high": 5, "questions": [{"id": "a"}]})
    with pytest.raises(InvalidAnswers, match="a must be a whole number from 1 to 5, not 'NA'"):
        score(own, {"a": "NA"})


# all of them


@pytest.mark.parametrize("value", [6.5, 0, 10, "six", True, "NA"])
def test_a_half_point_where_none_is_allowed_names_the_scale(value: Any) -> None:
    with pytest.raises(InvalidAnswers, match="^joining must be a whole number from 1 to 9, or NOB, not"):
        score(SENSITIVITY, {"joining": value})


def test_a_scheme_is_measured_not_scored() -> None:
    with pytest.raises(InvalidAnswers, match=r"serve-and-return/1 is a coding scheme"):
        score(library.builtin("serve-and-return"), {})


@pytest.mark.parametrize("months", [11, 49])
def test_a_child_of_the_wrong_age_is_refused_with_the_reason(months: int) -> None:
    sentence = f"safe-base-cards/1 is for children from 12 months to 48 months, and this child is {months} months old."
    with pytest.raises(InvalidAnswers) as refused:
        score(CARDS, PILES, age_months=months)
    assert str(refused.value) == sentence
    with pytest.raises(InvalidAnswers):
        score_two(CARDS, PILES, PILES, age_months=months)
    assert score(CARDS, PILES, age_months=12).scores == score(CARDS, PILES, age_months=48).scores


@pytest.mark.parametrize(("day", "expired"), [(31, False), (32, True)])
def test_a_licence_that_had_ended_is_a_warning(day: int, expired: bool) -> None:
    own = library.read({"name": "own", "low": 1, "high": 2, "items": [{"id": "a"}], "licence_until": "2026-01-31"})
    on = date.fromordinal(date(2025, 12, 31).toordinal() + day)
    warnings = score(own, {"a": 1}, on=on).warnings
    assert warnings == (
        ("The licence of own/1 ended on 2026-01-31, before these answers were given.",) if expired else ()
    )


@pytest.mark.parametrize(
    ("instrument", "answers", "keys"),
    [
        (SENSITIVITY, {"joining": 6}, {"bands"}),
        (CARDS, PILES, {"distribution", "sorters", "inter_sorter_r", "spearman_brown"}),
        (DAYS, ANSWERS, {"percent", "not_applicable"}),
    ],
    ids=lambda value: getattr(value, "id", None),
)
def test_the_document_says_what_it_is_and_what_is_undefined(instrument: Any, answers: Any, keys: set[str]) -> None:
    document = json.loads(json.dumps(as_document(score(instrument, answers)), allow_nan=False))
    assert set(document) == {
        "instrument", "version", "hash", "measures_version", "validated", "remark", "scores", "best_possible", "n",
        "why", "missing", "not_observed", "warnings",
    } | keys  # fmt: skip
    assert (document["instrument"], document["version"]) == (instrument.name, 1)
    assert document["validated"] is False and set(document["scores"]) == set(document["n"])
