"""How are letters drawn that join, stack and change places?

HarfBuzz turns a stretch of text, one font and one direction, into glyphs with their places. In the PDF they stand as
codes of a composite font (Identity-H), which is cut down to the glyphs in use. What a code means stands beside it, for
those who copy or search. Lengths are thousandths of the size.

This module imports HarfBuzz, which comes with the extra `scripts`: import it inside a function.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import uharfbuzz as hb

NOTHING = "\u200b"
"""What a glyph means whose text stands with the glyph before it."""
JOINERS = "\u200c\u200d"
UNUSED = (b"GSUB", b"GPOS", b"GDEF", b"BASE", b"JSTF", b"DSIG", b"cmap", b"name", b"STAT")
"""Tables of a font that a PDF has no use for."""


class Glyph(NamedTuple):
    """A glyph's number, how far it moves on, how far it is moved from its place, and the text that it shows."""

    number: int
    advance: float
    x: float
    y: float
    text: str


class Shaped:
    """One weight of a font that HarfBuzz shapes.

    Parameters: `name`, its PostScript name; `data`, a TrueType file; `is_joined`, whether its glyphs show more or less
    than a letter each, so that a line has to say its text besides.
    """

    def __init__(self, name: str, data: bytes, is_joined: bool = True) -> None:
        self.name = name
        self.is_joined = is_joined
        self.face = hb.Face(hb.Blob(data))
        self.font = hb.Font(self.face)
        self.unit = 1000 / self.face.upem
        self.known = set(self.face.unicodes)
        self._shaped = lru_cache(2048)(self._shape)  # the same words are measured in several sizes, and then painted

    def has(self, letter: str) -> bool:
        return ord(letter) in self.known or letter in JOINERS

    def points(self) -> list[int]:
        return sorted(self.known)

    def shape(self, text: str, is_rtl: bool, language: str) -> tuple[Glyph, ...]:
        """The glyphs of a stretch of text, from left to right."""
        return self._shaped(text, is_rtl, language)

    def _shape(self, text: str, is_rtl: bool, language: str) -> tuple[Glyph, ...]:
        buffer = hb.Buffer()
        buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction, buffer.language = "rtl" if is_rtl else "ltr", language
        hb.shape(self.font, buffer)
        infos, places, unit = buffer.glyph_infos, buffer.glyph_positions, self.unit
        meant = _meanings(text, [info.cluster for info in infos])
        return tuple(
            Glyph(info.codepoint, place.x_advance * unit, place.x_offset * unit, place.y_offset * unit, means)
            for info, place, means in zip(infos, places, meant, strict=True)
        )

    def own_width(self, number: int) -> float:
        """How far a glyph moves on by itself, as the font has it."""
        return float(self.font.get_glyph_h_advance(number) * self.unit)


