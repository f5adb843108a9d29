"""`recorder sheet`: the page straight from a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pytest
from click.testing import Result

DATA = Path(__file__).parent.parent / "data" / "childproject_MIT"


def page(path: Path) -> tuple[str, tuple[float, float]]:
    """The words of a PDF's first page, and its size in points."""
    with pdfplumber.open(path) as pdf:
        return pdf.pages[0].extract_text(), (round(pdf.pages[0].width), round(pdf.pages[0].height))


@pytest.mark.parametrize(
    ("options", "words", "size"),
    [
        (["--child", "Mia"], "Time with Mia", (612, 792)),
        (["--child", "Mia", "--language", "es", "--paper", "a4"], "Un rato con Mia", (595, 842)),
        (["--large-print"], "Time with Baby", (612, 792)),
    ],
)
def test_a_page_is_made_as_proposed(
    recorder: Callable[..., Result], observation_file: Callable[..., str], tmp_path: Path,
    options: list[str], words: str, size: tuple[int, int],
) -> None:  # fmt: skip
    result = recorder("sheet", observation_file(), "-o", str(tmp_path / "page.pdf"), *options)
    assert result.exit_code == 0, result.stderr
    text, measured = page(tmp_path / "page.pdf")
    assert words in text and measured == size


def test_real_annotation_makes_a_page(recorder: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "voices.json").write_text(
        '{"name": "voices", "cues": [{"code": "CHI", "window_ms": 5000}], "responses": [{"code": "FA1"}, '
        '{"code": "FA2"}], "ignored": ["UC1", "UC2", "UC3"]}'
    )
    source, scheme, target = DATA / "eaf_basic__raw__example.eaf", tmp_path / "voices.json", tmp_path / "page.pdf"
    result = recorder("sheet", str(source), "--scheme", str(scheme), "-o", str(target), "--child", "Mia")
    assert result.exit_code == 0, result.stderr
    assert "What went well" in page(target)[0]


def test_a_page_is_a_pdf(recorder: Callable[..., Result], observation_file: Callable[..., str], tmp_path: Path) -> None:
    assert recorder("sheet", observation_file(), "-o", str(tmp_path / "page.doc")).exit_code == 2
    result = recorder("sheet", observation_file(), "-o", str(tmp_path / "page.pdf"), "--child", "☃")
    assert result.exit_code == 1 and "☃" in result.stderr and not (tmp_path / "page.pdf").exists()


def test_a_second_page_is_the_picture_or_another_language(
    recorder: Callable[..., Result], observation_file: Callable[..., str], tmp_path: Path
) -> None:
    target = str(tmp_path / "page.pdf")
    for option, words in ((["--picture"], "Back and forth"), (["--second-language", "es"], "Un rato con Mia")):
        result = recorder("sheet", observation_file(), "-o", target, "--child", "Mia", *option)
        assert result.exit_code == 0, result.stderr
        with pdfplumber.open(target) as pdf:
            assert len(pdf.pages) == 2 and words in pdf.pages[1].extract_text()
    both = recorder("sheet", observation_file(), "-o", target, "--picture", "--second-language", "es")
    assert both.exit_code == 2 and "one second page" in both.stderr


def test_a_note_with_a_label_in_it_is_pointed_at(
    recorder: Callable[..., Result], observation_file: Callable[..., str], tmp_path: Path
) -> None:
    keeps = [{"t_ms": 20_000, "kind": "own", "note": "An insecure moment."}]
    target = tmp_path / "page.pdf"
    result = recorder("sheet", observation_file(keeps=keeps), "-o", str(target), "--child", "Mia")
    assert result.exit_code == 0 and "“insecure” is a label" in result.stderr
    again = recorder("sheet", observation_file(keeps=keeps), "-o", str(target), "--child", "Mia", "--language", "es")
    assert "label" not in again.stderr
