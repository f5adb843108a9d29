"""A database that is busy, away or full: a plain sentence within seconds, nothing half stored, reading goes on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
import sqlalchemy
from flask import Flask
from flask.testing import FlaskClient
from forms import filled, send, token, words
from installation import SECRETS, dispose
from people import People
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlcipher3 import dbapi2
from tablet import batch, observed

from recorder import create_app, sessions
from recorder import db as database
from recorder.db import Base, db

MARKED = {"X-Recorder": "1"}
EVENTS = "/api/v1/sync/events"
PATIENCE = 0.4
ME = {"name": "Ana María", "language": "en"}


@pytest.fixture
def hasty(app: Flask, people: People, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application once more, on the same database, with less patience."""
    monkeypatch.setattr(database, "PATIENCE_SECONDS", PATIENCE)
    hasty = create_app(DATABASE_URL=database_url, TESTING=True, **SECRETS)
    yield hasty
    dispose(hasty)


def as_in(app: Flask, client: FlaskClient) -> FlaskClient:
    """A browser with the same session at another application."""
    other = app.test_client()
    other.set_cookie(sessions.COOKIE, client.get_cookie(sessions.COOKIE).value)
    return other


@contextmanager
def held(database_url: str) -> Iterator[None]:
    """Somebody else writes, and does not come to an end."""
    if database_url.startswith("sqlite"):
        other = dbapi2.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.close()
        return
    engine = sqlalchemy.create_engine(database_url)
    with engine.begin() as other:
        other.exec_driver_sql(f"LOCK TABLE {', '.join(Base.metadata.tables)} IN EXCLUSIVE MODE")
        yield
    engine.dispose()


def test_a_form_that_meets_a_busy_database_is_told_so_in_time(hasty: Flask, signed_in, database_url: str) -> None:
    ana = as_in(hasty, signed_in("ana"))
    form_token = token(ana)
    with held(database_url):
        start = time.monotonic()
        answer = ana.post("/me", data=ME | {"csrf_token": form_token})
        waited = time.monotonic() - start
        assert answer.status_code == 503 and answer.headers["Retry-After"] == "5"
        assert "try again in a moment" in words(answer) and "<main" in words(answer)
        assert PATIENCE * 0.9 <= waited < PATIENCE + 1
        for path in ("/families/", "/visits/", "/me"):
            assert ana.get(path).status_code == 200, "reading goes on"
        assert 'value="Ana"' in words(ana.get("/me")), "nothing was stored"
    assert ana.post("/me", data=ME | {"csrf_token": form_token}).status_code == 302
    assert 'value="Ana María"' in words(ana.get("/me"))


def test_a_tablet_that_meets_a_busy_database_sends_again(
    hasty: Flask, people: People, signed_in, database_url: str
) -> None:
    ana, body = as_in(hasty, signed_in("ana")), batch(observed(people).part())
    with held(database_url):
        answer = ana.post(EVENTS, data=body, headers=MARKED)
        assert answer.status_code == 503 and answer.headers["Retry-After"] == "5"
        assert answer.headers["X-Recorder"] == "1" and answer.json["error"]["status"] == 503
        assert ana.get("/api/v1/sync/pull", headers=MARKED).status_code == 200
    assert ana.post(EVENTS, data=body, headers=MARKED).status_code == 200


def test_an_installation_waits_five_seconds(app: Flask) -> None:
    asks = {"sqlite": ("PRAGMA busy_timeout", 5000), "postgresql": ("SHOW lock_timeout", "5s")}
    with app.app_context(), db.engine.connect() as connection:
        statement, waits = asks[connection.dialect.name]
        assert connection.exec_driver_sql(statement).scalar() == waits
        connection.rollback()
        assert connection.exec_driver_sql(statement).scalar() == waits, "a rollback changes nothing"


def test_a_server_that_is_away_is_told_and_comes_back(app: Flask, people: People, signed_in) -> None:
    ana = signed_in("ana")
    away = create_app(DATABASE_URL="postgresql+psycopg://test@/none?host=/nowhere", TESTING=True, **SECRETS)
    there = as_in(away, ana)
    assert there.get("/families/").status_code == 503
    assert there.get("/api/v1/sync/pull", headers=MARKED).json["error"]["status"] == 503
    assert away.test_client().get("/sign-in").status_code == 200, "what needs no database is there"
    dispose(away)


def test_a_server_that_ends_our_connections_is_asked_on_new_ones(app: Flask, people: People, signed_in) -> None:
    ana = signed_in("ana")
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            db.session.execute(sqlalchemy.text(f"{others} AND pid <> pg_backend_pid()"))
    assert ana.get("/families/").status_code == 200


