"""The two calls of a tablet: events up, exactly once; the caseload down, her own families only."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from people import TODAY, People
from sqlalchemy import func, select
from tablet import TabletLog, batch, observed, opening, sheet

from recorder.db import db, now, uuid7
from recorder.instruments import library
from recorder.records.double_coding import Grant, PracticePiece
from recorder.records.families import Child, Consent, Family
from recorder.records.instruments import StoredInstrument
from recorder.records.observations import Batch, Log
from recorder.records.people import Programme

EVENTS = "/api/v1/sync/events"
PULL = "/api/v1/sync/pull"
MARKED = {"X-Recorder": "1"}


def post(client, body: bytes, headers: dict[str, str] = MARKED):
    return client.post(EVENTS, data=body, headers=headers, content_type="application/json")


def pull(client) -> dict:
    answer = client.get(PULL, headers=MARKED)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.json


def stored(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Log))


def test_a_batch_is_taken_and_answered(signed_in, people: People) -> None:
    log = observed(people)
    answer = post(signed_in("ana"), batch(log.part()))
    assert answer.status_code == 200 and answer.headers["X-Recorder"] == "1"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["epoch"] == 1 and answer.json["server_time"].endswith("Z")
    (reply,) = answer.json["logs"]
    assert (reply["stored_upto"], reply["head"]) == (len(log.strings), log.head(len(log.strings)))


def test_the_same_batch_again_gets_the_same_reply_with_the_time_of_now(signed_in, people: People) -> None:
    ana, body = signed_in("ana"), batch(observed(people).part())
    first, second = post(ana, body).json, post(ana, body).json
    assert first["logs"] == second["logs"] and first["server_time"] < second["server_time"]


def test_a_batch_id_that_was_used_for_other_content(signed_in, people: People, app: Flask) -> None:
    ana, id = signed_in("ana"), uuid7()
    log = observed(people)
    assert post(ana, batch(log.part(1, 5), id=id)).status_code == 200
    answer = post(ana, batch(log.part(6), id=id))
    assert answer.status_code == 409 and "new batch id" in answer.json["error"]["message"]
    with app.app_context():
        assert db.session.scalars(select(Log)).one().stored_upto == 5
        assert db.session.scalar(select(func.count()).select_from(Batch)) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"[" * 2000, b'{"batch": NaN}', '{"logs": "\ud800"}'.encode(
    "utf-8", "surrogatepass")])  # fmt: skip
def test_what_cannot_be_read_is_refused_in_a_sentence(signed_in, app: Flask, body: bytes) -> None:
    answer = post(signed_in("ana"), body)
    assert answer.status_code == 400 and answer.json["error"]["message"].endswith(".")
    assert answer.headers["X-Recorder"] == "1" and stored(app) == 0


def padded(people: People, size: int) -> bytes:
    """A readable batch of exactly this many bytes."""
    body = batch(observed(people).part())
    return body + b" " * (size - len(body))


def test_the_limit_of_a_batch(signed_in, people: People, app: Flask) -> None:
    limit = app.config["SYNC_BYTES"]
    ana = signed_in("ana")
    for size, status in ((limit - 1, 200), (limit, 200), (limit + 1, 413)):
        answer = post(ana, padded(people, size))
        assert answer.status_code == status, size
        assert answer.headers["X-Recorder"] == "1"
    assert stored(app) == 2


def test_without_signing_in(client, people: People, app: Flask) -> None:
    for answer in (post(client, batch(observed(people).part())), client.get(PULL, headers=MARKED)):
        assert answer.status_code == 401 and answer.json["error"]["status"] == 401
    assert stored(app) == 0


def test_without_our_header(signed_in, people: People, app: Flask) -> None:
    ana = signed_in("ana")
    assert post(ana, batch(observed(people).part()), headers={}).status_code == 403
    assert ana.get(PULL).status_code == 403
    assert stored(app) == 0


def test_from_a_foreign_page(signed_in, people: People, app: Flask) -> None:
    headers = MARKED | {"Origin": "https://elsewhere.example"}
    assert post(signed_in("ana"), batch(observed(people).part()), headers=headers).status_code == 403
    assert stored(app) == 0


def test_wrong_methods(signed_in) -> None:
    ana = signed_in("ana")
    assert ana.get(EVENTS, headers=MARKED).status_code == 405
    assert ana.post(PULL, headers=MARKED).status_code == 405


def test_a_visitor_pulls_her_own_families(signed_in, people: People) -> None:
    (family,) = pull(signed_in("ana"))["families"]
    assert (family["id"], family["code"], family["site"]) == (str(people.families["F-001"]), "F-001", "Northside")
    assert family["zone"] == "America/Chicago" and family["goal"] == "More calm at bedtime"
    (mia,) = family["children"]
    assert (mia["id"], mia["first_name"]) == (str(people.children["Mia"]), "Mia") and mia["age_months"] in {10, 11}
    assert [adult["first_name"] for adult in family["caregivers"]] == ["Luis", "Rosa"]
    assert family["caregivers"][1] == {
        "id": str(people.caregivers["Rosa"]),
        "first_name": "Rosa",
        "relation": "",
        "language": "es",
        "sheet_release": True,
    }
    assert family["consents"] == {"observe": True, "share": True, "video": False}
    assert family["visits"] == [
        {
            "id": str(people.visits["mia today"]),
            "date": str(TODAY),
            "time": "10:00",
            "status": "planned",
            "double_coded": False,
        }
    ]
    assert family["last_step"] is None


def test_a_supervisor_pulls_her_teams_families_and_nobody_elses(signed_in, people: People) -> None:
    codes = {family["code"] for family in pull(signed_in("sol"))["families"]}
    assert codes == {"F-001", "F-002", "F-003"}


def test_the_pull_says_who_she_is_and_whom_to_call(signed_in, people: People) -> None:
    told = pull(signed_in("ana"))
    assert told["account"] == {
        "id": str(people.accounts["ana"]),
        "name": "Ana",
        "role": "visitor",
        "language": "en",
        "left_handed": False,
    }
    assert told["programme"] == {
        "name": "First Steps",
        "telephone": "555 0100",
        "contacts": [{"name": "Family line", "phone": "555 0111"}],
        "languages": ["en", "es"],
        "wordings": ["en", "es", "fr", "vi", "ar", "zh"],
        "reviewed": [],
        "own_wordings": {},
        "steps": [],
        "emergency_number": "",
        "hotline": "",
        "supervisor": "Sol",
    }
    assert (told["grants"], told["practice"]) == ([], [])


def test_what_may_be_used_with_which_child_and_when(signed_in, people: People) -> None:
    (family,) = pull(signed_in("ben"))["families"]
    asked = [one for one in family["offered"] if one["instrument"] == "our-days/1"]
    late = str(TODAY - timedelta(days=365) + timedelta(days=90))
    assert asked == [
        {"instrument": "our-days/1", "kind": "questionnaire", "child": str(people.children[name]), "state": "overdue",
         "on": late}
        for name in ("Noor", "Sami")
    ]  # fmt: skip
    assert {one["kind"] for one in family["offered"]} == {"scale", "questionnaire"}  # no sort before two visits


def test_the_safety_card_has_its_numbers(signed_in, app: Flask, people: People) -> None:
    with app.app_context():
        programme = db.session.get_one(Programme, people.programme)
        programme.emergency_number, programme.hotline = "911", "Help line 555 0123"
        db.session.commit()
    told = pull(signed_in("ana"))["programme"]
    assert (told["emergency_number"], told["hotline"], told["supervisor"]) == ("911", "Help line 555 0123", "Sol")
    assert pull(signed_in("sol"))["programme"]["supervisor"] == ""


def grant(people: People, visit: str, to: str, **more: object) -> Grant:
    return Grant(
        programme_id=people.programme, visit_id=people.visits[visit], account_id=people.accounts[to],
        granted_by_id=people.accounts["sol"], **more,
    )  # fmt: skip


def test_a_second_observer_gets_the_people_of_her_one_visit_and_nothing_that_was_seen(
    signed_in, app: Flask, people: People
) -> None:
    with app.app_context():
        db.session.add(grant(people, "mia today", "ben"))
        db.session.commit()
    told = pull(signed_in("ben"))
    assert [family["code"] for family in told["families"]] == ["F-002"]
    (one,) = told["grants"]
    visit = str(people.visits["mia today"])
    assert one["visit"] == {
        "id": visit, "date": str(TODAY), "time": "10:00", "status": "planned", "double_coded": True,
    }  # fmt: skip
    assert (one["family"]["code"], [child["first_name"] for child in one["family"]["children"]]) == ("F-001", ["Mia"])
    assert (one["family"]["goal"], one["family"]["last_step"], one["family"]["visits"]) == ("", None, [])
    (mias,) = pull(signed_in("ana"))["families"]
    assert [(seen["id"], seen["double_coded"]) for seen in mias["visits"]] == [(visit, True)]
    assert pull(signed_in("ana"))["grants"] == [] == pull(signed_in("cleo"))["grants"]
    assert set(mias) == set(one["family"])


def test_a_grant_that_was_taken_back_or_whose_family_took_its_consent_back_opens_nothing(
    signed_in, app: Flask, people: People
) -> None:
    with app.app_context():
        db.session.add(grant(people, "mia today", "ben", taken_back_at=now()))
        db.session.add(grant(people, "noor tomorrow", "ana"))
        consents = select(Consent).where(Consent.family_id == people.families["F-002"], Consent.scope == "observe")
        db.session.scalars(consents).one().withdrawn_on = TODAY
        db.session.commit()
    assert pull(signed_in("ben"))["grants"] == [] == pull(signed_in("ana"))["grants"]
    (mias,) = pull(signed_in("ana"))["families"]
    assert [visit["double_coded"] for visit in mias["visits"]] == [False]


def test_what_there_is_to_practise_on_comes_without_its_reference(signed_in, app: Flask, people: People) -> None:
    with app.app_context():

        def piece(programme: uuid.UUID, title: str, **more: object) -> PracticePiece:
            return PracticePiece(
                programme_id=programme, title=title, instructions="Watch it once.", scheme="serve-and-return/1",
                scheme_hash="a" * 64, reference="SECRET", made_by_id=people.accounts["sol"], **more,
            )  # fmt: skip

        ours = piece(people.programme, "Snack time")
        db.session.add_all(
            [ours, piece(people.programme, "Old", retired_at=now()), piece(people.other_programme, "Far")]
        )
        db.session.commit()
        id = str(ours.id)
    told = pull(signed_in("ana"))
    assert told["practice"] == [
        {"id": id, "title": "Snack time", "instructions": "Watch it once.", "scheme": "serve-and-return/1",
         "hash": "a" * 64}
    ]  # fmt: skip
    assert "SECRET" not in json.dumps(told)


def test_no_word_of_the_other_programme(signed_in, people: People) -> None:
    text = json.dumps(pull(signed_in("ana")))
    for secret in (people.families["F-900"], people.other_programme, "Igor", "Vera", "birth"):
        assert str(secret) not in text


def test_the_instruments_come_with_their_hash(signed_in, app: Flask, people: People) -> None:
    document = {"name": "ours", "version": 3, "cues": [{"code": "VOC", "window_ms": 4000}], "responses": []}
    with app.app_context():
        for programme, name in ((people.programme, "ours"), (people.other_programme, "theirs")):
            own = document | {"name": name}
            db.session.add(
                StoredInstrument(programme_id=programme, kind="scheme", name=name, version=3, document=own,
                                 hash=library.digest(own))
            )  # fmt: skip
        db.session.commit()
    offered = {one["id"]: one for one in pull(signed_in("ana"))["instruments"]}
    assert set(offered) == {one.id for one in library.builtins()} | {"ours/3"}
    assert offered["ours/3"]["document"] == document and offered["sensitivity/1"]["kind"] == "scale"
    for one in offered.values():
        assert library.digest(one["document"]) == one["hash"]


def test_what_is_due(signed_in, app: Flask, people: People) -> None:
    ana = signed_in("ana")
    (family,) = pull(ana)["families"]
    assert family["due"]["state"] == "overdue"
    log = observed(people)
    post(ana, batch(log.part()))
    with app.app_context():
        day = db.session.scalars(select(Log)).one().local_date
    (family,) = pull(ana)["families"]
    assert family["due"] == {"on": str(day + timedelta(days=30)), "state": "later"} and family["visits"] == []


def test_the_last_step_is_that_of_the_newest_page(signed_in, people: People) -> None:
    ana, log = signed_in("ana"), TabletLog()
    log.add("open", data=opening(people))
    log.add("sheet", data=sheet(people))
    words = sheet(people)
    log.add("sheet", data=words | {"step": words["step"] | {"when": "When Mia looks,", "what": "look back."}})
    post(ana, batch(log.part()))
    (family,) = pull(ana)["families"]
    assert family["last_step"] == {
        "sheet": words["id"],
        "child": str(people.children["Mia"]),
        "step": words["step"]["key"],
        "type": words["step"]["type"],
        "text": "When Mia looks, look back.",
    }


def test_visits_of_the_next_fortnight_and_those_missed(signed_in, people: People) -> None:
    ana, log = signed_in("ana"), TabletLog()
    log.add("open", data=opening(people))
    for days in (-5, 13, 16):
        on = str(TODAY + timedelta(days=days))
        log.add("sheet", data=sheet(people, next_visit={"visit": str(uuid7()), "date": on, "time": None}))
    post(ana, batch(log.part()))
    (family,) = pull(ana)["families"]
    assert [visit["date"] for visit in family["visits"]] == [str(TODAY + timedelta(days=days)) for days in (-5, 0, 13)]


@pytest.mark.parametrize("how", ["left", "withdrew"])
def test_a_family_that_left_is_not_handed_out(signed_in, app: Flask, people: People, how: str) -> None:
    yesterday = TODAY - timedelta(days=1)
    with app.app_context():
        if how == "left":
            db.session.get_one(Family, people.families["F-001"]).left_on = yesterday
        else:
            for consent in db.session.scalars(select(Consent).where(Consent.family_id == people.families["F-001"])):
                consent.withdrawn_on = yesterday
        db.session.commit()
    assert pull(signed_in("ana"))["families"] == []


def test_a_child_born_early_is_younger_until_two(signed_in, app: Flask, people: People) -> None:
    with app.app_context():
        mia = db.session.get_one(Child, people.children["Mia"])
        mia.birth_date, mia.weeks_early = (TODAY - timedelta(days=400)).isoformat(), 9
        db.session.commit()
    (family,) = pull(signed_in("ana"))["families"]
    assert family["children"][0]["age_months"] in {10, 11}
