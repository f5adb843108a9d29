"""How is everything that an installation holds kept elsewhere, and how does it come back?

`backup` reads the database at one moment while others write, checks the copy, seals it for a public key whose private
half rests elsewhere, writes it beside its place, reads it back, and only then moves it there: a backup is whole or not
there. The moment goes into the database as the watermark: tablets keep what is newer. Master key and family keys are
*not* in it. `restore` fills an empty installation and begins another life of the database: tablets see another epoch
and offer everything again, and what is there already is known.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from recorder.db import db, now
from recorder.operations import locked_file, snapshot
from recorder.operations.snapshot import NotWhole
from recorder.records.life import begin_another, life

__all__ = ["Made", "NotWhole", "backup", "restore", "written_for"]


@dataclass(frozen=True)
class Made:
    """A backup that was made: where, how large in bytes, and the moment up to which it holds everything."""

    path: Path
    size: int
    upto: datetime


def backup(out: Path, key: Any) -> Made:
    """Write everything to a new file for the holder of a private key.

    Parameters: `key`, the public half (`locked_file.public_key`). Raises `NotWhole`, and FileExistsError for a file
    that is there: a backup never replaces another one.
    """
    if out.exists():
        raise FileExistsError(out)
    upto = now()
    about = {"made_at": upto.isoformat(), "database": snapshot.kind(), "revision": snapshot.revision()}
    half, copy = out.with_name(out.name + ".part"), out.with_name(out.name + ".copy")
    try:
        content = snapshot.read_postgresql()
        if snapshot.kind() == "sqlite":
            snapshot.copy_sqlite(copy)
            content = snapshot.pieces(copy)
        written = _write(half, content, key, about)
        if _hash(half) != written:
            raise NotWhole("The file cannot be read back as it was written: is the disk sound?")
        os.link(half, out)  # never over another one, which a rename would do
    finally:
        half.unlink(missing_ok=True)
        copy.unlink(missing_ok=True)
    _sync(out.parent)
    life().backed_up_at = upto
    db.session.commit()
    return Made(out, out.stat().st_size, upto)


def written_for(path: Path) -> dict[str, Any]:
    """What a backup says of itself without its key: `made_at`, `database`, `revision`."""
    with path.open("rb") as file:
        return locked_file.about(file)


def restore(path: Path, key: Any) -> int:
    """Fill an empty database from a backup, and begin another life of it.

    Parameters: `key`, the private half. For SQLite there must be no database file yet; for PostgreSQL its tables must
    be there, of the backup's revision, and empty. Returns the new epoch. Raises `NotWhole` and `Unlockable`.
    """
    with path.open("rb") as file:
        if snapshot.kind() == "sqlite":
            _restore_sqlite(locked_file.unlock(file, key))
        else:
            snapshot.write_postgresql(locked_file.unlock(file, key))
    epoch = begin_another()
    db.session.commit()
    return epoch


def _restore_sqlite(content: Any) -> None:
    place = snapshot.sqlite_file()
    half = place.with_name(place.name + ".part")
    try:
        with half.open("wb") as file:
            for piece in content:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        snapshot.check_sqlite(half)
        os.link(half, place)
    finally:
        half.unlink(missing_ok=True)
    _sync(place.parent)


def _write(half: Path, content: Any, key: Any, about: dict[str, Any]) -> bytes:
    """Write and flush the sealed file; returns the SHA-256 of what was written."""
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        noted = _Noted(file)
        locked_file.lock(noted, content, key, about)
        file.flush()
        os.fsync(file.fileno())
    return noted.hash.digest()


def _hash(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


class _Noted:
    """A file that notes the hash of what is written to it."""

    def __init__(self, file: Any) -> None:
        self.file, self.hash = file, hashlib.sha256()

    def write(self, piece: bytes) -> None:
        self.hash.update(piece)
        self.file.write(piece)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
