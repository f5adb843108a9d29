"""BORIS projects: what BORIS 9.12.3 itself computes and exports from one comes out of what we read of it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from recorder.exchange import boris, files
from recorder.exchange.coded import Coded, Unreadable
from recorder.measures.kappa import count, kappa
from recorder.measures.observation import Event

DATA = Path(__file__).parent.parent / "data" / "boris"
ORACLE = DATA / "oracle-9.12.3"
PAIRS = DATA / "homevisit_pairs.boris"
KAPPAS = json.loads((ORACLE / "kappa_time_unit.json").read_text())
IDS = [f"V{visit:02}_{observer}" for visit in range(1, 7) for observer in "AB"]


def one(id: str) -> Coded:
    return files.read(f"{PAIRS}#{id}")


def test_points_and_bouts_are_those_that_boris_exports() -> None:
    with (ORACLE / "aggregated_events.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = sorted(
        (
            row["Observation id"],
            int(Decimal(row["Start (s)"]) * 1000),
            None if row["Behavior type"] == "POINT" else int(Decimal(row["Stop (s)"]) * 1000),
            row["Subject"],
            row["Behavior"],
            row["Modifier #1"],
        )
        for row in rows
    )
    found = [
        (id, e.t_ms, e.until_ms, e.modifiers["subject"], e.code, e.modifiers.get("tone", ""))
        for id in IDS
        for e in (mark.event for mark in one(id).marks)
    ]
    assert len(found) == len(rows) > 1000
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_what_else_the_project_says() -> None:
    read = one("V01_A")
    assert (read.id, read.observer, read.clock, read.scheme, read.duration_ms) == (
        "V01_A",
        "A",
        "monotonic",
        None,
        None,
    )
    assert read.states == {"gaze_caregiver", "cry", "engaged", "on_phone"}
    assert read.started_at is None  # BORIS writes no zone, and a time without one is no moment


def sampled(events: Iterable[Event], instants: list[int], unit_ms: int) -> list[str]:
    """BORIS's codes of one subject at the instants: states that are on (both ends included), points within half a
    unit, each as often as it is there."""
    codes: list[list[str]] = [[] for _ in instants]
    for event in events:
        low, high = event.t_ms, event.until_ms
        if high is None:
            low, high = event.t_ms - unit_ms // 2, event.t_ms + unit_ms // 2
        for place, instant in enumerate(instants):
            if low <= instant <= high:
                codes[place].append(event.code)
    return ["+".join(sorted(some)) for some in codes]


def chosen(id: str, case: dict[str, Any]) -> list[Event]:
    states = {"states": True, "points": False}.get(case["behaviors"])
    return [
        event
        for event in (mark.event for mark in one(id).marks)
        if case["subjects"] in {"all", event.modifiers["subject"]} and states in {None, event.until_ms is not None}
    ]


@pytest.mark.parametrize("unit_s", [0.5, 1.0, 2.0, 5.0])
def test_the_time_unit_kappas_of_boris(unit_s: float) -> None:
    """With BORIS's own way of cutting time our kappa is BORIS's, in all 216 cases.

    Ours (`time_units`) differs on purpose: BORIS looks at instants from the first event on, so its grid moves with that
    event, a point counts up to half a unit on either side, and each subject is tallied apart; we cut whole units from
    the start of the observation, a point belongs to the unit it lies in, all codes of a unit together are its code, and
    a tolerance is added. BORIS also says 1 where kappa is undefined.
    """
    cases = [case for case in KAPPAS if case["time_unit_s"] == unit_s]
    assert len(cases) == 54
    unit_ms = round(unit_s * 1000)
    for case in cases:
        a, b = chosen(case["obs1"], case), chosen(case["obs2"], case)
        times = [event.t_ms for event in (*a, *b)] + [event.until_ms or event.t_ms for event in (*a, *b)]
        instants = list(range(min(times), max(times) + 1, unit_ms))
        subjects = ["Child", "Caregiver"] if case["subjects"] == "all" else [case["subjects"]]
        both = [
            [
                code
                for subject in subjects
                for code in sampled([e for e in some if e.modifiers["subject"] == subject], instants, unit_ms)
            ]
            for some in (a, b)
        ]
        found = kappa(count(*both, sorted({*both[0], *both[1]}))).kappa
        assert found == pytest.approx(case["cohen_kappa_time_unit"], abs=6e-4), case


def project(*events: Any, **more: Any) -> bytes:
    observation = {"type": "LIVE", "events": list(events)} | more
    ethogram = {
        "0": {"code": "move", "type": "Point event", "modifiers": {"0": {"name": "tone"}, "1": {"name": ""}}},
        "1": {"code": "held", "type": "State event", "modifiers": ""},
    }
    return json.dumps({"behaviors_conf": ethogram, "observations": {"A": observation}}).encode()


def events(content: bytes) -> list[Event]:
    return [mark.event for mark in boris.read(content, "a.boris").marks]


def test_seconds_become_milliseconds_without_binary_fractions() -> None:
    # 1.0005 s is 1000.4999999999999 ms in binary
    times = [0.0005, 1.0005, 4.35, 8.3, 0.29, 1009.9995, 7]
    found = [event.t_ms for event in events(project(*([time, "", "move", "", ""] for time in times)))]
    assert found == sorted([1, 1001, 4350, 8300, 290, 1_010_000, 7000])


def test_modifiers_have_their_sets_names() -> None:
    (found,) = events(project([1, "Child", "move", "warm|None", "a note"]))
    assert (dict(found.modifiers), found.note) == ({"subject": "Child", "tone": "warm"}, "a note")
    (found,) = events(project([1, "", "move", "None|x|y", ""]))
    assert dict(found.modifiers) == {"modifier 2": "x", "modifier 3": "y"}


def test_states_start_and_stop_by_subject_in_order_of_time() -> None:
    rows = ([9, "a", "held", "", ""], [1, "a", "held", "", "from"], [2, "b", "held", "", ""], [12, "", "move", "", ""])
    found = [(e.modifiers.get("subject"), e.t_ms, e.until_ms) for e in events(project(*rows))]
    # b's never stops: it lasts to the last event
    assert found == [("a", 1000, 9000), ("b", 2000, 12_000), (None, 12_000, None)]


def test_media_and_intervals_say_how_long_it_was() -> None:
    media = {
        "type": "MEDIA",
        "file": {"1": ["a.mp4", "b.mp4"], "2": []},
        "media_info": {"length": {"a.mp4": 60.04, "b.mp4": 30}},
    }
    read = boris.read(project([3.2, "", "move", "", "", 80], **media), "a.boris")
    assert (read.clock, read.duration_ms) == ("video", 90_040)
    cut = boris.read(project([3.2, "", "move", "", ""], **media, **{"observation time interval": [0, 45]}), "a.boris")
    assert cut.duration_ms == 45_000
    whole = boris.read(project([3.2, "", "move", "", ""], **{"observation time interval": [0, 0]}), "a.boris")
    assert whole.duration_ms is None


def test_seconds_since_1970_are_seconds_of_the_day() -> None:
    # 2026-03-02T10:04:11.250Z
    read = boris.read(project([1_772_445_851.25, "", "move", "", ""], start_from_current_epoch_time=True), "a.boris")
    assert read.marks[0].event.t_ms == (10 * 3600 + 4 * 60 + 11) * 1000 + 250


BAD = {
    "truncated": (PAIRS.read_bytes()[:5000], "is not JSON"),
    "empty": (b"", "the file is empty"),
    "a list": (b"[]", "it is no BORIS project"),
    "another object": (b'{"format": "observation/1"}', "it is no BORIS project"),
    "observations are a list": (b'{"behaviors_conf": {}, "observations": []}', "not an object in braces"),
    "nothing in it": (b'{"behaviors_conf": {}, "observations": {}}', "it holds no observation"),
    "no ethogram": (b'{"behaviors_conf": 7, "observations": {"A": {}}}', "its ethogram is not an object"),
    "no events": (b'{"behaviors_conf": {}, "observations": {"A": {}}}', "has no list of events"),
    "pictures": (project(type="IMAGES"), 'is of type "IMAGES": only live and media'),
    "another type": (project(type=["LIVE"]), "only live and media"),
    "time as text": (project(["1", "", "move", "", ""]), 'event 1: "1" is no time in seconds'),
    "time NA": (project(["NA", "", "move", "", ""]), "is no time in seconds"),
    "NaN": (project([float("nan"), "", "move", "", ""]), "NaN is not a number"),
    "far away": (project([1e300, "", "move", "", ""]), "too large for a time"),
    "more than a week": (project([700_000, "", "move", "", ""]), "more than a week"),
    "unknown code": (project([1, "", "mvoe", "", ""]), 'which is not in the ethogram: did you mean "move"?'),
    "short event": (project([1, ""]), "event 1 is not a list"),
    "code is a number": (project([1, "", 7, "", ""]), "must be texts"),
    "something to evaluate": (project([1, "", "__import__('os')", "", ""]), "which is not in the ethogram"),
}


@pytest.mark.parametrize(("content", "sentence"), BAD.values(), ids=BAD)
def test_what_cannot_be_meant_is_refused_in_one_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=r"^a\.boris: ") as refused:
        boris.read(content, "a.boris")
    assert sentence in str(refused.value) and "\n" not in str(refused.value) and len(str(refused.value)) < 300
