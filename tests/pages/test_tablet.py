"""A tablet and the server: enrolled by a code or by signing in, a token for each person, a limit, reports, recovery."""

from __future__ import annotations

import base64
import json
import time
from datetime import timedelta

import pytest
from enrolling import digest, enrol
from flask import Flask
from forms import send as send_form
from people import TODAY, People
from sealing import LogKey, sealed, wrap
from sqlalchemy import func, select
from tablet import batch, observed

from recorder import devices
from recorder.db import db, now, uuid7
from recorder.records.devices import Device, DeviceCode, DeviceUser, Life
from recorder.records.families import Assignment
from recorder.records.life import begin_another, life
from recorder.records.observations import Log, StoredFigures
from recorder.records.people import Account

MARKED = {"X-Recorder": "1"}
HELLO, ENROL, USER = "/api/v1/hello", "/api/v1/enrol", "/api/v1/device/user"
REPORT, RECOVER = "/api/v1/device/report", "/api/v1/device/recover"
MANIFEST, EVENTS, PULL = "/api/v1/sync/manifest", "/api/v1/sync/events", "/api/v1/sync/pull"


def post(client, path: str, body: object, headers: dict[str, str] = MARKED):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(path, data=data, headers=headers, content_type="application/json")


def sentence(answer) -> str:
    said = answer.json["error"]
    assert said["status"] == answer.status_code and said["message"].endswith(".") and "\n" not in said["message"]
    return said["message"]


@pytest.fixture
def code(app: Flask, people: People):
    """A function that makes a code by Sol, some minutes ago; with a tablet and a person, to recover her vault there."""

    def make(minutes: float = 0, device=None, person: str | None = None) -> str:
        with app.app_context():
            sol = db.session.get_one(Account, people.accounts["sol"])
            if device is None:
                made = devices.code_to_enrol(sol)
            else:
                account = db.session.get_one(Account, people.accounts[person])
                made = devices.code_to_recover(sol, db.session.get_one(Device, device), account)
            db.session.flush()
            newest = db.session.scalars(select(DeviceCode).where(DeviceCode.code_hash == digest(made.replace("-", ""))))
            newest.one().made_at = now() - timedelta(minutes=minutes)
            db.session.commit()
            return made

    return make


def revoke(app: Flask, id) -> None:
    with app.app_context():
        db.session.get_one(Device, id).revoked_at = now()
        db.session.commit()


def test_a_code_enrols_a_tablet(client, app: Flask, people: People, code) -> None:
    answer = post(client, ENROL, {"code": code(), "name": "  Tablet   7 "})
    assert answer.status_code == 201 and answer.headers["X-Recorder"] == "1", answer.json
    told = answer.json
    assert told["device"] == {"id": told["device"]["id"], "name": "Tablet 7", "state": "active"}
    assert told["programme"] == {"id": str(people.programme), "name": "First Steps"}
    with app.app_context():
        device = db.session.scalars(select(Device)).one()
        assert str(device.id) == told["device"]["id"] and device.token_hash == digest(told["token"])
        assert (device.account_id, device.enrolled_by_id) == (None, people.accounts["sol"])
        assert device.site_id == people.sites["north"] and len(told["token"]) == 64
        assert db.session.scalars(select(DeviceCode)).one().device_id == device.id
    headers = MARKED | {"Authorization": f"Bearer {told['token']}"}
    log = observed(people)
    answer = post(client, EVENTS, batch(sealed(log, told["server_key"], key=LogKey())), headers)
    assert answer.status_code == 200 and answer.json["logs"][0]["stored_upto"] == len(log.strings)


def test_a_code_is_good_once_for_ten_minutes_however_it_is_typed(client, app: Flask, code) -> None:
    typed = code(9.9).lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert post(client, ENROL, {"code": typed, "name": "A"}).status_code == 201
    wrong = {"used": typed, "old": code(10.1), "never made": "0000-0000-0000", "words": "¿qué?"}
    for name, value in wrong.items():
        answer = post(client, ENROL, {"code": value, "name": "B"})
        assert answer.status_code == 403 and "ask for another" in sentence(answer), name
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Device)) == 1


