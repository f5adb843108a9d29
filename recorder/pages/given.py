"""A page on a caregiver's own telephone: a visitor makes the link and takes it back, whoever has it reads the page.

What a stranger gets who has no right to anything is one plain answer, whatever the reason. The letters of a link stand
behind the "#" of its address, and go to the server in the body of a form: they are in no log. An opened page is known
by the signed cookie of its browser, for an hour.
"""

from __future__ import annotations

import uuid
from typing import Any

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from recorder import access, handing_over, page_look
from recorder.charts.qr import QrCode
from recorder.db import db
from recorder.feedback.icons import ICONS
from recorder.feedback.sheet import FeedbackSheet
from recorder.feedback.words import LANGUAGES, wording
from recorder.languages import OF_FAMILIES, direction
from recorder.pages.fields import Line, PageForm
from recorder.pages.printed import finished
from recorder.records.given import ParentLink
from recorder.records.sheets import Sheet

pages = flask.Blueprint("given", __name__)

OPENED = "opened_page"
STATES = {
    "open": _l("can be opened"),
    "used_up": _l("was opened as often as it may be"),
    "expired": _l("is too old"),
    "revoked": _l("was taken back"),
    "guessed": _l("met too many wrong numbers"),
    "not_released": _l("is for somebody who may be given no page"),
}


class LinkForm(PageForm):
    """For whom a link is."""

    caregiver = SelectField(_l("For whom?"), [InputRequired()])

    def __init__(self, row: Sheet, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        given = [one for one in row.family.caregivers if one.sheet_release]
        self.caregiver.choices = [SelectChoice(str(one.id), one.first_name) for one in given]
        if self.caregiver.data is None and row.caregiver_id:
            self.caregiver.data = str(row.caregiver_id)


class DoorForm(PageForm):
    """The letters of a link and the number that was said."""

    letters = Line()
    number = Line()


@pages.get("/sheets/<uuid:id>/hand-over")
def links(id: uuid.UUID) -> str:
    """The links to a page: each with for whom it is, how it stands, and when it was opened."""
    row = access.sheet(id)
    return _links(row, LinkForm(row))


@pages.post("/sheets/<uuid:id>/hand-over")
def make(id: uuid.UUID) -> str | tuple[str, int]:
    """Make a link, and show it this once: the server keeps no more than its digest."""
    row = access.sheet(id)
    form = LinkForm(row)
    if not form.validate():
        return _links(row, form), 422
    link, letters, number = handing_over.make(row, uuid.UUID(form.caregiver.data), access.me())
    address = f"{flask.request.host_url}p"
    picture = QrCode(f"{address}#{letters}", _("QR code: opens the family's page"))
    return _links(row, form, made={"link": link, "letters": letters, "number": number, "qr": picture, "at": address})


@pages.post("/sheets/<uuid:id>/hand-over/<uuid:link>")
def revoke(id: uuid.UUID, link: uuid.UUID) -> Response:
    """Take a link back."""
    handing_over.revoke(access.parent_link(id, link))
    flask.flash(_("The link was taken back. It opens nothing any more."))
    return flask.redirect(flask.url_for("given.links", id=id))


def _links(row: Sheet, form: LinkForm, made: dict[str, Any] | None = None) -> str:
    query = select(ParentLink).where(ParentLink.programme_id == row.programme_id, ParentLink.sheet_id == row.id)
    known = [
        {"link": link, "state": handing_over.state(link), "words": STATES[handing_over.state(link)]}
        for link in db.session.scalars(query.order_by(ParentLink.made_at.desc(), ParentLink.id))
    ]
    child = next(child for child in row.family.children if child.id == row.child_id)
    return flask.render_template("given/links.html", row=row, child=child, form=form, known=known, made=made)


@pages.get("/accent/<colour>.css")
def accent(colour: str) -> flask.Response:
    """A programme's colour for the page's headings and lines: a style of its own, since a page holds none."""
    try:
        known = page_look.accent(f"#{colour}")
    except page_look.Unfit:
        access.nothing_here()
    response = flask.Response(f"@layer place {{ .handout {{ --accent: {known}; }} }}\n", mimetype="text/css")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@pages.get("/logo/<uuid:id>.png")
def logo(id: uuid.UUID) -> flask.Response:
    """A programme's logo, which stands on its pages and is no secret."""
    drawn = page_look.look(id).logo
    if drawn is None:
        access.nothing_here()
    response = flask.Response(drawn, mimetype="image/png")
    response.headers["Cache-Control"] = "public, no-cache"
    response.add_etag()
    response.make_conditional(flask.request)
    return response


@pages.get("/p")
def door() -> str:
    """Where a link leads: the number that was said aloud is asked for."""
    language = _language()
    return flask.render_template("given/door.html", form=DoorForm(), **_frame(language))


@pages.post("/p")
def come_in() -> Response | tuple[str, int]:
    """Open a page with what stands in the form."""
    form = DoorForm()
    try:
        opening = handing_over.opened(form.letters.data or "", form.number.data or "")
    except handing_over.NotOpened:
        return _gone()
    flask.session[OPENED] = str(opening.id)
    return flask.redirect(flask.url_for("given.page"), 303)


@pages.get("/p/page")
def page() -> str | tuple[str, int]:
    """The page that this browser opened, in one of its languages."""
    try:
        row = handing_over.page_of(uuid.UUID(flask.session.get(OPENED, "0" * 32)))
    except handing_over.NotOpened:
        return _gone()
    first = finished(row)
    known = {sheet.language: sheet for sheet in (first.second, first) if isinstance(sheet, FeedbackSheet)}
    asked = flask.request.args.get("in", first.language)
    sheet = known.get(asked, first)
    others = [one for one in known if one != sheet.language]
    frame = _frame(sheet.language)
    return flask.render_template(
        "given/page.html", row=row, sheet=sheet, first=first, icons=ICONS, others=others, **frame
    )


def _gone() -> tuple[str, int]:
    return flask.render_template("given/gone.html", **_frame(_language())), 404


def _language() -> str:
    return flask.request.accept_languages.best_match(list(LANGUAGES), "en") or "en"


def _frame(language: str) -> dict[str, Any]:
    """What the frame of a page says in its own language, and which way it runs."""
    words = wording(language)["given"]
    return {"words": words, "language": language, "way": direction(language), "names": OF_FAMILIES}
