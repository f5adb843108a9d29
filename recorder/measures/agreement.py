"""Did two observers who coded the same moment, blind to each other, see the same events?

Events are aligned within a tolerance (`alignment.py`). The table has a row for every code of A, a column for every
code of B, and a last row and column "nil": row nil are events that only B coded, column nil those that only A coded.
Nil with nil cannot happen: a structural zero, not an ordinary one (that would bias kappa down). The expected agreement
then has a closed form, pe = (N - R - C) / ((N - R)(N - C)) x sum of n_i+ n_+i / N, with R and C the sums of row and
column nil: equal to iterative proportional fitting. Times are whole ms; None is undefined and `why` says why:
"no_events", "one_silent" (one of the two coded nothing) or "one_code".
Sources: Bakeman & Quera 2011, ch. 6; Quera, Bakeman & Gnisci 2007, Behav Res Methods 39:39.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from recorder.measures.alignment import Link, timed
from recorder.measures.kappa import Kappa, kappa
from recorder.measures.observation import Event, Span

Table = tuple[tuple[int, ...], ...]

TOLERANCE_MS = 2000


@dataclass(frozen=True)
class Difference:
    """A moment to look at together. `kind`: "different" (two codes), "only_a" or "only_b" (the other has none);
    `t_ms` is on A's clock and the earlier onset of the two."""

    kind: str
    t_ms: int
    a: Event | None
    b: Event | None


@dataclass(frozen=True)
class EventKappa:
    """Kappa over all events, the unlinked ones included."""

    n: int
    po: float | None
    pe: float | None
    kappa: float | None
    why: str | None = None


@dataclass(frozen=True)
class Agreement:
    """What two observers agree on. `linked` is kappa over linked events only; `left_out` are unlinked events that the
    other could not have seen; `offset_ms` was added to B's times."""

    codes: tuple[str, ...]
    tolerance_ms: int
    table: Table
    links: tuple[Link, ...]
    agreed: int
    different: int
    only_a: int
    only_b: int
    left_out: int
    total_abs_dt_ms: int
    median_abs_dt_ms: float | None
    events: EventKappa
    linked: Kappa
    differences: tuple[Difference, ...] = field(default=())
    offset_ms: int = 0

    @property
    def percent_agreement(self) -> float | None:
        """Of 100 events that at least one of the two coded, how many both did, with the same code."""
        n = self.agreed + self.different + self.only_a + self.only_b
        return 100 * self.agreed / n if n else None


def agreement(
    a: Sequence[Event],
    b: Sequence[Event],
    codes: Sequence[str],
    tolerance_ms: int = TOLERANCE_MS,
    hidden: tuple[Sequence[Span], Sequence[Span]] = ((), ()),
    offset_ms: int = 0,
) -> Agreement:
    """Align two observers' events and count what they agree on.

    Parameters: `a` and `b`, on one clock; `codes`, the instrument's codes in its order; `tolerance_ms`, inclusive;
    `hidden`, where A and where B could not see: an unlinked event in the other's blind stretch is nobody's fault and
    is left out; `offset_ms`, what was added to B's times already, for the record. Raises ValueError for a code that
    is not on the list.

    >>> a = [Event(10_000, "cue"), Event(12_000, "resp"), Event(30_000, "cue"), Event(50_000, "cue")]
    >>> b = [Event(10_600, "cue"), Event(12_900, "resp"), Event(49_000, "cue")]
    >>> found = agreement(a, b, ["cue", "resp"])
    >>> found.agreed, found.only_a, found.percent_agreement, round(found.events.kappa, 3)
    (3, 1, 75.0, 0.556)
    >>> [(gone.kind, gone.t_ms) for gone in found.differences]
    [('only_a', 30000)]
    """
    aligned = timed(a, b, tolerance_ms)
    links = tuple(link for link in aligned if not _blind(link, a, b, hidden))
    table = event_table([event.code for event in a], [event.code for event in b], links, codes)
    pairs = [(a[i], b[j]) for i, j in links if i is not None and j is not None]
    distances = [abs(one.t_ms - other.t_ms) for one, other in pairs]
    agreed = sum(one.code == other.code for one, other in pairs)
    return Agreement(
        codes=tuple(codes),
        tolerance_ms=tolerance_ms,
        table=table,
        links=links,
        agreed=agreed,
        different=len(pairs) - agreed,
        only_a=sum(j is None for _, j in links),
        only_b=sum(i is None for i, _ in links),
        left_out=len(aligned) - len(links),
        total_abs_dt_ms=sum(distances),
        median_abs_dt_ms=median(distances) if distances else None,
        events=event_kappa(table),
        linked=kappa([row[:-1] for row in table[:-1]]),
        differences=_differences(links, a, b),
        offset_ms=offset_ms,
    )


def event_table(a: Sequence[str], b: Sequence[str], links: Sequence[Link], codes: Sequence[str]) -> Table:
    """Count links by code, with nil as the last row and column.

    >>> event_table("ab", "b", [(0, None), (1, 0)], "ab")
    ((0, 0, 1), (0, 1, 0), (0, 0, 0))
    """
    place = {code: number for number, code in enumerate(codes)}
    nil = len(codes)
    table = [[0] * (nil + 1) for _ in range(nil + 1)]
    try:
        for i, j in links:
            table[nil if i is None else place[a[i]]][nil if j is None else place[b[j]]] += 1
    except KeyError as error:
        raise ValueError(f"{error.args[0]!r} is none of the instrument's codes.") from None
    return tuple(map(tuple, table))


def event_kappa(table: Sequence[Sequence[int]]) -> EventKappa:
    """Kappa of a table whose last row and column are nil, nil with nil a structural zero.

    >>> round(event_kappa([[2, 0, 1], [0, 1, 0], [0, 0, 0]]).kappa, 4)
    0.5556
    """
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
    n, only_b, only_a = sum(rows), rows[-1], columns[-1]
    if n == 0:
        return EventKappa(0, None, None, None, "no_events")
    agreed = sum(table[i][i] for i in range(len(table) - 1))
    if n in (only_a, only_b):
        return EventKappa(n, agreed / n, None, None, "one_silent")
    products = sum(row * column for row, column in zip(rows[:-1], columns[:-1], strict=True))
    # kappa from whole numbers: with pe = top / bottom no rounding can hide that chance explains everything
    top, bottom = (n - only_b - only_a) * products, (n - only_b) * (n - only_a) * n
    if top == bottom:
        return EventKappa(n, agreed / n, 1.0, None, "one_code")
    return EventKappa(n, agreed / n, top / bottom, (agreed * bottom - n * top) / (n * (bottom - top)))


def _blind(
    link: Link,
    a: Sequence[Event],
    b: Sequence[Event],
    hidden: tuple[Sequence[Span], Sequence[Span]],
) -> bool:
    i, j = link
    if i is not None and j is not None:
        return False
    t_ms, spans = (a[i].t_ms, hidden[1]) if i is not None else (b[j].t_ms if j is not None else 0, hidden[0])
    return any(start <= t_ms < end for start, end in spans)


def _differences(links: Sequence[Link], a: Sequence[Event], b: Sequence[Event]) -> tuple[Difference, ...]:
    found = []
    for i, j in links:
        one, other = None if i is None else a[i], None if j is None else b[j]
        times = [event.t_ms for event in (one, other) if event]
        if one is None or other is None or one.code != other.code:
            kind = "only_b" if one is None else "only_a" if other is None else "different"
            found.append(Difference(kind, min(times), one, other))
    return tuple(found)
