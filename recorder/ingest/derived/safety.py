"""What did a visitor write down because somebody was not safe?

A safety note is no figure, and none triggers or closes one. It is made when it is signed, and stays as it was while
its log is open again. Signed again with other words it is a new note in the same place: if a supervisor had
acknowledged it, it waits for her again, and what she wrote then stays with it, behind the time at which she wrote it.
"""

from __future__ import annotations

from sqlalchemy import select

from recorder.db import db, now
from recorder.ingest.derived.grown import Aside, Grown
from recorder.measures.tape import Tape
from recorder.records.followups import ABOUT, SafetyNote
from recorder.records.observations import Log

WORDS = ("about", "seen", "told_whom", "told_when", "reference", "why_not")
"""The codes of a safety note's `note` events, each one field of the note."""


def follow(grown: Grown) -> list[Aside]:
    """Sign a safety log and make its note; one that says too little is put aside and stays open."""
    log, tape = grown.log, grown.tape
    fault = _fault(tape) if tape.signed is not None else ""
    log.closed_at = (log.closed_at or now()) if tape.signed is not None and not fault else None
    remake(log, tape)
    if fault and tape.signed is not None and tape.signed > grown.before:
        return [grown.aside(tape.signed, "bad_value", fault)]
    return []


def remake(log: Log, tape: Tape) -> None:
    """Write a signed log's note, or write it again."""
    if log.closed_at is None or log.refused:
        return
    words = {field: tape.notes.get(field, "").strip() for field in WORDS}
    note = db.session.scalar(select(SafetyNote).where(SafetyNote.log_key == log.key))
    if note is None:
        db.session.add(
            SafetyNote(
                programme_id=log.programme_id,
                family_id=log.family_id,
                visit_id=log.visit_id,
                log_key=log.key,
                account_id=log.account_id,
                local_date=log.local_date,
                **words,
            )
        )
    elif any(getattr(note, field) != text for field, text in words.items()):
        _rewrite(note, words)


def _fault(tape: Tape) -> str:
    if tape.notes.get("about") not in ABOUT:
        return f"A safety note says whom it is about: {', '.join(ABOUT)}."
    if not tape.notes.get("seen", "").strip():
        return "A safety note says what was seen and heard."
    return ""


def _rewrite(note: SafetyNote, words: dict[str, str]) -> None:
    for field, text in words.items():
        setattr(note, field, text)
    if note.acknowledged_at is not None:
        note.acknowledgement = f"{note.acknowledged_at:%Y-%m-%d %H:%M} UTC: {note.acknowledgement}"
        note.acknowledged_at, note.acknowledged_by_id, note.written_at = None, None, now()
