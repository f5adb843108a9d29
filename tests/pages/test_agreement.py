"""Two observers of one visit: granted, blind until both have signed, compared; practice and certificates."""

from __future__ import annotations

import io
import json
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from forms import beside, send, send_parts, words
from people import TODAY, People
from sqlalchemy import select
from tablet import TabletLog, batch, opening, sheet, wall
from werkzeug.datastructures import FileStorage

from recorder.db import db
from recorder.instruments import library
from recorder.records.double_coding import Certificate, Grant, PairAgreement, PracticePiece
from recorder.records.families import Consent, Family
from recorder.records.followups import Question
from recorder.records.people import Account, Programme
from recorder.records.visits import Visit

MARKED = {"X-Recorder": "1"}
BORIS = Path(__file__).parent.parent / "data" / "boris" / "homevisit_pairs.boris"
SECRET = "Only the first one saw this"


def day(offset: int) -> str:
    return (TODAY + timedelta(days=offset)).isoformat()


def grant(client, people: People, who: str, visit: str = "mia today"):
    return send(client, f"/visits/{people.visits[visit]}/second-observer", {"who": str(people.accounts[who])})


def coded(
    people: People, account: str, role: str = "primary", *, sync_ms: int = 5000, shift_ms: int = 0, miss: int = 0,
    signed: bool = True, tuning_in: int = 7, visit: str | None = None, **changes: Any,
) -> TabletLog:  # fmt: skip
    """A log of 24 taps with a tap on "now", `shift_ms` later than the plan, the last `miss` left out."""
    log, at = TabletLog(), 0
    more = {"visit": visit} if visit else {}
    log.add("open", data=opening(people, role=role, user=str(people.accounts[account]), **more, **changes))
    taps = [(sync_ms, "SYNC")]
    plan = [(20_000 + 9000 * n, ("VOC", "TALK", "REACH")[n % 3]) for n in range(24)]
    taps += [(t_ms + sync_ms - 5000 + shift_ms, code) for t_ms, code in plan[: 24 - miss]]
    for t_ms, code in taps:
        log.add("tap", code, after_ms=t_ms - at)
        at = t_ms
    if role == "primary":
        log.add("flag", "ASK", {"note": SECRET})
    log.add("end", after_ms=260_000 - at)
    log.add("rating", "tuning_in", {"instrument": "sensitivity/1", "value": tuning_in, "note": ""})
    log.add("rating", "joining", {"instrument": "sensitivity/1", "value": 5, "note": ""})
    if role == "primary":
        log.add("sheet", data=sheet(people))
    if signed:
        log.add("close", after_ms=1000)
    return log


def deliver(client, log: TabletLog) -> None:
    answer = client.post("/api/v1/sync/events", data=batch(log.part()), headers=MARKED)
    assert answer.status_code == 200
    (taken,) = answer.get_json()["logs"]
    assert taken["quarantined"] == [] and taken["stored_upto"] == len(log.strings), taken


def sign(client, log: TabletLog) -> None:
    """Sign a log that was delivered open."""
    seq = log.add("close", after_ms=1000)
    answer = client.post("/api/v1/sync/events", data=batch(log.part(from_seq=seq)), headers=MARKED)
    assert answer.get_json()["logs"][0]["quarantined"] == []


def the_pair(app: Flask) -> int:
    with app.app_context():
        (key,) = db.session.scalars(select(PairAgreement.key))
        return int(key)


def certify(app: Flask, people: People, who: str, since: int = -1, until: int = 30, scheme: str = "serve-and-return/1"):
    with app.app_context():
        row = Certificate(programme_id=people.programme, account_id=people.accounts[who], instrument=scheme,
                          source="external", reference="R-1", on=TODAY + timedelta(days=since),
                          until=TODAY + timedelta(days=until), given_by_id=people.accounts["mara"])  # fmt: skip
        db.session.add(row)
        db.session.commit()


