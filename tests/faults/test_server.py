"""What a server may suffer: one batch from eight threads at once, and being killed while tablets send.

Every fault is also tried with its defence switched off, and must then do harm: a test that cannot fail proves nothing.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from itertools import cycle, islice, repeat
from pathlib import Path

import installation
import pytest
from flask import Flask
from people import People
from sqlalchemy import event, func, select
from tablet import TabletLog, batch, beside, observed, opening, second, sort
from waitress import create_server

from recorder import ingest
from recorder.db import db
from recorder.ingest import taking, visits
from recorder.ingest.derived import pairs
from recorder.records.assessments import Assessment
from recorder.records.double_coding import Grant, PairAgreement
from recorder.records.observations import Batch, Cell, Log, Segment, StoredFigures
from recorder.turns import Turns

THREADS = 8
KILLS = 10
SECRETS = {f"RECORDER_{name}": value for name, value in installation.SECRETS.items()}


def credentials(client) -> dict[str, str]:
    """The headers with which a signed-in browser sends."""
    cookie = client.get_cookie("__Host-recorder")
    return {"X-Recorder": "1", "Content-Type": "application/json", "Cookie": f"__Host-recorder={cookie.value}"}


def post(port: int, body: bytes, headers: dict[str, str]) -> tuple[int, dict]:
    """Send one batch to a live server; returns the status and the answer."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/sync/events", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"{}")


@pytest.fixture
def live(app: Flask, people: People) -> Iterator[int]:
    """The application behind waitress in this process, so that a defence can be taken out; the value is its port."""
    app.testing = False
    server = create_server(app, host="127.0.0.1", port=0, threads=THREADS, ident=None)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server.effective_port
    server.close()
    server.task_dispatcher.shutdown()
    thread.join()
    for channel in list(server.active_channels.values()):
        channel.handle_close()


def at_once(port: int, body: bytes, headers: dict[str, str]) -> list[tuple[int, dict]]:
    """Send the same body from eight threads at once."""
    return together(port, [(body, headers)] * THREADS)


