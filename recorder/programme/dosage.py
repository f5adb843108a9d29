"""How many of the visits that were planned took place?

*Expected*: visits of the period that were done or cancelled by today, or whose day has passed. What had been planned
for the day on which a family left the programme, or later, was nobody's to keep: not expected, and no cancellation.
*Completed*: done. *Cancelled* by staff or by the family. *Missing*: the day has passed and nobody said what became of
the visit. As in funders' forms a visit with an unknown outcome is left out of the calculation: share = completed /
(expected - missing), None when nothing is known. Process, not outcome: dosage says nothing about how a visit went.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import extract, func, or_, select

from recorder.db import db
from recorder.programme.rollup import RollUp, Selection, roll_up, within
from recorder.records.families import Family
from recorder.records.visits import Visit


@dataclass(frozen=True)
class Dosage:
    """Visits by what became of them."""

    completed: int
    cancelled_by_staff: int
    cancelled_by_family: int
    missing: int

    @property
    def expected(self) -> int:
        """All visits that should have taken place by now."""
        return self.completed + self.cancelled_by_staff + self.cancelled_by_family + self.missing

    @property
    def share(self) -> float | None:
        """Completed visits among those with a known outcome."""
        known = self.expected - self.missing
        return self.completed / known if known else None


def dosage(selection: Selection) -> RollUp[Dosage]:
    """Count the visits of a selection by outcome."""
    year, month = extract("year", Visit.local_date), extract("month", Visit.local_date)
    columns = (year, month, Visit.site_id, Visit.status, Visit.cancelled_by)
    query = within(select(*columns, func.count()).group_by(*columns), Visit, selection)
    query = query.join(Family, Family.id == Visit.family_id)
    passed = or_(Visit.status != "planned", Visit.local_date < selection.today)
    here = or_(Visit.status == "done", Family.left_on.is_(None), Visit.local_date < Family.left_on)
    rows = db.session.execute(query.where(passed, here))
    parts = (
        (site_id, date(int(year), int(month), 1), Counter({(status, by): number}))
        for year, month, site_id, status, by, number in rows
    )
    return roll_up(parts, _fold, selection)


def _fold(parts: list[Counter[tuple[str, str | None]]]) -> Dosage:
    counts = sum(parts, Counter())
    return Dosage(
        completed=counts["done", None],
        cancelled_by_staff=counts["cancelled", "staff"],
        cancelled_by_family=counts["cancelled", "family"],
        missing=counts["planned", None],
    )