@pytest.fixture
def both(app: Flask, signed_in, people: People) -> int:
    """Ana's and Ben's coding of Mia's visit, both signed: the key of their pair."""
    assert grant(signed_in("sol"), people, "ben").status_code == 302
    deliver(signed_in("ana"), coded(people, "ana"))
    deliver(signed_in("ben"), coded(people, "ben", "second", sync_ms=3000, shift_ms=400, miss=2, tuning_in=5))
    return the_pair(app)


# --- granting


def test_a_supervisor_opens_a_visit_to_somebody_of_her_team_and_takes_it_back(app: Flask, signed_in, people) -> None:
    sol = signed_in("sol")
    page = words(sol.get(f"/visits/{people.visits['mia today']}"))
    choices = page.split('id="who"')[1].split("</select>")[0]
    assert "Ben" in choices and "Sol" in choices and "Ana" not in choices and "Cleo" not in choices
    assert grant(sol, people, "ben").status_code == 302
    page = words(sol.get(f"/visits/{people.visits['mia today']}"))
    assert "Ben codes this visit too" in page and "neither sees what the other coded" in page
    assert "Second observer: not signed yet" in page
    again = grant(sol, people, "sol")
    assert again.status_code == 409 and "Take that back first" in beside(again, "who")
    with app.app_context():
        (row,) = db.session.scalars(select(Grant))
        id = row.id
    assert send(sol, f"/visits/{people.visits['mia today']}/second-observer/{id}/end").status_code == 302
    page = words(sol.get(f"/visits/{people.visits['mia today']}"))
    assert "codes this visit too" not in page and 'id="who"' in page
    assert grant(sol, people, "ben").status_code == 302, "what was taken back can be given again"
    with app.app_context():
        (row,) = db.session.scalars(select(Grant))
        assert row.id == id and row.taken_back_at is None


@pytest.mark.parametrize("who", ["ana", "cleo", "olga", "mara"])
def test_a_visit_is_opened_to_nobody_else(app: Flask, signed_in, people: People, who: str) -> None:
    answer = grant(signed_in("sol"), people, who)
    assert answer.status_code == 422 and beside(answer, "who")
    with app.app_context():
        assert db.session.scalars(select(Grant)).all() == []


def test_another_teams_grant_and_visit_are_not_there(app: Flask, signed_in, people: People) -> None:
    assert grant(signed_in("sam"), people, "cleo").status_code == 404
    grant(signed_in("sol"), people, "ben")
    with app.app_context():
        id = db.session.scalars(select(Grant.id)).one()
    for path in (f"/visits/{people.visits['mia today']}", f"/visits/{people.visits['kai today']}"):
        assert send(signed_in("sam"), f"{path}/second-observer/{id}/end").status_code == 404
    with app.app_context():
        assert db.session.scalars(select(Grant)).one().taken_back_at is None


def test_a_cancelled_visit_is_opened_to_nobody(app: Flask, signed_in, people: People) -> None:
    with app.app_context():
        visit = db.session.get_one(Visit, people.visits["mia today"])
        visit.status, visit.cancelled_by = "cancelled", "family"
        db.session.commit()
    assert grant(signed_in("sol"), people, "ben").status_code == 409


# --- blind


ROUTES = (
    "/visits/{visit}",
    "/families/{family}",
    "/families/{family}/consistency",
    "/families/{family}/assessments",
    "/questions/",
    "/programme/observations/{log}",
    "/sheets/{sheet}",
    "/sheets/{sheet}.pdf",
    "/api/v1/sync/pull",
    "/agreement/",
)
"""Every page that shows what is in a log, or leads to it."""


def marks_of(log: TabletLog) -> set[str]:
    """What would give a log away: its id, and its page's."""
    pages = [json.loads(string)["data"]["id"] for string in log.strings if '"kind":"sheet"' in string]
    return {str(log.id), *pages}


