"""Which sentences are chosen: the worked case, and every rule on its own."""

from __future__ import annotations

import random

import pytest
from worked import CUES, RESPONSES, evidence, observed, proposed

from recorder.feedback.choose import Proposal, propose
from recorder.feedback.evidence import Dyad, gather
from recorder.measures.figures import figures
from recorder.measures.fitting import Tally
from recorder.measures.observation import Event, Keep, Observation


def keys(proposal: Proposal) -> list[str]:
    return [strength.key for strength in proposal.strengths]


def everything(proposal: Proposal) -> set[str]:
    return {strength.key for strength in (*proposal.strengths, *proposal.more_strengths)}


def steps(proposal: Proposal) -> list[str]:
    return [step.key for step in proposal.more_steps]


def answered(code: str, response: str, times: int, start: int = 0, gap: int = 25) -> list[tuple[float, str]]:
    return [tap for n in range(times) for tap in ((start + n * gap, code), (start + n * gap + 1, response))]


def unanswered(code: str, times: int, start: int = 0, gap: int = 25) -> list[tuple[float, str]]:
    return [(start + n * gap, code) for n in range(times)]


def test_the_worked_case() -> None:
    proposal = propose(evidence())
    assert [(s.key, s.types) for s in proposal.strengths] == [
        ("S1", ("CRY",)),
        ("S2", ("VOC",)),
        ("S4", ("REACH", "PLAY")),
    ]
    assert proposal.strengths[1].reasons == {"fitting": 2, "codable": 3}
    assert proposal.strengths[2].reasons == {"n": 2, "of": 3}
    assert [(s.key, dict(s.reasons)) for s in proposal.more_strengths] == [("S3", {"n": 7, "median_ms": 3000})]
    assert (proposal.step.key, proposal.step.type) == ("deepen_comfort", "CRY")
    assert steps(proposal) == ["repair", "naming_feelings", "give_space"]
    assert proposal.shown is not None and proposal.shown.type == "VOC"
    assert (proposal.cues, proposal.warnings) == (9, ())


def test_the_order_in_which_taps_stand_changes_nothing() -> None:
    expected = propose(evidence())
    for seed in range(20):
        taps = list(CUES + RESPONSES)
        random.Random(seed).shuffle(taps)
        events = tuple(Event(round(second * 1000), code) for second, code in taps)
        observation = Observation(observed().scheme, 300_000, events)
        assert propose(gather(observation, figures(observation))) == expected


def test_nothing_seen_promises_nothing() -> None:
    proposal = propose(evidence(observed([])))
    assert proposal.strengths == () and proposal.shown is None
    assert proposal.step.key == "time_together"
    assert set(proposal.warnings) == {"write_one", "few_cues"}


def test_a_rough_moment_takes_the_counted_strengths_and_a_minute_of_evidence() -> None:
    taps = [*answered("VOC", "TALK", 6), (160, "HARSH"), (170, "CRY"), (172, "COMF"), (230, "CRY"), (232, "COMF")]
    proposal = proposed(*taps)
    assert not everything(proposal) & {"S2", "S3", "S9"}
    comfort = next(s for s in proposal.strengths if s.key == "S1")
    assert comfort.reasons["n"] == 1 and comfort.moment is not None and comfort.moment.t_ms == 230_000
    assert "rough_moment" in proposal.warnings


def test_what_a_rough_answer_followed_is_never_evidence() -> None:
    taps = [*unanswered("VOC", 0), *answered("VOC", "TAKE", 5), *answered("REACH", "TAKE", 4, start=140)]
    proposal = proposed(*taps)
    assert everything(proposal) == set()


def test_best_type_needs_three_cues_and_half_of_them() -> None:
    assert "S2" not in everything(proposed(*answered("VOC", "TALK", 2)))
    assert "S2" in everything(proposed(*answered("VOC", "TALK", 2), *unanswered("VOC", 2, start=100)))
    assert "S2" not in everything(proposed(*answered("VOC", "TALK", 2), *unanswered("VOC", 3, start=100)))


def test_at_most_one_strength_for_a_cue_type() -> None:
    proposal = proposed(*answered("REACH", "FOLLOW", 5))
    assert keys(proposal)[:2] == ["S2", "S3"] and "S4" in [s.key for s in proposal.more_strengths]


def test_quick_needs_five_answers_within_three_seconds() -> None:
    slow = [tap for n in range(6) for tap in ((n * 25, "VOC"), (n * 25 + 4, "TALK"))]
    assert "S3" in everything(proposed(*answered("VOC", "TALK", 5)))
    assert "S3" not in everything(proposed(*answered("VOC", "TALK", 4)))
    assert "S3" not in everything(proposed(*slow))


def test_delight_counts_only_where_it_fits() -> None:
    assert "S5" in everything(proposed((10, "LOOK"), (11, "JOY"), (60, "JOY")))
    assert "S5" not in everything(proposed((10, "CRY"), (11, "JOY"), (60, "JOY")))


def test_space_is_tapped_or_told_in_the_review() -> None:
    assert "S6" in everything(proposed((10, "AWAY"), (12, "PAUSE")))
    told = proposed((10, "AWAY"), (60, "VOC"), reviews={(10, "AWAY"): "gave_space"})
    assert "S6" in everything(told) and "give_space" not in steps(told)
    carried_on = proposed((10, "AWAY"), (60, "VOC"), reviews={(10, "AWAY"): "carried_on"})
    assert "S6" not in everything(carried_on) and "give_space" in steps(carried_on)


