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
