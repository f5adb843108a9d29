"""What an enrolled tablet sends: sealed or plain, for whoever used it, of its own logs; what does not open is kept."""

from __future__ import annotations

import base64
import json
import uuid
from datetime import timedelta

import pytest
from enrolling import Enrolled, enrol
from flask import Flask
from people import TODAY, People
from sealing import LogKey, sealed
from sqlalchemy import func, select
from tablet import ZERO_HEAD, TabletLog, batch, observed, opening

from recorder import ingest
from recorder.db import db, now, uuid7
from recorder.ingest.door import Held
from recorder.records.devices import Device
from recorder.records.families import Assignment
from recorder.records.observations import Log, Quarantined, Segment, StoredFigures
from recorder.records.people import Account


@pytest.fixture
def tablets(app: Flask, people: People) -> list[Enrolled]:
    """Two tablets for which Sol answers."""
    return [enrol(app, people), enrol(app, people)]


@pytest.fixture
def send(take, people: People):
    """A function from a tablet and parts to the reply, as the sync page hands them on."""

    def send(tablet: Enrolled, *parts, id: uuid.UUID | None = None):
        device = db.session.get_one(Device, tablet.id)
        return ingest.take(device.enrolled_by, ingest.read(batch(*parts, id=id)), device)

    return send


@pytest.fixture
def manifest(people: People):
    """A function from a tablet (or a person) and logs to what the server vouches for."""

    def manifest(asks: Enrolled | str, *logs: TabletLog):
        held = [Held(log.id, len(log.strings), log.head(len(log.strings))) for log in logs]
        if isinstance(asks, str):
            return ingest.acknowledged(db.session.get_one(Account, people.accounts[asks]), None, held)
        device = db.session.get_one(Device, asks.id)
        return ingest.acknowledged(device.enrolled_by, device, held)

    return manifest


def row_of(log: TabletLog) -> Log:
    return db.session.scalars(select(Log).where(Log.id == log.id)).one()


def count(table) -> int:
    return db.session.scalar(select(func.count()).select_from(table))


def revoke(tablet: Enrolled) -> None:
    db.session.get_one(Device, tablet.id).revoked_at = now()
    db.session.commit()


def put_aside(reply: dict) -> list[tuple[int, str]]:
    return [(one["seq"], one["code"]) for one in reply["quarantined"]]


def test_sealed_rows_are_opened_and_count_as_plain_ones_do(send, tablets, people: People) -> None:
    log = observed(people)
    (reply,) = send(tablets[0], sealed(log, tablets[0].server_key, key=LogKey()))
    assert reply == {"id": str(log.id), "stored_upto": len(log.strings), "head": log.head(len(log.strings)),
                     "duplicates": 0, "quarantined": []}  # fmt: skip
    row = row_of(log)
    assert ingest.strings(row) == log.strings and row.closed_at is not None and count(StoredFigures) == 1
    assert (row.account_id, row.device_id) == (people.accounts["ana"], tablets[0].id)


def test_plain_and_sealed_batches_of_one_log_are_compared_by_their_events(send, tablets, people: People) -> None:
    log, key = observed(people), LogKey()
    send(tablets[0], log.part(1, 8))
    (reply,) = send(tablets[0], sealed(log, tablets[0].server_key, 5, 12, key=key))
    assert (reply["duplicates"], reply["stored_upto"]) == (4, 12)
    (again,) = send(tablets[0], sealed(log, tablets[0].server_key, key=LogKey()))
    assert (again["duplicates"], again["stored_upto"], again["quarantined"]) == (12, len(log.strings), [])


def test_the_same_sealed_batch_gets_the_same_reply(send, tablets, people: People) -> None:
    log, id = observed(people), uuid7()
    part = sealed(log, tablets[0].server_key, key=LogKey())
    assert send(tablets[0], part, id=id) == send(tablets[0], part, id=id)
    with pytest.raises(ingest.OtherContent):
        send(tablets[0], sealed(log, tablets[0].server_key, key=LogKey()), id=id)
    assert count(Segment) == 1


