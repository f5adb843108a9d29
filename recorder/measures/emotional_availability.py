"""What does an Emotional Availability result, scored elsewhere, come to, and what may be set beside it?

The app records results of certified raters; it does not score. A dimension's total is the sum of its seven subscales
(two 1-7, five 1-3: 7-29 in the 4th edition) and undefined while one is missing. Zone scores are whole numbers 1-100,
one for the adult and one for the child. Results of two editions are never averaged nor put on one line, and there is
no grand total over dimensions. Ranges and cut points are data (from memory; to be confirmed against a licensed
manual), so a programme can replace them.
Source: Biringen, Emotional Availability Scales, 4th ed.; Biringen's EA-Z.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

DIMENSIONS = (
    "adult_sensitivity",
    "adult_structuring",
    "adult_nonintrusiveness",
    "adult_nonhostility",
    "child_responsiveness",
    "child_involvement",
)


class InvalidScore(ValueError):
    """A score that the edition does not allow; the message is one sentence that names it."""


@dataclass(frozen=True)
class Edition:
    """The ranges of an edition: `direct` for the global score of a dimension, `subscales` in their order."""

    name: str
    direct: tuple[int, int]
    subscales: tuple[tuple[int, int], ...]

    @property
    def total_range(self) -> tuple[int, int]:
        """The smallest and the largest total of a dimension."""
        return sum(low for low, _ in self.subscales), sum(high for _, high in self.subscales)


FOURTH = Edition("4th", (1, 7), ((1, 7), (1, 7), (1, 3), (1, 3), (1, 3), (1, 3), (1, 3)))

ZONES = ((81, "emotionally available"), (61, "complicated"), (41, "detached"), (1, "problematic"))
"""The lowest score of each zone, from the top."""


def total(subscales: Sequence[int | None], edition: Edition = FOURTH) -> int:
    """The total of one dimension.

    Raises `InvalidScore` for a missing subscale (never summed over a hole) or one outside its range.

    >>> total([5, 4, 2, 3, 2, 2, 3])
    21
    """
    if len(subscales) != len(edition.subscales):
        raise InvalidScore(f"The {edition.name} edition has {len(edition.subscales)} subscales, not {len(subscales)}.")
    found = 0
    for number, (value, (low, high)) in enumerate(zip(subscales, edition.subscales, strict=True), 1):
        if value is None:
            raise InvalidScore(f"subscale {number} missing")
        if not _whole(value) or not low <= value <= high:
            raise InvalidScore(f"subscale {number} must be {low}-{high}")
        found += value
    return found


def check_total(value: object, edition: Edition = FOURTH) -> int:
    """A total that came without its subscales, if the edition allows it. Raises `InvalidScore`."""
    return _within(value, *edition.total_range, "total")


def check_direct(value: object, edition: Edition = FOURTH) -> int:
    """A direct global score, if the edition allows it. Raises `InvalidScore`."""
    return _within(value, *edition.direct, "direct score")


def zone(score: object, zones: Sequence[tuple[int, str]] = ZONES) -> str:
    """The zone of an adult's or a child's zone score.

    Raises `InvalidScore` unless it is a whole number 1-100: 60.5 lies between two zones.

    >>> zone(81), zone(80)
    ('emotionally available', 'complicated')
    """
    value = _within(score, 1, 100, "zone score")
    return next(name for lowest, name in zones if value >= lowest)


def comparable(editions: Collection[str]) -> bool:
    """Whether results may be averaged or drawn on one line: only those of one edition.

    >>> comparable(["3rd", "4th"])
    False
    """
    return len(set(editions)) <= 1


def _within(value: object, low: int, high: int, name: str) -> int:
    if not isinstance(value, int) or not _whole(value) or not low <= value <= high:
        raise InvalidScore(f"The {name} must be a whole number {low}-{high}, not {value!r}.")
    return value


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
