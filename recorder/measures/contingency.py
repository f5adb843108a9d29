"""Did responses follow cues more often than chance?

Time is cut into units of one second. A unit is *exposed* when it is a cue's second or one of the next w - 1 (w is the
cue's window in seconds); overlapping windows count once. The table is [[a, b], [c, d]]: exposed with and without the
onset of a response, not exposed with and without. Cells of zero leave the odds ratio undefined, and it is said so:
nothing is ever added to them. Figures are per dyad; tables of families are never pooled.
Source: Bakeman & Gottman 1997, ch. 7; Bakeman & Quera 2011, ch. 10-11.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import exp, inf, log, sqrt
from statistics import NormalDist

from recorder.measures.observation import Observation, unseen
from recorder.measures.responsiveness import Linked

Table = tuple[tuple[int, int], tuple[int, int]]

FEWEST = 5
"""Seconds in a cell below which a reader sees the counts only."""


@dataclass(frozen=True)
class Contingency:
    """A 2 x 2 table and what it says. None is undefined (a cell or a margin of zero); an odds ratio without a single
    miss is infinite, and has no logarithm and no interval."""

    table: Table
    odds_ratio: float | None
    log_odds_ratio: float | None
    se: float | None
    interval: tuple[float, float] | None
    yules_q: float | None
    adjusted_residual: float | None
    p_shift: float | None = None

    @property
    def few(self) -> bool:
        """Whether a cell is so small that the counts are all there is to say."""
        return min(*self.table[0], *self.table[1]) < FEWEST


def of_table(table: Table) -> Contingency:
    """The figures of a 2 x 2 table of counts [[a, b], [c, d]].

    `interval` is the odds ratio's 95 % interval by Woolf's SE of its logarithm; `adjusted_residual` is that of cell a.

    >>> round(of_table(((11, 29), (189, 971))).odds_ratio, 2)
    1.95
    """
    (a, b), (c, d) = table
    ratio = a * d / (b * c) if b * c else inf if a * d else None
    log_ratio = log(ratio) if ratio and ratio < inf else None
    se = sqrt(1 / a + 1 / b + 1 / c + 1 / d) if a and b and c and d else None
    z = NormalDist().inv_cdf(0.975)
    return Contingency(
        table=table,
        odds_ratio=ratio,
        log_odds_ratio=log_ratio if se is not None else None,
        se=se,
        interval=None if log_ratio is None or se is None else (exp(log_ratio - z * se), exp(log_ratio + z * se)),
        yules_q=(a * d - b * c) / (a * d + b * c) if a * d + b * c else None,
        adjusted_residual=_adjusted_residual(a, b, c, d),
    )


def _adjusted_residual(a: int, b: int, c: int, d: int) -> float | None:
    n, row, column = a + b + c + d, a + b, a + c
    if not 0 < row < n or not 0 < column < n:
        return None
    expected = row * column / n
    return (a - expected) / sqrt(expected * (1 - row / n) * (1 - column / n))


def table(units: int, exposed: Collection[int], targets: Collection[int], seen: Collection[int] | None = None) -> Table:
    """Count a 2 x 2 table over time units.

    Parameters: `units`, how many there are; `exposed`, the units within a cue's window; `targets`, those with the
    onset of a response; `seen`, the units that were observed (None: all).

    >>> table(60, {5, 6, 7, 8, 9}, {7, 33})
    ((1, 4), (1, 54))
    """
    watched = set(range(units)) if seen is None else set(seen)
    given, target = set(exposed) & watched, set(targets) & watched
    a, b, c = len(given & target), len(given - target), len(target - given)
    return (a, b), (c, len(watched) - a - b - c)


def contingency(observation: Observation, linked: Linked, windows_ms: Sequence[int]) -> Contingency:
    """The contingency of responses upon cues, in units of one second.

    Parameters: `linked`, the cues (those in the rate are used) and responses of one child; `windows_ms`, the window of
    each of its pairs. `p_shift` is (1 + shifts with a >= observed) / T over the T - 1 other whole-second circular
    shifts of the responses; None with a pause or a lost view, where time does not close to a circle.

    >>> from recorder.instruments.library import builtin
    >>> from recorder.measures.observation import Event
    >>> from recorder.measures.responsiveness import link
    >>> seen = Observation(builtin("serve-and-return/1"), 60_000, (Event(10_000, "VOC"), Event(12_300, "TALK")))
    >>> made = contingency(seen, link(seen), [5000])
    >>> made.table, round(made.p_shift, 3)
    (((1, 4), (0, 55)), 0.083)
    """
    units = -(-observation.duration_ms // 1000)
    exposed: set[int] = set()
    for pair, window in zip(linked.pairs, windows_ms, strict=True):
        if pair.in_rate:
            start = pair.cue_ms // 1000
            exposed.update(range(start, min(units, start + -(-window // 1000))))
    targets = _target_units(linked, units)
    gaps = unseen(observation)
    hidden = {unit for start, end in gaps for unit in range(start // 1000, -(-end // 1000))}
    made = of_table(table(units, exposed, targets, set(range(units)) - hidden))
    return made if hidden or not targets or not exposed else _with_shift(made, units, exposed, targets)


def _target_units(linked: Linked, units: int) -> set[int]:
    """The seconds in which the focal caregiver started a response."""
    onsets = [response.t_ms for response in linked.spontaneous]
    for pair in linked.pairs:
        onsets += [follow_up.t_ms for follow_up in pair.follow_ups]
        if pair.status == "answered" and pair.response_ms is not None:
            onsets.append(pair.response_ms)
    return {min(onset // 1000, units - 1) for onset in onsets}


def _with_shift(made: Contingency, units: int, exposed: set[int], targets: set[int]) -> Contingency:
    observed = made.table[0][0]
    # one bit a second: with the cues' circle written twice, every shift is one shift of a number, in place of T tables
    cues, responses = (sum(1 << unit for unit in some) for some in (exposed, targets))
    twice = cues | cues << units
    as_large = sum((twice >> shift & responses).bit_count() >= observed for shift in range(1, units))
    return Contingency(**{**made.__dict__, "p_shift": (1 + as_large) / units})
