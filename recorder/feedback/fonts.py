"""Which font draws which letter, and how wide is it?

Lato draws Latin, Vietnamese and Cyrillic, and is always there. With the extra `scripts`, Amiri draws Arabic and Urdu,
Hind Devanagari, and Noto Sans SC Chinese: those are shaped by HarfBuzz (`script.py`), since a letter's form hangs on
its neighbours. A language's own font comes first, so that digits and names match the words around them. Widths are
thousandths of the font's size.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FIRM, FIRM_BLANKS = "\u00a0", "\u00a0\u202f\u2007"
BLANKS = re.compile(r"[^\S\u00a0]+")
JOINERS = "\u200c\u200d"
JOINING = re.compile("[\u0600-\u0dff]")
SCRIPTS = "pip install 'recorder[scripts]'"


@dataclass(frozen=True)
class Setting:
    """How a language is set: its fonts, the first that has a letter draws it; `leading` in sizes; `scale`, since
    letters of the same size differ in height from script to script; `blank` stands between a label and its text."""

    fonts: tuple[str, ...] = ("lato", "amiri", "hind")
    leading: float = 1.3
    scale: float = 1.0
    is_rtl: bool = False
    blank: str = " "


ARABIC = Setting(("amiri", "lato"), leading=1.55, scale=1.15, is_rtl=True)
SETTINGS = {
    "vi": Setting(leading=1.38),
    "ar": ARABIC,
    "fa": ARABIC,
    "ur": ARABIC,
    "hi": Setting(("hind", "lato"), leading=1.45, scale=1.06),
    "ne": Setting(("hind", "lato"), leading=1.45, scale=1.06),
    "zh": Setting(("noto-sans-sc", "lato"), leading=1.5, blank=""),
}
LATIN = Setting()


class CannotDraw(Exception):
    """A language's font or what shapes it is not installed here; the message says what helps."""


class Letters:
    """One weight of a font whose letters stand side by side as they are.

    `width(text)` in thousandths of the size; `has(letter)`, whether the font can draw it; `draws(text)`, all of it.
    """

    def __init__(self, name: str, path: Path) -> None:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont

        self.font = TTFont(name, path)
        self.name = name
        face = self.font.face
        self._widths: dict[str, float] = {chr(point): face.charWidths[point] for point in face.charToGlyph}
        pdfmetrics.registerFont(self.font)
        _remember_cuts(face)

    def has(self, letter: str) -> bool:
        return letter in self._widths

    def draws(self, text: str) -> bool:
        return self._widths.keys() >= set(text)

    def points(self) -> list[int]:
        return sorted(map(ord, self._widths))

    def width(self, text: str) -> float:
        return sum(map(self._widths.__getitem__, text))


def _remember_cuts(face: Any) -> None:
    """A font that was cut down to some letters is the same again for the same letters: most pages ask for few sets."""
    from recorder.feedback.tags import PACKED

    cut, add = lru_cache(64)(face.makeSubset), face.addSubsetObjects
    face.makeSubset = lambda points: cut(tuple(points))

    def add_packed(document: Any, name: str, points: list[int]) -> Any:
        descriptor = add(document, name, points)
        document.idToObject[f"fontFile:{face.filename}({name})"].filters = [PACKED]
        return descriptor

    face.addSubsetObjects = add_packed


def setting(language: str) -> Setting:
    """How a language is set; a language without an entry is set in Lato."""
    return SETTINGS.get(language.split("-")[0].split("_")[0], LATIN)


def weights(language: str) -> tuple[tuple[Any, Any], ...]:
    """The fonts of a language that are installed, each as (regular, bold), first choice first.

    Raises `CannotDraw` if the first choice is not there.
    """
    names = setting(language).fonts
    found = tuple(pair for pair in map(_pair, names) if pair)
    if why := _lacks(names[0]):
        raise CannotDraw(f"Pages in this language ({language}) need {why}.")
    return found


