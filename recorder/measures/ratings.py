"""What do several ratings come to together?

A composite is made of the scales that were rated; "NOB" (not observed) and None (not rated) are left out, and with
fewer rated scales than the composite needs there is none. It is their mean, or their share of what was possible
(0..1), or their sum: with a scale left out, the mean times the number of scales, since what was not seen is not 0. The
value of a reversed scale is turned round first.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean

from recorder.instruments.scale import Band, Composite, Scale
from recorder.measures.observation import Value


def composites(scale: Scale, values: Mapping[str, Value]) -> dict[str, float | None]:
    """The composites of one set of ratings, by their id.

    Parameters: `scale`, the scale set; `values`, a whole number, "NOB" or None for each scale id. Returns for each
    composite its value, None when too few were rated. Raises ValueError with one sentence for a value that the set
    does not allow.

    >>> from recorder.instruments.library import builtin
    >>> composites(builtin("sensitivity/1"), {"tuning_in": 7, "joining": 6, "reachable": "NOB", "acceptance": 8})
    {'sensitivity': 7.0}
    """
    for id, value in values.items():
        check(scale, id, value)
    return {one.id: composite(scale, one, values) for one in scale.composites}


def composite(scale: Scale, one: Composite, values: Mapping[str, Value]) -> float | None:
    """What the ratings of one composite come to; None when too few of its scales were rated.

    >>> from recorder.instruments.scale import Item
    >>> pair = Composite("c", {}, ("a", "b"), needs=1, how="sum")
    >>> checklist = Scale("own", 1, 0, 4, (Item("a", {}), Item("b", {}, reversed=True)), (pair,))
    >>> composite(checklist, pair, {"a": 3, "b": 1}), composite(checklist, pair, {"a": 3, "b": "NOB"})
    (6.0, 6.0)
    """
    turned = {item.id for item in scale.items if item.reversed}
    rated = rated_of(one, values)
    if not rated or len(rated) < one.needs:
        return None
    mean = fmean(scale.low + scale.high - value if id in turned else value for id, value in rated.items())
    if one.how == "sum":
        return mean * len(one.items)
    if one.how == "proportion":
        return (mean - scale.low) / (scale.high - scale.low)
    return mean


def rated_of(one: Composite, values: Mapping[str, Value]) -> dict[str, int]:
    """The scales of a composite that were rated, as they were rated."""
    return {id: value for id in one.items if isinstance(value := values.get(id), int)}


def band(one: Composite, value: float | None) -> Band | None:
    """The band that a composite's value lies in; None without a value, or between two bands.

    >>> often = Band(0.5, 1, {"en": "often"})
    >>> band(Composite("c", {}, ("a",), 1, bands=(often,)), 0.7).label["en"]
    'often'
    """
    return next((band for band in one.bands if value is not None and band.low <= value <= band.high), None)


def check(scale: Scale, id: str, value: Value) -> None:
    """Refuse with ValueError, in one sentence, a rating that a scale set does not allow.

    >>> from recorder.instruments.library import builtin
    >>> check(builtin("sensitivity/1"), "joining", 10)
    Traceback (most recent call last):
    ValueError: joining must be a whole number from 1 to 9, or NOB, not 10.
    """
    if scale.item(id) is None:
        raise ValueError(f"{scale.id} has no scale {id!r}.")
    if value is None or value == "NOB":
        return
    if isinstance(value, bool) or not isinstance(value, int) or not scale.low <= value <= scale.high:
        raise ValueError(f"{id} must be a whole number from {scale.low} to {scale.high}, or NOB, not {value!r}.")


def note_required(scale: Scale, value: Value) -> bool:
    """Whether a rating so far from the middle needs a note that says what was seen.

    >>> from recorder.instruments.library import builtin
    >>> note_required(builtin("sensitivity/1"), 8), note_required(builtin("sensitivity/1"), 5)
    (True, False)
    """
    if not isinstance(value, int):
        return False
    return (scale.note_low is not None and value <= scale.note_low) or (
        scale.note_high is not None and value >= scale.note_high
    )
