"""How do observations become a BORIS project?

An observation that came out of a project carries it: what its marks still say is written as BORIS had it, word for
word and in its order; only marks that are new become new events. Any other observation gets a project of its own: the
ethogram from its scheme, points as point events, spans as state events with a START and a STOP, whoever acts as the
subject. BORIS pairs START and STOP by their order alone, so states that lie over each other are refused.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

from recorder.exchange import boris
from recorder.exchange.boris import SUBJECT, is_state, modifier_sets
from recorder.exchange.coded import Coded, Mark, Unreadable, order, ordered
from recorder.exchange.documents import quoted
from recorder.instruments import library
from recorder.instruments.scheme import Scheme
from recorder.measures.observation import Event

KEYS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
NO_TIME = "2000-01-01T00:00:00"
SPANS = ("OUT_OF_VIEW", "PAUSE_CLOCK")


def write(codeds: Sequence[Coded]) -> bytes:
    """Write a project that holds these observations. Raises `Unreadable` for what BORIS cannot hold."""
    return json.dumps(project(codeds), ensure_ascii=False, indent=1).encode()


def write_packed(codeds: Sequence[Coded]) -> bytes:
    """Write a packed project (`*.boris.gz`); the same observations give the same bytes."""
    return gzip.compress(write(codeds), mtime=0)


def project(codeds: Sequence[Coded]) -> dict[str, Any]:
    """The project that holds these observations, as BORIS keeps it.

    >>> made = project([Coded("a", (Mark(Event(1500, "VOC"), ""),), id="V1")])
    >>> made["observations"]["V1"]["events"]
    [[1.5, '', 'VOC', '', '']]
    """
    bases = [_carried(coded)["project"] for coded in codeds if "boris" in coded.carried]
    made: dict[str, Any] = dict(bases[0]) if bases else _empty(codeds[0])
    ethogram = _Ethogram(codeds[0].file)
    for base in bases:
        ethogram.take(base["behaviors_conf"].values())
    subjects = {key: one for key, one in made.get("subjects_conf", {}).items()}
    observations: dict[str, Any] = {}
    for number, coded in enumerate(codeds, 1):
        id = coded.id or f"observation {number}"
        if id in observations:
            raise Unreadable(coded.file, f"another observation is called {quoted(id)} too: rename one of the two")
        ethogram.take(_behaviours(coded))
        observations[id] = _observation(coded, ethogram)
        _add_subjects(subjects, observations[id]["events"])
    if bases and len(ethogram.behaviours) == len(bases[0]["behaviors_conf"]):
        conf = bases[0]["behaviors_conf"]
    else:
        conf = {str(place): one for place, one in enumerate(ethogram.behaviours.values())}
    return made | {"subjects_conf": subjects, "behaviors_conf": conf, "observations": observations}


def _carried(coded: Coded) -> dict[str, Any]:
    carried = coded.carried.get("boris")
    if (
        not isinstance(carried, dict)
        or not isinstance(carried.get("project"), dict)
        or not isinstance(carried["project"].get("behaviors_conf"), dict)
        or not isinstance(carried.get("observation"), dict)
        or not isinstance(carried["observation"].get("events"), list)
    ):
        raise Unreadable(coded.file, "what it carries of a BORIS project is not whole: take the key carried out")
    return carried


class _Ethogram:
    """The behaviours of a project by their codes, while it grows."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.behaviours: dict[str, dict[str, Any]] = {}

    def take(self, entries: Iterable[Any]) -> None:
        """Add behaviours; of one that is there already the type must be the same."""
        for entry in entries:
            if not isinstance(entry, dict) or not isinstance(entry.get("code"), str):
                raise Unreadable(self.file, "a behaviour of the ethogram that it carries has no code")
            there = self.behaviours.setdefault(entry["code"], entry)
            if is_state(there) != is_state(entry):
                raise Unreadable(
                    self.file, f"{quoted(entry['code'])} lasts in one observation and is a point in another: rename one"
                )

    def modifiers(self, event: Event) -> str:
        """The modifiers of an event as BORIS writes them, their sets and values added where they are missing."""
        said = {name: word for name, word in event.modifiers.items() if name != SUBJECT}
        if not said:
            return ""
        behaviour = self.behaviours[event.code]
        for name, word in said.items():
            if "|" in word:
                raise Unreadable(self.file, f"BORIS cannot hold the modifier {quoted(word)}, which has a | in it")
            if name not in modifier_sets(behaviour):
                behaviour = self._with_set(behaviour, name)
        return "|".join(said.get(name) or "None" for name in modifier_sets(behaviour))

    def _with_set(self, behaviour: dict[str, Any], name: str) -> dict[str, Any]:
        old = behaviour.get("modifiers")
        sets = dict(old) if isinstance(old, dict) else {}
        sets[str(len(sets))] = {"name": name, "description": "", "type": 0, "values": []}
        self.behaviours[behaviour["code"]] = behaviour | {"modifiers": sets}
        return self.behaviours[behaviour["code"]]


