"""How do a hundred like entries rest in one row without naming their fields a hundred times?

A document's lists of objects are kept as columns: `[{"t": 1, "code": "A"}, {"t": 5, "code": "B"}]` rests as
`{"t": [1, 5], "code": ["A", "B"]}`; what is longer than `LONG` letters is compressed on top, to a fifth. Whoever reads
the document finds the list again and never knows. A document that was written as it is, or whose entries are not alike,
is read as it is.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, Dialect
from sqlalchemy.types import TypeDecorator

LONG = 400
FAST = 2  # as in ingest.segments
PACKED = "zlib"
"""The one key of what was compressed; columns hold lists, so it is never one of them."""


class Columnar(TypeDecorator[dict[str, Any]]):
    """A JSON document that keeps the lists under `keys` as columns."""

    impl = JSON
    cache_ok = True

    def __init__(self, *keys: str) -> None:
        super().__init__()
        self.keys = keys

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> dict[str, Any] | None:
        return value and value | {key: packed(columns(value[key])) for key in self.keys if key in value}

    def process_result_value(self, value: dict[str, Any] | None, dialect: Dialect) -> dict[str, Any] | None:
        return value and value | {key: entries(unpacked(value[key])) for key in self.keys if key in value}


def columns(rows: Any) -> Any:
    """Entries as columns; what is no list of entries with the same fields stays as it is.

    >>> columns([{"t": 1, "code": "A"}, {"t": 5, "code": "B"}])
    {'t': [1, 5], 'code': ['A', 'B']}
    >>> columns([]), columns([{"t": 1}, {"code": "A"}])
    ([], [{'t': 1}, {'code': 'A'}])
    """
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        return rows
    fields = rows[0].keys()
    if not fields or any(row.keys() != fields for row in rows):
        return rows
    return dict(zip(fields, map(list, zip(*(map(row.__getitem__, fields) for row in rows), strict=True)), strict=True))


def entries(kept: Any) -> Any:
    """The inverse of `columns`.

    >>> entries({"t": [1, 5], "code": ["A", "B"]})
    [{'t': 1, 'code': 'A'}, {'t': 5, 'code': 'B'}]
    """
    if not isinstance(kept, Mapping):
        return kept
    return [dict(zip(kept, row, strict=True)) for row in zip(*kept.values(), strict=True)]


def packed(kept: Any) -> Any:
    """Columns that are long, compressed; everything else as it is."""
    text = json.dumps(kept, separators=(",", ":")) if isinstance(kept, dict) else ""
    return {PACKED: base64.b85encode(zlib.compress(text.encode(), FAST)).decode()} if len(text) > LONG else kept


def unpacked(kept: Any) -> Any:
    """The inverse of `packed`.

    >>> unpacked(packed({"t": list(range(200))})) == {"t": list(range(200))}
    True
    """
    if isinstance(kept, dict) and isinstance(kept.get(PACKED), str):
        return json.loads(zlib.decompress(base64.b85decode(kept[PACKED])))
    return kept
