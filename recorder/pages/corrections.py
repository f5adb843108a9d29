"""Correcting a signed observation: a tap that was another one, a rating that was mistyped.

The tablet's own log is never changed. What a supervisor corrects is kept beside it with the value that she saw, her
reason and her name; two changes that started from one value both stay, and the place waits until somebody decides.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from recorder import access, ingest
from recorder.charts.back_and_forth import clock
from recorder.db import db
from recorder.instruments.scale import Scale
from recorder.instruments.scheme import Scheme
from recorder.measures import tape as tapes
from recorder.measures.observation import Value
from recorder.measures.tape import Tape
from recorder.pages.fields import PageForm, Paragraph
from recorder.pages.wording import code_names, labelled
from recorder.records.instruments import with_hash, with_id
from recorder.records.observations import Log
from recorder.records.people import Account

pages = flask.Blueprint("corrections", __name__)


class CorrectionForm(PageForm):
    """What should stand at one place, and why. `base` is what stood there when the form was shown."""

    base = HiddenField()
    value = SelectField(_l("What should stand here?"))
    reason = Paragraph(
        _l("Why?"), [DataRequired(_l("Please say why.")), Length(max=1000)], render_kw={"rows": 3}
    )  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One place of a log that can be corrected: `names` says what each value that it may hold is called."""

    id: str
    title: str
    value: Value
    names: dict[Value, str]

    @property
    def says(self) -> str:
        """What stands there now."""
        return self.names.get(self.value, str(self.value))


@pages.get("/observations/<uuid:id>/corrections")
def index(id: uuid.UUID) -> str:
    """What can be corrected in an observation, and what was."""
    log = access.log(id)
    made, conflicts = ingest.corrections(log)
    places = _places(log, ingest.tape(log))
    known = {place.id: place for place in [*_places(log, _as_sent(log)), *places]}
    return flask.render_template(
        "corrections/index.html",
        log=log,
        places=places,
        known=known,
        corrections=made,
        waiting={conflict.correction.seq: conflict for conflict in conflicts},
        names=_people(made),
        may_correct=_may_correct(log),
    )


@pages.get("/observations/<uuid:id>/corrections/new")
def new(id: uuid.UUID) -> str:
    """The form for one place."""
    log = access.log(id)
    place = _place(log)
    return _form(log, place, CorrectionForm(formdata=None))


@pages.post("/observations/<uuid:id>/corrections/new")
def add(id: uuid.UUID) -> Response | tuple[str, int]:
    """Keep a correction."""
    log, form = access.log(id), CorrectionForm()
    place = _place(log)
    form.value.choices = _choices(place)
    if not form.validate():
        return _form(log, place, form), 422
    base, value = (_typed(place, text) for text in (form.base.data or "", form.value.data))
    conflict = ingest.correct(log.key, access.me(), place.id, base, value, form.reason.data or "")
    if conflict:
        flask.flash(_("Somebody changed this meanwhile. Both values are kept: please decide which one stands."))
    else:
        flask.flash(_("The correction counts. What the tablet sent is kept as it was."))
    return flask.redirect(flask.url_for("corrections.index", id=log.id))


def _form(log: Log, place: Place, form: CorrectionForm) -> str:
    form.value.choices = _choices(place)
    if not form.is_submitted():
        form.base.data = form.value.data = _text(place.value)
    return flask.render_template("corrections/new.html", log=log, place=place, form=form)


def _may_correct(log: Log) -> bool:
    return log.closed_at is not None and not log.refused and access.me().role in access.POLICY["corrections.add"]


def _place(log: Log) -> Place:
    """The place that the address names, or 404; an observation is corrected once it is signed."""
    if not _may_correct(log):
        flask.abort(404)
    asked = flask.request.args.get("place", "")
    known = [*_places(log, ingest.tape(log)), *_places(log, _as_sent(log))]
    place = next((place for place in known if place.id == asked), None)
    if place is None:
        flask.abort(404)
    stands = tapes.value(ingest.tape(log), place.id)  # a tap that was struck stands in the tablet's log only
    return Place(place.id, place.title, stands, place.names)


def _as_sent(log: Log) -> Tape:
    return tapes.read(ingest.strings(log))


def _places(log: Log, tape: Tape) -> list[Place]:
    """The taps in their order, then the scales of each set that was rated."""
    scheme = with_hash(log.programme_id, log.instrument_hash)
    return [*_taps(scheme, tape), *(one for id in tape.ratings for one in _scales(log, id, tape))]


def _taps(scheme: Any, tape: Tape) -> list[Place]:
    if not isinstance(scheme, Scheme):
        return []
    names: dict[Value, str] = dict(code_names(scheme).items())
    names[None] = _("Struck: nothing happened here")
    return [
        Place(f"tap/{seq}", _("Tap at %(time)s", time=clock(tap.t_ms)), tap.code, names)
        for seq, tap in sorted(tape.taps, key=lambda pair: (pair[1].t_ms, pair[0]))
    ]


def _scales(log: Log, instrument: str, tape: Tape) -> list[Place]:
    known = with_id(log.programme_id, instrument)
    if not isinstance(known, Scale):
        return []
    names: dict[Value, str] = {number: str(number) for number in range(known.low, known.high + 1)}
    names |= {"NOB": _("Not observed"), None: _("Not rated")}
    return [
        Place(f"rating/{instrument}/{item.id}", labelled(item.label, item.id), value, names)
        for item in known.items
        if (value := tape.ratings[instrument].get(item.id)) is not None
    ]


def _choices(place: Place) -> list[SelectChoice]:
    return [SelectChoice(_text(value), name) for value, name in place.names.items()]


def _text(value: Value) -> str:
    return "" if value is None else str(value)


def _typed(place: Place, text: str) -> Value:
    """The value that a form's text stands for; a text that is no value of this place is a base that nobody saw."""
    return next((value for value in place.names if _text(value) == text), text)


def _people(made: Sequence[tapes.Correction]) -> dict[str, str]:
    ids = {uuid.UUID(one.by) for one in made}
    return {str(one.id): one.name for one in db.session.scalars(select(Account).where(Account.id.in_(ids)))}
