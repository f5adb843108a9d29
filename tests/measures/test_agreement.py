"""Two observers' events: the hand-checked kappas, and BORIS's own projects."""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.measures.agreement import agreement, event_kappa, event_table
from recorder.measures.alignment import untimed
from recorder.measures.observation import Event

TESTS = Path(__file__).parent.parent
CASES = json.loads((TESTS / "oracles" / "04_time_unit_and_event_kappa.json").read_text())["cases"]


def of_kind(kind: str) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in CASES if case["kind"] == kind]


def boris(name: str, observation: str) -> list[Event]:
    project = json.loads((TESTS / "data" / "boris" / name).read_text())
    points = {b["code"] for b in project["behaviors_conf"].values() if b["type"] == "Point event"}
    events = project["observations"][observation]["events"]
    return [Event(round(event[0] * 1000), event[2]) for event in events if event[2] in points]


def check_kappa(table: Any, expected: dict[str, Any]) -> None:
    assert [list(row) for row in table] == expected["table_with_nil_last"]
    found = event_kappa(table)
    assert found.po == pytest.approx(expected["po"], abs=1e-9)
    assert found.pe == pytest.approx(expected["pe_structural_zero"], abs=1e-9)
    assert found.kappa == pytest.approx(expected["kappa"], abs=1e-9)


@pytest.mark.parametrize("case", of_kind("event_alignment_kappa"))
def test_sequences_without_times(case: dict[str, Any]) -> None:
    a, b, codes = (case["input"][name] for name in ("observer_A", "observer_B", "codes"))
    links, expected = untimed(a, b), case["expected"]
    shown = [["-" if i is None else a[i], "-" if j is None else b[j]] for i, j in links]
    assert shown == expected["alignment"]
    assert sum(one != other for one, other in shown) == expected["cost"]
    check_kappa(event_table(a, b, links, codes), expected)
    assert sum(one == other for one, other in shown) == expected["agreements"]
    assert sum(other == "-" for _, other in shown) == expected["omissions_by_B"]
    assert sum(one == "-" for one, _ in shown) == expected["commissions_by_B"]


@pytest.mark.parametrize("case", of_kind("timed_event_alignment_kappa"))
def test_events_with_times(case: dict[str, Any]) -> None:
    a, b = ([Event(round(t * 1000), code) for t, code in case["input"][f"observer_{name}"]] for name in ("A", "B"))
    found = agreement(a, b, case["input"]["codes"], round(case["input"]["tolerance_s"] * 1000))
    assert [list(link) for link in found.links] == case["expected"]["pairs"]
    assert found.total_abs_dt_ms == round(case["expected"]["total_abs_dt"] * 1000)
    check_kappa(found.table, case["expected"])


def test_a_visit_that_boris_holds_for_two_observers() -> None:
    a, b = boris("homevisit_pairs.boris", "V01_A"), boris("homevisit_pairs.boris", "V01_B")
    found = agreement(a, b, sorted({event.code for event in (*a, *b)}), tolerance_ms=2000)
    assert (found.agreed, found.different, found.only_a, found.only_b) == (104, 11, 9, 6)
    assert found.percent_agreement == 80
    assert found.linked.kappa == pytest.approx(0.8805, abs=5e-5)
    assert len(found.differences) == 26 and {gone.kind for gone in found.differences} == {
        "different",
        "only_a",
        "only_b",
    }
    assert all(gone.t_ms == min(e.t_ms for e in (gone.a, gone.b) if e) for gone in found.differences)


def test_boris_issue_228_three_events_agree() -> None:
    found = agreement(boris("issue228.boris", "A"), boris("issue228.boris", "B"), ["move"], 2000)
    assert (found.agreed, found.percent_agreement, found.differences) == (3, 100, ())
    assert found.median_abs_dt_ms == 997
    # with one code there is no agreement beyond chance to speak of, and it is said
    assert (found.events.kappa, found.events.why, found.linked.why) == (None, "one_code", "one_code")


@st.composite
def tables(draw: st.DrawFn) -> list[list[int]]:
    size = draw(st.integers(2, 5))
    rows = draw(st.lists(st.lists(st.integers(0, 9), min_size=size, max_size=size), min_size=size, max_size=size))
    rows[-1][-1] = 0
    return rows


@given(tables())
def test_the_closed_form_is_what_iterative_fitting_gives(table: list[list[int]]) -> None:
    found, size = event_kappa(table), range(len(table))
    if found.pe is None or found.kappa is None:
        return
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
    fitted = [[float((i, j) != (len(table) - 1, len(table) - 1)) for j in size] for i in size]
    for _ in range(2000):
        for i in size:
            total = sum(fitted[i])
            fitted[i] = [cell * rows[i] / total if total else 0.0 for cell in fitted[i]]
        for j in size:
            total = sum(fitted[i][j] for i in size)
            for i in size:
                fitted[i][j] *= columns[j] / total if total else 0.0
    pe = sum(fitted[i][i] for i in size[:-1]) / found.n
    if max(abs(sum(fitted[i]) - rows[i]) for i in size) < 1e-9:  # some margins admit no fit with the corner empty
        assert found.pe == pytest.approx(pe, abs=1e-6)


def test_an_ordinary_zero_would_bias_kappa_down() -> None:
    (case,) = [case for case in CASES if case["id"] == "ev_sub_omit_commit"]
    found = event_kappa(case["expected"]["table_with_nil_last"])
    assert found.kappa != pytest.approx(case["expected"]["kappa_if_nil_nil_treated_as_ordinary_zero_WRONG"], abs=1e-3)


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ([[0, 0], [0, 0]], "no_events"),
        ([[0, 3], [0, 0]], "one_silent"),
        ([[0, 0], [2, 0]], "one_silent"),
        ([[4, 0, 0], [0, 0, 0], [0, 0, 0]], "one_code"),
    ],
)
def test_undefined_has_a_word(table: list[list[int]], why: str) -> None:
    found = event_kappa(table)
    assert (found.kappa, found.why) == (None, why)
    assert agreement([], [], ["VOC"]).percent_agreement is None


def test_a_strange_code_is_refused() -> None:
    with pytest.raises(ValueError, match="none of the instrument's codes"):
        agreement([Event(5, "XYZ")], [], ["VOC"])


def test_a_pair_of_two_hundred_events_takes_less_than_fifty_milliseconds() -> None:
    a = [Event(t * 3900, "VOC" if t % 3 else "CRY") for t in range(200)]
    b = [Event(t * 3900 + t * 37 % 1900, "VOC" if t % 4 else "CRY") for t in range(200)]
    spent = []
    for _ in range(3):  # the garbage of other tests is nobody's speed: the best of three counts
        start = process_time()
        found = agreement(a, b, ["VOC", "CRY"])
        spent.append(process_time() - start)
    assert min(spent) < 0.05 and found.agreed + found.different == 200
