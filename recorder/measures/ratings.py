"""What do several ratings come to together?

A composite is the mean of the scales that were rated; "NOB" (not observed) and None (not rated) are left out, and
with fewer rated scales than the composite needs there is none.
"""

from __future__ import annotations

from collections.abc import Mapping

from recorder.instruments.scale import Scale
from recorder.measures.observation import Value


def composites(scale: Scale, values: Mapping[str, Value]) -> dict[str, float | None]:
    """The composites of one set of ratings, by their id.

    Parameters: `scale`, the scale set; `values`, a whole number, "NOB" or None for each scale id. Returns for each
    composite its mean, None when too few were rated. Raises ValueError with one sentence for a value that the set
    does not allow.

    >>> from recorder.instruments.library import builtin
    >>> composites(builtin("sensitivity/1"), {"tuning_in": 7, "joining": 6, "reachable": "NOB", "acceptance": 8})
    {'sensitivity': 7.0}
    """
    for id, value in values.items():
        check(scale, id, value)
    found: dict[str, float | None] = {}
    for composite in scale.composites:
        rated = [value for id in composite.items if isinstance(value := values.get(id), int)]
        found[composite.id] = sum(rated) / len(rated) if len(rated) >= composite.needs else None
    return found


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
