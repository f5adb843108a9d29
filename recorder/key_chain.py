"""With which key is something about people sealed, and how is it made unreadable everywhere at once?

A chain: the master key (a file) wraps each programme's key, a programme's key wraps those of its families. They rest in
a store of their own, a small SQLite file that `recorder backup` leaves out, with one copy elsewhere that is replaced
with every change: so a family whose key is destroyed is unreadable in every old backup, too. What a key was destroyed
for stays written down, so that no other is made for it. What belongs to no family yet, such as an event in quarantine,
has a key of its own *owner*: the id of its log.

Opened keys are kept in memory; whether another process changed the store is looked at once a request.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import flask

KEY_BYTES = 32
NONCE_BYTES = 12
TABLE = (
    "CREATE TABLE IF NOT EXISTS key (owner BLOB PRIMARY KEY, programme BLOB NOT NULL, wrapped BLOB, "
    "changed_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP)"
)

Owner = tuple[uuid.UUID, uuid.UUID]
"""Whose key: a family, a log or a programme itself; and the programme that it belongs to."""


class KeyMissing(LookupError):
    """A key that should be in the store and is not."""


class KeyChain:
    """The store of an installation, and the keys that were opened."""

    def __init__(self, path: Path, copy: Path | None, master_key: bytes) -> None:
        self.path, self.copy = path, copy
        self._master = _cipher(master_key)
        self._opened: dict[uuid.UUID, Any] = {}
        self._guard = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._version = 0

    def look_again(self) -> None:
        """Forget what was opened if another process has changed the store since."""
        with self._guard:
            (version,) = self._store().execute("PRAGMA data_version").fetchone()
            if version != self._version:
                self._opened.clear()
                self._version = version

    def cipher(self, owner: uuid.UUID) -> Any:
        """The cipher of an owner; None when its key was destroyed. Raises `KeyMissing`."""
        found = self._opened.get(owner, self)
        if found is not self:
            return found
        with self._guard:
            row = self._row(owner)
            if row is None:
                raise KeyMissing(
                    f"The key of {owner} is not in {self.path}: bring the store of the family keys back, or its copy."
                )
            self._opened[owner] = self._open(owner, *row)
            return self._opened[owner]

    def make(self, owners: Iterable[Owner]) -> None:
        """See to it that these owners have a key; those whose key was destroyed get no other."""
        wanted = [one for one in dict.fromkeys(owners) if one[0] not in self._opened]
        if not wanted:
            return
        with self._guard:
            wanted = [one for one in wanted if self._row(one[0]) is None]  # most are there: nobody waits for them
            if not wanted:
                return
            store = self._store()
            with store:
                store.execute("BEGIN IMMEDIATE")
                made = [one for one in wanted if self._row(one[0]) is None]
                for owner, programme in made:
                    if owner != programme and self._row(programme) is None:
                        self._add(programme, programme, self._master)
                    if self._row(owner) is None:
                        self._add(owner, programme, self._master if owner == programme else self.cipher(programme))
            if made:
                self._copy(aloud=False)

    def destroy(self, owners: Iterable[uuid.UUID]) -> None:
        """Destroy the keys of these owners here and in the copy. Raises OSError when the copy cannot be replaced: then
        it still holds them, and this has to be done again."""
        with self._guard:
            store = self._store()
            with store:
                store.execute("BEGIN IMMEDIATE")
                for owner in owners:
                    store.execute("UPDATE key SET wrapped = NULL WHERE owner = ?", (owner.bytes,))
            store.execute("VACUUM")
            self._opened.clear()
            self._copy(aloud=True)

    def destroyed(self) -> set[uuid.UUID]:
        """The owners whose keys were destroyed."""
        with self._guard:
            rows = self._store().execute("SELECT owner FROM key WHERE wrapped IS NULL").fetchall()
        return {uuid.UUID(bytes=owner) for (owner,) in rows}

    def close(self) -> None:
        """Let go of the store."""
        with self._guard:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _store(self) -> sqlite3.Connection:
        if self._connection is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600))
            self._connection = sqlite3.connect(self.path, timeout=5, check_same_thread=False, isolation_level=None)
            for pragma in ("journal_mode=DELETE", "synchronous=FULL", "secure_delete=ON"):
                self._connection.execute(f"PRAGMA {pragma}")
            self._connection.execute(TABLE)
            (self._version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return self._connection

    def _row(self, owner: uuid.UUID) -> tuple[uuid.UUID, bytes | None] | None:
        found = self._store().execute("SELECT programme, wrapped FROM key WHERE owner = ?", (owner.bytes,)).fetchone()
        return None if found is None else (uuid.UUID(bytes=found[0]), found[1])

    def _open(self, owner: uuid.UUID, programme: uuid.UUID, wrapped: bytes | None) -> Any:
        if wrapped is None:
            return None
        wrapping = self._master if owner == programme else self.cipher(programme)
        nonce, sealed = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        return _cipher(wrapping.decrypt(nonce, sealed, _bound(owner, programme)))

    def _add(self, owner: uuid.UUID, programme: uuid.UUID, wrapping: Any) -> None:
        nonce = os.urandom(NONCE_BYTES)
        wrapped = nonce + wrapping.encrypt(nonce, os.urandom(KEY_BYTES), _bound(owner, programme))
        self._store().execute(
            "INSERT INTO key (owner, programme, wrapped) VALUES (?, ?, ?)", (owner.bytes, programme.bytes, wrapped)
        )

    def _copy(self, aloud: bool) -> None:
        """Replace the one copy of the store, whole or not at all."""
        if self.copy is None:
            return
        beside = self.copy.with_name(self.copy.name + ".new")
        try:
            beside.unlink(missing_ok=True)
            self._store().execute("VACUUM INTO ?", (str(beside),))
            os.chmod(beside, 0o600)
            with open(beside, "rb") as file:
                os.fsync(file.fileno())
            os.replace(beside, self.copy)
        except (OSError, sqlite3.OperationalError) as error:
            if aloud:
                raise OSError(f"The copy of the family keys at {self.copy} cannot be replaced: {error}") from error
            flask.current_app.logger.error("the copy of the family keys cannot be replaced: %s", error)


def _bound(owner: uuid.UUID, programme: uuid.UUID) -> bytes:
    """What is authenticated with a wrapped key: whose it is."""
    return b"key" + programme.bytes + owner.bytes


def _cipher(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # 60 ms that a first page need not wait for

    return AESGCM(key)


def chain() -> KeyChain:
    """The key chain of this application."""
    app = flask.current_app
    if "recorder.key_chain" not in app.extensions:
        config = app.config
        copy = Path(config["KEY_COPY"]) if config["KEY_COPY"] else None
        app.extensions["recorder.key_chain"] = KeyChain(_place(app), copy, bytes.fromhex(config["MASTER_KEY"]))
    found: KeyChain = app.extensions["recorder.key_chain"]
    if not flask.g.get("key_chain_looked"):
        flask.g.key_chain_looked = True
        found.look_again()
    return found


def _place(app: flask.Flask) -> Path:
    """Where the store is: as set, else beside a SQLite database, else in the instance folder."""
    if app.config["KEY_STORE"]:
        return Path(app.config["KEY_STORE"])
    kind, _, path = app.config["DATABASE_URL"].partition(":///")
    if kind.startswith("sqlite") and path and not path.startswith(":memory:"):
        return Path(path + ".keys")
    return Path(app.instance_path) / "family_keys.sqlite"
