"""How does an observation stand in a Praat TextGrid (`*.TextGrid`), long or short?

A code is a tier's name. An interval with a text is a span, a point of a point tier is a point event, the text is its
note; empty intervals are the time between. Tiers with @ in their name are skipped. Times are decimal seconds and become
whole milliseconds. As Praat does, only free-standing numbers, quoted texts and flags are read; labels mean nothing.

Written are one interval tier and one point tier a code, whichever it needs; spans of one code that lie over each other
go to tiers `CODE (2)`. A span's text is its note, or its code where it has none: Praat knows no interval without text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NoReturn

from recorder.exchange import documents
from recorder.exchange.boris import milliseconds
from recorder.exchange.coded import LONGEST_MS, Coded, Mark, Unreadable, ordered
from recorder.exchange.documents import quoted
from recorder.measures.observation import Event

_TOKEN = re.compile(r'"((?:[^"]|"")*)"|<(exists|absent)>|(?<!\S)(-?[0-9][0-9.]{0,30}(?:[eE][-+]?[0-9]{1,3})?)(?!\S)')
_LANE = re.compile(r"(.+) \((?:[2-9]|[1-9][0-9]+)\)")


def read(content: bytes, file: str) -> Coded:
    """Read a TextGrid; the observation is as long as the grid. Raises `Unreadable`.

    >>> grid = b'"ooTextFile" "TextGrid" 0 60 <exists> 1 "IntervalTier" "CHI" 0 60 2 0 1.5 "" 1.5 2 "ba"'
    >>> [(e.event.t_ms, e.event.until_ms, e.event.code, e.event.note) for e in read(grid, "a.TextGrid").marks]
    [(1500, 2000, 'CHI', 'ba')]
    """
    tokens = _Tokens(documents.decoded(content, file), file)
    if tokens.word("its first line") != "ooTextFile" or tokens.word("its class") != "TextGrid":
        raise Unreadable(file, "it is no TextGrid: its first two texts must be ooTextFile and TextGrid")
    start, end = tokens.time("its start"), tokens.time("its end")
    if start != 0:
        raise Unreadable(file, "it does not start at 0 s: shift its times in Praat")
    tiers = [tier for _ in range(tokens.count("its tiers")) for tier in _tier(tokens)]
    names = {name for name, _ in tiers}
    marks = []
    for name, mark in tiers:
        lane = _LANE.fullmatch(name)
        code = lane[1] if lane and lane[1] in names else name
        marks.append(_named(mark, code))
    return Coded(file=file, marks=ordered(marks), duration_ms=end or None)


def _named(mark: Mark, code: str) -> Mark:
    event = mark.event
    note = "" if event.note == code and event.until_ms is not None else event.note
    return Mark(Event(event.t_ms, code, event.until_ms, note=note), mark.place)


def _tier(tokens: _Tokens) -> Iterator[tuple[str, Mark]]:
    kind, name = tokens.word("the class of a tier"), tokens.word("the name of a tier").strip()
    if kind not in ("IntervalTier", "TextTier"):
        tokens.refuse(f"a tier is of class {quoted(kind)}, which is none of Praat's")
    tokens.time("the start of a tier"), tokens.time("the end of a tier")
    for number in range(1, tokens.count(f"tier {quoted(name)}") + 1):
        place = f"{'interval' if kind == 'IntervalTier' else 'point'} {number} of tier {name}"
        t_ms = tokens.time(place)
        until_ms = tokens.time(place) if kind == "IntervalTier" else None
        note = tokens.word(place)
        if "@" in name or (until_ms is not None and not note.strip()):
            continue
        if not name or not name.isprintable():
            tokens.refuse(f"a tier is called {quoted(name)}, which cannot be a code: rename it")
        if until_ms is not None and until_ms < t_ms:
            tokens.refuse(f"{place} ends before it starts: correct it in Praat")
        yield name, Mark(Event(t_ms, name, until_ms, note=note), place)


class _Tokens:
    """The numbers, texts and flags of a grid, one after another."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.found = _TOKEN.finditer(text)

    def refuse(self, sentence: str) -> NoReturn:
        raise Unreadable(self.file, sentence)

    def next(self, what: str) -> re.Match[str]:
        token = next(self.found, None)
        if token is None:
            self.refuse(f"it breaks off before {what}: is it a whole TextGrid?")
        return self.next(what) if token[2] else token

    def word(self, what: str) -> str:
        token = self.next(what)
        if token[1] is None:
            self.refuse(f"{what} should be a text in quotes, and is {quoted(token[3])}")
        return token[1].replace('""', '"')

    def time(self, what: str) -> int:
        token = self.next(what)
        if token[3] is None:
            self.refuse(f"{what} should be a time in seconds, and is {quoted(token[1])}")
        try:
            seconds = float(token[3])
        except ValueError:
            self.refuse(f"{what} has the time {quoted(token[3])}, which is no number")
        if abs(seconds) * 1000 > LONGEST_MS:
            self.refuse(f"{what} lies more than a week from the start: a TextGrid counts in seconds")
        return milliseconds(seconds)

    def count(self, what: str) -> int:
        token = self.next(what)
        if token[3] is None or not token[3].isdecimal() or len(token[3]) > 8:
            self.refuse(f"the number of {what} is {quoted(token[3] or token[1])}, which is no number of anything")
        return int(token[3])


