"""What families and their programme may ask for: who saw and did what, everything that is held on a child as one file,
a legal hold, erasure."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from datetime import UTC, datetime, time, timedelta
from typing import Any

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from recorder import access
from recorder.db import db, now
from recorder.operations import erasure, everything
from recorder.pages.fields import Line, PageForm, Paragraph
from recorder.records.audit import AuditEntry
from recorder.records.disclosures import Disclosure
from recorder.records.families import Child, Family
from recorder.records.holds import LegalHold, hold_on
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
    "rights.release": _l("Made the file with everything on a child"),
    "rights.family": _l("Looked at the rights of a family"),
    "rights.review": _l("Reviewed everything on a child"),
    "rights.hold": _l("Placed a legal hold"),
    "rights.lift": _l("Lifted a legal hold"),
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


ITEM_NAMES = {
    "safety note": _l("Safety note"),
    "question": _l("Question to the supervisor"),
    "life event": _l("Life event"),
    "answers": _l("Answers and sorted cards"),
    "cancelled visit": _l("Why a visit was cancelled"),
    "note": _l("Note in an observation"),
    "correction": _l("Correction of an observation"),
}


WORD_NAMES = {
    "about": _l("About"),
    "seen": _l("Seen and heard"),
    "told_whom": _l("Who was told"),
    "told_when": _l("When"),
    "reference": _l("Reference number"),
    "why_not": _l("Why nobody was told"),
    "acknowledgement": _l("What the supervisor wrote"),
    "written_by": _l("Written by"),
    "note": _l("Note"),
    "text": _l("Note"),
    "answer": _l("Answer"),
    "words": _l("Words"),
    "idea": _l("Idea"),
    "assessor": _l("Assessor"),
    "organisation": _l("Organisation"),
    "result": _l("Result"),
    "instrument": _l("Instrument"),
    "answers": _l("Answers"),
    "present": _l("Who was there"),
    "reason": _l("Reason"),
}


class HoldForm(PageForm):
    """Why nothing may be erased."""

    reason = Paragraph(_l("Why, and who asked for it?"), [DataRequired(), Length(max=4000)])


class EraseForm(PageForm):
    """That somebody means it."""

    code = Line(_l("Type the case number to confirm"), [DataRequired()])


class ReleaseForm(PageForm):
    """Who gets the file."""

    recipient = Line(_l("Who gets the file?"), [DataRequired(), Length(max=200)])


@pages.get("/families/<uuid:id>/rights")
def family(id: uuid.UUID) -> str:
    """What a family may ask for."""
    return _family(access.family(id))


def _family(found: Family, **wrong: PageForm) -> str:
    handed = select(Disclosure).where(Disclosure.family_id == found.id).order_by(Disclosure.released_at.desc())
    return flask.render_template(
        "rights/family.html",
        family=found,
        hold=hold_on(found.id),
        disclosures=db.session.scalars(handed).all(),
        holding=wrong.get("holding") or HoldForm(formdata=None),
        erasing=wrong.get("erasing") or EraseForm(formdata=None),
        may_decide=access.me().role in access.MANAGEMENT,
        may_review=access.me().role in access.CASEWORK,
    )


@pages.post("/families/<uuid:id>/rights/hold")
def hold(id: uuid.UUID) -> Response | tuple[str, int]:
    """Place a legal hold."""
    found, form = access.family(id), HoldForm()
    if hold_on(found.id) is None:
        if not form.validate():
            return _family(found, holding=form), 422
        me = access.me()
        db.session.add(
            LegalHold(programme_id=found.programme_id, family_id=found.id, reason=form.reason.data, placed_by_id=me.id)
        )
        db.session.commit()
        flask.flash(_("Nothing of this family is erased until the hold is lifted."))
    return flask.redirect(flask.url_for("rights.family", id=found.id))


@pages.post("/families/<uuid:id>/rights/lifting")
def lift(id: uuid.UUID) -> Response:
    """Lift a legal hold."""
    found = access.family(id)
    placed = hold_on(found.id)
    if placed is not None:
        placed.lifted_at, placed.lifted_by_id = now(), access.me().id
        db.session.commit()
        flask.flash(_("The hold is lifted."))
    return flask.redirect(flask.url_for("rights.family", id=found.id))


@pages.post("/families/<uuid:id>/rights/erasure")
def erase(id: uuid.UUID) -> Response | tuple[str, int]:
    """Erase a family, for ever."""
    found, form = access.family(id), EraseForm()
    if not form.validate() or form.code.data != found.code:
        form.code.errors = [_("This is not the case number.")]
        return _family(found, erasing=form), 422
    try:
        erasure.erase(found, access.me())
    except erasure.Held:
        form.code.errors = [_("This family stands under a legal hold.")]
        return _family(found, erasing=form), 409
    flask.flash(_("The family is erased."))
    return flask.redirect(flask.url_for("families.index"))


@pages.get("/families/<uuid:id>/rights/children/<uuid:child_id>")
def review(id: uuid.UUID, child_id: uuid.UUID) -> str | Response:
    """What has to be read before everything that is held on a child is handed out."""
    found = access.family(id)
    if access.is_blind_to(found):
        return _another_must_read(found)
    return _review(found, _child(found, child_id), ReleaseForm(formdata=None), set())


def _another_must_read(family: Family) -> Response:
    flask.flash(_("You code a visit of this family too. Sign your observation first, or let somebody else read this."))
    return flask.redirect(flask.url_for("rights.family", id=family.id))


def _child(family: Family, id: uuid.UUID) -> Child:
    child = next((child for child in family.children if child.id == id), None)
    return child or access.nothing_here()


def _review(family: Family, child: Child, form: ReleaseForm, released: set[str]) -> str:
    return flask.render_template(
        "rights/review.html",
        family=family,
        child=child,
        items=_readable(family, child),
        kinds=ITEM_NAMES,
        names=WORD_NAMES,
        released=released,
        form=form,
    )


def _readable(family: Family, child: Child) -> list[everything.Item]:
    """What this person may read of what has to be reviewed: a classification from elsewhere is a clinician's."""
    found = everything.items(family, child)
    if access.reads_classifications(family):
        return found
    return [item for item in found if item.kind != "result from elsewhere: strange_situation"]


@pages.post("/families/<uuid:id>/rights/children/<uuid:child_id>")
def release(id: uuid.UUID, child_id: uuid.UUID) -> Response | tuple[str, int]:
    """Everything that is held on a child, as one file: for reading and for machines."""
    found, form = access.family(id), ReleaseForm()
    if access.is_blind_to(found):
        return _another_must_read(found)
    child, released = _child(found, child_id), set(flask.request.form.getlist("released"))
    if not form.validate():
        return _review(found, child, form, released), 422
    held = everything.document(found, child, released & {item.id for item in _readable(found, child)})
    db.session.add(
        Disclosure(
            programme_id=found.programme_id,
            family_id=found.id,
            child_id=child.id,
            recipient=form.recipient.data,
            items=len(held["reviewed"]),
            withheld=held["withheld"],
            released_by_id=access.me().id,
        )
    )
    db.session.commit()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("everything.json", json.dumps(held, ensure_ascii=False, indent=1))
        file.writestr("everything.html", flask.render_template("rights/everything.html", held=held))
    headers = {"Content-Disposition": "attachment; filename=everything.zip"}
    return flask.Response(content.getvalue(), mimetype="application/zip", headers=headers)


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
    found = db.session.scalar(access.families().where(Family.code == words))
    return [words, *([str(found.id)] if found else [])]
