"""Letters that join, stack and run from right to left: where they stand, what they mean, what helps if they cannot."""

from __future__ import annotations

import io

import pdfplumber
import pypdfium2
import pytest
from tongues import TOLD, invented
from worked import page

from recorder.feedback import directions, fonts, pdf
from recorder.feedback.directions import in_visual_order, levels
from recorder.feedback.fonts import CannotDraw, as_drawn, missing_glyphs, weights
from recorder.feedback.typeset import Style, Words

MARGIN = 18 / 25.4 * 72


@pytest.mark.parametrize("language", TOLD)
def test_every_letter_is_drawn_inside_the_margins_at_the_side_where_the_language_starts(language: str) -> None:
    assert missing_glyphs("".join(map(str, TOLD[language].values())), language) == []
    with pdfplumber.open(io.BytesIO(pdf.render(invented(language), "a4"))) as document:
        (first,) = document.pages
        title = [letter for letter in first.chars if letter["size"] > 21 and letter["text"].strip()]
        assert min(letter["x0"] for letter in first.chars if letter["text"].strip()) >= MARGIN
        assert max(letter["x1"] for letter in first.chars if letter["text"].strip()) <= first.width - MARGIN
        assert min(letter["size"] for letter in first.chars) >= 12
        left, right = min(letter["x0"] for letter in title), max(letter["x1"] for letter in title)
    is_right = language in {"ar", "ur"}
    assert (right > 0.85 * float(first.width)) is is_right and (left < 0.2 * float(first.width)) is not is_right


@pytest.mark.parametrize("language", ["en", "vi", "hi", "zh", "pl", "ar", "ur"])
def test_a_viewer_copies_what_was_written(language: str) -> None:
    with pypdfium2.PdfDocument(pdf.render(invented(language))) as document:
        copied = "".join(document[0].get_textpage().get_text_range().split())
    # a viewer turns lines from right to left back by itself, and takes the parts of a telephone number for two words
    for part in invented(language).foot[language in {"ar", "ur"} :]:
        assert "".join(part.text.split()) in copied


@pytest.mark.parametrize(
    ("text", "is_rtl", "seen"),
    [
        ("Mia", True, "Mia"),
        ("ab אב 12", False, "ab 12 בא"),
        ("אב ab 12", True, "ab 12 בא"),
        ("אב 12:30", True, "12:30 בא"),
        ("אב 555 0100", True, "555 0100 בא"),
        ("אב +1 (555) 0100", True, "+1 (555) 0100 בא"),
        ("א (ב) ג", True, "ג (ב) א"),
        ("a (אב) c", False, "a (בא) c"),
    ],
)
def test_letters_stand_in_the_order_of_the_bidirectional_algorithm(text: str, is_rtl: bool, seen: str) -> None:
    placed = in_visual_order(list(zip(text, levels(text, is_rtl), strict=True)), lambda letter: letter[1])
    mirrored = {"(": ")", ")": "("}
    assert "".join(mirrored.get(letter, letter) if level % 2 else letter for letter, level in placed) == seen


def test_arabic_letters_join_and_devanagari_vowels_go_before_their_letter() -> None:
    arabic, devanagari = weights("ar")[0][0], weights("hi")[0][0]
    alone, joined = arabic.shape("ب", True, "ar"), arabic.shape("ببب", True, "ar")
    assert len({glyph.number for glyph in joined}) == 3 and alone[0].number not in {glyph.number for glyph in joined}
    ka, ki = devanagari.shape("क", False, "hi"), devanagari.shape("कि", False, "hi")
    assert ki[-1].number == ka[0].number and "".join(glyph.text for glyph in ki).strip("\u200b") == "कि"


def test_chinese_sentences_stand_without_blanks_and_names_keep_theirs() -> None:
    words = Words("小美哭了。 您走近了。 Ana Li 说：“好。” 然后", Style(13, "#000000"), "zh", "什么时候：")
    assert words.text == "什么时候：小美哭了。您走近了。 Ana Li 说：“好。”然后"


def test_no_chinese_line_begins_with_a_mark_that_closes() -> None:
    words = Words("我们唱歌，" * 40, Style(13, "#000000"), "zh")
    for room in range(100, 140, 3):
        lines = [line.text for line in words.lines(room)]
        assert "".join(lines) == words.text and len(lines) > 15
        assert not any(line.startswith("，") for line in lines)
        assert max(line.width for line in words.lines(room)) * words.size / 1000 <= room


@pytest.mark.parametrize("language", ["en", "ar", "hi", "zh"])
@pytest.mark.parametrize("room", [30, 77, 300])
def test_lines_hold_all_words_and_are_never_wider_than_their_room(language: str, room: int) -> None:
    words = Words(" ".join(part.text for part in invented(language).foot) + "m" * 200, Style(13, "#000000"), language)
    lines = words.lines(room)
    assert "".join(line.text for line in lines) == words.text
    blank = 0.3 * words.size
    assert all(line.width * words.size / 1000 - (blank if line.text.endswith(" ") else 0) <= room for line in lines)


def test_a_blank_that_holds_words_together_and_a_joiner_are_kept() -> None:
    assert as_drawn("Vous pouvez dire\u202f:  oui") == "Vous pouvez dire\u00a0: oui"
    assert as_drawn("می\u200cشود") == "می\u200cشود" and as_drawn("a\u200cb\x00c") == "a b c"


def test_a_letter_without_a_form_is_named_and_its_place_is_kept() -> None:
    assert missing_glyphs("Mia 🎵🎵 ก") == ["🎵", "ก"]
    words = Words("Mia 🎵", Style(13, "#000000"), "en")
    assert words.has_gaps and [run.text for run in words.lines(300)[0].runs] == ["Mia ", "□"]


@pytest.fixture
def forgotten(request: pytest.FixtureRequest):
    """What a process remembers of installed fonts is looked up again, before and after."""
    caches = (fonts._pair, fonts._lacks, fonts.letters, directions._library)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


def test_without_the_extra_a_language_says_what_to_install(forgotten, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "find_spec", lambda name: None)
    for language in ("ar", "hi", "zh"):
        with pytest.raises(CannotDraw, match=r"pip install 'recorder\[scripts\]'"):
            pdf.render(invented(language))
        assert fonts.letters(language) == ()
        assert missing_glyphs("我", language) == ["我"]
    assert pdf.render(page("en")) and missing_glyphs("م") == ["م"]


def test_without_fribidi_arabic_says_what_to_install(forgotten, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda name: (_ for _ in ()).throw(OSError(name)))
    with pytest.raises(CannotDraw, match="apt-get install libfribidi0"):
        pdf.render(invented("ar"))
    assert missing_glyphs("م") == ["م"] and pdf.render(invented("hi"))
