"""Undo stays in the log; every kind of event has its meaning; an observation and its log are the same thing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.instruments.library import builtin
from recorder.measures.figures import figures
from recorder.measures.observation import Event, InvalidObservation, Keep, Observation, observed_ms
from recorder.measures.tape import as_log, observation, read

SCHEME = builtin("serve-and-return/1")


def log(*events: tuple[Any, ...]) -> list[str]:
    """Event strings from (t, kind, code or None, data or None), the opening first."""
    said = [(0, "open", None, {"role": "primary"}), *events]
    strings = []
    for seq, (t, kind, *rest) in enumerate(said, 1):
        code, data = [*rest, None, None][:2]
        strings.append(json.dumps({"seq": seq, "t": t, "kind": kind} | ({"code": code} if code else {})
                                  | ({"data": data} if data is not None else {})))  # fmt: skip
    return strings


def codes(*events: tuple[Any, ...]) -> list[str]:
    return [event.code for _, event in read(log(*events)).taps]


def test_undo_and_undo_of_undo() -> None:
    tap, undo = (1000, "tap", "VOC"), (2000, "void", None, {"seq": 2})
    assert codes(tap) == ["VOC"]
    assert codes(tap, undo) == []
    assert codes(tap, undo, (3000, "void", None, {"seq": 3})) == ["VOC"]
    assert codes(tap, undo, (3000, "void", None, {"seq": 3}), (4000, "void", None, {"seq": 4})) == []


def test_strike_the_last_seconds_takes_taps_and_keeps_away_and_counts_as_unseen() -> None:
    tape = read(log((10_000, "tap", "VOC"), (40_000, "tap", "CRY"), (41_000, "flag", "KEEP", {"kind": "glad"}),
                    (50_000, "void", None, {"from": 20_000, "to": 50_000}), (90_000, "end")))  # fmt: skip
    assert [event.code for _, event in tape.taps] == ["VOC"] and tape.keeps == ()
    assert tape.spans == (Event(20_000, "OUT_OF_VIEW", 50_000),)


def test_a_flag_stands_at_its_moment_not_where_its_note_was_done() -> None:
    tape = read(log((9000, "flag", "KEEP", {"kind": "glad", "note": "She came.", "at": 4000}), (9500, "flag", "ASK")))
    assert [keep.t_ms for keep in tape.keeps] == [4000] and [ask.t_ms for ask in tape.asks] == [9500]


def test_a_pause_still_on_at_the_end_ends_there() -> None:
    tape = read(log((1000, "pause", None, {"on": True}), (2000, "pause", None, {"on": False}),
                    (5000, "view", None, {"out": True}), (9000, "end")))  # fmt: skip
    assert tape.spans == (Event(1000, "PAUSE_CLOCK", 2000), Event(5000, "OUT_OF_VIEW", 9000))


def test_a_rough_moment_tapped_by_mistake_does_not_count() -> None:
    tap = (1000, "tap", "HARSH")
    assert codes(tap, (9000, "review", None, {"seq": 2, "answer": "confirmed"})) == ["HARSH"]
    assert codes(tap, (9000, "review", None, {"seq": 2, "answer": "mistake"})) == []


def test_the_last_word_counts() -> None:
    tape = read(log(
        (0, "note", "NOTE", {"text": "first"}), (0, "note", "NOTE", {"text": "second"}),
        (0, "rating", "joining", {"instrument": "sensitivity/1", "value": 4}),
        (0, "rating", "joining", {"instrument": "sensitivity/1", "value": None}),
        (0, "rating", "tuning_in", {"instrument": "sensitivity/1", "value": "NOB"}),
        (0, "idea", None, {"text": "sing"}), (0, "tried", None, {"sheet": "s", "answer": "some"}),
    ))  # fmt: skip
    assert tape.notes == {"NOTE": "second"} and tape.idea == "sing" and tape.tried == {"s": "some"}
    assert tape.ratings == {"sensitivity/1": {"joining": None, "tuning_in": "NOB"}}


def test_a_review_keeps_its_words_and_a_question_called_a_mistake_is_none() -> None:
    tape = read(log(
        (1000, "tap", "HARSH"), (2000, "flag", "ASK", {"note": "before", "at": 1500}), (3000, "flag", "ASK"),
        (9000, "review", None, {"seq": 2, "answer": "confirmed", "note": "She pulled his arm."}),
        (9000, "review", None, {"seq": 3, "answer": "confirmed", "note": "after"}),
        (9000, "review", None, {"seq": 4, "answer": "mistake", "note": ""}),
    ))  # fmt: skip
    assert tape.review_notes[2] == "She pulled his arm."
    assert [(ask.seq, ask.t_ms, ask.note) for ask in tape.asks] == [(3, 1500, "after")]


def test_a_card_lies_where_it_was_put_last() -> None:
    tape = read(log(
        (0, "place", "9a", {"group": "more"}), (0, "place", "9b", {"group": "less"}),
        (0, "place", "9a", {"pile": 9}), (0, "place", "9c", {"pile": "NOB"}), (0, "place", "9d", {"pile": 9}),
        (0, "place", "9a", {"pile": 8}), (0, "place", "9d", {"pile": None}), (0, "place", "9c", {"pile": 2}),
        (0, "void", None, {"seq": 9}),
    ))  # fmt: skip
    assert tape.piles == {"9b": None, "9a": 8, "9c": "NOB", "9d": None}
    assert list(tape.piles)[-1] == "9d"


def test_an_answer_is_the_last_one_that_was_given() -> None:
    tape = read(log(
        (0, "answer", "f1", {"value": 2}), (0, "answer", "f1", {"value": 5}), (0, "answer", "f2", {"value": "NA"}),
        (0, "answer", "f3", {"value": 1}), (0, "answer", "f3", {"value": None}),
    ))  # fmt: skip
    assert tape.answers == {"f1": 5, "f2": "NA", "f3": None}


def test_a_signature_can_be_taken_back() -> None:
    end, close = (9000, "end"), (9000, "close")
    assert read(log(end, close)).closed and not read(log(end, close, (9000, "reopen"))).closed
    assert read(log(end, close, (9000, "reopen"), close)).closed


def test_stopping_early_stops_the_clock_and_keeps_its_reason() -> None:
    tape = read(log((9000, "abort", None, {"reason": "child_asleep"})))
    assert (tape.ended, tape.aborted) == (9000, "child_asleep")


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ("[" * 5, "bad_value"),
        ("[]", "bad_value"),
        ('{"seq":2,"t":1.5,"kind":"tap","code":"VOC"}', "bad_value"),
        ('{"seq":2,"t":-1,"kind":"tap","code":"VOC"}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"note","code":"NOTE","data":{"text":"a\\u0000b"}}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"note","code":"NOTE","data":{"text":"half \\ud83d"}}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"idea","data":{"text":"x","more":[{"\\udc00":1}]}}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"idea","data":{"text":"x","n":NaN}}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"idea","data":{"text":"x","n":1e999}}', "bad_value"),
        ("[" * 100_000, "bad_value"),
        ('{"seq":2,"t":0,"kind":"idea","data":' + "[" * 900 + "]" * 900 + "}", "bad_value"),
        ('{"seq":2,"t":9007199254740992,"kind":"tap","code":"VOC"}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"dance"}', "unknown_kind"),
        ('{"seq":2,"t":0,"kind":["tap"]}', "unknown_kind"),
        ('{"seq":2,"t":0,"kind":"tap"}', "bad_value"),
        ('{"seq":2,"t":5,"kind":"tap","code":"VOC","data":{"until":4}}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"void","data":{"seq":1}}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"void","data":{"seq":9}}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"flag","code":"LATER"}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"flag","code":"KEEP","data":{"kind":"bad"}}', "bad_value"),
        ('{"seq":2,"t":5,"kind":"flag","code":"ASK","data":{"at":6}}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"review","data":{"seq":1,"answer":"perhaps"}}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"pause","data":{"on":"yes"}}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"abort","data":{"reason":"bored"}}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"note","code":"NOTE","data":{"text":5}}', "bad_value"),
        (
            '{"seq":2,"t":0,"kind":"rating","code":"joining","data":{"instrument":"sensitivity/1","value":"7"}}',
            "bad_value",
        ),
        ('{"seq":2,"t":0,"kind":"place","code":"9a","data":{}}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"place","code":"9a","data":{"pile":8.5}}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"place","code":"9a","data":{"pile":true}}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"place","code":"9a","data":{"pile":3,"group":"more"}}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"place","code":"9a","data":{"group":["more"]}}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"place","data":{"pile":3}}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"answer","code":"f1","data":{"value":"often"}}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"answer","code":"f1","data":{"value":2.5}}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"answer","code":"f1"}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"tried","data":{"sheet":"s","answer":["yes"]}}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"sheet","data":{"strengths":[{"text":"only one"}]}}', "bad_value"),
        ('{"seq":2,"t":0,"kind":"sheet","data":{"strengths":[{"text":"one"},{"text":" "}]}}', "bad_value"),
    ],
)
def test_what_cannot_be_understood_is_refused_and_the_rest_counts(event: str, code: str) -> None:
    tape = read([*log(), event, '{"seq":3,"t":9,"kind":"tap","code":"LOOK"}'])
    assert [(seq, found) for seq, found, _ in tape.refused] == [(2, code)]
    assert [tap.code for _, tap in tape.taps] == ["LOOK"]


def test_blanks_around_an_event_do_not_matter() -> None:
    said = ' \n{"seq": 2, "t": 0, "kind": "idea", "data": {"text": "sing"}}\t '
    assert read([*log(), said]).idea == "sing"
    assert [code for _, code, _ in read([*log(), said + "x", said + said]).refused] == ["bad_value"] * 2


def test_a_log_can_be_signed_days_after_the_visit() -> None:
    tape = read(log((200_000, "end"), (3 * 86_400_000, "close")))
    assert tape.refused == () and tape.closed and tape.ended == 200_000


def test_a_span_still_on_when_the_clock_stopped_ends_there() -> None:
    tape = read(log((1000, "tap", "TALK", {"until": 90_000}), (60_000, "end")))
    assert observation(tape, SCHEME, (), ()).events == (Event(1000, "TALK", 60_000),)


def test_an_emoji_written_as_two_halves_is_whole() -> None:
    tape = read([*log(), '{"seq":2,"t":0,"kind":"note","code":"NOTE","data":{"text":"\\ud83d\\ude00"}}'])
    assert tape.notes == {"NOTE": "\U0001f600"}


def test_a_clock_that_never_stopped_is_no_observation() -> None:
    with pytest.raises(InvalidObservation, match="no end"):
        observation(read(log((0, "tap", "VOC"))), SCHEME, (), ())


letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
points = st.builds(
    Event,
    st.integers(0, 100_000),
    st.sampled_from(sorted(SCHEME.codes() - {"OUT_OF_VIEW", "PAUSE_CLOCK"})),
    by=st.none() | st.just("gran"),
    child=st.none() | st.just("sami"),
    note=st.text(letters, max_size=5),
    modifiers=st.dictionaries(st.text(letters, min_size=1, max_size=4), st.text(letters, max_size=4), max_size=2),
)
keeps = st.builds(Keep, st.integers(0, 100_000), st.sampled_from(["comfort", "own"]), st.text(letters, max_size=9))
values = st.dictionaries(st.sampled_from(["tuning_in", "joining"]), st.sampled_from([1, 9, "NOB"]), min_size=1)


@given(st.lists(points, max_size=12), st.lists(keeps, max_size=3), values, st.booleans())
def test_an_observation_and_its_log_are_the_same_thing(
    events: list[Event], kept: list[Keep], rated: dict[str, Any], lost: bool
) -> None:
    spans = (Event(20_000, "OUT_OF_VIEW", 30_000), Event(40_000, "PAUSE_CLOCK", 41_000)) if lost else ()
    events.sort(key=lambda event: event.t_ms)
    original = Observation(
        SCHEME, 100_000, (*events, *spans), ratings={"sensitivity/1": rated},
        keeps=tuple(sorted(kept, key=lambda keep: keep.t_ms)), reviews={0: "not_sure"} if events else {},
    )  # fmt: skip
    tape = read(as_log(original, {"context": None}))
    assert tape.closed and tape.refused == ()
    assert observation(tape, SCHEME, (), ()) == original


def video(*events: tuple[Any, ...], length: int = 100_000) -> list[str]:
    """The log of a coding from a video."""
    said = {"role": "primary", "clock": "video", "video": {"name": "a.webm", "length_ms": length, "hash": "0"}}
    first, *rest = log(*events, (length, "end"))
    return [json.dumps(json.loads(first) | {"data": said}), *rest]


def test_of_a_video_what_was_played_with_coding_on_was_seen_once() -> None:
    strings = video(
        (10_000, "pause", None, {"on": False}), (40_000, "tap", "VOC"), (50_000, "pause", None, {"on": True}),
        (30_000, "pause", None, {"on": False}), (32_000, "tap", "CRY"), (60_000, "pause", None, {"on": True}),
        (90_000, "pause", None, {"on": False}), (95_000, "pause", None, {"on": True}),
    )  # fmt: skip
    tape = read(strings)
    assert tape.spans == (
        Event(0, "PAUSE_CLOCK", 10_000), Event(60_000, "PAUSE_CLOCK", 90_000), Event(95_000, "PAUSE_CLOCK", 100_000)
    )  # fmt: skip
    seen = observation(tape, SCHEME, (), ())
    assert [event.code for event in seen.events[:2]] == ["CRY", "VOC"]  # in order of time, whatever came first
    assert observed_ms(seen) == 55_000
    figures(seen)


def test_a_file_with_the_clock_of_a_video_was_seen_from_end_to_end() -> None:
    """An imported observation of a video says nothing of playing: nothing of it is a pause."""
    first, *rest = log((100_000, "end"))
    tape = read([json.dumps(json.loads(first) | {"data": {"clock": "video"}}), *rest])
    assert tape.spans == ()
