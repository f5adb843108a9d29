"""What was handed out about a child, to whom, when and by whom."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recorder.db import Base, Sealed, now, uuid7
from recorder.records.families import Child
from recorder.records.people import Account


class Disclosure(Base):
    """One file about a child that left the programme: how many reviewed `items` it held, how many were `withheld`."""

    __tablename__ = "disclosure"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    family_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("child.id", ondelete="CASCADE"))
    recipient: Mapped[str] = mapped_column(Sealed("disclosure.recipient"))
    items: Mapped[int]
    withheld: Mapped[int]
    released_at: Mapped[datetime] = mapped_column(default=now)
    released_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))

    child: Mapped[Child] = relationship()
    released_by: Mapped[Account] = relationship()
