"""What do figures say of some of the visits: by language, by the child's age, by one instrument?

Cells do not know a family's language or a child's age, so what stands here is read from figure rows of the period, the
newest `MOST_ROWS` of them; `left_out` says how many older ones were not read. The figures are those of
`group_figures`, made from rows instead of cells. *Language* is the first caregiver's, *age* the child's whole months on
the day of the visit, corrected for an early birth.

The *matrix* counts, for every cue whose window was seen whole (turning away too, which is in no rate), which answer of
the focal caregiver was credited to it, None when none was. It is a count of moments and is never pooled into an odds
ratio: families differ.

*Change*: of families with at least `CHANGE_VISITS` rated visits, the first and the latest rating of a scale, and how
many differ by more than rating error alone would make (`measures.consistency.reliable_change`), from the programme's
own double-coded visits; None while those are too few.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import Any

from sqlalchemy import func, select

from recorder.db import db
from recorder.measures.consistency import reliable_change
from recorder.programme.group_figures import GroupFigures, Sums, group_figures
from recorder.programme.reliability import reliability
from recorder.programme.rollup import Selection, month_of, within
from recorder.records.families import Caregiver, Child, age_months
from recorder.records.observations import CLASSES, StoredFigures, StoredRating

MOST_ROWS = 5_000
CHANGE_VISITS = 3
FEWEST_PAIRS = 10
"""Double-coded visits below which an ICC is too unsure to hold a change against."""

AGES = ((0, 6), (6, 12), (12, 24), (24, 36), (36, 72))
"""Ages that can be chosen, in months, the upper end left out."""


@dataclass(frozen=True)
class Filter:
    """Which of the visits; None is no condition."""

    language: str | None = None
    ages: tuple[int, int] | None = None
    scheme: str | None = None


@dataclass(frozen=True)
class RuleDetail:
    """Figures of some visits made under one rule: overall, by month and by site, and the matrix of cue and answer."""

    scheme_hash: str
    measures_version: int
    overall: GroupFigures
    by_month: Mapping[date, GroupFigures]
    by_site: Mapping[uuid.UUID, GroupFigures]
    by_site_month: Mapping[uuid.UUID, Mapping[date, GroupFigures]]
    matrix: Mapping[tuple[str, str | None], int]


@dataclass(frozen=True)
class Detail:
    """What was found, and how many rows of the period were not read."""

    rules: Sequence[RuleDetail]
    left_out: int


def detail(selection: Selection, chosen: Filter) -> Detail:
    """The figures of the visits that meet a filter, the rule with most visits first."""
    rows, left_out = _rows(selection, chosen)
    groups: dict[tuple[str, int], list[StoredFigures]] = defaultdict(list)
    for row in rows:
        groups[row.scheme_hash, row.measures_version].append(row)
    found = [_rule(hash, version, some) for (hash, version), some in groups.items()]
    return Detail(sorted(found, key=lambda one: (-one.overall.visits, one.scheme_hash)), left_out)


def languages(programme_id: uuid.UUID) -> list[str]:
    """The languages of a programme's caregivers."""
    query = select(Caregiver.language).where(Caregiver.programme_id == programme_id).distinct()
    return sorted(db.session.scalars(query))


def schemes(selection: Selection) -> list[str]:
    """The coding schemes, with their versions, under which figures of a selection were made."""
    query = select(StoredFigures.scheme).distinct().order_by(StoredFigures.scheme)
    return list(db.session.scalars(within(query, StoredFigures, selection)))


def _rows(selection: Selection, chosen: Filter) -> tuple[list[StoredFigures], int]:
    query = select(StoredFigures)
    number = select(func.count()).select_from(StoredFigures)
    conditions = [StoredFigures.scheme == chosen.scheme] if chosen.scheme else []
    if chosen.language:
        speaks = select(Caregiver.family_id).where(
            Caregiver.programme_id == selection.programme_id,
            Caregiver.position == 0,
            Caregiver.language == chosen.language,
        )
        conditions.append(StoredFigures.family_id.in_(speaks))
    query, number = (within(one, StoredFigures, selection).where(*conditions) for one in (query, number))
    newest = query.order_by(StoredFigures.local_date.desc(), StoredFigures.key.desc()).limit(MOST_ROWS)
    rows = list(db.session.scalars(newest))
    left_out = max(0, (db.session.scalar(number) or 0) - len(rows))
    return ([row for row in rows if _has_age(row, *chosen.ages)] if chosen.ages else rows), left_out


