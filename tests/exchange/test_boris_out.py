"""A BORIS project goes through our file and comes out as it was; our tables are BORIS 9.12.3's own, byte for byte."""

from __future__ import annotations

import copy
import csv
import gzip
import io
import json
import re
from pathlib import Path

import pytest

from recorder.exchange import boris, boris_project, boris_tables, files, observation_file, sdis
from recorder.exchange.coded import Coded, Mark, Unreadable
from recorder.measures.observation import Event

DATA = Path(__file__).parent.parent / "data" / "boris"
ORACLE = DATA / "oracle-9.12.3"
CONTENT = (DATA / "homevisit_pairs.boris").read_bytes()
PROJECT = json.loads(CONTENT)

ODD = {
    "project_name": "Größe & more",
    "project_format_version": "8.6",
    "a key of a later version": {"kept": [1, 2.5, None]},
    "subjects_conf": {"0": {"key": "1", "name": "Child (1)", "description": ""}},
    "behaviors_conf": {
        "0": {
            "type": "Point event",
            "key": "p",
            "code": "Presentoir (1)",
            "modifiers": {"0": {"name": "no", "type": 0, "values": ["Presentoir (1)", "warm (w)"]}},
            "excluded": "",
        },
        "3": {"type": "State event", "key": "h", "code": "held", "modifiers": "", "excluded": "cry"},
        "4": {"type": "State event with coding map", "key": "c", "code": "cry", "modifiers": {}, "coding map": "m"},
    },
    "observations": {
        "media/1 ü": {
            "type": "MEDIA",
            "file": {"1": ["a.mp4"], "2": []},
            "media_info": {"length": {"a.mp4": 60.04}, "fps": {"a.mp4": 25}, "hasVideo": {"a.mp4": True}},
            "time offset": -1.5,
            "date": "2025-03-01T10:00:00.123",
            "events": [
                [3.20049, "Child (1)", "Presentoir (1)", "Presentoir (5)", "said \"so\"", 80],
                [1.5, "", "held", "", "start", 37],
                [3.2, "", "held", "", "stop", "NA"],
                [9, "Child (1)", "cry", {}, None, 225],
                [-0.25, "", "held", "", "before", "NA"],
                [0.5, "", "held", "", "", "NA"],
            ],
        },
        "epoch": {"type": "LIVE", "start_from_current_epoch_time": True,
                  "events": [[1772445851.25, "", "held", "", ""], [1772445853.5, "", "held", "", ""]]},
        "empty": {"type": "LIVE", "events": [], "scan_sampling_time": 5},
    },
}  # fmt: skip


def through_ours(project: dict) -> dict:
    """`.boris` > one observation file each > `.boris`."""
    read = boris.read_all(json.dumps(project).encode(), "p.boris")
    ours = [observation_file.write(_with_scheme(coded)) for coded in read]
    return json.loads(boris_project.write([observation_file.read(content, "a") for content in ours]))


def _with_scheme(coded: Coded) -> Coded:
    return Coded(**{**coded.__dict__, "scheme": boris.scheme(coded)})


@pytest.mark.parametrize("project", [PROJECT, ODD], ids=["homevisit", "odd"])
def test_a_project_comes_back_field_by_field(project: dict) -> None:
    assert through_ours(project) == project


def test_what_is_not_carried_does_not_come_back() -> None:
    """The proof above can fail: without what is carried along, a project is another."""
    codeds = [Coded(**{**coded.__dict__, "carried": {}}) for coded in boris.read_all(CONTENT, "p.boris")]
    assert boris_project.project(codeds) != PROJECT


