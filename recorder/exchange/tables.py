"""How does an observation stand in a table (CSV)?

One row an event, a header above, times in whole milliseconds from the start, or in another unit that is named
(`unit=s`: decimal seconds; `unit=clock`: hh:mm:ss.mmm). Our own columns are `t_ms, until_ms,
code, child, by, note, modifiers, review`; anybody else's are named with `--columns time=...,until=...,code=...`. An
empty `until` is a point event. Comma, semicolon and tab are taken. A table holds events and nothing else: how long the
observation was, its scheme, people and ratings have no place in it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from recorder.exchange import documents
from recorder.exchange.coded import LONGEST_MS, Coded, Mark, Unreadable, closest, ordered, without_people
from recorder.exchange.documents import quoted
from recorder.exchange.observation_file import REVIEWS
from recorder.measures.observation import Event

COLUMNS = {
    "time": "t_ms",
    "until": "until_ms",
    "code": "code",
    "child": "child",
    "by": "by",
    "note": "note",
    "modifiers": "modifiers",
    "review": "review",
}
"""What a column is for, and the name it has in our own tables."""

NEEDED = ("time", "code")
UNIT = "unit"
UNITS = ("ms", "s", "clock")
"""What a time counts in: whole milliseconds, decimal seconds, or hh:mm:ss.mmm (hours may be left out)."""

# A spreadsheet runs a cell that begins so as a formula; with an apostrophe before it, it shows it as text.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


class WrongColumns(ValueError):
    """`--columns` does not say which column is which; the message says how it is written."""


def columns(words: str) -> dict[str, str]:
    """Which column is which, as `--columns` says it.

    Parameters: `words`, such as "time=segment_onset,until=segment_offset,code=speaker_type". Returns the columns'
    names by what they are for. Raises `WrongColumns`.

    >>> columns("time=onset,code=speaker")
    {'time': 'onset', 'code': 'speaker'}
    """
    named: dict[str, str] = {}
    for part in words.split(","):
        purpose, _, name = (piece.strip() for piece in part.partition("="))
        if purpose == UNIT and name in UNITS and UNIT not in named:
            named[UNIT] = name
            continue
        if purpose not in COLUMNS or not name:
            raise WrongColumns(
                f"{quoted(part)} is not a column: write time=NAME,until=NAME,code=NAME; others are "
                f"{', '.join(key for key in COLUMNS if key not in {'time', 'until', 'code'})}, and unit=ms|s|clock."
            )
        if purpose in named:
            raise WrongColumns(f"the column for {purpose} is named twice: name it once.")
        named[purpose] = name
    for purpose in NEEDED:
        if purpose not in named:
            raise WrongColumns(f"the column for {purpose} is not named: add {purpose}=NAME.")
    return named


def read(content: bytes, file: str, named: Mapping[str, str] | None = None) -> Coded:
    """Read a table.

    Parameters: `content`, its bytes; `file`, the name for sentences; `named`, its columns (see `columns`; None: our
    own). Raises `Unreadable`.

    >>> read(b"t_ms,code\\n12000,VOC\\n", "a.csv").marks[0].event.code
    'VOC'
    """
    text = documents.text(content, file)
    unit = named.get(UNIT, UNITS[0]) if named else UNITS[0]
    wanted = COLUMNS if named is None else {purpose: name for purpose, name in named.items() if purpose != UNIT}
    delimiter, header = _header(text, wanted, file)
    needed = NEEDED if named is None else tuple(wanted)
    where = {purpose: _column(header, wanted[purpose], purpose in needed, file) for purpose in wanted}
    marks = []
    for line, row in rows(text, delimiter, file):
        if len(row) != len(header):
            raise Unreadable(file, f"line {line} has {len(row)} cells where the header has {len(header)}: correct it")
        cells = {purpose: row[at] for purpose, at in where.items() if at is not None}
        marks.append(_mark(cells, f"line {line}", file, unit))
    if not marks:
        raise Unreadable(file, "below its header there is no event")
    return Coded(file=file, marks=ordered(marks))


def _header(text: str, wanted: Mapping[str, str], file: str) -> tuple[str, list[str]]:
    """The delimiter under which most of the wanted columns are there, and the header's names."""
    found = [(delimiter, [name.strip() for name in _first(text, delimiter, file)]) for delimiter in ",;\t"]
    return max(found, key=lambda pair: len(set(wanted.values()) & set(pair[1])))


def _first(text: str, delimiter: str, file: str) -> list[str]:
    # not strictly: under a wrong delimiter the quotes stand in wrong places
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error as error:
        raise Unreadable(file, f"line 1 cannot be read as a table ({error}): is it a CSV file?") from error


