"""What is known of a family beside the observations: kept with its certificate, and shown to its readers only."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from forms import beside, send, words
from people import TODAY, People
from sqlalchemy import select

from recorder.db import db, uuid7
from recorder.records.assessments import ExternalResult, LifeEvent
from recorder.records.observations import Log
from recorder.records.people import Account

DIMENSIONS = ("adult_sensitivity", "adult_structuring", "adult_nonintrusiveness", "adult_nonhostility",
              "child_responsiveness", "child_involvement")  # fmt: skip


def external(people: People, prefix: str, **changes: str) -> dict[str, str]:
    """What a browser sends about Mia and Luis."""
    data = {
        "child": str(people.children["Mia"]),
        "caregiver": str(people.caregivers["Luis"]),
        "on": (TODAY - timedelta(days=20)).isoformat(),
        "organisation": "University clinic",
        "assessor": "Dr. Lind",
        "certificate": "EA-771",
        "certificate_until": (TODAY + timedelta(days=100)).isoformat(),
    } | changes
    return {f"{prefix}-{name}": value for name, value in data.items()}


def availability(client, people: People, code: str = "F-001", **changes: str):
    given = {"edition": "4th", "video_minutes": "20", "zone_adult": "72", "zone_child": "60"} | changes
    return send(client, f"/families/{people.families[code]}/availability", external(people, "availability", **given))


def classify(client, people: People, code: str = "F-001", **changes: str):
    given = {"classification": "B", "secondary": ""} | changes
    path = f"/families/{people.families[code]}/classification"
    return send(client, path, external(people, "classification", **given))


def page(client, people: People, code: str = "F-001") -> str:
    answer = client.get(f"/families/{people.families[code]}/assessments")
    assert answer.status_code == 200
    return words(answer)


def results(app: Flask) -> list[dict]:
    with app.app_context():
        return [json.loads(row.result) for row in db.session.scalars(select(ExternalResult))]


def make_clinician(app: Flask, people: People, name: str) -> None:
    with app.app_context():
        db.session.get(Account, people.accounts[name]).clinician = True
        db.session.commit()


def test_a_result_is_kept_with_its_certificate_and_its_zone(app: Flask, signed_in, people: People) -> None:
    sol = signed_in("sol")
    given = {f"direct_{name}": str(n) for n, name in enumerate(DIMENSIONS, 2)}
    assert availability(sol, people, **given).status_code == 302
    assert results(app) == [
        {
            "edition": "4th",
            "video_minutes": 20,
            "direct": {name: n for n, name in enumerate(DIMENSIONS, 2)},
            "zone": {"adult": 72, "child": 60},
        }
    ]
    shown = page(sol, people)
    for said in ("Dr. Lind", "EA-771", "72 (zone 61–80)", "60 (zone 41–60)", "20 minutes of video"):
        assert said in shown
    for label in ("detached", "problematic", "complicated"):
        assert label not in shown


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"certificate_until": (TODAY - timedelta(days=21)).isoformat()}, "certificate_until"),
        ({"on": (TODAY + timedelta(days=1)).isoformat()}, "on"),
        ({"on": "2001-01-01"}, "on"),
        ({"zone_adult": "60.5"}, "zone_adult"),
        ({"zone_adult": "101"}, "zone_adult"),
        ({"zone_child": ""}, "zone_child"),
        ({"zone_adult": "", "zone_child": ""}, "zone_adult"),
        ({"direct_adult_sensitivity": "8"}, "direct_adult_sensitivity"),
        ({"direct_adult_sensitivity": "5"}, "direct_child_involvement"),
        ({"total_adult_sensitivity": "30"}, "total_adult_sensitivity"),
        ({"edition": "3rd"}, "edition"),
        ({"video_minutes": ""}, "video_minutes"),
        ({"assessor": ""}, "assessor"),
        ({"child": str(uuid.uuid4())}, "child"),
    ],
)
def test_a_result_that_cannot_be_is_said_beside_the_field(app, signed_in, people, changes, field) -> None:
    answer = availability(signed_in("sol"), people, **changes)
    assert answer.status_code == 422
    assert beside(answer, f"availability-{field}"), words(answer)
    assert results(app) == []


def test_the_last_day_of_a_certificate_still_counts(app: Flask, signed_in, people: People) -> None:
    on = (TODAY - timedelta(days=20)).isoformat()
    assert availability(signed_in("sol"), people, on=on, certificate_until=on).status_code == 302


def test_who_observes_does_not_see_the_result(signed_in, people: People) -> None:
    availability(signed_in("sol"), people)
    for name in ("sol", "mara", "abe"):
        assert "Dr. Lind" in page(signed_in(name), people)
    assert "Dr. Lind" not in page(signed_in("ana"), people)
    assert availability(signed_in("ana"), people).status_code == 403
    assert availability(signed_in("abe"), people).status_code == 403


def test_a_classification_is_for_clinicians_who_do_not_code_the_family(app, signed_in, people: People) -> None:
    mara, sol, ana = signed_in("mara"), signed_in("sol"), signed_in("ana")
    assert classify(mara, people).status_code == 404, "a manager who is no clinician"
    for name in ("mara", "sol", "ana"):
        make_clinician(app, people, name)
    assert classify(mara, people, secondary="D").status_code == 302
    assert classify(ana, people).status_code == 403, "a visitor cannot enter one"
    for client in (mara, sol):
        shown = page(client, people)
        assert "Classification: B" in shown and "Not for custody decisions" in shown
    with app.app_context():
        for name in ("sol", "ana"):
            db.session.add(Log(programme_id=people.programme, id=uuid7(), account_id=people.accounts[name],
                               family_id=people.families["F-001"]))  # fmt: skip
        db.session.commit()
    for client in (sol, ana):
        assert "Classification" not in page(client, people), "she has coded this family"
    assert "Classification" not in page(signed_in("abe"), people)


def test_the_secondary_class_is_another_one(app: Flask, signed_in, people: People) -> None:
    make_clinician(app, people, "mara")
    answer = classify(signed_in("mara"), people, secondary="B")
    assert beside(answer, "classification-secondary")
    assert results(app) == []


def test_a_withdrawn_result_stays_and_says_so(app: Flask, signed_in, people: People) -> None:
    sol = signed_in("sol")
    availability(sol, people)
    with app.app_context():
        id = db.session.scalars(select(ExternalResult.id)).one()
    path = f"/families/{people.families['F-001']}/external/{id}/withdrawal"
    assert send(signed_in("sam"), path).status_code == 404
    assert send(sol, f"/families/{people.families['F-002']}/external/{id}/withdrawal").status_code == 404
    assert send(sol, path).status_code == 302
    shown = page(sol, people)
    assert "Withdrawn on" in shown and "Dr. Lind" in shown


def test_a_classification_is_withdrawn_by_its_readers_only(app: Flask, signed_in, people: People) -> None:
    make_clinician(app, people, "mara")
    classify(signed_in("mara"), people)
    with app.app_context():
        id = db.session.scalars(select(ExternalResult.id)).one()
    path = f"/families/{people.families['F-001']}/external/{id}/withdrawal"
    assert send(signed_in("sol"), path).status_code == 404
    assert send(signed_in("mara"), path).status_code == 302


def test_a_life_event_is_noted_and_taken_away(app: Flask, signed_in, people: People) -> None:
    ana = signed_in("ana")
    path = f"/families/{people.families['F-001']}/events"
    assert beside(send(ana, path, {"event-on": "soon", "event-words": "A move"}), "event-on")
    assert send(ana, path, {"event-on": TODAY.isoformat(), "event-words": "A baby brother"}).status_code == 302
    assert "A baby brother" in page(signed_in("mara"), people)
    with app.app_context():
        id = db.session.scalars(select(LifeEvent.id)).one()
        raw = db.session.connection().exec_driver_sql("SELECT words FROM life_event").scalar_one()
        assert b"brother" not in bytes(raw)
    assert send(signed_in("ben"), f"{path}/{id}/removal").status_code == 404
    assert send(ana, f"{path}/{id}/removal").status_code == 302
    assert "A baby brother" not in page(ana, people)
