"""How does somebody come to her first password, or to a new one? By a link that works once, for seven days.

The token in the link is 256 bits of chance and stored as its SHA-256. A new link for a person ends her earlier ones.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import select, update

from recorder import sessions
from recorder.db import db, now
from recorder.records.people import Account
from recorder.records.signing_in import Invitation

LINK_LIFE = timedelta(days=7)


def invite(account: Account, by: Account | None = None) -> str:
    """Make a link's token for a person; the caller commits. `by` is None for the command line."""
    token = secrets.token_urlsafe(32)
    _end(account)
    db.session.add(
        Invitation(
            programme_id=account.programme_id,
            account_id=account.id,
            token_hash=sessions.digest(token),
            made_by_id=by.id if by else None,
        )
    )
    return token


def guest(token: str) -> Account | None:
    """Whom a link invites; None for one that nobody made, that was used or ended, or that is too old."""
    found = db.session.scalar(
        select(Invitation).where(
            Invitation.token_hash == sessions.digest(token),
            Invitation.used_at.is_(None),
            Invitation.made_at > now() - LINK_LIFE,
        )
    )
    return found.account if found is not None and found.account.disabled_at is None else None


def accept(token: str, password: str) -> Account | None:
    """Use a link up and give its person this password; her sessions end. Of two that use it at once one succeeds; the
    other, as for every link that is good no more, gets None. Commits."""
    account = guest(token)
    if account is None:
        return None
    hashed = sessions.hashed(password)
    used = db.session.scalar(
        update(Invitation)
        .where(Invitation.token_hash == sessions.digest(token), Invitation.used_at.is_(None))
        .values(used_at=now())
        .returning(Invitation.id)
    )
    if used is None:
        db.session.rollback()
        return None
    account.password_hash = hashed
    sessions.end_all(account)
    db.session.commit()
    return account


def nobodys_password() -> str:
    """What stands in place of a password's hash until a link is used: the hash of chance that nobody was told."""
    return sessions.hashed(secrets.token_hex(32))


def _end(account: Account) -> None:
    still = update(Invitation).where(Invitation.account_id == account.id, Invitation.used_at.is_(None))
    db.session.execute(still.values(used_at=now()))
