"""Writing an instrument: started, copied, edited as a draft, published for ever, or thrown away as a draft.

A draft may be saved unfinished; what it still lacks stands at its section, and keeps it from being published. What is
published is answered with its next version.
"""

from __future__ import annotations

import copy as copying
import uuid
from collections.abc import Mapping
from typing import Any

import flask
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from recorder import access
from recorder.db import db
from recorder.pages.instruments import reading
from recorder.pages.instruments.entry import Entry, stored
from recorder.pages.instruments.fields import MOST_ROWS
from recorder.pages.instruments.forms import KIND_NAMES, CopyForm, InstrumentForm, StartForm
from recorder.pages.instruments.qset_form import QSetForm
from recorder.pages.instruments.questionnaire_form import QuestionnaireForm
from recorder.pages.instruments.scale_form import ScaleForm
from recorder.pages.instruments.scheme_form import SchemeForm
from recorder.pages.instruments.unfinished import fault
from recorder.records import drafts
from recorder.records.instruments import StoredInstrument

FORMS: Mapping[str, type[InstrumentForm]] = {
    "scheme": SchemeForm,
    "scale": ScaleForm,
    "qset": QSetForm,
    "questionnaire": QuestionnaireForm,
}
STARTS: Mapping[str, Mapping[str, Any]] = {
    "scheme": {"cues": [], "responses": []},
    "scale": {"low": 1, "high": 5, "items": []},
    "qset": {"cards": []},
    "questionnaire": {"low": 1, "high": 5, "questions": []},
}
FIRST_ROWS = {
    "scheme": ("cues", "responses"),
    "scale": ("items",),
    "qset": ("cards", "distributions"),
    "questionnaire": ("answers", "questions"),
}
"""The lists of each kind that show a first empty row when there is nothing in them."""

Answer = Response | str | tuple[str, int]


def start() -> Answer:
    """Begin an instrument from nothing."""
    form = StartForm()
    if not form.validate():
        return reading.list_page(form), 422
    return _begin(form.kind.data, {"name": form.name.data, "version": 1, **STARTS[form.kind.data]})


def copy(id: uuid.UUID) -> Answer:
    """Make a copy of an instrument of the programme's own, under another name."""
    return _copy(stored(access.instrument(id)))


def copy_built_in(name: str) -> Answer:
    """Make a copy of a built-in instrument, under a name of the programme's own."""
    return _copy(reading.built_in_or_404(name))


def _copy(entry: Entry) -> Answer:
    form = CopyForm()
    if not form.validate():
        return reading.page(entry, copy=form), 422
    return _begin(entry.kind, {**_copied(entry.document), "name": form.name.data, "version": 1})


def next_version(id: uuid.UUID) -> Answer:
    """Make the draft of the next version; one that is there already is opened."""
    row = access.instrument(id)
    newest = drafts.next_version(row.programme_id, row.name)
    last = drafts.with_version(row.programme_id, row.name, newest - 1)
    if last is not None and last.published_at is None:
        flask.flash(_("There is a draft of the next version already: this one."))
        return flask.redirect(flask.url_for("instruments.edit", id=last.id))
    return _begin(row.kind, {**_copied(row.document), "version": newest})


def _copied(document: Mapping[str, Any]) -> dict[str, Any]:
    return copying.deepcopy(dict(document))


def _begin(kind: str, document: Mapping[str, Any]) -> Response:
    row = drafts.add(access.me().programme_id, kind, document)
    db.session.commit()
    return flask.redirect(flask.url_for("instruments.edit", id=row.id))


def edit(id: uuid.UUID) -> Answer:
    """The form of a draft."""
    row = access.instrument(id)
    if row.published_at is not None:
        return _published(row)
    if any(len(part) > MOST_ROWS for part in row.document.values() if isinstance(part, list)):
        return _refused(row, _("This is too large to be edited here. Edit its file, and bring it."))
    kind = FORMS[row.kind]
    return _form_page(row, kind(data=kind.data_of(row.document), draft=row))


def _published(row: StoredInstrument) -> tuple[str, int]:
    return _refused(row, _("This is published and never changes. Make the next version, and change that."))


def _refused(row: StoredInstrument, why: str) -> tuple[str, int]:
    return reading.page(stored(row), refusal=why), 409


def _form_page(row: StoredInstrument, form: InstrumentForm, wrong: bool = False) -> str:
    for name in FIRST_ROWS[row.kind]:
        if not len(form[name]):
            form[name].append_entry()
    return flask.render_template(
        f"instruments/edit_{row.kind}.html",
        form=form,
        wrong=wrong,
        row=row,
        entry=stored(row),
        kind=KIND_NAMES[row.kind],
        fault=fault(row.kind, row.document),
        language=access.me().language,
    )


def save(id: uuid.UUID) -> Answer:
    """Keep a draft as it stands in the form, or bring a row more or less."""
    row = access.instrument(id)
    if row.published_at is not None:
        return _published(row)
    form = FORMS[row.kind](draft=row)
    if "add" in flask.request.form:
        form.add(flask.request.form["add"])
        return _form_page(row, form)
    if "remove" in flask.request.form:
        form.remove(flask.request.form["remove"])
        return _form_page(row, form)
    if not form.validate():
        return _form_page(row, form, wrong=True), 422
    drafts.rewrite(row, form.document(row.document))
    db.session.commit()
    if lacking := fault(row.kind, row.document):
        flask.flash(_("Saved as a draft. It is not finished yet: see below."))
        return flask.redirect(flask.url_for("instruments.edit", id=row.id, _anchor=f"section-{lacking.section}"))
    flask.flash(_("Saved as a draft. This is how it will be seen."))
    return flask.redirect(flask.url_for("instruments.show", id=row.id))


def publish(id: uuid.UUID) -> Answer:
    """Publish a draft: from now on tablets get it, and nothing changes it."""
    row = access.instrument(id)
    entry = stored(row)
    if row.published_at is not None:
        return _published(row)
    if entry.licence_until and entry.licence_until < access.today():
        return _refused(row, _("Its licence has ended. Renew it, and correct the day, before you publish."))
    if fault(row.kind, row.document):
        return _refused(row, _("It is not finished, so it was not published."))
    drafts.publish(row)
    db.session.commit()
    flask.flash(_("%(id)s is published. It stays as it is for ever.", id=entry.id))
    return flask.redirect(flask.url_for("instruments.show", id=row.id))


def delete(id: uuid.UUID) -> Answer:
    """Throw a draft away."""
    row = access.instrument(id)
    if row.published_at is not None:
        return _published(row)
    db.session.delete(row)
    db.session.commit()
    flask.flash(_("The draft is thrown away."))
    return flask.redirect(flask.url_for("instruments.index"))