def test_codes_are_unlike_and_stored_as_a_digest_only(app: Flask, code) -> None:
    made = {code() for _ in range(20)}
    assert len(made) == 20
    with app.app_context():
        stored = set(db.session.scalars(select(DeviceCode.code_hash)))
        assert stored == {digest(one.replace("-", "")) for one in made}


def test_signing_in_enrols_the_browser_as_hers(signed_in, app: Flask, people: People) -> None:
    answer = post(signed_in("ana"), ENROL, {"name": "Ana's browser"})
    assert answer.status_code == 201
    with app.app_context():
        device = db.session.scalars(select(Device)).one()
        assert device.account_id == device.enrolled_by_id == people.accounts["ana"]


@pytest.mark.parametrize(("who", "status"), [("mara", 403), ("ida", 403), (None, 401)])
def test_without_a_code_somebody_who_records_must_be_signed_in(client, signed_in, who, status) -> None:
    browser = client if who is None else signed_in(who)
    answer = post(browser, ENROL, {"name": "Tablet"})
    assert answer.status_code == status and sentence(answer)


def test_with_a_code_it_does_not_matter_who_is_signed_in(signed_in, people: People, code) -> None:
    assert post(signed_in("ida"), ENROL, {"code": code(), "name": "Tablet"}).status_code == 201


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'{"name": NaN}', b'{"name": "a", "name": "b"}', {}, {"name": ""}, {"name": "x" * 81}, {"name": 7},
     {"name": "a\u0007b"}, {"name": "a", "code": 7}, {"name": "a", "code": ""}, {"name": "a", "code": "x" * 41},
     {"name": "a", "more": [[[[[[[[1]]]]]]]]}],
)  # fmt: skip
def test_an_enrolment_that_cannot_be_read(signed_in, app: Flask, body: object) -> None:
    answer = post(signed_in("ana"), ENROL, body)
    assert answer.status_code == 400 and sentence(answer)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Device)) == 0


def test_a_person_gets_a_token_with_which_the_tablet_pulls_when_she_is_gone(
    signed_in, client, app: Flask, people: People
) -> None:
    tablet = enrol(app, people)
    ben = signed_in("ben")
    answer = post(ben, USER, {}, tablet.headers)
    assert answer.status_code == 200, answer.json
    assert answer.json["user"] == {"id": str(people.accounts["ben"]), "name": "Ben", "language": "en"}
    hers = tablet.headers | {"X-Recorder-User": answer.json["user_token"]}
    send_form(ben, "/sign-out")
    told = client.get(PULL, headers=hers).json
    assert [family["code"] for family in told["families"]] == ["F-002"] and told["account"]["name"] == "Ben"
    assert told["amendments"] == []
    assert told["expires"][:10] in {str(TODAY + timedelta(days=days)) for days in (13, 14, 15)}


def test_whose_vault_is_open_decides_and_not_who_else_is_signed_in(signed_in, app: Flask, people: People) -> None:
    tablet = enrol(app, people, user="ben")
    told = signed_in("ana").get(PULL, headers=tablet.headers).json
    assert told["account"]["name"] == "Ben"
    wrong = tablet.headers | {"X-Recorder-User": "0" * 64}
    assert signed_in("ana").get(PULL, headers=wrong).status_code == 401


def test_a_token_of_hers_on_another_tablet_opens_nothing(client, app: Flask, people: People) -> None:
    one, other = enrol(app, people, user="ana"), enrol(app, people)
    mixed = other.headers | {"X-Recorder-User": one.headers["X-Recorder-User"]}
    assert client.get(PULL, headers=mixed).status_code == 401
    assert client.get(PULL, headers=MARKED | {"X-Recorder-User": mixed["X-Recorder-User"]}).status_code == 401
    assert client.get(PULL, headers=other.headers).status_code == 401
    assert client.get(PULL, headers=one.headers).status_code == 200


