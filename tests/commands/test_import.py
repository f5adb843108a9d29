"""`recorder import`: as if a tablet had sent it, once, and only what can count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy
from click.testing import CliRunner, Result
from flask import Flask
from installation import SECRETS
from people import TODAY, People

from recorder import ingest
from recorder.commands import main
from recorder.db import db
from recorder.records.families import Consent
from recorder.records.instruments import StoredInstrument
from recorder.records.observations import Log, Quarantined, StoredFigures, StoredRating
from recorder.records.visits import Visit

THEN = (datetime.now(UTC) - timedelta(days=3)).replace(hour=18, minute=0, second=0, microsecond=0)


@pytest.fixture
def bring(app: Flask, people: People, observation_file: Callable[..., str]) -> Callable[..., Result]:
    """A function that imports an observation file, changed as its keywords say, for Mia's family."""

    def call(*arguments: str, family: str | None = "F-001", **changes: Any) -> Result:
        environment = {f"RECORDER_{name}": value for name, value in SECRETS.items()}
        environment["RECORDER_DATABASE_URL"] = app.config["DATABASE_URL"]
        file = observation_file(**{"started_at": THEN.isoformat()} | changes)
        words = ["import", file, *arguments, *(["--family", family] if family else [])]
        result = CliRunner().invoke(main, words, env=environment)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return result

    return call


@pytest.fixture
def rows(app: Flask) -> Callable[..., list[Any]]:
    """A function that reads every row of a table."""

    def read(table: type) -> list[Any]:
        with app.app_context():
            return list(db.session.scalars(sqlalchemy.select(table)))

    return read


def test_a_file_becomes_a_visit_with_figures_and_ratings(bring, rows, app: Flask, people: People) -> None:
    result = bring()
    assert result.exit_code == 0, result.stderr
    (log,) = rows(Log)
    assert f"as observation {log.id}: family F-001, visit of {THEN.date()} by ana" in result.stdout
    assert (log.context, log.role, log.account_id) == ("free_play", "primary", people.accounts["ana"])
    (figures,) = rows(StoredFigures)
    assert (figures.cues, figures.answered, figures.child_id) == (16, 8, people.children["Mia"])
    assert {rating.scale: rating.value for rating in rows(StoredRating)} == {"tuning_in": 7, "joining": None}
    with app.app_context():
        seen = ingest.observation(db.session.get_one(Log, log.key))
        assert [keep.note for keep in seen.keeps] == ["Big smile."] and len(seen.events) == 25


def test_the_same_file_again_changes_nothing(bring, rows) -> None:
    bring()
    again = bring()
    assert again.exit_code == 0 and "is stored already" in again.stdout
    assert len(rows(Log)) == len(rows(StoredFigures)) == 1


def test_the_same_observation_with_other_events_is_refused(bring, rows) -> None:
    bring()
    other = bring(events=[{"t_ms": 1, "code": "VOC"}])
    assert other.exit_code == 1 and "is stored already and differs" in other.stderr
    assert len(rows(Log)) == 1 and rows(Quarantined) == []


def test_a_visit_that_was_planned_for_that_day_is_taken(bring, rows, people: People) -> None:
    moment = f"{TODAY.isoformat()}T00:00:01"
    result = bring("--at", moment)
    assert result.exit_code == 0, result.stderr
    (log,) = rows(Log)
    assert log.visit_id == people.visits["mia today"]
    assert {visit.id: visit.status for visit in rows(Visit)}[log.visit_id] == "done"


def test_a_child_of_the_family_names_the_family(bring, rows, people: People) -> None:
    assert "give --family" in bring(family=None).stderr
    result = bring(family=None, children=[{"id": str(people.children["Kai"])}])
    assert result.exit_code == 0, result.stderr
    assert [log.family_id for log in rows(Log)] == [people.families["F-004"]]


def test_the_second_twin_is_the_second_child(bring, rows, app: Flask, people: People) -> None:
    twins = [{"id": "a"}, {"id": "b"}]
    events = [{"t_ms": 1000, "code": "VOC", "child": "b"}, {"t_ms": 2000, "code": "TALK", "by": "stranger"}]
    assert bring(family="F-002", children=twins, events=events).exit_code == 0
    with app.app_context():
        cue, response = ingest.observation(db.session.scalars(sqlalchemy.select(Log)).one()).events
        assert (cue.child, response.by) == (str(people.children["Sami"]), "other")


def test_an_own_scheme_is_published_once(bring, rows) -> None:
    own = {"name": "own", "cues": [{"code": "A", "window_ms": 900}], "responses": [{"code": "B"}]}
    events = [{"t_ms": 5, "code": "A"}, {"t_ms": 900, "code": "B"}]
    assert bring(id="1", scheme=own, events=events).exit_code == 0
    assert bring(id="2", scheme="own/1", events=events).exit_code == 0
    changed = bring(id="3", scheme=own | {"merge_ms": 5}, events=events)
    assert changed.exit_code == 1 and "another scheme own/1" in changed.stderr
    assert [row.name for row in rows(StoredInstrument)] == ["own"] and len(rows(Log)) == 2


@pytest.mark.parametrize(
    ("arguments", "changes", "sentence"),
    [
        ((), {"started_at": None}, "give --at"),
        ((), {"started_at": "2020-03-02T10:04:00Z"}, "nobody was assigned to family F-001 on 2020-03-02"),
        ((), {"started_at": "2090-03-02T10:04:00Z"}, "still to come"),
        (("--visitor", "ben"), {}, "was not assigned to ben"),
        (("--visitor", "olga"), {}, 'signs in as "olga"'),
        ((), {"children": [{"id": "a"}, {"id": "b"}]}, "it lists 2 children, the family has 1"),
        ((), {"events": [{"t_ms": 1, "code": "VOC", "child": "c9"}]}, 'of the child "c9"'),
        ((), {"duration_ms": 90_000_000}, "longer than a day"),
        ((), {"scheme": "own/7"}, "neither built in nor a file"),
        ((), {"events": [{"t_ms": 1, "code": "VOCC"}]}, 'did you mean "VOC"?'),
    ],
)
def test_what_cannot_count_is_refused_before_anything_is_stored(
    bring, rows, arguments: tuple[str, ...], changes: dict[str, Any], sentence: str
) -> None:
    result = bring(*arguments, **changes)
    assert result.exit_code == 1 and sentence in result.stderr and result.stderr.count("\n") == 1
    assert rows(Log) == rows(Quarantined) == rows(StoredInstrument) == []


def test_without_consent_nothing_is_stored(bring, rows, app: Flask, people: People) -> None:
    with app.app_context():
        for consent in db.session.scalars(
            sqlalchemy.select(Consent).where(Consent.family_id == people.families["F-001"])
        ):
            consent.withdrawn_on = TODAY
        db.session.commit()
    result = bring()
    assert result.exit_code == 1 and "has not agreed" in result.stderr
    assert rows(Log) == rows(Quarantined) == []


def test_a_time_that_is_none_is_a_question_of_usage(bring) -> None:
    result = bring("--at", "yesterday")
    assert result.exit_code == 2 and "Invalid value for --at" in result.stderr


def test_a_family_code_of_two_programmes_needs_its_id(bring, app: Flask, people: People) -> None:
    from recorder.records.families import Family

    with app.app_context():
        db.session.get_one(Family, people.families["F-900"]).code = "F-001"
        db.session.commit()
    assert "give its id" in bring().stderr
    assert bring(family=str(people.families["F-001"])).exit_code == 0
