"""Which instruments are there, and is this document one?

An instrument rests as one readable JSON *document*. Its main list tells of which kind it is: a coding scheme has
`cues`, a scale set `items`, a Q-set `cards`, a questionnaire `questions`. `read` checks a document at the door and says
in one sentence what is wrong and where; what it returns can be trusted. Labels and definitions are {language: text}; a
plain text is taken for English. Times are whole milliseconds.

A published document never changes. Its name for ever is `digest`: the SHA-256 of its canonical JSON (keys sorted, no
blanks, UTF-8, whole numbers without a point), so that it is the same whoever wrote the document.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from recorder.instruments import qset, questionnaire, scale, scheme
from recorder.instruments.entries import InvalidInstrument as InvalidInstrument
from recorder.instruments.qset import QSet
from recorder.instruments.questionnaire import Questionnaire
from recorder.instruments.scale import Scale
from recorder.instruments.scheme import Scheme

Instrument = Scheme | Scale | QSet | Questionnaire

NAMES = (
    "serve-and-return",
    "serve-and-return-short",
    "serve-and-return-slower",
    "sensitivity",
    "warm-presence",
    "safe-base-cards",
    "our-days",
)
"""The built-in instruments, in the order in which they are offered."""

_READERS: Mapping[str, Callable[[Mapping[str, Any]], Instrument]] = {
    "cues": scheme.read,
    "items": scale.read,
    "cards": qset.read,
    "questions": questionnaire.read,
}
"""Each kind's main list, and what reads such a document."""


def builtin(id: str) -> Instrument:
    """The built-in instrument `serve-and-return/1`; without a version (`serve-and-return`) the newest.

    Raises `LookupError` when there is none.

    >>> builtin("serve-and-return/1").merge_ms
    1000
    >>> builtin("sensitivity").id
    'sensitivity/1'
    """
    name, _, version = id.partition("/")
    if name not in NAMES or version not in ("", str(_builtin(name).version)):
        raise LookupError(f"There is no built-in instrument {id}.")
    return _builtin(name)


def builtins() -> tuple[Instrument, ...]:
    """Every built-in instrument.

    >>> [instrument.id for instrument in builtins()][:2]
    ['serve-and-return/1', 'serve-and-return-short/1']
    """
    return tuple(_builtin(name) for name in NAMES)


def document(id: str) -> dict[str, Any]:
    """The document of a built-in instrument, as its file holds it: a fresh copy.

    >>> document("sensitivity/1")["high"]
    9
    """
    found: dict[str, Any] = json.loads(_text(builtin(id).name))
    return found


def digest(document: object) -> str:
    """The SHA-256 of a document's canonical JSON, in 64 hexadecimal digits.

    >>> digest({"b": 1.0, "a": [2]}) == digest({"a": [2], "b": 1})
    True
    """
    canonical = json.dumps(_canonical(document), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def read(document: object) -> Instrument:
    """The instrument that a parsed JSON document describes: its main list tells of which kind.

    Raises `InvalidInstrument`.

    >>> read({"cues": [{"code": "CHI", "window_ms": 5000}], "responses": [{"code": "FEM"}]}).merge_ms
    0
    >>> read({"cues": [{"code": "CHI"}], "responses": []})
    Traceback (most recent call last):
    recorder.instruments.entries.InvalidInstrument: Cue CHI needs window_ms.
    """
    for main, reader in _READERS.items():
        if isinstance(document, Mapping) and main in document:
            return replace(reader(document), hash=_hash(document))
    raise InvalidInstrument(
        "An instrument has cues (a coding scheme), items (rating scales), cards (a Q-set) or questions; "
        "this has none of them."
    )


def kind(instrument: Instrument) -> str:
    """Of which kind an instrument is: "scheme", "scale", "qset" or "questionnaire".

    >>> kind(builtin("sensitivity"))
    'scale'
    """
    return type(instrument).__name__.lower()


@cache
def _builtin(name: str) -> Instrument:
    return read(json.loads(_text(name)))


def _text(name: str) -> str:
    return (Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8")


def _hash(document: Mapping[str, Any]) -> str:
    try:
        return digest(document)
    except (RecursionError, TypeError, ValueError) as error:
        raise InvalidInstrument("The instrument holds something that JSON cannot say.") from error


def _canonical(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _canonical(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("JSON has no such number.")
        return int(value) if value.is_integer() else value
    return value
