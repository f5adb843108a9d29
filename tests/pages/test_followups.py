"""What waits for a supervisor: safety notes with few readers, and questions that get an answer."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask
from forms import beside, send, words
from people import TODAY, People
from sqlalchemy import select

from recorder.db import db, uuid7
from recorder.records.followups import Question, SafetyNote
from recorder.records.observations import Log

SEEN = "A bruise on the left arm, he said he fell"


def write(client, people: People, code: str = "F-001", **changes: str):
    data = {"about": "child", "seen": SEEN, "told_whom": "Sol", "told_when": "at once"} | changes
    return send(client, f"/families/{people.families[code]}/safety", data)


@pytest.fixture
def note(app: Flask, signed_in, people: People) -> uuid.UUID:
    """Ana's note about her family."""
    assert write(signed_in("ana"), people).status_code == 302
    with app.app_context():
        return db.session.scalars(select(SafetyNote.id)).one()


def test_a_note_is_kept_sealed_with_all_its_fields(app: Flask, signed_in, people: People) -> None:
    ana = signed_in("ana")
    assert "The duty to report may be your own." in words(ana.get(f"/families/{people.families['F-001']}/safety"))
    answer = write(ana, people, reference="R-17", why_not="")
    page = words(ana.get(answer.location))
    for said in (SEEN, "Sol, at once", "R-17", "A child is not safe"):
        assert said in page
    with app.app_context():
        kept = db.session.scalars(select(SafetyNote)).one()
        assert (kept.account_id, kept.family_id) == (people.accounts["ana"], people.families["F-001"])
        assert kept.acknowledged_at is None
        raw = db.session.connection().exec_driver_sql("SELECT seen, told_whom FROM safety_note").one()
        assert all(b"bruise" not in bytes(value) and b"Sol" not in bytes(value) for value in raw)


@pytest.mark.parametrize(
    ("name", "value"), [("about", ""), ("about", "dog"), ("seen", ""), ("seen", "x" * 4001), ("told_whom", "x" * 201)]
)
def test_a_note_that_cannot_be_is_said_beside_the_field(app, signed_in, people, name: str, value: str) -> None:
    answer = write(signed_in("ana"), people, **{name: value, "reference": "R-99"})
    assert answer.status_code == 422
    assert beside(answer, name)
    assert "R-99" in words(answer), "what was typed stays"
    with app.app_context():
        assert db.session.scalars(select(SafetyNote)).all() == []


@pytest.mark.parametrize(
    ("name", "status"),
    [("ana", 200), ("sol", 200), ("ben", 404), ("sam", 404), ("cleo", 404), ("mara", 403), ("abe", 403), ("ida", 403),
     ("olga", 404), ("otto", 403)],
)  # fmt: skip
def test_a_note_has_few_readers(signed_in, note, name: str, status: int) -> None:
    client = signed_in(name)
    assert client.get(f"/safety/{note}").status_code == status
    listed = client.get("/safety/")
    assert (str(note) in words(listed)) == (status == 200)


def test_a_visitor_reads_her_own_notes_only(signed_in, people: People) -> None:
    assert write(signed_in("sol"), people).status_code == 302
    assert "A child is not safe" not in words(signed_in("ana").get("/safety/"))


def test_the_questions_page_says_how_many_notes_wait(signed_in, note) -> None:
    assert "Safety notes (1 waiting)" in words(signed_in("sol").get("/questions/"))
    assert "waiting)" not in words(signed_in("ben").get("/questions/"))


def test_the_clock_runs_until_a_supervisor_acknowledges(app: Flask, signed_in, people: People, note) -> None:
    path = f"/safety/{note}/acknowledgement"
    assert send(signed_in("ana"), path, {"acknowledgement": "Fine"}).status_code == 403
    assert send(signed_in("sam"), path, {"acknowledgement": "Fine"}).status_code == 404
    sol = signed_in("sol")
    assert beside(send(sol, path, {"acknowledgement": " "}), "acknowledgement")
    assert "A child is not safe" in words(sol.get("/safety/")).split("Acknowledged")[0]
    assert send(sol, path, {"acknowledgement": "I call the family today"}).status_code == 302
    with app.app_context():
        kept = db.session.get(SafetyNote, note)
        assert (kept.acknowledged_by_id, kept.acknowledgement) == (people.accounts["sol"], "I call the family today")
    assert "I call the family today" in words(signed_in("ana").get(f"/safety/{note}")), "she reads what happens now"
    again = send(sol, path, {"acknowledgement": "Twice"})
    assert again.status_code == 409
    with app.app_context():
        assert db.session.get(SafetyNote, note).acknowledgement == "I call the family today"


@pytest.fixture
def asked(app: Flask, people: People) -> dict[str, uuid.UUID]:
    """A question of Ana's and one of Ben's: the ids of their logs."""
    made = {}
    with app.app_context():
        for name, code, visit in (("ana", "F-001", "mia today"), ("ben", "F-002", "noor tomorrow")):
            same = {"programme_id": people.programme, "account_id": people.accounts[name],
                    "family_id": people.families[code], "visit_id": people.visits[visit]}  # fmt: skip
            log = Log(**same, id=uuid7())
            db.session.add(log)
            db.session.flush()
            db.session.add(Question(**same, log_key=log.key, seq=7, kind="ask", at_ms=83_000, note=f"{name} wonders",
                                    local_date=TODAY))  # fmt: skip
            made[name] = log.id
        db.session.commit()
    return made


def test_a_question_goes_to_the_supervisor_and_its_answer_back(signed_in, asked) -> None:
    ana, sol = signed_in("ana"), signed_in("sol")
    page = words(sol.get("/questions/"))
    assert "ana wonders" in page and "ben wonders" in page and "1:23" in page
    assert "ben wonders" not in words(ana.get("/questions/"))
    path = f"/questions/{asked['ana']}/7/answer"
    field = page.split(f'action="{path}"')[1].split('name="q')[1].split('"')[0]
    empty = send(sol, path, {f"q{field}": " "})
    assert empty.status_code == 422 and beside(empty, f"q{field}")
    assert send(sol, path, {f"q{field}": "Yes, wait a little longer"}).status_code == 302
    assert "Yes, wait a little longer" in words(ana.get("/questions/"))


@pytest.mark.parametrize(("name", "status"), [("ana", 403), ("sam", 404), ("mara", 403)])
def test_nobody_else_answers(app, signed_in, asked, name: str, status: int) -> None:
    assert send(signed_in(name), f"/questions/{asked['ana']}/7/answer", {}).status_code == status
    with app.app_context():
        assert all(one.answered_at is None for one in db.session.scalars(select(Question)))