def leaks(client, people: People, log: TabletLog) -> list[str]:
    """The routes on which a person meets anything of a log."""
    sheet_id = next(iter(marks_of(log) - {str(log.id)}), uuid.uuid4())
    named = {"visit": people.visits["mia today"], "family": people.families["F-001"], "log": log.id, "sheet": sheet_id}
    found = []
    for route in ROUTES:
        answer = client.get(route.format(**named), headers=MARKED)
        said = answer.get_data().decode(errors="replace")
        asked_for_it = "{log}" in route or "{sheet}" in route
        shown = asked_for_it and answer.status_code not in {403, 404}
        dots = "consistency" in route and answer.status_code == 200 and "<svg" in said
        if route.endswith("/pull") and answer.status_code == 200:  # what a page may rest on from before
            dots = any(family["last_visits"] for family in answer.get_json()["families"] if family["code"] == "F-001")
        if shown or dots or SECRET in said or any(mark in said for mark in marks_of(log)):
            found.append(route)
    return found


def test_a_supervisor_who_codes_too_meets_nothing_of_the_first(app: Flask, signed_in, people: People) -> None:
    sol, ana = signed_in("sol"), signed_in("ana")
    first = coded(people, "ana", context="meal")
    grant(sol, people, "sol")
    deliver(ana, first)
    assert leaks(sol, people, first) == []
    second = coded(people, "sol", "second", signed=False)
    deliver(sol, second)
    assert leaks(sol, people, first) == []
    with app.app_context():
        assert db.session.scalars(select(Question)).one().note == SECRET, "there is something to hide"
    sign(sol, second)
    seen = leaks(sol, people, first)
    opened = {"/sheets/{sheet}", "/questions/", "/programme/observations/{log}", "/families/{family}/consistency"}
    assert opened | {"/api/v1/sync/pull"} <= set(seen)


def test_taking_it_back_does_not_open_the_eyes_of_who_has_begun(app: Flask, signed_in, people: People) -> None:
    sol, ana = signed_in("sol"), signed_in("ana")
    first, second = coded(people, "ana"), coded(people, "sol", "second", signed=False, wall=wall(minutes=-5))
    grant(sol, people, "sol")
    deliver(ana, first)
    deliver(sol, second)
    with app.app_context():
        id = db.session.scalars(select(Grant.id)).one()
    send(sol, f"/visits/{people.visits['mia today']}/second-observer/{id}/end")
    assert leaks(sol, people, first) == []


def logs_listed(client, people: People) -> str:
    """What a visit's page lists under Observations."""
    page = words(client.get(f"/visits/{people.visits['mia today']}"))
    return page.split("<h2>Observations</h2>")[1].split("<h2")[0]


def test_the_first_meets_nothing_of_the_second(app: Flask, signed_in, people: People) -> None:
    sol, ana = signed_in("sol"), signed_in("ana")
    grant(sol, people, "sol")
    first, second = coded(people, "ana", signed=False), coded(people, "sol", "second")
    deliver(ana, first)
    deliver(sol, second)
    # her own questions, and nothing else of the visit, is what she sees
    assert set(leaks(ana, people, second)) <= {"/questions/"}
    assert logs_listed(ana, people).count("<li>") == 1
    sign(ana, first)
    assert logs_listed(ana, people).count("<li>") == 2


def test_a_second_observer_of_the_team_reaches_nothing_of_the_family(signed_in, people: People) -> None:
    ben, ana = signed_in("ben"), signed_in("ana")
    grant(signed_in("sol"), people, "ben")
    first = coded(people, "ana")
    deliver(ana, first)
    assert leaks(ben, people, first) == []
    pulled = ben.get("/api/v1/sync/pull", headers=MARKED).get_json()
    assert [one["visit"]["id"] for one in pulled["grants"]] == [str(people.visits["mia today"])]
    assert "F-001" not in [family["code"] for family in pulled["families"]]
    deliver(ben, coded(people, "ben", "second"))
    assert leaks(ben, people, first) == []


