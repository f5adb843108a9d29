"""When somebody goes to a family: planned, done, or cancelled, by whom and why."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recorder.db import Base, Sealed, now, uuid7
from recorder.records.families import Family
from recorder.records.people import Account, Site


class Visit(Base):
    """A visit. `local_date` is the day at its site, fixed when it is taken in; `local_time` is "HH:MM" or None."""

    __tablename__ = "visit"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    family_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    local_date: Mapped[date]
    local_time: Mapped[str | None] = mapped_column(String(5))
    status: Mapped[str] = mapped_column(String(10), default="planned")
    cancelled_by: Mapped[str | None] = mapped_column(String(10))
    cancel_reason: Mapped[str | None] = mapped_column(Sealed("visit.cancel_reason"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    family: Mapped[Family] = relationship()
    site: Mapped[Site] = relationship()
    account: Mapped[Account] = relationship()

    __table_args__ = (
        CheckConstraint("status IN ('planned', 'done', 'cancelled')", name="status"),
        CheckConstraint("(status = 'cancelled') = (cancelled_by IS NOT NULL)", name="cancelled_by_when_cancelled"),
        CheckConstraint("cancelled_by IS NULL OR cancelled_by IN ('staff', 'family')", name="cancelled_by"),
        Index("ix_visit_programme_id_local_date", "programme_id", "local_date"),
    )
