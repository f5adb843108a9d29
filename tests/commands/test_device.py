"""`recorder device`: the tablets, listed, added, renamed and revoked from the command line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result
from enrolling import enrol
from flask import Flask
from flask.testing import FlaskClient
from installation import SECRETS
from people import People

from recorder.commands import main
from recorder.db import db
from recorder.records.devices import Device


def run(app: Flask, *words: str) -> Result:
    environment = {f"RECORDER_{name}": value for name, value in SECRETS.items()}
    environment["RECORDER_DATABASE_URL"] = app.config["DATABASE_URL"]
    return CliRunner().invoke(main, ["device", *words], env=environment)


def test_a_code_adds_one_tablet_at_the_supervisors_site(app: Flask, people: People, client: FlaskClient) -> None:
    made = run(app, "code", "--by", "Sol", "--address", "https://192.168.1.5:5000/")
    assert made.exit_code == 0, made.output
    address, _, code = made.stdout.strip().partition("#")
    assert address == "https://192.168.1.5:5000/install" and len(code) == 14
    answer = client.post("/api/v1/enrol", json={"code": code, "name": "Tablet 4"}, headers={"X-Recorder": "1"})
    assert answer.status_code == 201
    with app.app_context():
        assert db.session.query(Device).one().site_id == people.sites["north"]
    assert run(app, "code", "--by", "sol").stdout.count("-") == 2, "the code alone"


@pytest.mark.parametrize("who", ["ana", "mara", "zoe"])
def test_a_code_is_made_for_a_supervisor(app: Flask, people: People, who: str) -> None:
    made = run(app, "code", "--by", who)
    assert made.exit_code == 1 and made.stderr.count("\n") == 1 and f"no supervisor signs in as '{who}'" in made.stderr


def test_tablets_are_listed_with_what_they_told(app: Flask, people: People) -> None:
    at = datetime(2026, 3, 2, 15, 4, tzinfo=UTC)
    first, _ = enrol(app, people, report={"unsent": 7}, last_contact_at=at), enrol(app, people)
    listed = run(app, "list").stdout
    assert f"Tablet 7  {first.id}  7 unsent, last contact 2026-03-02 15:04 UTC\n" in listed
    assert "unsent not told yet, no contact yet\n" in listed


def test_renaming_and_revoking(app: Flask, people: People) -> None:
    tablet = enrol(app, people)
    assert "is called Blue cover now." in run(app, "rename", "Tablet 7", " Blue  cover ").stdout
    assert run(app, "rename", str(tablet.id), "x" * 81).exit_code == 2
    assert "Blue cover is revoked" in run(app, "revoke", "Blue cover").stdout
    assert "(revoked)" in run(app, "list").stdout
    with app.app_context():
        first = db.session.get_one(Device, tablet.id).revoked_at
    run(app, "revoke", str(tablet.id))
    with app.app_context():
        assert db.session.get_one(Device, tablet.id).revoked_at == first, "it is revoked once"


def test_a_tablet_that_is_not_there_or_not_the_only_one(app: Flask, people: People) -> None:
    missing = run(app, "revoke", "Tablet 7")
    assert missing.exit_code == 1 and "no tablet has the id or name 'Tablet 7'" in missing.stderr
    enrol(app, people), enrol(app, people)
    twice = run(app, "rename", "Tablet 7", "x")
    assert twice.exit_code == 1 and "several tablets are called 'Tablet 7': give the id" in twice.stderr
