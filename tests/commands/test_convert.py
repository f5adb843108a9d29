"""`recorder convert`: the same observation in another format, and what is lost is said first."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from recorder.exchange import files

DATA = Path(__file__).parent.parent / "data" / "childproject_MIT"


def figures(recorder: Callable[..., Result], *arguments: str) -> dict:
    """The figures of a file, apart from its name."""
    return json.loads(recorder("measure", *arguments, "--format", "json").stdout) | {"id": None}


def test_through_every_format_the_figures_stay(
    recorder: Callable[..., Result], observation_file: Callable[..., str], tmp_path: Path
) -> None:
    start = observation_file()
    eaf, csv, back = (str(tmp_path / name) for name in ("a.eaf", "b.csv", "c.observation.json"))
    assert recorder("convert", start, eaf).output == ""
    lost = recorder("convert", eaf, csv)
    assert lost.exit_code == 0
    for field in ("id", "scheme", "started_at", "duration_ms", "context", "children", "caregivers", "ratings", "keeps"):
        assert f"{field} is lost: a table cannot hold it.\n" in lost.stderr
    said = ("--scheme", "serve-and-return", "--duration-ms", "300000")
    assert recorder("convert", csv, back, *said).output == ""
    nameless = {"child": None, "caregiver": None}  # a table cannot hold who is who: it was said above
    assert figures(recorder, eaf) == figures(recorder, start)
    assert figures(recorder, back) == figures(recorder, start) | nameless


def test_elan_to_elan_is_the_same_observation(
    recorder: Callable[..., Result], observation_file: Callable[..., str], tmp_path: Path
) -> None:
    recorder("convert", observation_file(), str(tmp_path / "a.eaf"))
    recorder("convert", str(tmp_path / "a.eaf"), str(tmp_path / "b.eaf"))
    recorder("convert", str(tmp_path / "b.eaf"), str(tmp_path / "b.observation.json"))
    recorder("convert", observation_file(), str(tmp_path / "a.observation.json"))
    assert (tmp_path / "a.eaf").read_bytes() == (tmp_path / "b.eaf").read_bytes()
    assert (tmp_path / "a.observation.json").read_bytes() == (tmp_path / "b.observation.json").read_bytes()


def test_an_annotation_of_others_needs_no_scheme_for_a_table(recorder: Callable[..., Result], tmp_path: Path) -> None:
    source, target = DATA / "eaf_basic__raw__example.eaf", tmp_path / "out.csv"
    assert recorder("convert", str(source), str(target)).output == ""
    assert [mark.event for mark in files.read(str(target)).marks] == [
        mark.event for mark in files.read(str(source)).marks
    ]


def test_an_observation_file_needs_a_scheme(recorder: Callable[..., Result], tmp_path: Path) -> None:
    target = tmp_path / "out.observation.json"
    result = recorder("convert", str(DATA / "eaf_basic__raw__example.eaf"), str(target))
    assert result.exit_code == 1 and "give --scheme" in result.stderr and not target.exists()


def test_a_file_may_be_converted_in_place(
    recorder: Callable[..., Result], observation_file: Callable[..., str]
) -> None:
    path = observation_file()
    before = figures(recorder, path)
    assert recorder("convert", path, path).exit_code == 0
    assert figures(recorder, path) == before


def test_a_project_becomes_a_folder_and_is_the_same_project_again(
    recorder: Callable[..., Result], tmp_path: Path
) -> None:
    project = DATA.parent / "boris" / "homevisit_pairs.boris"
    made = recorder("convert", str(project), f"{tmp_path}/all/")
    assert made.exit_code == 0 and "in which nothing is a cue or an answer yet" in made.stderr
    assert len(list((tmp_path / "all").iterdir())) == 12
    assert recorder("convert", f"{tmp_path}/all/", str(tmp_path / "b.boris")).output == ""
    assert json.loads((tmp_path / "b.boris").read_text()) == json.loads(project.read_text())


def test_several_observations_need_a_format_that_holds_several(recorder: Callable[..., Result], tmp_path: Path) -> None:
    project = str(DATA.parent / "boris" / "homevisit_pairs.boris")
    result = recorder("convert", project, str(tmp_path / "a.TextGrid"))
    assert result.exit_code == 1 and "name one as" in result.stderr and not (tmp_path / "a.TextGrid").exists()
    assert recorder("convert", f"{project}#V01_A", str(tmp_path / "a.TextGrid")).exit_code == 0
    assert recorder("convert", project, str(tmp_path / "a.sds")).exit_code == 0
    assert recorder("measure", str(tmp_path / "a.sds")).exit_code == 1
