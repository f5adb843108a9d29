"""What has left the programme as a report, and how is one defined?

*Published* tables are kept as they were given away and served again unchanged, whatever arrives later. A programme's
own definition of a report stands beside those that are built in.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recorder.db import Base, Sealed, now, uuid7
from recorder.records.people import Account


class Published(Base):
    """The tables of one quarter (days `first` to `last`), published once.

    `content` is the exact JSON that is shown; `counts`, sealed, the numbers before any was hidden, which the audit of
    the next publication needs.
    """

    __tablename__ = "published"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    first: Mapped[date]
    last: Mapped[date]
    threshold: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    counts: Mapped[str] = mapped_column(Sealed("published.counts"))
    published_at: Mapped[datetime] = mapped_column(default=now)
    published_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))

    published_by: Mapped[Account] = relationship()

    __table_args__ = (
        UniqueConstraint("programme_id", "first"),
        CheckConstraint("last > first", name="last_after_first"),
    )


class ReportDefinition(Base):
    """A programme's own definition of a report; `document` is as in `recorder/programme/definitions`."""

    __tablename__ = "report_definition"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    name: Mapped[str] = mapped_column(String(60))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(default=now)
    made_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (UniqueConstraint("programme_id", "name"),)