def test_who_is_none_of_the_two_is_not_blind(signed_in, people: People) -> None:
    grant(signed_in("sol"), people, "ben")
    first = coded(people, "ana")
    deliver(signed_in("ana"), first)
    assert "/programme/observations/{log}" in leaks(signed_in("sol"), people, first)
    assert "/programme/observations/{log}" in leaks(signed_in("mara"), people, first)


def test_the_pair_is_there_while_both_have_signed(app: Flask, signed_in, people: People) -> None:
    sol, ben = signed_in("sol"), signed_in("ben")
    visit = f"/visits/{people.visits['mia today']}"
    grant(sol, people, "ben")
    deliver(signed_in("ana"), coded(people, "ana"))
    second = coded(people, "ben", "second", signed=False)
    deliver(ben, second)
    assert "/agreement/pairs/" not in words(sol.get(visit))
    sign(ben, second)
    link = f"/agreement/pairs/{the_pair(app)}"
    assert link in words(sol.get(visit)) and sol.get(link).status_code == 200
    seq = second.add("reopen", after_ms=1000)
    ben.post("/api/v1/sync/events", data=batch(second.part(from_seq=seq)), headers=MARKED)
    assert link not in words(sol.get(visit)) and sol.get(link).status_code == 404


# --- one pair


@pytest.mark.parametrize(
    ("name", "status"),
    [("sol", 200), ("mara", 200), ("abe", 200), ("sam", 404), ("otto", 404), ("ana", 403), ("ben", 403), ("ida", 403)],
)
def test_a_pair_has_its_readers(signed_in, both: int, name: str, status: int) -> None:
    client = signed_in(name)
    assert client.get(f"/agreement/pairs/{both}").status_code == status
    assert client.get(f"/agreement/pairs/{both + 1}").status_code == (403 if status == 403 else 404)


def test_a_pair_is_told_in_words(signed_in, both: int) -> None:
    page = words(signed_in("sol").get(f"/agreement/pairs/{both}"))
    assert "24 events were coded by at least one of them, and 22 the same by both (92%)." in page
    assert "Coded differently: 0. Missed by Ben: 2. Missed by Ana: 0." in page
    assert "After allowing for lucky matches, agreement is 0." in page and "based on 24 moments" in page
    assert "Half of what both coded lies within 0.4 s of each other." in page
    assert 'Laid on each other by the tap on a spoken "now": 2.0 s added' in page
    assert "2 lower" in page and "the same" in page
    assert "Ben held no valid certificate for this scheme on that day." in page


def test_every_disagreement_is_listed_and_opens_at_its_time(signed_in, both: int) -> None:
    sol = signed_in("sol")
    page = words(sol.get(f"/agreement/pairs/{both}"))
    listed = page.split('id="differences"')[1]
    assert "2 moments" in listed and 'id="moment"' not in page
    for t_ms, clock in ((218_000, "3:38.0"), (227_000, "3:47.0")):
        assert f'href="/agreement/pairs/{both}?at={t_ms}#moment">{clock}' in listed
        opened = words(sol.get(f"/agreement/pairs/{both}?at={t_ms}"))
        assert "<svg" in opened and f"What both coded around {clock}" in opened
        assert clock in opened.split('id="moment"')[1].split("</section>")[0]
    opened = words(sol.get(f"/agreement/pairs/{both}?at=218000"))
    around = opened.split('id="moment"')[1].split("</section>")[0]
    # what Ben coded stands on Ana's clock: 9 s before, 0.4 s after hers
    assert "3:29.0" in around and "3:29.4" in around and "The next one" in around and "The one before" not in around
    for nothing in ("1", "soon", "-5", "218000; DROP"):
        assert 'id="moment"' not in words(sol.get(f"/agreement/pairs/{both}?at={nothing}"))


