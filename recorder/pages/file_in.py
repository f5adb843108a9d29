"""Bringing in an observation from a file of another program: look what is in it and what is lost, then take it.

What is looked at comes back with the form that takes it: nothing is kept on the server in between, and nothing is
stored by halves. Codes get their meaning from a scheme of the programme, or from the page itself: what is a cue and
what an answer is chosen code by code, and becomes a scheme of the programme.
"""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response
from wtforms import DateTimeLocalField, FileField, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from recorder import access, bringing
from recorder.db import db
from recorder.exchange import files, tables
from recorder.exchange.coded import Coded, Unreadable
from recorder.instruments import library
from recorder.instruments.scheme import RESERVED, Scheme
from recorder.pages.fields import Line, PageForm, Whole
from recorder.records.families import Family
from recorder.records.instruments import StoredInstrument

pages = flask.Blueprint("file_in", __name__, url_prefix="/observations/from-a-file")

OWN = "own"
ROLES = ("cue", "response", "marker", "state", "ignored")
ROLE_WORDS = {
    "cue": _l("the child's cue"),
    "response": _l("the caregiver's answer"),
    "marker": _l("a marker"),
    "state": _l("a state that lasts"),
    "ignored": _l("left out"),
}


class FileForm(PageForm):
    """A file, which columns of a table are which, and, once it was looked at, whose it is."""

    file = FileField(_l("File"))
    time = Line(_l("Column with the time"), [Length(max=80)])
    until = Line(_l("Column with the end"), [Length(max=80)])
    code = Line(_l("Column with the code"), [Length(max=80)])
    unit = SelectField(
        _l("Times are in"),
        choices=[
            SelectChoice("ms", _l("milliseconds")),
            SelectChoice("s", _l("seconds")),
            SelectChoice("clock", _l("hours:minutes:seconds")),
        ],
        default="ms",
    )
    content = HiddenField()
    name = HiddenField()
    confirmed = HiddenField()


class WhoseForm(FileForm):
    """The same with what is needed to take it."""

    observation = SelectField(_l("Observation"), choices=[], validate_choice=False)
    family = SelectField(_l("Family"), choices=[])
    visitor = SelectField(_l("Who observed"), choices=[])
    at = DateTimeLocalField(_l("When it started"), [DataRequired()], format="%Y-%m-%dT%H:%M")
    seconds = Whole(_l("How many seconds it lasted"), [Optional(), NumberRange(1, 86_400)])
    scheme = SelectField(_l("Coding scheme"), choices=[])
    scheme_name = Line(_l("Name of the new scheme"), [Length(max=60)])
    window = Whole(_l("Seconds that an answer may take"), [Optional(), NumberRange(1, 600)], default=5)


@pages.get("/")
def choose() -> str:
    """Choose a file."""
    return _choose(FileForm(formdata=None))


def _choose(form: FileForm) -> str:
    return flask.render_template("file_in/choose.html", form=form)


@pages.post("/")
def take() -> Response | str | tuple[str, int]:
    """Show what is in a file, or take it when that was looked at."""
    form = WhoseForm()
    families = list(db.session.scalars(access.families().order_by(Family.code)))
    try:
        content, name = _content(form)
        read = _read(form, content, name)
    except Unreadable as error:
        form.file.errors = [str(error)]
        return _choose(form), 422
    form.content.data, form.name.data = base64.b64encode(content).decode(), name
    form.family.choices = [SelectChoice(str(home.id), home.code) for home in families]
    form.visitor.choices = [SelectChoice("", _("the visitor of that day"))]
    form.visitor.choices += [SelectChoice(person.sign_in, person.name) for person in access.visitors()]
    form.scheme.choices = [SelectChoice(OWN, _("chosen below, code by code"))]
    form.scheme.choices += [SelectChoice(one, one) for one in _schemes()]
    if not form.confirmed.data or "look" in flask.request.form:
        _suggest(form, read)
        return _preview(form, read)
    if not form.validate():
        return _preview(form, read), 422
    home = next(home for home in families if str(home.id) == form.family.data)
    try:
        told = _store(form, read, content, home)
    except Unreadable as error:
        db.session.rollback()
        form.scheme.errors = [str(error)]
        return _preview(form, read), 422
    for sentence in told:
        flask.flash(sentence)
    return flask.redirect(flask.url_for("families.show", id=home.id))


def _content(form: FileForm) -> tuple[bytes, str]:
    """The bytes of the file and its name: those that were chosen now, or those that were looked at."""
    limit: int = flask.current_app.config["IMPORT_BYTES"]
    chosen = form.file.data
    if isinstance(chosen, FileStorage) and chosen.filename:
        content, name = chosen.read(limit + 1), chosen.filename
    else:
        try:
            content, name = base64.b64decode(form.content.data or "", validate=True), form.name.data or ""
        except binascii.Error as error:
            raise Unreadable(form.name.data or "", _("choose the file again")) from error
    if not content:
        raise Unreadable(name or _("The file"), _("choose a file that is not empty"))
    if len(content) > limit:
        raise Unreadable(name, _("it is too large for this page: “recorder import” on the server takes it"))
    return content, name[:200]