@contextmanager
def no_room(app: Flask, database_url: str) -> Iterator[None]:
    """The disk is full: SQLite may not grow by a page, PostgreSQL refuses what would need one."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:  # no free page is left either
            connection.connection.cursor().execute("VACUUM")

        def limit(connection, record, proxy) -> None:
            connection.execute("PRAGMA max_page_count=1")  # SQLite takes what it has as the least

        def free(connection, record, proxy) -> None:
            connection.execute("PRAGMA max_page_count=1073741823")

        sqlalchemy.event.listen(engine, "checkout", limit)
        yield
        sqlalchemy.event.remove(engine, "checkout", limit)
        sqlalchemy.event.listen(engine, "checkout", free)
        return
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RAISE EXCEPTION 'could not extend file: No space left' USING ERRCODE = '53100'; END$$"
        )
        for table in ("segment", "family"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION full_disk()"
            )
    yield
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP FUNCTION full_disk CASCADE")


def test_a_full_disk_is_told_and_reading_goes_on(app: Flask, people: People, signed_in, database_url: str) -> None:
    sol, ana = signed_in("sol"), signed_in("ana")
    home = f"/families/{people.families['F-001']}"
    typed = filled(sol.get(f"{home}/edit")) | {"goal": "x" * 4000}
    log = observed(people, cues=60)
    with no_room(app, database_url):
        answer = send(sol, f"{home}/edit", typed)
        assert answer.status_code == 507 and "no room left" in words(answer)
        told = ana.post(EVENTS, data=batch(log.part()), headers=MARKED)
        assert told.status_code == 507 and told.json["error"]["status"] == 507
        assert "More calm at bedtime" in words(sol.get(home))
        assert ana.get("/api/v1/sync/pull", headers=MARKED).status_code == 200
    assert send(sol, f"{home}/edit", typed).status_code == 302, "no restart is needed"
    assert ana.post(EVENTS, data=batch(log.part()), headers=MARKED).status_code == 200


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        (psycopg.errors.LockNotAvailable(), "busy"),
        (psycopg.errors.QueryCanceled(), "busy"),
        (psycopg.errors.DeadlockDetected(), "busy"),
        (psycopg.errors.AdminShutdown(), "busy"),
        (psycopg.errors.TooManyConnections(), "busy"),
        (psycopg.OperationalError("the connection is lost"), "busy"),
        (psycopg.errors.DiskFull(), "full"),
        (psycopg.errors.IoError(), ""),
        (dbapi2.OperationalError("database is locked"), "busy"),
        (dbapi2.OperationalError("database table is locked: family"), "busy"),
        (dbapi2.OperationalError("database or disk is full"), "full"),
        (dbapi2.OperationalError("no such table: locked"), ""),
    ],
    ids=lambda value: repr(value),
)
def test_a_fault_of_ours_is_no_trouble_of_the_database(cause: Exception, reason: str) -> None:
    assert database.trouble(OperationalError("SELECT 1", {}, cause)) == reason


def test_no_connection_left_is_busy_too() -> None:
    assert database.trouble(NoConnectionLeft("QueuePool limit")) == "busy"


def fail_in(app: Flask, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    """The page of one's own account commits, which has every row read again, and then fails."""

    def fail() -> str:
        db.session.commit()
        raise OperationalError("UPDATE account", {"name": "Mia"}, dbapi2.OperationalError(said))

    monkeypatch.setitem(app.view_functions, "account.me", fail)


def test_the_page_that_tells_it_asks_the_database_nothing(app: Flask, signed_in, monkeypatch) -> None:
    ana = signed_in("ana")
    fail_in(app, monkeypatch, "database is locked")
    asked: list[str] = []
    with app.app_context():
        engine = db.engine

    @sqlalchemy.event.listens_for(engine, "before_cursor_execute")
    def watch(connection, cursor, statement, parameters, context, executemany) -> None:
        asked.append(statement)

    assert ana.get("/me").status_code == 503
    assert sum("FROM account" in statement for statement in asked) == 1, "once: to find out who asks"


def test_another_fault_is_a_number_as_ever(app: Flask, signed_in, monkeypatch) -> None:
    ana = signed_in("ana")
    fail_in(app, monkeypatch, "no such table: account")
    app.testing = False
    answer = ana.get("/me")
    assert answer.status_code == 500 and "number" in words(answer) and "Mia" not in words(answer)


def test_what_is_logged_names_nobody(app: Flask, signed_in, monkeypatch, caplog) -> None:
    ana = signed_in("ana")
    fail_in(app, monkeypatch, "database is locked")
    ana.get("/me")
    assert "the database is busy: database is locked" in caplog.text and "Mia" not in caplog.text
