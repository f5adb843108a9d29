"""Every rating of a signed primary observation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from recorder.db import db
from recorder.instruments.library import Instrument
from recorder.programme.rollup import Selection, within
from recorder.records.instruments import with_id
from recorder.records.observations import Log, StoredRating
from recorder.records.people import Site

COLUMNS = {
    "observation_id": "id of the observation; joins `observations`",
    "visit_id": "id of the visit; joins `visits`",
    "family_id": "id of the family; joins `families`",
    "site": "name of the site",
    "local_date": "day at the site",
    "instrument": "name and version of the scale set: versions must not be pooled",
    "instrument_hash": "SHA-256 of its document",
    "validated": "whether it is a validated measure",
    "licence": "licence of its wording",
    "scale": "id of the scale",
    "value": "the whole number that was given; empty when not observed",
    "nob": 'true: the answer was "not observed"',
}


def rows(selection: Selection) -> Iterator[tuple[Any, ...]]:
    """One row a rating, by day."""
    query = (
        select(StoredRating, Log.id, Site.name)
        .join(Log, Log.key == StoredRating.log_key)
        .join(Site, Site.id == StoredRating.site_id)
        .order_by(StoredRating.local_date, StoredRating.key)
        .execution_options(yield_per=500)
    )
    known: dict[str, Instrument | None] = {}
    for rating, log_id, site in db.session.execute(within(query, StoredRating, selection)):
        if rating.instrument not in known:
            known[rating.instrument] = with_id(selection.programme_id, rating.instrument)
        scale = known[rating.instrument]
        yield (
            str(log_id),
            str(rating.visit_id),
            str(rating.family_id),
            site,
            rating.local_date.isoformat(),
            rating.instrument,
            scale.hash if scale else None,
            scale.validated if scale else None,
            scale.licence if scale else None,
            rating.scale,
            rating.value,
            rating.nob,
        )
