"""Contingency in 2 x 2 tables equals the published answers; undefined stays undefined; families are never pooled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from recorder.instruments.scheme import Cue, Response, Scheme
from recorder.measures.contingency import contingency, of_table, table
from recorder.measures.evenness import evenness
from recorder.measures.figures import figures
from recorder.measures.observation import Event, Observation
from recorder.measures.responsiveness import Pair, link

CASES = json.loads((Path(__file__).parent.parent / "oracles" / "05_lag_sequential.json").read_text())["cases"]
SCHEME = Scheme("window", 1, (Cue("C", 5000),), (Response("R"),))


def compare(made: Any, expected: dict[str, Any]) -> None:
    names = {
        "odds_ratio": made.odds_ratio,
        "log_odds_ratio": made.log_odds_ratio,
        "se_log_or": made.se,
        "yules_q": made.yules_q,
        "adjusted_residual_z": made.adjusted_residual,
        "or_ci95": made.interval,
    }
    for name, value in names.items():
        if name in expected:
            wanted = float("inf") if expected[name] == "inf" else expected[name]
            assert value == (None if wanted is None else pytest.approx(wanted, abs=1e-6)), name


@pytest.mark.parametrize("case", [c for c in CASES if c["kind"] == "contingency_2x2"], ids=lambda case: case["id"])
def test_a_table_says_what_was_published(case: dict[str, Any]) -> None:
    compare(of_table(tuple(map(tuple, case["input"]["table"]))), case["expected"])  # type: ignore[arg-type]


def test_a_stream_is_counted_in_seconds_and_overlapping_windows_once() -> None:
    (case,) = [c for c in CASES if c["kind"] == "time_window_stream"]
    given = case["input"]
    cues = [Event(t * 1000, "C") for t in given["cue_onsets"]]
    responses = [Event(t * 1000, "R") for t in given["response_onsets"]]
    seen = Observation(SCHEME, given["session_units"] * 1000, (*cues, *responses))
    made = figures(seen).contingency
    assert [list(row) for row in made.table] == case["expected"]["table"]
    compare(made, case["expected"])


def test_the_shift_counts_itself_and_every_shift_at_least_as_large() -> None:
    seen = Observation(SCHEME, 20_000, (Event(2000, "C"), Event(3000, "R"), Event(4000, "R")))
    exposed, targets = set(range(2, 7)), {3, 4}
    observed = table(20, exposed, targets)[0][0]
    as_large = sum(table(20, exposed, {(t + s) % 20 for t in targets})[0][0] >= observed for s in range(20))
    linked = link(seen)
    assert contingency(seen, linked, [5000]).p_shift == as_large / 20


def test_two_dyads_without_contingency_have_none_and_their_pool_would_lie() -> None:
    (case,) = [c for c in CASES if c["kind"] == "pooling_trap"]
    for dyad in ("dyad_1", "dyad_2"):
        assert of_table(tuple(map(tuple, case["input"][dyad]))).odds_ratio == pytest.approx(1)  # type: ignore[arg-type]


def block(minute: int, answered: int, cues: int) -> list[Pair]:
    return [
        Pair(
            minute * 60_000 + n * 1000, ("VOC",), "answered" if n < answered else "unanswered", 5000, 5000, True, False
        )
        for n in range(cues)
    ]


def test_evenness_by_hand() -> None:
    even = evenness([*block(0, 4, 8), *block(1, 4, 8), *block(2, 4, 8)])
    assert even is not None and (even.evenness, even.dispersion, even.cues, even.blocks) == (1, 0, 24, 3)
    uneven = evenness([*block(0, 8, 8), *block(1, 0, 8), *block(2, 4, 8)])
    # rates 1, 0, .5 around .5: the weighted variance is (8 x .25 + 8 x .25) / 24 = 1/6; X2 = 4 / .25 = 16 on 2 df
    assert uneven is not None
    assert uneven.evenness == pytest.approx(1 - (1 / 6) ** 0.5 / 0.5) and uneven.dispersion == pytest.approx(8)


def test_too_little_has_no_evenness() -> None:
    assert evenness([*block(0, 4, 9), *block(1, 4, 10)]) is None
    assert evenness([*block(0, 3, 6), *block(1, 3, 6), *block(2, 3, 6)]) is None
    assert evenness([*block(0, 8, 8), *block(1, 8, 8), *block(2, 8, 8)]) is None
