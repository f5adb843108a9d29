"""Which months and which site does somebody look at, and how does a roll-up stand in a table?"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import flask
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from wtforms import Form, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice

from recorder import access
from recorder.db import db, now
from recorder.programme.rollup import Period, Selection, month_of, months_before, sites, today
from recorder.records.families import Family
from recorder.records.visits import Visit

MONTHS_SHOWN = 12


class LookForm(Form):
    """Which months and which site to look at."""

    first = SelectField(_l("From"))
    last = SelectField(_l("To"))
    site = SelectField(_l("Site"))

    def validate_last(self, field: SelectField) -> None:
        """A period cannot end before it starts."""
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError(_("The last month lies before the first one."))


def look_form() -> LookForm:
    """The form as it was sent, or with the last twelve months of all sites."""
    programme_id = access.me().programme_id
    this_month = month_of(today(programme_id, now()))
    year = _last_year(this_month)
    form = LookForm(flask.request.args, first=f"{year.first:%Y-%m}", last=f"{year.last:%Y-%m}", site="")
    months = [
        SelectChoice(f"{month:%Y-%m}", format_date(month, "MMMM yyyy"))
        for month in Period(_first_month(programme_id, this_month), this_month).months()
    ]
    form.first.choices = form.last.choices = months
    places = [SelectChoice(str(id), name) for id, name in sites(programme_id).items()]
    form.site.choices = [SelectChoice("", _("All sites")), *places]
    form.validate()
    return form


def _first_month(programme_id: uuid.UUID, this_month: date) -> date:
    """The month in which this programme's records begin, at least a year ago."""
    queries = (
        select(func.min(Family.enrolled_on)).where(Family.programme_id == programme_id),
        select(func.min(Visit.local_date)).where(Visit.programme_id == programme_id),
    )
    days = [day for query in queries if (day := db.session.scalar(query))]
    return month_of(min([*days, months_before(this_month, MONTHS_SHOWN - 1)]))


def _last_year(this_month: date) -> Period:
    return Period(months_before(this_month, MONTHS_SHOWN - 1), this_month)


def selection_of(form: LookForm) -> Selection:
    """What the form says; a form that cannot be meant is read as the last twelve months of all sites."""
    programme_id = access.me().programme_id
    day = today(programme_id, now())
    if form.errors:
        return Selection(programme_id, _last_year(month_of(day)), None, day)
    first, last = (date.fromisoformat(f"{field.data}-01") for field in (form.first, form.last))
    return Selection(programme_id, Period(first, last), uuid.UUID(form.site.data) if form.site.data else None, day)


def rows_of(table: Any, places: dict[uuid.UUID, str], *, empty: bool = True) -> list[tuple[str, list[tuple[str, Any]]]]:
    """A roll-up in three blocks of rows, each with what it is by; `empty` keeps months without a visit."""
    months = [(month, part) for month, part in table.by_month.items() if empty or part.visits]
    return [
        ("", [(_("All"), table.overall)]),
        (_("By site"), [(name, table.by_site[id]) for id, name in places.items() if id in table.by_site]),
        (_("By month"), [(format_date(month, "MMM yyyy"), part) for month, part in months]),
    ]
