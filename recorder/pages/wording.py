"""How are figures written for a reader?

In the reader's language: shares as whole percent, times as seconds with one decimal. What does not exist is an empty
text here, and words where it stands; never 0.
"""

from __future__ import annotations

from flask_babel import format_decimal, format_percent, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from recorder.instruments.edition import Labels
from recorder.instruments.library import Instrument
from recorder.instruments.scale import Scale
from recorder.instruments.scheme import Scheme

CONTEXTS = {
    "free_play": _l("free play"),
    "meal": _l("meal"),
    "care": _l("care routine"),
    "book": _l("book"),
    "other": _l("something else"),
}

LOG_NAMES = {
    "observation": _l("Observation"),
    "sort": _l("Card sort"),
    "questionnaire": _l("Questions to a caregiver"),
    "safety": _l("Safety note"),
}


def percent(share: float | None) -> str:
    """A share in whole percent; an empty text for None."""
    return "" if share is None else str(format_percent(share))


def between(interval: tuple[float, float] | None) -> str:
    """An interval, both ends in percent."""
    return str(_("%(low)s to %(high)s", low=percent(interval[0]), high=percent(interval[1]))) if interval else ""


def seconds(ms: float | None) -> str:
    """A time in seconds with one decimal."""
    return "" if ms is None else str(_("%(seconds)s s", seconds=number(ms / 1000, 1)))


def number(value: float | None, decimals: int) -> str:
    """A number with so many decimals."""
    return "" if value is None else str(format_decimal(value, "#,##0" + ("." + "0" * decimals if decimals else "")))


def minutes(ms: int) -> str:
    """A time in whole minutes."""
    return str(format_decimal(round(ms / 60_000)))


def labelled(labels: Labels, otherwise: str) -> str:
    """A label in the reader's language, else what the catalogue makes of the English one, else the bare name."""
    english = labels.get("en")
    return labels.get(get_locale().language) or (str(_(english)) if english else otherwise)


def code_names(scheme: Instrument | None) -> dict[str, str]:
    """What the codes of a scheme are called in the reader's language."""
    if not isinstance(scheme, Scheme):
        return {}
    parts = (scheme.cues, scheme.responses, scheme.markers, scheme.states)
    return {entry.code: labelled(entry.label, entry.code) for part in parts for entry in part}


def scale_name(scale: Instrument | None, id: str) -> str:
    """What a scale of a set is called."""
    item = scale.item(id) if isinstance(scale, Scale) else None
    return labelled(item.label, id) if item else id
