"""The description of the sync calls is true: every call and every refusal that it names is made here, and what the
server answers fits; the examples of the handbook fit too."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from enrolling import Enrolled, enrol
from flask import Flask
from openapi import DOCUMENT, faults, followed
from people import TODAY, People
from sealing import LogKey, sealed, wrap
from sqlalchemy.exc import OperationalError
from tablet import TabletLog, batch, observed, opening, questionnaire, sheet

from recorder import devices, ingest
from recorder.db import db, now, uuid7
from recorder.records.devices import Device
from recorder.records.double_coding import Grant, PracticePiece
from recorder.records.people import Account

CALLS = {(path, method): call for path, methods in DOCUMENT["paths"].items() for method, call in methods.items()}
MARKED = {"X-Recorder": "1"}
HELLO, ENROL, USER = "/api/v1/hello", "/api/v1/enrol", "/api/v1/device/user"
REPORT, RECOVER = "/api/v1/device/report", "/api/v1/device/recover"
MANIFEST, EVENTS, PULL = "/api/v1/sync/manifest", "/api/v1/sync/events", "/api/v1/sync/pull"


def test_it_describes_the_calls_that_there_are_and_no_other(app: Flask) -> None:
    there = {
        (rule.rule, method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in {"sync", "tablet"}
        for method in (rule.methods or set()) & {"GET", "POST"}
    }
    assert set(CALLS) == there


def test_every_reference_leads_somewhere_and_every_part_is_used() -> None:
    text = json.dumps(DOCUMENT)
    named = {tuple(name.split("/")) for name in re.findall(r'"#/components/([^"]+)"', text)}
    parts = DOCUMENT["components"]
    there = {(kind, name) for kind in ("parameters", "responses", "schemas") for name in parts[kind]}
    assert named <= there and there - named <= {("schemas", "Stamp")}
    told = {name for call in CALLS.values() for way in call["security"] for name in way}
    assert told == set(parts["securitySchemes"])


class Caller:
    """Makes calls, and holds each body and answer against its description; `made` is what was tried."""

    def __init__(self) -> None:
        self.made: set[tuple[str, str, str]] = set()

    def __call__(self, client, path: str, body: object = None, headers: dict[str, str] = MARKED):
        method = "get" if path in {HELLO, PULL} else "post"
        call = CALLS[path, method]
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        answer = client.open(path, method=method.upper(), data=data, headers=headers, content_type="application/json")
        status = str(answer.status_code)
        assert status in call["responses"], f"{method} {path}: {status} is not described"
        said = followed(call["responses"][status])
        content = followed(said["content"]["application/json"]["schema"])
        assert faults(answer.json, content) == [], f"{method} {path}"
        for name, header in said.get("headers", {}).items():
            value = answer.headers[name]
            assert faults(int(value) if header["schema"].get("type") == "integer" else value, header["schema"]) == []
        assert answer.headers["X-Recorder"] == "1"
        if status.startswith("2") and "requestBody" in call and data is not None:
            asked = call["requestBody"]["content"]["application/json"]["schema"]
            assert faults(json.loads(data), asked) == [], f"{method} {path}: what was sent"
        self.made.add((path, method, status))
        return answer


@pytest.fixture
def call(app: Flask) -> Iterator[Caller]:
    yield Caller()


def code(app: Flask, people: People, tablet: Enrolled | None = None) -> str:
    with app.app_context():
        sol, ana = (db.session.get_one(Account, people.accounts[who]) for who in ("sol", "ana"))
        if tablet is None:
            made = devices.code_to_enrol(sol)
        else:
            made = devices.code_to_recover(sol, db.session.get_one(Device, tablet.id), ana)
        db.session.commit()
        return made


def revoked(app: Flask, people: People) -> Enrolled:
    return enrol(app, people, user="ana", revoked_at=now())


def busy(app: Flask, people: People) -> Enrolled:
    """A tablet that has posted a hundred times in this minute."""
    return enrol(app, people, minute_from=now(), minute_requests=100)


TOO_LARGE = b'{"name": "A"}' + b" " * 300_000


def test_every_call_and_every_refusal_is_as_described(
    call: Caller, app: Flask, client, signed_in, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, mara = signed_in("ana"), signed_in("mara")
    tablet, other = enrol(app, people, user="ana"), enrol(app, people, by="olga")
    unknown = MARKED | {"Authorization": "Bearer " + "0" * 64}

    for headers in (MARKED, tablet.headers, unknown, {}):
        call(client, HELLO, headers=headers)

    call(client, ENROL, {"code": code(app, people), "name": "Tablet 8"})
    call(ana, ENROL, {"name": "Ana's browser"})
    for browser, body in ((client, b"{"), (client, {"name": "A"}), (mara, {"name": "A"}), (client, TOO_LARGE)):
        call(browser, ENROL, body)

    call(ana, USER, None, tablet.headers)
    tablet = enrol(app, people, user="ana")
    for browser, headers in (
        (client, tablet.headers),
        (ana, revoked(app, people).headers),
        (ana, other.headers),
        (ana, busy(app, people).headers),
    ):
        call(browser, USER, None, headers)

    full = {"unsent": 2, "oldest_unsent": "2026-03-02T10:04:00Z", "free": 2**40, "persisted": True, "drift_ms": -7,
            "version": "0.1.0", "tap_p50_ms": 4.5, "tap_p99_ms": 19, "errors": ["storage gave up"]}  # fmt: skip
    call(client, REPORT, full, tablet.headers)
    call(client, REPORT, dict.fromkeys(full), tablet.headers)
    for body, headers in (({"unsent": -1}, tablet.headers), ({}, MARKED), (TOO_LARGE, tablet.headers),
                          ({}, busy(app, people).headers)):  # fmt: skip
        call(client, REPORT, body, headers)

    made, vaults = code(app, people, tablet), {}
    for who in ("ana", "ben"):
        wrapped = wrap(tablet.server_key, LogKey().key, str(people.accounts[who]))
        vaults[who] = {"code": made, "vault": base64.b64encode(wrapped).decode()}
    for body, headers in (
        (vaults["ben"], tablet.headers),
        (vaults["ana"], tablet.headers),
        (vaults["ana"], tablet.headers),
        ({}, tablet.headers),
        ({}, MARKED),
        (TOO_LARGE, tablet.headers),
        ({}, busy(app, people).headers),
    ):
        call(client, RECOVER, body, headers)

    send_every_kind(call, client, tablet, people)
    log = observed(people)
    id = uuid7()
    call(ana, EVENTS, batch(log.part(1, 5), id=id))
    for browser, body, headers in (
        (ana, batch(log.part(6), id=id), MARKED),
        (ana, b"{", MARKED),
        (client, b"{", MARKED),
        (mara, b"{", MARKED),
        (ana, TOO_LARGE, MARKED),
        (client, b"{", busy(app, people).headers),
        (client, batch(observed(people).part()), revoked(app, people).headers),
    ):
        call(browser, EVENTS, body, headers)

    held = [{"id": str(one), "n": 3, "head": "ab" * 32} for one in (log.id, uuid7())]
    call(ana, MANIFEST, {"logs": held})
    for browser, body, headers in (
        (client, {"logs": held}, tablet.headers),
        (ana, {"logs": 7}, MARKED),
        (client, {"logs": []}, MARKED),
        (mara, {"logs": []}, MARKED),
        (ana, TOO_LARGE, MARKED),
        (client, {"logs": []}, busy(app, people).headers),
    ):
        call(browser, MANIFEST, body, headers)

    for browser, headers in ((ana, MARKED), (client, tablet.headers), (client, MARKED), (mara, MARKED),
                             (client, revoked(app, people).headers)):  # fmt: skip
        call(browser, PULL, headers=headers)

    for said in ("database is locked", "database or disk is full"):

        def fails(*_: object, said: str = said) -> None:
            raise OperationalError("INSERT", {}, Exception(said))

        monkeypatch.setattr(ingest, "take", fails)
        call(ana, EVENTS, batch(log.part()))

    described = {(*key, status) for key, one in CALLS.items() for status in one["responses"] if status != "default"}
    assert described - call.made == set()


def send_every_kind(call: Caller, client, tablet: Enrolled, people: People) -> None:
    """Plain and sealed logs, what is put aside, what cannot be opened; the manifest after it."""
    log, key = observed(people), LogKey()
    spoiled = sealed(log, tablet.server_key, 1, 5, key=key)
    spoiled["sealed"][2] = base64.b64encode(b"x" * 60).decode()
    odd = TabletLog()
    odd.add("open", data=opening(people))
    odd.add("dance")
    call(client, EVENTS, batch(spoiled, odd.part(), observed(people, family=str(uuid7())).part()), tablet.headers)
    answer = call(client, MANIFEST, {"logs": [{"id": str(log.id), "n": 5, "head": log.head(5)}]}, tablet.headers)
    assert answer.json["logs"][0]["unreadable"] == 1
    (again,) = call(client, EVENTS, batch(log.part(1, 4)), tablet.headers).json["logs"]
    assert {"fork", "bad_value"} == {one["code"] for one in again["quarantined"]}


def test_a_full_caseload_is_as_described(call: Caller, app: Flask, signed_in, people: People) -> None:
    ana, ben = signed_in("ana"), signed_in("ben")
    log = TabletLog()
    log.add("open", data=opening(people))
    log.add("sheet", data=sheet(people))
    for who, one in ((ana, observed(people)), (ana, log), (ben, questionnaire(people))):
        call(who, EVENTS, batch(one.part()))
    with app.app_context():
        values = {"programme_id": people.programme, "visit_id": people.visits["mia today"]}
        db.session.add(Grant(**values, account_id=people.accounts["ben"], granted_by_id=people.accounts["sol"]))
        piece = {"title": "Snack", "instructions": "Watch.", "scheme": "serve-and-return/1", "scheme_hash": "a" * 64}
        db.session.add(PracticePiece(programme_id=people.programme, reference="{}", made_by_id=people.accounts["sol"],
                                     **piece))  # fmt: skip
        db.session.commit()
    told = {who: call(browser, PULL).json for who, browser in (("ana", ana), ("ben", ben))}
    (mias,), (hers,) = told["ana"]["families"], told["ben"]["families"]
    assert mias["last_step"] and mias["last_visits"] and hers["our_days"] and hers["offered"]
    assert told["ben"]["grants"] and told["ben"]["practice"] and told["ana"]["instruments"]
    assert told["ana"]["expires"][:10] >= str(TODAY)


def test_the_check_finds_what_does_not_fit() -> None:
    hello = DOCUMENT["components"]["schemas"]["Hello"]
    good = {"server_time": "2026-03-02T15:09:30.118Z", "epoch": 1, "device": None, "least_version": "1", "version": "1",
            "backed_up_at": None}  # fmt: skip
    assert faults(good, hello) == []
    wrong = [{"epoch": 0}, {"epoch": True}, {"epoch": "1"}, {"server_time": "now"}, {"device": {}}, {"more": 1},
             {"backed_up_at": 7}, {"device": {"id": "x", "name": "A", "state": "active"}}]  # fmt: skip
    for change in wrong:
        assert faults(good | change, hello), change
    assert faults({key: value for key, value in good.items() if key != "epoch"}, hello)


HANDBOOK = (Path(__file__).parent.parent.parent / "docs" / "sync-api.md").read_text(encoding="utf-8")


def examples() -> Iterator[tuple[str, str, str]]:
    """Each example of the handbook: its call's method and path, and the JSON; what is asked before what is answered."""
    for section in HANDBOOK.split("\n## ")[1:]:
        method, _, path = section.splitlines()[0].partition(" ")
        if path.startswith("/api/"):
            for block in re.findall(r"```json\n(.*?)```", section, re.DOTALL):
                yield method.lower(), path, block


def test_the_handbook_has_an_example_of_each_call() -> None:
    assert {(path, method) for method, path, _ in examples()} == set(CALLS)


@pytest.mark.parametrize("number", range(len(list(examples()))))
def test_the_examples_fit_the_description(number: int) -> None:
    method, path, block = list(examples())[number]
    example = json.loads(block.replace("<64 digits>", "ab" * 32))
    for grant in example.get("grants", []):
        grant["family"], grant["visit"] = example["families"][0], example["families"][0]["visits"][0]
    call = CALLS[path, method]
    said = next(followed(said) for status, said in call["responses"].items() if status.startswith("2"))
    content = said["content"] if "server_time" in example else call["requestBody"]["content"]
    assert faults(example, content["application/json"]["schema"]) == []
