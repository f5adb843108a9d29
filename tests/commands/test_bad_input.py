"""Whatever is given: one sentence that names the file, the place and the cure, status 1, and nothing is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

EVENT = {"t_ms": 1000, "code": "VOC"}
LAUGHS = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><ANNOTATION_DOCUMENT>&c;</ANNOTATION_DOCUMENT>'
GOOD = {"format": "observation/1", "scheme": "serve-and-return/1", "duration_ms": 300_000}


def document(*events: object, **changes: object) -> bytes:
    """An observation file with these events after a good one."""
    return json.dumps(GOOD | {"events": [EVENT, *events]} | changes).encode()


CASES = {
    "a cue outside": (
        "a.observation.json",
        document({"t_ms": 300_001, "code": "VOC"}),
        "(VOC at 300001 ms) lies outside",
    ),
    "unknown code": ("a.observation.json", document({"t_ms": 1, "code": "VOCC"}), 'did you mean "VOC"?'),
    "ends first": ("a.observation.json", document({"t_ms": 9, "until_ms": 8, "code": "TALK"}), "before it starts"),
    "number as text": ("a.observation.json", document({"t_ms": "9", "code": "VOC"}), 'not "9"'),
    "NaN": ("a.observation.json", document({"t_ms": float("nan"), "code": "VOC"}), "NaN is not a number"),
    "Infinity": ("a.observation.json", document(duration_ms=float("inf")), "Infinity is not a number"),
    "key twice": ("a.observation.json", b'{"format": "observation/1", "format": "x"}', "stands twice"),
    "empty": ("a.observation.json", b"", "the file is empty"),
    "10 MB of brackets": ("a.observation.json", b"[" * 10_000_000, "brackets stand too deep"),
    "wrong encoding": ("a.observation.json", document().decode().encode("utf-16"), "is not UTF-8 text"),
    "no scheme here": ("a.observation.json", document(scheme="serve-and-retrun"), 'did you mean "serve-and-return"?'),
    "no coding scheme": ("a.observation.json", document(scheme="sensitivity/1"), "it is no coding scheme"),
    "bad own scheme": (
        "a.observation.json",
        document(scheme={"cues": 7, "responses": []}),
        "its scheme cannot be used",
    ),
    "no duration": ("a.observation.json", b'{"format": "observation/1"}', "duration_ms is missing"),
    "PDF called eaf": ("a.eaf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "is the file what its ending says?"),
    "JSON called eaf": ("a.eaf", document(), "is the file what its ending says?"),
    "eaf called json": ("a.observation.json", b"<ANNOTATION_DOCUMENT/>", "is the file what its ending says?"),
    "PDF called csv": ("a.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "is not UTF-8 text"),
    "XML entities": ("a.eaf", LAUGHS, "declares a document type"),
    "no time": ("a.csv", b"t_ms,code\nsoon,VOC\n", "line 2 has the time"),
    "other columns": ("a.csv", b"onset,label\n1,VOC\n", "name its columns with --columns"),
    "unknown ending": ("a.docx", b"PK", "its ending is none that is known here"),
}


@pytest.mark.parametrize(("name", "content", "sentence"), CASES.values(), ids=CASES)
def test_a_bad_file_is_refused_in_one_sentence(
    recorder: Callable[..., Result], tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    scheme = [] if "json" in name else ["--scheme", "serve-and-return"]
    for command in (["measure", str(path)], ["convert", str(path), str(tmp_path / "out.eaf")],
                    ["sheet", str(path), "-o", str(tmp_path / "out.pdf")]):  # fmt: skip
        result = recorder(*command, *scheme)
        assert (result.exit_code, result.stdout) == (1, ""), command
        assert result.stderr.startswith(f"Error: {path}: ") and sentence in result.stderr
        assert result.stderr.count("\n") == 1 and len(result.stderr) < 400
    assert [left.name for left in tmp_path.iterdir()] == [name]


def test_a_folder_and_a_missing_file_are_said_to_be(recorder: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "folder.eaf").mkdir()
    assert "it is a folder" in recorder("measure", str(tmp_path / "folder.eaf")).stderr
    assert "there is no such file" in recorder("measure", str(tmp_path / "none.eaf")).stderr
    assert "cannot be read" in recorder("measure", "nul\0.eaf").stderr


@pytest.mark.parametrize("said", ["time", "code=a", "time=a,code=b,when=c", "time=a,time=b,code=c"])
def test_columns_that_say_nothing_are_a_question_of_usage(
    recorder: Callable[..., Result], tmp_path: Path, said: str
) -> None:
    (tmp_path / "a.csv").write_text("t_ms,code\n1,VOC\n")
    result = recorder("measure", str(tmp_path / "a.csv"), "--scheme", "serve-and-return", "--columns", said)
    assert result.exit_code == 2 and "'--columns'" in result.stderr


def test_columns_that_are_not_there_are_named(recorder: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("onset,label\n1,VOC\n")
    said = ("--scheme", "serve-and-return", "--columns", "time=onsets,code=label")
    result = recorder("measure", str(tmp_path / "a.csv"), *said)
    assert result.exit_code == 1 and 'did you mean "onset"?' in result.stderr


def test_only_a_table_has_columns(recorder: Callable[..., Result], observation_file: Callable[..., str]) -> None:
    result = recorder("measure", observation_file(), "--columns", "time=a,code=b")
    assert result.exit_code == 1 and "leave out --columns" in result.stderr


@pytest.mark.parametrize("content", [b"", b"[]", b'{"cues": 1}', b"[" * 100_000, b'{"cues": [{"code": "A"}]}'])
def test_a_bad_scheme_file_is_named(
    recorder: Callable[..., Result], observation_file: Callable[..., str], tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "own.json").write_bytes(content)
    result = recorder("measure", observation_file(), "--scheme", str(tmp_path / "own.json"))
    assert result.exit_code == 1 and result.stderr.startswith(f"Error: {tmp_path / 'own.json'}: ")


def test_a_scheme_that_is_nowhere_is_named(
    recorder: Callable[..., Result], observation_file: Callable[..., str]
) -> None:
    result = recorder("measure", observation_file(), "--scheme", "serve-and-retrun")
    assert result.exit_code == 1 and 'did you mean "serve-and-return"?' in result.stderr


def test_one_bad_file_of_several_prints_no_figures(
    recorder: Callable[..., Result], observation_file: Callable[..., str], tmp_path: Path
) -> None:
    result = recorder("measure", observation_file(), str(tmp_path / "none.eaf"))
    assert (result.exit_code, result.stdout) == (1, "")


@pytest.mark.parametrize("target", ["none/out.eaf", "folder.eaf"])
def test_a_target_that_cannot_be_written_is_named(
    recorder: Callable[..., Result], observation_file: Callable[..., str], tmp_path: Path, target: str
) -> None:
    (tmp_path / "folder.eaf").mkdir()
    result = recorder("convert", observation_file(), str(tmp_path / target))
    assert result.exit_code == 1 and result.stderr.count("\n") == 1 and target in result.stderr
