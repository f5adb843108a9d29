"""Commands that reach the database: a file comes in once, people are added, the demo is the same every time."""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy
from click.testing import CliRunner, Result
from flask import Flask
from forms import send
from installation import SECRETS

from recorder import demo, second_factor
from recorder.commands import main
from recorder.db import db
from recorder.records.observations import Cell, Log, StoredFigures
from recorder.records.people import Account, Programme, Site
from recorder.records.sheets import Sheet
from recorder.records.visits import Visit

DATA = Path(__file__).parent.parent / "data"
REAL = [str(DATA / "childproject_MIT" / "truth__eaf_basic.csv"), "--scheme", str(DATA / "schemes" / "vanfj11-csv.json"),
        "--columns", "time=segment_onset,until=segment_offset,code=speaker_type"]  # fmt: skip

NOON = f"{date.today() - timedelta(days=3)}T12:00"


def run(app: Flask, *words: str) -> Result:
    environment = {f"RECORDER_{name}": value for name, value in SECRETS.items()}
    environment["RECORDER_DATABASE_URL"] = app.config["DATABASE_URL"]
    return CliRunner().invoke(main, list(words), env=environment)


def test_real_annotation_comes_in_as_a_visit_and_only_once(app: Flask, people) -> None:
    words = ("import", *REAL, "--family", "F-001", "--visitor", "ana", "--at", NOON)
    first, second = run(app, *words), run(app, *words)
    assert first.exit_code == 0, first.output
    assert second.exit_code == 0 and "stored already" in second.output
    with app.app_context():
        figures = db.session.scalars(sqlalchemy.select(StoredFigures)).one()
        assert (figures.cues, figures.codable, figures.answered) == (134, 132, 72)
        assert db.session.get_one(Visit, figures.visit_id).status == "done"


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        (("F-404", "ana"), "no family here has the id or code"),
        (("F-900", "ana"), "signs in as"),
        (("F-001", "zoe"), "signs in as"),
    ],
)
def test_an_import_for_nobody_says_so(app: Flask, people, who: tuple[str, str], sentence: str) -> None:
    done = run(app, "import", *REAL, "--family", who[0], "--visitor", who[1], "--at", NOON)
    assert done.exit_code == 1 and sentence in done.output and "Traceback" not in done.output
    with app.app_context():
        assert db.session.scalars(sqlalchemy.select(Log)).all() == []


def test_a_person_is_added_listed_and_shut_out(app: Flask) -> None:
    added = run(app, "account", "add", "--programme", "First", "--site", "North", "--zone", "America/Chicago",
                "--role", "visitor", "--sign-in", "Ana", "--name", "Ana")  # fmt: skip
    assert added.exit_code == 0 and "/invitation/" in added.output, added.output
    assert "ana  visitor  Ana" in run(app, "account", "list").output
    again = run(app, "account", "add", "--programme", "First", "--role", "visitor", "--sign-in", "ana", "--name", "A")
    assert again.exit_code == 1 and "already" in again.output
    assert run(app, "account", "disable", "ana").exit_code == 0
    with app.app_context():
        assert db.session.scalars(sqlalchemy.select(Account)).one().disabled_at is not None


def add(app: Flask, role: str, *words: str) -> Result:
    return run(app, "account", "add", "--programme", "First Steps", "--role", role, "--sign-in", "Nia", "--name",
               "Nia", *words)  # fmt: skip


def nia(app: Flask) -> Account | None:
    with app.app_context():
        return db.session.scalar(sqlalchemy.select(Account).filter_by(sign_in="nia"))


def test_a_visitor_gets_her_site_and_supervisor(app: Flask, people) -> None:
    added = add(app, "visitor", "--site", "Northside", "--supervisor", "SOL")
    assert added.exit_code == 0, added.output
    account = nia(app)
    assert (account.site_id, account.supervisor_id) == (people.sites["north"], people.accounts["sol"])
    assert account.programme_id == people.programme


def test_she_chooses_her_password_by_a_link_that_works_once(app: Flask, people) -> None:
    told = add(app, "manager", "--address", "https://recorder.example/").output
    link = told.strip().split("\n")[1]
    assert link.startswith("https://recorder.example/invitation/") and "7 days" in told
    path, client = link.removeprefix("https://recorder.example"), app.test_client()
    assert send(client, path, {"new": "nine green kettles sing"}).location == "/sign-in"
    signed = send(client, "/sign-in", {"sign_in": "nia", "password": "nine green kettles sing"})
    assert signed.status_code == 302 and client.get(path).status_code == 404


