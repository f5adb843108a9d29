"""What does an approved page say, finished for its reader? It is made of the approved words; nothing is chosen."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from recorder import ingest, page_look
from recorder.db import db
from recorder.feedback import cards
from recorder.feedback.sheet import Card, FeedbackSheet, Visited, from_event
from recorder.feedback.words import own_words
from recorder.measures.observation import observed_ms
from recorder.records.observations import Log, StoredFigures
from recorder.records.people import Programme
from recorder.records.sheets import Sheet


def finished(row: Sheet) -> FeedbackSheet:
    """The page that was approved, with what it says of the visit."""
    programme = db.session.get_one(Programme, row.programme_id)
    child = next(child for child in row.family.children if child.id == row.child_id)
    caregiver = next((adult for adult in row.family.caregivers if adult.id == row.caregiver_id), None)
    visited = Visited(
        child=child.first_name,
        observed_ms=_observed(row),
        day=row.local_date,
        caregiver=caregiver.first_name if caregiver else "",
        visitor=row.account.name,
        telephone=programme.telephone,
    )
    words = json.loads(row.words)
    if words["language"] not in page_look.available(row.programme_id):
        words["language"] = "en"  # its sentences stand as they were approved; only headings and dates are not there
    look = page_look.look(row.programme_id)
    with own_words(page_look.own_wordings(row.programme_id)):
        return replace(
            from_event(words, visited),
            second=_second(row, words, visited),
            accent=look.accent,
            logo=b64encode(look.logo or b"").decode(),
            programme=programme.name,
        )


def _second(row: Sheet, words: dict[str, Any], visited: Visited) -> FeedbackSheet | Card | None:
    """The page behind it: the same page in a second language or a card, as the visitor chose."""
    beside, card = words.get("beside"), words.get("card")
    if isinstance(beside, dict) and beside.get("language") in page_look.available(row.programme_id):
        around = {key: words.get(key) for key in ("show", "next_visit", "contact", "idea")}
        return from_event(around | beside, visited)
    return cards.card(card, words["language"]) if card in cards.cards(words["language"]) else None


def _observed(row: Sheet) -> int:
    """The observed time: as stored with the figures, else from the log itself."""
    stored = db.session.scalar(select(StoredFigures.observed_ms).where(StoredFigures.log_key == row.log_key))
    if stored is not None:
        return stored
    return observed_ms(ingest.observation(db.session.get_one(Log, row.log_key)))
