"""Instruments come into a programme and go out of it as files, published once and for ever."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from installation import SECRETS
from people import People
from sqlalchemy import null, select

from recorder.commands import main
from recorder.db import db
from recorder.instruments import library
from recorder.records.instruments import StoredInstrument, offered, with_hash

NINE_TENS = ",".join(["10"] * 9)
BELL = "4,7,10,15,18,15,10,7,4"
OURS = {"name": "ours", "version": 2, "low": 1, "high": 5, "questions": [{"id": "a"}], "licence": "On paper"}


def run(app: Flask, *words: str) -> Result:
    environment = {f"RECORDER_{name}": value for name, value in SECRETS.items()}
    environment["RECORDER_DATABASE_URL"] = app.config["DATABASE_URL"]
    return CliRunner().invoke(main, ["instrument", *words], env=environment)


@pytest.fixture
def cards(tmp_path: Path) -> str:
    """A table of 90 numbered cards."""
    path = tmp_path / "cards.csv"
    path.write_text("item,sec_c,near_s,near_inv\n" + "".join(f"{n},{1 + n % 9},{n % 2},0\n" for n in range(1, 91)))
    return str(path)


@pytest.fixture
def ours(tmp_path: Path) -> str:
    path = tmp_path / "ours.json"
    path.write_text(json.dumps(OURS))
    return str(path)


def stored(app: Flask) -> list[tuple[str, str, int]]:
    with app.app_context():
        rows = db.session.scalars(select(StoredInstrument).order_by(StoredInstrument.name))
        return [(row.kind, row.name, row.version) for row in rows]


def test_a_q_set_is_published_with_its_legal_distributions_and_only_once(
    app: Flask, people: People, cards: str
) -> None:
    words = ("import", cards, "--name", "aqs", "--version", "3", "--piles", NINE_TENS, "--piles", BELL,
             "--programme", "First Steps")  # fmt: skip
    first, second = run(app, *words), run(app, *words)
    assert first.exit_code == 0 and "aqs/3 is published in First Steps: qset, SHA-256" in first.output
    assert second.exit_code == 0 and "aqs/3 was published already in First Steps" in second.output
    assert stored(app) == [("qset", "aqs", 3)]
    with app.app_context():
        (tablet,) = [one for one in offered(people.programme) if one["id"] == "aqs/3"]
        assert tablet["kind"] == "qset" and tablet["document"]["distributions"][1] == [4, 7, 10, 15, 18, 15, 10, 7, 4]
        assert with_hash(people.other_programme, tablet["hash"]) is None


def test_what_is_exported_comes_in_again_as_the_same(app: Flask, people: People, ours: str, tmp_path: Path) -> None:
    assert run(app, "import", ours, "--programme", "First Steps").exit_code == 0
    out = tmp_path / "out.json"
    assert run(app, "export", "ours/2", str(out), "--programme", "First Steps").exit_code == 0
    assert json.loads(out.read_text()) == OURS
    assert "published already" in run(app, "import", str(out), "--programme", "First Steps").output
    assert json.loads(run(app, "export", "ours", "--programme", "First Steps").stdout) == OURS
    assert run(app, "import", str(out), "--programme", "Far Away").exit_code == 0
    assert stored(app) == [("questionnaire", "ours", 2)] * 2


def test_a_built_in_instrument_is_exported_without_a_database(recorder, tmp_path: Path) -> None:
    out = tmp_path / "days.json"
    assert recorder("instrument", "export", "our-days", str(out)).exit_code == 0
    assert library.read(json.loads(out.read_text())).hash == library.builtin("our-days").hash


def test_a_table_becomes_a_file_without_a_database(recorder, cards: str, tmp_path: Path) -> None:
    out = tmp_path / "aqs.json"
    done = recorder("instrument", "import", cards, "--name", "aqs", "-o", str(out))
    assert done.exit_code == 0, done.output
    read = library.read(json.loads(out.read_text()))
    assert (read.id, library.kind(read)) == ("aqs/1", "qset")


def test_the_list_says_what_is_there(app: Flask, people: People, ours: str) -> None:
    run(app, "import", ours, "--programme", "First Steps")
    listed = run(app, "list").output.splitlines()
    assert len(listed) == len(library.builtins()) + 1
    assert listed[-1] == "ours/2  questionnaire  not validated  First Steps  On paper"
    assert any(line.startswith("safe-base-cards/1  qset  not validated  built in  MIT.") for line in listed)
    assert len(run(app, "list", "--programme", "Far Away").output.splitlines()) == len(library.builtins())


def test_what_cannot_be_published_is_refused_in_one_line(
    app: Flask, people: People, ours: str, cards: str, tmp_path: Path
) -> None:
    at = ("--programme", "First Steps")
    run(app, "import", ours, *at)
    changed, built_in, broken = (tmp_path / name for name in ("changed.json", "built.json", "broken.json"))
    changed.write_text(json.dumps(OURS | {"high": 7}))
    built_in.write_text(json.dumps(OURS | {"name": "sensitivity", "version": 1}))
    broken.write_text(json.dumps(OURS | {"questions": [{"id": "a"}, {"id": "a"}]}))
    for words, sentence in (
        ((str(changed), *at), "First Steps has another ours/2, and it never changes: give the next --version."),
        ((str(built_in), *at), "First Steps has another sensitivity/1"),
        ((str(broken), *at), "broken.json: The question a is there twice."),
        ((cards, "--piles", "45,44", *at), "Distribution 1 has places for 89 cards, but there are 90 cards."),
        ((ours, "--programme", "Nowhere"), "there is no programme 'Nowhere'"),
        ((ours,), "there are 2 programmes ('Far Away', 'First Steps'): name one with --programme"),
    ):
        done = run(app, "import", *words)
        assert done.exit_code == 1 and sentence in done.stderr and len(done.stderr.splitlines()) == 1
    assert stored(app) == [("questionnaire", "ours", 2)]
    for id in ("ours/3", "ours/x", "nothing"):
        done = run(app, "export", id, *at)
        assert done.exit_code == 1 and f"there is no published instrument '{id}'" in done.stderr


def test_a_draft_is_neither_listed_nor_exported_nor_written_over(app: Flask, people: People, ours: str) -> None:
    with app.app_context():
        db.session.add(
            StoredInstrument(programme_id=people.programme, kind="questionnaire", name="ours", version=2, document=OURS,
                             hash="0" * 64, published_at=null())
        )  # fmt: skip
        db.session.commit()
    at = ("--programme", "First Steps")
    assert "ours" not in run(app, "list").output
    assert run(app, "export", "ours/2", *at).exit_code == 1
    done = run(app, "import", ours, *at)
    assert done.exit_code == 1 and "First Steps has a draft of ours/2" in done.stderr
