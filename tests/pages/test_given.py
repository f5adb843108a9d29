"""A page on a caregiver's own telephone: who gets a link, what it opens, how often, and what everybody else sees."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from forms import filled, send
from people import People
from sqlalchemy import select, update
from tablet import TabletLog, batch, opening, sheet

from recorder import handing_over
from recorder.db import db, now
from recorder.records.families import Caregiver
from recorder.records.given import ParentLink, ParentOpening

MARKED = {"X-Recorder": "1"}
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def ana(signed_in):
    return signed_in("ana")


@pytest.fixture
def phone(app: Flask):
    """A browser that nobody signed in with."""
    return app.test_client()


def approved(client, people: People, **changes) -> str:
    log = TabletLog()
    log.add("open", data=opening(people))
    data = sheet(people, **changes)
    log.add("end", after_ms=180_000)
    log.add("sheet", data=data)
    answer = client.post("/api/v1/sync/events", data=batch(log.part()), headers=MARKED, content_type="application/json")
    assert answer.status_code == 200 and not answer.json["logs"][0]["quarantined"], answer.json
    return str(data["id"])


def linked(client, id: str) -> tuple[str, str]:
    """A link's letters and its number, as the page shows them once."""
    at = f"/sheets/{id}/hand-over"
    answer = send(client, at, filled(client.get(at)))
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200 and 'class="qr"' in text and answer.headers["Cache-Control"] == "no-store"
    number, letters = re.findall(r"<code>([\dA-Z-]+)</code>", text)
    return letters, number


def knock(client, letters: str, number: str):
    return send(client, "/p", filled(client.get("/p")) | {"letters": letters, "number": number})


def test_letters_and_number_open_the_page_without_an_account(app: Flask, ana, phone, people: People) -> None:
    id = approved(ana, people, language="es")
    letters, number = linked(ana, id)
    assert f"{letters} {number}" not in ana.get(f"/sheets/{id}/hand-over").get_data(as_text=True), "shown only once"
    answer = knock(phone, letters.lower().replace("-", " "), f" {number[:3]} {number[3:]}")
    assert answer.status_code == 303 and letters not in answer.headers["Location"]
    page = phone.get("/p/page")
    text = page.get_data(as_text=True)
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    assert '<html lang="es" dir="ltr">' in text and "Un rato con Mia" in text and text.count("<h1") == 1
    with app.app_context():
        (opened,) = db.session.scalars(select(ParentOpening))
        link = db.session.scalars(select(ParentLink)).one()
        assert letters.replace("-", "") not in (link.token_hash, link.code_hash) and number not in link.code_hash
        assert opened.link_id == link.id
    assert "Opened:" in ana.get(f"/sheets/{id}/hand-over").get_data(as_text=True)


def close(app: Flask, how: str) -> None:
    with app.app_context():
        if how == "revoked":
            db.session.execute(update(ParentLink).values(revoked_at=now()))
        elif how == "expired":
            db.session.execute(update(ParentLink).values(expires_at=now() - timedelta(seconds=1)))
        elif how == "not released":
            db.session.execute(update(Caregiver).values(sheet_release=False))
        elif how == "used up":
            db.session.execute(update(ParentLink).values(opens=1))
            link = db.session.scalars(select(ParentLink)).one()
            db.session.add(ParentOpening(programme_id=link.programme_id, link_id=link.id))
        db.session.commit()


@SQLITE
@pytest.mark.parametrize("how", ["revoked", "expired", "not released", "used up", "wrong number", "never made"])
def test_what_opens_no_page_is_one_plain_answer(app: Flask, ana, phone, people: People, how: str) -> None:
    letters, number = linked(ana, approved(ana, people))
    nothing = knock(phone, "AAAA-BBBB-CCCC", "000000")
    close(app, how)
    if how == "wrong number":
        number = f"{(int(number) + 1) % 1_000_000:06}"
    answer = knock(phone, "DDDD-EEEE-FFFF" if how == "never made" else letters, number)
    assert (answer.status_code, answer.get_data()) == (404, nothing.get_data())
    assert phone.get("/p/page").get_data() == nothing.get_data()


@SQLITE
@pytest.mark.parametrize("how", ["revoked", "expired", "not released"])
def test_a_page_that_is_open_closes_with_its_link(app: Flask, ana, phone, people: People, how: str) -> None:
    knock(phone, *linked(ana, approved(ana, people)))
    assert phone.get("/p/page").status_code == 200
    close(app, how)
    assert phone.get("/p/page").status_code == 404


