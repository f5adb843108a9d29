"""What stands beside the visits: certificates, life events, results from elsewhere, a safety note.

Nobody in it exists, and nothing of it happened. These rows are written as the pages write them.
"""

from __future__ import annotations

import json
from datetime import date, timedelta

from sqlalchemy import select

from recorder.db import db
from recorder.demo.households import Home, known_id, programme_id
from recorder.records.assessments import ExternalResult, LifeEvent
from recorder.records.double_coding import Certificate
from recorder.records.followups import SafetyNote
from recorder.records.people import Account

CERTIFIED = (
    ("ana", "serve-and-return/1", 200),
    ("ben", "serve-and-return/1", 330),
    ("cleo", "serve-and-return/1", 120),
    ("ana", "sensitivity/1", 200),
    ("ben", "sensitivity/1", 330),
)
"""Who was certified for what, and how many days ago; a certificate holds for a year."""
LIFE_EVENTS = ((0, 130, "Moved to a new flat"), (3, 70, "A baby brother was born"), (6, 210, "Carmen works nights now"))
"""Which family, how many days ago, and what happened."""


def add(homes: list[Home], today: date) -> None:
    """Write what stands beside the visits; the caller's transaction is committed."""
    staff = {account.sign_in: account for account in db.session.scalars(select(Account))}
    for number, (sign_in, instrument, days) in enumerate(CERTIFIED):
        on = today - timedelta(days=days)
        db.session.add(
            Certificate(
                id=known_id("certificate", number),
                programme_id=programme_id(),
                account_id=staff[sign_in].id,
                instrument=instrument,
                source="external",
                reference="Training week (invented)",
                on=on,
                until=on + timedelta(days=365),
                given_by_id=staff["sol"].id,
            )
        )
    for number, (family, days, words) in enumerate(LIFE_EVENTS):
        db.session.add(
            LifeEvent(
                id=known_id("life event", number),
                programme_id=programme_id(),
                family_id=homes[family].family.id,
                on=today - timedelta(days=days),
                words=words,
                entered_by_id=homes[family].visitor.id,
            )
        )
    db.session.add(_found_elsewhere(homes[1], staff["sol"], today - timedelta(days=90)))
    db.session.add(_not_safe(homes[2], today - timedelta(days=2)))
    db.session.commit()


def _found_elsewhere(home: Home, supervisor: Account, on: date) -> ExternalResult:
    return ExternalResult(
        id=known_id("external result", home.family.code),
        programme_id=programme_id(),
        family_id=home.family.id,
        child_id=home.family.children[0].id,
        caregiver_id=home.family.caregivers[0].id,
        kind="emotional_availability",
        on=on,
        organisation="University clinic (invented)",
        assessor="Dr. Lind (invented)",
        certificate="EA-000",
        certificate_until=on + timedelta(days=300),
        result=json.dumps({"edition": "4th", "video_minutes": 20, "zone": {"adult": 74, "child": 70}}),
        entered_by_id=supervisor.id,
    )


def _not_safe(home: Home, on: date) -> SafetyNote:
    return SafetyNote(
        id=known_id("safety note", home.family.code),
        programme_id=programme_id(),
        family_id=home.family.id,
        account_id=home.visitor.id,
        local_date=on,
        about="caregiver",
        seen="June said her neighbour shouts at her in the stairwell at night. She was shaking when she told me.",
        told_whom="June and I called the building's office together",
        told_when="during the visit",
    )
