"""The schema goes up, down and up again on both databases, and says exactly what the models say."""

from __future__ import annotations

import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from recorder import db as database
from recorder.db import Base, db


def tables(app: Flask) -> set[str]:
    with app.app_context():
        return set(sqlalchemy.inspect(db.engine).get_table_names())


def test_the_migrations_make_what_the_models_say(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_down_and_up_again(app: Flask) -> None:
    before = tables(app)
    assert before == set(Base.metadata.tables) | {"alembic_version"}
    database.downgrade(app, "base")
    assert tables(app) == {"alembic_version"}
    database.upgrade(app)
    assert tables(app) == before


def test_up_twice_changes_nothing(app: Flask, people) -> None:
    database.upgrade(app)
    with app.app_context():
        assert db.session.scalar(sqlalchemy.text("SELECT count(*) FROM family")) == len(people.families)


def test_foreign_keys_are_on_again_after_a_migration(sqlite_app: Flask) -> None:
    database.upgrade(sqlite_app)
    with sqlite_app.app_context(), db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