def test_different_schemes_are_said_to_be_no_pair(app: Flask, signed_in, people: People) -> None:
    other = library.builtin("serve-and-return-slower")
    grant(signed_in("sol"), people, "ben")
    deliver(signed_in("ana"), coded(people, "ana"))
    second = coded(people, "ben", "second", instrument=other.name, version=other.version, hash=other.hash)
    deliver(signed_in("ben"), second)
    sol = signed_in("sol")
    page = words(sol.get(f"/agreement/pairs/{the_pair(app)}"))
    assert "different versions of the scheme" in page and "kappa" not in page
    certify(app, people, "ben", scheme=other.id)
    assert "These two could not be compared." in words(sol.get("/agreement/"))


# --- the programme


def test_without_a_certificate_a_pair_stands_apart(app: Flask, signed_in, people: People, both: int) -> None:
    sol = signed_in("sol")
    page = words(sol.get("/agreement/"))
    assert "0 of 1 observed visit was coded by two: 0%" in page and "target is 20%" in page
    assert "1 more visit was coded by a second observer without a valid certificate" in page
    assert "Standing apart" in page and "No visit was rated by two certified observers" in page
    certify(app, people, "ben", -90, -1)
    assert "0 of 1 observed visit was coded by two" in words(sol.get("/agreement/")), "an expired one is refused"
    certify(app, people, "ben")
    page = words(sol.get("/agreement/"))
    assert "1 of 1 observed visit was coded by two: 100% (likely range 21% to 100%)" in page
    assert "Standing apart" not in page and "22 of 24" in page
    assert "Two visits at least have to be rated by both" in page
    assert "held no valid certificate" not in words(sol.get(f"/agreement/pairs/{both}"))


def test_a_manager_and_another_team_see_what_is_theirs(signed_in, people: People, both: int) -> None:
    assert "0 of 1 observed visit" in words(signed_in("mara").get("/agreement/"))
    assert "No visit was observed in this period" in words(signed_in("sam").get("/agreement/"))
    assert "No visit was observed in this period" in words(signed_in("otto").get("/agreement/"))


def test_the_icc_is_told_in_a_sentence(app: Flask, signed_in, people: People) -> None:
    certify(app, people, "ben")
    sol, ana, ben = signed_in("sol"), signed_in("ana"), signed_in("ben")
    for number, (one, two) in enumerate([(2, 4), (4, 6), (5, 7), (7, 9), (3, 5)]):
        visit = str(uuid.UUID(int=number + 1))
        first = coded(people, "ana", tuning_in=one, visit=visit, wall=wall(hours=-number))
        deliver(ana, first)
        answer = send(sol, f"/visits/{visit}/second-observer", {"who": str(people.accounts["ben"])})
        assert answer.status_code == 302
        deliver(ben, coded(people, "ben", "second", tuning_in=two, visit=visit, wall=wall(hours=-number)))
    page = words(sol.get("/agreement/"))
    # raters two points apart: ICC(3,1) is 1, ICC(2,1) 3.7 / (3.7 + 2)
    assert "about 65% of the differences between scores would reflect the visits" in page
    assert "Raters rank visits alike, but one scores higher than the other: agree on anchors." in page
    assert "5 visits are too few to decide." in page
    assert "All ratings were the same, so it cannot be worked out how far raters agree." in page  # joining
    assert "ICC(2,1) 0.65" in page and "ICC(3,1) 1.00" in page and "5 pairs" in page


# --- certificates


def certificate(client, people: People, **changes: str):
    typed = {"who": str(people.accounts["ben"]), "instrument": "serve-and-return/1", "reference": "Lab 77",
             "on": day(-3), "until": day(40)}  # fmt: skip
    return send(client, "/agreement/certificates", typed | changes)


