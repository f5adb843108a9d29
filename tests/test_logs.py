"""Words that were planted in the records and in what is sent stand in no log, no address, no cache and no export."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator

import matrix
import pytest
from flask import Flask
from installation import SECRETS, dispose
from matrix import Cell, World
from people import PASSWORD, People

from recorder import create_app, logs

PLANTED = ("Luis", "Noor", "Hana", "Lani", "Vera", "stove", "They moved", "What was that", "Nell",
           "the-session-of", PASSWORD, "spring2026spring")  # fmt: skip
"""Names, a safety note, a life event, a question, an assessor; tokens and passwords."""


class Kept(logging.Handler):
    """Keeps what would be written, as it would be."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.setFormatter(logs.Lines(form))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def talking(database_url: str, app: Flask, people: People) -> Iterator[World]:
    """The matrix's world, with logs in JSON."""
    talking = create_app(DATABASE_URL=database_url, LOG_FORMAT="json", **SECRETS)
    yield matrix.build(talking, people)
    dispose(talking)


def listen(app: Flask, form: str = "json") -> Kept:
    kept = Kept(form)
    app.logger.handlers[:] = [kept]
    return kept


def planted_in(text: str) -> list[str]:
    return [word for word in PLANTED if re.search(rf"\b{re.escape(word)}", text)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_planted_words_are_in_no_log_no_address_no_cache_and_no_export(talking: World) -> None:
    kept, seen = listen(talking.app), set()
    with matrix.nothing_is_kept():
        for cell in matrix.cells(talking.app):
            if cell.relation not in {"", "own"} or cell.principal in {"auditor", "clinician", "revoked tablet"}:
                continue
            body = {"csrf_token": talking.tokens[cell.principal], "note": "stove", "name": "Luis", "password": PASSWORD}
            headers = talking.headers[cell.principal]
            with talking.browser.open(
                f"{talking.path(cell)}?q=Luis", method=cell.method, data=body if cell.method == "POST" else None,
                headers=headers,
            ) as answer:  # fmt: skip
                text = answer.data.decode(errors="replace")
                links = re.findall(r'(?:href|src|action)="([^"]*)"', text) if answer.mimetype == "text/html" else []
                location = answer.headers.get("Location", "").replace("%3Fq%3DLuis", "").replace("?q=Luis", "")
                for link in [*links, location]:
                    assert not planted_in(link.replace("q=Luis", "")), (cell, link)
                if cell.endpoint in matrix.KEPT or cell.endpoint == "programme.export":
                    assert not planted_in(text), cell
                seen |= set(planted_in(text))
    written = "\n".join(kept.lines)
    assert not planted_in(written) and "/invitation/" not in written
    assert {"Luis", "stove", "They moved"} <= seen, "they were there to be found"
    lines = [json.loads(line) for line in kept.lines]
    assert len(lines) > 500 and {line["endpoint"] for line in lines} > {"families.show", "sync.pull"}
    assert any(line["account"] for line in lines) and any(line["device"] for line in lines)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("form", logs.FORMATS)
def test_a_fault_is_written_down_by_its_type_and_place(talking: World, monkeypatch, form: str) -> None:
    def burst(**parts: object) -> str:
        raise RuntimeError("Luis")

    monkeypatch.setitem(talking.app.view_functions, "families.index", burst)
    kept = listen(talking.app, form)
    assert talking.ask(Cell("families.index", "GET", "/families/", (), "visitor", ""))[0] == 500
    line = next(line for line in kept.lines if "unexpected error" in line)
    assert "RuntimeError" in line and "test_logs.py:" in line and "burst" in line and "\n" not in line
    assert "Luis" not in line


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_ordinary_formatter_would_have_told(talking: World, monkeypatch) -> None:
    """The defence switched off: with Python's own lines the planted word is found."""

    def burst(**parts: object) -> str:
        raise RuntimeError("Luis")

    monkeypatch.setitem(talking.app.view_functions, "families.index", burst)
    kept = listen(talking.app)
    kept.setFormatter(logging.Formatter())
    talking.ask(Cell("families.index", "GET", "/families/", (), "visitor", ""))
    assert planted_in("\n".join(kept.lines)) == ["Luis"]


def test_a_statement_that_fails_does_not_tell_its_parameters(app: Flask, people: People) -> None:
    from sqlalchemy.exc import DBAPIError

    from recorder.db import db

    with app.app_context(), pytest.raises(DBAPIError) as failed:
        db.session.connection().execute(db.text("SELECT * FROM nowhere WHERE name = :name"), {"name": "Luis"})
    assert "Luis" not in str(failed.value)