def together(port: int, sent: list[tuple[bytes, dict[str, str]]]) -> list[tuple[int, dict]]:
    """Send each body from a thread of its own, all at once."""
    ready, answers = threading.Barrier(len(sent)), []

    def send(body: bytes, headers: dict[str, str]) -> None:
        ready.wait()
        answers.append(post(port, body, headers))

    threads = [threading.Thread(target=send, args=one) for one in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def linger(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every transaction wait between its first look and its first write, so that they surely meet."""
    look = taking._earlier

    def slowly(*arguments):
        found = look(*arguments)
        time.sleep(0.05)
        return found

    monkeypatch.setattr(taking, "_earlier", slowly)


def assert_taken_once(app: Flask, log: TabletLog, answers: list[tuple[int, dict]]) -> None:
    """Everybody got the same answer, and everything is there once."""
    assert [status for status, _ in answers] == [200] * THREADS
    assert all(answer["logs"] == answers[0][1]["logs"] for _, answer in answers)
    with app.app_context():
        row = db.session.scalars(select(Log)).one()
        assert ingest.strings(row) == log.strings
        for table in (Batch, Segment, Assessment if row.kind == "sort" else StoredFigures):
            assert db.session.scalar(select(func.count()).select_from(table)) == 1, table
        assert [cell.visits for cell in db.session.scalars(select(Cell))] == [1, 1] * (row.kind == "observation")


KINDS = pytest.mark.parametrize(("kind", "who"), [(observed, "ana"), (sort, "ben")], ids=["observation", "sort"])


@KINDS
def test_fault_09_one_batch_from_eight_threads_at_once(
    app: Flask, people: People, signed_in, live, monkeypatch, kind, who: str
) -> None:
    linger(monkeypatch)
    log, headers = kind(people), credentials(signed_in(who))
    assert_taken_once(app, log, at_once(live, batch(log.part()), headers))


@KINDS
def test_fault_09_without_unique_constraints_and_turns(
    app: Flask, people: People, signed_in, live, monkeypatch, kind, who: str
) -> None:
    linger(monkeypatch)
    log, headers = kind(people), credentials(signed_in(who))
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            switch_off_turns(monkeypatch)
        else:
            monkeypatch.setattr(taking, "_met_another", lambda error: False)
    answers = at_once(live, batch(log.part()), headers)
    with pytest.raises(AssertionError):
        assert_taken_once(app, log, answers)


def sign_together(app: Flask, people: People, signed_in, live: int, monkeypatch) -> list[tuple[int, dict]]:
    """Two observers of one visit sign at the same time; each transaction stays open for a while after it has looked."""
    look = pairs.remake

    def slowly(log: Log) -> None:
        look(log)
        time.sleep(0.3)

    monkeypatch.setattr(pairs, "remake", slowly)
    with app.app_context():
        db.session.add(Grant(programme_id=people.programme, visit_id=people.visits["mia today"],
                             account_id=people.accounts["ben"], granted_by_id=people.accounts["sol"]))  # fmt: skip
        db.session.commit()
    logs = {"ana": observed(people, sync=True), "ben": second(people)}
    headers = {who: credentials(signed_in(who)) for who in logs}
    for who, log in logs.items():
        post(live, batch(log.part(1, 5)), headers[who])
    return together(live, [(batch(log.part(6)), headers[who]) for who, log in logs.items()])


def assert_paired(app: Flask, answers: list[tuple[int, dict]]) -> None:
    assert [status for status, _ in answers] == [200, 200]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(PairAgreement)) == 1


def test_two_observers_who_sign_at_once_are_paired(app: Flask, people: People, signed_in, live, monkeypatch) -> None:
    assert_paired(app, sign_together(app, people, signed_in, live, monkeypatch))


def test_two_who_take_no_turns_at_the_visit_miss_each_other(
    app: Flask, people: People, signed_in, live, monkeypatch
) -> None:
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            switch_off_turns(monkeypatch)
    monkeypatch.setattr(visits, "took_place", lambda log: None)
    answers = sign_together(app, people, signed_in, live, monkeypatch)
    with pytest.raises(AssertionError):
        assert_paired(app, answers)


def switch_off_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let SQLite begin as its driver would: a transaction that reads first, and asks for the lock when it is late."""
    monkeypatch.setattr(Turns, "take", lambda self, seconds: True)

    @event.listens_for(db.engine, "before_cursor_execute", retval=True)
    def defer(connection, cursor, statement, parameters, context, many):
        return statement.replace("BEGIN IMMEDIATE", "BEGIN"), parameters


class Killed:
    """A server process that can be killed and comes back on the same port."""

    def __init__(self, database_url: str, *without: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.command = [sys.executable, str(Path(__file__).parent / "serving.py"), str(self.port), *without]
        self.environment = os.environ | SECRETS | {"RECORDER_DATABASE_URL": database_url}
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, env=self.environment)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Sender:
    """A tablet that sends what it has, a few events a batch, and sends the same batch again until it is answered."""

    def __init__(self, port: int, headers: dict[str, str], log: TabletLog) -> None:
        self.port, self.headers, self.log, self.acknowledged = port, headers, log, 0

    def deliver(self) -> None:
        """Send all that is not acknowledged yet."""
        while self.acknowledged < len(self.log.strings):
            start = self.acknowledged + 1
            reply = self.persist(batch(self.log.part(start, start + 2)))
            assert reply["head"] == self.log.head(reply["stored_upto"])
            self.acknowledged = reply["stored_upto"]

    def persist(self, body: bytes) -> dict:
        for _ in range(2000):
            try:
                status, answer = post(self.port, body, self.headers)
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
                continue
            assert status == 200, answer
            return answer["logs"][0]
        raise AssertionError("the server never came back")


def send_under_kills(
    server: Killed, sender: Sender, said: Iterator[tuple[str, str, dict | None]], kills: int, seed: int
) -> None:
    """Say three things at a time and send without a pause while the server is killed again and again."""
    chance = random.Random(seed)
    sender.deliver()
    for _ in range(kills):
        killer = threading.Timer(chance.uniform(0.0, 0.15), server.kill)
        killer.start()
        while killer.is_alive():
            for kind, code, data in islice(said, 3):
                sender.log.add(kind, code, data, after_ms=1500)
            if not killer.is_alive():
                break
            send_one(sender)
        killer.join()
        server.start()
        sender.deliver()


def send_one(sender: Sender) -> None:
    """Send the next batch; a server that dies under it leaves it for later."""
    start = sender.acknowledged + 1
    try:
        status, answer = post(sender.port, batch(sender.log.part(start, start + 2)), sender.headers)
    except (OSError, http.client.HTTPException):
        return
    assert status == 200, answer
    sender.acknowledged = answer["logs"][0]["stored_upto"]


def assert_nothing_lost_or_doubled(app: Flask, log: TabletLog) -> None:
    with app.app_context():
        row = db.session.scalars(select(Log)).one()
        assert ingest.strings(row) == log.strings and row.head == log.head(len(log.strings))
        figures = db.session.scalars(select(StoredFigures)).one()
        assert figures.cues == sum('"tap"' in string for string in log.strings)
        covered = db.session.execute(select(Segment.from_seq, Segment.upto_seq).order_by(Segment.from_seq)).all()
        assert [start for start, _ in covered] == [1, *(upto + 1 for _, upto in covered[:-1])]


def test_a_server_killed_between_batches_loses_and_doubles_nothing(
    app: Flask, database_url: str, people: People, signed_in
) -> None:
    server = Killed(database_url)
    try:
        sender = Sender(server.port, credentials(signed_in("ana")), TabletLog())
        sender.log.add("open", data=opening(people))
        send_under_kills(server, sender, repeat(("tap", "VOC", None)), KILLS, seed=1)
        sender.log.add("end", after_ms=240_000)
        sender.log.add("close")
        sender.deliver()
    finally:
        server.kill()
    assert_nothing_lost_or_doubled(app, sender.log)


def test_a_server_killed_while_cards_are_sorted_loses_and_doubles_none(
    app: Flask, database_url: str, people: People, signed_in
) -> None:
    server = Killed(database_url)
    whole = sort(people)
    cards = [(event["code"], event["data"]) for event in map(json.loads, whole.strings[1:-1])]
    try:
        sender = Sender(server.port, credentials(signed_in("ben")), TabletLog())
        sender.log.add("open", data=beside(people, "sort", "safe-base-cards", distribution=[4] * 9))
        send_under_kills(server, sender, (("place", *card) for card in cycle(cards)), KILLS // 2, seed=2)
        for card in cards:
            sender.log.add("place", *card)
        sender.log.add("close")
        sender.deliver()
    finally:
        server.kill()
    with app.app_context():
        row = db.session.scalars(select(Log)).one()
        assert ingest.strings(row) == sender.log.strings and row.head == sender.log.head(len(sender.log.strings))
        assessment = db.session.scalars(select(Assessment)).one()
        assert json.loads(assessment.answers)["9a"] == 9 and assessment.scores["scores"]["security"] > 0.99


def test_a_server_that_answers_before_commit_loses_events_when_killed(
    app: Flask, database_url: str, people: People, signed_in
) -> None:
    server = Killed(database_url, "ack_after_commit")
    try:
        sender = Sender(server.port, credentials(signed_in("ana")), TabletLog())
        sender.log.add("open", data=opening(people))
        sender.deliver()
        server.kill()
        server.start()
        for _ in range(3):
            sender.log.add("tap", "VOC", after_ms=1500)
        sender.deliver()
        time.sleep(0.5)
    finally:
        server.kill()
    with pytest.raises((AssertionError, LookupError)):
        with app.app_context():
            row = db.session.scalars(select(Log)).one()
            assert ingest.strings(row) == sender.log.strings
