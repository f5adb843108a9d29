"""How do observations stand in a BORIS project (`*.boris`, `*.boris.gz`), of the desktop or the Android program?

One JSON object holds many observations by their id, and one ethogram. Times are decimal seconds and become whole
milliseconds, halves upwards, without passing through binary fractions. Of a state event BORIS stores neither start nor
stop: in order of time, the odd events of one subject, code and modifiers start it, the even ones stop it; a state that
never stops is unpaired: it lasts to the end, and that is said. Subject and modifiers become an event's modifiers, the
subject under `subject`: nothing in a project says who is child and who is caregiver. Nothing in the file is evaluated.
An observation's length is its interval or its media's; of a live one BORIS does not keep it. Pictures have no time and
are refused. The project, all other observations left out, is carried along (`boris_project` writes it back).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple, NoReturn

from recorder.exchange import documents
from recorder.exchange.coded import LONGEST_MS, Coded, Mark, Unreadable, closest, ordered
from recorder.exchange.documents import quoted
from recorder.instruments.scheme import RESERVED
from recorder.measures.observation import Event

SUBJECT = "subject"
OBSERVERS = ("observer", "coder", "rater")
"""Names of the variable that says who coded, in any case."""

DAY_MS = 86_400_000
LARGEST = 256 * 1024 * 1024
"""Bytes of an unpacked project. More than that is packed only to fill a memory."""


def read(content: bytes, file: str, wanted: str | None = None) -> Coded:
    """Read one observation of a project.

    Parameters: `content`, its bytes; `file`, the name for sentences; `wanted`, the observation's id (None: the only
    one). Raises `Unreadable`.

    >>> project = b'''{"project_name": "p", "behaviors_conf": {"0": {"code": "move", "type": "Point event"}},
    ... "observations": {"A": {"type": "LIVE", "events": [[155.105, "", "move", "", ""]]}}}'''
    >>> read(project, "p.boris").marks[0].event.t_ms
    155105
    """
    project = parse(content, file)
    id = chosen(project["observations"], wanted, file)
    return coded(project, id, file)


def read_all(content: bytes, file: str) -> Iterator[Coded]:
    """Read every observation of a project, one after another. Raises `Unreadable`."""
    project = parse(content, file)
    if not project["observations"]:
        raise Unreadable(file, "it holds no observation")
    ethogram = _ethogram(project["behaviors_conf"], file)
    for id in project["observations"]:
        yield _coded(project, id, file, ethogram)


def parse(content: bytes, file: str) -> dict[str, Any]:
    """The project in a file, packed or not; its ethogram and its observations are objects. Raises `Unreadable`."""
    project = documents.parse(unpacked(content, file), file)
    if not isinstance(project, dict) or "behaviors_conf" not in project or "observations" not in project:
        raise Unreadable(file, "it is no BORIS project: its ethogram or its observations are missing")
    if not isinstance(project["observations"], dict):
        raise Unreadable(file, "its observations are not an object in braces")
    if not isinstance(project["behaviors_conf"], dict):
        raise Unreadable(file, "its ethogram is not an object in braces")
    return project


def unpacked(content: bytes, file: str) -> bytes:
    """The bytes in a gzip file, or the bytes themselves. Raises `Unreadable` for a torn file and for a bomb."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    packed = zlib.decompressobj(wbits=31)
    try:
        plain = packed.decompress(content, LARGEST)
    except zlib.error as error:
        raise Unreadable(file, "its packing is damaged: copy the file again") from error
    if packed.unconsumed_tail:
        raise Unreadable(file, f"it unpacks to more than {LARGEST // 2**20} MB, which no project is")
    if not packed.eof:
        raise Unreadable(file, "it breaks off in the middle: copy the file again")
    return plain


def coded(project: Mapping[str, Any], id: str, file: str) -> Coded:
    """One observation of a project that `parse` gave. Raises `Unreadable`."""
    return _coded(project, id, file, _ethogram(project["behaviors_conf"], file))


