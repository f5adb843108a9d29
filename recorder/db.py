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
from collections.abc import Callable, Iterable
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

from recorder import key_chain
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


class Owned:
    """What is to be sealed under whose key: the words themselves, with their owner and its programme beside them."""

    owner: uuid.UUID
    programme: uuid.UUID


class OwnedText(str, Owned):
    """Words with their owner."""


class OwnedBytes(bytes, Owned):
    """Bytes with their owner."""


def owned(value: Any, owner: uuid.UUID, programme: uuid.UUID) -> Any:
    """Words or bytes about people, to be sealed with this owner's key: a family's, a log's, a programme's."""
    found: OwnedText | OwnedBytes = OwnedBytes(value) if isinstance(value, bytes) else OwnedText(value)
    found.owner, found.programme = owner, programme
    return found


class _Erased:
    """What a sealed column holds whose words are gone."""


ERASED: Any = _Erased()
"""Stored in a sealed column, it leaves nothing to be read: the column reads as empty."""


class SealedBytes(TypeDecorator[bytes]):
    """Bytes about people: AES-256-GCM under the key of the family (or programme) whose row it is, bound to the column.

    Parameter: `column`, the "table.column" that is authenticated with the content, so that what was sealed for one
    column does not open in another. A random nonce makes equal content never equal bytes. A row of the ORM knows its
    owner (`Base.sealed_for`); rows that are inserted without it are made by `owned_rows`. What belongs to a family is
    refused without an owner. When the key is destroyed, or `ERASED` was stored, it reads as empty.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, column: str) -> None:
        super().__init__()
        self.column = column

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _sealed(value, self.column)

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
        return None if value is None else _sealed(value, self.column)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else unseal(value, self.column).decode()


FORM = b"RKC1"
NONCE_BYTES = 12


def _sealed(value: Any, column: str) -> bytes:
    if value is ERASED:
        return b""
    content = value if isinstance(value, bytes) else value.encode()
    if isinstance(value, Owned):
        return seal(content, column, value.owner, value.programme)
    table = Base.metadata.tables[column.partition(".")[0]]
    if "family_id" in table.columns or table.name in {"family", "segment", "quarantined"}:
        raise ValueError(f"{column} is a family's: say whose key seals it")
    return seal(content, column)


def seal(content: bytes, column: str, owner: uuid.UUID | None = None, programme: uuid.UUID | None = None) -> bytes:
    """Encrypt content for a column: the form, whose key it is, nonce, then ciphertext and tag.

    Parameters: `owner`, whose key, and its programme, for which one is made if there is none; without an owner, the
    installation's. Returns nothing (no bytes) when the owner's key was destroyed.
    """
    nonce = os.urandom(NONCE_BYTES)
    if owner is None:
        return nonce + bytes(_cipher().encrypt(nonce, content, column.encode()))
    keys = key_chain.chain()
    keys.make([(owner, programme or owner)])
    cipher = keys.cipher(owner)
    if cipher is None:
        return b""
    return FORM + owner.bytes + nonce + bytes(cipher.encrypt(nonce, content, FORM + owner.bytes + column.encode()))


def unseal(sealed: bytes, column: str) -> bytes:
    """Decrypt what `seal` made for this column; empty when it was erased. Raises cryptography's InvalidTag when it was
    made for another, and `key_chain.KeyMissing`."""
    if not sealed:
        return b""
    if sealed[:4] != FORM:  # under the installation's key, as everything was once
        return bytes(_cipher().decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], column.encode()))
    owner, start = sealed[4:20], 20 + NONCE_BYTES
    cipher = key_chain.chain().cipher(uuid.UUID(bytes=bytes(owner)))
    if cipher is None:
        return b""
    return bytes(cipher.decrypt(sealed[20:start], sealed[start:], FORM + bytes(owner) + column.encode()))


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

    def sealed_for(self) -> uuid.UUID | None:
        """Whose key seals the words of this row: its family's or, where it has none, its programme's."""
        found: uuid.UUID | None = getattr(self, "family_id", None) or getattr(self, "programme_id", None)
        return found

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


def sealed_columns(model: type[Base]) -> tuple[str, ...]:
    """The names of a table's sealed columns."""
    return tuple(
        name for name, column in model.__table__.columns.items() if isinstance(column.type, Sealed | SealedBytes)
    )


def owned_rows(model: type[Base], rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows that are inserted without the ORM, what is to be sealed in them with its owner: their family or, where they
    have none, their programme."""
    names = sealed_columns(model)
    found = []
    for row in rows:
        owner = row["id"] if model.__tablename__ == "family" else row.get("family_id") or row["programme_id"]
        sealed = {name: owned(row[name], owner, row["programme_id"]) for name in names if row.get(name) is not None}
        found.append(row | sealed)
    return found


@event.listens_for(Base, "before_insert", propagate=True)
def _insert_owned(mapper: Any, _: Connection, row: Any) -> None:
    for name in sealed_columns(mapper.class_):
        default = mapper.columns[name].default
        if name not in row.__dict__ and default is not None:
            setattr(row, name, default.arg)
    _name_owner(mapper, _, row)


@event.listens_for(Base, "before_update", propagate=True)
def _name_owner(mapper: Any, _: Connection, row: Any) -> None:
    """Say of each sealed word of a row whose it is."""
    for name in sealed_columns(mapper.class_):
        value = row.__dict__.get(name)
        if value is None or isinstance(value, Owned) or value is ERASED:
            continue
        owner = row.sealed_for()
        if owner is not None:
            setattr(row, name, owned(value, owner, row.programme_id))


@event.listens_for(db.session, "before_flush")
def _make_keys(session: Any, *_: object) -> None:
    """Make the keys of all new families in one go: each change of the store waits for the disk."""
    owners = [(row.sealed_for(), row.programme_id) for row in session.new if row.__tablename__ == "family"]
    if owners:
        key_chain.chain().make(owners)


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
