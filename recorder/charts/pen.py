"""With what is a chart drawn?

A `Pen` draws strokes by their role. `SvgPen` writes one <svg> whose strokes carry classes and attributes only, because
the content security policy drops every style= attribute; its colours stand in `static/css/programme.css`.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Protocol

Place = tuple[float, float]


class Pen(Protocol):
    """What a drawing asks of the thing it is drawn with. `says` is what a stroke tells on its own (a tooltip)."""

    width: float
    height: float

    def line(self, start: Place, end: Place, role: str) -> None:
        """A straight stroke."""

    def curve(self, start: Place, control: Place, end: Place, role: str) -> None:
        """A quadratic curve that leaves `start` towards `control` and reaches `end` from there."""

    def path(self, places: Sequence[Place], role: str) -> None:
        """A stroke through several places."""

    def bar(self, corner: Place, width: float, height: float, role: str, says: str = "") -> None:
        """A rectangle from its upper left corner."""

    def dot(self, centre: Place, radius: float, role: str, says: str = "") -> None:
        """A circle."""

    def words(self, place: Place, text: str, role: str, anchor: str = "start") -> None:
        """A line of text that stands on `place`; `anchor` is start, middle or end."""


class SvgPen:
    """A pen that writes an <svg> with a name and a description for those who cannot see it.

    Parameters: `id`, unique in its page; `width` and `height` of the grid; `title`, the picture's name;
    `description`, what it shows, in a sentence. Jinja takes the pen itself: `{{ pen }}`.

    >>> pen = SvgPen("p", 20, 10, "A line", "One line & no more")
    >>> pen.line((0, 5), (20, 5), "axis")
    >>> print(pen.__html__())
    <svg class="chart" viewBox="0 0 20 10" role="img" aria-labelledby="p-title p-desc">
    <title id="p-title">A line</title>
    <desc id="p-desc">One line &amp; no more</desc>
    <line class="chart__axis" x1="0" y1="5" x2="20" y2="5"/>
    </svg>
    """

    def __init__(self, id: str, width: float, height: float, title: str, description: str) -> None:
        self.id = id
        self.width = width
        self.height = height
        self.title = title
        self._description = description
        self._strokes: list[str] = []

    def line(self, start: Place, end: Place, role: str) -> None:
        """A straight stroke."""
        self._stroke("line", role, x1=start[0], y1=start[1], x2=end[0], y2=end[1])

    def curve(self, start: Place, control: Place, end: Place, role: str) -> None:
        """A quadratic curve."""
        self._stroke("path", role, d=f"M{_pair(start)} Q{_pair(control)} {_pair(end)}")

    def path(self, places: Sequence[Place], role: str) -> None:
        """A stroke through several places."""
        self._stroke("polyline", role, points=" ".join(_pair(place) for place in places))

    def bar(self, corner: Place, width: float, height: float, role: str, says: str = "") -> None:
        """A rectangle with slightly rounded corners."""
        self._stroke("rect", role, says, x=corner[0], y=corner[1], width=width, height=height, rx=min(3, height / 2))

    def dot(self, centre: Place, radius: float, role: str, says: str = "") -> None:
        """A circle."""
        self._stroke("circle", role, says, cx=centre[0], cy=centre[1], r=radius)

    def words(self, place: Place, text: str, role: str, anchor: str = "start") -> None:
        """A line of text."""
        x, y = map(_number, place)
        self._strokes.append(
            f'<text class="chart__{role}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'
        )

    def __html__(self) -> str:
        """The picture, ready for a page."""
        return "\n".join(
            [
                f'<svg class="chart" viewBox="0 0 {_number(self.width)} {_number(self.height)}" role="img" '
                f'aria-labelledby="{self.id}-title {self.id}-desc">',
                f'<title id="{self.id}-title">{escape(self.title)}</title>',
                f'<desc id="{self.id}-desc">{escape(self._description)}</desc>',
                *self._strokes,
                "</svg>",
            ]
        )

    def _stroke(self, shape: str, role: str, says: str = "", **attributes: float | str) -> None:
        written = " ".join(
            f'{name}="{value if isinstance(value, str) else _number(value)}"' for name, value in attributes.items()
        )
        opening = f'<{shape} class="chart__{role}" {written}'
        self._strokes.append(f"{opening}><title>{escape(says)}</title></{shape}>" if says else f"{opening}/>")


def _pair(place: Place) -> str:
    return f"{_number(place[0])},{_number(place[1])}"


def _number(value: float) -> str:
    """A number as short as it can be: a hundredth of a unit is nothing that an eye could see."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
