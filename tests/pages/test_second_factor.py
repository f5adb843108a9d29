"""An authenticator beside the password: asked of whom the installation says, no number twice, recovery codes once."""

from __future__ import annotations

import re
import time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from forms import beside, filled, send, token, words
from installation import SECRETS, dispose
from people import PASSWORD, People
from sqlalchemy import delete, select

from recorder import create_app, second_factor, sessions
from recorder.db import db
from recorder.records.people import Account, FailedSignIn
from recorder.records.signing_in import RecoveryCode, SecondFactor

EIGHT = "ketTles9"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The authenticators' time, in seconds; a test turns it on."""
    at = [time.time()]
    monkeypatch.setattr(second_factor.time, "time", lambda: at[0])
    return at


def shown(secret: str, clock: list[float], steps: int = 0) -> str:
    """What an authenticator shows, so many steps from now."""
    return second_factor.number(second_factor.shared_secret(secret), int(clock[0]) // 30 + steps)


def set_up(client: FlaskClient, clock: list[float]) -> tuple[str, list[str]]:
    """Set an authenticator up. Returns its secret and the recovery codes."""
    typed = filled(client.get("/me/second-factor"))
    typed |= {"number": shown(typed["secret"], clock), "present": PASSWORD}
    answer = client.post("/me/second-factor", data=typed)
    assert answer.status_code == 201, words(answer)
    return typed["secret"], re.findall(r"<code>(\w{5}-\w{5})</code>", words(answer))


def password(client: FlaskClient, name: str, **more: str):
    return send(client, "/sign-in", {"sign_in": name, "password": PASSWORD} | more)


def test_the_numbers_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, SHA-1: the last six of its eight digits."""
    for seconds, expected in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
        assert second_factor.number(b"12345678901234567890", seconds // 30) == expected


def test_with_an_authenticator_a_password_alone_lets_nobody_in(app: Flask, signed_in, client, clock, people) -> None:
    mara, there = signed_in("mara"), signed_in("mara")
    secret, _codes = set_up(mara, clock)
    assert mara.get("/me").status_code == 200 and there.get("/me").status_code == 302, "every other session ends"
    clock[0] += 60
    answer = password(client, "mara", next="/visits/")
    assert answer.location == "/sign-in/number?next=/visits/"
    assert client.get_cookie(sessions.COOKIE) is None and client.get("/programme/").status_code == 302
    wrong = send(client, "/sign-in/number", {"number": "000000"})
    assert wrong.status_code == 422 and "not the number" in beside(wrong, "number")
    done = send(client, "/sign-in/number", {"number": shown(secret, clock), "next": "/visits/"})
    assert done.location == "/visits/" and client.get("/programme/").status_code == 200


def test_no_number_is_taken_twice_and_none_that_is_too_old(app: Flask, signed_in, clock, people: People) -> None:
    secret, _codes = set_up(signed_in("mara"), clock)

    def enter(number: str) -> int:
        """Enter with a number; the throttle is another test's."""
        with app.app_context():
            db.session.execute(delete(FailedSignIn))
            db.session.commit()
        browser = app.test_client()
        password(browser, "mara")
        return send(browser, "/sign-in/number", {"number": number}).status_code

    assert enter(shown(secret, clock)) == 422, "the one that set it up"
    clock[0] += 90
    number = shown(secret, clock)
    assert enter(number) == 302 and enter(number) == 422
    assert enter(shown(secret, clock, -1)) == 422, "earlier than one that was taken"
    assert enter(shown(secret, clock, 1)) == 302, "a clock that is half a minute fast"
    clock[0] += 300
    assert enter(shown(secret, clock, -2)) == 422


def test_without_the_step_that_is_kept_a_number_is_taken_twice(app, signed_in, clock, people) -> None:
    secret, _codes = set_up(signed_in("mara"), clock)
    with app.app_context():
        factor = db.session.scalars(select(SecondFactor)).one()
        factor.last_step = 0
        db.session.commit()
        assert second_factor.accepts(_account(people), shown(secret, clock)), "the one that set it up"


def _account(people: People) -> Account:
    return db.session.get_one(Account, people.accounts["mara"])


def test_a_recovery_code_stands_in_once(app: Flask, signed_in, clock, people: People) -> None:
    _secret, codes = set_up(signed_in("mara"), clock)
    assert len(codes) == 10 == len(set(codes))
    with app.app_context():
        stored = set(db.session.scalars(select(RecoveryCode.code_hash)))
        assert len(stored) == 10 and not stored & {code.replace("-", "") for code in codes}
    for code, status in ((codes[3].upper().replace("-", " "), 302), (codes[3], 422), ("aaaaa-aaaaa", 422)):
        browser = app.test_client()
        password(browser, "mara")
        assert send(browser, "/sign-in/number", {"number": code}).status_code == status


def test_numbers_are_guessed_as_slowly_as_passwords(app: Flask, signed_in, client, clock, people: People) -> None:
    set_up(signed_in("mara"), clock)
    password(client, "mara")  # counts until the number is right, or the right password would buy free tries
    for _try in range(3):
        assert "not the number" in beside(send(client, "/sign-in/number", {"number": "123456"}), "number")
    assert "wait 2 seconds" in beside(send(client, "/sign-in/number", {"number": "123456"}), "number")
    assert password(app.test_client(), "mara").status_code == 422


def test_a_ticket_is_good_for_ten_minutes_and_for_one_password(app: Flask, signed_in, client, clock, people) -> None:
    mara = signed_in("mara")
    secret, _codes = set_up(mara, clock)
    clock[0] += 60
    password(client, "mara")
    clock[0] += 601
    late = send(client, "/sign-in/number", {"number": shown(secret, clock)})
    assert late.status_code == 422 and "took too long" in beside(late, "password")
    password(client, "mara")
    assert send(mara, "/me/password", {"present": PASSWORD, "new": "nine green kettles sing"}).status_code == 302
    assert send(client, "/sign-in/number", {"number": shown(secret, clock)}).status_code == 422
    assert "Sign-in name" in words(app.test_client().get("/sign-in/number")), "without a password first"


def test_eight_characters_are_enough_beside_an_authenticator(signed_in, clock, people: People) -> None:
    mara = signed_in("mara")
    typed = {"present": PASSWORD, "new": EIGHT}
    assert "at least 15" in beside(send(mara, "/me/password", typed), "new")
    set_up(mara, clock)
    assert "at least 8" in beside(send(mara, "/me/password", typed | {"new": "seven77"}), "new")
    assert "Too many people" in beside(send(mara, "/me/password", typed | {"new": "trustno1"}), "new")
    assert send(mara, "/me/password", typed).status_code == 302


@pytest.mark.parametrize("change", [{"number": "000000"}, {"present": "wrong"}, {"secret": "AAAA"}, {"secret": "!0"}])
def test_an_authenticator_that_cannot_be_is_not_taken_up(app, signed_in, clock, people, change) -> None:
    mara = signed_in("mara")
    typed = filled(mara.get("/me/second-factor"))
    typed |= {"number": shown(typed["secret"], clock), "present": PASSWORD} | change
    answer = mara.post("/me/second-factor", data=typed)
    assert answer.status_code == 422
    assert (typed["secret"] in words(answer)) == ("secret" not in change), "the code on the page stays the same"
    with app.app_context():
        assert db.session.scalars(select(SecondFactor)).all() == []


def test_letting_it_go_needs_password_and_number(app: Flask, signed_in, clock, people: People) -> None:
    mara = signed_in("mara")
    secret, _codes = set_up(mara, clock)
    clock[0] += 60
    typed = {"number": shown(secret, clock), "present": PASSWORD}
    assert "since" in words(mara.get("/me/second-factor"))
    for wrong in ({"number": "1"}, {"present": "wrong"}):
        assert send(mara, "/me/second-factor/end", typed | wrong).status_code == 422
    assert send(mara, "/me/second-factor/end", typed).status_code == 302
    with app.app_context():
        assert db.session.scalars(select(RecoveryCode)).all() == []
    assert password(app.test_client(), "mara").location == "/"


def test_the_administrator_takes_a_lost_one_away(app: Flask, signed_in, clock, people: People) -> None:
    mara, ida = signed_in("mara"), signed_in("ida")
    set_up(mara, clock)
    assert send(ida, f"/accounts/{people.accounts['mara']}/second-factor/end").status_code == 302
    assert mara.get("/me").status_code == 302
    assert password(app.test_client(), "mara").location == "/"


def test_who_manages_or_administers_sets_one_up_first(database_url, app: Flask, people: People, clock) -> None:
    """As an installation comes: the setting's default."""
    strict = create_app(
        DATABASE_URL=database_url, TESTING=True, **{**SECRETS, "SECOND_FACTOR": "administrator,manager"}
    )
    for name, asked in (("mara", True), ("ida", True), ("ana", False), ("sol", False), ("abe", False)):
        client = strict.test_client()
        password(client, name)
        assert (client.get("/").location == "/me/second-factor") == asked, name
        if name == "mara":
            assert send(client, "/programme/settings/", {"name": "Hers"}).location == "/me/second-factor"
            assert "before she goes on" in words(client.get("/me/second-factor"))
            typed = filled(client.get("/me/second-factor"))
            typed |= {"number": shown(typed["secret"], clock), "present": PASSWORD}
            assert client.post("/me/second-factor", data=typed).status_code == 201
            assert client.get("/programme/").status_code == 200
    dispose(strict)


def test_the_secret_rests_sealed(app: Flask, signed_in, clock, people: People) -> None:
    secret, _codes = set_up(signed_in("mara"), clock)
    with app.app_context():
        raw = db.session.connection().exec_driver_sql("SELECT secret FROM second_factor").scalar()
        assert second_factor.shared_secret(secret) not in bytes(raw)


def test_two_who_type_one_number_at_once_are_one(app: Flask, signed_in, clock, people: People) -> None:
    """The second finds the step taken, whatever it read before: the row is changed only where it is older."""
    secret, _codes = set_up(signed_in("mara"), clock)
    clock[0] += 60
    number = shown(secret, clock)
    with app.app_context():
        account = _account(people)
        second_factor.of(account)  # both have read the row
        assert second_factor.accepts(account, number) and not second_factor.accepts(account, number)
        db.session.rollback()


def test_a_form_without_its_ticket_says_to_begin_again(client: FlaskClient, people: People) -> None:
    answer = client.post("/sign-in/number", data={"csrf_token": token(client), "number": "1"})
    assert answer.status_code == 422 and "from the beginning" in words(answer)
