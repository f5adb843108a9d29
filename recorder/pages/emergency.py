"""Taking a tablet's emergency file: look what is in it, then take it, as if the tablet had sent it.

What is looked at comes back with the form that takes it: nothing is kept on the server in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response
from wtforms import FileField, HiddenField

from recorder import access, ingest
from recorder.db import db
from recorder.ingest import emergency
from recorder.pages.fields import PageForm
from recorder.pages.wording import LOG_NAMES
from recorder.records.families import Family

pages = flask.Blueprint("emergency", __name__, url_prefix="/devices/emergency")


class FileForm(PageForm):
    """A tablet's emergency file; or the text that was looked at, and may now be taken."""

    file = FileField(_l("Emergency file"), render_kw={"accept": ".json,application/json"})
    text = HiddenField()
    confirmed = HiddenField()


@dataclass(frozen=True)
class Row:
    """A log of the file, and its family's case number where this person reaches it."""

    found: emergency.Found
    code: str | None


@pages.get("/")
def choose() -> str:
    """Choose a file."""
    return _choose(FileForm(formdata=None))


def _choose(form: FileForm) -> str:
    return flask.render_template("devices/emergency.html", form=form)


@pages.post("/")
def take() -> Response | str | tuple[str, int]:
    """Show what is in a file, or take it when that was looked at."""
    me, form = access.me(), FileForm()
    try:
        body = _body(form)
        read = emergency.read(body)
        fault = _fault(read)
    except ingest.Unreadable as error:
        fault = str(error)
    if fault:
        form.file.errors = [fault]
        return _choose(form), 422
    if not form.confirmed.data:
        return _preview(form, body, read)
    _tell(emergency.look(me.programme_id, read, me), emergency.bring(me.programme_id, read, me))
    return flask.redirect(flask.url_for("devices.index"))


def _body(form: FileForm) -> bytes:
    limit: int = flask.current_app.config["EMERGENCY_BYTES"]
    chosen = form.file.data
    content = chosen.read(limit + 1) if isinstance(chosen, FileStorage) else (form.text.data or "").encode()
    if not content:
        raise ingest.Unreadable(_("Please choose a file."))
    if len(content) > limit:
        raise ingest.Unreadable(_("This file is too large for this page. “recorder import” on the server takes it."))
    return content


def _fault(read: emergency.EmergencyFile) -> str:
    """Why a file cannot be taken here; "" when it can."""
    whose = emergency.programme_of(read)
    if whose == access.me().programme_id or (whose is None and not emergency.is_sealed(read)):
        return ""
    return str(_("This file is of another programme, or of another server: nothing in it can be opened here."))


def _preview(form: FileForm, body: bytes, read: emergency.EmergencyFile) -> str:
    """What a file would bring; nothing is stored yet."""
    form.text.data, form.confirmed.data = body.decode(), "yes"
    found = emergency.look(access.me().programme_id, read, access.me())
    ids = {one.opening.family for one in found if one.opening and one.opening.family}
    codes = {home.id: home.code for home in db.session.scalars(access.families().where(Family.id.in_(ids)))}
    return flask.render_template(
        "devices/emergency_preview.html",
        form=form,
        rows=[Row(one, codes.get(one.opening.family) if one.opening and one.opening.family else None) for one in found],
        events=sum(one.events for one in found),
        new=sum(one.new for one in found),
        kinds=LOG_NAMES,
    )


def _tell(found: list[emergency.Found], replies: list[dict[str, Any]]) -> None:
    new = sum(one.new for one in found)
    flask.flash(
        ngettext("%(num)s new entry was taken.", "%(num)s new entries were taken.", new)
        if new
        else _("Everything in this file was here already.")
    )
    if any(reply["quarantined"] for reply in replies):
        flask.flash(_("Some of it is put aside: look under “Put aside”."))
