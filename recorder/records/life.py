"""Which life of the database is this, and up to when does a backup hold it?

A database that is restored from a backup has lost what tablets think is safe. So each life has a number, the *epoch*,
which goes with every answer: a tablet that sees another one forgets all acknowledgements and offers everything again.
"""

from __future__ import annotations

from recorder.db import db, now
from recorder.records.devices import Life


def life() -> Life:
    """The life that the database is in."""
    return db.session.get_one(Life, 1)


def begin_another() -> int:
    """Count the epoch on, after a restore; the caller commits. Returns the new epoch.

    It is at least the time in seconds: a backup that is restored twice begins two lives, and both would otherwise get
    the number that follows the backup's.
    """
    known = life()
    known.restored_at = now()
    known.epoch = max(known.epoch + 1, int(known.restored_at.timestamp()))
    return known.epoch
