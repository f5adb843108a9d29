"""An observation that cannot be measured is refused in one sentence; observed time leaves out what was not seen."""

from __future__ import annotations

from typing import Any

import pytest

from recorder.instruments.library import builtin
from recorder.measures.observation import Event, InvalidObservation, Observation, observed_ms, unseen, validate


def observed(*events: Event, duration: Any = 60_000) -> Observation:
    return Observation(builtin("serve-and-return/1"), duration, events)


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (Event(61_000, "VOC"), r"Event 1 \(VOC at 61000 ms\): it lies outside the observation of 60000 ms\."),
        (Event(-1, "VOC"), "it lies outside"),
        (Event(100, "VOCE"), "the scheme has no such code"),
        (Event(5000, "OUT_OF_VIEW", 4000), "it ends at 4000 ms, before it starts"),
        (Event(5000, "OUT_OF_VIEW", 70_000), "it ends at 70000 ms, outside"),
        (Event(float("nan"), "VOC"), "whole number of ms"),  # type: ignore[arg-type]
        (Event("12", "VOC"), "whole number of ms"),  # type: ignore[arg-type]
        (Event(True, "VOC"), "whole number of ms"),
    ],
)
def test_the_sentence_names_the_event(event: Event, sentence: str) -> None:
    with pytest.raises(InvalidObservation, match=sentence):
        validate(observed(event))


@pytest.mark.parametrize("duration", [0, -5, 1.5, "60000", float("inf")])
def test_a_duration_is_a_whole_number_above_zero(duration: Any) -> None:
    with pytest.raises(InvalidObservation, match="duration"):
        validate(observed(duration=duration))


def test_pauses_that_overlap_are_refused_and_a_pause_without_a_view_is_not() -> None:
    with pytest.raises(InvalidObservation, match="PAUSE_CLOCK from 0 to 9000 ms overlaps"):
        validate(observed(Event(0, "PAUSE_CLOCK", 9000), Event(8000, "PAUSE_CLOCK", 10_000)))
    both = observed(Event(0, "PAUSE_CLOCK", 9000), Event(8000, "OUT_OF_VIEW", 10_000))
    validate(both)
    assert unseen(both) == ((0, 10_000),) and observed_ms(both) == 50_000


def test_a_view_that_never_came_back_lasts_to_the_end() -> None:
    assert observed_ms(observed(Event(50_000, "OUT_OF_VIEW"))) == 50_000
