"""Who is signed in, since when, and how is guessing made slow?

A session is a row of our own (`SignedIn`), so that it can be ended: the cookie holds a random token of 256 bits, the
row its SHA-256. It ends after `SESSION_HOURS` without use, at sign-out, and when the password or role changes or the
account is disabled; then also ends what tablets may pull for that person. A GET writes nothing, so "last seen" moves
with a person's next POST or sync; a tablet that only reads for half a day signs in again.

Five failures for one name in 15 minutes make each further try wait longer; no name is ever locked for good. A hundred
failures over all names make tries take turns: one in 5 seconds is looked at, whoever sends it, so that a password that
is tried on every name gets no further than on one. A browser in which a person has signed in during the last year
(a second cookie says so) takes no turn for her name: she is let in at once, whatever others try. In a new browser she
waits up to 5 seconds for a turn, or longer while somebody else takes every one. A try counts from before its password
is looked at, so that many at once are no way round. An unknown name costs the same hash as a known one. Who has a
second factor is let in by it alone, and what she tries there counts like a password (`second_factor`).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

import flask
from sqlalchemy import ColumnElement, delete, func, select, true, update
from werkzeug.wrappers import Response

from recorder.db import db, fingerprint, now
from recorder.records import audit
from recorder.records.devices import DeviceUser
from recorder.records.people import Account, FailedSignIn, SignedIn
from recorder.records.signing_in import SecondFactor

COOKIE = "__Host-recorder"
SESSIONS_A_PERSON = 20
FREE_TRIES = 5
FREE_TRIES_IN_TOTAL = 100
TURN_SECONDS = 5
WINDOW = timedelta(minutes=15)
ONE_AT_A_TIME = 0x5165_4E49  # the number of PostgreSQL's lock for counting tries
KNOWN = "__Host-known"
KNOWN_FOR = timedelta(days=365)
NAMES_A_BROWSER = 10
SHORTEST_PASSWORD = 15
SHORTEST_WITH_SECOND = 8
LONGEST_PASSWORD = 200


class SecondNeeded(Exception):
    """The password was right, and the person has a second factor."""

    def __init__(self, account: Account) -> None:
        super().__init__()
        self.account = account


class Refused(Exception):
    """A sign-in that did not work; `wait_seconds` is above 0 when the next try has to wait, `crowded` when it is for
    what others tried."""

    def __init__(self, wait_seconds: int = 0, crowded: bool = False) -> None:
        super().__init__()
        self.wait_seconds, self.crowded = wait_seconds, crowded


def hashed(password: str) -> str:
    """The Argon2id hash of a password (19 MiB, 2 passes, 1 lane), as it is stored."""
    return str(_hasher().hash(password))


def matches(password_hash: str, password: str) -> bool:
    """Whether a password is the one that was hashed."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return bool(_hasher().verify(password_hash, password))
    except (InvalidHashError, VerificationError):
        return False


@cache
def _hasher() -> Any:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@cache
def _nobodys_hash() -> str:
    return hashed(secrets.token_hex(16))


@cache
def common_passwords() -> frozenset[str]:
    """Passwords that many people choose, of eight characters and more: shorter ones are refused by their length."""
    text = (Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line.strip().casefold() for line in text.splitlines() if line.strip())


def weakness(password: str, sign_in: str = "", shortest: int = SHORTEST_PASSWORD) -> str:
    """Why a password cannot be taken: "short", "long", "common", or "" when it can."""
    if len(password) < shortest:
        return "short"
    if len(password) > LONGEST_PASSWORD:
        return "long"
    plain = password.casefold()
    if plain in common_passwords() or len(set(plain)) < 5 or (sign_in and plain.replace(sign_in.casefold(), "") == ""):
        return "common"
    return ""


def sign_in(name: str, password: str, agent: str = "", known: str = "") -> str:
    """Start a session.

    Parameters: `name`, the sign-in name; `agent`, the browser's own description; `known`, its cookie `KNOWN`.
    Returns the token for the cookie. Raises `Refused`, for a wrong name and a wrong password alike, and `SecondNeeded`.
    The caller commits nothing: a failure is kept too, and a right password stays counted until the second factor is.
    """
    key = fingerprint("sign in", name)
    _count_try(key, takes_turns=_mark(name) not in known.split("."))
    account = db.session.scalar(select(Account).where(Account.sign_in == name.strip().casefold()))
    stored = account.password_hash if account else _nobodys_hash()
    db.session.commit()  # hashing is slow by design: on SQLite nobody else's writing should wait for it
    right = matches(stored, password)
    if account is None or not right or account.disabled_at is not None:
        raise Refused(_wait_seconds(FailedSignIn.fingerprint == key))
    if db.session.get(SecondFactor, account.id) is not None:
        raise SecondNeeded(account)
    return start(account, agent)


def start(account: Account, agent: str = "") -> str:
    """Start a session for somebody who proved who she is. Returns the token for the cookie, and commits."""
    token = secrets.token_hex(32)
    _forget_failures(account)
    audit.record("signed_in", "account", account.id, programme_id=account.programme_id, account_id=account.id,
                 role=account.role)  # fmt: skip
    db.session.add(SignedIn(token_hash=digest(token), account_id=account.id, agent=agent[:200]))
    db.session.flush()
    _end_oldest(account)
    db.session.commit()
    return token


