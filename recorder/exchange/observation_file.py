"""How does an observation stand in its own file, `*.observation.json`?

One JSON object, `"format": "observation/1"`, UTF-8, times in whole milliseconds from the start. It is read strictly: a
key that is not known is refused, because a misspelt `until_ms` would change figures in silence. The same document
without its events travels inside other formats that have room for it (`heading`, `read_heading`). `carried` holds what
another program's file said beside it, untouched: from there it is written back into that program's format.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn, TypeVar

from recorder.exchange import documents
from recorder.exchange.coded import LONGEST_MS, Coded, Mark, Unreadable, closest, ordered
from recorder.exchange.documents import compact, quoted
from recorder.measures.observation import Event, Keep, Person, Value

FORMAT = "observation/1"
CLOCKS = ("monotonic", "video")
ROLES = ("primary", "second", "practice")
KEEPS = ("comfort", "glad", "explore", "own")
REVIEWS = ("gave_space", "carried_on", "not_sure")

KEYS = (
    "format", "id", "scheme", "started_at", "duration_ms", "clock", "observer", "role", "context", "children",
    "caregivers", "events", "ratings", "keeps", "carried",
)  # fmt: skip
EVENT_KEYS = ("t_ms", "until_ms", "code", "child", "by", "modifiers", "note", "review")

Taken = TypeVar("Taken")


def read(content: bytes, file: str) -> Coded:
    """Read an observation file.

    Parameters: `content`, its bytes; `file`, the name for sentences. Raises `Unreadable`.

    >>> read(b'{"format": "observation/1", "duration_ms": 60000, "events": [{"t_ms": 1, "code": "VOC"}]}', "a").last_ms
    1
    """
    document = documents.parse(content, file)
    if not isinstance(document, dict) or "format" not in document:
        raise Unreadable(file, f'it is not an observation file: "format": "{FORMAT}" is missing')
    if document["format"] != FORMAT:
        raise Unreadable(file, f"its format is {quoted(document['format'])}, this program reads {quoted(FORMAT)}")
    return _coded(document, file)


def read_heading(document: object, file: str) -> Coded:
    """Read what `heading` made: an observation without events."""
    if not isinstance(document, dict):
        raise Unreadable(file, "what it says about the observation is not an object")
    return _coded({**document, "events": []}, file)


def _coded(document: dict[str, Any], file: str) -> Coded:
    reader = _Reader(file)
    reader.keys(document, KEYS, "the observation")
    if "duration_ms" not in document:
        reader.refuse("duration_ms is missing: say how long the observation was")
    events = reader.items(document, "events")
    return Coded(
        file=file,
        marks=ordered(_mark(item, f"events[{place}]", reader) for place, item in enumerate(events)),
        duration_ms=reader.milliseconds(document["duration_ms"], "duration_ms"),
        scheme=_scheme(document.get("scheme"), reader),
        id=reader.optional(document, "id", reader.word),
        started_at=reader.optional(document, "started_at", reader.time),
        clock=reader.choice(document.get("clock", CLOCKS[0]), "clock", CLOCKS),
        observer=reader.optional(document, "observer", reader.word),
        role=reader.choice(document.get("role", ROLES[0]), "role", ROLES),
        context=reader.optional(document, "context", reader.word),
        children=_people(reader.items(document, "children"), "children", reader),
        caregivers=_people(reader.items(document, "caregivers"), "caregivers", reader),
        ratings=_ratings(document.get("ratings") or {}, reader),
        keeps=tuple(_keep(item, f"keeps[{n}]", reader) for n, item in enumerate(reader.items(document, "keeps"))),
        carried=reader.braces(document.get("carried") or {}, "carried"),
    )


def _mark(item: object, place: str, reader: _Reader) -> Mark:
    item = reader.braces(item, place, EVENT_KEYS, needed=("t_ms", "code"))
    review = item.get("review")
    event = Event(
        t_ms=reader.milliseconds(item["t_ms"], f"t_ms of {place}"),
        code=reader.word(item["code"], f"code of {place}"),
        until_ms=reader.optional(item, "until_ms", reader.milliseconds, place),
        child=reader.optional(item, "child", reader.word, place),
        by=reader.optional(item, "by", reader.word, place),
        modifiers=reader.words(item.get("modifiers") or {}, f"modifiers of {place}"),
        note=reader.text(item.get("note", ""), f"note of {place}"),
    )
    return Mark(event, place, None if review is None else reader.choice(review, f"review of {place}", REVIEWS))


def _scheme(value: object, reader: _Reader) -> str | dict[str, Any] | None:
    if value is None or isinstance(value, dict):
        return value
    return reader.word(value, "scheme")


def _people(items: list[Any], place: str, reader: _Reader) -> tuple[Person, ...]:
    keys = ("id", "age_months") if place == "children" else ("id",)
    people = []
    for number, item in enumerate(items):
        here = f"{place}[{number}]"
        item = reader.braces(item, here, keys, needed=("id",))
        age = reader.optional(item, "age_months", reader.months, here)
        people.append(Person(reader.word(item["id"], f"id of {here}"), age))
    return tuple(people)


def _ratings(value: object, reader: _Reader) -> dict[str, dict[str, Value]]:
    ratings: dict[str, dict[str, Value]] = {}
    for instrument, values in reader.braces(value, "ratings").items():
        place = f"ratings of {quoted(instrument)}"
        ratings[instrument] = {
            item: reader.rating(rating, f"{item} in the {place}")
            for item, rating in reader.braces(values, place).items()
        }
    return ratings


def _keep(item: object, place: str, reader: _Reader) -> Keep:
    item = reader.braces(item, place, ("t_ms", "kind", "note"), needed=("t_ms", "kind"))
    return Keep(
        reader.milliseconds(item["t_ms"], f"t_ms of {place}"),
        reader.choice(item["kind"], f"kind of {place}", KEEPS),
        reader.text(item.get("note", ""), f"note of {place}"),
    )


@dataclass(frozen=True)
class _Reader:
    """Takes values of the right kind, and refuses others in a sentence that names the file and the place."""

    file: str

    def refuse(self, sentence: str) -> NoReturn:
        raise Unreadable(self.file, sentence)

    def keys(self, document: dict[str, Any], known: tuple[str, ...], place: str) -> None:
        for key in document:
            if key not in known:
                close = closest(key, known)
                cure = f'did you mean "{close}"?' if close else f"known are {', '.join(known)}"
                self.refuse(f"{place} has the key {quoted(key)}, which is not known: {cure}")

    def braces(
        self, value: object, place: str, known: tuple[str, ...] | None = None, needed: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.refuse(f"{place} must be an object in braces, not {quoted(value)}")
        if known is not None:
            self.keys(value, known, place)
        for key in needed:
            if key not in value:
                self.refuse(f"{place} has no {key}")
        return value

    def items(self, document: dict[str, Any], key: str) -> list[Any]:
        value = document.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.refuse(f"{key} must be a list in brackets, not {quoted(value)}")
        return value

    def optional(
        self, document: dict[str, Any], key: str, take: Callable[[object, str], Taken], of: str = ""
    ) -> Taken | None:
        value = document.get(key)
        return None if value is None else take(value, f"{key} of {of}" if of else key)

    def milliseconds(self, value: object, place: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            self.refuse(f"{place} must be a whole number of milliseconds, not {quoted(value)}")
        if abs(value) > LONGEST_MS:
            self.refuse(f"{place} is more than a week: times are milliseconds from the start of the observation")
        return value

    def months(self, value: object, place: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 240:
            self.refuse(f"{place} must be a whole number of months, not {quoted(value)}")
        return value

    def rating(self, value: object, place: str) -> Value:
        if value is None or value == "NOB" or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        self.refuse(f'{place} must be a whole number, "NOB" or null, not {quoted(value)}')

    def text(self, value: object, place: str) -> str:
        if not isinstance(value, str):
            self.refuse(f"{place} must be text in quotes, not {quoted(value)}")
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            self.refuse(f"{place} has half a character in it: write it again")
        return value

    def word(self, value: object, place: str) -> str:
        word = self.text(value, place)
        if not word or word != word.strip() or not word.isprintable():
            self.refuse(f"{place} must be a word without blanks around it, not {quoted(word)}")
        return word

    def words(self, value: object, place: str) -> dict[str, str]:
        return {
            self.word(key, f"a name in the {place}"): self.text(word, f"{key} in the {place}")
            for key, word in self.braces(value, place).items()
        }

    def choice(self, value: object, place: str, choices: tuple[str, ...]) -> str:
        if not isinstance(value, str) or value not in choices:
            self.refuse(f"{place} must be one of {', '.join(choices)}, not {quoted(value)}")
        return value

    def time(self, value: object, place: str) -> datetime:
        try:
            time = datetime.fromisoformat(self.text(value, place))
        except ValueError:
            self.refuse(f"{place} must be a time such as 2026-03-02T10:04:11.250-05:00, not {quoted(value)}")
        if time.tzinfo is None:
            self.refuse(f"{place} must end in its distance from UTC, such as -05:00, not {quoted(value)}")
        return time


def write(coded: Coded) -> bytes:
    """Write an observation file, one event a line, so that two versions can be compared.

    Raises `Unreadable` when neither the file nor an option named a scheme: without one nobody could read it.
    """
    if coded.scheme is None:
        raise Unreadable(coded.file, "it names no scheme, and an observation file needs one: give --scheme")
    lines = [f" {compact(key)}: {compact(value)}" for key, value in heading(coded).items()]
    events = ",\n  ".join(compact(_event(mark)) for mark in ordered(coded.marks))
    lines.append(f' "events": [\n  {events}\n ]')
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def heading(coded: Coded) -> dict[str, Any]:
    """The document of an observation without its events; what is not known is left out."""
    said = {
        "format": FORMAT,
        "id": coded.id,
        "scheme": coded.scheme,
        "started_at": coded.started_at.isoformat() if coded.started_at else None,
        "duration_ms": coded.last_ms if coded.duration_ms is None else coded.duration_ms,
        "clock": coded.clock,
        "observer": coded.observer,
        "role": coded.role,
        "context": coded.context,
        "children": [_person(person) for person in coded.children],
        "caregivers": [_person(person) for person in coded.caregivers],
        "ratings": coded.ratings,
        "keeps": [{"t_ms": keep.t_ms, "kind": keep.kind, **_note(keep.note)} for keep in coded.keeps],
        "carried": coded.carried,
    }
    return {key: value for key, value in said.items() if value is not None and value != [] and value != {}}


def _event(mark: Mark) -> dict[str, Any]:
    event = mark.event
    said = {
        "t_ms": event.t_ms,
        "until_ms": event.until_ms,
        "code": event.code,
        "child": event.child,
        "by": event.by,
        "modifiers": dict(event.modifiers) or None,
        **_note(event.note),
        "review": mark.review,
    }
    return {key: value for key, value in said.items() if value is not None}


def _person(person: Person) -> dict[str, Any]:
    return {"id": person.id} | ({} if person.age_months is None else {"age_months": person.age_months})


def _note(note: str) -> dict[str, str]:
    return {"note": note} if note else {}
