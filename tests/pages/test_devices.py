"""The tablets of a site: how each stands, a code for a new one, its name, a forgotten passphrase, and revoking."""

from __future__ import annotations

import base64
import re
import uuid
from datetime import datetime, timedelta

import pytest
from enrolling import Enrolled, enrol
from flask import Flask
from forms import beside, send, words
from people import People
from sealing import wrap
from sqlalchemy import select, update
from tablet import batch, observed

from recorder.db import db, now
from recorder.records.devices import Device, DeviceCode

MARKED = {"X-Recorder": "1"}
LETTERS = re.compile(r"<code>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</code>")


@pytest.fixture
def tablets(app: Flask, people: People) -> dict[str, Enrolled]:
    """A tablet of each site, one of Ben's own, and one of the other programme."""
    sites = people.sites
    return {
        "north": enrol(app, people, site_id=sites["north"]),
        "ben's": enrol(app, people, by="ben", account_id=people.accounts["ben"], user="ben"),
        "river": enrol(app, people, by="sam", site_id=sites["river"]),
        "far": enrol(app, people, by="olga", site_id=sites["far"]),
    }


def change(app: Flask, tablet: Enrolled, **values: object) -> None:
    with app.app_context():
        db.session.execute(update(Device).where(Device.id == tablet.id).values(**values))
        db.session.commit()


def code_of(answer) -> str:
    found = LETTERS.search(answer.get_data(as_text=True))
    assert found, words(answer)
    return found[1]


def make_code(client, path: str = "/devices/code", data: dict | None = None):
    answer = send(client, path, data)
    assert answer.status_code == 302 and answer.location == "/devices/code", words(answer)
    return client.get("/devices/code")


REACH = {
    "sol": {"north", "ben's"},
    "sam": {"river"},
    "mara": {"north", "ben's", "river"},
    "abe": {"north", "ben's", "river"},
    "ida": {"north", "ben's", "river"},
    "otto": {"far"},
}


@pytest.mark.parametrize("name", REACH)
def test_each_looks_at_the_tablets_that_she_reaches(app, signed_in, tablets, name: str) -> None:
    client = signed_in(name)
    page = words(client.get("/devices/"))
    for key, tablet in tablets.items():
        hers = key in REACH[name]
        assert (f"/devices/{tablet.id}" in page) == hers, key
        assert client.get(f"/devices/{tablet.id}").status_code == (200 if hers else 404)
        for act in ("name", "revocation", "passphrase"):
            if not hers and name in {"sol", "sam"}:
                assert send(client, f"/devices/{tablet.id}/{act}", {"name": "x"}).status_code == 404
    assert client.get(f"/devices/{uuid.uuid4()}").status_code == 404
    assert ("Site" in page.split("<main")[1]) == (name in {"mara", "abe", "ida"}), "only where there are several"


def test_what_a_tablet_did_not_tell_is_not_nought(signed_in, tablets) -> None:
    page = words(signed_in("sol").get(f"/devices/{tablets['north'].id}"))
    assert page.count("not told yet") == 7 and "nobody yet" in page


def test_what_a_tablet_told_is_read_in_words(app: Flask, signed_in, tablets) -> None:
    north = tablets["north"]
    report = {"unsent": 412, "oldest_unsent": "2026-03-02T15:04:11.250Z", "free": 61_200_000_000, "persisted": False,
              "drift_ms": -185_000, "version": "0.1.0", "tap_p50_ms": 7.6, "tap_p99_ms": 21.2,
              "errors": ["QuotaExceededError"]}  # fmt: skip
    with app.test_client() as client:
        told = client.post("/api/v1/device/report", json=report, headers=north.headers)
        assert told.status_code == 200
    sol = signed_in("sol")
    for page in (words(sol.get("/devices/")), words(sol.get(f"/devices/{north.id}"))):
        for said in ("412 entries, the oldest of Mar 2, 2026", "61.2 GB", "the browser may clear it", "3 minutes",
                     "8 / 21 ms", "0.1.0"):  # fmt: skip
            assert said in page, said
    assert "QuotaExceededError" in words(sol.get(f"/devices/{north.id}"))
    change(app, north, report=report | {"unsent": 0, "oldest_unsent": None, "drift_ms": 400, "persisted": True})
    page = words(sol.get(f"/devices/{north.id}"))
    assert "nothing" in page and "less than a second" in page and "kept" in page


