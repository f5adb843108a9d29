"""How do the tables look as one workbook (XLSX), and as Parquet files?

The workbook begins with a dictionary: every column of every table with its kind and meaning. Text is written as text,
so nothing in it is ever a formula; numbers, true and false are themselves, and an empty cell is empty. A sheet holds
1,048,575 rows: what is longer goes on in a second one. Parquet keeps the kinds of the columns; what is not known is
null. Both need the extra `[exports]` (XlsxWriter, pyarrow), imported when they are called.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from recorder.programme.exports import TABLES, Cell
from recorder.programme.package import Package, Progress, kind_of

SHEET_ROWS = 1_048_575
"""Rows that fit on one sheet below its header."""
GROUP_ROWS = 20_000
"""Rows of one row group of a Parquet file."""


class MissingExtra(RuntimeError):
    """A package that is needed is not installed; the message says how to get it."""


def write_workbook(package: Package, path: Path, progress: Progress = lambda table, rows: None) -> None:
    """Write all tables to one XLSX file. Raises `MissingExtra`."""
    try:
        import xlsxwriter
    except ImportError as error:
        raise MissingExtra("A workbook needs XlsxWriter: pip install 'recorder[exports]'.") from error
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True})
        _dictionary(book, bold)
        for name in TABLES:
            _sheets(book, bold, package, name, progress)


def _dictionary(book: Any, bold: Any) -> None:
    sheet = book.add_worksheet("dictionary")
    for place, words in enumerate(("table", "column", "kind", "meaning")):
        sheet.write_string(0, place, words, bold)
    lines = [(name, column, kind_of(name, column), says) for name, table in TABLES.items()
             for column, says in table.columns.items()]  # fmt: skip
    for number, cells in enumerate(lines, 1):
        for place, word in enumerate(cells):
            sheet.write_string(number, place, word)


def _sheets(book: Any, bold: Any, package: Package, name: str, progress: Progress) -> None:
    rows, part = iter(package.rows(name)), 1
    while True:
        sheet = book.add_worksheet(name if part == 1 else f"{name} {part}")
        for place, column in enumerate(TABLES[name].columns):
            sheet.write_string(0, place, column, bold)
        number = 0
        for number, row in enumerate(islice(rows, SHEET_ROWS), 1):
            for place, cell in enumerate(row):
                _write(sheet, number, place, cell)
            if number % 1_000 == 0:
                progress(name, (part - 1) * SHEET_ROWS + number)
        progress(name, (part - 1) * SHEET_ROWS + number)
        if number < SHEET_ROWS:
            return
        part += 1


def _write(sheet: Any, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell)
    elif cell is not None:
        sheet.write_string(row, column, cell)


def write_parquet(package: Package, folder: Path, progress: Progress = lambda table, rows: None) -> None:
    """Write each table to a Parquet file in a folder. Raises `MissingExtra`."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtra("Parquet needs pyarrow: pip install 'recorder[exports]'.") from error
    kinds = {"string": pyarrow.string(), "integer": pyarrow.int64(), "number": pyarrow.float64(),
             "boolean": pyarrow.bool_(), "date": pyarrow.string(), "datetime": pyarrow.string()}  # fmt: skip
    for name, table in TABLES.items():
        schema = pyarrow.schema(
            [pyarrow.field(column, kinds[kind_of(name, column)], metadata={"description": says})
             for column, says in table.columns.items()]
        )  # fmt: skip
        number = 0
        with parquet.ParquetWriter(folder / f"{name}.parquet", schema, compression="zstd") as file:
            for rows in _groups(package.rows(name)):
                columns = [[_as(schema.field(place).type, cell, pyarrow) for cell in column]
                           for place, column in enumerate(zip(*rows, strict=True))]  # fmt: skip
                file.write_table(pyarrow.table(columns, schema=schema))
                number += len(rows)
                progress(name, number)


def _groups(rows: Iterator[Sequence[Cell]]) -> Iterator[list[Sequence[Cell]]]:
    while group := list(islice(rows, GROUP_ROWS)):
        yield group


def _as(kind: Any, cell: Cell, pyarrow: Any) -> Cell:
    """A cell of a column that may hold numbers and words (the value of an event) as text."""
    return str(cell) if kind == pyarrow.string() and cell is not None else cell
