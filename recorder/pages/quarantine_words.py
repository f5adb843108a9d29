"""Why was something put aside, and what can be done? In plain words, for who sent it and for who settles it."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Words:
    """What a quarantine code means: why, and what a supervisor can do about it."""

    why: LazyString
    means: LazyString


WORDS = {
    "fork": Words(
        _l("Two different things were sent for the same place in this record."),
        _l("What came first counts, both are kept. Compare them, then set the second one aside for good."),
    ),
    "unknown_family": Words(
        _l("The family is not in this programme."),
        _l("If the family is enrolled again, try again. Otherwise set this aside for good."),
    ),
    "not_assigned": Words(
        _l("The family was not this person's on that day, or another person began this record."),
        _l("If the visit was right, assign the family to this person from that day on. Then try again."),
    ),
    "unknown_instrument": Words(
        _l("It was recorded with an instrument that is not published here."),
        _l("Ask your administrator to bring that instrument in. Then try again."),
    ),
    "consent_withdrawn": Words(
        _l("The family had not agreed to being observed, or took it back."),
        _l("If the family agrees, note it on the family's page and try again. Otherwise set this aside for good."),
    ),
    "future_time": Words(
        _l("The tablet's clock was more than two days ahead."),
        _l("Set the tablet's clock right. Try again when that day has come, or set this aside for good."),
    ),
    "unknown_kind": Words(
        _l("The tablet is newer than this server and wrote something that is not known here."),
        _l("Ask your administrator to update the server. Then try again."),
    ),
    "bad_value": Words(
        _l("Something in it is missing or does not fit."),
        _l("If an instrument was missing and is there now, try again. Otherwise set this aside for good."),
    ),
    "revoked_device": Words(
        _l("It came from a tablet that had been revoked."),
        _l("If you know that this visit took place, try again: it counts then. Otherwise set it aside for good."),
    ),
    "erased": Words(
        _l("The family asked to be erased."),
        _l("Nothing of it may be used. Set it aside for good."),
    ),
}

EVENT_NAMES = {
    "tap": _l("Tap"),
    "void": _l("Taken back"),
    "flag": _l("Kept moment"),
    "review": _l("Looked back"),
    "pause": _l("Pause"),
    "view": _l("Out of view"),
    "note": _l("Note"),
    "rating": _l("Rating"),
    "place": _l("Card"),
    "answer": _l("Answer"),
    "sheet": _l("Page for the family"),
    "end": _l("End"),
    "abort": _l("Stopped early"),
    "close": _l("Signature"),
    "reopen": _l("Opened again"),
}