def test_a_mark_that_was_added_or_taken_out_is_the_only_change() -> None:
    first = next(iter(boris.read_all(CONTENT, "p.boris")))
    cut, *kept = first.marks
    new = Mark(Event(5000, "cue_vocalise", modifiers={"subject": "Child"}), "")
    made = boris_project.project([Coded(**{**first.__dict__, "marks": (*kept, new)})])
    before = copy.deepcopy(PROJECT["observations"]["V01_A"]["events"])
    started = [event for event in before if event[2] == cut.event.code][:2]
    expected = sorted([e for e in before if e not in started] + [[5.0, "Child", "cue_vocalise", "", ""]])
    assert sorted(made["observations"]["V01_A"]["events"]) == expected


def test_a_packed_project() -> None:
    read = boris.read(gzip.compress(CONTENT), "p.boris.gz", "V01_A")
    assert json.loads(gzip.decompress(boris_project.write_packed([read])))["observations"].keys() == {"V01_A"}


@pytest.mark.parametrize("id", ["V01_A", "V01_B", "V02_A"])
def test_tabular_events_are_those_that_boris_exports(id: str) -> None:
    assert boris_tables.tabular([boris.read(CONTENT, "p", id)]) == (ORACLE / f"tabular_{id}.tsv").read_bytes()


def test_aggregated_events_are_those_that_boris_exports() -> None:
    made = boris_tables.aggregated(list(boris.read_all(CONTENT, "p")))
    assert made == (ORACLE / "aggregated_events.csv").read_bytes()


def test_the_sequences_are_those_that_boris_exports_but_for_points_with_a_length() -> None:
    made = sdis.write(list(boris.read_all(CONTENT, "p"))).decode()
    _, _, theirs = (ORACLE / "aggregated_events.sds").read_text(encoding="utf-8").partition("\n")
    assert made == re.sub(r",([0-9.]+)-\1(?= )", r",\1", theirs)


def test_time_budgets_are_those_of_boris() -> None:
    """To the millisecond; of a half BORIS rounds what the binary fraction happens to be."""
    made = boris_tables.time_budget(list(boris.read_all(CONTENT, "p"))).decode()
    ours = {(row["Observation id"], row["Subject"], row["Behavior"]): row for row in csv.DictReader(io.StringIO(made))}
    theirs = json.loads((ORACLE / "time_budget.json").read_text())
    names = ("duration", "duration_mean", "duration_stdev", "inter_duration_mean", "inter_duration_stdev",
             "percent_of_total_length")  # fmt: skip
    compared = 0
    for id in PROJECT["observations"]:
        for row in theirs[id]["rows"]:
            our = list(ours[id, row["subject"], row["behavior"]].values())[3:]
            assert int(our[0]) == row["number"]
            for name, figure in zip(names, our[1:], strict=True):
                compared += 1
                if figure == "NA":
                    assert row[name] == "NA"
                else:
                    assert float(figure) == pytest.approx(float(row[name]), abs=0.00101)
    assert compared == 12 * 20 * 6


@pytest.mark.parametrize("name", ["tabular_V01_A.tsv", "aggregated_events.csv"])
def test_tables_of_boris_are_read(name: str) -> None:
    read = files.read_content((ORACLE / name).read_bytes(), name, "V01_A")
    first = boris.read(CONTENT, "p", "V01_A")
    found = [(m.event.t_ms, m.event.until_ms, m.event.code, m.event.modifiers.get("subject")) for m in read.marks]
    assert found == [
        (m.event.t_ms, m.event.until_ms, m.event.code, m.event.modifiers.get("subject")) for m in first.marks
    ]


def test_an_old_table_has_lines_above_its_header() -> None:
    old = (
        b"Observation id\tV7\r\n\r\nMedia file(s)\r\n\r\nTime\tMedia file path\tTotal length\tFPS\tSubject\tBehavior\t"
        b"Behavioral category\tModifiers\tComment\tStatus\r\n1.5\ta.mp4\t60\t25\tNo focal subject\theld\t\tleft (1)\t\t"
        b"START\r\n2.5\ta.mp4\t60\t25\tNo focal subject\theld\t\tleft (1)\t\tSTOP\r\n"
    )
    read = files.read_content(old, "old.tsv")
    (mark,) = read.marks
    assert (read.id, read.duration_ms, mark.event.t_ms, mark.event.until_ms) == ("V7", 60_000, 1500, 2500)
    assert dict(mark.event.modifiers) == {"modifier 1": "left (1)"}


