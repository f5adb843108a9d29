"""The picture of the back-and-forth that a family may keep: answers that fit, and nothing else."""

from __future__ import annotations

from worked import CUES, RESPONSES, evidence, observed

from recorder.feedback.picture import picture


def test_what_was_answered_is_drawn_and_what_was_not_is_left_out() -> None:
    made = picture(evidence(), "Mia", "en")
    assert made.says == "The moments when Mia called and you answered: 0:12, 0:30, 0:55, 1:20, 2:20, 3:50, 4:30"
    assert all(turn.response_ms is not None for turn in made.values.turns)
    assert (made.values.child, made.values.caregiver, made.values.duration_ms) == ("Mia", "You", 300_000)


def test_an_answer_that_does_not_fit_is_left_out() -> None:
    assert 200_000 not in [turn.cue_ms for turn in picture(evidence(), "Mia", "en").values.turns], "AWAY, then TAKE"


def test_the_minute_after_a_harsh_moment_has_no_dot() -> None:
    harsh = observed((*CUES, *RESPONSES, (50, "HARSH")))
    drawn = [turn.cue_ms for turn in picture(evidence(harsh), "Mia", "en").values.turns]
    assert drawn and not any(50_000 <= cue <= 110_000 for cue in drawn)


def test_where_nothing_was_answered_there_is_no_picture() -> None:
    assert picture(evidence(observed(CUES)), "Mia", "es") is None
