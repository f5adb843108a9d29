"""Families: the list by role, enrolling, editing, consents, handing over, leaving, and a caseload from a file."""

from __future__ import annotations

import io
import uuid
from datetime import date, timedelta

import pytest
from flask import Flask
from forms import beside, filled, send, send_parts, words
from people import TODAY, People
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from recorder.db import db
from recorder.records import enrolment
from recorder.records.families import Assignment, Child, Consent, Family
from recorder.records.visits import Visit


def day(offset: int) -> str:
    """A day as a browser sends it, so many days from today at Northside."""
    return (TODAY + timedelta(days=offset)).isoformat()


def new_family(people: People, **changes: str) -> dict[str, str]:
    """What Sol types to enrol a family, with changes; "__" in a name stands for "-"."""
    empty = {
        f"{kind}-{row}-{field}": ""
        for kind, fields in (("children", ("first_name", "birth_date", "weeks_early")),
                             ("caregivers", ("first_name", "relation")))
        for row in range(3)
        for field in fields
    }  # fmt: skip
    typed = {
        "code": "F-100",
        "site": str(people.sites["north"]),
        "enrolled_on": day(-1),
        "children-0-first_name": "Ada",
        "children-0-birth_date": day(-200),
        "caregivers-0-first_name": "Eve",
        "caregivers-0-relation": "mother",
        **{f"caregivers-{row}-language": "en" for row in range(3)},
        "goal": "More calm\r\nat bedtime",
        "agreed_on": day(-1),
    }
    return empty | typed | {name.replace("__", "-"): value for name, value in changes.items()}


def found(code: str) -> Family | None:
    """A family as it is stored."""
    return db.session.scalar(select(Family).where(Family.code == code))


def families(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Family)) or 0


@pytest.mark.parametrize(
    ("name", "sees", "never"),
    [
        ("ana", {"F-001"}, {"F-002", "F-003", "F-004", "F-900"}),
        ("sol", {"F-001", "F-002", "F-003"}, {"F-004", "F-900"}),
        ("mara", {"F-001", "F-002", "F-003", "F-004"}, {"F-900"}),
        ("abe", {"F-001", "F-002", "F-003", "F-004"}, {"F-900"}),
        ("olga", {"F-900"}, {"F-001", "F-004"}),
    ],
)
def test_everybody_sees_the_families_within_reach(signed_in, name: str, sees: set[str], never: set[str]) -> None:
    page = words(signed_in(name).get("/families/"))
    assert all(code in page for code in sees) and not any(code in page for code in never)


def test_ana_sees_what_is_due_and_one_large_way_to_the_recorder(signed_in) -> None:
    page = words(signed_in("ana").get("/families/"))
    for part in ('class="button button--large" href="/record/en"', "Visits today", "Overdue since", "today, 10:00",
                 "Mia", "Luis, Rosa"):  # fmt: skip
        assert part in page
    assert "Enrol a family" not in page


def test_sol_sees_how_many_are_late_and_who_has_no_visitor(signed_in) -> None:
    page = words(signed_in("sol").get("/families/"))
    assert "<dt>Overdue</dt><dd>3</dd>" in page
    assert "<dt>Without a visitor</dt><dd>1</dd>" in page
    assert "Nobody yet" in page and "Enrol a family" in page


def test_the_auditor_reads_and_changes_nothing(signed_in, people: People) -> None:
    abe, path = signed_in("abe"), f"/families/{people.families['F-001']}"
    page = words(abe.get(path))
    assert "Luis" in page and page.count("<form") == 1, "the one form is signing out"
    for act in ("edit", "leaving", "consents", "assignments", "visits"):
        assert send(abe, f"{path}/{act}").status_code == 403


def test_the_page_of_a_family_says_who_they_are(signed_in, people: People) -> None:
    page = words(signed_in("sol").get(f"/families/{people.families['F-002']}"))
    for part in ("Noor, Sami", "F-002", "Hana", "months old", "More calm at bedtime", "Ben", "Northside"):
        assert part in page


