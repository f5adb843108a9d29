"""How do the answers to an instrument stand in a file?

As JSON `{item: value | "NOB" | "NA" | null}`, or as a table (CSV) with the columns `item` and `value`; for a sort the
value is the pile. An empty cell is no answer. A JSON file may also hold the answers to several instruments by their
name and version, as the `ratings` of an observation file do. An item that is there twice is refused, never overwritten.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from recorder.exchange import documents
from recorder.exchange.coded import Unreadable
from recorder.exchange.documents import quoted

MARKS = ("NOB", "NA")

Answers = Mapping[str, float | str | None]


def read(content: bytes, file: str, instrument: str) -> Answers:
    """The answers in a file.

    Parameters: `content`, its bytes; `file`, its name, whose ending says what it is; `instrument`, the id of the one
    that was answered. Raises `Unreadable`.

    >>> read(b"item,value\\njoining,7\\nreachable,NOB\\ntuning_in,\\n", "a.csv", "sensitivity/1")
    {'joining': 7, 'reachable': 'NOB', 'tuning_in': None}
    """
    if file.casefold().endswith(".csv"):
        return _table(documents.text(content, file), file)
    return _object(documents.parse(content, file), file, instrument)


def _object(document: Any, file: str, instrument: str) -> Answers:
    if not isinstance(document, dict):
        raise Unreadable(file, 'answers are an object: {"item": value}')
    if document and all("/" in key and isinstance(answers, dict) for key, answers in document.items()):
        if instrument not in document:
            raise Unreadable(file, f"its answers are to {' and '.join(document)}, not to {instrument}")
        document = document[instrument]
    for item, value in document.items():
        if value is not None and not isinstance(value, str | int | float):
            raise Unreadable(file, f'the answer to {quoted(item)} must be a number, "NOB", "NA" or null')
    answers: Answers = document
    return answers


def _table(text: str, file: str) -> Answers:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    answers: dict[str, float | str | None] = {}
    try:
        header = [name.strip().casefold() for name in next(lines, [])]
        if header != ["item", "value"]:
            raise Unreadable(file, "its columns must be item and value, named in the first line")
        for row in lines:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != 2:
                raise Unreadable(file, f"line {lines.line_num} has {len(row)} cells, not an item and its value")
            item = row[0].strip()
            if item in answers:
                raise Unreadable(file, f"line {lines.line_num}: item {quoted(item)} is there twice, keep one of them")
            answers[item] = _value(row[1].strip())
    except csv.Error as error:
        raise Unreadable(file, f"line {lines.line_num} is not CSV ({error}): save the table as CSV") from error
    return answers


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _value(cell: str) -> float | str | None:
    """What stands in a cell: a number, a mark, nothing; anything else stays a text, for the score to refuse by name."""
    if cell == "":
        return None
    if cell.upper() in MARKS:
        return cell.upper()
    if cell.lstrip("-").isascii() and cell.lstrip("-").isdecimal() and len(cell) < 10:
        return int(cell)
    try:
        return float(cell.replace(",", ".")) if len(cell) < 20 else cell
    except ValueError:
        return cell
