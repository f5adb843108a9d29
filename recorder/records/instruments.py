"""Which instruments a programme brought itself: published, and from then on never changed."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from recorder.db import Base, now, uuid7


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
        CheckConstraint("kind IN ('scheme', 'scale')", name="kind"),
    )
