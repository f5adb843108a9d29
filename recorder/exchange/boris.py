"""How do observations stand in a BORIS project (`*.boris`)?

One JSON object holds many observations by their id, and one ethogram. Times are decimal seconds and become whole
milliseconds, halves upwards, without passing through binary fractions. Of a state event BORIS stores neither start nor
stop: in order of time, the odd events of one subject, code and modifiers start it, the even ones stop it; a state that
never stops lasts to the end. Subject and modifiers become an event's modifiers, the subject under `subject`: nothing in
a project says who is child and who is caregiver. Nothing in the file is evaluated. An observation's length is its
interval or its media's; of a live one BORIS does not keep it. Pictures have no time and are refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NoReturn

from recorder.exchange import documents
from recorder.exchange.coded import LONGEST_MS, Coded, Mark, Unreadable, closest, ordered
from recorder.exchange.documents import quoted
from recorder.measures.observation import Event

SUBJECT = "subject"
OBSERVERS = ("observer", "coder", "rater")
"""Names of the variable that says who coded, in any case."""

DAY_MS = 86_400_000


def read(content: bytes, file: str, wanted: str | None = None) -> Coded:
    """Read one observation of a project.

    Parameters: `content`, its bytes; `file`, the name for sentences; `wanted`, the observation's id (None: the only
    one). Raises `Unreadable`.

    >>> project = b'''{"project_name": "p", "behaviors_conf": {"0": {"code": "move", "type": "Point event"}},
    ... "observations": {"A": {"type": "LIVE", "events": [[155.105, "", "move", "", ""]]}}}'''
    >>> read(project, "p.boris").marks[0].event.t_ms
    155105
    """
    project = documents.parse(content, file)
    if not isinstance(project, dict) or "behaviors_conf" not in project or "observations" not in project:
        raise Unreadable(file, "it is no BORIS project: its ethogram or its observations are missing")
    observations = project["observations"]
    if not isinstance(observations, dict):
        raise Unreadable(file, "its observations are not an object in braces")
    id = _chosen(observations, wanted, file)
    reader = _Reader(file, f"observation {quoted(id)}", _ethogram(project["behaviors_conf"], file))
    return reader.coded(id, observations[id])


def _chosen(observations: Mapping[str, Any], wanted: str | None, file: str) -> str:
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


@dataclass(frozen=True)
class _Behaviour:
    """What the ethogram says about a code: whether it lasts, and what its sets of modifiers are called."""

    state: bool
    modifiers: tuple[str, ...]


def _ethogram(entries: object, file: str) -> dict[str, _Behaviour]:
    if not isinstance(entries, dict):
        raise Unreadable(file, "its ethogram is not an object in braces")
    found = {}
    for entry in entries.values():
        if not isinstance(entry, dict) or not isinstance(entry.get("code"), str):
            raise Unreadable(file, "a behaviour of its ethogram has no code")
        sets = entry.get("modifiers")
        named = [one.get("name") for one in sets.values() if isinstance(one, dict)] if isinstance(sets, dict) else []
        found[entry["code"]] = _Behaviour(
            state=str(entry.get("type", "")).startswith("State"),
            modifiers=tuple(str(name or f"modifier {number}") for number, name in enumerate(named, 1)),
        )
    return found


@dataclass(frozen=True)
class _Tap:
    """One event as BORIS stores it, and where it stands."""

    t_ms: int
    subject: str
    code: str
    modifiers: str
    note: str
    place: str


@dataclass(frozen=True)
class _Reader:
    """Reads one observation; refuses in a sentence that names it."""

    file: str
    place: str
    ethogram: Mapping[str, _Behaviour]

    def refuse(self, sentence: str) -> NoReturn:
        raise Unreadable(self.file, f"{self.place}{sentence}")

    def coded(self, id: str, observation: object) -> Coded:
        if not isinstance(observation, dict) or not isinstance(observation.get("events"), list):
            self.refuse(" has no list of events")
        kind = observation.get("type")
        if kind not in ("LIVE", "MEDIA"):
            self.refuse(f" is of type {quoted(kind)}: only live and media observations have times")
        taps = [self.tap(event, number) for number, event in enumerate(observation["events"], 1)]
        if observation.get("start_from_current_epoch_time") is True and taps:
            taps = _of_their_day(taps)
        duration_ms = self.duration(observation)
        end_ms = max((tap.t_ms for tap in taps), default=0) if duration_ms is None else duration_ms
        for tap in taps:
            if abs(tap.t_ms) > LONGEST_MS:
                self.refuse(f", {tap.place} lies more than a week from the start")
        return Coded(
            file=self.file,
            marks=ordered(self.marks(taps, end_ms)),
            duration_ms=duration_ms,
            id=id,
            started_at=_with_zone(observation.get("date")),
            clock="video" if kind == "MEDIA" else "monotonic",
            observer=_observer(observation.get("independent_variables")),
            states=frozenset(code for code, behaviour in self.ethogram.items() if behaviour.state),
        )

    def tap(self, event: object, number: int) -> _Tap:
        place = f"event {number}"
        if not isinstance(event, list) or len(event) < 3:
            self.refuse(f", {place} is not a list of time, subject and code")
        time, subject, code, modifiers, note = (*event, "", "")[:5]
        if not all(isinstance(word, str) for word in (subject, code, modifiers, note)):
            self.refuse(f", {place}: subject, code, modifiers and comment must be texts")
        if code not in self.ethogram:
            close = closest(code, self.ethogram)
            cure = f"did you mean {quoted(close)}?" if close else "add it there"
            self.refuse(f", {place} has the code {quoted(code)}, which is not in the ethogram: {cure}")
        if not code.isprintable() or not code.strip():
            self.refuse(f", {place} has the code {quoted(code)}, which cannot be a code: rename it")
        return _Tap(self.milliseconds(time, place), subject, code, modifiers, note, place)

    def milliseconds(self, seconds: object, place: str) -> int:
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            self.refuse(f", {place}: {quoted(seconds)} is no time in seconds")
        if abs(seconds) > 2**31:
            self.refuse(f", {place}: {quoted(seconds)} is too large for a time in seconds")
        # the shortest decimal of a float is what the file said
        return int((Decimal(repr(seconds)) * 1000).quantize(Decimal(1), ROUND_HALF_UP))

    def marks(self, taps: list[_Tap], end_ms: int) -> Iterator[Mark]:
        """Points as they are; of states, each start with its stop."""
        started: dict[tuple[str, str, str], list[_Tap]] = defaultdict(list)
        for tap in sorted(taps, key=lambda tap: (tap.t_ms, tap.subject, tap.code)):
            if not self.ethogram[tap.code].state:
                yield self.mark(tap, None)
                continue
            going_on = started[tap.subject, tap.code, tap.modifiers]
            if going_on:
                yield self.mark(going_on.pop(), tap.t_ms)
            else:
                going_on.append(tap)
        for tap in (tap for going_on in started.values() for tap in going_on):
            yield self.mark(tap, max(tap.t_ms, end_ms))

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


def _of_their_day(taps: list[_Tap]) -> list[_Tap]:
    """Seconds since 1970 become seconds of that day, the same for all who coded on it."""
    midnight = min(tap.t_ms for tap in taps) // DAY_MS * DAY_MS
    return [_Tap(tap.t_ms - midnight, tap.subject, tap.code, tap.modifiers, tap.note, tap.place) for tap in taps]


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
