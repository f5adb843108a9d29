"""What is a supervisor asked about this observation?

Two things: a moment that the visitor flagged "Ask my supervisor", and a rough moment that the end review confirmed,
with what was seen and heard. Both are found by their event. What a supervisor answered is kept when they are made
again; what is not asked any more, and was not answered, goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from recorder.db import db
from recorder.instruments.scheme import Scheme
from recorder.measures.tape import Tape
from recorder.records.followups import Question
from recorder.records.observations import Log


@dataclass(frozen=True)
class Asked:
    """One question: "ask" or "rough", when it was (ms from the start), and the visitor's words."""

    kind: str
    at_ms: int
    note: str


def asked(tape: Tape, scheme: Scheme) -> dict[int, Asked]:
    """The questions of a signed primary observation, by the seq of their event."""
    rough = {response.code for response in scheme.responses if response.rough}
    found = {one.seq: Asked("ask", one.t_ms, one.note) for one in tape.asks}
    for seq, tap in tape.taps:
        if tap.code in rough and tape.reviews.get(seq) == "confirmed":
            found[seq] = Asked("rough", tap.t_ms, tape.review_notes.get(seq, ""))
    return found


def replace(log: Log, asked: Mapping[int, Asked], *, fresh: bool = False) -> None:
    """Let a log ask these questions and no others, but for those that were answered; `fresh`: it was not signed a
    moment ago, so that only answered ones can be there."""
    if fresh and not asked:
        return
    query = select(Question).where(Question.log_key == log.key)
    there = {row.seq: row for row in db.session.scalars(query)}
    for seq, row in there.items():
        if seq not in asked and row.answered_at is None:
            db.session.delete(row)
    for seq, one in asked.items():
        row = there.get(seq) or _new(log, seq)
        row.kind, row.at_ms, row.note = one.kind, one.at_ms, one.note


def _new(log: Log, seq: int) -> Question:
    question = Question(
        programme_id=log.programme_id,
        log_key=log.key,
        seq=seq,
        visit_id=log.visit_id,
        family_id=log.family_id,
        account_id=log.account_id,
        local_date=log.local_date,
    )
    db.session.add(question)
    return question
