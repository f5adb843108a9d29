"""What waits for somebody this week, and whom or what is it about?

A *matter* is a kind of thing that waits, such as families that are overdue; its rows name a day, a family or person,
and the page behind them. Counts are queries over rows of families, figures, logs and reports of tablets: never over
events. What a person reaches is handed in (`Reach`): a manager her programme, a supervisor her team, a visitor her own.

- *overdue*, *due*: as in `records.due`: a family is due `observe_every_days` after its last observation or, without
  one, after enrolment; due means within a fortnight. A family without consent to be observed waits under *consents*.
- *unsigned*: an observation that was begun before today and not signed. *unaccounted*: a planned visit whose day has
  passed, in which nothing was begun, and of which nobody said what became of it.
- *safety*, *questions*: open ones. Only that a note is open is told, not what it says.
- *supervision*: visitors whose last talk lies `supervise_every_days` back or more; without one, counted from the day
  on which the account was made. A joint visit is no talk.
- *tablets*: not revoked, with something unsent that is older than `OLD_UNSENT`.
- *consents*: families whose newest consent to be observed is `consent_days` old within `AHEAD`, or which have none.
- *certificates*: that end within `AHEAD` or ended in the last `AHEAD`, without a longer one for the same instrument.
- *agreement*: the share of visits coded by two in the last full three months is below the programme's target.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select

from recorder.db import db
from recorder.programme import agreement
from recorder.programme.rollup import Period, Selection, month_of, months_before
from recorder.records.devices import Device
from recorder.records.double_coding import Certificate
from recorder.records.due import SOON, last_observed
from recorder.records.families import Consent, Family
from recorder.records.followups import Question, SafetyNote
from recorder.records.observations import Log, StoredFigures
from recorder.records.people import Account, Programme
from recorder.records.supervision import last_supervised
from recorder.records.visits import Visit

AHEAD = timedelta(days=30)
OLD_UNSENT = timedelta(days=2)
MOST_ROWS = 200
AGREEMENT_MONTHS = 3


@dataclass(frozen=True)
class Reach:
    """What a person reaches: queries over the `families`' ids, `logs` of observations, open `notes` and `questions`,
    and the `visitors` and `tablets` that are hers to look after; `target` is whether the programme's target is."""

    programme: Programme
    today: date
    families: Select[Any]
    logs: Select[Log]
    notes: Select[SafetyNote]
    questions: Select[Question]
    visitors: Select[Account]
    tablets: Select[Device]
    target: bool


@dataclass(frozen=True)
class Row:
    """One thing that waits: since or until which day, a family's case number, whose it is, and the id of the family,
    visit, person or tablet that it is about. `share` is set for the agreement only."""

    day: date | None
    code: str
    account_id: uuid.UUID | None
    site_id: uuid.UUID | None
    id: uuid.UUID | None
    share: agreement.Share | None = None


@dataclass(frozen=True)
class Matter:
    """A kind of thing that waits: how many there are, and the first `MOST_ROWS` of them."""

    number: int
    rows: Sequence[Row]


def week(reach: Reach) -> Mapping[str, int]:
    """How many of each matter wait, in the order in which they are told; what is not this person's is not in it."""
    return {name: one(reach, False).number for name, one in MATTERS.items() if reach.target or name != "agreement"}


def matter(reach: Reach, name: str) -> Matter:
    """The rows behind a count; `name` is a key of `MATTERS`."""
    return MATTERS[name](reach, True)


def _counted(query: Any, rows: bool, row: Callable[..., Row]) -> Matter:
    """A matter from a query; its rows are read only where they are asked for."""
    number = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    return Matter(number, [row(*one) for one in db.session.execute(query.limit(MOST_ROWS))] if rows and number else ())


# --- families


def _observed_since(programme: Programme, day: date) -> Select[Any]:
    return select(StoredFigures.family_id).where(
        StoredFigures.programme_id == programme.id, StoredFigures.local_date >= day
    )


