"""The PDF, read back: every word in order, fonts embedded, margins kept, the same bytes, nothing that breaks it."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pdfplumber
import pytest
from worked import page

from recorder.feedback import pdf
from recorder.feedback.sheet import FeedbackSheet, Paragraph

FORMS = [
    pytest.param(language, paper, large, id=f"{language}-{paper}{'-large' if large else ''}")
    for language in ("en", "es")
    for paper in pdf.PAPERS
    for large in (False, True)
]


def squeezed(text: str) -> str:
    """Without blanks, and without the marks that stand before the things of a list."""
    return re.sub(r"[\s•]", "", text)


def read(content: bytes) -> tuple[str, list]:
    with pdfplumber.open(io.BytesIO(content)) as document:
        return "\n".join(page.extract_text() for page in document.pages), document.pages


def with_words(text: str) -> FeedbackSheet:
    """A page whose every text is replaced."""
    sheet = page("en")
    sections = [replace(s, paragraphs=(Paragraph(text, "When:"), Paragraph(text))) for s in sheet.sections]
    return replace(sheet, title=text, about=(text,), sections=tuple(sections), foot=(Paragraph(text),))


@pytest.mark.parametrize(("language", "paper", "large"), FORMS)
def test_every_word_stands_on_one_page_in_order(language: str, paper: str, large: bool) -> None:
    sheet = page(language)
    text, pages = read(pdf.render(sheet, paper, large))
    assert squeezed(text) == squeezed(sheet.text())
    assert len(pages) == 1
    assert (pages[0].width, pages[0].height) == pytest.approx(pdf.PAPERS[paper], abs=0.1)
    letters = pages[0].chars
    assert min(letter["x0"] for letter in letters) >= 18 / 25.4 * 72
    assert max(letter["x1"] for letter in letters) <= pages[0].width - 18 / 25.4 * 72
    assert min(letter["size"] for letter in letters) >= (14 if large else 12) - 0.001
    assert max(letter["size"] for letter in letters) == pytest.approx(22)


@pytest.mark.parametrize(("language", "paper", "large"), FORMS)
def test_only_embedded_fonts_are_used(language: str, paper: str, large: bool) -> None:
    content = pdf.render(page(language), paper, large)
    _, pages = read(content)
    assert {letter["fontname"].split("+")[1] for letter in pages[0].chars} == {"Lato-Regular", "Lato-Bold"}
    assert b"Helvetica" not in content and content.count(b"/FontFile2") == 2


def test_the_same_words_give_the_same_bytes() -> None:
    first = pdf.render(page("en"))
    pdf.render(page("es"))
    assert pdf.render(page("en")) == first


def test_title_language_and_author_are_set() -> None:
    content = pdf.render(page("es"))
    with pdfplumber.open(io.BytesIO(content)) as document:
        assert document.metadata["Title"] == "Un rato con Mia"
        assert document.metadata["Author"] == "Ana"
        assert document.doc.catalog["Lang"] == b"es"


@pytest.mark.parametrize(
    "text",
    [
        "<ball>",
        "<b>hello",
        '<img src="/etc/passwd">',
        "a & b < c",
        "x" * 4000,
        "nul\x00 bell\x07",
        "{child} %s",
        "<a href='x'>y</a>",
    ],
)
def test_words_are_words_whatever_they_look_like(text: str) -> None:
    got, _ = read(pdf.render(with_words(text)))
    assert squeezed(re.sub(r"[\x00\x07]", "", text)) in squeezed(got)


def test_long_content_goes_on_to_a_second_page_in_order() -> None:
    sheet = with_words(" ".join(f"word{n}" for n in range(40)))
    text, pages = read(pdf.render(sheet))
    assert len(pages) == 2 and squeezed(text) == squeezed(sheet.text())


def test_a_step_longer_than_a_page_still_prints() -> None:
    sheet = page("en")
    sections = [
        replace(s, paragraphs=(Paragraph("again and again " * 500),)) if s.key == "step" else s for s in sheet.sections
    ]
    text, _ = read(pdf.render(replace(sheet, sections=tuple(sections))))
    assert text.count("again and") > 300


def test_an_idea_is_printed_and_lines_are_drawn_where_there_is_none() -> None:
    empty = next(section for section in page("en").sections if section.key == "idea")
    full = next(section for section in page("en", idea="We sing.\nThen we rest.").sections if section.key == "idea")
    assert (empty.lines, empty.paragraphs) == (2, ())
    assert (full.lines, [part.text for part in full.paragraphs]) == (0, ["We sing.", "Then we rest."])


def test_who_telephone_and_next_visit_can_be_left_off() -> None:
    sheet = page("en", show={"who": False, "telephone": False, "next_visit": False})
    text, _ = read(pdf.render(sheet))
    assert "Luis" not in text and "555 0100" not in text and "March 16" not in text


def test_a_second_step_and_a_contact_are_printed() -> None:
    second = {"when": "when Mia turns away.", "what": "Sit back.", "say": "", "helps": ""}
    sheet = page("en", second_step=second, contact={"name": "Family line", "phone": "555 0111"})
    assert "Another small step" in sheet.text()
    assert "You can also call Family line: 555 0111." in sheet.text()


@pytest.mark.parametrize("colour", [pdf.ACCENT, pdf.INK])
@pytest.mark.parametrize("ground", ["#ffffff", pdf.SOFT])
def test_contrast_is_seven_to_one(colour: str, ground: str) -> None:
    def luminance(code: str) -> float:
        parts = [int(code[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    assert (luminance(ground) + 0.05) / (luminance(colour) + 0.05) >= 7
