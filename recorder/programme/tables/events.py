"""Every event of every observation, read out of the logs one log at a time; no note, no page, no words of anybody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from recorder.db import db
from recorder.ingest import strings
from recorder.measures import tape
from recorder.programme.rollup import Selection
from recorder.programme.tables.observations import begun_in
from recorder.records.observations import Log
from recorder.records.visits import Visit

COLUMNS = {
    "observation_id": "id of the observation; joins `observations`",
    "seq": "place in the log, from 1",
    "t_ms": "time from the observation's start",
    "kind": "what happened: open, tap, void, pause, view, flag, end, abort, review, rating, note, sheet, close, ...",
    "code": "what was tapped, flagged or rated; empty for kinds without a code",
    "until_ms": "end of a span; empty for a point event",
    "by": "id of the caregiver who answered, `other`, or empty: the focal one",
    "child": "id of the child, or empty: the focal one",
    "value": "on or off (pause), out or in (view), the number or NOB (rating), the answer (review, tried), the reason "
    "(abort)",
    "of_seq": "the event that this one voids or reviews",
    "counts": "for a tap, whether it counts: false when it was undone, struck, or a mistake; empty for other kinds",
    "scheme": "name and version of the coding scheme",
    "scheme_hash": "SHA-256 of the scheme's document",
}


def rows(selection: Selection) -> Iterator[tuple[Any, ...]]:
    """One row an event, observation by observation."""
    query = select(Log.key).join(Visit, Visit.id == Log.visit_id).where(Log.refused.is_(None))
    for key in db.session.scalars(begun_in(query.order_by(Log.local_date, Log.key), selection)).all():
        log = db.session.get_one(Log, key)
        yield from _of_log(log)
        db.session.expunge(log)


def _of_log(log: Log) -> Iterator[tuple[Any, ...]]:
    events = strings(log)
    read = tape.read(events)
    counting = {seq for seq, _ in read.taps}
    refused = {seq for seq, _, _ in read.refused}
    for seq, string in enumerate(events, 1):
        if seq in refused:
            continue
        event = json.loads(string)
        kind, data = event["kind"], event.get("data") or {}
        yield (
            str(log.id),
            seq,
            event["t"],
            kind,
            event.get("code"),
            data.get("until"),
            data.get("by"),
            data.get("child") if kind == "tap" else None,
            _value(kind, data),
            data.get("seq"),
            seq in counting if kind == "tap" else None,
            log.instrument,
            log.instrument_hash,
        )


def _value(kind: str, data: dict[str, Any]) -> str | int | None:
    """The closed answer that an event gives, if it gives one; what somebody wrote stays where it is."""
    if kind == "pause":
        return "on" if data["on"] else "off"
    if kind == "view":
        return "out" if data["out"] else "in"
    key = {"rating": "value", "review": "answer", "tried": "answer", "abort": "reason"}.get(kind)
    value: str | int | None = data.get(key) if key else None
    return value
