"""Which tables may leave the programme, and what do they say of one quarter?

A fixed list, quarter x site: *families* that were with the programme on any day of the quarter, by whether they were
observed in it; the same families by the *language* of the first caregiver; *visits* by what became of them
(`programme.dosage`); and families that were ever *enrolled*, up to the quarter's last day. What must be hidden is
decided once (`programme.suppression`), over all tables of the quarter together and over the difference to what was
published before, and is kept as it was given away. What arrives late waits for the next quarter: *enrolled* counts on
from the number that was counted last, and never less. Quarters begin in October, January, April and July, are
published when they are over, and in order. A share is worked out of shown numbers only, so it tells nothing more.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from recorder.db import db
from recorder.programme.dosage import dosage
from recorder.programme.exports import line, written
from recorder.programme.rollup import Period, Selection, after, months_before, sites
from recorder.programme.suppression import Number, Pattern, Publication, suppress
from recorder.records.families import Caregiver, Family
from recorder.records.observations import StoredFigures
from recorder.records.people import Programme
from recorder.records.published import Published

QUARTERS_BACK = 4
ALL = "all"
"""The name of a total, over a row or over the sites."""

Counts = Mapping[str, Mapping[str, Mapping[str, int]]]
"""How many, by table, site (its id as text) and column."""

TABLES: Mapping[str, Sequence[str]] = {
    "families": ("observed", "not_observed"),
    "languages": (),
    "visits": ("completed", "cancelled_by_staff", "cancelled_by_family", "missing"),
    "enrolled": ("families",),
}
"""The tables and their columns; the columns of languages are those that are spoken."""


OF_FAMILIES = frozenset({"families", "languages"})
"""Tables in which a row that says "all of them" tells something of every family in it."""


@dataclass(frozen=True)
class Quarter:
    """Three months, given by their first day."""

    first: date

    @property
    def period(self) -> Period:
        """Its months."""
        return Period(self.first, after(after(self.first)))


def quarter_of(day: date) -> Quarter:
    """The quarter that a day belongs to.

    >>> quarter_of(date(2026, 11, 30)).first.isoformat()
    '2026-10-01'
    """
    return Quarter(date(day.year, (day.month - 1) // 3 * 3 + 1, 1))


def publishable(programme_id: uuid.UUID, today: date) -> list[Quarter]:
    """The quarters that are over and may still be published, the earliest first."""
    last = db.session.scalar(
        select(Published.first).where(Published.programme_id == programme_id).order_by(Published.first.desc()).limit(1)
    )
    this = quarter_of(today).first
    back = [Quarter(months_before(this, 3 * number)) for number in range(QUARTERS_BACK, 0, -1)]
    return [quarter for quarter in back if last is None or quarter.first > last]


def publish(programme: Programme, quarter: Quarter, today: date, account_id: uuid.UUID) -> Published:
    """Publish a quarter, once; a quarter that is published already is handed back as it is. Commits."""
    there = select(Published).where(Published.programme_id == programme.id, Published.first == quarter.first)
    if (known := db.session.scalar(there)) is not None:
        return known
    counts = count(programme.id, quarter, today)
    before = earlier(programme.id, quarter)
    counts = dict(counts) | {"enrolled": _counted_on(counts["enrolled"], before)}
    pattern = suppress(publication(quarter.first, counts, before), programme.small_cells)
    content = _content(programme, quarter, counts, pattern)
    row = Published(
        programme_id=programme.id,
        first=quarter.first,
        last=quarter.period.end,
        threshold=programme.small_cells,
        content=json.dumps(content, ensure_ascii=False),
        counts=json.dumps(counts),
        published_by_id=account_id,
    )
    db.session.add(row)
    try:
        db.session.commit()
    except IntegrityError:  # somebody else published it in the same moment
        db.session.rollback()
        return db.session.scalars(there).one()
    return row


# --- counting


def count(programme_id: uuid.UUID, quarter: Quarter, today: date) -> Counts:
    """The true numbers of a quarter, for every site."""
    places = [str(id) for id in sites(programme_id)]
    selection = Selection(programme_id, quarter.period, None, today)
    families = _families(selection)
    languages = sorted({language for _, _, language in families})
    seen = set(
        db.session.scalars(
            select(StoredFigures.family_id).where(
                StoredFigures.programme_id == programme_id,
                StoredFigures.local_date.between(selection.period.first, selection.end),
            )
        )
    )
    observed = Counter((site, "observed" if id in seen else "not_observed") for id, site, _ in families)
    spoken = Counter((site, language) for _, site, language in families)
    done = {str(site): figures for site, figures in dosage(selection).by_site.items()}
    ever = select(Family.site_id).where(Family.programme_id == programme_id, Family.enrolled_on <= selection.end)
    enrolled = Counter(str(site) for site in db.session.scalars(ever))
    return {
        "families": {site: {name: observed[site, name] for name in TABLES["families"]} for site in places},
        "languages": {site: {name: spoken[site, name] for name in languages} for site in places},
        "visits": {
            site: {name: getattr(done[site], name) if site in done else 0 for name in TABLES["visits"]}
            for site in places
        },
        "enrolled": {site: {"families": enrolled[site]} for site in places},
    }


def _families(selection: Selection) -> list[tuple[uuid.UUID, str, str]]:
    """The families of a quarter: id, site, language of the first caregiver ("" without one)."""
    first = (
        select(Caregiver.family_id, Caregiver.language)
        .where(Caregiver.programme_id == selection.programme_id, Caregiver.position == 0)
        .subquery()
    )
    query = (
        select(Family.id, Family.site_id, first.c.language)
        .outerjoin(first, first.c.family_id == Family.id)
        .where(Family.programme_id == selection.programme_id, Family.enrolled_on <= selection.end)
        .where(or_(Family.left_on.is_(None), Family.left_on >= selection.period.first))
    )
    return [(id, str(site), language or "") for id, site, language in db.session.execute(query)]


def _counted_on(now: Mapping[str, Mapping[str, int]], before: Sequence[Published]) -> Mapping[str, Mapping[str, int]]:
    """What was ever enrolled, never less than what was counted last."""
    last: Mapping[str, Mapping[str, int]] = json.loads(before[-1].counts)["enrolled"] if before else {}
    return {
        site: {"families": max(row["families"], last.get(site, {}).get("families", 0))} for site, row in now.items()
    }


# --- what is hidden


def earlier(programme_id: uuid.UUID, quarter: Quarter) -> list[Published]:
    """What was published before a quarter, in order."""
    query = select(Published).where(Published.programme_id == programme_id, Published.first < quarter.first)
    return list(db.session.scalars(query.order_by(Published.first)))


def publication(first: date, counts: Counts, before: Sequence[Published]) -> Publication:
    """All numbers of a quarter, with the earlier ones that they can be compared with.

    The atoms of *enrolled* are what was added from one publication to the next: a difference is a number, too.
    """
    atoms: dict[Any, int] = {}
    numbers: dict[Any, Number] = {}
    for table in ("families", "languages", "visits"):
        for site, row in counts[table].items():
            atoms |= {(first, table, site, column): number for column, number in row.items()}
        numbers |= _numbers(
            first, table, counts[table], lambda site, column, table=table: {(first, table, site, column)}
        )
    shown: set[Any] = set()
    history = [(one.first, json.loads(one.counts)["enrolled"]) for one in before] + [(first, counts["enrolled"])]
    added: dict[str, set[Any]] = {}
    last: dict[str, int] = {}
    for day, table in history:
        for site, row in table.items():
            atoms[day, "enrolled", site] = row["families"] - last.get(site, 0)
            added.setdefault(site, set()).add((day, "enrolled", site))
            last[site] = row["families"]
        until = {site: set(some) for site, some in added.items()}
        numbers |= _numbers(day, "enrolled", table, lambda site, column, until=until: until[site])
    for one in before:
        shown |= _shown(one)
    known = {key for key in numbers if key[0] != first}
    links = [
        (
            frozenset((first, "families", site, column) for column in counts["families"][site]),
            frozenset((first, "languages", site, column) for column in counts["languages"][site]),
        )
        for site in counts["families"]
    ]
    return Publication(numbers, atoms, frozenset(shown & known), frozenset(known - shown), links)


def _numbers(first: date, table: str, rows: Mapping[str, Mapping[str, int]], atoms_of: Any) -> dict[Any, Number]:
    """A table's cells, the totals of its rows and columns, and its grand total."""
    columns = list(next(iter(rows.values()), {}))
    many = len(columns) > 1
    found: dict[Any, Number] = {}
    for site in rows:
        for column in columns:
            line = (first, table, site) if many and table in OF_FAMILIES else None
            found[first, table, site, column] = Number(frozenset(atoms_of(site, column)), line=line)
        if many:
            parts = [atoms_of(site, column) for column in columns]
            found[first, table, site, ALL] = Number(frozenset().union(*parts), inner=False)
    for column in columns:
        parts = [atoms_of(site, column) for site in rows]
        found[first, table, ALL, column] = Number(frozenset().union(*parts), inner=False)
    if many:
        parts = [atoms_of(site, column) for site in rows for column in columns]
        found[first, table, ALL, ALL] = Number(frozenset().union(*parts), inner=False)
    return found


