"""A process that takes one batch again and again, killed at the first statement, the second, and so on:
`statements.py ACCOUNT BODY [DEFENCE]`, with one defence switched off if it is named.

Each try is a child of its own that has never spoken to the database before; it looks first whether what the last one
left is nothing or all. Prints at how many statements a child was killed. Exit status 3: something was left half.
"""

from __future__ import annotations

import os
import signal
import sys
import uuid
from pathlib import Path

from sqlalchemy import event, func, select

from recorder import create_app, ingest
from recorder.db import db
from recorder.records.observations import Batch, Cell, Log, Segment, StoredFigures, StoredRating
from recorder.records.people import Account

TABLES = (Batch, Log, Segment, StoredFigures, StoredRating, Cell)
HALF = 3


def commit_each(connection, cursor, *_: object) -> None:
    """The defence off: every statement stands by itself."""
    if cursor.description is not None:
        return  # it still has rows to hand out
    if connection.dialect.name == "sqlite":
        other = connection.connection.cursor()
        other.execute("COMMIT")
        other.execute("BEGIN IMMEDIATE")
    else:
        connection.connection.commit()


def attempt(account_id: str, body: bytes, at: int, without: list[str]) -> None:
    """Take the batch; be killed at statement `at`, a COMMIT counts as one and what follows it as another."""
    app, done = create_app(), 0

    def count(*_: object) -> None:
        nonlocal done
        done += 1
        if done == at:
            os.kill(os.getpid(), signal.SIGKILL)

    with app.app_context():
        rows = [db.session.scalar(select(func.count()).select_from(table)) for table in TABLES]
        account = db.session.get_one(Account, uuid.UUID(account_id))
        db.session.commit()
        if any(rows) and not all(rows):
            os._exit(HALF)
        if "one_transaction" in without:
            event.listen(db.engine, "after_cursor_execute", commit_each)
        event.listen(db.engine, "before_cursor_execute", count)
        event.listen(db.engine, "commit", count)
        ingest.take(account, ingest.read(body))
        count()
    os._exit(0)


def main() -> None:
    """Kill at each statement until one child comes to its end."""
    account_id, body, *without = sys.argv[1:]
    for at in range(1, 500):
        child = os.fork()
        if not child:
            attempt(account_id, Path(body).read_bytes(), at, without)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status >= 0:
            print(at - 1)
            sys.exit(status)


if __name__ == "__main__":
    main()