def test_sol_enrols_twins_with_two_caregivers(app: Flask, signed_in, people: People) -> None:
    changes = {
        "children__2__first_name": "Bo", "children__2__birth_date": day(-200), "children__2__weeks_early": "5",
        "caregivers__1__first_name": "Raúl", "caregivers__1__language": "es", "caregivers__1__sheet_release": "y",
        "observe": "y", "share": "y",
    }  # fmt: skip
    answer = send(signed_in("sol"), "/families/new", new_family(people, **changes))
    assert answer.status_code == 302
    with app.app_context():
        family = found("F-100")
        assert [(c.first_name, c.birth_date, c.weeks_early) for c in family.children] == [
            ("Ada", day(-200), 0),
            ("Bo", day(-200), 5),
        ]
        assert [(c.first_name, c.language, c.sheet_release) for c in family.caregivers] == [
            ("Eve", "en", False),
            ("Raúl", "es", True),
        ]
        assert {(c.scope, c.given_on.isoformat()) for c in family.consents} == {
            ("observe", day(-1)),
            ("share", day(-1)),
        }
        assert family.goal == "More calm\nat bedtime"
        assert answer.location == f"/families/{family.id}"


def test_a_row_that_is_half_filled_says_so_beside_its_field(signed_in, people: People) -> None:
    sol = signed_in("sol")
    halves = {
        "children-1-birth_date": {"children__1__first_name": "Bo"},
        "children-1-first_name": {"children__1__birth_date": day(-200)},
        "children-2-first_name": {"children__2__weeks_early": "4"},
        "caregivers-1-first_name": {"caregivers__1__relation": "aunt"},
    }
    for field, typed in halves.items():
        answer = send(sol, "/families/new", new_family(people, **typed))
        assert answer.status_code == 422 and beside(answer, field), field


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("code", "", "code"),
        ("code", "  ", "code"),
        ("code", "F-001", "code"),
        ("code", "F" * 41, "code"),
        ("site", "01920000-0000-7000-8000-000000000000", "site"),
        ("enrolled_on", "31.03.2025", "enrolled_on"),
        ("enrolled_on", day(3), "enrolled_on"),
        ("children-0-first_name", "x" * 201, "children-0-first_name"),
        ("children-0-birth_date", day(3), "children-0-birth_date"),
        ("children-0-birth_date", "0225-03-31", "children-0-birth_date"),
        ("children-0-birth_date", "2025-02-30", "children-0-birth_date"),
        ("children-0-weeks_early", "21", "children-0-weeks_early"),
        ("children-0-weeks_early", "-1", "children-0-weeks_early"),
        ("children-0-weeks_early", "NaN", "children-0-weeks_early"),
        ("children-0-weeks_early", "9" * 5000, "children-0-weeks_early"),
        ("caregivers-0-first_name", "", "caregivers-0-first_name"),
        ("caregivers-0-relation", "x" * 41, "caregivers-0-relation"),
        ("caregivers-0-language", "xx", "caregivers-0-language"),
        ("goal", "x" * 4001, "goal"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    app: Flask, signed_in, people: People, name: str, value: str, field: str
) -> None:
    before = families(app)
    answer = send(signed_in("sol"), "/families/new", new_family(people) | {name: value})
    assert answer.status_code == 422
    assert beside(answer, field), name
    assert 'value="Ada"' in words(answer) or name == "children-0-first_name"
    assert "More calm" in words(answer) or name == "goal"
    assert families(app) == before


def test_without_children_or_caregivers_there_is_no_family(signed_in, people: People) -> None:
    typed = {"children__0__first_name": "", "children__0__birth_date": "", "caregivers__0__first_name": "",
             "caregivers__0__relation": ""}  # fmt: skip
    answer = send(signed_in("sol"), "/families/new", new_family(people, **typed))
    assert beside(answer, "children-0-first_name") == "Enrol at least one child."
    assert beside(answer, "caregivers-0-first_name") == "Enrol at least one caregiver."


