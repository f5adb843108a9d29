"""What a family was given: the words of a page, as approved, kept for good."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recorder.db import Base, Sealed, now
from recorder.records.families import Family
from recorder.records.people import Account
from recorder.records.visits import Visit


class Sheet(Base):
    """An approved page. `words` is the sealed JSON of the log's `sheet` event: what was proposed and what is printed.

    A later `sheet` event with the same page id replaces it: then the family struck a sentence, or said whether the page
    `fits` ("yes", "partly", "no"; None: she was not asked). Her words about that, and what she struck, are in `words`.
    """

    __tablename__ = "sheet"

    key: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    id: Mapped[uuid.UUID]
    log_key: Mapped[int] = mapped_column(ForeignKey("log.key", ondelete="CASCADE"))
    seq: Mapped[int]
    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"))
    family_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("child.id", ondelete="CASCADE"))
    caregiver_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("caregiver.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(8))
    step: Mapped[str] = mapped_column(String(40), default="")
    words: Mapped[str] = mapped_column(Sealed("sheet.words"))
    fits: Mapped[str | None] = mapped_column(String(8))
    local_date: Mapped[date]
    approved_at: Mapped[datetime] = mapped_column(default=now)

    family: Mapped[Family] = relationship()
    visit: Mapped[Visit] = relationship()
    account: Mapped[Account] = relationship()

    __table_args__ = (
        UniqueConstraint("programme_id", "id"),
        UniqueConstraint("log_key", "seq"),
        CheckConstraint("fits IN ('yes', 'partly', 'no')", name="fits"),
    )