def test_a_new_token_takes_the_place_of_the_old_one(signed_in, app: Flask, people: People) -> None:
    tablet = enrol(app, people, user="ana")
    answer = post(signed_in("ana"), USER, {}, tablet.headers)
    client = app.test_client()
    assert client.get(PULL, headers=tablet.headers).status_code == 401
    hers = tablet.headers | {"X-Recorder-User": answer.json["user_token"]}
    assert client.get(PULL, headers=hers).status_code == 200
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(DeviceUser)) == 1


def test_a_tablet_of_another_programme_is_not_there(signed_in, app: Flask, people: People) -> None:
    assert post(signed_in("ana"), USER, {}, enrol(app, people, by="olga").headers).status_code == 404
    assert post(signed_in("ana"), USER, {}, MARKED).status_code == 401
    assert post(app.test_client(), USER, {}, enrol(app, people).headers).status_code == 401


@pytest.mark.parametrize("how", ["disable", "sessions/end", "role"])
def test_what_ends_her_sessions_ends_what_her_tablets_pull_and_not_what_they_send(
    signed_in, client, app: Flask, people: People, how: str
) -> None:
    tablet, person = enrol(app, people, user="ana"), f"/accounts/{people.accounts['ana']}"
    ida = signed_in("ida")
    if how == "role":
        typed = {"role": "supervisor", "site": str(people.sites["north"]), "supervisor": ""}
        assert send_form(ida, person, typed).status_code == 302
    else:
        assert send_form(ida, f"{person}/{how}").status_code == 302
    assert client.get(PULL, headers=tablet.headers).status_code == 401
    answer = post(client, EVENTS, batch(observed(people).part()), tablet.headers)
    assert answer.status_code == 200 and answer.json["logs"][0]["quarantined"] == []


def test_a_role_that_does_not_record_pulls_nothing_and_its_taps_are_taken(client, app: Flask, people: People) -> None:
    tablet = enrol(app, people, user="ana")
    with app.app_context():
        db.session.get_one(Account, people.accounts["ana"]).role = "auditor"
        db.session.commit()
    assert client.get(PULL, headers=tablet.headers).status_code == 403
    assert post(client, EVENTS, batch(observed(people).part()), tablet.headers).json["logs"][0]["quarantined"] == []
    with app.app_context():
        for assignment in db.session.scalars(select(Assignment)):
            assignment.until_on = TODAY - timedelta(days=1)
        db.session.commit()
    (reply,) = post(client, EVENTS, batch(observed(people).part()), tablet.headers).json["logs"]
    assert [one["code"] for one in reply["quarantined"]] == ["not_assigned"]


def test_a_wrong_token_sends_in_nobodys_name(signed_in, app: Flask, people: People) -> None:
    wrong = MARKED | {"Authorization": "Bearer " + "0" * 64}
    assert post(signed_in("ana"), EVENTS, batch(observed(people).part()), wrong).status_code == 401
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Log)) == 0


@pytest.mark.parametrize("said", ["Basic YTpi", "Bearer", "Bearer ", "Bearer \xe9", "nonsense"])
def test_an_odd_header_is_no_token(client, people: People, said: str) -> None:
    assert post(client, EVENTS, batch(observed(people).part()), MARKED | {"Authorization": said}).status_code == 401


