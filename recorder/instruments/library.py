"""Which instruments are there, and is this document one?

An instrument rests as one readable JSON *document*: a coding scheme has `cues`, a scale set has `items`. `read` checks
a document at the door and says in one sentence what is wrong and where; what it returns can be trusted. Labels and
definitions are {language: text}; a plain text is taken for English. Times are whole milliseconds.

A published document never changes. Its name for ever is `digest`: the SHA-256 of its canonical JSON (keys sorted, no
blanks, UTF-8, whole numbers without a point), so that it is the same whoever wrote the document.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from recorder.instruments.scale import Composite, Item, Scale
from recorder.instruments.scheme import RESERVED, Cue, Labels, Marker, Response, Scheme, State

NAMES = ("serve-and-return", "serve-and-return-short", "serve-and-return-slower", "sensitivity")
"""The built-in instruments, in the order in which they are offered."""

DAY_MS = 86_400_000


class InvalidInstrument(ValueError):
    """A document that is no instrument; the message is one sentence that says what is wrong and where."""


def builtin(id: str) -> Scheme | Scale:
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


def builtins() -> tuple[Scheme | Scale, ...]:
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


def read(document: object) -> Scheme | Scale:
    """The instrument that a parsed JSON document describes: a `Scheme` if it has cues, a `Scale` if it has items.

    Only `cues` with `code` and `window_ms` and `responses` with `code` are needed for a scheme. Raises
    `InvalidInstrument`.

    >>> read({"cues": [{"code": "CHI", "window_ms": 5000}], "responses": [{"code": "FEM"}]}).merge_ms
    0
    >>> read({"cues": [{"code": "CHI"}], "responses": []})
    Traceback (most recent call last):
    recorder.instruments.library.InvalidInstrument: Cue CHI needs window_ms.
    """
    if isinstance(document, Mapping) and "cues" in document:
        return _scheme(document)
    if isinstance(document, Mapping) and "items" in document:
        return _scale(document)
    raise InvalidInstrument("An instrument has cues (a coding scheme) or items (rating scales); this has neither.")


@cache
def _builtin(name: str) -> Scheme | Scale:
    return read(json.loads(_text(name)))


def _text(name: str) -> str:
    return (Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8")


def _scheme(document: Mapping[str, Any]) -> Scheme:
    scheme = Scheme(
        name=_name(document),
        version=_whole(document, "version", "The scheme", default=1, low=1),
        cues=tuple(_cue(entry) for entry in _entries(document, "cues", "cue")),
        responses=tuple(_response(entry) for entry in _entries(document, "responses", "response")),
        markers=tuple(Marker(*_named(entry, "Marker")) for entry in _entries(document, "markers", "marker")),
        states=tuple(State(*_named(entry, "State")) for entry in _entries(document, "states", "state")),
        exclusive=tuple(tuple(_codes(group, "exclusive")) for group in _list(document, "exclusive")),
        ignored=frozenset(_codes(_list(document, "ignored"), "ignored")),
        fit=_fit(document),
        merge_ms=_whole(document, "merge_ms", "The scheme", default=0),
        min_latency_ms=_whole(document, "min_latency_ms", "The scheme", default=0),
        label=_labels(document, "label", "The scheme"),
        licence=_text_of(document, "licence", "The scheme"),
        validated=_flag(document, "validated", "The scheme", default=False),
        hash=_hash(document),
    )
    _each_code_once(scheme)
    _known_codes(scheme)
    return scheme


def _cue(entry: Mapping[str, Any]) -> Cue:
    code, label, definition = _named(entry, "Cue")
    where = f"Cue {code}"
    return Cue(
        code=code,
        window_ms=_whole(entry, "window_ms", where, low=1),
        label=label,
        definition=definition,
        distress=_flag(entry, "distress", where, default=False),
        continues_ms=_whole(entry, "continues_ms", where, default=0),
        in_rate=_flag(entry, "in_rate", where, default=True),
    )


def _response(entry: Mapping[str, Any]) -> Response:
    code, label, definition = _named(entry, "Response")
    where = f"Response {code}"
    harsh = _flag(entry, "harsh", where, default=False)
    return Response(code, label, definition, harsh, _flag(entry, "takes_over", where, default=False))


def _fit(document: Mapping[str, Any]) -> Mapping[str, Mapping[str, float]]:
    table = document.get("fit") or {}
    if not isinstance(table, Mapping) or not all(isinstance(row, Mapping) for row in table.values()):
        raise InvalidInstrument('The fit is a table: {"VOC": {"TALK": 1}}.')
    for cue, row in table.items():
        for response, value in row.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
                raise InvalidInstrument(f"The fit of {response} to {cue} must be a number from 0 to 1.")
    return {cue: dict(row) for cue, row in table.items()}


def _each_code_once(scheme: Scheme) -> None:
    seen: set[str] = set(RESERVED)
    for part in (scheme.cues, scheme.responses, scheme.markers, scheme.states):
        for entry in part:
            if entry.code in RESERVED:
                raise InvalidInstrument(f"The code {entry.code} is reserved: it means the same in every scheme.")
            if entry.code in seen:
                raise InvalidInstrument(f"The code {entry.code} is there twice.")
            seen.add(entry.code)
    if twice := scheme.ignored & seen:
        raise InvalidInstrument(f"The code {min(twice)} cannot be used and ignored at once.")


def _known_codes(scheme: Scheme) -> None:
    responses = {response.code: response for response in scheme.responses}
    for cue, row in scheme.fit.items():
        if scheme.cue(cue) is None:
            raise InvalidInstrument(f"The fit names {cue}, which is no cue of this scheme.")
        for code, value in row.items():
            if code not in responses:
                raise InvalidInstrument(f"The fit names {code}, which is no response of this scheme.")
            if value and responses[code].rough:
                raise InvalidInstrument(f"{code} is a rough moment: it can answer {cue}, but its fit must be 0.")
    for code in (code for group in scheme.exclusive for code in group):
        if code not in scheme.codes():
            raise InvalidInstrument(f"The exclusive codes name {code}, which is not in this scheme.")


def _scale(document: Mapping[str, Any]) -> Scale:
    low = _whole(document, "low", "The scale set", low=-1000)
    scale = Scale(
        name=_name(document),
        version=_whole(document, "version", "The scale set", default=1, low=1),
        low=low,
        high=_whole(document, "high", "The scale set", low=low + 1),
        items=tuple(_item(entry) for entry in _entries(document, "items", "scale", key="id")),
        composites=tuple(_composite(entry) for entry in _entries(document, "composites", "composite", key="id")),
        note_low=_optional_whole(document, "note_low"),
        note_high=_optional_whole(document, "note_high"),
        label=_labels(document, "label", "The scale set"),
        licence=_text_of(document, "licence", "The scale set"),
        validated=_flag(document, "validated", "The scale set", default=False),
        hash=_hash(document),
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
        label=_labels(entry, "label", f"Scale {id}"),
        anchors={int(value): _labels(anchors, value, f"Scale {id}") for value in anchors},
        definition=_labels(entry, "definition", f"Scale {id}"),
    )


def _composite(entry: Mapping[str, Any]) -> Composite:
    id = entry["id"]
    items = tuple(_codes(_list(entry, "items"), f"items of composite {id}"))
    needs = _whole(entry, "needs", f"Composite {id}", default=len(items), low=1)
    return Composite(id=id, label=_labels(entry, "label", f"Composite {id}"), items=items, needs=needs)


def _known_items(scale: Scale) -> None:
    ids = [item.id for item in scale.items]
    if not ids:
        raise InvalidInstrument("A scale set needs at least one scale.")
    if len(set(ids)) < len(ids):
        raise InvalidInstrument(f"The scale {max(ids, key=ids.count)} is there twice.")
    for item in scale.items:
        if outside := [value for value in item.anchors if not scale.low <= value <= scale.high]:
            raise InvalidInstrument(
                f"Scale {item.id} has an anchor at {outside[0]}, outside {scale.low} to {scale.high}."
            )
    for composite in scale.composites:
        if unknown := [id for id in composite.items if id not in ids]:
            raise InvalidInstrument(f"Composite {composite.id} names {unknown[0]}, which is no scale of this set.")
        if composite.needs > len(composite.items):
            raise InvalidInstrument(f"Composite {composite.id} needs more scales than it has.")


def _entries(document: Mapping[str, Any], key_of_list: str, kind: str, key: str = "code") -> list[Mapping[str, Any]]:
    """The objects of a list, each with a usable name under `key`."""
    entries = _list(document, key_of_list)
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, Mapping) or not isinstance(entry.get(key), str) or not entry[key].strip():
            raise InvalidInstrument(f"The {kind} at place {number} needs a {key}.")
    return entries


def _named(entry: Mapping[str, Any], kind: str) -> tuple[str, Labels, Labels]:
    code = entry["code"]
    where = f"{kind} {code}"
    return code, _labels(entry, "label", where), _labels(entry, "definition", where)


def _list(document: Mapping[str, Any], key: str) -> list[Any]:
    value = document.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise InvalidInstrument(f"{key} must be a list.")
    return value


def _codes(value: object, where: str) -> Iterable[str]:
    if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
        raise InvalidInstrument(f"The {where} must be a list of codes.")
    return value


def _labels(entry: Mapping[str, Any], key: str, where: str) -> Labels:
    value = entry.get(key)
    if value is None:
        return {}
    if isinstance(value, str):
        return {"en": value}
    if isinstance(value, Mapping) and all(isinstance(text, str) for text in value.values()):
        return dict(value)
    raise InvalidInstrument(f'{where}: {key} is a text for each language: {{"en": "..."}}.')


def _name(document: Mapping[str, Any]) -> str:
    name = document.get("name", "unnamed")
    if not isinstance(name, str) or not name or "/" in name or len(name) > 80:
        raise InvalidInstrument("The name of an instrument is a text of at most 80 letters, without a stroke (/).")
    return name


def _whole(
    entry: Mapping[str, Any], key: str, where: str, *, default: int | None = None, low: int = 0, high: int = DAY_MS
) -> int:
    value = entry.get(key, default)
    if value is None:
        raise InvalidInstrument(f"{where} needs {key}.")
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InvalidInstrument(f"{where}: {key} must be a whole number from {low} to {high}, not {value!r:.40}.")
    return value


def _optional_whole(document: Mapping[str, Any], key: str) -> int | None:
    return None if document.get(key) is None else _whole(document, key, "The scale set", low=-1000)


def _flag(entry: Mapping[str, Any], key: str, where: str, *, default: bool) -> bool:
    value = entry.get(key, default)
    if not isinstance(value, bool):
        raise InvalidInstrument(f"{where}: {key} must be true or false.")
    return value


def _text_of(entry: Mapping[str, Any], key: str, where: str) -> str:
    value = entry.get(key, "")
    if not isinstance(value, str):
        raise InvalidInstrument(f"{where}: {key} must be a text.")
    return value


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
