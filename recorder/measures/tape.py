"""What do the events of a log mean together?

A log's events are exact JSON strings `{"seq", "t", "kind", "code"?, "data"?}`: `t` is whole milliseconds since the
log's start. Nothing in a log is ever changed: an undo is a `void` event that names another by its seq, and a void can
itself be voided. `read` projects the strings to a `Tape`; `observation` makes the pure value that is measured;
`as_log` goes the other way. An event that cannot be understood is refused with a code and a sentence, and everything
else counts. `static/js/tape.js` is the tablet's half of the same contract.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any, TypeGuard

from recorder.instruments.scheme import Scheme
from recorder.measures.observation import Event, InvalidObservation, Keep, Observation, Person, Value, validate

KINDS = frozenset(
    "open tap void flag review pause view end abort note rating place answer "
    "idea tried sheet anchor gap close reopen".split()
)
KEEP_KINDS = ("comfort", "glad", "explore", "own")
ANSWERS = ("confirmed", "mistake", "gave_space", "carried_on", "not_sure")
REASONS = ("family_withdrew", "child_asleep", "interrupted", "unwell", "other")

Refusal = tuple[int, str, str]
"""The seq of an event that cannot be understood, a quarantine code, and one sentence."""


@dataclass(frozen=True)
class Ask:
    """A moment about which the visitor asks her supervisor: never printed."""

    t_ms: int
    note: str


@dataclass(frozen=True)
class Tape:
    """A log's events, understood together. Times are ms from its start; `ended` is the time at which its clock
    stopped, None while it runs. `taps` holds (seq, event); `reviews` the end review's last answer by seq."""

    opening: Mapping[str, Any] = field(default_factory=dict)
    taps: tuple[tuple[int, Event], ...] = ()
    spans: tuple[Event, ...] = ()
    keeps: tuple[Keep, ...] = ()
    asks: tuple[Ask, ...] = ()
    reviews: Mapping[int, str] = field(default_factory=dict)
    ratings: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    rating_notes: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    idea: str = ""
    tried: Mapping[str, str] = field(default_factory=dict)
    sheets: tuple[tuple[int, Mapping[str, Any]], ...] = ()
    ended: int | None = None
    aborted: str | None = None
    closed: bool = False
    last_ms: int = 0
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class _Said:
    """One event of the log, its form checked."""

    seq: int
    t: int
    kind: str
    code: str
    data: Mapping[str, Any]


class _Refused(ValueError):
    """An event that cannot be understood: its arguments are a quarantine code and a sentence."""


def read(strings: Iterable[str]) -> Tape:
    """Understand a log's events together.

    Parameters: `strings`, the exact event strings in order of seq. Returns the `Tape`; what could not be understood
    stands in `refused`, and changes nothing.

    >>> read(['{"seq":1,"t":0,"kind":"open","data":{}}', '{"seq":2,"t":900,"kind":"tap","code":"VOC"}']).taps[0][1].code
    'VOC'
    """
    said, refused = [], list[Refusal]()
    for number, string in enumerate(strings, 1):
        try:
            said.append(_said(string, number))
        except _Refused as error:
            refused.append((number, *error.args))
    return _together(said, refused)


def _said(string: str, number: int) -> _Said:
    try:
        event = _JSON.decode(string)
        # only an escape can bring what UTF-8 and JSON's own rules keep out
        sound = string.isascii() and "\\u" not in string or _sound(event)
    except (ValueError, RecursionError) as error:
        raise _Refused("bad_value", "This event is not JSON.") from error
    if not sound:
        raise _Refused("bad_value", "This event holds a character that cannot be kept.")
    if not isinstance(event, dict):
        raise _Refused("bad_value", "An event must be a JSON object.")
    seq, t, kind = event.get("seq"), event.get("t"), event.get("kind")
    code, data = event.get("code", ""), event.get("data", {})
    if not _whole(seq) or not _whole(t) or not 0 <= t <= _LARGEST:
        raise _Refused("bad_value", "An event needs a seq and a time t in whole milliseconds.")
    if seq != number:
        raise _Refused("bad_value", "The seq of an event is its place in the log.")
    if not isinstance(kind, str) or kind not in KINDS:
        raise _Refused("unknown_kind", f"There is no kind of event called {str(kind)[:40]!r}.")
    if not isinstance(code, str) or not isinstance(data, dict):
        raise _Refused("bad_value", "An event's code is a text and its data an object.")
    said = _Said(seq, t, kind, code, data)
    if check := _CHECKS.get(kind):
        check(said)
    return said


