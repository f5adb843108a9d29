"""Forty faults put into a page's PDF, one at a time: each must be found by veraPDF or by reading the file back.

A check that misses its fault would be no check. `sound` is the page without a fault, which nothing complains about.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
import structure
import vera
from pikepdf import Array, Dictionary, Name, Pdf, String
from test_accessible import source
from worked import PICTURE, page

from recorder.feedback import layout, pdf, tags, typeset
from recorder.feedback.sheet import FeedbackSheet

Fault = Callable[[Pdf], None]


def sheet() -> FeedbackSheet:
    """Two pages with every kind of element."""
    return replace(page("en"), second=PICTURE)


def element(file: Pdf, role: str, place: int = 0) -> Dictionary:
    """An element of the structure tree by its role."""
    return [one for one in structure._elements(file.Root.StructTreeRoot.K) if one.S == f"/{role}"][place]


def content(file: Pdf, old: bytes, new: bytes, at: int = 0) -> None:
    """Change a page's content where it says `old` for the first time."""
    stream = file.pages[at].Contents
    written = stream.read_bytes()
    assert old in written, old
    stream.write(written.replace(old, new, 1))


def metadata(file: Pdf, old: bytes, new: bytes) -> None:
    stream = file.Root.Metadata
    written = stream.read_bytes()
    assert old in written, old
    file.Root.Metadata = file.make_stream(written.replace(old, new), Type=Name.Metadata, Subtype=Name.XML)


def fonts(file: Pdf) -> list[Dictionary]:
    return list(file.pages[0].Resources.Font.values())


def swap(kids: Array, first: int, second: int) -> None:
    kids[first], kids[second] = kids[second], kids[first]


# What is done to the finished file.
FAULTS: dict[str, Fault] = {
    "no tree": lambda file: file.Root.__delitem__("/StructTreeRoot"),
    "not marked": lambda file: file.Root.__delitem__("/MarkInfo"),
    "marked as suspect": lambda file: file.Root.MarkInfo.__setitem__("/Suspects", True),
    "no language": lambda file: file.Root.__delitem__("/Lang"),
    "another language": lambda file: file.Root.__setitem__("/Lang", String("es")),
    "no language at all": lambda file: file.Root.__setitem__("/Lang", String("not a language")),
    "no metadata": lambda file: file.Root.__delitem__("/Metadata"),
    "no word of PDF/UA": lambda file: metadata(file, b"<pdfuaid:part>1</pdfuaid:part>", b""),
    "no word of PDF/A": lambda file: metadata(file, b"<pdfaid:part>3</pdfaid:part>", b""),
    "a schema that is not explained": lambda file: metadata(
        file, b"id/</pdfaSchema:namespaceURI>", b"x/</pdfaSchema:namespaceURI>"
    ),
    "another title in the metadata": lambda file: metadata(file, b"Time with Mia", b"Untitled"),
    "no title in the metadata": lambda file: metadata(
        file, b'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Time with Mia</rdf:li></rdf:Alt></dc:title>', b""
    ),
    "the file's name in the title bar": lambda file: file.Root.ViewerPreferences.__setitem__("/DisplayDocTitle", False),
    "no order of tabs and links": lambda file: file.pages[0].__delitem__("/StructParents"),
    "no colour profile": lambda file: file.Root.__delitem__("/OutputIntents"),
    "a script that runs": lambda file: file.Root.__setitem__(
        "/OpenAction", Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    ),
    "an attachment without its relation": lambda file: file.Root.AF[0].__delitem__("/AFRelationship"),
    "an attachment without its kind": lambda file: file.Root.AF[0].EF.F.__delitem__("/Subtype"),
    "a picture without words": lambda file: element(file, "Figure").__delitem__("/Alt"),
    "a picture with empty words": lambda file: element(file, "Figure").__setitem__("/Alt", String("")),
    "a picture without a place": lambda file: element(file, "Figure").A.__delitem__("/BBox"),
    "a picture beside the page": lambda file: element(file, "Figure").A.__setitem__("/BBox", Array([9000, 0, 9100, 9])),
    "a list without numbering": lambda file: element(file, "L").A.__delitem__("/ListNumbering"),
    "a thing of a list outside of it": lambda file: element(file, "L").__setitem__("/S", Name.Sect),
    "a paragraph straight in a list": lambda file: element(file, "LI").__setitem__("/S", Name.P),
    "a label in the middle of nothing": lambda file: element(file, "P").__setitem__("/S", Name.Lbl),
    "a heading that skips a level": lambda file: element(file, "H2").__setitem__("/S", Name.H3),
    "a heading that is a paragraph": lambda file: element(file, "H2").__setitem__("/S", Name.P),
    "no main heading": lambda file: element(file, "H1").__setitem__("/S", Name.H2),
    "a role that nobody knows": lambda file: element(file, "P").__setitem__("/S", Name.Fridge),
    "two sections in the wrong order": lambda file: swap(file.Root.StructTreeRoot.K[0].K, 2, 4),
    "a paragraph that is lost": lambda file: file.Root.StructTreeRoot.K[0].K.__delitem__(1),
    "another text to be read": lambda file: element(file, "P").__setitem__("/ActualText", String("Something else")),
    "a page's content without tags": lambda file: content(file, b"/P<</MCID 1>>BDC", b"/P BMC"),
    "content that is an artifact": lambda file: content(file, b"/P<</MCID 1>>BDC", b"/Artifact BMC"),
    "a rule that is not an artifact": lambda file: content(file, b"/Artifact BMC", b"/Span BMC"),
    "an artifact inside a tag": lambda file: content(
        file, b"/H1<</MCID 0>>BDC", b"/H1<</MCID 0>>BDC /Artifact BMC 0 0 m 9 9 l S EMC"
    ),
    "light grey words": lambda file: content(file, b" rg\nBT", b" rg .6 .6 .6 rg\nBT"),
    "a font that is not inside": lambda file: fonts(file)[0].FontDescriptor.__delitem__("/FontFile2"),
    "a font that means nothing": lambda file: fonts(file)[0].__delitem__("/ToUnicode"),
    "wrong widths": lambda file: fonts(file)[0].__setitem__("/Widths", Array([1000] * len(fonts(file)[0].Widths))),
}


