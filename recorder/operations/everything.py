"""What does this programme hold on one child?

Everything, as one document; but what could harm somebody is handed out only after a person has read it: safety notes
and who reported, what other people wrote or said (notes, answers, results from elsewhere). Each of these is an *item*
to be ticked. What belongs to a brother or sister alone is never in it; what belongs to the family as a whole is.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from recorder import ingest
from recorder.db import db
from recorder.measures.tape import Tape
from recorder.records.assessments import Assessment, ExternalResult, LifeEvent
from recorder.records.families import Child, Family
from recorder.records.followups import Question, SafetyNote
from recorder.records.observations import Log, StoredFigures, StoredRating
from recorder.records.sheets import Sheet
from recorder.records.visits import Visit


@dataclass(frozen=True)
class Item:
    """Something that is read by a person before it is handed out: `kind`, its day, and every word of it."""

    id: str
    kind: str
    on: str
    words: dict[str, str]


def items(family: Family, child: Child) -> list[Item]:
    """What has to be reviewed, in the order of its days."""
    return sorted(_items(family, child), key=lambda item: (item.on, item.id))


def document(family: Family, child: Child, released: Collection[str]) -> dict[str, Any]:
    """Everything that is held on a child; of the items those whose ids are `released`, of the others how many."""
    reviewed = items(family, child)
    return {
        "format": "everything-held/1",
        "child": {
            "first_name": child.first_name,
            "birth_date": child.birth_date,
            "weeks_early": child.weeks_early,
        },
        "family": {
            "case_number": family.code,
            "goal": family.goal,
            "site": family.site.name,
            "enrolled_on": str(family.enrolled_on),
            "left_on": str(family.left_on or ""),
            "caregivers": [{"first_name": one.first_name, "relation": one.relation} for one in family.caregivers],
            "consents": [
                {"scope": one.scope, "given_on": str(one.given_on), "withdrawn_on": str(one.withdrawn_on or "")}
                for one in family.consents
            ],
            "visitors": [
                {"name": one.account.name, "from": str(one.from_on), "until": str(one.until_on or "")}
                for one in family.assignments
            ],
        },
        "visits": list(_visits(family)),
        "observations": list(_observations(child)),
        "assessments": list(_assessments(child)),
        "pages": list(_pages(child)),
        "reviewed": [{"kind": item.kind, "on": item.on, **item.words} for item in reviewed if item.id in released],
        "withheld": sum(item.id not in released for item in reviewed),
    }


def _items(family: Family, child: Child) -> Iterator[Item]:
    for note in db.session.scalars(select(SafetyNote).where(SafetyNote.family_id == family.id)):
        names = ("about", "seen", "told_whom", "told_when", "reference", "why_not", "acknowledgement")
        words = {name: getattr(note, name) for name in names} | {"written_by": note.account.name}
        yield Item(f"safety-{note.id}", "safety note", str(note.local_date), _said(words))
    for question in db.session.scalars(select(Question).where(Question.family_id == family.id)):
        words = {"note": question.note, "answer": question.answer}
        yield Item(f"question-{question.key}", "question", str(question.local_date), _said(words))
    for event in db.session.scalars(select(LifeEvent).where(LifeEvent.family_id == family.id)):
        yield Item(f"event-{event.id}", "life event", str(event.on), {"words": event.words})
    of_child = ExternalResult.child_id == child.id
    for result in db.session.scalars(select(ExternalResult).where(of_child)):
        words = {"assessor": result.assessor, "organisation": result.organisation, "result": result.result}
        yield Item(f"result-{result.id}", f"result from elsewhere: {result.kind}", str(result.on), _said(words))
    for assessment in db.session.scalars(select(Assessment).where(_of(Assessment, child))):
        words = {"instrument": assessment.instrument, "answers": assessment.answers, "present": assessment.present}
        yield Item(f"answers-{assessment.key}", "answers", str(assessment.local_date), _said(words))
    for visit in db.session.scalars(select(Visit).where(Visit.family_id == family.id)):
        if visit.cancel_reason:
            yield Item(f"visit-{visit.id}", "cancelled visit", str(visit.local_date), {"reason": visit.cancel_reason})
    yield from _notes(child)


def _notes(child: Child) -> Iterator[Item]:
    """What was written down during the observations of this child."""
    for log in _logs(child):
        for string in ingest.strings(log):
            event = json.loads(string)
            data = event.get("data")
            words = {
                name: str(data[name])
                for name in ("text", "note", "words", "idea")
                if isinstance(data, dict) and data.get(name)
            }
            if words:
                yield Item(f"note-{log.key}-{event['seq']}", "note", str(log.local_date), words)
        for correction in ingest.corrections(log)[0]:
            words = {"reason": correction.reason}
            yield Item(f"correction-{log.key}-{correction.seq}", "correction", str(log.local_date), words)


def _logs(child: Child) -> list[Log]:
    """The observations that name this child, those too that are too short for figures, or count for nothing."""
    query = select(Log).where(Log.family_id == child.family_id, Log.kind == "observation", Log.owner == "device")
    return [log for log in db.session.scalars(query.order_by(Log.key)) if str(child.id) in _children(ingest.tape(log))]


def _children(tape: Tape) -> list[str]:
    """The ids that an opening names, the focal child first."""
    return [str(id) for id in tape.opening.get("children") or ()]


def _visits(family: Family) -> Iterator[dict[str, Any]]:
    query = select(Visit).where(Visit.family_id == family.id).order_by(Visit.local_date, Visit.id)
    for visit in db.session.scalars(query):
        yield {"on": str(visit.local_date), "status": visit.status, "visitor": visit.account.name}


def _observations(child: Child) -> Iterator[dict[str, Any]]:
    """Each with what was tapped of this child, as it was corrected; `figures` are None where it has none."""
    for log in _logs(child):
        row = db.session.scalar(
            select(StoredFigures).where(StoredFigures.log_key == log.key, StoredFigures.child_id == child.id)
        )
        ratings = db.session.scalars(select(StoredRating).where(StoredRating.log_key == log.key))
        yield {
            "on": str(log.local_date),
            "context": log.context,
            "scheme": log.instrument,
            "taps": _taps(ingest.tape(log), child),
            "observed_ms": row.observed_ms if row else None,
            "codable": row.codable if row else None,
            "answered": row.answered if row else None,
            "figures": row.figures if row else None,
            "ratings": {f"{one.instrument} {one.scale}": "NOB" if one.nob else one.value for one in ratings},
        }


def _taps(tape: Tape, child: Child) -> list[tuple[int, str]]:
    """Time in ms and code of what was tapped of this child or, where it is the focal one, of nobody by name."""
    focal = next(iter(_children(tape)), None)
    return [(tap.t_ms, tap.code) for _, tap in tape.taps if (tap.child or focal) == str(child.id)]


def _assessments(child: Child) -> Iterator[dict[str, Any]]:
    query = select(Assessment).where(_of(Assessment, child)).order_by(Assessment.local_date, Assessment.key)
    for row in db.session.scalars(query):
        yield {"on": str(row.local_date), "instrument": row.instrument, "scores": row.scores}


def _of(table: Any, child: Child) -> Any:
    return or_(table.child_id == child.id, (table.child_id.is_(None)) & (table.family_id == child.family_id))


def _pages(child: Child) -> Iterator[dict[str, Any]]:
    query = select(Sheet).where(Sheet.child_id == child.id).order_by(Sheet.local_date, Sheet.key)
    for row in db.session.scalars(query):
        words = {name: part for name, part in json.loads(row.words).items() if name != "proposed"}
        yield {"on": str(row.local_date), "language": row.language, "page": words, "fits": row.fits or ""}


def _said(words: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in words.items() if text}
