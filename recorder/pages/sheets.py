"""What does a family read: its page, as HTML and as PDF?

It is made from the words that were approved. They were chosen on the tablet (`static/js/propose.js`), and nothing is
chosen again.
"""

from __future__ import annotations

import json
import uuid

import flask
from sqlalchemy import select
from werkzeug.exceptions import BadRequest

from recorder import access, ingest
from recorder.db import db
from recorder.feedback.icons import ICONS
from recorder.feedback.pdf import PAPERS, render
from recorder.feedback.sheet import FeedbackSheet, Visited, from_event
from recorder.measures.observation import observed_ms
from recorder.records.observations import Log, StoredFigures
from recorder.records.people import Programme
from recorder.records.sheets import Sheet

pages = flask.Blueprint("sheets", __name__)


@pages.get("/sheets/<uuid:id>")
def show(id: uuid.UUID) -> str:
    """A family's page on the screen, to read together and to print."""
    row = access.sheet(id)
    said = (json.loads(row.words).get("fit") or {}).get("words", "")
    return flask.render_template("sheets/page.html", sheet=_finished(row), row=row, icons=ICONS, said=said)


@pages.get("/sheets/<uuid:id>.pdf")
def pdf(id: uuid.UUID) -> flask.Response:
    """A family's page as PDF, on the programme's paper or on the one asked for."""
    row = access.sheet(id)
    paper = flask.request.args.get("paper") or _programme(row.programme_id).paper
    if paper not in PAPERS:
        raise BadRequest
    content = render(_finished(row), paper, large_print=flask.request.args.get("large") == "1")
    response = flask.Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="page-{row.local_date.isoformat()}.pdf"'
    return response


def _finished(row: Sheet) -> FeedbackSheet:
    """The page that was approved, with what it says of the visit."""
    child = next(child for child in row.family.children if child.id == row.child_id)
    caregiver = next((adult for adult in row.family.caregivers if adult.id == row.caregiver_id), None)
    visited = Visited(
        child=child.first_name,
        observed_ms=_observed(row),
        day=row.local_date,
        caregiver=caregiver.first_name if caregiver else "",
        visitor=row.account.name,
        telephone=_programme(row.programme_id).telephone,
    )
    return from_event(json.loads(row.words), visited)


def _observed(row: Sheet) -> int:
    """The observed time: as stored with the figures, else from the log itself."""
    stored = db.session.scalar(select(StoredFigures.observed_ms).where(StoredFigures.log_key == row.log_key))
    if stored is not None:
        return stored
    return observed_ms(ingest.observation(db.session.get_one(Log, row.log_key)))


def _programme(id: uuid.UUID) -> Programme:
    return db.session.get_one(Programme, id)
