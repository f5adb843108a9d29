"""How does an observation stand in ELAN's tiers (`*.eaf`)?

A code is a tier's name, an annotation on it is one event from onset to offset, its text is the event's note. Tiers
that depend on another (with a parent, or named with @) are skipped, those that we wrote ourselves excepted. Times are
milliseconds. The file is read with every XML entity and document type refused.

ELAN knows no annotation without length and no two annotations over each other on one tier. So a point is written one
millisecond long, with "point" on the dependent tier `length@CODE`; a span without length likewise, with "0"; and what
would lie over another annotation goes to a tier `CODE (2)`. `child@CODE`, `by@CODE`, `modifiers@CODE` and
`review@CODE` hold the rest of an event; the property `recorder:observation` in the file's heading holds everything that
is not an event. Read again, such a file gives the same observation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from recorder.exchange import documents, observation_file
from recorder.exchange.coded import LONGEST_MS, Coded, Mark, Unreadable, ordered
from recorder.exchange.documents import compact, quoted
from recorder.measures.observation import Event

PROPERTY = "recorder:observation"
POINT = "point"
DEPENDENT = ("length", "child", "by", "modifiers", "review")

_LANE = re.compile(r"(.+) \((?:[2-9]|[1-9][0-9]+)\)")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read(content: bytes, file: str) -> Coded:
    """Read an ELAN file.

    Parameters: `content`, its bytes; `file`, the name for sentences. Raises `Unreadable`. The duration is None unless
    we wrote the file: ELAN does not say how long its recording is.
    """
    root = _root(content, file)
    units = root.find("HEADER")
    if units is not None and units.get("TIME_UNITS", "milliseconds") != "milliseconds":
        raise Unreadable(file, f"its times are in {quoted(units.get('TIME_UNITS'))}: save it with milliseconds")
    heading = _heading(root, file)
    reader = _Reader(file, _slots(root, file), _details(root) if heading else {}, ours=heading is not None)
    marks = ordered(mark for tier in root.iter("TIER") for mark in reader.marks(tier))
    if not marks and heading is None:
        raise Unreadable(file, "none of its tiers holds an annotation with a time")
    return replace(heading, marks=marks) if heading else Coded(file=file, marks=marks)


def _root(content: bytes, file: str) -> Any:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    if not content.strip():
        raise Unreadable(file, "the file is empty")
    try:
        root = fromstring(content, forbid_dtd=True)
    except ParseError as error:
        line, column = error.position
        raise Unreadable(
            file, f"line {line}, column {column + 1} is not XML: is the file what its ending says?"
        ) from error
    except DefusedXmlException as error:
        raise Unreadable(file, "it declares a document type, which ELAN never does: save it in ELAN") from error
    except (LookupError, ValueError) as error:
        raise Unreadable(file, "its encoding is not known here: save it as UTF-8") from error
    if root.tag != "ANNOTATION_DOCUMENT":
        raise Unreadable(file, f"it is XML, but not an ELAN file (it begins with <{root.tag[:40]}>)")
    return root


def _heading(root: Any, file: str) -> Coded | None:
    for item in root.iter("PROPERTY"):
        if item.get("NAME") == PROPERTY:
            document = documents.parse_text(item.text or "", f"{file}: the property {PROPERTY}")
            return observation_file.read_heading(document, file)
    return None


def _slots(root: Any, file: str) -> dict[str, int]:
    """The times of the time slots that have one, in ms."""
    slots: dict[str, int] = {}
    for slot in root.iter("TIME_SLOT"):
        value = slot.get("TIME_VALUE")
        if value is not None:
            if not re.fullmatch(r"-?[0-9]{1,15}", value) or abs(int(value)) > LONGEST_MS:
                raise Unreadable(
                    file, f"time slot {slot.get('TIME_SLOT_ID')} has the time {quoted(value)}: no such time"
                )
            slots[slot.get("TIME_SLOT_ID", "")] = int(value)
    return slots


def _details(root: Any) -> dict[str, dict[str, str]]:
    """What our own dependent tiers say: the texts by kind, by the annotation that they belong to."""
    details: dict[str, dict[str, str]] = {}
    for tier in root.iter("TIER"):
        kind = tier.get("TIER_ID", "").partition("@")[0]
        if kind in DEPENDENT:
            for annotation in tier.iter("REF_ANNOTATION"):
                words = annotation.findtext("ANNOTATION_VALUE") or ""
                details.setdefault(annotation.get("ANNOTATION_REF", ""), {})[kind] = words
    return details


@dataclass(frozen=True)
class _Reader:
    """What is needed to read the annotations of one file; `ours` when we wrote it."""

    file: str
    slots: Mapping[str, int]
    details: Mapping[str, Mapping[str, str]]
    ours: bool

    def marks(self, tier: Any) -> Iterator[Mark]:
        name = tier.get("TIER_ID", "").strip()
        if "@" in name or tier.get("PARENT_REF") is not None:
            return
        lane = _LANE.fullmatch(name) if self.ours else None
        code = lane[1] if lane else name
        if not code or not code.isprintable():
            raise Unreadable(self.file, f"a tier is called {quoted(name)}, which cannot be a code: rename it")
        for annotation in tier.iter("ALIGNABLE_ANNOTATION"):
            yield self.mark(annotation, name, code)

    def mark(self, annotation: Any, tier: str, code: str) -> Mark:
        id = annotation.get("ANNOTATION_ID", "")
        place = f"annotation {id or '(without id)'} of tier {tier}"
        start, end = (self.time(annotation.get(f"TIME_SLOT_REF{number}"), place) for number in (1, 2))
        details = self.details.get(id, {})
        length = details.get("length")
        event = Event(
            t_ms=start,
            code=code,
            until_ms=None if length == POINT else start if length == "0" else end,
            child=details.get("child"),
            by=details.get("by"),
            modifiers=self.modifiers(details.get("modifiers"), place),
            note=annotation.findtext("ANNOTATION_VALUE") or "",
        )
        review = details.get("review")
        if review is not None and review not in observation_file.REVIEWS:
            raise Unreadable(self.file, f"{place} has the review {quoted(review)}, which is none")
        return Mark(event, place, review)

    def time(self, slot: str | None, place: str) -> int:
        if slot is None or slot not in self.slots:
            raise Unreadable(self.file, f"{place} has no time: align it in ELAN")
        return self.slots[slot]

    def modifiers(self, words: str | None, place: str) -> dict[str, str]:
        document = documents.parse_text(words, f"{self.file}: {place}") if words else {}
        if not isinstance(document, dict) or not all(isinstance(word, str) for word in document.values()):
            raise Unreadable(self.file, f'{place} has modifiers that are not written as {{"name": "word"}}')
        return document


def write(coded: Coded) -> bytes:
    """Write an ELAN file that `read` gives back unchanged. Raises `Unreadable` for letters that XML cannot hold."""
    page = _Page(coded.file)
    for name, marks in _lanes(coded).items():
        page.tier(name, marks)
    return page.document(compact(observation_file.heading(coded))).encode()


def _lanes(coded: Coded) -> dict[str, list[Mark]]:
    """The marks by the tier that they go to: on one tier no two may lie over each other."""
    lanes: dict[str, list[Mark]] = {}
    free_from: dict[str, int] = {}
    for mark in ordered(coded.marks):
        code = mark.event.code
        if "@" in code or _LANE.fullmatch(code):
            raise Unreadable(coded.file, f"the code {quoted(code)} cannot be the name of an ELAN tier: rename it")
        number, name = 1, code
        while free_from.get(name, mark.event.t_ms) > mark.event.t_ms:
            number += 1
            name = f"{code} ({number})"
        lanes.setdefault(name, []).append(mark)
        free_from[name] = _drawn_until(mark.event)
    return lanes


def _drawn_until(event: Event) -> int:
    return event.t_ms + 1 if event.until_ms is None else max(event.until_ms, event.t_ms + 1)


def _details_of(mark: Mark) -> dict[str, str]:
    """What the dependent tiers say about a mark; the inverse of `_Reader.mark`."""
    event = mark.event
    length = POINT if event.until_ms is None else "0" if event.until_ms == event.t_ms else ""
    modifiers = compact(dict(event.modifiers)) if event.modifiers else ""
    said = zip(DEPENDENT, (length, event.child, event.by, modifiers, mark.review), strict=True)
    return {kind: words for kind, words in said if words}


class _Page:
    """An ELAN document while it is written: its time slots, its annotations' ids, its tiers."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.slots: list[int] = []
        self.annotations = 0
        self.tiers: list[str] = []

    def tier(self, name: str, marks: list[Mark]) -> None:
        """Add a tier and the dependent ones that it needs."""
        aligned: list[str] = []
        dependent: dict[str, list[str]] = {}
        for mark in marks:
            id = self.id()
            slots = [self.slot(time) for time in (mark.event.t_ms, _drawn_until(mark.event))]
            refs = " ".join(f'TIME_SLOT_REF{number}="{slot}"' for number, slot in enumerate(slots, 1))
            aligned.append(self.annotation(f'ALIGNABLE_ANNOTATION ANNOTATION_ID="{id}" {refs}', mark.event.note))
            for kind, words in _details_of(mark).items():
                reference = f'REF_ANNOTATION ANNOTATION_ID="{self.id()}" ANNOTATION_REF="{id}"'
                dependent.setdefault(kind, []).append(self.annotation(reference, words))
        self.add(f'LINGUISTIC_TYPE_REF="event" TIER_ID={self.quote(name)}', aligned)
        for kind, details in dependent.items():
            parts = f"PARENT_REF={self.quote(name)} TIER_ID={self.quote(f'{kind}@{name}')}"
            self.add(f'LINGUISTIC_TYPE_REF="detail" {parts}', details)

    def add(self, attributes: str, annotations: list[str]) -> None:
        self.tiers.append(f"  <TIER {attributes}>\n{''.join(annotations)}  </TIER>\n")

    def annotation(self, opening: str, words: str) -> str:
        value = f"<ANNOTATION_VALUE>{self.escaped(words)}</ANNOTATION_VALUE>"
        return f"    <ANNOTATION><{opening}>{value}</{opening.split()[0]}></ANNOTATION>\n"

    def id(self) -> str:
        self.annotations += 1
        return f"a{self.annotations}"

    def slot(self, time: int) -> str:
        self.slots.append(time)
        return f"ts{len(self.slots)}"

    def quote(self, name: str) -> str:
        return quoteattr(self.checked(name))

    def escaped(self, words: str) -> str:
        return escape(self.checked(words), {"\r": "&#13;"})

    def checked(self, words: str) -> str:
        if _NOT_XML.search(words):
            raise Unreadable(self.file, f"XML cannot hold a letter of {quoted(words)}: take it out")
        return words

    def document(self, heading: str) -> str:
        # ELAN wants the slots in order of time; ids are only names
        in_order = sorted(enumerate(self.slots, 1), key=lambda slot: slot[1])
        slots = "".join(f'    <TIME_SLOT TIME_SLOT_ID="ts{n}" TIME_VALUE="{time}"/>\n' for n, time in in_order)
        return _DOCUMENT.format(
            property=PROPERTY,
            heading=self.escaped(heading),
            last=self.annotations,
            slots=slots,
            tiers="".join(self.tiers),
        )


_DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="recorder" DATE="1970-01-01T00:00:00+00:00" FORMAT="3.0" VERSION="3.0"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">
  <HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">
    <PROPERTY NAME="lastUsedAnnotationId">{last}</PROPERTY>
    <PROPERTY NAME="{property}">{heading}</PROPERTY>
  </HEADER>
  <TIME_ORDER>
{slots}  </TIME_ORDER>
{tiers}  <LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="event" TIME_ALIGNABLE="true"/>
  <LINGUISTIC_TYPE CONSTRAINTS="Symbolic_Association" GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="detail"
      TIME_ALIGNABLE="false"/>
  <CONSTRAINT DESCRIPTION="1-1 association with a parent annotation" STEREOTYPE="Symbolic_Association"/>
</ANNOTATION_DOCUMENT>
"""
