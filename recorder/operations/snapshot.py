"""How is all of a database read at one moment while others write, and written into an empty one?

SQLite: its own backup, in one step (`pages=-1`; in several it starts again with each write of others), and its own
check of the copy. PostgreSQL: every table as COPY writes it, in one repeatable-read transaction, beside the number of
the schema; read back into a database of the same schema, all or nothing. What is read is a stream of bytes.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Table, text

from recorder.db import db

READ_BYTES = 1 << 20


class NotWhole(ValueError):
    """A copy or a database that is not as it must be; the message is one sentence."""


def kind() -> str:
    """Which database this is: "sqlite" or "postgresql"."""
    return db.engine.dialect.name


def revision() -> str | None:
    """The number of the schema, None for a database without one."""
    from alembic.runtime.migration import MigrationContext

    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def sqlite_file() -> Path:
    """Where the SQLite database rests."""
    return Path(str(db.engine.url.database))


def copy_sqlite(to: Path) -> None:
    """Copy the SQLite database as it is at one moment to a new file, and check the copy. Raises `NotWhole`."""
    from sqlcipher3 import dbapi2

    source, target = dbapi2.connect(str(sqlite_file())), dbapi2.connect(str(to))
    try:
        source.backup(target, pages=-1)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without a second one beside it
    finally:
        source.close()
        target.close()
    check_sqlite(to)


def check_sqlite(path: Path) -> None:
    """Let SQLite check a file of its own. Raises `NotWhole`."""
    from sqlcipher3 import dbapi2

    with contextlib.closing(dbapi2.connect(str(path))) as connection:
        try:
            said = [row[0] for row in connection.execute("PRAGMA integrity_check(1)")]
            orphans = connection.execute("PRAGMA foreign_key_check").fetchone()
        except dbapi2.DatabaseError as error:
            raise NotWhole(f"The copy is no whole database: {error}.") from error
    if said != ["ok"] or orphans:
        raise NotWhole(
            f"The copy is no whole database: {said[0] if said != ['ok'] else f'a row of {orphans[0]} has no parent'}."
        )


def read_postgresql() -> Iterator[bytes]:
    """Every table as it is at one moment: a line of JSON (table, columns, bytes) before each stretch of rows, and one
    that says `end` after the last."""
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection, connection.begin():
        connection.execute(text("SET TRANSACTION READ ONLY"))
        for table in _tables(connection):
            yield from _read(connection, table)
    yield b'{"end": true}\n'


def _read(connection: Connection, table: Table) -> Iterator[bytes]:
    names = [column.name for column in table.columns]
    statement = f"COPY {_quoted(table.name)} ({', '.join(map(_quoted, names))}) TO STDOUT (FORMAT BINARY)"
    with connection.connection.cursor().copy(statement) as rows:
        for piece in rows:
            head = {"table": table.name, "columns": names, "bytes": len(piece)}
            yield json.dumps(head).encode() + b"\n" + bytes(piece)


def write_postgresql(content: Iterator[bytes]) -> None:
    """Fill the tables of an empty database of the same schema, all or nothing. Raises `NotWhole`."""
    stream = _Stream(content)
    with db.engine.connect() as connection, connection.begin():
        present = connection.execute(text("SELECT count(*) FROM programme")).scalar()
        if present:
            raise NotWhole("This database is not empty: restore into a new one, so that nothing is lost.")
        tables = _tables(connection)
        walled = _walled(connection)
        for name in walled:  # COPY cannot bring rows in where the owner is kept out, too
            connection.execute(text(f"ALTER TABLE {_quoted(name)} NO FORCE ROW LEVEL SECURITY"))
        connection.execute(text("DELETE FROM life"))
        _fill(connection, {table.name: table for table in tables}, stream)
        for table in tables:
            _count_on(connection, table)
        for name in walled:
            connection.execute(text(f"ALTER TABLE {_quoted(name)} FORCE ROW LEVEL SECURITY"))


def _walled(connection: Connection) -> list[str]:
    """The tables whose policies hold for their owner, too (`wall`)."""
    return list(connection.scalars(text("SELECT relname FROM pg_class WHERE relforcerowsecurity ORDER BY relname")))


def _tables(connection: Connection) -> list[Table]:
    """The tables that are there, each after those it refers to."""
    there = MetaData()
    there.reflect(connection)
    return [table for table in there.sorted_tables if table.name != "alembic_version"]


def _fill(connection: Connection, tables: dict[str, Table], stream: _Stream) -> None:
    said = stream.line()
    while "end" not in said:
        table, columns = tables[said["table"]], said["columns"]
        statement = f"COPY {_quoted(table.name)} ({', '.join(map(_quoted, columns))}) FROM STDIN (FORMAT BINARY)"
        with connection.connection.cursor().copy(statement) as rows:
            while said.get("table") == table.name:
                rows.write(stream.take(said["bytes"]))
                said = stream.line()


def _count_on(connection: Connection, table: Table) -> None:
    """Let a table's own numbers go on after the largest that was brought in."""
    column = table.autoincrement_column
    if column is None:
        return
    place = {"table": _quoted(table.name), "column": column.name}
    sequence = connection.execute(text("SELECT pg_get_serial_sequence(:table, :column)"), place).scalar()
    if sequence:
        largest = f"(SELECT max({_quoted(column.name)}) FROM {_quoted(table.name)})"  # nosec B608 - our own names
        onward = f"SELECT setval(:sequence, coalesce({largest}, 1), {largest} IS NOT NULL)"  # nosec B608 - our own names
        connection.execute(text(onward), {"sequence": sequence})


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class _Stream:
    """Bytes that come in pieces, read by lines and lengths."""

    def __init__(self, content: Iterator[bytes]) -> None:
        self.content, self.held = content, b""

    def line(self) -> dict[str, Any]:
        while b"\n" not in self.held:
            self._more()
        line, _, self.held = self.held.partition(b"\n")
        said: dict[str, Any] = json.loads(line)
        return said

    def take(self, length: int) -> bytes:
        while len(self.held) < length:
            self._more()
        taken, self.held = self.held[:length], self.held[length:]
        return taken

    def _more(self) -> None:
        piece = next(self.content, None)
        if piece is None:
            raise NotWhole("The backup ends too early.")
        self.held += piece


def pieces(path: Path) -> Iterator[bytes]:
    """A file, piece by piece."""
    with path.open("rb") as file:
        while piece := file.read(READ_BYTES):
            yield piece
