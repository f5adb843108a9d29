"""What a screen reader finds in a PDF, read back from the file alone: the structure tree and the letters behind it.

Imports nothing of the product. `told` gives the text of each element in reading order; `complaints` names what is
wrong that a validator of PDF/UA does not look for: languages, pictures without a place, lists without numbering, text
that no tag holds, contrast under 7 to 1.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import pikepdf

CONTAINERS = {"Document", "Sect", "L", "LI", "Part"}


@dataclass
class Painted:
    """The content of a page: text by marked content, text outside of it, and the colours of text on what ground."""

    text: dict[int, str] = field(default_factory=dict)
    outside: str = ""
    colours: set[tuple[float, float, float]] = field(default_factory=set)


def told(content: bytes) -> list[tuple[str, str]]:
    """Role and text of each element that has text or a description, in reading order."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pages = dict(zip((page.obj.objgen for page in pdf.pages), shown(content), strict=True))
        return [(role, text) for role, text, _ in _walk(pdf.Root.StructTreeRoot.K, pages, "")]


def languages(content: bytes) -> list[tuple[str, str]]:
    """Language and text of each element with text."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pages = dict(zip((page.obj.objgen for page in pdf.pages), shown(content), strict=True))
        return [
            (lang, text) for _, text, lang in _walk(pdf.Root.StructTreeRoot.K, pages, str(pdf.Root.get("/Lang", "")))
        ]


def complaints(content: bytes, language: str) -> list[str]:
    """What is wrong with a file whose main language should be `language`, a short name each; empty if nothing is."""
    found = []
    with pikepdf.open(io.BytesIO(content)) as pdf:
        if str(pdf.Root.get("/Lang", "")) != language:
            found.append("language")
        width, height = (float(side) for side in pdf.pages[0].MediaBox[2:])
        for element in _elements(pdf.Root.StructTreeRoot.K):
            attributes = element.get("/A", {})
            if element.S == "/Figure":
                box = [float(side) for side in attributes.get("/BBox", [])]
                if len(box) != 4 or not (0 <= box[0] < box[2] <= width and 0 <= box[1] < box[3] <= height):
                    found.append("place of a picture")
            if element.S == "/L" and attributes.get("/ListNumbering") not in {"/Disc", "/Decimal", "/None"}:
                found.append("numbering of a list")
        for page in shown(content):
            if page.outside.strip():
                found.append("text outside of tags")
            if any(contrast(colour) < 7 for colour in page.colours):
                found.append("contrast")
        with pdf.open_metadata() as properties:
            heading = next((text for _, text in told(content)), "")
            if not heading == properties.get("dc:title") == str(pdf.docinfo.get("/Title", "")):
                found.append("title")
        roles = [str(element.S)[1:] for element in _elements(pdf.Root.StructTreeRoot.K)]
        if roles[:2] != ["Document", "H1"] or roles.count("H1") != roles.count("Sect") + 1:
            found.append("headings")
    return found


def contrast(colour: tuple[float, float, float]) -> float:
    """Against the darkest ground that the sheet has (#eef5f4), by WCAG 2.2's formula."""

    def luminance(parts: tuple[float, float, float]) -> float:
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    return (luminance((0xEE / 255, 0xF5 / 255, 0xF4 / 255)) + 0.05) / (luminance(colour) + 0.05)


@lru_cache(maxsize=4)
def shown(content: bytes) -> list[Painted]:
    """The content of each page."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return [painted(page) for page in pdf.pages]


def painted(page: pikepdf.Page) -> Painted:
    """Go through a page's operators as a reader does."""
    fonts = {name: _decoder(font) for name, font in page.Resources.get("/Font", {}).items()}
    result, marks, colours, decode = Painted(), [], [(0.0, 0.0, 0.0)], None

    def show(text: str) -> None:
        numbers = [mark["mcid"] for mark in marks if mark["mcid"] is not None]
        if any(mark["artifact"] for mark in marks):
            return
        if not numbers:
            result.outside += text
            return
        if not any(mark["actual"] is not None for mark in marks):
            result.text[numbers[-1]] = result.text.get(numbers[-1], "") + text
        result.colours.add(colours[-1])

    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name == "Tf":
            decode = fonts[str(operands[0])]
        elif name == "Tj":
            show(decode(bytes(operands[0])))
        elif name == "TJ":
            show("".join(decode(bytes(part)) for part in operands[0] if isinstance(part, pikepdf.String)))
        elif name in {"BDC", "BMC"}:
            values = operands[1] if name == "BDC" else {}
            mcid = values.get("/MCID")
            actual = values.get("/ActualText")
            marks.append({"mcid": None if mcid is None else int(mcid), "artifact": operands[0] == "/Artifact",
                          "actual": None})  # fmt: skip
            if mcid is not None:
                result.text.setdefault(int(mcid), "")
            if actual is not None:
                show(str(actual))
                marks[-1]["actual"] = str(actual)
        elif name == "EMC":
            marks.pop()
        elif name == "rg":
            colours[-1] = tuple(map(float, operands))
        elif name == "q":
            colours.append(colours[-1])
        elif name == "Q":
            colours.pop()
    return result


def _walk(kids: pikepdf.Object, pages: dict, language: str) -> Iterator[tuple[str, str, str]]:
    for element in _tree(kids):
        role = str(element.S)[1:]
        own = str(element.get("/Lang", language))
        said = element.get("/ActualText", element.get("/Alt"))
        text = "".join(pages[kid.Pg.objgen].text[int(kid.MCID)] for kid in _kids(element) if "/MCID" in kid)
        if role not in CONTAINERS and (said is not None or text.strip()):
            yield role, (str(said) if said is not None else text).strip(), own
        yield from _walk(pikepdf.Array([kid for kid in _kids(element) if "/S" in kid]), pages, own)


def _elements(kids: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
    for element in _tree(kids):
        yield element
        yield from _elements(pikepdf.Array([kid for kid in _kids(element) if "/S" in kid]))


def _kids(element: pikepdf.Dictionary) -> list:
    return _tree(element.get("/K", pikepdf.Array([])))


def _tree(kids: pikepdf.Object) -> list:
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _decoder(font: pikepdf.Dictionary):
    """Letters from a font's codes, by its own table of meanings."""
    table = font.ToUnicode.read_bytes().decode("ascii") if "/ToUnicode" in font else ""
    pairs = re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>\s*(?=<|\n|end)", table.split("endcodespacerange")[-1])
    meaning = {int(code, 16): bytes.fromhex(text).decode("utf-16-be", "replace") for code, text in pairs}
    step = 2 if font.Subtype == "/Type0" else 1

    def decode(codes: bytes) -> str:
        numbers = [int.from_bytes(codes[place : place + step]) for place in range(0, len(codes), step)]
        return "".join(meaning.get(number, "\ufffd") for number in numbers)

    return decode