def test_a_certificate_from_elsewhere_is_entered_and_its_end_is_told(signed_in, people: People) -> None:
    sol = signed_in("sol")
    assert certificate(sol, people).status_code == 302
    page = words(sol.get("/agreement/"))
    assert "Lab 77" in page and "40 days left" in page
    assert "Lab 77" not in words(signed_in("sam").get("/agreement/"))
    assert "Lab 77" in words(signed_in("mara").get("/agreement/"))
    certificate(sol, people, until=day(400))
    assert "days left" not in words(sol.get("/agreement/")), "the newer one stands in for the older"


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"until": day(-1)}, "until", "expired"),
        ({"until": day(-9)}, "until", "before it was given"),
        ({"on": day(2)}, "on", "still to come"),
        ({"reference": ""}, "reference", ""),
        ({"instrument": "nothing/1"}, "instrument", ""),
        ({"who": str(uuid.uuid4())}, "who", ""),
    ],
)
def test_a_certificate_that_cannot_be_meant(app, signed_in, people, changes, field, sentence) -> None:
    answer = certificate(signed_in("sol"), people, **changes)
    assert answer.status_code == 422 and beside(answer, field) and sentence in beside(answer, field)
    with app.app_context():
        assert db.session.scalars(select(Certificate)).all() == []


def test_nobody_certifies_herself(signed_in, people: People) -> None:
    answer = certificate(signed_in("sol"), people, who=str(people.accounts["sol"]))
    assert answer.status_code == 422 and "Somebody else" in beside(answer, "who")
    assert certificate(signed_in("mara"), people, who=str(people.accounts["sol"])).status_code == 302


# --- practice


REFERENCE = {
    "format": "observation/1",
    "scheme": "serve-and-return/1",
    "duration_ms": 260_000,
    "events": [{"t_ms": 5000, "code": "SYNC"}]
    + [{"t_ms": 20_000 + 9000 * n, "code": ("VOC", "TALK", "REACH")[n % 3]} for n in range(24)],
}


def add_piece(client, name: str = "piece.observation.json", content: bytes | None = None, **changes: str):
    content = json.dumps(REFERENCE).encode() if content is None else content
    typed = {"title": "Spoons", "instructions": "Play video 3; say now at the bell.", "observation": "", "scheme": ""}
    file = FileStorage(io.BytesIO(content), name)
    return send_parts(client, "/agreement/practice/", typed | changes | {"file": file})


def practised(people: People, piece: str, account: str = "ben", **how: Any) -> TabletLog:
    return coded(people, account, "practice", practice=piece, children=[], caregivers=[], **how)


@pytest.fixture
def piece(app: Flask, signed_in, people: People) -> str:
    assert add_piece(signed_in("sol")).status_code == 302
    with app.app_context():
        return str(db.session.scalars(select(PracticePiece)).one().id)


def test_a_piece_is_practised_on_and_earns_a_certificate(app: Flask, signed_in, people: People, piece: str) -> None:
    sol, ben = signed_in("sol"), signed_in("ben")
    pulled = ben.get("/api/v1/sync/pull", headers=MARKED).get_json()["practice"]
    assert [(one["title"], one["scheme"]) for one in pulled] == [("Spoons", "serve-and-return/1")]
    assert "events" not in json.dumps(pulled), "the reference stays on the server"
    deliver(ben, practised(people, piece, sync_ms=7000, shift_ms=300, miss=1))
    page = words(sol.get("/agreement/practice/"))
    assert "Ben" in page and "Give the certificate" in page and "24 moments" in page
    key = the_pair(app)
    shown = words(sol.get(f"/agreement/pairs/{key}"))
    assert "Practice: Spoons" in shown and "Missed by Ben: 1. Missed by the reference: 0." in shown
    opened = words(sol.get(f"/agreement/pairs/{key}?at=227000"))
    assert "<svg" in opened and "3:47.0" in opened.split('id="moment"')[1]
    assert send(sol, f"/agreement/pairs/{key}/certificate").status_code == 302
    send(sol, f"/agreement/pairs/{key}/certificate")
    with app.app_context():
        (row,) = db.session.scalars(select(Certificate))
        assert (row.source, row.instrument, row.account_id) == (
            "practice",
            "serve-and-return/1",
            people.accounts["ben"],
        )
        assert (row.on, row.until) == (TODAY, TODAY + timedelta(days=365))
    assert "Give the certificate" not in words(sol.get("/agreement/practice/"))


