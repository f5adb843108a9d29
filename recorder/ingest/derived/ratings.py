"""Which scales did the visitor rate in this observation?"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping

from sqlalchemy import bindparam, delete, insert

from recorder.db import db
from recorder.ingest import visits
from recorder.ingest.derived.grown import Aside, Grown
from recorder.instruments.scale import Scale
from recorder.measures.observation import Value
from recorder.measures.tape import Tape
from recorder.records.instruments import with_id
from recorder.records.observations import Log, StoredRating

_STORE = insert(StoredRating)
_TAKE_OUT = delete(StoredRating).where(StoredRating.log_key == bindparam("log"))


def store(log: Log, tape: Tape, visit: visits.Facts) -> None:
    """Store the last rating of each scale; what its scale set does not allow is left out."""
    rows = [
        {
            "programme_id": log.programme_id,
            "log_key": log.key,
            "visit_id": visit.id,
            "family_id": visit.family_id,
            "site_id": visit.site_id,
            "account_id": log.account_id,
            "local_date": log.local_date,
            "instrument": instrument,
            "scale": scale,
            "value": None if value == "NOB" else value,
            "nob": value == "NOB",
        }
        for instrument, values, known in _sets(log.programme_id, tape)
        for scale, value in values.items()
        if value is not None and not _fault(known, scale, value)
    ]
    if rows:
        db.session.connection().execute(_STORE, rows)


def take_out(log: Log) -> None:
    """Forget a log's ratings."""
    db.session.connection().execute(_TAKE_OUT, {"log": log.key})


def unfit(grown: Grown) -> list[Aside]:
    """The last rating of each scale that its scale set does not allow; found at the signature, when they count."""
    faults = {
        (instrument, scale): fault
        for instrument, values, known in _sets(grown.log.programme_id, grown.tape)
        for scale, value in values.items()
        if value is not None and (fault := _fault(known, scale, value))
    }
    misunderstood = {seq for seq, _, _ in grown.tape.refused}
    aside = {}
    for seq, event in enumerate(grown.events, 1) if faults else ():
        said = {} if seq in misunderstood else json.loads(event)
        if said.get("kind") == "rating":
            key = (said["data"]["instrument"], said["code"])
            if key in faults:
                aside[key] = grown.aside(seq, "bad_value", faults[key])
    return list(aside.values())


def _sets(programme_id: uuid.UUID, tape: Tape) -> list[tuple[str, Mapping[str, Value], Scale | None]]:
    """Each scale set that was rated, its ratings, and what is known of it here."""
    sets = []
    for instrument, values in tape.ratings.items():
        known = with_id(programme_id, instrument)
        sets.append((instrument, values, known if isinstance(known, Scale) else None))
    return sets


def _fault(known: Scale | None, scale: str, value: int | str) -> str:
    if known is None or known.item(scale) is None:
        return "This scale is not known here."
    if value != "NOB" and not (isinstance(value, int) and known.low <= value <= known.high):
        return f"A rating of this scale is a whole number from {known.low} to {known.high}, or NOB."
    return ""
