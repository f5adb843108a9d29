"""How do observations stand in a table that Mangold INTERACT exported?

Columns are found by their names, in any order: `Level`, `Onset_Time`, `Offset_Time` in seconds, and one column a class
of codes. A row of level 2 is a set: one observation, as long as the set, its times counted from the set's onset. A row
of level 3 is an event; each code in it is a span, named after its class and itself (`Infant Affect W`). Only read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from recorder.exchange import documents, tables
from recorder.exchange.boris import chosen, milliseconds
from recorder.exchange.coded import LONGEST_MS, Coded, Mark, Unreadable, ordered
from recorder.exchange.documents import quoted
from recorder.measures.observation import Event

NEEDED = {"level", "onset time", "offset time"}
OWN = {*NEEDED, "description", "number", "duration time", "onset frame", "offset frame", "duration frame", "comment"}


def is_one(text: str) -> bool:
    """Whether a text is a table that INTERACT exported."""
    return _header(text) is not None


def read(content: bytes, file: str, wanted: str | None = None) -> Coded:
    """Read one set of a table that INTERACT exported.

    Parameters: `content`, its bytes; `file`, the name for sentences; `wanted`, the set's description (None: the only
    one). Raises `Unreadable`.
    """
    text = documents.decoded(content, file)
    header = _header(text)
    if header is None:
        raise Unreadable(file, "it is no table of INTERACT: Level, Onset_Time and Offset_Time are missing")
    sets = _sets(text, *header, file)
    one = sets[chosen(sets, wanted, file)]
    if one["empty"]:
        lines = ", ".join(one["empty"][:12])
        more = f" and {len(one['empty']) - 12} more" if len(one["empty"]) > 12 else ""
        one["said"].append(f"{file}: lines {lines}{more} have no code in any class and are left out.")
    if not one["marks"]:
        raise Unreadable(file, "no event of this set has a code")
    return Coded(
        file=file,
        marks=ordered(one["marks"]),
        duration_ms=one["until"] - one["from"],
        id=one["id"],
        said=tuple(one["said"]),
    )


def _header(text: str) -> tuple[str, list[str]] | None:
    first = text.split("\n", 1)[0]
    for delimiter in ",\t;":
        names = documents.cells(first, delimiter)
        if {_plain(name) for name in names} >= NEEDED:
            return delimiter, names
    return None


def _plain(name: str) -> str:
    return " ".join(re.split(r"[\s_]+", name.strip().casefold()))


def _sets(text: str, delimiter: str, names: list[str], file: str) -> dict[str, dict[str, Any]]:
    sets: dict[str, dict[str, Any]] = {}
    now: dict[str, Any] | None = None
    for line, row in tables.rows(text, delimiter, file):
        place = f"line {line}"
        if len(row) != len(names):
            raise Unreadable(file, f"{place} has {len(row)} cells where the header has {len(names)}: correct it")
        cells = {name: cell.strip() for name, cell in zip(names, row, strict=True)}
        own = {_plain(name): cell for name, cell in cells.items()}
        if own["level"] not in ("1", "2", "3"):
            raise Unreadable(file, f"{place} is of level {quoted(own['level'])}: INTERACT knows 1, 2 and 3")
        if own["level"] == "1":
            continue
        start, end = (_ms(own[which], place, file) for which in ("onset time", "offset time"))
        if end < start:
            raise Unreadable(file, f"{place} ends before it starts: correct it")
        if own["level"] == "2":
            id = own.get("description") or f"set {len(sets) + 1}"
            id = id if id not in sets else f"{id} ({len(sets) + 1})"
            now = sets[id] = {"id": id, "from": start, "until": end, "marks": [], "empty": [], "said": []}
            if start:
                now["said"].append(f"{file}: times count from the set's onset at {start} ms.")
        elif now is None:
            raise Unreadable(file, f"{place} is an event before the first set: every event belongs to one")
        else:
            _add(now, cells, start, end, place, file)
    if not sets:
        raise Unreadable(file, "it holds no set (a row of level 2)")
    return sets


def _add(one: dict[str, Any], cells: Mapping[str, str], start: int, end: int, place: str, file: str) -> None:
    codes = [f"{name} {cell}" for name, cell in cells.items() if cell and _plain(name) not in OWN]
    if not codes:
        one["empty"].append(place.removeprefix("line "))
    for code in codes:
        one["marks"].append(Mark(Event(start - one["from"], code, end - one["from"]), place))


def _ms(cell: str, place: str, file: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,10}([.,][0-9]{1,9})?", cell):
        raise Unreadable(file, f"{place}: {quoted(cell)} is no time in seconds: export times as seconds")
    ms = milliseconds(float(cell.replace(",", ".")))
    if abs(ms) > LONGEST_MS:
        raise Unreadable(file, f"{place} lies more than a week from the start: export times as seconds")
    return ms
