"""Every sentence of the program has its Spanish, with the same places to fill in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from recorder.languages import LANGUAGES, sentences

CATALOGUES = Path(__file__).parent.parent / "recorder" / "translations"
PLACES = re.compile(r"%\(\w+\)s|\{\w+\}")


def test_no_sentence_lacks_its_spanish_and_every_place_is_kept() -> None:
    with open(CATALOGUES / "es" / "LC_MESSAGES" / "messages.po", "rb") as file:
        catalogue = read_po(file, locale="es")
    for message in catalogue:
        if not message.id:
            continue
        english = [message.id] if isinstance(message.id, str) else list(message.id)
        spanish = [message.string] if isinstance(message.string, str) else list(message.string)
        assert all(spanish), f"no Spanish for {message.id!r}"
        assert set(PLACES.findall(english[-1])) == set(PLACES.findall(spanish[-1])), message.id


def test_the_catalogue_says_how_spanish_counts() -> None:
    header = (CATALOGUES / "es" / "LC_MESSAGES" / "messages.po").read_text(encoding="utf-8").split("\n\n")[0]
    assert '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"' in header


def test_the_browser_gets_the_same_catalogue(client: FlaskClient) -> None:
    assert client.get("/i18n/es.json").json == sentences("es") and len(sentences("es")) > 300
    assert client.get("/i18n/xx.json").status_code == 404


def test_a_person_reads_the_sign_in_page_in_her_browsers_language(client: FlaskClient) -> None:
    assert set(LANGUAGES) == {"en", "es", "ar"}
    spanish = client.get("/sign-in", headers={"Accept-Language": "es-MX,es;q=0.9"}).get_data(as_text=True)
    assert 'lang="es"' in spanish and sentences("es")["Password"] in spanish
    english = client.get("/sign-in", headers={"Accept-Language": "vi"}).get_data(as_text=True)
    assert 'lang="en"' in english


def test_arabic_says_everything_and_keeps_every_place(client: FlaskClient) -> None:
    with open(CATALOGUES / "ar" / "LC_MESSAGES" / "messages.po", "rb") as file:
        for message in read_po(file, locale="ar"):
            if isinstance(message.id, str):
                assert message.string or not message.id, f"no Arabic for {message.id!r}"
                assert not message.id or set(PLACES.findall(message.id)) == set(PLACES.findall(message.string)), (
                    message.id
                )
            elif message.id:
                assert len(message.string) == 6 and all(message.string), message.id
    page = client.get("/sign-in", headers={"Accept-Language": "ar-EG"}).get_data(as_text=True)
    assert '<html lang="ar" dir="rtl">' in page and sentences("ar")["Password"] in page


def english_of(value: object) -> Iterator[str]:
    """Every English text in an instrument's file."""
    if isinstance(value, dict):
        if isinstance(value.get("en"), str):
            yield value["en"]
            return
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from english_of(one)


def test_what_the_built_in_instruments_say_is_said_in_arabic_too() -> None:
    known = sentences("ar")
    for path in sorted((CATALOGUES.parent / "instruments").glob("*.json")):
        for english in english_of(json.loads(path.read_text(encoding="utf-8"))):
            assert known.get(english), f"{path.name}: no Arabic for {english!r}"
