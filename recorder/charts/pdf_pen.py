"""How does a chart stand on paper? The same strokes as on the screen, drawn on a PDF's canvas, readable in grey.

A role has its ink here as it has its CSS on the screen. There is no red, and no colour without a shape.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from recorder.charts.pen import Place


@dataclass(frozen=True)
class Ink:
    """How a role looks: `stroke` and `fill` as #rrggbb (empty: none), `width` and `size` of letters in points."""

    stroke: str = "#22282b"
    fill: str = ""
    width: float = 1.0
    size: float = 12.0


TEAL = "#14535a"
"""Stands for the page's accent colour."""
INKS = {
    "lane": Ink("#5d686d", width=1.5),
    "axis": Ink("#5d686d"),
    "arc": Ink("#22282b", width=1.2),
    "cue": Ink(TEAL, TEAL, 1.2),
    "ring": Ink(TEAL, width=1.2),
    "response": Ink(TEAL, "#ffffff", 1.8),
    "unseen": Ink("", "#e6e9ea"),
}
PLAIN = Ink()

Write = Callable[[Place, str, float, str, str, float], None]
"""Writes words: their place, the text, its size, its colour, its anchor (start, middle, end) and the room for it."""


class PdfPen:
    """A pen on a ReportLab canvas.

    Parameters: `canvas`; `left` and `top` of the picture on the page, in points; `height` of the picture's grid;
    `scale`, points a unit of the grid; `write`, how words are set; `is_mirrored`, whether time runs from right to left;
    `accent`, the page's colour.
    """

    def __init__(
        self, canvas: Any, left: float, top: float, width: float, height: float, scale: float, write: Write,
        is_mirrored: bool = False, accent: str = TEAL,
    ) -> None:  # fmt: skip
        self.width = width
        self.height = height
        self._canvas = canvas
        self._left = left
        self._top = top
        self._scale = scale
        self._write = write
        self._is_mirrored = is_mirrored
        self._accent = accent

    def line(self, start: Place, end: Place, role: str) -> None:
        """A straight stroke."""
        self.path((start, end), role)

    def curve(self, start: Place, control: Place, end: Place, role: str) -> None:
        """A quadratic curve, which PDF knows as a cubic one: its controls lie two thirds of the way."""
        first, bend, last = map(self._at, (start, control, end))
        towards = [tuple(p + 2 / 3 * (c - p) for p, c in zip(side, bend, strict=True)) for side in (first, last)]
        self._draw(f"{_pair(first)} m {_pair(towards[0])} {_pair(towards[1])} {_pair(last)} c", role)

    def path(self, places: Sequence[Place], role: str) -> None:
        """A stroke through several places."""
        first, *others = map(self._at, places)
        self._draw(" ".join([f"{_pair(first)} m", *(f"{_pair(place)} l" for place in others)]), role)

    def bar(self, corner: Place, width: float, height: float, role: str, says: str = "") -> None:
        """A rectangle."""
        x, y = self._at(corner)
        wide, high = width * self._scale, height * self._scale
        self._draw(f"{_pair((x - wide if self._is_mirrored else x, y - high))} {wide:.2f} {high:.2f} re", role)

    def dot(self, centre: Place, radius: float, role: str, says: str = "") -> None:
        """A circle, as four curves."""
        (x, y), r = self._at(centre), radius * self._scale
        k = r * 0.5523
        curves = (
            ((x + r, y + k), (x + k, y + r), (x, y + r)),
            ((x - k, y + r), (x - r, y + k), (x - r, y)),
            ((x - r, y - k), (x - k, y - r), (x, y - r)),
            ((x + k, y - r), (x + r, y - k), (x + r, y)),
        )
        self._draw(" ".join([f"{_pair((x + r, y))} m", *(f"{' '.join(map(_pair, bend))} c" for bend in curves)]), role)

    def words(self, place: Place, text: str, role: str, anchor: str = "start") -> None:
        """A line of text; what stands at the picture's side must fit before the picture begins."""
        ink = INKS.get(role, PLAIN)
        if self._is_mirrored:
            anchor = {"start": "end", "end": "start"}.get(anchor, anchor)
        room = 78 * self._scale if role == "label" else self.width * self._scale
        self._write(self._at(place), text, ink.size, PLAIN.stroke, anchor, room)

    def _at(self, place: Place) -> Place:
        x = self.width - place[0] if self._is_mirrored else place[0]
        return self._left + x * self._scale, self._top - place[1] * self._scale

    def _draw(self, path: str, role: str) -> None:
        ink = INKS.get(role, PLAIN)
        stroke, fill = (self._accent if colour == TEAL else colour for colour in (ink.stroke, ink.fill))
        code = [f"q {ink.width} w 1 J 1 j"]
        code += [f"{_rgb(stroke)} RG"] if stroke else []
        code += [f"{_rgb(fill)} rg"] if fill else []
        self._canvas._code.append(
            " ".join([*code, path, "B" if ink.stroke and ink.fill else "f" if ink.fill else "S", "Q"])
        )


def _pair(place: Sequence[float]) -> str:
    return f"{place[0]:.2f} {place[1]:.2f}"


def _rgb(colour: str) -> str:
    return " ".join(f"{int(colour[place : place + 2], 16) / 255:.4f}" for place in (1, 3, 5))