def forgotten_tag(patch: pytest.MonkeyPatch) -> None:
    """What a paragraph paints belongs to nothing."""
    patch.setattr(tags.TaggedCanvas, "tag", lambda self, element: self.artifact())


def forgotten_blank(patch: pytest.MonkeyPatch) -> None:
    """Lines end without their blank, as ReportLab's own do."""
    patch.setattr(typeset.Words, "_line", lambda self, start, end, own=typeset.Words._line: own(
        self, start, start + len(self.text[start:end].rstrip())))  # fmt: skip


def forgotten_figure(patch: pytest.MonkeyPatch) -> None:
    """A picture that is only painted."""
    patch.setattr(layout.Drawn, "paint", lambda self, canvas, left, top, width: self._by(canvas, left, top, width))


def pale_ink(patch: pytest.MonkeyPatch) -> None:
    """Words in the grey of the rules."""
    patch.setattr(pdf, "INK", "#7d888d")


# What is done to the drawing.
SLIPS = {
    "tags that are forgotten": forgotten_tag,
    "lines that end without a blank": forgotten_blank,
    "a picture that is only painted": forgotten_figure,
    "pale ink": pale_ink,
}


def files(patch: pytest.MonkeyPatch) -> Iterator[tuple[str, bytes]]:
    sound = pdf.render(sheet())
    yield "sound", sound
    for name, fault in FAULTS.items():
        with pikepdf.open(io.BytesIO(sound)) as file:
            fault(file)
            target = io.BytesIO()
            file.save(target)
        yield name, target.getvalue()
    for name, slip in SLIPS.items():
        with patch.context() as patched:
            slip(patched)
            yield name, pdf.render(sheet())


def read_back(made: bytes) -> list[str]:
    """What reading the file back complains about."""
    try:
        found = structure.complaints(made, "en")
        return found + ([] if structure.told(made) == list(source(sheet())) else ["words"])
    except (AttributeError, KeyError) as missing:
        return [f"cannot be read: {missing}"]


def test_every_fault_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = {name.replace("/", " "): content for name, content in files(monkeypatch)}
    assert len(made) - 1 >= 40
    by_vera = vera.broken(made, tmp_path)
    by_reading = {name: found for name, content in made.items() if (found := read_back(content))}
    assert "sound" not in by_vera and "sound" not in by_reading
    missed = made.keys() - by_vera.keys() - by_reading.keys() - {"sound"}
    assert missed == set()
    print(len(by_vera), len(by_reading), len(made))
    # neither check alone would do
    assert (
        len(by_vera) >= 28 and made.keys() - by_vera.keys() - {"sound"} and made.keys() - by_reading.keys() - {"sound"}
    )