def missing_glyphs(text: str, language: str = "en") -> list[str]:
    """The characters that a page in a language cannot show, each once, in order.

    >>> missing_glyphs("Olá, Zażółć 🙂")
    ['🙂']
    """
    try:
        fonts = weights(language)
    except CannotDraw:
        fonts = ()
    text = unicodedata.normalize("NFC", text)
    return list(dict.fromkeys(letter for letter in text if not letter.isspace() and drawn_by(letter, fonts) is None))


def drawn_by(letter: str, fonts: tuple[tuple[Any, Any], ...]) -> int | None:
    """Which of the fonts draws a letter, by its place; None if no font can, in both weights."""
    for place, (regular, bold) in enumerate(fonts):
        if regular.has(letter) and bold.has(letter):
            return place
    return None


@cache
def letters(language: str = "en") -> tuple[tuple[int, int], ...]:
    """The characters that a page in a language can show, as ranges of code points, both ends inclusive; none if its
    fonts are not installed.

    >>> any(first <= ord("ñ") <= last for first, last in letters())
    True
    """
    ranges: list[tuple[int, int]] = []
    try:
        fonts = weights(language)
    except CannotDraw:
        return ()
    points = {point for regular, bold in fonts for point in {*regular.points()} & {*bold.points()}}
    for point in sorted(points):
        if ranges and point == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], point)
        else:
            ranges.append((point, point))
    return tuple(ranges)


def as_drawn(text: str) -> str:
    """Words from people as a page draws them: composed letters, single blanks, no control characters.

    A blank at which no line may end stays one, and so do the joiners of Persian and Indic words after such letters.

    >>> as_drawn("Mi\\ta\\x07  Ana")
    'Mi a Ana'
    """
    text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = "".join(
            FIRM
            if letter in FIRM_BLANKS
            else letter
            if letter.isprintable() or (letter in JOINERS and JOINING.match(before))
            else " "
            for before, letter in zip(" " + text, text, strict=False)
        )
    return " ".join(part for part in BLANKS.split(text) if part)


@cache
def _pair(name: str) -> tuple[Any, Any] | None:
    """A font's regular and bold, read once a process; None if it is not installed."""
    return None if _lacks(name) else _READ[name]()


@cache
def _lacks(name: str) -> str:
    """What a font lacks here, in words that say what helps; empty if it can be used."""
    if name == "lato":
        return ""
    if not find_spec("uharfbuzz") or not find_spec(_PACKAGES[name]):
        return f"fonts and HarfBuzz ({SCRIPTS})"
    if name == "amiri":
        from recorder.feedback.directions import lacks

        return lacks()
    return ""


def _lato() -> tuple[Letters, Letters]:
    from fontpkg_lato import ROOT

    return Letters("Lato", ROOT / "files" / "Lato-Regular.ttf"), Letters("Lato-Bold", ROOT / "files" / "Lato-Bold.ttf")


def _files(package: str, family: str) -> tuple[Any, Any]:
    from importlib import import_module

    from recorder.feedback.script import Shaped

    folder = Path(import_module(package).ROOT) / "files"
    regular, bold = (Shaped(f"{family}-{name}", (folder / f"{family}-{name}.ttf").read_bytes()) for name in _WEIGHTS)
    return regular, bold


def _noto_sans_sc() -> tuple[Any, Any]:
    """Noto Sans SC comes with one file for all weights: two are cut from it, a tenth of a second each."""
    from importlib.resources import files

    from recorder.feedback.script import Shaped, cut

    whole = (files("justmytype_intl_cjk") / "fonts/ofl/notosanssc/NotoSansSC[wght].ttf").read_bytes()
    regular, bold = (
        Shaped(f"NotoSansSC-{name}", cut(whole, weight), is_joined=False) for name, weight in _WEIGHTS.items()
    )
    return regular, bold


_WEIGHTS = {"Regular": 400, "Bold": 700}
_PACKAGES = {"amiri": "fontpkg_amiri", "hind": "fontpkg_hind", "noto-sans-sc": "justmytype_intl_cjk"}
_READ: dict[str, Callable[[], tuple[Any, Any]]] = {
    "lato": _lato,
    "amiri": lambda: _files("fontpkg_amiri", "Amiri"),
    "hind": lambda: _files("fontpkg_hind", "Hind"),
    "noto-sans-sc": _noto_sans_sc,
}