def test_it_opens_as_often_as_is_set_and_is_read_for_an_hour(
    app: Flask, ana, phone, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters, number = linked(ana, approved(ana, people))
    opened = [knock(phone, letters, number).status_code for _ in range(6)]
    assert opened == [303] * 5 + [404]
    assert [phone.get("/p/page").status_code for _ in range(3)] == [200] * 3, "reading is not opening"
    monkeypatch.setattr(handing_over, "READ_FOR", timedelta(0))
    assert phone.get("/p/page").status_code == 404


@SQLITE
def test_five_wrong_numbers_end_a_link(ana, phone, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    letters, number = linked(ana, approved(ana, people))
    other = f"{(int(number) + 1) % 1_000_000:06}"
    assert {knock(phone, letters, other).status_code for _ in range(5)} == {404}
    assert knock(phone, letters, number).status_code == 404
    monkeypatch.setattr(handing_over, "WRONG_CODES", 10**6)  # the defence away: guessing goes on
    assert knock(phone, letters, number).status_code == 303


@SQLITE
def test_a_link_is_made_only_for_a_caregiver_who_may_be_given_a_page(app: Flask, ana, people: People) -> None:
    id = approved(ana, people)
    at = f"/sheets/{id}/hand-over"
    form = filled(ana.get(at))
    foreign = people.caregivers["Hana"]
    assert send(ana, at, form | {"caregiver": str(foreign)}).status_code == 422
    close(app, "not released")
    assert send(ana, at, form).status_code == 422
    assert "No caregiver of this family may be given a page." in ana.get(at).get_data(as_text=True)
    with app.app_context():
        assert db.session.scalar(select(ParentLink)) is None


@SQLITE
def test_taken_back_by_whoever_visits_the_family_and_by_nobody_else(
    app: Flask, ana, phone, signed_in, people: People
) -> None:
    id = approved(ana, people)
    letters, number = linked(ana, id)
    with app.app_context():
        link = db.session.scalars(select(ParentLink.id)).one()
    at = f"/sheets/{id}/hand-over"
    for name in ("ben", "olga"):
        other = signed_in(name)
        assert other.get(at).status_code == 404
        assert send(other, f"{at}/{link}", {}).status_code == 404
    assert signed_in("mara").get(at).status_code == 403
    assert send(ana, f"{at}/{uuid.uuid4()}", filled(ana.get(at))).status_code == 404
    assert send(ana, f"{at}/{link}", filled(ana.get(at))).status_code == 302
    assert knock(phone, letters, number).status_code == 404


@SQLITE
def test_a_stranger_reads_in_her_browser_s_language(phone) -> None:
    door = phone.get("/p", headers={"Accept-Language": "ar,en;q=0.5"})
    text = door.get_data(as_text=True)
    assert '<html lang="ar" dir="rtl">' in text and "الرمز الذي سمعته" in text
    assert '<html lang="en"' in phone.get("/p", headers={"Accept-Language": "xx"}).get_data(as_text=True)


BESIDE = {
    "language": "en",
    "strengths": [{"key": "S1", "text": "You came close."}, {"key": "S2", "text": "You talked back."}],
    "step": {"key": "deepen_comfort", "type": "CRY", "when": "at night.", "what": "Come close.", "care": "Rest a bit."},
}


@SQLITE
def test_a_draft_says_so_and_is_read_in_the_visitor_s_language_too(ana, phone, people: People) -> None:
    id = approved(ana, people, language="ar", draft=True, beside=BESIDE)
    knock(phone, *linked(ana, id))
    text = phone.get("/p/page").get_data(as_text=True)
    assert '<html lang="ar" dir="rtl">' in text and "مسودة" in text and 'href="?in=en"' in text
    other = phone.get("/p/page?in=en").get_data(as_text=True)
    assert '<html lang="en" dir="ltr">' in other and "You came close." in other and "Draft" not in other
    assert phone.get("/p/page?in=xx").status_code == 200
    both = ana.get(f"/sheets/{id}").get_data(as_text=True)
    assert both.count('class="handout"') == 2 and "You came close." in both and "مسودة" in both
    assert ana.get(f"/sheets/{id}.pdf").status_code == 200


@SQLITE
def test_a_card_stands_behind_the_page(ana, phone, people: People) -> None:
    id = approved(ana, people, card="later")
    knock(phone, *linked(ana, id))
    for text in (phone.get("/p/page").get_data(as_text=True), ana.get(f"/sheets/{id}").get_data(as_text=True)):
        assert "Can trust grow later?" in text and "It can grow at any age." in text
    assert ana.get(f"/sheets/{id}.pdf?second=each_time").status_code == 200
    assert ana.get(f"/sheets/{id}.pdf?second=no_such_card").status_code == 400
    for odd in ({"card": "no_such_card"}, {"language": "xx"}, {"beside": {"language": "xx"}}, {"beside": "?"}):
        assert ana.get(f"/sheets/{approved(ana, people, **odd)}").status_code == 200, odd
