"""Fault 30: many tablets with random schedules against the real server, and a state machine of both against a model.

The model of a tablet is a list of exact strings. Whatever was sent how often, in which order and with which reply lost,
the server holds a beginning of the list at any time, what it acknowledged at least, and all of it in the end.
"""

from __future__ import annotations

import json
import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from enrolling import Enrolled, enrol
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from installation import dispose
from people import People
from simulated import Refused, Simulated
from sqlalchemy import func, select
from tablet import TabletLog, opening

from recorder import devices
from recorder.db import db, uuid7
from recorder.ingest import segments
from recorder.records.life import begin_another
from recorder.records.observations import Log, Quarantined

TABLETS = 20
CODES = ("VOC", "TALK", "LOOK", "JOY", "CRY", "COMF")


def visit(people: People) -> TabletLog:
    """A log at a visit of its own."""
    log = TabletLog()
    log.add("open", data=opening(people, visit=str(uuid7())))
    return log


def schedule(tablet: Simulated, people: People, seed: int) -> TabletLog:
    """One visit of one tablet: taps, batches in any order, replies that are not heard; then everything is delivered."""
    chance = random.Random(seed)
    log = tablet.keep(visit(people))
    for _ in range(6):
        for _ in range(chance.randint(0, 4)):
            log.add("tap", chance.choice(CODES), after_ms=chance.randint(250, 4000))
        step, count = chance.random(), len(log.strings)
        if step < 0.4:
            tablet.send_next(log, chance.randint(1, 6))
        elif step < 0.8:  # overlaps, holes, the same again; its reply is lost
            first = chance.randint(1, count)
            tablet.send(log, first, chance.randint(first, count))
    log.add("end", after_ms=1000)
    tablet.deliver(chance.choice((1, 4, 200)))
    return log


def soak(app: Flask, people: People, address: str, schedules: int, seed: int) -> None:
    """Twenty tablets at once, one schedule after the other; after each the server is compared with the tablets."""
    made = [Simulated(address, enrol(app, people)) for _ in range(TABLETS)]
    with ThreadPoolExecutor(TABLETS) as pool:
        for number in range(schedules):
            seeds = range(seed + number * TABLETS, seed + (number + 1) * TABLETS)
            logs = list(pool.map(lambda one, its: schedule(one, people, its), made, seeds))
            assert_held_whole(app, logs)
            for tablet in made:
                tablet.logs.clear()
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Log)) == schedules * TABLETS
        assert db.session.scalar(select(func.count()).select_from(Quarantined)) == 0


def assert_held_whole(app: Flask, logs: list[TabletLog]) -> None:
    with app.app_context():
        rows = db.session.scalars(select(Log).where(Log.id.in_([log.id for log in logs]))).all()
        held = {row.id: segments.strings(row) for row in rows}
    assert held == {log.id: log.strings for log in logs}


@pytest.fixture
def unlimited(monkeypatch) -> None:
    """A tablet may post more often than a hundred times a minute here: twenty of them send for weeks."""
    monkeypatch.setattr(devices, "MOST_A_MINUTE", 10**9)


def test_fault_30_two_hundred_schedules_of_twenty_tablets(app: Flask, people: People, serving, unlimited) -> None:
    soak(app, people, serving.address, 200 if on_sqlite(app) else 40, seed=0)


@pytest.mark.campaign
def test_fault_30_ten_thousand_schedules(app: Flask, people: People, serving, unlimited) -> None:
    soak(app, people, serving.address, 10_000, seed=1_000_000)


def on_sqlite(app: Flask) -> bool:
    with app.app_context():
        return db.engine.dialect.name == "sqlite"


def test_fault_30_a_server_that_only_appends(app: Flask, people: People, serving, unlimited, monkeypatch) -> None:
    monkeypatch.setattr(segments, "join", append)
    monkeypatch.setattr(Simulated, "deliver", lambda self, most=200: None)  # it would never be content
    with pytest.raises(AssertionError):
        soak(app, people, serving.address, 1, seed=0)


