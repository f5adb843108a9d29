"""How does a log become the observation that is measured, and how is an observation written as a log?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from recorder.instruments.scheme import Scheme
from recorder.measures.observation import Event, InvalidObservation, Keep, Observation, Person, validate
from recorder.measures.tape.reading import Tape


def observation(tape: Tape, scheme: Scheme, children: Sequence[Person], caregivers: Sequence[Person]) -> Observation:
    """Make the pure value that is measured from a tape.

    Parameters: `scheme`, the one that the opening names; `children` and `caregivers`, the focal ones first. A tap
    whose code the scheme does not know is left out (ingest put it aside), and a span that was still on when the clock
    stopped ends there. Raises `InvalidObservation`, also when the clock was never stopped.

    >>> from recorder.instruments.library import builtin
    >>> from recorder.measures.tape.reading import read
    >>> log = as_log(Observation(builtin("serve-and-return/1"), 60_000, (Event(10_000, "VOC"),)), {})
    >>> observation(read(log), builtin("serve-and-return/1"), (), ()).duration_ms
    60000
    """
    if tape.ended is None:
        raise InvalidObservation("The observation has no end: its clock was never stopped.")
    known = scheme.codes()
    taps = [(seq, event) for seq, event in tape.taps if event.code in known and event.t_ms <= tape.ended]
    taps.sort(key=lambda tap: tap[1].t_ms)  # of a video, what was tapped later may have been earlier
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
