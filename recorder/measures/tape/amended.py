"""What does a log come to with what was corrected elsewhere than on its tablet?

Only its tablet writes a tablet's log. A correction names a *place* in it, the *base* (the value that was seen there),
the value that should stand, and why. Places are "tap/12" (the code of the tap with seq 12; None: struck) and
"rating/sensitivity/1/tuning_in" (a whole number, "NOB", or None: not rated). The view is the tablet's log, then the
corrections in their order. A correction whose base no longer stands is in *conflict*: both values are kept, what stood
goes on standing, and the next correction of that place that starts from what stands decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from recorder.measures.observation import Event, Value
from recorder.measures.tape.reading import Tape


@dataclass(frozen=True)
class Correction:
    """One correction: `by` the account's id, `at` when in UTC, both as texts."""

    seq: int
    place: str
    base: Value
    value: Value
    reason: str
    by: str = ""
    at: str = ""


@dataclass(frozen=True)
class Conflict:
    """A correction that started from another value than the one that `stands`."""

    correction: Correction
    stands: Value


def amended(tape: Tape, corrections: Iterable[Correction]) -> tuple[Tape, tuple[Conflict, ...]]:
    """A log with its corrections.

    Parameters: `tape`, what the tablet's events mean; `corrections` in their order. Returns the tape as corrected, and
    the conflicts that nobody has decided yet.

    >>> tape = Tape(taps=((2, Event(900, "VOC")),))
    >>> made, open = amended(tape, [Correction(1, "tap/2", "VOC", "LOOK", "seen again")])
    >>> made.taps[0][1].code, open
    ('LOOK', ())
    """
    open_conflicts: dict[str, list[Correction]] = {}
    for correction in corrections:
        stands = value(tape, correction.place)
        if stands == correction.base:
            tape = _with(tape, correction.place, correction.value)
            open_conflicts.pop(correction.place, None)
        elif stands != correction.value:
            open_conflicts.setdefault(correction.place, []).append(correction)
    conflicts = (one for waiting in open_conflicts.values() for one in waiting)
    return tape, tuple(Conflict(one, value(tape, one.place)) for one in sorted(conflicts, key=lambda one: one.seq))


def value(tape: Tape, place: str) -> Value:
    """What stands at a place; None where nothing does. Raises ValueError for what is no place.

    >>> value(Tape(ratings={"sensitivity/1": {"tuning_in": 7}}), "rating/sensitivity/1/tuning_in")
    7
    """
    seq, instrument, scale = _named(place)
    if scale:
        return tape.ratings.get(instrument, {}).get(scale)
    return next((tap.code for number, tap in tape.taps if number == seq), None)


def _named(place: str) -> tuple[int, str, str]:
    kind, _, rest = place.partition("/")
    if kind == "tap" and rest.isdecimal():
        return int(rest), "", ""
    instrument, _, scale = rest.rpartition("/")
    if kind != "rating" or not instrument or not scale:
        raise ValueError(f"{place!r} is no place in a log.")
    return 0, instrument, scale


def _with(tape: Tape, place: str, new: Value) -> Tape:
    seq, instrument, scale = _named(place)
    if scale:
        return replace(tape, ratings={**tape.ratings, instrument: {**tape.ratings.get(instrument, {}), scale: new}})
    taps = ((number, _recoded(tap, new) if number == seq else tap) for number, tap in tape.taps)
    return replace(tape, taps=tuple((number, tap) for number, tap in taps if tap is not None))


def _recoded(tap: Event, code: Value) -> Event | None:
    return None if code is None else replace(tap, code=str(code))
