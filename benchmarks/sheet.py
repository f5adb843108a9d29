"""How long does a family's page take to become a PDF, tagged and archival, against other ways to draw the same page?

CPU milliseconds of one two-page sheet (the page, and the picture of its back-and-forth), medians of interleaved
rounds; what is made once a process, such as reading fonts, is done before. "Plain ReportLab" draws the same words with
its own paragraphs, table and shapes, without a tag; a second line adds its QR widget, which our page has no need of.
typst, WeasyPrint and fpdf2 are timed where they are installed; no part of the product needs them.
"""

from __future__ import annotations

import html
import statistics
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from io import BytesIO
from time import process_time

from recorder.charts import back_and_forth
from recorder.charts.pen import SvgPen
from recorder.feedback.evidence import gather
from recorder.feedback.icons import ICONS, strokes
from recorder.feedback.pdf import ACCENT, INK, LINE, MARGIN, PAPERS, SOFT, render
from recorder.feedback.picture import picture
from recorder.feedback.sheet import FeedbackSheet, Picture, Visited, from_observation
from recorder.instruments.library import builtin
from recorder.measures.figures import figures
from recorder.measures.observation import Event, Observation

ROUNDS = 25
GOAL = 0.5
TAPS = ((12, "VOC"), (14, "TALK"), (30, "LOOK"), (33, "JOY"), (55, "REACH"), (56, "FOLLOW"), (80, "CRY"), (84, "COMF"),
        (110, "VOC"), (140, "PLAY"), (143, "FOLLOW"), (165, "LOOK"), (200, "AWAY"), (230, "REACH"), (232, "TALK"),
        (270, "VOC"), (273, "TALK"))  # fmt: skip


def run() -> None:
    """Print every engine's time and its ratio to plain ReportLab's."""
    sheet = two_pages("en")
    engines: dict[str, Callable[[], object]] = {
        "plain ReportLab": lambda: plain(sheet),
        "plain ReportLab with a QR widget": lambda: plain(sheet, has_code=True),
        "ours, tagged and archival": lambda: render(sheet),
    }
    for language in ("ar", "zh"):
        if find_spec("uharfbuzz"):
            engines[f"ours, in {language}"] = partial(render, two_pages(language))
    for name, module, engine in (
        ("typst", "typst", with_typst),
        ("WeasyPrint", "weasyprint", with_weasyprint),
        ("fpdf2", "fpdf", with_fpdf),
    ):
        if find_spec(module):
            engines[name] = partial(engine, sheet)
        else:
            print(f"{name} is not installed (pip install {name.lower()}): not timed.")
    spent: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(ROUNDS + 2):
        for name, engine in engines.items():
            before = process_time()
            engine()
            spent[name].append(1000 * (process_time() - before))
    medians = {name: statistics.median(times[2:]) for name, times in spent.items()}
    for name, median in medians.items():
        goal = f" (goal <= {GOAL} x)" if name == "ours, tagged and archival" else ""
        print(f"{name}: {median:.1f} ms, {median / medians['plain ReportLab']:.2f} x{goal}")


def two_pages(language: str) -> FeedbackSheet:
    """An invented observation's page, with the picture behind it."""
    scheme = builtin("serve-and-return/1")
    seen = Observation(scheme, 300_000, tuple(Event(second * 1000, code) for second, code in TAPS))
    sheet = from_observation(seen, Visited("Mia", 0, caregiver="Luis", visitor="Ana", telephone="555 0100"), language)
    return replace(sheet, second=picture(gather(seen, figures(seen)), "Mia", language))


def drawn(sheet: FeedbackSheet) -> tuple[Picture, float]:
    """The second page and the height of its picture's grid."""
    assert isinstance(sheet.second, Picture)
    return sheet.second, back_and_forth.height(sheet.second.values.duration_ms)


