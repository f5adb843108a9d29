"""The PDF for those who hear it and for those who open it in fifty years: PDF/UA-1, PDF/A-3a, and every word in order.

veraPDF judges the file; `structure` reads it back. The text that must be found comes from the sheet's value alone.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
import structure
import vera
from worked import CARD, PICTURE, page

from recorder.feedback import pdf
from recorder.feedback.sheet import Card, FeedbackSheet, Paragraph, Picture

LONG = "We sing before the door. Then we wait. " * 12


def source(sheet: FeedbackSheet | Picture | Card) -> Iterator[tuple[str, str]]:
    """What a reader of the finished page should be told, from its value alone."""
    yield "H1", sheet.title
    if isinstance(sheet, FeedbackSheet):
        yield "P", " · ".join(sheet.about)
        for section in sheet.sections:
            yield "H2", section.heading
            for part in section.paragraphs:
                if section.key == "strengths" and len(section.paragraphs) > 1:
                    yield from (("Lbl", "•"), ("LBody", words(part)))
                else:
                    yield "P", words(part)
    for part in sheet.foot if isinstance(sheet, FeedbackSheet) else sheet.paragraphs:
        yield "P", words(part)
    if isinstance(sheet, Picture):
        yield "Figure", sheet.says
    if isinstance(sheet, FeedbackSheet) and sheet.second:
        yield from source(sheet.second)


def words(part: Paragraph) -> str:
    return " ".join(" ".join(filter(None, (part.label, part.text))).split())


def longer(sheet: FeedbackSheet) -> FeedbackSheet:
    """The same page with so many words that it needs a second one."""
    sections = [replace(s, paragraphs=(*s.paragraphs, Paragraph(LONG))) for s in sheet.sections]
    return replace(sheet, sections=tuple(sections))


def shortest(sheet: FeedbackSheet) -> FeedbackSheet:
    """As little as a page can hold: two strengths."""
    first = sheet.sections[0]
    return replace(sheet, about=("Mia",), sections=(replace(first, paragraphs=first.paragraphs[:2]),), foot=())


def forms() -> Iterator[tuple[str, FeedbackSheet, str, bool]]:
    """Every language on both papers in both print sizes, with every second page, shortest and longest."""
    for language, other in (("en", "es"), ("es", "en")):
        seconds = {"one": None, "picture": PICTURE, "card": CARD, "two": page(other)}
        for paper, large, (name, second) in (
            (paper, large, item) for paper in pdf.PAPERS for large in (False, True) for item in seconds.items()
        ):
            sheet = replace(page(language), second=second)
            yield f"{language}-{paper}{'-large' if large else ''}-{name}", sheet, paper, large
        yield f"{language}-shortest", shortest(page(language)), "a4", False
        yield f"{language}-longest", longer(page(language)), "letter", True


def test_every_form_keeps_both_standards_and_tells_every_word_in_order(tmp_path: Path) -> None:
    files, wrong = {}, {}
    for name, sheet, paper, large in forms():
        files[name] = pdf.render(sheet, paper, large)
        if structure.told(files[name]) != list(source(sheet)):
            wrong[name] = "words"
        elif found := structure.complaints(files[name], sheet.language):
            wrong[name] = found
    assert wrong == {}
    assert vera.broken(files, tmp_path) == {}


def test_a_second_language_is_named_where_it_begins() -> None:
    content = pdf.render(replace(page("es"), second=page("en")))
    spoken = dict.fromkeys(language for language, _ in structure.languages(content))
    assert list(spoken) == ["es", "en"]


def test_the_words_travel_with_the_page_as_data() -> None:
    sheet = page("es")
    with pikepdf.open(io.BytesIO(pdf.render(sheet))) as file:
        assert list(file.attachments) == ["sheet.json"]
        kept = json.loads(file.attachments["sheet.json"].get_file().read_bytes())
        assert file.Root.AF[0].AFRelationship == "/Data"
    assert kept["format"] == "sheet/1"
    assert [part["text"] for part in kept["sections"][0]["paragraphs"]] == [
        part.text for part in sheet.sections[0].paragraphs
    ]


@pytest.mark.parametrize("second", [PICTURE, CARD, None], ids=["picture", "card", "none"])
def test_the_same_words_give_the_same_bytes_whatever_was_drawn_before(second: Picture | Card | None) -> None:
    sheet = replace(page("en"), second=second)
    first = pdf.render(sheet)
    pdf.render(page("es"))
    assert pdf.render(sheet) == first
