"""How do a programme's pages look and read? Its colour and logo, who read its wording over, its own wording and steps.

A colour is dark enough (7:1 on paper and on the step's card), a logo is drawn anew from what was sent (PNG, flat, no
hidden data), wording is complete, a step's words are as kind as the shipped ones: what is not is said in a sentence.
"""

from __future__ import annotations

import json
import re
import secrets
import uuid
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from recorder.db import db
from recorder.feedback.check import check
from recorder.feedback.words import LANGUAGES, lacking
from recorder.records.given import PageLook, PageWording, ProgrammeStep

GROUNDS = ("#ffffff", "#eef5f4")
"""Paper, and the card that a step stands on."""
LEAST_CONTRAST = 7.0
LOGO_WIDTH, LOGO_HEIGHT = 1200, 600
LOGO_SMALLEST = 32
LOGO_PIXELS = 20_000_000
PARTS = ("when", "what", "say", "helps")


class Unfit(ValueError):
    """What was sent cannot be taken; the message says why, to a person."""


def look(programme_id: uuid.UUID) -> PageLook:
    """How a programme's pages look; the built-in look where it has set nothing (which is not stored)."""
    stored = db.session.get(PageLook, programme_id)
    return stored or PageLook(
        programme_id=programme_id, accent="", logo=None, logo_type="", languages=["en", "es"], link_opens=5, link_days=7
    )


def contrast(one: str, other: str) -> float:
    """The contrast of two colours "#rrggbb" (WCAG 2.2), from 1 to 21.

    >>> round(contrast("#000000", "#ffffff")), round(contrast("#14535a", "#ffffff"), 1)
    (21, 8.7)
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    shares = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def accent(typed: str) -> str:
    """A colour as it is stored, "" for the built-in one. Raises `Unfit` for one that is none or too light to read.

    >>> accent(" #14535A "), accent("")
    ('#14535a', '')
    """
    colour = typed.strip().lower()
    if not colour:
        return ""
    if not re.fullmatch(r"#[0-9a-f]{6}", colour):
        raise Unfit(_("A colour is written as # and six digits, such as #14535a."))
    found = min(contrast(colour, ground) for ground in GROUNDS)
    if found < LEAST_CONTRAST:
        sentence = _(
            "This colour is too light to read: its contrast is %(found)s, and 7 is needed. Please take a darker one."
        )
        raise Unfit(sentence % {"found": f"{int(found * 10) / 10:g}"})
    return colour


def logo(sent: bytes) -> bytes:
    """A logo drawn anew, as flat PNG that fits into 1200 by 600. Raises `Unfit` for what is no PNG or JPEG picture."""
    from PIL import Image, UnidentifiedImageError

    try:
        picture = Image.open(BytesIO(sent), formats=("PNG", "JPEG"))
        if picture.width * picture.height > LOGO_PIXELS:
            raise Unfit(_("This picture is too large. A logo needs no more than 1200 by 600 points."))
        if min(picture.size) < LOGO_SMALLEST:
            raise Unfit(_("This picture is too small to print: each side needs 32 points or more."))
        drawn = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        if isinstance(error, Unfit):
            raise
        raise Unfit(_("A logo is a PNG or JPEG picture. This file is neither, or it is damaged.")) from error
    drawn.thumbnail((LOGO_WIDTH, LOGO_HEIGHT))
    paper = Image.new("RGB", drawn.size, "white")
    paper.paste(drawn, mask=drawn.getchannel("A"))
    target = BytesIO()
    paper.save(target, "PNG", optimize=True)
    return target.getvalue()


def wordings(programme_id: uuid.UUID) -> dict[str, PageWording]:
    """What a programme said of the languages of its pages, by language."""
    rows = db.session.scalars(select(PageWording).where(PageWording.programme_id == programme_id))
    return {row.language: row for row in rows}


def own_wordings(programme_id: uuid.UUID) -> dict[str, Mapping[str, Any]]:
    """The programme's own wording, by language."""
    return {language: row.words for language, row in wordings(programme_id).items() if row.words}


def reviewed(programme_id: uuid.UUID) -> list[str]:
    """The languages whose wording somebody whom the programme named has read over."""
    return sorted(language for language, row in wordings(programme_id).items() if row.reviewer)


def available(programme_id: uuid.UUID) -> list[str]:
    """The languages that pages of a programme can be in: those with shipped wording, then those with its own."""
    return [*LANGUAGES, *sorted(set(own_wordings(programme_id)) - set(LANGUAGES))]


def read_wording(text: str) -> dict[str, Any]:
    """A programme's own wording from a file. Raises `Unfit`, which names what the file lacks."""
    try:
        words = json.loads(text)
    except ValueError as error:
        raise Unfit(_("This file is no JSON: take the one that is offered here and change its sentences.")) from error
    if not isinstance(words, dict):
        raise Unfit(_("A wording is one object: take the file that is offered here and change its sentences."))
    missing = lacking(words)
    if missing:
        named = ", ".join(missing[:8]) + (" ..." if len(missing) > 8 else "")
        raise Unfit(_("This wording is not complete: %(n)s entries are missing or empty. They are: %(named)s")
                    % {"n": len(missing), "named": named})  # fmt: skip
    return words


def steps(programme_id: uuid.UUID) -> list[ProgrammeStep]:
    """The programme's own steps, in the order in which they were made."""
    own = select(ProgrammeStep).where(ProgrammeStep.programme_id == programme_id)
    return list(db.session.scalars(own.order_by(ProgrammeStep.made_at, ProgrammeStep.key)))


def new_key() -> str:
    """The key of a step that is being made: it is never used again."""
    return f"own_{secrets.token_hex(4)}"


def findings(words: Mapping[str, str], language: str) -> list[str]:
    """What is wrong with the words of a step, in sentences: labels, and letters that cannot be printed."""
    found = check(words, language if language in LANGUAGES else "en")
    return [one["message"] for part in found.values() for one in part if one["level"] in {"blocked", "glyph"}]
