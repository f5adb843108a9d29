"""How do rows reach a database, be it SQLite on one box or PostgreSQL for many?

Models inherit `Base` (typed declarative; constraints get names from one convention, so that migrations can find
them). Times are UTC `datetime`s with a zone, ids that travel are UUIDv7, words about people are `Sealed`. SQLite is
opened through sqlcipher3, which brings a current SQLite, in WAL mode with full synchronisation: what was acknowledged
survives a power cut.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Connection,
    Date,
    DateTime,
    Dialect,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Uuid,
    event,
)
from sqlalchemy.exc import OperationalError, TimeoutError
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

from recorder.turns import Turns

if TYPE_CHECKING:
    from alembic.config import Config


class UTCDateTime(TypeDecorator[datetime]):
    """A point in time: stored in UTC on both databases, always handed out with its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class SealedBytes(TypeDecorator[bytes]):
    """Bytes about people: AES-256-GCM under the installation's key, bound to the column they stand in.

    Parameter: `column`, the "table.column" that is authenticated with the content, so that what was sealed for one
    column does not open in another. A random nonce of 12 bytes comes first; equal content is never equal bytes.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, column: str) -> None:
        super().__init__()
        self.column = column

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else seal(value, self.column)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else unseal(value, self.column)


class Sealed(TypeDecorator[str]):
    """Words about people, sealed as `SealedBytes` are."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, column: str) -> None:
        super().__init__()
        self.column = column

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else seal(value.encode(), self.column)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else unseal(value, self.column).decode()


def seal(content: bytes, column: str) -> bytes:
    """Encrypt content for a column, for code that speaks to the driver directly: nonce, then ciphertext and tag."""
    nonce = os.urandom(12)
    sealed: bytes = nonce + _cipher().encrypt(nonce, content, column.encode())
    return sealed


def unseal(sealed: bytes, column: str) -> bytes:
    """Decrypt what `seal` made for this column. Raises cryptography's InvalidTag when it was made for another."""
    content: bytes = _cipher().decrypt(sealed[:12], sealed[12:], column.encode())
    return content


def _cipher() -> Any:
    extensions = flask.current_app.extensions
    if "recorder.cipher" not in extensions:
        from cryptography.hazmat.primitives.ciphers.aead import (
            AESGCM,
        )  # 60 ms that a first page need not wait for

        extensions["recorder.cipher"] = AESGCM(bytes.fromhex(flask.current_app.config["MASTER_KEY"]))
    return extensions["recorder.cipher"]


def fingerprint(*words: str) -> str:
    """A keyed digest of words about a person, by which duplicates are found without reading a name.

    Parameters: the words, in order. Returns 64 hex digits (HMAC-SHA-256); case and outer blanks do not matter.
    """
    import hmac

    message = "\x1f".join(" ".join(word.split()).casefold() for word in words)
    key = bytes.fromhex(flask.current_app.config["MASTER_KEY"])
    return hmac.new(key, b"fingerprint" + message.encode(), "sha256").hexdigest()


def uuid7() -> uuid.UUID:
    """An id that sorts by the time it was made (RFC 9562, section 5.7): 48 bits of milliseconds, then chance.

    >>> uuid7().version
    7
    """
    milliseconds = time.time_ns() // 1_000_000
    chance = int.from_bytes(os.urandom(10))
    value = (milliseconds << 80) | (0x7 << 76) | ((chance >> 68) << 64) | (0b10 << 62) | (chance & ((1 << 62) - 1))
    return uuid.UUID(int=value)


def now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every table has in common."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            # SQLite gives a key by itself only to a plain INTEGER
            int: BigInteger().with_variant(Integer, "sqlite"),
            datetime: UTCDateTime(),
            date: Date(),
            uuid.UUID: Uuid(),
        },
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)

OLDEST_SQLITE = (3, 51, 3)  # earlier ones can corrupt a WAL database when a commit meets a checkpoint
PATIENCE_SECONDS: float = 5
"""How long a request waits: for another's lock, for a connection, for a server that does not answer."""


class CannotOpen(RuntimeError):
    """A database that this code must not work on; the message says why, and the cure."""


