"""Every answer carries its protection; a form is taken from our own pages only; an error page tells nothing."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from recorder.protection import HEADERS


def test_every_answer_carries_the_headers(client: FlaskClient) -> None:
    for path in ("/sign-in", "/nowhere", "/", "/api/v1/nowhere", "/static/css/base.css"):
        with client.get(path) as answer:
            for name, value in HEADERS.items():
                assert answer.headers[name] == value, (path, name)


def test_a_signed_in_page_is_kept_in_no_cache(signed_in) -> None:
    with signed_in("ana").get("/families/") as answer:
        assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"


def test_no_page_holds_an_inline_script_or_style(signed_in, people) -> None:
    for name in ("ana", "sol", "mara", "ida"):
        client = signed_in(name)
        for path in (
            "/",
            "/families/",
            "/visits/",
            "/programme/",
            "/accounts/",
            "/me",
            f"/families/{people.families['F-001']}",
        ):
            text = client.get(path, follow_redirects=True).get_data(as_text=True)
            assert not re.search(r"<[^>]+\sstyle=|<style|<script(?![^>]*\ssrc=)|\son\w+=\"", text), path


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_form_from_elsewhere_is_refused(signed_in, headers: dict[str, str]) -> None:
    assert signed_in("ana").post("/sign-out", headers=headers).status_code == 403


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
