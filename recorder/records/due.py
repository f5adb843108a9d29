"""When should a family be observed again, what should be rated, sorted or asked again, and is it late?

An observation is due `observe_every_days` of the programme after the last one or, without one, after enrolment.
Ratings, sorts and questionnaires are due per child, in the instrument's own interval (else the programme's) after they
were last used, in whatever version. One that was never used may be used as soon as the family is enrolled, the child
old enough (corrected for an early birth) and as many visits done as it asks for; it is late when a whole interval has
passed since. It is not offered to a child outside its ages. Days are days at the family's site.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from recorder.db import db
from recorder.instruments import library
from recorder.instruments.library import Instrument
from recorder.instruments.qset import QSet
from recorder.instruments.scheme import Scheme
from recorder.records.assessments import Assessment
from recorder.records.families import Child, Family, old_enough
from recorder.records.instruments import published
from recorder.records.observations import StoredFigures, StoredRating
from recorder.records.visits import Visit

SOON = timedelta(days=14)


@dataclass(frozen=True)
class Due:
    """The day by which a family should be observed, and its state: "overdue", "due" (within a fortnight) or "later"."""

    on: date
    state: str
    last: date | None


def due(family: Family, observed: date | None, every_days: int, today: date) -> Due:
    """When a family is due; `observed` is the day of its last observation, None without one."""
    on = max(family.enrolled_on, observed or family.enrolled_on) + timedelta(days=every_days)
    return Due(on, _state(on, today), observed)


def _state(on: date, today: date) -> str:
    return "overdue" if on < today else "due" if on <= today + SOON else "later"


def last_observed(family_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, date]:
    """The day of each family's last observation; a family without one is not in it."""
    query = select(StoredFigures.family_id, func.max(StoredFigures.local_date))
    rows = db.session.execute(query.where(StoredFigures.family_id.in_(family_ids)).group_by(StoredFigures.family_id))
    return {family_id: day for family_id, day in rows}


@dataclass(frozen=True)
class Offer:
    """An instrument that may be used with a child of a family, and when it is due. `child` is None for a family
    without children."""

    instrument: Instrument
    child: Child | None
    due: Due


Used = Mapping[tuple[uuid.UUID, str, uuid.UUID | None], date]
"""The day on which an instrument was last used: by family, name of the instrument, and child (None: not known)."""


@dataclass(frozen=True)
class History:
    """What decides what is due for the families of one programme: the `instruments` (without coding schemes, the
    newest version of each), when they were last `used`, and `visited`: for a number of visits, the day on which each
    family had so many."""

    instruments: Sequence[Instrument]
    used: Used
    visited: Mapping[int, Mapping[uuid.UUID, date]]
    every_days: int


def history(programme_id: uuid.UUID, family_ids: Sequence[uuid.UUID], every_days: int) -> History:
    """Fetch what decides what is due; `every_days` is the programme's interval."""
    newest = _newest([one for one, _ in published(programme_id)])
    asked_for = {one.after_visits for one in newest if isinstance(one, QSet)} - {0}
    return History(newest, _used(family_ids), {n: _visited(family_ids, n) for n in asked_for}, every_days)


def offers(family: Family, known: History, today: date) -> Iterator[Offer]:
    """What may be rated, sorted and asked in a family on a day, instrument by instrument, child by child."""
    children: Sequence[Child | None] = family.children or [None]
    for instrument in known.instruments:
        for child in children:
            if _fits(instrument, child, today) and (found := _due(family, child, instrument, known, today)):
                yield Offer(instrument, child, found)


def _fits(instrument: Instrument, child: Child | None, today: date) -> bool:
    if child is None:
        return instrument.age_from is None and instrument.age_to is None
    return instrument.fits_age(child.age_months(today))


def _due(family: Family, child: Child | None, instrument: Instrument, known: History, today: date) -> Due | None:
    every = timedelta(days=instrument.every_days or known.every_days)
    keys = {(family.id, instrument.name, None), (family.id, instrument.name, child.id if child else None)}
    days = [known.used[key] for key in keys if key in known.used]
    if days:
        on = max(days) + every
        return Due(on, _state(on, today), max(days))
    start = _may_start(family, child, instrument, known)
    if start is None or start > today:
        return None
    return Due(start + every, "overdue" if start + every < today else "due", None)


def _may_start(family: Family, child: Child | None, instrument: Instrument, known: History) -> date | None:
    """The first day on which an instrument may be used; None while there were too few visits."""
    days = [family.enrolled_on]
    if child and instrument.age_from is not None:
        days.append(old_enough(date.fromisoformat(child.birth_date), instrument.age_from, child.weeks_early))
    if isinstance(instrument, QSet) and instrument.after_visits:
        visited = known.visited[instrument.after_visits].get(family.id)
        if visited is None:
            return None
        days.append(visited)
    return max(days)


def _newest(instruments: Sequence[Instrument]) -> list[Instrument]:
    found: dict[str, Instrument] = {}
    for one in sorted(instruments, key=lambda one: one.version):
        if not isinstance(one, Scheme):
            found[one.name] = one
    order = [one.name for one in library.builtins()]
    return sorted(found.values(), key=lambda one: (order.index(one.name) if one.name in order else len(order), one.id))


def _used(family_ids: Sequence[uuid.UUID]) -> Used:
    assessed = (
        select(Assessment.family_id, Assessment.instrument, Assessment.child_id, func.max(Assessment.local_date))
        .where(Assessment.family_id.in_(family_ids))
        .group_by(Assessment.family_id, Assessment.instrument, Assessment.child_id)
    )
    rated = (
        select(
            StoredRating.family_id, StoredRating.instrument, StoredFigures.child_id, func.max(StoredRating.local_date)
        )
        .outerjoin(StoredFigures, StoredFigures.log_key == StoredRating.log_key)
        .where(StoredRating.family_id.in_(family_ids))
        .group_by(StoredRating.family_id, StoredRating.instrument, StoredFigures.child_id)
    )
    used: dict[tuple[uuid.UUID, str, uuid.UUID | None], date] = {}
    for family_id, instrument, child_id, day in [*db.session.execute(assessed), *db.session.execute(rated)]:
        key = (family_id, instrument.partition("/")[0], child_id)
        used[key] = max(day, used.get(key, day))
    return used


def _visited(family_ids: Sequence[uuid.UUID], n: int) -> Mapping[uuid.UUID, date]:
    """The day of each family's n-th visit that took place; a family with fewer is not in it."""
    in_order = func.row_number().over(partition_by=Visit.family_id, order_by=(Visit.local_date, Visit.id))
    done = (
        select(Visit.family_id, Visit.local_date, in_order.label("place"))
        .where(Visit.family_id.in_(family_ids), Visit.status == "done")
        .subquery()
    )
    rows = db.session.execute(select(done.c.family_id, done.c.local_date).where(done.c.place == n))
    return {family_id: day for family_id, day in rows}
