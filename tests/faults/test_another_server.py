"""Faults 25, 26 and 28: the server is restored from a backup, a scheme is published anew, a file came first."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy
from flask import Flask
from installation import SECRETS, dispose
from people import TODAY, People
from proxy import Proxy, answering
from sqlalchemy import func, select
from watched import Tablet, check

from recorder.db import db
from recorder.ingest import admission, segments
from recorder.instruments import library
from recorder.records.families import Assignment
from recorder.records.instruments import StoredInstrument
from recorder.records.life import begin_another
from recorder.records.observations import Log, StoredFigures

pytestmark = pytest.mark.browser

USUAL = "serve-and-return"
API = "/api/"


class Backup:
    """A whole copy of the database, and the database as it was."""

    def __init__(self, app: Flask) -> None:
        self.app, self.url = app, sqlalchemy.make_url(app.config["DATABASE_URL"])

    def make(self) -> None:
        """Copy the database; nobody may be in it."""
        dispose(self.app)
        if self.url.drivername == "sqlite":
            shutil.copy(self.path, f"{self.path}.backup")
        else:
            self._run(f"CREATE DATABASE {self.url.database}_backup TEMPLATE {self.url.database}")

    def restore(self, *, tells: bool) -> None:
        """Bring the copy back; with `tells` as the manual says: it is another life."""
        dispose(self.app)
        if self.url.drivername == "sqlite":
            for part in ("-wal", "-shm"):
                Path(f"{self.path}{part}").unlink(missing_ok=True)
            shutil.copy(f"{self.path}.backup", self.path)
        else:
            self._run(f"DROP DATABASE {self.url.database} WITH (FORCE)")
            self._run(f"CREATE DATABASE {self.url.database} TEMPLATE {self.url.database}_backup")
        if tells:
            with self.app.app_context():
                begin_another()
                db.session.commit()

    def drop(self) -> None:
        """Leave nothing behind."""
        if self.url.drivername != "sqlite":
            self._run(f"DROP DATABASE IF EXISTS {self.url.database}_backup WITH (FORCE)")

    @property
    def path(self) -> str:
        return str(self.url.database)

    def _run(self, statement: str) -> None:
        engine = sqlalchemy.create_engine(self.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()


@pytest.fixture
def two_families(app: Flask, people: People) -> None:
    """Ana visits Theo, too."""
    with app.app_context():
        db.session.add(Assignment(programme_id=people.programme, family_id=people.families["F-003"],
                                  account_id=people.accounts["ana"], from_on=TODAY))  # fmt: skip
        db.session.commit()


@pytest.fixture
def backup(app: Flask) -> Iterator[Backup]:
    """The installation's backup."""
    backup = Backup(app)
    yield backup
    backup.drop()


def paused(serving, work: Callable[[], None]) -> None:
    """Do something while the server is stopped."""
    serving.stop()
    try:
        work()
    finally:
        serving.start()


def restored(tablet: Tablet, serving, backup: Backup, *, tells: bool) -> None:
    """Yesterday's backup, a visit since, the restore; then the tablet has another visit to send."""
    tablet.sign_in()
    paused(serving, backup.make)
    tablet.begin()
    tablet.tap("VOC", "TALK", "LOOK")
    tablet.kept()
    tablet.all_sent()
    tablet.leave()
    tablet.all_sent()
    tablet.ledger.said.clear()  # what was true yesterday is not any more
    paused(serving, lambda: backup.restore(tells=tells))
    tablet.begin("Theo")
    tablet.tap("CRY", "COMF")
    tablet.kept()
    tablet.all_sent()


@pytest.mark.usefixtures("two_families")
def test_fault_25_restored_from_yesterdays_backup(app: Flask, tablets, proxy: Proxy, serving, backup: Backup) -> None:
    tablet = tablets(proxy.address)
    restored(tablet, serving, backup, tells=True)
    check(app, tablet.ledger)


@pytest.mark.usefixtures("two_families")
def test_fault_25_a_restore_that_nobody_tells(app: Flask, tablets, proxy: Proxy, serving, backup: Backup) -> None:
    tablet = tablets(proxy.address)
    with pytest.raises(AssertionError, match="observations are there"):
        restored(tablet, serving, backup, tells=False)
        check(app, tablet.ledger)