_LARGEST = 2**53 - 1
"""The largest whole number that a browser counts exactly. A log may be signed days after its clock was stopped: how
long an observation may last is `validate`'s concern."""


def _number(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError(f"{text} is not a number.")
    return value


_JSON = json.JSONDecoder(parse_constant=_number, parse_float=_number)


def _sound(value: object) -> bool:
    """Whether a page and a database can hold this: no NUL, no half of a character."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, dict):
        return all(_sound(key) and _sound(item) for key, item in value.items())
    return not isinstance(value, list) or all(map(_sound, value))


def _whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _need(data: Mapping[str, Any], key: str, kind: type, sentence: str) -> None:
    value = data.get(key)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise _Refused("bad_value", sentence)


def _check_tap(said: _Said) -> None:
    if not said.code:
        raise _Refused("bad_value", "A tap needs a code.")
    for key in ("by", "child"):
        if said.data.get(key) is not None:
            _need(said.data, key, str, f"A tap's {key} must be a text.")
    if "until" in said.data:
        _need(said.data, "until", int, "A tap's end must be in whole milliseconds.")
        if said.data["until"] < said.t:
            raise _Refused("bad_value", "A span cannot end before it starts.")
    if not _texts(said.data.get("modifiers", {})):
        raise _Refused("bad_value", "A tap's modifiers must be texts by name.")


def _texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _check_void(said: _Said) -> None:
    if "seq" not in said.data:
        for key in ("from", "to"):
            _need(said.data, key, int, "A void names an event by its seq, or a stretch of time by from and to.")
        if not 0 <= said.data["from"] <= said.data["to"]:
            raise _Refused("bad_value", "A stretch of time cannot end before it starts.")
        return
    _need(said.data, "seq", int, "A void names an event by its seq.")
    if not 1 < said.data["seq"] < said.seq:
        raise _Refused("bad_value", "A void names an earlier event, and never the opening.")


def _check_flag(said: _Said) -> None:
    if said.code not in {"KEEP", "ASK"}:
        raise _Refused("bad_value", "A flag is KEEP or ASK.")
    if said.code == "KEEP" and said.data.get("kind", "own") not in KEEP_KINDS:
        raise _Refused("bad_value", f"A KEEP is one of {', '.join(KEEP_KINDS)}.")
    if not isinstance(said.data.get("note", ""), str):
        raise _Refused("bad_value", "A note must be a text.")
    if not _whole(at := said.data.get("at", 0)) or not 0 <= at <= said.t:
        raise _Refused("bad_value", "A flag's moment is in whole milliseconds, and not after the flag.")


def _moment(said: _Said) -> int:
    """When a flagged moment was: its note may have been typed for a while after it."""
    at: int = said.data.get("at", said.t)
    return at


def _check_review(said: _Said) -> None:
    _need(said.data, "seq", int, "A review names an event by its seq.")
    if said.data.get("answer") not in ANSWERS:
        raise _Refused("bad_value", f"A review's answer is one of {', '.join(ANSWERS)}.")


def _check_pause(said: _Said) -> None:
    _need(said.data, "on", bool, "A pause is on or off.")


def _check_view(said: _Said) -> None:
    _need(said.data, "out", bool, "The view is out or back.")


def _check_abort(said: _Said) -> None:
    if said.data.get("reason") not in REASONS:
        raise _Refused("bad_value", f"The reason for stopping early is one of {', '.join(REASONS)}.")


def _check_note(said: _Said) -> None:
    _need(said.data, "text", str, "A note needs its text.")


def _check_rating(said: _Said) -> None:
    if not said.code or not isinstance(said.data.get("instrument"), str):
        raise _Refused("bad_value", "A rating names its scale and its instrument.")
    value = said.data.get("value")
    if value is not None and value != "NOB" and not _whole(value):
        raise _Refused("bad_value", "A rating is a whole number, NOB, or null.")


def _check_tried(said: _Said) -> None:
    _need(said.data, "sheet", str, "The step that was tried is named by its sheet.")
    if said.data.get("answer") not in {"yes", "some", "no"}:
        raise _Refused("bad_value", "Whether the step was tried is yes, some or no.")


def _check_sheet(said: _Said) -> None:
    strengths = said.data.get("strengths")
    if not isinstance(strengths, list) or len(strengths) < 2:
        raise _Refused("bad_value", "A page needs at least two strengths.")
    for line in (*strengths, said.data.get("step"), said.data.get("shown")):
        if line is not None and not isinstance(line, dict):
            raise _Refused("bad_value", "A page's lines must be objects.")
    if not all(isinstance(line.get("text"), str) and line["text"].strip() for line in strengths):
        raise _Refused("bad_value", "Every strength on a page needs its words.")


_CHECKS = {
    "tap": _check_tap,
    "void": _check_void,
    "flag": _check_flag,
    "review": _check_review,
    "pause": _check_pause,
    "view": _check_view,
    "abort": _check_abort,
    "note": _check_note,
    "rating": _check_rating,
    "idea": _check_note,
    "tried": _check_tried,
    "sheet": _check_sheet,
}


def _together(said: Sequence[_Said], refused: list[Refusal]) -> Tape:
    void = _voided(said)
    effective = [event for event in said if event.seq not in void]
    strikes = [(e.data["from"], e.data["to"]) for e in effective if e.kind == "void" and "from" in e.data]
    kinds: dict[str, list[_Said]] = {kind: [] for kind in KINDS}
    for event in effective:
        kinds[event.kind].append(event)
    reviews = {e.data["seq"]: e.data["answer"] for e in kinds["review"]}
    stops = [*kinds["end"], *kinds["abort"]]
    ended = min((e.t for e in stops), default=None)
    last = max((e.t for e in said), default=0)

    def stands(event: _Said) -> bool:
        return not any(start <= event.t <= end for start, end in strikes)

    return Tape(
        opening=kinds["open"][0].data if kinds["open"] else {},
        taps=tuple((e.seq, _tap(e)) for e in kinds["tap"] if stands(e) and reviews.get(e.seq) != "mistake"),
        spans=_spans(kinds, strikes, last if ended is None else ended),
        keeps=tuple(
            Keep(_moment(e), e.data.get("kind", "own"), e.data.get("note", ""))
            for e in kinds["flag"]
            if e.code == "KEEP" and stands(e)
        ),
        asks=tuple(Ask(_moment(e), e.data.get("note", "")) for e in kinds["flag"] if e.code == "ASK" and stands(e)),
        reviews=reviews,
        ratings=_ratings(kinds["rating"]),
        rating_notes={e.code: str(e.data.get("note", "")) for e in kinds["rating"]},
        notes={e.code: e.data["text"] for e in kinds["note"]},
        idea=kinds["idea"][-1].data["text"] if kinds["idea"] else "",
        tried={e.data["sheet"]: e.data["answer"] for e in kinds["tried"]},
        sheets=tuple((e.seq, e.data) for e in kinds["sheet"]),
        ended=ended,
        aborted=next((e.data["reason"] for e in kinds["abort"]), None),
        closed=_closed(effective),
        last_ms=last,
        refused=tuple(refused),
    )


def _voided(said: Sequence[_Said]) -> set[int]:
    """The seqs that an effective void names. The last void is always effective, so reading backwards decides each."""
    void: set[int] = set()
    for event in reversed(said):
        if event.kind == "void" and "seq" in event.data and event.seq not in void:
            void.add(event.data["seq"])
    return void


def _closed(effective: Sequence[_Said]) -> bool:
    signed = [event.kind for event in effective if event.kind in {"close", "reopen"}]
    return bool(signed) and signed[-1] == "close"


def _tap(said: _Said) -> Event:
    return Event(
        t_ms=said.t,
        code=said.code,
        until_ms=said.data.get("until"),
        child=said.data.get("child"),
        by=said.data.get("by"),
        modifiers=said.data.get("modifiers", {}),
        note=str(said.data.get("note", "")),
    )


def _spans(kinds: Mapping[str, list[_Said]], strikes: Sequence[tuple[int, int]], end: int) -> tuple[Event, ...]:
    """Pauses and lost views; what is still on at the end ends there, and what was struck counts as not seen."""
    paused = _toggled([(e.t, e.data["on"]) for e in kinds["pause"]], end)
    lost = _toggled([(e.t, e.data["out"]) for e in kinds["view"]], end)
    lost = _joined([*lost, *((start, min(until, end)) for start, until in strikes if start < end)])
    spans = [Event(start, "PAUSE_CLOCK", until) for start, until in paused]
    spans += [Event(start, "OUT_OF_VIEW", until) for start, until in lost]
    return tuple(sorted(spans, key=lambda span: (span.t_ms, span.code)))


def _toggled(switches: Iterable[tuple[int, bool]], end: int) -> list[tuple[int, int]]:
    spans, since = [], None
    for t, on in switches:
        if t > end:
            break
        if on and since is None:
            since = t
        elif not on and since is not None:
            spans.append((since, t))
            since = None
    if since is not None:
        spans.append((since, end))
    return spans


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _ratings(said: Iterable[_Said]) -> dict[str, dict[str, Value]]:
    """The last rating of each scale counts; null takes it back."""
    ratings: dict[str, dict[str, Value]] = {}
    for event in said:
        ratings.setdefault(event.data["instrument"], {})[event.code] = event.data.get("value")
    return ratings


def observation(tape: Tape, scheme: Scheme, children: Sequence[Person], caregivers: Sequence[Person]) -> Observation:
    """Make the pure value that is measured from a tape.

    Parameters: `scheme`, the one that the opening names; `children` and `caregivers`, the focal ones first. A tap
    whose code the scheme does not know is left out (ingest put it aside), and a span that was still on when the clock
    stopped ends there. Raises `InvalidObservation`, also when the clock was never stopped.

    >>> from recorder.instruments.library import builtin
    >>> log = as_log(Observation(builtin("serve-and-return/1"), 60_000, (Event(10_000, "VOC"),)), {})
    >>> observation(read(log), builtin("serve-and-return/1"), (), ()).duration_ms
    60000
    """
    if tape.ended is None:
        raise InvalidObservation("The observation has no end: its clock was never stopped.")
    known = scheme.codes()
    taps = [(seq, event) for seq, event in tape.taps if event.code in known and event.t_ms <= tape.ended]
    events = [(seq, _until(event, tape.ended)) for seq, event in taps]
    reviews = {place: tape.reviews[seq] for place, (seq, _) in enumerate(events) if seq in tape.reviews}
    made = Observation(
        scheme=scheme,
        duration_ms=tape.ended,
        events=(*(event for _, event in events), *tape.spans),
        clock=str(tape.opening.get("clock", "monotonic")),
        role=str(tape.opening.get("role", "primary")),
        context=tape.opening.get("context"),
        observer=tape.opening.get("user"),
        children=tuple(children),
        caregivers=tuple(caregivers),
        ratings=tape.ratings,
        keeps=tape.keeps,
        reviews=reviews,
    )
    validate(made)
    return made


def _until(event: Event, end: int) -> Event:
    return event if event.until_ms is None or event.until_ms <= end else replace(event, until_ms=end)


def as_log(observation: Observation, opening: Mapping[str, Any]) -> list[str]:
    """Write an observation as the log that a tablet would have sent, signed.

    Parameters: `observation`, valid; `opening`, the data of its `open` event. Returns the exact event strings.

    >>> from recorder.instruments.library import builtin
    >>> seen = Observation(builtin("serve-and-return/1"), 60_000, (Event(10_000, "VOC"),))
    >>> [json.loads(string)["kind"] for string in as_log(seen, {})]
    ['open', 'tap', 'end', 'close']
    """
    timed = [_as_said(place, event) for place, event in enumerate(observation.events)]
    said: list[tuple[int, dict[str, Any]]] = [item for pair in timed for item in pair]
    said += [(keep.t_ms, _flag(keep)) for keep in observation.keeps]
    said.sort(key=lambda item: item[0])
    end = observation.duration_ms
    said = [(0, {"kind": "open", "data": dict(opening)}), *said, (end, {"kind": "end"})]
    seqs = {item["place"]: seq for seq, (_, item) in enumerate(said, 1) if "place" in item}
    for place, answer in observation.reviews.items():
        said.append((end, {"kind": "review", "data": {"seq": seqs[place], "answer": answer}}))
    for instrument, values in observation.ratings.items():
        for scale, value in values.items():
            said.append((end, {"kind": "rating", "code": scale, "data": {"instrument": instrument, "value": value}}))
    said.append((end, {"kind": "close"}))
    return [
        json.dumps(
            {"seq": seq, "t": t} | {key: value for key, value in item.items() if key != "place"},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for seq, (t, item) in enumerate(said, 1)
    ]


def _as_said(place: int, event: Event) -> list[tuple[int, dict[str, Any]]]:
    switch = {"PAUSE_CLOCK": ("pause", "on"), "OUT_OF_VIEW": ("view", "out")}.get(event.code)
    if switch:
        kind, key = switch
        on = [(event.t_ms, {"kind": kind, "data": {key: True}})]
        return on if event.until_ms is None else [*on, (event.until_ms, {"kind": kind, "data": {key: False}})]
    data: dict[str, Any] = {
        "by": event.by,
        "child": event.child,
        "until": event.until_ms,
        "modifiers": dict(event.modifiers),
        "note": event.note,
    }
    data = {key: value for key, value in data.items() if value not in (None, {}, "")}
    return [(event.t_ms, {"place": place, "kind": "tap", "code": event.code} | ({"data": data} if data else {}))]


def _flag(keep: Keep) -> dict[str, Any]:
    return {"kind": "flag", "code": "KEEP", "data": {"kind": keep.kind, "note": keep.note}}
