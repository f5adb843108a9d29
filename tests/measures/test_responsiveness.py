"""Cues and responses are linked as published; counts add up; the order of a file does not matter."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.instruments.library import builtin
from recorder.instruments.scheme import Cue, Response, Scheme
from recorder.measures.figures import figures
from recorder.measures.observation import Event, InvalidObservation, Observation, Person
from recorder.measures.responsiveness import link

TESTS = Path(__file__).parent.parent
CASES = json.loads((TESTS / "oracles" / "06_response_latency.json").read_text(encoding="utf-8"))["cases"]
REAL = json.loads((TESTS / "oracles" / "13_real_streams.json").read_text(encoding="utf-8"))["cases"]
STATUS = {"censored": "not_codable"}


def seen(given: dict[str, Any]) -> Observation:
    """An oracle's input as an observation; a response may be an onset or a span."""
    scheme = Scheme(
        "oracle",
        1,
        (Cue("CUE", given["window_ms"]),),
        (Response("RESP"),),
        min_latency_ms=given.get("min_latency_ms", 0),
    )
    cues = [Event(t, "CUE") for t in given["cues_ms"]]
    responses = [Event(t[0], "RESP", t[1]) if isinstance(t, list) else Event(t, "RESP") for t in given["responses_ms"]]
    return Observation(scheme, given["session_end_ms"], (*cues, *responses))


@pytest.mark.parametrize(
    "case", [c for c in CASES if c["kind"].startswith("latency_matching") and "error" not in c["expected"]],
    ids=lambda case: case["id"],
)  # fmt: skip
def test_the_published_rule_links_every_oracle(case: dict[str, Any]) -> None:
    made = figures(seen(case["input"]))
    expected = case["expected"]["default_latest_cue"]
    for pair, cue in zip(made.pairs, expected["cues"], strict=True):
        assert pair.cue_ms == cue["cue_ms"]
        assert pair.status == STATUS.get(cue["status"], cue["status"])
        assert pair.latency_ms == cue["latency_ms"]
        if "observed_for_ms" in cue:
            assert pair.observed_ms == cue["observed_for_ms"]
        if "already_engaged" in cue:
            assert pair.already_engaged is cue["already_engaged"]
    counts = {
        "answered": made.overall.answered,
        "unanswered": made.overall.unanswered,
        "censored": made.overall.not_codable,
        "denominator": made.overall.codable,
        "response_rate": made.overall.rate,
        "follow_up_responses": made.follow_ups,
        "spontaneous_responses": len(made.spontaneous),
        "already_engaged": sum(pair.already_engaged for pair in made.pairs),
    }
    for name, value in expected.items():
        if name != "cues":
            assert counts[name] == value, name


def test_a_cue_after_the_end_is_refused_with_a_sentence() -> None:
    (case,) = [c for c in CASES if "error" in c["expected"]]
    with pytest.raises(InvalidObservation, match=r"CUE at 61000 ms\): it lies outside the observation of 60000 ms"):
        figures(seen(case["input"]))


def test_a_real_home_gives_the_published_counts() -> None:
    (case,) = REAL
    with open(TESTS / "data" / "childproject_MIT" / "truth__eaf_basic.csv", encoding="utf-8") as file:
        rows = [(int(r["segment_onset"]), int(r["segment_offset"]), r["speaker_type"]) for r in csv.DictReader(file)]
    scheme = Scheme("aclew", 1, (Cue("CHI", 5000),), (Response("FEM"), Response("MAL")), ignored=frozenset({"OCH"}))
    end = max(until for _, until, _ in rows)
    made = figures(Observation(scheme, end, tuple(Event(t, code, until) for t, until, code in rows)))
    expected = case["expected"]["app_rule"]["default_latest_cue"]
    assert end == case["input"]["session_end_ms"]
    assert made.overall.cues == expected["n_cues"]
    assert made.overall.answered == expected["answered"]
    assert made.overall.unanswered == expected["unanswered"]
    assert made.overall.not_codable == expected["censored"]
    assert made.overall.rate == pytest.approx(expected["response_rate"], abs=1e-9)
    assert made.overall.latency.answered_median == pytest.approx(expected["median_latency_answered_ms"], abs=0.5)
    assert made.overall.latency.answered_mean == pytest.approx(expected["mean_latency_answered_ms"], abs=0.5)
    assert made.overall.latency.median == pytest.approx(expected["km_median_ms"], abs=0.5)
    assert made.follow_ups == expected["follow_up_responses"]
    assert len(made.spontaneous) == expected["spontaneous_responses"]