class Embedded:
    """A font in one file. What is shown has a code of its own for each glyph and meaning: two letters may share a form,
    such as one with dots and one without, and each is to be copied and found as what it is."""

    def __init__(self, face: Shaped, resource: str) -> None:
        self.face = face
        self.resource = resource
        self.codes: dict[tuple[int, str], int] = {}

    def show(self, glyphs: Iterable[Glyph], size: float) -> str:
        """The operators that paint glyphs from where the text stands."""
        painted = [f"/{self.resource} {_number(size)} Tf"]
        line: list[str] = []
        rise = 0.0
        for glyph in glyphs:
            code = self.codes.setdefault((glyph.number, glyph.text), len(self.codes) + 1)
            if glyph.y != rise:
                painted += _painted(line)
                painted.append(f"{_number(size * glyph.y / 1000)} Ts")
                line, rise = [], glyph.y
            back = self.face.own_width(glyph.number) - glyph.advance + glyph.x
            before = f" {_number(-glyph.x)} " if abs(glyph.x) > 0.01 else ""
            line.append(f"{before}<{code:04X}>" + (f" {_number(back)}" if abs(back) > 0.01 else ""))
        painted += _painted(line)
        return " ".join(painted + (["0 Ts"] if rise else []))

    def write(self, document: Any) -> None:
        """Write the font into the file, once all its glyphs are known."""
        from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream, PDFString, PDFZCompress

        face, numbers = self.face, [number for number, _ in self.codes]
        name = PDFName(f"AAAAAA+{face.name}")
        program = _cut_down(face.face, numbers)
        file = PDFStream(PDFDictionary({"Length1": len(program)}), program, [PDFZCompress])
        extents, box = face.font.get_font_extents("ltr"), _box(face)
        descriptor = {
            "Type": PDFName("FontDescriptor"),
            "FontName": name,
            "Flags": 4,
            "FontBBox": PDFArray(box),
            "ItalicAngle": 0,
            "Ascent": round(extents.ascender * face.unit),
            "Descent": round(extents.descender * face.unit),
            "CapHeight": round(extents.ascender * face.unit),
            "StemV": 80,
            "FontFile2": document.Reference(file),
        }
        forms = PDFStream(PDFDictionary(), struct.pack(f">{len(numbers) + 1}H", 0, *numbers), [PDFZCompress])
        descendant = {
            "Type": PDFName("Font"),
            "Subtype": PDFName("CIDFontType2"),
            "BaseFont": name,
            "CIDSystemInfo": PDFDictionary(
                {"Registry": PDFString("Adobe"), "Ordering": PDFString("Identity"), "Supplement": 0}
            ),
            "FontDescriptor": document.Reference(PDFDictionary(descriptor)),
            "W": PDFArray([1, PDFArray([_number(face.own_width(number)) for number in numbers])]),
            "CIDToGIDMap": document.Reference(forms),
        }
        meanings = PDFStream(PDFDictionary(), _to_unicode(self.codes), [PDFZCompress])
        font = PDFDictionary(
            {
                "Type": PDFName("Font"),
                "Subtype": PDFName("Type0"),
                "BaseFont": name,
                "Encoding": PDFName("Identity-H"),
                "DescendantFonts": PDFArray([document.Reference(PDFDictionary(descendant))]),
                "ToUnicode": document.Reference(meanings),
            }
        )
        document.idToObject["BasicFonts"].dict[self.resource] = document.Reference(font)


def cut(data: bytes, weight: int) -> bytes:
    """One weight of a font file that holds all of them."""
    face = hb.Face(hb.Blob(data))
    wanted = hb.SubsetInput()
    wanted.keep_everything()
    wanted.pin_axis_location(face, "wght", weight)
    return bytes(hb.subset(face, wanted).blob.data)


def _cut_down(face: Any, numbers: list[int]) -> bytes:
    """The font's file with some glyphs alone, under their old numbers."""
    wanted = hb.SubsetInput()
    wanted.flags = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE
    wanted.glyph_set.update({0, *numbers})
    wanted.drop_table_tag_set.update(int.from_bytes(table) for table in UNUSED)
    return bytes(hb.subset(face, wanted).blob.data)


def _meanings(text: str, clusters: list[int]) -> list[str]:
    """The text that each glyph shows: a cluster's whole text stands with its first glyph."""
    starts = sorted({*clusters, len(text)})
    following = dict(zip(starts, starts[1:], strict=False))
    seen: set[int] = set()
    found = []
    for cluster in clusters:
        found.append(NOTHING if cluster in seen else text[cluster : following[cluster]])
        seen.add(cluster)
    return found


def _box(face: Shaped) -> list[int]:
    """The field that holds every glyph, from the font's table `head`."""
    head = bytes(face.face.reference_table("head").data)
    return [round(side * face.unit) for side in struct.unpack(">4h", head[36:44])]


def _painted(line: list[str]) -> list[str]:
    return [f"[{''.join(line)}] TJ"] if line else []


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _to_unicode(codes: dict[tuple[int, str], int]) -> bytes:
    rows = [f"<{code:04X}> <{text.encode('utf-16-be').hex().upper()}>" for (_, text), code in codes.items()]
    blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    listed = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def\n"
        "/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{listed}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode()
