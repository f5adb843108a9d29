"""The page that takes a tablet's emergency file: looked at first, taken once, refused in one sentence."""

from __future__ import annotations

import io
import json
import uuid

import pytest
from enrolling import Enrolled, enrol
from flask import Flask
from forms import beside, filled, send, send_parts, words
from people import People
from sealing import LogKey, sealed
from sqlalchemy import func, select
from tablet import observed, safety
from werkzeug.datastructures import FileStorage

from recorder.db import db
from recorder.records.observations import Log, Quarantined, StoredFigures

PATH = "/devices/emergency/"


@pytest.fixture
def tablet(app: Flask, people: People) -> Enrolled:
    return enrol(app, people, site_id=people.sites["north"])


def file(*parts: dict, **more) -> bytes:
    said = {"format": "recorder-emergency/1", "made_at": "2026-03-02T15:04:11.250Z", "device": None}
    return json.dumps(said | more | {"logs": list(parts)}).encode()


def choose(client, body: bytes):
    return send_parts(client, PATH, {"file": FileStorage(io.BytesIO(body), "recorder.json")})


def count(app: Flask, table) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table))


def test_a_file_is_looked_at_and_then_taken_once(app: Flask, signed_in, people: People, tablet) -> None:
    sol, log = signed_in("sol"), observed(people)
    body = file(sealed(log, tablet.server_key, key=LogKey()), device=str(tablet.id))
    preview = choose(sol, body)
    page, n = words(preview), len(log.strings)
    assert "1 record in this file" in page and f"{n} entries are in it, {n} of them new." in page
    assert "Observation" in page and "F-001" in page and "Ana" in page and count(app, Log) == 0
    done = sol.get(send_parts(sol, PATH, filled(preview)).location)
    assert f"{n} new entries were taken." in words(done) and count(app, StoredFigures) == 1
    again = choose(sol, body)
    assert "0 of them new." in words(again)
    done = sol.get(send_parts(sol, PATH, filled(again)).location)
    assert "Everything in this file was here already." in words(done)
    assert (count(app, Log), count(app, StoredFigures), count(app, Quarantined)) == (1, 1, 0)


def test_what_cannot_count_is_put_aside_and_said(app: Flask, signed_in, people: People, tablet) -> None:
    sol = signed_in("sol")
    foreign = observed(people, family=str(people.families["F-004"]))
    preview = choose(sol, file(foreign.part()))
    assert "F-004" not in words(preview), "not hers to read"
    done = sol.get(send_parts(sol, PATH, filled(preview)).location)
    assert "Some of it is put aside" in words(done) and "Put aside (1 waiting)" in words(done)


def test_words_of_a_safety_note_are_in_no_preview(signed_in, people: People, tablet) -> None:
    log = safety(people)
    preview = choose(signed_in("sol"), file(sealed(log, tablet.server_key, key=LogKey())))
    assert "Safety note" in words(preview) and "stove" not in words(preview).lower()


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "Please choose a file."),
        (b"{", "not JSON"),
        (b"\xff", "not UTF-8"),
        (b'{"format": "observation/1"}', "no emergency file"),
        (b" " * 8_388_609, "too large for this page"),
    ],
)
def test_a_wrong_file_is_said_beside_the_field(app: Flask, signed_in, body: bytes, sentence: str) -> None:
    answer = choose(signed_in("sol"), body)
    assert answer.status_code == 422 and sentence in beside(answer, "file")
    assert count(app, Log) == 0


def test_words_in_place_of_a_file_are_no_file(signed_in) -> None:
    answer = send(signed_in("sol"), PATH, {"file": "recorder.json"})
    assert answer.status_code == 422 and beside(answer, "file") == "Please choose a file."


def test_a_file_of_another_programme_or_server_is_refused(app: Flask, signed_in, people: People, tablet) -> None:
    far, log, sol = enrol(app, people, by="olga"), observed(people), signed_in("sol")
    theirs = sealed(log, far.server_key, key=LogKey())
    elsewhere = theirs | {"key": "AAAA" * 128}
    for body in (file(theirs), file(theirs, device=str(far.id)), file(elsewhere, device=str(uuid.uuid4()))):
        assert "of another programme, or of another server" in beside(choose(sol, body), "file")
    assert count(app, Log) == 0


def test_a_file_as_large_as_may_be_comes_through_both_forms(app: Flask, signed_in, people: People, tablet) -> None:
    sol, part = signed_in("sol"), observed(people).part()
    padding = "x" * (app.config["EMERGENCY_BYTES"] - len(file(part, made_at="")))
    preview = choose(sol, file(part, made_at=padding))
    assert preview.status_code == 200
    assert send_parts(sol, PATH, filled(preview)).status_code == 302
    assert count(app, StoredFigures) == 1