def _behaviours(coded: Coded) -> list[dict[str, Any]]:
    """What the ethogram must say for an observation: what its scheme holds, and the codes of its marks."""
    known = {} if "boris" in coded.carried else _of_scheme(_scheme(coded))
    carried = _carried(coded)["project"]["behaviors_conf"] if "boris" in coded.carried else {}
    there = {entry.get("code") for entry in carried.values() if isinstance(entry, dict)}
    lasting = {mark.event.code for mark in coded.marks if mark.event.until_ms is not None} | coded.states | {*SPANS}
    for mark in coded.marks:
        code = mark.event.code
        if code not in known and code not in there:
            known[code] = _behaviour(code, code in lasting)
        elif code in known and code in lasting:
            known[code] |= {"type": "State event"}
    for number, entry in enumerate(known.values()):
        if "|" in entry["code"]:
            raise Unreadable(coded.file, f"BORIS cannot hold the code {quoted(entry['code'])}, which has a | in it")
        entry["key"] = KEYS[number] if number < len(KEYS) else ""
    return list(known.values())


def _scheme(coded: Coded) -> Scheme | None:
    if coded.scheme is None:
        return None
    try:
        found = library.builtin(coded.scheme) if isinstance(coded.scheme, str) else library.read(coded.scheme)
    except (LookupError, library.InvalidInstrument):
        return None
    return found if isinstance(found, Scheme) else None


def _of_scheme(scheme: Scheme | None) -> dict[str, dict[str, Any]]:
    if scheme is None:
        return {}
    kinds = (("cue", scheme.cues), ("response", scheme.responses), ("marker", scheme.markers), ("state", scheme.states))
    found = {
        one.code: _behaviour(one.code, kind == "state", kind, one.label.get("en", ""))
        for kind, some in kinds
        for one in some
    }
    for group in scheme.exclusive:
        for code in group:
            found[code] |= {"excluded": ",".join(other for other in group if other != code)}
    return found


def _behaviour(code: str, lasts: bool, category: str = "", description: str = "") -> dict[str, Any]:
    return {
        "type": "State event" if lasts else "Point event",
        "key": "",
        "code": code,
        "description": description,
        "color": "",
        "category": category,
        "modifiers": {},
        "excluded": "",
        "coding map": "",
    }


def _observation(coded: Coded, ethogram: _Ethogram) -> dict[str, Any]:
    if "boris" not in coded.carried:
        return _new_observation(coded) | {"events": _in_order(_events(coded.marks, coded, ethogram))}
    carried = _carried(coded)
    kept, new = _still_said(coded, carried)
    old: dict[str, Any] = carried["observation"]
    if new and old.get("start_from_current_epoch_time") is True:
        raise Unreadable(coded.file, "events were added to a BORIS observation that counts from 1970: it takes none")
    events = [event for place, event in enumerate(old["events"]) if place in kept]
    made = old | {"events": _in_order(events + _events(new, coded, ethogram)) if new else events}
    before = boris.coded({"behaviors_conf": carried["project"]["behaviors_conf"], "observations": {"": old}}, "", "")
    if coded.duration_ms not in (None, before.duration_ms) and coded.duration_ms != before.last_ms:
        made["observation time interval"] = [0, _seconds(coded.duration_ms or 0)]
    return made