def prove(account: Account, is_right: Callable[[], bool]) -> None:
    """Count a try of somebody who is known by her password or session, at something that only she knows.

    Parameter: `is_right`, which looks at what she typed. Raises `Refused`. Commits.
    """
    key = fingerprint("sign in", account.sign_in)
    _count_try(key, takes_turns=False)
    db.session.commit()
    if not is_right():
        raise Refused(_wait_seconds(FailedSignIn.fingerprint == key))
    _forget_failures(account)
    db.session.commit()


def _forget_failures(account: Account) -> None:
    key = fingerprint("sign in", account.sign_in)
    db.session.execute(delete(FailedSignIn).where(FailedSignIn.fingerprint == key))


def _count_try(key: str, takes_turns: bool) -> None:
    """Keep a try as a failure, which it is until its password proves right. Raises `Refused` when it has to wait."""
    if db.engine.dialect.name == "postgresql":  # on SQLite one writer at a time is the rule
        db.session.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    wait = _wait_seconds(FailedSignIn.fingerprint == key)
    turn = _turn_seconds() if takes_turns and not wait else 0
    if wait or turn:
        db.session.rollback()
        raise Refused(wait or turn, crowded=wait == 0)
    db.session.execute(delete(FailedSignIn).where(FailedSignIn.at <= now() - WINDOW))
    db.session.add(FailedSignIn(fingerprint=key, at=now()))
    db.session.flush()


def _wait_seconds(which: ColumnElement[bool]) -> int:
    """How long these failures of one name make it wait: 2, 4, 8 ... s after the fifth, at most 5 minutes."""
    failures, ago = _recent(which)
    if failures < FREE_TRIES:
        return 0
    delay: int = min(300, 2 ** (failures - FREE_TRIES + 1))
    return max(0, ceil(delay - ago))


def _turn_seconds() -> int:
    """How long it is to the next turn, for whoever has to take one: 0 until the hundredth failure over all names."""
    failures, ago = _recent(true())
    return max(0, ceil(TURN_SECONDS - ago)) if failures >= FREE_TRIES_IN_TOTAL else 0


def _recent(which: ColumnElement[bool]) -> tuple[int, float]:
    """How many failures the window holds, and how many seconds ago the last one was."""
    recent = select(func.count(), func.max(FailedSignIn.at)).where(which, FailedSignIn.at > now() - WINDOW)
    failures, last = db.session.execute(recent).one()
    return failures, (now() - last).total_seconds() if last else 0.0


def _mark(name: str) -> str:
    return fingerprint("known browser", name)


def _end_oldest(account: Account) -> None:
    mine = select(SignedIn).where(SignedIn.account_id == account.id, SignedIn.revoked_at.is_(None))
    for session in db.session.scalars(mine.order_by(SignedIn.created_at.desc(), SignedIn.id).offset(SESSIONS_A_PERSON)):
        session.revoked_at = now()


def sign_out() -> None:
    """End the session of this request; the caller drops the cookie."""
    if flask.g.session is not None:
        flask.g.session.revoked_at = now()
        db.session.commit()


def end_all(account: Account, but: SignedIn | None = None) -> None:
    """End every session of a person (but one), and what tablets may pull for her: the password or role changed, or the
    account was disabled. What she recorded is sent all the same."""
    ending = update(SignedIn).where(SignedIn.account_id == account.id, SignedIn.revoked_at.is_(None))
    if but is not None:
        ending = ending.where(SignedIn.id != but.id)
    db.session.execute(ending.values(revoked_at=now()))
    pulling = update(DeviceUser).where(DeviceUser.account_id == account.id, DeviceUser.revoked_at.is_(None))
    db.session.execute(pulling.values(revoked_at=now()))


def load() -> None:
    """Find out who sends this request: `flask.g.account` and `flask.g.session`, None for a stranger."""
    flask.g.account = flask.g.session = None
    token = flask.request.cookies.get(COOKIE, "")
    if not token:
        return
    session = db.session.scalar(select(SignedIn).where(SignedIn.token_hash == digest(token)))
    if session is None or not _is_live(session, now()):
        return
    flask.g.session, flask.g.account = session, session.account
    if flask.request.method not in {"GET", "HEAD"} and now() - session.last_seen_at > timedelta(minutes=1):
        session.last_seen_at = now()


def _is_live(session: SignedIn, at: datetime) -> bool:
    idle = timedelta(hours=flask.current_app.config["SESSION_HOURS"])
    return session.revoked_at is None and session.account.disabled_at is None and at - session.last_seen_at < idle


def give_cookie(response: Response, token: str) -> None:
    """Put a session's token into the browser: for this host only, over HTTPS only, out of reach of scripts."""
    response.set_cookie(COOKIE, token, secure=True, httponly=True, samesite="Lax", path="/")


def remember_browser(response: Response, name: str) -> None:
    """Have the browser know that this person has signed in with it; it may be shared by a few."""
    others = flask.request.cookies.get(KNOWN, "").split(".")
    marks = [_mark(name), *(mark for mark in others if len(mark) == 64 and mark != _mark(name))][:NAMES_A_BROWSER]
    response.set_cookie(KNOWN, ".".join(marks), max_age=KNOWN_FOR, secure=True, httponly=True, samesite="Lax", path="/")


def drop_cookie(response: Response) -> None:
    """Take the token out of the browser."""
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="Lax", path="/")


def digest(token: str) -> str:
    """The SHA-256 by which a token is stored."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
