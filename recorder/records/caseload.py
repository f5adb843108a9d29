"""What does a tablet need to know of the families that are visited with it, and no more?

First names, ages in months, what was agreed to, what is due, visits of the next fortnight and those that were missed,
the step that was last agreed. A family that left, or that took its consent back, is not there. Days are days at the
family's site.
"""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from recorder.db import db
from recorder.records.due import SOON, Due, due, last_observed
from recorder.records.families import SCOPES, Consent, Family
from recorder.records.people import Programme
from recorder.records.sheets import Sheet
from recorder.records.visits import Visit


def caseload(families: Select[Family], programme: Programme, at: datetime) -> list[dict[str, Any]]:
    """The families of a selection, as the tablet keeps them.

    Parameters: `families`, those that may be seen; `at`, the time now, in UTC.
    """
    loads = [selectinload(Family.children), selectinload(Family.caregivers), selectinload(Family.consents)]
    rows = db.session.scalars(families.options(*loads, selectinload(Family.site)).order_by(Family.code)).unique()
    present = [
        (family, today)
        for family in rows
        if _is_present(family, today := at.astimezone(ZoneInfo(family.site.zone)).date())
    ]
    ids = [family.id for family, _ in present]
    observed, visits, sheets = last_observed(ids), _visits(ids, at.date()), _last_sheets(ids)
    return [
        {
            "id": str(family.id),
            "code": family.code,
            "site": family.site.name,
            "zone": family.site.zone,
            "goal": family.goal,
            "children": [
                {"id": str(child.id), "first_name": child.first_name, "age_months": child.age_months(today)}
                for child in family.children
            ],
            "caregivers": [
                {
                    "id": str(caregiver.id),
                    "first_name": caregiver.first_name,
                    "relation": caregiver.relation,
                    "language": caregiver.language,
                    "sheet_release": caregiver.sheet_release,
                }
                for caregiver in family.caregivers
            ],
            "consents": {scope: _agrees(family.consents, scope, today) for scope in SCOPES},
            "due": _as_due(due(family, observed.get(family.id), programme.observe_every_days, today)),
            "visits": [_as_visit(visit) for visit in visits[family.id]],
            "last_step": _last_step(sheets.get(family.id)),
        }
        for family, today in present
    ]


def _is_present(family: Family, today: date) -> bool:
    left = family.left_on is not None and family.left_on <= today
    taken_back = any(
        consent.scope == "observe" and consent.withdrawn_on is not None and consent.withdrawn_on <= today
        for consent in family.consents
    )
    return not left and (not taken_back or _agrees(family.consents, "observe", today))


def _agrees(consents: Iterable[Consent], scope: str, today: date) -> bool:
    return any(
        consent.scope == scope
        and consent.given_on <= today
        and (consent.withdrawn_on is None or consent.withdrawn_on > today)
        for consent in consents
    )


def _as_due(due: Due) -> dict[str, str]:
    return {"on": due.on.isoformat(), "state": due.state}


def _visits(ids: Sequence[uuid.UUID], today: date) -> Mapping[uuid.UUID, list[Visit]]:
    """Planned visits of each family: those of the next fortnight, and those whose day has passed."""
    query = select(Visit).where(Visit.family_id.in_(ids), Visit.status == "planned", Visit.local_date <= today + SOON)
    visits: dict[uuid.UUID, list[Visit]] = defaultdict(list)
    for visit in db.session.scalars(query.order_by(Visit.local_date, Visit.local_time, Visit.id)):
        visits[visit.family_id].append(visit)
    return visits


def _as_visit(visit: Visit) -> dict[str, str | None]:
    return {
        "id": str(visit.id),
        "date": visit.local_date.isoformat(),
        "time": visit.local_time,
        "status": visit.status,
    }


def _last_sheets(ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, Sheet]:
    """The newest page of each family."""
    query = select(Sheet).where(Sheet.family_id.in_(ids)).order_by(Sheet.local_date, Sheet.approved_at, Sheet.key)
    return {sheet.family_id: sheet for sheet in db.session.scalars(query)}


def _last_step(sheet: Sheet | None) -> dict[str, str] | None:
    """The small step that the family was last given, in the words of its page."""
    step = (json.loads(sheet.words).get("step") or {}) if sheet else {}
    text = " ".join(str(step[part]) for part in ("when", "what") if step.get(part))
    return {"sheet": str(sheet.id), "text": text} if sheet and text else None
