"""Transitions through an observation equal a second computation that cuts time into seconds by itself."""

from __future__ import annotations

import json
import random
from collections import Counter
from math import ceil, sqrt
from typing import Any

import pytest

from recorder.instruments.library import builtin
from recorder.measures.observation import Event, Observation, Person
from recorder.measures.time_units import NOTHING
from recorder.measures.transitions import Cell, as_document, transitions

CUES = {"VOC": 0, "LOOK": 0, "REACH": 0, "PLAY": 0, "UP": 0, "CRY": 15_000, "AWAY": 0}
"""The child's codes of Serve and return with their `continues_ms`."""
ANSWERS = {"COMF", "TALK", "FOLLOW", "JOY", "TOUCH", "PAUSE", "TAKE", "HARSH", "REPAIR"}


def made_up(seed: int) -> tuple[list[dict[str, Any]], int]:
    """Events as plain dictionaries, out of order, with spans, gaps, somebody else and a sibling; and a duration."""
    chance = random.Random(seed)
    duration = chance.randrange(20_000, 200_000)
    events: list[dict[str, Any]] = []
    for _ in range(chance.randrange(5, 150)):
        t = chance.randrange(0, duration + 1)
        event: dict[str, Any] = {"t": t, "code": chance.choice([*CUES, *sorted(ANSWERS), "SYNC"])}
        if chance.random() < 0.2 and event["code"] in ANSWERS:
            event["until"] = min(duration, t + chance.randrange(0, 9000))
        event["by"] = chance.choice([None, "mum", "mum", "gran"]) if event["code"] in ANSWERS else None
        event["child"] = chance.choice([None, "noor", "noor", "sami"])
        events.append(event)
    out = chance.randrange(0, duration // 2)
    events.append({"t": out, "code": "OUT_OF_VIEW", "until": min(duration, out + 7300), "by": None, "child": None})
    return events, duration


def second_streams(events: list[dict[str, Any]], duration: int) -> tuple[list[str | None], list[str | None]]:
    """The code of every second, asked second by second: what of this child's lies in it?"""
    own = [event for event in events if event["child"] in (None, "noor") and event["code"] not in ("OUT_OF_VIEW",)]
    seconds = ceil(duration / 1000)
    child: list[str | None] = []
    caregiver: list[str | None] = []
    for second in range(seconds):
        start, end = second * 1000, second * 1000 + 1000
        last = second == seconds - 1
        if any(e["code"] == "OUT_OF_VIEW" and e["t"] < end and e["until"] > start for e in events):
            child.append(None)
            caregiver.append(None)
            continue
        there: tuple[set[str], set[str]] = (set(), set())
        for event in own:
            begins = start <= event["t"] < end or (last and event["t"] >= end)
            goes_on = event.get("until") is not None and event["t"] < end and event["until"] > start
            if event["code"] in ANSWERS and event["by"] in (None, "mum") and (begins or goes_on):
                there[1].add(event["code"])
            if event["code"] in CUES and begins:
                there[0].add(event["code"])
        for code, stretch in CUES.items():
            taps = sorted(event["t"] for event in own if event["code"] == code)
            for one, other in zip(taps, taps[1:], strict=False):
                if other - one <= stretch and one < end and other > start:
                    there[0].add(code)
        child.append("+".join(sorted(there[0])) or "-")
        caregiver.append("+".join(sorted(there[1])) or "-")
    return child, caregiver


@pytest.mark.parametrize("seed", range(40))
def test_counts_residuals_and_q_of_every_pair_of_columns(seed: int) -> None:
    events, duration = made_up(seed)
    seen = Observation(
        builtin("serve-and-return/1"),
        duration,
        tuple(Event(e["t"], e["code"], e.get("until"), e["child"], e["by"]) for e in events),
        children=(Person("noor"), Person("sami")),
        caregivers=(Person("mum"), Person("gran")),
    )
    streams = dict(zip(("child", "caregiver"), second_streams(events, duration), strict=True))
    for table in transitions(seen):
        before, after = streams[table.given], streams[table.target]
        pairs = [
            (before[i], after[i + 1])
            for i in range(len(before) - 1)
            if before[i] is not None and after[i + 1] is not None
        ]
        counted, rows, columns = Counter(pairs), Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
        assert table.n == len(pairs)
        assert set(table.given_codes) == set(rows) and set(table.target_codes) == set(columns)
        for i, given in enumerate(table.given_codes):
            for j, target in enumerate(table.target_codes):
                n, row, column, total = counted[given, target], rows[given], columns[target], len(pairs)
                assert table.counts[i][j] == n
                assert table.probabilities[i][j] == pytest.approx(n / row)
                expected = row * column / total
                assert table.expected[i][j] == pytest.approx(expected)
                spare = expected * (1 - row / total) * (1 - column / total)
                residual = None if spare < 1e-12 else (n - expected) / sqrt(spare)
                assert table.residuals[i][j] == (None if residual is None else pytest.approx(residual))
                b, c = row - n, column - n
                d = total - n - b - c
                q = (n * d - b * c) / (n * d + b * c) if n * d + b * c else None
                assert table.yules_q[i][j] == (None if q is None else pytest.approx(q))


def test_a_gap_is_not_bridged_and_nothing_is_a_code() -> None:
    scheme = builtin("serve-and-return/1")
    events = (Event(500, "VOC"), Event(1000, "PAUSE_CLOCK", 2000), Event(2500, "TALK"))
    child_first = next(table for table in transitions(Observation(scheme, 4000, events)) if table.target != "child")
    assert (child_first.n, child_first.given_codes, child_first.target_codes) == (1, (NOTHING,), (NOTHING,))
    assert child_first.residuals == ((None,),), "one cell has no freedom: undefined, never 0"


def test_nothing_seen_is_an_empty_table() -> None:
    scheme = builtin("serve-and-return/1")
    seen = Observation(scheme, 2000, (Event(0, "OUT_OF_VIEW", 2000),))
    assert all((table.n, table.counts) == (0, ()) for table in transitions(seen))
    json.dumps(as_document(transitions(seen)), allow_nan=False)


@pytest.mark.parametrize(
    ("cell", "few"),
    [
        ((5, 10, 10, 100), False),
        ((4, 10, 10, 100), True),
        ((6, 10, 12, 100), True),
        ((6, 12, 10, 100), True),
        ((50, 60, 60, 74), True),
    ],
)
def test_a_cell_under_five_has_counts_only(cell: tuple[int, int, int, int], few: bool) -> None:
    assert Cell("VOC", "TALK", *cell, residual=1.0, yules_q=0.5).few is few
