"""`recorder export`: a folder of its own, one programme, and one sentence about what cannot be."""

from __future__ import annotations

import zipfile
from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from people import make_people
from sqlalchemy import select
from sqlcipher3 import dbapi2 as sqlite3  # the same library: locks of one process do not hold between two

from recorder.commands import main
from recorder.db import db
from recorder.records.audit import AuditEntry


@pytest.fixture
def run(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch):
    """A function that runs `recorder export` on a database with two programmes."""
    with sqlite_app.app_context():
        make_people()
    monkeypatch.setenv("RECORDER_DATABASE_URL", sqlite_app.config["DATABASE_URL"])
    monkeypatch.setenv("RECORDER_MASTER_KEY", sqlite_app.config["MASTER_KEY"])
    return lambda *words: CliRunner().invoke(main, ["export", *map(str, words)])


def test_a_folder_with_everything(run, sqlite_app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    made = run(folder, "--programme", "First Steps", "--site", "Northside", "--xlsx", "--parquet", "--deidentified")
    assert made.exit_code == 0, made.output
    assert {"export.zip", "export.xlsx", "events.parquet"} <= {path.name for path in folder.iterdir()}
    with zipfile.ZipFile(folder / "export.zip") as archive:
        families = archive.read("data/families.csv").decode()
    with sqlite_app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "export")).one()
        assert entry.role == "command" and entry.detail.endswith("ids=replaced")
    assert families.count("\r\n") == 4 and "F-001" not in families and "Riverside" not in families


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "say which programme, with --programme: Far Away, First Steps"),
        (("--programme", "First Steps", "--site", "Moon"), "there is no site 'Moon': Northside, Riverside"),
        (("--from", "2026-05", "--to", "2026-04"), "the last month lies before the first one"),
    ],
)
def test_what_cannot_be_is_one_sentence(run, tmp_path: Path, words: tuple[str, ...], sentence: str) -> None:
    found = run(tmp_path / "out", *words)
    assert found.exit_code == 1 and sentence in found.output and found.output.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_is_left_alone(run, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert "is not empty" in run(tmp_path).output


@pytest.mark.parametrize("as_a_page_reads", [True, False])
def test_whoever_records_need_not_wait_for_an_export(
    run, sqlite_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_a_page_reads: bool
) -> None:
    """Another connection writes while the tables are read; without the defence it could not."""
    wrote = []

    def write(table: str, rows: int) -> None:
        raw = sqlite3.connect(sqlite_app.config["DATABASE_URL"].removeprefix("sqlite:///"), timeout=0.1)
        try:
            with raw:
                raw.execute("UPDATE programme SET telephone = telephone")
            wrote.append(table)
        except sqlite3.OperationalError:
            pass
        raw.close()

    monkeypatch.setattr("recorder.commands.export._tell", write)
    if not as_a_page_reads:
        monkeypatch.setattr(Flask, "test_request_context", lambda *_: nullcontext())
    assert run(tmp_path / "out", "--programme", "First Steps").exit_code == 0
    assert bool(wrote) == as_a_page_reads
