"""Which tablets may send, who uses them, and which life of the database they speak to.

A *device* is a tablet (or a browser) that was enrolled: its token gives an append-only right to upload, and nothing
else. A *user* of a device is a person who has signed in on it once; her token, which rests in her vault, lets the
tablet pull her caseload. A *code* is made by a supervisor for one use within ten minutes. Tokens and codes are stored
as their SHA-256 only. Every programme has a pair of keys: what a tablet wraps for the server, only the server opens.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recorder.db import Base, SealedBytes, now, uuid7
from recorder.records.people import Account, Programme


class Device(Base):
    """A tablet. `report` is the last one that it made (docs/sync-api.md); a revoked one still sends, into quarantine.

    `account_id` is set for a browser that was enrolled by signing in: then it is that person's. `enrolled_by_id` is
    whoever answers for the tablet: that person, or the one who made its code. `minute_requests` counts what it sent
    since `minute_from`, so that every worker knows when it was too often.
    """

    __tablename__ = "device"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    site_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("site.id"))
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    enrolled_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    enrolled_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]
    last_contact_at: Mapped[datetime | None]
    minute_from: Mapped[datetime | None]
    minute_requests: Mapped[int] = mapped_column(default=0)
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    programme: Mapped[Programme] = relationship()
    account: Mapped[Account | None] = relationship(foreign_keys=account_id)
    enrolled_by: Mapped[Account] = relationship(foreign_keys=enrolled_by_id)


class DeviceUser(Base):
    """That a person may pull her caseload on a device, by the token that rests in her vault there."""

    __tablename__ = "device_user"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    device_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]

    device: Mapped[Device] = relationship()
    account: Mapped[Account] = relationship()

    __table_args__ = (UniqueConstraint("device_id", "account_id"),)


class DeviceCode(Base):
    """A code for one use: to enrol a tablet, or to open the vault of a person who forgot her passphrase on one."""

    __tablename__ = "device_code"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    site_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("site.id"))
    purpose: Mapped[str] = mapped_column(String(10))
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]
    device_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"))
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        CheckConstraint("purpose IN ('enrol', 'recover')", name="purpose"),
        CheckConstraint(
            "purpose = 'enrol' OR (device_id IS NOT NULL AND account_id IS NOT NULL)", name="recovers_whose"
        ),
    )


class ProgrammeKey(Base):
    """A programme's pair of keys (RSA, 3072 bit): `public` as base64 SPKI, `private` as sealed PKCS 8."""

    __tablename__ = "programme_key"

    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    public: Mapped[str] = mapped_column(Text)
    private: Mapped[bytes] = mapped_column(SealedBytes("programme_key.private"))
    made_at: Mapped[datetime] = mapped_column(default=now)


class Life(Base):
    """Which life of the database this is: one row. A restore counts `epoch` on, and tablets offer everything again;
    `backed_up_at` is the moment up to which a backup holds everything, None before the first."""

    __tablename__ = "life"

    key: Mapped[int] = mapped_column(primary_key=True, default=1)
    epoch: Mapped[int] = mapped_column(default=1)
    restored_at: Mapped[datetime | None]
    backed_up_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("key = 1", name="one_row"),)
