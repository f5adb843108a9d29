"""The tablet's shell and its words: the same for everybody, so that any cache may keep them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

STATIC = Path(__file__).parents[2] / "static"
WORDING = Path(__file__).parents[2] / "recorder" / "feedback" / "wording"


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_shell_stands_in_its_language_without_a_sign_in(client: FlaskClient, language: str) -> None:
    answer = client.get(f"/record/{language}")
    assert answer.status_code == 200
    assert f'<html lang="{language}" dir="ltr">' in answer.get_data(as_text=True)


def test_the_shell_holds_no_personal_word(signed_in, client: FlaskClient) -> None:
    ana = signed_in("ana").get("/record/en").get_data()
    assert b"Ana" not in ana and b"Mia" not in ana and b"csrf" not in ana
    assert ana == signed_in("ben").get("/record/en").get_data() == client.get("/record/en").get_data()


@pytest.mark.parametrize("path", ["/record/en", "/i18n/es.json", "/wording/es.json"])
def test_caches_may_keep_it_and_ask_whether_it_changed(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in answer.headers and "Cookie" not in answer.headers.get("Vary", "")
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


@pytest.mark.parametrize("path", ["/record/xx", "/record/EN", "/record/", "/i18n/fr.json", "/i18n/en",
                                  "/wording/de.json"])  # fmt: skip
def test_a_language_that_is_not_on_the_list_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_shell_only_answers_reading(client: FlaskClient) -> None:
    assert client.post("/record/en").status_code in {400, 405}


def test_the_words_are_the_catalogue(client: FlaskClient) -> None:
    words = client.get("/i18n/es.json").get_json()
    assert isinstance(words, dict)
    assert all(isinstance(word, str) for word in words.values())


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_wording_of_a_page_comes_with_the_letters_that_can_be_printed(client: FlaskClient, language: str) -> None:
    words = client.get(f"/wording/{language}.json").get_json()
    letters, icons, cards = words.pop("letters"), words.pop("icons"), words.pop("cards")
    assert len(cards["cards"]) >= 10 and cards["lead"]
    assert set(icons) == {"strengths", "shown", "step", "idea", "for_you", "next"} and all(icons.values())
    assert words == json.loads((WORDING / f"{language}.json").read_text(encoding="utf-8"))
    for letter, drawn in {"ñ": True, "…": True, "م": True, "🎵": False, "ก": False}.items():
        assert any(first <= ord(letter) <= last for first, last in letters) is drawn, letter


def test_nothing_in_the_shell_is_inline(client: FlaskClient) -> None:
    page = client.get("/record/en").get_data(as_text=True)
    assert "style=" not in page and "<style" not in page
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


def test_only_one_file_touches_storage() -> None:
    """The arrows in the browser: device.js keeps, tape.js imports nothing, the outbox knows no page."""
    modules = {path.name: path.read_text(encoding="utf-8") for path in (STATIC / "js").glob("*.js")}
    for word in ("indexedDB", "localStorage", "sessionStorage"):
        assert {name for name, text in modules.items() if word in text} <= {"device.js"}, word
    assert "import" not in re.sub(r"/\*.*?\*/", "", modules["tape.js"], flags=re.S)
    assert imports(modules["outbox.js"]) == {"chain.js", "server.js", "timings.js", "uuid7.js", "vault.js"}


def imports(text: str) -> set[str]:
    return set(re.findall(r'from "\./([\w.]+)"', text))
