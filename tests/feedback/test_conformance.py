"""The file that holds the tablet to the server's code is what that code makes now, and it leaves nothing out."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import conformance
import pytest

from recorder.feedback.choose import STRENGTHS
from recorder.feedback.why import WARNINGS
from recorder.feedback.words import LANGUAGES


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(conformance.FILE.read_text(encoding="utf-8"))
    return made


def test_the_file_is_what_the_code_makes_now() -> None:
    kept, made = conformance.FILE.read_text(encoding="utf-8"), conformance.text()
    assert kept == made, "the code changed what is proposed: look why, then run python tests/conformance.py"


def test_every_strength_every_warning_and_every_kind_of_event_is_in_it(kept: dict[str, Any]) -> None:
    lines, proposals = kept["lines"], [case["proposal"] for case in kept["cases"] if "proposal" in case]
    told = Counter(lines[place]["key"] for one in proposals for place in one["strengths"])
    assert set(told) == set(STRENGTHS) and min(told.values()) >= 20, told
    warned = Counter(lines[place] for one in proposals for place in one["warnings"])
    assert set(warned) == {str(sentence) for sentence in WARNINGS.values()} and min(warned.values()) >= 50
    kinds = Counter(event[1] for case in kept["cases"] for event in case["events"])
    wanted = {"open", "tap", "void", "flag", "review", "pause", "view", "end", "abort", "rating", "tried", "anchor"}
    assert set(kinds) == wanted and min(kinds.values()) >= 20, kinds
    steps = {lines[place]["key"] for one in proposals for place in (one["step"], *one["more_steps"])}
    themes = {"consistency", "follow_through", "i_sentences", "active_listening", "repair", "vulnerability",
              "naming_feelings", "time_together", "check_in", "own_support", "professional_help", "celebrate",
              "give_space"}  # fmt: skip
    assert themes < steps and {"answer_cry", "deepen_comfort", "deepen_quick"} < steps
    assert {one["language"] for one in proposals} == set(LANGUAGES)


def test_every_finding_is_in_it(kept: dict[str, Any]) -> None:
    found = [finding["level"] for one in kept["checks"] for all in one["findings"].values() for finding in all]
    assert min(Counter(found).values()) >= 20 and set(found) == {"blocked", "glyph", "hurts", "hard"}
