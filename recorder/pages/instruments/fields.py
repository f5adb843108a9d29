"""How does a form hold a document? The data of each field are what the document holds under the field's name.

`shown` makes a document's entry the data of a row, `write` puts what stands in a form back into an entry. What no
field shows (another language, a key of another program) stays; what was absent and stays empty stays absent, so that
saving without a change changes nothing. Times are milliseconds in a document and seconds on the screen.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    StringField,
    ValidationError,
)
from wtforms.fields.core import UnboundField
from wtforms.utils import unset_value
from wtforms.validators import Length, Optional

from recorder.languages import LANGUAGES
from recorder.pages.fields import Line, Paragraph
from recorder.pages.fields import Whole as Whole

NOTHING: tuple[Any, ...] = (None, "", {}, [])
MOST_ROWS = 1000
"""The longest list that can be edited; no coding scheme, no sort comes near it."""
_APART = re.compile(r"[\s,;]+")


def write(form: Form, entry: dict[str, Any], apart: Sequence[str] = ()) -> None:
    """Put what stands in a form into a document's entry; fields named in `apart` are the caller's."""
    for name, field in form._fields.items():
        if name in apart or isinstance(field, HiddenField):
            continue
        key = name.rstrip("_")  # `from` cannot be a name in Python
        if isinstance(field, Words | Rows):
            put(entry, key, field.over(entry.get(key)))
        else:
            put(entry, key, field.data.isoformat() if isinstance(field.data, date) else field.data, field.default)


def put(entry: dict[str, Any], key: str, value: Any, absent: Any = None) -> None:
    """Set a key, or leave it out where the value is what its absence means."""
    if not (value in NOTHING or (value == absent and type(value) is type(absent))):
        entry[key] = value
    elif entry.get(key) != value:
        entry.pop(key, None)


def shown(row: type[Row], entry: Mapping[str, Any]) -> dict[str, Any]:
    """The data with which a row of fields shows an entry."""
    names = [name for name in dir(row) if isinstance(getattr(row, name), UnboundField)]
    data = {name: entry[name.rstrip("_")] for name in names if name.rstrip("_") in entry}
    return data | {"was": str(entry.get(key_of(row), ""))}


def key_of(row: type[Row] | Row) -> str:
    """The key by which a document knows the entries of such rows."""
    return row.key.rstrip("_")


class Words(FormField):
    """A text in each language: {"en": "Sound or talk"}; languages without a field stay as they are."""

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        given = {} if data is unset_value else labels(data)
        super().process(formdata, {code: given.get(code, "") for code in LANGUAGES})

    def over(self, old: Any) -> Any:
        """What was typed over an old text: the old one itself where nothing was changed."""
        before = labels(old)
        after = {code: text for code, text in before.items() if code not in LANGUAGES}
        after |= {code: text for code, text in self.form.data.items() if text}
        return old if after == {code: text for code, text in before.items() if text} else after


def labels(value: Any) -> dict[str, str]:
    """A text in each language; a plain text is taken for English."""
    if isinstance(value, Mapping):
        return {str(code): str(text) for code, text in value.items()}
    return {"en": str(value)} if value else {}


def words(label: Any, most: int = 200, long: bool = False) -> UnboundField:
    """A field for a text in each language; `most` letters, over several lines if it is `long`."""
    kind, more = (Paragraph, {"rows": 2}) if long else (Line, {})
    fields = {
        code: kind(
            _l("%(what)s (%(language)s)", what=label, language=name),
            [Optional(), Length(max=most)],
            render_kw={"lang": code, **more},
        )
        for code, name in LANGUAGES.items()
    }
    return Words(type("WordsForm", (Form,), fields), label)


class Number(StringField):
    """A number, whole or not; None when nothing is typed."""

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else as_typed(self.data)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = number(valuelist[0]) if valuelist else None


def number(typed: str) -> int | float | None:
    """The number that was typed, with a point or a comma; None for nothing. Raises `ValueError` in a person's words.

    >>> number(" 2,50 "), number("3"), number("")
    (2.5, 3, None)
    """
    if not typed.strip():
        return None
    plain = typed.strip().replace(",", ".")
    if not re.fullmatch(r"[+-]?[0-9]{1,9}(\.[0-9]{1,25})?", plain):
        raise ValueError(_("This is not a number."))
    value = float(plain)
    return int(value) if value.is_integer() else value


def as_typed(value: Any) -> str:
    """A number as a person would type it, all its digits.

    >>> as_typed(9.0), as_typed(1 / 3), as_typed(0.0000001)
    ('9', '0.3333333333333333', '0.0000001')
    """
    return "" if value is None else f"{Decimal(str(value)):f}".removesuffix(".0")


class Seconds(StringField):
    """A time: seconds on the screen, whole milliseconds in the document."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{Decimal(self.data) / 1000:f}"

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        typed = valuelist[0].strip().replace(",", ".") if valuelist else ""
        self.data = None
        if typed:
            if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,3}0*)?", typed):
                raise ValueError(_("This is not a number of seconds, such as 5 or 2.5."))
            self.data = int(Decimal(typed) * 1000)


