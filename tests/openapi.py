"""Does a value fit its description? The part of JSON Schema that `docs/openapi.json` uses, and nothing else: a keyword
that is not known here is an error, so that no description is passed over in silence.

Stricter than JSON Schema in one way: what a reply holds beyond its description is a fault.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import uuid
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent.parent / "docs" / "openapi.json"
DOCUMENT: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))

TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
WORDS = {"description"}


def followed(node: dict[str, Any]) -> dict[str, Any]:
    """A node of the document, its reference followed."""
    if "$ref" not in node:
        return node
    found: Any = DOCUMENT
    for step in node["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return followed({**found, **{key: value for key, value in node.items() if key != "$ref"}})


def faults(value: Any, schema: dict[str, Any], where: str = "$") -> list[str]:
    """What of a value does not fit a schema, each with its place."""
    return list(_faults(value, followed(schema), where))


def _faults(value: Any, schema: dict[str, Any], where: str) -> Iterator[str]:
    if "oneOf" in schema:
        found = [faults(value, one, where) for one in schema["oneOf"]]
        if sum(not one for one in found) != 1:
            yield f"{where} fits not just one of {len(found)}: {found}"
    types = schema.get("type", list(TYPES))
    types = [types] if isinstance(types, str) else types
    fitting = [
        name for name in types if isinstance(value, TYPES[name]) and (name == "boolean") >= isinstance(value, bool)
    ]
    if not fitting:
        yield f"{where} is {value!r}, not {' or '.join(types)}"
        return
    for keyword, said in schema.items():
        if keyword not in WORDS | {"type", "oneOf", "required"}:
            yield from CHECKS[keyword](value, said, where)
    if isinstance(value, dict) and "properties" in schema:
        yield from (f"{where} has no {key}" for key in schema.get("required", []) if key not in value)
        yield from (f"{where}.{key} is not described" for key in value if key not in schema["properties"])


def _properties(value: Any, said: dict[str, Any], where: str) -> Iterator[str]:
    for key, schema in said.items() if isinstance(value, dict) else ():
        if key in value:
            yield from faults(value[key], schema, f"{where}.{key}")


def _others(value: Any, said: dict[str, Any], where: str) -> Iterator[str]:
    for key, item in value.items() if isinstance(value, dict) else ():
        yield from faults(item, said, f"{where}.{key}")


def _items(value: Any, said: dict[str, Any], where: str) -> Iterator[str]:
    for place, item in enumerate(value if isinstance(value, list) else ()):
        yield from faults(item, said, f"{where}[{place}]")


def _simple(fits: Any, words: str) -> Any:
    def check(value: Any, said: Any, where: str) -> Iterator[str]:
        if value is not None and not fits(value, said):
            yield f"{where} is {str(value)[:80]!r}, {words} {said}"

    return check


def _format(value: Any, said: str) -> bool:
    try:
        if said == "uuid":
            return str(uuid.UUID(value)) == value
        if said == "date":
            return date.fromisoformat(value).isoformat() == value
        assert said == "date-time", said
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _encoding(value: Any, said: str) -> bool:
    assert said == "base64", said
    try:
        return base64.b64decode(value, validate=True) is not None
    except binascii.Error:
        return False


CHECKS = {
    "properties": _properties,
    "additionalProperties": _others,
    "items": _items,
    "enum": _simple(lambda value, said: value in said, "not one of"),
    "const": _simple(lambda value, said: value == said, "not"),
    "pattern": _simple(lambda value, said: re.search(said, value) is not None, "not like"),
    "format": _simple(_format, "no"),
    "contentEncoding": _simple(_encoding, "no"),
    "minimum": _simple(lambda value, said: value >= said, "below"),
    "maximum": _simple(lambda value, said: value <= said, "above"),
    "minLength": _simple(lambda value, said: len(value) >= said, "shorter than"),
    "maxLength": _simple(lambda value, said: len(value) <= said, "longer than"),
    "minItems": _simple(lambda value, said: len(value) >= said, "fewer than"),
    "maxItems": _simple(lambda value, said: len(value) <= said, "more than"),
}
