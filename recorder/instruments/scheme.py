"""What can a coder tap, and which response fits which cue?

A *scheme* is data: cues (what the child does), responses (what the caregiver does), markers and states, a window for
each cue, and the fit of each response to each cue. All times are whole milliseconds. A published scheme never
changes; its SHA-256 over the canonical JSON of its document names it for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

RESERVED = frozenset({"OUT_OF_VIEW", "PAUSE_CLOCK", "SYNC"})
"""Codes that mean the same in every scheme: spans without a view of the child, spans without a clock, and the tap on
a spoken "now" that aligns two observers."""

Labels = Mapping[str, str]
"""A label for each language (`en`, `es`, ...)."""


@dataclass(frozen=True)
class Cue:
    """What the child does: `window_ms` is how long an answer may take, both ends inclusive; a tap of the same cue
    within `continues_ms` of its last tap prolongs it; `in_rate` false keeps it out of the overall figures."""

    code: str
    window_ms: int
    label: Labels = field(default_factory=dict)
    definition: Labels = field(default_factory=dict)
    distress: bool = False
    continues_ms: int = 0
    in_rate: bool = True


@dataclass(frozen=True)
class Response:
    """What the caregiver does. `harsh` marks a rough moment; `takes_over` marks steering with no need."""

    code: str
    label: Labels = field(default_factory=dict)
    definition: Labels = field(default_factory=dict)
    harsh: bool = False
    takes_over: bool = False

    @property
    def rough(self) -> bool:
        """Whether this is a rough moment: it can answer a cue, and never fits one."""
        return self.harsh or self.takes_over


@dataclass(frozen=True)
class Marker:
    """Something worth a mark that answers nothing (`REPAIR`: makes up)."""

    code: str
    label: Labels = field(default_factory=dict)
    definition: Labels = field(default_factory=dict)


@dataclass(frozen=True)
class State:
    """Something that goes on for a while, with a start and an end."""

    code: str
    label: Labels = field(default_factory=dict)
    definition: Labels = field(default_factory=dict)


@dataclass(frozen=True)
class Scheme:
    """A coding scheme, as read from its document; `hash` is the SHA-256 of that document's canonical JSON."""

    name: str
    version: int
    cues: tuple[Cue, ...]
    responses: tuple[Response, ...]
    markers: tuple[Marker, ...] = ()
    states: tuple[State, ...] = ()
    exclusive: tuple[tuple[str, ...], ...] = ()
    ignored: frozenset[str] = frozenset()
    fit: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    merge_ms: int = 0
    min_latency_ms: int = 0
    label: Labels = field(default_factory=dict)
    licence: str = ""
    validated: bool = False
    hash: str = ""

    @property
    def id(self) -> str:
        """Name and version, as observation files write them: `serve-and-return/1`."""
        return f"{self.name}/{self.version}"

    def cue(self, code: str) -> Cue | None:
        """The cue with this code, or None."""
        return next((cue for cue in self.cues if cue.code == code), None)

    def response(self, code: str) -> Response | None:
        """The response with this code, or None."""
        return next((response for response in self.responses if response.code == code), None)

    def codes(self) -> frozenset[str]:
        """Every code that an event may carry, the reserved ones included."""
        parts: tuple[Iterable[Cue | Response | Marker | State], ...]
        parts = (self.cues, self.responses, self.markers, self.states)
        return frozenset(item.code for part in parts for item in part) | RESERVED
