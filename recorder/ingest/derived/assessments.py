"""What does a signed sort or questionnaire come to?

It is scored when it is signed. A sort that is not legal, or an answer that is not allowed, is put aside with the
sentence that names the card or the question; the log stays open, keeps everything, and can be corrected and signed
again. A child of another age than the instrument is meant for has answers and no scores.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from sqlalchemy import delete, insert

from recorder.db import db, now, owned_rows
from recorder.ingest import visits
from recorder.ingest.derived.grown import Aside, Grown
from recorder.ingest.derived.members import age, focal
from recorder.instruments.qset import QSet
from recorder.instruments.questionnaire import Questionnaire
from recorder.measures import VERSION
from recorder.measures.observation import Value
from recorder.measures.scoring import InvalidAnswers, as_document, problems, score
from recorder.measures.tape import Tape
from recorder.records.assessments import Assessment
from recorder.records.instruments import with_hash
from recorder.records.observations import Log


def follow(grown: Grown) -> list[Aside]:
    """Make what follows from a sort or a questionnaire that has grown."""
    log, tape = grown.log, grown.tape
    faults = _faults(log, tape) if tape.closed and not _is_cut_short(log) else ()
    log.closed_at = (log.closed_at or now()) if tape.closed and not faults else None
    if grown.was_closed or log.closed_at:
        remake(log, tape)
    if log.closed_at and not log.refused:
        visits.took_place(log)
    if tape.signed is None or not faults or not (grown.was_closed or tape.signed > grown.before):
        return []
    return [grown.aside(tape.signed, "bad_value", " ".join(faults))]


def remake(log: Log, tape: Tape) -> None:
    """Replace the assessment of a log: there is one while the log is signed."""
    db.session.execute(delete(Assessment).where(Assessment.log_key == log.key))
    if log.closed_at is None or log.refused or _is_cut_short(log):
        return
    visit = visits.of(log)
    child = focal(tape, "children")
    row = {
        "programme_id": log.programme_id,
        "log_key": log.key,
        "visit_id": visit.id,
        "family_id": visit.family_id,
        "site_id": visit.site_id,
        "account_id": log.account_id,
        "child_id": child,
        "caregiver_id": focal(tape, "caregivers"),
        "local_date": log.local_date,
        "kind": log.kind,
        "instrument": log.instrument,
        "instrument_hash": log.instrument_hash,
        "measures_version": VERSION,
        "filled_in": str(tape.opening.get("filled_in", "")) if log.kind == "questionnaire" else "",
        "present": str(tape.opening.get("present", "")),
        "answers": json.dumps(_answers(log, tape), ensure_ascii=False, separators=(",", ":")),
        "scores": _scores(log, tape, child),
    }
    db.session.execute(insert(Assessment), owned_rows(Assessment, [row]))


def _is_cut_short(log: Log) -> bool:
    """Whether it was stopped early: then it is kept, and comes to nothing."""
    return log.end not in (None, "end")


def _instrument(log: Log) -> QSet | Questionnaire:
    instrument = with_hash(log.programme_id, log.instrument_hash)
    assert isinstance(instrument, QSet | Questionnaire), "a log without its instrument is not admitted"
    return instrument


def _answers(log: Log, tape: Tape) -> dict[str, Value]:
    """The last pile of each card, or the last answer to each question."""
    return dict(tape.piles if log.kind == "sort" else tape.answers)


def _distribution(log: Log, tape: Tape) -> tuple[int, ...] | None:
    piles = tape.opening.get("distribution") if log.kind == "sort" else None
    return None if piles is None else tuple(piles)


def _faults(log: Log, tape: Tape) -> tuple[str, ...]:
    return problems(_instrument(log), _answers(log, tape), _distribution(log, tape))


def _scores(log: Log, tape: Tape, child: uuid.UUID | None) -> dict[str, Any]:
    assert log.local_date is not None
    instrument, answers, distribution = _instrument(log), _answers(log, tape), _distribution(log, tape)
    months = age(child, log.local_date) if child else None
    try:
        made = score(instrument, answers, distribution=distribution, age_months=months, on=log.local_date)
    except InvalidAnswers as error:  # the answers were checked: it is the child's age
        made = score(instrument, answers, distribution=distribution, on=log.local_date)
        return _without_scores(as_document(made), str(error))
    return as_document(made)


def _without_scores(document: dict[str, Any], sentence: str) -> dict[str, Any]:
    """Scores that do not exist, with the reason."""
    none = {key: dict.fromkeys(document[key]) for key in ("scores", "percent") if key in document}
    return document | none | {"warnings": [sentence, *document["warnings"]]}
