"""What the tests stand on: a fresh migrated database (both kinds), an invented programme, a live server, a browser.

`app` runs every test that asks for it on SQLite and on PostgreSQL. PostgreSQL is started once a run on a socket in a
folder of its own (no port, so it never meets another server); each test gets a clone of a migrated template, in which
the invented programme already stands where the test asks for it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

import machine
import pytest
import sqlalchemy
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from installation import SECRETS, administer, dispose
from jinja2.bccache import Bucket, BytecodeCache
from people import PASSWORD, People, make_people

from recorder import create_app
from recorder import db as database

# how long an example takes says how busy this machine is; what has to be quick has a benchmark
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long campaigns run only when they are asked for by name."""
    if "campaign" in config.getoption("-m"):
        return
    long = [item for item in items if item.get_closest_marker("campaign")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A skipped test is a failure in CI: a proof that did not run proves nothing."""
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"


@pytest.fixture(scope="session", autouse=True)
def key_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One store of families' keys for the run: databases that are cloned share their families. Who destroys keys takes
    `own_keys`."""
    path = tmp_path_factory.mktemp("keys") / "families.keys"
    os.environ["RECORDER_KEY_STORE"] = str(path)
    yield path
    del os.environ["RECORDER_KEY_STORE"]


@pytest.fixture
def own_keys(key_store: Path, tmp_path: Path, people: People, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that store, for a test that destroys keys; to be asked for before `app`."""
    path = Path(shutil.copy(key_store, tmp_path / "families.keys"))
    monkeypatch.setenv("RECORDER_KEY_STORE", str(path))
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A PostgreSQL server of our own; the value is its URL without a database's name."""
    programs = machine.postgresql()
    assert programs, "PostgreSQL is missing: run `make test`"
    home = Path(tempfile.mkdtemp(prefix="pg-", dir=machine.memory()))  # short: a socket's path ends at 107 bytes
    as_user: dict[str, str] = {}
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
        as_user = {"user": "postgres"}

    def run(*command: str | Path) -> None:
        subprocess.run([str(part) for part in command], cwd=home, check=True, stdout=subprocess.DEVNULL, **as_user)

    run(programs / "initdb", "-D", home / "data", "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
        "--no-sync", "--no-instructions")  # fmt: skip
    options = f"-c fsync=off -c full_page_writes=off -c listen_addresses= -c max_connections=200 -k {home}"
    run(programs / "pg_ctl", "-D", home / "data", "-l", home / "log", "-w", "-o", options, "start")
    yield f"postgresql+psycopg://test@/{{name}}?host={home}"
    run(programs / "pg_ctl", "-D", home / "data", "-m", "immediate", "stop")
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def template(postgresql: str) -> str:
    """A migrated database that others are cloned from."""
    administer(postgresql, "CREATE DATABASE template_recorder")
    app = create_app(DATABASE_URL=postgresql.format(name="template_recorder"), **SECRETS)
    database.upgrade(app)
    dispose(app)
    return "template_recorder"


@pytest.fixture(scope="session")
def template_with_people(postgresql: str, template: str) -> tuple[str, People]:
    """The same with the invented programme in it."""
    clone(postgresql, template, "template_people")
    return "template_people", settle_in(postgresql.format(name="template_people"))


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that others are copied from."""
    path = tmp_path_factory.mktemp("template") / "recorder.sqlite"
    app = create_app(DATABASE_URL=f"sqlite:///{path}", **SECRETS)
    database.upgrade(app)
    dispose(app)  # the last connection that closes brings the write-ahead log into the file
    return path


@pytest.fixture(scope="session")
def migrated_with_people(migrated: Path) -> tuple[Path, People]:
    """The same with the invented programme in it."""
    path = Path(shutil.copy(migrated, migrated.with_name("people.sqlite")))
    return path, settle_in(f"sqlite:///{path}")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database, once for each kind; empty, unless the test asks for `people`."""
    inhabited = "people" in request.fixturenames
    if request.param == "sqlite":
        source = (
            request.getfixturevalue("migrated_with_people")[0] if inhabited else request.getfixturevalue("migrated")
        )
        shutil.copy(source, tmp_path / "recorder.sqlite")
        yield f"sqlite:///{tmp_path / 'recorder.sqlite'}"
        return
    server, name = request.getfixturevalue("postgresql"), f"test_{next(_numbers)}"
    template = request.getfixturevalue("template_with_people")[0] if inhabited else request.getfixturevalue("template")
    clone(server, template, name)
    yield server.format(name=name)
    administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    """The application on a fresh database."""
    app = create_app(DATABASE_URL=database_url, TESTING=True, **SECRETS)
    app.jinja_env.bytecode_cache = COMPILED
    yield app
    dispose(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that is not signed in."""
    return app.test_client()


@pytest.fixture
def people(request: pytest.FixtureRequest, database_url: str) -> People:
    """A small invented programme, and a second one beside it that must stay unseen: `people.py` says who is who."""
    on_sqlite = database_url.startswith("sqlite")
    return request.getfixturevalue("migrated_with_people" if on_sqlite else "template_with_people")[1]


@pytest.fixture
def signed_in(app: Flask, people: People):
    """A function from a sign-in name to a client that is signed in as that person."""

    def sign_in(name: str) -> FlaskClient:
        client = app.test_client()
        page = client.get("/sign-in").get_data(as_text=True)
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        answer = client.post("/sign-in", data={"csrf_token": token, "sign_in": name, "password": PASSWORD})
        assert answer.status_code == 302, answer.get_data(as_text=True)
        return client

    return sign_in


@pytest.fixture
def sqlite_app(tmp_path: Path, migrated: Path) -> Iterator[Flask]:
    """The application on SQLite alone, for journeys in the browser."""
    shutil.copy(migrated, tmp_path / "recorder.sqlite")
    app = create_app(DATABASE_URL=f"sqlite:///{tmp_path / 'recorder.sqlite'}", **SECRETS)
    app.jinja_env.bytecode_cache = COMPILED
    yield app
    dispose(app)


@pytest.fixture
def server(sqlite_app: Flask) -> Iterator[str]:
    """A live server with the invented programme; the value is its address. `sqlite_app` reads its database."""
    from waitress import create_server

    with sqlite_app.app_context():
        make_people()
    server = create_server(sqlite_app, host="127.0.0.1", port=0, threads=4, ident=None)
    stopping = threading.Event()

    def run() -> None:  # the loop's own thread closes what it opened: from outside, something would be left open
        while not stopping.is_set():
            server.asyncore.loop(timeout=1, map=server._map, count=1)
        server.task_dispatcher.shutdown()
        for channel in list(server.active_channels.values()):
            channel.handle_close()
        server.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    stopping.set()
    server.pull_trigger()
    thread.join()


@pytest.fixture(scope="session")
def chromium() -> Iterator:
    """One Chromium for the whole run."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=machine.chromium())
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, server: str) -> Iterator:
    """A fresh page at a tablet's size, in English; it fails the test when the console names the content policy or a
    script throws."""
    context = chromium.new_context(
        base_url=server,
        viewport={"width": 1024, "height": 768},
        locale="en-US",
        timezone_id="America/Chicago",
        service_workers="block",  # `test_offline.py` is about it; elsewhere it would fetch the shell in every test
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda m: faults.append(m.text) if "Content Security Policy" in m.text else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert faults == []


def settle_in(database_url: str) -> People:
    """Make the invented programme in a migrated database, and close it."""
    app = create_app(DATABASE_URL=database_url, **SECRETS)
    with app.app_context():
        people = make_people()
    dispose(app)
    return people


def clone(server: str, template: str, name: str) -> None:
    """Make a database like another one. From its 15th version on PostgreSQL has to be told to copy the files: else it
    writes each page into its log, which takes eight times as long."""
    engine = sqlalchemy.create_engine(server.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        major = (connection.dialect.server_version_info or (0,))[0]
        how = "STRATEGY FILE_COPY" if major >= 15 else ""
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template} {how}")
    engine.dispose()


def _count() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


_numbers = _count()


class _Compiled(BytecodeCache):
    """Templates, compiled once a run and not once a test; a template that changed is another one."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


COMPILED = _Compiled()
