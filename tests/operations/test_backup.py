"""A backup holds everything of one moment, opens for one key only, and fills an empty machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from installation import SECRETS, administer, dispose
from people import People
from sqlalchemy import func, select
from tablet import batch, observed

from recorder import create_app, ingest
from recorder.commands import main
from recorder.db import db
from recorder.operations import erasure, locked_file, snapshot
from recorder.operations.backup import backup
from recorder.records.families import Child, Family
from recorder.records.life import life
from recorder.records.observations import Log, Segment, StoredFigures
from recorder.records.people import Account


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A private and a public key, in files."""
    folder = tmp_path_factory.mktemp("keys")
    made = rsa.generate_private_key(65537, 2048)
    private, public = folder / "private.pem", folder / "public.pem"
    private.write_bytes(made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                           serialization.NoEncryption()))  # fmt: skip
    public.write_bytes(made.public_key().public_bytes(serialization.Encoding.PEM,
                                                      serialization.PublicFormat.SubjectPublicKeyInfo))  # fmt: skip
    return private, public


@pytest.fixture
def empty(app: Flask, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an installation that holds nothing yet."""
    if app.config["DATABASE_URL"].startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'new' / 'recorder.sqlite'}"
        return
    server = request.getfixturevalue("postgresql")
    administer(server, "CREATE ROLE keeper LOGIN")  # no superuser: policies hold for it
    administer(server, "CREATE DATABASE restored OWNER keeper")
    yield server.format(name="restored").replace("test@", "keeper@")
    administer(server, "DROP DATABASE restored WITH (FORCE)")
    administer(server, "DROP ROLE keeper")


def run(url: str, *words: str, **more: str) -> Result:
    environment = {f"RECORDER_{name}": value for name, value in SECRETS.items()} | more
    return CliRunner().invoke(main, list(map(str, words)), env=environment | {"RECORDER_DATABASE_URL": url})


def everything(app: Flask) -> dict[str, list[str]]:
    """Every row of every table, as the database itself has it."""
    with app.app_context(), db.engine.connect() as connection:
        there = {table.name: connection.execute(select(table)).all() for table in snapshot._tables(connection)}
    return {name: sorted(map(repr, rows)) for name, rows in there.items() if name != "life"}


def test_an_empty_machine_becomes_what_the_backup_holds(
    app: Flask, people: People, keys: tuple[Path, Path], empty: str, tmp_path: Path
) -> None:
    private, public = keys
    with app.app_context():
        ana = db.session.get_one(Account, people.accounts["ana"])
        ingest.take(ana, ingest.read(batch(observed(people).part())))
        before = life().epoch
    url, out = app.config["DATABASE_URL"], tmp_path / "monday.backup"
    made = run(url, "backup", out, "--key", public)
    assert made.exit_code == 0 and "checked" in made.output, made.output
    assert b"Northside" not in out.read_bytes() and b"SQLite format" not in out.read_bytes()
    with app.app_context():
        assert life().backed_up_at is not None, "tablets learn up to when a backup holds everything"
    Path(empty.removeprefix("sqlite:///")).parent.mkdir(exist_ok=True) if "sqlite" in empty else None
    came = run(empty, "restore", out, "--key", private)
    assert came.exit_code == 0 and "Restored" in came.output, came.output
    restored = create_app(DATABASE_URL=empty, **SECRETS)
    assert everything(restored) == everything(app)
    with restored.app_context():
        assert "Mia" in db.session.scalars(select(Child.first_name))
        assert db.session.scalar(select(func.count()).select_from(StoredFigures)) == 1
        assert life().epoch > before, "tablets offer everything again"
        ana = db.session.scalars(select(Account).where(Account.sign_in == "ana")).one()
        ingest.take(ana, ingest.read(batch(observed(people).part())))  # its own numbers go on
    dispose(restored)
    again = run(empty, "restore", out, "--key", private)
    assert again.exit_code == 1 and ("there already" in again.output or "not empty" in again.output)


@pytest.mark.parametrize(
    "lacking",
    [
        pytest.param(lambda _: {"RECORDER_MASTER_KEY": "7c1d" * 16}, id="master key"),
        pytest.param(lambda path: {"RECORDER_KEY_STORE": str(path / "none.keys")}, id="families' keys"),
    ],
)
def test_keys_that_open_nothing_are_told(app: Flask, people, keys, empty: str, tmp_path: Path, lacking) -> None:
    out = tmp_path / "monday.backup"
    assert run(app.config["DATABASE_URL"], "backup", out, "--key", keys[1]).exit_code == 0
    Path(empty.removeprefix("sqlite:///")).parent.mkdir(exist_ok=True) if "sqlite" in empty else None
    told = run(empty, "restore", out, "--key", keys[0], **lacking(tmp_path))
    assert told.exit_code == 1 and "Restored" in told.output and "names cannot be read with these keys" in told.output


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_was_cut_changed_or_made_for_another_key_does_not_open(app, people, keys, tmp_path: Path) -> None:
    out, other = tmp_path / "monday.backup", tmp_path / "other.pem"
    run(app.config["DATABASE_URL"], "backup", out, "--key", keys[1])
    whole = out.read_bytes()
    new = f"sqlite:///{tmp_path / 'new.sqlite'}"
    for spoilt, words in (
        (whole[:-1], "cut"),
        (whole[: len(whole) // 2], "cut"),
        (whole[:200] + bytes([whole[200] ^ 1]) + whole[201:], ""),
        (whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:], "changed"),
        (b"a letter", "no backup"),
        (b"", "no backup"),
    ):
        (tmp_path / "spoilt").write_bytes(spoilt)
        told = run(new, "restore", tmp_path / "spoilt", "--key", keys[0])
        assert told.exit_code == 1 and told.output.count("\n") == 1 and words in told.output, told.output
        assert not (tmp_path / "new.sqlite").exists(), "nothing half restored"
    made = rsa.generate_private_key(65537, 2048)
    other.write_bytes(made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                         serialization.NoEncryption()))  # fmt: skip
    assert "another key" in run(new, "restore", out, "--key", other).output
    assert "no private key" in run(new, "restore", out, "--key", keys[1]).output


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_backup_never_replaces_another_and_says_what_it_needs(app: Flask, people, keys, tmp_path: Path) -> None:
    url, out = app.config["DATABASE_URL"], tmp_path / "monday.backup"
    told = run(url, "backup", out)
    assert told.exit_code == 1 and "openssl genrsa" in told.output and not out.exists()
    assert run(url, "backup", out, "--key", keys[1]).exit_code == 0
    first = out.read_bytes()
    assert "never replaces" in run(url, "backup", out, "--key", keys[1]).output and out.read_bytes() == first
    assert "no folder" in run(url, "backup", tmp_path / "none" / "x", "--key", keys[1]).output
    assert sorted(path.name for path in tmp_path.glob("monday*")) == ["monday.backup"], "nothing half is left"


def written_meanwhile(app: Flask, people: People, work: Callable[[], None]) -> int:
    """Do a piece of work while observations come in; returns how many came."""
    done, came = threading.Event(), []

    def write() -> None:
        with app.app_context():
            ana = db.session.get_one(Account, people.accounts["ana"])
            while not done.is_set() or len(came) < 20:
                log = observed(people)
                ingest.take(ana, ingest.read(batch(log.part())))
                came.append(log.id)
            db.session.remove()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        work()
    finally:
        done.set()
        writer.join()
    return len(came)


def test_while_others_write_a_backup_is_of_one_moment(app: Flask, people, keys, empty: str, tmp_path: Path) -> None:
    outs = [tmp_path / f"{number}.backup" for number in range(4)]

    def back_up() -> None:
        with app.app_context():
            for out in outs:
                backup(out, locked_file.public_key(keys[1]))

    came = written_meanwhile(app, people, back_up)
    Path(empty.removeprefix("sqlite:///")).parent.mkdir(exist_ok=True) if "sqlite" in empty else None
    assert run(empty, "restore", outs[-1], "--key", keys[0]).exit_code == 0
    restored = create_app(DATABASE_URL=empty, **SECRETS)
    with restored.app_context():
        counts = {table: db.session.scalar(select(func.count()).select_from(table)) for table in (Log, Segment)}
        assert counts[Log] == counts[Segment] == db.session.scalar(select(func.count()).select_from(StoredFigures))
        assert 0 <= counts[Log] <= came
    dispose(restored)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_was_erased_since_a_backup_stays_erased(
    people: People, own_keys: Path, app: Flask, keys: tuple[Path, Path], empty: str, tmp_path: Path
) -> None:
    out = tmp_path / "monday.backup"
    Path(empty.removeprefix("sqlite:///")).parent.mkdir()
    assert run(app.config["DATABASE_URL"], "backup", out, "--key", keys[1]).exit_code == 0
    with app.app_context():
        erasure.erase(db.session.get_one(Family, people.families["F-001"]))
    came = run(empty, "restore", out, "--key", keys[0])
    assert came.exit_code == 0 and "families 1." in came.output, came.output
    restored = create_app(DATABASE_URL=empty, **SECRETS)
    with restored.app_context():
        names = {child.first_name for child in db.session.scalars(select(Child))}
        assert "Mia" not in names and "Noor" in names
    dispose(restored)