def test_what_is_agreed_to_has_a_day(signed_in, people: People) -> None:
    sol = signed_in("sol")
    assert beside(send(sol, "/families/new", new_family(people, observe="y", agreed_on="")), "agreed_on")
    assert beside(send(sol, "/families/new", new_family(people, observe="y", agreed_on=day(1))), "agreed_on")
    assert send(sol, "/families/new", new_family(people, agreed_on="")).status_code == 302


def test_a_child_that_is_there_already_is_enrolled_twice_only_on_purpose(app, signed_in, people: People) -> None:
    with app.app_context():
        born = db.session.get(Child, people.children["Mia"]).birth_date
    sol, typed = signed_in("sol"), {"children__0__first_name": " mia ", "children__0__birth_date": born}
    answer = send(sol, "/families/new", new_family(people, **typed))
    assert answer.status_code == 422
    assert "F-001" in beside(answer, "children-0-first_name") and 'name="anyway"' in words(answer)
    assert send(sol, "/families/new", new_family(people, **typed, anyway="y")).status_code == 302


def test_sol_enrols_at_her_own_site_only(signed_in, people: People) -> None:
    for site in ("river", "far"):
        answer = send(signed_in("sol"), "/families/new", new_family(people, site=str(people.sites[site])))
        assert answer.status_code == 422 and beside(answer, "site")


@pytest.mark.parametrize("name", ["ana", "mara", "abe", "ida"])
def test_who_does_no_casework_enrols_nobody(app: Flask, signed_in, people: People, name: str) -> None:
    assert send(signed_in(name), "/families/new", new_family(people)).status_code == 403
    with app.app_context():
        assert found("F-100") is None


def test_editing_keeps_who_was_there_and_adds_who_is_new(app: Flask, signed_in, people: People) -> None:
    sol, path = signed_in("sol"), f"/families/{people.families['F-002']}/edit"
    typed = filled(sol.get(path))
    assert typed["children-1-first_name"] == "Sami" and typed["goal"] == "More calm at bedtime"
    typed |= {"children-1-first_name": "Samir", "caregivers-1-first_name": "Omar", "caregivers-1-relation": "father"}
    assert send(sol, path, typed).status_code == 302
    with app.app_context():
        family = db.session.get(Family, people.families["F-002"])
        assert [child.id for child in family.children] == [people.children["Noor"], people.children["Sami"]]
        assert [child.first_name for child in family.children] == ["Noor", "Samir"]
        assert [adult.first_name for adult in family.caregivers] == ["Hana", "Omar"]
        assert len(family.consents) == 2, "consents are not touched here"


def test_who_is_enrolled_is_not_emptied(app: Flask, signed_in, people: People) -> None:
    sol, path = signed_in("sol"), f"/families/{people.families['F-002']}/edit"
    typed = filled(sol.get(path))
    cleared = {"children-0-first_name": "", "children-0-birth_date": "", "children-0-weeks_early": ""}
    answer = send(sol, path, typed | cleared)
    assert answer.status_code == 422 and "do not empty it" in beside(answer, "children-0-first_name")
    with app.app_context():
        assert db.session.get(Child, people.children["Noor"]).first_name == "Noor"


def test_a_fourth_child_finds_a_row(app: Flask, signed_in, people: People) -> None:
    sol, path = signed_in("sol"), f"/families/{people.families['F-001']}/edit"
    for number in (1, 2, 3):
        typed = filled(sol.get(path))
        typed |= {f"children-{number}-first_name": f"Child {number}", f"children-{number}-birth_date": day(-100)}
        assert send(sol, path, typed).status_code == 302
    with app.app_context():
        assert len(db.session.get(Family, people.families["F-001"]).children) == 4


