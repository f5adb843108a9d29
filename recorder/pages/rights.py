"""What families and their programme may ask for: who saw and did what."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, time, timedelta
from typing import Any

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from recorder import access
from recorder.db import db
from recorder.pages.fields import Line, PageForm
from recorder.records.audit import AuditEntry
from recorder.records.families import Family
from recorder.records.people import Account

pages = flask.Blueprint("rights", __name__)

ROWS = 100

ACTION_NAMES = {
    "signed_in": _l("Signed in"),
    "account.sign_out": _l("Signed out"),
    "families.index": _l("Looked at the list of families"),
    "families.show": _l("Looked at a family"),
    "families.enrol": _l("Enrolled a family"),
    "families.save": _l("Changed a family"),
    "families.consent": _l("Wrote down a consent"),
    "families.withdraw": _l("Wrote down that a consent was taken back"),
    "families.assign": _l("Assigned a visitor"),
    "families.leave": _l("Wrote down that a family left"),
    "visits.show": _l("Looked at a visit"),
    "sheets.show": _l("Looked at a page for the family"),
    "sheets.pdf": _l("Took a page for the family as PDF"),
    "followups.note": _l("Read a safety note"),
    "followups.keep": _l("Wrote a safety note"),
    "followups.acknowledge": _l("Acknowledged a safety note"),
    "programme.observation": _l("Looked at an observation"),
    "programme.export": _l("Exported"),
    "programme.package": _l("Exported"),
    "programme.workbook": _l("Exported"),
    "sync.pull": _l("Took the caseload to a tablet"),
    "rights.audit_trail": _l("Looked at the audit"),
    "erase": _l("Erased a family"),
    "backup": _l("Made a backup"),
}
"""What the most frequent actions are called; the others are shown by their endpoint's name."""


class AuditForm(PageForm):
    """Which entries are shown; it is sent with the address."""

    class Meta(PageForm.Meta):
        csrf = False

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            return flask.request.args

    first = DateField(_l("From"), [Optional()])
    last = DateField(_l("To"), [Optional()])
    person = SelectField(_l("Person"), [Optional()])
    object = Line(_l("Case number or id"), [Optional(), Length(max=64)])

    def __init__(self, people: dict[uuid.UUID, str]) -> None:
        super().__init__()
        named = sorted(people.items(), key=lambda one: one[1].casefold())
        self.person.choices = [SelectChoice("", _("everybody")), *(SelectChoice(str(id), name) for id, name in named)]


@pages.get("/audit/")
def audit_trail() -> str:
    """Who saw and did what, the newest first."""
    programme_id = access.me().programme_id
    people = {
        row.id: row.name for row in db.session.scalars(select(Account).where(Account.programme_id == programme_id))
    }
    form = AuditForm(people)
    query = select(AuditEntry).where(AuditEntry.programme_id == programme_id)
    before = flask.request.args.get("before", type=int)
    if form.validate():
        query = _chosen(query, form)
    if before is not None and 0 < before < 2**62:
        query = query.where(AuditEntry.seq < before)
    found = list(db.session.scalars(query.order_by(AuditEntry.seq.desc()).limit(ROWS + 1)))
    onward: dict[str, Any] = {name: value for name, value in flask.request.args.items() if name in form}
    onward |= {"before": found[ROWS - 1].seq} if len(found) > ROWS else {}
    older = flask.url_for("rights.audit_trail", **onward) if len(found) > ROWS else None
    return flask.render_template(
        "rights/audit.html", form=form, rows=found[:ROWS], older=older, people=people, actions=ACTION_NAMES
    )


def _chosen(query: Select[AuditEntry], form: AuditForm) -> Select[AuditEntry]:
    if form.first.data:
        query = query.where(AuditEntry.at >= datetime.combine(form.first.data, time(), UTC))
    if form.last.data and form.last.data.year < 9999:
        query = query.where(AuditEntry.at < datetime.combine(form.last.data + timedelta(days=1), time(), UTC))
    if form.person.data:
        query = query.where(AuditEntry.account_id == uuid.UUID(form.person.data))
    if form.object.data:
        query = query.where(AuditEntry.object.in_(_ids(form.object.data)))
    return query


def _ids(words: str) -> list[str]:
    """What the audit calls this: the id itself, or that of the family with this case number."""
    family = db.session.scalar(access.families().where(Family.code == words))
    return [words, *([str(family.id)] if family else [])]
