"""Were the families observed when an observation was due?

*Enrolled*: families that belonged to the programme on any day of the month. *Due*: enrolled on the month's last day
(today, in the month that is going on), with consent to be observed, and at least `observe_every_days` of the programme
since the last observation before this month or, without one, since enrolment. *Observed*: due, and a signed primary
observation with figures in this month. *Missing*: due, not observed, but an observation was begun and not signed, so
that its outcome is not known yet. As in funders' forms the unknown is left out of the calculation:
share = observed / (due - missing), None when nothing is known.

Over several months (overall, by site) `due` and `observed` count a family once for each month in which it was due;
`enrolled` counts families.
"""

from __future__ import annotations

import uuid
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import or_, select

from recorder.db import db
from recorder.programme.rollup import RollUp, Selection, after, month_of, roll_up
from recorder.records.families import Consent, Family
from recorder.records.observations import Log, StoredFigures
from recorder.records.people import Programme


@dataclass(frozen=True)
class Coverage:
    """Families and the observations that were due."""

    enrolled: int
    due: int
    observed: int
    missing: int

    @property
    def share(self) -> float | None:
        """Observed among those due whose outcome is known."""
        known = self.due - self.missing
        return self.observed / known if known else None


class _FamilyMonth(NamedTuple):
    family_id: uuid.UUID
    due: bool
    observed: bool
    begun: bool


def coverage(selection: Selection) -> RollUp[Coverage]:
    """Count the families of a selection, and for each month those due and observed."""
    return roll_up(_family_months(selection), _fold, selection)


def _fold(parts: list[_FamilyMonth]) -> Coverage:
    due = [part for part in parts if part.due]
    return Coverage(
        enrolled=len({part.family_id for part in parts}),
        due=len(due),
        observed=sum(part.observed for part in due),
        missing=sum(part.begun and not part.observed for part in due),
    )


def _family_months(selection: Selection) -> Iterator[tuple[uuid.UUID, date, _FamilyMonth]]:
    every = timedelta(days=db.session.get_one(Programme, selection.programme_id).observe_every_days)
    observed = _observed_dates(selection, every)
    begun = _begun_months(selection)
    consents = _consents(selection)
    months = [(month, min(after(month) - timedelta(days=1), selection.today)) for month in selection.period.months()]
    for family_id, site_id, enrolled_on, left_on in db.session.execute(_families(selection)):
        dates, given = observed.get(family_id, []), consents.get(family_id, [])
        in_months = {month_of(day) for day in dates}
        for month, last_day in months:
            if enrolled_on > last_day or (left_on is not None and left_on < month):
                continue
            here = left_on is None or left_on > last_day
            consented = any(_holds(consent, last_day) for consent in given)
            before = bisect_left(dates, month)
            since = max(enrolled_on, dates[before - 1]) if before else enrolled_on
            part = _FamilyMonth(
                family_id,
                due=here and consented and since + every <= last_day,
                observed=month in in_months,
                begun=(family_id, month) in begun,
            )
            yield site_id, month, part


def _holds(consent: tuple[date, date | None], day: date) -> bool:
    given_on, withdrawn_on = consent
    return given_on <= day and (withdrawn_on is None or withdrawn_on > day)


def _families(selection: Selection) -> Any:
    query = (
        select(Family.id, Family.site_id, Family.enrolled_on, Family.left_on)
        .where(Family.programme_id == selection.programme_id)
        .where(Family.enrolled_on <= selection.end)
        .where(or_(Family.left_on.is_(None), Family.left_on >= selection.period.first))
    )
    return query.where(Family.site_id == selection.site_id) if selection.site_id else query


def _observed_dates(selection: Selection, every: timedelta) -> Mapping[uuid.UUID, Sequence[date]]:
    """The days on which families were observed, in order, as far back as they can still matter."""
    dates: dict[uuid.UUID, list[date]] = defaultdict(list)
    rows = db.session.execute(
        select(StoredFigures.family_id, StoredFigures.local_date)
        .where(StoredFigures.programme_id == selection.programme_id)
        .where(StoredFigures.local_date.between(selection.period.first - every, selection.end))
        .order_by(StoredFigures.local_date)
    )
    for family_id, day in rows:
        dates[family_id].append(day)
    return dates


def _begun_months(selection: Selection) -> set[tuple[uuid.UUID | None, date]]:
    """The months in which a family's observation was begun and is not signed yet."""
    rows = db.session.execute(
        select(Log.family_id, Log.local_date)
        .where(Log.programme_id == selection.programme_id, Log.kind == "observation", Log.role == "primary")
        .where(Log.closed_at.is_(None), Log.refused.is_(None))
        .where(Log.local_date.between(selection.period.first, selection.end))
    )
    return {(family_id, month_of(day)) for family_id, day in rows if day is not None}


def _consents(selection: Selection) -> Mapping[uuid.UUID, Sequence[tuple[date, date | None]]]:
    consents: dict[uuid.UUID, list[tuple[date, date | None]]] = defaultdict(list)
    rows = db.session.execute(
        select(Consent.family_id, Consent.given_on, Consent.withdrawn_on)
        .where(Consent.programme_id == selection.programme_id, Consent.scope == "observe")
        .where(Consent.given_on <= selection.end)
    )
    for family_id, given_on, withdrawn_on in rows:
        consents[family_id].append((given_on, withdrawn_on))
    return consents
