"""TextGrid, CHAT and INTERACT: files that their own programs wrote, and what cannot be meant."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from recorder.exchange import boris_project, chat, files, interact, tables, textgrid, tiers
from recorder.exchange.coded import Coded, Mark, Unreadable, observation, ordered
from recorder.instruments.scheme import Cue, Response, Scheme
from recorder.measures.figures import figures
from recorder.measures.observation import Event

DATA = Path(__file__).parent.parent / "data"
VANFJ11 = DATA / "childproject_MIT"
PRAAT = VANFJ11 / "textgrid__raw__example.TextGrid"
CHAT = DATA / "specimens" / "vandam.cha"
MANGOLD = DATA / "specimens" / "mangold_3414goodman.csv"


def test_praats_own_grid() -> None:
    read = files.read(str(PRAAT))
    found = [(m.event.code, m.event.t_ms, m.event.until_ms) for m in read.marks]
    assert read.duration_ms == 10_000
    # its intervals with a text: 1.602202475775698 to 2.2149350364643396 of the tier CHI*, and four more
    assert found[0] == ("CHI*", 1602, 2215) and found[3] == ("MOT*", 5593, 7521) and len(found) == 5


def test_the_short_form_and_utf_16_are_praats_too() -> None:
    head = 'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n9.5\n<exists>\n1\n'
    short = head + '"TextTier"\n"CHI"\n0\n9.5\n1\n2\n"Größe"\n'
    read = textgrid.read(short.encode("utf-16"), "a.TextGrid")
    assert [m.event for m in read.marks] == [Event(2000, "CHI", note="Größe")] and read.duration_ms == 9500


@settings(max_examples=60)
@given(
    some.lists(
        some.tuples(some.sampled_from(["A", "B 2", 'C"']), some.integers(0, 9000), some.none() | some.integers(1, 900)),
        min_size=1,
        max_size=12,
    )
)
def test_a_grid_gives_back_every_time(drawn: list[tuple[str, int, int | None]]) -> None:
    events = [Event(t, code, None if long is None else t + long) for code, t, long in drawn]
    coded = Coded("a", ordered(Mark(event, "") for event in events), 10_000)
    back = textgrid.read(textgrid.write(coded), "a.TextGrid")
    assert [m.event for m in back.marks] == [m.event for m in coded.marks] and back.duration_ms == 10_000


def by_speaker(coded: Coded) -> Coded:
    """The tiers of VanFJ11 as the types of speaker in its CSV."""
    types = {"CHI": "CHI", "FA1": "FEM", "FA2": "FEM"}
    marks = [replace(m, event=replace(m.event, code=types.get(m.event.code, "OCH"))) for m in coded.marks]
    return replace(coded, marks=ordered(marks))


def test_the_same_recording_gives_the_same_figures_through_every_format() -> None:
    """VanFJ11: the .eaf, its CSV, and what we make of them for Praat and BORIS."""
    scheme = Scheme("v", 1, (Cue("CHI", 5000),), (Response("FEM"), Response("MAL")), ignored=frozenset({"OCH"}))
    raw = files.read(str(VANFJ11 / "eaf_basic__raw__example.eaf"))
    eaf = by_speaker(raw)
    named = tables.columns("time=segment_onset,until=segment_offset,code=speaker_type")
    table = files.read(str(VANFJ11 / "truth__eaf_basic.csv"), named)
    grid = textgrid.read(textgrid.write(eaf), "a.TextGrid")
    again = tiers.read(tiers.write(table), "a.eaf")
    project = by_speaker(files.read_content(boris_project.write([raw]), "a.boris"))
    made = {
        (f.overall.cues, f.overall.answered, f.overall.unanswered, f.overall.not_codable, f.overall.latency.median)
        for f in (figures(observation(coded, scheme)) for coded in (eaf, table, grid, again, project))
    }
    assert {row[:4] for row in made} == {(134, 72, 60, 2)} and len(made) == 1


def test_a_transcript_of_chat() -> None:
    read = files.read(str(CHAT))
    assert len(read.marks) == 20
    assert {m.event.code for m in read.marks} == {"CHI", "MOT"}
    assert read.marks[-1].event == Event(126_586, "MOT", 136_789, note="I think xxx xxx xxx . [+ id]")
    assert read.said == (f"{CHAT}: 3 dependent lines (%) are left out: they have no time of their own.",)


def test_a_table_of_interact_is_known_by_its_columns_in_any_order() -> None:
    read = files.read(str(MANGOLD))
    assert (read.id, read.duration_ms) == ("3414m3freeplayajs + 3414m3freeplayatp", 303_000)
    # line 13 of the file: onset 2959 s, in a set that starts at 2921 s
    assert Event(38_000, "Infant Affect A", 45_480) in [m.event for m in read.marks]
    assert any("times count from the set's onset" in said for said in read.said)
    lines = [line.split(",") for line in MANGOLD.read_text().splitlines()]
    turned = "\n".join(",".join(reversed(cells)) for cells in lines).encode()
    assert [m.event for m in interact.read(turned, "a.csv").marks] == [m.event for m in read.marks]


@pytest.mark.parametrize(
    ("unit", "cell", "ms"),
    [("s", "1.0005", 1001), ("s", "1,5", 1500), ("clock", "1:02:03.5", 3_723_500), ("clock", "02:03", 123_000)],
)
def test_a_tables_times_may_count_in_another_unit(unit: str, cell: str, ms: int) -> None:
    named = tables.columns(f"time=at,code=what,unit={unit}")
    assert tables.read(f"at;what\n{cell};VOC\n".encode(), "a.csv", named).marks[0].event.t_ms == ms


GRID = PRAAT.read_bytes()
BAD = {
    "a grid that breaks off": (textgrid.read, GRID[:700], "breaks off before"),
    "a grid of another class": (textgrid.read, b'"ooTextFile" "Pitch 1" 0 1', "it is no TextGrid"),
    "a grid with a word for a time": (textgrid.read, b'"ooTextFile" "TextGrid" "0" 1', "should be a time in seconds"),
    "a grid with a tier of nothing": (
        textgrid.read, b'"ooTextFile" "TextGrid" 0 1 <exists> 1 "Tier" "x"', "none of Praat"),
    "a grid with a strange time": (textgrid.read, b'"ooTextFile" "TextGrid" 0 1e99', "more than a week"),
    "a transcript without bullets": (chat.read, b"@UTF8\n@Begin\n*CHI:\tba .\n", "has a time bullet"),
    "a bullet that ends before it starts": (chat.read, b"@UTF8\n*CHI:\tba \x159_3\x15\n", "line 2 ends at 3 ms"),
    "another text": (chat.read, b"hello", "it is no CHAT transcript"),
    "an event before its set": (interact.read, b"Level,Onset_Time,Offset_Time,X\n3,1,2,a\n", "before the first set"),
    "frames": (interact.read, b"Level,Onset_Time,Offset_Time,X\n2,00:00:01:12,3,\n", "export times as seconds"),
    "no set": (interact.read, b"Level,Onset_Time,Offset_Time,X\n1,,,\n", "holds no set"),
    "a table of BORIS with words for times": (
        files._table, b"Observation id,Subject,Behavior,Behavior type,Time\nA,,x,POINT,one\n", "is no time in seconds"),
    "a table of BORIS with another type": (
        files._table, b"Observation id,Subject,Behavior,Behavior type,Time\nA,,x,BEGIN,1\n", "has the behavior type"),
    "a bout that stops before it starts": (
        files._table, b"Subject,Behavior,Behavior type,Start (s),Stop (s)\n,x,STATE,2,1\n", "stops before it starts"),
    "a short row": (files._table, b"Subject,Behavior,Time\n,x\n", "line 2 has 2 cells where the header has 3"),
}  # fmt: skip


@pytest.mark.parametrize(("read", "content", "sentence"), BAD.values(), ids=BAD)
def test_what_cannot_be_meant_is_refused_in_one_sentence(read, content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=r"^a\.x: ") as refused:
        read(content, "a.x")
    assert sentence in str(refused.value) and "\n" not in str(refused.value)


@settings(max_examples=150, deadline=None)
@given(some.sampled_from([GRID, CHAT.read_bytes(), MANGOLD.read_bytes()]), some.data())
def test_a_changed_file_is_read_or_refused_and_nothing_else(content: bytes, data: some.DataObject) -> None:
    start = data.draw(some.integers(0, len(content)))
    end = data.draw(some.integers(start, min(len(content), start + 200)))
    changed = content[:start] + data.draw(some.binary(max_size=20)) + content[end:]
    for name in ("a.TextGrid", "a.cha", "a.csv", "a.txt", "a.boris", "a.eaf", "a.observation.json"):
        try:
            files.read_content(changed, name)
        except Unreadable:
            pass
