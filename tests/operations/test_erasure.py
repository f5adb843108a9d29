"""An erased family is unreadable everywhere, in an old copy of the database too; what was counted stays."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import sqlalchemy
from flask import Flask
from installation import SECRETS, dispose
from people import People
from sqlalchemy import func, select
from tablet import batch, observed

from recorder import create_app, ingest, key_chain
from recorder.db import db
from recorder.ingest import rebuild
from recorder.operations import erasure, verify
from recorder.records.families import Child, Family
from recorder.records.holds import LegalHold
from recorder.records.observations import Cell, Log, Quarantined, Segment, StoredFigures
from recorder.records.people import Account

HEADERS = {"X-Recorder": "1", "Content-Type": "application/json"}


@pytest.fixture(autouse=True)
def keys(own_keys: Path) -> Path:
    return own_keys


def erase(app: Flask, people: People, code: str = "F-001") -> erasure.Erased:
    with app.app_context():
        return erasure.erase(db.session.get_one(Family, people.families[code]))


def counted(app: Flask) -> list[object]:
    with app.app_context():
        figures = db.session.execute(select(StoredFigures.cues, StoredFigures.answered, StoredFigures.figures)).all()
        return [*figures, *db.session.execute(select(Cell.visits, Cell.sums, Cell.histogram).order_by(Cell.key))]


def test_words_are_gone_figures_stay_and_the_audit_verifies(app: Flask, people: People, signed_in) -> None:
    ana, sol, mara = signed_in("ana"), signed_in("sol"), signed_in("mara")
    log = observed(people)
    assert ana.post("/api/v1/sync/events", data=batch(log.part()), headers=HEADERS).status_code == 200
    before = counted(app)
    assert len(before) > 1
    erase(app, people)
    assert counted(app) == before
    with app.app_context():
        assert db.session.get_one(Child, people.children["Mia"]).first_name == ""
        assert db.session.get_one(Child, people.children["Noor"]).first_name == "Noor"
        assert db.session.scalar(select(func.count()).select_from(Segment)) == 0
        assert list(rebuild.rebuild(0)) and list(verify.faults()) == []
    assert counted(app) == before
    family = people.families["F-001"]
    for client in (ana, sol, mara):
        assert client.get(f"/families/{family}").status_code == 404
        assert "Mia" not in client.get("/families/").get_data(as_text=True)
    assert mara.get("/programme/").status_code == 200


def test_what_arrives_later_is_acknowledged_and_not_kept(app: Flask, people: People, signed_in) -> None:
    ana = signed_in("ana")
    begun, unsent = observed(people), observed(people)
    ana.post("/api/v1/sync/events", data=batch(begun.part(1, 5)), headers=HEADERS)
    erase(app, people)
    for log, start in ((begun, 6), (unsent, 1)):
        for first, last in ((start, 9), (10, None), (10, None)):
            answer = ana.post("/api/v1/sync/events", data=batch(log.part(first, last)), headers=HEADERS)
            part = answer.json["logs"][0]
            assert part["quarantined"][0]["code"] == "erased" and part["head"] == log.head(last or len(log.strings))
    with app.app_context():
        assert {row.event for row in db.session.scalars(select(Quarantined))} == {""}
        assert {row.stored_upto for row in db.session.scalars(select(Log))} == {len(begun.strings)}
        assert not any(db.session.scalars(sqlalchemy.text("SELECT body FROM segment")))
        assert list(verify.faults()) == []


def test_a_hold_forbids_it(app: Flask, people: People) -> None:
    with app.app_context():
        db.session.add(LegalHold(programme_id=people.programme, family_id=people.families["F-001"],
                                 reason="A court asked", placed_by_id=people.accounts["mara"]))  # fmt: skip
        db.session.commit()
    with pytest.raises(erasure.Held, match="legal hold"):
        erase(app, people)
    with app.app_context():
        assert db.session.get_one(Child, people.children["Mia"]).first_name == "Mia"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("destroyed", [True, False], ids=["destroyed", "defence off"])
def test_an_old_copy_of_the_database_is_unreadable_too(
    app: Flask, people: People, tmp_path: Path, keys: Path, monkeypatch, destroyed: bool
) -> None:
    with app.app_context():
        ingest.take(db.session.get_one(Account, people.accounts["ana"]), ingest.read(batch(observed(people).part())))
        db.engine.dispose()
    old = Path(shutil.copy(tmp_path / "recorder.sqlite", tmp_path / "old.sqlite"))
    copy = tmp_path / "elsewhere.keys"
    monkeypatch.setenv("RECORDER_KEY_COPY", str(copy))
    shutil.copy(keys, copy)
    app.config["KEY_COPY"] = str(copy)
    app.extensions.pop("recorder.key_chain").close()
    if not destroyed:
        monkeypatch.setattr(key_chain.KeyChain, "destroy", lambda self, owners: None)
    erase(app, people)
    for store in (keys, copy):
        monkeypatch.setenv("RECORDER_KEY_STORE", str(store))
        restored = create_app(DATABASE_URL=f"sqlite:///{old}", **SECRETS)
        with restored.app_context():
            names = [child.first_name for child in db.session.scalars(select(Child).order_by(Child.first_name))]
            assert ("Mia" in names) is not destroyed and "Noor" in names
            log = db.session.scalars(select(Log)).one()
            assert bool(ingest.strings(log)) is not destroyed
        dispose(restored)
    with create_app(DATABASE_URL=f"sqlite:///{old}", **SECRETS).app_context() as context:
        assert erasure.repeat() == int(destroyed)
        assert (db.session.get_one(Family, people.families["F-001"]).erased_at is not None) is destroyed
        dispose(context.app)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_erasure_that_was_cut_short_is_completed_and_a_copy_that_stays_is_told(
    app: Flask, people: People, tmp_path: Path
) -> None:
    app.config["KEY_COPY"] = str(tmp_path / "not there" / "copy")
    with pytest.raises(OSError, match="cannot be replaced"):
        erase(app, people)
    with app.app_context():
        assert db.session.get_one(Family, people.families["F-001"]).code == "F-001"
    (tmp_path / "not there").mkdir()
    erase(app, people)
    with app.app_context():
        assert db.session.get_one(Family, people.families["F-001"]).code.startswith("erased")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_running_server_forgets_the_key_that_another_process_destroyed(app: Flask, people: People, keys) -> None:
    with app.app_context():
        assert db.session.get_one(Child, people.children["Mia"]).first_name == "Mia"
    other = key_chain.KeyChain(keys, None, bytes.fromhex(SECRETS["MASTER_KEY"]))
    with app.app_context():
        other.destroy([people.families["F-001"]])
    other.close()
    with app.app_context():
        assert db.session.get_one(Child, people.children["Mia"]).first_name == ""