def engine_options(url: str) -> dict[str, Any]:
    """The options with which SQLAlchemy opens this URL."""
    if not url.startswith("sqlite"):
        return {
            "hide_parameters": True,
            "pool_pre_ping": True,
            "pool_timeout": PATIENCE_SECONDS,
            "connect_args": {"connect_timeout": PATIENCE_SECONDS},
        }
    from sqlcipher3 import dbapi2

    if dbapi2.sqlite_version_info < OLDEST_SQLITE:
        raise CannotOpen(
            f"SQLite {dbapi2.sqlite_version} can damage its own file: run `pip install --upgrade sqlcipher3`."
        )
    return {"hide_parameters": True, "module": dbapi2, "connect_args": {"timeout": PATIENCE_SECONDS}}


def settle(engine: Engine) -> None:
    """Make SQLite durable, strict about foreign keys, and honest about who writes; make PostgreSQL wait no longer.

    A deferred BEGIN fails with "database is locked" as soon as two requests read and then write; so whoever may
    write says so first, and those of one process take turns.
    """
    if engine.dialect.name == "sqlite":
        _settle_sqlite(engine)
    else:
        _settle_postgresql(engine)


def _settle_postgresql(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{PATIENCE_SECONDS * 1000:.0f}ms'")
        connection.commit()  # what is set in a transaction that is rolled back was never set

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        if "patience" in connection.get_execution_options():
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_patience(connection) * 1000:.0f}ms'")


def _patience(connection: Connection) -> float:
    """How long this connection waits for others, in seconds: who asks for less says that it writes, whoever asks."""
    said: float = connection.get_execution_options().get("patience", PATIENCE_SECONDS)
    return said


def _settle_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    turns = Turns()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        patience = _patience(connection)
        reads = "patience" not in connection.get_execution_options()
        if reads and flask.has_request_context() and flask.request.method in {"GET", "HEAD"}:
            connection.exec_driver_sql("BEGIN")
            return
        if connection.info.get("patience", PATIENCE_SECONDS) != patience:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={patience * 1000:.0f}")
            connection.info["patience"] = patience
        if "writes" not in connection.info:
            if not turns.take(patience):
                raise OperationalError("BEGIN IMMEDIATE", None, Exception(BUSY_SQLITE[0]))
            connection.info["writes"] = True
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")  # "commit" comes before the disk was waited for
    def checkin(_: object, record: Any) -> None:
        if record.info.pop("writes", False):
            turns.give()


BUSY_SQLITE = ("database is locked", "database table is locked", "database schema is locked")
BUSY_POSTGRESQL = ("08", "40", "53200", "53300", "55P03", "57")
"""How SQLSTATEs begin (PostgreSQL, appendix A): connection lost, met another, no memory or connection left, lock not
available, cancelled or shutting down."""


def trouble(error: OperationalError | TimeoutError) -> str:
    """Why a database could not do what it was asked: "busy" (it may be asked again), "full" (nothing can be written,
    reading goes on), or "" where the fault is ours.

    >>> trouble(OperationalError("INSERT", {}, Exception("database or disk is full")))
    'full'
    """
    if isinstance(error, TimeoutError):
        return "busy"  # every connection of the pool was taken
    if not hasattr(error.orig, "sqlstate"):
        said = str(error.orig)
        return "full" if said == "database or disk is full" else "busy" * said.startswith(BUSY_SQLITE)
    state: str = getattr(error.orig, "sqlstate", None) or "08"  # no server was there to give one
    return "full" if state == "53100" else "busy" * state.startswith(BUSY_POSTGRESQL)


def open(app: flask.Flask) -> None:
    """Give an application its database, as its settings name it."""
    url = app.config["DATABASE_URL"]
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=engine_options(url))
    db.init_app(app)
    with app.app_context():
        settle(db.engine)


def upgrade(app: flask.Flask, revision: str = "head") -> None:
    """Bring the application's database to the newest schema, or up to a revision: all migrations or, when one fails,
    none."""
    from alembic import command

    _migrate(app, lambda config: command.upgrade(config, revision))


def downgrade(app: flask.Flask, revision: str) -> None:
    """Take the application's database back to a revision ("base": before the first), all steps or none."""
    from alembic import command

    _migrate(app, lambda config: command.downgrade(config, revision))


def _migrate(app: flask.Flask, migrate: Callable[[Config], object]) -> None:
    with app.app_context(), db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # before BEGIN, where it still has an effect: rebuilding a table would delete its children in silence
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                migrate(_migrations(connection))
                if sqlite and (orphans := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                    raise RuntimeError(f"A migration would leave rows without their parent: {orphans[:3]}")
        finally:
            if sqlite:
                connection.connection.cursor().execute("PRAGMA foreign_keys=ON")


def _migrations(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
