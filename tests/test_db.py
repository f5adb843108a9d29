"""What the database keeps: times with their zone, sealed words, ids that sort; the same on both kinds."""

from __future__ import annotations

import sqlite3
import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy
from cryptography.exceptions import InvalidTag
from flask import Flask

from recorder import key_chain
from recorder.db import db, fingerprint, seal, unseal, uuid7
from recorder.records.families import Child
from recorder.records.people import Account, Programme


def test_a_time_comes_back_in_utc_with_its_zone(app: Flask) -> None:
    with app.app_context():
        noon = datetime(2026, 3, 2, 12, 0, tzinfo=timezone(timedelta(hours=-6)))
        db.session.add(Programme(name="First", created_at=noon))
        db.session.commit()
        stored = db.session.scalars(sqlalchemy.select(Programme)).one().created_at
        assert stored == noon and stored.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(app: Flask) -> None:
    with app.app_context():
        db.session.add(Programme(name="First", created_at=datetime(2026, 3, 2)))
        with pytest.raises(sqlalchemy.exc.StatementError, match="without a zone"):
            db.session.commit()


def test_a_name_is_unreadable_in_the_database(app: Flask, people) -> None:
    with app.app_context():
        raw = db.session.execute(sqlalchemy.text("SELECT first_name FROM child")).scalars().all()
        assert raw and all(b"Mia" not in bytes(value) for value in raw)
        names = db.session.scalars(sqlalchemy.select(Account.name)).all()
        assert "Ana" in names


def test_what_was_sealed_for_one_column_does_not_open_in_another(app: Flask) -> None:
    from cryptography.exceptions import InvalidTag

    with app.app_context():
        sealed = seal(b"Mia", "child.first_name")
        assert unseal(sealed, "child.first_name") == b"Mia"
        assert seal(b"Mia", "child.first_name") != sealed
        with pytest.raises(InvalidTag):
            unseal(sealed, "caregiver.first_name")


def test_a_fingerprint_finds_the_same_child_and_no_other(app: Flask) -> None:
    with app.app_context():
        assert fingerprint("Mia", "2025-01-02") == fingerprint(" mia ", "2025-01-02")
        assert fingerprint("Mia", "2025-01-02") != fingerprint("Mia", "2025-01-03")


def test_ids_sort_by_the_time_they_were_made() -> None:
    first, second = uuid7(), uuid7()
    assert first.version == second.version == 7 and first.variant == "specified in RFC 4122"
    assert first.int >> 80 <= second.int >> 80


def test_sqlite_is_durable_strict_and_current(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), db.engine.connect() as connection:
        values = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in
                  ("journal_mode", "synchronous", "foreign_keys")]  # fmt: skip
        assert values == ["wal", 2, 1]
        version = connection.exec_driver_sql("SELECT sqlite_version()").scalar()
        assert tuple(map(int, str(version).split("."))) >= (3, 51, 3)


def test_an_old_sqlite_is_refused_with_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlcipher3 import dbapi2

    from recorder.db import engine_options

    monkeypatch.setattr(dbapi2, "sqlite_version_info", sqlite3.sqlite_version_info[:1] + (40, 1))
    with pytest.raises(RuntimeError, match="pip install --upgrade sqlcipher3"):
        engine_options("sqlite:///x")


def test_a_familys_words_are_sealed_with_its_own_key_and_never_without_an_owner(app: Flask, people) -> None:
    with app.app_context():
        rows = db.session.execute(sqlalchemy.text("SELECT family_id, first_name FROM child")).all()
        for family_id, name in rows:
            assert uuid.UUID(bytes=bytes(name)[4:20]) == uuid.UUID(str(family_id))
        with pytest.raises(sqlalchemy.exc.StatementError, match="say whose key"):
            db.session.execute(sqlalchemy.update(Child).values(first_name="Mia"))


def test_what_was_sealed_under_the_installations_key_still_opens_and_moves_with_the_next_change(
    app: Flask, people
) -> None:
    with app.app_context():
        old = seal(b"Ana", "account.name")
        db.session.execute(sqlalchemy.text("UPDATE account SET name = :name WHERE sign_in = 'ana'"), {"name": old})
        db.session.commit()
        ana = db.session.scalars(sqlalchemy.select(Account).where(Account.sign_in == "ana")).one()
        assert ana.name == "Ana"
        ana.name = "Anna"
        db.session.commit()
        raw = db.session.execute(sqlalchemy.text("SELECT name FROM account WHERE sign_in = 'ana'")).scalar_one()
        assert bytes(raw)[:4] == b"RKC1" and ana.name == "Anna"


def test_a_key_of_another_family_opens_nothing(app: Flask, people) -> None:
    one, other = uuid7(), uuid7()
    with app.app_context():
        sealed = seal(b"Mia", "child.first_name", one, people.programme)
        seal(b"Kai", "child.first_name", other, people.programme)
        with pytest.raises(InvalidTag):
            unseal(sealed[:4] + other.bytes + sealed[20:], "child.first_name")
        with pytest.raises(InvalidTag):
            unseal(sealed, "caregiver.first_name")
        with pytest.raises(key_chain.KeyMissing, match="bring the store"):
            unseal(sealed[:4] + uuid7().bytes + sealed[20:], "child.first_name")
