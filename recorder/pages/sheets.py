"""Where does a family's page come from: the proposal that the visitor edits, the check of her words, and the page
itself, as HTML and as PDF?

The page is made from the words that were approved; nothing is chosen again.
"""

from __future__ import annotations

import json
import uuid

import flask
from sqlalchemy import select
from werkzeug.exceptions import BadRequest, NotFound

from recorder import access, ingest
from recorder.db import db
from recorder.feedback.check import check as checked
from recorder.feedback.choose import propose
from recorder.feedback.evidence import Dyad, gather
from recorder.feedback.icons import ICONS
from recorder.feedback.pdf import PAPERS, render
from recorder.feedback.sheet import FeedbackSheet, Visited, from_event
from recorder.feedback.words import LANGUAGES, Facts, compose, goal_type
from recorder.instruments.scheme import Scheme
from recorder.measures.figures import figures
from recorder.measures.fitting import Tally, tally_of
from recorder.measures.observation import InvalidObservation, observed_ms
from recorder.measures.tape import Tape
from recorder.protection import csrf
from recorder.records.families import Child, Family
from recorder.records.observations import Log, StoredFigures
from recorder.records.people import Programme
from recorder.records.sheets import Sheet

pages = flask.Blueprint("sheets", __name__)
csrf.exempt(pages)  # its one POST is of the API, which asks for its own header

LONGEST_TEXT = 4_000
MOST_TEXTS = 60


@pages.get("/sheets/<uuid:id>")
def show(id: uuid.UUID) -> str:
    """A family's page on the screen, to read together and to print."""
    row = access.sheet(id)
    return flask.render_template("sheets/page.html", sheet=_finished(row), row=row, icons=ICONS)


@pages.get("/sheets/<uuid:id>.pdf")
def pdf(id: uuid.UUID) -> flask.Response:
    """A family's page as PDF, on the programme's paper or on the one asked for."""
    row = access.sheet(id)
    paper = flask.request.args.get("paper") or _programme(row.programme_id).paper
    if paper not in PAPERS:
        raise BadRequest
    content = render(_finished(row), paper, large_print=flask.request.args.get("large") == "1")
    response = flask.Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="page-{row.local_date.isoformat()}.pdf"'
    return response


@pages.get("/api/v1/proposals/<uuid:log_id>")
def proposal(log_id: uuid.UUID) -> flask.typing.ResponseReturnValue:
    """What a page could say about one child of an observation, with why."""
    log = access.log(log_id)
    language = flask.request.args.get("language", "en")
    if language not in LANGUAGES or log.family_id is None:
        raise BadRequest
    family = db.session.get_one(Family, log.family_id)
    tape = ingest.tape(log)
    child = _child(family, tape, flask.request.args.get("child"))
    try:
        observation = ingest.observation(log, tape)
        measured = figures(observation, child=str(child.id))
    except InvalidObservation as error:
        return flask.jsonify(error={"status": 422, "message": str(error)}), 422
    dyad = _dyad(log, family, child, tape, observation.scheme)
    contact = next(iter(_programme(log.programme_id).contacts), {})
    me = access.me()
    facts = Facts(
        child.first_name,
        str(child.id),
        me.name,
        me.language,
        (contact.get("name", ""), contact.get("phone", "")),
    )
    return flask.jsonify(compose(propose(gather(observation, measured, dyad)), facts, language))


@pages.post("/api/v1/sheet-check")
def check() -> flask.Response:
    """Which words of a draft are labels, hurt, are hard to read or cannot be printed; nothing is kept."""
    asked = flask.request.get_json(silent=True)
    if not isinstance(asked, dict) or str(asked.get("language")) not in LANGUAGES or not _texts(asked.get("texts")):
        raise BadRequest
    return flask.jsonify(findings=checked(asked["texts"], asked["language"], _names()))


def _texts(texts: object) -> bool:
    return (
        isinstance(texts, dict)
        and len(texts) <= MOST_TEXTS
        and all(isinstance(text, str) and len(text) <= LONGEST_TEXT for text in texts.values())
    )


def _names() -> list[str]:
    """The names in the families that the person may see: a name is never a word that hurts."""
    families = db.session.scalars(access.families()).unique()
    return [
        name
        for family in families
        for name in (
            *(child.first_name for child in family.children),
            *(adult.first_name for adult in family.caregivers),
        )
    ]


def _finished(row: Sheet) -> FeedbackSheet:
    """The page that was approved, with what it says of the visit."""
    child = next(child for child in row.family.children if child.id == row.child_id)
    caregiver = next((adult for adult in row.family.caregivers if adult.id == row.caregiver_id), None)
    visited = Visited(
        child=child.first_name,
        observed_ms=_observed(row),
        day=row.local_date,
        caregiver=caregiver.first_name if caregiver else "",
        visitor=row.account.name,
        telephone=_programme(row.programme_id).telephone,
    )
    return from_event(json.loads(row.words), visited)


def _observed(row: Sheet) -> int:
    """The observed time: as stored with the figures, else from the log itself."""
    stored = db.session.scalar(select(StoredFigures.observed_ms).where(StoredFigures.log_key == row.log_key))
    if stored is not None:
        return stored
    return observed_ms(ingest.observation(db.session.get_one(Log, row.log_key)))


def _programme(id: uuid.UUID) -> Programme:
    return db.session.get_one(Programme, id)


def _child(family: Family, tape: Tape, asked: str | None) -> Child:
    """The child whom the page is about: the one asked for, else the observation's first."""
    observed = [str(id) for id in tape.opening.get("children", ())]
    wanted = asked or next(iter(observed), None)
    found = next((child for child in family.children if str(child.id) == wanted and wanted in observed), None)
    if found is None:
        raise NotFound
    return found


def _dyad(log: Log, family: Family, child: Child, tape: Tape, scheme: Scheme) -> Dyad:
    """What is known of this child and family besides today's observation."""
    last = db.session.scalar(
        select(Sheet)
        .where(Sheet.family_id == family.id, Sheet.child_id == child.id, Sheet.log_key != log.key)
        .order_by(Sheet.local_date.desc(), Sheet.seq.desc())
    )
    done = last is not None and tape.tried.get(str(last.id)) == "yes"
    return Dyad(
        goal=family.goal,
        goal_type=goal_type(family.goal),
        age_months=_age_months(child, log),
        last=_last_tally(log, child, scheme),
        doing=frozenset({last.step}) if last is not None and done else frozenset(),
        done=done,
        contacts=bool(_programme(log.programme_id).contacts),
        ticks=frozenset(filter(None, flask.request.args.get("ticks", "").split(","))),
    )


def _age_months(child: Child, log: Log) -> int | None:
    if log.local_date is None:
        return None
    year, month, day = (int(part) for part in child.birth_date.split("-"))
    months = (log.local_date.year - year) * 12 + log.local_date.month - month
    return months - (log.local_date.day < day)


def _last_tally(log: Log, child: Child, scheme: Scheme) -> Tally | None:
    """How this dyad's last visit in the same context and scheme went."""
    row = db.session.scalar(
        select(StoredFigures)
        .where(
            StoredFigures.family_id == log.family_id,
            StoredFigures.child_id == child.id,
            StoredFigures.context == log.context,
            StoredFigures.scheme_hash == log.instrument_hash,
            StoredFigures.log_key != log.key,
            StoredFigures.log_key.not_in(access.hidden_logs()),
            StoredFigures.local_date <= log.local_date,
        )
        .order_by(StoredFigures.local_date.desc(), StoredFigures.key.desc())
    )
    return None if row is None else tally_of(row.figures["pairs"], scheme)
