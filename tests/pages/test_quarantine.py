"""What was put aside: a visitor reads what became of hers, a supervisor settles her team's, nobody sees another's."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from flask import Flask
from forms import beside, send, words
from people import TODAY, People
from sqlalchemy import select, update
from tablet import TabletLog, batch, observed, safety

from recorder.db import db
from recorder.pages.quarantine_words import WORDS
from recorder.records.families import Assignment
from recorder.records.observations import Log, Quarantined, StoredFigures

MARKED = {"X-Recorder": "1"}
CODES = "fork unknown_family not_assigned unknown_instrument consent_withdrawn future_time unknown_kind bad_value"
CODES += " revoked_device erased"


def post(client, *parts) -> None:
    answer = client.post("/api/v1/sync/events", data=batch(*parts), headers=MARKED, content_type="application/json")
    assert answer.status_code == 200


@pytest.fixture
def unassigned(app: Flask, people: People, signed_in) -> TabletLog:
    """Ana's observation of Mia, whom she visits no more since yesterday month."""
    assign(app, people, TODAY - timedelta(days=30))
    log = observed(people)
    post(signed_in("ana"), log.part())
    return log


def assign(app: Flask, people: People, until) -> None:
    with app.app_context():
        hers = update(Assignment).where(Assignment.family_id == people.families["F-001"])
        db.session.execute(hers.values(until_on=until))
        db.session.commit()


def waiting(app: Flask) -> list[tuple[str, bool]]:
    with app.app_context():
        rows = db.session.scalars(select(Quarantined).order_by(Quarantined.key))
        return [(row.code, row.settled_at is None) for row in rows]


def test_every_code_of_the_contract_has_its_words() -> None:
    assert set(WORDS) == set(CODES.split())


def test_nothing_is_put_aside(signed_in) -> None:
    for name in ("ana", "sol"):
        assert "Nothing is put aside." in words(signed_in(name).get("/quarantine/"))


def test_a_supervisor_assigns_tries_again_and_the_visit_counts(app, signed_in, people, unassigned) -> None:
    sol = signed_in("sol")
    page = words(sol.get("/quarantine/"))
    assert "Ana" in page and "F-001" in page and "Nothing of it counts yet" in page
    assert str(WORDS["not_assigned"].why) in page and str(WORDS["not_assigned"].means) in page
    path = f"/quarantine/{unassigned.id}/readmission"
    still = sol.get(send(sol, path).location)
    assert "Something still stays aside" in words(still) and waiting(app) == [("not_assigned", True)]
    assign(app, people, None)
    done = sol.get(send(sol, path).location)
    assert "It was read again and counts now." in words(done) and "Nothing is put aside." in words(done)
    assert waiting(app) == [("not_assigned", False)]
    with app.app_context():
        assert db.session.scalars(select(StoredFigures)).one().cues == 10
    assert send(sol, path).status_code == 404, "there is nothing to try again"


def test_setting_aside_needs_a_reason_and_keeps_it(app: Flask, signed_in, unassigned: TabletLog) -> None:
    sol, path = signed_in("sol"), f"/quarantine/{unassigned.id}/settlement"
    field = f"q{unassigned.id.hex}-reason"
    empty = send(sol, path, {field: " "})
    assert empty.status_code == 422 and beside(empty, field) == "Please say why."
    long = send(sol, path, {field: "x" * 1001})
    assert long.status_code == 422 and "x" * 1001 in words(long)
    assert waiting(app) == [("not_assigned", True)]
    page = words(sol.get(send(sol, path, {field: "A rehearsal, no visit."}).location))
    assert "Set aside: A rehearsal, no visit." in page and "Nothing is put aside." in page
    with app.app_context():
        log = db.session.scalars(select(Log)).one()
        assert log.refused == "not_assigned" and log.stored_upto == len(unassigned.strings), "every byte stays"


def test_a_visitor_reads_in_plain_words_and_settles_nothing(signed_in, unassigned: TabletLog) -> None:
    ana = signed_in("ana")
    page = words(ana.get("/quarantine/"))
    assert "Put aside for your supervisor" in page and str(WORDS["not_assigned"].why) in page
    assert "Try again" not in page and "Set aside" not in page and str(WORDS["not_assigned"].means) not in page
    for act in ("readmission", "settlement"):
        assert send(ana, f"/quarantine/{unassigned.id}/{act}").status_code == 403


def test_what_is_anothers_is_not_there(app: Flask, signed_in, unassigned: TabletLog) -> None:
    for name in ("ben", "cleo", "olga", "sam"):
        assert "Nothing is put aside." in words(signed_in(name).get("/quarantine/")), name
    sam = signed_in("sam")
    for act in ("readmission", "settlement"):
        missing = send(sam, f"/quarantine/{uuid.uuid4()}/{act}", {"reason": "x"})
        foreign = send(sam, f"/quarantine/{unassigned.id}/{act}", {f"q{unassigned.id.hex}-reason": "x"})
        assert (missing.status_code, foreign.status_code) == (404, 404)
    assert waiting(app) == [("not_assigned", True)]


def test_both_contents_of_a_fork_stand_side_by_side(app: Flask, signed_in, people: People) -> None:
    ana, sol, log = signed_in("ana"), signed_in("sol"), observed(people)
    post(ana, log.part())
    other = log.strings[3].replace('"VOC"', '"CRY"').replace('"TALK"', '"JOY"')
    post(ana, log.part(4, 4) | {"events": [other]})
    page = words(sol.get("/quarantine/"))
    assert log.strings[3] in page and other in page and "1 entry is put aside. The rest counts." in page
    assert "Try again" not in page, "reading it again would change nothing"
    assert other not in words(ana.get("/quarantine/"))
    field = f"q{log.id.hex}-reason"
    send(sol, f"/quarantine/{log.id}/settlement", {field: "A copied tablet."})
    assert waiting(app) == [("fork", False)]


def test_a_log_of_somebody_elses_tells_nothing_of_it(signed_in, people: People) -> None:
    """Cleo sends under the id of Ana's log: her supervisor learns that, and neither family nor day of that log."""
    log = observed(people)
    post(signed_in("ana"), log.part())
    post(signed_in("cleo"), log.part(2, 3))
    page = words(signed_in("sam").get("/quarantine/"))
    assert "A record of somebody else" in page and "Cleo" in page and "F-001" not in page and "Try again" not in page
    assert send(signed_in("sam"), f"/quarantine/{log.id}/readmission").status_code == 404


def test_words_of_a_safety_note_are_read_by_the_familys_supervisor_only(app, signed_in, people: People) -> None:
    ben, log = signed_in("ben"), safety(people)
    post(ben, log.part())
    other = log.strings[2].replace("The stove", "The oven")
    post(ben, log.part(3, 3) | {"events": [other]})
    assert "The oven" in words(signed_in("sol").get("/quarantine/"))
    with app.app_context():
        hers = update(Assignment).where(Assignment.family_id == people.families["F-002"])
        db.session.execute(hers.values(account_id=people.accounts["cleo"]))
        db.session.commit()
    page = words(signed_in("sol").get("/quarantine/"))
    assert "Ben" in page and "The oven" not in page
