"""A family that left long ago becomes unreadable; a dry run says so first, and a legal hold keeps it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from installation import SECRETS
from people import TODAY, People

from recorder.commands import main
from recorder.db import db
from recorder.records.families import Child, Family
from recorder.records.holds import LegalHold


@pytest.fixture(autouse=True)
def keys(own_keys: Path) -> Path:
    return own_keys


def retain(app: Flask, *words: str, months: str = "6") -> str:
    environment = {f"RECORDER_{name}": value for name, value in SECRETS.items()}
    environment |= {"RECORDER_DATABASE_URL": app.config["DATABASE_URL"], "RECORDER_RETAIN_MONTHS": months}
    return CliRunner().invoke(main, ["retain", *words], env=environment).output


def test_who_left_long_ago_is_erased_after_a_dry_run_said_so(app: Flask, people: People) -> None:
    with app.app_context():
        for code, days in (("F-001", 300), ("F-002", 300), ("F-004", 100)):
            db.session.get_one(Family, people.families[code]).left_on = TODAY - timedelta(days=days)
        db.session.add(
            LegalHold(programme_id=people.programme, family_id=people.families["F-002"], reason="A court asked.",
                      placed_by_id=people.accounts["mara"])
        )  # fmt: skip
        db.session.commit()
    said = retain(app, "--dry-run")
    assert "F-001" in said and "would be erased" in said and "F-002" in said and "F-004" not in said
    with app.app_context():
        assert db.session.get_one(Child, people.children["Mia"]).first_name == "Mia", "a dry run does nothing"
    assert "1 erased, 1 kept under a legal hold." in retain(app)
    with app.app_context():
        assert db.session.get_one(Child, people.children["Mia"]).first_name == ""
        assert db.session.get_one(Child, people.children["Noor"]).first_name == "Noor"
    assert "0 erased, 1 kept" in retain(app)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_a_time_nobody_is_erased(app: Flask, people: People) -> None:
    assert "RECORDER_RETAIN_MONTHS is 0" in retain(app, months="0")
