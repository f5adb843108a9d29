"""What a manager sees of her programme: coverage, visits, responsiveness, ratings, and the tables to take away.

Everything is read from visits, figure rows and cells; the pages do not grow with the number of events.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

import flask
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from wtforms import Form, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice

from recorder import access, ingest
from recorder.db import db, now
from recorder.measures.observation import InvalidObservation
from recorder.measures.transitions import Transitions, transitions
from recorder.pages import programme_chance as chance
from recorder.pages import programme_pictures as pictures
from recorder.pages import wording
from recorder.programme import exports
from recorder.programme.coverage import coverage
from recorder.programme.dosage import dosage
from recorder.programme.ratings import ratings
from recorder.programme.responsiveness import responsiveness
from recorder.programme.rollup import Period, Selection, month_of, months_before, sites, today
from recorder.records.families import Family
from recorder.records.instruments import with_hash, with_id
from recorder.records.observations import Log, StoredFigures
from recorder.records.visits import Visit

pages = flask.Blueprint("programme", __name__)

MONTHS_SHOWN = 12
LINES_AT_ONCE = 200


class LookForm(Form):
    """Which months and which site to look at."""

    first = SelectField(_l("From"))
    last = SelectField(_l("To"))
    site = SelectField(_l("Site"))

    def validate_last(self, field: SelectField) -> None:
        """A period cannot end before it starts."""
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError(_("The last month lies before the first one."))


@pages.get("/programme/")
def index() -> str:
    """The programme's tables and pictures, for a period and a site."""
    form = _look_form()
    selection = _selection(form)
    places = sites(selection.programme_id)
    groups = responsiveness(selection)
    return flask.render_template(
        "programme/index.html",
        programme=access.programme(),
        may_set=access.me().role in access.POLICY["settings.show"],
        form=form,
        selection=selection,
        sites=places,
        coverage=_rows(coverage(selection), places),
        dosage=_rows(dosage(selection), places),
        groups=[
            (group, _rows(group.figures, places, empty=False), pictures.trends(group, place))
            for place, group in enumerate(groups)
        ],
        scales=[(with_id(selection.programme_id, figures.instrument), figures) for figures in ratings(selection)],
        tables=exports.TABLES,
        words=pictures,
        say=wording,
    )


@pages.get("/programme/export/<table>.csv")
def export(table: str) -> flask.Response:
    """One table as CSV, written while it is read."""
    form = _look_form()
    if table not in exports.TABLES or form.errors:
        flask.abort(404)
    selection = _selection(form)
    lines = exports.lines(table, selection)
    answer = flask.Response(flask.stream_with_context(_in_chunks(lines)), mimetype="text/csv")
    name = f"{table}-{selection.period.first:%Y-%m}-to-{selection.period.last:%Y-%m}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@pages.get("/programme/observations/<uuid:id>")
def observation(id: uuid.UUID) -> str:
    """One observation: its back-and-forth as a picture and as a table, with the rule that made it."""
    log = access.log(id)
    figures = db.session.scalar(select(StoredFigures).where(StoredFigures.log_key == log.key))
    scheme = with_hash(log.programme_id, log.instrument_hash)
    return flask.render_template(
        "programme/observation.html",
        log=log,
        family=access.family(log.family_id) if log.family_id else None,
        row=figures,
        figures=figures.figures if figures else None,
        scheme=scheme,
        picture=pictures.back_and_forth_of(log, figures, scheme) if figures else None,
        names=pictures.code_names(scheme),
        transitions=_transitions(log) if figures else (),
        chance=chance,
        windows=pictures.windows_of(figures.figures["rule"]) if figures else "",
        why=_why_no_figures(log),
        words=pictures,
        say=wording,
    )


def _transitions(log: Log) -> Sequence[Transitions]:
    """What came a second later, made anew from the log: it is too large to be kept; none when it cannot be read."""
    try:
        seen = ingest.observation(log)
        return transitions(seen, seen.children[0].id)
    except InvalidObservation:
        return ()


def _why_no_figures(log: Log) -> str:
    if log.refused:
        why = _("This observation was kept, and counts for nothing until somebody settles why it was set aside.")
    elif log.closed_at is None:
        why = _("This observation is not signed yet. Its figures are made when the visitor signs.")
    elif log.role != "primary":
        why = _("Figures are made of primary observations only.")
    else:
        why = _("Fewer than three minutes were observed, so there are no figures.")
    return str(why)


def _look_form() -> LookForm:
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


def _selection(form: LookForm) -> Selection:
    """What the form says; a form that cannot be meant is read as the last twelve months of all sites."""
    programme_id = access.me().programme_id
    day = today(programme_id, now())
    if form.errors:
        return Selection(programme_id, _last_year(month_of(day)), None, day)
    first, last = (date.fromisoformat(f"{field.data}-01") for field in (form.first, form.last))
    return Selection(programme_id, Period(first, last), uuid.UUID(form.site.data) if form.site.data else None, day)


def _rows(table: Any, places: dict[uuid.UUID, str], *, empty: bool = True) -> list[tuple[str, list[tuple[str, Any]]]]:
    """A roll-up in three blocks of rows, each with what it is by; `empty` keeps months without a visit."""
    months = [(month, part) for month, part in table.by_month.items() if empty or part.visits]
    return [
        ("", [(_("All"), table.overall)]),
        (_("By site"), [(name, table.by_site[id]) for id, name in places.items() if id in table.by_site]),
        (_("By month"), [(format_date(month, "MMM yyyy"), part) for month, part in months]),
    ]


def _in_chunks(lines: Iterator[str]) -> Iterator[str]:
    while chunk := "".join(islice(lines, LINES_AT_ONCE)):
        yield chunk
