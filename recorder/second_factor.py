"""How does somebody show that she holds her authenticator, and not only her password?

An authenticator and the server share a secret of 160 bits; the number that it shows is RFC 6238 over it: SHA-1, six
digits, steps of 30 seconds. The step before and the one after are taken too, for clocks that are a little off, and no
step is taken twice. Ten recovery codes of 50 bits stand in for a lost authenticator, once each. What is tried here is
slowed by the throttle of `sessions`. Between the password and the number a browser holds a signed ticket for ten
minutes; it ends when the password changes.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
import time
from collections.abc import MutableMapping
from typing import Any, cast
from urllib.parse import quote, urlencode
from uuid import UUID

import flask
from sqlalchemy import CursorResult, update

from recorder.db import db, now
from recorder.records.people import Account
from recorder.records.signing_in import RecoveryCode, SecondFactor
from recorder.sessions import digest

STEP_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
RECOVERY_CODES = 10
TICKET_SECONDS = 600
TICKET = "second"
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
"""What a recovery code is written with: no letter that is read as another."""
READ_AS = str.maketrans("oil", "011")


class WrongNumber(ValueError):
    """A number that the authenticator does not show now."""


def asked_of(role: str) -> bool:
    """Whether this installation asks people with this role for a second factor."""
    return role in re.split(r"[,\s]+", flask.current_app.config["SECOND_FACTOR"])


def of(account: Account) -> SecondFactor | None:
    """A person's second factor, None without one."""
    return db.session.get(SecondFactor, account.id)


def is_missing(account: Account) -> bool:
    """Whether a person has yet to set up the second factor that is asked of her role."""
    return asked_of(account.role) and of(account) is None


def new_secret() -> str:
    """A secret as authenticators are told it: 160 bits in base32."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def address(secret: str, name: str) -> str:
    """What an authenticator reads from a QR code.

    >>> address("A" * 32, "ida")
    'otpauth://totp/Recorder:ida?secret=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&issuer=Recorder'
    """
    return f"otpauth://totp/Recorder:{quote(name)}?{urlencode({'secret': secret, 'issuer': 'Recorder'})}"


def number(secret: bytes, step: int) -> str:
    """The number of a step.

    >>> number(b"12345678901234567890", 1)
    '287082'
    """
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

    totp = TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # nosec B303 - what RFC 6238 names and authenticators speak
    made: bytes = totp.generate(step * STEP_SECONDS)
    return made.decode()


def step_of(secret: bytes, typed: str) -> int | None:
    """The step that a number was typed for: now, the one before or the one after; None for another number."""
    said, here = re.sub(r"\s", "", typed).encode(), int(time.time()) // STEP_SECONDS
    for step in (here, here - 1, here + 1):
        if secrets.compare_digest(said, number(secret, step).encode()):
            return step
    return None


def begin(account: Account, secret: str, typed: str) -> list[str]:
    """Take up an authenticator whose number shows that it has the secret. Returns the recovery codes; the caller
    commits. Raises `WrongNumber`."""
    shared = shared_secret(secret)
    step = step_of(shared, typed) if shared else None
    if shared is None or step is None:
        raise WrongNumber
    end(account)
    codes = ["".join(secrets.choice(LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    same = {"account_id": account.id, "programme_id": account.programme_id}
    db.session.add(SecondFactor(**same, secret=shared, last_step=step))
    db.session.flush()
    db.session.add_all(RecoveryCode(**same, code_hash=digest(code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def shared_secret(text: str) -> bytes | None:
    """The secret that a form brings back, None for what `new_secret` did not make."""
    try:
        secret = base64.b32decode(text)
    except (binascii.Error, ValueError):
        return None
    return secret if len(secret) == SECRET_BYTES else None


def end(account: Account) -> None:
    """Take a person's second factor and its recovery codes away; the caller commits."""
    if (factor := of(account)) is not None:
        db.session.delete(factor)
        db.session.flush()


def accepts(account: Account, typed: str) -> bool:
    """Whether this is the authenticator's number, or a recovery code, and was not taken before; the caller commits."""
    factor = of(account)
    if factor is None:
        return False
    step = step_of(factor.secret, typed)
    if step is not None:
        taken = update(SecondFactor).where(SecondFactor.account_id == account.id, SecondFactor.last_step < step)
        return _changed(taken.values(last_step=step))
    code = re.sub(r"[\W_]", "", typed).lower().translate(READ_AS)
    unused = update(RecoveryCode).where(
        RecoveryCode.account_id == account.id, RecoveryCode.code_hash == digest(code), RecoveryCode.used_at.is_(None)
    )
    return _changed(unused.values(used_at=now()))


def _changed(statement: Any) -> bool:
    """Whether a row was changed; of two that try at once only one finds it unchanged."""
    return cast(CursorResult[Any], db.session.execute(statement)).rowcount == 1


def give_ticket(session: MutableMapping[str, Any], account: Account) -> None:
    """Let a browser go on to the second factor."""
    session[TICKET] = [str(account.id), int(time.time()) + TICKET_SECONDS, digest(account.password_hash)[:16]]


def holder(session: MutableMapping[str, Any]) -> Account | None:
    """Whose password this browser has shown, in the last ten minutes; None without a ticket."""
    match session.get(TICKET):
        case [str(id), int(until), str(mark)] if until >= time.time():
            account = db.session.get(Account, UUID(id))
            if account and account.disabled_at is None and digest(account.password_hash)[:16] == mark:
                return account
    return None
