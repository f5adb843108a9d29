"""Which instruments is a programme still writing, and how does one come to be published?

A draft is a row without `published_at`. Its document may be unfinished, and it reaches no tablet. What is published
never changes again: the database itself refuses (migration 20261127).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, null, select

from recorder.db import db, now
from recorder.instruments import library
from recorder.records.instruments import StoredInstrument


def add(programme_id: uuid.UUID, kind: str, document: Mapping[str, Any]) -> StoredInstrument:
    """Put a draft of this kind into the session; its name and version are those of its document."""
    row = StoredInstrument(programme_id=programme_id, kind=kind, published_at=null())
    _fill(row, document)
    db.session.add(row)
    return row


def rewrite(row: StoredInstrument, document: Mapping[str, Any]) -> None:
    """Give a draft another document. Raises `ValueError` for what is published."""
    if row.published_at is not None:
        raise ValueError(f"{row.name}/{row.version} is published and never changes")
    _fill(row, document)


def _fill(row: StoredInstrument, document: Mapping[str, Any]) -> None:
    row.name, row.version = document.get("name", "unnamed"), document.get("version", 1)
    row.document, row.hash = dict(document), library.digest(document)


def publish(row: StoredInstrument) -> None:
    """Freeze a draft for ever. Raises `InvalidInstrument` when its document is not finished."""
    library.read(row.document)
    row.published_at = now()


def next_version(programme_id: uuid.UUID, name: str) -> int:
    """The version that comes after all that the programme has of this name; 1 for a new name."""
    same = select(func.max(StoredInstrument.version)).where(
        StoredInstrument.programme_id == programme_id, StoredInstrument.name == name
    )
    return (db.session.scalar(same) or 0) + 1


def with_version(programme_id: uuid.UUID, name: str, version: int) -> StoredInstrument | None:
    """The programme's own instrument of this name and version, published or not; or None."""
    return db.session.scalar(
        select(StoredInstrument).where(
            StoredInstrument.programme_id == programme_id,
            StoredInstrument.name == name,
            StoredInstrument.version == version,
        )
    )
