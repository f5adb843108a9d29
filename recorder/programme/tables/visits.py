"""Every visit of the period up to today: process, so the visitor stands here, by id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from recorder.db import db
from recorder.programme.rollup import Selection, within
from recorder.records.observations import Log
from recorder.records.people import Site
from recorder.records.sheets import Sheet
from recorder.records.visits import Visit

COLUMNS = {
    "visit_id": "id of the visit",
    "family_id": "id of the family; joins `families`",
    "site": "name of the site",
    "visitor_id": "id of the visitor",
    "local_date": "day at the site: planned or, once done, of the visit",
    "local_time": "planned time at the site, HH:MM; empty when none was set",
    "status": "planned, done or cancelled",
    "cancelled_by": "staff or family; empty unless cancelled (the reason stays in the program)",
    "observations": "observations that were begun in this visit",
    "sheets": "pages that were approved for the family",
}


def rows(selection: Selection) -> Iterator[tuple[Any, ...]]:
    """One row a visit, by day."""
    begun = (
        select(func.count())
        .where(Log.visit_id == Visit.id, Log.kind == "observation", Log.refused.is_(None))
        .scalar_subquery()
    )
    # a page that was approved anew is one page
    sheets = select(func.count(Sheet.log_key.distinct())).where(Sheet.visit_id == Visit.id).scalar_subquery()
    query = (
        select(Visit, Site.name, begun, sheets)
        .join(Site, Site.id == Visit.site_id)
        .order_by(Visit.local_date, Visit.id)
        .execution_options(yield_per=500)
    )
    for visit, site, observations, pages in db.session.execute(within(query, Visit, selection)):
        yield (
            str(visit.id),
            str(visit.family_id),
            site,
            str(visit.account_id),
            visit.local_date.isoformat(),
            visit.local_time,
            visit.status,
            visit.cancelled_by,
            observations,
            pages,
        )
