"""How was the time spent: how often, how long, and how far apart, of each behaviour of each subject?

A *bout* is one stretch of a behaviour, a point without length. The gap between two bouts is from the stop of one to the
start of the next (points: from one to the next). All times are whole milliseconds. The standard deviation is the
sample's (n - 1). What has no value is None: the mean of nothing, the spread of one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """What one behaviour took of an observation; the share is of its length. Durations are None for points."""

    number: int
    total_ms: int | None
    mean_ms: float | None
    sd_ms: float | None
    gap_mean_ms: float | None
    gap_sd_ms: float | None
    share: float | None


def budget(bouts: Sequence[tuple[int, int | None]], length_ms: int, lasts: bool) -> Budget:
    """The time budget of one behaviour.

    Parameters: `bouts`, start and stop (None: a point) in ms, in order of time; `length_ms`, of the observation;
    `lasts`, whether it is a behaviour with length, also when it never came.

    >>> budget([(1000, 3000), (4000, 8000)], 20_000, lasts=True).share
    0.3
    >>> budget([(1000, None)], 20_000, lasts=False).gap_mean_ms is None
    True
    """
    lengths = [stop - start for start, stop in bouts if stop is not None] if lasts else []
    gaps = [
        after - (start if stop is None else stop) for (start, stop), (after, _) in zip(bouts, bouts[1:], strict=False)
    ]
    total = sum(lengths)
    return Budget(
        number=len(bouts),
        total_ms=total if lasts else None,
        mean_ms=_mean(lengths),
        sd_ms=_sd(lengths),
        gap_mean_ms=_mean(gaps),
        gap_sd_ms=_sd(gaps),
        share=total / length_ms if lasts and length_ms > 0 else None,
    )


def _mean(values: Sequence[int]) -> float | None:
    return sum(values) / len(values) if values else None


def _sd(values: Sequence[int]) -> float | None:
    n = len(values)
    if n < 2:
        return None
    # whole numbers until the root: no cancellation
    return math.sqrt((n * sum(v * v for v in values) - sum(values) ** 2) / (n * (n - 1)))