def consent_id(app: Flask, people: People, scope: str) -> uuid.UUID:
    with app.app_context():
        query = select(Consent.id).where(Consent.family_id == people.families["F-001"], Consent.scope == scope)
        return db.session.scalars(query).one()


def test_a_consent_is_taken_back_with_its_day(app: Flask, signed_in, people: People) -> None:
    sol, path = signed_in("sol"), f"/families/{people.families['F-001']}"
    id = consent_id(app, people, "observe")
    for wrong in (day(1), day(-366), "", "soon"):
        answer = send(sol, f"{path}/consents/{id}/withdrawal", {"withdrawn_on": wrong})
        assert answer.status_code == 422 and beside(answer, f"withdrawn_on-{id}"), wrong
    assert send(sol, f"{path}/consents/{id}/withdrawal", {"withdrawn_on": day(0)}).status_code == 302
    assert "Taken back on" in words(sol.get(path))
    pull = signed_in("ana").get("/api/v1/sync/pull", headers={"X-Recorder": "1"}).json
    assert pull["families"] == [], "without consent nothing is recorded"
    assert send(sol, f"{path}/consents/{id}/withdrawal", {"withdrawn_on": day(0)}).status_code == 404, "it is done"


def test_a_consent_of_another_family_is_not_found(app: Flask, signed_in, people: People) -> None:
    id = consent_id(app, people, "observe")
    path = f"/families/{people.families['F-002']}/consents/{id}/withdrawal"
    assert send(signed_in("sol"), path, {"withdrawn_on": day(0)}).status_code == 404


def test_a_family_agrees_to_something_more(app: Flask, signed_in, people: People) -> None:
    sol, path = signed_in("sol"), f"/families/{people.families['F-001']}/consents"
    assert send(sol, path, {"scope": "video", "given_on": day(0)}).status_code == 302
    again = send(sol, path, {"scope": "video", "given_on": day(0)})
    assert again.status_code == 422 and "already" in beside(again, "scope")
    assert beside(send(sol, path, {"scope": "video", "given_on": day(2)}), "given_on")
    assert beside(send(sol, path, {"scope": "all", "given_on": day(0)}), "scope")


def assignments(app: Flask, people: People, code: str) -> list[tuple[str, date, date | None]]:
    names = {id: name for name, id in people.accounts.items()}
    with app.app_context():
        query = select(Assignment).where(Assignment.family_id == people.families[code]).order_by(Assignment.from_on)
        return [(names[row.account_id], row.from_on, row.until_on) for row in db.session.scalars(query)]


def hand_over(client, people: People, code: str, visitor: str, from_on: str, until_on: str = ""):
    data = {"visitor": str(people.accounts[visitor]), "from_on": from_on, "until_on": until_on}
    return send(client, f"/families/{people.families[code]}/assignments", data)


def test_sol_assigns_a_family_without_a_visitor(app: Flask, signed_in, people: People) -> None:
    assert hand_over(signed_in("sol"), people, "F-003", "ana", day(0)).status_code == 302
    assert assignments(app, people, "F-003") == [("ana", TODAY, None)]
    assert "F-003" in words(signed_in("ana").get("/families/"))


def test_handing_over_ends_what_was_and_takes_the_planned_visits_along(app: Flask, signed_in, people: People) -> None:
    with app.app_context():
        visit = db.session.get(Visit, people.visits["mia today"])
        visit.local_date = TODAY + timedelta(days=5)
        db.session.commit()
    assert hand_over(signed_in("sol"), people, "F-001", "ben", day(3)).status_code == 302
    (ana, _since, until), ben = assignments(app, people, "F-001")
    assert (ana, until, ben) == ("ana", TODAY + timedelta(days=2), ("ben", TODAY + timedelta(days=3), None))
    with app.app_context():
        assert db.session.get(Visit, people.visits["mia today"]).account_id == people.accounts["ben"]
    assert "F-001" in words(signed_in("ana").get("/families/")), "it is hers until then"
    assert "F-001" not in words(signed_in("ben").get("/families/"))


