"""Which instruments a programme brought itself: published, and from then on never changed."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from recorder.db import Base, db, now, uuid7
from recorder.instruments import library


class StoredInstrument(Base):
    """An instrument as its document; `hash` is the SHA-256 of the document's canonical JSON."""

    __tablename__ = "instrument"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    published_at: Mapped[datetime | None] = mapped_column(default=now)

    __table_args__ = (
        UniqueConstraint("programme_id", "name", "version"),
        CheckConstraint("kind IN ('scheme', 'scale', 'qset', 'questionnaire')", name="kind"),
        Index("ix_instrument_programme_id_hash", "programme_id", "hash"),
    )


def with_hash(programme_id: uuid.UUID, hash: str) -> library.Instrument | None:
    """The published instrument, built in or the programme's own, whose document has this SHA-256; or None."""
    for instrument in library.builtins():
        if instrument.hash == hash:
            return instrument
    return _own(programme_id, StoredInstrument.hash == hash)


def with_id(programme_id: uuid.UUID, id: str) -> library.Instrument | None:
    """The published instrument with this name and version (`sensitivity/1`), built in or own; or None."""
    try:
        return library.builtin(id)
    except LookupError:
        name, _, version = id.partition("/")
        if not name.isprintable() or not (version.isascii() and version.isdecimal() and len(version) < 10):
            return None
        return _own(programme_id, StoredInstrument.name == name, StoredInstrument.version == int(version))


def published(programme_id: uuid.UUID) -> list[tuple[library.Instrument, dict[str, Any]]]:
    """Every published instrument, built in and own, with its document."""
    own = select(StoredInstrument.document).where(
        StoredInstrument.programme_id == programme_id, StoredInstrument.published_at.is_not(None)
    )
    built_in = [(one, library.document(one.id)) for one in library.builtins()]
    return built_in + [(library.read(document), document) for document in db.session.scalars(own)]


def offered(programme_id: uuid.UUID) -> list[dict[str, Any]]:
    """Every published instrument, built in and own, as a tablet keeps it: id, kind, hash and document."""
    return [
        {"id": one.id, "kind": library.kind(one), "hash": one.hash, "document": document}
        for one, document in published(programme_id)
    ]


def _own(programme_id: uuid.UUID, *conditions: ColumnElement[bool]) -> library.Instrument | None:
    query = select(StoredInstrument.document).where(
        StoredInstrument.programme_id == programme_id, StoredInstrument.published_at.is_not(None), *conditions
    )
    document = db.session.scalar(query)
    return None if document is None else library.read(document)