def _shown(row: Published) -> set[Any]:
    """The keys of the numbers that a publication shows."""
    content = json.loads(row.content)
    return {
        (row.first, table["name"], line["id"], column)
        for table in content["tables"]
        for line in table["rows"]
        for column, cell in zip(table["columns"], line["cells"], strict=True)
        if cell is not None
    }


def _content(programme: Programme, quarter: Quarter, counts: Counts, pattern: Pattern) -> dict[str, Any]:
    names = {str(id): name for id, name in sites(programme.id).items()}
    return {
        "programme": programme.name,
        "first": quarter.first.isoformat(),
        "last": quarter.period.end.isoformat(),
        "threshold": programme.small_cells,
        "tables": [_table(quarter, name, rows, names, pattern) for name, rows in counts.items()],
    }


def _table(
    quarter: Quarter, name: str, rows: Mapping[str, Mapping[str, int]], names: Mapping[str, str], pattern: Pattern
) -> dict[str, Any]:
    columns = list(next(iter(rows.values()), {}))
    sums = {site: dict(row) | {ALL: sum(row.values())} for site, row in rows.items()}
    sums[ALL] = dict(sum((Counter(row) for row in sums.values()), Counter()))
    shown = [*columns, ALL] if len(columns) > 1 else columns
    keys = {(site, column): (quarter.first, name, site, column) for site in sums for column in shown}
    return {
        "name": name,
        "columns": shown,
        "rows": [
            {
                "id": site,
                "name": names.get(site, ""),
                "cells": [None if keys[site, column] in pattern.all else row.get(column, 0) for column in shown],
            }
            for site, row in sums.items()
        ],
        "hidden": {
            why: sum(key in some for key in keys.values())
            for why, some in (("small", pattern.small), ("whole", pattern.whole), ("other", pattern.complementary))
        },
    }


# --- taking it away


def lines(row: Published) -> Iterator[str]:
    """A publication as CSV, one line a number; what is hidden is `*`."""
    content = json.loads(row.content)
    yield line(["programme", "first", "last", "table", "site", "column", "count"])
    for table in content["tables"]:
        for row_of in table["rows"]:
            for column, cell in zip(table["columns"], row_of["cells"], strict=True):
                start = [content["programme"], content["first"], content["last"], table["name"]]
                site = row_of["name"] if row_of["id"] != ALL else ALL
                yield line([written(part) for part in (*start, site, column or "none", "*" if cell is None else cell)])
