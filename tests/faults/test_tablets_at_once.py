"""What tablets do at the same moment, on both databases: one code enrols one tablet, one sealed batch counts once, the
limit of a hundred a minute is a hundred whoever counts, and the first two to need a pair of keys get the same one."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from enrolling import enrol
from flask import Flask
from people import People
from sealing import LogKey, sealed
from sqlalchemy import delete, func, select
from tablet import batch, observed

from recorder import devices, ingest
from recorder.db import db
from recorder.records.devices import Device, ProgrammeKey
from recorder.records.observations import Batch, Log, Segment, StoredFigures
from recorder.records.people import Account

THREADS = 8
MARKED = {"X-Recorder": "1"}


@pytest.fixture
def at_once(app: Flask) -> Callable[..., list[Any]]:
    """A function that posts a body many times, eight at a time; returns the answers."""

    def at_once(path: str, body: bytes, headers: dict[str, str], times: int = THREADS) -> list[Any]:
        def send(_: int) -> Any:
            return app.test_client().post(path, data=body, headers=headers, content_type="application/json")

        with ThreadPoolExecutor(THREADS) as threads:
            return list(threads.map(send, range(times)))

    return at_once


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table))


def code(app: Flask, people: People) -> str:
    with app.app_context():
        made = devices.code_to_enrol(db.session.get_one(Account, people.accounts["sol"]))
        db.session.commit()
        return made


def test_one_code_enrols_one_tablet(app: Flask, people: People, at_once) -> None:
    body = json.dumps({"code": code(app, people), "name": "Tablet"}).encode()
    answers = at_once("/api/v1/enrol", body, MARKED)
    assert sorted(answer.status_code for answer in answers) == [201] + [403] * (THREADS - 1)
    with app.app_context():
        assert count(Device) == 1


def test_one_sealed_batch_counts_once(app: Flask, people: People, at_once) -> None:
    tablet, log = enrol(app, people), observed(people)
    body = batch(sealed(log, tablet.server_key, key=LogKey()))
    answers = at_once("/api/v1/sync/events", body, tablet.headers)
    assert [answer.status_code for answer in answers] == [200] * THREADS
    assert all(answer.json["logs"] == answers[0].json["logs"] for answer in answers)
    with app.app_context():
        assert ingest.strings(db.session.scalars(select(Log)).one()) == log.strings
        assert [count(table) for table in (Batch, Segment, StoredFigures)] == [1, 1, 1]


def test_a_hundred_is_a_hundred_whoever_counts(app: Flask, people: People, at_once) -> None:
    tablet = enrol(app, people)
    answers = at_once("/api/v1/sync/manifest", b'{"logs": []}', tablet.headers, times=130)
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(200), statuses.count(429)) == (100, 30)


def test_the_first_two_who_need_a_pair_of_keys_get_the_same(app: Flask, people: People, at_once) -> None:
    with app.app_context():
        db.session.execute(delete(ProgrammeKey))
        db.session.commit()
    bodies = [json.dumps({"code": code(app, people), "name": "Tablet"}).encode() for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda body: at_once("/api/v1/enrol", body, MARKED, times=1)[0], bodies))
    keys = {answer.json["server_key"] for answer in answers}
    with app.app_context():
        assert keys == set(db.session.scalars(select(ProgrammeKey.public))) and len(keys) == 1
