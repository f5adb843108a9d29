"""How do words become lines?

Words come as pieces, plain or bold, without any markup: whatever a person typed is letters, and nothing in it can stop
the page or mean anything else. Lines break at blanks, between Chinese characters, and inside a word only where it is
longer than a line; a blank at a line's end is painted too, or words would run together for those who hear the page.
Lengths are points.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from recorder.feedback.directions import in_visual_order, is_mixed, levels
from recorder.feedback.fonts import Letters, Setting, as_drawn, drawn_by, setting, weights

if TYPE_CHECKING:
    from recorder.feedback.tags import Element, TaggedCanvas

NARROW = 150
"""A letter's least width, in thousandths of the size, when looking for where a word must be cut."""
GAP = "□"
"""Stands where no font has the letter; what is read there is the letter itself."""
MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
WORD = re.compile(r"[^ ]+ ?| ")
HAN = "\u2e80-\u303e\u3040-\u9fff\uf900-\ufaff\uff00-\uffee\U00020000-\U0003ffff"
CLOSING = "、。，．：；！？）］｝」』】〉》〕〗”’…—·"
OPENING = "（［｛「『【〈《〔〖“‘"
CHINESE = re.compile(rf"[{OPENING}]*(?:[{HAN}]|[^{HAN} {OPENING}]+)[{CLOSING}]* ?|[{OPENING}]+| ")
"""A stretch that no line may break: a character with the marks that belong to it, or a word of Latin letters."""
BETWEEN_CHINESE = re.compile(f"(?<=[{HAN}”’]) (?=[{HAN}{OPENING}])")
"""Sentences are put together with blanks, and Chinese has none."""


@dataclass(frozen=True)
class Style:
    """How words look: `size` in points before the language's own scale, `is_bold`, and `colour` as #rrggbb."""

    size: float
    colour: str
    is_bold: bool = False


@dataclass(frozen=True)
class Run:
    """Some letters of one font in one direction; `width` in thousandths of the size."""

    face: Any
    level: int
    text: str
    glyphs: Any
    width: float


@dataclass(frozen=True)
class Line:
    """A line's runs from left to right, and its text as it is read."""

    runs: tuple[Run, ...]
    text: str

    @property
    def width(self) -> float:
        """Thousandths of the size, without the blank at the end."""
        return sum(run.width for run in self.runs)


