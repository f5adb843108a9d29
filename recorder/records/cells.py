"""How are the figures of many visits kept ready to be summed, and taken out again exactly?

Two grains of cells hold the same sums: month x site x visitor, and month x site. Everything in a cell is a whole
number (counts, squares, products, bins of latency), so that taking a visit out leaves what was there before, byte for
byte. Bins are 100 ms wide; the last one is open.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from recorder.db import db
from recorder.records.observations import CLASSES, Cell

BIN_MS = 100
BINS = 101
SITE = "site"
"""The grain of a cell over all visitors of a site."""

Counts = tuple[int, int]
"""Answered and codable cues."""


@dataclass(frozen=True)
class Share:
    """What one observation adds to its two cells: `counts` in the order of `CLASSES`, `histogram` of its latencies."""

    programme_id: uuid.UUID
    site_id: uuid.UUID
    account_id: uuid.UUID
    local_date: date
    measures_version: int
    scheme_hash: str
    observed_ms: int
    counts: tuple[Counts, Counts, Counts]
    histogram: bytes


def histogram(latencies_ms: Iterable[int]) -> bytes:
    """Latencies, in ms, as little-endian 32-bit counts of bins of 100 ms.

    >>> struct.unpack("<101I", histogram([0, 99, 100, 60_000]))[:2]
    (2, 1)
    """
    bins = [0] * BINS
    for latency in latencies_ms:
        bins[min(latency // BIN_MS, BINS - 1)] += 1
    return struct.pack(f"<{BINS}I", *bins)


def add(share: Share) -> None:
    """Add one observation to its cells; the caller commits."""
    _apply(share, 1)


def subtract(share: Share) -> None:
    """Take one observation out of its cells; a cell that has nothing left is removed."""
    _apply(share, -1)


class Totals:
    """The cells of many observations, added up in memory: for loading in bulk, where no cell is there yet."""

    def __init__(self) -> None:
        self._cells: dict[tuple[object, ...], dict[str, Any]] = {}

    def add(self, share: Share) -> None:
        """Add one observation to its two cells."""
        for grain, account_id in ((str(share.account_id), share.account_id), (SITE, None)):
            key = tuple((_named(share) | {"visitor": grain}).values())
            cell = self._cells.get(key)
            if cell is None:
                self._cells[key] = _new(share, grain, account_id)
                continue
            cell["visits"] += 1
            cell["observed_ms"] += share.observed_ms
            cell["sums"] = _sums(share, cell["sums"], 1)
            cell["histogram"] = _merged(cell["histogram"], share.histogram, 1)

    def rows(self) -> list[dict[str, object]]:
        """The rows of these cells."""
        return list(self._cells.values())


# one order of locking for all, so that two visits of one site never wait for each other in a circle
_CELLS = (
    select(Cell.key, Cell.grain, Cell.visits, Cell.observed_ms, Cell.sums, Cell.histogram)
    .where(
        Cell.programme_id == bindparam("programme"),
        Cell.month == bindparam("month"),
        Cell.site_id == bindparam("site"),
        Cell.grain.in_((bindparam("visitor"), SITE)),
        Cell.measures_version == bindparam("version"),
        Cell.scheme_hash == bindparam("scheme"),
    )
    .order_by(Cell.grain)
    .with_for_update()
)
_CHANGE = (
    update(Cell)
    .where(Cell.key == bindparam("cell"))
    .values({name: bindparam(f"new_{name}") for name in ("visits", "observed_ms", "sums", "histogram")})
)
_REMOVE = delete(Cell).where(Cell.key == bindparam("cell"))
_MAKE = insert(Cell)


def _apply(share: Share, sign: int) -> None:
    connection = db.session.connection()
    rows = connection.execute(_CELLS, _named(share)).all()
    changed = [
        {
            "cell": key,
            "new_visits": visits + sign,
            "new_observed_ms": observed_ms + sign * share.observed_ms,
            "new_sums": _sums(share, sums, sign),
            "new_histogram": _merged(bins, share.histogram, sign),
        }
        for key, _, visits, observed_ms, sums, bins in rows
        if visits + sign > 0
    ]
    if changed:
        connection.execute(_CHANGE, changed)
    if removed := [{"cell": row.key} for row in rows if row.visits + sign == 0]:
        connection.execute(_REMOVE, removed)
    missing = {str(share.account_id): share.account_id, SITE: None}
    for row in rows:
        missing.pop(row.grain)
    if sign > 0 and missing:
        connection.execute(_MAKE, [_new(share, grain, account) for grain, account in missing.items()])


def _named(share: Share) -> dict[str, object]:
    """What the two cells of a share are found by."""
    return {
        "programme": share.programme_id,
        "month": share.local_date.replace(day=1),
        "site": share.site_id,
        "visitor": str(share.account_id),
        "version": share.measures_version,
        "scheme": share.scheme_hash,
    }


def _new(share: Share, grain: str, account_id: uuid.UUID | None) -> dict[str, object]:
    return {
        "programme_id": share.programme_id,
        "month": share.local_date.replace(day=1),
        "site_id": share.site_id,
        "account_id": account_id,
        "grain": grain,
        "measures_version": share.measures_version,
        "scheme_hash": share.scheme_hash,
        "visits": 1,
        "observed_ms": share.observed_ms,
        "sums": _sums(share, {name: [0] * 6 for name in CLASSES}, 1),
        "histogram": share.histogram,
    }


def _sums(share: Share, before: dict[str, list[int]], sign: int) -> dict[str, list[int]]:
    return {
        name: [
            old + sign * new
            for old, new in zip(
                before[name],
                (answered, codable, answered * answered, codable * codable, answered * codable, int(codable > 0)),
                strict=True,
            )
        ]
        for name, (answered, codable) in zip(CLASSES, share.counts, strict=True)
    }


def _merged(bins: bytes, more: bytes, sign: int) -> bytes:
    ours, theirs = struct.unpack(f"<{BINS}I", bins), struct.unpack(f"<{BINS}I", more)
    return struct.pack(f"<{BINS}I", *(old + sign * new for old, new in zip(ours, theirs, strict=True)))
