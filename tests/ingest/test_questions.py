"""What a supervisor is asked: flagged moments and confirmed rough ones; her answers outlive a correction."""

from __future__ import annotations

import pytest
from people import People
from sqlalchemy import select
from tablet import TabletLog, opening, second

from recorder import ingest
from recorder.db import db, now
from recorder.records.followups import Question
from recorder.records.observations import Log

ASKED, ROUGH, TAKEN, MISTAKE, UNSURE = 2, 3, 4, 5, 6


def asking(people: People, **changes) -> TabletLog:
    """A signed observation with one question and four rough moments, two of them confirmed."""
    log = TabletLog()
    log.add("open", data=opening(people, **changes))
    log.add("flag", "ASK", {"note": "Was that teasing?", "at": 4000}, after_ms=9000)
    log.add("tap", "HARSH", after_ms=1000)
    log.add("tap", "TAKE", after_ms=1000)
    log.add("tap", "HARSH", after_ms=1000)
    log.add("tap", "TAKE", after_ms=1000)
    log.add("end", after_ms=300_000)
    log.add("review", data={"seq": ROUGH, "answer": "confirmed", "note": "She shouted."})
    log.add("review", data={"seq": TAKEN, "answer": "confirmed", "note": ""})
    log.add("review", data={"seq": MISTAKE, "answer": "mistake", "note": ""})
    log.add("close", after_ms=1000)
    return log


def row_of(log: TabletLog) -> Log:
    return db.session.scalars(select(Log).where(Log.id == log.id)).one()


def questions() -> dict[int, Question]:
    rows = db.session.scalars(select(Question).order_by(Question.seq).execution_options(populate_existing=True))
    return {row.seq: row for row in rows}


def answer(people: People, seq: int) -> None:
    row = questions()[seq]
    row.answered_at, row.answered_by_id, row.answer = now(), people.accounts["sol"], "Let us talk."
    db.session.commit()


def test_a_signed_observation_asks_what_was_flagged_and_what_was_confirmed(take, people: People) -> None:
    take(asking(people).part())
    found = {seq: (row.kind, row.at_ms, row.note) for seq, row in questions().items()}
    assert found == {
        ASKED: ("ask", 4000, "Was that teasing?"),
        ROUGH: ("rough", 10_000, "She shouted."),
        TAKEN: ("rough", 11_000, ""),
    }
    row = questions()[ASKED]
    assert (row.family_id, row.visit_id) == (people.families["F-001"], people.visits["mia today"])
    assert row.account_id == people.accounts["ana"] and row.answered_at is None


def test_nothing_is_asked_before_the_signature(take, people: People) -> None:
    log = asking(people)
    take(log.part(1, len(log.strings) - 1))
    assert questions() == {}


def test_only_a_primary_observation_asks(take, people: People, grant) -> None:
    grant()
    log = second(people)
    log.strings.pop()
    log.add("flag", "ASK", {"note": "?"})
    log.add("close")
    (reply,) = take(log.part(), who="ben")
    assert reply["quarantined"] == [] and row_of(log).closed_at is not None and questions() == {}


def test_a_short_observation_asks_too(take, people: People) -> None:
    log = TabletLog()
    log.add("open", data=opening(people))
    log.add("flag", "ASK", {"note": "What now?"}, after_ms=1000)
    log.add("end", after_ms=1000)
    log.add("close")
    take(log.part())
    assert [row.note for row in questions().values()] == ["What now?"]


def test_an_answer_is_kept_when_the_questions_are_made_again(take, people: People) -> None:
    log = asking(people)
    take(log.part())
    answer(people, ROUGH)
    keys = {seq: row.key for seq, row in questions().items()}
    ingest.recompute(row_of(log))
    db.session.commit()
    assert {seq: row.key for seq, row in questions().items()} == keys
    reopen = log.add("reopen")
    take(log.part(reopen))
    assert set(questions()) == {ROUGH}
    review = log.add("review", data={"seq": ROUGH, "answer": "confirmed", "note": "She spoke loudly."})
    log.add("close")
    take(log.part(review))
    found = questions()
    assert set(found) == {ASKED, ROUGH, TAKEN}
    assert (found[ROUGH].answer, found[ROUGH].note) == ("Let us talk.", "She spoke loudly.")


@pytest.mark.parametrize("answered", [False, True])
def test_a_question_that_was_taken_back_goes_unless_it_was_answered(take, people: People, answered: bool) -> None:
    log = asking(people)
    take(log.part())
    if answered:
        answer(people, ASKED)
    reopen = log.add("reopen")
    log.add("void", data={"seq": ASKED})
    log.add("review", data={"seq": TAKEN, "answer": "mistake", "note": ""})
    log.add("close")
    take(log.part(reopen))
    assert set(questions()) == ({ASKED, ROUGH} if answered else {ROUGH})


def test_a_family_that_stopped_the_visit_is_asked_about_no_more(take, people: People) -> None:
    log = asking(people)
    log.strings = log.strings[:6]
    log.add("abort", data={"reason": "family_withdrew", "note": ""})
    log.add("close")
    take(log.part())
    assert questions() == {}