def append(log, part):
    run = segments.Run(log.stored_upto + 1, log.head, list(part.events))
    log.head, log.stored_upto = segments.extend(run.head, run.events), run.upto_seq
    return segments.Stored(fresh=[run], joined=list(part.events))


class InProcess(Simulated):
    """A tablet whose calls go straight into the application."""

    def __init__(self, app: Flask, enrolled: Enrolled) -> None:
        super().__init__("", enrolled)
        self.client = app.test_client()

    def call(self, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        answer = self.client.post(path, data=body, headers=self.enrolled.headers, content_type="application/json")
        return answer.status_code, json.loads(answer.data)


class Both(RuleBasedStateMachine):
    """A tablet and a server that is restored now and then, against the list of what was tapped."""

    app: Flask
    people: People
    enrolled: Enrolled
    path: Path

    def __init__(self) -> None:
        super().__init__()
        self.tablet = InProcess(self.app, self.enrolled)
        self.backup: Path | None = None
        self.log = self.tablet.keep(visit(self.people))

    @rule(code=st.sampled_from(CODES), after_ms=st.integers(0, 5000))
    def tap(self, code: str, after_ms: int) -> None:
        self.log.add("tap", code, after_ms=after_ms)

    @rule()
    def next_visit(self) -> None:
        self.log = self.tablet.keep(visit(self.people))

    @rule(data=st.data())
    def send_next(self, data: st.DataObject) -> None:
        waiting = [log for log in self.tablet.logs if not self.tablet.is_sent(log)]
        if waiting:
            self.tried(lambda: self.tablet.send_next(data.draw(st.sampled_from(waiting)), data.draw(st.integers(1, 5))))

    @rule(data=st.data())
    def send_unheard(self, data: st.DataObject) -> None:
        log = data.draw(st.sampled_from(self.tablet.logs))
        first = data.draw(st.integers(1, len(log.strings)))
        self.tried(lambda: self.tablet.send(log, first, data.draw(st.integers(first, len(log.strings)))))

    @precondition(lambda self: self.backup is None)
    @rule()
    def back_up(self) -> None:
        dispose(self.app)
        self.backup = self.path.with_suffix(".backup")
        shutil.copy(self.path, self.backup)

    @precondition(lambda self: self.backup is not None)
    @rule()
    def restore(self) -> None:
        assert self.backup
        dispose(self.app)
        for part in ("-wal", "-shm"):
            Path(f"{self.path}{part}").unlink(missing_ok=True)
        shutil.copy(self.backup, self.path)
        with self.app.app_context():
            begin_another()
            db.session.commit()
        self.backup = None

    def tried(self, work) -> None:
        try:
            work()
        except Refused as error:
            assert "restored" in str(error), error

    @invariant()
    def the_server_holds_a_beginning(self) -> None:
        with self.app.app_context():
            rows = {row.id: segments.strings(row) for row in db.session.scalars(select(Log)).all()}
        for log in self.tablet.logs:
            held = rows.get(log.id, [])
            assert held == log.strings[: len(held)]

    def teardown(self) -> None:
        self.tablet.deliver(seconds=30)
        if self.tablet.logs:
            assert_held_whole(self.app, self.tablet.logs)
        super().teardown()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_fault_30_a_tablet_and_a_server_against_a_model(app: Flask, people: People, unlimited) -> None:
    machine = type("Machine", (Both,), made_of(app, people))
    run_state_machine_as_test(machine, settings=SETTINGS)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_fault_30_the_model_finds_a_server_that_only_appends(
    app: Flask, people: People, unlimited, monkeypatch
) -> None:
    monkeypatch.setattr(segments, "join", append)
    monkeypatch.setattr(Both, "teardown", lambda self: None)
    machine = type("Machine", (Both,), made_of(app, people))
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine, settings=SETTINGS)


def made_of(app: Flask, people: People) -> dict[str, Any]:
    path = Path(app.config["DATABASE_URL"].removeprefix("sqlite:///"))
    return {"app": app, "people": people, "enrolled": enrol(app, people), "path": path}


SETTINGS = settings(
    max_examples=25, stateful_step_count=25, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
