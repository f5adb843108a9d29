"""The invented programme: whole, the same every time, and taken in without a complaint."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from recorder import demo, ingest, sessions
from recorder.db import db
from recorder.demo import measuring
from recorder.demo.behaviour import Cast, observe
from recorder.demo.households import HOUSEHOLDS
from recorder.instruments.library import builtin
from recorder.measures.figures import figures
from recorder.measures.observation import validate
from recorder.records.assessments import Assessment, LifeEvent
from recorder.records.double_coding import Certificate, PairAgreement
from recorder.records.families import Caregiver, Child, Family
from recorder.records.followups import Question, SafetyNote
from recorder.records.observations import Cell, Log, Quarantined, StoredFigures, StoredRating
from recorder.records.people import Account, Site
from recorder.records.sheets import Sheet
from recorder.records.visits import Visit

DAY = date.today()


def count(table, *conditions) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(*conditions))


@pytest.fixture
def made(sqlite_app: Flask):
    with sqlite_app.app_context():
        demo.make(DAY)
        yield sqlite_app


def test_it_has_the_people_the_visits_and_the_loose_ends_that_a_programme_has(made: Flask) -> None:
    assert demo.exists()
    assert (count(Family), count(Child), count(Site), count(Visit)) == (12, 13, 2, 60)
    roles = db.session.scalars(select(Account.role)).all()
    assert sorted(roles) == ["administrator", "auditor", "manager", "supervisor", "visitor", "visitor", "visitor"]
    assert count(Caregiver, Caregiver.language == "es", Caregiver.position == 0) >= 5
    assert len(set(db.session.scalars(select(Site.zone)))) == 2
    assert count(Child, Child.weeks_early > 0) == 1
    for by in ("staff", "family"):
        assert count(Visit, Visit.cancelled_by == by) > 0
    assert count(Visit, Visit.status == "planned", Visit.local_date > DAY) > 0
    assert count(Visit, Visit.status == "planned", Visit.local_date == DAY) > 0
    assert count(Log, Log.closed_at.is_(None)) > 0
    spread = db.session.scalar(select(func.max(Visit.local_date))) - db.session.scalar(
        select(func.min(Visit.local_date))
    )
    assert timedelta(days=300) < spread < timedelta(days=380)


def test_everything_was_taken_in_and_nothing_set_aside(made: Flask) -> None:
    signed = count(Log, Log.closed_at.is_not(None), Log.kind == "observation", Log.role == "primary")
    assert count(Quarantined) == 0 and count(Log, Log.refused.is_not(None)) == 0
    assert count(StoredFigures) == signed == count(Sheet) > 40
    assert count(StoredRating, StoredRating.instrument == "sensitivity/1") == 4 * signed
    assert count(StoredRating, StoredRating.instrument == "warm-presence/1") > 6 * signed // 3
    assert db.session.scalar(select(func.sum(Cell.visits)).where(Cell.grain == "site")) == signed
    assert set(db.session.scalars(select(StoredFigures.scheme))) == {"serve-and-return/1", "serve-and-return-slower/1"}


def test_every_measure_has_something_to_show(made: Flask) -> None:
    pairs = db.session.scalars(select(PairAgreement)).all()
    assert len(pairs) >= 8
    for pair in pairs:
        assert pair.aligned_by == "sync" and pair.offset_ms == -measuring.LATER_MS
        assert 0.5 < pair.result["events"]["kappa"] < 1, "two observers agree well, and not in everything"
    assert count(Assessment, Assessment.kind == "sort") >= 8
    assert count(Assessment, Assessment.kind == "questionnaire") >= 15
    for row in db.session.scalars(select(Assessment).where(Assessment.kind == "sort")):
        assert -1 < row.scores["scores"]["security"] < row.scores["best_possible"]["security"]
    assert count(Certificate) == 5 and count(LifeEvent) == 3
    assert count(SafetyNote, SafetyNote.acknowledged_at.is_(None)) == 1
    assert count(Question, Question.kind == "ask") == 2


def test_everybody_signs_in_with_the_password_that_is_printed(made: Flask) -> None:
    assert len(demo.PASSWORD) >= sessions.SHORTEST_PASSWORD
    accounts = {account.sign_in: account for account in db.session.scalars(select(Account))}
    assert set(accounts) == {sign_in for sign_in, _, _ in demo.STAFF}
    assert sessions.matches(accounts["mara"].password_hash, demo.PASSWORD)


def test_it_is_the_same_every_time(made: Flask, tmp_path, migrated) -> None:
    import shutil

    from installation import SECRETS, dispose

    from recorder import create_app

    def whole() -> list:
        logs = db.session.scalars(select(Log).order_by(Log.id)).all()
        return [(log.id, log.visit_id, log.head, ingest.strings(log)) for log in logs]

    first = whole()
    shutil.copy(migrated, tmp_path / "again.sqlite")
    again = create_app(DATABASE_URL=f"sqlite:///{tmp_path / 'again.sqlite'}", **SECRETS)
    with again.app_context():
        demo.make(DAY)
        assert whole() == first
    dispose(again)


def test_made_on_another_day_it_is_shifted_and_otherwise_alike(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        demo.make(DAY - timedelta(days=100))
        assert count(Visit) == 60 and count(Quarantined) == 0
        assert db.session.scalar(select(func.max(Visit.local_date))) <= DAY - timedelta(days=90)


@pytest.mark.parametrize("household", HOUSEHOLDS, ids=lambda household: household.children[0][0])
def test_invented_behaviour_is_valid_and_true_to_life(household) -> None:
    from random import Random

    rates = []
    for seed in range(20):
        seen = observe(builtin("serve-and-return"), household, Cast("child", "caregiver", None), Random(seed))
        validate(seen)
        made = figures(seen)
        assert 10 <= made.overall.cues <= 90
        rates.append(made.overall.rate)
    assert abs(sum(rates) / len(rates) - household.answers) < 0.15