def test_a_link_for_who_lost_her_authenticator(app: Flask, people) -> None:
    with app.app_context():
        ida = db.session.get_one(Account, people.accounts["ida"])
        secret = second_factor.new_secret()
        shown = second_factor.number(second_factor.shared_secret(secret), int(time.time()) // 30)
        second_factor.begin(ida, secret, shown)
        db.session.commit()
    assert "/invitation/" in run(app, "account", "link", "IDA", "--lost-authenticator").output
    with app.app_context():
        assert second_factor.of(db.session.get_one(Account, people.accounts["ida"])) is None
    assert run(app, "account", "link", "nobody").exit_code == 1
    wrong = run(app, "account", "link", "ida", "--address", "recorder.example")
    assert wrong.exit_code == 2 and "give one like https://recorder.example" in wrong.output


@pytest.mark.parametrize(
    ("role", "words", "sentence"),
    [
        ("visitor", (), "a visitor belongs to a site: give --site with one of Northside, Riverside"),
        ("supervisor", (), "a supervisor belongs to a site: give --site with one of Northside, Riverside"),
        ("visitor", ("--site", "Far"), "First Steps has no site 'Far' (it has Northside, Riverside): to make it, give"),
        ("visitor", ("--site", "Northside", "--zone", "UTC"), "in the time zone America/Chicago: leave out --zone"),
        ("visitor", ("--site", "Northside", "--supervisor", "ana"), "'ana' is no supervisor of First Steps (its"),
        ("visitor", ("--site", "Northside", "--supervisor", "olga"), "(its supervisors are sam, sol)"),
        ("manager", ("--supervisor", "sol"), "only a visitor has a supervisor: leave out --supervisor for a manager"),
    ],
)
def test_who_cannot_be_placed_is_told_so_in_one_sentence(app: Flask, people, role, words, sentence: str) -> None:
    refused = add(app, role, *words)
    assert refused.exit_code == 1 and sentence in refused.stderr and refused.stderr.count("\n") == 1
    assert nia(app) is None


def test_a_new_programme_has_no_site_yet_and_is_not_half_made(app: Flask) -> None:
    refused = add(app, "visitor")
    assert refused.exit_code == 1 and "First Steps has none yet: make one with --site NAME --zone" in refused.stderr
    refused = add(app, "visitor", "--site", "North", "--zone", "UTC", "--supervisor", "sol")
    assert refused.exit_code == 1 and "(it has none yet)" in refused.stderr
    with app.app_context():
        for table in (Programme, Site, Account):
            assert db.session.scalars(sqlalchemy.select(table)).all() == []


def test_the_only_site_is_taken_by_itself(app: Flask) -> None:
    assert add(app, "supervisor", "--site", "North", "--zone", "America/Chicago").exit_code == 0
    lead = nia(app)
    added = run(app, "account", "add", "--programme", "First Steps", "--role", "visitor", "--sign-in", "ana",
                "--name", "Ana", "--supervisor", "nia")  # fmt: skip
    assert added.exit_code == 0, added.output
    with app.app_context():
        ana = db.session.scalars(sqlalchemy.select(Account).filter_by(sign_in="ana")).one()
        assert (ana.site_id, ana.supervisor_id) == (lead.site_id, lead.id)


@pytest.mark.parametrize("words", [("--zone", "UTC"), ("--site", " "), ("--site", "x" * 201)])
def test_what_cannot_be_a_site_is_a_question_of_usage(app: Flask, people, words: tuple[str, str]) -> None:
    assert add(app, "visitor", *words).exit_code == 2 and nia(app) is None


def test_a_wrong_zone_is_told(app: Flask) -> None:
    done = run(
        app,
        "account",
        "add",
        "--programme",
        "F",
        "--zone",
        "Mars/Base",
        "--role",
        "manager",
        "--sign-in",
        "m",
        "--name",
        "M",
    )
    assert done.exit_code == 2 and "America/Chicago" in done.output


def test_the_demo_counts_in_its_cells_what_its_visits_hold(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        demo.make(date(2026, 11, 24))
        assert demo.exists()
        counted = sqlalchemy.func.count()
        assert db.session.scalar(sqlalchemy.select(counted).select_from(Visit)) >= 60
        assert db.session.scalar(sqlalchemy.select(counted).select_from(Sheet)) >= 20
        unsigned = sqlalchemy.select(counted).select_from(Log).where(Log.closed_at.is_(None))
        assert db.session.scalar(unsigned) >= 1
        figures = db.session.scalars(sqlalchemy.select(StoredFigures)).all()
        cells = db.session.scalars(sqlalchemy.select(Cell).where(Cell.grain == "site")).all()
        assert sum(cell.visits for cell in cells) == len(figures) > 20
        assert sum(cell.sums["all"][0] for cell in cells) == sum(row.answered for row in figures)
