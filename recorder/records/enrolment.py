"""How does a whole caseload come in from one CSV file?

One row is one child with one caregiver of a family; rows with the same `code` are one family (twins, a second
caregiver). What belongs to the family as a whole needs to stand in one of its rows only. A first look finds every
fault with its row and column; nothing is stored until there is none. Columns are named in the first line, in any
order; the separator is a comma, a semicolon or a tab. Rows are counted as a spreadsheet counts them: the line with
the names is row 1. Faults are data; the page that shows them has the words.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

COLUMNS = (
    "code",
    "site",
    "child_first_name",
    "child_birth_date",
    "weeks_early",
    "caregiver_first_name",
    "relation",
    "language",
    "goal",
    "observe_consent_on",
    "visitor",
    "assigned_from",
)
NEEDED = ("code", "site", "child_first_name", "child_birth_date", "caregiver_first_name")
OF_THE_FAMILY = ("site", "goal", "observe_consent_on", "visitor", "assigned_from")
LONGEST = {"code": 40, "relation": 40, "goal": 4000}
LONGEST_OTHER = 200
MOST_ROWS = 5000
MOST_WEEKS_EARLY = 20
CHILDHOOD_YEARS = 18
"""A birth longer ago than this is a mistyped year."""


class Unreadable(ValueError):
    """A file that is no caseload at all: the reason, and what the sentence about it names.

    Reasons: empty, not_utf8, not_csv, columns_missing (names), column_unknown (name), column_twice (name), no_rows,
    too_many_rows (n, most), too_large (n).
    """

    def __init__(self, reason: str, **details: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.details = details


@dataclass(frozen=True)
class Fault:
    """What is wrong in one place: the row as a spreadsheet counts it, the column, what, and the value there.

    What: missing, long, extra (more cells than columns), site, visitor, language, enrolled (the code is taken),
    day (not a day), to_come, long_ago, weeks, differs (from another row of the same family, child or caregiver).
    """

    row: int
    column: str
    what: str
    value: str


@dataclass(frozen=True)
class EnrolledChild:
    """A child to be enrolled."""

    first_name: str
    birth_date: date
    weeks_early: int


@dataclass(frozen=True)
class EnrolledCaregiver:
    """A caregiver to be enrolled."""

    first_name: str
    relation: str
    language: str


@dataclass(frozen=True)
class Enrolment:
    """A family to be enrolled, put together from its rows; `visitor` is a sign-in name or empty."""

    code: str
    site: str
    goal: str
    observe_consent_on: date | None
    visitor: str
    assigned_from: date | None
    children: tuple[EnrolledChild, ...]
    caregivers: tuple[EnrolledCaregiver, ...]


@dataclass(frozen=True)
class Caseload:
    """What a file says: the families of its rows without a fault, and the faults."""

    families: tuple[Enrolment, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Known:
    """What a programme has already, and today: the day after which no birth can lie."""

    sites: Collection[str]
    visitors: Collection[str]
    codes: Collection[str]
    languages: Collection[str]
    language: str
    today: date


def text_of(content: bytes) -> str:
    """The text of an uploaded file. Raises `Unreadable` when it is empty or not UTF-8 text."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("not_utf8") from error
    if not text.strip():
        raise Unreadable("empty")
    if "\0" in text:
        raise Unreadable("not_csv")
    return text


def read(text: str, known: Known) -> Caseload:
    """Read a caseload.

    Parameters: `text`, the file's; `known`, what the programme has. Raises `Unreadable` when the columns cannot be
    made out, or there are no rows or too many.
    """
    rows = _rows(text)
    faults = [fault for row in rows for fault in row.faults(known)]
    homes: dict[str, list[_Row]] = {}
    for row in rows:
        if row["code"]:
            homes.setdefault(row["code"], []).append(row)
    faults += [fault for home in homes.values() for fault in _differences(home)]
    if faults:
        return Caseload((), tuple(sorted(set(faults), key=_place)))
    return Caseload(tuple(_enrolment(code, home, known) for code, home in homes.items()), ())


def _place(fault: Fault) -> tuple[int, int]:
    return fault.row, COLUMNS.index(fault.column) if fault.column else len(COLUMNS)


