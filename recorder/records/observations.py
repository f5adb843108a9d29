"""What tablets sent, and what was made of it.

A *log* is one observation, one sort, one questionnaire or one safety note. Its events rest as segments: the exact
strings that a batch brought, compressed and sealed, never changed. Everything else (figures, cells, ratings) is
derived from them and can be made again. Ids that a tablet made are unique within its programme only, so that no
programme can claim another's.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recorder.db import Base, Sealed, SealedBytes, now
from recorder.records.columnar import Columnar
from recorder.records.people import Account
from recorder.records.visits import Visit

ZERO_HEAD = "0" * 64
_UNSIGNED = text("kind = 'observation' AND closed_at IS NULL")


class Log(Base):
    """One log. `stored_upto` is the last seq without a hole before it, `head` the chain's SHA-256 there.

    `device_id` is the enrolled tablet that began it, None for a browser that only signed in. `unreadable` counts the
    rows that could not be opened: what stands in their place makes its chain another one than the tablet's.
    `started_at` is UTC, as well known as `clock_grade` and `clock_error_ms` tell (measures.tape.clock).
    `refused` is the quarantine code of its opening: such a log is kept whole and counts for nothing until somebody
    settles it. What was corrected elsewhere rests in a second log with the same id, `owner` "server" and the kind
    "correction"; `corrected` says that there is one.
    `end` is "end", or the reason of an `abort`; `closed_at` is set while the visitor's signature stands.
    """

    __tablename__ = "log"

    key: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    id: Mapped[uuid.UUID]
    owner: Mapped[str] = mapped_column(String(10), default="device")
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    device_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("device.id"), index=True)
    visit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), index=True)
    practice_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("practice_piece.id"), index=True)
    family_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20), default="observation")
    role: Mapped[str] = mapped_column(String(10), default="primary")
    context: Mapped[str] = mapped_column(String(40), default="")
    instrument: Mapped[str] = mapped_column(String(100), default="")
    instrument_hash: Mapped[str] = mapped_column(String(64), default="")
    stored_upto: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(String(64), default=ZERO_HEAD)
    started_at: Mapped[datetime | None]
    clock_grade: Mapped[str | None] = mapped_column(String(1))
    clock_error_ms: Mapped[int | None]
    local_date: Mapped[date | None]
    unreadable: Mapped[int] = mapped_column(default=0)
    refused: Mapped[str | None] = mapped_column(String(40))
    corrected: Mapped[bool] = mapped_column(default=False)
    end: Mapped[str | None] = mapped_column(String(20))
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    visit: Mapped[Visit | None] = relationship()

    __table_args__ = (
        UniqueConstraint("programme_id", "id", "owner"),
        CheckConstraint("owner IN ('device', 'server')", name="owner"),
        CheckConstraint("role IN ('primary', 'second', 'practice')", name="role"),
        CheckConstraint("kind IN ('observation', 'sort', 'questionnaire', 'safety', 'correction')", name="kind"),
        CheckConstraint("clock_grade IN ('A', 'B', 'C')", name="clock_grade"),
        Index("ix_log_open", "programme_id", "local_date", sqlite_where=_UNSIGNED, postgresql_where=_UNSIGNED),
    )


class Segment(Base):
    """What one batch brought to one log: events `from_seq` to `upto_seq`, as zlib over a JSON list of exact strings.

    A segment that lies beyond a hole waits here too; `Log.stored_upto` tells how far the log reaches without holes.
    `head` is the chain's head before `from_seq`, as the tablet claims it: it is compared when the hole is filled.
    """

    __tablename__ = "segment"

    key: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    log_key: Mapped[int] = mapped_column(ForeignKey("log.key", ondelete="CASCADE"))
    from_seq: Mapped[int]
    upto_seq: Mapped[int]
    head: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(SealedBytes("segment.body"))
    received_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        UniqueConstraint("log_key", "from_seq"),
        CheckConstraint("from_seq >= 1 AND upto_seq >= from_seq", name="seq"),
    )


class Batch(Base):
    """A batch that was taken, with the reply it got: the same batch again gets the same reply."""

    __tablename__ = "batch"

    key: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    id: Mapped[uuid.UUID]
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    request_hash: Mapped[str] = mapped_column(String(64))
    reply: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    received_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("programme_id", "id"),)


class Quarantined(Base):
    """An event that was stored apart, with the reason: acknowledged, never lost, waiting for somebody to settle it.

    `account_id` is whose log it is or, where that is not known, who sent it or answers for the tablet that did.
    """

    __tablename__ = "quarantined"

    key: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    log_id: Mapped[uuid.UUID] = mapped_column(index=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    device_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("device.id"))
    seq: Mapped[int]
    code: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(String(400))
    event_hash: Mapped[str] = mapped_column(String(64))
    event: Mapped[str] = mapped_column(Sealed("quarantined.event"))
    received_at: Mapped[datetime] = mapped_column(default=now)
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str | None] = mapped_column(Sealed("quarantined.reason"))

    def sealed_for(self) -> uuid.UUID:
        """The key of its log, whose family may not be known."""
        return self.log_id

    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    settled_by: Mapped[Account | None] = relationship(foreign_keys=[settled_by_id])

    __table_args__ = (UniqueConstraint("programme_id", "log_id", "seq", "code", "event_hash"),)


class StoredFigures(Base):
    """The figures of one closed primary observation, computed once.

    The columns are what filters and roll-ups read; `figures` is the whole, `histogram` the latencies of answered cues
    in bins of 100 ms (little-endian 32-bit counts; the last bin holds everything longer).
    """

    __tablename__ = "figures"

    key: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    log_key: Mapped[int] = mapped_column(ForeignKey("log.key", ondelete="CASCADE"), unique=True)
    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"))
    family_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    child_id: Mapped[uuid.UUID | None]
    local_date: Mapped[date]
    context: Mapped[str] = mapped_column(String(40), default="")
    measures_version: Mapped[int]
    scheme: Mapped[str] = mapped_column(String(100))
    scheme_hash: Mapped[str] = mapped_column(String(64))
    observed_ms: Mapped[int]
    cues: Mapped[int]
    codable: Mapped[int]
    answered: Mapped[int]
    distress_codable: Mapped[int]
    distress_answered: Mapped[int]
    non_distress_codable: Mapped[int]
    non_distress_answered: Mapped[int]
    figures: Mapped[dict[str, Any]] = mapped_column(Columnar("pairs", "spontaneous_responses"))
    histogram: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index("ix_figures_programme_id_local_date", "programme_id", "local_date"),)


CLASSES = ("all", "distress", "non_distress")


class Cell(Base):
    """Mergeable sums of figures: month x site x visitor, and month x site (then `account_id` is None).

    `sums` holds for each of `CLASSES` the sums over visits of answered, codable, answered squared, codable squared and
    their product, and the number of visits with a codable cue: what a ratio estimator with visits as units needs.
    `histogram` is as in `StoredFigures`.
    """

    __tablename__ = "cell"

    key: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    month: Mapped[date]
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"))
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    grain: Mapped[str] = mapped_column(String(36))
    measures_version: Mapped[int]
    scheme_hash: Mapped[str] = mapped_column(String(64))
    visits: Mapped[int] = mapped_column(default=0)
    observed_ms: Mapped[int] = mapped_column(default=0)
    sums: Mapped[dict[str, list[int]]] = mapped_column(JSON)
    histogram: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        # `grain` is the visitor's id or "site": NULLs would not collide in a unique constraint
        UniqueConstraint("programme_id", "month", "site_id", "grain", "measures_version", "scheme_hash"),
    )


class StoredRating(Base):
    """One rating of one scale in a closed log: a whole number, or `nob` (not observed) with no number."""

    __tablename__ = "rating"

    key: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    log_key: Mapped[int] = mapped_column(ForeignKey("log.key", ondelete="CASCADE"))
    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"))
    family_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"))
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    local_date: Mapped[date]
    instrument: Mapped[str] = mapped_column(String(100))
    scale: Mapped[str] = mapped_column(String(80))
    value: Mapped[int | None]
    nob: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        UniqueConstraint("log_key", "instrument", "scale"),
        CheckConstraint("(value IS NULL) = nob", name="value_or_nob"),
        Index("ix_rating_programme_id_local_date", "programme_id", "local_date"),
    )
