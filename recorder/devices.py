"""Which tablet sends this, who may pull with it, and how does one come to be enrolled?

A tablet is enrolled by a *code* that a supervisor shows (one use, within ten minutes), or by somebody who signs in with
it. It gets a *device token*, sent as `Authorization: Bearer`, which appends what was recorded and does nothing else. A
person who signs in on it gets a *user token* for her vault there, sent as `X-Recorder-User` beside it, which lets the
tablet pull her caseload. Tokens are 256 bits of chance, codes 60; all are stored as their SHA-256 only.

What a tablet posts is counted in its own row, so that the limit of a hundred a minute holds over all workers; the
count is committed before anything else is done, so that it stands whatever becomes of the request. A GET writes
nothing and is not counted. A tablet that is revoked may still send, into quarantine, and report.
"""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Mapping
from datetime import timedelta
from math import ceil
from typing import Any

import flask
from sqlalchemy import bindparam, case, select, update
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import TooManyRequests

from recorder import keys
from recorder.db import UTCDateTime, db, now
from recorder.records.devices import Device, DeviceCode, DeviceUser
from recorder.records.people import Account
from recorder.sessions import digest

USER = "X-Recorder-User"
CODE_LIFE = timedelta(minutes=10)
MOST_A_MINUTE = 100
MINUTE = timedelta(minutes=1)
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""What a code is written with: no letter that is read as another."""
READ_AS = str.maketrans("OIL", "011")

_AT, _AGO, _AHEAD = (bindparam(name, type_=UTCDateTime()) for name in ("at", "ago", "ahead"))
_WITHIN = Device.minute_from.between(_AGO, _AHEAD)
"""Another worker may have looked at the clock a moment later and counted first; a clock set back starts anew."""
_COUNT = (
    update(Device)
    .where(Device.token_hash == bindparam("token"))
    .values(
        last_contact_at=_AT,
        minute_from=case((_WITHIN, Device.minute_from), else_=_AT),
        minute_requests=case((_WITHIN, Device.minute_requests + 1), else_=1),
    )
    .returning(Device.id, Device.minute_from, Device.minute_requests)
    .execution_options(synchronize_session=False)
)


class WrongCode(ValueError):
    """A code that nobody made, that was used, or that is too old."""


def load() -> None:
    """Find out which tablet sends this request, and for whom: `flask.g.device`, and `flask.g.user`, the account whose
    user token it sent; None for neither. Raises `TooManyRequests`. Nothing was read before."""
    flask.g.device = flask.g.user = None
    token = bearer()
    if not token:
        return
    if flask.request.method not in {"GET", "HEAD"}:
        _count(token)
    known = select(Device).where(Device.token_hash == digest(token))
    flask.g.device = db.session.scalar(known.options(joinedload(Device.enrolled_by)))
    if flask.g.device is not None:
        flask.g.user = _user(flask.g.device, flask.request.headers.get(USER, ""))


def bearer() -> str:
    """The device token of this request, whether or not it is one of ours; "" without any."""
    said = flask.request.authorization
    return (said.token or "") if said is not None and said.type == "bearer" else ""


def _count(token: str) -> None:
    at = now()
    counted = db.session.execute(
        _COUNT, {"token": digest(token), "at": at, "ago": at - MINUTE, "ahead": at + MINUTE}
    ).first()
    db.session.commit()
    if counted is not None and counted.minute_requests > MOST_A_MINUTE:
        wait = ceil((counted.minute_from + MINUTE - at).total_seconds())
        raise TooManyRequests(retry_after=min(60, max(1, wait)))


def _user(device: Device, token: str) -> Account | None:
    if not token or device.revoked_at is not None:
        return None
    return db.session.scalar(
        select(Account)
        .join(DeviceUser, DeviceUser.account_id == Account.id)
        .where(
            DeviceUser.token_hash == digest(token),
            DeviceUser.device_id == device.id,
            DeviceUser.revoked_at.is_(None),
            Account.disabled_at.is_(None),
        )
    )


def code_to_enrol(maker: Account) -> str:
    """Make a code that enrols one tablet at the maker's site; the caller commits."""
    return _make_code(maker, "enrol")