def test_a_later_plan_takes_the_place_of_one_that_has_not_begun(app: Flask, signed_in, people: People) -> None:
    sol = signed_in("sol")
    hand_over(sol, people, "F-001", "ben", day(10))
    hand_over(sol, people, "F-001", "sol", day(5))
    assert [row[0] for row in assignments(app, people, "F-001")] == ["ana", "sol"]


def test_history_is_not_rewritten(app: Flask, signed_in, people: People) -> None:
    answer = hand_over(signed_in("sol"), people, "F-001", "ben", day(-400))
    assert answer.status_code == 422 and "Choose a later day" in beside(answer, "from_on")
    assert [row[0] for row in assignments(app, people, "F-001")] == ["ana"]


@pytest.mark.parametrize("visitor", ["cleo", "olga", "mara"])
def test_sol_assigns_people_of_her_team_only(app: Flask, signed_in, people: People, visitor: str) -> None:
    answer = hand_over(signed_in("sol"), people, "F-003", visitor, day(0))
    assert answer.status_code == 422 and beside(answer, "visitor")
    assert assignments(app, people, "F-003") == []


def test_an_assignment_ends_after_it_began(signed_in, people: People) -> None:
    answer = hand_over(signed_in("sol"), people, "F-003", "ana", day(3), day(2))
    assert answer.status_code == 422 and beside(answer, "until_on")
    assert beside(hand_over(signed_in("sol"), people, "F-003", "ana", ""), "from_on")


def test_a_family_leaves_and_its_history_stays(app: Flask, signed_in, people: People) -> None:
    sol, path = signed_in("sol"), f"/families/{people.families['F-001']}"
    for wrong in (day(1), day(-400), ""):
        answer = send(sol, f"{path}/leaving", {"left_on": wrong})
        assert answer.status_code == 422 and beside(answer, "left_on"), wrong
    assert send(sol, f"{path}/leaving", {"left_on": day(-1)}).status_code == 302
    assert "Left on" in words(sol.get(path))
    assert f'href="{path}"' not in words(sol.get("/families/"))
    assert f'href="{path}"' in words(sol.get("/families/?which=left"))
    with app.app_context():
        visit = db.session.get(Visit, people.visits["mia today"])
        assert (visit.status, visit.cancelled_by) == ("cancelled", "family")
    assert signed_in("ana").get("/api/v1/sync/pull", headers={"X-Recorder": "1"}).json["families"] == []


CASELOAD = """code,site,child_first_name,child_birth_date,caregiver_first_name,language,visitor,observe_consent_on
F-101,Northside,Ada,2025-03-31,Eve,,ana,2026-01-15
F-102,Northside,Noor,2025-03-02,Hana,es,,
F-102,Northside,Sami,2025-03-02,Hana,es,,
"""


def upload(client, content: bytes, name: str = "caseload.csv"):
    return send_parts(client, "/families/import", {"file": FileStorage(io.BytesIO(content), name)})


def test_a_caseload_is_looked_at_and_then_stored_whole(app: Flask, signed_in, people: People) -> None:
    sol, before = signed_in("sol"), families(app)
    look = upload(sol, CASELOAD.encode())
    assert look.status_code == 200
    assert "2 families to enrol" in words(look) and "Nothing is stored yet" in words(look)
    assert families(app) == before
    answer = send_parts(sol, "/families/import", filled(look))
    assert answer.status_code == 302
    assert families(app) == before + 2
    with app.app_context():
        first, twins = found("F-101"), found("F-102")
        assert first.assignments[0].account_id == people.accounts["ana"]
        assert [consent.scope for consent in first.consents] == ["observe"]
        assert [child.first_name for child in twins.children] == ["Noor", "Sami"]
        assert [(adult.first_name, adult.language) for adult in twins.caregivers] == [("Hana", "es")]
    assert "F-101" in words(signed_in("ana").get("/families/"))


