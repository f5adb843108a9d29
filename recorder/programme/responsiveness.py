"""How many cues were answered, under which rule, where and when?

Read from cells (month x site) and, for the number of families, from figure rows: never from events. Figures of
different scheme hash or version of the measures are never pooled: each makes a `RuleGroup` of its own. A closed
primary observation of at least three observed minutes counts as one visit here. What the numbers mean:
`recorder.programme.group_figures`.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import extract, func, select

from recorder.db import db
from recorder.instruments.scheme import Scheme
from recorder.programme.group_figures import GroupFigures, Sums, group_figures
from recorder.programme.rollup import RollUp, Selection, roll_up, within
from recorder.records.cells import SITE
from recorder.records.instruments import with_hash
from recorder.records.observations import Cell, StoredFigures

Rule = tuple[str, int]
"""The hash of a scheme and the version of the measures: what must be the same for figures to be pooled."""

Part = tuple[uuid.UUID, date, Sums]


@dataclass(frozen=True)
class RuleGroup:
    """All figures made under one rule; `scheme` is None when its document is no longer known here."""

    scheme: Scheme | None
    scheme_hash: str
    measures_version: int
    figures: RollUp[GroupFigures]


def responsiveness(selection: Selection) -> list[RuleGroup]:
    """The figures of a selection, one group a rule, the group with most visits first."""
    groups = [_group(selection, rule, parts, _families(selection, rule)) for rule, parts in _cells(selection).items()]
    return sorted(groups, key=lambda group: (-group.figures.overall.visits, group.scheme_hash, group.measures_version))


def _group(selection: Selection, rule: Rule, parts: list[Part], families: Mapping[Any, int]) -> RuleGroup:
    sums = roll_up(parts, list, selection)
    scheme = with_hash(selection.programme_id, rule[0])
    return RuleGroup(
        scheme=scheme if isinstance(scheme, Scheme) else None,
        scheme_hash=rule[0],
        measures_version=rule[1],
        figures=RollUp(
            overall=group_figures(sums.overall, families[None]),
            by_site={site: group_figures(some, families[site]) for site, some in sums.by_site.items()},
            by_month={month: group_figures(some, families[month]) for month, some in sums.by_month.items()},
        ),
    )


def _cells(selection: Selection) -> Mapping[Rule, list[Part]]:
    query = (
        select(Cell)
        .where(Cell.programme_id == selection.programme_id, Cell.grain == SITE)
        .where(Cell.month.between(selection.period.first, selection.period.last))
    )
    if selection.site_id:
        query = query.where(Cell.site_id == selection.site_id)
    groups: dict[Rule, list[Part]] = defaultdict(list)
    for cell in db.session.scalars(query):
        sums = Sums(cell.visits, cell.observed_ms, cell.sums, cell.histogram)
        groups[cell.scheme_hash, cell.measures_version].append((cell.site_id, cell.month, sums))
    return groups


def _families(selection: Selection, rule: Rule) -> Mapping[Any, int]:
    """How many families figures of one rule are about: in all (None), by site, by month."""
    year, month = extract("year", StoredFigures.local_date), extract("month", StoredFigures.local_date)
    number = func.count(StoredFigures.family_id.distinct())
    families: dict[Any, int] = defaultdict(int)
    families[None] = db.session.scalar(_under(rule, select(number), selection)) or 0
    by_site = select(StoredFigures.site_id, number).group_by(StoredFigures.site_id)
    families |= {site_id: count for site_id, count in db.session.execute(_under(rule, by_site, selection))}
    by_month = select(year, month, number).group_by(year, month)
    for its_year, its_month, count in db.session.execute(_under(rule, by_month, selection)):
        families[date(int(its_year), int(its_month), 1)] = count
    return families


def _under(rule: Rule, query: Any, selection: Selection) -> Any:
    rows = within(query, StoredFigures, selection)
    return rows.where(StoredFigures.scheme_hash == rule[0], StoredFigures.measures_version == rule[1])