def _column(header: Sequence[str], name: str, needed: bool, file: str) -> int | None:
    if header.count(name) > 1:
        raise Unreadable(file, f"the column {quoted(name)} is there {header.count(name)} times: rename the others")
    if name in header:
        return header.index(name)
    if not needed:
        return None
    close = closest(name, header)
    cure = f'did you mean "{close}"?' if close else "name its columns with --columns time=...,until=...,code=..."
    raise Unreadable(file, f"there is no column {quoted(name)}: {cure}")


def rows(text: str, delimiter: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """The rows below the header that hold anything, each with the number of its last line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        next(reader)
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise Unreadable(file, f"line {reader.line_num} cannot be read as a table ({error}): correct it") from error


def _mark(cells: Mapping[str, str], place: str, file: str, unit: str) -> Mark:
    until = cells.get("until", "").strip()
    code = _shown(cells["code"]).strip()
    if not code or not code.isprintable():
        raise Unreadable(file, f"{place} has no code: fill it in or take the line out")
    review = cells.get("review", "").strip() or None
    if review is not None and review not in REVIEWS:
        raise Unreadable(file, f"{place} has the review {quoted(review)}: it must be one of {', '.join(REVIEWS)}")
    event = Event(
        t_ms=_time(cells["time"].strip(), unit, place, file),
        code=code,
        until_ms=_time(until, unit, place, file) if until else None,
        child=_shown(cells.get("child", "")).strip() or None,
        by=_shown(cells.get("by", "")).strip() or None,
        note=_shown(cells.get("note", "")),
        modifiers=_modifiers(cells.get("modifiers", "").strip(), place, file),
    )
    return Mark(event, place, review)


def _time(cell: str, unit: str, place: str, file: str) -> int:
    if unit == "ms":
        return _milliseconds(cell, place, file)
    *clock, seconds = cell.replace(",", ".").split(":")
    whole = [*clock, seconds.partition(".")[0].removeprefix("-")]
    right = len(clock) in (1, 2) if unit == "clock" else not clock
    if not right or not all(part.isascii() and part.isdecimal() and len(part) < 10 for part in whole):
        what = "hh:mm:ss.mmm" if unit == "clock" else "decimal seconds"
        raise Unreadable(file, f"{place} has the time {quoted(cell)}, which is not {what}")
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]{1,9})?", seconds):
        raise Unreadable(file, f"{place} has the time {quoted(cell)}, which is no number of seconds")
    minutes = 0
    for part in clock:
        minutes = minutes * 60 + int(part)
    time = int((Decimal(seconds) * 1000).quantize(Decimal(1), ROUND_HALF_UP)) + minutes * 60_000
    if abs(time) > LONGEST_MS:
        raise Unreadable(file, f"{place} has the time {cell}, more than a week: is the unit right?")
    return time


def _milliseconds(cell: str, place: str, file: str) -> int:
    # Statistics programs write whole numbers as 3150.0 as soon as one cell of the column is empty
    if not re.fullmatch(r"-?[0-9]{1,15}(\.0+)?", cell):
        raise Unreadable(file, f"{place} has the time {quoted(cell)}: times are whole milliseconds from the start")
    time = int(cell.partition(".")[0])
    if abs(time) > LONGEST_MS:
        raise Unreadable(file, f"{place} has the time {cell}, more than a week: times are milliseconds from the start")
    return time


def _modifiers(cell: str, place: str, file: str) -> dict[str, str]:
    if not cell:
        return {}
    document = documents.parse_text(cell, f"{file}: {place}")
    if not isinstance(document, dict) or not all(isinstance(word, str) for word in document.values()):
        raise Unreadable(file, f'{place} has modifiers that are not written as {{"name": "word"}}')
    return document


def write(coded: Coded) -> bytes:
    """Write a table with our own columns; those that would stay empty are left out, except `until_ms`."""
    marks = ordered(without_people(coded).marks)
    rows = [_cells(mark) for mark in marks]
    kept = [name for name in COLUMNS.values() if name in ("t_ms", "until_ms", "code") or any(row[name] for row in rows)]
    page = io.StringIO(newline="")
    writer = csv.DictWriter(page, kept, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return page.getvalue().encode()


def _cells(mark: Mark) -> dict[str, str]:
    event = mark.event
    return {
        "t_ms": str(event.t_ms),
        "until_ms": "" if event.until_ms is None else str(event.until_ms),
        "code": _harmless(event.code),
        "child": _harmless(event.child or ""),
        "by": _harmless(event.by or ""),
        "note": _harmless(event.note),
        "modifiers": documents.compact(dict(event.modifiers)) if event.modifiers else "",
        "review": mark.review or "",
    }


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _shown(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
