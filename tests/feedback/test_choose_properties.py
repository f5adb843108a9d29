"""What holds for every page that can be proposed, whatever was tapped: drawn at random, and judged by the taps alone.

`broken` reads the taps, not the linked pairs that the choice is made from; each of its rules is seen to fail once when
the defence behind it is away.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worked import observed

from recorder.feedback import choose
from recorder.feedback.check import check
from recorder.feedback.choose import STRENGTHS, Moment, Proposal, Strength, propose
from recorder.feedback.evidence import Dyad, Evidence, gather
from recorder.feedback.words import Facts, compose
from recorder.measures.figures import figures
from recorder.measures.fitting import Tally
from recorder.measures.observation import Keep, Observation

ROUGH = {"TAKE", "HARSH"}
WINDOWS = {"VOC": 5, "LOOK": 5, "REACH": 5, "PLAY": 5, "UP": 5, "CRY": 10, "AWAY": 10}
CUES = [*WINDOWS, "CRY", "VOC", "AWAY"]
ANSWERS = ["COMF", "TALK", "FOLLOW", "JOY", "TOUCH", "PAUSE", "TAKE", "REPAIR", "COMF", "FOLLOW", "HARSH"]
MINUTE = 60_000

moments = st.lists(
    st.tuples(
        st.integers(2_000, 45_000), st.sampled_from(CUES), st.none() | st.sampled_from(ANSWERS), st.integers(500, 9_000)
    ),
    max_size=24,
)
dyads = st.builds(
    Dyad,
    goal=st.sampled_from(["", "More play"]),
    goal_type=st.sampled_from([None, "PLAY", "CRY"]),
    age_months=st.sampled_from([None, 11, 30]),
    last=st.none() | st.just(Tally(2, 12)),
    doing=st.frozensets(st.sampled_from(["deepen_comfort", "answer_cry", "repair", "time_together"])),
    our_days=st.dictionaries(st.sampled_from(["predictable_day", "follow_through"]), st.floats(0, 100)),
    contacts=st.booleans(),
    ticks=st.frozensets(st.sampled_from(["vulnerability", "i_sentences", "professional_help", "check_in"])),
)
keeps = st.lists(st.builds(Keep, st.integers(0, 300_000), st.sampled_from(["comfort", "glad"])), max_size=2)
rated = st.dictionaries(
    st.just("sensitivity/1"), st.dictionaries(st.sampled_from(["tuning_in", "joining"]), st.integers(1, 9))
)


def seen(found: list[tuple[int, str, str | None, int]], **more: Any) -> Observation:
    """An observation of these moments: each so long after the one before, with its answer so long after the cue."""
    taps, clock = [], 0
    for gap, cue, answer, after in found:
        clock += gap
        taps.append((clock / 1000, cue))
        if answer:
            taps.append(((clock + after) / 1000, answer))
    return observed(taps, seconds=clock // 1000 + 20, **more)


def broken(observation: Observation, dyad: Dyad, proposal: Proposal) -> list[str]:
    """The rules that a proposal breaks, by the taps of the observation."""
    return [*_of_strengths(observation, proposal), *_of_steps(dyad, proposal)]


def _of_strengths(observation: Observation, proposal: Proposal) -> Iterator[str]:
    harsh = [event.t_ms for event in observation.events if event.code == "HARSH"]
    told = [*proposal.strengths, *proposal.more_strengths]
    places = [STRENGTHS.index(strength.key) for strength in proposal.strengths]
    types = [code for strength in proposal.strengths for code in strength.types]
    if len(proposal.strengths) > 3 or places != sorted(places):
        yield "three at most, in their order"
    if len(types) != len(set(types)):
        yield "one strength a cue type"
    if harsh and {strength.key for strength in told} & {"S2", "S3", "S9"}:
        yield "a count beside a rough moment"
    for strength in told:
        moment = strength.moment
        if moment is None:
            yield f"{strength.key} without a moment"
        elif any(after <= t <= after + MINUTE for after in harsh for t in _times(moment)):
            yield f"{strength.key} from the minute after a rough moment"
        elif moment.response in ROUGH or moment.next in {"CRY", "AWAY"}:
            yield f"{strength.key} tells what is no strength"
        elif not _happened(observation, strength, moment):
            yield f"{strength.key} tells what did not happen"


def _times(moment: Moment) -> list[int]:
    answered = [] if moment.latency_ms is None else [moment.t_ms + moment.latency_ms]
    return [moment.t_ms, *answered, *([] if moment.next_ms is None else [moment.next_ms])]


def _happened(observation: Observation, strength: Strength, moment: Moment) -> bool:
    """Whether the taps hold what a moment tells: its cue, its answer in the cue's window, and what came next."""
    taps = {(event.t_ms, event.code) for event in observation.events}
    said = [] if moment.cue is None else [(moment.t_ms, moment.cue)]
    if moment.next is not None and moment.next_ms is not None:
        said.append((moment.next_ms, moment.next))
        if not moment.t_ms < moment.next_ms <= moment.t_ms + (2 if strength.key == "S7" else 1) * MINUTE:
            return False
    if strength.key == "S7":  # by comfort or by making up, within a minute
        at = moment.t_ms + (moment.latency_ms or 0)
        return at - moment.t_ms <= MINUTE and bool({(at, "REPAIR"), (at, "COMF")} & taps) and taps.issuperset(said)
    if moment.cue and moment.latency_ms is not None:
        said.append((moment.t_ms + moment.latency_ms, str(moment.response)))
        in_time = moment.latency_ms <= WINDOWS[moment.cue] * 1000
    else:
        in_time = True
    # space that only the end review tells leaves no tap
    return in_time and (strength.key == "S6" or taps.issuperset(said))


