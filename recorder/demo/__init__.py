"""One invented programme, the same every time, counted back from the day on which it is made.

Nobody in it exists. Twelve families, three visitors, a supervisor, a manager, an auditor and an administrator at two
sites in two time zones; 60 visits from a year ago to next week. Each visit that took place is written as a tablet would
have sent it and taken in by the same `ingest`, so that figures, pages and pictures come about as they always do. A few
visits were cancelled, one was never accounted for, some observations were never signed.

Names, ids and what was observed depend on one seed; every date depends on the day alone.
"""

from __future__ import annotations

from datetime import date
from random import Random

from sqlalchemy import select

from recorder.db import db
from recorder.demo import beside, households, visiting
from recorder.demo.households import PASSWORD, SEED, STAFF
from recorder.records.people import Programme

__all__ = ["PASSWORD", "STAFF", "exists", "make"]


def make(today: date) -> None:
    """Write the invented programme to the current application's database, in which it must not be yet."""
    homes = households.settle(today)
    visiting.visit(homes, Random(SEED), today)
    beside.add(homes, today)


def exists() -> bool:
    """Whether the invented programme is there already."""
    return db.session.scalar(select(Programme.id).where(Programme.id == households.programme_id())) is not None
