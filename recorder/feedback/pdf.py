"""How does a finished page become a PDF for the fridge?

The renderer decides nothing: it draws a `FeedbackSheet` with the family's own font embedded, line icons, one accent
colour, and wide margins; one page where the words fit, two where they do not. Lengths are points (1/72 inch). The same
sheet gives the same bytes. `paragraph` is the only way in which words from people reach ReportLab, which reads markup.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from recorder.feedback.icons import strokes
from recorder.feedback.sheet import FeedbackSheet, Section

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle

PAPERS = {"letter": (612.0, 792.0), "a4": (595.27, 841.89)}
MARGIN = 54.0  # 19 mm
LEADING = 1.3
ACCENT, INK, SOFT, LINE = "#14535a", "#22282b", "#eef5f4", "#5d686d"
SIZES = ((13.0, 1.6), (13.0, 1.0), (12.0, 0.7))
"""Body size and how much room stands between things: the first that needs the fewest pages is taken."""
LARGE = ((14.0, 1.5), (14.0, 0.9))
LONGEST_RUN = 40
"""Letters without a blank after which a line may break: ReportLab would let them run off the page."""


def render(sheet: FeedbackSheet, paper: str = "letter", large_print: bool = False) -> bytes:
    """Draw a page.

    Parameters: `sheet`, the finished words; `paper`, "letter" or "a4"; `large_print`, 14 points instead of 12 to 13.
    Returns the PDF's bytes, the same for the same words. Raises KeyError for a paper that is not known.
    """
    size = PAPERS[paper]
    _fonts()
    drawn: list[tuple[int, bytes]] = []
    for body, room in LARGE if large_print else SIZES:
        drawn.append(_build(sheet, size, body, room))
        if drawn[-1][0] == 1:
            break
    return min(drawn, key=lambda build: build[0])[1]


def paragraph(text: str, style: ParagraphStyle, label: str = "") -> Any:
    """A paragraph of words from people: markup in them is words too, and nothing in them can stop the page."""
    from reportlab.platypus import Paragraph

    marked = f"<b>{_escaped(label)}</b> {_escaped(text)}" if label else _escaped(text)
    return Paragraph(marked, style)


def missing_glyphs(text: str) -> list[str]:
    """The characters that the embedded font cannot draw, each once, in order.

    >>> missing_glyphs("Olá, Zażółć 🙂")
    ['🙂']
    """
    known = _fonts().face.charToGlyph
    text = unicodedata.normalize("NFC", text)
    return list(dict.fromkeys(letter for letter in text if not letter.isspace() and ord(letter) not in known))


@cache
def letters() -> tuple[tuple[int, int], ...]:
    """The characters that the embedded font can draw, as ranges of code points, both ends inclusive.

    >>> any(first <= ord("ñ") <= last for first, last in letters())
    True
    """
    ranges: list[tuple[int, int]] = []
    for point in sorted(_fonts().face.charToGlyph):
        if ranges and point == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], point)
        else:
            ranges.append((point, point))
    return tuple(ranges)


@cache
def _fonts() -> Any:
    """Read the embedded fonts once a process, and hand out the regular one."""
    from fontpkg_lato import ROOT
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    regular = TTFont("Lato", ROOT / "files" / "Lato-Regular.ttf")
    pdfmetrics.registerFont(regular)
    pdfmetrics.registerFont(TTFont("Lato-Bold", ROOT / "files" / "Lato-Bold.ttf"))
    pdfmetrics.registerFontFamily("Lato", normal="Lato", bold="Lato-Bold", italic="Lato", boldItalic="Lato-Bold")
    return regular


def _escaped(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return escape(" ".join(_broken(word) for word in plain.split()))


def _broken(word: str) -> str:
    """A very long word with places where the line may end."""
    return " ".join(word[start : start + LONGEST_RUN] for start in range(0, len(word), LONGEST_RUN))


def _build(sheet: FeedbackSheet, size: tuple[float, float], body: float, room: float) -> tuple[int, bytes]:
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    width, height = size
    target = BytesIO()
    frame = Frame(MARGIN, MARGIN, width - 2 * MARGIN, height - 2 * MARGIN, 0, 0, 0, 0)
    document = BaseDocTemplate(
        target,
        pagesize=size,
        pageTemplates=[PageTemplate(frames=[frame])],
        title=sheet.title,
        author=sheet.author or None,
        subject=sheet.title,
        lang=sheet.language,
        initialFontName="Lato",
        invariant=1,
    )
    document.build(_story(sheet, body, room, width - 2 * MARGIN, height - 2 * MARGIN))
    return document.page, target.getvalue()


def _story(sheet: FeedbackSheet, body: float, room: float, width: float, height: float) -> list[Any]:
    from reportlab.platypus import Spacer

    styles = _styles(body, room)
    story: list[Any] = [paragraph(sheet.title, styles["title"])]
    if sheet.about:
        story.append(paragraph(" · ".join(sheet.about), styles["about"]))
    story.append(_rule(width, ACCENT, 1.5))
    for section in sheet.sections:
        story += _section(section, styles, body, room, width, height)
    story += [Spacer(0, 10 * room), _rule(width, LINE, 0.75), Spacer(0, 6 * room)]
    story += [paragraph(part.text, styles["foot"], part.label) for part in sheet.foot]
    return story


def _section(
    section: Section, styles: dict[str, Any], body: float, room: float, width: float, height: float
) -> list[Any]:
    from reportlab.platypus import CondPageBreak, Spacer

    style = styles["item"] if section.key == "strengths" else styles["body"]
    parts: list[Any] = [_heading(section.key, section.heading, styles["heading"])]
    parts += [paragraph(part.text, style, part.label) for part in section.paragraphs]
    parts += [_writing_line(width, body * 2) for _ in range(section.lines)]
    if section.key == "step":
        return [Spacer(0, 14 * room), _card(parts, width, height, 11)]
    return [Spacer(0, 14 * room), CondPageBreak(6 * body), *parts]


def _styles(body: float, room: float) -> dict[str, Any]:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle

    def style(name: str, size: float, **more: Any) -> ParagraphStyle:
        return ParagraphStyle(
            name, fontName="Lato", fontSize=size, leading=size * LEADING, textColor=HexColor(INK), **more
        )

    bold = {"fontName": "Lato-Bold"}
    text = style("body", body, spaceAfter=3 * room)
    title = style("title", 22, spaceAfter=3)
    heading = style("heading", 16 if body < 14 else 17, spaceAfter=4 * room)
    for own in (title, heading):
        own.fontName, own.textColor = bold["fontName"], HexColor(ACCENT)
    return {
        "title": title,
        "about": style("about", body, spaceAfter=7),
        "heading": heading,
        "body": text,
        "item": style("item", body, spaceAfter=5 * room),
        "foot": style("foot", 12 if body < 14 else 14, spaceAfter=3 * room),
    }


def _heading(key: str, text: str, style: Any) -> Any:
    """A heading with its line icon before it."""
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Flowable

    words = paragraph(text, style)
    icon = style.fontSize * 1.25
    indent = icon + 8

    class Heading(Flowable):
        def wrap(self, width: float, height: float) -> tuple[float, float]:
            self.height = max(words.wrap(width - indent, height)[1], icon)
            return width, self.height

        def getSpaceAfter(self) -> float:
            return float(style.spaceAfter)

        def draw(self) -> None:
            words.drawOn(self.canv, indent, self.height - words.height)
            canvas = self.canv
            canvas.saveState()
            canvas.translate(0, self.height - icon - (style.leading - icon) / 2)
            canvas.scale(icon / 24, icon / 24)
            canvas.setStrokeColor(HexColor(ACCENT))
            canvas.setLineWidth(1.9)
            canvas.setLineCap(1)
            canvas.setLineJoin(1)
            canvas.drawPath(_path(canvas, key), stroke=1, fill=0)
            canvas.restoreState()

    return Heading()


def _path(canvas: Any, key: str) -> Any:
    """An icon's outline, turned so that y points upwards."""
    path = canvas.beginPath()
    for letter, numbers in strokes(key):
        points = [24 - number if place % 2 else number for place, number in enumerate(numbers)]
        if letter == "M":
            path.moveTo(*points)
        elif letter == "L":
            path.lineTo(*points)
        elif letter == "C":
            path.curveTo(*points)
        else:
            path.close()
    return path


