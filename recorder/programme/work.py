"""How did the work go: what was observed and signed, given and asked, and how good is what was recorded?

Process, so it may be told by visitor, with n and in the order of names; nothing here is an outcome, and nothing is
ranked. *Begun* are primary observations whose local day lies in the period and that were not refused; *signed* those
with a signature; *within a day*, *within five days* those whose signature reached the server so soon after they were
begun; *stopped early* those that ended by stopping; *minutes* were observed in those with figures. *Pages* are approved
pages of such an observation (one a page, however often it was changed), `wait_min` the median of whole minutes from the
end of observing until the page had reached the server, None without a page.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import func, select

from recorder.db import db
from recorder.programme.rollup import RollUp, Selection, month_of, roll_up, within
from recorder.records.families import Child, Family
from recorder.records.followups import Question, SafetyNote
from recorder.records.observations import Log, Quarantined, StoredFigures
from recorder.records.sheets import Sheet
from recorder.records.visits import Visit


@dataclass(frozen=True)
class Work:
    """What some visits came to."""

    begun: int
    signed: int
    within_day: int
    within_five: int
    stopped: int
    minutes: float
    pages: int
    wait_min: float | None

    @property
    def signed_share(self) -> float | None:
        """Signed within five days among those begun."""
        return self.within_five / self.begun if self.begun else None


class _Begun(NamedTuple):
    account_id: uuid.UUID
    signed_after: timedelta | None
    stopped: bool
    observed_ms: int | None
    page_after: timedelta | None


Part = tuple[uuid.UUID, date, _Begun]


def parts(selection: Selection) -> list[Part]:
    """Every observation that was begun in a selection: site, month, and what became of it."""
    first_page = (
        select(Sheet.log_key, func.min(Sheet.approved_at).label("at"))
        .where(Sheet.programme_id == selection.programme_id)
        .group_by(Sheet.log_key)
        .subquery()
    )
    query = (
        select(Visit.site_id, Log.local_date, Log.account_id, Log.started_at, Log.closed_at, Log.end,
               StoredFigures.observed_ms, first_page.c.at)
        .join(Visit, Visit.id == Log.visit_id)
        .outerjoin(StoredFigures, StoredFigures.log_key == Log.key)
        .outerjoin(first_page, first_page.c.log_key == Log.key)
        .where(Log.kind == "observation", Log.role == "primary", Log.owner == "device", Log.refused.is_(None))
        .where(Log.programme_id == selection.programme_id)
        .where(Log.local_date.between(selection.period.first, selection.end))
    )  # fmt: skip
    if selection.site_id:
        query = query.where(Visit.site_id == selection.site_id)
    return [
        (site, month_of(day), _Begun(
            account, closed - started if closed and started else None, end not in {None, "end"}, observed,
            page - started - timedelta(milliseconds=observed or 0) if page and started else None,
        ))
        for site, day, account, started, closed, end, observed, page in db.session.execute(query)
    ]  # fmt: skip


def work(selection: Selection, found: Sequence[Part]) -> RollUp[Work]:
    """The work of a selection: overall, by site, by month."""
    return roll_up(found, _fold, selection)


def by_visitor(found: Sequence[Part]) -> Mapping[uuid.UUID, Work]:
    """The work of each visitor."""
    theirs: dict[uuid.UUID, list[_Begun]] = defaultdict(list)
    for _, _, one in found:
        theirs[one.account_id].append(one)
    return {account_id: _fold(some) for account_id, some in theirs.items()}


def _fold(some: list[_Begun]) -> Work:
    signed = [one.signed_after for one in some if one.signed_after is not None]
    waits = [one.page_after.total_seconds() / 60 for one in some if one.page_after is not None]
    return Work(
        begun=len(some),
        signed=len(signed),
        within_day=sum(after <= timedelta(days=1) for after in signed),
        within_five=sum(after <= timedelta(days=5) for after in signed),
        stopped=sum(one.stopped for one in some),
        minutes=sum(one.observed_ms or 0 for one in some) / 60_000,
        pages=len(waits),
        wait_min=max(0.0, round(median(waits))) if waits else None,
    )


@dataclass(frozen=True)
class Pages:
    """The pages of a period: by language, by the step that was chosen, by whether the family said that it fits (None:
    not asked), and after how many days they were given (median)."""

    n: int
    languages: Mapping[str, int]
    steps: Mapping[str, int]
    fits: Mapping[str | None, int]
    days: float | None


def pages(selection: Selection) -> Pages:
    """The pages of a selection; of a page that was changed the last state counts."""
    query = select(Sheet.log_key, Sheet.language, Sheet.step, Sheet.fits, Sheet.local_date, Sheet.approved_at)
    rows = {log_key: rest for log_key, *rest in db.session.execute(within(query, Sheet, selection).order_by(Sheet.seq))}
    days = [max(0, (approved.date() - day).days) for _, _, _, day, approved in rows.values()]
    return Pages(
        n=len(rows),
        languages=Counter(language for language, *_ in rows.values()),
        steps=Counter(step for _, step, *_ in rows.values()),
        fits=Counter(fits for _, _, fits, *_ in rows.values()),
        days=median(days) if days else None,
    )


def visits_by_day(selection: Selection) -> Mapping[date, int]:
    """How many visits took place on each day."""
    query = select(Visit.local_date, func.count()).where(Visit.status == "done").group_by(Visit.local_date)
    return {day: number for day, number in db.session.execute(within(query, Visit, selection))}


@dataclass(frozen=True)
class FollowUps:
    """Safety notes and questions of a period, and how many of them are acknowledged or answered. Counts only."""

    notes: int
    acknowledged: int
    questions: int
    answered: int


def follow_ups(selection: Selection) -> FollowUps:
    """The follow-ups of a selection."""
    notes, acknowledged = _settled(SafetyNote, SafetyNote.acknowledged_at, selection)
    questions, answered = _settled(Question, Question.answered_at, selection)
    return FollowUps(notes, acknowledged, questions, answered)


def _settled(table: Any, settled_at: Any, selection: Selection) -> tuple[int, int]:
    query = (
        select(func.count(), func.count(settled_at))
        .join(Family, Family.id == table.family_id)
        .where(table.programme_id == selection.programme_id)
        .where(table.local_date.between(selection.period.first, selection.end))
    )
    row = db.session.execute(query.where(Family.site_id == selection.site_id) if selection.site_id else query).one()
    return row[0], row[1]


@dataclass(frozen=True)
class Quality:
    """How good what was recorded is. `clocks`: observations by how well their time is known; `not_codable`: cues whose
    window was not seen whole, of all `cues`; `rules`: different schemes and versions of the measures under which
    figures were made; `twice`: children who seem to be enrolled twice; `unreadable`: observations with something that
    could not be opened; `put_aside`: entries that wait in quarantine."""

    begun: int
    clocks: Mapping[str | None, int]
    without_context: int
    unreadable: int
    cues: int
    not_codable: int
    rules: int
    twice: int
    put_aside: int


def quality(selection: Selection) -> Quality:
    """The quality of what was recorded in a selection; children and quarantine are the whole programme's."""
    grades: Counter[str | None] = Counter()
    without = unreadable = 0
    kinds = (Log.clock_grade, (Log.context == "").label("no_context"), (Log.unreadable > 0).label("lost"))
    query = (
        select(*kinds, func.count())
        .join(Visit, Visit.id == Log.visit_id)
        .where(Log.programme_id == selection.programme_id, Log.kind == "observation", Log.refused.is_(None))
        .where(Log.local_date.between(selection.period.first, selection.end))
        .group_by(*kinds)
    )
    query = query.where(Visit.site_id == selection.site_id) if selection.site_id else query
    for grade, no_context, lost, number in db.session.execute(query):
        grades[grade] += number
        without += number * bool(no_context)
        unreadable += number * bool(lost)
    sums = select(func.coalesce(func.sum(StoredFigures.cues), 0), func.coalesce(func.sum(StoredFigures.codable), 0))
    cues, codable = db.session.execute(within(sums, StoredFigures, selection)).one()
    rules = select(StoredFigures.scheme_hash, StoredFigures.measures_version).distinct()
    same = (
        select(Child.duplicate)
        .join(Family, Family.id == Child.family_id)
        .where(Child.programme_id == selection.programme_id, Family.left_on.is_(None))
        .group_by(Child.duplicate)
        .having(func.count() > 1)
    )
    aside = select(func.count()).where(
        Quarantined.programme_id == selection.programme_id, Quarantined.settled_at.is_(None)
    )
    return Quality(
        begun=grades.total(),
        clocks=grades,
        without_context=without,
        unreadable=unreadable,
        cues=int(cues),
        not_codable=int(cues - codable),
        rules=len(db.session.execute(within(rules, StoredFigures, selection)).all()),
        twice=len(db.session.execute(same).all()),
        put_aside=db.session.scalar(aside) or 0,
    )
