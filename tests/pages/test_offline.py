"""What a tablet keeps to start without a network: the list is complete, true, and the same for everybody."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from recorder.languages import LANGUAGES

STATIC = Path(__file__).parents[2] / "static"
SERVER_ONLY = {"given.js", "moment_player.js", "print_button.js", "signing_out.js", "worker.js"}
"""Scripts that only the server's own pages load, and the worker itself, which the browser keeps."""


def known(client: FlaskClient) -> dict[str, Any]:
    """The constants that stand before the worker's text."""
    text = client.get("/worker.js").get_data(as_text=True)
    return {name: json.loads(value) for name, value in re.findall(r"^const (\w+) = (.*?);$", text[:20_000], re.M | re.S)
            if name in {"VERSION", "RELEASE", "FILES"}}  # fmt: skip


@pytest.fixture
def files(client: FlaskClient) -> dict[str, str]:
    return known(client)["FILES"]


def test_every_file_comes_from_its_address_with_the_bytes_that_are_listed(client, files: dict[str, str]) -> None:
    assert len(files) > 80
    for path, listed in files.items():
        with client.get(path) as reply:
            assert reply.status_code == 200, path
            assert base64.b64encode(hashlib.sha256(reply.get_data()).digest()).decode() == listed, path


def test_whoever_is_signed_in_gets_the_same_bytes(client, signed_in, files: dict[str, str]) -> None:
    assert known(signed_in("ana"))["FILES"] == files == known(signed_in("mara"))["FILES"]
    for path in files:
        with signed_in("ana").get(path) if path.startswith("/record") else client.get(path) as reply:
            assert b"Ana" not in reply.get_data() or path.startswith("/static"), path


def test_what_the_pages_load_and_what_that_loads_is_in_it(client, files: dict[str, str]) -> None:
    pages = [path for path in files if path.startswith("/record/") or path == "/install"]
    assert len(pages) == len(LANGUAGES) + 1
    for path in pages:
        loaded = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get(path).get_data(as_text=True))
        assert loaded and set(loaded) <= set(files)
    for path in (STATIC / "js").rglob("*.js"):
        name = "/static/" + path.relative_to(STATIC).as_posix()
        assert (name in files) is (path.name not in SERVER_ONLY), f"{name}: who loads it?"
    for path in STATIC.glob("fonts/*.woff2"):
        assert f"/static/fonts/{path.name}" in files


def test_the_words_and_wordings_of_every_language_are_in_it(files: dict[str, str]) -> None:
    for language in LANGUAGES:
        assert {f"/record/{language}", f"/i18n/{language}.json", f"/wording/{language}.json"} <= set(files)


def test_nothing_of_the_api_and_nothing_personal_is_in_it(files: dict[str, str]) -> None:
    allowed = re.compile(r"^/(static/|record/|i18n/|wording/|install$|away$)")
    assert all(allowed.match(path) for path in files)


def test_a_changed_file_is_another_version(app: Flask, client, tmp_path: Path, monkeypatch) -> None:
    before = known(client)
    assert known(client) == before, "and the same files are the same version"
    monkeypatch.setattr("recorder.pages.offline._static", changed("js/tape.js"))
    after = known(client)
    assert after["VERSION"] != before["VERSION"]
    differ = {path for path in before["FILES"] if before["FILES"][path] != after["FILES"][path]}
    assert differ == {"/static/js/tape.js"}


def changed(name: str):
    """How a static file is read, with one more line in one of them."""
    from recorder.pages import offline

    read = offline._static
    return lambda asked: read(asked) + (b"\n" if asked == name else b"")


def test_the_worker_may_control_everything_and_is_asked_for_each_time(client) -> None:
    reply = client.get("/worker.js")
    assert reply.headers["Service-Worker-Allowed"] == "/"
    assert reply.mimetype == "text/javascript" and "no-cache" in reply.headers["Cache-Control"]
    assert client.get("/worker.js", headers={"If-None-Match": reply.headers["ETag"]}).status_code == 304


def test_the_home_screen_starts_the_recorder_in_its_language(client) -> None:
    for asked, started in (("", "en"), ("?language=es", "es"), ("?language=xx", "en")):
        reply = client.get(f"/manifest.webmanifest{asked}")
        manifest = json.loads(reply.get_data())
        assert reply.mimetype == "application/manifest+json"
        assert manifest["start_url"] == f"/record/{started}" and manifest["display"] == "standalone"
        assert manifest["id"] == "/record", "one app, whatever its language"
        sizes = {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]}
        assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
        for icon in manifest["icons"]:
            with client.get(icon["src"]) as file:
                assert file.status_code == 200


def test_the_page_that_sets_a_tablet_up_is_for_anyone_and_names_nobody(client, signed_in) -> None:
    reply = client.get("/install")
    assert reply.status_code == 200 and "public" in reply.headers["Cache-Control"]
    assert signed_in("ana").get("/install").get_data() == reply.get_data()
