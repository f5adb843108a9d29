"""Would two observers have seen the same? Who codes a moment a second time, and what came of it.

A *grant* opens one visit's shell to one named second observer, blind to the first. A *practice piece* is a moment
(a video, as a rule) with a reference coding; coding it well certifies an observer for a scheme. What two logs agree on
is computed once, when both are closed, and stored. Times are whole milliseconds.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    CompoundSelect,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from recorder.db import Base, Sealed, db, now, uuid7
from recorder.records.observations import Log
from recorder.records.people import Account
from recorder.records.visits import Visit


class Grant(Base):
    """Leave for one observer to code one visit a second time; it ends when both logs are closed, or is taken back."""

    __tablename__ = "double_coding"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    granted_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    granted_at: Mapped[datetime] = mapped_column(default=now)
    taken_back_at: Mapped[datetime | None]

    visit: Mapped[Visit] = relationship()
    account: Mapped[Account] = relationship(foreign_keys=[account_id])

    __table_args__ = (UniqueConstraint("visit_id", "account_id"),)


def is_open() -> ColumnElement[bool]:
    """A condition on `Grant`: whether one of its two logs is still to come or to be signed. A grant that is open and
    was not taken back is live."""
    signed = select(Log.key).where(
        Log.visit_id == Grant.visit_id,
        Log.kind == "observation",
        Log.refused.is_(None),
        Log.closed_at.is_not(None),
    )
    first = signed.where(Log.role == "primary")
    second = signed.where(Log.role == "second", Log.account_id == Grant.account_id)
    return or_(~first.correlate(Grant).exists(), ~second.correlate(Grant).exists())


def is_live() -> ColumnElement[bool]:
    """A condition on `Grant`: whether it opens its visit to the second observer now."""
    return and_(Grant.taken_back_at.is_(None), is_open())


def is_hidden_from(account_id: uuid.UUID) -> ColumnElement[bool]:
    """A condition on `Log`: whether it is another's observation of a visit that this person is coding too, either as
    the first or as the second, while the two are not both signed. Until then each is blind to the other."""
    log = aliased(Log)
    begun = select(log.key).where(
        log.visit_id == Grant.visit_id, log.role == "second", log.account_id == Grant.account_id
    )
    hers: CompoundSelect[uuid.UUID | None] = union_all(
        select(Grant.visit_id).where(Grant.account_id == account_id),
        select(Visit.id).where(Visit.account_id == account_id),
        select(log.visit_id).where(log.account_id == account_id, log.kind == "observation"),
    )
    pending = select(Grant.visit_id).where(
        Grant.visit_id.in_(hers), is_open(), or_(Grant.taken_back_at.is_(None), begun.correlate(Grant).exists())
    )
    return and_(Log.visit_id.in_(pending), Log.kind == "observation", Log.account_id != account_id)


@dataclass(frozen=True)
class Standing:
    """How far a double coding has come: whether the first and the second observer have signed, and the key of their
    pair, None before there is one."""

    grant: Grant
    first_signed: bool
    second_signed: bool
    pair: int | None

    @property
    def live(self) -> bool:
        """Whether the second observer may still begin, or has begun and not signed."""
        return self.grant.taken_back_at is None and not (self.first_signed and self.second_signed)


def standings(visit_id: uuid.UUID) -> list[Standing]:
    """The double codings of a visit, in the order in which they were granted; those that were taken back before the
    second observer signed are left out."""
    signed = list(
        db.session.execute(
            select(Log.role, Log.account_id).where(
                Log.visit_id == visit_id,
                Log.kind == "observation",
                Log.refused.is_(None),
                Log.closed_at.is_not(None),
            )
        )
    )
    first = any(role == "primary" for role, _ in signed)
    seconds = {account_id for role, account_id in signed if role == "second"}
    made = select(PairAgreement.second_account_id, PairAgreement.key).where(PairAgreement.visit_id == visit_id)
    pairs = {account_id: key for account_id, key in db.session.execute(made.order_by(PairAgreement.key))}
    grants = db.session.scalars(select(Grant).where(Grant.visit_id == visit_id).order_by(Grant.granted_at, Grant.id))
    return [
        Standing(grant, first, grant.account_id in seconds, pairs.get(grant.account_id))
        for grant in grants
        if grant.taken_back_at is None or grant.account_id in seconds
    ]


class PracticePiece(Base):
    """A moment to practise on; `reference` is the sealed JSON of the observation file that it is compared with."""

    __tablename__ = "practice_piece"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    title: Mapped[str] = mapped_column(String(200))
    instructions: Mapped[str] = mapped_column(String(1000), default="")
    scheme: Mapped[str] = mapped_column(String(100))
    scheme_hash: Mapped[str] = mapped_column(String(64))
    reference: Mapped[str] = mapped_column(Sealed("practice_piece.reference"))
    made_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    retired_at: Mapped[datetime | None]


class PairAgreement(Base):
    """What two closed logs of one moment agree on, or a practice log and its reference (then `first_log_key` is None).

    `offset_ms` is added to the second log's times; `aligned_by` says where it comes from: "sync" (a tap on a spoken
    "now"), "utc" (clocks of grade A) or "none". `result` is what `recorder agreement --format json` prints.
    """

    __tablename__ = "pair_agreement"

    key: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    site_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("site.id"))
    visit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), index=True)
    practice_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("practice_piece.id"))
    first_log_key: Mapped[int | None] = mapped_column(ForeignKey("log.key", ondelete="CASCADE"))
    second_log_key: Mapped[int] = mapped_column(ForeignKey("log.key", ondelete="CASCADE"), unique=True)
    second_account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    local_date: Mapped[date]
    scheme: Mapped[str] = mapped_column(String(100))
    scheme_hash: Mapped[str] = mapped_column(String(64))
    measures_version: Mapped[int]
    offset_ms: Mapped[int]
    aligned_by: Mapped[str] = mapped_column(String(10))
    result: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (
        CheckConstraint("aligned_by IN ('sync', 'utc', 'none')", name="aligned_by"),
        CheckConstraint("(visit_id IS NULL) <> (practice_id IS NULL)", name="visit_or_practice"),
        Index("ix_pair_agreement_programme_id_local_date", "programme_id", "local_date"),
    )


class Certificate(Base):
    """That somebody codes with an instrument reliably, from a day to a day (both inclusive).

    `source` is "practice" (then `pair_key` names the pair that earned it) or "external" (then `reference` does).
    """

    __tablename__ = "certificate"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    instrument: Mapped[str] = mapped_column(String(100))
    source: Mapped[str] = mapped_column(String(10))
    reference: Mapped[str] = mapped_column(String(200), default="")
    pair_key: Mapped[int | None] = mapped_column(ForeignKey("pair_agreement.key", ondelete="SET NULL"))
    on: Mapped[date]
    until: Mapped[date]
    given_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    given_at: Mapped[datetime] = mapped_column(default=now)

    account: Mapped[Account] = relationship(foreign_keys=[account_id])

    __table_args__ = (
        CheckConstraint("source IN ('practice', 'external')", name="source"),
        CheckConstraint('until >= "on"', name="until_after_on"),
    )


def certificates(programme_id: uuid.UUID) -> dict[tuple[uuid.UUID, str], list[tuple[date, date]]]:
    """The first and last days of every certificate, by whom it was given to and for which instrument."""
    found: dict[tuple[uuid.UUID, str], list[tuple[date, date]]] = defaultdict(list)
    for row in db.session.scalars(select(Certificate).where(Certificate.programme_id == programme_id)):
        found[row.account_id, row.instrument].append((row.on, row.until))
    return found


def is_certified(account_id: uuid.UUID, instrument: str, day: date) -> bool:
    """Whether somebody holds a certificate for an instrument that is valid on a day."""
    valid = select(Certificate.id).where(
        Certificate.account_id == account_id,
        Certificate.instrument == instrument,
        Certificate.on <= day,
        Certificate.until >= day,
    )
    return db.session.execute(valid).first() is not None
