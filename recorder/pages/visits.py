"""The visits: planned, done and cancelled."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import flask
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from recorder import access
from recorder.db import db, now
from recorder.pages.visit_forms import (
    CANCELLED_BY,
    STATUS_NAMES,
    CancelForm,
    FilterForm,
    PlanForm,
    SecondObserverForm,
)
from recorder.records.double_coding import Grant, standings
from recorder.records.families import Assignment, Family
from recorder.records.observations import Log
from recorder.records.visits import Visit

pages = flask.Blueprint("visits", __name__)

MOST_ROWS = 200


@pages.get("/visits/")
def index() -> str:
    """The visits of the families that this person reaches: by default from a month back to a month ahead."""
    form = FilterForm(flask.request.args)
    right = form.validate()
    since, until = _period(form) if right else _period(None)
    query = access.visits().where(Visit.local_date >= since, Visit.local_date <= until)
    if right and form.status.data:
        query = query.where(Visit.status == form.status.data)
    loads = [joinedload(Visit.family), joinedload(Visit.site), joinedload(Visit.account)]
    rows = db.session.scalars(
        query.options(*loads).order_by(Visit.local_date, Visit.local_time, Visit.id).limit(MOST_ROWS + 1)
    ).all()
    return flask.render_template(
        "visits/index.html",
        form=form,
        visits=rows[:MOST_ROWS],
        most=MOST_ROWS if len(rows) > MOST_ROWS else None,
        since=since,
        until=until,
        status=STATUS_NAMES,
    )


def _period(form: FilterForm | None) -> tuple[date, date]:
    """The days that are asked for; an end that is left open lies a month from today."""
    month, today = timedelta(days=31), access.today()
    since, until = (form.since.data, form.until.data) if form else (None, None)
    since = since or min(today, until or today) - month
    return since, until or max(today, since) + month


@pages.get("/visits/<uuid:id>")
def show(id: uuid.UUID) -> str:
    """One visit, with what was recorded."""
    return _show(access.visit(id))


def _show(visit: Visit, form: CancelForm | None = None, second: SecondObserverForm | None = None) -> str:
    logs = db.session.scalars(access.logs().where(Log.visit_id == visit.id).order_by(Log.key)).all()
    return flask.render_template(
        "visits/show.html",
        visit=visit,
        logs=logs,
        form=form or CancelForm(formdata=None),
        second=second or SecondObserverForm(formdata=None, visit=visit),
        standings=standings(visit.id),
        may_grant=access.me().role in access.POLICY["visits.second"] and visit.status != "cancelled",
        may_compare=access.me().role in access.POLICY["agreement.pair"],
        status=STATUS_NAMES,
        cancelled_by=CANCELLED_BY,
        may_cancel=visit.status == "planned" and access.me().role in access.RECORDING,
        may_look=access.me().role in access.POLICY["programme.observation"],
    )


@pages.post("/families/<uuid:id>/visits")
def plan(id: uuid.UUID) -> Response | tuple[str, int]:
    """Plan a visit for whoever visits the family on that day."""
    family, form = access.family(id), PlanForm()
    if form.validate() and (visitor_id := _visitor_on(family, form)) is not None:
        at = form.local_time.data
        visit = Visit(
            programme_id=family.programme_id,
            family_id=family.id,
            site_id=family.site_id,
            account_id=visitor_id,
            local_date=form.local_date.data,
            local_time=at.strftime("%H:%M") if at else None,
        )
        db.session.add(visit)
        db.session.commit()
        flask.flash(_("The visit is planned."))
        return flask.redirect(flask.url_for("families.show", id=family.id))
    return flask.render_template("visits/plan.html", family=family, form=form), 422


def _visitor_on(family: Family, form: PlanForm) -> uuid.UUID | None:
    """Who visits a family on the day of the form; without anybody the form says so."""
    day = form.local_date.data
    if family.left_on is not None:
        form.local_date.errors = [_("This family has left the programme.")]
        return None
    query = select(Assignment.account_id).where(Assignment.family_id == family.id, Assignment.from_on <= day)
    query = query.where(Assignment.until_on.is_(None) | (Assignment.until_on >= day))
    found = db.session.scalar(query)
    if found is None:
        form.local_date.errors = [_("Nobody visits this family on that day. Assign a visitor first.")]
    return found


@pages.post("/visits/<uuid:id>/cancellation")
def cancel(id: uuid.UUID) -> Response | tuple[str, int]:
    """Cancel a planned visit, by the family or by staff, with the reason."""
    visit, form = access.visit(id), CancelForm()
    if visit.status != "planned":
        form.reason.errors = [_("Only a planned visit can be cancelled.")]
        return _show(visit, form), 409
    if not form.validate():
        return _show(visit, form), 422
    visit.status, visit.cancelled_by, visit.cancel_reason = "cancelled", form.cancelled_by.data, form.reason.data
    db.session.commit()
    flask.flash(_("The visit is cancelled."))
    return flask.redirect(flask.url_for("families.show", id=visit.family_id))


@pages.post("/visits/<uuid:id>/second-observer")
def second(id: uuid.UUID) -> Response | tuple[str, int]:
    """Open a visit to a second observer, who codes it blind to the first."""
    visit = access.visit(id)
    form = SecondObserverForm(visit=visit)
    if visit.status == "cancelled":
        form.who.errors = [_("This visit is cancelled.")]
        return _show(visit, second=form), 409
    if not form.validate():
        return _show(visit, second=form), 422
    if any(standing.live for standing in standings(visit.id)):
        form.who.errors = [_("Somebody codes this visit too already. Take that back first.")]
        return _show(visit, second=form), 409
    _grant(visit, uuid.UUID(form.who.data))
    db.session.commit()
    flask.flash(_("The visit is open to the second observer. Both code it blind to each other."))
    return flask.redirect(flask.url_for("visits.show", id=visit.id))


def _grant(visit: Visit, account_id: uuid.UUID) -> None:
    """Grant a visit to somebody, or again to whom it was taken back from."""
    grant = db.session.scalar(select(Grant).where(Grant.visit_id == visit.id, Grant.account_id == account_id))
    if grant is None:
        grant = Grant(programme_id=visit.programme_id, visit_id=visit.id, account_id=account_id)
        db.session.add(grant)
    grant.granted_by_id, grant.granted_at, grant.taken_back_at = access.me().id, now(), None


@pages.post("/visits/<uuid:id>/second-observer/<uuid:grant>/end")
def end_second(id: uuid.UUID, grant: uuid.UUID) -> Response:
    """Take a visit back from a second observer; what she has begun already stays hers to finish."""
    visit = access.visit(id)
    found = db.session.scalar(select(Grant).where(Grant.id == grant, Grant.visit_id == visit.id))
    if found is None:
        access.nothing_here()
    if found.taken_back_at is None:
        found.taken_back_at = now()
        db.session.commit()
    flask.flash(_("Taken back."))
    return flask.redirect(flask.url_for("visits.show", id=visit.id))