def _of_steps(dyad: Dyad, proposal: Proposal) -> Iterator[str]:
    for step in (proposal.step, *proposal.more_steps):
        if step.key in dyad.doing and step.reasons.keys() != {"nothing_else"}:
            yield "a step that they do already"
        figure = step.reasons
        if "codable" in figure and not (figure["codable"] >= 3 and 2 * figure["fitting"] < figure["codable"]):
            yield "a step from a figure that is not weak"
        if "scale" in figure and not figure["scale"] < 50:
            yield "a step from days that go well"
        if step.key == "professional_help" and "professional_help" not in dyad.ticks:
            yield "professional help without a tick"
    if proposal.cues < 8 and "codable" in proposal.step.reasons:
        yield "a figure of fewer than eight cues"


@settings(max_examples=300, deadline=None)
@given(moments, dyads, keeps, rated)
def test_no_proposal_breaks_a_rule(found: list, dyad: Dyad, kept: list[Keep], ratings: Any) -> None:
    observation = seen(found, keeps=kept, ratings=ratings)
    proposal = propose(gather(observation, figures(observation), dyad))
    assert broken(observation, dyad, proposal) == []


@settings(max_examples=60, deadline=None)
@given(moments, st.randoms(use_true_random=False), st.sampled_from(["en", "es"]))
def test_the_page_does_not_know_in_which_order_taps_were_stored(found: list, chance: Any, language: str) -> None:
    observation = seen(found)
    events = list(observation.events)
    chance.shuffle(events)
    shuffled = replace(observation, events=tuple(events))
    assert written(shuffled, language) == written(observation, language)


@settings(max_examples=60, deadline=None)
@given(moments, st.sampled_from(["en", "es"]))
def test_no_page_says_a_label_a_share_or_how_often(found: list, language: str) -> None:
    observation = seen(found)
    words = compose(propose(gather(observation, figures(observation))), Facts("Mia"), language)
    for line in (*words["strengths"], *words["more_strengths"], *([words["shown"]] if words["shown"] else ())):
        assert not re.search(r"%|\d", re.sub(r"(About|minuto) \d+", "", line["text"])), line["text"]
        assert [one for one in check({"x": line["text"]}, language)["x"] if one["level"] != "hard"] == []


def written(observation: Observation, language: str) -> bytes:
    words = compose(propose(gather(observation, figures(observation))), Facts("Mia"), language)
    return json.dumps(words, ensure_ascii=False).encode()


SEED = "from worked import observed; from test_choose_properties import written; import sys; "
SEED += "sys.stdout.buffer.write(written(observed(), 'es'))"


def test_two_processes_with_other_hash_seeds_write_the_same_bytes() -> None:
    def run(seed: str) -> bytes:
        paths = os.pathsep.join([os.path.dirname(__file__), *filter(None, sys.path)])
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": paths}
        return subprocess.run([sys.executable, "-c", SEED], env=environment, check=True, capture_output=True).stdout

    assert run("1") == run("2") == written(observed(), "es")


SHADED = [(10, "VOC"), (12, "HARSH"), (20, "CRY"), (22, "COMF")]
TAKEN = [tap for n in range(4) for tap in ((20 * n + 5, "VOC"), (20 * n + 6, "TAKE"))]
TURNED_AWAY = [(10, "CRY"), (12, "COMF"), (30, "AWAY")]


@pytest.mark.parametrize(
    ("away", "taps", "rule"),
    [
        ((Evidence, "shadowed", lambda self, t: False), SHADED, "S1 from the minute after a rough moment"),
        (
            (Evidence, "fits", lambda self, pair: pair.status == "answered"),
            TAKEN,
            "S2 tells what is no strength",
        ),
        ((choose, "AWAY", "no such code"), TURNED_AWAY, "S1 tells what is no strength"),
    ],
)
def test_each_rule_is_seen_to_fail_without_its_defence(
    monkeypatch: pytest.MonkeyPatch, away: tuple, taps: list, rule: str
) -> None:
    observation = observed(taps)
    assert broken(observation, Dyad(), propose(gather(observation, figures(observation)))) == []
    monkeypatch.setattr(*away)
    found = broken(observation, Dyad(), propose(gather(observation, figures(observation))))
    assert rule in found


def test_a_tap_that_is_not_there_is_missed() -> None:
    observation = observed()
    proposal = propose(gather(observation, figures(observation)))
    moment = replace(proposal.strengths[0].moment, t_ms=1) if proposal.strengths[0].moment else None
    invented = replace(proposal, strengths=(replace(proposal.strengths[0], moment=moment), *proposal.strengths[1:]))
    assert "S1 tells what did not happen" in broken(observation, Dyad(), invented)
    again = replace(proposal, strengths=(proposal.strengths[1], proposal.strengths[1]))
    assert "one strength a cue type" in broken(observation, Dyad(), again)
