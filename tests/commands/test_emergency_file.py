"""`recorder import` takes a tablet's emergency file: it names its own families, and counts once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from click.testing import CliRunner, Result
from enrolling import enrol
from flask import Flask
from installation import SECRETS
from people import People
from sealing import LogKey, sealed
from tablet import observed

from recorder.commands import main
from recorder.db import db
from recorder.records.observations import Log, StoredFigures


@pytest.fixture
def bring(app: Flask, people: People, tmp_path: Path) -> Callable[..., Result]:
    """A function from a file's content and options to what the command answered."""
    environment = {f"RECORDER_{name}": value for name, value in SECRETS.items()}
    environment["RECORDER_DATABASE_URL"] = app.config["DATABASE_URL"]

    def bring(content: bytes, *options: str, name: str = "recorder-2026-03-02-15-04.json") -> Result:
        (tmp_path / name).write_bytes(content)
        return CliRunner().invoke(main, ["import", str(tmp_path / name), *options], env=environment)

    return bring


def file(*parts: dict[str, Any], **more: Any) -> bytes:
    said = {"format": "recorder-emergency/1", "made_at": "2026-03-02T15:04:11.250Z", "device": None}
    return json.dumps(said | more | {"logs": list(parts)}).encode()


def count(app: Flask, table) -> int:
    with app.app_context():
        return db.session.scalar(sqlalchemy.select(sqlalchemy.func.count()).select_from(table))


def test_it_is_taken_once_and_each_log_has_its_line(app: Flask, bring, people: People) -> None:
    tablet, log = enrol(app, people), observed(people)
    body = file(sealed(log, tablet.server_key, key=LogKey()), device=str(tablet.id))
    first, second = bring(body), bring(body)
    n = len(log.strings)
    assert first.exit_code == 0 and first.stdout == f"observation {log.id} of ana: {n} entries, {n} new.\n", (
        first.output
    )
    assert second.exit_code == 0 and f"{n} entries, 0 new." in second.stdout
    assert (count(app, Log), count(app, StoredFigures)) == (1, 1)


def test_what_is_put_aside_is_said(app: Flask, bring, people: People) -> None:
    tablet = enrol(app, people)
    foreign = observed(people, family=str(people.families["F-002"]))
    done = bring(file(sealed(foreign, tablet.server_key, key=LogKey())))
    assert done.exit_code == 0 and "Entry 1 was put aside (not_assigned)" in done.stderr
    assert count(app, StoredFigures) == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"format": "recorder-emergency/1", "logs": [', "not JSON"),
        (b'{"format": "recorder-emergency/1", "logs": []}', "1 to 1000 logs"),
        (b'{"format": "other"}', "its ending is none"),
    ],
)
def test_what_is_none_is_one_line(app: Flask, bring, content: bytes, sentence: str) -> None:
    done = bring(content)
    assert done.exit_code == 1 and done.stderr.count("\n") == 1 and sentence in done.stderr, done.stderr
    assert count(app, Log) == 0


def test_plain_events_among_several_programmes_belong_to_nobody_here(app: Flask, bring, people: People) -> None:
    done = bring(file(observed(people).part()))
    assert done.exit_code == 1 and "no programme here has the key that opens it" in done.stderr
    assert bring(file(observed(people).part(), programme=str(people.programme))).exit_code == 0
    assert count(app, StoredFigures) == 1


def test_an_option_with_it_is_a_question_of_usage(bring, people: People) -> None:
    done = bring(file(observed(people).part()), "--family", "F-001")
    assert done.exit_code == 2 and "says itself whose it is" in done.stderr