def plain(sheet: FeedbackSheet, has_code: bool = False) -> bytes:
    """The same two pages as a ReportLab document of its own flowables."""
    from fontpkg_lato import ROOT
    from reportlab.graphics import shapes
    from reportlab.graphics.barcode.qr import QrCodeWidget
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import HRFlowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

    if "Plain" not in pdfmetrics.getRegisteredFontNames():
        for name, file in (("Plain", "Lato-Regular.ttf"), ("Plain-Bold", "Lato-Bold.ttf")):
            pdfmetrics.registerFont(TTFont(name, ROOT / "files" / file))
        pdfmetrics.registerFontFamily("Plain", normal="Plain", bold="Plain-Bold")

    def style(size: float, colour: str = INK, font: str = "Plain", after: float = 3) -> ParagraphStyle:
        return ParagraphStyle(
            "x", fontName=font, fontSize=size, leading=1.3 * size, textColor=HexColor(colour), spaceAfter=after
        )

    text, title, heading = style(13), style(22, ACCENT, "Plain-Bold"), style(16, ACCENT, "Plain-Bold", 5)

    def words(label: str, said: str, bullet: str | None = None) -> Paragraph:
        marked = f"<b>{html.escape(label)}</b> {html.escape(said)}" if label else html.escape(said)
        return Paragraph(marked, text, bulletText=bullet)

    def icon(key: str) -> shapes.Drawing:
        path = shapes.Path(strokeColor=HexColor(ACCENT), strokeWidth=1.9, fillColor=None)
        for letter, numbers in strokes(key):
            points = [24 - n if place % 2 else n for place, n in enumerate(numbers)]
            {"M": path.moveTo, "L": path.lineTo, "C": path.curveTo, "Z": path.closePath}[letter](*points)
        made = shapes.Drawing(20, 20)
        made.add(shapes.Group(path, transform=(0.83, 0, 0, 0.83, 0, 0)))
        return made

    story = [Paragraph(html.escape(sheet.title), title), words("", " · ".join(sheet.about)), HRFlowable("100%", 1.5)]
    for section in sheet.sections:
        parts = [Table([[icon(section.key), Paragraph(html.escape(section.heading), heading)]], colWidths=[28, None])]
        parts += [words(part.label, part.text, "•") for part in section.paragraphs]
        parts += [HRFlowable("100%", 0.75, color=HexColor(LINE), spaceBefore=22) for _ in range(section.lines)]
        if section.key == "step":
            look = [("BOX", (0, 0), (-1, -1), 1.2, HexColor(ACCENT)), ("BACKGROUND", (0, 0), (-1, -1), HexColor(SOFT))]
            parts = [Table([[parts]], style=look)]
        story += [Spacer(0, 10), *parts]
    story += [Spacer(0, 10), HRFlowable("100%"), *(words(part.label, part.text) for part in sheet.foot), PageBreak()]
    page, height = drawn(sheet)
    story += [Paragraph(html.escape(page.title), title), *(words(part.label, part.text) for part in page.paragraphs)]
    story += [shape_pen(page, height)]
    if has_code:
        code = shapes.Drawing(80, 80)
        code.add(QrCodeWidget("https://recorder.example/given/0123456789abcdef", barWidth=80, barHeight=80))
        story.append(code)
    target = BytesIO()
    SimpleDocTemplate(
        target, pagesize=PAPERS["letter"], leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
        title=sheet.title, invariant=1,
    ).build(story)  # fmt: skip
    return target.getvalue()


def shape_pen(page: Picture, height: float) -> object:
    """The picture out of ReportLab's own shapes."""
    from reportlab.graphics import shapes
    from reportlab.lib.colors import HexColor

    colour, white = HexColor(ACCENT), HexColor("#ffffff")
    picture = shapes.Group()

    class Pen:
        width = back_and_forth.WIDTH

        def __init__(self) -> None:
            self.height = height

        def line(self, start: tuple, end: tuple, role: str) -> None:
            picture.add(shapes.Line(start[0], height - start[1], end[0], height - end[1], strokeColor=HexColor(LINE)))

        def curve(self, start: tuple, control: tuple, end: tuple, role: str) -> None:
            path = shapes.Path(strokeColor=HexColor(INK), fillColor=None)
            path.moveTo(start[0], height - start[1])
            path.curveTo(control[0], height - control[1], control[0], height - control[1], end[0], height - end[1])
            picture.add(path)

        def path(self, places: list, role: str) -> None:
            picture.add(shapes.PolyLine([side for x, y in places for side in (x, height - y)]))

        def bar(self, corner: tuple, width: float, tall: float, role: str, says: str = "") -> None:
            picture.add(shapes.Rect(corner[0], height - corner[1] - tall, width, tall))

        def dot(self, centre: tuple, radius: float, role: str, says: str = "") -> None:
            fill = colour if role == "cue" else white if role == "response" else None
            picture.add(shapes.Circle(centre[0], height - centre[1], radius, fillColor=fill, strokeColor=colour))

        def words(self, place: tuple, text: str, role: str, anchor: str = "start") -> None:
            picture.add(
                shapes.String(place[0], height - place[1], text, textAnchor=anchor, fontName="Plain", fontSize=16)
            )

    back_and_forth.draw(page.values, Pen())
    scale = (PAPERS["letter"][0] - 2 * MARGIN) / back_and_forth.WIDTH
    picture.transform = (scale, 0, 0, scale, 0, 0)
    made = shapes.Drawing(back_and_forth.WIDTH * scale, height * scale)
    made.add(picture)
    return made


def svg(page: Picture, height: float) -> str:
    """The picture as SVG, for engines that take it."""
    pen = SvgPen("p", back_and_forth.WIDTH, height, page.title, page.says)
    back_and_forth.draw(page.values, pen)
    return pen.__html__().replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def icon_svg(key: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20" viewBox="0 0 24 24"><path d="{ICONS[key]}" '
        f'fill="none" stroke="{ACCENT}" stroke-width="1.9"/></svg>'
    )


