"""What does one observation say, in figures that each carry their n?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from recorder.measures.responsiveness import FollowUp, Pair

Interval = tuple[float, float]


@dataclass(frozen=True)
class Rule:
    """The rule under which cues and responses were linked: figures made under different rules are never pooled."""

    scheme: str
    scheme_hash: str
    merge_ms: int
    min_latency_ms: int
    windows_ms: Mapping[str, int]
    credit: str = "latest"


@dataclass(frozen=True)
class Latency:
    """How long an answer took, in ms. `median` is Kaplan-Meier's (None: not reached); the rest is of answered cues."""

    median: float | None
    answered_median: float | None
    answered_mean: float | None
    quartiles: Interval | None
    max: int | None


@dataclass(frozen=True)
class CueFigures:
    """Counts and rates over some cues. `codable` = answered + unanswered; `rate` is None when nothing was codable;
    `rate_interval` is Wilson's 95 %, None below five codable cues."""

    cues: int
    codable: int
    answered: int
    unanswered: int
    not_codable: int
    answered_by_another: int
    rate: float | None
    rate_interval: Interval | None
    latency: Latency


@dataclass(frozen=True)
class Fit:
    """How well answers fitted. `share` = sum of fit / answered, `strict` = answers with fit 1 / answered, `n` answered;
    `prompt_contingent_appropriate` = (answered in the window with fit 1, codable)."""

    share: float | None
    strict: float | None
    n: int
    prompt_contingent_appropriate: tuple[int, int]


@dataclass(frozen=True)
class Figures:
    """Everything that is computed from one observation (of one child), once."""

    version: int
    rule: Rule
    observed_ms: int
    overall: CueFigures
    by_cue: Mapping[str, CueFigures]
    distress: CueFigures
    non_distress: CueFigures
    fit: Fit | None
    follow_ups: int
    spontaneous: tuple[FollowUp, ...]
    late: tuple[FollowUp, ...]
    repair: tuple[int, int]
    balance: float | None
    per_minute: Mapping[str, float]
    pairs: tuple[Pair, ...]
    warnings: tuple[str, ...] = field(default=())