WORKED = Observation(
    builtin("serve-and-return/1"),
    300_000,
    tuple(
        Event(int(t * 1000), code)
        for t, code in [
            (12, "VOC"), (30, "LOOK"), (55, "REACH"), (80, "CRY"), (110, "VOC"), (140, "PLAY"), (165, "LOOK"),
            (200, "AWAY"), (230, "REACH"), (270, "VOC"), (14, "TALK"), (33, "JOY"), (56, "FOLLOW"), (84, "COMF"),
            (95, "TALK"), (143, "FOLLOW"), (171, "TALK"), (202, "TAKE"), (232.5, "TALK"), (250, "TOUCH"), (273, "TALK"),
        ]
    ),
)  # fmt: skip


def test_the_worked_case_of_the_sheet() -> None:
    made = figures(WORKED)
    assert (made.overall.cues, made.overall.codable, made.overall.answered) == (9, 9, 7)
    assert made.overall.rate_interval == pytest.approx((0.453, 0.937), abs=0.0005)
    assert made.overall.latency.median == 3000
    assert all(pair.fit and pair.fit >= 0.5 for pair in made.pairs if pair.in_rate and pair.status == "answered")
    (away,) = [pair for pair in made.pairs if pair.codes == ("AWAY",)]
    assert (away.in_rate, away.response, away.fit) == (False, "TAKE", 0)
    assert [tap.t_ms for tap in made.spontaneous] == [95_000, 171_000, 250_000]
    assert [tap.t_ms for tap in made.late] == [95_000, 171_000]


def observed(*events: Event, duration: int = 300_000, **more: Any) -> Observation:
    return Observation(builtin("serve-and-return/1"), duration, events, **more)


def test_a_baby_soothed_for_two_minutes_is_one_cry() -> None:
    taps = [Event(t, "CRY") for t in range(10_000, 130_000, 12_000)]
    assert figures(observed(*taps, Event(15_000, "COMF"))).overall.cues == 1
    assert figures(observed(Event(10_000, "CRY"), Event(25_000, "CRY"))).overall.cues == 1
    assert figures(observed(Event(10_000, "CRY"), Event(25_001, "CRY"))).overall.cues == 2


def test_cues_less_than_merge_ms_apart_are_one_compound_cue() -> None:
    made = figures(observed(Event(10_000, "VOC"), Event(10_999, "CRY"), Event(19_000, "TALK")))
    (pair,) = made.pairs
    assert pair.codes == ("VOC", "CRY") and pair.window_ms == 10_000 and pair.latency_ms == 9000 and pair.fit == 1
    assert made.overall.cues == made.by_cue["VOC"].cues == made.by_cue["CRY"].cues == made.distress.cues == 1
    assert len(figures(observed(Event(10_000, "VOC"), Event(11_000, "CRY"))).pairs) == 2
    assert len(figures(observed(Event(10_000, "VOC"), Event(10_999, "CRY")), merge_ms=0).pairs) == 2


def test_what_somebody_else_answers_is_outside_the_rate_and_never_unanswered() -> None:
    people = (Person("mum"), Person("gran"))
    made = figures(
        observed(Event(10_000, "VOC"), Event(11_000, "TALK", by="gran"), Event(50_000, "VOC"), caregivers=people)
    )
    assert (made.overall.cues, made.overall.codable, made.overall.answered_by_another) == (2, 1, 1)
    assert made.overall.unanswered == 1 and made.spontaneous == ()