def _coded(project: Mapping[str, Any], id: str, file: str, ethogram: Mapping[str, _Behaviour]) -> Coded:
    read = _Reader(file, f"observation {quoted(id)}", ethogram).coded(id, project["observations"][id])
    around = {key: value for key, value in project.items() if key != "observations"}
    return replace(read, carried={"boris": {"project": around, "observation": project["observations"][id]}})


def scheme(coded: Coded) -> dict[str, Any] | None:
    """The ethogram that an observation carries, as a scheme; None when it carries none.

    Behaviours with length are states, all others markers: an ethogram does not say what is a cue or an answer, so
    nothing is counted as one until somebody says so.
    """
    carried = coded.carried.get("boris")
    if not carried:
        return None
    entries = [entry for entry in carried["project"]["behaviors_conf"].values() if entry["code"] not in RESERVED]
    lasting = {entry["code"] for entry in entries if is_state(entry)}
    return {
        "name": re.sub("[^a-z0-9]+", "-", str(carried["project"].get("project_name") or "").casefold()).strip("-")[:40]
        or "boris",
        "version": 1,
        "cues": [],
        "responses": [],
        "markers": [_said(entry) for entry in entries if entry["code"] not in lasting],
        "states": [_said(entry) for entry in entries if entry["code"] in lasting],
    }


def _said(entry: Mapping[str, Any]) -> dict[str, Any]:
    description = entry.get("description")
    words = {"definition": {"en": description}} if isinstance(description, str) and description.strip() else {}
    return {"code": entry["code"]} | words


def sources(carried: Mapping[str, Any], file: str) -> list[tuple[Mark, tuple[int, ...]]]:
    """The marks that a carried observation gives, each with the places of its one or two events in the list."""
    ethogram = _ethogram(carried["project"]["behaviors_conf"], file)
    reader = _Reader(file, "the BORIS observation that it carries", ethogram)
    taps, end_ms, _ = reader.taps(carried["observation"])
    return [(mark, numbers) for mark, numbers, _ in reader.marks(taps, end_ms)]


def chosen(observations: Mapping[str, Any], wanted: str | None, file: str) -> str:
    """The id of the observation that is wanted, or of the only one. Raises `Unreadable`."""
    if wanted is not None and wanted in observations:
        return wanted
    if not observations:
        raise Unreadable(file, "it holds no observation")
    some = ", ".join(quoted(id) for id in list(observations)[:12])
    if wanted is not None:
        close = closest(wanted, observations)
        cure = f"did you mean {quoted(close)}?" if close else f"there are {some}"
        raise Unreadable(file, f"it holds no observation {quoted(wanted)}: {cure}")
    if len(observations) > 1:
        raise Unreadable(file, f"it holds {len(observations)} observations ({some}): name one as {file}#OBSERVATION")
    return next(iter(observations))


def milliseconds(seconds: float) -> int:
    """Decimal seconds in whole milliseconds, halves upwards.

    >>> milliseconds(1.0005)
    1001
    """
    near = round(seconds * 1000)
    if abs(seconds * 1000 - near) < 0.4:  # far from a half, where binary fractions cannot matter
        return near
    # the shortest decimal of a float is what the file said
    return int((Decimal(repr(seconds)) * 1000).quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True)
class _Behaviour:
    """What the ethogram says about a code: whether it lasts, and what its sets of modifiers are called."""

    state: bool
    modifiers: tuple[str, ...]
    usable: bool = True


def _ethogram(entries: Mapping[str, Any], file: str) -> dict[str, _Behaviour]:
    found = {}
    for entry in entries.values():
        if not isinstance(entry, dict) or not isinstance(entry.get("code"), str):
            raise Unreadable(file, "a behaviour of its ethogram has no code")
        found[entry["code"]] = _Behaviour(
            state=is_state(entry),
            modifiers=modifier_sets(entry),
            usable=entry["code"].isprintable() and bool(entry["code"].strip()),
        )
    return found