def test_a_revoked_tablet_sends_and_reports_and_does_nothing_else(
    signed_in, client, app: Flask, people: People, code
) -> None:
    tablet = enrol(app, people, user="ana")
    to_recover = code(device=tablet.id, person="ana")
    revoke(app, tablet.id)
    assert client.get(HELLO, headers=tablet.headers).json["device"]["state"] == "revoked"
    assert client.get(PULL, headers=tablet.headers).status_code == 403
    assert signed_in("ana").get(PULL, headers=tablet.headers).status_code == 403
    assert post(signed_in("ana"), USER, {}, tablet.headers).status_code == 403
    vault = base64.b64encode(wrap(tablet.server_key, LogKey().key, str(people.accounts["ana"]))).decode()
    assert post(client, RECOVER, {"code": to_recover, "vault": vault}, tablet.headers).status_code == 403
    log = observed(people)
    (reply,) = post(client, EVENTS, batch(log.part()), tablet.headers).json["logs"]
    assert {one["code"] for one in reply["quarantined"]} == {"revoked_device"}
    assert (reply["stored_upto"], reply["head"]) == (len(log.strings), log.head(len(log.strings)))
    assert post(client, MANIFEST, {"logs": []}, tablet.headers).status_code == 200
    assert post(client, REPORT, {"unsent": 0}, tablet.headers).json["device"]["state"] == "revoked"
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(StoredFigures)) == 0


def test_hello_says_how_things_stand(client, signed_in, app: Flask, people: People) -> None:
    told = client.get(HELLO, headers=MARKED).json
    assert told["device"] is None and told["backed_up_at"] is None and told["epoch"] == 1
    assert (told["version"], told["least_version"]) == ("0.1.0", "0.1.0") and told["server_time"].endswith("Z")
    tablet = enrol(app, people)
    told = client.get(HELLO, headers=tablet.headers).json
    assert told["device"] == {"id": str(tablet.id), "name": "Tablet 7", "state": "active"}
    unknown = client.get(HELLO, headers=MARKED | {"Authorization": "Bearer " + "0" * 64})
    assert unknown.status_code == 200 and unknown.json["device"] is None
    assert signed_in("mara").get(HELLO, headers=MARKED).status_code == 200
    with app.app_context():
        life().backed_up_at = now() - timedelta(hours=3)
        db.session.commit()
    assert client.get(HELLO, headers=MARKED).json["backed_up_at"] < told["server_time"]


