"""A server killed at every statement of a sync, at COMMIT and between COMMIT and its reply leaves nothing or all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from flask import Flask
from installation import SECRETS
from people import People
from sqlalchemy import func, select
from tablet import batch, observed

from recorder import ingest
from recorder.db import db
from recorder.records.observations import Batch, Log, Segment, StoredFigures

HALF = 3


def killed_at_each(app: Flask, people: People, body: bytes, tmp_path: Path, *without: str):
    """Run the process that is killed again and again; returns it when it has ended."""
    (tmp_path / "body").write_bytes(body)
    command = [sys.executable, str(Path(__file__).parent / "statements.py"), str(people.accounts["ana"])]
    environment = (
        os.environ
        | {f"RECORDER_{name}": value for name, value in SECRETS.items()}
        | {"RECORDER_DATABASE_URL": app.config["DATABASE_URL"]}
    )
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    return subprocess.run([*command, str(tmp_path / "body"), *without], env=environment, capture_output=True, text=True)


def test_a_sync_killed_at_each_of_its_statements_is_there_once_or_not_at_all(
    app: Flask, people: People, tmp_path: Path
) -> None:
    log = observed(people)
    done = killed_at_each(app, people, batch(log.part()), tmp_path)
    assert done.returncode == 0 and int(done.stdout) > 15, done.stderr + done.stdout
    with app.app_context():
        row = db.session.scalars(select(Log)).one()
        assert ingest.strings(row) == log.strings
        for table in (Batch, Segment, StoredFigures):
            assert db.session.scalar(select(func.count()).select_from(table)) == 1


def test_without_one_transaction_something_is_left_half(app: Flask, people: People, tmp_path: Path) -> None:
    done = killed_at_each(app, people, batch(observed(people).part()), tmp_path, "one_transaction")
    assert done.returncode == HALF, done.stderr + done.stdout
