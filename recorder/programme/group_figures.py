"""What do the figures of several visits say together?

Cells are added up; nothing is averaged twice. *Codable* cues are those whose window was seen whole, *answered* those
of them that were answered by the focal caregiver. The rate is a ratio estimator: all answered / all codable, with
visits as the units of its 95 % interval, because cues of one visit resemble each other; the units are the visits that
had a codable cue of that class (`measures.intervals.ratio_of_sums`). Where none or all were answered, visits cannot
differ and that interval would be a point: Wilson's over the cues stands in. The interval is None below `MIN_VISITS`
such visits; figures are *too few to compare* below that or below `MIN_CUES` codable cues.

*Half within* is the time in ms within which half of all codable cues were answered, read from the summed histograms
(bins of `BIN_MS`, interpolated); None when fewer than half were answered within the histogram's reach. Distress and
other cues stand apart; what `overall` holds is their sum and is never shown without them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from recorder.measures.figures import Interval
from recorder.measures.intervals import ratio_of_sums, wilson
from recorder.records.cells import BIN_MS

MIN_VISITS = 3
MIN_CUES = 10


@dataclass(frozen=True)
class ClassFigures:
    """The cues of one class: in how many visits, how many could be judged, how many were answered, and the rate."""

    visits: int
    codable: int
    answered: int
    rate: float | None
    interval: Interval | None

    @property
    def too_few(self) -> bool:
        """Whether these cues are too few to be compared with others."""
        return self.visits < MIN_VISITS or self.codable < MIN_CUES


@dataclass(frozen=True)
class GroupFigures:
    """Several visits made under one rule: same scheme, same hash, same version of the measures."""

    visits: int
    families: int
    observed_ms: int
    overall: ClassFigures
    distress: ClassFigures
    non_distress: ClassFigures
    half_within_ms: float | None


@dataclass(frozen=True)
class Sums:
    """What cells hold: for each class the sums over visits of answered, codable, their squares, their
    product, and of visits with a codable cue."""

    visits: int
    observed_ms: int
    classes: Mapping[str, Sequence[int]]
    histogram: bytes


def group_figures(sums: Iterable[Sums], families: int) -> GroupFigures:
    """The figures of all visits in some cells; `families` is how many families these visits went to."""
    cells = list(sums)
    overall = _class_figures(cells, "all")
    return GroupFigures(
        visits=sum(cell.visits for cell in cells),
        families=families,
        observed_ms=sum(cell.observed_ms for cell in cells),
        overall=overall,
        distress=_class_figures(cells, "distress"),
        non_distress=_class_figures(cells, "non_distress"),
        half_within_ms=time_until(merged(cell.histogram for cell in cells), overall.codable / 2),
    )


def merged(histograms: Iterable[bytes]) -> list[int]:
    """Add up histograms, bin by bin (little-endian 32-bit counts).

    >>> merged([struct.pack("<3I", 1, 2, 3), struct.pack("<3I", 0, 5, 0)])
    [1, 7, 3]
    """
    counts = [struct.unpack(f"<{len(histogram) // 4}I", histogram) for histogram in histograms]
    return [sum(column) for column in zip(*counts, strict=True)]


def time_until(histogram: Sequence[int], wanted: float) -> float | None:
    """The time in ms by which `wanted` answers had come, interpolated within its bin.

    Returns None when that many did not come before the histogram's last, open bin, or when none are wanted.

    >>> time_until([0, 4, 2, 0], 3)
    175.0
    """
    reached = 0
    for number, count in enumerate(histogram[:-1]):
        if count and 0 < wanted <= reached + count:
            return (number + (wanted - reached) / count) * BIN_MS
        reached += count
    return None


def _class_figures(cells: Sequence[Sums], name: str) -> ClassFigures:
    columns = zip((0,) * 6, *(cell.classes[name] for cell in cells), strict=True)
    answered, codable, answered2, codable2, product, visits = map(sum, columns)
    estimate = ratio_of_sums(visits, answered, codable, answered2, codable2, product)
    interval = wilson(answered, codable) if answered in {0, codable} else estimate and estimate[1:]
    return ClassFigures(
        visits=visits,
        codable=codable,
        answered=answered,
        rate=answered / codable if codable else None,
        interval=interval if visits >= MIN_VISITS else None,
    )
