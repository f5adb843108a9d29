"""Second by second: did two observers see the same?

Time is cut into units; the code of a unit is the sorted codes that start or are on in it, joined by "+", or `NOTHING`,
which is a code like any other. A unit that one of the two could not see (None) is dropped for both. With a tolerance
of T units, a unit of the reference observer agrees when the other used that very code within T units on either side,
else it is tallied with the other's code in the same unit. Each observer is the reference once; both values are given,
and their mean. There is no interval: units are as many as one likes to cut, so the formula's error means nothing.
Source: Bakeman, Quera & Gnisci 2009, Behav Res Methods 41:137.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from recorder.measures.kappa import estimate
from recorder.measures.observation import Event, Span

NOTHING = "-"


@dataclass(frozen=True)
class TimeUnits:
    """Agreement over time units. Rows of each table are observer A's codes, columns B's, in the order of `codes`;
    `why` a kappa is None: "no_units" or "one_code"."""

    codes: tuple[str, ...]
    units: int
    tolerance_units: int
    table: tuple[tuple[int, ...], ...]
    kappa: float | None
    table_a: tuple[tuple[int, ...], ...]
    kappa_a: float | None
    table_b: tuple[tuple[int, ...], ...]
    kappa_b: float | None
    why: str | None = None

    @property
    def mean(self) -> float | None:
        """The mean of the kappas with tolerance, A as the reference and B as the reference."""
        return None if self.kappa_a is None or self.kappa_b is None else (self.kappa_a + self.kappa_b) / 2


def time_units(
    a: Sequence[str | None], b: Sequence[str | None], codes: Sequence[str], tolerance_units: int
) -> TimeUnits:
    """Cohen's kappa over time units, without and with tolerance.

    Parameters: `a` and `b`, each observer's code of every unit, None where the child could not be seen; `codes`, every
    code that a unit may have; `tolerance_units` >= 0. Raises ValueError for streams of unequal length or a code that
    is not on the list.

    >>> found = time_units("aaabbbcccc", "aabbbbcccc", "abc", 1)
    >>> round(found.kappa, 3), found.mean
    (0.848, 1.0)
    """
    if len(a) != len(b):
        raise ValueError(f"Streams of {len(a)} and {len(b)} units cannot be compared.")
    place = {code: number for number, code in enumerate(codes)}
    strange = {code for code in (*a, *b) if code is not None} - set(place)
    if strange:
        raise ValueError(f"{min(strange)!r} is none of the codes {', '.join(codes)}.")
    tables = [[[0] * len(codes) for _ in codes] for _ in range(3)]
    plain, by_a, by_b = tables
    for unit, (one, other) in enumerate(zip(a, b, strict=True)):
        if one is None or other is None:
            continue
        plain[place[one]][place[other]] += 1
        around = slice(max(0, unit - tolerance_units), unit + tolerance_units + 1)
        by_a[place[one]][place[one if one in b[around] else other]] += 1
        by_b[place[other if other in a[around] else one]][place[other]] += 1
    kappas = [estimate(table) for table in tables]
    units = sum(map(sum, plain))
    frozen = [tuple(map(tuple, table)) for table in tables]
    return TimeUnits(
        codes=tuple(codes),
        units=units,
        tolerance_units=tolerance_units,
        table=frozen[0],
        kappa=kappas[0],
        table_a=frozen[1],
        kappa_a=kappas[1],
        table_b=frozen[2],
        kappa_b=kappas[2],
        why=("one_code" if units else "no_units") if None in kappas else None,
    )


def of_events(
    a: Iterable[Event],
    b: Iterable[Event],
    codes: Sequence[str],
    duration_ms: int,
    unit_ms: int = 1000,
    tolerance_ms: int = 2000,
    unseen: tuple[Collection[Span], Collection[Span]] = ((), ()),
) -> TimeUnits:
    """Agreement over time units, from two observers' events on one clock.

    Parameters: `codes`, the codes that are compared, as the scheme lists them (others are passed over); `unseen`,
    where A and where B could not see. The tolerance is rounded up to whole units, so two onsets within it agree
    wherever the grid happens to lie (BORIS issue 228: there kappa jumps between -0.04 and 1 with the unit).

    >>> of_events([Event(155_105, "move")], [Event(156_405, "move")], ["move"], 300_000, unit_ms=500).mean
    1.0
    """
    one = stream(a, codes, duration_ms, unit_ms, unseen[0])
    other = stream(b, codes, duration_ms, unit_ms, unseen[1])
    known = [NOTHING, *codes]
    mixed = sorted({code for code in (*one, *other) if code is not None} - set(known))
    return time_units(one, other, [*known, *mixed], -(-tolerance_ms // unit_ms))


def stream(
    events: Iterable[Event],
    codes: Collection[str],
    duration_ms: int,
    unit_ms: int = 1000,
    unseen: Collection[Span] = (),
) -> list[str | None]:
    """The code of every unit; None where a part of it could not be seen. A span lasts up to its end, exclusive.

    >>> stream([Event(500, "LOOK", 2000), Event(1200, "VOC")], {"LOOK", "VOC"}, 4000, unseen=[(3500, 4000)])
    ['LOOK', 'LOOK+VOC', '-', None]
    """
    length = -(-duration_ms // unit_ms)
    present: list[set[str]] = [set() for _ in range(length)]
    for event in events:
        if event.code in codes:
            start = min(event.t_ms // unit_ms, length - 1)
            end = start + 1 if event.until_ms is None else max(start + 1, -(-event.until_ms // unit_ms))
            for unit in range(max(0, start), min(end, length)):
                present[unit].add(event.code)
    hidden = {unit for start, end in unseen for unit in range(start // unit_ms, -(-end // unit_ms))}
    return [None if n in hidden else "+".join(sorted(some)) or NOTHING for n, some in enumerate(present)]