def published_meanwhile(app: Flask, people: People, tablet: Tablet, proxy: Proxy) -> None:
    """While an observation is open and its taps wait, a version of its scheme is published that has no TALK."""
    tablet.sign_in()
    tablet.begin()
    proxy.plan = lambda request: answering(502, b"") if request.path.startswith(API) else None
    tablet.tap("VOC", "TALK")
    tablet.kept()
    document = library.document(library.builtin(USUAL).id) | {"version": 7}
    document["responses"] = [one for one in document["responses"] if one["code"] != "TALK"]
    with app.app_context():
        db.session.add(
            StoredInstrument(programme_id=people.programme, kind="scheme", name=USUAL, version=7,
                             hash=library.digest(document), document=document)
        )  # fmt: skip
        db.session.commit()
    proxy.plan = lambda request: None
    tablet.page.goto("/record/en")
    tablet.on("observing")
    tablet.watch()
    tablet.tap("LOOK", "TALK")
    tablet.kept()
    tablet.all_sent()


def assert_under_its_own(app: Flask) -> None:
    with app.app_context():
        own = library.builtin(USUAL).hash
        assert db.session.scalars(select(Log)).one().instrument_hash == own
        assert set(db.session.scalars(select(StoredFigures.scheme_hash))) <= {own}


def test_fault_26_a_scheme_is_published_anew(app: Flask, people: People, tablets, proxy: Proxy) -> None:
    tablet = tablets(proxy.address)
    published_meanwhile(app, people, tablet, proxy)
    check(app, tablet.ledger)
    assert_under_its_own(app)


def test_fault_26_a_server_that_knows_the_newest_only(
    app: Flask, people: People, tablets, proxy: Proxy, monkeypatch
) -> None:
    known = admission.with_hash

    def newest(programme, hash):
        newer = select(func.count()).select_from(StoredInstrument).where(StoredInstrument.name == USUAL)
        return None if db.session.scalar(newer) else known(programme, hash)

    monkeypatch.setattr(admission, "with_hash", newest)
    tablet = tablets(proxy.address)
    with pytest.raises(AssertionError):
        published_meanwhile(app, people, tablet, proxy)
        check(app, tablet.ledger)


def file_first(app: Flask, tablet: Tablet, proxy: Proxy, folder: Path) -> None:
    """What waits is saved as a file, which the server takes; then the network is back after all."""
    tablet.sign_in()
    tablet.begin()
    proxy.plan = lambda request: answering(502, b"") if request.path.startswith(API) else None
    tablet.tap("VOC", "TALK", "LOOK")
    tablet.kept()
    made = tablet.page.evaluate("async () => (await import('/static/js/emergency.js')).emergency([])")
    file = folder / "recorder-emergency.json"
    file.write_text(json.dumps(made))
    known = {f"RECORDER_{name}": value for name, value in SECRETS.items()}
    environment = os.environ | known | {"RECORDER_DATABASE_URL": app.config["DATABASE_URL"]}
    command = [str(Path(sys.executable).with_name("recorder")), "import", str(file)]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    tablet.tap("CRY")
    tablet.kept()
    proxy.plan = lambda request: None
    tablet.all_sent()


def test_fault_28_an_emergency_file_and_then_normal_sync(app: Flask, tablets, proxy: Proxy, tmp_path: Path) -> None:
    tablet = tablets(proxy.address)
    file_first(app, tablet, proxy, tmp_path)
    check(app, tablet.ledger)


def test_fault_28_a_server_that_only_appends(app: Flask, tablets, proxy: Proxy, tmp_path: Path, monkeypatch) -> None:
    def append(log, part):
        run = segments.Run(log.stored_upto + 1, log.head, list(part.events))
        log.head, log.stored_upto = segments.extend(run.head, run.events), run.upto_seq
        return segments.Stored(fresh=[run], joined=list(part.events))

    monkeypatch.setattr(segments, "join", append)
    tablet = tablets(proxy.address)
    with pytest.raises(AssertionError):
        file_first(app, tablet, proxy, tmp_path)
        check(app, tablet.ledger)
