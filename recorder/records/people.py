"""Who works here: programmes, their sites, the people who sign in, and their sessions."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recorder.db import Base, Sealed, now, uuid7

ROLES = ("visitor", "supervisor", "manager", "auditor", "administrator")
PAPERS = ("letter", "a4")
ZONE_CUTS = (81, 61, 41)
"""The lowest zone score of each zone but the last one, from the top: to be confirmed against a licensed manual."""


class Programme(Base):
    """The unit of isolation: every other row belongs to one programme.

    `emergency_number` and `hotline` stand on the safety card. `double_coded_percent` is the share of visits that
    should be coded by two; a practice pair with an event kappa of at least `certify_kappa` certifies its observer for
    `certify_days`. `zone_cuts` divides the zone scores 1-100 of an external emotional-availability result. A consent is
    asked for again after `consent_days`; counts from 1 to `small_cells` are hidden in tables that leave the programme.
    """

    __tablename__ = "programme"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8), default="en")
    paper: Mapped[str] = mapped_column(String(8), default="letter")
    telephone: Mapped[str] = mapped_column(String(40), default="")
    contacts: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    emergency_number: Mapped[str] = mapped_column(String(40), default="")
    hotline: Mapped[str] = mapped_column(String(200), default="")
    observe_every_days: Mapped[int] = mapped_column(default=30)
    double_coded_percent: Mapped[int] = mapped_column(default=20)
    certify_kappa: Mapped[float] = mapped_column(default=0.6)
    certify_days: Mapped[int] = mapped_column(default=365)
    zone_cuts: Mapped[list[int]] = mapped_column(JSON, default=lambda: list(ZONE_CUTS))
    supervise_every_days: Mapped[int] = mapped_column(default=30, server_default="30")
    consent_days: Mapped[int] = mapped_column(default=365, server_default="365")
    small_cells: Mapped[int] = mapped_column(default=10, server_default="10")
    created_at: Mapped[datetime] = mapped_column(default=now)

    sites: Mapped[list[Site]] = relationship(order_by="Site.name")

    __table_args__ = (
        CheckConstraint("paper IN ('letter', 'a4')", name="paper"),
        CheckConstraint("observe_every_days > 0", name="observe_every_days"),
        CheckConstraint("double_coded_percent BETWEEN 0 AND 100", name="double_coded_percent"),
        CheckConstraint("certify_kappa BETWEEN 0 AND 1", name="certify_kappa"),
        CheckConstraint("certify_days > 0", name="certify_days"),
        CheckConstraint("supervise_every_days > 0", name="supervise_every_days"),
        CheckConstraint("consent_days > 0", name="consent_days"),
        CheckConstraint("small_cells BETWEEN 1 AND 100", name="small_cells"),
    )


class Site(Base):
    """A place that visits start from; its zone decides to which day a visit belongs."""

    __tablename__ = "site"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    name: Mapped[str] = mapped_column(String(200))
    zone: Mapped[str] = mapped_column(String(64))

    __table_args__ = (UniqueConstraint("programme_id", "name"),)


class Account(Base):
    """A person who signs in. `supervisor` is set for visitors: it makes the supervisor's team. A `clinician` may read
    external classifications."""

    __tablename__ = "account"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    site_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("site.id"))
    supervisor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    sign_in: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(Sealed("account.name"))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8), default="en")
    left_handed: Mapped[bool] = mapped_column(default=False)
    clinician: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    disabled_at: Mapped[datetime | None]

    programme: Mapped[Programme] = relationship()
    site: Mapped[Site | None] = relationship()
    supervisor: Mapped[Account | None] = relationship(remote_side="Account.id")

    __table_args__ = (
        CheckConstraint("role IN ('visitor', 'supervisor', 'manager', 'auditor', 'administrator')", name="role"),
    )


class SignedIn(Base):
    """One session of one person on one browser; the cookie's token is stored as its SHA-256 only."""

    __tablename__ = "signed_in"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    agent: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()


class FailedSignIn(Base):
    """A sign-in that failed, so that guessing gets slower; the name that was tried is kept as a fingerprint."""

    __tablename__ = "failed_sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(default=now)
