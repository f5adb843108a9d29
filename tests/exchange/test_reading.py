"""What other programs wrote is read; what cannot be meant is refused with the file, the place and the cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from recorder.exchange import files, observation_file, tables, tiers
from recorder.exchange.coded import Coded, Unreadable, observation
from recorder.instruments.library import builtin

DATA = Path(__file__).parent.parent / "data" / "childproject_MIT"


def test_elan_tiers_are_codes_and_dependent_tiers_are_skipped() -> None:
    coded = tiers.read((DATA / "eaf_basic__raw__example.eaf").read_bytes(), "example.eaf")
    codes = [mark.event.code for mark in coded.marks]
    assert {code: codes.count(code) for code in sorted(set(codes))} == {
        "CHI": 134, "FA1": 91, "FA2": 18, "UC1": 18, "UC2": 30, "UC3": 5
    }  # fmt: skip
    assert (coded.marks[0].event.t_ms, coded.marks[0].event.until_ms, coded.last_ms) == (3150, 3332, 300_113)


def test_the_table_and_the_tiers_of_one_recording_agree() -> None:
    table = tables.read(
        (DATA / "truth__eaf_basic.csv").read_bytes(),
        "truth.csv",
        tables.columns("time=segment_onset,until=segment_offset,code=speaker_type"),
    )
    coded = tiers.read((DATA / "eaf_basic__raw__example.eaf").read_bytes(), "example.eaf")
    assert len(table.marks) == 296
    # some onsets were rounded down when the table was made
    pairs = zip(table.marks, coded.marks, strict=True)
    assert {a.event.t_ms - b.event.t_ms for a, b in pairs} == {0, -1}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_may_use_any_usual_delimiter(delimiter: str) -> None:
    rows = [["Onset", "Note", "Who"], ["100.0", "a,b", "CHI"], ["", "", ""], ["200", "", "FEM"]]
    content = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows).encode("utf-8-sig")
    coded = tables.read(content, "a.csv", tables.columns("time=Onset,code=Who,note=Note"))
    assert [(m.event.t_ms, m.event.code, m.event.note) for m in coded.marks] == [(100, "CHI", "a,b"), (200, "FEM", "")]


def test_a_cell_that_a_spreadsheet_would_run_is_written_as_text() -> None:
    coded = tables.read(b't_ms,code,note\n1,VOC,"=HYPERLINK(""x"")"\n', "a.csv")
    assert b"'=HYPERLINK" in tables.write(coded)


def test_a_file_may_have_a_hash_in_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / "a#b.csv"
    path.write_text("t_ms,code\n1,VOC\n")
    assert files.read(str(path)).last_ms == 1


def test_an_observation_is_named_by_its_id(tmp_path: Path) -> None:
    path = tmp_path / "a.observation.json"
    path.write_text('{"format": "observation/1", "id": "v7", "duration_ms": 5, "events": []}')
    assert files.read(f"{path}#v7").id == "v7"
    with pytest.raises(Unreadable, match='none that is called "v8"'):
        files.read(f"{path}#v8")


def test_a_target_that_is_no_plain_file_is_not_replaced(tmp_path: Path) -> None:
    linked, target = tmp_path / "link.csv", tmp_path / "real.csv"
    target.write_text("old")
    linked.symlink_to(target)
    files.write(str(linked), b"new")
    assert linked.is_symlink() and target.read_bytes() == b"new"
    files.write("/dev/null", b"gone")
    assert not Path("/dev/null").is_file()
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["link.csv", "real.csv"]


FILE = '{{"format": "observation/1", "scheme": "serve-and-return/1", "duration_ms": 60000, {}}}'
EVENTS = FILE.format('"events": [{"t_ms": 1, "code": "VOC"}, EVENT]')


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        ('{"t_ms": 70000, "code": "VOC"}', "events[1] (VOC at 70000 ms) lies outside the observation (0 to 60000 ms)"),
        ('{"t_ms": -1, "code": "VOC"}', "events[1] (VOC at -1 ms) lies outside"),
        ('{"t_ms": 5, "until_ms": 4, "code": "TALK"}', "ends at 4 ms, before it starts"),
        ('{"t_ms": 5, "until_ms": 99999, "code": "TALK"}', "lies outside"),
        ('{"t_ms": 5, "code": "TLAK"}', 'has the code "TLAK", which serve-and-return/1 does not know: '
         'did you mean "TALK"?'),
        ('{"t_ms": 5, "code": "XYZZY"}', "its codes are AWAY, COMF, CRY"),
        ('{"t_ms": "12", "code": "VOC"}', 't_ms of events[1] must be a whole number of milliseconds, not "12"'),
        ('{"t_ms": 1.5, "code": "VOC"}', "not 1.5"),
        ('{"t_ms": true, "code": "VOC"}', "not true"),
        ('{"t_ms": null, "code": "VOC"}', "not null"),
        ('{"t_ms": 99999999999999, "code": "VOC"}', "more than a week"),
        ('{"t_ms": NaN, "code": "VOC"}', "NaN is not a number"),
        ('{"t_ms": -Infinity, "code": "VOC"}', "-Infinity is not a number"),
        ('{"t_ms": 1e999, "code": "VOC"}', "1e999 is too large"),
        ('{"t_ms": ' + "9" * 5000 + ', "code": "VOC"}', "thousands of digits"),
        ('{"t_ms": 1, "t_ms": 2, "code": "VOC"}', 'the key "t_ms" stands twice'),
        ('{"t_ms": 1}', "events[1] has no code"),
        ('{"t_ms": 1, "code": ["VOC"]}', "must be text in quotes"),
        ('{"t_ms": 1, "code": "VOC\\n"}', "must be a word"),
        ('{"t_ms": 1, "code": "VOC", "note": "\\ud800"}', "half a character"),
        ('{"t_ms": 1, "code": "VOC", "untill_ms": 4}', 'did you mean "until_ms"?'),
        ('{"t_ms": 1, "code": "VOC", "modifiers": {"place": 4}}', "place in the modifiers of events[1]"),
        ('{"t_ms": 1, "code": "AWAY", "review": "maybe"}', "must be one of gave_space, carried_on, not_sure"),
        ('{"t_ms": 1, "until_ms": 9, "code": "PAUSE_CLOCK"}, {"t_ms": 5, "until_ms": 12, "code": "PAUSE_CLOCK"}',
         "PAUSE_CLOCK from 1 to 9 ms overlaps"),
        ("7", "events[1] must be an object"),
        ("", "is not JSON"),
    ],
)  # fmt: skip
def test_an_event_that_cannot_be_meant_is_refused(event: str, sentence: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        observation(
            observation_file.read(EVENTS.replace("EVENT", event).encode(), "a.json"), builtin("serve-and-return/1")
        )
    assert str(refusal.value).startswith("a.json: ") and sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ("{}", '"format": "observation/1" is missing'),
        ("[]", "it is not an observation file"),
        ('{"format": "observation/9"}', 'its format is "observation/9"'),
        ('{"format": "observation/1", "events": []}', "duration_ms is missing"),
        (FILE.format('"events": {}'), "events must be a list"),
        (FILE.format('"started_at": "yesterday"'), "must be a time such as"),
        (FILE.format('"started_at": "2026-03-02T10:04:11"'), "distance from UTC"),
        (FILE.format('"role": "third"'), "role must be one of primary, second, practice"),
        (FILE.format('"clock": 5'), "clock must be one of monotonic, video"),
        (FILE.format('"children": [{"age_months": 3}]'), "children[0] has no id"),
        (FILE.format('"children": [{"id": "c1", "age_months": -3}]'), "a whole number of months"),
        (FILE.format('"ratings": {"sensitivity/1": {"tuning_in": 12}}'), "from 1 to 9"),
        (FILE.format('"ratings": {"sensitivity/1": {"tuning_in": "7"}}'), 'not "7"'),
        (FILE.format('"ratings": {"sensitivity/1": {"tuning": 7}}'), "has no scale"),
        (FILE.format('"keeps": [{"t_ms": 4, "kind": "odd"}]'), "kind of keeps[0]"),
        (FILE.format('"durations_ms": 4'), 'did you mean "duration_ms"?'),
        (FILE.format('"events": []').replace("60000", "0"), "nothing in it says how long"),
        ("[" * 10_000_000, "brackets stand too deep"),
        ('{"a":' * 2_000_000, "brackets stand too deep"),
        ("", "the file is empty"),
        (" \n ", "the file is empty"),
        ('{"format": "caf\udce9"}', "line 1 is not UTF-8 text"),
    ],
)
def test_a_document_that_cannot_be_meant_is_refused(document: str, sentence: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        content = document.encode("utf-8", "surrogateescape")
        observation(observation_file.read(content, "a.json"), builtin("serve-and-return/1"))
    assert sentence in str(refusal.value) and "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("content", "columns", "sentence"),
    [
        (b"", None, "the file is empty"),
        (b"t_ms,code\n", None, "there is no event"),
        (b"time,code\n1,VOC\n", None, 'there is no column "t_ms"'),
        (b"onset,code\n1,VOC\n", "time=onsett,code=code", 'did you mean "onset"?'),
        (b"t_ms,code,t_ms\n1,VOC,2\n", None, "is there 2 times"),
        (b"t_ms,code\n1\n", None, "line 2 has 1 cells where the header has 2"),
        (b"t_ms,code\nsoon,VOC\n", None, 'line 2 has the time "soon"'),
        (b"t_ms,code\n1.25,VOC\n", None, "whole milliseconds"),
        (b"t_ms,code\n1e3,VOC\n", None, "whole milliseconds"),
        ("t_ms,code\n١٢,VOC\n".encode(), None, "whole milliseconds"),
        (b"t_ms,code\n1000000000000,VOC\n", None, "more than a week"),
        (b"t_ms,code\nnan,VOC\n", None, "whole milliseconds"),
        (b"t_ms,code\n1,\n", None, "line 2 has no code"),
        (b't_ms,code\n1,"VOC\n', None, "cannot be read as a table"),
        (b"t_ms,code,modifiers\n1,VOC,floor\n", None, "line 2: line 1, column 1 is not JSON"),
        (b"t_ms,code,modifiers\n1,VOC,[]\n", None, "line 2 has modifiers"),
        (b"t_ms,code,review\n1,VOC,well\n", None, "line 2 has the review"),
        ("t_ms,code\n1,VOC\n".encode("utf-16"), None, "is not UTF-8 text"),
        (b"t_ms,code\n1,VO\xe9\n", None, "line 2 is not UTF-8"),
        (b'"' + b"x" * 200_000 + b'"\n', None, "line 1 cannot be read as a table"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(content: bytes, columns: str | None, sentence: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        tables.read(content, "a.csv", columns and tables.columns(columns))
    assert sentence in str(refusal.value) and "\n" not in str(refusal.value)


@pytest.mark.parametrize("said", ["", "time", "time=", "=a", "when=a", "time=a", "code=a", "time=a,time=b,code=c"])
def test_columns_that_say_nothing_are_refused(said: str) -> None:
    with pytest.raises(tables.WrongColumns):
        tables.columns(said)


EAF = (
    '<ANNOTATION_DOCUMENT><HEADER TIME_UNITS="milliseconds">{}</HEADER><TIME_ORDER>'
    '<TIME_SLOT TIME_SLOT_ID="a" TIME_VALUE="{}"/><TIME_SLOT TIME_SLOT_ID="b"/></TIME_ORDER><TIER TIER_ID="{}">'
    '<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="n" TIME_SLOT_REF1="a" TIME_SLOT_REF2="{}"/></ANNOTATION>'
    "</TIER></ANNOTATION_DOCUMENT>"
)
LAUGHS = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]>'
FOREIGN = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "the file is empty"),
        ("%PDF-1.7\n%", "is not XML"),
        ("<html/>", "it begins with <html>"),
        (LAUGHS + EAF.format("", 1, "VOC", "a"), "declares a document type"),
        (FOREIGN + EAF.format("", 1, "VOC", "a"), "declares a document type"),
        ('<?xml version="1.0" encoding="klingon"?><a/>', "encoding"),
        (EAF.format("", 1, "VOC", "a").replace("milliseconds", "PAL-frames"), 'its times are in "PAL-frames"'),
        (EAF.format("", 1, "VOC", "b"), "annotation n of tier VOC has no time"),
        (EAF.format("", 1, "VOC", "c"), "has no time"),
        (EAF.format("", "1.5", "VOC", "a"), "time slot a has the time"),
        (EAF.format("", "NaN", "VOC", "a"), "time slot a has the time"),
        (EAF.format("", 1, "", "a"), "cannot be a code"),
        (EAF.format("", 1, "x@VOC", "a"), "none of its tiers holds an annotation"),
        (EAF.format(f'<PROPERTY NAME="{tiers.PROPERTY}">7</PROPERTY>', 1, "VOC", "a"), "is not an object"),
        ("<a>" * 1_000_000, "is not XML"),
        ("<ANNOTATION_DOCUMENT>" + "<a>" * 500_000 + "</a>" * 500_000 + "</ANNOTATION_DOCUMENT>", "none of its tiers"),
    ],
)
def test_tiers_that_cannot_be_meant_are_refused(content: str, sentence: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        tiers.read(content.encode(), "a.eaf")
    assert sentence in str(refusal.value) and "\n" not in str(refusal.value)


@pytest.mark.parametrize("code", ["a@b", "VOC (2)"])
def test_a_code_that_is_no_tier_name_is_not_exported(code: str) -> None:
    coded = tables.read(f"t_ms,code\n1,{code}\n".encode(), "a.csv")
    with pytest.raises(Unreadable, match="cannot be the name of an ELAN tier"):
        tiers.write(coded)


def test_a_letter_that_xml_lacks_is_not_exported() -> None:
    coded = tables.read(b"t_ms,code,note\n1,VOC,\x07\n", "a.csv")
    with pytest.raises(Unreadable, match="XML cannot hold"):
        tiers.write(coded)


def test_an_observation_file_needs_a_scheme() -> None:
    with pytest.raises(Unreadable, match="give --scheme"):
        observation_file.write(Coded("a.csv", ()))
