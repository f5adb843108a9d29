"""What waits for a supervisor: safety notes, and the questions of her visitors.

A safety note is read by the person who wrote it and by the supervisors of the family, and by nobody else. A manager
sees that one is open, not what it says. A question is a moment of an observation; its answer goes back to the visitor.
"""

from __future__ import annotations

import uuid
from typing import Any

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from recorder import access
from recorder.charts.back_and_forth import clock
from recorder.db import db, now
from recorder.pages.fields import Line, PageForm, Paragraph
from recorder.records.followups import Question, SafetyNote

pages = flask.Blueprint("followups", __name__)

MOST_ROWS = 200

ABOUT_NAMES = {
    "child": _l("A child is not safe"),
    "caregiver": _l("A caregiver is not safe"),
    "visitor": _l("The visitor is not safe"),
    "disclosure": _l("Somebody told me something"),
}
QUESTION_NAMES = {"ask": _l("Question"), "rough": _l("Rough moment")}


class SafetyForm(PageForm):
    """A safety note, written in the browser."""

    about = RadioField(
        _l("What is it about?"),
        [InputRequired(_l("Please choose one."))],
        choices=[SelectChoice(code, words) for code, words in ABOUT_NAMES.items()],
    )
    seen = Paragraph(_l("What was seen and heard?"), [DataRequired(), Length(max=4000)])
    told_whom = Line(_l("Whom did you tell?"), [Optional(), Length(max=200)])
    told_when = Line(_l("When?"), [Optional(), Length(max=200)])
    reference = Line(_l("Reference number"), [Optional(), Length(max=200)])
    why_not = Paragraph(_l("If you told nobody yet: why not?"), [Optional(), Length(max=4000)])


class AnswerForm(PageForm):
    """What a supervisor writes back."""

    answer = Paragraph(_l("Your answer"), [DataRequired(), Length(max=4000)])


class AcknowledgementForm(PageForm):
    """That a supervisor has read a safety note, and what happens now."""

    acknowledgement = Paragraph(_l("What happens now?"), [DataRequired(), Length(max=4000)])


@pages.get("/safety/")
def notes() -> str:
    """The safety notes that this person may read: open ones first."""
    loads = [joinedload(SafetyNote.family), joinedload(SafetyNote.account)]
    found = db.session.scalars(
        access.safety_notes().options(*loads).order_by(SafetyNote.written_at.desc()).limit(MOST_ROWS)
    ).all()
    parts = [[note for note in found if (note.acknowledged_at is None) == is_open] for is_open in (True, False)]
    return flask.render_template("followups/notes.html", waiting=parts[0], settled=parts[1], about=ABOUT_NAMES)


@pages.get("/families/<uuid:id>/safety")
def write(id: uuid.UUID) -> str:
    """The safety card and the form of a note."""
    return _card(id, SafetyForm())


def _card(id: uuid.UUID, form: SafetyForm) -> str:
    return flask.render_template(
        "followups/card.html", family=access.family(id), form=form, programme=access.programme(), me=access.me()
    )


@pages.post("/families/<uuid:id>/safety")
def keep(id: uuid.UUID) -> Response | tuple[str, int]:
    """Keep a safety note; the supervisor's clock runs from now."""
    family, form = access.family(id), SafetyForm()
    if not form.validate():
        return _card(id, form), 422
    note = SafetyNote(
        programme_id=family.programme_id,
        family_id=family.id,
        account_id=access.me().id,
        local_date=access.today(),
        about=form.about.data,
        **{name: form[name].data or "" for name in ("seen", "told_whom", "told_when", "reference", "why_not")},
    )
    db.session.add(note)
    db.session.commit()
    flask.flash(_("The safety note is kept. Your supervisor sees it now."))
    return flask.redirect(flask.url_for("followups.note", id=note.id))


@pages.get("/safety/<uuid:id>")
def note(id: uuid.UUID) -> str:
    """One safety note."""
    return _note(access.safety_note(id), AcknowledgementForm(formdata=None))


def _note(found: SafetyNote, form: AcknowledgementForm) -> str:
    return flask.render_template(
        "followups/note.html",
        note=found,
        form=form,
        about=ABOUT_NAMES,
        may_acknowledge=found.acknowledged_at is None and access.me().role in access.CASEWORK,
    )


@pages.post("/safety/<uuid:id>/acknowledgement")
def acknowledge(id: uuid.UUID) -> Response | tuple[str, int]:
    """Stop the clock of a safety note."""
    found, form = access.safety_note(id), AcknowledgementForm()
    if found.acknowledged_at is not None:
        form.acknowledgement.errors = [_("This note was acknowledged already.")]
        return _note(found, form), 409
    if not form.validate():
        return _note(found, form), 422
    found.acknowledged_at, found.acknowledged_by_id = now(), access.me().id
    found.acknowledgement = form.acknowledgement.data
    db.session.commit()
    flask.flash(_("Acknowledged."))
    return flask.redirect(flask.url_for("followups.notes"))


@pages.get("/questions/")
def questions() -> str:
    """The questions that this person may read: those that wait first."""
    return _questions(None)


def _questions(form: AnswerForm | None, about: Question | None = None) -> str:
    loads = [joinedload(Question.family), joinedload(Question.account), joinedload(Question.log)]
    query = access.questions().options(*loads).order_by(Question.local_date.desc(), Question.key.desc())
    found = db.session.scalars(query.limit(MOST_ROWS)).all()
    may_answer = access.me().role in access.CASEWORK
    return flask.render_template(
        "followups/questions.html",
        waiting=[_as_row(one, form if one is about else None) for one in found if one.answered_at is None],
        settled=[_as_row(one, None) for one in found if one.answered_at is not None],
        may_answer=may_answer,
        unread=_unread(),
        kinds=QUESTION_NAMES,
    )


def _unread() -> int:
    """How many safety notes that this person may read wait for a supervisor."""
    waiting = access.safety_notes().where(SafetyNote.acknowledged_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def _as_row(question: Question, form: AnswerForm | None) -> dict[str, Any]:
    prefix = f"q{question.key}"
    return {
        "question": question,
        "clock": clock(question.at_ms),
        "form": form or AnswerForm(formdata=None, prefix=prefix),
    }


@pages.post("/questions/<uuid:id>/<int:seq>/answer")
def answer(id: uuid.UUID, seq: int) -> Response | tuple[str, int]:
    """Answer a question; `id` is its log's, `seq` its place in it."""
    question = access.question(id, seq)
    form = AnswerForm(prefix=f"q{question.key}")
    if not form.validate():
        return _questions(form, question), 422
    question.answered_at, question.answered_by_id = now(), access.me().id
    question.answer = form.answer.data
    db.session.commit()
    flask.flash(_("Answered."))
    return flask.redirect(flask.url_for("followups.questions"))
