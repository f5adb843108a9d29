"""How steady is what was seen of one family, and did it change?

Visits are compared where they can be: same child, caregiver and context, and for answered cues the same scheme (hash)
and version of the measures; everything else stands apart. Distress and other cues stand apart. A share of fewer than
five codable cues is a dot without an interval and enters no figure, and no step is taken across it; so is a visit
without such a cue. Slopes are per 30 days. Spread needs three visits, steps five (`measures.consistency`). What the
caregiver says of herself stands beside what was observed and is never averaged with it.

Everything is read from stored rows, in a number of queries that does not grow with the visits: never from events.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from recorder.db import db
from recorder.instruments.edition import Labels
from recorder.instruments.questionnaire import Questionnaire
from recorder.instruments.scale import Composite, Scale
from recorder.instruments.scheme import Scheme
from recorder.measures.consistency import Change, Steadiness, reliable_change, steadiness
from recorder.measures.figures import FEWEST_FOR_INTERVAL
from recorder.measures.intervals import Interval, newcombe, wilson
from recorder.measures.ratings import composites, rated_of
from recorder.programme.reliability import Key, Reliability, reliability
from recorder.records.assessments import Assessment, LifeEvent
from recorder.records.families import Family
from recorder.records.instruments import with_hash, with_id
from recorder.records.observations import StoredFigures, StoredRating

DAYS = 30
"""The days that a slope is told in."""

Who = tuple[uuid.UUID | None, uuid.UUID | None, str]
"""A child, a caregiver (None: figures of an older version do not say who) and what was going on."""


@dataclass(frozen=True)
class Point:
    """One visit: its day, its value (None: nothing to measure) with its interval, and the n it rests on. Of a share,
    `k` of `n` codable cues were answered; of ratings, `n` scales were rated."""

    day: date
    value: float | None
    n: int
    k: int = 0
    interval: Interval | None = None

    @property
    def firm(self) -> bool:
        """Whether it enters the figures over visits."""
        return self.value is not None


@dataclass(frozen=True)
class Share(Point):
    """The share of answered cues of one visit, 0..1."""

    @property
    def firm(self) -> bool:
        """Whether there were enough cues for a share."""
        return self.n >= FEWEST_FOR_INTERVAL


@dataclass(frozen=True)
class Shares:
    """The shares of one class of cues over visits, and the difference latest minus first with its interval."""

    distress: bool
    points: tuple[Share, ...]
    steadiness: Steadiness
    first: Share | None
    latest: Share | None
    difference: Interval | None


@dataclass(frozen=True)
class Rule:
    """The shares made under one scheme and version of the measures; `scheme` None: its document is not known here."""

    id: str
    hash: str
    version: int
    scheme: Scheme | None
    classes: tuple[Shares, ...]


@dataclass(frozen=True)
class Ratings:
    """One composite over visits, from `low` to `high`, rated by `raters` people. `change` is held against
    `reliability`; None: the change cannot be told from error."""

    scale: Scale
    composite: Composite
    low: float
    high: float
    points: tuple[Point, ...]
    raters: int
    steadiness: Steadiness
    first: Point | None
    latest: Point | None
    reliability: Reliability | None
    change: Change | None


@dataclass(frozen=True)
class Dyad:
    """What can be compared: one child with one caregiver in one context."""

    child_id: uuid.UUID | None
    caregiver_id: uuid.UUID | None
    context: str
    rules: tuple[Rule, ...]
    ratings: tuple[Ratings, ...]

    @property
    def visits(self) -> int:
        """The most visits that any of its pictures shows."""
        shown = [part.points for rule in self.rules for part in rule.classes] + [one.points for one in self.ratings]
        return max(map(len, shown), default=0)


@dataclass(frozen=True)
class Beside:
    """What a caregiver said, each scale on 0-100, and the share of cues (0-100) of the nearest visit of that child
    and caregiver: two numbers with their days, never one."""

    row: Assessment
    questionnaire: Questionnaire
    scales: tuple[tuple[Labels, float | None], ...]
    observed: Share | None


@dataclass(frozen=True)
class Consistency:
    """Everything that a family's page of consistency shows."""

    dyads: tuple[Dyad, ...]
    self_reports: tuple[Beside, ...]
    events: tuple[LifeEvent, ...]


