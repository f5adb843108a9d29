"""How does a page get onto a caregiver's own telephone, and who opens it there?

A visitor makes a link for one caregiver who may be given pages. A picture (QR) carries its letters behind the "#" of an
address, which no browser sends and no log keeps; a number of six digits is said aloud. Letters and number together, in
the body of a form, open the page: for some days, a few times, until it is taken back. The database keeps digests only.
After `WRONG_CODES` wrong numbers a link opens no more, so that guessing ends; letters of 60 bits are not guessed. What
does not exist, is used up, taken back, too old or meant for somebody who may be given no page any more is all the same.
"""

from __future__ import annotations

import re
import secrets
import uuid
from datetime import timedelta

from sqlalchemy import func, select

from recorder import page_look
from recorder.db import db, fingerprint, now
from recorder.records.given import ParentLink, ParentOpening
from recorder.records.people import Account
from recorder.records.sheets import Sheet

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
WRONG_CODES = 5
READ_FOR = timedelta(hours=1)
"""How long an opened page may be read, turned into another language and printed before it has to be opened again."""


class NotOpened(Exception):
    """The letters and the number open no page."""


def make(sheet: Sheet, caregiver_id: uuid.UUID, maker: Account) -> tuple[ParentLink, str, str]:
    """Make a link to a page for a caregiver of its family. Returns it with its letters and its number, and commits.

    Raises `ValueError` for somebody who is no caregiver of this family or may be given no page.
    """
    caregiver = next((one for one in sheet.family.caregivers if one.id == caregiver_id), None)
    if caregiver is None or not caregiver.sheet_release:
        raise ValueError("this person may be given no page")
    look = page_look.look(sheet.programme_id)
    letters = "".join(secrets.choice(LETTERS) for _ in range(12))
    number = f"{secrets.randbelow(1_000_000):06}"
    made = now()
    link = ParentLink(
        programme_id=sheet.programme_id,
        sheet_id=sheet.id,
        caregiver_id=caregiver.id,
        made_by_id=maker.id,
        token_hash=fingerprint("link", letters),
        code_hash=fingerprint("link's number", letters, number),
        opens=look.link_opens,
        made_at=made,
        expires_at=made + timedelta(days=look.link_days),
    )
    db.session.add(link)
    db.session.commit()
    return link, "-".join(letters[start : start + 4] for start in (0, 4, 8)), number


def opened(letters: str, number: str) -> ParentOpening:
    """Open a page with its letters and its number, however they are typed. Returns the opening, and commits.

    Raises `NotOpened`, after it counted a wrong number.
    """
    letters, number = re.sub(r"[\W_]", "", letters).upper(), re.sub(r"\D", "", number)
    query = select(ParentLink).where(ParentLink.token_hash == fingerprint("link", letters)).with_for_update()
    link = db.session.scalar(query)
    if link is None or not _is_live(link) or _times(link) >= link.opens:
        db.session.rollback()
        raise NotOpened
    if not secrets.compare_digest(link.code_hash, fingerprint("link's number", letters, number)):
        link.wrong += 1
        db.session.commit()
        raise NotOpened
    opening = ParentOpening(programme_id=link.programme_id, link_id=link.id)
    db.session.add(opening)
    db.session.commit()
    return opening


def page_of(opening_id: uuid.UUID) -> Sheet:
    """The page that was opened, while it may be read. Raises `NotOpened`."""
    opening = db.session.get(ParentOpening, opening_id)
    if opening is None or opening.at + READ_FOR < now() or not _is_live(opening.link):
        raise NotOpened
    return _page(opening.link)


def revoke(link: ParentLink) -> None:
    """Take a link back; what it opened closes too. Commits."""
    link.revoked_at = link.revoked_at or now()
    db.session.commit()


def state(link: ParentLink) -> str:
    """How a link stands: "open", "revoked", "expired", "used_up", "guessed" or "not_released"."""
    if link.revoked_at is not None:
        return "revoked"
    if link.expires_at <= now():
        return "expired"
    if link.wrong >= WRONG_CODES:
        return "guessed"
    if not link.caregiver.sheet_release or link.caregiver.family_id != _page(link).family_id:
        return "not_released"
    return "used_up" if _times(link) >= link.opens else "open"


def _is_live(link: ParentLink) -> bool:
    return state(link) in {"open", "used_up"}


def _times(link: ParentLink) -> int:
    return db.session.scalar(select(func.count()).where(ParentOpening.link_id == link.id)) or 0


def _page(link: ParentLink) -> Sheet:
    found = select(Sheet).where(Sheet.programme_id == link.programme_id, Sheet.id == link.sheet_id)
    return db.session.scalars(found).one()
