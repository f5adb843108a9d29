"""A tally counts answers that fit among the cues that could be judged; nothing to judge has no share."""

from __future__ import annotations

from recorder.instruments.library import builtin
from recorder.instruments.scheme import Cue, Response, Scheme
from recorder.measures.fitting import Tally, tally_of


def pair(code: str, status: str = "answered", response: str | None = "TALK", fit: float | None = 1.0) -> dict:
    return {"codes": [code], "status": status, "response": response, "fit": fit}


def test_only_cues_in_the_rate_that_could_be_judged_count() -> None:
    pairs = [pair("VOC"), pair("AWAY", response="PAUSE"), pair("LOOK", "not_codable", None, None),
             pair("LOOK", "answered_by_another")]  # fmt: skip
    assert tally_of(pairs, builtin("serve-and-return/1")) == Tally(1, 1)


def test_a_weak_fit_and_a_rough_moment_are_no_fitting_answers() -> None:
    pairs = [pair("VOC", fit=0.5), pair("VOC", fit=0.4), pair("VOC", fit=None), pair("VOC", response="TAKE", fit=0.0)]
    assert tally_of(pairs, builtin("serve-and-return/1")) == Tally(1, 4)


def test_without_fit_values_every_answer_fits_but_a_rough_one() -> None:
    scheme = Scheme("s", 1, (Cue("VOC", 5000),), (Response("TALK"), Response("GRAB", takes_over=True)))
    pairs = [pair("VOC", fit=None), pair("VOC", response="GRAB", fit=None)]
    assert tally_of(pairs, scheme) == Tally(1, 2)


def test_a_share_of_nothing_is_none() -> None:
    assert (Tally(0, 0).share, Tally(1, 2).share) == (None, 0.5)
