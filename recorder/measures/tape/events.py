"""Is this string an event, and does it carry what its kind must?

`understand` turns one exact string into a checked `Said`, or raises `Refused` with a quarantine code and one sentence.
Whole milliseconds, whole numbers, no character that a page or a database could not hold.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, NamedTuple, TypeGuard

KINDS = frozenset(
    "open tap void flag review pause view end abort note rating place answer "
    "idea tried sheet anchor gap close reopen".split()
)
KEEP_KINDS = ("comfort", "glad", "explore", "own")
ANSWERS = ("confirmed", "mistake", "gave_space", "carried_on", "not_sure")
REASONS = ("family_withdrew", "child_asleep", "interrupted", "unwell", "other")
GROUPS = ("less", "between", "more")
FITS = ("yes", "partly", "no")

LARGEST = 2**53 - 1
"""The largest whole number that a browser counts exactly. A log may be signed days after its clock was stopped: how
long an observation may last is `validate`'s concern."""

Refusal = tuple[int, str, str]
"""The seq of an event that cannot be understood, a quarantine code, and one sentence."""


class Said(NamedTuple):
    """One event of a log, its form checked."""

    seq: int
    t: int
    kind: str
    code: str
    data: Mapping[str, Any]


class Refused(ValueError):
    """An event that cannot be understood: its arguments are a quarantine code and a sentence."""


def understand(string: str, number: int) -> Said:
    """What an event says.

    Parameters: `string`, its exact text; `number`, its place in the log from 1. Raises `Refused`.

    >>> understand('{"seq":2,"t":900,"kind":"tap","code":"VOC"}', 2)
    Said(seq=2, t=900, kind='tap', code='VOC', data={})
    """
    try:
        event = _decoded(string)
        # only an escape can bring what UTF-8 and JSON's own rules keep out
        sound = string.isascii() and "\\u" not in string or _sound(event)
    except (ValueError, RecursionError) as error:
        raise Refused("bad_value", "This event is not JSON.") from error
    if not sound:
        raise Refused("bad_value", "This event holds a character that cannot be kept.")
    if not isinstance(event, dict):
        raise Refused("bad_value", "An event must be a JSON object.")
    seq, t, kind = event.get("seq"), event.get("t"), event.get("kind")
    code, data = event.get("code", ""), event.get("data", {})
    if not _whole(seq) or not _whole(t) or not 0 <= t <= LARGEST:
        raise Refused("bad_value", "An event needs a seq and a time t in whole milliseconds.")
    if seq != number:
        raise Refused("bad_value", "The seq of an event is its place in the log.")
    if not isinstance(kind, str) or kind not in KINDS:
        raise Refused("unknown_kind", f"There is no kind of event called {str(kind)[:40]!r}.")
    if not isinstance(code, str) or not isinstance(data, dict):
        raise Refused("bad_value", "An event's code is a text and its data an object.")
    said = Said(seq, t, kind, code, data)
    if check := _CHECKS.get(kind):
        check(said)
    return said


def moment(said: Said) -> int:
    """When a flagged moment was, in ms: its note may have been typed for a while after it."""
    at: int = said.data.get("at", said.t)
    return at


