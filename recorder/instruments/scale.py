"""What does a rating scale ask, and what do its numbers mean?

A *scale set* (`sensitivity/1`) is data: scales with anchors, whole numbers from `low` to `high`, "not observed" (NOB)
always a choice. A composite is the mean of the rated scales (or their sum, or their share of what was possible), if at
least `needs` of them are rated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from recorder.instruments import entries
from recorder.instruments.edition import Edition, Labels
from recorder.instruments.entries import InvalidInstrument

HOW = ("mean", "sum", "proportion")
"""What a composite may be of its scales."""


@dataclass(frozen=True)
class Item:
    """One scale of a set: `anchors` gives for some values what it looks like, in each language; `definition` says what
    to look at, and when it cannot be observed. The value of a `reversed` scale is turned round in composites
    (low + high - x)."""

    id: str
    label: Labels
    anchors: Mapping[int, Labels] = field(default_factory=dict)
    definition: Labels = field(default_factory=dict)
    reversed: bool = False


@dataclass(frozen=True)
class Band:
    """What a composite from `low` to `high` (both inclusive) is called."""

    low: float
    high: float
    label: Labels


@dataclass(frozen=True)
class Composite:
    """A score over several scales, if `needs` of them are rated: `how` is one of `HOW`. `bands`, lowest first, name
    what a score is called."""

    id: str
    label: Labels
    items: tuple[str, ...]
    needs: int
    how: str = "mean"
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True)
class Scale(Edition):
    """A set of rating scales that are rated together. A note is required at or below `note_low` and at or above
    `note_high`."""

    low: int
    high: int
    items: tuple[Item, ...]
    composites: tuple[Composite, ...] = ()
    note_low: int | None = None
    note_high: int | None = None

    def item(self, id: str) -> Item | None:
        """The scale with this id, or None."""
        return next((item for item in self.items if item.id == id), None)


def read(document: Mapping[str, Any]) -> Scale:
    """The scale set that a document describes. Raises `InvalidInstrument`."""
    low = entries.whole(document, "low", "The scale set", low=-1000)
    scale = Scale(
        **entries.edition(document, "The scale set"),
        low=low,
        high=entries.whole(document, "high", "The scale set", low=low + 1),
        items=tuple(_item(entry) for entry in entries.objects(document, "items", "scale", key="id")),
        composites=tuple(_composite(entry) for entry in entries.objects(document, "composites", "composite", key="id")),
        note_low=entries.optional_whole(document, "note_low", "The scale set", low=-1000),
        note_high=entries.optional_whole(document, "note_high", "The scale set", low=-1000),
    )
    _known_items(scale)
    return scale


def _item(entry: Mapping[str, Any]) -> Item:
    id = entry["id"]
    anchors = entry.get("anchors") or {}
    if not isinstance(anchors, Mapping) or not all(str(value).lstrip("-").isdecimal() for value in anchors):
        raise InvalidInstrument(f'The anchors of scale {id} are a table: {{"9": {{"en": "..."}}}}.')
    return Item(
        id=id,
        label=entries.labels(entry, "label", f"Scale {id}"),
        anchors={int(value): entries.labels(anchors, value, f"Scale {id}") for value in anchors},
        definition=entries.labels(entry, "definition", f"Scale {id}"),
        reversed=entries.flag(entry, "reversed", f"Scale {id}", default=False),
    )


def _composite(entry: Mapping[str, Any]) -> Composite:
    id = entry["id"]
    where = f"Composite {id}"
    items = tuple(entries.codes(entries.items(entry, "items"), f"items of composite {id}"))
    how = entry.get("how", "mean")
    if how not in HOW:
        raise InvalidInstrument(f"{where}: how must be one of {', '.join(HOW)}, not {how!r:.40}.")
    return Composite(
        id=id,
        label=entries.labels(entry, "label", where),
        items=items,
        needs=entries.whole(entry, "needs", where, default=len(items), low=1),
        how=how,
        bands=_bands(entry, where),
    )


def _bands(entry: Mapping[str, Any], where: str) -> tuple[Band, ...]:
    bands = []
    for number, band in enumerate(entries.items(entry, "bands"), start=1):
        place = f"{where}, band {number}"
        if not isinstance(band, Mapping):
            raise InvalidInstrument(f"{place} is an object with from, to and label.")
        made = Band(
            entries.number(band, "from", place),
            entries.number(band, "to", place),
            entries.labels(band, "label", place),
        )
        if made.high < made.low:
            raise InvalidInstrument(f"{place} runs backwards, from {made.low:g} to {made.high:g}.")
        bands.append(made)
    bands.sort(key=lambda band: band.low)
    for one, other in zip(bands, bands[1:], strict=False):
        if other.low <= one.high:
            raise InvalidInstrument(f"{where}: the bands overlap, {other.low:g} lies in two of them.")
    return tuple(bands)


def _known_items(scale: Scale) -> None:
    ids = [item.id for item in scale.items]
    if not ids:
        raise InvalidInstrument("A scale set needs at least one scale.")
    entries.once(ids, "scale")
    for item in scale.items:
        if outside := [value for value in item.anchors if not scale.low <= value <= scale.high]:
            raise InvalidInstrument(
                f"Scale {item.id} has an anchor at {outside[0]}, outside {scale.low} to {scale.high}."
            )
    entries.once((composite.id for composite in scale.composites), "composite")
    for composite in scale.composites:
        if unknown := [id for id in composite.items if id not in ids]:
            raise InvalidInstrument(f"Composite {composite.id} names {unknown[0]}, which is no scale of this set.")
        entries.once(composite.items, f"scale in composite {composite.id},")
        if composite.needs > len(composite.items):
            raise InvalidInstrument(f"Composite {composite.id} needs more scales than it has.")
