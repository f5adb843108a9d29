"""What does a family read: its page, as HTML and as PDF?

It is made from the words that were approved. They were chosen on the tablet (`static/js/propose.js`), and nothing is
chosen again.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import replace

import flask
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from recorder import access, ingest
from recorder.db import db
from recorder.feedback.cards import card, cards
from recorder.feedback.evidence import gather
from recorder.feedback.icons import ICONS
from recorder.feedback.pdf import PAPERS, CannotDraw, render
from recorder.feedback.picture import picture
from recorder.feedback.sheet import Picture
from recorder.measures.figures import figures
from recorder.measures.observation import Observation
from recorder.pages.printed import finished
from recorder.records.observations import Log
from recorder.records.people import Programme
from recorder.records.sheets import Sheet

SECOND = ("", "picture")
"""The pages that may stand behind a family's own, besides the cards."""

pages = flask.Blueprint("sheets", __name__)


@pages.get("/sheets/<uuid:id>")
def show(id: uuid.UUID) -> str:
    """A family's page on the screen, to read together and to print."""
    row = access.sheet(id)
    said = (json.loads(row.words).get("fit") or {}).get("words", "")
    sheet = finished(row)
    return flask.render_template(
        "sheets/page.html",
        sheet=sheet,
        cards=cards(sheet.language),
        row=row,
        icons=ICONS,
        said=said,
        may_hand_over=access.me().role in access.RECORDING,
    )


@pages.get("/sheets/<uuid:id>.pdf")
def pdf(id: uuid.UUID) -> flask.Response:
    """A family's page as PDF, on the programme's paper or on the one asked for; `second` is the page behind it."""
    row = access.sheet(id)
    paper = flask.request.args.get("paper") or _programme(row.programme_id).paper
    second = flask.request.args.get("second", "")
    sheet = finished(row)
    if paper not in PAPERS or (second not in SECOND and second not in cards(sheet.language)):
        raise BadRequest
    if second in cards(sheet.language):
        sheet = replace(sheet, second=card(second, sheet.language))
    elif second == "picture":
        sheet = replace(sheet, second=_picture(row, sheet.language))
    try:
        content = render(sheet, paper, large_print=flask.request.args.get("large") == "1")
    except CannotDraw as problem:
        flask.current_app.logger.error("A page cannot be drawn: %s", problem)
        sentence = _(
            "This page cannot be printed yet: a font is missing on the server. Please tell your administrator."
        )
        return flask.Response(sentence, status=501, mimetype="text/plain")
    response = flask.Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="page-{row.local_date.isoformat()}.pdf"'
    return response


def _picture(row: Sheet, language: str) -> Picture | None:
    """The back-and-forth of the observation that the page is about."""
    seen = _observation(row)
    child = next(child for child in row.family.children if child.id == row.child_id)
    return picture(gather(seen, figures(seen, child=str(child.id))), child.first_name, language)


def _observation(row: Sheet) -> Observation:
    return ingest.observation(db.session.get_one(Log, row.log_key))


def _programme(id: uuid.UUID) -> Programme:
    return db.session.get_one(Programme, id)