def _read(form: WhoseForm, content: bytes, name: str) -> Coded:
    """The observation that is wanted, or the first one of several."""
    named = {key: (form[key].data or "").strip() for key in ("time", "until", "code")}
    columns: Mapping[str, str] | None = {key: column for key, column in named.items() if column} or None
    if columns is not None:
        missing = [purpose for purpose in tables.NEEDED if purpose not in columns]
        if missing:
            raise Unreadable(name, _("name the columns with the time and with the code"))
        form.observation.choices = []
        return files.read_content(content, name, None, {**columns, tables.UNIT: form.unit.data})
    ids = files.ids(content, name)
    form.observation.choices = [SelectChoice(id, id) for id in ids]
    wanted = form.observation.data if form.observation.data in ids else (ids[0] if ids else None)
    form.observation.data = wanted
    return files.read_content(content, name, wanted)


def _schemes() -> list[str]:
    """The coding schemes that are built in, and those that the programme has published."""
    published = db.session.scalars(
        access.instruments().where(StoredInstrument.kind == "scheme", StoredInstrument.published_at.is_not(None))
    )
    builtin = [one.id for one in library.builtins() if isinstance(one, Scheme)]
    return [*builtin, *(f"{row.name}/{row.version}" for row in published)]


def _suggest(form: WhoseForm, read: Coded) -> None:
    """What the file says already, and what is usual."""
    form.confirmed.data = "yes"
    form.at.data = read.started_at.replace(tzinfo=None) if read.started_at else None
    form.seconds.data = _seconds(read)
    known = read.scheme if isinstance(read.scheme, str) else None
    form.scheme.data = known if known in _schemes() else OWN
    form.scheme_name.data = form.scheme_name.data or "from-a-file"
    form.window.data = form.window.data or 5


def _seconds(read: Coded) -> int | None:
    return -(-(read.duration_ms or read.last_ms) // 1000) or None


def _preview(form: WhoseForm, read: Coded) -> str:
    """What a file would bring, and what of it is lost; nothing is stored yet."""
    counts = Counter(mark.event.code for mark in read.marks)
    chosen = flask.request.form
    guess = {code: "state" if code in read.states else "marker" for code in counts}
    return flask.render_template(
        "file_in/preview.html",
        form=form,
        read=read,
        codes=[(n, code, counts[code], chosen.get(f"role-{n}", guess[code])) for n, code in enumerate(_codes(read))],
        roles=ROLE_WORDS,
        said=[*read.said, *_lost(read)],
    )


def _codes(read: Coded) -> list[str]:
    return sorted({mark.event.code for mark in read.marks} - RESERVED)


def _lost(read: Coded) -> list[str]:
    """What the database has no place for."""
    if "boris" not in read.carried:
        return []
    return [_("What BORIS keeps beside the events (keys, colours, media, frames, variables) is not taken.")]


def _store(form: WhoseForm, read: Coded, content: bytes, home: Family) -> list[str]:
    scheme: str | dict[str, Any] = _own_scheme(form, read) if form.scheme.data == OWN else form.scheme.data
    read = replace(read, scheme=scheme)
    if form.seconds.data and form.seconds.data != _seconds(read):
        read = replace(read, duration_ms=form.seconds.data * 1000)
    read, seen = bringing.with_scheme(read, home, _scheme_of)
    wall = bringing.wall_of(read, form.at.data, home)
    log_id = bringing.log_id_of(read, content, home)
    return bringing.bring(read, seen, home, form.visitor.data or None, wall, log_id)


def _own_scheme(form: WhoseForm, read: Coded) -> dict[str, Any]:
    """The scheme that was chosen code by code."""
    document: dict[str, Any] = {"name": (form.scheme_name.data or "").strip(), "version": 1}
    document |= {"cues": [], "responses": [], "markers": [], "states": [], "ignored": []}
    for number, code in enumerate(_codes(read)):
        role = flask.request.form.get(f"role-{number}")
        if role not in ROLES:
            raise Unreadable(read.file, _("say of each code what it means"))
        if role == "ignored":
            document["ignored"].append(code)
        else:
            entry = {"code": code} | ({"window_ms": 1000 * (form.window.data or 5)} if role == "cue" else {})
            document[f"{role}s"].append(entry)
    return document


def _scheme_of(read: Coded) -> Scheme:
    """The scheme of an observation, whose name or document is known by now."""
    try:
        found = library.builtin(read.scheme) if isinstance(read.scheme, str) else library.read(read.scheme or {})
    except (LookupError, library.InvalidInstrument) as error:
        raise Unreadable(read.file, str(error).rstrip(".")) from error
    if not isinstance(found, Scheme):
        raise Unreadable(read.file, _("this is no coding scheme"))
    return found
