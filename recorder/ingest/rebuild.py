"""How is everything that follows from the logs made again, after the measures have changed?

Log by log, in the order of their keys, each in the transaction that replaces what was made of it: who stops half way
goes on after the last key that was told, and who runs it twice changes nothing. What can no longer be read (a family
that was erased) keeps the figures that it has. Whoever records meanwhile is not in the way: each log is locked for as
long as it takes to make it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from recorder.db import db
from recorder.ingest.derived import recompute
from recorder.records.families import Family
from recorder.records.observations import Log

AT_ONCE = 25


@dataclass(frozen=True)
class Done:
    """How far it is: the last key; since the last time, how many logs were made again, how many left as they are."""

    key: int
    made: int
    kept: int


def count(after: int = 0) -> int:
    """How many logs there are to make again."""
    return db.session.scalar(select(func.count()).select_from(Log).where(Log.key > after, *_wanted())) or 0


def rebuild(after: int = 0) -> Iterator[Done]:
    """Make everything again from the log after `after` on, some at a time; a step is committed before it is told."""
    erased = set(db.session.scalars(select(Family.id).where(Family.erased_at.is_not(None))))
    while True:
        keys = db.session.scalars(
            select(Log.key).where(Log.key > after, *_wanted()).order_by(Log.key).limit(AT_ONCE)
        ).all()
        if not keys:
            return
        made = 0
        for log in db.session.scalars(select(Log).where(Log.key.in_(keys)).order_by(Log.key).with_for_update()):
            if log.family_id not in erased:
                recompute(log)
                made += 1
        db.session.commit()
        db.session.expunge_all()
        after = keys[-1]
        yield Done(after, made, len(keys) - made)


def _wanted() -> tuple[ColumnElement[bool], ...]:
    return Log.owner == "device", Log.refused.is_(None)
