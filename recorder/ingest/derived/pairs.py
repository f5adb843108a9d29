"""What do two observers of one visit agree on, or a practice and its reference?

A pair is made when both logs are signed: the second observer's, and the primary one of another person that was begun
nearest to it. Whichever is signed last makes it; when one of the two is opened again, the pair goes. Two logs that
cannot be compared are a pair too: its `result` has no figures, and says why in `warnings`. Clocks are aligned by SYNC,
else by UTC where both tablets knew the server's clock before and after (grade A), or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select

from recorder.db import db
from recorder.ingest.derived.coded import observation
from recorder.instruments.scale import Scale
from recorder.instruments.scheme import Scheme
from recorder.measures import VERSION
from recorder.measures.observation import Event, InvalidObservation, Observation
from recorder.measures.pair import align, as_document, compare
from recorder.records.double_coding import PairAgreement, PracticePiece
from recorder.records.instruments import with_id
from recorder.records.observations import Log
from recorder.records.people import Account
from recorder.records.visits import Visit

NOTHING: Mapping[str, Any] = {
    "events": None,
    "states": None,
    "time_unit": None,
    "ratings": {},
    "disagreements": [],
    "n_a": None,
    "n_b": None,
    "offset_ms": 0,
    "aligned_by": "none",
}
"""The result of two observations that cannot be compared, but for its warning."""

_SECONDS = (
    select(Log.key)
    .where(Log.visit_id == bindparam("visit"), Log.kind == "observation", Log.role == "second")
    .order_by(Log.key)
)


def remake(log: Log) -> None:
    """Make the pairs again that a log belongs to, if it belongs to any."""
    if log.role == "practice":
        _practised(log)
        return
    if log.closed_at is None:  # a signature has locked the visit already: the logs of one visit take turns
        db.session.execute(select(Visit.id).where(Visit.id == log.visit_id).with_for_update())
    if log.role == "second":
        _coded_twice(log)
        return
    for key in db.session.connection().execute(_SECONDS, {"visit": log.visit_id}).scalars().all():
        _coded_twice(db.session.get_one(Log, key))


def _practised(log: Log) -> None:
    if not _counts(log):
        _drop(log)
        return
    piece = db.session.get_one(PracticePiece, log.practice_id)
    account = db.session.get_one(Account, log.account_id)
    result = _result(log, piece.scheme, piece.scheme_hash, lambda scheme: _reference(piece, scheme))
    _keep(log, result, practice_id=piece.id, site_id=account.site_id)


def _coded_twice(second: Log) -> None:
    first = _first(second) if _counts(second) else None
    if first is None:
        _drop(second)
        return
    visit = db.session.get_one(Visit, second.visit_id)
    result = _result(second, first.instrument, first.instrument_hash, lambda _: _timed(first))
    _keep(second, result, first_log_key=first.key, visit_id=visit.id, site_id=visit.site_id)


def _counts(log: Log) -> bool:
    return log.closed_at is not None and log.refused is None and log.end != "family_withdrew"


def _first(second: Log) -> Log | None:
    """The signed primary observation of another person in the same visit that was begun nearest to the second."""
    query = select(Log).where(
        Log.visit_id == second.visit_id,
        Log.kind == "observation",
        Log.role == "primary",
        Log.account_id != second.account_id,
    )
    there = [log for log in db.session.scalars(query) if _counts(log)]
    return min(there, key=lambda log: _apart(log, second), default=None)


def _apart(one: Log, other: Log) -> tuple[float, int]:
    """How many seconds lie between two beginnings."""
    assert one.started_at is not None and other.started_at is not None
    return abs((one.started_at - other.started_at).total_seconds()), one.key


def _result(second: Log, instrument: str, hash: str, first: Callable[[Scheme], Observation]) -> Mapping[str, Any]:
    """What comparing a log with a first observation comes to; `instrument` and `hash` are the first one's scheme."""
    if hash != second.instrument_hash:
        versions = f"{instrument} and {second.instrument}" if instrument != second.instrument else instrument
        return _no_result(f"The two observers used different versions of the scheme ({versions}): no agreement.")
    try:
        b = _timed(second)
        a = first(b.scheme)
        scales = [scale for id in a.ratings if isinstance(scale := with_id(second.programme_id, id), Scale)]
        return as_document(compare(a, b, clocks=align(a, b, utc=True), scales=scales))
    except InvalidObservation as error:
        return _no_result(str(error))


def _timed(log: Log) -> Observation:
    """A log as an observation that knows when it was begun, if that is known well."""
    return replace(observation(log), started_at=log.started_at if log.clock_grade == "A" else None)


def _no_result(sentence: str) -> Mapping[str, Any]:
    return {**NOTHING, "warnings": [sentence]}


def _reference(piece: PracticePiece, scheme: Scheme) -> Observation:
    """The reference coding of a practice piece; its file was read and checked when the piece was made."""
    document = json.loads(piece.reference)
    return Observation(
        scheme=scheme,
        duration_ms=document["duration_ms"],
        events=tuple(Event(event["t_ms"], event["code"], event.get("until_ms")) for event in document["events"]),
        ratings=document.get("ratings") or {},
    )


def _keep(second: Log, result: Mapping[str, Any], **of: Any) -> None:
    pair = _of(second)
    if pair is None:
        pair = PairAgreement(
            programme_id=second.programme_id, second_log_key=second.key, second_account_id=second.account_id
        )
        db.session.add(pair)
    values = of | {
        "local_date": second.local_date,
        "scheme": second.instrument,
        "scheme_hash": second.instrument_hash,
        "measures_version": VERSION,
        "offset_ms": result["offset_ms"],
        "aligned_by": result["aligned_by"],
        "result": dict(result),
    }
    for name, value in values.items():
        setattr(pair, name, value)
    db.session.flush()


def _drop(second: Log) -> None:
    pair = _of(second)
    if pair is not None:
        db.session.delete(pair)
        db.session.flush()


def _of(second: Log) -> PairAgreement | None:
    return db.session.scalar(select(PairAgreement).where(PairAgreement.second_log_key == second.key))