def test_a_code_enrols_one_tablet_and_the_page_says_when_it_was_used(app, signed_in, people, client) -> None:
    sol = signed_in("sol")
    page = make_code(sol)
    code = code_of(page)
    assert "Not used yet." in words(page) and "http://localhost/install" in words(page)
    assert code_of(sol.get("/devices/code")) == code, "loaded again it is the same code"
    made = client.post("/api/v1/enrol", json={"code": code, "name": "Tablet 12"}, headers=MARKED)
    assert made.status_code == 201
    used = sol.get("/devices/code")
    assert "The code was used: Tablet 12 is added." in words(used) and code not in words(used)
    assert "<svg" not in words(used)
    again = client.post("/api/v1/enrol", json={"code": code, "name": "Tablet 13"}, headers=MARKED)
    assert again.status_code == 403
    with app.app_context():
        device = db.session.scalars(select(Device)).one()
        assert (device.name, device.site_id) == ("Tablet 12", people.sites["north"])
    assert "Tablet 12" in words(sol.get("/devices/"))


def test_the_picture_holds_the_address_and_the_code(signed_in) -> None:
    from recorder.charts.qr import QrCode

    page = make_code(signed_in("sol"))
    drawn = page.get_data(as_text=True).split('<path d="')[1].split('"')[0]
    expected = QrCode(f"http://localhost/install#{code_of(page)}", "").__html__()
    assert drawn in expected, "read back by another program in tests/charts/test_qr.py"


def test_a_code_that_is_too_old_is_not_shown(app: Flask, signed_in) -> None:
    sol = signed_in("sol")
    code = code_of(make_code(sol))
    with app.app_context():
        db.session.execute(update(DeviceCode).values(made_at=now() - timedelta(minutes=10, seconds=1)))
        db.session.commit()
    page = words(sol.get("/devices/code"))
    assert "This code is too old. It was not used." in page and code not in page


def test_a_code_is_shown_to_who_made_it_in_that_browser_only(app: Flask, signed_in) -> None:
    sol = signed_in("sol")
    code = code_of(make_code(sol))
    assert signed_in("sol").get("/devices/code").location == "/devices/new", "another browser of hers"
    send(sol, "/sign-out")
    assert code not in words(sol.get("/devices/code", follow_redirects=True))
    with app.app_context():
        assert code.replace("-", "") not in db.session.scalars(select(DeviceCode.code_hash)).one()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://localhost/", "only this computer knows"),
        ("https://127.0.0.1:5000/", "only this computer knows"),
        ("http://192.168.1.5:5000/", "over HTTPS only"),
        ("https://192.168.1.5:5000/", None),
    ],
)
def test_an_address_that_no_tablet_can_use_is_said(signed_in, app, people, address: str, said: str | None) -> None:
    with app.test_request_context(base_url=address):
        from recorder.pages.devices import _unreachable

        assert _unreachable() == {"only this computer knows": "loopback", "over HTTPS only": "http", None: ""}[said]
    if address == "http://localhost/":
        assert said in words(signed_in("sol").get("/devices/new"))


def test_a_tablet_is_renamed(app: Flask, signed_in, tablets) -> None:
    sol, path = signed_in("sol"), f"/devices/{tablets['north'].id}"
    assert beside(send(sol, f"{path}/name", {"name": "  "}), "name") == "Please give it a name."
    assert beside(send(sol, f"{path}/name", {"name": "x" * 81}), "name")
    assert send(sol, f"{path}/name", {"name": " Blue  cover "}).status_code == 302
    assert "Blue cover" in words(sol.get(path))
    assert send(signed_in("ida"), f"{path}/name", {"name": "Green cover"}).status_code == 302
    page = words(signed_in("mara").get(path))
    assert "Green cover" in page and "Revoke" not in page and "Make a code" not in page


