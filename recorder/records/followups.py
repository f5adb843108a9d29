"""What waits for a supervisor: safety notes, and questions that a visitor asked.

A *safety note* is no figure, and none triggers or closes one. Its readers are few, it is in no export and on no
family's page; its clock runs until a supervisor acknowledges it. A *question* is an "Ask my supervisor" moment of an
observation, or what was seen and heard in a rough moment that the end review confirmed; it is derived from its log,
and what the supervisor answered is kept when it is derived again.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recorder.db import Base, Sealed, now, uuid7
from recorder.records.families import Family
from recorder.records.observations import Log
from recorder.records.people import Account
from recorder.records.visits import Visit

ABOUT = ("child", "caregiver", "visitor", "disclosure")


class SafetyNote(Base):
    """Somebody was not safe, or told that somebody is not. `log_key` is None for one written in the browser.

    A note whose words change after it was acknowledged waits again: `acknowledged_at` is emptied, `written_at` is the
    time of the change, and `acknowledgement` keeps what was written then, behind its time.
    """

    __tablename__ = "safety_note"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    family_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    visit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"))
    log_key: Mapped[int | None] = mapped_column(ForeignKey("log.key", ondelete="CASCADE"), unique=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    local_date: Mapped[date]
    about: Mapped[str] = mapped_column(String(20))
    seen: Mapped[str] = mapped_column(Sealed("safety_note.seen"))
    told_whom: Mapped[str] = mapped_column(Sealed("safety_note.told_whom"), default="")
    told_when: Mapped[str] = mapped_column(Sealed("safety_note.told_when"), default="")
    reference: Mapped[str] = mapped_column(Sealed("safety_note.reference"), default="")
    why_not: Mapped[str] = mapped_column(Sealed("safety_note.why_not"), default="")
    written_at: Mapped[datetime] = mapped_column(default=now)
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    acknowledgement: Mapped[str] = mapped_column(Sealed("safety_note.acknowledgement"), default="")

    family: Mapped[Family] = relationship()
    visit: Mapped[Visit | None] = relationship()
    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    acknowledged_by: Mapped[Account | None] = relationship(foreign_keys=[acknowledged_by_id])

    __table_args__ = (
        CheckConstraint("about IN ('child', 'caregiver', 'visitor', 'disclosure')", name="about"),
        CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_by_id IS NULL)", name="acknowledged"),
        Index("ix_safety_note_programme_id_acknowledged_at", "programme_id", "acknowledged_at"),
    )


class Question(Base):
    """A moment that a supervisor is asked about, by the log's event `seq`; `at_ms` is when it was, from the start."""

    __tablename__ = "question"

    key: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    log_key: Mapped[int] = mapped_column(ForeignKey("log.key", ondelete="CASCADE"))
    seq: Mapped[int]
    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"))
    family_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(10))
    at_ms: Mapped[int]
    note: Mapped[str] = mapped_column(Sealed("question.note"), default="")
    local_date: Mapped[date]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    answer: Mapped[str] = mapped_column(Sealed("question.answer"), default="")

    log: Mapped[Log] = relationship()
    visit: Mapped[Visit] = relationship()
    family: Mapped[Family] = relationship()
    account: Mapped[Account] = relationship(foreign_keys=[account_id])

    __table_args__ = (
        UniqueConstraint("log_key", "seq"),
        CheckConstraint("kind IN ('ask', 'rough')", name="kind"),
        Index("ix_question_programme_id_answered_at", "programme_id", "answered_at"),
    )
