"""How does what a person typed become a value? Once, here: trimmed, and without characters that nobody types.

Control characters are left out (PostgreSQL refuses NUL, and none of them can be seen on a page). A form reads form
data only: a JSON body is no form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import flask
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict
from wtforms import DateField, IntegerField, StringField, TextAreaField, ValidationError

from recorder import access

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class PageForm(FlaskForm):
    """A form on a page of ours, with its token."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """What was posted, files included; nothing on a GET."""
            if formdata is None or flask.request.method != "POST":
                return None
            return CombinedMultiDict((flask.request.files, flask.request.form))


class Line(StringField):
    """A few words on one line."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        if valuelist:
            self.data = " ".join(_UNSEEN.sub("", valuelist[0]).split())


class Paragraph(TextAreaField):
    """Words that may run over several lines."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        if valuelist:
            self.data = _UNSEEN.sub("", valuelist[0].replace("\r\n", "\n")).strip()


class Whole(IntegerField):
    """A whole number of at most nine digits: more than that is a slip, and breaks what compares or stores it."""

    data: Any

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if typed:
            if not re.fullmatch(r"[+-]?[0-9]{1,9}", typed):
                raise ValueError(_("This is not a whole number."))
            self.data = int(typed)


def not_in_future(form: FlaskForm, field: DateField) -> None:
    """Refuse a day that is still to come at the person's site."""
    if field.data and field.data > access.today():
        raise ValidationError(_("This day is still to come."))


def not_before(first: date, field: DateField, words: str) -> bool:
    """Whether a field's day is not before another one; if it is, these words stand beside the field."""
    if field.data is None or field.data >= first:
        return True
    field.errors = [*field.errors, words]
    return False
