"""PostgreSQL's wall between programmes: with our own filter taken out another programme's rows still do not come."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import matrix
import pytest
import sqlalchemy
from flask import Flask
from forms import words
from installation import SECRETS, dispose
from matrix import Cell, World
from people import People
from sqlalchemy import func, select

from recorder import access, create_app, wall
from recorder.db import Base, db
from recorder.records.families import Family
from recorder.records.people import Site

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

OWNER = "recorder_owner"
FAR = Cell("families.show", "GET", "/families/<uuid:id>", ("family",), "visitor", "far")


@pytest.fixture
def walled(app: Flask, people: People, database_url: str) -> Iterator[World]:
    """The matrix's world, served by somebody who owns the tables and is no superuser, as an installation has it."""
    with app.app_context(), db.engine.begin() as connection:
        there = connection.exec_driver_sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{OWNER}'").scalar()
        if not there:
            connection.exec_driver_sql(f"CREATE ROLE {OWNER} LOGIN NOSUPERUSER NOBYPASSRLS")
        connection.exec_driver_sql(f"GRANT ALL ON SCHEMA public TO {OWNER}")
        for name in [*Base.metadata.tables, "alembic_version"]:
            connection.exec_driver_sql(f'ALTER TABLE "{name}" OWNER TO {OWNER}')
        wall.build(connection)
    served = create_app(DATABASE_URL=database_url.replace("//test@", f"//{OWNER}@"), **SECRETS)
    yield matrix.build(served, people)
    dispose(served)


@contextmanager
def no_filter() -> Iterator[None]:
    """The application's own question is gone: any family's page may be fetched by anybody."""
    with pytest.MonkeyPatch.context() as patch:
        for name, unguarded in matrix.without_fetchers("family").items():
            patch.setattr(access, name, unguarded)
        yield


def loosen(app: Flask, statement: str) -> None:
    with app.app_context(), db.engine.begin() as connection:
        for name in wall.tables():
            connection.exec_driver_sql(f'ALTER TABLE "{name}" {statement} ROW LEVEL SECURITY')


@pytest.mark.parametrize("statement", ["DISABLE", "NO FORCE"])
def test_without_our_filter_the_wall_holds_and_without_the_wall_nothing_does(walled: World, statement: str) -> None:
    mate = Cell(FAR.endpoint, FAR.method, FAR.rule, FAR.kinds, FAR.principal, "mate")
    with no_filter():
        assert walled.ask(mate)[0] == 200, "the filter is gone"
        assert walled.ask(FAR)[0] == 404
        loosen(walled.app, statement)
        assert walled.ask(FAR)[0] == 200


def test_what_one_request_set_is_not_the_next_ones(walled: World, people: People) -> None:
    """On the same pooled connection, in another transaction, there is no programme yet."""
    with walled.app.app_context():
        engine = db.engine
        everybody = db.session.scalar(select(func.count()).select_from(Family))
    assert everybody == len(people.families)
    assert walled.ask(FAR)[0] == 404
    with engine.connect() as connection:
        said = connection.exec_driver_sql(f"SELECT current_setting('{wall.SETTING}', true)").scalar()
        assert said in {None, ""}


def test_a_row_cannot_be_written_into_another_programme(walled: World, people: People) -> None:
    with walled.app.test_request_context(), pytest.raises(sqlalchemy.exc.ProgrammingError, match="row-level security"):
        wall.keep_to(people.programme)
        row = {"id": uuid.uuid4(), "programme_id": people.other_programme, "name": "East", "zone": "UTC"}
        db.session.execute(sqlalchemy.insert(Site).values(row))


def test_a_sign_in_name_of_another_programme_is_still_taken(walled: World) -> None:
    """Nobody sees whose it is; the database knows that it is somebody's."""
    new = {"csrf_token": walled.tokens["administrator"], "name": "Olga", "sign_in": "olga", "role": "manager",
           "site": "", "supervisor": "", "language": "en"}  # fmt: skip
    answer = walled.browser.post("/accounts/", data=new, headers=walled.headers["administrator"])
    assert answer.status_code == 422 and "this sign-in name already" in words(answer)


def test_every_table_of_a_programme_has_its_policy(walled: World) -> None:
    with walled.app.app_context(), db.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid "
            "WHERE c.relrowsecurity AND c.relforcerowsecurity"
        )
        assert {name for (name,) in rows} == set(wall.tables()) and len(wall.tables()) > 25
