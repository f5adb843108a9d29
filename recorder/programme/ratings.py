"""How were the rating scales used, and what is their mean?

Counted are the ratings of closed primary observations whose local date lies in the period. *n* is how many visits were
rated with a number, *NOB* how many times the answer was "not observed"; NOB is no number and enters no mean. SD divides
by n - 1; mean is None at n = 0, SD at n < 2. Scale sets of different versions are never pooled. No mean by visitor.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from recorder.db import db
from recorder.programme.rollup import Selection, within
from recorder.records.observations import StoredRating


@dataclass(frozen=True)
class ScaleFigures:
    """One scale: `distribution` is how often each value was given; `families` how many families were rated."""

    instrument: str
    scale: str
    distribution: Mapping[int, int]
    nob: int
    families: int

    @property
    def n(self) -> int:
        """How many numbers were given."""
        return sum(self.distribution.values())

    @property
    def mean(self) -> float | None:
        """The mean of the numbers.

        >>> ScaleFigures("sensitivity/1", "joining", {5: 1, 7: 1}, nob=3, families=2).mean
        6.0
        """
        return sum(value * count for value, count in self.distribution.items()) / self.n if self.n else None

    @property
    def sd(self) -> float | None:
        """Their standard deviation (n - 1)."""
        if self.mean is None or self.n < 2:
            return None
        squares = sum(count * (value - self.mean) ** 2 for value, count in self.distribution.items())
        return math.sqrt(squares / (self.n - 1))


def ratings(selection: Selection) -> list[ScaleFigures]:
    """The figures of every scale that was rated, by scale set and scale."""
    scale = (StoredRating.instrument, StoredRating.scale)
    counts = select(*scale, StoredRating.value, func.count()).group_by(*scale, StoredRating.value)
    values: dict[tuple[str, str], dict[int | None, int]] = defaultdict(dict)
    for instrument, name, value, number in db.session.execute(within(counts, StoredRating, selection)):
        values[instrument, name][value] = number
    rated = select(*scale, func.count(StoredRating.family_id.distinct())).group_by(*scale)
    rated = within(rated.where(StoredRating.value.is_not(None)), StoredRating, selection)
    families = {(instrument, name): number for instrument, name, number in db.session.execute(rated)}
    return [_figures(*key, values[key], families.get(key, 0)) for key in sorted(values)]


def _figures(instrument: str, scale: str, counts: Mapping[int | None, int], families: int) -> ScaleFigures:
    numbers = {value: counts[value] for value in sorted(value for value in counts if value is not None)}
    return ScaleFigures(instrument, scale, distribution=numbers, nob=counts.get(None, 0), families=families)
