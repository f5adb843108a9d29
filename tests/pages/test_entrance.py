"""The sign-in page waits for its own place only, and nobody ever meets half a map."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask, url_for
from installation import SECRETS

from recorder.access import POLICY
from recorder.pages import PLACES

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FIRST_PAGE = """
import sys
from recorder import create_app
page = create_app().test_client().get("/sign-in")
assert page.status_code == 200, page.status
print(*sys.modules)
"""


def test_the_first_page_waits_for_nothing_heavy(migrated: Path) -> None:
    environment = {f"RECORDER_{name}": value for name, value in SECRETS.items()}
    environment["RECORDER_DATABASE_URL"] = f"sqlite:///{migrated}"
    command = [sys.executable, "-c", FIRST_PAGE]
    run = subprocess.run(command, capture_output=True, text=True, env=os.environ | environment, check=False)
    assert run.returncode == 0, run.stderr
    loaded = set(run.stdout.split())
    heavy = {"numpy", "scipy", "reportlab", "uharfbuzz", "cryptography", "pyarrow", "xlsxwriter", "alembic", "argon2"}
    assert loaded & heavy == set()
    rooms = {f"recorder.{room}" for room in ("demo", "ingest", "feedback", "measures", "programme", "exchange")}
    assert loaded & (rooms | {f"recorder.pages.{place}" for place in PLACES}) == {"recorder.pages.account"}


@ON_SQLITE
def test_a_page_of_the_first_place_shows_the_way_to_all_others(app: Flask, client, people) -> None:
    client.get("/sign-in")
    assert set(app.blueprints) == {"account"}
    with app.test_request_context("/sign-in"):
        assert url_for("account.me") == "/me" and set(app.blueprints) == {"account"}
        assert url_for("families.index") == "/families/" and set(app.blueprints) == set(PLACES)


@ON_SQLITE
def test_walking_the_map_meets_every_address(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(POLICY)


@ON_SQLITE
def test_whoever_comes_at_the_same_time_waits_for_all_places(app: Flask) -> None:
    together = Barrier(6)

    def ask(path: str) -> int:
        together.wait()
        return app.test_client().get(path).status_code

    paths = ["/families/", "/sign-in", "/programme/", "/visits/", "/record/en", "/worker.js"]
    with ThreadPoolExecutor(len(paths)) as pool:
        assert list(pool.map(ask, paths)) == [302, 200, 302, 302, 200, 200]
