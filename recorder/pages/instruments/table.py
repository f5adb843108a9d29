"""How is a number for every pair typed: each cue with each response, each card with each criterion?

A table stands between two lists of the same form: its rows are the entries of one, its columns those of the other. A
cell is named after their places (`fit-0-3`), so that a code can be corrected without losing its numbers.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from wtforms import Field, Form
from wtforms.utils import unset_value

from recorder.pages.instruments.fields import Rows, as_typed, mark, number

Numbers = dict[str, dict[str, Any]]
"""A number by the key of its row, then that of its column."""


class Table(Field):
    """The numbers; `choices`, if a cell may hold one of a few only. An empty cell is no number."""

    def __init__(self, label: Any, rows: str, columns: str, choices: Sequence[str] = (), **more: Any) -> None:
        super().__init__(label, **more)
        self.rows, self.columns, self.some = rows, columns, tuple(choices)
        self.typed: dict[tuple[int, int], str] = {}
        self.wrong: dict[tuple[int, int], str] = {}

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.data: Mapping[str, Mapping[str, Any]] = data if isinstance(data, Mapping) else {}
        for name in formdata or ():
            place = name.removeprefix(f"{self.name}-").split("-")
            if name.startswith(f"{self.name}-") and len(place) == 2 and all(_is_place(part) for part in place):
                self.typed[int(place[0]), int(place[1])] = formdata[name]

    def cell(self, row: Any, column: Any) -> str:
        """What stands in a cell: what was typed, or else what the document says."""
        typed = self.typed.get((row.index, column.index))
        if typed is not None:
            return typed
        return as_typed(self.data.get(row.form.was.data, {}).get(column.form.was.data))

    def choices(self, row: Any, column: Any) -> list[str]:
        """What a cell may be; what stands in it already stays a choice."""
        now = self.cell(row, column)
        return [*self.some, *([now] if now and now not in self.some else [])]

    def error(self, row: Any, column: Any) -> str:
        """What is wrong with a cell; "" if nothing is."""
        return self.wrong.get((row.index, column.index), "")

    def forget(self, which: str, place: int) -> None:
        """A row or a column (`which` list it stands in) is gone: what follows moves up."""
        axis = 0 if which == self.rows else 1
        moved = {}
        for at, typed in self.typed.items():
            if at[axis] != place:
                step = int(at[axis] > place)
                moved[at[0] - step * (axis == 0), at[1] - step * (axis == 1)] = typed
        if which in (self.rows, self.columns):
            self.typed = moved

    def validate(self, form: Form, extra_validators: Any = ()) -> bool:
        self.errors: list[str] = []
        self.wrong = {}
        for row, column in self.pairs(form):
            try:
                number(self.cell(row, column))
            except ValueError as error:
                self.wrong[row.index, column.index] = str(error)
        if self.wrong:
            mark(self, _("Some of these are not numbers."))
        return not self.wrong

    def pairs(self, form: Form) -> Iterator[tuple[Any, Any]]:
        """Every row with every column in which something stands."""
        rows: tuple[Rows, Rows] = form[self.rows], form[self.columns]
        for row in rows[0]:
            for column in rows[1]:
                if not (row.form.is_empty or column.form.is_empty):
                    yield row, column

    def over(self, form: Form, old: Mapping[str, Mapping[str, Any]]) -> Numbers:
        """The numbers over those of a document: 0 stays absent where it was absent, an empty cell holds nothing."""
        made: Numbers = {}
        for row, column in self.pairs(form):
            value = number(self.cell(row, column))
            before = old.get(row.form.was.data, {})
            absent = column.form.was.data not in before and self.some and not value
            if value is not None and not absent:
                made.setdefault(str(row.form.name_field.data), {})[str(column.form.name_field.data)] = value
        return made


def turned(table: Mapping[str, Mapping[str, Any]]) -> Numbers:
    """Rows as columns.

    >>> turned({"security": {"1": 9, "2": 1}})
    {'1': {'security': 9}, '2': {'security': 1}}
    """
    made: Numbers = {}
    for row, cells in table.items():
        for column, value in cells.items():
            made.setdefault(column, {})[row] = copy.copy(value)
    return made


def _is_place(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 5
