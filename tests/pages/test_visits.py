"""Visits: planned for whoever visits on that day, cancelled with a reason, and found again."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from flask import Flask
from forms import beside, send, words
from people import TODAY, People
from sqlalchemy import select

from recorder.db import db
from recorder.records.families import Assignment, Family
from recorder.records.visits import Visit


def day(offset: int) -> str:
    """A day as a browser sends it, so many days from today at Northside."""
    return (TODAY + timedelta(days=offset)).isoformat()


def plan(client, people: People, code: str, local_date: str, local_time: str = ""):
    data = {"local_date": local_date, "local_time": local_time}
    return send(client, f"/families/{people.families[code]}/visits", data)


def cancel(client, people: People, visit: str, by: str = "family", reason: str = "The child is ill"):
    path = f"/visits/{people.visits[visit]}/cancellation"
    return send(client, path, {"cancelled_by": by, "reason": reason})


def visits(app: Flask, people: People, code: str) -> list[Visit]:
    with app.app_context():
        query = select(Visit).where(Visit.family_id == people.families[code]).order_by(Visit.local_date)
        return list(db.session.scalars(query))


@pytest.mark.parametrize("name", ["ana", "sol"])
def test_a_visit_is_planned_for_whoever_visits(app: Flask, signed_in, people: People, name: str) -> None:
    assert plan(signed_in(name), people, "F-001", day(3), "14:30").status_code == 302
    planned = visits(app, people, "F-001")[-1]
    assert (planned.account_id, planned.local_time, planned.status) == (people.accounts["ana"], "14:30", "planned")
    assert planned.site_id == people.sites["north"]


def test_a_visit_after_the_hand_over_is_the_next_visitors(app: Flask, signed_in, people: People) -> None:
    with app.app_context():
        family = db.session.get(Family, people.families["F-001"])
        family.assignments[0].until_on = TODAY + timedelta(days=4)
        family.assignments.append(
            Assignment(programme_id=people.programme, account_id=people.accounts["ben"],
                       from_on=TODAY + timedelta(days=5))
        )  # fmt: skip
        db.session.commit()
    sol = signed_in("sol")
    plan(sol, people, "F-001", day(4))
    plan(sol, people, "F-001", day(5))
    assert [visit.account_id for visit in visits(app, people, "F-001")[1:]] == [
        people.accounts["ana"],
        people.accounts["ben"],
    ]


@pytest.mark.parametrize(
    ("local_date", "local_time", "field"),
    [
        ("", "", "local_date"),
        ("soon", "", "local_date"),
        (day(-3), "", "local_date"),
        (day(370), "", "local_date"),
        ("9999-12-31", "", "local_date"),
        (day(3), "25:00", "local_time"),
        (day(3), "noon", "local_time"),
    ],
)
def test_a_day_that_cannot_be_is_said_beside_it(app, signed_in, people, local_date, local_time, field) -> None:
    before = len(visits(app, people, "F-001"))
    answer = plan(signed_in("ana"), people, "F-001", local_date, local_time)
    assert answer.status_code == 422 and beside(answer, field)
    assert len(visits(app, people, "F-001")) == before


def test_without_a_visitor_there_is_no_visit(signed_in, people: People) -> None:
    answer = plan(signed_in("sol"), people, "F-003", day(3))
    assert answer.status_code == 422 and "Assign a visitor first" in beside(answer, "local_date")


def test_a_family_that_left_is_not_visited(app: Flask, signed_in, people: People) -> None:
    with app.app_context():
        db.session.get(Family, people.families["F-001"]).left_on = TODAY - timedelta(days=1)
        db.session.commit()
    answer = plan(signed_in("sol"), people, "F-001", day(3))
    assert answer.status_code == 422 and "has left" in beside(answer, "local_date")


@pytest.mark.parametrize("by", ["family", "staff"])
def test_a_visit_is_cancelled_by_somebody_for_a_reason(app: Flask, signed_in, people: People, by: str) -> None:
    ana = signed_in("ana")
    assert cancel(ana, people, "mia today", by).status_code == 302
    (visit,) = visits(app, people, "F-001")
    assert (visit.status, visit.cancelled_by, visit.cancel_reason) == ("cancelled", by, "The child is ill")
    page = words(ana.get(f"/visits/{visit.id}"))
    assert "The child is ill" in page and "Cancel the visit" not in page
    again = cancel(ana, people, "mia today", by)
    assert again.status_code == 409 and "Only a planned visit" in beside(again, "reason")


@pytest.mark.parametrize(
    ("by", "reason", "field"),
    [("family", "", "reason"), ("family", "  ", "reason"), ("family", "x" * 401, "reason"),
     ("nobody", "Ill", "cancelled_by")],
)  # fmt: skip
def test_a_cancellation_needs_who_and_why(app, signed_in, people, by: str, reason: str, field: str) -> None:
    answer = cancel(signed_in("ana"), people, "mia today", by, reason)
    assert answer.status_code == 422 and beside(answer, field)
    assert visits(app, people, "F-001")[0].status == "planned"


def test_what_is_anothers_and_what_is_missing_are_404(signed_in, people: People) -> None:
    ana, sol = signed_in("ana"), signed_in("sol")
    for client, visit in ((ana, "noor tomorrow"), (ana, "igor today"), (sol, "kai today"), (sol, "igor today")):
        assert client.get(f"/visits/{people.visits[visit]}").status_code == 404
        assert cancel(client, people, visit).status_code == 404
    assert ana.get(f"/visits/{uuid.uuid4()}").status_code == 404
    assert plan(ana, people, "F-002", day(3)).status_code == 404


@pytest.mark.parametrize("name", ["mara", "abe"])
def test_a_manager_and_an_auditor_read(app: Flask, signed_in, people: People, name: str) -> None:
    client = signed_in(name)
    page = words(client.get(f"/visits/{people.visits['mia today']}"))
    assert "Ana" in page and "Cancel the visit" not in page
    assert cancel(client, people, "mia today").status_code == 403
    assert plan(client, people, "F-001", day(3)).status_code == 403


def test_the_wrong_method_is_405(signed_in, people: People) -> None:
    sol = signed_in("sol")
    assert sol.get(f"/visits/{people.visits['mia today']}/cancellation").status_code == 405
    assert sol.get(f"/families/{people.families['F-001']}/visits").status_code == 405
    assert send(sol, "/visits/").status_code == 405


def listed(client, query: str = "") -> set[str]:
    page = words(client.get(f"/visits/{query}"))
    return {code for code in ("F-001", "F-002", "F-003", "F-004", "F-900") if f">{code}</a>" in page}


@pytest.mark.parametrize(
    ("name", "sees"),
    [("ana", {"F-001"}), ("sol", {"F-001", "F-002"}), ("sam", {"F-004"}), ("mara", {"F-001", "F-002", "F-004"}),
     ("olga", {"F-900"})],
)  # fmt: skip
def test_everybody_sees_the_visits_within_reach(signed_in, name: str, sees: set[str]) -> None:
    assert listed(signed_in(name)) == sees


def test_visits_are_found_by_status_and_period(signed_in, people: People) -> None:
    sol = signed_in("sol")
    cancel(sol, people, "mia today")
    assert listed(sol, "?status=cancelled") == {"F-001"}
    assert listed(sol, "?status=planned") == {"F-002"}
    assert listed(sol, f"?since={day(1)}") == {"F-002"}
    assert listed(sol, f"?until={day(0)}") == {"F-001"}
    assert listed(sol, f"?since={day(0)}&until={day(1)}") == {"F-001", "F-002"}
    assert listed(sol, f"?until={day(-400)}") == set()
    assert listed(sol, f"?since={day(400)}") == set()


@pytest.mark.parametrize(
    "query",
    ["?since=soon", "?since=0001-01-01", "?until=0001-01-05", "?since=9999-12-31", "?status=lost", "?status=%00",
     "?since=2026-02-02&until=2026-01-01"],
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_said_beside_its_field(signed_in, query: str) -> None:
    answer = signed_in("sol").get(f"/visits/{query}")
    assert answer.status_code == 200
    assert any(beside(answer, field) for field in ("since", "until", "status")), query


def test_a_long_list_says_that_it_is_cut(app: Flask, signed_in, people: People) -> None:
    with app.app_context():
        for _visit in range(201):
            db.session.add(
                Visit(programme_id=people.programme, family_id=people.families["F-001"], local_date=TODAY,
                      site_id=people.sites["north"], account_id=people.accounts["ana"])
            )  # fmt: skip
        db.session.commit()
    page = words(signed_in("ana").get("/visits/"))
    assert "Only the first 200 are shown" in page and page.count(">F-001</a>") == 200
