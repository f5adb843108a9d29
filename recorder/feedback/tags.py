"""How does a PDF say what it shows: headings, paragraphs, lists, pictures?

ReportLab paints and tells nothing. Here each thing on a page is painted inside marked content that belongs to an
`Element` of the structure tree (ISO 32000-1, 14.7 and 14.8), in reading order; everything else is an artifact, which a
screen reader passes over. `TaggedCanvas` writes the tree, the metadata, the colour profile and the attachments that
PDF/UA-1 and PDF/A-3a ask for. It reaches into private members of ReportLab's canvas, so pyproject.toml pins 5.1.

This module imports ReportLab: import it inside a function.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.rl_accel import fp_str
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from recorder.feedback.colour_profile import SRGB, srgb


@dataclass(eq=False)
class Element:
    """One element of the structure tree.

    Parameters: `role`, a standard structure type (H1, P, Figure ...); `language`, if it differs from what is around
    it; `alt`, what a picture shows; `actual`, the text that is read instead of the painted letters; `attributes`, such
    as {"O": "List", "ListNumbering": "Disc"}, where a word is a PDF name and a list of numbers an array.
    """

    role: str
    language: str = ""
    alt: str = ""
    actual: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    kids: list[Element | tuple[Any, int]] = field(default_factory=list)
    reference: Any = None

    def add(self, role: str, **more: Any) -> Element:
        """Put a new element at the end of this one."""
        kid = Element(role, **more)
        self.kids.append(kid)
        return kid

    def is_painted(self) -> bool:
        """Whether anything on a page belongs to it; an element without content would be read as nothing."""
        return any(kid.is_painted() if isinstance(kid, Element) else True for kid in self.kids)


@dataclass(frozen=True)
class Attachment:
    """A file inside the PDF: the page's own data (relationship "Data")."""

    name: str
    kind: str
    content: bytes
    says: str


