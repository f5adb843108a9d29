"""The tables that may leave the programme: published once a quarter, kept, and served again unchanged."""

from __future__ import annotations

import json
import uuid
from datetime import date
from typing import Any

import flask
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from recorder import access
from recorder.db import db, now
from recorder.languages import LANGUAGES
from recorder.pages import wording
from recorder.pages.fields import PageForm
from recorder.programme import published
from recorder.programme.published import ALL, Quarter
from recorder.programme.rollup import today
from recorder.records.published import Published

pages = flask.Blueprint("published", __name__, url_prefix="/programme/published")

TITLES = {
    "families": _l("Families of the quarter"),
    "languages": _l("The same families, by the first caregiver's language"),
    "visits": _l("Visits and what became of them"),
    "enrolled": _l("Families ever enrolled, up to the last day of the quarter"),
}
COLUMNS = {
    "observed": _l("Observed"),
    "not_observed": _l("Not observed"),
    "completed": _l("Completed"),
    "cancelled_by_staff": _l("Cancelled by us"),
    "cancelled_by_family": _l("Cancelled by the family"),
    "missing": _l("Missing"),
    "families": _l("Families"),
    ALL: _l("All"),
    "": _l("not known"),
}


class PublishForm(PageForm):
    """Which quarter to publish."""

    first = SelectField(_l("Quarter"))


@pages.get("/")
def index() -> str:
    """What was published, and what may be."""
    return _page(_form())


def _page(form: PublishForm) -> str:
    rows = db.session.scalars(_published().order_by(Published.first.desc())).all()
    return flask.render_template(
        "published/index.html",
        rows=rows,
        form=form if form.first.choices and access.me().role in access.POLICY["published.publish"] else None,
        threshold=access.programme().small_cells,
        quarter=quarter_words,
    )


@pages.post("/")
def publish() -> Response | tuple[str, int]:
    """Publish a quarter: decided once, kept for good."""
    form = _form()
    if not form.validate():
        return _page(form), 422
    me, programme = access.me(), access.programme()
    row = published.publish(programme, Quarter(date.fromisoformat(form.first.data)), today(programme.id, now()), me.id)
    return flask.redirect(flask.url_for("published.show", id=row.id))


@pages.get("/<uuid:id>")
def show(id: uuid.UUID) -> str:
    """One publication, as it was given away."""
    row = _one(id)
    content: dict[str, Any] = json.loads(row.content)
    return flask.render_template(
        "published/show.html",
        row=row,
        content=content,
        hidden=any(sum(table["hidden"].values()) for table in content["tables"]),
        share=_share,
        titles=TITLES,
        column=_column,
        quarter=quarter_words,
        all=ALL,
    )


@pages.get("/<uuid:id>.csv")
def download(id: uuid.UUID) -> flask.Response:
    """The same as CSV."""
    row = _one(id)
    answer = flask.Response("".join(published.lines(row)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="published-{row.first:%Y-%m}.csv"'
    return answer


def quarter_words(first: date, last: date) -> str:
    """A quarter in words."""
    return str(_("%(first)s to %(last)s", first=format_date(first, "MMMM yyyy"), last=format_date(last, "MMMM yyyy")))


def _published() -> Any:
    return select(Published).where(Published.programme_id == access.me().programme_id)


def _one(id: uuid.UUID) -> Published:
    row: Published | None = db.session.scalar(_published().where(Published.id == id))
    if row is None:
        access.nothing_here()
    return row


def _form() -> PublishForm:
    form, programme_id = PublishForm(), access.me().programme_id
    quarters = published.publishable(programme_id, today(programme_id, now()))
    form.first.choices = [
        SelectChoice(quarter.first.isoformat(), quarter_words(quarter.first, quarter.period.last))
        for quarter in reversed(quarters)
    ]
    return form


def _column(table: str, name: str) -> str:
    if table == "languages" and name not in {ALL, ""}:
        return LANGUAGES.get(name, name)
    return str(COLUMNS[name])


def _share(table: dict[str, Any], cells: list[int | None]) -> str:
    """The share of the first column, where it and the total are shown."""
    part, whole = cells[0], cells[-1]
    return wording.percent(part / whole) if table["name"] == "families" and part is not None and whole else ""
