"""Signing in and out, sessions that can be ended, one's own account, and the administrator's list of people."""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from forms import beside, filled, send, token, words
from installation import SECRETS, dispose
from people import PASSWORD, TODAY, People, password_hash
from sqlalchemy import func, select

from recorder import create_app, sessions
from recorder.db import db, now
from recorder.records import staffing
from recorder.records.families import Assignment, Family
from recorder.records.people import Account, FailedSignIn, SignedIn
from recorder.records.signing_in import Invitation

NOWHERE = "01920000-0000-7000-8000-000000000000"
BETTER = "nine green kettles sing"


def try_in(client: FlaskClient, name: str, password: str = PASSWORD, **more):
    return send(client, "/sign-in", {"sign_in": name, "password": password} | more)


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie(sessions.COOKIE)
    return found.value if found else ""


def age_failures(app: Flask, minutes: int) -> None:
    with app.app_context():
        for failure in db.session.scalars(select(FailedSignIn)):
            failure.at -= timedelta(minutes=minutes)
        db.session.commit()


@pytest.mark.parametrize(
    ("name", "home"),
    [("ana", "/families/"), ("sol", "/families/"), ("mara", "/programme/"), ("abe", "/programme/"),
     ("ida", "/accounts/")],
)  # fmt: skip
def test_each_role_has_its_first_page(signed_in, name: str, home: str) -> None:
    client = signed_in(name)
    assert client.get("/").location == home
    assert client.get(home).status_code == 200


def test_the_cookie_is_for_this_host_and_out_of_reach_of_scripts(app: Flask, client: FlaskClient, people) -> None:
    answer = try_in(client, "ana")
    header = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith(sessions.COOKIE))
    for part in ("__Host-recorder=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in header
    assert "Domain" not in header
    with app.app_context():
        stored = db.session.scalars(select(SignedIn.token_hash)).one()
    assert cookie(client) and cookie(client) not in stored, "a copy of the table signs nobody in"


def test_ana_signs_in_with_blanks_and_capitals_round_her_name(client: FlaskClient, people: People) -> None:
    assert try_in(client, "  ANA ").status_code == 302


def test_a_wrong_name_and_a_wrong_password_are_the_same_sentence(client: FlaskClient, people: People) -> None:
    answers = [try_in(client, "ana", "wrong"), try_in(client, "nobody"), try_in(client, "ana\0")]
    assert {answer.status_code for answer in answers[:2]} == {422}
    assert beside(answers[0], "password") == beside(answers[1], "password") != ""
    assert 'value="ana"' in words(answers[0]), "what was typed is still there"
    assert answers[2].status_code == 302, "characters that nobody types are left out"


@pytest.mark.parametrize("field", ["sign_in", "password"])
def test_a_field_that_is_empty_or_too_long_says_so(client: FlaskClient, people: People, field: str) -> None:
    for value in ("", "x" * 201):
        answer = send(client, "/sign-in", {"sign_in": "ana", "password": PASSWORD} | {field: value})
        assert answer.status_code == 422 and beside(answer, field)


def test_an_unknown_name_costs_the_same_hash(app: Flask, client: FlaskClient, people: People, monkeypatch) -> None:
    with app.app_context():
        db.session.get_one(Account, people.accounts["ana"]).password_hash = sessions.hashed(PASSWORD)
        db.session.commit()
    hashes: list[str] = []
    real = sessions.matches
    monkeypatch.setattr(sessions, "matches", lambda stored, typed: hashes.append(stored) or real(stored, typed))
    try_in(client, "nobody")
    try_in(client, "ana", "wrong")
    assert [stored.split("$")[1:4] for stored in hashes] == [["argon2id", "v=19", "m=19456,t=2,p=1"]] * 2


def test_guessing_gets_slower_and_nobody_is_locked_for_good(app: Flask, client: FlaskClient, people: People) -> None:
    for _try in range(4):
        assert "belong together" in beside(try_in(client, "ana", "wrong"), "password")
    assert "wait 2 seconds" in beside(try_in(client, "ana", "wrong"), "password")
    assert "wait" in beside(try_in(client, "ana"), "password"), "the right password waits too"
    assert try_in(client, "ben").status_code == 302, "nobody else waits"
    age_failures(app, 1)
    assert "wait 4 seconds" in beside(try_in(client, "ana", "wrong"), "password"), "the next wait is longer"
    age_failures(app, 1)
    assert try_in(client, "ana").status_code == 302
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(FailedSignIn)) == 0


