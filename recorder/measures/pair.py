"""Two observations of one moment, blind to each other: what do they agree on, altogether?

A is the first observer (or the reference), B the second. B's times are moved onto A's clock by `Clocks`: by the taps on
a spoken "now" (SYNC), else by UTC when both clocks are known to be good, else not at all. Events of the focal child are
aligned within a tolerance (`agreement.py`); codes that the scheme calls states are aligned apart, by their onsets, and
count second by second with everything else (`time_units.py`). What one of the two could not see is held against
nobody. Each scale that both rated has two values and their difference: one pair has no ICC. Times are whole ms; None is
undefined, and `warnings` says why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from recorder.instruments.scale import Scale
from recorder.instruments.scheme import RESERVED, Scheme
from recorder.measures.agreement import TOLERANCE_MS, Agreement, agreement
from recorder.measures.observation import Event, Observation, Span, Value, is_of, unseen
from recorder.measures.ratings import check, composites
from recorder.measures.time_units import TimeUnits, of_events

UNIT_MS = 1000
_FAR_MS = 10**12
FEW = 30
"""Below so many events the figures of a pair move a lot with each of them."""

_UNDEFINED = {
    "no_events": "Neither observer coded an event, so there is no agreement to work out.",
    "one_silent": "One of the two observers coded no event, so agreement beyond chance cannot be worked out.",
    "one_code": "Both observers used only one code, so agreement beyond chance cannot be worked out.",
}
_UNITS_UNDEFINED = {
    "no_units": "There is no time that both observers could see, so it cannot be compared second by second.",
    "one_code": "All seconds of one kind: agreement beyond chance cannot be worked out second by second.",
}


@dataclass(frozen=True)
class Clocks:
    """How B's clock is laid on A's: `offset_ms` is added to B's times. `aligned_by`: "sync", "utc", "none", or "given"
    by whoever compares."""

    offset_ms: int = 0
    aligned_by: str = "none"


@dataclass(frozen=True)
class TwoRatings:
    """What both said on one scale, or what a composite came to for both."""

    instrument: str
    scale: str
    a: Value | float
    b: Value | float

    @property
    def difference(self) -> float | None:
        """How much higher B rated than A; None when one of the two has no number."""
        if isinstance(self.a, int | float) and isinstance(self.b, int | float):
            return self.b - self.a
        return None


@dataclass(frozen=True)
class Pair:
    """Two observations, compared. `events_a` and `events_b` are what is compared, on A's clock, states apart: the links
    of `events` are places in them. `states` is None when neither coded one; `other_children` counts events of children
    that are not compared."""

    clocks: Clocks
    events_a: tuple[Event, ...]
    events_b: tuple[Event, ...]
    states_a: tuple[Event, ...]
    states_b: tuple[Event, ...]
    events: Agreement
    states: Agreement | None
    units: TimeUnits
    unit_ms: int
    ratings: tuple[TwoRatings, ...] = field(default=())
    other_children: int = 0

    @property
    def warnings(self) -> tuple[str, ...]:
        """What must be said beside the figures, in sentences."""
        return tuple(_warnings(self))


def align(a: Observation, b: Observation, *, utc: bool = False) -> Clocks:
    """How the clocks of two observations are laid on each other; two codings of a video have one clock.

    Parameters: `utc`, whether both `started_at` are known to be good (grade A). The first SYNC tap of both comes
    first, then UTC, else the times stay as they are.

    >>> scheme = Scheme("s", 1, (), ())
    >>> align(*(Observation(scheme, 60_000, (Event(t, "SYNC"),)) for t in (4200, 1000)))
    Clocks(offset_ms=3200, aligned_by='sync')
    """
    taps = [min((e.t_ms for e in seen.events if e.code == "SYNC"), default=None) for seen in (a, b)]
    if taps[0] is not None and taps[1] is not None:
        return Clocks(taps[0] - taps[1], "sync")
    if a.clock == b.clock == "video":
        return Clocks()  # the clock is the video's own, the same for both
    if utc and a.started_at is not None and b.started_at is not None:
        return Clocks(round((b.started_at - a.started_at).total_seconds() * 1000), "utc")
    return Clocks()


def compare(
    a: Observation,
    b: Observation,
    *,
    clocks: Clocks | None = None,
    tolerance_ms: int = TOLERANCE_MS,
    unit_ms: int = UNIT_MS,
    child: str | None = None,
    scales: Iterable[Scale] = (),
) -> Pair:
    """Compare two observations of one moment.

    Parameters: `clocks`, see `align` (None: by it, without UTC); `tolerance_ms`, how far apart one event may be tapped
    by the two, inclusive; `unit_ms`, the length of a time unit; `child`, whose events (None: each one's focal child);
    `scales`, the scale sets whose composites are compared too. Raises ValueError when the two were made under
    different schemes, or one holds a code that the scheme does not know.

    >>> scheme = Scheme("s", 1, (), (), hash="h")
    >>> compare(Observation(scheme, 9000, ()), Observation(scheme, 9000, ())).warnings[0]
    'Neither observer coded an event, so there is no agreement to work out.'
    """
    if (a.scheme.id, a.scheme.hash) != (b.scheme.id, b.scheme.hash):
        raise ValueError(f"{a.scheme.id} and {b.scheme.id} are different schemes: they have no agreement.")
    clocks = align(a, b) if clocks is None else clocks
    codes, states = _codes(a.scheme), tuple(state.code for state in a.scheme.states)
    all_a, all_b = _events(a), _events(b, clocks.offset_ms)
    one = [event for event in all_a if is_of(event, a, child)]
    other = [event for event in all_b if is_of(event, b, child)]
    (points_a, spans_a), (points_b, spans_b) = _apart(one, states), _apart(other, states)
    hidden = _hidden(a), _hidden(b, clocks.offset_ms)
    end_ms = max(0, min(a.duration_ms, b.duration_ms + clocks.offset_ms))
    how = (tolerance_ms, hidden, clocks.offset_ms)
    return Pair(
        clocks=clocks,
        events_a=points_a,
        events_b=points_b,
        states_a=spans_a,
        states_b=spans_b,
        events=agreement(points_a, points_b, codes, *how),
        states=agreement(spans_a, spans_b, states, *how) if spans_a or spans_b else None,
        units=_units(one, other, (*codes, *states), unit_ms, tolerance_ms, hidden, end_ms),
        unit_ms=unit_ms,
        ratings=_ratings(a, b, {scale.id: scale for scale in scales}),
        other_children=len(all_a) + len(all_b) - len(one) - len(other),
    )


def as_document(pair: Pair) -> dict[str, Any]:
    """What `recorder agreement --format json` prints: plain values, undefined as None, the reason beside it in `why`
    and in words in `warnings`. Times of `disagreements` are on A's clock."""
    return {
        "events": _aligned(pair.events),
        "states": None if pair.states is None else _aligned(pair.states) | {"disagreements": _listed(pair.states)},
        "time_unit": {
            "unit_ms": pair.unit_ms,
            "tolerance_units": pair.units.tolerance_units,
            "n": pair.units.units,
            "kappa": pair.units.kappa,
            "kappa_a": pair.units.kappa_a,
            "kappa_b": pair.units.kappa_b,
            "percent": _percent_of_units(pair.units),
            "why": pair.units.why,
        },
        "ratings": _rated(pair.ratings),
        "disagreements": _listed(pair.events),
        "n_a": len(pair.events_a),
        "n_b": len(pair.events_b),
        "tolerance_ms": pair.events.tolerance_ms,
        "offset_ms": pair.clocks.offset_ms,
        "aligned_by": pair.clocks.aligned_by,
        "warnings": list(pair.warnings),
    }


def _codes(scheme: Scheme) -> tuple[str, ...]:
    """What is compared as events, in the scheme's order."""
    return tuple(entry.code for part in (scheme.cues, scheme.responses, scheme.markers) for entry in part)


def _events(seen: Observation, offset_ms: int = 0) -> list[Event]:
    """Every child's events that can be compared, on A's clock."""
    passed_over = RESERVED | seen.scheme.ignored
    return [_moved(event, offset_ms) for event in seen.events if event.code not in passed_over]


def _apart(events: Iterable[Event], states: Collection[str]) -> tuple[tuple[Event, ...], tuple[Event, ...]]:
    """Events, and states."""
    found: tuple[list[Event], list[Event]] = ([], [])
    for event in events:
        found[event.code in states].append(event)
    return tuple(found[0]), tuple(found[1])


def _moved(event: Event, by_ms: int) -> Event:
    until = None if event.until_ms is None else event.until_ms + by_ms
    return replace(event, t_ms=event.t_ms + by_ms, until_ms=until) if by_ms else event


def _hidden(seen: Observation, offset_ms: int = 0) -> list[Span]:
    """Where an observer could not see: out of view, paused, before the start and after the end."""
    outside = ((-_FAR_MS, 0), (seen.duration_ms + 1, _FAR_MS))
    return [(start + offset_ms, end + offset_ms) for start, end in (*unseen(seen), *outside)]


def _units(
    a: Iterable[Event],
    b: Iterable[Event],
    codes: Sequence[str],
    unit_ms: int,
    tolerance_ms: int,
    hidden: tuple[Sequence[Span], Sequence[Span]],
    end_ms: int,
) -> TimeUnits:
    """Second by second, up to `end_ms`, when the first of the two stopped."""
    within = [
        [(max(0, low), min(high, end_ms)) for low, high in spans if low < end_ms and high > 0] for spans in hidden
    ]
    until = [[event for event in events if event.t_ms <= end_ms] for events in (a, b)]
    return of_events(until[0], until[1], codes, end_ms, unit_ms, tolerance_ms, (within[0], within[1]))


def _ratings(a: Observation, b: Observation, scales: Mapping[str, Scale]) -> tuple[TwoRatings, ...]:
    """Of the scale sets that both rated, each scale that either rated, and what the composites came to."""
    found = []
    for instrument in (id for id in a.ratings if id in b.ratings):
        one, other = a.ratings[instrument], b.ratings[instrument]
        scale = scales.get(instrument)
        if scale:
            one, other = _allowed(scale, one), _allowed(scale, other)
        found += [TwoRatings(instrument, id, one.get(id), other.get(id)) for id in dict.fromkeys((*one, *other))]
        if scale:
            ours, theirs = composites(scale, one), composites(scale, other)
            found += [TwoRatings(instrument, id, ours[id], theirs[id]) for id in ours]
    return tuple(found)


def _allowed(scale: Scale, values: Mapping[str, Value]) -> dict[str, Value]:
    """The ratings that the scale set allows: a tablet's log may hold others, which were put aside."""
    return {id: value for id, value in values.items() if _is_allowed(scale, id, value)}


def _is_allowed(scale: Scale, id: str, value: Value) -> bool:
    try:
        check(scale, id, value)
    except ValueError:
        return False
    return True


def _aligned(found: Agreement) -> dict[str, Any]:
    return {
        "matched": found.agreed,
        "only_a": found.only_a,
        "only_b": found.only_b,
        "different_code": found.different,
        "percent": found.percent_agreement,
        "kappa": found.events.kappa,
        "kappa_linked": found.linked.kappa,
        "median_dt_ms": found.median_abs_dt_ms,
        "n": found.events.n,
        "left_out": found.left_out,
        "why": found.events.why,
    }


def _listed(found: Agreement) -> list[dict[str, Any]]:
    return [
        {
            "t_ms": gone.t_ms,
            "a": gone.a and gone.a.code,
            "b": gone.b and gone.b.code,
            "a_ms": gone.a and gone.a.t_ms,
            "b_ms": gone.b and gone.b.t_ms,
        }
        for gone in found.differences
    ]


def _percent_of_units(units: TimeUnits) -> float | None:
    """Of 100 units, how many agree within the tolerance: the mean of both sides."""
    if not units.units:
        return None
    agreed = sum(table[i][i] for table in (units.table_a, units.table_b) for i in range(len(table)))
    return 100 * agreed / (2 * units.units)


def _rated(ratings: Iterable[TwoRatings]) -> dict[str, dict[str, Any]]:
    """By scale; a name that two scale sets share has its set before it."""
    rated: dict[str, dict[str, Any]] = {}
    for one in ratings:
        name = one.scale if one.scale not in rated else f"{one.instrument} {one.scale}"
        rated[name] = {
            "instrument": one.instrument,
            "n": 0 if one.difference is None else 1,
            "a": one.a,
            "b": one.b,
            "difference": one.difference,
            "icc_2_1": None,
            "interval": None,
            "icc_3_1": None,
            "kappa_quadratic": None,
        }
    return rated


def _warnings(pair: Pair) -> Iterator[str]:
    events = pair.events
    if events.events.why:
        yield _UNDEFINED[events.events.why]
    if pair.units.why:
        yield _UNITS_UNDEFINED[pair.units.why]
    if 0 < events.events.n < FEW:
        yield f"Only {events.events.n} events were compared: with fewer than {FEW} the figures can change a lot."
    if left_out := events.left_out + (pair.states.left_out if pair.states else 0):
        yield f"Left out, because the other observer could not see then: {left_out}."
    if pair.other_children:
        yield f"Only the first child is compared; events of other children that are not: {pair.other_children}."
    if any(one.difference is not None for one in pair.ratings):
        yield "One pair has one value for each scale: an intraclass correlation needs several pairs."
    if pair.clocks.aligned_by == "none":
        yield 'The clocks were not aligned: no tap on a spoken "now" (SYNC) in both; times are compared as they are.'
