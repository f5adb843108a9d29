"""Every limit of docs/limits.md: one below, at it, one above; and the table says what the code says."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from enrolling import enrol
from flask import Flask
from forms import beside, send, token
from people import PASSWORD, People
from sqlalchemy import func, select
from tablet import TabletLog

from recorder import db as database
from recorder import devices, invitations, sessions
from recorder.db import db
from recorder.ingest import door
from recorder.records.people import Account, SignedIn
from recorder.settings import SETTINGS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

DEFAULTS = {setting.name: setting.default for setting in SETTINGS}
EVENTS = "/api/v1/sync/events"
MARKED = {"X-Recorder": "1"}


def test_the_table_says_what_the_code_says(database_url: str) -> None:
    """Each row's numbers, in their order, are the code's own."""
    text = (Path(__file__).parent.parent / "docs" / "limits.md").read_text(encoding="utf-8")
    rows = {row.split(" | ")[0].strip("| "): row for row in text.splitlines() if row.startswith("| ")}
    expected = {
        "a sync batch": [DEFAULTS["SYNC_BYTES"]],
        "logs in a batch": [door.MOST_LOGS],
        "events of a log in a batch": [door.MOST_EVENTS],
        "nesting of a JSON body": [door.MOST_DEPTH],
        "a form": [DEFAULTS["FORM_BYTES"]],
        "a name": [200],
        "a note": [4000],
        "a password": [sessions.SHORTEST_PASSWORD, sessions.LONGEST_PASSWORD, sessions.SHORTEST_WITH_SECOND],
        "requests of one tablet that send something": [devices.MOST_A_MINUTE],
        "sessions of one person": [sessions.SESSIONS_A_PERSON],
        "failed sign-ins for one name": [sessions.FREE_TRIES, sessions.WINDOW // timedelta(minutes=1)],
        "failed sign-ins over all names": [
            sessions.FREE_TRIES_IN_TOTAL, sessions.WINDOW // timedelta(minutes=1), sessions.TURN_SECONDS,
        ],
        "a link to choose a password": [invitations.LINK_LIFE.days],
        "a code for a tablet": [devices.CODE_LIFE // timedelta(minutes=1)],
        "how long a request waits for the database": [database.PATIENCE_SECONDS],
    }  # fmt: skip
    assert set(rows) - {"what"} == set(expected)
    for name, numbers in expected.items():
        for number in numbers:
            assert f" {number} " in rows[name].replace("*", " "), (name, number)


def post(client, body: dict[str, Any] | bytes) -> int:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(EVENTS, data=data, headers=MARKED).status_code


def logs(count: int, events: int = 1) -> dict[str, Any]:
    """A batch of so many logs, each of so many events that say nothing."""
    made = TabletLog()
    for _event in range(events):
        made.add("tap", "VOC")
    parts = [made.part() | {"id": str(uuid.uuid4())} for _log in range(count)]
    return {"batch": str(uuid.uuid4()), "logs": parts}


def test_a_batch(app: Flask, signed_in) -> None:
    ana, limit = signed_in("ana"), app.config["SYNC_BYTES"]
    assert limit == 262_144
    whole = json.dumps(logs(1)).encode()
    for size, status in ((limit - 1, 200), (limit, 200), (limit + 1, 413)):
        again = json.dumps(logs(1)).encode()
        assert post(ana, again + b" " * (size - len(whole))) == status, size
    for count, status in ((9, 200), (10, 200), (11, 400)):
        assert post(ana, logs(count)) == status, count
    for events, status in ((199, 200), (200, 200), (201, 400)):
        assert post(ana, logs(1, events)) == status, events


def test_nesting(signed_in) -> None:
    ana = signed_in("ana")
    for depth, status in ((7, 200), (8, 200), (9, 400), (100_000, 400)):
        deep = b"[" * (depth - 1) + b"]" * (depth - 1)  # the document itself is the first
        assert post(ana, json.dumps(logs(1)).encode()[:-1] + b', "more": ' + deep + b"}") == status, depth


def test_a_form(app: Flask, signed_in) -> None:
    ana, limit = signed_in("ana"), app.config["FORM_BYTES"]
    start = f"csrf_token={token(ana)}&name=Ana&language=en&more=".encode()
    for size, status in ((limit - 1, 302), (limit, 302), (limit + 1, 413)):
        answer = ana.post("/me", data=start + b"x" * (size - len(start)),
                          content_type="application/x-www-form-urlencoded")  # fmt: skip
        assert answer.status_code == status, size


@pytest.mark.parametrize("letter", ["x", "é", "𝄞"])
def test_names_and_notes_are_counted_in_characters(signed_in, people: People, letter: str) -> None:
    ana = signed_in("ana")
    for length, status in ((199, 302), (200, 302), (201, 422)):
        answer = send(ana, "/me", {"name": letter * length, "language": "en"})
        assert answer.status_code == status and bool(beside(answer, "name")) == (status == 422)
    note = {"about": "child", "told_whom": "Sol", "told_when": "at once"}
    for length, status in ((3999, 302), (4000, 302), (4001, 422)):
        answer = send(ana, f"/families/{people.families['F-001']}/safety", note | {"seen": letter * length})
        assert answer.status_code == status and bool(beside(answer, "seen")) == (status == 422)


@pytest.mark.parametrize("length", [14, 15, 16, 199, 200, 201])
def test_passwords(signed_in, length: int) -> None:
    new = ("kettle sings " * 20)[:length].strip().ljust(length, "9")
    answer = send(signed_in("ana"), "/me/password", {"present": PASSWORD, "new": new})
    assert answer.status_code == (302 if 15 <= length <= 200 else 422)


def test_sessions_of_one_person(app: Flask, people: People) -> None:
    with app.app_context():
        ana = db.session.get_one(Account, people.accounts["ana"])
        live = select(func.count()).select_from(SignedIn).where(SignedIn.revoked_at.is_(None))
        tokens = []
        for made in range(1, 23):
            tokens.append(sessions.start(ana))
            assert db.session.scalar(live) == min(made, 20)
    for place in (0, 1, 2, 21):
        client = app.test_client()
        client.set_cookie(sessions.COOKIE, tokens[place])
        assert (client.get("/me").status_code == 200) == (place >= 2), place


def test_requests_of_one_tablet(app: Flask, people: People) -> None:
    tablet, client = enrol(app, people), app.test_client()
    for number in range(1, 102):
        answer = client.post("/api/v1/sync/manifest", data=b'{"logs": []}', headers=tablet.headers)
        assert answer.status_code == (200 if number <= 100 else 429), number
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
