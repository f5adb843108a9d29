"""`recorder measure`: real annotation gives the numbers that others computed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

TESTS = Path(__file__).parent.parent
DATA = TESTS / "data" / "childproject_MIT"
EXPECTED = json.loads((TESTS / "oracles" / "13_real_streams.json").read_text())["cases"][0]["expected"]["app_rule"]
COLUMNS = "time=segment_onset,until=segment_offset,code=speaker_type"
CSV = [str(DATA / "truth__eaf_basic.csv"), "--columns", COLUMNS]
EAF = [str(DATA / "eaf_basic__raw__example.eaf")]


def scheme(folder: Path, responses: list[str], ignored: list[str]) -> str:
    """A scheme file: the child's voice as cue, a window of 5 s."""
    document = {
        "name": "voices",
        "cues": [{"code": "CHI", "window_ms": 5000}],
        "responses": [{"code": code} for code in responses],
        "ignored": ignored,
    }
    (folder / "voices.json").write_text(json.dumps(document))
    return str(folder / "voices.json")


@pytest.mark.parametrize(
    ("arguments", "responses", "ignored"),
    [
        (CSV, ["FEM", "MAL"], ["OCH"]),
        (EAF, ["FA1", "FA2"], ["UC1", "UC2", "UC3"]),
    ],
    ids=["csv", "eaf"],
)
def test_a_real_stream_gives_the_published_numbers(
    recorder: Callable[..., Result], tmp_path: Path, arguments: list[str], responses: list[str], ignored: list[str]
) -> None:
    result = recorder("measure", *arguments, "--scheme", scheme(tmp_path, responses, ignored), "--format", "json")
    assert result.exit_code == 0, result.stderr
    found, truth = json.loads(result.stdout), EXPECTED["default_latest_cue"]
    assert found["observed_ms"] == 300_113
    assert [found[key] for key in ("cues", "answered", "unanswered", "not_codable", "follow_ups", "spontaneous")] == [
        truth[key]
        for key in ("n_cues", "answered", "unanswered", "censored", "follow_up_responses", "spontaneous_responses")
    ]
    assert found["rate"] == pytest.approx(truth["response_rate"], abs=1e-9)
    latency = found["latency_ms"]
    assert latency["median"] == pytest.approx(truth["km_median_ms"], abs=0.5)
    assert latency["answered_median"] == pytest.approx(truth["median_latency_answered_ms"], abs=0.5)
    assert latency["answered_mean"] == pytest.approx(truth["mean_latency_answered_ms"], abs=0.5)


def test_the_text_says_what_a_manager_reads(recorder: Callable[..., Result], tmp_path: Path) -> None:
    result = recorder("measure", *CSV, "--scheme", scheme(tmp_path, ["FEM", "MAL"], ["OCH"]))
    assert "Answered 72 of 132 cues (55%). The true rate is likely between 46% and 63%." in result.stdout
    assert (
        "Half of the cues were answered within 2.6 seconds (counting the 60 that were not answered)." in result.stdout
    )
    assert "2 cues were not judged: the time for an answer was cut off." in result.stdout


def test_few_cues_are_said_to_be_few(recorder: Callable[..., Result], observation_file: Callable[..., str]) -> None:
    events = [{"t_ms": 20_000 * n, "code": "VOC"} for n in range(1, 5)]
    events += [{"t_ms": 20_000 * n + 1000, "code": "TALK"} for n in range(1, 4)]
    shown = recorder("measure", observation_file(events=events)).stdout
    assert "Answered 3 of 4 cues (75%). With so few cues the true rate could be anywhere from 30% to 95%." in shown


def test_no_cue_is_no_rate(recorder: Callable[..., Result], observation_file: Callable[..., str]) -> None:
    shown = recorder("measure", observation_file(events=[])).stdout
    assert "No cues were recorded, so there is no response rate." in shown and "%" not in shown


def test_answers_that_seldom_come_have_no_median(
    recorder: Callable[..., Result], observation_file: Callable[..., str]
) -> None:
    events = [{"t_ms": 20_000 * n, "code": "VOC"} for n in range(1, 13)]
    shown = recorder("measure", observation_file(events=events)).stdout
    assert "Answered 0 of 12 cues (0%)." in shown and "Fewer than half were answered within 5 seconds." in shown


def test_several_files_are_a_list(recorder: Callable[..., Result], observation_file: Callable[..., str]) -> None:
    files = [observation_file(f"{name}.observation.json", id=name) for name in "ab"]
    assert [one["id"] for one in json.loads(recorder("measure", *files, "--format", "json").stdout)] == ["a", "b"]
    assert recorder("measure", *files).stdout.count("Answered 8 of 16 cues") == 2


