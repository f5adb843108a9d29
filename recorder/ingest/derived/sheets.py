"""Which pages did the visitor approve in this log, and which next visit do they promise?"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from sqlalchemy import select

from recorder.db import db, now
from recorder.ingest import visits
from recorder.ingest.derived.grown import Aside, Grown
from recorder.ingest.derived.members import member
from recorder.ingest.opening import Unfit, identity
from recorder.records.families import Caregiver, Child
from recorder.records.observations import Log
from recorder.records.sheets import Sheet


def take(grown: Grown) -> list[Aside]:
    """Keep the new pages of a log; those that do not fit are put aside."""
    aside = []
    for seq, words in grown.tape.sheets:
        if seq <= grown.before:
            continue
        try:
            _take(grown.log, seq, words)
        except Unfit as error:
            aside.append(grown.aside(seq, "bad_value", str(error)))
    return aside


def _take(log: Log, seq: int, words: Mapping[str, Any]) -> None:
    """Keep an approved page, and plan the next visit that it promises."""
    if log.role != "primary":
        raise Unfit("Only a primary observation has a page for the family.")
    visit = visits.of(log)
    child = member(Child, words.get("child"), visit.family_id)
    caregiver = None if words.get("caregiver") is None else member(Caregiver, words["caregiver"], visit.family_id)
    promised = _promise(words.get("next_visit"))
    values = {
        "seq": seq,
        "child_id": child,
        "caregiver_id": caregiver,
        "language": _short(words, "language", 8),
        "step": _short(words.get("step") or {"key": ""}, "key", 40),
        "words": json.dumps(words, separators=(",", ":")),
        "fits": (words.get("fit") or {}).get("answer"),
        "approved_at": now(),
    }
    id = identity(words.get("id"), "id")
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
    elif sheet.seq >= seq:
        return  # this page or a later one was kept when it came: the log is read again
    for name, content in values.items():
        setattr(sheet, name, content)
    if promised:
        visits.promise(log, *promised)


def _promise(words: object) -> tuple[uuid.UUID, date, str | None] | None:
    """The next visit that a page promises: its id, its day, its time "HH:MM" or None."""
    if words is None:
        return None
    if not isinstance(words, Mapping):
        raise Unfit("next_visit must be an object.")
    try:
        on = date.fromisoformat(words["date"])
        at = time.fromisoformat(words["time"]).strftime("%H:%M") if words.get("time") else None
        return identity(words.get("visit"), "next_visit.visit"), on, at
    except (KeyError, TypeError, ValueError) as error:
        raise error if isinstance(error, Unfit) else Unfit("The next visit needs a date and a time.") from error


def _short(words: Any, key: str, longest: int) -> str:
    value = words.get(key) if isinstance(words, Mapping) else None
    if not isinstance(value, str) or len(value) > longest or not (value == "" or value.isprintable()):
        raise Unfit(f"{key} must be a text of at most {longest} characters.")
    return value
