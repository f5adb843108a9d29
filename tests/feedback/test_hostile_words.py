"""Five thousand strings that nobody should type, a thousand in each run, in every field of a page.

It comes within two seconds, shows every character or has named the one that it cannot show, keeps both standards, and
means nothing but its letters.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import structure
import vera
from test_accessible import source
from tongues import TOLD
from worked import page

from recorder.feedback import pdf
from recorder.feedback.sheet import Card, FeedbackSheet, Paragraph, Section

SHEETS = 250
STRINGS_A_SHEET = 20
SECONDS = 2

NASTY = (
    "<ball>",
    "<b>hello",
    '<img src="/etc/passwd">',
    "</para>",
    "<a href='x'>y</a>",
    "<!--",
    "]]>",
    "&amp;&#0;&nosuch;",
    "a & b < c > d",
    "{child}",
    "{0.__class__}",
    "%s %n %(x)s",
    "${jndi:ldap://x}",
    "'; DROP TABLE sheet; --",
    "\\",
    ")",
    "(",
    ") Tj ET Q q BT (",
    "endstream endobj",
    "/Artifact BMC",
    "EMC EMC EMC",
    "\\)\\(\\\\",
    "<</MCID 0>>BDC",
    "%%EOF",
    "\x00",
    "a\x00b",
    "\x1b[31m",
    "\r\n\t\v\f",
    "\ufeff",
    "\ufffe",
    "\uffff",
    "\ufffd",
    "\ud800",
    "a\udfffb",
    "\u2028",
    "\u202e" + "mirrored",
    "\u2066\u2067\u2068\u2069",
    "\u200f\u200e",
    "\u200b\u200c\u200d",
    "a\u0301\u0302\u0303" * 20,
    "e" + "\u0301" * 300,
    "Zażółć gęślą jaźń",
    "İıŞş ẞß ŉ ﬁﬂ",
    "Ω≈ç√∫ µ ½ ™ €",
    "🙂",
    "👩‍👩‍👧‍👦",
    "🇺🇸",
    "🏴\U000e0067\U000e007f",
    "مرحبا (١٢٣) world 555 0100",
    "שלום!",
    "नमस्ते क्ष्म्य",
    "你好，世界。",
    "ｆｕｌｌ　ｗｉｄｔｈ",
    "กำลัง",
    "조선말",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "\U0010ffff",
    "\ue000",
    "x" * 4000,
    "ما" * 900,
    "漢" * 900,
    "क्ष" * 500,
    " ".join("word" for _ in range(400)),
    " " * 50,
    "a" + " " * 500 + "b",
    "-" * 500,
    "." * 500,
    "\u00a0" * 200,
    "\u00ad" * 9,
    "A\u00adB",
    "l’été\u202f!",
    "١٢٣٤",
    "٪",
)
RANGES = (
    (0, 0x250),
    (0x250, 0x600),
    (0x600, 0x780),
    (0x900, 0xA00),
    (0x1E00, 0x2C00),
    (0x3000, 0x3100),
    (0x4E00, 0x9FFF),
    (0xD800, 0xE100),
    (0xFB00, 0x10000),
    (0x1F000, 0x1FA00),
    (0, 0x110000),
)


def hostile(chance: Random) -> str:
    """A string of the list above, a mixture of them, or letters at random."""
    kind = chance.random()
    if kind < 0.3:
        return chance.choice(NASTY)
    if kind < 0.5:
        return chance.choice(("", " ", "\n")).join(chance.sample([text for text in NASTY if len(text) < 100], 3))
    first, last = chance.choice(RANGES)
    return "".join(chr(chance.randrange(first, last)) for _ in range(chance.choice((1, 2, 8, 40, 120))))


def sheet(language: str, words: Sequence[str]) -> FeedbackSheet:
    """A page of such strings, one in each of its fields, and a card behind it."""
    left = iter(words)
    keys = ("strengths", "shown", "step", "idea", "for_you")
    sections = [Section(key, next(left), (Paragraph(next(left), next(left)),)) for key in keys]
    title, about = next(left), (next(left),)
    card = Card(language, next(left), (Paragraph(next(left)),))
    return FeedbackSheet(language, title, about, tuple(sections), (Paragraph(next(left)),), second=card)


def sheets(count: int) -> Iterator[FeedbackSheet]:
    chance = Random(20261124)
    for place in range(count):
        yield sheet(list(TOLD)[place % len(TOLD)], [hostile(chance) for _ in range(STRINGS_A_SHEET + 1)])


def shown(text: str) -> str:
    """How a page should say a text: composed, without what has no form of its own. Blanks: other tests."""
    kept, before = "", ""
    for letter in unicodedata.normalize("NFC", text):
        joins = letter in "\u200c\u200d" and "\u0600" <= before <= "\u0dff"
        kept += letter if letter.isprintable() or joins else ""
        before = letter
    return kept.replace(" ", "")


def plain(told: Iterable[tuple[str, str]]) -> str:
    """All text of a page."""
    return "".join(shown(text) for _, text in told)


@pytest.mark.parametrize("count", [50, pytest.param(SHEETS, marks=pytest.mark.campaign)])
def test_whatever_people_type_is_shown_letter_for_letter_or_named(count: int, tmp_path: Path) -> None:
    slowest, files = 0.0, {}
    for place, made in enumerate(sheets(count)):
        before = time.process_time()
        content = pdf.render(made, large_print=place % 2 == 1)
        slowest = max(slowest, time.process_time() - before)
        told = structure.told(content)
        assert plain(told) == plain(source(made)), place
        painted = set("".join("".join(page.text.values()) for page in structure.shown(content)))
        whole = "".join(text for _, text in source(made))
        # a bracket from right to left is painted as its mirror image
        unseen = {letter for letter in shown(whole) if letter not in painted and not unicodedata.mirrored(letter)}
        assert unseen <= set(pdf.missing_glyphs(whole, made.language)), place
        if place % (count // 10) == 0:
            files[f"hostile-{place}"] = content
    assert slowest < SECONDS
    assert vera.broken(files, tmp_path) == {}


def test_the_strings_are_many() -> None:
    assert SHEETS * STRINGS_A_SHEET == 5000


def test_an_unknown_letter_is_named_and_an_escape_is_only_letters() -> None:
    made = replace(page("en"), title=") Tj ET <b>🙂</b> &amp;")
    content = pdf.render(made)
    assert structure.told(content)[0] == ("H1", ") Tj ET <b>🙂</b> &amp;")
    assert pdf.missing_glyphs(made.title) == ["🙂"]
