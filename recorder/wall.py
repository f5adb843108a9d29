"""What holds programmes apart when a query of ours forgets to? PostgreSQL itself, row by row.

Every table with a `programme_id` has a policy: as soon as it is known who asks, only rows of her programme can be read
or written, whatever is asked for. Until then (who is it that signs in?), and for commands, there is no such limit. The
programme is set for one transaction at a time: what a session keeps would be the next one's on a pooled connection.
Policies are forced on the tables' owner too; a superuser passes all of them, so the server signs in as somebody else.
SQLite has nothing of the kind.
"""

from __future__ import annotations

import uuid

import flask
from sqlalchemy import Connection, Engine, event

from recorder.db import Base, db

SETTING = "recorder.programme"
_NOW = f"nullif(current_setting('{SETTING}', true), '')"
POLICY = f"{_NOW} IS NULL OR programme_id = {_NOW}::uuid"


def tables() -> list[str]:
    """The tables whose rows belong to a programme."""
    return [table.name for table in Base.metadata.sorted_tables if "programme_id" in table.columns]


def build(connection: Connection) -> None:
    """Give every table its policy, in PostgreSQL; what is there already is made anew."""
    if connection.dialect.name != "postgresql":
        return
    for name in tables():
        for statement in (
            f'ALTER TABLE "{name}" ENABLE ROW LEVEL SECURITY',
            f'ALTER TABLE "{name}" FORCE ROW LEVEL SECURITY',
            f'DROP POLICY IF EXISTS one_programme ON "{name}"',
            f'CREATE POLICY one_programme ON "{name}" USING ({POLICY}) WITH CHECK ({POLICY})',
        ):
            connection.exec_driver_sql(statement)


def attach(engine: Engine) -> None:
    """Have each transaction of a request keep to the programme of who asks."""
    if engine.dialect.name != "postgresql":
        return

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if flask.has_request_context() and (programme := flask.g.get("programme_id")) is not None:
            _keep(connection, programme)


def keep_to(programme_id: uuid.UUID) -> None:
    """Keep this request to one programme from here on: the transaction that is open, and each one after it."""
    flask.g.programme_id = programme_id
    if db.engine.dialect.name == "postgresql":
        _keep(db.session.connection(), programme_id)


def _keep(connection: Connection, programme_id: uuid.UUID) -> None:
    connection.exec_driver_sql(f"SET LOCAL {SETTING} = '{uuid.UUID(str(programme_id))}'")
