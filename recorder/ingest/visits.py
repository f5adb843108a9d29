"""What does a log say about visits: that one began, that it took place, that another one is planned?

Written as plain statements, not as objects: every observation that arrives touches its visit.
"""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import Row, bindparam, insert, select, update

from recorder.db import db, now
from recorder.ingest.opening import Unfit
from recorder.records.observations import Log
from recorder.records.visits import Visit

Facts = Row[uuid.UUID, uuid.UUID, uuid.UUID, uuid.UUID, uuid.UUID, date, str]
"""What a log has to know of its visit: id, programme_id, family_id, site_id, account_id, local_date, status."""

_KNOWN = select(
    Visit.id, Visit.programme_id, Visit.family_id, Visit.site_id, Visit.account_id, Visit.local_date, Visit.status
).where(Visit.id == bindparam("visit"))
_PLAN = insert(Visit)
_DONE = update(Visit).where(Visit.id == bindparam("visit")).values(status="done", cancelled_by=None, cancel_reason=None)
_DONE_BY = _DONE.values(local_date=bindparam("day"), account_id=bindparam("account"))
_MOVED = (
    update(Visit)
    .where(Visit.id == bindparam("visit"), Visit.status == "planned")
    .values(local_date=bindparam("day"), local_time=bindparam("at"))
)
_OBSERVED = select(Log.key).where(
    Log.visit_id == bindparam("visit"),
    Log.kind == "observation",
    Log.role == "primary",
    Log.refused.is_(None),
    Log.closed_at.is_not(None),
)


def known(id: uuid.UUID | None) -> Facts | None:
    """The visit with this id, whoever's it is."""
    return db.session.connection().execute(_KNOWN, {"visit": id}).first()


def of(log: Log) -> Facts:
    """The visit of a log that was admitted with one."""
    visit = known(log.visit_id)
    assert visit is not None
    return visit


def plan(
    id: uuid.UUID,
    programme_id: uuid.UUID,
    family_id: uuid.UUID,
    site_id: uuid.UUID,
    account_id: uuid.UUID,
    on: date,
    at: str | None = None,
) -> None:
    """Plan a visit on a day, at a time "HH:MM" or at none."""
    values = {
        "id": id,
        "programme_id": programme_id,
        "family_id": family_id,
        "site_id": site_id,
        "account_id": account_id,
        "local_date": on,
        "local_time": at,
        "status": "planned",
        "created_at": now(),
    }
    db.session.connection().execute(_PLAN, values)


def promise(log: Log, id: uuid.UUID, on: date, at: str | None) -> None:
    """Plan the visit that a page promises to the family, or move it. Raises `Unfit`."""
    promised, visit = known(id), of(log)
    if promised is None:
        plan(id, log.programme_id, visit.family_id, visit.site_id, log.account_id, on, at)
    elif promised.family_id != visit.family_id or promised.id == visit.id:
        raise Unfit("The next visit is not one of this family.")
    else:
        db.session.connection().execute(_MOVED, {"visit": id, "day": on, "at": at})


def took_place(log: Log) -> None:
    """A signed log makes its visit done. Whose visit it was, and on which day, an observation says; without one, a
    sort or a questionnaire. A second observer was a guest."""
    if log.visit_id is None:
        return
    values = {"visit": log.visit_id}
    if log.role != "primary" or (log.kind != "observation" and _is_observed(log.visit_id)):
        db.session.connection().execute(_DONE, values)
    else:
        db.session.connection().execute(_DONE_BY, values | {"day": log.local_date, "account": log.account_id})


def _is_observed(visit_id: uuid.UUID) -> bool:
    return db.session.connection().execute(_OBSERVED, {"visit": visit_id}).first() is not None
