"""How did trained observers sort the cards for a child, and what do two of them say together?

A sort's score is its correlation with a criterion, in -1..1; beside it stands the best that a legal sort could reach.
There is no cut-off and no label. Two observers of one child, under the same Q-set and at most a fortnight apart, are
averaged card by card first and scored then (Waters 1995); how much they agree is their own correlation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from recorder.db import db
from recorder.instruments.edition import Labels
from recorder.instruments.qset import QSet
from recorder.measures import qsort
from recorder.records.assessments import Assessment
from recorder.records.families import Family
from recorder.records.instruments import with_hash

TOGETHER = timedelta(days=14)


@dataclass(frozen=True)
class CriterionScore:
    """A correlation with a criterion over `n` cards, None where undefined, beside the best attainable one."""

    label: Labels
    r: float | None
    best: float | None
    n: int


@dataclass(frozen=True)
class ScaleValue:
    """The mean pile of a derived scale, on 1..`piles`; None when one of its cards was not sorted."""

    label: Labels
    value: float | None
    piles: int


@dataclass(frozen=True)
class Sort:
    """One child's sort: by one observer, or by two whose sorts were averaged (then `inter_sorter_r` is theirs)."""

    on: date
    child: str
    sorters: tuple[str, ...]
    instrument: str
    label: Labels
    remark: Labels
    validated: bool
    scores: tuple[CriterionScore, ...]
    scales: tuple[ScaleValue, ...]
    inter_sorter_r: float | None = None


def sorts(family: Family) -> list[Sort]:
    """The sorts of a family's children, newest first; averaged pairs stand before the sorts that they are made of."""
    query = select(Assessment).where(Assessment.family_id == family.id, Assessment.kind == "sort")
    loads = [joinedload(Assessment.child), joinedload(Assessment.account)]
    rows = db.session.scalars(query.options(*loads).order_by(Assessment.local_date, Assessment.key)).all()
    known = [(row, qset) for row in rows if isinstance(qset := with_hash(row.programme_id, row.instrument_hash), QSet)]
    found = [_sort([row], qset, _placed(row)) for row, qset in known]
    found += [_together(first, second, qset) for first, second, qset in _pairs(known)]
    return sorted(found, key=lambda one: (one.on, len(one.sorters)), reverse=True)


def _placed(row: Assessment) -> dict[str, float]:
    """The pile of each card that was seen."""
    answers = json.loads(row.answers)
    return {card: pile for card, pile in answers.items() if isinstance(pile, int)}


def _pairs(known: Sequence[tuple[Assessment, QSet]]) -> Iterable[tuple[Assessment, Assessment, QSet]]:
    for (one, qset), (other, _) in combinations(known, 2):
        same = (one.child_id, one.instrument_hash) == (other.child_id, other.instrument_hash)
        if same and one.account_id != other.account_id and other.local_date - one.local_date <= TOGETHER:
            yield one, other, qset


def _together(one: Assessment, other: Assessment, qset: QSet) -> Sort:
    first, second = _placed(one), _placed(other)
    both = [card for card in first if card in second]
    pair = qsort.two_sorters({card: first[card] for card in both}, {card: second[card] for card in both})
    return _sort([one, other], qset, pair.mean, pair.inter_sorter_r)


def _sort(rows: Sequence[Assessment], qset: QSet, placed: Mapping[str, float],
          inter_sorter_r: float | None = None) -> Sort:  # fmt: skip
    piles = qset.distributions[0]
    return Sort(
        on=max(row.local_date for row in rows),
        child=rows[0].child.first_name if rows[0].child else "",
        sorters=tuple(row.account.name for row in rows),
        instrument=qset.id,
        label=qset.label,
        remark=qset.remark,
        validated=qset.validated,
        scores=tuple(
            CriterionScore(criterion.label or {"en": criterion.id}, found.r, found.best, found.n)
            for criterion in qset.criteria
            for found in [qsort.score(placed, criterion.values, piles, qset.most_unseen)]
        ),
        scales=tuple(
            ScaleValue(
                scale.label or {"en": scale.id},
                qsort.derived(placed, scale.items, scale.inverted, len(piles)),
                len(piles),
            )
            for scale in qset.scales
        ),
        inter_sorter_r=inter_sorter_r,
    )