def write(coded: Coded) -> bytes:
    """Write a TextGrid in Praat's long form."""
    end_ms = max(coded.duration_ms or 0, coded.last_ms)
    tiers = [
        _written(number, name, marks, end_ms) for number, (name, marks) in enumerate(_lanes(coded).items(), start=1)
    ]
    head = (
        f'File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0 \nxmax = {_seconds(end_ms)} \n'
        f"tiers? <exists> \nsize = {len(tiers)} \nitem []: \n"
    )
    return (head + "".join(tiers)).encode()


def _lanes(coded: Coded) -> dict[tuple[str, bool], list[Mark]]:
    """The marks by tier and kind (whether they last); what would lie over another goes to a lane of its own."""
    lanes: dict[tuple[str, bool], list[Mark]] = {}
    free_from: dict[str, int] = {}
    for mark in ordered(coded.marks):
        event = mark.event
        if event.t_ms < 0:
            raise Unreadable(coded.file, f"{quoted(event.code)} lies before the start: Praat has no such time")
        if event.until_ms is None or event.until_ms <= event.t_ms:
            lanes.setdefault((event.code, False), []).append(mark)
            continue
        number, name = 1, event.code
        while free_from.get(name, 0) > event.t_ms:
            number += 1
            name = f"{event.code} ({number})"
        free_from[name] = event.until_ms
        lanes.setdefault((name, True), []).append(mark)
    return lanes


def _written(number: int, named: tuple[str, bool], marks: Sequence[Mark], end_ms: int) -> str:
    name, lasts = named
    kind, entries = ("IntervalTier", _intervals(marks, end_ms)) if lasts else ("TextTier", _points(marks))
    said = list(entries)
    what = "intervals" if lasts else "points"
    head = (
        f'    item [{number}]:\n        class = "{kind}" \n        name = {_text(name)} \n        xmin = 0 \n'
        f"        xmax = {_seconds(end_ms)} \n        {what}: size = {len(said)} \n"
    )
    return head + "".join(f"        {what} [{n}]:\n{entry}" for n, entry in enumerate(said, 1))


def _intervals(marks: Iterable[Mark], end_ms: int) -> Iterator[str]:
    """The spans, and between them the empty intervals without which Praat would see a hole."""
    at_ms = 0
    for mark in marks:
        until_ms = mark.event.until_ms or 0
        if mark.event.t_ms > at_ms:
            yield _interval(at_ms, mark.event.t_ms, "")
        yield _interval(mark.event.t_ms, until_ms, mark.event.note or mark.event.code)
        at_ms = until_ms
    if at_ms < end_ms:
        yield _interval(at_ms, end_ms, "")


def _interval(start: int, end: int, text: str) -> str:
    pad = " " * 12
    return f"{pad}xmin = {_seconds(start)} \n{pad}xmax = {_seconds(end)} \n{pad}text = {_text(text)} \n"


def _points(marks: Iterable[Mark]) -> Iterator[str]:
    pad = " " * 12
    for mark in marks:
        yield f"{pad}number = {_seconds(mark.event.t_ms)} \n{pad}mark = {_text(mark.event.note)} \n"


def _text(words: str) -> str:
    doubled = words.replace('"', '""')
    return f'"{doubled}"'


def _seconds(ms: int) -> str:
    return f"{ms / 1000:.3f}".rstrip("0").rstrip(".")