def test_who_misses_too_much_earns_none(app: Flask, signed_in, people: People, piece: str) -> None:
    deliver(signed_in("ben"), practised(people, piece, shift_ms=4400))
    sol = signed_in("sol")
    page = words(sol.get("/agreement/practice/"))
    assert "Give the certificate" not in page and "not yet" in page
    answer = send(sol, f"/agreement/pairs/{the_pair(app)}/certificate", follow_redirects=True)
    assert "does not come near enough" in words(answer)
    with app.app_context():
        assert db.session.scalars(select(Certificate)).all() == []


def test_a_visits_pair_earns_no_certificate_and_a_supervisor_none_from_herself(
    app: Flask, signed_in, people: People, piece: str, both: int
) -> None:
    sol = signed_in("sol")
    certify(app, people, "ben")
    assert "does not come near enough" in words(
        send(sol, f"/agreement/pairs/{both}/certificate", follow_redirects=True)
    )
    deliver(sol, practised(people, piece, "sol"))
    with app.app_context():
        key = db.session.scalars(select(PairAgreement.key).where(PairAgreement.practice_id.is_not(None))).one()
    assert "Somebody else has to give you" in words(
        send(sol, f"/agreement/pairs/{key}/certificate", follow_redirects=True)
    )
    assert send(signed_in("sam"), f"/agreement/pairs/{key}/certificate").status_code == 404
    assert "is given" in words(send(signed_in("mara"), f"/agreement/pairs/{key}/certificate", follow_redirects=True))


def test_an_old_practice_earns_no_certificate_that_has_expired(app: Flask, signed_in, people, piece: str) -> None:
    deliver(signed_in("ben"), practised(people, piece, wall=wall(days=-20)))
    with app.app_context():
        db.session.get_one(Programme, people.programme).certify_days = 7
        db.session.commit()
    answer = send(signed_in("sol"), f"/agreement/pairs/{the_pair(app)}/certificate", follow_redirects=True)
    assert "would have expired" in words(answer)


def test_a_piece_from_boris_names_its_observation_and_needs_its_scheme(app: Flask, signed_in, people: People) -> None:
    sol = signed_in("sol")
    content = BORIS.read_bytes()
    several = add_piece(sol, "pairs.boris", content)
    assert several.status_code == 422 and "name one" in beside(several, "file")
    unnamed = add_piece(sol, "pairs.boris", content, observation="V01_A")
    assert "choose one" in beside(unnamed, "file")
    unknown = add_piece(sol, "pairs.boris", content, observation="V01_A", scheme="serve-and-return/1")
    assert "which serve-and-return/1 does not know" in beside(unknown, "file")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.docx", b"PK", "its ending is none"),
        ("a.observation.json", b"{", "is not JSON"),
        ("a.observation.json", json.dumps(REFERENCE | {"scheme": "own/1"}).encode(), "not published here"),
        ("a.observation.json", json.dumps(REFERENCE | {"scheme": "sensitivity/1"}).encode(), "not published here"),
        ("a.observation.json", json.dumps(REFERENCE | {"scheme": {"cues": 7}}).encode(), "its scheme cannot be used"),
        ("a.observation.json", json.dumps(REFERENCE | {"events": []}).encode(), "nothing coded"),
        ("a.csv", b"t_ms,code\n1,VOC\n", "choose one"),
        ("a.observation.json", b" " * 2_200_000, "larger than"),
    ],
)
def test_a_piece_that_cannot_be_taken(app: Flask, signed_in, people, name: str, content: bytes, sentence: str) -> None:
    answer = add_piece(signed_in("sol"), name, content)
    assert answer.status_code == 422 and sentence in beside(answer, "file")
    assert "Play video 3" in words(answer), "what was typed stays"
    with app.app_context():
        assert db.session.scalars(select(PracticePiece)).all() == []