class TaggedCanvas(Canvas):
    """A canvas on which everything is painted inside `tag(element)` or inside `artifact()`.

    Parameters: `target`, a file-like object; `root`, the structure tree's Document; `size` of a page in points;
    `language`, of the document; `title` and `author` in its properties; `attachment`, one file that travels with it.
    """

    def __init__(
        self,
        target: Any,
        root: Element,
        size: tuple[float, float],
        language: str,
        title: str,
        author: str = "",
        attachment: Attachment | None = None,
    ) -> None:
        self.root = root
        self.attachment = attachment
        self._embedded: dict[str, Any] = {}
        self._marked: list[Element] = []
        self._parents: list[list[Element]] = []
        super().__init__(target, size, pdfVersion=(1, 7), invariant=1, initialFontName="Lato", lang=language)
        self.setTitle(title)
        self.setSubject(title)
        if author:
            self.setAuthor(author)

    @contextmanager
    def tag(self, element: Element) -> Iterator[None]:
        """What is painted meanwhile is the content of `element`."""
        self._code.append(f"/{element.role}<</MCID {len(self._marked)}>>BDC")
        element.kids.append((self._doc.thisPageRef(), len(self._marked)))
        self._marked.append(element)
        yield
        self._code.append("EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """What is painted meanwhile says nothing: rules, frames, icons beside their words."""
        self._code.append("/Artifact BMC")
        yield
        self._code.append("EMC")

    @contextmanager
    def actual_text(self, text: str) -> Iterator[None]:
        """What is painted meanwhile stands for `text`, letter for letter, inside the tag that is open."""
        self._code.append(f"/Span<</ActualText<{_utf16(text)}>>>BDC")
        yield
        self._code.append("EMC")

    def embedded(self, face: Any) -> Any:
        """A shaped font as this file holds it; it is written once its glyphs are known."""
        if face.name not in self._embedded:
            from recorder.feedback.script import Embedded

            self._embedded[face.name] = Embedded(face, f"S{len(self._embedded) + 1}")
        return self._embedded[face.name]

    def showPage(self) -> None:
        """End the page: its marked content finds its elements through the page's number in the parent tree."""
        super().showPage()
        page = self._doc.Pages.pages[-1]
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.Contents = pdfdoc.PDFStream(content=page.stream, filters=[pdfdoc.PDFZCompress])
        page.StructParents, page.Tabs, page.Group = len(self._parents), pdfdoc.PDFName("S"), None
        self._parents.append(self._marked)
        self._marked = []

    def save(self) -> None:
        """Write the tree and everything else that stands in the catalogue, then the file."""
        document, catalogue = self._doc, self._doc.Catalog
        for font in self._embedded.values():
            font.write(document)
        catalogue.__NoDefault__ = catalogue.__Refs__ = [*catalogue.__NoDefault__, "OutputIntents", "AF"]
        catalogue.StructTreeRoot = self._tree()
        catalogue.MarkInfo = pdfdoc.PDFDictionary({"Marked": "true"})
        self.setViewerPreference("DisplayDocTitle", "true")
        catalogue.Metadata = pdfdoc.XMP(creator=_metadata)
        catalogue.OutputIntents = pdfdoc.PDFArray([self._intent()])
        if self.attachment:
            self._attach(self.attachment)
        super().save()

    def _tree(self) -> Any:
        tree = pdfdoc.PDFDictionary({"Type": pdfdoc.PDFName("StructTreeRoot")})
        root = self._written(self.root, self._doc.Reference(tree, "StructTreeRoot"))
        numbers: list[Any] = []
        for page, marked in enumerate(self._parents):
            numbers += [page, pdfdoc.PDFArray([element.reference for element in marked])]
        tree["K"] = pdfdoc.PDFArray([root])
        tree["ParentTree"] = self._doc.Reference(pdfdoc.PDFDictionary({"Nums": pdfdoc.PDFArray(numbers)}))
        tree["ParentTreeNextKey"] = len(self._parents)
        return tree

    def _written(self, element: Element, parent: Any) -> Any:
        written = _StructElem(element, parent)
        element.reference = self._doc.Reference(written)
        for kid in element.kids:
            if not isinstance(kid, Element):
                written.kids.append(kid)
            elif kid.is_painted():
                written.kids.append(self._written(kid, element.reference))
        return element.reference

    def _intent(self) -> Any:
        profile = pdfdoc.PDFStream(pdfdoc.PDFDictionary({"N": 3}), srgb(), [PACKED])
        return pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("OutputIntent"),
                "S": pdfdoc.PDFName("GTS_PDFA1"),
                "Info": pdfdoc.PDFString(SRGB),
                "OutputConditionIdentifier": pdfdoc.PDFString(SRGB),
                "DestOutputProfile": self._doc.Reference(profile),
            }
        )

    def _attach(self, attachment: Attachment) -> None:
        document, name = self._doc, pdfdoc.PDFString(attachment.name)
        about = {"Size": len(attachment.content), "ModDate": pdfdoc.PDFDate(ts=document._timeStamp)}
        kept = pdfdoc.PDFStream(
            pdfdoc.PDFDictionary(
                {
                    "Type": pdfdoc.PDFName("EmbeddedFile"),
                    "Subtype": "/" + attachment.kind.replace("/", "#2F"),
                    "Params": pdfdoc.PDFDictionary(about),
                }
            ),
            attachment.content,
            [pdfdoc.PDFZCompress],
        )
        file = document.Reference(
            pdfdoc.PDFDictionary(
                {
                    "Type": pdfdoc.PDFName("Filespec"),
                    "F": name,
                    "UF": name,
                    "Desc": pdfdoc.PDFString(attachment.says),
                    "AFRelationship": pdfdoc.PDFName("Data"),
                    "EF": pdfdoc.PDFDictionary({"F": document.Reference(kept)}),
                }
            )
        )
        named = pdfdoc.PDFDictionary({"Names": pdfdoc.PDFArray([name, file])})
        document.Catalog.Names = pdfdoc.PDFDictionary({"EmbeddedFiles": named})
        document.Catalog.AF = pdfdoc.PDFArray([file])