def consistency(family: Family, hidden: Select[Any] | None = None) -> Consistency:
    """What was seen of a family over its visits, the dyads with most visits first.

    Parameters: `hidden`, the keys of logs that the reader is blind to, because she codes the same visit.
    """
    figures = _figures(family, hidden)
    ratings = _ratings(family, hidden)
    agreed = reliability(family.programme_id) if ratings else {}
    rules, rated = _together(figures, _who), _together(ratings, _who)
    dyads = [
        Dyad(
            child_id=child,
            caregiver_id=caregiver,
            context=context,
            rules=_rules(family, rules.get((child, caregiver, context), [])),
            ratings=_composites(family, rated.get((child, caregiver, context), []), agreed),
        )
        for child, caregiver, context in dict.fromkeys((*rules, *rated))
    ]
    events = db.session.scalars(select(LifeEvent).where(LifeEvent.family_id == family.id).order_by(LifeEvent.on))
    return Consistency(
        dyads=tuple(sorted(dyads, key=lambda dyad: -dyad.visits)),
        self_reports=tuple(_beside(family, figures)),
        events=tuple(events),
    )


def _figures(family: Family, hidden: Select[Any] | None) -> Sequence[Any]:
    columns = (
        *(StoredFigures.local_date, StoredFigures.child_id, StoredFigures.context, StoredFigures.scheme),
        *(StoredFigures.scheme_hash, StoredFigures.measures_version, StoredFigures.answered, StoredFigures.codable),
        *(StoredFigures.distress_answered, StoredFigures.distress_codable),
        *(StoredFigures.non_distress_answered, StoredFigures.non_distress_codable),
        StoredFigures.figures["caregiver"].as_string().label("caregiver"),
    )
    query = _seen(select(*columns).where(StoredFigures.family_id == family.id), hidden)
    return db.session.execute(query.order_by(StoredFigures.local_date, StoredFigures.key)).all()


def _ratings(family: Family, hidden: Select[Any] | None) -> Sequence[Any]:
    columns = (
        *(StoredFigures.child_id, StoredFigures.context, StoredRating.local_date, StoredRating.log_key),
        *(StoredRating.account_id, StoredRating.instrument, StoredRating.scale, StoredRating.value),
        StoredFigures.figures["caregiver"].as_string().label("caregiver"),
    )
    query = select(*columns).join(StoredFigures, StoredFigures.log_key == StoredRating.log_key)
    query = _seen(query.where(StoredFigures.family_id == family.id), hidden)
    return db.session.execute(query.order_by(StoredRating.local_date, StoredRating.log_key)).all()


def _seen(query: Select[Any], hidden: Select[Any] | None) -> Select[Any]:
    return query if hidden is None else query.where(StoredFigures.log_key.not_in(hidden))


def _who(row: Any) -> Who:
    return row.child_id, uuid.UUID(row.caregiver) if row.caregiver else None, row.context