def test_a_restore_begins_another_life_and_every_answer_says_so(client, app: Flask, people: People) -> None:
    tablet = enrol(app, people, user="ana")
    with app.app_context():
        first = begin_another()
        db.session.commit()
        life().epoch = 1  # the same backup once more
        db.session.commit()
        time.sleep(1.1)
        second = begin_another()
        db.session.commit()
        assert 1 < first < second == db.session.scalars(select(Life)).one().epoch and life().restored_at is not None
        life().epoch = third = second + 10**6
        assert begin_another() == third + 1
        db.session.rollback()
    answers = [
        client.get(HELLO, headers=tablet.headers),
        client.get(PULL, headers=tablet.headers),
        post(client, MANIFEST, {"logs": []}, tablet.headers),
        post(client, EVENTS, batch(observed(people).part()), tablet.headers),
        post(client, REPORT, {}, tablet.headers),
        post(client, EVENTS, b"{", tablet.headers),
        post(client, EVENTS, b"{", MARKED),
        post(client, ENROL, {"name": "A", "code": "wrong"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 200, 400, 401, 403]
    for answer in answers:
        assert answer.json["epoch"] == second and answer.json["server_time"].endswith("Z"), answer.json
        assert answer.headers["X-Recorder"] == "1" and answer.headers["Cache-Control"] == "no-store"


def test_a_report_is_kept_and_says_when_the_tablet_was_last_there(client, app: Flask, people: People) -> None:
    tablet = enrol(app, people)
    told = {"unsent": 3, "oldest_unsent": "2026-03-02T10:04:00Z", "free": 2**40, "persisted": True, "drift_ms": -1200,
            "version": "0.1.0", "tap_p50_ms": 4.5, "tap_p99_ms": 19, "errors": ["storage gave up"]}  # fmt: skip
    assert post(client, REPORT, told | {"unknown": 1}, tablet.headers).status_code == 200
    with app.app_context():
        device = db.session.get_one(Device, tablet.id)
        assert device.report == told and now() - device.last_contact_at < timedelta(minutes=1)
    assert post(client, REPORT, {"unsent": None}, tablet.headers).status_code == 200
    with app.app_context():
        assert set(db.session.get_one(Device, tablet.id).report.values()) == {None}


@pytest.mark.parametrize(
    "wrong",
    [{"unsent": -1}, {"unsent": True}, {"unsent": 2**53}, {"oldest_unsent": "yesterday"}, {"oldest_unsent": 7},
     {"oldest_unsent": "2026-03-02T10:04:00"}, {"free": 1.5}, {"persisted": "yes"}, {"drift_ms": 0.5},
     {"version": "x" * 41}, {"version": ""}, {"tap_p50_ms": -1}, {"tap_p99_ms": "9"}, {"errors": "none"},
     {"errors": ["x"] * 11},
     {"errors": ["x" * 201]}, {"errors": [7]}],
)  # fmt: skip
def test_a_report_that_cannot_be_read(client, app: Flask, people: People, wrong: dict) -> None:
    tablet = enrol(app, people)
    answer = post(client, REPORT, {"unsent": 2} | wrong, tablet.headers)
    assert answer.status_code == 400 and next(iter(wrong)) in sentence(answer)
    with app.app_context():
        assert db.session.get_one(Device, tablet.id).report == {}


def test_a_supervisors_code_opens_the_vault_of_one_person_on_one_tablet(
    client, app: Flask, people: People, code
) -> None:
    tablet, other, vault = enrol(app, people), enrol(app, people), LogKey().key
    wrapped = {who: base64.b64encode(wrap(tablet.server_key, vault, str(people.accounts[who]))).decode()
               for who in ("ana", "ben")}  # fmt: skip
    made = code(device=tablet.id, person="ana")
    for headers, body, status in [
        (tablet.headers, {"code": made, "vault": wrapped["ben"]}, 422),
        (other.headers, {"code": made, "vault": wrapped["ana"]}, 403),
        (tablet.headers, {"code": code(10.1, tablet.id, "ana"), "vault": wrapped["ana"]}, 403),
        (tablet.headers, {"code": code(), "vault": wrapped["ana"]}, 403),
        (tablet.headers, {"code": made, "vault": "no base64"}, 400),
        (tablet.headers, {"code": made}, 400),
        (tablet.headers, {"code": made, "vault": "A" * 2000}, 400),
    ]:
        answer = post(client, RECOVER, body, headers)
        assert answer.status_code == status and sentence(answer), body
    assert post(client, ENROL, {"code": made, "name": "A"}).status_code == 403, "it enrols nothing"
    answer = post(client, RECOVER, {"code": made, "vault": wrapped["ana"]}, tablet.headers)
    assert answer.status_code == 200 and base64.b64decode(answer.json["key"]) == vault
    assert post(client, RECOVER, {"code": made, "vault": wrapped["ana"]}, tablet.headers).status_code == 403


def test_a_hundred_requests_a_minute(client, app: Flask, people: People) -> None:
    tablet, other = enrol(app, people), enrol(app, people)
    ask = {"logs": []}
    for _ in range(98):
        assert post(client, MANIFEST, ask, tablet.headers).status_code == 200
    assert post(client, EVENTS, b"{", tablet.headers).status_code == 400, "what is refused counts too"
    assert post(client, REPORT, {}, tablet.headers).status_code == 200, "the hundredth"
    log = observed(people)
    for path, body in ((MANIFEST, ask), (EVENTS, batch(log.part())), (REPORT, {}), (RECOVER, {})):
        answer = post(client, path, body, tablet.headers)
        assert answer.status_code == 429 and sentence(answer)
        assert 1 <= int(answer.headers["Retry-After"]) <= 60 and answer.headers["X-Recorder"] == "1"
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Log)) == 0
    assert post(client, MANIFEST, ask, other.headers).status_code == 200, "each tablet has its own hundred"
    assert client.get(HELLO, headers=tablet.headers).status_code == 200, "what writes nothing is not counted"
    with app.app_context():
        device = db.session.get_one(Device, tablet.id)
        device.minute_from -= timedelta(minutes=1)
        db.session.commit()
    assert post(client, EVENTS, batch(log.part()), tablet.headers).status_code == 200