def with_weasyprint(sheet: FeedbackSheet) -> bytes:
    """The two pages from HTML and CSS, tagged."""
    import weasyprint

    def words(parts: tuple) -> str:
        return "".join(f"<p><b>{html.escape(part.label)}</b> {html.escape(part.text)}</p>" for part in parts)

    page, height = drawn(sheet)
    sections = "".join(
        f'<section class="{part.key}"><h2>{icon_svg(part.key)} {html.escape(part.heading)}</h2>'
        f"{words(part.paragraphs)}{'<hr>' * part.lines}</section>"
        for part in sheet.sections
    )
    look = (
        f"@page{{size:letter;margin:54pt}}body{{font:13pt/1.3 Lato;color:{INK}}}h1,h2{{color:{ACCENT}}}"
        f"h1{{font-size:22pt}}h2{{font-size:16pt}}"
        f".step{{border:1.2pt solid {ACCENT};border-radius:9pt;background:{SOFT};padding:11pt}}"
        ".second{break-before:page}svg.chart{width:100%}"
    )
    text = (
        f"<!doctype html><html lang=en><title>{html.escape(sheet.title)}</title><style>{look}</style>"
        f"<h1>{html.escape(sheet.title)}</h1><p>{html.escape(' · '.join(sheet.about))}</p>{sections}{words(sheet.foot)}"
        f"<div class=second><h1>{html.escape(page.title)}</h1>{words(page.paragraphs)}{svg(page, height)}</div>"
    )
    return bytes(weasyprint.HTML(string=text).write_pdf(pdf_variant="pdf/ua-1"))


def with_typst(sheet: FeedbackSheet) -> bytes:
    """The two pages in typst's own language, tagged."""
    import typst
    from fontpkg_lato import ROOT

    def said(text: str) -> str:
        return "#" + '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    def words(parts: tuple) -> str:
        return "\n\n".join((f"*{said(part.label)}* " if part.label else "") + said(part.text) for part in parts)

    page, height = drawn(sheet)
    lines = [
        '#set page("us-letter", margin: 54pt)',
        f'#set text(font: "Lato", size: 13pt, fill: rgb("{INK}"), lang: "en")',
        f"#set document(title: {said(sheet.title)[1:]})",
        f'#show heading: set text(fill: rgb("{ACCENT}"))',
        f"= {said(sheet.title)}",
        said(" · ".join(sheet.about)),
    ]
    for section in sheet.sections:
        shape = said(icon_svg(section.key))[1:]
        body = f"== #box(pdf.artifact(image(bytes({shape}), width: 20pt))) {said(section.heading)}\n"
        body += words(section.paragraphs)
        body += "\n#line(length: 100%)" * section.lines
        is_step = section.key == "step"
        lines.append(
            f'#block(stroke: rgb("{ACCENT}"), inset: 11pt, radius: 9pt, width: 100%)[{body}]' if is_step else body
        )
    picture = f"#image(bytes({said(svg(page, height))[1:]}), width: 100%, alt: {said(page.says)[1:]})"
    lines += [words(sheet.foot), "#pagebreak()", f"= {said(page.title)}", words(page.paragraphs), picture]
    return bytes(
        typst.compile("\n\n".join(lines).encode(), format="pdf", font_paths=[str(ROOT / "files")], pdf_standards="ua-1")
    )


def with_fpdf(sheet: FeedbackSheet) -> bytes:
    """The two pages with fpdf2, which has no tags for headings and paragraphs."""
    import logging

    import fpdf
    from fontpkg_lato import ROOT

    logging.getLogger("fpdf").setLevel(logging.ERROR)
    page, height = drawn(sheet)
    made = fpdf.FPDF(unit="pt", format="letter")
    made.set_margins(MARGIN, MARGIN, MARGIN)
    made.add_font("Lato", "", ROOT / "files" / "Lato-Regular.ttf")
    made.add_font("Lato", "B", ROOT / "files" / "Lato-Bold.ttf")

    def write(text: str, size: float, weight: str = "") -> None:
        made.set_font("Lato", weight, size)
        made.multi_cell(0, 1.3 * size, text, new_x="LMARGIN", new_y="NEXT")

    made.add_page()
    write(sheet.title, 22, "B")
    write(" · ".join(sheet.about), 13)
    for section in sheet.sections:
        made.image(BytesIO(icon_svg(section.key).encode()), w=20, h=20)
        write(section.heading, 16, "B")
        for part in section.paragraphs:
            write(f"{part.label} {part.text}".strip(), 13)
    for part in sheet.foot:
        write(f"{part.label} {part.text}".strip(), 12)
    made.add_page()
    write(page.title, 22, "B")
    for part in page.paragraphs:
        write(part.text, 13)
    made.image(BytesIO(svg(page, height).encode()), w=500)
    return bytes(made.output())


if __name__ == "__main__":
    run()