@pytest.mark.parametrize(
    ("taps", "found"),
    [
        ([(10, "VOC"), (12, "TAKE"), (40, "REPAIR")], True),
        ([(10, "VOC"), (12, "TAKE"), (73, "REPAIR")], False),
        ([(10, "CRY"), (45, "COMF")], True),
        ([(10, "CRY"), (12, "COMF"), (45, "REPAIR")], False),
        ([(10, "VOC"), (12, "HARSH"), (40, "REPAIR")], False),
    ],
)
def test_repair_follows_steering_or_an_unanswered_cry_only(taps: list, found: bool) -> None:
    proposal = proposed(*taps)
    assert ("S7" in everything(proposal)) is found
    if found:
        assert keys(proposal)[0] == "S7" and "repair" not in steps(proposal)


def test_a_high_rating_needs_a_moment() -> None:
    ratings = {"sensitivity/1": {"tuning_in": 8, "joining": 9, "reachable": "NOB", "acceptance": 6}}
    proposal = proposed((10, "VOC"), (11, "TALK"), ratings=ratings)
    rated = [s for s in (*proposal.strengths, *proposal.more_strengths) if s.key == "S8"]
    assert [strength.detail for strength in rated] == ["tuning_in"]
    assert "S8" not in everything(proposed((10, "VOC"), ratings=ratings))


def test_gain_needs_a_clear_difference() -> None:
    taps = answered("VOC", "TALK", 10)
    assert "S9" in everything(proposed(*taps, last=Tally(2, 10)))
    assert "S9" not in everything(proposed(*taps, last=Tally(9, 10)))
    assert "S9" not in everything(proposed(*taps))


def test_a_kept_moment_is_a_strength_and_the_thing_shown() -> None:
    proposal = proposed(
        (10, "VOC"), keeps=[Keep(50_000, "glad"), Keep(20_000, "own", " "), Keep(30_000, "own", "Sang.")]
    )
    assert [(s.detail, s.note) for s in proposal.strengths] == [("own", "Sang."), ("glad", "")]
    assert proposal.shown is not None and proposal.shown.detail == "glad"


def test_what_the_child_did_next_is_left_out_when_it_was_hard_or_late() -> None:
    for third, told in (((40, "LOOK"), "LOOK"), ((40, "CRY"), None), ((40, "AWAY"), None), ((71, "LOOK"), None)):
        moment = proposed((10, "CRY"), (12, "COMF"), third).strengths[0].moment
        assert moment is not None and moment.next == told


def test_the_weakest_type_becomes_the_step() -> None:
    taps = [*answered("VOC", "TALK", 4), *unanswered("LOOK", 4, start=110), *unanswered("PLAY", 3, start=215)]
    proposal = proposed(*taps)
    assert (proposal.step.key, proposal.step.type) == ("answer_look", "LOOK")
    assert "active_listening" in steps(proposal)


def test_ties_go_to_distress_and_then_to_the_goal() -> None:
    pair = [*unanswered("LOOK", 4), *unanswered("REACH", 4, start=110)]
    assert proposed(*pair).step.type == "LOOK"
    assert proposed(*pair, goal="x", goal_type="REACH").step.type == "REACH"
    cried = [*unanswered("LOOK", 4), *unanswered("CRY", 4, start=110, gap=30)]
    assert proposed(*cried, goal="x", goal_type="LOOK").step.type == "CRY"


def test_few_cues_leave_the_step_to_the_goal_or_to_a_strength() -> None:
    taps = [*unanswered("LOOK", 4), (110, "CRY"), (112, "COMF")]
    assert proposed(*taps).step.key == "deepen_comfort"
    assert proposed(*taps, goal="More play", goal_type="PLAY").step.key == "active_listening"
    assert proposed(*taps, goal="Time").step.key == "time_together"


def test_a_step_that_they_do_already_is_not_proposed_again() -> None:
    proposal = proposed(doing=frozenset({"deepen_comfort", "repair"}), done=True)
    assert proposal.step.key == "deepen_voc"
    assert steps(proposal) == ["naming_feelings", "celebrate", "give_space"]


def test_themes_stand_in_the_order_of_their_table() -> None:
    everything_at_once = Dyad(
        goal="More play",
        age_months=20,
        our_days={"predictable_day": 49.9, "follow_through": 20},
        new_stage=True,
        done=True,
        contacts=True,
        ticks=frozenset({"i_sentences", "vulnerability", "own_support", "professional_help"}),
    )
    observation = observed()
    proposal = propose(gather(observation, figures(observation), everything_at_once))
    assert steps(proposal) == [
        "consistency", "follow_through", "i_sentences", "repair", "vulnerability", "naming_feelings", "time_together",
        "check_in", "own_support", "professional_help", "celebrate", "give_space",
    ]  # fmt: skip


def test_help_from_professionals_comes_from_a_tick_only() -> None:
    assert "professional_help" not in steps(proposed(contacts=True))
    assert "i_sentences" not in steps(proposed(age_months=18, ticks=frozenset({"i_sentences"})))
