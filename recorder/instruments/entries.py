"""How is one entry of an instrument's document read, and what is said when it cannot be?

An entry is an object of parsed JSON; `where` names it in a sentence ("Cue VOC", "The Q-set"). Labels are {language:
text}; a plain text is taken for English. Each reader returns a value that can be trusted or raises
`InvalidInstrument`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from recorder.instruments.edition import Labels

DAY_MS = 86_400_000
OLDEST_MONTHS = 1200


class InvalidInstrument(ValueError):
    """A document that is no instrument; the message is one sentence that says what is wrong and where."""


def objects(document: Mapping[str, Any], key_of_list: str, kind: str, key: str = "code") -> list[Mapping[str, Any]]:
    """The objects of a list, each with a usable name under `key`.

    >>> objects({"cards": [{"id": "a"}, {"text": "?"}]}, "cards", "card", "id")
    Traceback (most recent call last):
    recorder.instruments.entries.InvalidInstrument: The card at place 2 needs an id.
    """
    found = items(document, key_of_list)
    for number, entry in enumerate(found, start=1):
        if not isinstance(entry, Mapping) or not isinstance(entry.get(key), str) or not entry[key].strip():
            raise InvalidInstrument(f"The {kind} at place {number} needs {'an' if key == 'id' else 'a'} {key}.")
    return found


def once(ids: Iterable[str], what: str) -> None:
    """Refuse a list in which an id is there twice; `what` is what the ids name."""
    twice = [id for id, n in Counter(ids).items() if n > 1]
    if twice:
        raise InvalidInstrument(f"The {what} {twice[0]} is there twice.")


def items(document: Mapping[str, Any], key: str) -> list[Any]:
    """A list; an empty one when there is none."""
    value = document.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise InvalidInstrument(f"{key} must be a list.")
    return value


def codes(value: object, where: str) -> list[str]:
    """A list of texts."""
    if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
        raise InvalidInstrument(f"The {where} must be a list of codes.")
    return value


def labels(entry: Mapping[str, Any], key: str, where: str) -> Labels:
    """A text for each language."""
    value = entry.get(key)
    if value is None:
        return {}
    if isinstance(value, str):
        return {"en": value}
    if isinstance(value, Mapping) and all(isinstance(text, str) for text in value.values()):
        return dict(value)
    raise InvalidInstrument(f'{where}: {key} is a text for each language: {{"en": "..."}}.')


def whole(
    entry: Mapping[str, Any], key: str, where: str, *, default: int | None = None, low: int = 0, high: int = DAY_MS
) -> int:
    """A whole number from `low` to `high`."""
    value = entry.get(key, default)
    if value is None:
        raise InvalidInstrument(f"{where} needs {key}.")
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InvalidInstrument(f"{where}: {key} must be a whole number from {low} to {high}, not {value!r:.40}.")
    return value


def optional_whole(entry: Mapping[str, Any], key: str, where: str, *, low: int = 0, high: int = DAY_MS) -> int | None:
    """A whole number, or None when there is none."""
    return None if entry.get(key) is None else whole(entry, key, where, low=low, high=high)


def number(entry: Mapping[str, Any], key: str, where: str) -> float:
    """A number, whole or not."""
    value = entry.get(key)
    if value is None:
        raise InvalidInstrument(f"{where} needs {key}.")
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidInstrument(f"{where}: {key} must be a number, not {value!r:.40}.")
    return value


def flag(entry: Mapping[str, Any], key: str, where: str, *, default: bool) -> bool:
    """True or false."""
    value = entry.get(key, default)
    if not isinstance(value, bool):
        raise InvalidInstrument(f"{where}: {key} must be true or false.")
    return value


def text(entry: Mapping[str, Any], key: str, where: str) -> str:
    """A text; an empty one when there is none."""
    value = entry.get(key, "")
    if not isinstance(value, str):
        raise InvalidInstrument(f"{where}: {key} must be a text.")
    return value


def edition(document: Mapping[str, Any], where: str) -> dict[str, Any]:
    """What every kind of instrument carries (`Edition`), but for its hash; `where` is "The scheme" and the like."""
    age_from, age_to = _age_months(document, where)
    return {
        "name": _name(document),
        "version": whole(document, "version", where, default=1, low=1),
        "label": labels(document, "label", where),
        "remark": labels(document, "remark", where),
        "licence": text(document, "licence", where),
        "licence_holder": text(document, "licence_holder", where),
        "licence_number": text(document, "licence_number", where),
        "licence_until": _day(document, "licence_until", where),
        "validated": flag(document, "validated", where, default=False),
        "age_from": age_from,
        "age_to": age_to,
        "every_days": optional_whole(document, "every_days", where, low=1, high=3660),
    }


def _name(document: Mapping[str, Any]) -> str:
    name = document.get("name", "unnamed")
    if not isinstance(name, str) or not name or "/" in name or len(name) > 80:
        raise InvalidInstrument("The name of an instrument is a text of at most 80 letters, without a stroke (/).")
    return name


def _age_months(document: Mapping[str, Any], where: str) -> tuple[int | None, int | None]:
    window = document.get("age_months")
    if window is None:
        return None, None
    if not isinstance(window, list) or len(window) != 2:
        raise InvalidInstrument(f"{where}: age_months is a list of two ages in months: [12, 48].")
    ages = {"from": window[0], "to": window[1]}
    youngest = optional_whole(ages, "from", f"{where}, age_months", high=OLDEST_MONTHS)
    oldest = optional_whole(ages, "to", f"{where}, age_months", high=OLDEST_MONTHS)
    if youngest is not None and oldest is not None and oldest < youngest:
        raise InvalidInstrument(f"{where}: the ages in age_months run backwards, from {youngest} to {oldest} months.")
    return youngest, oldest


def _day(document: Mapping[str, Any], key: str, where: str) -> date | None:
    value = document.get(key)
    if value is None:
        return None
    try:
        if not isinstance(value, str) or len(value) != 10:
            raise ValueError("no day")
        return date.fromisoformat(value)
    except ValueError as error:
        raise InvalidInstrument(f"{where}: {key} must be a day like 2027-12-31, not {value!r:.40}.") from error
