"""Time-unit kappa equals the hand-checked cases; with a tolerance it does not jump with the grid; no interval."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.measures.kappa import count, estimate
from recorder.measures.observation import Event
from recorder.measures.time_units import TimeUnits, of_events, stream, time_units

TESTS = Path(__file__).parent.parent
CASES = json.loads((TESTS / "oracles" / "04_time_unit_and_event_kappa.json").read_text())["cases"]
STREAMS = st.lists(st.tuples(*[st.sampled_from(["a", "b", "c", None])] * 2), max_size=30)


def boris(name: str, observation: str) -> list[Event]:
    project = json.loads((TESTS / "data" / "boris" / name).read_text())
    return [Event(round(event[0] * 1000), event[2]) for event in project["observations"][observation]["events"]]


@pytest.mark.parametrize(
    "case", [case for case in CASES if case["kind"] == "time_unit_kappa"], ids=lambda case: case["id"]
)
def test_the_hand_checked_streams(case: dict[str, Any]) -> None:
    given_, expected = case["input"], case["expected"]
    a, b = (
        [None if code == given_["uncodable"] else code for code in given_[f"observer_{name}"]] for name in ("A", "B")
    )
    found = time_units(a, b, given_["codes"], given_["tolerance_units"])
    assert found.units == expected["n_units"]
    ours = {"table": found.table, "table_tol_A_ref": found.table_a, "table_tol_B_ref": found.table_b}
    for name, table in ours.items():
        assert [list(row) for row in table] == expected[name], name
    kappas = {
        "kappa": found.kappa,
        "kappa_tol_A_ref": found.kappa_a,
        "kappa_tol_B_ref": found.kappa_b,
        "kappa_tol_mean": found.mean,
    }
    for name, value in kappas.items():
        assert value == (None if expected[name] is None else pytest.approx(expected[name], abs=1e-9)), name
    assert (found.why is None) == (expected["kappa_tol_mean"] is not None)


def test_the_worked_example_of_two_observers() -> None:
    a, b = "AAAAABBBBBAAAAABBBBB", "AAAAAABBBBBBAAAAABBB"
    by_tolerance = [time_units(a, b, "AB", tolerance) for tolerance in range(3)]
    assert by_tolerance[0].kappa == by_tolerance[0].mean == 0.5
    assert by_tolerance[0].table == ((8, 2), (3, 7))
    assert [round(k or 0, 3) for k in (by_tolerance[1].kappa_a, by_tolerance[1].kappa_b)] == [0.8, 0.798]
    assert by_tolerance[2].mean == 1


@pytest.mark.parametrize("unit_ms", [100, 250, 500, 1000, 1500, 2000, 2500, 3000, 4000, 5000, 10_000])
def test_boris_issue_228_kappa_does_not_jump_with_the_grid(unit_ms: int) -> None:
    a, b = boris("issue228.boris", "A"), boris("issue228.boris", "B")
    for phase in range(0, unit_ms, max(1, unit_ms // 7)):
        moved_a, moved_b = ([Event(e.t_ms + phase, e.code) for e in events] for events in (a, b))
        assert of_events(moved_a, moved_b, ["move"], 300_000, unit_ms, tolerance_ms=2000).mean == 1


def test_there_is_no_interval_and_no_standard_error() -> None:
    names = {field.name for field in dataclasses.fields(TimeUnits)}
    assert not names & {"se", "interval", "low", "high"}


def test_cutting_finer_changes_no_kappa() -> None:
    a, b = list("aaabbbcccc"), list("aabbbbcccc")
    fine_a, fine_b = ([code for code in units for _ in range(10)] for units in (a, b))
    assert time_units(fine_a, fine_b, "abc", 0).kappa == pytest.approx(time_units(a, b, "abc", 0).kappa)


def slow(a: list[str | None], b: list[str | None], tolerance: int) -> list[list[tuple[str, str]]]:
    """Unit by unit, in words: what is tallied without tolerance, with A and with B as the reference."""
    tallies: list[list[tuple[str, str]]] = [[], [], []]
    for i in range(len(a)):
        one, other = a[i], b[i]
        if one is None or other is None:
            continue
        near = [j for j in range(len(a)) if abs(i - j) <= tolerance]
        tallies[0].append((one, other))
        tallies[1].append((one, one if any(b[j] == one for j in near) else other))
        tallies[2].append((other if any(a[j] == other for j in near) else one, other))
    return tallies


@given(STREAMS, st.integers(0, 4))
def test_the_tables_are_what_counting_in_words_gives(
    units: list[tuple[str | None, str | None]], tolerance: int
) -> None:
    a, b = [one for one, _ in units], [other for _, other in units]
    found = time_units(a, b, "abc", tolerance)
    tables = (found.table, found.table_a, found.table_b)
    kappas = (found.kappa, found.kappa_a, found.kappa_b)
    for tally, table, value in zip(slow(a, b, tolerance), tables, kappas, strict=True):
        counted = count([one for one, _ in tally], [other for _, other in tally], "abc")
        assert [list(row) for row in table] == counted and value == estimate(counted)
    turned = time_units(b, a, "abc", tolerance)
    assert (turned.kappa_a, turned.kappa_b) == (found.kappa_b, found.kappa_a)


def test_states_points_and_what_could_not_be_seen() -> None:
    events = [Event(900, "LOOK", 3100), Event(1500, "VOC"), Event(5999, "VOC"), Event(4000, "OTHER")]
    units = stream(events, ["LOOK", "VOC"], 6000, unseen=[(4500, 4600)])
    assert units == ["LOOK", "LOOK+VOC", "LOOK", "LOOK", None, "VOC"]
    found = of_events(events, [], ["LOOK", "VOC"], 6000, unseen=([(4500, 4600)], []))
    assert found.codes == ("-", "LOOK", "VOC", "LOOK+VOC") and found.units == 5


def test_what_does_not_fit_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="cannot be compared"):
        time_units("ab", "a", "ab", 0)
    with pytest.raises(ValueError, match="'c' is none of the codes a, b"):
        time_units("ac", "ab", "ab", 0)
    assert time_units([None], ["a"], "a", 0).why == "no_units"
