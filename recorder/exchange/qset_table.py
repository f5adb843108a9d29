"""How does a Q-set stand in a table (CSV)?

One row a card. `item` names it, `text` is what it says (`text_es` in Spanish). A column `<name>_c` holds the values of
a criterion, `<name>_s` marks the cards of a scale, `<name>_inv` those of them that count from the other end; a cell
that is empty, 0, no or NA is no mark. How many cards go into each pile has no place in such a table: for the 90 cards
of the AQS both legal distributions are taken (Waters 1995), otherwise nine equal piles where the cards allow it.

The tables of the R package qsort are taken as they are: there `<name>_s` holds several scales of one author, each cell
the name of the one that its card belongs to, `<name>_s_inv` goes with it, and `description` is the text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import Any

from recorder.exchange import documents
from recorder.exchange.coded import Unreadable
from recorder.exchange.documents import quoted

NO_MARK = frozenset({"", "0", "-", "na", "no", "false"})
MARK = frozenset({"1", "x", "+", "yes", "true"})
COLUMN = re.compile(r"item|text|text_[a-z]{2,3}|.+_(c|s|inv)")
OF_QSORT = {"": None, "qset": None, "description": "text"}
"""Columns of the R package qsort that have another name here, or that hold nothing of use."""
PILES = 9
AQS = [[10] * PILES, [4, 7, 10, 15, 18, 15, 10, 7, 4]]


def read(content: bytes, file: str) -> dict[str, Any]:
    """The document of the Q-set in a table, named after its file; without `distributions` where none can be guessed.

    Parameters: `content`, its bytes; `file`, its name. Raises `Unreadable`.

    >>> table = b"item,text,sec_c,calm_s,calm_inv\\n1,Smiles,8.5,1,\\n2,Frets,1.5,1,1\\n"
    >>> document = read(table, "our set.csv")
    >>> document["name"], document["criteria"][0]["values"], document["scales"][0]["inverted"]
    ('our-set', {'1': 8.5, '2': 1.5}, ['2'])
    """
    rows = _rows(documents.text(content, file), file)
    columns = list(rows[0][1]) if rows else []
    document: dict[str, Any] = {
        "name": re.sub(r"[^a-z0-9]+", "-", file.rsplit(".", 1)[0].casefold()).strip("-")[:80] or "q-set",
        "version": 1,
        "cards": [{"id": row["item"], "text": _texts(row)} for _line, row in rows],
        "distributions": _distributions(len(rows)),
        "criteria": [_criterion(name[:-2], rows, file) for name in columns if name.endswith("_c")],
        "scales": [scale for name in columns if _is_scale(name) for scale in _scales(name[:-2], rows)],
    }
    return {key: value for key, value in document.items() if value != []}


def _rows(text: str, file: str) -> list[tuple[int, dict[str, str]]]:
    """Each card's cells by column, with the line on which it ends."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        header = [_column(name.strip().casefold()) for name in next(lines, [])]
        rows = [(lines.line_num, [cell.strip() for cell in row]) for row in lines if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise Unreadable(file, f"line {lines.line_num} is not CSV ({error}): save the table as CSV") from error
    _check_header(header, file)
    for line, row in rows:
        if len(row) != len(header):
            raise Unreadable(file, f"line {line} has {len(row)} cells where the header has {len(header)}: correct it")
        if not row[header.index("item")]:
            raise Unreadable(file, f"line {line} has no item: number every card")
    if not rows:
        raise Unreadable(file, "there is no card below the header")
    return [(line, {name: cell for name, cell in zip(header, row, strict=True) if name}) for line, row in rows]


def _column(name: str) -> str | None:
    """What a column is called here; None for one that holds nothing of use."""
    return OF_QSORT[name] if name in OF_QSORT else re.sub(r"_s_inv$", "_inv", name)


def _check_header(columns: list[str | None], file: str) -> None:
    header = [name for name in columns if name]
    if "item" not in header:
        raise Unreadable(file, "there is no column item: the first line names the columns: item,text,...")
    for name in header:
        if header.count(name) > 1:
            raise Unreadable(file, f"the column {quoted(name)} is there twice: keep one of them")
        if not COLUMN.fullmatch(name):
            raise Unreadable(
                file, f"the column {quoted(name)} is not known: columns are item, text, ..._c, ..._s and ..._inv"
            )
    for name in header:
        if name.endswith("_inv") and f"{name[:-4]}_s" not in header:
            raise Unreadable(file, f"the column {quoted(name)} has no {name[:-4]}_s beside it: add it")


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _texts(row: Mapping[str, str]) -> dict[str, str]:
    texts = {"en": row.get("text", "")}
    texts |= {name[5:]: cell for name, cell in row.items() if re.fullmatch("text_[a-z]{2,3}", name)}
    return {language: text for language, text in texts.items() if text}


def _distributions(cards: int) -> list[list[int]]:
    if cards == sum(AQS[0]):
        return AQS
    return [[cards // PILES] * PILES] if cards % PILES == 0 else []


def _criterion(name: str, rows: list[tuple[int, dict[str, str]]], file: str) -> dict[str, Any]:
    values: dict[str, float] = {}
    for line, row in rows:
        cell = row[f"{name}_c"].replace(",", ".")
        if not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,12})?", cell):
            raise Unreadable(file, f"line {line}, column {name}_c: {quoted(cell)} is not a number")
        values[row["item"]] = float(cell)
    return {"id": name, "label": {"en": name}, "values": values}


def _is_scale(column: str) -> bool:
    return column.endswith("_s") and not column.startswith("text_")


def _scales(name: str, rows: list[tuple[int, dict[str, str]]]) -> list[dict[str, Any]]:
    """The scale of a column of marks; or one scale for each name that stands in the column."""
    marked = {row["item"]: row[f"{name}_s"] for _line, row in rows if _is_marked(row[f"{name}_s"])}
    inverted = [row["item"] for _line, row in rows if _is_marked(row.get(f"{name}_inv", ""))]
    if all(cell.casefold() in MARK for cell in marked.values()):
        return [_scale(name, [row["item"] for _line, row in rows if row["item"] in {*marked, *inverted}], inverted)]
    return [
        _scale(f"{name}_{part}", [item for item, cell in marked.items() if cell == part], inverted)
        for part in dict.fromkeys(marked.values())
    ]


def _scale(id: str, items: list[str], inverted: list[str]) -> dict[str, Any]:
    return {"id": id, "label": {"en": id}, "items": items, "inverted": [item for item in inverted if item in items]}


def _is_marked(cell: str) -> bool:
    return cell.casefold() not in NO_MARK
