"""What is known of a family beside the observations: sorts, answers, results from elsewhere, life events.

No number here has a cut-off and none is called good or bad. An emotional-availability result is hidden from visitors;
a Strange Situation classification is read by the programme's clinicians alone, never by somebody who has coded this
family, and a visitor cannot enter one.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

import flask
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from recorder import access
from recorder.db import db, now
from recorder.instruments.edition import Labels
from recorder.instruments.questionnaire import Questionnaire
from recorder.pages.assessment_forms import (
    CLASS_NAMES,
    DIMENSION_NAMES,
    ClassificationForm,
    EmotionalAvailabilityForm,
    ExternalForm,
    LifeEventForm,
)
from recorder.programme.security import sorts
from recorder.records.assessments import Assessment, ExternalResult, LifeEvent
from recorder.records.families import Family
from recorder.records.instruments import with_hash

pages = flask.Blueprint("assessments", __name__, url_prefix="/families/<uuid:id>")


@dataclass(frozen=True)
class External:
    """A result from elsewhere with its content read."""

    row: ExternalResult
    result: dict[str, Any]


@dataclass(frozen=True)
class Answered:
    """A questionnaire that was filled in: each scale's label, its value on 0-100 (None where it has none), how many of
    its questions were answered, and how many it has."""

    row: Assessment
    label: Labels
    remark: Labels
    scales: list[tuple[Labels, float | None, int, int]]


@pages.get("/assessments")
def show(id: uuid.UUID) -> str:
    """Everything that is known of this family beside the observations."""
    return _page(access.family(id))


def _page(family: Family, **forms: Any) -> str:
    role = access.me().role
    reads_availability = role in access.READS_AVAILABILITY
    classified = access.reads_classifications(family)
    empty = {
        "availability": EmotionalAvailabilityForm(formdata=None, family=family, prefix="availability-"),
        "classification": ClassificationForm(formdata=None, family=family, prefix="classification-"),
        "event": LifeEventForm(formdata=None, prefix="event-"),
    }
    return flask.render_template(
        "assessments/show.html",
        family=family,
        sorts=sorts(family),
        answered=_answered(family),
        availability=_external(family, "emotional_availability") if reads_availability else [],
        classifications=_external(family, "strange_situation") if classified else [],
        events=_events(family),
        dimensions=DIMENSION_NAMES,
        classes=CLASS_NAMES,
        zone=zone,
        labelled=_labelled,
        forms=empty | forms,
        reads_availability=reads_availability,
        may_enter=role in access.POLICY["assessments.availability"],
        classified=classified,
        may_classify=classified and role in access.POLICY["assessments.classification"],
        may_add_event=role in access.POLICY["assessments.event"],
    )


def zone(score: int) -> str:
    """The stretch of zone scores that a score lies in, by the programme's own cut points: "61-80"."""
    lower = 1
    upper = 100
    for cut in access.programme().zone_cuts:
        if score >= cut:
            lower = cut
            break
        upper = cut - 1
    return f"{lower}\N{EN DASH}{upper}"


def _labelled(labels: Labels, otherwise: str = "") -> str:
    return labels.get(get_locale().language) or labels.get("en") or otherwise


def _answered(family: Family) -> list[Answered]:
    query = select(Assessment).where(Assessment.family_id == family.id, Assessment.kind == "questionnaire")
    loads = [joinedload(part) for part in (Assessment.child, Assessment.caregiver, Assessment.account)]
    rows = db.session.scalars(query.options(*loads).order_by(Assessment.local_date.desc(), Assessment.key.desc()))
    found = []
    for row in rows:
        asked = with_hash(row.programme_id, row.instrument_hash)
        if isinstance(asked, Questionnaire):
            percents, counts = row.scores["percent"], row.scores["n"]
            scales = [
                (scale.label or {"en": scale.id}, percents[scale.id], counts[scale.id], len(scale.items))
                for scale in asked.scales
            ]
            found.append(Answered(row, asked.label, asked.remark, scales))
    return found


def _external(family: Family, kind: str) -> list[External]:
    query = select(ExternalResult).where(ExternalResult.family_id == family.id, ExternalResult.kind == kind)
    loads = [joinedload(part) for part in (ExternalResult.child, ExternalResult.caregiver, ExternalResult.entered_by)]
    rows = db.session.scalars(
        query.options(*loads).order_by(ExternalResult.on.desc(), ExternalResult.entered_at.desc())
    )
    return [External(row, json.loads(row.result)) for row in rows]


def _events(family: Family) -> list[LifeEvent]:
    query = select(LifeEvent).where(LifeEvent.family_id == family.id)
    return list(db.session.scalars(query.order_by(LifeEvent.on.desc(), LifeEvent.entered_at.desc())))


@pages.post("/availability")
def availability(id: uuid.UUID) -> Response | tuple[str, int]:
    """Keep an emotional-availability result that was found elsewhere."""
    family = access.family(id)
    form = EmotionalAvailabilityForm(family=family, prefix="availability-")
    if not form.validate():
        return _page(family, availability=form), 422
    _keep(family, "emotional_availability", form, form.result())
    return _back(family, _("The result is kept."))


@pages.post("/classification")
def classification(id: uuid.UUID) -> Response | tuple[str, int]:
    """Keep a Strange Situation classification that was found elsewhere."""
    family = access.classified_family(id)
    form = ClassificationForm(family=family, prefix="classification-")
    if not form.validate():
        return _page(family, classification=form), 422
    _keep(family, "strange_situation", form, form.result())
    return _back(family, _("The classification is kept."))


def _keep(family: Family, kind: str, form: ExternalForm, result: dict[str, Any]) -> None:
    row = ExternalResult(
        programme_id=family.programme_id,
        family_id=family.id,
        child_id=uuid.UUID(form.child.data),
        caregiver_id=uuid.UUID(form.caregiver.data),
        kind=kind,
        on=form.on.data,
        organisation=form.organisation.data,
        assessor=form.assessor.data,
        certificate=form.certificate.data,
        certificate_until=form.certificate_until.data,
        result=json.dumps(result),
        entered_by_id=access.me().id,
    )
    db.session.add(row)
    db.session.commit()


@pages.post("/external/<uuid:result_id>/withdrawal")
def withdraw(id: uuid.UUID, result_id: uuid.UUID) -> Response:
    """Mark a result that was entered wrongly: it stays, struck through."""
    found = access.external_result(id, result_id)
    found.withdrawn_at = found.withdrawn_at or now()
    db.session.commit()
    return _back(found.family, _("The result is marked as withdrawn."))


@pages.post("/events")
def event(id: uuid.UUID) -> Response | tuple[str, int]:
    """Note a life event."""
    family = access.family(id)
    form = LifeEventForm(prefix="event-")
    if not form.validate():
        return _page(family, event=form), 422
    db.session.add(
        LifeEvent(
            programme_id=family.programme_id,
            family_id=family.id,
            on=form.on.data,
            words=form.words.data,
            entered_by_id=access.me().id,
        )
    )
    db.session.commit()
    return _back(family, _("Noted."))


@pages.post("/events/<uuid:event_id>/removal")
def remove_event(id: uuid.UUID, event_id: uuid.UUID) -> Response:
    """Take a life event away that was noted wrongly."""
    found = access.life_event(id, event_id)
    db.session.delete(found)
    db.session.commit()
    return _back(access.family(id), _("Taken away."))


def _back(family: Family, words: str) -> Response:
    flask.flash(words)
    return flask.redirect(flask.url_for("assessments.show", id=family.id))
