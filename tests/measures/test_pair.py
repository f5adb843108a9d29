"""Two observations of one moment: clocks, children, states, what could not be seen, and the document of all of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import process_time

import pytest

from recorder.instruments.library import builtin
from recorder.instruments.scale import Scale
from recorder.instruments.scheme import Cue, Marker, Response, Scheme, State
from recorder.measures.observation import Event, Observation, Person
from recorder.measures.pair import Clocks, align, as_document, compare

SCHEME = Scheme(
    "s", 1, (Cue("VOC", 5000), Cue("CRY", 10_000)), (Response("COMF"),), (Marker("KEEP"),), (State("HELD"),), hash="h"
)
START = datetime(2026, 3, 2, 15, 4, 11, 250_000, tzinfo=UTC)


def seen(*events: Event, duration_ms: int = 60_000, **more: object) -> Observation:
    return replace(Observation(SCHEME, duration_ms, events), **more)  # type: ignore[arg-type]


def test_clocks_are_aligned_by_the_spoken_now_then_by_utc_then_not_at_all() -> None:
    first = seen(Event(2000, "SYNC"), Event(40_000, "SYNC"), started_at=START)
    second = seen(Event(500, "SYNC"), started_at=START + timedelta(milliseconds=1203))
    assert align(first, second, utc=True) == Clocks(1500, "sync")
    assert align(second, first) == Clocks(-1500, "sync")
    plain = replace(second, events=())
    assert align(first, plain, utc=True) == Clocks(1203, "utc")
    assert align(first, plain) == Clocks(0, "none") == align(first, replace(plain, started_at=None), utc=True)


def test_the_second_is_moved_onto_the_clock_of_the_first() -> None:
    first = seen(Event(2000, "SYNC"), Event(10_000, "VOC"), Event(12_000, "COMF"))
    second = seen(Event(500, "SYNC"), Event(8600, "VOC"), Event(11_900, "CRY"))
    made = as_document(compare(first, second))
    assert (made["offset_ms"], made["aligned_by"], made["n_a"], made["n_b"]) == (1500, "sync", 2, 2)
    assert (made["events"]["matched"], made["events"]["different_code"]) == (1, 1)
    assert made["disagreements"] == [{"t_ms": 12_000, "a": "COMF", "b": "CRY", "a_ms": 12_000, "b_ms": 13_400}]
    given = as_document(compare(first, second, clocks=Clocks(0, "given")))
    assert (given["offset_ms"], given["events"]["matched"], given["events"]["median_dt_ms"]) == (0, 1, 750)


def test_what_the_other_could_not_see_is_held_against_nobody() -> None:
    first = seen(Event(10_000, "VOC"), Event(30_000, "VOC"), Event(50_000, "CRY"))
    second = seen(Event(10_500, "VOC"), Event(25_000, "OUT_OF_VIEW", 35_000), duration_ms=45_000)
    found, turned = compare(first, second), compare(second, first)
    assert (found.events.agreed, found.events.only_a, found.events.left_out) == (1, 0, 2)
    assert (turned.events.agreed, turned.events.only_b, turned.events.left_out) == (1, 0, 2)
    assert found.units.units == turned.units.units == 35
    assert "could not see then: 2." in " ".join(found.warnings)


def test_who_came_later_misses_nothing_before() -> None:
    """B started 20 s after A by UTC, and stopped 20 s after A."""
    first = seen(Event(5000, "VOC"), Event(30_000, "VOC"))
    second = seen(Event(10_000, "VOC"), Event(55_000, "CRY"))
    found = compare(first, second, clocks=Clocks(20_000, "utc"))
    assert (found.events.agreed, found.events.only_a, found.events.only_b, found.events.left_out) == (1, 0, 0, 2)
    assert found.units.units == 40
    turned = compare(second, first, clocks=Clocks(-20_000, "utc"))
    assert (turned.events.agreed, turned.events.left_out, turned.units.units) == (1, 2, 40)


def test_each_child_is_compared_for_itself() -> None:
    children = (Person("noor"), Person("sami"))
    first = seen(Event(10_000, "VOC"), Event(20_000, "CRY", child="sami"), children=children)
    second = seen(Event(10_000, "VOC"), children=children)
    found = compare(first, second)
    assert (found.events.agreed, found.events.only_a, found.other_children) == (1, 0, 1)
    assert "events of other children that are not: 1." in " ".join(found.warnings)
    assert compare(first, second, child="sami").events.only_a == 1


def test_states_stand_apart_and_count_second_by_second() -> None:
    first = seen(Event(10_000, "VOC"), Event(20_000, "HELD", 40_000))
    second = seen(Event(10_000, "VOC"), Event(24_000, "HELD", 40_000))
    made = as_document(compare(first, second))
    assert (made["events"]["n"], made["disagreements"], made["n_a"]) == (1, [], 1)
    assert (made["states"]["only_a"], made["states"]["only_b"]) == (1, 1)
    assert [gone["t_ms"] for gone in made["states"]["disagreements"]] == [20_000, 24_000]
    # of 60 seconds the four from 20 to 24 differ; within 2 s of HELD are the last two of them
    assert made["time_unit"]["percent"] == pytest.approx(100 * (58 + 58) / 120)
    assert as_document(compare(seen(), seen()))["states"] is None


def test_one_pair_has_two_values_for_each_scale_and_no_icc() -> None:
    scale = builtin("sensitivity/1")
    assert isinstance(scale, Scale)
    one = {"tuning_in": 7, "joining": 6, "reachable": "NOB", "acceptance": 8, "warmth": 3}
    two = {"tuning_in": 5, "joining": None, "reachable": 4, "acceptance": 8, "tuning": 99}
    first, second = seen(ratings={"sensitivity/1": one, "own/1": {}}), seen(ratings={"sensitivity/1": two})
    made = as_document(compare(first, second, scales=[scale]))["ratings"]
    assert list(made) == ["tuning_in", "joining", "reachable", "acceptance", "sensitivity"]
    assert (made["tuning_in"]["a"], made["tuning_in"]["b"], made["tuning_in"]["difference"]) == (7, 5, -2)
    assert [made[name]["n"] for name in made] == [1, 0, 0, 1, 1]
    assert (made["reachable"]["a"], made["reachable"]["difference"]) == ("NOB", None)
    assert (made["sensitivity"]["a"], made["sensitivity"]["b"]) == (7.0, pytest.approx(17 / 3))
    assert made["tuning_in"]["icc_2_1"] is made["tuning_in"]["kappa_quadratic"] is None
    # without the scale sets the values stand as they are, without composites
    assert list(as_document(compare(first, second))["ratings"])[-1] == "tuning"


def test_a_name_that_two_sets_share_keeps_both() -> None:
    both = {"own/1": {"warmth": 3}, "other/1": {"warmth": 5}}
    assert list(as_document(compare(seen(ratings=both), seen(ratings=both)))["ratings"]) == ["warmth", "other/1 warmth"]


@pytest.mark.parametrize(
    ("a", "b", "why", "sentence"),
    [
        ((), (), "no_events", "Neither observer coded an event"),
        ((Event(5000, "VOC"),), (), "one_silent", "One of the two observers coded no event"),
        ((Event(5000, "VOC"),), (Event(5000, "VOC"),), "one_code", "Both observers used only one code"),
    ],
)
def test_undefined_is_none_and_said(a: tuple[Event, ...], b: tuple[Event, ...], why: str, sentence: str) -> None:
    made = as_document(compare(seen(*a), seen(*b)))
    assert (made["events"]["kappa"], made["events"]["why"]) == (None, why)
    assert made["warnings"][0].startswith(sentence)


def test_nothing_that_both_saw_has_no_seconds() -> None:
    made = as_document(compare(seen(), seen(), clocks=Clocks(90_000, "given")))
    assert (made["time_unit"]["kappa_a"], made["time_unit"]["percent"], made["time_unit"]["n"]) == (None, None, 0)
    assert made["time_unit"]["why"] == "no_units"
    # and a clock that is off by a year costs no time
    assert compare(seen(), seen(), clocks=Clocks(31_536_000_000, "utc")).units.units == 0


def test_different_schemes_are_refused() -> None:
    with pytest.raises(ValueError, match="different schemes"):
        compare(seen(), Observation(replace(SCHEME, version=2), 60_000, ()))


def test_the_document_is_json_and_a_pair_takes_less_than_fifty_milliseconds() -> None:
    codes = ("VOC", "CRY", "COMF", "KEEP")
    first = seen(*(Event(t * 3900, codes[t % 4]) for t in range(200)), duration_ms=780_000)
    second = seen(*(Event(t * 3900 + t * 37 % 1900, codes[t % 5 % 4]) for t in range(200)), duration_ms=780_000)
    spent = []
    for _ in range(3):  # the garbage of other tests is nobody's speed: the best of three counts
        start = process_time()
        made = as_document(compare(first, second))
        spent.append(process_time() - start)
    assert min(spent) < 0.05
    assert json.loads(json.dumps(made, allow_nan=False)) == made
