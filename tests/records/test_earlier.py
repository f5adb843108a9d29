"""What a page may rest on from before today: counts, scores and yes or no; nothing that somebody wrote."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from flask import Flask
from people import TODAY, People
from sqlalchemy import select
from tablet import TabletLog, observed, questionnaire

from recorder import ingest
from recorder.db import db
from recorder.records import earlier
from recorder.records.assessments import LifeEvent
from recorder.records.families import Child, Family
from recorder.records.observations import Log, StoredFigures
from recorder.records.people import Account

DAY = timedelta(days=1)


def take(people: People, who: str, log: TabletLog) -> None:
    answer = ingest.take(db.session.get_one(Account, people.accounts[who]), ingest.delivery(log.id, log.strings))
    assert answer[0]["quarantined"] == [], answer


def last(people: People, code: str = "F-001") -> list[dict]:
    return list(earlier.last_visits(select(StoredFigures), [people.families[code]]).get(people.families[code], []))


def test_the_last_visit_of_a_child_and_caregiver_in_each_context(app: Flask, people: People) -> None:
    luis, rosa = str(people.caregivers["Luis"]), str(people.caregivers["Rosa"])
    with app.app_context():
        assert last(people) == []
        take(people, "ana", observed(people, 4))
        take(people, "ana", observed(people, 10))
        take(people, "ana", observed(people, 6, context="meal"))
        take(people, "ana", observed(people, 2, caregivers=[rosa, luis]))
        made = last(people)
        hash = db.session.scalars(select(Log)).first().instrument_hash
        assert all(one["child"] == str(people.children["Mia"]) and one["scheme"] == hash for one in made)
        assert [(one["caregiver"], one["context"], one["fitting"], one["codable"]) for one in made] == [
            (luis, "free_play", 5, 10),
            (luis, "meal", 3, 6),
            (rosa, "free_play", 1, 2),
        ]


def test_of_two_days_the_later_one_is_the_last_in_whatever_order_they_came(app: Flask, people: People) -> None:
    with app.app_context():
        take(people, "ana", observed(people, 10))
        take(people, "ana", observed(people, 4))
        first, second = db.session.scalars(select(StoredFigures).order_by(StoredFigures.key))
        second.local_date = first.local_date - DAY
        db.session.flush()
        assert [one["codable"] for one in last(people)] == [10]


def test_what_may_not_be_seen_is_not_there(app: Flask, people: People) -> None:
    with app.app_context():
        take(people, "ana", observed(people, 4))
        nothing = select(StoredFigures).where(StoredFigures.key == 0)
        assert earlier.last_visits(nothing, [people.families["F-001"]]) == {}
        assert earlier.last_visits(select(StoredFigures), [people.families["F-002"]]) == {}


def test_the_latest_answers_to_our_days_on_0_to_100_without_scales_that_have_no_score(
    app: Flask, people: People
) -> None:
    home, noor = people.families["F-002"], str(people.children["Noor"])
    with app.app_context():
        assert earlier.our_days([home]) == {}
        take(people, "ben", questionnaire(people))
        take(people, "ben", questionnaire(people, {f"f{n}": "NA" for n in range(1, 5)} | {"p1": 1}))
        (said,) = earlier.our_days([home])[home]
        assert said["child"] == noor and "follow_through" not in said["percent"]
        assert 0 <= said["percent"]["predictable_day"] < 75


def test_the_latest_life_event_up_to_a_day(app: Flask, people: People) -> None:
    home = people.families["F-001"]
    with app.app_context():
        for on in (TODAY - 9 * DAY, TODAY - 3 * DAY, TODAY + DAY):
            event = LifeEvent(programme_id=people.programme, family_id=home, on=on, words="A move.",
                              entered_by_id=people.accounts["ana"])  # fmt: skip
            db.session.add(event)
        db.session.flush()
        assert earlier.life_events([home, people.families["F-002"]], TODAY) == {home: TODAY - 3 * DAY}


BORN = date(2025, 3, 1)


@pytest.mark.parametrize(
    ("since", "happened", "today", "new"),
    [
        (date(2026, 2, 20), None, date(2026, 3, 1), True),  # a first birthday in between
        (date(2026, 3, 1), None, date(2026, 6, 1), False),
        (date(2026, 3, 1), date(2026, 3, 1), date(2026, 4, 1), True),
        (date(2026, 3, 2), date(2026, 3, 1), date(2026, 4, 1), False),
    ],
)
def test_a_new_age_or_a_life_event_since_the_last_observation(
    since: date, happened: date | None, today: date, new: bool
) -> None:
    child = Child(id=uuid.uuid4(), birth_date=BORN.isoformat(), weeks_early=0)
    family = Family(id=uuid.uuid4(), children=[child])
    assert list(earlier.new_stages(family, since, happened, today)) == ([str(child.id)] if new else [])


def test_without_an_observation_what_is_new_is_new_since_the_enrolment() -> None:
    child = Child(id=uuid.uuid4(), birth_date=BORN.isoformat(), weeks_early=0)
    family = Family(id=uuid.uuid4(), children=[child], enrolled_on=date(2026, 2, 20))
    assert list(earlier.new_stages(family, None, None, date(2026, 2, 25))) == []
    assert list(earlier.new_stages(family, None, None, date(2026, 3, 1))) == [str(child.id)]
