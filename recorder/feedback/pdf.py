"""How does a finished page become a PDF for the fridge?

The renderer decides nothing: it draws a `FeedbackSheet` with the family's own font embedded, line icons, one accent
colour, and wide margins; one page where the words fit, two where they do not, and the second page behind it if the
family wants one. Lengths are points (1/72 inch). The file says what it shows (PDF/UA-1) and lasts (PDF/A-3a), and
carries the page's words as JSON. The same sheet gives the same bytes. `Words` is the only way in which words from
people reach the page, and it knows no markup.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

from recorder.feedback.fonts import CannotDraw, as_drawn, letters, missing_glyphs
from recorder.feedback.icons import strokes
from recorder.feedback.layout import Beside, Block, Drawn, Frame, Laid, PageEnd, Room, Text, pages
from recorder.feedback.sheet import Card, FeedbackSheet, Paragraph, Picture, Section
from recorder.feedback.typeset import Style, Words

if TYPE_CHECKING:
    from recorder.feedback.tags import Element, TaggedCanvas

__all__ = ["PAPERS", "CannotDraw", "letters", "missing_glyphs", "render"]

PAPERS = {"letter": (612.0, 792.0), "a4": (595.27, 841.89)}
MARGIN = 54.0  # 19 mm
ACCENT, INK, SOFT, LINE = "#14535a", "#22282b", "#eef5f4", "#5d686d"
SIZES = ((13.0, 1.6), (13.0, 1.3), (13.0, 1.0), (12.0, 0.7))
"""Body size and how much room stands between things: the first that needs the fewest pages is taken."""
LARGE = ((14.0, 1.5), (14.0, 1.2), (14.0, 0.9))
PADDING = 11.0
LOGO = (140.0, 48.0)
"""The room for a programme's logo."""
DISC = {"O": "List", "ListNumbering": "Disc"}


def render(sheet: FeedbackSheet, paper: str = "letter", large_print: bool = False) -> bytes:
    """Draw a page, and the second one behind it if there is one.

    Parameters: `sheet`, the finished words; `paper`, "letter" or "a4"; `large_print`, 14 points instead of 12 to 13.
    Returns the PDF's bytes, the same for the same words. Raises KeyError for a paper that is not known, `CannotDraw`
    if the fonts of the sheet's language are not installed.
    """
    from recorder.feedback.tags import Attachment, Element, TaggedCanvas

    width, height = PAPERS[paper]
    room = width - 2 * MARGIN, height - 2 * MARGIN
    best: tuple[Element, Laid] | None = None
    for body, loose in LARGE if large_print else SIZES:
        root = Element("Document")
        laid = pages(list(_Story(root, body, loose, room[1], sheet.accent or ACCENT).of(sheet)), *room)
        if best is None or len(laid) < len(best[1]):
            best = root, laid
        if len(laid) == (2 if sheet.second else 1):
            break
    assert best is not None
    root, laid = best
    target = BytesIO()
    title = as_drawn(sheet.title)
    data = Attachment("sheet.json", "application/json", _data(sheet), title)
    canvas = TaggedCanvas(target, root, (width, height), sheet.language, title, as_drawn(sheet.author), data)
    for page in laid:
        for block, down in page:
            block.paint(canvas, MARGIN, height - MARGIN - down, room[0])
        canvas.showPage()
    canvas.save()
    return target.getvalue()


