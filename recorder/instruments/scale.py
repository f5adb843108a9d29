"""What does a rating scale ask, and what do its numbers mean?

A *scale set* (`sensitivity/1`) is data: scales with anchors, whole numbers from `low` to `high`, "not observed" (NOB)
always a choice. A composite is the mean of the rated scales, if at least `needs` of them are rated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from recorder.instruments.scheme import Labels


@dataclass(frozen=True)
class Item:
    """One scale of a set: `anchors` gives for some values what it looks like, in each language; `definition` says what
    to look at, and when it cannot be observed."""

    id: str
    label: Labels
    anchors: Mapping[int, Labels] = field(default_factory=dict)
    definition: Labels = field(default_factory=dict)


@dataclass(frozen=True)
class Composite:
    """A score over several scales: the mean of those rated, if `needs` of them are."""

    id: str
    label: Labels
    items: tuple[str, ...]
    needs: int


@dataclass(frozen=True)
class Scale:
    """A set of rating scales that are rated together. A note is required at or below `note_low` and at or above
    `note_high`."""

    name: str
    version: int
    low: int
    high: int
    items: tuple[Item, ...]
    composites: tuple[Composite, ...] = ()
    note_low: int | None = None
    note_high: int | None = None
    label: Labels = field(default_factory=dict)
    licence: str = ""
    validated: bool = False
    hash: str = ""

    @property
    def id(self) -> str:
        """Name and version: `sensitivity/1`."""
        return f"{self.name}/{self.version}"

    def item(self, id: str) -> Item | None:
        """The scale with this id, or None."""
        return next((item for item in self.items if item.id == id), None)