def code_to_recover(maker: Account, device: Device, account: Account) -> str:
    """Make a code that opens the vault of one person on one tablet; the caller commits."""
    return _make_code(maker, "recover", device_id=device.id, account_id=account.id)


def _make_code(maker: Account, purpose: str, **whose: uuid.UUID) -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(12))
    db.session.add(
        DeviceCode(
            programme_id=maker.programme_id,
            site_id=maker.site_id,
            purpose=purpose,
            code_hash=digest(letters),
            made_by_id=maker.id,
            **whose,
        )
    )
    return "-".join(letters[start : start + 4] for start in (0, 4, 8))


def code_made(code: str) -> DeviceCode | None:
    """What is known of a code that was made, used or not; None for one that nobody made."""
    return db.session.scalar(select(DeviceCode).where(DeviceCode.code_hash == digest(_letters(code))))


def enrol_by_code(code: str, name: str) -> tuple[Device, str]:
    """Make a tablet of whoever shows a code. Returns it with its token, and commits. Raises `WrongCode`."""
    made = _use(code, "enrol")
    device, token = _device(name, db.session.get_one(Account, made.made_by_id))
    made.device_id = device.id
    db.session.commit()
    return device, token


def enrol_browser(account: Account, name: str) -> tuple[Device, str]:
    """Make the browser that somebody signed in with her tablet. Returns it with its token, and commits."""
    device, token = _device(name, account)
    device.account_id = account.id
    db.session.commit()
    return device, token


def _device(name: str, by: Account) -> tuple[Device, str]:
    token = secrets.token_hex(32)
    device = Device(
        programme_id=by.programme_id, site_id=by.site_id, enrolled_by_id=by.id, name=name, token_hash=digest(token)
    )
    db.session.add(device)
    db.session.flush()
    return device, token


def _use(code: str, purpose: str, device_id: uuid.UUID | None = None) -> DeviceCode:
    """Use a code up; of two that use it at once only one succeeds."""
    used: DeviceCode | None = db.session.scalar(
        update(DeviceCode)
        .where(
            DeviceCode.code_hash == digest(_letters(code)),
            DeviceCode.purpose == purpose,
            DeviceCode.used_at.is_(None),
            DeviceCode.made_at > now() - CODE_LIFE,
            DeviceCode.device_id.is_(None) if device_id is None else DeviceCode.device_id == device_id,
        )
        .values(used_at=now())
        .returning(DeviceCode)
    )
    if used is None:
        raise WrongCode
    return used


def _letters(code: str) -> str:
    """A code as it is digested, however it was typed."""
    return re.sub(r"[\W_]", "", code).upper().translate(READ_AS)


def admit(device: Device, account: Account) -> str:
    """Let a person who is signed in pull with a tablet. Returns her user token there, in place of an earlier one, and
    commits."""
    db.session.get_one(Device, device.id, with_for_update=True)  # two tabs take turns
    user = db.session.scalar(
        select(DeviceUser).where(DeviceUser.device_id == device.id, DeviceUser.account_id == account.id)
    )
    if user is None:
        user = DeviceUser(programme_id=device.programme_id, device_id=device.id, account_id=account.id)
        db.session.add(user)
    token = secrets.token_hex(32)
    user.token_hash, user.made_at, user.revoked_at = digest(token), now(), None
    db.session.commit()
    return token


def recover(device: Device, code: str, vault: bytes) -> bytes:
    """Open the vault of the person for whom a code was made: the key of it, as the tablet wrapped it for the server.

    The code is used up, and the caller's transaction committed. Raises `WrongCode`, and `keys.Unopened` for a vault of
    somebody else or of another server; the code stays good then.
    """
    used = _use(code, "recover", device.id)
    try:
        key = keys.unwrap(device.programme_id, vault, str(used.account_id))
    except keys.Unopened:
        db.session.rollback()
        raise
    db.session.commit()
    return key


def keep_report(device: Device, report: Mapping[str, Any]) -> None:
    """Keep what a tablet tells of itself, in place of its last report, and commit."""
    device.report = dict(report)
    db.session.commit()
