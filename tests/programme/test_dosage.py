"""What became of planned visits, and what was never anybody's to keep."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from people import TODAY, People

from recorder.db import db
from recorder.programme.dosage import Dosage, dosage
from recorder.programme.rollup import Period, Selection, month_of, months_before
from recorder.records.families import Family
from recorder.records.visits import Visit


def plan(people: People, days_ago: int, status: str = "planned", by: str | None = None) -> None:
    family = db.session.get_one(Family, people.families["F-001"])
    db.session.add(
        Visit(programme_id=people.programme, family_id=family.id, site_id=family.site_id,
              account_id=people.accounts["ana"], local_date=TODAY - timedelta(days=days_ago), status=status,
              cancelled_by=by)
    )  # fmt: skip
    db.session.commit()


def of_north(people: People) -> Dosage:
    period = Period(months_before(month_of(TODAY), 3), month_of(TODAY))
    return dosage(Selection(people.programme, period, people.sites["north"], TODAY)).overall


def test_visits_after_a_family_left_are_not_expected_and_no_cancellation(app: Flask, people: People) -> None:
    with app.app_context():
        plan(people, 60, "done")
        plan(people, 50, "cancelled", "family")
        plan(people, 20, "cancelled", "family")
        plan(people, 10, "cancelled", "family")
        plan(people, 5)
        assert of_north(people) == Dosage(1, 0, 3, 1)
        db.session.get_one(Family, people.families["F-001"]).left_on = TODAY - timedelta(days=20)
        db.session.commit()
        assert of_north(people) == Dosage(1, 0, 1, 0), "what was planned for the day it left, or later, is nobody's"
        plan(people, 15, "done")
        assert of_north(people) == Dosage(2, 0, 1, 0), "a visit that took place is completed all the same"


def test_the_button_of_leaving_cancels_nothing_in_the_familys_name(app: Flask, people: People, signed_in) -> None:
    sol = signed_in("sol")
    with app.app_context():
        plan(people, 3)
        plan(people, 1)
    path = f"/families/{people.families['F-001']}"
    token = sol.get(path).get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    left_on = (TODAY - timedelta(days=3)).isoformat()
    answer = sol.post(f"{path}/leaving", data={"csrf_token": token, "left_on": left_on})
    assert answer.status_code == 302
    with app.app_context():
        assert of_north(people) == Dosage(0, 0, 0, 0)
