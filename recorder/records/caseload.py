"""What does a tablet need to know of the families that are visited with it, and no more?

First names, ages in months, what was agreed to, what is due, visits of the next fortnight and those that were missed,
the step that was last agreed, and what else a page may rest on (`earlier`). A second observer gets the people of the
one visit that she was granted, and nothing of what was seen or agreed before: she codes blind to the first. A family
that left, or that took its consent back, is not there. Days are days at the family's site.
"""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from recorder.db import db
from recorder.instruments.library import kind
from recorder.records import earlier
from recorder.records.double_coding import Grant, PracticePiece, is_live
from recorder.records.due import SOON, Due, Offer, due, history, last_observed, offers
from recorder.records.families import SCOPES, Consent, Family
from recorder.records.observations import StoredFigures
from recorder.records.people import Account, Programme
from recorder.records.sheets import Sheet
from recorder.records.visits import Visit

NOTHING_SEEN: Mapping[str, Any] = {
    "goal": "",
    "goal_type": None,
    "due": None,
    "offered": [],
    "visits": [],
    "last_step": None,
    "last_visits": [],
    "our_days": [],
    "new_stage": [],
}
"""What a second observer is told of a family beside its people."""


def caseload(
    families: Select[Family],
    sheets: Select[Sheet],
    figures: Select[StoredFigures],
    programme: Programme,
    at: datetime,
) -> list[dict[str, Any]]:
    """The families of a selection, as the tablet keeps them.

    Parameters: `families`, `sheets` and `figures`, those that may be seen; `at`, the time now, in UTC.
    """
    present = list(_present(families, at))
    ids = [family.id for family, _ in present]
    observed, visits, last = last_observed(ids), _visits(ids, at.date()), _last_sheets(sheets, ids)
    double = _double_coded([visit.id for planned in visits.values() for visit in planned])
    known = history(programme.id, ids, programme.observe_every_days)
    before, said = earlier.last_visits(figures, ids), earlier.our_days(ids)
    happened = earlier.life_events(ids, at.date())
    return [
        _people(family, today)
        | {
            "goal": family.goal,
            "due": _as_due(due(family, observed.get(family.id), programme.observe_every_days, today)),
            "offered": [_as_offer(offer) for offer in offers(family, known, today)],
            "visits": [_as_visit(visit, visit.id in double) for visit in visits[family.id]],
            "last_step": _last_step(last.get(family.id)),
            "last_visits": before.get(family.id, []),
            "our_days": said.get(family.id, []),
            "new_stage": list(earlier.new_stages(family, observed.get(family.id), happened.get(family.id), today)),
        }
        for family, today in present
    ]


def granted(account: Account, at: datetime) -> list[dict[str, Any]]:
    """The visits that this person may code a second time now, each with the people who are there."""
    live = select(Grant).where(Grant.account_id == account.id, is_live())
    grants = list(db.session.scalars(live.options(selectinload(Grant.visit)).order_by(Grant.granted_at, Grant.id)))
    visited = select(Family).where(
        Family.id.in_([grant.visit.family_id for grant in grants]), Family.programme_id == account.programme_id
    )
    people = {family.id: _people(family, today) for family, today in _present(visited, at)}
    return [
        {
            "grant": str(grant.id),
            "family": people[grant.visit.family_id] | dict(NOTHING_SEEN),
            "visit": _as_visit(grant.visit, double_coded=True),
        }
        for grant in grants
        if grant.visit.family_id in people and grant.visit.status != "cancelled"
    ]


def practice(programme_id: uuid.UUID) -> list[dict[str, str]]:
    """What there is to practise on, without the reference that it is compared with."""
    pieces = select(PracticePiece).where(PracticePiece.programme_id == programme_id, PracticePiece.retired_at.is_(None))
    return [
        {
            "id": str(piece.id),
            "title": piece.title,
            "instructions": piece.instructions,
            "scheme": piece.scheme,
            "hash": piece.scheme_hash,
        }
        for piece in db.session.scalars(pieces.order_by(PracticePiece.title, PracticePiece.id))
    ]


def _present(families: Select[Family], at: datetime) -> Iterator[tuple[Family, date]]:
    """The families of a selection that are there today, each with the day at its site."""
    loads = [selectinload(Family.children), selectinload(Family.caregivers), selectinload(Family.consents)]
    rows = db.session.scalars(families.options(*loads, selectinload(Family.site)).order_by(Family.code)).unique()
    for family in rows:
        today = at.astimezone(ZoneInfo(family.site.zone)).date()
        if _is_present(family, today):
            yield family, today


def _people(family: Family, today: date) -> dict[str, Any]:
    """Who a family is, where, and what it agreed to."""
    return {
        "id": str(family.id),
        "code": family.code,
        "site": family.site.name,
        "zone": family.site.zone,
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
    }


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


def _as_offer(offer: Offer) -> dict[str, str | None]:
    return {
        "instrument": offer.instrument.id,
        "kind": kind(offer.instrument),
        "child": str(offer.child.id) if offer.child else None,
    } | _as_due(offer.due)


def _double_coded(visit_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the visits that somebody may code a second time now."""
    return set(db.session.scalars(select(Grant.visit_id).where(Grant.visit_id.in_(visit_ids), is_live())))


def _visits(ids: Sequence[uuid.UUID], today: date) -> Mapping[uuid.UUID, list[Visit]]:
    """Planned visits of each family: those of the next fortnight, and those whose day has passed."""
    query = select(Visit).where(Visit.family_id.in_(ids), Visit.status == "planned", Visit.local_date <= today + SOON)
    visits: dict[uuid.UUID, list[Visit]] = defaultdict(list)
    for visit in db.session.scalars(query.order_by(Visit.local_date, Visit.local_time, Visit.id)):
        visits[visit.family_id].append(visit)
    return visits


def _as_visit(visit: Visit, double_coded: bool) -> dict[str, str | bool | None]:
    return {
        "id": str(visit.id),
        "date": visit.local_date.isoformat(),
        "time": visit.local_time,
        "status": visit.status,
        "double_coded": double_coded,
    }


def _last_sheets(sheets: Select[Sheet], ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, Sheet]:
    """The newest page of each family."""
    query = sheets.where(Sheet.family_id.in_(ids)).order_by(Sheet.local_date, Sheet.approved_at, Sheet.key)
    return {sheet.family_id: sheet for sheet in db.session.scalars(query)}


def _last_step(sheet: Sheet | None) -> dict[str, str | None] | None:
    """The small step that the family was last given, in the words of its page; `step` is its key, `type` the cue type
    that it is about."""
    step = (json.loads(sheet.words).get("step") or {}) if sheet else {}
    text = " ".join(str(step[part]) for part in ("when", "what") if step.get(part))
    if sheet is None or not text:
        return None
    return {
        "sheet": str(sheet.id),
        "child": str(sheet.child_id),
        "step": sheet.step,
        "type": step.get("type"),
        "text": text,
    }
