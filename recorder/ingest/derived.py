"""What follows from a log, and how is it made again?

Everything here is a function of the log's exact strings: whatever order the batches came in, the rows are those that
`recompute` would make from the whole log at once. Figures are made when the visitor's signature stands, nothing
before it is missing, the log is primary, at least three minutes were observed, and the family still agrees; they are
of the focal child (the first one named). A `reopen` takes them out again.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import delete, insert, select

from recorder.db import db, now
from recorder.ingest import opening
from recorder.ingest.opening import Unfit
from recorder.ingest.segments import strings
from recorder.instruments.scale import Scale
from recorder.instruments.scheme import Scheme
from recorder.measures import VERSION
from recorder.measures import tape as tapes
from recorder.measures.figures import Figures, as_document, figures
from recorder.measures.observation import InvalidObservation, Observation, Person, observed_ms
from recorder.measures.tape import Tape
from recorder.records import cells
from recorder.records.families import Caregiver, Child, Consent
from recorder.records.instruments import with_hash, with_id
from recorder.records.observations import Log, StoredFigures, StoredRating
from recorder.records.people import Account
from recorder.records.sheets import Sheet
from recorder.records.visits import Visit

FEWEST_MS = 180_000
"""Observed time, in ms, below which an observation has no figures."""


@dataclass(frozen=True)
class Aside:
    """An event that is put aside: its seq, a quarantine code, one sentence, and its exact string."""

    seq: int
    code: str
    message: str
    event: str


def tape(log: Log) -> Tape:
    """What the events of a log mean together."""
    return tapes.read(strings(log))


def observation(log: Log, read: Tape | None = None) -> Observation:
    """A log as the pure value that `measures` takes, its children and caregivers known by their ids.

    Parameters: `read`, the log's tape, where the caller has it already. Raises `InvalidObservation`.
    """
    scheme = with_hash(log.programme_id, log.instrument_hash)
    if log.local_date is None or not isinstance(scheme, Scheme):
        raise InvalidObservation("This log has no coding scheme that is known here.")
    read = read or tape(log)
    children = [Person(str(id), _age(id, log.local_date)) for id in _ids(read, "children")]
    return tapes.observation(read, scheme, children, [Person(str(id)) for id in _ids(read, "caregivers")])


def recompute(log: Log) -> None:
    """Make a log's figures, ratings and shares of cells again from its events; the caller commits."""
    _refigure(log, tape(log))


def derive(log: Log, account: Account, before: int, events: Sequence[str]) -> list[Aside]:
    """Make what follows from a log that has grown.

    Parameters: `log`, locked; `before`, how far it reached; `events`, all of its strings up to `log.stored_upto`.
    Returns the new events that are put aside (their bytes stay in the log too).
    """
    if before == 0 and (refusal := opening.admit(log, account, events[0])):
        return [Aside(1, refusal.code, refusal.message, events[0])]
    if log.refused:
        return []
    read = tapes.read(events)
    aside = [Aside(seq, code, message[:400], events[seq - 1]) for seq, code, message in read.refused if seq > before]
    aside += _unknown_codes(log, read, before, events)
    aside += _take_sheets(log, read, before, events)
    _note_end(log, read)
    aside += _close(log, read, events, opened=before == 0)
    return aside


def _unknown_codes(log: Log, read: Tape, before: int, events: Sequence[str]) -> list[Aside]:
    scheme = with_hash(log.programme_id, log.instrument_hash)
    known = scheme.codes() if isinstance(scheme, Scheme) else frozenset()
    return [
        Aside(seq, "bad_value", "The scheme of this log has no such code.", events[seq - 1])
        for seq, tap in read.taps
        if seq > before and tap.code not in known
    ]


def _note_end(log: Log, read: Tape) -> None:
    log.end = read.aborted or ("end" if read.ended is not None else None)
    if log.end == "family_withdrew":
        _withdraw(log)


def _withdraw(log: Log) -> None:
    """The family stopped the visit: from that day on there is no consent to observe."""
    assert log.local_date is not None
    given = select(Consent).where(
        Consent.family_id == log.family_id, Consent.scope == "observe", Consent.withdrawn_on.is_(None)
    )
    for consent in db.session.scalars(given):
        consent.withdrawn_on = max(log.local_date, consent.given_on)


def _close(log: Log, read: Tape, events: Sequence[str], *, opened: bool) -> list[Aside]:
    """Do what the signature says; `opened`: the opening arrived with it, and consent was looked at just now."""
    aside: list[Aside] = []
    if read.closed:
        aside = [] if opened else _consent_at_close(log, events)
        if not log.refused:
            aside = _unfit_ratings(log, read, events)
            _visit_done(log)
    was_closed, log.closed_at = log.closed_at, (log.closed_at or now()) if read.closed else None
    if was_closed or read.closed:
        fault = _refigure(log, read, fresh=was_closed is None)
        aside += [Aside(len(events), "bad_value", fault[:400], events[-1])] if fault else []
    return aside


