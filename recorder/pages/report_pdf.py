"""How does a report look on paper? One tagged page after the other: a title, a table, what it is made from."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

PAPERS = {"letter": (612.0, 792.0), "a4": (595.28, 841.89)}
MARGIN = 54.0
SIZE, LEADING = 11.0, 15.0
INK = "#1c2126"


def draw(
    title: str,
    about: Sequence[str],
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    language: str,
    paper: str,
) -> bytes:
    """A report as a PDF: the first column of the table is wide, and words are wrapped.

    Returns the bytes, the same for the same words.
    """
    from reportlab.lib.utils import simpleSplit

    from recorder.feedback.fonts import as_drawn, weights
    from recorder.feedback.tags import Element, TaggedCanvas

    weights("en")  # Lato
    width, height = PAPERS[paper]
    room = width - 2 * MARGIN
    root, target = Element("Document"), BytesIO()
    canvas = TaggedCanvas(target, root, (width, height), language, as_drawn(title))
    first = room * 0.4
    each = (room - first) / max(1, len(header) - 1)
    y = height - MARGIN

    def put(element: Element, x: float, y: float, words: str, font: str, size: float, right: bool = False) -> None:
        with canvas.tag(element):
            canvas.setFont(font, size)
            canvas.setFillColor(INK)
            (canvas.drawRightString if right else canvas.drawString)(x, y, words)

    def paragraph(role: str, words: str, font: str, size: float) -> None:
        nonlocal y
        element = root.add(role)
        for words_of in simpleSplit(as_drawn(words), font, size, room):
            y -= size * 1.3
            put(element, MARGIN, y, words_of, font, size)
        y -= size * 0.5

    paragraph("H1", title, "Lato-Bold", 18)
    for words in about:
        paragraph("P", words, "Lato", SIZE)
    y -= LEADING / 2
    table = root.add("Table")
    for number, cells in enumerate([header, *rows]):
        font = "Lato" if number else "Lato-Bold"
        wrapped = [simpleSplit(as_drawn(cell), font, SIZE, (each if place else first) - 8) or [""]
                   for place, cell in enumerate(cells)]  # fmt: skip
        tall = max(map(len, wrapped)) * LEADING + 6
        if y - tall < MARGIN:
            canvas.showPage()
            y = height - MARGIN
        line = table.add("TR")
        for place, parts in enumerate(wrapped):
            head = not number or not place
            scope = {"O": "Table", "Scope": "Row" if number else "Column"}
            element = line.add("TH", attributes=scope) if head else line.add("TD")
            for down, words in enumerate(parts):
                x = MARGIN + first + each * place if place else MARGIN
                put(element, x, y - LEADING * (down + 1), words, font, SIZE, right=bool(place))
        y -= tall
        with canvas.artifact():
            canvas.setStrokeColor(INK)
            canvas.setLineWidth(0.5 if number else 1)
            canvas.line(MARGIN, y, width - MARGIN, y)
    canvas.showPage()
    canvas.save()
    return target.getvalue()