class _Story:
    """A sheet's blocks from the top down, in reading order, each with its element in the structure tree.

    `body` is the size of the words, `loose` how much room stands between things, `tallest` how high a picture may
    be, `accent` the one colour.
    """

    def __init__(self, root: Element, body: float, loose: float, tallest: float, accent: str = ACCENT) -> None:
        self.root = root
        self.body = body
        self.loose = loose
        self.tallest = tallest
        self.accent = accent
        self.text = Style(body, INK)
        self.title = Style(22, accent, is_bold=True)
        self.heading = Style(16 if body < 14 else 17, accent, is_bold=True)
        self.foot = Style(12 if body < 14 else 14, INK)

    def of(self, sheet: FeedbackSheet) -> Iterator[Block]:
        yield from self._sheet(sheet, self.root)
        second = sheet.second
        if second is None:
            return
        yield PageEnd()
        if isinstance(second, Picture):
            yield from self._picture(second, sheet.language)
            return
        part = self.root.add("Sect", language=second.language if second.language != sheet.language else "")
        yield from self._sheet(second, part) if isinstance(second, FeedbackSheet) else self._card(second, part)

    def _sheet(self, sheet: FeedbackSheet, parent: Element) -> Iterator[Block]:
        language = sheet.language
        title = Text(Words(sheet.title, self.title, language), parent.add("H1"), below=3)
        yield self._beside_logo(title, sheet, parent) if sheet.logo else title
        if sheet.about:
            yield Text(Words(" · ".join(sheet.about), self.text, language), parent.add("P"), below=7)
        yield _rule(self.accent, 1.5)
        for section in sheet.sections:
            yield Room(14 * self.loose)
            yield from self._section(section, language, parent)
        yield from (Room(10 * self.loose), _rule(LINE, 0.75), Room(6 * self.loose))
        yield from self._paragraphs(sheet.foot, self.foot, language, parent, 3 * self.loose)

    def _beside_logo(self, title: Text, sheet: FeedbackSheet, parent: Element) -> Block:
        """The title, and the programme's logo at the other side."""
        from reportlab.lib.utils import ImageReader

        image = ImageReader(BytesIO(b64decode(sheet.logo)))
        wide, high = image.getSize()
        scale = min(LOGO[0] / wide, LOGO[1] / high)
        figure = parent.add("Figure", alt=as_drawn(sheet.programme))
        return Beside(title, Drawn(high * scale, partial(_logo, image), figure), wide * scale)

    def _section(self, section: Section, language: str, parent: Element) -> Iterator[Block]:
        parts: list[Block] = [self._heading(section.key, section.heading, language, parent)]
        if section.key == "strengths" and len(section.paragraphs) > 1:
            parts += self._list(section.paragraphs, language, parent)
        else:
            parts += self._paragraphs(section.paragraphs, self.text, language, parent, 3 * self.loose)
        parts += [Drawn(self.body * 2, _writing_line) for _ in range(section.lines)]
        if section.key == "step":
            yield Frame(parts, PADDING, partial(_framed, self.accent))
        else:
            yield from parts

    def _picture(self, picture: Picture, language: str) -> Iterator[Block]:
        from recorder.charts import back_and_forth
        from recorder.charts.pdf_pen import PdfPen

        def drawn(canvas: TaggedCanvas, left: float, top: float, width: float) -> None:
            write = partial(_written, canvas, language)
            pen = PdfPen(canvas, left, top, back_and_forth.WIDTH, high, scale, write, is_mirrored, self.accent)
            back_and_forth.draw(picture.values, pen)

        sect = self.root.add("Sect")
        yield Text(Words(picture.title, self.title, language), sect.add("H1"), below=6)
        yield _rule(self.accent, 1.5)
        yield Room(14)
        yield from self._paragraphs(picture.paragraphs, self.text, language, sect, 6)
        yield Room(10)
        is_mirrored = Words("", self.text, language).setting.is_rtl
        high = back_and_forth.height(picture.values.duration_ms)
        scale = min(PAPERS["a4"][0] - 2 * MARGIN, (self.tallest - 120) / high * back_and_forth.WIDTH)
        scale /= back_and_forth.WIDTH
        yield Drawn(high * scale, drawn, sect.add("Figure", alt=as_drawn(picture.says)))

    def _card(self, card: Card, parent: Element) -> Iterator[Block]:
        yield Text(Words(card.title, self.title, card.language), parent.add("H1"), below=6)
        yield _rule(self.accent, 1.5)
        yield Room(14)
        yield from self._paragraphs(card.paragraphs, self.text, card.language, parent, 8)

    def _heading(self, key: str, text: str, language: str, parent: Element) -> Text:
        """A heading with its line icon before it."""
        words = Words(text, self.heading, language)
        icon = self.heading.size * 1.25

        def mark(canvas: TaggedCanvas, left: float, top: float, width: float) -> None:
            is_rtl = words.setting.is_rtl
            with canvas.artifact():
                place = left + (width - icon if is_rtl else 0), top - words.leading / 2 - icon / 2
                _icon(canvas, key, self.accent, place, icon, is_rtl)

        return Text(words, parent.add("H2"), 4 * self.loose, keep=6 * self.body, indent=icon + 8, mark=mark)

    def _list(self, paragraphs: Sequence[Paragraph], language: str, parent: Element) -> Iterator[Text]:
        listed = parent.add("L", attributes=DISC)
        for paragraph in paragraphs:
            item = listed.add("LI")
            label, body = item.add("Lbl"), item.add("LBody")
            words = Words(paragraph.text, self.text, language, paragraph.label)
            yield Text(words, body, 5 * self.loose, indent=15, mark=partial(_disc, label, words, self.accent))

    def _paragraphs(
        self, paragraphs: Sequence[Paragraph], style: Style, language: str, parent: Element, below: float
    ) -> Iterator[Text]:
        for paragraph in paragraphs:
            yield Text(Words(paragraph.text, style, language, paragraph.label), parent.add("P"), below)