def _rule(width: float, colour: str, thickness: float) -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import HRFlowable

    return HRFlowable(width, thickness, color=HexColor(colour), spaceBefore=0, spaceAfter=0, lineCap="round")


def _writing_line(width: float, height: float) -> Any:
    """A line to write on, with room for a hand above it."""
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import HRFlowable

    return HRFlowable(width, 0.75, color=HexColor(LINE), spaceBefore=height - 4, spaceAfter=4)


def _card(parts: list[Any], width: float, height: float, padding: float) -> Any:
    """The step in a frame of its own; longer than a page, it goes on without the frame."""
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Flowable

    inner = width - 2 * padding

    class Card(Flowable):
        def wrap(self, available: float, room: float) -> tuple[float, float]:
            self.heights = [part.wrap(inner, height)[1] for part in parts]
            self.gaps = [part.getSpaceAfter() for part in parts[:-1]] + [0]
            self.height = sum(self.heights) + sum(self.gaps) + 2 * padding
            return width, self.height

        def split(self, available: float, room: float) -> list[Any]:
            return parts if self.height > height else []

        def draw(self) -> None:
            self.canv.setFillColor(HexColor(SOFT))
            self.canv.setStrokeColor(HexColor(ACCENT))
            self.canv.setLineWidth(1.2)
            self.canv.roundRect(0, 0, width, self.height, 9, stroke=1, fill=1)
            top = self.height - padding
            for part, tall, gap in zip(parts, self.heights, self.gaps, strict=True):
                part.drawOn(self.canv, padding, top - tall)
                top -= tall + gap

    return Card()
