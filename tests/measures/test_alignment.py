"""The cheapest alignment is found: against every alignment of small data, and a plain programme of larger data."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.measures.alignment import Link, timed, untimed
from recorder.measures.observation import Event

EVENTS = st.lists(st.builds(Event, st.integers(0, 12), st.sampled_from("abc")), max_size=5)
STREAMS = st.lists(st.builds(Event, st.integers(0, 60_000), st.sampled_from("abcd")), max_size=40)
Worth = tuple[int, int, int]


def matchings(n: int, m: int, i: int = 0, j: int = 0) -> Iterator[list[tuple[int, int]]]:
    """Every order-preserving set of pairs."""
    yield []
    for one in range(i, n):
        for other in range(j, m):
            for rest in matchings(n, m, one + 1, other + 1):
                yield [(one, other), *rest]


def ordered(events: list[Event]) -> list[Event]:
    return sorted(events, key=lambda event: (event.t_ms, event.code))


def worth(pairs: list[tuple[Event, Event]], n: int, m: int) -> Worth:
    """Cost, gaps, total distance."""
    gaps = n + m - 2 * len(pairs)
    return (
        gaps + sum(one.code != other.code for one, other in pairs),
        gaps,
        sum(abs(one.t_ms - other.t_ms) for one, other in pairs),
    )


def pairs_of(links: tuple[Link, ...], a: list[Event], b: list[Event]) -> list[tuple[Event, Event]]:
    return [(a[i], b[j]) for i, j in links if i is not None and j is not None]


@given(EVENTS, EVENTS, st.integers(0, 12))
def test_no_alignment_whatever_is_better(a: list[Event], b: list[Event], tolerance: int) -> None:
    one, other = ordered(a), ordered(b)
    allowed = (
        [(one[i], other[j]) for i, j in pairs]
        for pairs in matchings(len(a), len(b))
        if all(abs(one[i].t_ms - other[j].t_ms) <= tolerance for i, j in pairs)
    )
    best = min(worth(pairs, len(a), len(b)) for pairs in allowed)
    assert worth(pairs_of(timed(a, b, tolerance), a, b), len(a), len(b)) == best


def plain(a: list[Event], b: list[Event], tolerance: int) -> Worth:
    """The whole square, three-part costs, no band."""
    a, b = ordered(a), ordered(b)
    table: list[list[Worth]] = [[(j, j, 0) for j in range(len(b) + 1)]]
    for i, one in enumerate(a):
        row: list[Worth] = [(i + 1, i + 1, 0)]
        for j, other in enumerate(b):
            ways = [(c[0] + 1, c[1] + 1, c[2]) for c in (table[i][j + 1], row[j])]
            apart = abs(one.t_ms - other.t_ms)
            if apart <= tolerance:
                c = table[i][j]
                ways.append((c[0] + (one.code != other.code), c[1], c[2] + apart))
            row.append(min(ways))
        table.append(row)
    return table[-1][-1]


@given(STREAMS, STREAMS, st.sampled_from([0, 500, 2000, 10_000, 100_000]))
def test_the_band_loses_nothing(a: list[Event], b: list[Event], tolerance: int) -> None:
    assert worth(pairs_of(timed(a, b, tolerance), a, b), len(a), len(b)) == plain(a, b, tolerance)


@given(STREAMS, STREAMS, st.sampled_from([0, 500, 2000, 10_000]))
def test_every_event_appears_once_and_in_order(a: list[Event], b: list[Event], tolerance: int) -> None:
    links = timed(a, b, tolerance)
    assert sorted(i for i, _ in links if i is not None) == list(range(len(a)))
    assert sorted(j for _, j in links if j is not None) == list(range(len(b)))
    pairs = pairs_of(links, a, b)
    assert all(abs(one.t_ms - other.t_ms) <= tolerance for one, other in pairs)
    for column in zip(*pairs, strict=True):
        assert [event.t_ms for event in column] == sorted(event.t_ms for event in column)


@given(STREAMS, STREAMS, st.integers(-5000, 5000))
def test_moving_both_clocks_or_trading_places_changes_no_worth(a: list[Event], b: list[Event], by: int) -> None:
    sizes = len(a), len(b)
    before = worth(pairs_of(timed(a, b, 2000), a, b), *sizes)
    later_a, later_b = ([Event(e.t_ms + by, e.code) for e in events] for events in (a, b))
    assert worth(pairs_of(timed(later_a, later_b, 2000), later_a, later_b), *sizes) == before
    assert worth(pairs_of(timed(b, a, 2000), b, a), *sizes) == before


@given(STREAMS)
def test_an_observer_agrees_with_herself(a: list[Event]) -> None:
    assert worth(pairs_of(timed(a, a, 2000), a, a), len(a), len(a)) == (0, 0, 0)


def test_events_of_one_instant_are_never_crossed() -> None:
    both = [Event(10_000, "CRY"), Event(10_000, "COMF")]
    assert {(both[i].code, both[::-1][j].code) for i, j in timed(both, both[::-1], 0)} == {
        ("CRY", "CRY"),
        ("COMF", "COMF"),
    }


def test_nothing_against_something_and_a_tolerance_below_nought() -> None:
    assert timed([], [], 2000) == untimed("", "") == ()
    assert timed([Event(5, "a")], [], 2000) == ((0, None),)
    assert timed([], [Event(5, "a")], 2000) == ((None, 0),)
    with pytest.raises(ValueError, match="below 0"):
        timed([], [], -1)


@given(st.text("abc", max_size=5), st.text("abc", max_size=5))
def test_untimed_alignments_are_cheapest_and_whole(a: str, b: str) -> None:
    links = untimed(a, b)
    assert [i for i, _ in links if i is not None] == list(range(len(a)))
    assert [j for _, j in links if j is not None] == list(range(len(b)))
    cost = sum(i is None or j is None or a[i] != b[j] for i, j in links)
    assert cost == min(
        len(a) + len(b) - 2 * len(pairs) + sum(a[i] != b[j] for i, j in pairs) for pairs in matchings(len(a), len(b))
    )