def _consenting(programme: Programme) -> Select[Any]:
    return select(Consent.family_id).where(
        Consent.programme_id == programme.id, Consent.scope == "observe", Consent.withdrawn_on.is_(None)
    )


def _late(reach: Reach, day: date) -> ColumnElement[bool]:
    """Whether a family is due before a day."""
    since = day - timedelta(days=reach.programme.observe_every_days)
    return and_(Family.enrolled_on < since, Family.id.not_in(_observed_since(reach.programme, since)))


def _waiting_families(reach: Reach, condition: ColumnElement[bool], rows: bool) -> Matter:
    query = (
        select(Family.id, Family.code, Family.site_id, Family.enrolled_on)
        .where(Family.programme_id == reach.programme.id, Family.id.in_(reach.families), Family.left_on.is_(None))
        .where(Family.id.in_(_consenting(reach.programme)), condition)
        .order_by(Family.enrolled_on, Family.code)
    )
    found = _counted(query, rows, lambda id, code, site, enrolled: Row(enrolled, code, None, site, id))
    if not found.rows:
        return found
    last = last_observed([row.id for row in found.rows if row.id])
    every = timedelta(days=reach.programme.observe_every_days)
    dated = [_at(row, max(row.day, last.get(row.id, row.day)) + every) for row in found.rows if row.id and row.day]
    return Matter(found.number, sorted(dated, key=lambda row: (row.day, row.code)))


def _at(row: Row, day: date) -> Row:
    return Row(day, row.code, row.account_id, row.site_id, row.id)


def _overdue(reach: Reach, rows: bool) -> Matter:
    return _waiting_families(reach, _late(reach, reach.today), rows)


def _due(reach: Reach, rows: bool) -> Matter:
    soon = and_(_late(reach, reach.today + SOON + timedelta(days=1)), not_(_late(reach, reach.today)))
    return _waiting_families(reach, soon, rows)


def _consents(reach: Reach, rows: bool) -> Matter:
    newest = (
        select(Consent.family_id, func.max(Consent.given_on).label("given_on"))
        .where(Consent.programme_id == reach.programme.id, Consent.scope == "observe", Consent.withdrawn_on.is_(None))
        .group_by(Consent.family_id)
        .subquery()
    )
    holds = timedelta(days=reach.programme.consent_days)
    query = (
        select(Family.id, Family.code, Family.site_id, newest.c.given_on)
        .outerjoin(newest, newest.c.family_id == Family.id)
        .where(Family.programme_id == reach.programme.id, Family.id.in_(reach.families), Family.left_on.is_(None))
        .where(or_(newest.c.given_on.is_(None), newest.c.given_on <= reach.today + AHEAD - holds))
        .order_by(newest.c.given_on, Family.code)
    )
    return _counted(
        query, rows, lambda id, code, site, given: Row(given + holds if given else None, code, None, site, id)
    )


# --- visits and what was recorded in them


def _unsigned(reach: Reach, rows: bool) -> Matter:
    query = (
        reach.logs.join(Visit, Visit.id == Log.visit_id)
        .join(Family, Family.id == Log.family_id)
        .where(Log.programme_id == reach.programme.id, Log.kind == "observation", Log.closed_at.is_(None))
        .where(Log.refused.is_(None), Log.role == "primary", Log.local_date < reach.today)
        .with_only_columns(Log.local_date, Family.code, Log.account_id, Visit.site_id, Visit.id)
        .order_by(Log.local_date, Log.key)
    )
    return _counted(query, rows, Row)


def _unaccounted(reach: Reach, rows: bool) -> Matter:
    begun = select(Log.visit_id).where(
        Log.programme_id == reach.programme.id, Log.kind == "observation", Log.closed_at.is_(None),
        Log.visit_id.is_not(None), Log.refused.is_(None),
    )  # fmt: skip
    query = (
        select(Visit.local_date, Family.code, Visit.account_id, Visit.site_id, Visit.id)
        .join(Family, Family.id == Visit.family_id)
        .where(Visit.programme_id == reach.programme.id, Visit.family_id.in_(reach.families))
        .where(Visit.status == "planned", Visit.local_date < reach.today, Visit.id.not_in(begun))
        .where(or_(Family.left_on.is_(None), Visit.local_date < Family.left_on))
        .order_by(Visit.local_date, Visit.id)
    )
    return _counted(query, rows, Row)


