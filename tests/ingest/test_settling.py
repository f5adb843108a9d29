"""A log that is read again makes exactly what a straight arrival makes; setting aside for good loses nothing."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from enrolling import Enrolled, enrol
from flask import Flask
from people import TODAY, People
from sealing import LogKey, sealed
from sqlalchemy import delete, func, select, update
from tablet import TabletLog, batch, observed, opening, questionnaire, safety, sheet, sort, wall

from recorder import ingest
from recorder.db import Base, db, now
from recorder.ingest import admission
from recorder.instruments import library
from recorder.records.devices import Device
from recorder.records.families import Assignment, Consent
from recorder.records.instruments import StoredInstrument
from recorder.records.observations import Batch, Cell, Log, Quarantined, Segment, StoredFigures
from recorder.records.people import Account
from recorder.records.sheets import Sheet
from recorder.records.visits import Visit

MADE = ("figures", "cell", "rating", "sheet", "assessment", "safety_note", "question", "visit", "consent", "log")
NOT_SHOWN = {"key", "log_key", "created_at", "approved_at", "closed_at", "written_at"}
"""What differs between two arrivals of the same log: row numbers, and when it arrived."""


def photograph() -> dict[str, list[str]]:
    """Everything that follows from logs, as it rests in the database."""
    db.session.expire_all()
    found = {}
    for name in MADE:
        table = Base.metadata.tables[name]
        made_here = {"id"} if name in {"consent", "safety_note"} else set()
        shown = [column for column in table.columns if column.name not in NOT_SHOWN | made_here]
        found[name] = sorted(repr(tuple(row)) for row in db.session.execute(select(*shown)))
    return found


def forget() -> None:
    """Take all logs out with what follows from them, as if none had ever come."""
    planned = select(Log.visit_id)
    db.session.execute(update(Visit).where(Visit.id.in_(planned)).values(status="planned"))
    for table in (Sheet, Log, Cell, Batch, Quarantined):
        db.session.execute(delete(table))
    db.session.execute(delete(Visit).where(Visit.local_date > TODAY + timedelta(days=5)))
    db.session.commit()


def stored(log: TabletLog) -> Log:
    return db.session.scalars(select(Log).where(Log.id == log.id)).one()


def rows(**settled: bool) -> list[tuple[int, str]]:
    """What stands in quarantine: what waits, and the settled too if asked."""
    query = select(Quarantined).order_by(Quarantined.seq, Quarantined.key)
    query = query if settled else query.where(Quarantined.settled_at.is_(None))
    return [(row.seq, row.code) for row in db.session.scalars(query)]


def readmit(log: TabletLog, people: People) -> list[tuple[int, str]]:
    by = db.session.get_one(Account, people.accounts["sol"])
    return [(row.seq, row.code) for row in ingest.readmit(log.id, by)]


def whole(people: People, **changes: Any) -> TabletLog:
    """A whole observation with an approved page that promises a visit, and a question for the supervisor."""
    log = observed(people, **changes)
    del log.strings[-1]
    log.add("flag", "ASK", {"note": "Was that teasing?", "at": 4000}, after_ms=100)
    promised = {"visit": str(uuid.uuid4()), "date": (TODAY + timedelta(days=9)).isoformat(), "time": "10:30"}
    log.add("sheet", data=sheet(people, next_visit=promised), after_ms=9000)
    log.add("close", after_ms=1000)
    return log


@pytest.fixture
def revoked(app: Flask, people: People) -> Enrolled:
    """A tablet for which Sol answers, and which was revoked."""
    return enrol(app, people, revoked_at=now())


@pytest.fixture
def send(take, people: People) -> Callable:
    """A function from a tablet and parts to the reply, as the sync page hands them on."""

    def send(tablet: Enrolled, *parts):
        device = db.session.get_one(Device, tablet.id)
        return ingest.take(device.enrolled_by, ingest.read(batch(*parts)), device)

    return send


def end_assignment(people: People, family: str = "F-001") -> None:
    ended = update(Assignment).where(Assignment.family_id == people.families[family])
    db.session.execute(ended.values(until_on=TODAY - timedelta(days=30)))


def assign_again(people: People, family: str = "F-001") -> None:
    ended = update(Assignment).where(Assignment.family_id == people.families[family])
    db.session.execute(ended.values(until_on=None))


def withdraw(people: People) -> None:
    mine = update(Consent).where(Consent.family_id == people.families["F-001"], Consent.scope == "observe")
    db.session.execute(mine.values(withdrawn_on=TODAY - timedelta(days=10)))


def agree_again(people: People) -> None:
    db.session.add(
        Consent(programme_id=people.programme, family_id=people.families["F-001"], scope="observe", given_on=TODAY)
    )


DOCUMENT = copy.deepcopy(dict(library.document("serve-and-return/1"))) | {"name": "our-own"}
OWN = library.read(DOCUMENT)


def publish(people: People) -> None:
    db.session.add(
        StoredInstrument(programme_id=people.programme, kind="scheme", name="our-own", version=1, hash=OWN.hash,
                         document=DOCUMENT)
    )  # fmt: skip


def nothing(people: People) -> None:
    pass


REFUSALS: dict[str, tuple[Callable, Callable, dict[str, Any]]] = {
    "not_assigned": (end_assignment, assign_again, {}),
    "consent_withdrawn": (withdraw, agree_again, {}),
    "unknown_instrument": (nothing, publish, {"instrument": OWN.name, "version": 1, "hash": OWN.hash}),
}


@pytest.mark.parametrize("code", REFUSALS)
def test_read_again_it_is_what_a_straight_arrival_makes(take, people: People, code: str) -> None:
    before, cure, changes = REFUSALS[code]
    before(people)
    db.session.commit()
    log = whole(people, **changes)
    for part in (log.part(1, 4), log.part(5)):
        take(part)
    assert stored(log).refused == code and (1, code) in rows()
    cure(people)
    db.session.commit()
    assert readmit(log, people) == []
    again = photograph()
    assert len(again["figures"]) == 1 and len(again["cell"]) == 2 and len(again["sheet"]) == 1
    assert len(again["question"]) == 1 and len(again["rating"]) == 2
    forget()
    take(log.part())
    straight = photograph()
    for name in MADE:
        assert again[name] == straight[name], name


@pytest.mark.parametrize("make", [sort, questionnaire, safety], ids=["sort", "questionnaire", "safety"])
def test_every_kind_of_log_is_read_again(take, people: People, make) -> None:
    end_assignment(people, "F-002")
    db.session.commit()
    log = make(people)
    take(log.part(), who="ben")
    assert stored(log).refused == "not_assigned"
    assign_again(people, "F-002")
    db.session.commit()
    assert readmit(log, people) == []
    again = photograph()
    assert again["assessment"] or again["safety_note"]
    forget()
    db.session.execute(delete(Base.metadata.tables["safety_note"]))
    db.session.commit()
    take(log.part(), who="ben")
    assert again == photograph()


def test_a_clock_that_was_ahead_is_taken_when_its_day_has_come(take, people: People, monkeypatch) -> None:
    log = observed(people, wall=wall(days=3))
    take(log.part())
    assert stored(log).refused == "future_time"
    assert readmit(log, people) == [(1, "future_time")], "not yet"
    assert rows(settled=True) == [(1, "future_time")], "it is told once"
    later = datetime.fromisoformat(wall(days=3))
    monkeypatch.setattr(admission, "now", lambda: later)
    assert readmit(log, people) == []
    assert stored(log).refused is None and db.session.scalar(select(func.count()).select_from(StoredFigures)) == 1


def test_what_still_fails_says_so_and_may_fail_for_another_reason(take, people: People) -> None:
    end_assignment(people)
    db.session.commit()
    log = observed(people)
    take(log.part())
    assert readmit(log, people) == [(1, "not_assigned")]
    assign_again(people)
    withdraw(people)
    db.session.commit()
    assert readmit(log, people) == [(1, "consent_withdrawn")]
    assert stored(log).refused == "consent_withdrawn" and rows() == [(1, "consent_withdrawn")]
    assert rows(settled=True) == [(1, "not_assigned"), (1, "consent_withdrawn")]


def test_one_entry_of_a_log_that_counts_is_taken_when_its_scale_is_known(take, people: People) -> None:
    log = observed(people)
    del log.strings[-1]
    log.add("rating", "warmth", {"instrument": "kindness/1", "value": 4, "note": ""})
    log.add("close", after_ms=1000)
    take(log.part())
    seq = len(log.strings) - 1
    assert rows() == [(seq, "bad_value")] and len(photograph()["rating"]) == 2
    scale = library.document("sensitivity/1") | {"name": "kindness", "composites": []}
    scale["items"] = [scale["items"][0] | {"id": "warmth"}]
    db.session.add(
        StoredInstrument(programme_id=people.programme, kind="scale", name="kindness", version=1,
                         hash=library.read(scale).hash, document=scale)
    )  # fmt: skip
    db.session.commit()
    assert readmit(log, people) == []
    again = photograph()
    assert len(again["rating"]) == 3 and len(again["figures"]) == 1
    forget()
    take(log.part())
    assert again == photograph()


def test_a_log_that_counts_is_not_judged_again_for_one_entry_of_it(take, people: People) -> None:
    log = observed(people)
    del log.strings[-1]
    log.add("whistle", after_ms=10)
    log.add("close", after_ms=1000)
    take(log.part())
    before = photograph()
    withdraw(people)
    db.session.commit()
    assert readmit(log, people) == [(len(log.strings) - 1, "unknown_kind")]
    assert stored(log).refused is None and photograph()["figures"] == before["figures"]


def test_a_visit_that_was_moved_since_stays_where_it_is(take, people: People) -> None:
    log = whole(people)
    del log.strings[-1]
    log.add("whistle", after_ms=10)
    log.add("close", after_ms=10)
    take(log.part())
    moved = TODAY + timedelta(days=20)
    promised = update(Visit).where(Visit.local_date == TODAY + timedelta(days=9))
    db.session.execute(promised.values(local_date=moved))
    db.session.commit()
    before = photograph()
    readmit(log, people)
    assert photograph() == before and any(repr(moved) in row for row in before["visit"])


def test_a_signature_after_consent_was_taken_back_counts_when_the_family_agrees_again(take, people: People) -> None:
    log = whole(people)
    take(log.part(1, len(log.strings) - 1))
    withdraw(people)
    db.session.commit()
    take(log.part(len(log.strings)))
    assert stored(log).refused == "consent_withdrawn" and photograph()["figures"] == []
    agree_again(people)
    db.session.commit()
    assert readmit(log, people) == []
    again = photograph()
    forget()
    take(log.part())
    assert again == photograph() and len(again["figures"]) == 1


def test_a_fork_waits_until_it_is_set_aside_and_no_byte_is_lost(take, people: People) -> None:
    log, other = observed(people), TabletLog()
    other.strings = [*log.strings]
    other.strings[3] = other.strings[3].replace('"VOC"', '"CRY"').replace('"TALK"', '"JOY"')
    take(log.part())
    take(other.part(4, 4) | {"id": str(log.id)})
    before = photograph()
    assert rows() == [(4, "fork")] and readmit(log, people) == [(4, "fork")]
    by = db.session.get_one(Account, people.accounts["sol"])
    ingest.set_aside(db.session.scalars(select(Quarantined)).all(), "A copy of the tablet sent it.", by)
    assert rows() == [] and photograph() == before
    kept = db.session.scalars(select(Quarantined)).one()
    assert kept.event == other.strings[3] and kept.reason == "A copy of the tablet sent it."
    assert (kept.settled_by_id, kept.settled_at is None) == (by.id, False)
    assert ingest.strings(stored(log)) == log.strings
    raw = db.session.connection().exec_driver_sql("SELECT reason FROM quarantined").scalar_one()
    assert b"copy" not in bytes(raw), "words about people rest sealed"


def test_what_another_person_sent_under_this_log_waits_still(take, people: People) -> None:
    log = observed(people)
    take(log.part())
    take(log.part(2, 3), who="ben")
    assert readmit(log, people) == [] and rows() == [(2, "not_assigned"), (3, "not_assigned")]


def test_a_log_of_which_the_beginning_is_missing_waits(take, people: People) -> None:
    log = observed(people)
    take(log.part(5))
    assert readmit(log, people) == [] and stored(log).stored_upto == 0
    assert db.session.scalar(select(func.count()).select_from(Segment)) == 1


def test_events_that_come_after_it_was_read_again_are_taken_as_ever(take, people: People) -> None:
    end_assignment(people)
    db.session.commit()
    log = whole(people)
    take(log.part(1, 6))
    assign_again(people)
    db.session.commit()
    assert readmit(log, people) == []
    (reply,) = take(log.part(7))
    again = photograph()
    assert reply["stored_upto"] == len(log.strings) and len(again["figures"]) == 1
    forget()
    take(log.part())
    assert again == photograph()


def test_nothing_that_was_made_differs_from_what_recompute_makes(take, people: People) -> None:
    end_assignment(people)
    db.session.commit()
    log = whole(people, present="", **{"context": opening(people)["context"]})
    take(log.part())
    assign_again(people)
    db.session.commit()
    readmit(log, people)
    again = photograph()
    ingest.recompute(stored(log))
    db.session.commit()
    assert photograph() == again


def without_tablets(made: dict[str, list[str]]) -> dict[str, list[str]]:
    """A photograph that does not show with which tablet a log came."""
    return {name: rows for name, rows in made.items() if name != "log"}


def test_what_a_revoked_tablet_sent_counts_when_a_supervisor_lets_it(send, take, revoked, people: People) -> None:
    log = whole(people)
    send(revoked, sealed(log, revoked.server_key, 1, 9, key=LogKey()))
    send(revoked, log.part(10))
    assert len(rows()) == len(log.strings) and db.session.scalars(select(Log)).all() == []
    assert readmit(log, people) == [] and rows() == []
    assert (stored(log).device_id, stored(log).account_id) == (revoked.id, people.accounts["ana"])
    again = without_tablets(photograph())
    assert len(again["figures"]) == 1 and ingest.strings(stored(log)) == log.strings
    forget()
    take(log.part())
    assert again == without_tablets(photograph())


def test_a_tablet_that_was_revoked_in_the_middle_of_sending(send, revoked, people: People) -> None:
    log = whole(people)
    db.session.get_one(Device, revoked.id).revoked_at = None
    db.session.commit()
    send(revoked, log.part(1, 9))
    db.session.get_one(Device, revoked.id).revoked_at = now()
    db.session.commit()
    send(revoked, log.part(15))
    assert readmit(log, people)[0] == (15, "revoked_device"), "a hole is before it"
    send(revoked, log.part(10, 14))
    assert readmit(log, people) == [] and stored(log).closed_at is not None
    assert len(photograph()["figures"]) == 1


def test_what_a_revoked_tablet_sent_may_stay_aside_for_another_reason(send, revoked, people: People) -> None:
    end_assignment(people)
    db.session.commit()
    log = observed(people)
    send(revoked, log.part())
    assert readmit(log, people) == [(1, "not_assigned")] and stored(log).refused == "not_assigned"
    assign_again(people)
    db.session.commit()
    assert readmit(log, people) == [] and rows() == []


@pytest.mark.parametrize("is_revoked", [False, True])
def test_a_row_that_does_not_open_stays_aside_and_holds_nothing_up(
    send, revoked, people: People, is_revoked: bool
) -> None:
    log, key = whole(people), LogKey()
    if not is_revoked:
        db.session.get_one(Device, revoked.id).revoked_at = None
        db.session.commit()
    part = sealed(log, revoked.server_key, key=key)
    part["sealed"][4] = sealed(log, revoked.server_key, 5, 5, key=LogKey())["sealed"][0]
    send(revoked, part)
    assert readmit(log, people) == [(5, "bad_value")] and rows() == [(5, "bad_value")]
    assert stored(log).unreadable == 1 and len(photograph()["figures"]) == 1
