"""Every figure carries its n, counts what the domain says, and becomes JSON that anyone can read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from recorder.instruments.library import builtin
from recorder.instruments.scheme import Cue, Response, Scheme
from recorder.measures.contingency import contingency
from recorder.measures.figures import as_document, figures
from recorder.measures.observation import Event, InvalidObservation, Observation, Person, validate
from recorder.measures.responsiveness import link

PEOPLE = (Person("mum"), Person("gran"))
TWINS = (Person("noor"), Person("sami"))


def observed(*events: Event, duration: int = 300_000, **more: Any) -> Observation:
    return Observation(builtin("serve-and-return/1"), duration, events, **more)


def documented(seen: Observation) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(as_document(figures(seen), "x", seen.scheme.id), allow_nan=False))
    return made


CUE_FIELDS = "cues codable answered unanswered not_codable answered_by_another rate rate_interval latency_ms".split()


def test_the_document_has_every_field_of_the_format() -> None:
    made = documented(observed(Event(10_000, "VOC"), Event(12_000, "TALK")))
    for field in (
        "id scheme rule observed_ms follow_ups spontaneous late by_cue distress non_distress fit "
        "prompt_contingent_appropriate contingency evenness evenness_by_cue repair balance per_minute pairs warnings"
    ).split():
        assert field in made, field
    for part in (made, made["distress"], made["non_distress"], *made["by_cue"].values()):
        assert set(CUE_FIELDS) <= set(part)
        assert set(part["latency_ms"]) == {"median", "answered_median", "answered_mean", "quartiles", "max"}
    assert made["rule"]["windows_ms"]["CRY"] == 10_000 and made["rule"]["credit"] == "latest"
    assert set(made["contingency"]) == set(
        "table odds_ratio log_odds_ratio se interval yules_q adjusted_residual p_shift".split()
    )
    assert made["prompt_contingent_appropriate"] == {"n": 1, "of": 1, "rate": 1}
    (pair,) = made["pairs"]
    assert (pair["cue_ms"], pair["codes"], pair["status"], pair["response"]) == (10_000, ["VOC"], "answered", "TALK")
    assert (pair["response_ms"], pair["latency_ms"], pair["fit"]) == (12_000, 2000, 1)


def test_nothing_seen_is_null_in_the_document_and_never_nought() -> None:
    made = documented(observed())
    for field in ("rate", "rate_interval", "evenness", "balance"):
        assert made[field] is None
    assert set(made["latency_ms"].values()) == {None}
    assert made["fit"] == {"share": None, "strict": None, "n": 0}
    assert made["prompt_contingent_appropriate"] == {"n": 0, "of": 0, "rate": None}
    assert made["repair"] == {"n": 0, "of": 0}


def test_an_infinite_odds_ratio_is_null_and_said() -> None:
    steady = [Event(second * 1000, "TALK") for second in range(10, 15)]
    made = documented(observed(Event(10_000, "VOC"), *steady, Event(100_000, "TALK")))
    assert made["contingency"]["odds_ratio"] is None
    assert made["contingency"]["yules_q"] == 1
    assert any("cannot be estimated" in warning for warning in made["warnings"])


def test_evenness_is_a_number_with_what_it_rests_on_beside_it() -> None:
    cues = [Event(second * 1000, "VOC") for second in range(0, 280, 10)]
    answers = [Event(cue.t_ms + 1000, "TALK") for cue in cues[::2]]
    made = documented(observed(*cues, *answers))
    assert made["evenness"] == made["evenness_by_cue"]["VOC"] == made["evenness_of"]["evenness"]
    assert made["evenness_of"]["cues"] == 28
    assert made["evenness_by_cue"]["CRY"] is None


def test_needs_a_break_is_listed_apart_and_counted_nowhere_else() -> None:
    events = (Event(10_000, "AWAY"), Event(12_000, "PAUSE"), Event(13_000, "PAUSE"))
    made = figures(observed(*events))
    assert (made.overall.cues, made.non_distress.cues, made.follow_ups) == (0, 0, 0)
    assert (made.by_cue["AWAY"].cues, made.by_cue["AWAY"].answered) == (1, 1)
    assert made.spontaneous == () and made.balance is None


def test_one_response_never_answers_two_children() -> None:
    both = observed(
        Event(10_000, "VOC"), Event(10_000, "VOC", child="sami"), Event(11_000, "TALK"), children=TWINS
    )  # fmt: skip
    assert [figures(both, child=child).overall.answered for child in (None, "noor", "sami")] == [1, 1, 0]


def test_a_childs_figures_hold_nothing_of_the_other_child() -> None:
    both = observed(
        Event(10_000, "VOC"), Event(20_000, "HARSH", child="sami"), Event(21_000, "COMF", child="sami"), children=TWINS
    )
    first, second = figures(both), figures(both, child="sami")
    assert (first.repair, second.repair) == ((0, 0), (1, 1))
    assert (first.per_minute["HARSH"], second.per_minute["HARSH"], second.per_minute["VOC"]) == (0, 0.2, 0)


def test_what_somebody_else_does_is_not_put_down_to_the_caregiver() -> None:
    made = figures(
        observed(
            Event(10_000, "VOC"), Event(11_000, "TALK"), Event(12_000, "JOY", by="gran"), Event(13_000, "JOY"),
            Event(100_000, "HARSH", by="gran"), caregivers=PEOPLE,
        )
    )  # fmt: skip
    assert [(tap.t_ms, tap.code) for tap in made.pairs[0].follow_ups] == [(13_000, "JOY")]
    assert made.follow_ups == 1 and made.repair == (0, 0)
    assert made.per_minute["JOY"] == 0.2 and made.per_minute["HARSH"] == 0


def test_two_who_answer_at_once_are_told_apart_whatever_the_order() -> None:
    taps = [Event(10_000, "VOC"), Event(11_000, "TALK", by="gran"), Event(11_000, "TALK")]
    assert link(observed(*taps, caregivers=PEOPLE)) == link(observed(*reversed(taps), caregivers=PEOPLE))
    assert figures(observed(*taps, caregivers=PEOPLE)).overall.answered == 1


def test_a_cry_that_goes_on_counts_once_per_minute_too() -> None:
    taps = [Event(t, "CRY") for t in range(10_000, 60_000, 10_000)]
    assert figures(observed(*taps)).per_minute["CRY"] == 0.2


def test_a_stream_of_babble_is_no_endless_compound() -> None:
    babble = [Event(t, "VOC") for t in range(10_000, 14_000, 800)]
    assert [pair.cue_ms for pair in figures(observed(*babble)).pairs] == [10_000, 11_600, 13_200]


def test_what_ends_as_the_cue_starts_was_not_going_on() -> None:
    ended, going = Event(8000, "TALK", 10_000), Event(8000, "TALK", 10_001)
    assert [figures(observed(Event(10_000, "VOC"), span)).pairs[0].already_engaged for span in (ended, going)] == [
        False, True,
    ]  # fmt: skip


def test_a_repair_within_a_minute_counts_and_a_scheme_without_one_has_no_opportunity() -> None:
    assert figures(observed(Event(10_000, "TAKE"), Event(70_000, "REPAIR"))).repair == (1, 1)
    assert figures(observed(Event(10_000, "TAKE"), Event(70_001, "REPAIR"))).repair == (0, 1)
    assert figures(observed(Event(10_000, "CRY"), Event(60_000, "COMF"))).repair == (1, 1)
    bare = Scheme("bare", 1, (Cue("CRY", 5000, distress=True),), (Response("R"),))
    assert figures(Observation(bare, 60_000, (Event(1000, "CRY"),))).repair == (0, 0)


def test_a_window_below_a_second_still_exposes_the_cues_own_second() -> None:
    scheme = Scheme("short", 1, (Cue("C", 500), Cue("D", 1500)), (Response("R"),))
    seen = Observation(scheme, 20_000, (Event(2000, "C"), Event(8000, "D")))
    made = contingency(seen, link(seen), [500, 1500])
    assert made.table == ((0, 3), (0, 17))


def test_another_rule_says_so() -> None:
    seen = observed(Event(10_000, "VOC"), Event(12_500, "TALK"))
    made = figures(seen, window_ms=2000, merge_ms=0)
    assert made.overall.answered == 0 and made.rule.merge_ms == 0 and set(made.rule.windows_ms.values()) == {2000}
    assert [tap.t_ms for tap in made.late] == [12_500]


def test_too_little_says_so_in_words() -> None:
    made = figures(observed(Event(10_000, "VOC"), Event(12_000, "TALK"), duration=100_000))
    assert made.overall.rate == 1 and made.overall.rate_interval is None
    assert "Too few cues for a rate: read the counts." in made.warnings
    assert any("Fewer than 3 minutes" in warning for warning in made.warnings)


@pytest.mark.parametrize("duration", [86_400_001, 10**18])
def test_a_duration_of_more_than_a_day_is_refused_before_it_is_counted(duration: int) -> None:
    with pytest.raises(InvalidObservation, match="longer than a day"):
        figures(observed(duration=duration))


def test_a_code_that_is_no_text_is_refused_in_words() -> None:
    with pytest.raises(InvalidObservation, match="the scheme has no such code"):
        validate(observed(Event(5, ["VOC"])))  # type: ignore[arg-type]