def _safety(reach: Reach, rows: bool) -> Matter:
    query = (
        reach.notes.join(Family, Family.id == SafetyNote.family_id)
        .where(SafetyNote.acknowledged_at.is_(None))
        .with_only_columns(SafetyNote.local_date, Family.code, SafetyNote.account_id, Family.site_id, Family.id)
        .order_by(SafetyNote.local_date, SafetyNote.id)
    )
    return _counted(query, rows, Row)


def _questions(reach: Reach, rows: bool) -> Matter:
    query = (
        reach.questions.join(Family, Family.id == Question.family_id)
        .where(Question.answered_at.is_(None))
        .with_only_columns(Question.local_date, Family.code, Question.account_id, Family.site_id, Question.visit_id)
        .order_by(Question.local_date, Question.key)
    )
    return _counted(query, rows, Row)


# --- people and tablets


def _supervision(reach: Reach, rows: bool) -> Matter:
    last = last_supervised(reach.programme.id)
    every = timedelta(days=reach.programme.supervise_every_days)
    people = [
        Row(last.get(one.id, one.created_at.date()) + every, "", one.id, one.site_id, one.id)
        for one in db.session.scalars(reach.visitors)
    ]
    return _listed(row for row in people if row.day and row.day <= reach.today)


def _tablets(reach: Reach, rows: bool) -> Matter:
    found = []
    for tablet in db.session.scalars(reach.tablets.where(Device.revoked_at.is_(None))):
        report = tablet.report or {}
        since = datetime.fromisoformat(report["oldest_unsent"]).date() if report.get("oldest_unsent") else None
        if report.get("unsent") and since and since <= reach.today - OLD_UNSENT:
            found.append(Row(since, tablet.name, tablet.account_id, tablet.site_id, tablet.id))
    return _listed(found)


def _certificates(reach: Reach, rows: bool) -> Matter:
    ends = func.max(Certificate.until)
    theirs = reach.visitors.with_only_columns(Account.id).order_by(None)
    query = (
        select(Certificate.account_id, Certificate.instrument, ends, Account.site_id)
        .join(Account, Account.id == Certificate.account_id)
        .where(Certificate.programme_id == reach.programme.id, Certificate.account_id.in_(theirs))
        .group_by(Certificate.account_id, Certificate.instrument, Account.site_id)
        .having(ends.between(reach.today - AHEAD, reach.today + AHEAD))
    )
    return _listed(
        Row(until, instrument, person, site, person) for person, instrument, until, site in db.session.execute(query)
    )


def _agreement(reach: Reach, rows: bool) -> Matter:
    month = month_of(reach.today)
    period = Period(months_before(month, AGREEMENT_MONTHS), months_before(month, 1))
    selection = Selection(reach.programme.id, period, None, reach.today)
    pairs = agreement.pairs(selection, reach.families)
    share = agreement.shares(selection, reach.families, pairs).overall
    wanted = reach.programme.double_coded_percent / 100
    under = share.share is not None and share.share < wanted
    return _listed([Row(period.end, "", None, None, None, share)] if under else [])


def _listed(rows: Iterable[Row]) -> Matter:
    found = sorted(rows, key=lambda row: (row.day or date.max, row.code))
    return Matter(len(found), found[:MOST_ROWS])


MATTERS: Mapping[str, Callable[[Reach, bool], Matter]] = {
    "safety": _safety,
    "overdue": _overdue,
    "due": _due,
    "unsigned": _unsigned,
    "unaccounted": _unaccounted,
    "questions": _questions,
    "supervision": _supervision,
    "tablets": _tablets,
    "consents": _consents,
    "certificates": _certificates,
    "agreement": _agreement,
}
