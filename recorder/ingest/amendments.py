"""What does a tablet hear of the corrections that were made to what it recorded?

One entry a correction: where it is, what stood there, what was put in its place, why and by whom; `open` while it is in
conflict with another change and nobody has decided.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select

from recorder.db import db
from recorder.ingest import second_log
from recorder.ingest.segments import strings
from recorder.measures import tape as tapes
from recorder.measures.tape import Correction
from recorder.records.observations import Log
from recorder.records.people import Account


def amendments(logs: Select[Log]) -> list[dict[str, Any]]:
    """The corrections of some tablets' logs, by log and then in their order."""
    return [entry for log in db.session.scalars(logs.where(Log.corrected).order_by(Log.key)) for entry in _of(log)]


def _of(log: Log) -> list[dict[str, Any]]:
    sent, made = tapes.read(strings(log)), second_log.of(log)
    waiting = {conflict.correction.seq for conflict in tapes.amended(sent, made)[1]}
    times = {f"tap/{seq}": tap.t_ms for seq, tap in sent.taps}
    names = _names(made)
    return [
        {
            "log": str(log.id),
            "seq": one.seq,
            "family": str(log.family_id),
            "date": log.local_date.isoformat() if log.local_date else None,
            "instrument": log.instrument,
            "place": one.place,
            "t": times.get(one.place),
            "base": one.base,
            "value": one.value,
            "reason": one.reason,
            "by": names.get(one.by, ""),
            "open": one.seq in waiting,
        }
        for one in made
    ]


def _names(made: Sequence[Correction]) -> dict[str, str]:
    ids = {uuid.UUID(one.by) for one in made}
    return {str(one.id): one.name for one in db.session.scalars(select(Account).where(Account.id.in_(ids)))}