def _together(rows: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    """Rows with the same key, in their order."""
    groups: dict[Any, list[Any]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def _rules(family: Family, rows: Sequence[Any]) -> tuple[Rule, ...]:
    groups = _together(rows, lambda row: (row.scheme, row.scheme_hash, row.measures_version))
    return tuple(_rule(family, some) for some in sorted(groups.values(), key=len, reverse=True))


def _rule(family: Family, rows: Sequence[Any]) -> Rule:
    made = rows[0]
    scheme = with_hash(family.programme_id, made.scheme_hash)
    calm = [_share(row.local_date, row.non_distress_answered, row.non_distress_codable) for row in rows]
    distress = [_share(row.local_date, row.distress_answered, row.distress_codable) for row in rows]
    classes = [_shares(False, calm)]
    if any(point.n for point in distress):
        classes.append(_shares(True, distress))
    return Rule(
        id=made.scheme,
        hash=made.scheme_hash,
        version=made.measures_version,
        scheme=scheme if isinstance(scheme, Scheme) else None,
        classes=tuple(classes),
    )


def _share(day: date, answered: int, codable: int) -> Share:
    enough = codable >= FEWEST_FOR_INTERVAL
    value = answered / codable if codable else None
    return Share(day, value, codable, answered, wilson(answered, codable) if enough else None)


def _shares(distress: bool, points: Sequence[Share]) -> Shares:
    firm = [point for point in points if point.firm]
    first, latest = (firm[0], firm[-1]) if len(firm) > 1 else (None, None)
    difference = newcombe(latest.k, latest.n, first.k, first.n) if first and latest else None
    return Shares(distress, tuple(points), _steadiness(points, 0, 1), first, latest, difference)


def _steadiness(points: Sequence[Point], low: float, high: float) -> Steadiness:
    days = [(point.day - points[0].day).days / DAYS for point in points]
    return steadiness([point.value if point.firm else None for point in points], low, high, days)


def _composites(family: Family, rows: Sequence[Any], agreed: Mapping[Key, Reliability]) -> tuple[Ratings, ...]:
    found = []
    for id, some in _together(rows, lambda row: row.instrument).items():
        scale = with_id(family.programme_id, id)
        if isinstance(scale, Scale):
            visits = list(_together(some, lambda row: row.log_key).values())
            found += [_composite(scale, one, visits, agreed.get((id, one.id))) for one in scale.composites]
    return tuple(one for one in found if any(point.value is not None for point in one.points))


def _composite(scale: Scale, one: Composite, visits: Sequence[Sequence[Any]], agreed: Reliability | None) -> Ratings:
    points = [_rating(scale, one, visit) for visit in visits]
    low, high = _ends(scale, one)
    known = [point for point in points if point.value is not None]
    first, latest = (known[0], known[-1]) if len(known) > 1 else (None, None)
    change = None
    if first and latest and agreed and agreed.icc is not None and agreed.sd:
        change = reliable_change(first.value or 0.0, latest.value or 0.0, agreed.sd, agreed.icc)
    return Ratings(
        scale=scale,
        composite=one,
        low=low,
        high=high,
        points=tuple(points),
        raters=len({row.account_id for visit in visits for row in visit}),
        steadiness=_steadiness(points, low, high),
        first=first,
        latest=latest,
        reliability=agreed,
        change=change,
    )


def _rating(scale: Scale, one: Composite, visit: Sequence[Any]) -> Point:
    values = {row.scale: "NOB" if row.value is None else row.value for row in visit}
    return Point(visit[0].local_date, composites(scale, values)[one.id], len(rated_of(one, values)))


def _ends(scale: Scale, one: Composite) -> tuple[float, float]:
    """The least and the most that a composite can come to."""
    if one.how == "proportion":
        return 0.0, 1.0
    times = len(one.items) if one.how == "sum" else 1
    return float(scale.low * times), float(scale.high * times)


def _beside(family: Family, figures: Sequence[Any]) -> Iterable[Beside]:
    query = select(Assessment).where(Assessment.family_id == family.id, Assessment.kind == "questionnaire")
    for row in db.session.scalars(query.order_by(Assessment.local_date.desc(), Assessment.key.desc())):
        asked = with_hash(family.programme_id, row.instrument_hash)
        if isinstance(asked, Questionnaire):
            percent = row.scores.get("percent") or {}
            scales = tuple((scale.label, percent.get(scale.id)) for scale in asked.scales)
            yield Beside(row, asked, scales, _nearest(row, figures))


def _nearest(row: Assessment, figures: Sequence[Any]) -> Share | None:
    """All cues of the nearest visit with the caregiver who answered, of the child that she answered for."""
    own = [
        seen
        for seen in figures
        if seen.codable
        and seen.caregiver == (str(row.caregiver_id) if row.caregiver_id else None)
        and row.child_id in (None, seen.child_id)
    ]
    if not own:
        return None
    seen = min(own, key=lambda seen: abs((seen.local_date - row.local_date).days))
    return _share(seen.local_date, seen.answered, seen.codable)
