"""An emergency file is taken as if its tablet had sent it: once, before or after the tablet sends, sealed or plain."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from enrolling import Enrolled, enrol
from flask import Flask
from people import People
from sealing import LogKey, sealed
from sqlalchemy import func, select
from tablet import TabletLog, batch, observed

from recorder import ingest
from recorder.db import db, now
from recorder.ingest import emergency
from recorder.records.devices import Device
from recorder.records.observations import Log, Quarantined, Segment, StoredFigures
from recorder.records.people import Account


def file(*parts: dict[str, Any], **more: Any) -> bytes:
    """The bytes of a file, as a tablet writes them."""
    said = {"format": "recorder-emergency/1", "made_at": "2026-03-02T15:04:11.250Z", "device": None}
    return json.dumps(said | more | {"logs": list(parts)}).encode()


@pytest.fixture
def tablet(app: Flask, people: People) -> Enrolled:
    return enrol(app, people)


@pytest.fixture
def bring(take, people: People):
    """A function from a file's bytes to the replies, as the page hands them on."""

    def bring(body: bytes) -> list[dict[str, Any]]:
        return emergency.bring(
            people.programme, emergency.read(body), db.session.get_one(Account, people.accounts["sol"])
        )

    return bring


@pytest.fixture
def send(take, people: People):
    def send(tablet: Enrolled, *parts: dict[str, Any]) -> list[dict[str, Any]]:
        device = db.session.get_one(Device, tablet.id)
        return ingest.take(device.enrolled_by, ingest.read(batch(*parts)), device)

    return send


def count(table) -> int:
    return db.session.scalar(select(func.count()).select_from(table))


def stored(log: TabletLog) -> Log:
    return db.session.scalars(select(Log).where(Log.id == log.id)).one()


def test_a_sealed_file_is_taken_whole(bring, tablet, people: People) -> None:
    logs = [observed(people), observed(people)]
    body = file(*(sealed(log, tablet.server_key, key=LogKey()) for log in logs), device=str(tablet.id))
    replies = bring(body)
    assert [(reply["stored_upto"], reply["head"], reply["quarantined"]) for reply in replies] == [
        (len(log.strings), log.head(len(log.strings)), []) for log in logs
    ]
    for log in logs:
        assert ingest.strings(stored(log)) == log.strings
        assert (stored(log).account_id, stored(log).device_id) == (people.accounts["ana"], tablet.id)
    assert count(StoredFigures) == 2


@pytest.mark.parametrize("device", ["its own", "unknown", None])
def test_taken_twice_and_sent_later_makes_no_duplicates(bring, send, tablet, people: People, device) -> None:
    log, key = observed(people), LogKey()
    said = {"its own": str(tablet.id), "unknown": str(uuid.uuid4()), None: None}[device]
    body = file(sealed(log, tablet.server_key, key=key), device=said)
    bring(body)
    (again,) = bring(body)
    assert again["duplicates"] == len(log.strings)
    (late,) = send(tablet, sealed(log, tablet.server_key, key=key))
    assert (late["duplicates"], late["quarantined"]) == (len(log.strings), [])
    assert (count(Log), count(Segment), count(StoredFigures), count(Quarantined)) == (1, 1, 1, 0)
    assert stored(log).device_id == tablet.id, "it is the tablet's from then on"


def test_what_was_sent_before_the_file_was_made(bring, send, tablet, people: People) -> None:
    log = observed(people)
    send(tablet, sealed(log, tablet.server_key, 1, 9, key=LogKey()))
    (reply,) = bring(file(sealed(log, tablet.server_key, key=LogKey()), device=None))
    assert (reply["duplicates"], reply["stored_upto"]) == (9, len(log.strings))
    assert count(StoredFigures) == 1 and count(Quarantined) == 0


def test_a_part_that_begins_later_fills_the_hole_it_left(bring, send, tablet, people: People) -> None:
    log = observed(people)
    bring(file(sealed(log, tablet.server_key, 8, key=LogKey()), device=str(tablet.id)))
    assert stored(log).stored_upto == 0
    send(tablet, log.part(1, 7))
    assert stored(log).stored_upto == len(log.strings) and count(StoredFigures) == 1


def test_plain_events_are_taken_as_the_person_whom_they_name(bring, people: People) -> None:
    log = observed(people)
    bring(file(log.part()))
    assert stored(log).account_id == people.accounts["ana"] and count(StoredFigures) == 1


