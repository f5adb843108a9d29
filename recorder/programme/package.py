"""How do all tables leave together, and who can still tell whose they are?

A *package* is a Frictionless data package: `datapackage.json`, which says of every column what it means and what kind
it is, and one CSV a table under `data/`. Identified, it has the ids of the database and case numbers. De-identified,
each id is replaced by another one, the same for the whole package and for no other (a keyed hash; the key is thrown
away), and case numbers are left out. Birth dates never leave: ages are whole months. Rows are written while they are
read, so a package of any size needs the memory of a few rows.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import uuid
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import RawIOBase
from typing import Any

from recorder.programme.exports import TABLES, Cell, line, written
from recorder.programme.rollup import Selection

Progress = Callable[[str, int], None]
"""Called with a table's name and how many of its rows are written."""

EVERY = 1_000
"""Rows between two calls of `Progress`, and between two pieces of a stream."""

IDS = frozenset({"observation_id", "visit_id", "family_id", "visitor_id", "by", "child"})
"""Columns that hold an id of the database (`by` may also say `other`)."""
LEFT_OUT = frozenset({"code"})
"""Columns that a de-identified package leaves empty; in `events`, `code` is what was tapped, and stays."""

KINDS: Mapping[str, str] = {
    **dict.fromkeys(("local_date", "enrolled_on", "left_on", "last_observed_on"), "date"),
    "started_at": "datetime",
    **dict.fromkeys(
        ("validated", "nob", "born_early", "consent_observe", "consent_share", "consent_video", "counts"), "boolean"
    ),
    **dict.fromkeys(
        ("rate", "rate_low", "rate_high", "median_latency_ms", "answered_median_ms", "fit_share", "fit_strict",
         "balance"),
        "number",
    ),
    **dict.fromkeys(
        ("measures_version", "observed_ms", "cues", "codable", "answered", "unanswered", "not_codable",
         "answered_by_another", "distress_codable", "distress_answered", "non_distress_codable",
         "non_distress_answered", "prompt_fitting", "repaired", "repair_chances", "spontaneous", "late", "follow_ups",
         "children", "youngest_age_months", "caregivers", "visits_done", "observations", "sheets", "seq", "t_ms",
         "until_ms", "of_seq"),
        "integer",
    ),
}  # fmt: skip
"""What kind a column is; text where nothing is said here."""


def kind_of(table: str, column: str) -> str:
    """What kind a column is: string, integer, number, boolean, date or datetime."""
    if (table, column) == ("ratings", "value"):
        return "integer"
    return KINDS.get(column, "string")


@dataclass(frozen=True)
class Package:
    """What leaves: a selection, with ids as they are or replaced."""

    selection: Selection
    identified: bool = False
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def rows(self, table: str) -> Iterator[Sequence[Cell]]:
        """The rows of a table, with what is replaced replaced."""
        columns = list(TABLES[table].columns)
        if self.identified:
            yield from TABLES[table].rows(self.selection)
            return
        ids = [place for place, name in enumerate(columns) if name in IDS]
        out = [place for place, name in enumerate(columns) if name in LEFT_OUT and table != "events"]
        for row in TABLES[table].rows(self.selection):
            cells = list(row)
            for place in ids:
                cells[place] = self._replaced(cells[place])
            for place in out:
                cells[place] = None
            yield cells

    def _replaced(self, cell: Cell) -> Cell:
        try:
            id = uuid.UUID(str(cell))
        except ValueError:
            return cell
        return str(uuid.UUID(bytes=hmac.digest(self.key, id.bytes, "sha256")[:16]))


def descriptor(package: Package, files: Mapping[str, tuple[int, str, int]]) -> dict[str, Any]:
    """The `datapackage.json` of a package whose tables have these sizes in bytes, SHA-256 and numbers of rows."""
    period = package.selection.period
    return {
        "name": "recorder-export",
        "profile": "tabular-data-package",
        "title": "Observations, ratings, visits, families and events of a programme",
        "description": "An empty cell means that there was nothing to measure, and never 0. "
        + ("Ids are those of the database." if package.identified else "Ids are replaced for this package alone.")
        + f" Days from {period.first.isoformat()} to {package.selection.end.isoformat()}.",
        "resources": [
            {
                "name": name,
                "path": f"data/{name}.csv",
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "dialect": {"delimiter": ",", "lineTerminator": "\r\n"},
                "bytes": size,
                "hash": f"sha256:{sha256}",
                "description": f"One row is {TABLES[name].rows_are}.",
                "schema": {"fields": [_field(name, column) for column in TABLES[name].columns], "missingValues": [""]},
            }
            for name, (size, sha256, _) in files.items()
        ],
    }


def _field(table: str, column: str) -> dict[str, str]:
    found = {"name": column, "type": kind_of(table, column), "description": TABLES[table].columns[column]}
    return found | ({"format": "any"} if found["type"] == "datetime" else {})


def as_zip(package: Package, progress: Progress = lambda table, rows: None) -> Iterator[bytes]:
    """A package as one zip file, piece by piece, made while it is read."""
    stream = _Pieces()
    files: dict[str, tuple[int, str, int]] = {}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in TABLES:
            size, digest, number = 0, hashlib.sha256(), 0
            with archive.open(f"data/{name}.csv", "w", force_zip64=True) as file:
                for number, text in enumerate(csv_of(package, name)):
                    piece = text.encode()
                    size += len(piece)
                    digest.update(piece)
                    file.write(piece)
                    if number % EVERY == 0:
                        progress(name, number)
                        yield stream.take()
            progress(name, number)
            files[name] = size, digest.hexdigest(), number
        archive.writestr("datapackage.json", json.dumps(descriptor(package, files), indent=1, ensure_ascii=False))
    yield stream.take()


def csv_of(package: Package, table: str) -> Iterator[str]:
    """The lines of a table, the header first."""
    yield line(list(TABLES[table].columns))
    for row in package.rows(table):
        yield line([written(cell) for cell in row])


class _Pieces(RawIOBase):
    """A file that cannot be read or sought: what was written waits until it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._waiting.append(bytes(piece))
        return len(piece)

    def take(self) -> bytes:
        """What was written since the last time."""
        pieces, self._waiting = self._waiting, []
        return b"".join(pieces)
