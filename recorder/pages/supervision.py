"""Who was supervised, by whom and when, and who is due? A supervisor notes talks and joint visits of her team.

A visitor reads what concerns her, a manager or an auditor the days and not the notes. It is process, for the visitor's
support: nothing of a family's figures stands here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response
from wtforms import DateField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from recorder import access
from recorder.db import db
from recorder.pages.fields import PageForm, Paragraph, Whole, not_in_future
from recorder.records.people import Account
from recorder.records.supervision import Supervision, last_supervised

pages = flask.Blueprint("supervision", __name__, url_prefix="/supervision")

KINDS = {"talk": _l("Talk, one to one"), "group": _l("Talk in a group"), "joint": _l("Joint visit")}
SHOWN = 50
YEAR = timedelta(days=365)


class SupervisionForm(PageForm):
    """A talk or a joint visit that took place."""

    account = SelectField(_l("With whom?"), [DataRequired(_l("Please choose one."))])
    kind = RadioField(
        _l("What was it?"),
        [InputRequired(_l("Please choose one."))],
        choices=[SelectChoice(code, words) for code, words in KINDS.items()],
    )
    on = DateField(_l("Day"), [InputRequired(_l("Please give the day.")), not_in_future])
    minutes = Whole(_l("Minutes"), [Optional(), NumberRange(1, 600)])
    note = Paragraph(_l("What was agreed"), [Optional(), Length(max=4000)])


@dataclass(frozen=True)
class Line:
    """One visitor: her last talk (None: none yet), when the next is due, and joint visits in the last year."""

    person: Account
    last: date | None
    due: date
    joint: int


@pages.get("/")
def index() -> str:
    """The visitors that this person reaches, and what was noted last."""
    return _page(_form())


def _page(form: SupervisionForm) -> str:
    people = db.session.scalars(_visitors()).all()
    loads = [joinedload(Supervision.account), joinedload(Supervision.supervisor)]
    held = select(Supervision).where(Supervision.account_id.in_([one.id for one in people])).options(*loads)
    return flask.render_template(
        "supervision/index.html",
        lines=_lines(people),
        held=db.session.scalars(held.order_by(Supervision.on.desc(), Supervision.written_at.desc()).limit(SHOWN)).all(),
        kinds=KINDS,
        today=access.today(),
        form=form if _may_write() else None,
        may_read=access.me().role in access.RECORDING,
        every=access.programme().supervise_every_days,
    )


@pages.post("/")
def note() -> Response | tuple[str, int]:
    """Note a talk or a joint visit."""
    form = _form()
    if not form.validate():
        return _page(form), 422
    db.session.add(
        Supervision(
            programme_id=access.me().programme_id,
            account_id=UUID(form.account.data),
            supervisor_id=access.me().id,
            kind=form.kind.data,
            on=form.on.data,
            minutes=form.minutes.data,
            note=form.note.data or "",
        )
    )
    db.session.commit()
    flask.flash(_("Noted."))
    return flask.redirect(flask.url_for("supervision.index"))


def _may_write() -> bool:
    return access.me().role in access.POLICY["supervision.note"]


def _form() -> SupervisionForm:
    form = SupervisionForm()
    form.account.choices = [SelectChoice(str(one.id), one.name) for one in db.session.scalars(_visitors())]
    return form


def _visitors() -> Select[Account]:
    """The visitors whose supervision this person may know of."""
    me = access.me()
    query = select(Account).where(
        Account.programme_id == me.programme_id, Account.role == "visitor", Account.disabled_at.is_(None)
    )
    if me.role not in access.PROGRAMME:
        query = query.where(or_(Account.supervisor_id == me.id, Account.id == me.id))
    return query.order_by(Account.sign_in)


def _lines(people: Sequence[Account]) -> list[Line]:
    programme = access.programme()
    last, every = last_supervised(programme.id), timedelta(days=programme.supervise_every_days)
    joint = _joint(programme.id)
    lines = [
        Line(one, last.get(one.id), last.get(one.id, one.created_at.date()) + every, joint.get(one.id, 0))
        for one in people
    ]
    return sorted(lines, key=lambda line: line.due)


def _joint(programme_id: UUID) -> Mapping[UUID, int]:
    query = select(Supervision.account_id, func.count()).where(
        Supervision.programme_id == programme_id,
        Supervision.kind == "joint",
        Supervision.on > access.today() - YEAR,
    )
    return {account_id: number for account_id, number in db.session.execute(query.group_by(Supervision.account_id))}