@pytest.mark.parametrize("code", ["OUT_OF_VIEW", "PAUSE_CLOCK"])
def test_a_window_that_was_cut_is_not_codable_unless_it_was_answered(code: str) -> None:
    gap = Event(12_000, code, 40_000)
    assert figures(observed(Event(10_000, "VOC"), gap)).pairs[0].status == "not_codable"
    assert figures(observed(Event(10_000, "VOC"), gap)).pairs[0].observed_ms == 2000
    assert figures(observed(Event(10_000, "VOC"), Event(11_000, "TALK"), gap)).pairs[0].status == "answered"
    assert figures(observed(Event(7_000, "VOC"), gap)).pairs[0].status == "unanswered"


def test_rough_moments_answer_and_never_fit() -> None:
    made = figures(observed(Event(10_000, "CRY"), Event(11_000, "HARSH"), Event(14_000, "COMF")))
    assert made.pairs[0].response == "HARSH" and made.pairs[0].fit == 0
    assert made.fit is not None and made.fit.share == 0 and made.repair == (1, 1)


def test_twins_are_kept_apart() -> None:
    twins = (Person("noor"), Person("sami"))
    both = observed(
        Event(10_000, "VOC"), Event(20_000, "VOC", child="sami"), Event(21_000, "TALK", child="sami"), children=twins
    )
    assert [p.cue_ms for p in link(both).pairs] == [10_000]
    assert [(p.cue_ms, p.status) for p in link(both, child="sami").pairs] == [(20_000, "answered")]


def test_no_cue_is_no_rate() -> None:
    made = figures(observed(Event(10_000, "TALK")))
    assert made.overall.rate is None and made.overall.latency.median is None and made.balance == 0
    assert figures(observed()).balance is None
    assert "No cues were recorded, so there is no response rate." in made.warnings


CUES = ["VOC", "LOOK", "REACH", "PLAY", "UP", "CRY", "AWAY"]
RESPONSES = ["COMF", "TALK", "FOLLOW", "JOY", "TOUCH", "PAUSE", "TAKE", "HARSH"]
taps = st.lists(
    st.builds(
        Event,
        st.integers(0, 120_000),
        st.sampled_from([*CUES, *RESPONSES]),
        by=st.sampled_from([None, None, None, "gran"]),
    ),
    max_size=60,
)


@given(taps, st.randoms(use_true_random=False))
def test_counts_add_up_each_response_is_used_once_and_order_is_nothing(events: list[Event], chance: Any) -> None:
    people = {"caregivers": (Person("mum"), Person("gran"))}
    linked = link(observed(*events, duration=120_000, **people))
    responses = [event for event in events if event.code in RESPONSES]
    used = sum((pair.response is not None) + len(pair.follow_ups) for pair in linked.pairs)
    own = sum(event.by is None for event in responses)
    assert own - len(linked.spontaneous) <= used <= len(responses) - len(linked.spontaneous)
    overall = figures(observed(*events, duration=120_000, **people)).overall
    assert overall.cues == overall.codable + overall.not_codable + overall.answered_by_another
    shuffled = list(events)
    chance.shuffle(shuffled)
    assert link(observed(*shuffled, duration=120_000, **people)) == linked


@given(
    st.lists(st.integers(0, 60_000), max_size=25, unique=True),
    st.lists(st.integers(0, 60_000), max_size=25),
    st.sampled_from([0, 200, 1000]),
    st.sampled_from([1000, 5000]),
)
def test_a_slow_and_obvious_second_linking_agrees(
    cues: list[int], responses: list[int], least: int, window: int
) -> None:
    scheme = Scheme("slow", 1, (Cue("C", window),), (Response("R"),), min_latency_ms=least)
    events = [*(Event(t, "C") for t in cues), *(Event(t, "R") for t in responses)]
    linked = link(Observation(scheme, 60_000, tuple(events)))
    first: dict[int, int] = {}
    alone = 0
    for response in sorted(responses):
        eligible = [cue for cue in cues if least <= response - cue <= window]
        if not eligible:
            alone += 1
        elif max(eligible) not in first:
            first[max(eligible)] = response
    assert {p.cue_ms: p.response_ms for p in linked.pairs if p.response_ms is not None} == first
    assert len(linked.spontaneous) == alone
    for pair in linked.pairs:
        if pair.response_ms is None:
            assert pair.status == ("unanswered" if pair.cue_ms + window <= 60_000 else "not_codable")
