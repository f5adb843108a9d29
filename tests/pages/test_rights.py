"""What a family may ask for: everything on a child after somebody read it, a hold, erasure."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from forms import beside, send, words
from people import TODAY, People
from sqlalchemy import select
from tablet import TabletLog, batch, observed, opening, sheet, sort

from recorder.db import db
from recorder.records.audit import AuditEntry
from recorder.records.disclosures import Disclosure
from recorder.records.double_coding import Grant
from recorder.records.families import Family
from recorder.records.followups import SafetyNote

HEADERS = {"X-Recorder": "1", "Content-Type": "application/json"}


@pytest.fixture(autouse=True)
def keys(own_keys: Path) -> Path:
    return own_keys


def write_note(app: Flask, people: People, family: str) -> str:
    with app.app_context():
        note = SafetyNote(programme_id=people.programme, family_id=people.families[family], local_date=TODAY,
                          account_id=people.accounts["ana"], about="child", seen="A neighbour told me")  # fmt: skip
        db.session.add(note)
        db.session.commit()
        return f"safety-{note.id}"


def opened(answer) -> dict:
    assert answer.status_code == 200 and answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
        assert "<script" not in file.read("everything.html").decode()
        return json.loads(file.read("everything.json"))


def test_everything_on_a_child_is_one_file_and_only_what_was_ticked_of_what_others_said(
    app: Flask, people: People, signed_in
) -> None:
    log = observed(people)
    close = log.strings.pop()
    log.add("sheet", data=sheet(people))
    log.add("note", "NOTE", {"text": "Her sister said <b>hello</b>"})
    log.add("close")
    assert close
    ana = signed_in("ana")
    assert ana.post("/api/v1/sync/events", data=batch(log.part()), headers=HEADERS).status_code == 200
    note, sol = write_note(app, people, "F-001"), signed_in("sol")
    path = f"/families/{people.families['F-001']}/rights/children/{people.children['Mia']}"
    assert signed_in("mara").get(path).status_code == 403, "safety notes have their own readers"
    shown = words(sol.get(path))
    assert "A neighbour told me" in shown and "Her sister said" in shown
    wrong = send(sol, path, {"released": note})
    assert wrong.status_code == 422 and beside(wrong, "recipient")
    without = opened(send(sol, path, {"recipient": "Luis, in person"}))
    assert without["child"]["first_name"] == "Mia" and len(without["observations"]) == 1
    assert without["pages"][0]["page"]["strengths"][0]["text"] == "You answered."
    assert "neighbour" not in json.dumps(without) and "sister" not in json.dumps(without) and without["withheld"] >= 2
    released = opened(send(sol, path, {"recipient": "The court", "released": note}))
    assert "neighbour" in json.dumps(released) and released["withheld"] == without["withheld"] - 1
    assert "The court" in words(sol.get(f"/families/{people.families['F-001']}/rights"))
    with app.app_context():
        assert db.session.scalars(select(Disclosure.items).order_by(Disclosure.items)).all() == [0, 1]
        noted = db.session.scalars(select(AuditEntry.object).where(AuditEntry.action == "rights.release"))
        assert set(noted) == {str(people.children["Mia"])}


def test_what_is_too_short_for_figures_and_why_it_was_corrected_are_in_it_too(
    app: Flask, people: People, signed_in
) -> None:
    log = TabletLog()
    log.add("open", data=opening(people))
    tap = log.add("tap", "VOC", after_ms=2000)
    log.add("end", after_ms=60_000)
    log.add("note", "NOTE", {"text": "He fell asleep"})
    log.add("close")
    assert signed_in("ana").post("/api/v1/sync/events", data=batch(log.part()), headers=HEADERS).status_code == 200
    sol = signed_in("sol")
    corrected = {"base": "VOC", "value": "LOOK", "reason": "He looked up"}
    assert send(sol, f"/observations/{log.id}/corrections/new?place=tap/{tap}", corrected).status_code == 302
    assert sol.get(f"/observations/{log.id}/corrections").status_code == 200
    path = f"/families/{people.families['F-001']}/rights/children/{people.children['Mia']}"
    shown = words(sol.get(path))
    assert "He fell asleep" in shown and "He looked up" in shown
    (seen,) = opened(send(sol, path, {"recipient": "Luis"}))["observations"]
    assert seen["taps"] == [[2000, "LOOK"]] and seen["figures"] is None and seen["codable"] is None
    with app.app_context():
        assert "corrections.index" in set(db.session.scalars(select(AuditEntry.action)))


def test_who_codes_the_visit_too_does_not_read_the_other_coding_here(app: Flask, people: People, signed_in) -> None:
    ana, sol = signed_in("ana"), signed_in("sol")
    assert ana.post("/api/v1/sync/events", data=batch(observed(people).part()), headers=HEADERS).status_code == 200
    path = f"/families/{people.families['F-001']}/rights/children/{people.children['Mia']}"
    assert sol.get(path).status_code == 200
    with app.app_context():
        db.session.add(Grant(programme_id=people.programme, visit_id=people.visits["mia today"],
                             account_id=people.accounts["sol"], granted_by_id=people.accounts["sol"]))  # fmt: skip
        db.session.commit()
    told = words(sol.get(path, follow_redirects=True))
    assert "Sign your observation first" in told
    assert send(sol, path, {"recipient": "Luis"}).status_code == 302, "nor hands it out"


def test_twins_are_never_in_each_others_file(app: Flask, people: People, signed_in) -> None:
    ben, sol, log = signed_in("ben"), signed_in("sol"), sort(people)
    assert ben.post("/api/v1/sync/events", data=batch(log.part()), headers=HEADERS).status_code == 200
    path = f"/families/{people.families['F-002']}/rights/children"
    noor, sami = (
        opened(send(sol, f"{path}/{people.children[name]}", {"recipient": "Hana"})) for name in ("Noor", "Sami")
    )
    assert len(noor["assessments"]) == 1 and sami["assessments"] == []
    assert "Sami" not in json.dumps(noor) and "Noor" not in json.dumps(sami)
    assert sol.get(f"{path}/{people.children['Mia']}").status_code == 404


def test_a_hold_forbids_erasure_and_the_manager_erases_by_the_case_number(
    app: Flask, people: People, signed_in
) -> None:
    mara: FlaskClient = signed_in("mara")
    path = f"/families/{people.families['F-001']}/rights"
    assert send(mara, f"{path}/hold", {"reason": ""}).status_code == 422
    assert send(mara, f"{path}/hold", {"reason": "A court asked"}).status_code == 302
    assert "A court asked" in words(mara.get(path)) and "Erase for ever" not in words(mara.get(path))
    assert send(mara, f"{path}/erasure", {"code": "F-001"}).status_code == 409
    assert send(mara, f"{path}/lifting").status_code == 302
    assert beside(send(mara, f"{path}/erasure", {"code": "F-002"}), "code") == "This is not the case number."
    assert send(mara, f"{path}/erasure", {"code": "F-001"}).status_code == 302
    assert mara.get(path).status_code == 404 and "Mia" not in words(mara.get("/families/"))
    with app.app_context():
        assert db.session.get_one(Family, people.families["F-001"]).erased_at
        acts = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
        assert [act for act in acts if act.startswith(("rights.hold", "rights.lift", "erase"))] == [
            "rights.hold", "rights.lift", "erase", "erase",
        ]  # fmt: skip
