"""Who saw and did what is written down once; whoever changes it behind the program's back is found."""

from __future__ import annotations

import flask
import pytest
import sqlalchemy
from flask import Flask
from forms import send
from people import People
from sqlalchemy import select
from tablet import batch, observed

from recorder.db import db
from recorder.operations import verify
from recorder.records import audit
from recorder.records.audit import AuditEntry
from recorder.records.families import Family
from recorder.records.people import Account, Programme


def entries(app: Flask) -> list[tuple[str, str, str]]:
    with app.app_context():
        rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.key))
        return [(row.role, row.action, row.object) for row in rows]


def found(app: Flask) -> list[str]:
    with app.app_context():
        return list(verify.faults())


def tamper(app: Flask, *statements: str) -> None:
    """Change rows as somebody would who may do anything to the database."""
    with app.app_context(), db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = replica")
        else:
            for act in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER audit_frozen_{act}")
        for statement in statements:
            connection.exec_driver_sql(statement)
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = origin")


def test_looking_and_changing_leave_an_entry_each(app: Flask, people: People, signed_in) -> None:
    sol, family = signed_in("sol"), str(people.families["F-001"])
    assert sol.get(f"/families/{family}").status_code == 200
    assert sol.get(f"/families/{people.families['F-004']}").status_code == 404
    done = send(sol, f"/families/{family}/consents", {"scope": "video", "given_on": "2026-01-02"})
    assert done.status_code == 302
    wrong = send(sol, f"/families/{family}/consents", {"scope": "video", "given_on": "2026-01-02"})
    assert wrong.status_code == 422
    said = entries(app)
    assert said[0] == ("supervisor", "signed_in", str(people.accounts["sol"]))
    assert said[1] == ("supervisor", "families.show", family)
    assert said.count(("supervisor", "families.consent", family)) == 1
    assert str(people.families["F-004"]) not in str(said)
    assert found(app) == []


def test_an_entry_goes_with_what_it_tells_of(app: Flask, people: People) -> None:
    with app.app_context():
        db.session.add(Programme(name="Third"))
        audit.record("erase", programme_id=people.programme)
        db.session.flush()
        db.session.rollback()
        db.session.commit()
        assert db.session.scalars(select(AuditEntry)).all() == []


@pytest.mark.parametrize("statement", ["UPDATE audit SET role = 'x'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_an_entry(app: Flask, people: People, signed_in, statement: str) -> None:
    signed_in("sol")
    with app.app_context(), db.engine.connect() as connection:
        with pytest.raises(sqlalchemy.exc.DBAPIError, match="never changed"), connection.begin():
            connection.exec_driver_sql(statement)


def test_every_changed_row_is_named(app: Flask, people: People, signed_in) -> None:
    ana = signed_in("ana")
    for _ in range(5):
        ana.get("/families/")
    log = observed(people)
    headers = {"X-Recorder": "1", "Content-Type": "application/json"}
    assert ana.post("/api/v1/sync/events", data=batch(log.part(1, 5)), headers=headers).status_code == 200
    assert ana.post("/api/v1/sync/events", data=batch(log.part(6)), headers=headers).status_code == 200
    assert found(app) == []
    tamper(
        app,
        "UPDATE audit SET account_id = NULL WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 4",
        "UPDATE audit SET object = 'x' WHERE seq = 6",
        "UPDATE segment SET head = '" + "1" * 64 + "' WHERE from_seq = 6",
    )
    named = found(app)
    assert named[:3] == ["audit entry 2 was changed", "audit entry 4 is missing", "audit entry 6 was changed"]
    assert len(named) == 4 and str(log.id) in named[3]


def test_reading_goes_on_while_nothing_can_be_written_and_the_entry_follows(
    app: Flask, people: People, signed_in
) -> None:
    mara = signed_in("mara")
    with app.app_context(), db.engine.connect() as other, other.begin():
        if other.dialect.name == "postgresql":
            other.exec_driver_sql("LOCK TABLE audit IN EXCLUSIVE MODE")
        assert mara.get(f"/families/{people.families['F-001']}").status_code == 200
    assert mara.get("/visits/").status_code == 200
    assert [action for _, action, _ in entries(app)] == ["signed_in", "families.show", "visits.index"]


def test_the_auditor_reads_it_page_by_page_and_nobody_else(app: Flask, people: People, signed_in, monkeypatch) -> None:
    monkeypatch.setattr("recorder.pages.rights.ROWS", 3)
    ana, abe = signed_in("ana"), signed_in("abe")
    for _ in range(4):
        ana.get("/families/")
    first = abe.get("/audit/").get_data(as_text=True)
    assert "Looked at the list of families" in first and "Older entries" in first and "Signed in" not in first
    assert "Ana" in abe.get(f"/audit/?person={people.accounts['ana']}&before=3").get_data(as_text=True)
    ana.get(f"/families/{people.families['F-001']}")
    one = abe.get("/audit/?object=F-001").get_data(as_text=True)
    assert str(people.families["F-001"]) in one and "list of families" not in one
    assert abe.get("/audit/?first=1-1&before=99999999999999999999&person=x").status_code == 200
    assert ana.get("/audit/").status_code == 403


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_commit_that_failed_has_no_entry_and_the_next_one_has(app: Flask, people: People) -> None:
    family = people.families["F-001"]
    with app.test_request_context(f"/families/{family}/consents", method="POST"):
        flask.g.account = db.session.get_one(Account, people.accounts["sol"])
        failing = [OSError("the disk is gone")]

        def commit(_: object) -> None:
            if failing:
                raise failing.pop()

        sqlalchemy.event.listen(db.engine, "commit", commit)
        for _ in range(3):
            db.session.get_one(Family, family).goal = "Read together"
            try:
                db.session.commit()
            except OSError:
                db.session.rollback()
        sqlalchemy.event.remove(db.engine, "commit", commit)
    assert entries(app) == [("supervisor", "families.consent", str(family))]
