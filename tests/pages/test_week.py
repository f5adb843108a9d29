"""What waits for whom: counts against what was arranged by hand, each with its rows, and nothing of another's."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from forms import send as post
from people import TODAY, People
from sqlalchemy import select
from tablet import TabletLog, batch, observed, opening

from recorder import ingest
from recorder.db import db, uuid7
from recorder.records.devices import Device
from recorder.records.double_coding import Certificate
from recorder.records.families import Consent, Family
from recorder.records.followups import SafetyNote
from recorder.records.people import Account, Programme
from recorder.records.supervision import Supervision
from recorder.records.visits import Visit


def counts(page: str) -> dict[str, int]:
    """What the page tells: each matter with its number, 0 included."""
    found = re.findall(r'<h2><a href="/week/(\w+)">[^<]*: (\d+)</a>', page)
    return {name: int(number) for name, number in found}


@pytest.fixture
def arranged(app: Flask, people: People) -> None:
    """One of each: Mia observed today and once unsigned, Noor due soon, F-003 without consent, Kai overdue."""
    with app.app_context():
        ana = db.session.get_one(Account, people.accounts["ana"])
        begun = TabletLog()
        wall = datetime.combine(TODAY - timedelta(days=3), datetime.min.time(), UTC).replace(hour=18)
        begun.add("open", data=opening(people, visit=str(uuid7()), wall=f"{wall:%Y-%m-%dT%H:%M:%S}.000Z"))
        begun.add("end", after_ms=200_000)
        for log in (observed(people), begun):
            ingest.take(ana, ingest.read(batch(log.part())))
        noor = db.session.get_one(Family, people.families["F-002"])
        noor.enrolled_on = TODAY - timedelta(days=20)
        for consent in db.session.scalars(select(Consent).where(Consent.scope == "observe")):
            consent.given_on = TODAY - timedelta(days=100)
        for consent in db.session.scalars(select(Consent).where(Consent.family_id == people.families["F-003"])):
            consent.withdrawn_on = TODAY - timedelta(days=1)
        db.session.add(
            Visit(programme_id=people.programme, family_id=noor.id, site_id=noor.site_id,
                  account_id=people.accounts["ben"], local_date=TODAY - timedelta(days=2))
        )  # fmt: skip
        db.session.add(
            SafetyNote(programme_id=people.programme, family_id=people.families["F-004"], local_date=TODAY,
                       account_id=people.accounts["cleo"], about="child", seen="A secret thing")
        )  # fmt: skip
        for name, oldest in (("Tablet 1", 5), ("Tablet 2", 1)):
            since = datetime.now(UTC) - timedelta(days=oldest)
            db.session.add(
                Device(programme_id=people.programme, site_id=people.sites["river"], name=name, token_hash=name,
                       enrolled_by_id=people.accounts["sam"],
                       report={"unsent": 3, "oldest_unsent": since.isoformat()})
            )  # fmt: skip
        for person, until in (("ana", 10), ("ben", 100), ("ben", 5)):
            db.session.add(
                Certificate(programme_id=people.programme, account_id=people.accounts[person], instrument="x/1",
                            source="external", on=TODAY - timedelta(days=50), until=TODAY + timedelta(days=until),
                            given_by_id=people.accounts["mara"])
            )  # fmt: skip
        for person in ("ana", "ben", "cleo"):
            db.session.get_one(Account, people.accounts[person]).created_at -= timedelta(days=90)
        db.session.add(
            Supervision(programme_id=people.programme, account_id=people.accounts["ana"], kind="talk",
                        supervisor_id=people.accounts["sol"], on=TODAY - timedelta(days=3))
        )  # fmt: skip
        db.session.add(
            Supervision(programme_id=people.programme, account_id=people.accounts["ben"], kind="joint",
                        supervisor_id=people.accounts["sol"], on=TODAY - timedelta(days=3))
        )  # fmt: skip
        db.session.get_one(Programme, people.programme).observe_every_days = 30
        db.session.commit()


def test_each_reads_what_waits_where_she_reaches(signed_in, arranged: None) -> None:
    everything = {"safety": 1, "overdue": 1, "due": 1, "unsigned": 1, "unaccounted": 1, "supervision": 2,
                  "tablets": 1, "consents": 1, "certificates": 1}  # fmt: skip
    assert counts(signed_in("mara").get("/week/").get_data(as_text=True)) == everything
    assert counts(signed_in("abe").get("/week/").get_data(as_text=True)) == everything
    sol = counts(signed_in("sol").get("/week/").get_data(as_text=True))
    assert sol == {"due": 1, "unsigned": 1, "unaccounted": 1, "supervision": 1, "consents": 1, "certificates": 1}
    sam = counts(signed_in("sam").get("/week/").get_data(as_text=True))
    assert sam == {"safety": 1, "overdue": 1, "supervision": 1, "tablets": 1}
    assert counts(signed_in("ana").get("/week/").get_data(as_text=True)) == {"unsigned": 1, "certificates": 1}
    assert counts(signed_in("otto").get("/week/").get_data(as_text=True)).keys() <= {"overdue", "due"}


def test_behind_each_count_stand_its_rows(signed_in, arranged: None, people: People) -> None:
    mara = signed_in("mara")
    for name, number in counts(mara.get("/week/").get_data(as_text=True)).items():
        page = mara.get(f"/week/{name}").get_data(as_text=True)
        assert page.count('<th scope="row">') == number, name
    overdue = mara.get("/week/overdue").get_data(as_text=True)
    assert f"/families/{people.families['F-004']}" in overdue and "F-001" not in overdue
    assert "A secret thing" not in mara.get("/week/safety").get_data(as_text=True)
    assert "Tablet 2" not in mara.get("/week/tablets").get_data(as_text=True)
    assert mara.get("/week/nonsense").status_code == 404
    assert signed_in("ana").get("/week/agreement").status_code == 404


def test_too_few_double_coded_visits_are_told_with_their_interval(signed_in, app: Flask, people: People) -> None:
    with app.app_context():
        ana = db.session.get_one(Account, people.accounts["ana"])
        wall = datetime.combine(TODAY.replace(day=1) - timedelta(days=10), datetime.min.time(), UTC).replace(hour=18)
        log = observed(people, visit=str(uuid7()), wall=f"{wall:%Y-%m-%dT%H:%M:%S}.000Z")
        ingest.take(ana, ingest.read(batch(log.part())))
    assert counts(signed_in("mara").get("/week/").get_data(as_text=True))["agreement"] == 1
    page = signed_in("mara").get("/week/agreement").get_data(as_text=True)
    assert "0 of 1 visits were coded by two (0%, likely range 0% to 79%). The target is 20 percent." in page


def test_a_supervisor_notes_a_talk_that_only_the_two_read(signed_in, app: Flask, people: People) -> None:
    sol = signed_in("sol")
    form = {"account": str(people.accounts["ana"]), "kind": "talk", "on": TODAY.isoformat(), "minutes": "45",
            "note": "Take the lunch break"}  # fmt: skip
    assert post(sol, "/supervision/", form).status_code == 302
    for name, reads in (("sol", True), ("ana", True), ("ben", False), ("mara", False), ("abe", False), ("sam", False)):
        page = signed_in(name).get("/supervision/").get_data(as_text=True)
        assert ("Take the lunch break" in page) == reads, name
        assert ("45 minutes" in page) == (name in {"sol", "ana", "mara", "abe"}), name
    with app.app_context():
        raw = db.session.connection().exec_driver_sql("SELECT note FROM supervision").scalar()
        assert b"lunch" not in bytes(raw)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"account": "cleo"}, "Not a valid choice"),
        ({"on": (TODAY + timedelta(days=9)).isoformat()}, "still to come"),
        ({"kind": ""}, "Please choose one."),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_cannot_be_noted_is_said_beside_its_field(signed_in, people: People, change, words: str) -> None:
    form = {"account": str(people.accounts["ana"]), "kind": "talk", "on": TODAY.isoformat()} | change
    if change.get("account"):
        form["account"] = str(people.accounts[change["account"]])
    answer = post(signed_in("sol"), "/supervision/", form)
    assert answer.status_code == 422 and words in answer.get_data(as_text=True)