class Words:
    """Words in one style and language; a label before them is bold.

    Parameters: `text`, `style`, `language`; `label`, bold words before the text. Raises `CannotDraw` if the language's
    fonts are not installed.
    """

    def __init__(self, text: str, style: Style, language: str, label: str = "") -> None:
        label, text = as_drawn(label), as_drawn(text)
        self.style = style
        self.language = language
        self.setting: Setting = setting(language)
        if self._is_chinese:
            label, text = (BETWEEN_CHINESE.sub("", piece) for piece in (label, text))
        self.size = style.size * self.setting.scale
        self.leading = style.size * self.setting.leading
        joint = self.setting.blank if label and text else ""
        self.text = label + joint + text
        self._bold_until = len(self.text) if style.is_bold else len(label + joint)
        self._fonts = weights(language)

    @property
    def _is_chinese(self) -> bool:
        return self.setting.fonts[0] == "noto-sans-sc"

    @cached_property
    def has_gaps(self) -> bool:
        """Whether a letter is in none of the fonts."""
        return not self.is_simple and None in self._places

    @cached_property
    def is_simple(self) -> bool:
        """Whether all letters stand side by side as they are, in the first font."""
        first = self._fonts[0][0]
        return isinstance(first, Letters) and first.draws(self.text)

    @cached_property
    def is_mixed(self) -> bool:
        """Whether some of it runs from right to left."""
        return self.setting.is_rtl or is_mixed(self.text)

    def lines(self, room: float) -> list[Line]:
        """The lines, none wider than `room`."""
        limit = room * 1000 / self.size
        return [self._line(start, end) for start, end in self._ranges(limit)]

    def _ranges(self, limit: float) -> Iterator[tuple[int, int]]:
        """Where each line starts and ends in the text."""
        start = place = 0
        used = 0.0
        for end in self._breaks():
            width = self._width(place, end)
            at_end = width - (self._blank if self.text[end - 1] == " " else 0)
            if used + at_end > limit and place > start:
                yield start, place
                start, used = place, 0.0
            while at_end > limit and end - place > 1 and (cut := self._cut(place, end, limit)) < end:
                yield start, cut
                start = place = cut
                if end - place <= 2 * limit / NARROW:  # else it is too long in any case, and measuring costs time
                    at_end += (again := self._width(place, end)) - width
                    width = again
            used += width
            place = end
        if self.text:
            yield start, len(self.text)

    def _breaks(self) -> Iterator[int]:
        pattern = CHINESE if self._is_chinese else WORD
        return (match.end() for match in pattern.finditer(self.text))

    def _cut(self, start: int, end: int, limit: float) -> int:
        """How much of a word that is longer than a line fits on it, marks staying with their letters."""
        low, high = start + 1, min(end, start + 1 + int(limit / NARROW))
        while low < high:
            middle = (low + high + 1) // 2
            if self._width(start, middle) <= limit:
                low = middle
            else:
                high = middle - 1
        while low > start + 1 and low < end and unicodedata.combining(self.text[low]):
            low -= 1
        return low

    def _width(self, start: int, end: int) -> float:
        if self.is_simple:
            return float(self._fonts[0][start < self._bold_until].width(self.text[start:end]))
        return sum(run.width for run in self._runs(start, end))

    @cached_property
    def _blank(self) -> float:
        face = self._fonts[0][0]
        return float(face.width(" ") if isinstance(face, Letters) else face.shape(" ", False, "")[0].advance)

    def _line(self, start: int, end: int) -> Line:
        text = self.text[start:end]
        if self.is_simple:
            return Line(tuple(self._plain(start, end)), text)
        return Line(tuple(in_visual_order(list(self._runs(start, end)), lambda run: run.level)), text)

    def _plain(self, start: int, end: int) -> Iterator[Run]:
        """The runs of a line of one font: what is bold, then what is not."""
        turn = min(max(self._bold_until, start), end)
        for first, last, is_bold in ((start, turn, True), (turn, end, False)):
            if first < last:
                face = self._fonts[0][is_bold]
                text = self.text[first:last]
                yield Run(face, 0, text, None, face.width(text))

    def _runs(self, start: int, end: int) -> Iterator[Run]:
        """The runs of a stretch in the order of its text."""
        base = int(self.setting.is_rtl)
        last_letter = start + len(self.text[start:end].rstrip(" "))
        keys = [
            (self._levels[n] if n < last_letter else base, self._places[n], n < self._bold_until)
            for n in range(start, end)
        ]
        first = start
        for n in range(start + 1, end + 1):
            if n == end or keys[n - start] != keys[first - start]:
                yield self._run(self.text[first:n], *keys[first - start])
                first = n

    def _run(self, text: str, level: int, place: int | None, is_bold: bool) -> Run:
        pair = self._fonts[place] if place is not None else next(p for p in self._fonts if isinstance(p[0], Letters))
        face = pair[is_bold]
        if place is None:
            text = GAP * len(text)
        if isinstance(face, Letters):
            return Run(face, level, text[::-1].translate(MIRRORED) if level % 2 else text, None, face.width(text))
        glyphs = face.shape(text, bool(level % 2), self.language)
        return Run(face, level, text, glyphs, sum(glyph.advance for glyph in glyphs))

    @cached_property
    def _levels(self) -> Sequence[int]:
        return levels(self.text, self.setting.is_rtl) if self.is_mixed else [0] * len(self.text)

    @cached_property
    def _places(self) -> Sequence[int | None]:
        """Which font draws each letter; a mark and a joiner are drawn by the font of the letter before them."""
        found: list[int | None] = []
        known: dict[str, int | None] = {}
        for letter in self.text:
            if letter not in known:
                known[letter] = drawn_by(letter, self._fonts)
            place = known[letter]
            if found and found[-1] is not None and (letter == " " or unicodedata.category(letter)[0] in "MC"):
                before = self._fonts[found[-1]]
                place = found[-1] if before[0].has(letter) and before[1].has(letter) else place
            found.append(place)
        return found


def paint(canvas: TaggedCanvas, words: Words, lines: Sequence[Line], left: float, top: float, room: float) -> None:
    """Paint lines from `top` downwards, at the side where the language starts; `room` is the width they have."""
    from recorder.feedback.tags import rgb

    code = canvas._code
    code.append(f"{rgb(words.style.colour)} rg")
    y = top - words.leading / 2 - words.style.size * 0.35
    for line in lines:
        x = left
        if words.setting.is_rtl:
            x = left + room - line.width * words.size / 1000
        is_joined = any(run.glyphs is not None and run.face.is_joined for run in line.runs)
        with canvas.actual_text(line.text) if is_joined and not words.is_mixed else nullcontext():
            shown = " ".join(_shown(canvas, run, words.size) for run in line.runs)
            code.append(f"BT 1 0 0 1 {x:.2f} {y:.2f} Tm {shown} ET")
        y -= words.leading


def read_aloud(words: Words, element: Element) -> None:
    """Tell the element what is read where the painted letters do not say it: right to left, or a letter without form.

    Viewers take an /ActualText in the content for visual order and turn it round; on the element they do not.
    """
    if words.is_mixed or words.has_gaps:
        element.actual = words.text


def _shown(canvas: TaggedCanvas, run: Run, size: float) -> str:
    if run.glyphs is not None:
        return str(canvas.embedded(run.face).show(run.glyphs, size))
    font, document = run.face.font, canvas._doc
    return " ".join(
        f"{font.getSubsetInternalName(subset, document)} {size:g} Tf ({canvas._escape(letters)}) Tj"
        for subset, letters in font.splitString(run.text, document)
    )