def test_an_odd_number_of_state_events_is_unpaired_and_said() -> None:
    observation = {"type": "LIVE", "events": [[1, "Child", "held", "", ""], [2, "", "Presentoir (1)", "", ""]]}
    project = ODD | {"observations": {"A": observation}}
    read = boris.read(json.dumps(project).encode(), "p.boris")
    (said,) = read.said
    assert 'event 1 is UNPAIRED: "held" of Child starts at 1.000 s' in said
    assert boris_tables.aggregated([read]).count(b"\r\n") == 2  # the header and the point
    assert b"held" not in sdis.write([read])


def test_brackets_in_values_survive_every_table() -> None:
    event = [1, "Child (1)", "Presentoir (1)", "Presentoir (5)", ""]
    project = ODD | {"observations": {"A": {"type": "LIVE", "events": [event]}}}
    read = boris.read(json.dumps(project).encode(), "p.boris")
    assert dict(read.marks[0].event.modifiers) == {"subject": "Child (1)", "no": "Presentoir (5)"}
    assert b",Presentoir (1),Not defined,Presentoir (5),POINT" in boris_tables.aggregated([read])
    assert b"\tPresentoir (1)\t\tPresentoir (5)\tPOINT" in boris_tables.tabular([read])


def test_our_own_observation_becomes_a_project() -> None:
    events = (
        Event(1000, "VOC", child="c1"),
        Event(2500, "TALK", by="g1", modifiers={"place": "floor (2)"}, note="Hello"),
        Event(3000, "OUT_OF_VIEW", 9000),
    )
    coded = Coded("a", tuple(Mark(event, "") for event in events), 60_000, "serve-and-return/1", "v1", observer="A")
    back = boris.read(boris_project.write([coded]), "b.boris")
    assert [(m.event.t_ms, m.event.code, m.event.until_ms, dict(m.event.modifiers)) for m in back.marks] == [
        (1000, "VOC", None, {"subject": "c1"}),
        (2500, "TALK", None, {"subject": "g1", "place": "floor (2)"}),
        (3000, "OUT_OF_VIEW", 9000, {}),
    ]
    assert (back.duration_ms, back.observer, back.marks[1].event.note) == (60_000, "A", "Hello")


@pytest.mark.parametrize(
    ("events", "sentence"),
    [
        ((Event(0, "S", 9000), Event(5000, "S", 7000)), "still going on"),
        ((Event(0, "S|T"),), "has a | in it"),
        ((Event(0, "S", modifiers={"x": "a|b"}),), "has a | in it"),
    ],
)
def test_what_boris_would_confuse_is_not_written(events: tuple[Event, ...], sentence: str) -> None:
    with pytest.raises(Unreadable, match=re.escape(sentence)):
        boris_project.write([Coded("a", tuple(Mark(event, "") for event in events), 10_000)])


BAD = {
    "torn": (gzip.compress(CONTENT)[:3000], "breaks off in the middle"),
    "damaged": (
        gzip.compress(CONTENT)[:40] + b"\0" * 60 + gzip.compress(CONTENT)[100:],
        "damaged|breaks off|not UTF-8",
    ),
    "not a project": (gzip.compress(b'{"a": 1}'), "it is no BORIS project"),
}


@pytest.mark.parametrize(("content", "sentence"), BAD.values(), ids=BAD)
def test_a_packed_file_that_is_none(content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        boris.read(content, "p.boris.gz")


def test_a_bomb_is_refused_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boris, "LARGEST", 1_000_000)
    with pytest.raises(Unreadable, match="unpacks to more than"):
        boris.read(gzip.compress(b" " * 20_000_000), "p.boris.gz")
