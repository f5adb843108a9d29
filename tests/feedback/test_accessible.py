"""The PDF for those who hear it and for those who open it in fifty years: PDF/UA-1, PDF/A-3a, and every word in order.

veraPDF judges the file; `structure` reads it back. The text that must be found comes from the sheet's value alone.
"""

from __future__ import annotations

import io
import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
import structure
import vera
from PIL import Image
from tongues import CHILD, TOLD, invented
from worked import CARD, PICTURE, page

from recorder.feedback import pdf
from recorder.feedback.sheet import Card, FeedbackSheet, Paragraph, Picture

LONG = {"ar": "نغني قبل الباب. ثم ننتظر. ", "ur": "ہم دروازے پر گاتے ہیں۔ ", "hi": "हम दरवाज़े पर गाते हैं। ",
        "zh": "我们在门口唱歌，然后等一等。"}  # fmt: skip


def source(sheet: FeedbackSheet | Picture | Card, language: str = "") -> Iterator[tuple[str, str]]:
    """What a reader of the finished page should be told, from its value alone."""
    language = getattr(sheet, "language", language)
    yield "H1", sheet.title
    if isinstance(sheet, FeedbackSheet):
        yield "P", " · ".join(sheet.about)
        for section in sheet.sections:
            yield "H2", section.heading
            for part in section.paragraphs:
                if section.key == "strengths" and len(section.paragraphs) > 1:
                    yield from (("Lbl", "•"), ("LBody", words(part, language)))
                else:
                    yield "P", words(part, language)
    for part in sheet.foot if isinstance(sheet, FeedbackSheet) else sheet.paragraphs:
        yield "P", words(part, language)
    if isinstance(sheet, Picture):
        yield "Figure", sheet.says
    if isinstance(sheet, FeedbackSheet) and sheet.second:
        yield from source(sheet.second, language)


def words(part: Paragraph, language: str) -> str:
    """A label and its text; Chinese has no blank between them."""
    blank = "" if language == "zh" else " "
    return blank.join(" ".join(piece.split()) for piece in (part.label, part.text) if piece)


def longer(sheet: FeedbackSheet) -> FeedbackSheet:
    """The same page with so many words that it needs a second one."""
    said = LONG.get(sheet.language, "We sing before the door. Then we wait. ")
    sections = [replace(s, paragraphs=(*s.paragraphs, Paragraph(said * 12))) for s in sheet.sections]
    return replace(sheet, sections=tuple(sections))


def with_idea(text: str) -> FeedbackSheet:
    """A page in English with the caregiver's idea in her own language."""
    return page("en", idea=text)


def shortest(sheet: FeedbackSheet) -> FeedbackSheet:
    """As little as a page can hold: two strengths."""
    first = sheet.sections[0]
    return replace(sheet, about=("Mia",), sections=(replace(first, paragraphs=first.paragraphs[:2]),), foot=())


def every_language() -> Iterator[tuple[str, FeedbackSheet, dict[str, FeedbackSheet | Picture | Card | None]]]:
    """Each language, its page, and what may stand behind it."""
    for language, other in (("en", "es"), ("es", "en")):
        yield language, page(language), {"one": None, "picture": PICTURE, "card": CARD, "two": page(other)}
    for language in sorted(TOLD.keys() - {"en", "es"}):
        picture = replace(PICTURE, values=replace(PICTURE.values, child=CHILD[language], caregiver=CHILD["vi"]))
        yield language, invented(language), {"one": None, "picture": picture, "two": page("en")}


def forms() -> Iterator[tuple[str, FeedbackSheet, str, bool]]:
    """Every language on both papers in both print sizes, with every second page, shortest and longest."""
    for language, told, seconds in every_language():
        for paper, large, (name, second) in (
            (paper, large, item) for paper in pdf.PAPERS for large in (False, True) for item in seconds.items()
        ):
            yield f"{language}-{paper}{'-large' if large else ''}-{name}", replace(told, second=second), paper, large
        yield f"{language}-shortest", shortest(told), "a4", False
        yield f"{language}-longest", longer(replace(told, second=seconds["two"])), "letter", True
    yield "en-own-words", with_idea("ابنتي تحب الغناء (كثيرًا) 3 مرات · मेरी बेटी"), "letter", False


def test_every_form_keeps_both_standards_and_tells_every_word_in_order(tmp_path: Path) -> None:
    files, wrong = {}, {}
    for name, sheet, paper, large in forms():
        files[name] = pdf.render(sheet, paper, large)
        if structure.told(files[name]) != list(source(sheet)):
            wrong[name] = [
                pair for pair in zip(structure.told(files[name]), source(sheet), strict=False) if pair[0] != pair[1]
            ]
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


def test_a_programmes_logo_stands_beside_the_title_with_its_name_as_description(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (300, 90), "#6b2a55").save(picture, "PNG")
    look = {"logo": b64encode(picture.getvalue()).decode(), "accent": "#6b2a55", "programme": "Little River Families"}
    files = {}
    for language in ("en", "ar"):
        sheet = replace(invented(language), **look, second=PICTURE)
        files[language] = pdf.render(sheet)
        told = structure.told(files[language])
        assert told[:2] == [("H1", sheet.title), ("Figure", "Little River Families")]
        assert structure.complaints(files[language], language) == []
        assert pdf.render(sheet) == files[language]
    assert vera.broken(files, tmp_path) == {}
