"""How long does an answer take, when some answers never came?

Times are milliseconds from a cue's onset. A cue without an answer is not left out: it is *censored* at the time for
which it was watched, and Kaplan-Meier's estimate takes it into account. The median of the answered cues alone is
biased: it forgets the slowest.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_TOLERANCE = 1.5e-8  # R's, so that an S of one half is recognised through rounding


@dataclass(frozen=True)
class Step:
    """A step of the survival curve: at `time_ms` the share of cues still unanswered falls to `survival`."""

    time_ms: float
    survival: float
    at_risk: int


def kaplan_meier(times_ms: Sequence[float], answered: Sequence[bool]) -> tuple[Step, ...]:
    """Kaplan-Meier's curve of cues still unanswered.

    Parameters: `times_ms`, for each cue the latency or the time watched; `answered`, for each cue whether it was an
    answer. At equal times answers come before censorings. Source: Kaplan & Meier 1958, JASA 53:457.

    >>> [(step.time_ms, round(step.survival, 3)) for step in kaplan_meier([1000, 2000, 5000], [True, True, False])]
    [(1000, 0.667), (2000, 0.333)]
    """
    if len(times_ms) != len(answered):
        raise ValueError("every cue needs a time and whether it was answered")
    answers = Counter(time for time, answer in zip(times_ms, answered, strict=True) if answer)
    ordered = sorted(times_ms)
    survival, steps = 1.0, []
    for time in sorted(answers):
        at_risk = len(ordered) - bisect_left(ordered, time)
        survival *= 1 - answers[time] / at_risk
        steps.append(Step(time, survival, at_risk))
    return tuple(steps)


def median(steps: Sequence[Step]) -> float | None:
    """The time by which half of the cues were answered, in ms; None when that was not reached ("more than W").

    Where the curve lies at exactly one half, the midpoint of that level is taken, as R's `survival` does: without
    censoring it equals the ordinary median.

    >>> median(kaplan_meier([1000, 2000, 3000, 4000], [True] * 4))
    2500.0
    """
    below = [step for step in steps if step.survival < 0.5 + _TOLERANCE]
    if not below:
        return None
    first = below[0]
    if abs(first.survival - 0.5) < _TOLERANCE:
        later = [step for step in below if step.survival < first.survival]
        if later:
            return (first.time_ms + later[0].time_ms) / 2
    return float(first.time_ms)