def is_state(behaviour: Mapping[str, Any]) -> bool:
    """Whether a behaviour lasts."""
    return str(behaviour.get("type", "")).casefold().startswith("state")


def modifier_sets(behaviour: Mapping[str, Any]) -> tuple[str, ...]:
    """What the sets of modifiers of a behaviour are called; BORIS writes none as {}, "" or [].

    >>> modifier_sets({"modifiers": {"0": {"name": "tone"}, "1": {"name": ""}}})
    ('tone', 'modifier 2')
    """
    sets = behaviour.get("modifiers")
    named = [one.get("name") for one in sets.values() if isinstance(one, dict)] if isinstance(sets, dict) else []
    return tuple(str(name or f"modifier {number}") for number, name in enumerate(named, 1))


class _Tap(NamedTuple):
    """One event as BORIS stores it, and where it stands."""

    t_ms: int
    subject: str
    code: str
    modifiers: str
    note: str
    number: int

    @property
    def place(self) -> str:
        return f"event {self.number}"


@dataclass(frozen=True)
class _Reader:
    """Reads one observation; refuses in a sentence that names it."""

    file: str
    place: str
    ethogram: Mapping[str, _Behaviour]

    def refuse(self, sentence: str) -> NoReturn:
        raise Unreadable(self.file, f"{self.place}{sentence}")

    def coded(self, id: str, observation: object) -> Coded:
        taps, end_ms, duration_ms = self.taps(observation)
        assert isinstance(observation, dict)
        found = list(self.marks(taps, end_ms))
        return Coded(
            file=self.file,
            marks=ordered(mark for mark, _, _ in found),
            duration_ms=duration_ms,
            id=id,
            started_at=_with_zone(observation.get("date")),
            clock="video" if _kind(observation) == "MEDIA" else "monotonic",
            observer=_observer(observation.get("independent_variables")),
            states=frozenset(code for code, behaviour in self.ethogram.items() if behaviour.state),
            said=tuple(said for _, _, said in found if said),
        )

    def taps(self, observation: object) -> tuple[list[_Tap], int, int | None]:
        """The events, when the observation ends for a state that never stops, and how long it was if it says so."""
        if not isinstance(observation, dict) or not isinstance(observation.get("events"), list):
            self.refuse(" has no list of events")
        if (kind := _kind(observation)) not in ("LIVE", "MEDIA"):
            self.refuse(f" is of type {quoted(kind)}: only live and media observations have times")
        taps = [self.tap(event, number) for number, event in enumerate(observation["events"], 1)]
        if observation.get("start_from_current_epoch_time") is True and taps:
            taps = _of_their_day(taps)
        for tap in taps:
            if abs(tap.t_ms) > LONGEST_MS:
                self.refuse(f", {tap.place} lies more than a week from the start")
        duration_ms = self.duration(observation)
        last_ms = max((tap.t_ms for tap in taps), default=0)
        return taps, last_ms if duration_ms is None else duration_ms, duration_ms

    def tap(self, event: object, number: int) -> _Tap:
        if not isinstance(event, list) or len(event) < 3:
            self.refuse(f", event {number} is not a list of time, subject and code")
        time, subject, code, modifiers, note = event[:5] if len(event) > 4 else (*event, "", "")[:5]
        if not (type(subject) is type(code) is type(modifiers) is type(note) is str):
            # the Android program leaves out what is empty, and has null or {} for it
            words = ["" if word in (None, {}, []) else word for word in (subject, code, modifiers, note)]
            if not all(isinstance(word, str) for word in words):
                self.refuse(f", event {number}: subject, code, modifiers and comment must be texts")
            subject, code, modifiers, note = words
        if code not in self.ethogram:
            close = closest(code, self.ethogram)
            cure = f"did you mean {quoted(close)}?" if close else "add it there"
            self.refuse(f", event {number} has the code {quoted(code)}, which is not in the ethogram: {cure}")
        if not self.ethogram[code].usable:
            self.refuse(f", event {number} has the code {quoted(code)}, which cannot be a code: rename it")
        return _Tap(self.milliseconds(time, number), subject, code, modifiers, note, number)

    def milliseconds(self, seconds: object, of: int | str) -> int:
        place = f"event {of}" if isinstance(of, int) else of
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            self.refuse(f", {place}: {quoted(seconds)} is no time in seconds")
        if not abs(seconds) <= 2**31:  # NaN is not either
            self.refuse(f", {place}: {quoted(seconds)} is too large for a time in seconds")
        return milliseconds(seconds)

    def marks(self, taps: Sequence[_Tap], end_ms: int) -> Iterator[tuple[Mark, tuple[int, ...], str]]:
        """Points as they are; of states, each start with its stop. With each the places of its events in the list, and
        what is to be said about it."""
        started: dict[tuple[str, str, str], _Tap] = {}
        for tap in sorted(taps, key=lambda tap: (tap.t_ms, tap.subject, tap.code)):
            key = tap.subject, tap.code, tap.modifiers
            if not self.ethogram[tap.code].state:
                yield self.mark(tap, None), (tap.number - 1,), ""
            elif key in started:
                start = started.pop(key)
                yield self.mark(start, tap.t_ms), (start.number - 1, tap.number - 1), ""
            else:
                started[key] = tap
        for tap in started.values():
            mark = replace(self.mark(tap, max(tap.t_ms, end_ms)), unpaired=True)
            yield mark, (tap.number - 1,), self.unpaired(tap)

    def unpaired(self, tap: _Tap) -> str:
        who = f" of {tap.subject}" if tap.subject else ""
        return (
            f"{self.file}: {self.place}, {tap.place} is UNPAIRED: {quoted(tap.code)}{who} starts at "
            f"{tap.t_ms / 1000:.3f} s and never stops; it is taken to last to the end."
        )

    def mark(self, tap: _Tap, until_ms: int | None) -> Mark:
        said = {SUBJECT: tap.subject} if tap.subject else {}
        names = self.ethogram[tap.code].modifiers
        for number, value in enumerate(tap.modifiers.split("|")) if tap.modifiers else ():
            if value and value != "None":
                said[names[number] if number < len(names) else f"modifier {number + 1}"] = value
        return Mark(Event(tap.t_ms, tap.code, until_ms, modifiers=said, note=tap.note), tap.place)

    def duration(self, observation: Mapping[str, Any]) -> int | None:
        """The end of the interval that was coded, else the length of the first player's media, in ms."""
        interval = observation.get("observation time interval")
        if isinstance(interval, list) and len(interval) == 2 and interval[1]:
            return self.milliseconds(interval[1], "its interval")
        media, files = observation.get("media_info"), observation.get("file")
        lengths = media.get("length") if isinstance(media, dict) else None
        played = files.get("1") if isinstance(files, dict) else None
        if not isinstance(lengths, dict) or not isinstance(played, list) or not played:
            return None
        if not all(isinstance(path, str) and path in lengths for path in played):
            return None
        return sum(self.milliseconds(lengths[path], "the length of its media") for path in played) or None


def _kind(observation: Mapping[str, Any]) -> object:
    """LIVE, MEDIA or IMAGES; the Android program may leave it out, and it observes live only."""
    return observation.get("type") or "LIVE"


def _of_their_day(taps: list[_Tap]) -> list[_Tap]:
    """Seconds since 1970 become seconds of that day, the same for all who coded on it."""
    midnight = min(tap.t_ms for tap in taps) // DAY_MS * DAY_MS
    return [tap._replace(t_ms=tap.t_ms - midnight) for tap in taps]


def _with_zone(value: object) -> datetime | None:
    """When it started, if the file says in which zone; BORIS itself writes none."""
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return time if time and time.tzinfo else None


def _observer(variables: object) -> str | None:
    for name, value in variables.items() if isinstance(variables, dict) else ():
        if name.casefold() in OBSERVERS and isinstance(value, str) and value.strip():
            return value.strip()
    return None
