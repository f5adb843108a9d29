"""Do the master key and the store of the families' keys at hand open what this database holds?"""

from __future__ import annotations

from sqlalchemy import select

from recorder.db import db
from recorder.key_chain import KeyMissing
from recorder.records.people import Account


def names_are_readable() -> bool:
    """Whether an account's name can be read; True where there is none."""
    from cryptography.exceptions import InvalidTag

    try:
        db.session.scalar(select(Account.name).limit(1))
    except (InvalidTag, KeyMissing):
        return False
    return True
