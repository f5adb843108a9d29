"""Would another observer have seen the same? A programme's double-coded visits, read from stored pairs only.

A pair *counts* when its second observer held a certificate for the coding scheme on the day of the visit; every other
pair stands apart and enters no figure. *Observed* are the visits with a signed primary observation, *coded by two*
those of them with a pair that counts: their share has a Wilson interval over visits. Ratings are pooled over pairs,
scale by scale of one version of a scale set, first observer in the one column and second in the other: complete pairs
only, and how many were left out is said; the labels of weighted kappa are the scale's, never the data's. Events are
never pooled: each pair keeps its own kappas, because a table added up over families says something of none of them.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from recorder.db import db
from recorder.instruments.library import Instrument
from recorder.instruments.scale import Scale
from recorder.measures.icc import Icc, icc, within_points
from recorder.measures.intervals import Interval, wilson
from recorder.measures.kappa import Kappa, count, kappa
from recorder.programme.rollup import RollUp, Selection, month_of, roll_up, within
from recorder.records.double_coding import PairAgreement, certificates
from recorder.records.instruments import with_id
from recorder.records.observations import Log
from recorder.records.visits import Visit

FEW = 30
"""Below so many pairs a figure is too unsure to decide by."""

SEVERITY_GAP = 0.1
"""An ICC(3,1) that lies so far above ICC(2,1) tells that one rater scores higher than the other."""


@dataclass(frozen=True)
class Pair:
    """One visit that two people coded. `counts`: the second held a certificate. `result`: see `PairAgreement`."""

    key: int
    visit_id: uuid.UUID
    site_id: uuid.UUID
    local_date: date
    scheme: str
    first_id: uuid.UUID
    second_id: uuid.UUID
    counts: bool
    result: Mapping[str, Any]

    @property
    def compared(self) -> bool:
        """Whether the two could be compared at all."""
        return self.result["events"] is not None


@dataclass(frozen=True)
class Share:
    """How many of the observed visits were coded by two; `apart` more were, by somebody without a certificate."""

    visits: int
    double: int
    apart: int

    @property
    def share(self) -> float | None:
        """The share of visits coded by two, 0..1; None when none was observed."""
        return self.double / self.visits if self.visits else None

    @property
    def interval(self) -> Interval | None:
        """Wilson's 95 % interval of the share."""
        return wilson(self.double, self.visits)


@dataclass(frozen=True)
class ScaleAgreement:
    """One scale (or composite) over the pairs that rated it. `weighted` is None for a composite, whose values are no
    list of labels, and for a scale that is not known here. `within_one`: how many of how many lie within 1 point."""

    instrument: str
    scale: str
    set: Scale | None
    icc: Icc
    weighted: Kappa | None
    within_one: tuple[int, int]

    @property
    def severity(self) -> bool:
        """Whether raters rank visits alike while one scores higher than the other."""
        two, three = self.icc.icc2.value, self.icc.icc3.value
        return not self.icc.why and two is not None and three is not None and three - two >= SEVERITY_GAP


def pairs(selection: Selection, families: Select[Any]) -> list[Pair]:
    """The pairs of a selection, the newest first; `families` are the ids of those that may be looked at."""
    query = (
        select(PairAgreement, Log.account_id, Visit.id, Visit.site_id, Visit.local_date)
        .join(Log, Log.key == PairAgreement.first_log_key)
        .join(Visit, Visit.id == PairAgreement.visit_id)
        .where(Visit.family_id.in_(families))
        .order_by(Visit.local_date.desc(), PairAgreement.key.desc())
    )
    held = certificates(selection.programme_id)
    return [
        Pair(
            key=row.key,
            visit_id=visit_id,
            site_id=site_id,
            local_date=day,
            scheme=row.scheme,
            first_id=first_id,
            second_id=row.second_account_id,
            counts=any(
                on <= row.local_date <= until for on, until in held.get((row.second_account_id, row.scheme), ())
            ),
            result=row.result,
        )
        for row, first_id, visit_id, site_id, day in db.session.execute(within(query, Visit, selection))
    ]


def shares(selection: Selection, families: Select[Any], found: Iterable[Pair]) -> RollUp[Share]:
    """The share of visits coded by two: overall, by site and by month. `found`: the pairs of the same selection."""
    counts: dict[uuid.UUID, bool] = defaultdict(bool)
    for pair in found:
        counts[pair.visit_id] |= pair.counts and pair.compared
    return roll_up(_visits(selection, families, counts), _fold, selection)


def _visits(
    selection: Selection, families: Select[Any], counts: Mapping[uuid.UUID, bool]
) -> Iterator[tuple[uuid.UUID, date, bool | None]]:
    """The observed visits, each with whether its pair counts; None without a pair."""
    query = (
        select(Visit.id, Visit.site_id, Visit.local_date)
        .join(Log, Log.visit_id == Visit.id)
        .where(Log.kind == "observation", Log.role == "primary", Log.refused.is_(None), Log.closed_at.is_not(None))
        .where(Visit.family_id.in_(families))
        .distinct()
    )
    for id, site_id, day in db.session.execute(within(query, Visit, selection)):
        yield site_id, month_of(day), counts.get(id)


def _fold(parts: Sequence[bool | None]) -> Share:
    return Share(visits=len(parts), double=parts.count(True), apart=parts.count(False))


def ratings(programme_id: uuid.UUID, found: Iterable[Pair]) -> list[ScaleAgreement]:
    """The agreement on each scale, over the pairs that count, in the order of their scale sets."""
    both: dict[tuple[str, str], list[tuple[Any, Any]]] = defaultdict(list)
    for pair in found:
        for name, values in pair.result["ratings"].items() if pair.counts else ():
            scale = name.removeprefix(f"{values['instrument']} ")
            both[values["instrument"], scale].append((values["a"], values["b"]))
    sets = {instrument: with_id(programme_id, instrument) for instrument, _ in both}
    made = [_scale(instrument, scale, sets[instrument], rows) for (instrument, scale), rows in both.items()]
    return sorted(made, key=_place)


def _scale(instrument: str, scale: str, known: Instrument | None, rows: list[tuple[Any, Any]]) -> ScaleAgreement:
    set = known if isinstance(known, Scale) else None
    numbers = [tuple(value if isinstance(value, int | float) else None for value in row) for row in rows]
    return ScaleAgreement(
        instrument=instrument,
        scale=scale,
        set=set,
        icc=icc(numbers),
        weighted=_weighted(set, scale, [row for row in numbers if None not in row]),
        within_one=within_points(numbers),
    )


def _weighted(set: Scale | None, scale: str, rows: list[tuple[Any, ...]]) -> Kappa | None:
    if set is None or set.item(scale) is None:
        return None
    labels = range(set.low, set.high + 1)
    complete = [row for row in rows if all(value in labels for value in row)]
    return kappa(count([a for a, _ in complete], [b for _, b in complete], labels), "quadratic")


def _place(one: ScaleAgreement) -> tuple[str, int, str]:
    """By scale set, then in its order: its scales, its composites, what it does not know."""
    order = [*(item.id for item in one.set.items), *(part.id for part in one.set.composites)] if one.set else []
    return one.instrument, order.index(one.scale) if one.scale in order else len(order), one.scale