class Codes(StringField):
    """Codes on one line, apart by blanks or commas: a list in the document."""

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else ", ".join(self.data or ())

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = [code for code in _APART.split(valuelist[0]) if code] if valuelist else []


class Counts(StringField):
    """Whole numbers on one line: how many cards each pile holds."""

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else " ".join(str(count) for count in self.data or ())

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        typed = [count for count in _APART.split(valuelist[0]) if count] if valuelist else []
        if not all(re.fullmatch("[0-9]{1,3}", count) for count in typed):
            raise ValueError(_("Type whole numbers, such as 4 4 4 4."))
        self.data = [int(count) for count in typed]


class Day(DateField):
    """A day: an ISO date in the document."""

    def process_data(self, value: Any) -> None:
        try:
            self.data = date.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            self.data = None


class Rows(FieldList):
    """A list of entries, each a row of fields; a row in which nothing stands is no entry."""

    def __init__(self, row: UnboundField, label: Any = None, **more: Any) -> None:
        super().__init__(row, label, max_entries=MOST_ROWS, **more)

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        if data is not unset_value and data:
            data = self.rows_of(data)
        super().process(formdata, data)

    def rows_of(self, entries: Any) -> list[Any]:
        """The data of the rows that show a document's entries."""
        if not issubclass(self.unbound_field.field_class, FormField):
            return list(entries)
        return [shown(self.unbound_field.args[0], entry) for entry in entries]

    def over(self, old: Any) -> Any:
        """The entries that were typed, each over the one that it showed at first."""
        if not issubclass(self.unbound_field.field_class, FormField):
            return [field.data for field in self if field.data]
        return self.entries_over(old or ())

    def entries_over(self, old: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        made = []
        for row in self.filled:
            before = next((entry for entry in old if str(entry.get(key_of(row))) == row.was.data), {})
            entry = copy.deepcopy(dict(before))
            write(row, entry)
            made.append(entry)
        return made

    @property
    def filled(self) -> list[Row]:
        """The rows in which something stands."""
        return [field.form for field in self if not field.form.is_empty]

    def validate(self, form: Form, extra_validators: Any = ()) -> bool:
        right = bool(super().validate(form, extra_validators))
        if issubclass(self.unbound_field.field_class, FormField):
            right = once(self.filled) and right
        return right


class Row(Form):
    """An entry of a list, known by its `key`. `was` is the key that it had in the document, to find it again."""

    was = HiddenField()
    key: ClassVar[str] = "code"

    @property
    def name_field(self) -> Any:
        """The field that holds the key."""
        return self[self.key]

    @property
    def is_empty(self) -> bool:
        return not any(_typed(field) for name, field in self._fields.items() if name != "was")

    def validate(self, extra_validators: Any = None) -> bool:
        if self.is_empty:
            return True
        right = bool(super().validate(extra_validators))
        if right and self.name_field.data in NOTHING:
            mark(self.name_field, _("This needs a name of its own here."))
            right = False
        return right


def _typed(field: Any) -> bool:
    """Whether a person typed something into a field, readable or not; a tick or a choice alone is no entry."""
    if isinstance(field, Words):
        return any(field.form.data.values())
    if isinstance(field, Rows):
        return any(_typed(part) for row in field for part in _parts(row))
    if isinstance(field, BooleanField) or not isinstance(field, StringField | IntegerField | Day):
        return False
    return field.data not in NOTHING or any(str(text).strip() for text in field.raw_data or ())


def _parts(row: Any) -> Iterator[Any]:
    yield from row.form if isinstance(row, FormField) else (row,)


def once(rows: Sequence[Row], seen: set[str] | None = None) -> bool:
    """Whether every row has a key of its own; a second one is marked."""
    seen, right = set() if seen is None else seen, True
    for row in rows:
        code = str(row.name_field.data)
        if code in seen:
            mark(row.name_field, _("%(code)s is there twice.", code=code))
            right = False
        seen.add(code)
    return right


def known(field: Codes, there: Sequence[str], words: str) -> bool:
    """Whether every code in a line is one of those that are there; `words` says of the first strange one what it is
    not, with %(code)s for it."""
    strange = [code for code in field.data or () if code not in there]
    if strange:
        mark(field, words % {"code": strange[0]})
    return not strange


def mark(field: Any, words: str) -> None:
    """Let a sentence stand beside a field."""
    field.errors = [*field.errors, words]


def a_code(form: Form, field: Line) -> None:
    """Refuse a name that could not be told apart in a line of names."""
    if field.data and _APART.search(field.data):
        raise ValidationError(_("Use no blanks, commas or semicolons here."))


def code_field(label: Any) -> UnboundField:
    """A field for a short name without blanks."""
    plain = {"autocapitalize": "none", "spellcheck": "false"}
    return Line(label, [Optional(), Length(max=40), a_code], render_kw=plain)
