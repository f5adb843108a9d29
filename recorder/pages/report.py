"""A funder's report: for a quarter, by a definition that is data; on the page, as CSV and as PDF."""

from __future__ import annotations

import json
import uuid
from datetime import date
from typing import Any

import flask
from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from recorder import access
from recorder.db import db, now
from recorder.pages import report_pdf
from recorder.pages.fields import PageForm, Paragraph
from recorder.pages.wording import labelled, percent
from recorder.programme import report
from recorder.programme.published import Quarter, quarter_of
from recorder.programme.report import Answer, Definition
from recorder.programme.rollup import Selection, months_before, sites, today
from recorder.records.published import ReportDefinition

pages = flask.Blueprint("report", __name__, url_prefix="/programme/report")

QUARTERS = 8
UNITS = {"caregiver": _l("caregivers"), "family": _l("families"), "visit": _l("visits")}


class ChoiceForm(Form):
    """Which report, of which quarter and site."""

    definition = SelectField(_l("Report"))
    first = SelectField(_l("Quarter"))
    site = SelectField(_l("Site"))


class DefinitionForm(PageForm):
    """A programme's own definition, as JSON."""

    document = Paragraph(_l("Definition (JSON)"), [DataRequired(), Length(max=40_000)])


@pages.get("/")
def index() -> str:
    """A report, and the definition that made it."""
    return _page(DefinitionForm(formdata=None))


def _page(form: DefinitionForm) -> str:
    choice, definition, quarter, answers = _report()
    return flask.render_template(
        "report/index.html",
        choice=choice,
        definition=definition,
        quarter=quarter_words(quarter),
        answers=answers,
        units=UNITS,
        words=labelled,
        percent=percent,
        form=form if access.me().role in access.POLICY["report.keep"] else None,
        asked={name: choice[name].data for name in ("definition", "first", "site")},
    )


@pages.post("/")
def keep() -> Response | tuple[str, int]:
    """Keep a definition of the programme's own; one with the same id takes the place of the last one."""
    form, me = DefinitionForm(), access.me()
    if not form.validate():
        return _page(form), 422
    try:
        document = json.loads(form.document.data)
        made = report.read(document)
    except (ValueError, RecursionError) as error:
        form.document.errors = [_("This cannot be a definition: %(why)s", why=str(error))]
        return _page(form), 422
    query = select(ReportDefinition).where(
        ReportDefinition.programme_id == me.programme_id, ReportDefinition.name == made.id
    )
    row = db.session.scalar(query) or ReportDefinition(programme_id=me.programme_id, name=made.id)
    row.document, row.made_at, row.made_by_id = document, now(), me.id
    db.session.add(row)
    db.session.commit()
    flask.flash(_("The definition is kept."))
    return flask.redirect(flask.url_for("report.index", definition=made.id))


@pages.get("/report.csv")
def as_csv() -> flask.Response:
    """The report as CSV."""
    _choice, definition, quarter, answers = _report()
    answer = flask.Response("".join(report.lines(definition, quarter, answers)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{definition.id}-{quarter.first:%Y-%m}.csv"'
    return answer


@pages.get("/report.pdf")
def as_pdf() -> flask.Response:
    """The report as a tagged PDF."""
    choice, definition, quarter, answers = _report()
    site = dict(choice.site.choices)[choice.site.data] if choice.site.data else _("All sites")
    rows = [
        [
            labelled(one.measure.title, one.measure.id),
            str(one.numerator),
            f"{one.denominator} {UNITS[one.measure.unit]}",
            percent(one.share) or _("none known"),
            str(one.missing),
        ]
        for one in answers
    ]
    content = report_pdf.draw(
        labelled(definition.title, definition.id),
        [f"{access.programme().name} · {site} · {quarter_words(quarter)}", missing_words()],
        [_("Measure"), _("Numerator"), _("Denominator"), _("Share"), _("Missing")],
        rows,
        get_locale().language,
        access.programme().paper,
    )
    answer = flask.Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{definition.id}-{quarter.first:%Y-%m}.pdf"'
    return answer


def missing_words() -> str:
    """What missing means, in words."""
    return str(_("Missing: something that the measure asks is not known. Such a case is left out of the share."))


def quarter_words(quarter: Quarter) -> str:
    """A quarter in words."""
    first, last = (format_date(day, "MMMM yyyy") for day in (quarter.first, quarter.period.last))
    return str(_("%(first)s to %(last)s", first=first, last=last))


def _report() -> tuple[ChoiceForm, Definition, Quarter, list[Answer]]:
    """What is asked for; 404 for what is not there."""
    programme_id = access.me().programme_id
    day = today(programme_id, now())
    known = report.definitions(programme_id)
    this = quarter_of(day).first
    quarters = [Quarter(months_before(this, 3 * number)) for number in range(QUARTERS)]
    form = ChoiceForm(flask.request.args, first=quarters[1].first.isoformat(), site="", definition=next(iter(known)))
    form.definition.choices = [SelectChoice(id, labelled(one.title, id)) for id, one in known.items()]
    form.first.choices = [SelectChoice(one.first.isoformat(), quarter_words(one)) for one in quarters]
    places: list[Any] = [SelectChoice(str(id), name) for id, name in sites(programme_id).items()]
    form.site.choices = [SelectChoice("", _("All sites")), *places]
    if not form.validate():
        access.nothing_here()
    quarter = Quarter(date.fromisoformat(form.first.data))
    site = uuid.UUID(form.site.data) if form.site.data else None
    selection = Selection(programme_id, quarter.period, site, day)
    definition = known[form.definition.data]
    return form, definition, quarter, report.report(definition, selection)
