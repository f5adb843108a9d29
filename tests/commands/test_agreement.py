"""`recorder agreement`: two observers from any format, in sentences and as one document; what is wrong in one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

DATA = Path(__file__).parent.parent / "data"
PAIRS = DATA / "boris" / "homevisit_pairs.boris"
ISSUE = DATA / "boris" / "issue228.boris"

Recorder = Callable[..., Result]


def document(result: Result) -> dict[str, Any]:
    assert (result.exit_code, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


def test_a_boris_project_with_two_observers(recorder: Recorder) -> None:
    found = document(recorder("agreement", f"{PAIRS}#V01_A", f"{PAIRS}#V01_B", "--format", "json"))
    events = found["events"]
    assert (events["matched"], events["different_code"], events["only_a"], events["only_b"]) == (104, 11, 9, 6)
    assert events["percent"] == 80 and events["kappa_linked"] == pytest.approx(0.8805, abs=5e-5)
    assert len(found["disagreements"]) == 26 and found["states"]["matched"] == 42
    assert (found["n_a"], found["n_b"], found["offset_ms"], found["aligned_by"]) == (124, 121, 0, "none")
    assert found["time_unit"]["tolerance_units"] == 2


@pytest.mark.parametrize("unit_ms", [500, 1000, 1500, 2000, 2500, 3000, 4000, 5000, 10_000])
def test_boris_issue_228_agrees_on_every_grid(recorder: Recorder, unit_ms: int) -> None:
    """BORIS's own kappa of these three events jumps between -0.04 and 1 with the unit (`boris_kappa.json`)."""
    found = document(recorder("agreement", f"{ISSUE}#A", f"{ISSUE}#B", "--unit-ms", str(unit_ms), "--format", "json"))
    assert (found["events"]["matched"], found["events"]["percent"], found["disagreements"]) == (3, 100, [])
    assert (found["time_unit"]["kappa_a"], found["time_unit"]["kappa_b"], found["time_unit"]["percent"]) == (1, 1, 100)
    # one code only: the event kappa is undefined, and said to be
    assert found["events"]["kappa"] is None and "Both observers used only one code" in found["warnings"][0]


def test_the_text_is_sentences(recorder: Recorder) -> None:
    said = recorder("agreement", f"{PAIRS}#V01_A", f"{PAIRS}#V01_B").stdout
    assert "gave the same code to 104 of 130 events that at least one of them coded (80%)." in said
    assert "Coded differently: 11. Only A coded (missed by B): 9. Only B coded (missed by A): 6." in said
    assert "After allowing for lucky matches, agreement is .76, based on 130 events." in said
    assert "1:14.711  A cue_reach        B cue_vocalise" in said
    assert "likely range" not in said  # no interval for a kappa of seconds, nor one made up for this one


def test_with_a_smaller_tolerance_they_agree_less(recorder: Recorder) -> None:
    given = ("agreement", f"{ISSUE}#A", f"{ISSUE}#B", "--tolerance-ms", "996", "--format", "json")
    found = document(recorder(*given))
    assert (found["events"]["matched"], found["events"]["only_a"], found["events"]["only_b"]) == (1, 2, 2)
    moved = document(recorder(*given, "--offset-ms", "-1000"))
    assert (moved["events"]["matched"], moved["offset_ms"], moved["aligned_by"]) == (2, -1000, "given")


def test_the_taps_on_a_spoken_now_align_unless_an_offset_is_given(
    recorder: Recorder, observation_file: Callable[..., str]
) -> None:
    first = observation_file(
        "a.observation.json", events=[{"t_ms": 9000, "code": "SYNC"}, {"t_ms": 20_000, "code": "VOC"}]
    )
    second = observation_file(
        "b.observation.json", events=[{"t_ms": 1000, "code": "SYNC"}, {"t_ms": 12_100, "code": "VOC"}]
    )
    found = document(recorder("agreement", first, second, "--format", "json"))
    assert (found["offset_ms"], found["aligned_by"], found["events"]["matched"]) == (8000, "sync", 1)
    assert "8000 ms were added to B's times" in recorder("agreement", first, second).stdout
    found = document(recorder("agreement", first, second, "--offset-ms", "0", "--format", "json"))
    assert (found["offset_ms"], found["events"]["matched"]) == (0, 0)


def test_a_table_and_tiers_of_one_recording_need_no_scheme(recorder: Recorder) -> None:
    folder = DATA / "childproject_MIT"
    columns = "time=segment_onset,until=segment_offset,code=speaker_type"
    table, tiers = folder / "truth__eaf_basic.csv", folder / "eaf_basic__raw__example.eaf"
    itself = document(recorder("agreement", str(table), str(table), "--columns", columns, "--format", "json"))
    assert (itself["events"]["matched"], itself["events"]["kappa"], itself["events"]["median_dt_ms"]) == (296, 1, 0)
    both = document(recorder("agreement", str(table), str(tiers), "--columns", columns, "--format", "json"))
    assert both["events"]["different_code"] + both["events"]["matched"] == 296 and both["events"]["matched"] == 134


def test_ratings_stand_side_by_side(recorder: Recorder, observation_file: Callable[..., str]) -> None:
    first = observation_file("a.observation.json")
    second = observation_file(
        "b.observation.json", ratings={"sensitivity/1": {"tuning_in": 5, "joining": 6, "acceptance": 8}}
    )
    found = document(recorder("agreement", first, second, "--format", "json"))["ratings"]
    assert (found["tuning_in"]["difference"], found["joining"]["a"], found["sensitivity"]["a"]) == (-2, "NOB", None)
    said = recorder("agreement", first, second).stdout
    assert "tuning_in: A 7, B 5, B is 2 lower." in said and "joining: A not observed, B 6." in said


def test_other_schemes_are_refused_and_unknown_ones_are_not(
    recorder: Recorder, observation_file: Callable[..., str]
) -> None:
    first = observation_file("a.observation.json")
    second = observation_file("b.observation.json", scheme="serve-and-return-short/1")
    result = recorder("agreement", first, second)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert "serve-and-return-short/1" in result.stderr and "cannot be compared" in result.stderr
    assert (
        recorder("agreement", first, observation_file("c.observation.json", scheme="serve-and-return")).exit_code == 0
    )
    own = [observation_file(f"{name}.observation.json", scheme="ours/3") for name in "de"]
    assert document(recorder("agreement", *own, "--format", "json"))["events"]["percent"] == 100
    assert recorder("agreement", own[0], observation_file("f.observation.json", scheme="ours/4")).exit_code == 1


@pytest.mark.parametrize(
    ("a", "sentence"),
    [
        (f"{PAIRS}", "name one as"),
        (f"{PAIRS}#V01", 'it holds no observation "V01": did you mean'),
        ("none.boris", "there is no such file"),
        ("none.docx", "its ending is none that is known here"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(recorder: Recorder, a: str, sentence: str) -> None:
    result = recorder("agreement", a, f"{PAIRS}#V01_B")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert sentence in result.stderr


def test_options_that_mean_nothing_are_a_question_of_usage(recorder: Recorder) -> None:
    for option in (["--tolerance-ms", "-1"], ["--unit-ms", "0"], ["--offset-ms", "soon"]):
        assert recorder("agreement", f"{PAIRS}#V01_A", f"{PAIRS}#V01_B", *option).exit_code == 2