@dataclass(frozen=True)
class _Row:
    number: int
    cells: dict[str, str]
    extra: str

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    def fault(self, column: str, what: str) -> Fault:
        return Fault(self.number, column, what, self[column][:40])

    def faults(self, known: Known) -> Iterable[Fault]:
        """What is wrong with this row by itself."""
        if self.extra:
            yield Fault(self.number, "", "extra", self.extra[:40])
        for name in NEEDED:
            if not self[name]:
                yield self.fault(name, "missing")
        for name in COLUMNS:
            if len(self[name]) > LONGEST.get(name, LONGEST_OTHER):
                yield self.fault(name, "long")
        for name, right in (
            ("site", self["site"] in known.sites),
            ("visitor", self["visitor"].casefold() in known.visitors),
            ("language", self["language"] in known.languages),
            ("weeks_early", _is_weeks(self["weeks_early"])),
        ):
            if self[name] and not right:
                yield self.fault(name, "weeks" if name == "weeks_early" else name)
        if self["code"] in known.codes:
            yield self.fault("code", "enrolled")
        yield from self._days(known.today)

    def _days(self, today: date) -> Iterable[Fault]:
        for name in ("child_birth_date", "observe_consent_on", "assigned_from"):
            if not self[name]:
                continue
            day = _day(self[name])
            if day is None:
                yield self.fault(name, "day")
            elif day > today and name != "assigned_from":
                yield self.fault(name, "to_come")
            elif name == "child_birth_date" and day < today - timedelta(days=CHILDHOOD_YEARS * 365):
                yield self.fault(name, "long_ago")


def _is_weeks(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 2 and int(text) <= MOST_WEEKS_EARLY


def _day(text: str) -> date | None:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _rows(text: str) -> list[_Row]:
    first = text.lstrip().splitlines()[0]
    separator = max(",;\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise Unreadable("not_csv") from error
    start = next((place for place, cells in enumerate(lines) if any(cell.strip() for cell in cells)), 0)
    names = _names(lines[start])
    rows = [
        _row(number, names, [cell.strip() for cell in cells])
        for number, cells in enumerate(lines[start + 1 :], start=start + 2)
        if any(cell.strip() for cell in cells)
    ]
    if not rows:
        raise Unreadable("no_rows")
    if len(rows) > MOST_ROWS:
        raise Unreadable("too_many_rows", n=len(rows), most=MOST_ROWS)
    return rows


def _names(cells: Sequence[str]) -> list[str]:
    names = [cell.strip().casefold() for cell in cells]
    while names and not names[-1]:
        names.pop()  # a spreadsheet's empty columns at the end
    if missing := [name for name in NEEDED if name not in names]:
        raise Unreadable("columns_missing", names=", ".join(missing))
    for name in names:
        if name not in COLUMNS:
            raise Unreadable("column_unknown", name=name[:40])
        if names.count(name) > 1:
            raise Unreadable("column_twice", name=name)
    return names


def _row(number: int, names: Sequence[str], cells: Sequence[str]) -> _Row:
    extra = next((cell for cell in cells[len(names) :] if cell), "")
    return _Row(number, dict(zip(names, cells, strict=False)), extra)


def _differences(home: Sequence[_Row]) -> Iterable[Fault]:
    """Rows that contradict an earlier row on the same family, child or caregiver."""
    for name in OF_THE_FAMILY:
        yield from _contradictions(home, name)
    for rows in _by_child(home).values():
        yield from _contradictions(rows, "weeks_early")
    for rows in _by_caregiver(home).values():
        yield from _contradictions(rows, "relation")
        yield from _contradictions(rows, "language")


def _contradictions(rows: Sequence[_Row], name: str) -> Iterable[Fault]:
    said = _said(rows, name)
    return (row.fault(name, "differs") for row in rows if row[name] and row[name].casefold() != said.casefold())


def _said(rows: Sequence[_Row], name: str) -> str:
    """What the first of these rows that says anything in a column says."""
    return next((row[name] for row in rows if row[name]), "")


def _by_child(home: Iterable[_Row]) -> dict[tuple[str, str], list[_Row]]:
    children: dict[tuple[str, str], list[_Row]] = {}
    for row in home:
        children.setdefault((row["child_first_name"].casefold(), row["child_birth_date"]), []).append(row)
    return children


def _by_caregiver(home: Iterable[_Row]) -> dict[str, list[_Row]]:
    caregivers: dict[str, list[_Row]] = {}
    for row in home:
        caregivers.setdefault(row["caregiver_first_name"].casefold(), []).append(row)
    return caregivers


def _enrolment(code: str, home: Sequence[_Row], known: Known) -> Enrolment:
    return Enrolment(
        code=code,
        site=_said(home, "site"),
        goal=_said(home, "goal"),
        observe_consent_on=_day(_said(home, "observe_consent_on")),
        visitor=_said(home, "visitor").casefold(),
        assigned_from=_day(_said(home, "assigned_from")),
        children=tuple(
            EnrolledChild(
                rows[0]["child_first_name"],
                date.fromisoformat(rows[0]["child_birth_date"]),
                int(_said(rows, "weeks_early") or "0"),
            )
            for rows in _by_child(home).values()
        ),
        caregivers=tuple(
            EnrolledCaregiver(
                rows[0]["caregiver_first_name"], _said(rows, "relation"), _said(rows, "language") or known.language
            )
            for rows in _by_caregiver(home).values()
        ),
    )