def test_a_server_whose_clock_was_set_back_does_not_lock_its_tablets_out(client, app: Flask, people: People) -> None:
    tablet = enrol(app, people, minute_requests=100, minute_from=now() + timedelta(hours=5))
    assert post(client, MANIFEST, {"logs": []}, tablet.headers).status_code == 200


def held(number: int) -> dict:
    return {"logs": [{"id": str(uuid7()), "n": 3, "head": "ab" * 32} for _ in range(number)]}


def test_the_limit_of_a_manifest(client, app: Flask, people: People) -> None:
    tablet = enrol(app, people)
    for number, status in ((0, 200), (499, 200), (500, 200), (501, 400)):
        answer = post(client, MANIFEST, held(number), tablet.headers)
        assert answer.status_code == status, number
        assert status != 200 or len(answer.json["logs"]) == number


ONE = held(1)["logs"][0]


@pytest.mark.parametrize(
    "logs",
    [None, {}, [7], [ONE, ONE], [ONE | {"n": -1}], [ONE | {"n": True}], [ONE | {"n": "3"}], [ONE | {"n": 2**31}],
     [ONE | {"head": "AB" * 32}], [ONE | {"head": 7}], [ONE | {"id": "x"}]],
)  # fmt: skip
def test_a_manifest_that_cannot_be_read(client, app: Flask, people: People, logs: object) -> None:
    answer = post(client, MANIFEST, {"logs": logs}, enrol(app, people).headers)
    assert answer.status_code == 400 and sentence(answer)


def test_the_limits_of_a_sealed_batch(client, app: Flask, people: People) -> None:
    tablet, limit = enrol(app, people), app.config["SYNC_BYTES"]
    for size, status in ((limit - 1, 200), (limit, 200), (limit + 1, 413)):
        body = batch(sealed(observed(people), tablet.server_key, key=LogKey()))
        assert post(client, EVENTS, body + b" " * (size - len(body)), tablet.headers).status_code == status, size
    log = observed(people, cues=160)
    for number, status in ((199, 200), (200, 200), (201, 400)):
        part = sealed(log, tablet.server_key, 1, number, key=LogKey())
        assert len(part["sealed"]) == number
        assert post(client, EVENTS, batch(part), tablet.headers).status_code == status, number
    for number, status in ((9, 200), (10, 200), (11, 400)):
        parts = [observed(people, cues=1).part(1, 1) for _ in range(number)]
        assert post(client, EVENTS, batch(*parts), tablet.headers).status_code == status, number


@pytest.mark.parametrize("path", [ENROL, REPORT, RECOVER, MANIFEST])
def test_a_body_that_is_too_large(signed_in, app: Flask, people: People, path: str) -> None:
    body = b'{"name": "A", "logs": []}' + b" " * app.config["SYNC_BYTES"]
    answer = post(signed_in("ana"), path, body, enrol(app, people).headers)
    assert answer.status_code == 413 and sentence(answer)


def test_no_token_and_no_code_is_written_in_a_log(client, app: Flask, people: People, code, caplog) -> None:
    made = code()
    token = post(client, ENROL, {"code": made, "name": "A"}).json["token"]
    tablet = enrol(app, people, user="ana")
    client.get(PULL, headers=tablet.headers)
    said = " ".join(record.getMessage() for record in caplog.records)
    assert token not in said and made not in said and tablet.headers["X-Recorder-User"] not in said
