"""What lets a person in besides her password: the link by which she comes to one, and a second factor."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recorder.db import Base, SealedBytes, now, uuid7
from recorder.records.people import Account


class Invitation(Base):
    """A link that lets one person choose her password, once; its token is stored as its SHA-256 only. `made_by_id` is
    None for one that the command line made."""

    __tablename__ = "invitation"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(foreign_keys=[account_id])


class SecondFactor(Base):
    """The secret that a person's authenticator shares with the server (RFC 6238); `last_step` is the last of its steps
    of 30 seconds that a number was taken for."""

    __tablename__ = "second_factor"

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    secret: Mapped[bytes] = mapped_column(SealedBytes("second_factor.secret"))
    last_step: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(default=now)


class RecoveryCode(Base):
    """A code that stands once for a number of a lost authenticator, stored as its SHA-256 only."""

    __tablename__ = "recovery_code"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("second_factor.account_id", ondelete="CASCADE"), index=True
    )
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]
