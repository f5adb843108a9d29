"""What every answer carries, also where no page is; an error page tells nothing; a host that we are not gets nothing.

`test_matrix.py` asks every page for its headers, and sends every form from elsewhere."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from installation import SECRETS, dispose

from recorder import create_app
from recorder.protection import HEADERS


def test_every_answer_carries_the_headers(client: FlaskClient) -> None:
    for path in ("/sign-in", "/nowhere", "/", "/api/v1/nowhere", "/static/css/base.css"):
        with client.get(path) as answer:
            for name, value in HEADERS.items():
                assert answer.headers[name] == value, (path, name)


def test_a_form_without_its_token_is_refused_with_what_to_do(signed_in) -> None:
    answer = signed_in("ana").post("/sign-out")
    assert answer.status_code == 400 and "load the page again" in answer.get_data(as_text=True)


def test_a_page_that_is_not_there_tells_nothing(client: FlaskClient) -> None:
    answer = client.get("/families/../nothing")
    assert answer.status_code == 404 and "nothing here that you can open" in answer.get_data(as_text=True)
    api = client.get("/api/v1/nothing")
    assert api.status_code == 404 and api.json["error"]["status"] == 404


def test_an_unexpected_error_is_a_number_and_no_traceback(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def burst() -> str:
        raise RuntimeError("Mia")

    monkeypatch.setitem(app.view_functions, "account.sign_in", burst)
    app.testing = False
    answer = app.test_client().get("/sign-in")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 500 and re.search(r"number: [0-9a-f]{8}", text)
    assert "Mia" not in text and "Traceback" not in text


def test_a_form_that_is_too_large_is_refused_in_words(signed_in) -> None:
    answer = signed_in("sol").post("/families/new", data={"goal": "x" * 4_000_000})
    assert answer.status_code == 413 and "too large" in answer.get_data(as_text=True)


def test_a_host_that_we_are_not_gets_nothing(database_url: str) -> None:
    """A forged Host would put somebody else's address into what is written with it: a code for a tablet, a link."""
    app = create_app(DATABASE_URL=database_url, TRUSTED_HOSTS="recorder.example, localhost", **SECRETS)
    client = app.test_client()
    for host, status in (("recorder.example", 200), ("localhost", 200), ("evil.example", 400)):
        answer = client.get("/sign-in", headers={"Host": host})
        assert answer.status_code == status
        assert "evil" not in answer.get_data(as_text=True) and "Traceback" not in answer.get_data(as_text=True)
    dispose(app)