def _consent_at_close(log: Log, events: Sequence[str]) -> list[Aside]:
    """A consent that was taken back between the opening's arrival and the signature's."""
    visit = _visit(log)
    if log.end == "family_withdrew" or opening.consented(visit.family_id, opening.today(visit.site)):
        return []
    log.refused = "consent_withdrawn"
    return [Aside(len(events), log.refused, "The family took its consent back before this arrived.", events[-1])]


def _visit_done(log: Log) -> None:
    if log.role == "practice":
        return
    visit = _visit(log)
    visit.status, visit.cancelled_by, visit.cancel_reason = "done", None, None
    if log.role == "primary":
        assert log.local_date is not None
        visit.local_date, visit.account_id = log.local_date, log.account_id


def _refigure(log: Log, read: Tape, *, fresh: bool = False) -> str:
    """Replace a log's figures and ratings; `fresh`: there are none yet. Returns why it cannot be measured, or ""."""
    if not fresh:
        _take_out(log)
    if log.closed_at is None or log.refused or log.role != "primary" or log.end == "family_withdrew":
        return ""
    visit = _visit(log)
    _store_ratings(log, read, visit)
    try:
        seen = observation(log, read)
    except InvalidObservation as error:
        return str(error)
    if observed_ms(seen) >= FEWEST_MS:
        child = seen.children[0].id
        _store_figures(log, visit, seen, figures(seen, child=child), child)
    return ""


def _take_out(log: Log) -> None:
    old = db.session.scalar(select(StoredFigures).where(StoredFigures.log_key == log.key))
    if old is not None:
        cells.subtract(_share(old))
        db.session.execute(delete(StoredFigures).where(StoredFigures.key == old.key))
        db.session.expunge(old)
    db.session.execute(delete(StoredRating).where(StoredRating.log_key == log.key))


def _store_figures(log: Log, visit: Visit, seen: Observation, made: Figures, child: str) -> None:
    row = StoredFigures(
        programme_id=log.programme_id,
        log_key=log.key,
        visit_id=visit.id,
        family_id=visit.family_id,
        site_id=visit.site_id,
        account_id=log.account_id,
        child_id=uuid.UUID(child),
        local_date=log.local_date,
        context=log.context,
        measures_version=VERSION,
        scheme=seen.scheme.id,
        scheme_hash=seen.scheme.hash,
        observed_ms=made.observed_ms,
        cues=made.overall.cues,
        codable=made.overall.codable,
        answered=made.overall.answered,
        distress_codable=made.distress.codable,
        distress_answered=made.distress.answered,
        non_distress_codable=made.non_distress.codable,
        non_distress_answered=made.non_distress.answered,
        figures=as_document(made, str(log.id), seen.scheme.id),
        histogram=cells.histogram(_latencies(made)),
    )
    db.session.add(row)
    db.session.flush()
    cells.add(_share(row))


def _latencies(made: Figures) -> list[int]:
    return [
        pair.latency_ms
        for pair in made.pairs
        if pair.in_rate and pair.status == "answered" and pair.latency_ms is not None
    ]


def _share(row: StoredFigures) -> cells.Share:
    return cells.Share(
        programme_id=row.programme_id,
        site_id=row.site_id,
        account_id=row.account_id,
        local_date=row.local_date,
        measures_version=row.measures_version,
        scheme_hash=row.scheme_hash,
        observed_ms=row.observed_ms,
        counts=(
            (row.answered, row.codable),
            (row.distress_answered, row.distress_codable),
            (row.non_distress_answered, row.non_distress_codable),
        ),
        histogram=row.histogram,
    )


def _store_ratings(log: Log, read: Tape, visit: Visit) -> None:
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
        for instrument, values in read.ratings.items()
        for scale, value in values.items()
        if value is not None and not _rating_fault(log, instrument, scale, value)
    ]
    if rows:
        db.session.execute(insert(StoredRating), rows)


def _unfit_ratings(log: Log, read: Tape, events: Sequence[str]) -> list[Aside]:
    """The last rating of each scale that its scale set does not allow; found at the signature, when they count."""
    faults = {
        (instrument, scale): fault
        for instrument, values in read.ratings.items()
        for scale, value in values.items()
        if value is not None and (fault := _rating_fault(log, instrument, scale, value))
    }
    unread = {seq for seq, _, _ in read.refused}
    aside = {}
    for seq, event in enumerate(events, 1) if faults else ():
        said = {} if seq in unread else json.loads(event)
        if said.get("kind") == "rating":
            key = (said["data"]["instrument"], said["code"])
            if key in faults:
                aside[key] = Aside(seq, "bad_value", faults[key], event)
    return list(aside.values())