def test_failures_are_forgotten_after_a_quarter_of_an_hour(app: Flask, client: FlaskClient, people: People) -> None:
    for _try in range(7):
        try_in(client, "nobody", "wrong")
    age_failures(app, 16)
    assert "belong together" in beside(try_in(client, "nobody", "wrong"), "password")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(FailedSignIn)) == 1, "old ones are cleared away"


class Clock:
    """The time that the throttle sees; a password is only compared, and every one that was looked at is kept."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.start = self.time = now()
        self.looked_at: list[str] = []
        monkeypatch.setattr(sessions, "now", lambda: self.time)
        monkeypatch.setattr(sessions, "hashed", lambda password: "nobody's")
        monkeypatch.setattr(sessions, "matches", self.matches)

    def matches(self, stored: str, typed: str) -> bool:
        self.looked_at.append(typed)
        return stored == password_hash() and typed == PASSWORD

    def wait(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock(app: Flask, people: People, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """A clock of the test's own, in the application's context."""
    password_hash()
    with app.app_context():
        yield Clock(monkeypatch)


def spray(clock: Clock, seconds: int, password: str = "spring2026spring") -> None:
    """Try one password on a name after the other, one a second, for as long as this."""
    for number in range(seconds):
        clock.wait(1)
        with contextlib.suppress(sessions.Refused):
            sessions.sign_in(f"name {number}", password)


def assert_slowed(clock: Clock) -> None:
    """After a hundred free tries one in five seconds was looked at."""
    assert len(clock.looked_at) == 100 + (900 - 100) // 5


def test_one_password_on_many_names_gets_no_further_than_on_one(clock: Clock) -> None:
    spray(clock, 900)
    assert_slowed(clock)


def test_without_turns_every_name_is_tried(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "FREE_TRIES_IN_TOTAL", 10**9)
    spray(clock, 900)
    assert len(clock.looked_at) == 900
    with pytest.raises(AssertionError):
        assert_slowed(clock)


def test_in_a_known_browser_nobody_waits_for_what_others_try(clock: Clock) -> None:
    spray(clock, 200)
    known = sessions._mark("ana")
    with pytest.raises(sessions.Refused) as refused:
        sessions.sign_in("ben", PASSWORD, known=known)
    assert refused.value.crowded and refused.value.wait_seconds == 5, "it is no leave for another name"
    assert sessions.sign_in("Ana ", PASSWORD, known=f"{'0' * 64}.{known}")


def test_in_a_new_browser_a_turn_comes_within_five_seconds(clock: Clock) -> None:
    spray(clock, 200)
    with pytest.raises(sessions.Refused) as refused:
        sessions.sign_in("ana", PASSWORD)
    assert 0 < refused.value.wait_seconds <= 5
    clock.wait(refused.value.wait_seconds)
    assert sessions.sign_in("ana", PASSWORD)


def test_turns_end_when_the_failures_are_a_quarter_of_an_hour_old(clock: Clock) -> None:
    spray(clock, 200)
    clock.wait(15 * 60)
    assert sessions.sign_in("ana", PASSWORD) and sessions.sign_in("ben", PASSWORD)


def test_a_known_browser_is_no_way_round_the_waiting_of_ones_own_name(clock: Clock) -> None:
    for _try in range(20):
        with contextlib.suppress(sessions.Refused):
            sessions.sign_in("ana", "spring2026spring", known=sessions._mark("ana"))
    assert len(clock.looked_at) == 5


def test_a_browser_knows_the_last_ten_names(app: Flask) -> None:
    known = "x"
    for number in range(12):
        with app.test_request_context(headers={"Cookie": f"{sessions.KNOWN}={known}"}):
            answer = app.response_class()
            sessions.remember_browser(answer, f"name {number % 11}")
            expected = [sessions._mark(f"name {n % 11}") for n in range(number, max(-1, number - 10), -1)]
        header = answer.headers["Set-Cookie"]
        known = header.split("=")[1].split(";")[0]
        assert known.split(".") == expected
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"):
        assert part in header


def test_who_signed_in_here_before_is_let_in_while_others_are_tried(
    app: Flask, client: FlaskClient, people: People, monkeypatch
) -> None:
    monkeypatch.setattr(sessions, "FREE_TRIES_IN_TOTAL", 1)
    assert try_in(client, "ana").status_code == 302
    send(client, "/sign-out")
    stranger = app.test_client()
    assert "belong together" in beside(try_in(stranger, "nobody", "wrong"), "password")
    assert "tries take turns" in beside(try_in(stranger, "ana"), "password")
    assert try_in(client, "ana").status_code == 302


def test_many_tries_at_once_are_no_way_round(app: Flask, people: People, monkeypatch) -> None:
    looked_at: list[str] = []
    monkeypatch.setattr(sessions, "matches", lambda stored, typed: time.sleep(0.05) or looked_at.append(typed))
    sessions._nobodys_hash()
    ready = threading.Barrier(12)

    def guess() -> None:
        with app.app_context(), contextlib.suppress(sessions.Refused):
            ready.wait()
            sessions.sign_in("ana", "spring2026spring")

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked_at) == 5


@pytest.mark.parametrize(
    ("next_page", "there"),
    [("/visits/?status=done", "/visits/?status=done"), ("//evil.example", "/"), ("https://evil.example", "/"),
     ("/\\evil.example", "/"), ("javascript:alert(1)", "/"), ("/a\r\nSet-Cookie: x=1", "/"), ("", "/")],
)  # fmt: skip
def test_signing_in_goes_on_to_a_page_of_ours_only(client: FlaskClient, people, next_page: str, there: str) -> None:
    assert try_in(client, "ana", next=next_page).location == there


def test_a_page_that_was_asked_for_comes_after_signing_in(client: FlaskClient, people: People) -> None:
    answer = client.get("/visits/?status=done")
    assert answer.location == "/sign-in?next=/visits/?status%3Ddone"
    assert 'name="next" value="/visits/?status=done"' in words(client.get(answer.location))


def test_signing_out_ends_the_session_for_whoever_has_the_cookie(app: Flask, signed_in) -> None:
    ana, thief = signed_in("ana"), app.test_client()
    thief.set_cookie(sessions.COOKIE, cookie(ana))
    assert thief.get("/me").status_code == 200
    assert send(ana, "/sign-out").status_code == 302
    assert not cookie(ana)
    assert thief.get("/me").status_code == 302


def test_signing_out_is_no_link(signed_in) -> None:
    assert signed_in("ana").get("/sign-out").status_code == 405


def test_a_form_needs_its_token_and_its_own_origin(signed_in) -> None:
    ana = signed_in("ana")
    assert ana.post("/sign-out").status_code == 400
    for header in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        assert send(ana, "/sign-out", headers=header).status_code == 403
    assert ana.get("/me").status_code == 200


def test_a_session_ends_after_twelve_hours_without_use(app: Flask, signed_in) -> None:
    ana = signed_in("ana")
    with app.app_context():
        session = db.session.scalars(select(SignedIn)).one()
        session.last_seen_at = now() - timedelta(hours=11, minutes=59)
        db.session.commit()
    assert ana.get("/me").status_code == 200
    assert send(ana, "/me", {"name": "Ana", "language": "en"}).status_code == 302, "this counts as use"
    with app.app_context():
        session = db.session.scalars(select(SignedIn)).one()
        assert now() - session.last_seen_at < timedelta(minutes=1)
        session.last_seen_at = now() - timedelta(hours=12)
        db.session.commit()
    assert ana.get("/me").status_code == 302


def test_a_person_has_twenty_sessions_and_the_oldest_ends(app: Flask, people: People, signed_in) -> None:
    first = signed_in("ana")
    for _browser in range(20):
        signed_in("ana")
    assert first.get("/me").status_code == 302
    with app.app_context():
        live = select(func.count()).select_from(SignedIn).where(SignedIn.revoked_at.is_(None))
        assert db.session.scalar(live) == 20


def test_a_made_up_cookie_is_a_stranger(client: FlaskClient, people: People) -> None:
    for value in ("x", "0" * 64, "é"):
        client.set_cookie(sessions.COOKIE, value)
        assert client.get("/me").status_code == 302


def test_ana_sees_and_ends_her_own_sessions(signed_in, app: Flask, people: People) -> None:
    here, there, ben = signed_in("ana"), signed_in("ana"), signed_in("ben")
    with app.app_context():
        hers = select(SignedIn.id).where(SignedIn.account_id == people.accounts["ana"]).order_by(SignedIn.id)
        first, second = db.session.scalars(hers)
    assert words(here.get("/me")).count("Sign out there") == 1
    assert send(ben, f"/me/sessions/{second}/end").status_code == 404, "nobody ends another's"
    assert send(here, f"/me/sessions/{uuid.uuid4()}/end").status_code == 404
    assert send(here, f"/me/sessions/{second}/end").status_code == 302
    assert there.get("/me").status_code == 302
    assert here.get("/me").status_code == 200


def test_ana_sets_her_name_language_and_hand(app: Flask, signed_in, people: People) -> None:
    ana = signed_in("ana")
    assert send(ana, "/me", {"name": "  Ana\u0007  María ", "language": "es", "left_handed": "y"}).status_code == 302
    with app.app_context():
        account = db.session.get(Account, people.accounts["ana"])
        assert (account.name, account.language, account.left_handed) == ("Ana María", "es", True)
    assert '<html lang="es"' in words(ana.get("/me"))


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("name", "   "), ("name", "x" * 201), ("language", "xx"), ("language", "")]
)
def test_what_cannot_be_kept_is_said_beside_its_field(signed_in, field: str, value: str) -> None:
    answer = send(signed_in("ana"), "/me", {"name": "Ana", "language": "en"} | {field: value})
    assert answer.status_code == 422 and beside(answer, field)


def test_a_new_password_ends_every_other_session(signed_in, app: Flask) -> None:
    here, there = signed_in("ana"), signed_in("ana")
    assert send(here, "/me/password", {"present": PASSWORD, "new": BETTER}).status_code == 302
    assert here.get("/me").status_code == 200
    assert there.get("/me").status_code == 302
    fresh = app.test_client()
    assert try_in(fresh, "ana").status_code == 422
    assert try_in(fresh, "ana", BETTER).status_code == 302


@pytest.mark.parametrize(
    ("new", "sentence"),
    [("fourteen chars", "at least 15"), ("x" * 201, "at most 200"), ("passwordpassword", "Too many people"),
     ("PASSWORDPASSWORD", "Too many people"), ("abababababababab", "Too many people"), ("", "required")],
)  # fmt: skip
def test_a_weak_password_is_refused_and_says_why(signed_in, new: str, sentence: str) -> None:
    answer = send(signed_in("ana"), "/me/password", {"present": PASSWORD, "new": new})
    assert answer.status_code == 422 and sentence in beside(answer, "new")


def test_fifteen_characters_are_enough(signed_in) -> None:
    answer = send(signed_in("ana"), "/me/password", {"present": PASSWORD, "new": "fifteen chars !"})
    assert answer.status_code == 302


def test_the_present_password_is_asked_for(signed_in) -> None:
    answer = send(signed_in("ana"), "/me/password", {"present": "wrong", "new": BETTER})
    assert answer.status_code == 422 and "not your present" in beside(answer, "present")


def test_a_name_is_no_password() -> None:
    assert sessions.weakness("maria lopez maria lopez ", "maria lopez ") == "common"
    assert sessions.weakness(BETTER, "maria") == ""


NEW = {"name": "Nia", "sign_in": "Nia", "role": "visitor", "site": "", "supervisor": "", "language": "es"}  # fmt: skip


def link_in(answer) -> str:
    """The path of the link that an answer shows, for once."""
    return "/invitation/" + words(answer).split("/invitation/")[1].split("</code>")[0]


def test_the_administrator_invites_a_visitor_who_chooses_her_password(app: Flask, signed_in, people: People) -> None:
    more = {"site": str(people.sites["north"]), "supervisor": str(people.accounts["sol"])}
    answer = send(signed_in("ida"), "/accounts/", NEW | more)
    assert answer.status_code == 201 and 'class="qr"' in words(answer)
    link, nia = link_in(answer), app.test_client()
    assert link not in words(signed_in("ida").get("/accounts/")), "shown once"
    with app.app_context():
        stored = db.session.scalars(select(Invitation.token_hash)).one()
        assert link.rsplit("/")[-1] not in stored, "a copy of the table invites nobody"
    assert "Welcome, Nia" in words(nia.get(link))
    short = send(nia, link, {"new": "fourteen chars"})
    assert short.status_code == 422 and "at least 15" in beside(short, "new")
    assert send(nia, link, {"new": BETTER}).location == "/sign-in"
    assert try_in(nia, "nia", BETTER).status_code == 302 and nia.get("/families/").status_code == 200
    assert nia.get(link).status_code == 404 and send(nia, link, {"new": BETTER}).status_code == 404


def test_until_a_link_is_used_nobody_is_let_in(app: Flask, signed_in, people: People) -> None:
    send(signed_in("ida"), "/accounts/", NEW | {"role": "manager"})
    for password in ("", "!", "nia", BETTER):
        assert try_in(app.test_client(), "nia", password).status_code == 422


@pytest.mark.parametrize("why", ["old", "another", "shut out", "changed letter"])
def test_a_link_that_is_good_no_more_is_a_404(app: Flask, client, signed_in, people: People, why: str) -> None:
    ida, path = signed_in("ida"), f"/accounts/{people.accounts['ana']}"
    link = link_in(send(ida, f"{path}/invitation"))
    assert client.get(link).status_code == 200
    if why == "old":
        with app.app_context():
            db.session.scalars(select(Invitation)).one().made_at -= timedelta(days=7)
            db.session.commit()
    elif why == "another":
        assert client.get(link_in(send(ida, f"{path}/invitation"))).status_code == 200
    elif why == "shut out":
        send(ida, f"{path}/disable")
    else:
        link = link[:-1] + ("A" if link[-1] != "A" else "B")
    assert client.get(link).status_code == 404
    assert send(client, link, {"new": BETTER}).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [({"sign_in": "ANA"}, "sign_in"), ({"sign_in": ""}, "sign_in"), ({"role": "owner"}, "role"),
     ({"name": " "}, "name"), ({"site": ""}, "site"), ({"site": NOWHERE}, "site")],
)  # fmt: skip
def test_an_account_that_cannot_be_is_not_made(app: Flask, signed_in, people: People, change, field) -> None:
    answer = send(signed_in("ida"), "/accounts/", NEW | {"site": str(people.sites["north"])} | change)
    assert answer.status_code == 422 and beside(answer, field)
    with app.app_context():
        assert db.session.scalar(select(Account.id).where(Account.sign_in == "nia")) is None


def test_a_site_of_another_programme_is_no_choice(signed_in, people: People) -> None:
    answer = send(signed_in("ida"), "/accounts/", NEW | {"site": str(people.sites["far"])})
    assert answer.status_code == 422 and beside(answer, "site")


def test_only_a_visitor_has_a_supervisor(signed_in, people: People) -> None:
    more = {"role": "manager", "supervisor": str(people.accounts["sol"])}
    answer = send(signed_in("ida"), "/accounts/", NEW | more)
    assert answer.status_code == 422 and "Only a visitor" in beside(answer, "supervisor")


@pytest.mark.parametrize("who", ["ana", "mara", "otto"])
def test_a_supervisor_is_one_of_the_programme(signed_in, people: People, who: str) -> None:
    more = {"site": str(people.sites["north"]), "supervisor": str(people.accounts[who])}
    answer = send(signed_in("ida"), "/accounts/", NEW | more)
    assert answer.status_code == 422 and beside(answer, "supervisor")


def change(client: FlaskClient, people: People, who: str, **typed: str):
    """Send the form as it stands on the page, with some fields changed ("" for a tick: not ticked)."""
    path = f"/accounts/{people.accounts[who]}"
    stands = filled(client.get(path)) | typed
    return client.post(path, data={name: value for name, value in stands.items() if value or name != "clinician"})


def account_of(app: Flask, people: People, who: str) -> Account:
    with app.app_context():
        return db.session.get_one(Account, people.accounts[who])


def test_the_administrator_moves_a_visitor_to_another_site_and_team(app: Flask, signed_in, people: People) -> None:
    ida, ana = signed_in("ida"), signed_in("ana")
    there = {"site": str(people.sites["river"]), "supervisor": str(people.accounts["sam"]), "clinician": "y"}
    assert change(ida, people, "ana", **there).status_code == 302
    moved = account_of(app, people, "ana")
    assert (moved.role, moved.site_id, moved.supervisor_id, moved.clinician) == (
        "visitor", people.sites["river"], people.accounts["sam"], True,
    )  # fmt: skip
    assert '<span class="tag">Clinician</span>' in words(ida.get("/accounts/"))
    assert ana.get("/me").status_code == 200, "the same role: she goes on working"
    assert change(ida, people, "ana", clinician="", supervisor="").status_code == 302
    moved = account_of(app, people, "ana")
    assert (moved.supervisor_id, moved.clinician) == (None, False)


def test_the_form_shows_how_things_stand_and_sent_again_changes_nothing(app: Flask, signed_in, people) -> None:
    ida = signed_in("ida")
    for who in people.accounts:
        if who not in {"olga", "otto"}:
            before = account_of(app, people, who)
            assert change(ida, people, who).status_code == 302
            after = account_of(app, people, who)
            for name in ("role", "site_id", "supervisor_id", "clinician"):
                assert getattr(before, name) == getattr(after, name), who


def leave_families(app: Flask, people: People, who: str, day: date) -> None:
    with app.app_context():
        for assignment in db.session.scalars(select(Assignment).filter_by(account_id=people.accounts[who])):
            assignment.until_on = day
        db.session.commit()


def test_with_another_role_old_cookies_are_refused_in_the_next_request(app: Flask, signed_in, people: People) -> None:
    ida, here, there = signed_in("ida"), signed_in("ana"), signed_in("ana")
    leave_families(app, people, "ana", TODAY - timedelta(days=2))
    assert change(ida, people, "ana", role="manager", site="", supervisor="").status_code == 302
    for client in (here, there):
        assert client.get("/families/").location.startswith("/sign-in")
        assert client.get("/api/v1/sync/pull", headers={"X-Recorder": "1"}).status_code == 401
    fresh = app.test_client()
    assert try_in(fresh, "ana").status_code == 302 and fresh.get("/").location == "/programme/"


@pytest.mark.parametrize(
    ("who", "typed", "field", "sentence"),
    [
        ("ana", {"site": ""}, "site", "belong to a site"),
        ("sol", {"site": ""}, "site", "belong to a site"),
        ("ana", {"site": NOWHERE}, "site", "valid choice"),
        ("mara", {"role": "visitor"}, "site", "belong to a site"),
        ("ana", {"role": "owner"}, "role", "valid choice"),
        ("ana", {"role": "supervisor"}, "supervisor", "Only a visitor"),
        ("sol", {"role": "visitor"}, "role", "supervises Ana, Ben."),
        ("sol", {"role": "manager"}, "role", "supervises Ana, Ben."),
        ("ana", {"role": "auditor", "supervisor": ""}, "role", "visits 1 family"),
        ("ida", {"role": "manager"}, "role", "from yourself"),
    ],
)
def test_a_change_that_cannot_be_is_said_beside_its_field(
    app: Flask, signed_in, people: People, who: str, typed: dict[str, str], field: str, sentence: str
) -> None:
    before, ida = account_of(app, people, who), signed_in("ida")
    answer = change(ida, people, who, **typed)
    assert answer.status_code == 422 and sentence in beside(answer, field), words(answer)
    after = account_of(app, people, who)
    assert (before.role, before.site_id) == (after.role, after.site_id)
    assert ida.get("/accounts/").status_code == 200, "nobody was signed out"


def test_nobody_supervises_herself(signed_in, people: People) -> None:
    page = words(signed_in("ida").get(f"/accounts/{people.accounts['sol']}"))
    assert f'value="{people.accounts["sam"]}"' in page and f'value="{people.accounts["sol"]}"' not in page


def test_a_supervisor_who_is_shut_out_is_no_new_choice_and_stays_where_she_is(app: Flask, signed_in, people) -> None:
    ida = signed_in("ida")
    send(ida, f"/accounts/{people.accounts['sol']}/disable")
    assert f'value="{people.accounts["sol"]}"' not in words(ida.get(f"/accounts/{people.accounts['cleo']}"))
    assert change(ida, people, "ana").status_code == 302
    assert account_of(app, people, "ana").supervisor_id == people.accounts["sol"]


def test_a_family_that_left_holds_nobody(app: Flask, signed_in, people: People) -> None:
    with app.app_context():
        db.session.get_one(Family, people.families["F-001"]).left_on = TODAY
        db.session.commit()
    answer = change(signed_in("ida"), people, "ana", role="auditor", supervisor="")
    assert answer.status_code == 302


@pytest.fixture
def iris(app: Flask, people: People) -> uuid.UUID:
    """A second administrator."""
    with app.app_context():
        account = Account(programme_id=people.programme, sign_in="iris", name="Iris", role="administrator",
                          password_hash=password_hash())  # fmt: skip
        db.session.add(account)
        db.session.commit()
        return account.id


ELSEWHERE = {"role": "auditor", "site": "", "supervisor": ""}


def test_one_of_two_administrators_may_become_something_else(signed_in, people: People, iris: uuid.UUID) -> None:
    assert send(signed_in("ida"), f"/accounts/{iris}", ELSEWHERE).status_code == 302


@pytest.mark.parametrize(("path", "typed"), [("", ELSEWHERE), ("/disable", {})])
def test_two_administrators_who_send_each_other_away_at_once_leave_one(
    app: Flask, signed_in, people: People, iris: uuid.UUID, monkeypatch, path: str, typed: dict[str, str]
) -> None:
    """Ida's request comes while Iris's has looked who else administers, and has not stored anything yet."""
    clients = {"ida": signed_in("ida"), "iris": signed_in("iris")}
    tokens = {name: token(client) for name, client in clients.items()}
    look, threads = staffing.others_administer, []

    def send_away(by: str, whom: uuid.UUID) -> None:
        clients[by].post(f"/accounts/{whom}{path}", data=typed | {"csrf_token": tokens[by]})

    def look_and_meet(account: Account) -> bool:
        found = look(account)
        if not threads:
            threads.append(threading.Thread(target=send_away, args=("ida", iris)))
            threads[0].start()
            threads[0].join(0.7)
        return found

    monkeypatch.setattr(staffing, "others_administer", look_and_meet)
    send_away("iris", people.accounts["ida"])
    threads[0].join()
    administrators = select(Account.sign_in).where(Account.role == "administrator", Account.disabled_at.is_(None))
    with app.app_context():
        assert len(db.session.scalars(administrators).all()) == 1


def test_who_is_shut_out_is_out_in_the_next_request_and_can_come_back(app: Flask, signed_in, people: People) -> None:
    ida, ana = signed_in("ida"), signed_in("ana")
    assert send(ida, f"/accounts/{people.accounts['ana']}/disable").status_code == 302
    assert ana.get("/families/").status_code == 302
    assert ana.get("/api/v1/sync/pull", headers={"X-Recorder": "1"}).status_code == 401
    assert try_in(app.test_client(), "ana").status_code == 422
    assert send(ida, f"/accounts/{people.accounts['ana']}/admission").status_code == 302
    assert ana.get("/families/").status_code == 302, "the old session stays ended"
    assert try_in(app.test_client(), "ana").status_code == 302


def test_who_is_shut_out_is_out_on_every_worker(database_url: str, signed_in, people: People) -> None:
    """Two applications on one database, as two workers are: nothing about a session is kept in one of them."""
    ida, ana = signed_in("ida"), signed_in("ana")
    worker = create_app(DATABASE_URL=database_url, TESTING=True, **SECRETS)
    there = worker.test_client()
    there.set_cookie(sessions.COOKIE, cookie(ana))
    assert there.get("/families/").status_code == 200
    assert send(ida, f"/accounts/{people.accounts['ana']}/disable").status_code == 302
    assert there.get("/families/").status_code == 302
    assert there.get("/api/v1/sync/pull", headers={"X-Recorder": "1"}).status_code == 401
    dispose(worker)


def test_nobody_shuts_herself_out(signed_in, people: People) -> None:
    ida = signed_in("ida")
    send(ida, f"/accounts/{people.accounts['ida']}/disable")
    assert "cannot shut yourself out" in words(ida.get("/accounts/"))


def test_a_forgotten_password_is_replaced_by_a_link_and_old_sessions_end(app: Flask, signed_in, people) -> None:
    ida, ana = signed_in("ida"), signed_in("ana")
    link = link_in(send(ida, f"/accounts/{people.accounts['ana']}/invitation"))
    assert ana.get("/me").status_code == 200 and try_in(app.test_client(), "ana").status_code == 302, "not used yet"
    assert send(app.test_client(), link, {"new": BETTER}).status_code == 302
    assert ana.get("/me").status_code == 302
    assert try_in(app.test_client(), "ana").status_code == 422
    assert try_in(app.test_client(), "ana", BETTER).status_code == 302


def test_the_administrator_sees_and_ends_sessions_of_a_person(app: Flask, signed_in, people: People) -> None:
    ida, here, there = signed_in("ida"), signed_in("ana"), signed_in("ana")
    path = f"/accounts/{people.accounts['ana']}"
    assert words(ida.get(path)).count("Sign out there") == 2
    with app.app_context():
        first = select(SignedIn.id).where(SignedIn.account_id == people.accounts["ana"]).order_by(SignedIn.id).limit(1)
        id = db.session.scalar(first)
    assert send(ida, f"/accounts/{people.accounts['ben']}/sessions/{id}/end").status_code == 404, "it is not Ben's"
    assert send(ida, f"{path}/sessions/{id}/end").status_code == 302
    assert here.get("/me").status_code == 302 and there.get("/me").status_code == 200
    assert send(ida, f"{path}/sessions/end").status_code == 302
    assert there.get("/me").status_code == 302 and "Nowhere." in words(ida.get(path))


def test_guessing_the_present_password_is_slowed_like_a_sign_in(app: Flask, signed_in, people: People) -> None:
    ana = signed_in("ana")
    for _try in range(4):
        answer = send(ana, "/me/password", {"present": "wrong", "new": BETTER})
        assert "not your present" in beside(answer, "present")
    assert "wait 2 seconds" in beside(send(ana, "/me/password", {"present": "wrong", "new": BETTER}), "present")
    answer = send(ana, "/me/password", {"present": PASSWORD, "new": BETTER})
    assert answer.status_code == 422 and "wait" in beside(answer, "present"), "the right one waits too"
    age_failures(app, 1)
    assert send(ana, "/me/password", {"present": PASSWORD, "new": BETTER}).status_code == 302


def test_the_list_holds_the_own_programme_only(signed_in) -> None:
    page = words(signed_in("ida").get("/accounts/"))
    assert "Cleo" in page and "Olga" not in page and "Otto" not in page


def test_a_form_is_form_data_and_nothing_else(signed_in) -> None:
    ana = signed_in("ana")
    for body in ("[]", "[1, 2]", '"x"', "{", '{"name": ["a"]}'):
        headers = {"X-CSRFToken": token(ana)}
        answer = ana.post("/me", data=body, content_type="application/json", headers=headers)
        assert answer.status_code in {400, 422}, body