def test_options_change_the_rule(recorder: Callable[..., Result], observation_file: Callable[..., str]) -> None:
    said = ("--window-ms", "1000", "--merge-ms", "0", "--duration-ms", "600000", "--format", "json")
    found = json.loads(recorder("measure", observation_file(), *said).stdout)
    assert (found["rule"]["windows_ms"]["VOC"], found["rule"]["merge_ms"], found["answered"]) == (1000, 0, 0)
    assert found["observed_ms"] == 592_000


def test_the_scheme_in_the_file_is_used(recorder: Callable[..., Result], observation_file: Callable[..., str]) -> None:
    own = {"name": "own", "cues": [{"code": "A", "window_ms": 900}], "responses": [{"code": "B"}]}
    events = [{"t_ms": 5, "code": "A"}, {"t_ms": 900, "code": "B"}]
    found = json.loads(recorder("measure", observation_file(scheme=own, events=events), "--format", "json").stdout)
    assert (found["scheme"], found["answered"]) == ("own/1", 1)
    swapped = recorder("measure", observation_file(scheme=own, events=events), "--scheme", "serve-and-return")
    assert swapped.exit_code == 1 and "serve-and-return/1 does not know" in swapped.stderr


def test_a_span_that_goes_on_is_no_response(
    recorder: Callable[..., Result], observation_file: Callable[..., str]
) -> None:
    events = [{"t_ms": 1000, "until_ms": 60_000, "code": "TALK"}, {"t_ms": 2000, "until_ms": 2500, "code": "VOC"}]
    found = json.loads(recorder("measure", observation_file(events=events), "--format", "json").stdout)
    assert (found["answered"], found["unanswered"], found["spontaneous"]) == (0, 1, 1)


def test_chance_is_said_in_words_and_transitions_are_in_the_document(
    recorder: Callable[..., Result], tmp_path: Path
) -> None:
    said = (*CSV, "--scheme", scheme(tmp_path, ["FEM", "MAL"], ["OCH"]))
    shown = recorder("measure", *said).stdout
    assert "in 98 of 269 seconds within a cue's time, and in 5 of 32 others." in shown
    assert "Odds ratio 3.09 (95% interval 1.15 to 8.30), Yule's Q 0.51, adjusted residual 2.35." in shown
    assert "CHI > FEM: 123 of 208, adjusted residual 1.30, Q 0.16" in shown
    found = json.loads(recorder("measure", *said, "--format", "json").stdout)
    assert found["contingency"]["table"] == [[98, 171], [5, 27]]
    tables = {(table["given"], table["target"]): table for table in found["transitions"]["tables"]}
    table = tables["child", "caregiver"]
    row, column = table["given_codes"].index("CHI"), table["target_codes"].index("FEM")
    assert (table["n"], table["counts"][row][column]) == (300, 123)


def test_few_seconds_have_counts_only_and_nothing_to_compare_is_said(
    recorder: Callable[..., Result], observation_file: Callable[..., str]
) -> None:
    few = recorder("measure", observation_file(events=[{"t_ms": 5000, "code": "VOC"}, {"t_ms": 6000, "code": "TALK"}]))
    assert "An answer started in 1 of 5 seconds within a cue's time, and in 0 of 295 others." in few.stdout
    assert "too few for more than these counts" in few.stdout and "Odds ratio" not in few.stdout
    assert "VOC > TALK: 1 of 1\n" in few.stdout, "counts only"
    none = recorder("measure", observation_file(events=[])).stdout
    assert "the odds ratio, Yule's Q and the residual are not defined" in none
    assert "no code of the caregiver came one second after one of the child" in none


def test_of_a_project_each_observation_is_a_row(recorder: Callable[..., Result], tmp_path: Path) -> None:
    document = {
        "name": "homevisit",
        "cues": [{"code": code, "window_ms": 5000} for code in ("cue_vocalise", "cue_reach", "cue_fuss")],
        "responses": [{"code": "resp_contingent"}, {"code": "resp_delayed"}],
        "ignored": ["resp_missed", "gaze_caregiver", "cry", "engaged", "on_phone"],
    }
    (tmp_path / "scheme.json").write_text(json.dumps(document))
    project = str(TESTS / "data" / "boris" / "homevisit_pairs.boris")
    said = ("--scheme", str(tmp_path / "scheme.json"), "--format")
    rows = recorder("measure", project, *said, "csv").stdout.splitlines()
    assert len(rows) == 13 and rows[1].startswith(f"{project}#V01_A,V01_A,homevisit/1,")
    one = json.loads(recorder("measure", f"{project}#V01_A", *said, "json").stdout)
    named = dict(zip(rows[0].split(","), rows[1].split(","), strict=True))
    assert [named[key] for key in ("cues", "answered", "unanswered")] == [
        str(one[key]) for key in ("cues", "answered", "unanswered")
    ]
