"""Who talked with a visitor about her work, when, and who went along to a family?

*talk* is supervision of one, *group* supervision of several (one row a visitor), *joint* a visit to which the
supervisor came along. It is process, for the visitor's support: what was said is sealed, stands in no export, and is
read by the two alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recorder.db import Base, Sealed, db, now, uuid7
from recorder.records.people import Account


class Supervision(Base):
    """One talk or joint visit: with whom (`account_id`), by whom, on which day, how long if that was noted."""

    __tablename__ = "supervision"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    supervisor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(10))
    on: Mapped[date]
    minutes: Mapped[int | None]
    note: Mapped[str] = mapped_column(Sealed("supervision.note"), default="")
    written_at: Mapped[datetime] = mapped_column(default=now)

    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    supervisor: Mapped[Account] = relationship(foreign_keys=[supervisor_id])

    __table_args__ = (
        CheckConstraint("kind IN ('talk', 'group', 'joint')", name="kind"),
        CheckConstraint("minutes IS NULL OR minutes > 0", name="minutes"),
    )


def last_supervised(programme_id: uuid.UUID) -> Mapping[uuid.UUID, date]:
    """The day of each person's last supervision, joint visits left out; who never had one is not in it."""
    held = select(Supervision.account_id, func.max(Supervision.on)).where(
        Supervision.programme_id == programme_id, Supervision.kind != "joint"
    )
    return {account_id: day for account_id, day in db.session.execute(held.group_by(Supervision.account_id))}