def _number(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError(f"{text} is not a number.")
    return value


_JSON = json.JSONDecoder(parse_constant=_number, parse_float=_number)


def _decoded(string: str) -> Any:
    """What a JSON text says; without looking for blanks first, as a tablet sends none."""
    if string.startswith("{"):
        event, end = _JSON.raw_decode(string)
        if end == len(string):
            return event
    return _JSON.decode(string)


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
        raise Refused("bad_value", sentence)


def _tap(said: Said) -> None:
    if not said.code:
        raise Refused("bad_value", "A tap needs a code.")
    for key in ("by", "child") if said.data else ():
        if said.data.get(key) is not None:
            _need(said.data, key, str, f"A tap's {key} must be a text.")
    if "until" in said.data:
        _need(said.data, "until", int, "A tap's end must be in whole milliseconds.")
        if said.data["until"] < said.t:
            raise Refused("bad_value", "A span cannot end before it starts.")
    if "modifiers" in said.data and not _texts(said.data["modifiers"]):
        raise Refused("bad_value", "A tap's modifiers must be texts by name.")


def _texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _void(said: Said) -> None:
    if "seq" not in said.data:
        for key in ("from", "to"):
            _need(said.data, key, int, "A void names an event by its seq, or a stretch of time by from and to.")
        if not 0 <= said.data["from"] <= said.data["to"]:
            raise Refused("bad_value", "A stretch of time cannot end before it starts.")
        return
    _need(said.data, "seq", int, "A void names an event by its seq.")
    if not 1 < said.data["seq"] < said.seq:
        raise Refused("bad_value", "A void names an earlier event, and never the opening.")


def _flag(said: Said) -> None:
    if said.code not in {"KEEP", "ASK"}:
        raise Refused("bad_value", "A flag is KEEP or ASK.")
    if said.code == "KEEP" and said.data.get("kind", "own") not in KEEP_KINDS:
        raise Refused("bad_value", f"A KEEP is one of {', '.join(KEEP_KINDS)}.")
    if not isinstance(said.data.get("note", ""), str):
        raise Refused("bad_value", "A note must be a text.")
    if not _whole(at := said.data.get("at", 0)) or not 0 <= at <= said.t:
        raise Refused("bad_value", "A flag's moment is in whole milliseconds, and not after the flag.")


def _review(said: Said) -> None:
    _need(said.data, "seq", int, "A review names an event by its seq.")
    if said.data.get("answer") not in ANSWERS:
        raise Refused("bad_value", f"A review's answer is one of {', '.join(ANSWERS)}.")


def _pause(said: Said) -> None:
    _need(said.data, "on", bool, "A pause is on or off.")


def _view(said: Said) -> None:
    _need(said.data, "out", bool, "The view is out or back.")


def _abort(said: Said) -> None:
    if said.data.get("reason") not in REASONS:
        raise Refused("bad_value", f"The reason for stopping early is one of {', '.join(REASONS)}.")


def _note(said: Said) -> None:
    _need(said.data, "text", str, "A note needs its text.")


def _rating(said: Said) -> None:
    if not said.code or not isinstance(said.data.get("instrument"), str):
        raise Refused("bad_value", "A rating names its scale and its instrument.")
    value = said.data.get("value")
    if value is not None and value != "NOB" and not _whole(value):
        raise Refused("bad_value", "A rating is a whole number, NOB, or null.")


def _place(said: Said) -> None:
    if not said.code or ("group" in said.data) == ("pile" in said.data):
        raise Refused("bad_value", "A card that is put down has its id, and a pile or a group.")
    if "group" in said.data:
        if said.data["group"] not in GROUPS:
            raise Refused("bad_value", f"Card {said.code[:80]}: a group is one of {', '.join(GROUPS)}.")
        return
    pile = said.data["pile"]
    if pile is not None and pile != "NOB" and not _whole(pile):
        raise Refused("bad_value", f"Card {said.code[:80]}: only whole piles, NOB or null are allowed.")


def _answer(said: Said) -> None:
    if not said.code or "value" not in said.data:
        raise Refused("bad_value", "An answer has its question's id and a value.")
    value = said.data["value"]
    if value is not None and value != "NA" and not _whole(value):
        raise Refused("bad_value", f"Question {said.code[:80]}: an answer is a whole number, NA or null.")


def _tried(said: Said) -> None:
    _need(said.data, "sheet", str, "The step that was tried is named by its sheet.")
    if said.data.get("answer") not in ("yes", "some", "no"):
        raise Refused("bad_value", "Whether the step was tried is yes, some or no.")


def _sheet(said: Said) -> None:
    strengths = said.data.get("strengths")
    if not isinstance(strengths, list) or len(strengths) < 2:
        raise Refused("bad_value", "A page needs at least two strengths.")
    for line in (*strengths, said.data.get("step"), said.data.get("shown")):
        if line is not None and not isinstance(line, dict):
            raise Refused("bad_value", "A page's lines must be objects.")
    if not all(isinstance(line.get("text"), str) and line["text"].strip() for line in strengths):
        raise Refused("bad_value", "Every strength on a page needs its words.")
    if (fit := said.data.get("fit")) is not None:
        if not isinstance(fit, dict) or fit.get("answer") not in (*FITS, None) or not isinstance(fit.get("words"), str):
            raise Refused("bad_value", f"Whether a page fits is one of {', '.join(FITS)} or null, and a text.")
    if not isinstance(struck := said.data.get("struck", []), list) or not all(isinstance(one, str) for one in struck):
        raise Refused("bad_value", "What a family struck from its page is a list of sentences.")


_CHECKS: Mapping[str, Callable[[Said], None]] = {
    "tap": _tap,
    "void": _void,
    "flag": _flag,
    "review": _review,
    "pause": _pause,
    "view": _view,
    "abort": _abort,
    "note": _note,
    "rating": _rating,
    "place": _place,
    "answer": _answer,
    "idea": _note,
    "tried": _tried,
    "sheet": _sheet,
}