def _data(sheet: FeedbackSheet) -> bytes:
    """The words of a sheet as JSON, without how it looks."""
    words: dict[str, Any] = {"format": "sheet/1"} | asdict(sheet)
    for page in (words, words["second"] or {}):
        for look in ("accent", "logo"):
            page.pop(look, None)
    return json.dumps(words, ensure_ascii=False, indent=1).encode(errors="replace")


def _logo(image: Any, canvas: TaggedCanvas, left: float, top: float, width: float) -> None:
    wide, high = image.getSize()
    canvas.drawImage(image, left, top - width * high / wide, width, width * high / wide)


def _rule(colour: str, thickness: float) -> Drawn:
    return Drawn(thickness, partial(_stroke, colour, thickness, thickness / 2))


def _writing_line(canvas: TaggedCanvas, left: float, top: float, width: float) -> None:
    """A line to write on; the room for a hand is above it."""
    _stroke(LINE, 0.75, 22, canvas, left, top, width)


def _stroke(
    colour: str, thickness: float, down: float, canvas: TaggedCanvas, left: float, top: float, width: float
) -> None:
    from recorder.feedback.tags import rgb

    y = top - down
    ends = f"{left:.2f} {y:.2f} m {left + width:.2f} {y:.2f} l S"
    canvas._code.append(f"q {rgb(colour)} RG {thickness} w 1 J {ends} Q")


def _framed(accent: str, canvas: TaggedCanvas, left: float, top: float, width: float, height: float) -> None:
    """The ground and the outline of the step."""
    from reportlab.lib.colors import HexColor

    canvas.saveState()
    canvas.setFillColor(HexColor(SOFT))
    canvas.setStrokeColor(HexColor(accent))
    canvas.setLineWidth(1.2)
    canvas.roundRect(left, top - height, width, height, 9, stroke=1, fill=1)
    canvas.restoreState()


def _disc(
    label: Element, words: Words, accent: str, canvas: TaggedCanvas, left: float, top: float, width: float
) -> None:
    """The mark before a thing of a list, in the accent colour."""
    from recorder.feedback.typeset import paint

    mark = Words("•", Style(words.style.size, accent, is_bold=True), "en")
    mark.leading = words.leading
    place = left + (width - 8 if words.setting.is_rtl else 2)
    with canvas.tag(label):
        paint(canvas, mark, mark.lines(100), place, top, 100)


def _icon(canvas: TaggedCanvas, key: str, accent: str, place: tuple[float, float], size: float, is_rtl: bool) -> None:
    """A line icon from its lower left corner: y turned upwards, and x to the left where the language runs so."""
    from recorder.feedback.tags import rgb

    scale = size / 24
    path = []
    for letter, numbers in strokes(key):
        across = [24 - x if is_rtl else x for x in numbers[::2]]
        turned = [n for point in zip(across, (24 - y for y in numbers[1::2]), strict=True) for n in point]
        points = [place[at % 2] + n * scale for at, n in enumerate(turned)]
        path.append(" ".join([*(f"{point:.2f}" for point in points), OPERATORS[letter]]))
    canvas._code.append(f"q {rgb(accent)} RG {1.9 * scale:.2f} w 1 J 1 j {' '.join(path)} S Q")


OPERATORS = {"M": "m", "L": "l", "C": "c", "Z": "h"}


def _written(
    canvas: TaggedCanvas, language: str, place: tuple[float, float], text: str, size: float, colour: str,
    anchor: str, room: float,
) -> None:  # fmt: skip
    """Words inside a picture: on one line, smaller if need be."""
    from recorder.feedback.typeset import paint

    words = Words(text, Style(size, colour), language)
    lines = words.lines(10_000)
    if not lines:
        return
    width = lines[0].width * words.size / 1000
    if width > room:
        words = Words(text, Style(max(8, size * room / width), colour), language)
        width = lines[0].width * words.size / 1000
    left = place[0] - {"start": 0, "middle": width / 2, "end": width}[anchor]
    paint(canvas, words, lines, left, place[1] + words.leading / 2 + words.style.size * 0.35, width)
