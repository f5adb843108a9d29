"""Which part of a programme is looked at, and how is a table about it laid out?

A period is whole months, both ends included: the cells that figures are read from are months. A day belongs to the
month of its local date at its site. What lies after `today` has not happened yet and is counted nowhere.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select

from recorder.db import db
from recorder.records.people import Site

P = TypeVar("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Period:
    """Whole months from `first` to `last`, each given by its first day.

    >>> [month.isoformat() for month in Period(date(2025, 12, 1), date(2026, 2, 1)).months()]
    ['2025-12-01', '2026-01-01', '2026-02-01']
    """

    first: date
    last: date

    def months(self) -> Iterator[date]:
        """The first days of its months, in order."""
        month = self.first
        while month <= self.last:
            yield month
            month = after(month)

    @property
    def end(self) -> date:
        """Its last day."""
        return after(self.last) - timedelta(days=1)


@dataclass(frozen=True)
class Selection:
    """What a manager chose to look at: her programme, a period, one of its sites (None: all), as of `today`."""

    programme_id: uuid.UUID
    period: Period
    site_id: uuid.UUID | None
    today: date

    @property
    def end(self) -> date:
        """The last day that counts: of the period, and not in the future."""
        return min(self.period.end, self.today)


@dataclass(frozen=True)
class RollUp(Generic[T]):
    """One table: over everything, for each site that has something to show, and for each month of the period."""

    overall: T
    by_site: Mapping[uuid.UUID, T]
    by_month: Mapping[date, T]


def roll_up(
    parts: Iterable[tuple[uuid.UUID, date, P]], fold: Callable[[list[P]], T], selection: Selection
) -> RollUp[T]:
    """Lay out a table from its parts.

    Parameters: `parts`, each with its site and the first day of its month; `fold` makes a table's entry of some parts.
    """
    whole: list[P] = []
    by_site: dict[uuid.UUID, list[P]] = defaultdict(list)
    by_month: dict[date, list[P]] = {month: [] for month in selection.period.months()}
    for site_id, month, part in parts:
        whole.append(part)
        by_site[site_id].append(part)
        by_month[month].append(part)
    return RollUp(
        overall=fold(whole),
        by_site={site_id: fold(some) for site_id, some in by_site.items()},
        by_month={month: fold(some) for month, some in by_month.items()},
    )


def within(query: Any, table: Any, selection: Selection) -> Any:
    """Keep a query to the rows of a table (with `programme_id`, `local_date`, `site_id`) that a selection is about."""
    query = query.where(table.programme_id == selection.programme_id)
    query = query.where(table.local_date.between(selection.period.first, selection.end))
    return query.where(table.site_id == selection.site_id) if selection.site_id else query


def month_of(day: date) -> date:
    """The first day of a day's month.

    >>> month_of(date(2026, 3, 31)).isoformat()
    '2026-03-01'
    """
    return day.replace(day=1)


def after(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def months_before(month: date, count: int) -> date:
    """The first day of the month that lies `count` months earlier.

    >>> months_before(date(2026, 3, 1), 11).isoformat()
    '2025-04-01'
    """
    number = month.year * 12 + month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)


def sites(programme_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """A programme's sites in the order of their names: id to name."""
    rows = db.session.execute(select(Site.id, Site.name).where(Site.programme_id == programme_id).order_by(Site.name))
    return {id: name for id, name in rows}


def today(programme_id: uuid.UUID, now: datetime) -> date:
    """A programme's day: the latest that it is now at any of its sites, so that nothing recorded lies ahead of it."""
    zones = db.session.scalars(select(Site.zone).where(Site.programme_id == programme_id).distinct())
    return max((now.astimezone(ZoneInfo(zone)).date() for zone in zones), default=now.date())
