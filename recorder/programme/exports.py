"""What leaves the programme as a table, and what does each of its columns mean?

Tidy CSV, UTF-8, one row for one thing, ids as in the database, no name and no free text. None is an empty cell and
never 0; true and false are written so; times are whole milliseconds from an observation's start, days are local days
at the site. A text that a spreadsheet could take for a formula is preceded by an apostrophe. Every figure carries its
scheme's name and hash, the version of the measures, and whether the instrument is validated (the built-in ones are
not). No table puts a visitor beside an outcome: `visitor_id` stands in `visits` only. `docs/exports.md` repeats every
column's meaning, and a test holds the two together.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from recorder.programme.rollup import Selection
from recorder.programme.tables import events, families, observations, ratings, visits

Cell = str | int | float | bool | None


@dataclass(frozen=True)
class Table:
    """One table that can be downloaded: what its rows are, the meaning of each column, and where rows come from."""

    rows_are: str
    columns: Mapping[str, str]
    rows: Callable[[Selection], Iterable[Sequence[Cell]]]


TABLES: Mapping[str, Table] = {
    "observations": Table("one observation that was begun", observations.COLUMNS, observations.rows),
    "ratings": Table("one scale, rated in one signed observation", ratings.COLUMNS, ratings.rows),
    "visits": Table("one visit: planned, done or cancelled", visits.COLUMNS, visits.rows),
    "families": Table("one family that was enrolled in the period", families.COLUMNS, families.rows),
    "events": Table("one event of one observation's log", events.COLUMNS, events.rows),
}


def lines(name: str, selection: Selection) -> Iterator[str]:
    """The lines of a table as CSV, the header first, made one by one while they are read.

    Parameters: `name`, a key of `TABLES`; `selection`, which days and which site.
    """
    table = TABLES[name]
    yield line(list(table.columns))
    for row in table.rows(selection):
        yield line([written(cell) for cell in row])


def written(cell: Cell) -> str:
    """A cell as it is written: nothing for None, and no text that a spreadsheet would calculate.

    Full-width signs count too, and so do signs behind blanks and invisible characters.

    >>> written(None), written(True), written(-0.5), written("=1+1"), written("\\u00a0\\uff1d1"), written("a-b")
    ('', 'true', '-0.5', "'=1+1", "'\\xa0＝1", 'a-b')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return str(cell)
    return f"'{cell}" if _calculates(cell) else cell


FORMULA_SIGNS = frozenset("=+-@|")
"""What a formula can begin with, once full-width letters are folded to plain ones."""


def _calculates(text: str) -> bool:
    if text[:1] in {"\t", "\r", "\n"}:
        return True
    first = next((letter for letter in text if unicodedata.category(letter) not in {"Zs", "Zl", "Zp", "Cc", "Cf"}), "")
    return unicodedata.normalize("NFKC", first)[:1] in FORMULA_SIGNS


def line(cells: list[str]) -> str:
    """One line of CSV, its end included."""
    buffer = StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()