def _rating_fault(log: Log, instrument: str, scale: str, value: int | str) -> str:
    known = with_id(log.programme_id, instrument)
    if not isinstance(known, Scale) or known.item(scale) is None:
        return "This scale is not known here."
    if value != "NOB" and not (isinstance(value, int) and known.low <= value <= known.high):
        return f"A rating of this scale is a whole number from {known.low} to {known.high}, or NOB."
    return ""


def _take_sheets(log: Log, read: Tape, before: int, events: Sequence[str]) -> list[Aside]:
    aside = []
    for seq, words in read.sheets:
        if seq <= before:
            continue
        try:
            _take_sheet(log, seq, words)
        except Unfit as error:
            aside.append(Aside(seq, "bad_value", str(error), events[seq - 1]))
    return aside


def _take_sheet(log: Log, seq: int, words: Mapping[str, Any]) -> None:
    """Keep an approved page, and plan the next visit that it promises."""
    visit = _visit(log)
    child = _member(Child, words.get("child"), visit.family_id)
    caregiver = None if words.get("caregiver") is None else _member(Caregiver, words["caregiver"], visit.family_id)
    promised = _promise(words.get("next_visit"))
    values = {
        "seq": seq,
        "child_id": child,
        "caregiver_id": caregiver,
        "language": _short(words, "language", 8),
        "step": _short(words.get("step") or {"key": ""}, "key", 40),
        "words": json.dumps(words, separators=(",", ":")),
        "approved_at": now(),
    }
    id = _id(words.get("id"), "id")
    sheet = db.session.scalar(select(Sheet).where(Sheet.programme_id == log.programme_id, Sheet.id == id))
    if sheet is None:
        sheet = Sheet(
            programme_id=log.programme_id,
            id=id,
            log_key=log.key,
            visit_id=visit.id,
            family_id=visit.family_id,
            site_id=visit.site_id,
            account_id=log.account_id,
            local_date=log.local_date,
            **values,
        )
        db.session.add(sheet)
    elif sheet.log_key != log.key:
        raise Unfit("Another page has this id.")
    for name, content in values.items():
        setattr(sheet, name, content)
    if promised:
        _plan(log, visit, *promised)


def _promise(words: object) -> tuple[uuid.UUID, date, str | None] | None:
    """The next visit that a page promises: its id, its day, its time "HH:MM" or None."""
    if words is None:
        return None
    if not isinstance(words, Mapping):
        raise Unfit("next_visit must be an object.")
    try:
        on = date.fromisoformat(words["date"])
        at = time.fromisoformat(words["time"]).strftime("%H:%M") if words.get("time") else None
        return _id(words.get("visit"), "next_visit.visit"), on, at
    except (KeyError, TypeError, ValueError) as error:
        raise error if isinstance(error, Unfit) else Unfit("The next visit needs a date and a time.") from error


def _plan(log: Log, visit: Visit, id: uuid.UUID, on: date, at: str | None) -> None:
    promised = db.session.get(Visit, id)
    if promised is None:
        promised = Visit(
            id=id,
            programme_id=log.programme_id,
            family_id=visit.family_id,
            site_id=visit.site_id,
            account_id=log.account_id,
            local_date=on,
            status="planned",
        )
        db.session.add(promised)
    elif promised.family_id != visit.family_id or promised.id == visit.id:
        raise Unfit("The next visit is not one of this family.")
    if promised.status == "planned":
        promised.local_date, promised.local_time = on, at


def _member(kind: type[Child] | type[Caregiver], value: Any, family_id: uuid.UUID) -> uuid.UUID:
    id = _id(value, kind.__tablename__)
    if db.session.execute(select(kind.id).where(kind.id == id, kind.family_id == family_id)).first() is None:
        raise Unfit(f"The {kind.__tablename__} is not of this family.")
    return id


def _short(words: Any, key: str, longest: int) -> str:
    value = words.get(key) if isinstance(words, Mapping) else None
    if not isinstance(value, str) or len(value) > longest or not (value == "" or value.isprintable()):
        raise Unfit(f"{key} must be a text of at most {longest} characters.")
    return value


def _visit(log: Log) -> Visit:
    """The visit of a log that was admitted."""
    assert log.visit is not None
    return log.visit


def _ids(read: Tape, key: str) -> list[uuid.UUID]:
    return [uuid.UUID(value) for value in read.opening.get(key) or ()]


def _id(value: Any, key: str) -> uuid.UUID:
    try:
        return uuid.UUID(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise Unfit(f"{key} must be a UUID.") from error


def _age(child_id: uuid.UUID, on: date) -> int | None:
    child = db.session.get(Child, child_id)
    return child.age_months(on) if child else None
