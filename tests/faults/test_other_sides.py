"""Faults 10, 11, 20 and 22 at the server: what contradicts, comes late, or comes from where it should not.

The tablets are simulated: they send sealed rows over HTTP to a real server on both databases.
"""

from __future__ import annotations

import copy
import random

import flask
import pytest
from enrolling import enrol
from flask import Flask
from people import TODAY, People
from simulated import Simulated, assert_held
from sqlalchemy import select
from tablet import TabletLog, observed, opening

from recorder import ingest
from recorder.db import db, now, uuid7
from recorder.ingest import admission, segments, taking
from recorder.records.devices import Device
from recorder.records.families import Assignment, Family
from recorder.records.observations import Log, Quarantined


@pytest.fixture
def tablet(app: Flask, people: People, serving) -> Simulated:
    """A tablet for which Sol answers."""
    return Simulated(serving.address, enrol(app, people))


def aside(app: Flask) -> list[tuple[int, str, str]]:
    """What is in quarantine: (seq, code, exact string)."""
    with app.app_context():
        rows = db.session.execute(
            select(Quarantined.seq, Quarantined.code, Quarantined.event).order_by(Quarantined.seq)
        )
        return [tuple(row) for row in rows]


def copied(people: People, tablet: Simulated) -> tuple[TabletLog, TabletLog]:
    """A profile was copied: both tablets go on with one log, each its own way; both send."""
    log = tablet.keep(TabletLog())
    log.add("open", data=opening(people))
    for _ in range(4):
        log.add("tap", "VOC", after_ms=2000)
    other = copy.deepcopy(tablet)
    twin = other.logs[0]
    log.add("tap", "TALK", after_ms=900)
    twin.add("tap", "CRY", after_ms=1200)
    tablet.deliver()
    reply = other.send(twin)
    assert reply["stored_upto"] == len(log.strings)
    return log, twin


def assert_both_kept(app: Flask, log: TabletLog, twin: TabletLog) -> None:
    assert_held(app, log)
    assert aside(app) == [(6, "fork", twin.strings[5])]


def test_fault_10_the_same_place_with_other_content(app: Flask, people: People, tablet: Simulated) -> None:
    assert_both_kept(app, *copied(people, tablet))


def test_fault_10_without_comparing_bytes(app: Flask, people: People, tablet: Simulated, monkeypatch) -> None:
    compare = segments._compare

    def by_seq(part, there):
        stored = compare(part, there)
        stored.forked.clear()
        return stored

    monkeypatch.setattr(segments, "_compare", by_seq)
    with pytest.raises(AssertionError):
        assert_both_kept(app, *copied(people, tablet))


def out_of_order(people: People, tablet: Simulated, seed: int) -> TabletLog:
    """A log arrives in stretches that overlap, in any order, some twice; then the tablet delivers the rest."""
    chance = random.Random(seed)
    log = tablet.keep(observed(people))
    count = len(log.strings)
    for _ in range(6):
        start = chance.randint(1, count)
        reply = tablet.send(log, start, chance.randint(start, count))
        if reply["stored_upto"] > tablet.acknowledged[log.id][0]:
            tablet.acknowledged[log.id] = reply["stored_upto"], reply["head"]
    tablet.deliver(seconds=10)
    return log


@pytest.mark.parametrize("seed", range(8))
def test_fault_11_batches_out_of_order_with_holes(app: Flask, people: People, tablet: Simulated, seed: int) -> None:
    log = out_of_order(people, tablet, seed)
    assert_held(app, log)
    assert aside(app) == []