def test_each_log_is_of_whom_its_opening_names(send, tablets, people: People) -> None:
    hers, his = observed(people), observed(
        people, user=str(people.accounts["ben"]), visit=str(people.visits["noor tomorrow"]),
        family=str(people.families["F-002"]), children=[str(people.children["Noor"])],
        caregivers=[str(people.caregivers["Hana"])],
    )  # fmt: skip
    replies = send(tablets[0], hers.part(), his.part())
    assert [reply["quarantined"] for reply in replies] == [[], []]
    assert [row_of(log).account_id for log in (hers, his)] == [people.accounts[who] for who in ("ana", "ben")]


@pytest.mark.parametrize("user", [None, 7, "ana", str(uuid.UUID(int=9)), "olga"])
def test_a_log_that_names_nobody_of_the_programme_waits_for_whoever_answers(
    send, tablets, people: People, user: object
) -> None:
    log = observed(people, user=str(people.accounts["olga"]) if user == "olga" else user)
    (reply,) = send(tablets[0], log.part())
    assert put_aside(reply) == [(1, "not_assigned")] and reply["stored_upto"] == len(log.strings)
    row = row_of(log)
    assert (row.refused, row.account_id) == ("not_assigned", people.accounts["sol"])
    assert ingest.strings(row) == log.strings and count(StoredFigures) == 0
    assert db.session.scalars(select(Quarantined.device_id)).all() == [tablets[0].id]


@pytest.mark.parametrize("role", ["manager", "auditor", "administrator"])
def test_what_she_recorded_before_her_role_changed_counts(send, tablets, people: People, role: str) -> None:
    ana = db.session.get_one(Account, people.accounts["ana"])
    ana.role, ana.disabled_at = role, now()
    db.session.commit()
    (reply,) = send(tablets[0], observed(people).part())
    assert reply["quarantined"] == [] and count(StoredFigures) == 1
    assignment = db.session.scalars(select(Assignment).where(Assignment.account_id == ana.id)).one()
    assignment.until_on = TODAY - timedelta(days=1)
    db.session.commit()
    (reply,) = send(tablets[0], observed(people).part())
    assert put_aside(reply) == [(1, "not_assigned")]


def test_events_that_come_before_their_opening_wait_for_it(send, tablets, people: People, manifest) -> None:
    log = observed(people)
    (reply,) = send(tablets[0], log.part(6))
    assert (reply["stored_upto"], reply["head"], reply["quarantined"]) == (0, ZERO_HEAD, [])
    (reply,) = send(tablets[0], sealed(log, tablets[0].server_key, 1, 5, key=LogKey()))
    assert (reply["stored_upto"], reply["quarantined"]) == (len(log.strings), [])
    assert row_of(log).account_id == people.accounts["ana"] and count(StoredFigures) == 1


def test_a_log_is_its_tablets_and_another_one_is_acknowledged_beside_it(
    send, tablets, people: People, manifest
) -> None:
    log, (own, other) = observed(people), tablets
    send(own, log.part(1, 5))
    (reply,) = send(other, log.part(4, 7))
    assert put_aside(reply) == [(seq, "not_assigned") for seq in (4, 5, 6, 7)]
    assert (reply["stored_upto"], reply["head"]) == (7, log.head(7))
    assert ingest.strings(row_of(log)) == log.strings[:5]
    (mine,) = send(own, log.part(6))
    assert mine["quarantined"] == [] and mine["stored_upto"] == len(log.strings)
    assert send(other, log.part(4, 7)) == [reply] and count(Quarantined) == 4


def test_what_she_began_signed_in_her_enrolled_browser_goes_on(take, send, tablets, people: People) -> None:
    log, (own, other) = observed(people), tablets
    take(log.part(1, 5))
    (reply,) = send(other, TabletLog(id=log.id, strings=["{}"] * 9).part(2, 6))
    assert {code for _, code in put_aside(reply)} == {"fork"} and row_of(log).device_id is None
    (reply,) = send(own, log.part(6, 9))
    assert (reply["quarantined"], row_of(log).device_id) == ([], own.id)
    (reply,) = send(other, log.part(10))
    assert {code for _, code in put_aside(reply)} == {"not_assigned"}
    (reply,) = take(log.part(10))
    assert reply["stored_upto"] == len(log.strings) and reply["quarantined"] == [], "she may send it herself"