def _has_age(row: StoredFigures, low: int, high: int) -> bool:
    child = db.session.get(Child, row.child_id) if row.child_id else None
    if child is None:
        return False
    if not child.birth_date:  # its family is erased
        return False
    return low <= age_months(date.fromisoformat(child.birth_date), row.local_date, child.weeks_early) < high


def _rule(hash: str, version: int, rows: Sequence[StoredFigures]) -> RuleDetail:
    months: dict[date, list[StoredFigures]] = defaultdict(list)
    places: dict[uuid.UUID, list[StoredFigures]] = defaultdict(list)
    both: dict[uuid.UUID, dict[date, list[StoredFigures]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        months[month_of(row.local_date)].append(row)
        places[row.site_id].append(row)
        both[row.site_id][month_of(row.local_date)].append(row)
    return RuleDetail(
        hash,
        version,
        _together(rows),
        {month: _together(months[month]) for month in sorted(months)},
        {site: _together(some) for site, some in places.items()},
        {site: {month: _together(some) for month, some in by.items()} for site, by in both.items()},
        Counter(moment for row in rows for moment in _moments(row.figures)),
    )


def _together(rows: Sequence[StoredFigures]) -> GroupFigures:
    return group_figures(map(_sums, rows), len({row.family_id for row in rows}))


def _sums(row: StoredFigures) -> Sums:
    """One visit as what a cell would hold of it."""
    counts = ((row.answered, row.codable), (row.distress_answered, row.distress_codable),
              (row.non_distress_answered, row.non_distress_codable))  # fmt: skip
    classes = {
        name: [answered, codable, answered**2, codable**2, answered * codable, int(codable > 0)]
        for name, (answered, codable) in zip(CLASSES, counts, strict=True)
    }
    return Sums(1, row.observed_ms, classes, row.histogram)


def _moments(figures: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Each cue that could be judged, with the answer that was credited to it."""
    for pair in figures["pairs"]:
        if pair["status"] in {"answered", "unanswered"}:
            for code in pair["codes"]:
                yield code, pair["response"] if pair["status"] == "answered" else None


# --- change


@dataclass(frozen=True)
class Change:
    """One scale over families with enough visits: means of the first and the latest rating, the smallest change that
    is more than error (None: not known yet), and how many families rose and fell by more."""

    instrument: str
    scale: str
    families: int
    first: float
    latest: float
    smallest: float | None
    rose: int
    fell: int


def changes(selection: Selection) -> list[Change]:
    """What changed in families that were rated often enough, scale by scale."""
    query = (
        select(StoredRating.instrument, StoredRating.scale, StoredRating.family_id, StoredRating.value)
        .where(StoredRating.value.is_not(None))
        .order_by(StoredRating.local_date, StoredRating.key)
    )
    values: dict[tuple[str, str], dict[uuid.UUID, list[int]]] = defaultdict(lambda: defaultdict(list))
    for instrument, scale, family_id, value in db.session.execute(within(query, StoredRating, selection)):
        values[instrument, scale][family_id].append(value)
    known = reliability(selection.programme_id)
    found = []
    for key in sorted(values):
        pairs = [(some[0], some[-1]) for some in values[key].values() if len(some) >= CHANGE_VISITS]
        if not pairs:
            continue
        agreed = known.get(key)
        smallest = None
        if agreed and agreed.n >= FEWEST_PAIRS and agreed.icc is not None and agreed.sd is not None:
            smallest = reliable_change(0, 0, agreed.sd, agreed.icc).smallest
        found.append(
            Change(
                *key,
                families=len(pairs),
                first=fmean(first for first, _ in pairs),
                latest=fmean(latest for _, latest in pairs),
                smallest=smallest,
                rose=sum(smallest is not None and latest - first > smallest for first, latest in pairs),
                fell=sum(smallest is not None and first - latest > smallest for first, latest in pairs),
            )
        )
    return found
