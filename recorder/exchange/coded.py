"""What does a file hold, before a scheme says what its codes mean?

A `Coded` is what every format can be read into and written from: marks on a time line, in whole milliseconds from the
start, and what the file says beside them. `observation` gives it its scheme and refuses what the scheme does not know.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from recorder.instruments.library import builtin
from recorder.instruments.scale import Scale
from recorder.instruments.scheme import RESERVED, Scheme
from recorder.measures.observation import (
    Event,
    InvalidObservation,
    Keep,
    Observation,
    Person,
    Value,
    validate,
)
from recorder.measures.ratings import check

LONGEST_MS = 7 * 24 * 3_600_000
"""A week: nothing that was observed is longer, but a time in microseconds is."""


class Unreadable(ValueError):
    """A file that cannot be taken; the message is one sentence: file, place, cure."""

    def __init__(self, file: str, sentence: str) -> None:
        super().__init__(f"{file}: {sentence}" if sentence.endswith("?") else f"{file}: {sentence}.")


@dataclass(frozen=True)
class Mark:
    """One event, the place where it stands in its file ("line 7"), and what the end review answered for it; `unpaired`
    when its file says that it starts, and not that it stops."""

    event: Event
    place: str
    review: str | None = None
    unpaired: bool = False


@dataclass(frozen=True)
class Coded:
    """One observation as its file holds it.

    `scheme` is a scheme's name, its document, or None when the file names none; `duration_ms` is None when the file
    does not say; `last_ms` is the last offset of any mark; `states` are the codes that the file itself calls states.
    `said` are sentences about what reading had to assume or leave out; `carried` is what another program's file holds
    and we have no place for, by the program's name, so that it can be written back.
    """

    file: str
    marks: tuple[Mark, ...]
    duration_ms: int | None = None
    scheme: str | Mapping[str, Any] | None = None
    id: str | None = None
    started_at: datetime | None = None
    clock: str = "monotonic"
    observer: str | None = None
    role: str = "primary"
    context: str | None = None
    children: tuple[Person, ...] = ()
    caregivers: tuple[Person, ...] = ()
    ratings: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    keeps: tuple[Keep, ...] = ()
    states: frozenset[str] = frozenset()
    said: tuple[str, ...] = ()
    carried: Mapping[str, Any] = field(default_factory=dict)

    @property
    def last_ms(self) -> int:
        """The last offset of any mark, in ms; 0 without marks."""
        return max((_end(mark.event) for mark in self.marks), default=0)


def ordered(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Marks in order of time; equal times in an order that does not depend on the file's."""
    return tuple(sorted(marks, key=order))


def order(mark: Mark) -> tuple[Any, ...]:
    """What a mark is, without where it was read; it orders marks too."""
    event = mark.event
    return (
        event.t_ms,
        event.code,
        -1 if event.until_ms is None else event.until_ms,
        event.child or "",
        event.by or "",
        event.note,
        sorted(event.modifiers.items()),
        mark.review or "",
    )


def _end(event: Event) -> int:
    return event.t_ms if event.until_ms is None else max(event.t_ms, event.until_ms)


def observation(coded: Coded, scheme: Scheme) -> Observation:
    """Give what a file holds its scheme.

    Parameters: `coded`, as read; `scheme`, whose ignored codes are left out (their offsets still count for the
    duration, which is the last offset when the file does not say). Returns a valid `Observation`. Raises `Unreadable`
    for an unknown code (naming the closest), for a time outside the observation, for a span that ends before it
    starts, and for whatever else cannot be measured.

    >>> from recorder.instruments.scheme import Cue, Response
    >>> scheme = Scheme("own", 1, (Cue("CHI", 5000),), (Response("FEM"),), ignored=frozenset({"OCH"}))
    >>> read = Coded("a.csv", (Mark(Event(100, "CHI"), "line 2"), Mark(Event(900, "OCH"), "line 3")))
    >>> observation(read, scheme).duration_ms
    900
    """
    duration_ms = coded.last_ms if coded.duration_ms is None else coded.duration_ms
    if duration_ms <= 0:
        raise Unreadable(coded.file, "nothing in it says how long the observation was: give --duration-ms")
    marks = ordered(mark for mark in coded.marks if mark.event.code not in scheme.ignored)
    for mark in marks:
        _check(mark, scheme, duration_ms, coded.file)
    seen = Observation(
        scheme=scheme,
        duration_ms=duration_ms,
        events=tuple(mark.event for mark in marks),
        id=coded.id,
        started_at=coded.started_at,
        clock=coded.clock,
        observer=coded.observer,
        role=coded.role,
        context=coded.context,
        children=coded.children,
        caregivers=coded.caregivers,
        ratings=coded.ratings,
        keeps=coded.keeps,
        reviews={place: mark.review for place, mark in enumerate(marks) if mark.review},
    )
    try:
        validate(seen)
        _check_ratings(seen)
    except InvalidObservation as error:
        raise Unreadable(coded.file, str(error).rstrip(".")) from error
    return seen


def _check_ratings(seen: Observation) -> None:
    for instrument, values in seen.ratings.items():
        scale = _builtin_scale(instrument)
        if scale is None:
            continue
        for item, value in values.items():
            try:
                check(scale, item, value)
            except ValueError as error:
                raise InvalidObservation(f"in its ratings {error}") from error


def _builtin_scale(instrument: str) -> Scale | None:
    """A programme's own scales are not known here; those that are built in are."""
    try:
        found = builtin(instrument)
    except LookupError:
        return None
    return found if isinstance(found, Scale) else None


def _check(mark: Mark, scheme: Scheme, duration_ms: int, file: str) -> None:
    event = mark.event
    if event.code not in scheme.codes():
        known = sorted(scheme.codes() | scheme.ignored)
        raise Unreadable(
            file, f'{mark.place} has the code "{event.code}", which {scheme.id} does not know: {_instead(event, known)}'
        )
    what = f"{mark.place} ({event.code} at {event.t_ms} ms)"
    if event.until_ms is not None and event.until_ms < event.t_ms:
        raise Unreadable(file, f"{what} ends at {event.until_ms} ms, before it starts: correct one of the two")
    if event.t_ms < 0 or _end(event) > duration_ms:
        raise Unreadable(
            file, f"{what} lies outside the observation (0 to {duration_ms} ms): correct it, or give --duration-ms"
        )


def _instead(event: Event, known: list[str]) -> str:
    close = closest(event.code, known)
    if close:
        return f'did you mean "{close}"?'
    return f"its codes are {', '.join(code for code in known if code not in RESERVED)}"


def closest(word: str, words: Iterable[str]) -> str | None:
    """The word that was probably meant, or None.

    >>> closest("TLAK", ["TALK", "TOUCH"])
    'TALK'
    """
    by_case = {candidate.casefold(): candidate for candidate in words}
    found = difflib.get_close_matches(word.casefold()[:200], by_case, n=1)
    return by_case[found[0]] if found else None


def without_people(coded: Coded) -> Coded:
    """The same marks for a format that cannot list people: whoever is focal is left unsaid, as everywhere."""
    child = coded.children[0].id if coded.children else None
    caregiver = coded.caregivers[0].id if coded.caregivers else None

    def plain(event: Event) -> Event:
        return replace(
            event,
            child=None if event.child == child else event.child,
            by=None if event.by == caregiver else event.by,
        )

    return replace(coded, marks=tuple(replace(mark, event=plain(mark.event)) for mark in coded.marks))