def test_a_revoked_tablet_is_taken_into_quarantine_and_acknowledged(send, tablets, people: People, manifest) -> None:
    begun, fresh, (tablet, _) = observed(people), observed(people), tablets
    send(tablet, begun.part(1, 5))
    revoke(tablet)
    for log, start in ((begun, 6), (fresh, 1)):
        (reply,) = send(tablet, sealed(log, tablet.server_key, start, key=LogKey()))
        last = len(log.strings)
        assert put_aside(reply) == [(seq, "revoked_device") for seq in range(start, last + 1)]
        assert (reply["stored_upto"], reply["head"]) == (last, log.head(last))
    assert ingest.strings(row_of(begun)) == begun.strings[:5] and row_of(begun).closed_at is None
    assert count(Log) == 1 and count(StoredFigures) == 0
    kept = db.session.scalars(select(Quarantined.event).where(Quarantined.log_id == fresh.id).order_by(Quarantined.seq))
    assert kept.all() == fresh.strings
    for log in (begun, fresh):
        last = len(log.strings)
        assert manifest(tablet, log) == [{"id": str(log.id), "stored_upto": last, "head": log.head(last)}]


def spoiled(part: dict, *seqs: int) -> dict:
    """A part in which the rows at some seqs were changed on the way."""
    rows = list(part["sealed"])
    for seq in seqs:
        row = bytearray(base64.b64decode(rows[seq - part["from_seq"]]))
        row[-1] ^= 1
        rows[seq - part["from_seq"]] = base64.b64encode(row).decode()
    return part | {"sealed": rows}


def test_a_row_that_does_not_open_is_kept_and_holds_up_nothing(send, tablets, people: People, manifest) -> None:
    log, tablet = observed(people), tablets[0]
    part = spoiled(sealed(log, tablet.server_key, 1, 9, key=LogKey()), 4)
    (reply,) = send(tablet, part)
    assert (reply["stored_upto"], reply["unreadable"]) == (9, 1)
    assert put_aside(reply) == [(4, "bad_value")] and "kept" in reply["quarantined"][0]["message"]
    held = json.loads(db.session.scalars(select(Quarantined.event)).one())
    assert held == {"seq": 4, "sealed": part["sealed"][3], "key": part["key"]}
    rest = sealed(log, tablet.server_key, 10, key=LogKey()) | {"head": reply["head"]}
    (reply,) = send(tablet, rest)
    assert (reply["stored_upto"], reply["unreadable"], reply["quarantined"]) == (len(log.strings), 1, [])
    row = row_of(log)
    assert row.closed_at is not None and count(StoredFigures) == 1
    kept = ingest.strings(row)
    assert [*kept[:3], *kept[4:]] == [*log.strings[:3], *log.strings[4:]]
    assert manifest(tablet, log) == [
        {"id": str(log.id), "stored_upto": len(log.strings), "head": reply["head"], "unreadable": 1}
    ]
    (again,) = send(tablet, part)
    assert (again["duplicates"], again["unreadable"], put_aside(again)) == (9, 1, [(4, "bad_value")])
    assert count(Quarantined) == 1


def test_a_row_that_opens_after_all_is_kept_beside_it(send, tablets, people: People) -> None:
    log, tablet, key = observed(people), tablets[0], LogKey()
    send(tablet, spoiled(sealed(log, tablet.server_key, 1, 5, key=key), 5))
    (reply,) = send(tablet, sealed(log, tablet.server_key, 1, 5, key=key))
    assert put_aside(reply) == [(5, "bad_value"), (5, "fork")]
    forks = select(Quarantined.event).where(Quarantined.code == "fork")
    assert db.session.scalars(forks).all() == [log.strings[4]]