def test_a_table_with_its_scheme_chosen_is_a_piece(app: Flask, signed_in, people: People) -> None:
    sol = signed_in("sol")
    rows = b"t_ms,code\n" + b"".join(b"%d,VOC\n" % (1000 * n) for n in range(1, 9))
    assert add_piece(sol, "a.csv", rows, scheme="serve-and-return/1").status_code == 302
    assert "Spoons" in words(sol.get("/agreement/practice/"))


def test_a_piece_is_taken_off_the_tablets(signed_in, people: People, piece: str) -> None:
    assert send(signed_in("otto"), f"/agreement/practice/{piece}/end").status_code == 404
    sol = signed_in("sol")
    assert send(sol, f"/agreement/practice/{piece}/end").status_code == 302
    assert "Play video 3" not in words(sol.get("/agreement/practice/"))
    assert signed_in("ben").get("/api/v1/sync/pull", headers=MARKED).get_json()["practice"] == []


def test_an_auditor_reads_and_changes_nothing(signed_in, people: People, piece: str) -> None:
    abe = signed_in("abe")
    page = words(abe.get("/agreement/practice/"))
    assert "Spoons" in page and "Add a piece" not in page and "Offer it no longer" not in page
    assert "Enter a certificate" not in words(abe.get("/agreement/"))


def test_who_left_the_team_is_still_named(app: Flask, signed_in, people: People, both: int) -> None:
    with app.app_context():
        db.session.get_one(Account, people.accounts["ben"]).supervisor_id = people.accounts["sam"]
        db.session.commit()
    assert "Ben" in words(signed_in("sol").get(f"/agreement/pairs/{both}"))


# --- from a video


def from_video(people: People, account: str, role: str, late_ms: int, miss: int) -> TabletLog:
    """A signed coding of a video of five minutes, played from end to end."""
    video = {"name": "mia.webm", "length_ms": 300_000, "hash": "ab" * 32}
    log = TabletLog()
    log.add("open", data=opening(people, role=role, user=str(people.accounts[account]), clock="video", video=video))
    log.add("pause", data={"on": False})
    for n in range(24 - miss):
        log.add("tap", ("VOC", "TALK", "REACH")[n % 3], after_ms=9000 if n else 20_000 + late_ms)
    log.add("pause", data={"on": True}, after_ms=10_000)
    log.add("end", after_ms=300_000 - (20_000 + late_ms + 9000 * (23 - miss) + 10_000))
    log.add("close", after_ms=1)
    return log


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_moments_of_a_video_are_played_from_the_device_and_nothing_else_may_be(
    app: Flask, signed_in, people: People
) -> None:
    with app.app_context():
        home = db.session.get_one(Family, people.families["F-001"])
        home.consents.append(Consent(programme_id=home.programme_id, scope="video", given_on=TODAY - timedelta(days=9)))
        db.session.commit()
    sol = signed_in("sol")
    assert grant(sol, people, "ben").status_code == 302
    deliver(signed_in("ana"), from_video(people, "ana", "primary", 0, 0))
    deliver(signed_in("ben"), from_video(people, "ben", "second", 300, 2))
    answer = sol.get(f"/agreement/pairs/{the_pair(app)}")
    page = answer.get_data(as_text=True)
    assert f'data-video-hash="{"ab" * 32}"' in page
    assert page.count("data-play-ms=") == 1  # of the two that Ben lacks, the last lies in a part that he did not play
    assert answer.headers["Content-Security-Policy"].endswith("; media-src blob:")
    assert "media-src" not in sol.get("/agreement/").headers["Content-Security-Policy"]
    assert "media-src" not in sol.get("/families/").headers["Content-Security-Policy"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_coding_from_a_video_of_a_family_that_did_not_agree_to_be_filmed_counts_for_nothing(
    signed_in, people: People
) -> None:
    log = from_video(people, "ana", "primary", 0, 0)
    answer = signed_in("ana").post("/api/v1/sync/events", data=batch(log.part()), headers=MARKED)
    assert {one["code"] for one in answer.get_json()["logs"][0]["quarantined"]} == {"consent_withdrawn"}
