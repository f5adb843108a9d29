"""What does a signed observation come to?

Figures are made when the visitor's signature stands, nothing before it is missing, the log is primary, at least three
minutes were observed, and the family still agrees; they are of the focal child (the first one named), and go into two
cells. Beside them stand its ratings and the questions for a supervisor. Beyond what `measures` says, the stored figures
hold `duration_ms` and `spans` (start, end, code of each pause and lost view), so that an observation can be drawn.
A second observer's log and a practice have no figures: they are compared with another one (`pairs`).
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import delete, insert, select

from recorder.db import db
from recorder.ingest import visits
from recorder.ingest.derived import pairs, questions, ratings, sheets
from recorder.ingest.derived.coded import observation
from recorder.ingest.derived.grown import Aside, Grown
from recorder.instruments.scheme import Scheme
from recorder.measures import VERSION
from recorder.measures.figures import Figures, as_document, figures
from recorder.measures.observation import UNSEEN, InvalidObservation, Observation, observed_ms
from recorder.measures.tape import Tape
from recorder.records import cells
from recorder.records.instruments import with_hash
from recorder.records.observations import Log, StoredFigures

FEWEST_MS = 180_000
"""Observed time, in ms, below which an observation has no figures."""

_STORE = insert(StoredFigures)


def follow(grown: Grown) -> list[Aside]:
    """Make what follows from an observation that has grown."""
    log, tape = grown.log, grown.tape
    aside = _unknown_codes(grown) + sheets.take(grown)
    if tape.closed and not log.refused:
        aside += ratings.unfit(grown)
        visits.took_place(log)
    if grown.was_closed or tape.closed:
        fault = remake(log, tape, fresh=not grown.was_closed)
        aside += [grown.last("bad_value", fault)] if fault else []
    return aside


def remake(log: Log, tape: Tape, *, fresh: bool = False) -> str:
    """Replace what was made of an observation; `fresh`: there is nothing yet. Returns why it cannot be measured, or
    an empty text."""
    if not fresh:
        _take_out(log)
    pairs.remake(log)
    try:
        seen = observation(log, tape) if _counts(log) else None
        fault = ""
    except InvalidObservation as error:
        seen, fault = None, str(error)
    if _counts(log):
        visit = visits.of(log)
        ratings.store(log, tape, visit)
        if seen and observed_ms(seen) >= FEWEST_MS:
            _store(log, visit, seen)
    questions.replace(log, questions.asked(tape, seen.scheme) if seen else {}, fresh=fresh)
    return fault


def _counts(log: Log) -> bool:
    return log.closed_at is not None and not log.refused and log.role == "primary" and log.end != "family_withdrew"


def _unknown_codes(grown: Grown) -> list[Aside]:
    scheme = with_hash(grown.log.programme_id, grown.log.instrument_hash)
    known = scheme.codes() if isinstance(scheme, Scheme) else frozenset()
    return [
        grown.aside(seq, "bad_value", "The scheme of this log has no such code.")
        for seq, tap in grown.tape.taps
        if seq > grown.before and tap.code not in known
    ]


def _take_out(log: Log) -> None:
    old = db.session.scalar(select(StoredFigures).where(StoredFigures.log_key == log.key))
    if old is not None:
        cells.subtract(share_of({column: getattr(old, column) for column in _SHARED}))
        db.session.execute(delete(StoredFigures).where(StoredFigures.key == old.key))
        db.session.expunge(old)
    ratings.take_out(log)


def _store(log: Log, visit: visits.Facts, seen: Observation) -> None:
    child = seen.children[0].id
    made = figures(seen, child=child)
    spans = [[span.t_ms, span.until_ms, span.code] for span in seen.events if span.code in UNSEEN]
    document = as_document(made, str(log.id), seen.scheme.id)
    row = {
        "programme_id": log.programme_id,
        "log_key": log.key,
        "visit_id": visit.id,
        "family_id": visit.family_id,
        "site_id": visit.site_id,
        "account_id": log.account_id,
        "child_id": uuid.UUID(child),
        "local_date": log.local_date,
        "context": log.context,
        "measures_version": VERSION,
        "scheme": seen.scheme.id,
        "scheme_hash": seen.scheme.hash,
        "observed_ms": made.observed_ms,
        "cues": made.overall.cues,
        "codable": made.overall.codable,
        "answered": made.overall.answered,
        "distress_codable": made.distress.codable,
        "distress_answered": made.distress.answered,
        "non_distress_codable": made.non_distress.codable,
        "non_distress_answered": made.non_distress.answered,
        "figures": document | {"duration_ms": seen.duration_ms, "spans": spans},
        "histogram": cells.histogram(_latencies(made)),
    }
    db.session.connection().execute(_STORE, row)
    cells.add(share_of(row))


def _latencies(made: Figures) -> list[int]:
    return [
        pair.latency_ms
        for pair in made.pairs
        if pair.in_rate and pair.status == "answered" and pair.latency_ms is not None
    ]


_SHARED = (
    *("programme_id", "site_id", "account_id", "local_date", "measures_version", "scheme_hash", "observed_ms"),
    *("answered", "codable", "distress_answered", "distress_codable", "non_distress_answered", "non_distress_codable"),
    "histogram",
)


def share_of(row: dict[str, Any]) -> cells.Share:
    """What a row of figures adds to its cells."""
    return cells.Share(
        programme_id=row["programme_id"],
        site_id=row["site_id"],
        account_id=row["account_id"],
        local_date=row["local_date"],
        measures_version=row["measures_version"],
        scheme_hash=row["scheme_hash"],
        observed_ms=row["observed_ms"],
        counts=(
            (row["answered"], row["codable"]),
            (row["distress_answered"], row["distress_codable"]),
            (row["non_distress_answered"], row["non_distress_codable"]),
        ),
        histogram=row["histogram"],
    )
