"""How a programme's pages look and read, and the links by which a caregiver opens hers on her own telephone."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recorder.db import Base, Sealed, now, uuid7
from recorder.records.families import Caregiver

LINK_DAYS, LINK_OPENS = 7, 5
TRIGGERS = ("cue", "scale", "goal", "tick")


class ParentLink(Base):
    """A link that opens one page for one caregiver, without an account: what the picture holds and what is said aloud
    are stored as digests only. `wrong` counts codes that were not right; a link that met too many opens no more."""

    __tablename__ = "parent_link"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    sheet_id: Mapped[uuid.UUID]
    caregiver_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("caregiver.id", ondelete="CASCADE"), index=True)
    made_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    opens: Mapped[int] = mapped_column(default=LINK_OPENS)
    wrong: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    caregiver: Mapped[Caregiver] = relationship()
    openings: Mapped[list[ParentOpening]] = relationship(back_populates="link", order_by="ParentOpening.at")

    __table_args__ = (
        ForeignKeyConstraint(["programme_id", "sheet_id"], ["sheet.programme_id", "sheet.id"], ondelete="CASCADE"),
        CheckConstraint("opens > 0", name="opens"),
    )


class ParentOpening(Base):
    """One time that a page was opened by its link."""

    __tablename__ = "parent_opening"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    link_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("parent_link.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)

    link: Mapped[ParentLink] = relationship(back_populates="openings")


class PageLook(Base):
    """How a programme's pages look: its accent colour ("" for the built-in one), its logo, the languages that they are
    offered in, and how often and for how many days a caregiver's link opens."""

    __tablename__ = "page_look"

    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    accent: Mapped[str] = mapped_column(String(7), default="")
    logo: Mapped[bytes | None] = mapped_column(LargeBinary)
    logo_type: Mapped[str] = mapped_column(String(16), default="")
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    link_opens: Mapped[int] = mapped_column(default=LINK_OPENS)
    link_days: Mapped[int] = mapped_column(default=LINK_DAYS)

    __table_args__ = (
        CheckConstraint("link_opens BETWEEN 1 AND 50", name="link_opens"),
        CheckConstraint("link_days BETWEEN 1 AND 30", name="link_days"),
    )


class PageWording(Base):
    """What a programme says of one language of pages: who read its wording over, and when; or its own wording."""

    __tablename__ = "page_wording"

    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    words: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    reviewer: Mapped[str] = mapped_column(Sealed("page_wording.reviewer"))
    reviewed_on: Mapped[date | None]


class ProgrammeStep(Base):
    """A small step of a programme's own: what brings it (`trigger`, `of`), and its words by language."""

    __tablename__ = "programme_step"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    key: Mapped[str] = mapped_column(String(40))
    trigger: Mapped[str] = mapped_column(String(8))
    of: Mapped[str] = mapped_column(String(40), default="")
    words: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        UniqueConstraint("programme_id", "key"),
        CheckConstraint("trigger IN ('cue', 'scale', 'goal', 'tick')", name="trigger"),
    )
