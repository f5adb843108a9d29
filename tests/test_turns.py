"""Writers of one process take turns in the order in which they ask; who waits too long is told that it is busy."""

from __future__ import annotations

import threading
import time
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from recorder import db as database
from recorder.db import db, trouble
from recorder.turns import Turns


def wait_until(condition) -> None:
    until = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.001)


def test_they_come_in_the_order_of_asking() -> None:
    turns, order = Turns(), []

    def work(number: int) -> None:
        assert turns.take(5)
        order.append(number)
        turns.give()

    assert turns.take(0)
    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for number, thread in enumerate(threads, 1):
        thread.start()
        wait_until(lambda number=number: len(turns._waiting) == number)
    turns.give()
    for thread in threads:
        thread.join()
    assert order == list(range(8))
    assert turns.take(0), "the last one handed it back"


def test_who_gave_up_waiting_is_passed_over() -> None:
    turns = Turns()
    assert turns.take(0)
    assert not turns.take(0.01)
    turns.give()
    assert turns.take(0)


def test_two_never_have_it_at_once() -> None:
    turns, spans = Turns(), []

    def work() -> None:
        for _ in range(50):
            if turns.take(0.0005):  # some give up just as their turn comes
                start = time.perf_counter()
                time.sleep(0.0002)
                spans.append((start, time.perf_counter()))
                turns.give()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(one[1] <= other[0] for one, other in pairwise(sorted(spans)))
    assert turns.take(0)


def test_a_writer_that_waited_too_long_is_told_that_it_is_busy(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.05)
    with sqlite_app.app_context():
        with db.engine.begin(), pytest.raises(OperationalError) as busy:
            db.engine.connect().begin()
        assert trouble(busy.value) == "busy"
        with db.engine.begin() as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1


def test_the_turn_is_kept_until_the_disk_has_it(sqlite_app: Flask) -> None:
    """Two transactions of one connection are one turn, and a failure gives it back."""
    with sqlite_app.app_context():
        with db.engine.connect() as connection:
            for _ in range(2):
                with connection.begin():
                    connection.exec_driver_sql("SELECT 1")
        with pytest.raises(ZeroDivisionError), db.engine.begin():
            raise ZeroDivisionError
        with db.engine.begin() as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1
