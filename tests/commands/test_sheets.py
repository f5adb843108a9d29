"""`recorder sheets`: the approved pages of a programme, drawn side by side, and no page twice."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pdfplumber
import pytest
from click.testing import CliRunner
from flask import Flask
from installation import SECRETS
from people import People
from tablet import TabletLog, batch, opening, sheet

from recorder.commands import main
from recorder.db import db
from recorder.records import audit
from recorder.records.families import Family

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def run(app: Flask, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {f"RECORDER_{name}": value for name, value in SECRETS.items()}
    environment["RECORDER_DATABASE_URL"] = app.config["DATABASE_URL"]
    command = [
        str(Path(sys.executable).with_name("recorder")),
        "sheets",
        str(folder),
        "--programme",
        "First Steps",
        *words,
    ]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


@pytest.fixture
def pages(signed_in, people: People) -> list[str]:
    """Two pages that Ana approved, by their ids."""
    made = []
    for idea in ("We sing.", "We rest."):
        log = TabletLog()
        log.add("open", data=opening(people))
        log.add("end", after_ms=60_000)
        data = sheet(people, idea=idea)
        log.add("sheet", data=data)
        log.add("close")
        answer = signed_in("ana").post(
            "/api/v1/sync/events", data=batch(log.part()), headers={"X-Recorder": "1"}, content_type="application/json"
        )
        assert answer.status_code == 200 and not answer.json["logs"][0]["quarantined"], answer.json
        made.append(data["id"])
    return made


def test_every_page_is_drawn_once_and_what_is_missing_again(
    app: Flask, people: People, pages: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "pages"
    first = run(app, folder, "--paper", "a4")
    assert first.returncode == 0 and "2 pages drawn, 0 were there." in first.stderr, first.stderr
    files = sorted(folder.iterdir())
    assert sorted(path.stem[11:] for path in files) == sorted(pages)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700 and "Mia" not in "".join(path.name for path in files)
    text = ""
    for path in files:
        with pdfplumber.open(path) as document:
            assert round(document.pages[0].width) == 595
            text += document.pages[0].extract_text()
    assert "We sing." in text and "We rest." in text
    files[0].unlink()
    before = files[1].stat().st_mtime_ns
    again = run(app, folder, "--paper", "a4")
    assert "1 pages drawn, 1 were there." in again.stderr and files[0].exists()
    assert files[1].stat().st_mtime_ns == before
    with app.app_context():
        noted = [entry.detail for entry in db.session.query(audit.AuditEntry) if entry.action == "command.sheets"]
    assert noted == ["drawn=2", "drawn=1"]


def test_families_that_were_erased_are_left_out(app: Flask, people: People, pages: list[str], tmp_path: Path) -> None:
    with app.app_context():
        for family in db.session.query(Family):
            family.erased_at = audit.now()
        db.session.commit()
    assert "0 pages drawn, 0 were there." in run(app, tmp_path / "erased").stderr


def test_days_in_the_wrong_order_are_told(database_url: str, tmp_path: Path) -> None:
    wrong = CliRunner().invoke(main, ["sheets", str(tmp_path / "x"), "--from", "2026-02-01", "--to", "2026-01-01"])
    assert wrong.exit_code == 1 and "the last day lies before the first one" in wrong.stderr
    assert not (tmp_path / "x").exists()