def test_a_fault_is_shown_with_row_and_column_and_nothing_is_stored(app: Flask, signed_in) -> None:
    sol, before = signed_in("sol"), families(app)
    wrong = CASELOAD.replace("F-102,Northside,Sami,2025-03-02", "F-102,Riverside,Sami,02.03.2025")
    answer = upload(sol, wrong.encode())
    assert answer.status_code == 422
    page = words(answer)
    assert '<th scope="row">4</th><td><code>site</code></td>' in page and "“02.03.2025” is not a day" in page
    sneaky = {"text": wrong, "confirmed": "yes"}
    assert send_parts(sol, "/families/import", sneaky).status_code == 422
    assert families(app) == before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "not a CSV file"),
        (b"PK\x03\x04\x00\x00", "not a CSV file"),
        ("código;nombre\n".encode("latin-1"), "UTF-8"),
        (b"a,b\n1,2\n", "Missing: code"),
        (b"[" * 100_000, "Missing: code"),
        (b"x" * 2_097_153, "larger than 2048 kilobytes"),
    ],
)
def test_a_file_that_is_no_caseload_is_one_sentence(signed_in, content: bytes, sentence: str) -> None:
    answer = upload(signed_in("sol"), content)
    assert answer.status_code == 422 and sentence in beside(answer, "file")


def test_no_file_at_all_is_said_too(signed_in) -> None:
    answer = send_parts(signed_in("sol"), "/families/import", {})
    assert answer.status_code == 422 and "Choose a CSV file" in beside(answer, "file")


def test_a_large_caseload_comes_through_both_steps(app: Flask, signed_in, people: People) -> None:
    goal = "x" * 3000
    rows = "".join(f"G-{n},Northside,Child {n},2025-03-31,Eve,{goal}\n" for n in range(300))
    text = "code,site,child_first_name,child_birth_date,caregiver_first_name,goal\n" + rows
    sol, before = signed_in("sol"), families(app)
    look = upload(sol, text.encode())
    assert look.status_code == 200
    data = {"text": text.replace("\n", "\r\n"), "confirmed": "yes"}
    assert send_parts(sol, "/families/import", data).status_code == 302
    assert families(app) == before + 300


def test_any_other_form_is_small(signed_in, people: People) -> None:
    answer = send(signed_in("sol"), "/families/new", new_family(people, goal="x" * 300_000))
    assert answer.status_code == 413


def test_children_that_may_be_there_already_are_pointed_out(app: Flask, signed_in, people: People) -> None:
    with app.app_context():
        born = db.session.get(Child, people.children["Mia"]).birth_date
    answer = upload(signed_in("sol"), CASELOAD.replace("Ada,2025-03-31", f"Mia,{born}").encode())
    assert answer.status_code == 200 and "Mia, in family F-001" in words(answer)


def test_the_example_can_be_imported_as_it_is(signed_in) -> None:
    sol = signed_in("sol")
    example = sol.get("/families/import/example.csv")
    assert example.mimetype == "text/csv"
    assert example.data.decode("utf-8-sig").splitlines()[0] == ",".join(enrolment.COLUMNS)
    assert "2 families to enrol" in words(upload(sol, example.data))


def test_a_visitor_of_another_team_cannot_be_named_in_a_caseload(signed_in) -> None:
    answer = upload(signed_in("sol"), CASELOAD.replace(",ana,", ",cleo,").encode())
    assert answer.status_code == 422 and "nobody whom you can assign" in words(answer)


def test_the_page_names_every_column(signed_in) -> None:
    page = words(signed_in("sol").get("/families/import"))
    assert all(f"<code>{column}</code>" in page for column in enrolment.COLUMNS)