def test_a_log_that_names_nobody_is_answered_for_by_who_brings_it(bring, take, people: People) -> None:
    log = observed(people, user="somebody")
    bring(file(log.part()))
    assert stored(log).account_id == people.accounts["sol"]
    with pytest.raises(ingest.Unreadable, match="names nobody of this programme"):
        emergency.bring(people.programme, emergency.read(file(observed(people, user=None).part())), None)
    assert count(Log) == 1


def test_a_long_log_comes_in_one_piece(bring, people: People) -> None:
    log = observed(people, cues=10)
    more = TabletLog()
    more.add("open", data=json.loads(log.strings[0])["data"])
    for _ in range(700):
        more.add("tap", "VOC", after_ms=400)
    more.add("end", after_ms=400)
    more.add("close", after_ms=400)
    (reply,) = bring(file(more.part()))
    assert reply["stored_upto"] == 703 and count(StoredFigures) == 1


def test_a_row_that_does_not_open_is_kept_and_holds_nothing_up(bring, tablet, people: People) -> None:
    log, key = observed(people), LogKey()
    part = sealed(log, tablet.server_key, key=key)
    part["sealed"][3] = sealed(log, tablet.server_key, 4, 4, key=LogKey())["sealed"][0]
    (reply,) = bring(file(part, device=str(tablet.id)))
    assert reply["unreadable"] == 1 and [one["seq"] for one in reply["quarantined"]] == [4]
    assert count(StoredFigures) == 1


def test_a_file_of_a_revoked_tablet_waits_in_quarantine(bring, tablet, people: People) -> None:
    db.session.get_one(Device, tablet.id).revoked_at = now()
    db.session.commit()
    log = observed(people)
    (reply,) = bring(file(sealed(log, tablet.server_key, key=LogKey()), device=str(tablet.id)))
    assert {one["code"] for one in reply["quarantined"]} == {"revoked_device"} and count(Log) == 0
    by = db.session.get_one(Account, people.accounts["sol"])
    assert ingest.readmit(log.id, by) == [] and count(StoredFigures) == 1


def test_looking_stores_nothing_and_tells_what_is_new(bring, send, tablet, people: People) -> None:
    known, part_known, new = observed(people), observed(people), observed(people)
    send(tablet, known.part())
    send(tablet, part_known.part(1, 5))
    body = file(
        *(sealed(log, tablet.server_key, key=LogKey()) for log in (known, part_known, new)), device=str(tablet.id)
    )
    found = emergency.look(people.programme, emergency.read(body), None)
    n = len(known.strings)
    assert [(one.events, one.new) for one in found] == [(n, 0), (n, n - 5), (n, n)]
    assert {one.account.name for one in found} == {"Ana"} and {one.opening.kind for one in found} == {"observation"}
    assert count(Log) == 2
    bring(body)
    assert [one.new for one in emergency.look(people.programme, emergency.read(body), None)] == [0, 0, 0]


def test_whose_a_file_is(app: Flask, take, tablet, people: People) -> None:
    log = observed(people)
    ours = sealed(log, tablet.server_key, key=LogKey())
    far = enrol(app, people, by="olga")
    theirs = sealed(log, far.server_key, key=LogKey())
    for body, expected in (
        (file(ours, device=str(tablet.id)), people.programme),
        (file(ours), people.programme),
        (file(theirs), people.other_programme),
        (file(theirs, device=str(far.id)), people.other_programme),
        (file(ours, programme=str(people.other_programme)), people.other_programme),
        (file(log.part()), None),
    ):
        assert emergency.programme_of(emergency.read(body)) == expected


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"not json", "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[]", "must be a JSON object"),
        (b'{"format": "recorder-emergency/2", "logs": []}', "no emergency file"),
        (b'{"format": "recorder-emergency/1", "logs": []}', "1 to 1000 logs"),
        (b'{"format": "recorder-emergency/1", "logs": [{"id": 7}]}', "logs[0].id must be a UUID"),
        (b'{"format": "recorder-emergency/1", "device": "x", "logs": [7]}', "logs[0] must be an object"),
    ],
)
def test_what_is_no_file_is_said_in_one_sentence(body: bytes, sentence: str) -> None:
    with pytest.raises(ingest.Unreadable) as error:
        emergency.read(body)
    assert sentence in str(error.value)


def test_the_same_log_twice_is_no_file(people: People) -> None:
    part = observed(people).part()
    with pytest.raises(ingest.Unreadable, match="twice"):
        emergency.read(file(part, part))
    with pytest.raises(ingest.Unreadable, match="device must be a UUID"):
        emergency.read(file(part, device="tablet"))
