"""Who is visited: families, their children and caregivers, what they agreed to, and who visits them."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recorder.db import Base, Sealed, now, uuid7
from recorder.records.people import Account, Site

SCOPES = ("observe", "share", "video")


CORRECTED_UNTIL = 24
"""Months of age up to which an early birth is taken off."""


def age_months(born: date, on: date, weeks_early: int = 0) -> int:
    """The age in whole months on a day; up to 24 months, counted from the day when the child was expected.

    >>> age_months(date(2026, 1, 31), date(2026, 2, 28)), age_months(date(2026, 1, 1), date(2026, 7, 1), 8)
    (0, 4)
    >>> age_months(date(2026, 1, 1), date(2028, 1, 1), 8)
    24
    """
    age = _whole_months(born, on)
    if age >= CORRECTED_UNTIL:
        return age
    return max(0, _whole_months(born + timedelta(weeks=weeks_early), on))


def old_enough(born: date, months: int, weeks_early: int = 0) -> date:
    """The first day on which `age_months` says so many months or more.

    >>> old_enough(date(2026, 1, 31), 1), old_enough(date(2026, 1, 1), 6, weeks_early=8)
    (datetime.date(2026, 3, 1), datetime.date(2026, 8, 26))
    """
    if months >= CORRECTED_UNTIL:
        return _months_after(born, months)
    corrected = _months_after(born + timedelta(weeks=weeks_early), months) if months > 0 else born
    return min(corrected, _months_after(born, CORRECTED_UNTIL))


def _whole_months(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def _months_after(start: date, months: int) -> date:
    """The day after which `months` whole months are over: without such a day, the first of the next month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    try:
        return date(year, month + 1, start.day)
    except ValueError:
        return _months_after(start.replace(day=1), months + 1)


class Family(Base):
    """A family of a programme at a site; `code` is the case number that staff use in place of names.

    Of an erased one (`erased_at`) the figures stay and nobody reaches it: `operations.erasure`.
    """

    __tablename__ = "family"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"))
    code: Mapped[str] = mapped_column(String(40))
    goal: Mapped[str] = mapped_column(Sealed("family.goal"), default="")
    enrolled_on: Mapped[date]
    left_on: Mapped[date | None]
    erased_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    def sealed_for(self) -> uuid.UUID:
        """Its own key, which every row of it is sealed with."""
        self.id = self.id or uuid7()
        return self.id

    site: Mapped[Site] = relationship()
    children: Mapped[list[Child]] = relationship(order_by="Child.position", cascade="all, delete-orphan")
    caregivers: Mapped[list[Caregiver]] = relationship(order_by="Caregiver.position", cascade="all, delete-orphan")
    consents: Mapped[list[Consent]] = relationship(order_by="Consent.id", cascade="all, delete-orphan")
    assignments: Mapped[list[Assignment]] = relationship(order_by="Assignment.from_on", cascade="all, delete-orphan")

    __table_args__ = (
        UniqueConstraint("programme_id", "code"),
        CheckConstraint("left_on IS NULL OR left_on >= enrolled_on", name="left_after_enrolled"),
    )


class Child(Base):
    """A child; the birth date is sealed (ISO form); `duplicate` finds the same child enrolled twice."""

    __tablename__ = "child"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    family_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    first_name: Mapped[str] = mapped_column(Sealed("child.first_name"))
    birth_date: Mapped[str] = mapped_column(Sealed("child.birth_date"))
    weeks_early: Mapped[int] = mapped_column(default=0)
    duplicate: Mapped[str] = mapped_column(String(64), index=True)

    __table_args__ = (CheckConstraint("weeks_early >= 0 AND weeks_early <= 20", name="weeks_early"),)

    def age_months(self, on: date) -> int:
        """The age in whole months on a day, corrected for being born early."""
        return age_months(date.fromisoformat(self.birth_date), on, self.weeks_early)


class Caregiver(Base):
    """A caregiver, with the language of her page; `sheet_release` says whether she may be given one."""

    __tablename__ = "caregiver"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    family_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    first_name: Mapped[str] = mapped_column(Sealed("caregiver.first_name"))
    relation: Mapped[str] = mapped_column(String(40), default="")
    language: Mapped[str] = mapped_column(String(8), default="en")
    sheet_release: Mapped[bool] = mapped_column(default=True)


class Consent(Base):
    """What a family agreed to, from when and, if it was withdrawn, until when."""

    __tablename__ = "consent"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    family_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    scope: Mapped[str] = mapped_column(String(20))
    given_on: Mapped[date]
    withdrawn_on: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("scope IN ('observe', 'share', 'video')", name="scope"),
        CheckConstraint("withdrawn_on IS NULL OR withdrawn_on >= given_on", name="withdrawn_after_given"),
    )


class Assignment(Base):
    """Who visits a family, by dates (both ends inclusive; `until_on` None: still going on)."""

    __tablename__ = "assignment"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    family_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]

    account: Mapped[Account] = relationship()

    __table_args__ = (CheckConstraint("until_on IS NULL OR until_on >= from_on", name="until_after_from"),)