def test_fault_11_a_server_that_acknowledges_over_a_hole(
    app: Flask, people: People, tablet: Simulated, monkeypatch
) -> None:
    take = ingest.take

    def boast(account, delivery, device=None):
        told = take(account, delivery, device)
        for part, reply in zip(delivery.parts, told, strict=True):
            upto = part.from_seq + len(part.rows) - 1
            if upto > reply["stored_upto"]:
                reply |= {"stored_upto": upto, "head": log_of(tablet, part.log).head(upto)}
        return told

    monkeypatch.setattr(ingest, "take", boast)
    log = tablet.keep(observed(people))
    with pytest.raises(AssertionError):
        tablet.send(log, 1, 5)
        reply = tablet.send(log, 9)  # 6 to 8 were on their way when the line broke
        tablet.acknowledged[log.id] = reply["stored_upto"], reply["head"]
        tablet.deliver()
        assert_held(app, log)


def log_of(tablet: Simulated, id) -> TabletLog:
    return next(log for log in tablet.logs if log.id == id)


def deleted(app: Flask, people: People, tablet: Simulated) -> TabletLog:
    """A family of Ana's is deleted while her visit waits on the tablet."""
    log = tablet.keep(
        observed(people, family=str(people.families["F-003"]), children=[str(people.children["Theo"])],
                 caregivers=[str(people.caregivers["June"])], visit=str(uuid7()))
    )  # fmt: skip
    with app.app_context():
        db.session.delete(db.session.get_one(Family, people.families["F-003"]))
        db.session.commit()
    tablet.deliver(seconds=10)
    return log


def reassigned(app: Flask, people: People, tablet: Simulated) -> TabletLog:
    """A family went to another visitor before the visit was made; the tablet did not know."""
    log = tablet.keep(observed(people))
    with app.app_context():
        row = db.session.scalars(select(Assignment).where(Assignment.family_id == people.families["F-001"])).one()
        row.account_id = people.accounts["ben"]
        row.from_on = TODAY
        db.session.commit()
    tablet.deliver(seconds=10)
    return log


GONE = pytest.mark.parametrize(("becomes", "code"), [(deleted, "unknown_family"), (reassigned, "not_assigned")])


@GONE
def test_fault_20_the_family_is_gone_before_the_upload(
    app: Flask, people: People, tablet: Simulated, becomes, code: str
) -> None:
    log = becomes(app, people, tablet)
    assert_held(app, log)
    assert [(seq, why) for seq, why, _ in aside(app)] == [(1, code)]
    with app.app_context():
        assert db.session.scalars(select(Log)).one().refused == code


@GONE
def test_fault_20_a_server_that_says_no(
    app: Flask, people: People, tablet: Simulated, monkeypatch, becomes, code: str
) -> None:
    admit = admission.admit

    def refuse(log, account, event):
        return flask.abort(403) if admit(log, account, event) else None

    monkeypatch.setattr("recorder.ingest.derived.admit", refuse)
    with pytest.raises(AssertionError):
        assert_held(app, becomes(app, people, tablet))


def revoked(app: Flask, people: People, tablet: Simulated) -> TabletLog:
    """The first half of a visit is sent; then the tablet is revoked, and goes on sending."""
    log = tablet.keep(observed(people))
    tablet.send_next(log, 7)
    with app.app_context():
        db.session.get_one(Device, tablet.enrolled.id).revoked_at = now()
        db.session.commit()
    tablet.deliver(seconds=10)
    return log


def assert_kept_apart(app: Flask, log: TabletLog, upto: int) -> None:
    with app.app_context():
        held = segments.strings(db.session.scalars(select(Log)).one())
    assert held == log.strings[:upto]
    assert aside(app) == [
        (seq, "revoked_device", log.strings[seq - 1]) for seq in range(upto + 1, len(log.strings) + 1)
    ]


def test_fault_22_a_revoked_tablet_with_unsent_events(app: Flask, people: People, tablet: Simulated) -> None:
    assert_kept_apart(app, revoked(app, people, tablet), 7)


def test_fault_22_a_server_that_shuts_it_out(app: Flask, people: People, tablet: Simulated, monkeypatch) -> None:
    monkeypatch.setattr(taking, "_apart", lambda *about: flask.abort(403))
    with pytest.raises(AssertionError):
        assert_kept_apart(app, revoked(app, people, tablet), 7)
