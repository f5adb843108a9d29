"""A bulk-loaded nation is what ingest would have made: made again from its logs, nothing changes; and it is the same
every time."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from flask import Flask
from people import TODAY
from sqlalchemy import text

from recorder.commands import main
from recorder.db import db
from recorder.demo import nation
from recorder.demo.nation import Size
from recorder.ingest import rebuild
from recorder.records.observations import Log

TINY = Size(2, 24, 40, patterns=4)
DERIVED = {
    "figures": "log_key, visit_id, site_id, local_date, observed_ms, cues, codable, answered, distress_codable, "
    "distress_answered, non_distress_codable, non_distress_answered, figures, histogram",
    "cell": "programme_id, month, site_id, grain, measures_version, scheme_hash, visits, observed_ms, sums, histogram",
    "rating": "log_key, visit_id, instrument, scale, value, nob, local_date",
    "question": "log_key, seq, kind, at_ms",
}


@pytest.fixture(autouse=True)
def a_family_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few families would have one visitor a site, and no cell that two visitors share."""
    monkeypatch.setattr(nation, "FAMILIES_A_VISITOR", 1)


def derived() -> dict[str, list[str]]:
    """Everything that follows from the logs, as texts in an order of their own."""
    found = {}
    for table, columns in DERIVED.items():
        rows = db.session.execute(text(f"SELECT {columns} FROM {table}")).all()
        found[table] = sorted(json.dumps([_plain(cell) for cell in row], sort_keys=True) for row in rows)
    return found


def _plain(cell: object) -> object:
    """A cell without the way in which its database writes it: keys of JSON in any order, bytes as numbers."""
    if isinstance(cell, str) and cell[:1] in "{[":
        return json.loads(cell)
    return list(bytes(cell)) if isinstance(cell, bytes | memoryview) else cell if isinstance(cell, dict) else str(cell)


def test_made_again_from_its_logs_nothing_changes(app: Flask) -> None:
    with app.app_context():
        nation.make(TODAY, TINY)
        before = derived()
        assert len(before["figures"]) == 40 and before["cell"] and before["rating"]
        steps = list(rebuild.rebuild())
        assert sum(step.made for step in steps) == 40 and derived() == before
        # stopped half way it goes on where it was, and a log that counts for nothing is left out
        log = db.session.get_one(Log, steps[-1].key)
        log.refused = "fork"
        db.session.commit()
        assert rebuild.count(steps[-1].key - 10) == 9


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_was_damaged_is_made_again(app: Flask) -> None:
    with app.app_context():
        nation.make(TODAY, TINY)
        before = derived()
        db.session.execute(text("UPDATE rating SET value = 1 WHERE value IS NOT NULL"))
        db.session.execute(text("UPDATE figures SET figures = '{}', cues = 0"))
        db.session.commit()
        assert derived() != before
        list(rebuild.rebuild())
        assert derived() == before


def test_the_same_every_time(sqlite_app: Flask, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite_app.app_context():
        nation.make(TODAY, TINY)
        heads = sorted(map(tuple, db.session.execute(text("SELECT id, head FROM log"))))
        for table in ("rating", "figures", "cell", "segment", "log", "visit", "assignment", "consent", "caregiver",
                      "child", "family", "account", "site", "programme"):  # fmt: skip
            db.session.execute(text(f"DELETE FROM {table}"))
        db.session.commit()
        nation.make(TODAY, TINY)
        assert sorted(map(tuple, db.session.execute(text("SELECT id, head FROM log")))) == heads
    monkeypatch.setenv("RECORDER_DATABASE_URL", sqlite_app.config["DATABASE_URL"])
    monkeypatch.setenv("RECORDER_MASTER_KEY", sqlite_app.config["MASTER_KEY"])
    told = CliRunner().invoke(main, ["recompute", "--after", "20"])
    assert told.exit_code == 0 and "20 logs were made again." in told.output
