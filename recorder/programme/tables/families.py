"""Every family that belonged to the programme in the period: no name, no birth date, no goal."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from recorder.db import db
from recorder.programme.rollup import Selection, within
from recorder.records.families import SCOPES, Family
from recorder.records.observations import StoredFigures
from recorder.records.visits import Visit

COLUMNS = {
    "family_id": "id of the family",
    "code": "case number that staff use in place of names",
    "site": "name of the site",
    "enrolled_on": "day of enrolment",
    "left_on": "day on which the family left; empty while it is with the programme",
    "children": "number of children",
    "youngest_age_months": "age of the youngest child on the period's last day, whole months; empty without a child",
    "born_early": "true: at least one child was born before its date",
    "caregivers": "number of caregivers",
    "languages": "languages of the caregivers' pages, each once, with blanks between",
    "consent_observe": "whether the family agreed to be observed, on the period's last day",
    "consent_share": "whether it agreed that figures are shared",
    "consent_video": "whether it agreed to video",
    "visits_done": "visits that took place in the period",
    "observations": "signed observations with figures in the period",
    "last_observed_on": "day of the last of them",
}


def rows(selection: Selection) -> Iterator[tuple[Any, ...]]:
    """One row a family, by case number."""
    done = _done(selection)
    observed = _observed(selection)
    for family in db.session.scalars(_families(selection)):
        observations, last = observed.get(family.id, (0, None))
        yield (
            str(family.id),
            family.code,
            family.site.name,
            family.enrolled_on.isoformat(),
            family.left_on.isoformat() if family.left_on else None,
            len(family.children),
            min((child.age_months(selection.end) for child in family.children if child.birth_date), default=None),
            any(child.weeks_early for child in family.children),
            len(family.caregivers),
            " ".join(sorted({caregiver.language for caregiver in family.caregivers})),
            *(_agrees(family, scope, selection.end) for scope in SCOPES),
            done[family.id],
            observations,
            last.isoformat() if last else None,
        )


def _families(selection: Selection) -> Any:
    query = (
        select(Family)
        .where(Family.programme_id == selection.programme_id, Family.enrolled_on <= selection.end)
        .where(or_(Family.left_on.is_(None), Family.left_on >= selection.period.first))
        .options(*(selectinload(part) for part in (Family.children, Family.caregivers, Family.consents, Family.site)))
        .order_by(Family.code)
        .execution_options(yield_per=200)
    )
    return query.where(Family.site_id == selection.site_id) if selection.site_id else query


def _agrees(family: Family, scope: str, on: date) -> bool:
    return any(
        consent.scope == scope
        and consent.given_on <= on
        and (consent.withdrawn_on is None or consent.withdrawn_on > on)
        for consent in family.consents
    )


def _done(selection: Selection) -> Counter[uuid.UUID]:
    query = select(Visit.family_id, func.count()).where(Visit.status == "done").group_by(Visit.family_id)
    return Counter({family_id: number for family_id, number in db.session.execute(within(query, Visit, selection))})


def _observed(selection: Selection) -> Mapping[uuid.UUID, tuple[int, date]]:
    query = select(StoredFigures.family_id, func.count(), func.max(StoredFigures.local_date))
    grouped = within(query.group_by(StoredFigures.family_id), StoredFigures, selection)
    return {family_id: (number, last) for family_id, number, last in db.session.execute(grouped)}
