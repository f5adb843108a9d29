"""What does the form of every instrument ask? Its name, labels, licence, ages and interval; and how rows come and go.

Rows are added and taken away by submit buttons: the page comes back with everything that was typed.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, Form, FormField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.fields.core import UnboundField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from recorder import access
from recorder.instruments import library
from recorder.pages.fields import Line, PageForm
from recorder.pages.instruments.fields import MOST_ROWS, Day, Rows, Whole, mark, put, words, write
from recorder.pages.instruments.table import Table
from recorder.records import drafts
from recorder.records.instruments import StoredInstrument

KIND_NAMES = {
    "scheme": _l("Live coding"),
    "scale": _l("Rating scales"),
    "qset": _l("Card sort"),
    "questionnaire": _l("Questionnaire"),
}
OLDEST_MONTHS = 1200
NUMBER_RANGES = ("0-1", "0-2", "1-5", "1-7", "1-9")


def tick(label: Any, default: bool = False) -> UnboundField:
    """A tick; absent from a document it means `default`."""
    return BooleanField(label, default=default)


def a_new_name(name: str) -> str:
    """What is wrong with a name for an instrument of the programme's own; "" if nothing is."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        return str(_("Use small letters a to z, digits and hyphens, such as our-own-scale."))
    if name in library.NAMES:
        return str(_("This is the name of a built-in instrument. Choose another one."))
    return ""


def free_name(form: Form, field: Line) -> None:
    """Refuse a name that cannot be used, or that the programme uses already."""
    if wrong := a_new_name(field.data or ""):
        raise ValidationError(wrong)
    if drafts.next_version(access.me().programme_id, field.data) > 1:
        raise ValidationError(_("There is an instrument of this name already. Choose another one, or make its next "
                                "version."))  # fmt: skip


def name_field() -> UnboundField:
    """A field for the name of a new instrument."""
    return Line(
        _l("Name (for files: small letters, digits, hyphens)"),
        [DataRequired(), Length(max=80), free_name],
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )


class CopyForm(PageForm):
    """A copy of an instrument under a name of its own."""

    name = name_field()


class StartForm(PageForm):
    """An instrument from nothing."""

    kind = SelectField(_l("What is it?"), choices=[SelectChoice(kind, name) for kind, name in KIND_NAMES.items()])
    name = name_field()


