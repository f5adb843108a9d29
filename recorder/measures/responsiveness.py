"""Which cue did a response answer, and how many cues were answered?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FollowUp:
    """A further response to a cue that was answered already: it answers nothing else."""

    t_ms: int
    code: str


@dataclass(frozen=True)
class Pair:
    """One cue and what became of it.

    `codes` holds the codes of a compound cue in order of onset. `status` is "answered", "unanswered", "not_codable"
    (the window was cut off before it could be seen whole) or "answered_by_another". `observed_ms` is how much of the
    window was seen. `fit` is the best fit of the response over `codes`: None without a response or without fit values.
    """

    cue_ms: int
    codes: tuple[str, ...]
    status: str
    window_ms: int
    observed_ms: int
    in_rate: bool
    distress: bool
    child: str | None = None
    response_ms: int | None = None
    response: str | None = None
    latency_ms: int | None = None
    fit: float | None = None
    follow_ups: tuple[FollowUp, ...] = ()
