"""Bringing in an observation of another program: looked at first, taken whole or not at all."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from forms import beside, filled, send_parts, words
from people import TODAY, People
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from recorder.db import db
from recorder.records.instruments import StoredInstrument
from recorder.records.observations import Log, StoredFigures

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

DATA = Path(__file__).parent.parent / "data"
PATH = "/observations/from-a-file/"


def look(client, path: Path, **fields: str):
    with path.open("rb") as file:
        content = io.BytesIO(file.read())
    return send_parts(client, PATH, fields | {"file": FileStorage(content, filename=path.name)})


def rows(app: Flask, table: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_table_is_mapped_looked_at_and_taken(app: Flask, signed_in, people: People) -> None:
    sol = signed_in("sol")
    columns = {"time": "segment_onset", "until": "segment_offset", "code": "speaker_type", "unit": "ms"}
    page = look(sol, DATA / "childproject_MIT" / "truth__eaf_basic.csv", **columns)
    assert page.status_code == 200 and "296 events" in words(page) and rows(app, Log) == 0
    form = filled(page)
    form.pop("look", None)
    assert form["family"] and form["scheme"] == "own" and form["seconds"] == "301"
    meant = {"CHI": "cue", "FEM": "response", "OCH": "ignored"}
    roles = {f"role-{n}": meant[code] for n, code in enumerate(sorted(meant))}
    at = f"{TODAY - timedelta(days=2)}T10:00"
    answer = send_parts(sol, PATH, form | roles | {
        "family": str(people.families["F-001"]), "at": at, "scheme_name": "voices", "window": "5", "visitor": "ana",
    })  # fmt: skip
    assert answer.status_code == 302, beside(answer, "scheme") or words(answer)
    with app.app_context():
        figures = db.session.scalars(select(StoredFigures)).one()
        scheme = db.session.scalars(select(StoredInstrument)).one()
        assert (scheme.name, scheme.document["ignored"]) == ("voices", ["OCH"])
        assert (figures.cues, figures.codable, figures.answered) == (134, 132, 72)


def test_one_of_a_project_is_chosen_and_what_is_lost_is_said_first(app: Flask, signed_in, people: People) -> None:
    sol = signed_in("sol")
    project = DATA / "boris" / "homevisit_pairs.boris"
    page = look(sol, project)
    assert "What BORIS keeps beside the events" in words(page) and '<option value="V03_B">' in words(page)
    other = send_parts(sol, PATH, filled(page) | {"observation": "V03_B", "look": "again"})
    assert "· V03_B ·" in words(other) and rows(app, Log) == 0


def test_what_cannot_be_meant_is_said_beside_the_file_and_nothing_is_kept(app: Flask, signed_in, tmp_path) -> None:
    sol = signed_in("sol")
    torn = tmp_path / "torn.boris"
    torn.write_bytes((DATA / "boris" / "homevisit_pairs.boris").read_bytes()[:5000])
    page = look(sol, torn)
    assert page.status_code == 422 and "torn.boris: line" in beside(page, "file")
    assert rows(app, Log) == 0 and rows(app, StoredInstrument) == 0


def test_another_teams_family_is_not_offered_and_not_taken(app: Flask, signed_in, people: People) -> None:
    sol = signed_in("sol")
    page = look(sol, DATA / "specimens" / "vandam.cha")
    assert "3 dependent lines" in words(page) and "F-004" not in words(page)
    stolen = filled(page) | {"family": str(people.families["F-004"]), "at": f"{TODAY - timedelta(days=2)}T10:00"}
    assert send_parts(sol, PATH, stolen).status_code == 422 and rows(app, Log) == 0
    assert signed_in("ana").get(PATH).status_code == 403
