"""Which families have left so long ago that nothing of them may be kept by name any longer?

A family that left more than RETAIN_MONTHS months ago is erased (`erasure`): its figures stay. One under a legal hold is
kept, and said to be. 0 keeps every family until somebody erases it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from recorder.db import db
from recorder.records.families import Family
from recorder.records.holds import LegalHold


def latest_leaving(today: date, months: int) -> date:
    """The last day on which a family may have left to be due today.

    >>> latest_leaving(date(2026, 3, 31), 13)
    datetime.date(2025, 2, 28)
    """
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    for day in range(today.day, 0, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def due(today: date, months: int) -> tuple[Sequence[Family], Sequence[Family]]:
    """The families whose time is over: those to be erased, and those that a legal hold keeps.

    Parameters: `months`, at least 1.
    """
    if months < 1:
        raise ValueError("How many months a family is kept is at least 1.")
    left = select(Family).where(Family.left_on <= latest_leaving(today, months), Family.erased_at.is_(None))
    families = db.session.scalars(left.order_by(Family.left_on, Family.id)).all()
    held = set(db.session.scalars(select(LegalHold.family_id).where(LegalHold.lifted_at.is_(None))))
    return [one for one in families if one.id not in held], [one for one in families if one.id in held]