@pytest.mark.parametrize("wrong", ["another server's", "changed", "of another log"])
def test_a_key_that_does_not_open_leaves_a_log_that_is_kept_whole(
    send, tablets, app: Flask, people: People, wrong: str
) -> None:
    log, tablet = observed(people), tablets[0]
    part = sealed(log, tablet.server_key, key=LogKey())
    if wrong == "another server's":
        part["key"] = sealed(log, enrol(app, people, by="olga").server_key, key=LogKey())["key"]
    elif wrong == "changed":
        part["key"] = base64.b64encode(base64.b64decode(part["key"])[:-1]).decode()
    else:
        part["id"] = str(uuid7())
    (reply,) = send(tablet, part)
    last = len(log.strings)
    assert (reply["stored_upto"], reply["unreadable"]) == (last, last)
    assert put_aside(reply) == [(seq, "bad_value") for seq in range(1, last + 1)]
    row = db.session.scalars(select(Log)).one()
    assert row.refused == "bad_value" and row.account_id == people.accounts["sol"]
    assert [json.loads(event)["sealed"] for event in ingest.strings(row)] == part["sealed"]
    (other,) = send(tablet, observed(people).part())
    assert other["quarantined"] == [] and count(StoredFigures) == 1, "the next log is not held up"


def test_an_unreadable_row_of_a_revoked_tablet_is_told_by_the_manifest(send, tablets, people: People, manifest) -> None:
    log, tablet = observed(people), tablets[0]
    revoke(tablet)
    (reply,) = send(tablet, spoiled(sealed(log, tablet.server_key, 1, 6, key=LogKey()), 2, 3))
    assert (reply["stored_upto"], reply["unreadable"]) == (6, 2)
    assert manifest(tablet, log) == [{"id": str(log.id), "stored_upto": 6, "head": reply["head"], "unreadable": 2}]


def test_the_manifest_tells_of_her_own_logs_only(take, send, tablets, people: People, manifest) -> None:
    hers, own, foreign = observed(people), observed(people), observed(people)
    take(hers.part(1, 4))
    send(tablets[0], own.part(1, 6))
    send(tablets[1], foreign.part())
    unknown = {"stored_upto": 0, "head": ZERO_HEAD}
    assert manifest(tablets[0], foreign, own, hers) == [
        {"id": str(foreign.id), **unknown},
        {"id": str(own.id), "stored_upto": 6, "head": own.head(6)},
        {"id": str(hers.id), **unknown},
    ]
    assert [one["stored_upto"] for one in manifest("ana", hers, own, observed(people))] == [4, 6, 0]
    assert manifest("ben", hers, own) == [{"id": str(log.id), **unknown} for log in (hers, own)]


def test_what_was_kept_apart_beyond_a_hole_is_not_vouched_for(send, tablets, people: People, manifest) -> None:
    log, (own, other) = observed(people), tablets
    send(own, log.part(1, 2))
    send(other, log.part(1, 3))
    send(other, log.part(6, 8))
    (told,) = manifest(other, log)
    assert (told["stored_upto"], told["head"]) == (3, log.head(3))


def test_an_emergency_file_first_and_the_tablet_later_make_no_duplicates(take, send, tablets, people: People) -> None:
    log = observed(people)
    take(log.part())
    (reply,) = send(tablets[0], sealed(log, tablets[0].server_key, key=LogKey()))
    assert (reply["duplicates"], reply["quarantined"]) == (len(log.strings), [])
    assert ingest.strings(row_of(log)) == log.strings and count(StoredFigures) == 1 == count(Log)


def test_what_was_put_aside_of_her_log_is_told_to_her_tablet(take, send, tablets, people: People) -> None:
    log = TabletLog()
    log.add("open", data=opening(people))
    log.add("dance")
    take(log.part())
    (reply,) = send(tablets[0], log.part())
    assert put_aside(reply) == [(2, "unknown_kind")] and reply["duplicates"] == 2
