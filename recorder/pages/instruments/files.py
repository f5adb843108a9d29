"""An instrument as one file: taken away as it is, and brought in, looked at before it is kept as a draft."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import FileField, HiddenField
from wtforms.validators import InputRequired, Length, NumberRange

from recorder import access
from recorder.db import db
from recorder.exchange import documents, qset_table
from recorder.exchange.coded import Unreadable
from recorder.instruments import library
from recorder.pages.fields import Line, PageForm
from recorder.pages.instruments import reading
from recorder.pages.instruments.entry import Entry, stored
from recorder.pages.instruments.fields import Whole, mark
from recorder.pages.instruments.forms import KIND_NAMES, a_new_name
from recorder.pages.instruments.unfinished import Fault, fault
from recorder.records import drafts
from recorder.records.instruments import StoredInstrument


class FileForm(PageForm):
    """A file with an instrument; or the text that was looked at, and may now be kept."""

    file = FileField(_l("File (.json, or .csv for the cards of a Q-set)"))
    text = HiddenField()
    file_name = HiddenField()
    confirmed = HiddenField()
    name = Line(_l("Name"), [InputRequired(), Length(max=80)])
    version = Whole(_l("Version"), [InputRequired(), NumberRange(1, 9999)])


def export(id: uuid.UUID) -> Response:
    """An instrument of the programme's own, as a file."""
    return _attached(stored(access.instrument(id)))


def export_built_in(name: str) -> Response:
    """A built-in instrument, as a file."""
    return _attached(reading.built_in_or_404(name))


def _attached(entry: Entry) -> Response:
    text = json.dumps(entry.document, ensure_ascii=False, indent=2) + "\n"
    answer = flask.Response(text, mimetype="application/json")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{entry.name}-{entry.version}.json")
    return answer


def choose_file() -> str:
    """The page that takes a file."""
    return _choose(FileForm(formdata=None))


def _choose(form: FileForm) -> str:
    return flask.render_template("instruments/file.html", form=form, most=_most() // 1024)


def _most() -> int:
    most: int = flask.current_app.config["IMPORT_BYTES"]
    return most


def take_file() -> Response | str | tuple[str, int]:
    """Look at a file and, once it was looked at, keep what is in it as a draft."""
    form = FileForm()
    try:
        content, name = _content(form)
        kind, document = _read(content, name)
    except Unreadable as error:
        form.file.errors = [str(error)]
        return _choose(form), 422
    if not form.confirmed.data:
        _offer(form, content, name, document)
        return _look(form, kind, document)
    if not (form.validate() and _is_new(form, document)):
        return _look(form, kind, document), 422
    row = drafts.add(access.me().programme_id, kind, _named(form, document))
    db.session.commit()
    flask.flash(_("Kept as a draft."))
    return flask.redirect(flask.url_for("instruments.show", id=row.id))


def _content(form: FileForm) -> tuple[bytes, str]:
    """The bytes that were sent, and the name of their file."""
    sent = flask.request.files.get("file")
    if sent:
        content, name = sent.read(_most() + 1), sent.filename or "file"
    else:
        content = (form.text.data or "").replace("\r\n", "\n").encode("utf-8", "replace")
        name = form.file_name.data or "file"
    if len(content) > _most():
        raise Unreadable(name, f"it is larger than {_most() // 1024} kilobytes")
    return content, name


def _read(content: bytes, name: str) -> tuple[str, dict[str, Any]]:
    """The kind and the document of the instrument in a file. Raises `Unreadable` with the reason."""
    if not documents.text(content, name).lstrip().startswith(("{", "[")):
        return "qset", qset_table.read(content, name)
    document = documents.parse(content, name)
    try:
        return library.kind(library.read(document)), document
    except library.InvalidInstrument as error:
        raise Unreadable(name, str(error).rstrip(".")) from error


def _offer(form: FileForm, content: bytes, name: str, document: Mapping[str, Any]) -> None:
    form.text.data, form.file_name.data, form.confirmed.data = content.decode("utf-8-sig"), name, "yes"
    form.name.data, form.version.data = document.get("name", "unnamed"), document.get("version", 1)
    form.name.raw_data = form.version.raw_data = None


def _look(form: FileForm, kind: str, document: Mapping[str, Any]) -> str:
    lacking: Fault | None = fault(kind, document)
    return flask.render_template(
        "instruments/look.html",
        form=form,
        entry=Entry(document, kind, None),
        kind=KIND_NAMES[kind],
        fault=lacking,
        today=access.today(),
        **reading.preview(document, kind),
    )


def _named(form: FileForm, document: Mapping[str, Any]) -> dict[str, Any]:
    """The document under the name and version that were chosen; unchanged where they were not changed."""
    named = dict(document)
    if form.name.data != document.get("name", "unnamed"):
        named["name"] = form.name.data
    if form.version.data != document.get("version", 1):
        named["version"] = form.version.data
    return named


def _is_new(form: FileForm, document: Mapping[str, Any]) -> bool:
    """Whether it can be kept under this name and version; what is in the way stands beside the field."""
    programme_id, named = access.me().programme_id, _named(form, document)
    if same := _same(programme_id, library.digest(named)):
        mark(form.name, _("This very instrument is here already: %(id)s.", id=same))
    elif form.name.data in library.NAMES or form.name.data != document.get("name", "unnamed"):
        if wrong := a_new_name(form.name.data):
            mark(form.name, wrong)
    elif "/" in form.name.data or not form.name.data.isprintable():
        mark(form.name, _("Use small letters a to z, digits and hyphens, such as our-own-scale."))
    if not form.name.errors and drafts.with_version(programme_id, form.name.data, named.get("version", 1)):
        following = drafts.next_version(programme_id, form.name.data)
        mark(form.version, _("This version is there already, and differs. The next one is %(n)s.", n=following))
    return not (form.name.errors or form.version.errors)


def _same(programme_id: uuid.UUID, hash: str) -> str:
    """Name and version of the instrument with this digest; "" if there is none."""
    built = next((one.id for one in library.builtins() if one.hash == hash), "")
    query = select(StoredInstrument).where(StoredInstrument.programme_id == programme_id, StoredInstrument.hash == hash)
    row = db.session.scalars(query).first()
    return built or (f"{row.name}/{row.version}" if row else "")