def test_revoking_says_what_happens_and_asks_first(app: Flask, signed_in, people, tablets) -> None:
    sol, ben, north = signed_in("sol"), tablets["ben's"], tablets["north"]
    page = words(sol.get(f"/devices/{north.id}/revocation"))
    assert "it locks" in page and "it is still sent" in page and "Not sent yet" in page
    with app.app_context():
        assert db.session.get_one(Device, north.id).revoked_at is None, "looking changes nothing"
    assert send(sol, f"/devices/{north.id}/revocation").status_code == 302
    assert send(signed_in("ida"), f"/devices/{ben.id}/revocation").status_code == 302
    with app.test_client() as tablet:
        assert tablet.get("/api/v1/hello", headers=ben.headers).json["device"]["state"] == "revoked"
        assert tablet.get("/api/v1/sync/pull", headers=ben.headers).status_code == 403
        log = observed(people)
        sent = tablet.post("/api/v1/sync/events", data=batch(log.part()), headers=north.headers,
                           content_type="application/json")  # fmt: skip
        assert {one["code"] for one in sent.json["logs"][0]["quarantined"]} == {"revoked_device"}
    page = words(sol.get("/devices/"))
    assert page.count("Revoked") == 2 and "Put aside (1 waiting)" in page
    assert "Revoke this tablet" not in words(sol.get(f"/devices/{north.id}"))
    aside = words(sol.get("/quarantine/"))
    assert "From a revoked tablet" in aside and "Tablet 7" in aside
    done = sol.get(send(sol, f"/quarantine/{log.id}/readmission").location)
    assert "It was read again and counts now." in words(done)


def test_revoking_twice_keeps_the_first_time(app: Flask, signed_in, tablets) -> None:
    north = tablets["north"]
    change(app, north, revoked_at=datetime(2026, 1, 2, 3, 4, tzinfo=now().tzinfo))
    send(signed_in("sol"), f"/devices/{north.id}/revocation")
    with app.app_context():
        assert db.session.get_one(Device, north.id).revoked_at.year == 2026
        assert db.session.get_one(Device, north.id).revoked_at.month == 1


def test_a_forgotten_passphrase(app: Flask, signed_in, people, tablets, client) -> None:
    sol, bens = signed_in("sol"), tablets["ben's"]
    page = words(sol.get(f"/devices/{bens.id}"))
    assert "with it she sets a new passphrase" in page.lower() and "Ben" in page
    shown = make_code(sol, f"/devices/{bens.id}/passphrase", {"person": str(people.accounts["ben"])})
    code = code_of(shown)
    assert "A new passphrase for Ben" in words(shown) and "I forgot my passphrase" in words(shown)
    assert "<svg" not in words(shown), "a camera has no business here"
    key = b"k" * 32
    vault = base64.b64encode(wrap(bens.server_key, key, str(people.accounts["ben"]))).decode()
    opened = client.post("/api/v1/device/recover", json={"code": code, "vault": vault}, headers=bens.headers)
    assert base64.b64decode(opened.json["key"]) == key
    assert "The code was used on" in words(sol.get("/devices/code")) and code not in words(sol.get("/devices/code"))


def test_a_passphrase_is_for_somebody_on_that_tablet(app: Flask, signed_in, people, tablets) -> None:
    sol, bens, north = signed_in("sol"), tablets["ben's"], tablets["north"]
    assert "Nobody has set a passphrase on this tablet yet." in words(sol.get(f"/devices/{north.id}"))
    for tablet, who in ((bens, "ana"), (bens, "olga"), (north, "ben")):
        answer = send(sol, f"/devices/{tablet.id}/passphrase", {"person": str(people.accounts[who])})
        assert answer.status_code == 422
    change(app, bens, revoked_at=now())
    assert send(sol, f"/devices/{bens.id}/passphrase", {"person": str(people.accounts["ben"])}).status_code == 422
    with app.app_context():
        assert db.session.scalars(select(DeviceCode)).all() == []


def test_nothing_unsent_can_be_deleted_from_here_and_the_page_says_so(signed_in, tablets) -> None:
    page = words(signed_in("sol").get(f"/devices/{tablets['north'].id}"))
    assert "cannot be deleted from here" in page and "Delete" not in page and "Remove" not in page