class _Packed:
    """Deflate, as ReportLab's own filter, for what many files hold alike: the packed bytes are kept in the process."""

    pdfname = "FlateDecode"

    @staticmethod
    @lru_cache(64)
    def encode(content: bytes) -> bytes:
        return zlib.compress(content)


PACKED = _Packed()


class _StructElem(pdfdoc.PDFObject):
    """A structure element, written as one string: a third of the time that nested PDF dictionaries take."""

    def __init__(self, element: Element, parent: Any) -> None:
        self.element = element
        self.parent = parent
        self.kids: list[Any] = []

    def format(self, document: Any) -> bytes:
        def written(value: Any) -> str:
            return str(value.format(document).decode("latin-1"))

        element = self.element
        kids = [
            f"<</Type/MCR/Pg {written(kid[0])}/MCID {kid[1]}>>" if isinstance(kid, tuple) else written(kid)
            for kid in self.kids
        ]
        parts = [f"<</Type/StructElem/S/{element.role}/P {written(self.parent)}/K[{' '.join(kids)}]"]
        said = {"Lang": element.language, "Alt": element.alt, "ActualText": element.actual}
        parts += [f"/{key}<{_utf16(value)}>" for key, value in said.items() if value]
        if element.attributes:
            parts.append(f"/A<<{''.join(f'/{key} {_value(value)}' for key, value in element.attributes.items())}>>")
        return ("".join(parts) + ">>").encode("latin-1")


def _ended(self: Any, document: Any, original: Any = pdfdoc.PDFStream.format) -> bytes:
    """PDF/A wants a line end before `endstream`; ReportLab writes none after binary data."""
    return bytes(original(self, document)).removesuffix(b"endstream\n") + b"\nendstream\n"


pdfdoc.PDFStream.format = _ended


@lru_cache(64)
def rgb(colour: str) -> str:
    """The three numbers of a colour in PDF.

    >>> rgb("#14535a")
    '.078431 .32549 .352941'
    """
    return str(fp_str(*(int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))))


def _value(value: Any) -> str:
    return f"/{value}" if isinstance(value, str) else f"[{' '.join(map(fp_str, value))}]"


def _utf16(text: str) -> str:
    return ("\ufeff" + text).encode("utf-16-be").hex().upper()


def _metadata(document: Any) -> bytes:
    """The XMP packet: the properties again, and the two standards that the file keeps."""
    info, stamp = document.info, document._timeStamp
    year, month, day, hour, minute, second = stamp.YMDhms[:6]
    when = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
    language = escape(str(document.Catalog.Lang.s))
    author = f"<dc:creator><rdf:Seq><rdf:li>{escape(info.author)}</rdf:li></rdf:Seq></dc:creator>"
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" '
        'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" '
        'xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" '
        'xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
        'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" '
        'xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
        "<dc:format>application/pdf</dc:format>"
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(info.title)}</rdf:li></rdf:Alt></dc:title>{author}'
        f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{escape(info.subject)}</rdf:li></rdf:Alt>'
        f"</dc:description><dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>"
        f"<pdf:Producer>{escape(info.producer)}</pdf:Producer><pdf:Keywords>{escape(info.keywords)}</pdf:Keywords>"
        f"<xmp:CreatorTool>{escape(info.creator)}</xmp:CreatorTool><xmp:CreateDate>{when}</xmp:CreateDate>"
        f"<xmp:ModifyDate>{when}</xmp:ModifyDate><pdfuaid:part>1</pdfuaid:part>"
        "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>"
        f'{_UA_SCHEMA}</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end="r"?>'
    ).encode()


_UA_SCHEMA = (
    '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    "<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>"
    "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    '<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>'
    "<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>"
    "<pdfaProperty:description>PDF/UA part</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>"
    "</rdf:li></rdf:Bag></pdfaExtension:schemas>"
)
"""PDF/A knows no pdfuaid: what stands under that name must be explained in the file itself."""