def _still_said(coded: Coded, carried: Mapping[str, Any]) -> tuple[set[int], list[Mark]]:
    """The places of the carried events that the marks still say, and the marks that no carried event says."""
    waiting: dict[str, list[Mark]] = defaultdict(list)
    for mark in coded.marks:
        waiting[repr(order(mark))].append(mark)
    kept: set[int] = set()
    for mark, places in boris.sources(carried, coded.file):
        same = waiting.get(repr(order(mark)))
        if same:
            same.pop()
            kept.update(places)
    return kept, [mark for marks in waiting.values() for mark in marks]


def _events(marks: Iterable[Mark], coded: Coded, ethogram: _Ethogram) -> list[list[Any]]:
    end_ms = coded.last_ms if coded.duration_ms is None else coded.duration_ms
    events = []
    free_from: dict[tuple[str, str, str], int] = {}
    for mark in ordered(marks):
        event = mark.event
        subject = event.modifiers.get(SUBJECT) or event.by or event.child or ""
        modifiers = ethogram.modifiers(event)
        events.append([_seconds(event.t_ms), subject, event.code, modifiers, event.note])
        if not is_state(ethogram.behaviours[event.code]):
            if event.until_ms is not None:
                _refuse(coded, event, "lasts, and the ethogram calls it a point event")
            continue
        if free_from.get((subject, event.code, modifiers), event.t_ms) > event.t_ms:
            _refuse(coded, event, "starts while the same is still going on, which BORIS cannot tell apart")
        until_ms = end_ms if event.until_ms is None else event.until_ms
        free_from[subject, event.code, modifiers] = until_ms
        events.append([_seconds(until_ms), subject, event.code, modifiers, ""])
    return events


def _refuse(coded: Coded, event: Event, why: str) -> NoReturn:
    raise Unreadable(coded.file, f"{quoted(event.code)} at {event.t_ms} ms {why}: correct it")


def _in_order(events: list[list[Any]]) -> list[list[Any]]:
    return sorted(events, key=lambda event: float(event[0]))


def _seconds(ms: int) -> float:
    return ms / 1000


def _add_subjects(subjects: dict[str, Any], events: Iterable[Sequence[Any]]) -> None:
    there = {one.get("name") for one in subjects.values() if isinstance(one, dict)}
    for name in dict.fromkeys(event[1] for event in events if event[1]):
        if name not in there:
            subjects[str(len(subjects))] = {"key": "", "name": name, "description": ""}


def _empty(coded: Coded) -> dict[str, Any]:
    scheme = _scheme(coded)
    return {
        "time_format": "hh:mm:ss",
        "project_date": _date(coded),
        "project_name": scheme.id if scheme else "recorder",
        "project_description": "",
        "project_format_version": "7.0",
        "subjects_conf": {},
        "behaviors_conf": {},
        "observations": {},
        "behavioral_categories": ["cue", "response", "marker", "state"] if scheme else [],
        "behavioral_categories_config": {},
        "independent_variables": {
            "0": {"label": "observer", "description": "", "type": "text", "default value": "", "possible values": ""}
        },
        "coding_map": {},
        "behaviors_coding_map": [],
        "converters": {},
    }


def _new_observation(coded: Coded) -> dict[str, Any]:
    return {
        "file": [],
        "type": "LIVE",
        "date": _date(coded),
        "description": "",
        "time offset": 0.0,
        "observation time interval": [0, _seconds(coded.duration_ms or 0)],
        "independent_variables": {"observer": coded.observer} if coded.observer else {},
        "visualize_spectrogram": False,
        "visualize_waveform": False,
        "media_creation_date_as_offset": False,
        "close_behaviors_between_videos": False,
        "scan_sampling_time": 0,
        "start_from_current_time": False,
        "start_from_current_epoch_time": False,
    }


def _date(coded: Coded) -> str:
    return coded.started_at.replace(tzinfo=None).isoformat(timespec="seconds") if coded.started_at else NO_TIME
