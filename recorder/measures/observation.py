"""What was seen, when, and for how long could it be seen?

An `Observation` is a pure value: events on one time line, in whole milliseconds from its start. A point event has no
`until_ms`; a span has. Observed time is the time with a running clock and the child in view. Nothing in here knows a
database, a file or a screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from recorder.instruments.scheme import Scheme

Span = tuple[int, int]
"""A stretch of time, in ms: it holds its start, not its end."""

Value = int | str | None
"""A rating: a whole number, "NOB" (not observed), or None (not rated)."""


class InvalidObservation(ValueError):
    """An observation that cannot be measured; the message is one sentence that names the event."""


@dataclass(frozen=True)
class Event:
    """A tap: a code at a time. `child` and `by` name who (None: the focal ones); `until_ms` ends a span."""

    t_ms: int
    code: str
    until_ms: int | None = None
    child: str | None = None
    by: str | None = None
    modifiers: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Keep:
    """A moment worth keeping, marked by the visitor for the sheet. `kind`: comfort, glad, explore or own."""

    t_ms: int
    kind: str
    note: str = ""


@dataclass(frozen=True)
class Person:
    """A child or caregiver of this observation; `age_months` is known for children only."""

    id: str
    age_months: int | None = None


@dataclass(frozen=True)
class Observation:
    """One observation: what a scheme's codes were tapped, in order of time, over `duration_ms`.

    `children[0]` and `caregivers[0]` are focal. `ratings` is {scale set id: {scale id: value}}. `reviews` is what the
    end review answered for an event, by its place in `events`: "gave_space", "carried_on", "not_sure".
    """

    scheme: Scheme
    duration_ms: int
    events: tuple[Event, ...]
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
    reviews: Mapping[int, str] = field(default_factory=dict)


UNSEEN = ("OUT_OF_VIEW", "PAUSE_CLOCK")
LONGEST_MS = 86_400_000
"""No observation lasts longer than a day: a longer duration is a slip, and would be counted second by second."""


def validate(observation: Observation) -> None:
    """Refuse, with one sentence that names the event, an observation that cannot be measured.

    Raises `InvalidObservation`: a time outside the observation, an unknown code, a span that ends before it starts,
    overlapping pauses, a time that is no whole number of milliseconds.

    >>> from recorder.instruments.scheme import Cue, Scheme
    >>> validate(Observation(Scheme("s", 1, (Cue("VOC", 5000),), ()), 60_000, (Event(61_000, "VOC"),)))
    Traceback (most recent call last):
    recorder.measures.observation.InvalidObservation: Event 1 (VOC at 61000 ms): it lies outside the observation \
of 60000 ms.
    """
    if not _whole(observation.duration_ms) or observation.duration_ms <= 0:
        raise InvalidObservation(f"The duration must be a whole number of ms above 0, not {observation.duration_ms!r}.")
    if observation.duration_ms > LONGEST_MS:
        raise InvalidObservation(f"A duration of {observation.duration_ms} ms is longer than a day.")
    known = observation.scheme.codes() | observation.scheme.ignored
    for number, event in enumerate(observation.events, 1):
        fault = _fault(event, observation.duration_ms, known)
        if fault:
            raise InvalidObservation(f"Event {number} ({event.code} at {event.t_ms!r} ms): {fault}.")
    _refuse_overlap(observation)


def _fault(event: Event, duration_ms: int, known: frozenset[str]) -> str:
    if not _whole(event.t_ms):
        return "its time must be a whole number of ms"
    if not isinstance(event.code, str) or event.code not in known:
        return "the scheme has no such code"
    if not 0 <= event.t_ms <= duration_ms:
        return f"it lies outside the observation of {duration_ms} ms"
    if event.until_ms is None:
        return ""
    if not _whole(event.until_ms):
        return "its end must be a whole number of ms"
    if event.until_ms < event.t_ms:
        return f"it ends at {event.until_ms} ms, before it starts"
    if event.until_ms > duration_ms:
        return f"it ends at {event.until_ms} ms, outside the observation of {duration_ms} ms"
    return ""


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _refuse_overlap(observation: Observation) -> None:
    for code in UNSEEN:
        spans = sorted((e.t_ms, _until(e, observation)) for e in observation.events if e.code == code)
        for (start, end), (following, _) in zip(spans, spans[1:], strict=False):
            if following < end:
                raise InvalidObservation(
                    f"{code} from {start} to {end} ms overlaps the {code} that starts at {following} ms."
                )


def _until(event: Event, observation: Observation) -> int:
    """The end of a span without one is the end of the observation: nobody said that the child came back."""
    return observation.duration_ms if event.until_ms is None else event.until_ms


def focal_caregiver(observation: Observation) -> str | None:
    """Whose answers make the rate: the first caregiver that is listed; None when there is none.

    >>> from recorder.instruments.scheme import Scheme
    >>> focal_caregiver(Observation(Scheme("s", 1, (), ()), 1000, (), caregivers=(Person("mum"), Person("gran"))))
    'mum'
    """
    return observation.caregivers[0].id if observation.caregivers else None


def is_of(event: Event, observation: Observation, child: str | None) -> bool:
    """Whether an event belongs to this child (None: the focal one): to the child it names, else to the focal one.

    >>> from recorder.instruments.scheme import Scheme
    >>> twins = Observation(Scheme("s", 1, (), ()), 1000, (), children=(Person("noor"), Person("sami")))
    >>> is_of(Event(5, "VOC"), twins, "noor"), is_of(Event(5, "VOC", child="sami"), twins, None)
    (True, False)
    """
    focal = observation.children[0].id if observation.children else None
    return (event.child or focal) == (child or focal)


def unseen(observation: Observation) -> tuple[Span, ...]:
    """The stretches without a running clock or a view of the child, in order, overlaps joined.

    >>> from recorder.instruments.scheme import Scheme
    >>> gaps = (Event(0, "PAUSE_CLOCK", 9000), Event(8000, "OUT_OF_VIEW", 10_000))
    >>> unseen(Observation(Scheme("s", 1, (), ()), 60_000, gaps))
    ((0, 10000),)
    """
    joined: list[Span] = []
    for start, end in sorted((e.t_ms, _until(e, observation)) for e in observation.events if e.code in UNSEEN):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def observed_ms(observation: Observation) -> int:
    """How long, in ms, the clock ran with the child in view.

    >>> from recorder.instruments.scheme import Cue, Scheme
    >>> scheme = Scheme("s", 1, (Cue("VOC", 5000),), ())
    >>> observed_ms(Observation(scheme, 60_000, (Event(10_000, "OUT_OF_VIEW", 25_000),)))
    45000
    """
    return observation.duration_ms - sum(end - start for start, end in unseen(observation))
