"""Which event of observer A and which of observer B are the same moment?

An alignment is a list of links (place in A, place in B) in order of time; None stands for "the other has no such
event". It never crosses: what A coded first is linked to what B coded first. A link of two different codes (a
substitution) costs 1, an unlinked event (a gap) costs 1, the cheapest alignment wins. Of equally cheap ones the one
with fewer gaps wins (substitutions are favoured: Quera, Bakeman & Gnisci 2007, Behav Res Methods 39:39), then the one
with the smaller total distance in time. Times are whole milliseconds.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from recorder.measures.observation import Event

Link = tuple[int | None, int | None]

_PAIR, _ONLY_A, _ONLY_B = range(3)


def timed(a: Sequence[Event], b: Sequence[Event], tolerance_ms: int) -> tuple[Link, ...]:
    """Align two observers' events by their onsets.

    Parameters: `a` and `b`, in any order (events at one instant have none, and are never "crossed");
    `tolerance_ms`, how far apart the two onsets of a link may lie, the tolerance itself included. Returns links by
    place in `a` and `b`. Raises ValueError for a negative tolerance.

    A dynamic programme over the band of events within the tolerance: time grows with events x events per tolerance,
    not with their square; two observers with 200 events each take a few milliseconds.

    >>> cue, answer = Event(10_000, "CRY"), Event(12_000, "COMF")
    >>> timed([cue, answer], [Event(12_000, "CRY"), Event(14_001, "COMF")], 2000)
    ((0, 0), (1, None), (None, 1))
    """
    if tolerance_ms < 0:
        raise ValueError(f"A tolerance of {tolerance_ms} ms is below 0.")
    first, second = _in_order(a), _in_order(b)
    ordered_a, ordered_b = [a[place] for place in first], [b[place] for place in second]
    onsets = [event.t_ms for event in ordered_b]
    band = [
        (bisect_left(onsets, event.t_ms - tolerance_ms), bisect_right(onsets, event.t_ms + tolerance_ms))
        for event in ordered_a
    ]
    pairs = _trace(_moves(ordered_a, ordered_b, band, tolerance_ms), band, len(b))
    return tuple(
        (None if i is None else first[i], None if j is None else second[j])
        for i, j in _with_gaps(pairs, [event.t_ms for event in ordered_a], onsets)
    )


def untimed(a: Sequence[str], b: Sequence[str]) -> tuple[Link, ...]:
    """Align two sequences of codes without times (Needleman-Wunsch).

    Of equally cheap alignments, tracing back from the end: a link first, then a gap in B, then a gap in A.

    >>> untimed("abacb", "abcb")
    ((0, 0), (1, 1), (2, None), (3, 2), (4, 3))
    """
    costs = [list(range(len(b) + 1))]
    for i, code in enumerate(a):
        above, row = costs[-1], [i + 1]
        for j, other in enumerate(b):
            row.append(min(above[j] + (code != other), above[j + 1] + 1, row[j] + 1))
        costs.append(row)
    links: list[Link] = []
    i, j = len(a), len(b)
    while i or j:
        if i and j and costs[i][j] == costs[i - 1][j - 1] + (a[i - 1] != b[j - 1]):
            i, j = i - 1, j - 1
            links.append((i, j))
        elif i and costs[i][j] == costs[i - 1][j] + 1:
            i -= 1
            links.append((i, None))
        else:
            j -= 1
            links.append((None, j))
    return tuple(reversed(links))


def _in_order(events: Sequence[Event]) -> list[int]:
    """Places by time; events of one instant by code, so that both observers' come in the same order."""
    return sorted(range(len(events)), key=lambda place: (events[place].t_ms, events[place].code))


def _moves(
    a: Sequence[Event], b: Sequence[Event], band: Sequence[tuple[int, int]], tolerance_ms: int
) -> list[list[int]]:
    """For each event of A and each place within its band, how the cheapest alignment got there.

    One whole number orders alignments by cost, then gaps, then milliseconds: each is worth more than all of the next.
    Beyond the band's upper end only gaps in A follow; below its lower end nothing can be linked any more.
    """
    gap_worth = min(len(a), len(b)) * tolerance_ms + 1
    cost_worth = (len(a) + len(b) + 1) * gap_worth
    gap = cost_worth + gap_worth
    moves: list[list[int]] = []
    above, above_low = [place * gap for place in range(len(b) + 1)], 0
    for event, (low, high) in zip(a, band, strict=True):
        while len(above) <= high - above_low:
            above.append(above[-1] + gap)
        row, how = [above[low - above_low] + gap], [_ONLY_A]
        for j in range(low, high):
            other, up = b[j], j - above_low
            best, move = above[up] + cost_worth * (event.code != other.code) + abs(event.t_ms - other.t_ms), _PAIR
            if above[up + 1] + gap < best:
                best, move = above[up + 1] + gap, _ONLY_A
            if row[-1] + gap < best:
                best, move = row[-1] + gap, _ONLY_B
            row.append(best)
            how.append(move)
        moves.append(how)
        above, above_low = row, low
    return moves


def _trace(moves: Sequence[Sequence[int]], band: Sequence[tuple[int, int]], j: int) -> list[tuple[int, int]]:
    """The linked pairs, in order, read back from the end."""
    pairs = []
    i = len(moves)
    while i:
        low, high = band[i - 1]
        j = min(j, high)
        move = moves[i - 1][j - low]
        if move == _PAIR:
            pairs.append((i - 1, j - 1))
        i -= move != _ONLY_B
        j -= move != _ONLY_A
    return pairs[::-1]


def _with_gaps(pairs: Sequence[tuple[int, int]], a_ms: Sequence[int], b_ms: Sequence[int]) -> list[Link]:
    """Put the unlinked events between the pairs, by time."""
    links: list[Link] = []
    i = j = 0
    for pair in (*pairs, (len(a_ms), len(b_ms))):
        only: list[tuple[int, int, Link]] = [(a_ms[n], 0, (n, None)) for n in range(i, pair[0])]
        only += [(b_ms[n], 1, (None, n)) for n in range(j, pair[1])]
        links += [link for _, _, link in sorted(only, key=lambda gap: gap[:2])]
        links.append(pair)
        i, j = pair[0] + 1, pair[1] + 1
    return links[:-1]
