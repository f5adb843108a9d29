"""How fast is one observation of 200 events stored, against raw sqlite3 storing the same events as rows?

Ours: the whole of `ingest.take` in one transaction (batch, log, sealed segment, visit, figures, two cells). Theirs:
sqlite3, executemany of 200 rows, one transaction, the same durability (WAL, synchronous FULL). Rounds interleave in one
run; wall time, medians.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
import uuid
from pathlib import Path

ROUNDS = 60
WARM_UP = 5


def run() -> None:
    """Print both medians and their ratio."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
    from people import make_people
    from tablet import TabletLog, opening

    from recorder import create_app, ingest
    from recorder.db import db, upgrade, uuid7
    from recorder.records.people import Account

    def observation() -> TabletLog:
        log = TabletLog()
        log.add("open", data=opening(people, visit=str(uuid7())))
        for number in range(197):
            log.add("tap", "VOC" if number % 2 == 0 else "TALK", after_ms=1500)
        log.add("end", after_ms=1000)
        log.add("close")
        return log

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(DATABASE_URL=f"sqlite:///{folder}/recorder.sqlite")
        upgrade(app)
        raw = reference(Path(folder) / "raw.sqlite")
        ours, theirs = [], []
        with app.app_context():
            people = make_people()
            for _ in range(ROUNDS + WARM_UP):
                log = observation()
                db.session.rollback()
                account = db.session.get_one(Account, people.accounts["ana"])
                start = time.perf_counter()
                (reply,) = ingest.take(account, ingest.delivery(log.id, log.strings))
                ours.append(time.perf_counter() - start)
                assert reply["stored_upto"] == 200 and reply["quarantined"] == []
                start = time.perf_counter()
                store_rows(raw, log.id, log.strings)
                theirs.append(time.perf_counter() - start)
            db.engine.dispose()
    mine, raws = statistics.median(ours[WARM_UP:]), statistics.median(theirs[WARM_UP:])
    print(
        f"one observation of 200 events: ours {mine * 1000:.2f} ms, raw rows {raws * 1000:.2f} ms: "
        f"{raws / mine:.2f} x raw (later goal 0.7 x with audit and encryption)"
    )


def reference(path: Path) -> sqlite3.Connection:
    """A database that keeps events as rows."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE event (log BLOB, seq INTEGER, event TEXT, PRIMARY KEY (log, seq))")
    return connection


def store_rows(connection: sqlite3.Connection, log: uuid.UUID, events: list[str]) -> None:
    """Store the events of one observation, one row each, in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(
        "INSERT INTO event VALUES (?, ?, ?)", [(log.bytes, seq, event) for seq, event in enumerate(events, 1)]
    )
    connection.execute("COMMIT")
