"""What can a coder tap, and which response fits which cue?

A *scheme* is data: cues (what the child does), responses (what the caregiver does), markers and states, a window for
each cue, and the fit of each response to each cue. All times are whole milliseconds. A published scheme never
changes; its SHA-256 over the canonical JSON of its document names it for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from recorder.instruments import entries
from recorder.instruments.edition import Edition, Labels
from recorder.instruments.entries import InvalidInstrument

RESERVED = frozenset({"OUT_OF_VIEW", "PAUSE_CLOCK", "SYNC"})
"""Codes that mean the same in every scheme: spans without a view of the child, spans without a clock, and the tap on
a spoken "now" that aligns two observers."""


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
class Scheme(Edition):
    """A coding scheme, as read from its document."""

    cues: tuple[Cue, ...]
    responses: tuple[Response, ...]
    markers: tuple[Marker, ...] = ()
    states: tuple[State, ...] = ()
    exclusive: tuple[tuple[str, ...], ...] = ()
    ignored: frozenset[str] = frozenset()
    fit: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    merge_ms: int = 0
    min_latency_ms: int = 0

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


def read(document: Mapping[str, Any]) -> Scheme:
    """The scheme that a document describes. Only `cues` with `code` and `window_ms` and `responses` with `code` are
    needed. Raises `InvalidInstrument`."""
    scheme = Scheme(
        **entries.edition(document, "The scheme"),
        cues=tuple(_cue(entry) for entry in entries.objects(document, "cues", "cue")),
        responses=tuple(_response(entry) for entry in entries.objects(document, "responses", "response")),
        markers=tuple(Marker(*_named(entry, "Marker")) for entry in entries.objects(document, "markers", "marker")),
        states=tuple(State(*_named(entry, "State")) for entry in entries.objects(document, "states", "state")),
        exclusive=tuple(tuple(entries.codes(group, "exclusive")) for group in entries.items(document, "exclusive")),
        ignored=frozenset(entries.codes(entries.items(document, "ignored"), "ignored")),
        fit=_fit(document),
        merge_ms=entries.whole(document, "merge_ms", "The scheme", default=0),
        min_latency_ms=entries.whole(document, "min_latency_ms", "The scheme", default=0),
    )
    _each_code_once(scheme)
    _known_codes(scheme)
    return scheme


def _cue(entry: Mapping[str, Any]) -> Cue:
    code, label, definition = _named(entry, "Cue")
    where = f"Cue {code}"
    return Cue(
        code=code,
        window_ms=entries.whole(entry, "window_ms", where, low=1),
        label=label,
        definition=definition,
        distress=entries.flag(entry, "distress", where, default=False),
        continues_ms=entries.whole(entry, "continues_ms", where, default=0),
        in_rate=entries.flag(entry, "in_rate", where, default=True),
    )


def _response(entry: Mapping[str, Any]) -> Response:
    code, label, definition = _named(entry, "Response")
    where = f"Response {code}"
    harsh = entries.flag(entry, "harsh", where, default=False)
    return Response(code, label, definition, harsh, entries.flag(entry, "takes_over", where, default=False))


def _named(entry: Mapping[str, Any], kind: str) -> tuple[str, Labels, Labels]:
    code = entry["code"]
    where = f"{kind} {code}"
    return code, entries.labels(entry, "label", where), entries.labels(entry, "definition", where)


def _fit(document: Mapping[str, Any]) -> Mapping[str, Mapping[str, float]]:
    table = document.get("fit") or {}
    if not isinstance(table, Mapping) or not all(isinstance(row, Mapping) for row in table.values()):
        raise InvalidInstrument('The fit is a table: {"VOC": {"TALK": 1}}.')
    for cue, row in table.items():
        for response, value in row.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
                raise InvalidInstrument(f"The fit of {response} to {cue} must be a number from 0 to 1.")
    return {cue: dict(row) for cue, row in table.items()}


def _each_code_once(scheme: Scheme) -> None:
    seen: set[str] = set(RESERVED)
    for part in (scheme.cues, scheme.responses, scheme.markers, scheme.states):
        for entry in part:
            if entry.code in RESERVED:
                raise InvalidInstrument(f"The code {entry.code} is reserved: it means the same in every scheme.")
            if entry.code in seen:
                raise InvalidInstrument(f"The code {entry.code} is there twice.")
            seen.add(entry.code)
    if twice := scheme.ignored & seen:
        raise InvalidInstrument(f"The code {min(twice)} cannot be used and ignored at once.")


def _known_codes(scheme: Scheme) -> None:
    responses = {response.code: response for response in scheme.responses}
    for cue, row in scheme.fit.items():
        if scheme.cue(cue) is None:
            raise InvalidInstrument(f"The fit names {cue}, which is no cue of this scheme.")
        for code, value in row.items():
            if code not in responses:
                raise InvalidInstrument(f"The fit names {code}, which is no response of this scheme.")
            if value and responses[code].rough:
                raise InvalidInstrument(f"{code} is a rough moment: it can answer {cue}, but its fit must be 0.")
    for code in (code for group in scheme.exclusive for code in group):
        if code not in scheme.codes():
            raise InvalidInstrument(f"The exclusive codes name {code}, which is not in this scheme.")
