"""What was sorted, what was asked, and what somebody else found: results that stand beside the observations.

An *assessment* is what one closed log of cards or answers came to. It is derived and can be made again from its log.
An *external result* is a record of an assessment made elsewhere by somebody certified for it; nothing here computes
one. A *life event* marks a day on a family's time line. Days are days at the family's site.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recorder.db import Base, Sealed, now, uuid7
from recorder.records.families import Caregiver, Child, Family
from recorder.records.people import Account

EXTERNAL = ("emotional_availability", "strange_situation")


class Assessment(Base):
    """One closed sort or questionnaire.

    `scores` is what `recorder score --format json` prints for it; `answers` is the sealed JSON of
    {item: pile | value | "NOB" | "NA" | null}. `filled_in` is "caregiver" (handed over), "read_aloud", or "" for a
    sort; `present` says who else was there.
    """

    __tablename__ = "assessment"

    key: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    log_key: Mapped[int] = mapped_column(ForeignKey("log.key", ondelete="CASCADE"), unique=True)
    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"))
    family_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    child_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("child.id", ondelete="CASCADE"))
    caregiver_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("caregiver.id", ondelete="CASCADE"))
    local_date: Mapped[date]
    kind: Mapped[str] = mapped_column(String(20))
    instrument: Mapped[str] = mapped_column(String(100))
    instrument_hash: Mapped[str] = mapped_column(String(64))
    measures_version: Mapped[int]
    filled_in: Mapped[str] = mapped_column(String(20), default="")
    present: Mapped[str] = mapped_column(Sealed("assessment.present"), default="")
    answers: Mapped[str] = mapped_column(Sealed("assessment.answers"))
    scores: Mapped[dict[str, Any]] = mapped_column(JSON)

    family: Mapped[Family] = relationship()
    account: Mapped[Account] = relationship()
    child: Mapped[Child | None] = relationship()
    caregiver: Mapped[Caregiver | None] = relationship()

    __table_args__ = (
        CheckConstraint("kind IN ('sort', 'questionnaire')", name="kind"),
        Index("ix_assessment_programme_id_local_date", "programme_id", "local_date"),
    )


class ExternalResult(Base):
    """A result that a certified assessor found elsewhere; `result` is its sealed JSON.

    `certificate_until` is the last day on which the assessor's certificate holds: never before `on`. A withdrawn
    record stays, marked.
    """

    __tablename__ = "external_result"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    family_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("child.id", ondelete="CASCADE"))
    caregiver_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("caregiver.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(40))
    on: Mapped[date]
    organisation: Mapped[str] = mapped_column(String(200), default="")
    assessor: Mapped[str] = mapped_column(Sealed("external_result.assessor"))
    certificate: Mapped[str] = mapped_column(String(100))
    certificate_until: Mapped[date]
    result: Mapped[str] = mapped_column(Sealed("external_result.result"))
    entered_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    entered_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]

    family: Mapped[Family] = relationship()
    child: Mapped[Child] = relationship()
    caregiver: Mapped[Caregiver | None] = relationship()
    entered_by: Mapped[Account] = relationship()

    __table_args__ = (
        CheckConstraint("kind IN ('emotional_availability', 'strange_situation')", name="kind"),
        CheckConstraint('certificate_until >= "on"', name="certified"),
    )


class LifeEvent(Base):
    """Something that happened in a family and may explain a change: a move, a birth, an illness."""

    __tablename__ = "life_event"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    family_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    on: Mapped[date]
    words: Mapped[str] = mapped_column(Sealed("life_event.words"))
    entered_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    entered_at: Mapped[datetime] = mapped_column(default=now)