class InstrumentForm(PageForm):
    """What every kind of instrument carries. `APART` names the fields that are no keys of the document."""

    APART: ClassVar[tuple[str, ...]] = ("name", "age_from", "age_to")

    name = Line(_l("Name (for files: small letters, digits, hyphens)"), [DataRequired(), Length(max=80)])
    label = words(_l("Title"))
    remark = words(_l("What must stand wherever a result stands"), most=500, long=True)
    licence = Line(_l("Licence or terms"), [Optional(), Length(max=500)])
    licence_holder = Line(_l("Licence holder"), [Optional(), Length(max=200)])
    licence_number = Line(_l("Licence number"), [Optional(), Length(max=100)])
    licence_until = Day(_l("Licence valid until"), [Optional()])
    validated = tick(_l("This is a validated measure"))
    age_from = Whole(_l("From this age in months"), [Optional(), NumberRange(0, OLDEST_MONTHS)])
    age_to = Whole(_l("Up to this age in months"), [Optional(), NumberRange(0, OLDEST_MONTHS)])
    every_days = Whole(_l("Due every ... days"), [Optional(), NumberRange(1, 3660)])

    def __init__(self, *arguments: Any, draft: StoredInstrument, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.draft = draft
        if draft.version > 1:
            del self.name  # a next version keeps the name of the first

    @classmethod
    def data_of(cls, document: Mapping[str, Any]) -> dict[str, Any]:
        """The data with which the form shows a document."""
        age_from, age_to = document.get("age_months") or (None, None)
        return {**document, "age_from": age_from, "age_to": age_to}

    def document(self, old: Mapping[str, Any]) -> dict[str, Any]:
        """What stands in the form, over the document that it showed."""
        entry: dict[str, Any] = copy.deepcopy(dict(old))
        write(self, entry, self.APART)
        if "name" in self:
            entry["name"] = self.name.data
        ages = [self.age_from.data, self.age_to.data]
        before = list(entry.get("age_months") or [None, None])
        if ages != before:
            put(entry, "age_months", None if ages == [None, None] else [ages[0] or 0, ages[1]])
        return entry

    def validate_name(self, field: Line) -> None:
        if field.data != self.draft.name:
            free_name(self, field)

    def validate_age_to(self, field: Whole) -> None:
        if field.data is not None and self.age_from.data is not None and field.data < self.age_from.data:
            raise ValidationError(_("This is younger than the first age."))

    def add(self, path: str) -> str:
        """Add a row to the list with this name, and give the anchor of the new row; 404 for a list that is none."""
        rows = next((rows for rows in _lists(self) if rows.name == path), None)
        if rows is None or len(rows) >= MOST_ROWS:
            flask.abort(404)
        return str(rows.append_entry().id)

    def remove(self, path: str) -> str:
        """Take the row with this name away, and give the anchor of its list; 404 for a row that is none."""
        for rows in _lists(self):
            for place, row in enumerate(rows):
                if row.name == path:
                    rows.pop_entry(place)
                    for table in (field for field in self if isinstance(field, Table)):
                        table.forget(rows.name, place)
                    return str(rows.id)
        flask.abort(404)


def _lists(form: Any) -> Iterator[Rows]:
    """Every list of rows in a form, those inside rows too."""
    for field in form:
        if isinstance(field, FieldList):
            yield field
            for row in field:
                if isinstance(row, FormField):
                    yield from _lists(row.form)


def range_field() -> UnboundField:
    """The numbers to choose from, or "own" for two numbers of one's own."""
    choices = [SelectChoice("0-1", _l("No or yes (0 and 1)"))]
    choices += [SelectChoice(span, _l("%(low)s to %(high)s", low=span[0], high=span[2])) for span in NUMBER_RANGES[1:]]
    return SelectField(_l("Numbers"), choices=[*choices, SelectChoice("own", _l("Others:"))], default="1-5")


class RangeForm(InstrumentForm):
    """An instrument whose answers are whole numbers from `low` to `high`."""

    APART = (*InstrumentForm.APART, "numbers", "low", "high")

    numbers = range_field()
    low = Whole(_l("Lowest"), [Optional(), NumberRange(-1000, 1000)])
    high = Whole(_l("Highest"), [Optional(), NumberRange(-1000, 1000)])

    @classmethod
    def data_of(cls, document: Mapping[str, Any]) -> dict[str, Any]:
        data = super().data_of(document)
        span = f"{document.get('low')}-{document.get('high')}"
        return data | ({"numbers": span, "low": None, "high": None} if span in NUMBER_RANGES else {"numbers": "own"})

    def document(self, old: Mapping[str, Any]) -> dict[str, Any]:
        entry = super().document(old)
        entry["low"], entry["high"] = self.span
        return entry

    @property
    def span(self) -> tuple[int | None, int | None]:
        """The lowest and the highest number."""
        if self.numbers.data in NUMBER_RANGES:
            return int(self.numbers.data[0]), int(self.numbers.data[2])
        return self.low.data, self.high.data

    def validate(self, extra_validators: Any = None) -> bool:
        right = bool(super().validate(extra_validators))
        if self.numbers.data != "own" or self.low.errors or self.high.errors:
            return right
        for field in (self.low, self.high):
            if field.data is None:
                mark(field, _("Type a whole number, or choose the numbers from the list."))
                right = False
        if right and (self.low.data or 0) >= (self.high.data or 0):
            mark(self.high, _("This must be larger than the lowest."))
            right = False
        return right
