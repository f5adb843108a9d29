"""What must not be erased for now: a court, an authority or a complaint needs it."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from recorder.db import Base, Sealed, db, now, uuid7


class LegalHold(Base):
    """That a family is not erased, from when and, once it was lifted, until when."""

    __tablename__ = "legal_hold"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    family_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(Sealed("legal_hold.reason"))
    placed_at: Mapped[datetime] = mapped_column(default=now)
    placed_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))


def hold_on(family_id: uuid.UUID) -> LegalHold | None:
    """The hold that a family stands under now, if there is one."""
    now_held = select(LegalHold).where(LegalHold.family_id == family_id, LegalHold.lifted_at.is_(None))
    return db.session.scalars(now_held.order_by(LegalHold.placed_at)).first()
