"""Who is in the invented programme?

Five families speak Spanish at home, one has twins, one child was born seven weeks early, one child lives with his
grandmother. Ids come from names, so that they are the same in every copy.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from recorder import sessions
from recorder.db import db, fingerprint
from recorder.records.families import Assignment, Caregiver, Child, Consent, Family
from recorder.records.people import Account, Programme, Site

SEED = 20260302

PASSWORD = "a kite above the harbour"

STAFF = (
    ("ana", "Ana", "visitor"),
    ("ben", "Ben", "visitor"),
    ("cleo", "Cleo", "visitor"),
    ("sol", "Sol", "supervisor"),
    ("mara", "Mara", "manager"),
    ("abe", "Abe", "auditor"),
    ("ida", "Ida", "administrator"),
)
"""Sign-in name, name and role of everybody who works here; one password for all."""

SITES = {"Northside": "America/Chicago", "Riverside": "America/Los_Angeles"}
VISITORS = {"ana": "Northside", "ben": "Northside", "cleo": "Riverside"}
COLLEAGUES = {"ana": "ben", "ben": "ana", "cleo": "ana"}
"""Who codes whose visits a second time."""
OBSERVE_EVERY_DAYS = 80


@dataclass(frozen=True)
class Household:
    """One family as it is invented: children with age in months today, caregivers with relation and language.

    `answers` is how readily a cue is answered (0..1), `comforts` a cry; `pace` is how many cues come in a minute.
    """

    children: tuple[tuple[str, int], ...]
    caregivers: tuple[tuple[str, str, str], ...]
    goal: str
    answers: float
    comforts: float
    pace: float
    weeks_early: int = 0


HOUSEHOLDS = (
    Household((("Mia", 14),), (("Luis", "father", "es"), ("Rosa", "grandmother", "es")),
              "Que la hora de dormir sea más tranquila", 0.66, 0.9, 3.2),
    Household((("Noor", 20), ("Sami", 20)), (("Hana", "mother", "en"), ("Omar", "father", "en")),
              "Time for each of the twins", 0.55, 0.8, 3.8),
    Household((("Theo", 9),), (("June", "grandmother", "en"),), "Knowing what his crying means", 0.6, 0.85, 2.6),
    Household((("Lucía", 16),), (("Maribel", "mother", "es"),), "Jugar juntas un rato cada día", 0.72, 0.9, 3.4),
    Household((("Kai", 30),), (("Lani", "mother", "en"),), "Fewer fights about getting dressed", 0.48, 0.7, 3.0),
    Household((("Amara", 11),), (("Chidi", "father", "en"), ("Ngozi", "mother", "en")),
              "Talking with her more", 0.7, 0.85, 2.8),
    Household((("Mateo", 22),), (("Carmen", "mother", "es"),), "Entender qué quiere cuando llora", 0.5, 0.75, 3.1),
    Household((("Linh", 13),), (("Mai", "mother", "en"),), "Going at her pace", 0.68, 0.9, 1.8, weeks_early=7),
    Household((("Elif", 27),), (("Deniz", "mother", "en"),), "Reading together before bed", 0.62, 0.8, 3.3),
    Household((("Jonah", 8),), (("Ruth", "mother", "en"), ("Eli", "father", "en")),
              "Enjoying the first year", 0.74, 0.95, 2.4),
    Household((("Valentina", 12),), (("Ana María", "mother", "es"),), "Que se sienta segura conmigo", 0.58, 0.8, 2.9),
    Household((("Diego", 24),), (("Jorge", "father", "es"),), "Pasar más tiempo con él", 0.45, 0.65, 3.0),
)  # fmt: skip


@dataclass(frozen=True)
class Home:
    """A family as it is stored, with who visits it, and who codes some of these visits a second time."""

    household: Household
    family: Family
    visitor: Account
    colleague: Account


def first_visit(number: int, today: date) -> date:
    """The day of a family's first visit: the families began one after the other, over twelve weeks a year ago."""
    return today - timedelta(days=352 - 7 * (number * 5 % 12))


def programme_id() -> uuid.UUID:
    """The id by which the invented programme is known."""
    return known_id("programme")


def known_id(*parts: object) -> uuid.UUID:
    """An id that is the same whenever the same thing is named."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "recorder demo " + " ".join(map(str, parts)))


def settle(today: date) -> list[Home]:
    """Store the programme, its sites and staff, and the families with whom it works."""
    programme = Programme(
        id=programme_id(),
        name="First Steps (invented)",
        telephone="555 0100",
        contacts=[{"name": "Family line", "phone": "555 0111"}],
        emergency_number="911",
        hotline="Child safety line, 555 0199 (invented)",
        observe_every_days=OBSERVE_EVERY_DAYS,
    )
    db.session.add(programme)
    db.session.flush()
    sites = {name: Site(id=known_id("site", name), programme_id=programme.id, name=name, zone=SITES[name])
             for name in SITES}  # fmt: skip
    db.session.add_all(sites.values())
    db.session.flush()
    staff = _staff(programme, sites)
    homes = [_home(number, sites, staff, today) for number in range(len(HOUSEHOLDS))]
    db.session.commit()
    return homes


def _staff(programme: Programme, sites: dict[str, Site]) -> dict[str, Account]:
    hashed = sessions.hashed(PASSWORD)
    staff: dict[str, Account] = {}
    for sign_in, name, role in reversed(STAFF):  # the supervisor before her team
        site = VISITORS.get(sign_in, "Northside" if role == "supervisor" else "")
        staff[sign_in] = Account(
            id=known_id("account", sign_in),
            programme_id=programme.id,
            site_id=sites[site].id if site else None,
            supervisor_id=staff["sol"].id if role == "visitor" else None,
            sign_in=sign_in,
            name=name,
            role=role,
            password_hash=hashed,
        )
        db.session.add(staff[sign_in])
        db.session.flush()
    return staff


def _home(number: int, sites: dict[str, Site], staff: dict[str, Account], today: date) -> Home:
    household = HOUSEHOLDS[number]
    sign_in = list(VISITORS)[number % len(VISITORS)]
    visitor, site = staff[sign_in], sites[VISITORS[sign_in]]
    enrolled = first_visit(number, today) - timedelta(days=14)
    family = Family(
        id=known_id("family", number),
        programme_id=site.programme_id,
        site_id=site.id,
        code=f"F-{number + 1:03}",
        goal=household.goal,
        enrolled_on=enrolled,
    )
    family.children = [_child(household, site, position, today) for position in range(len(household.children))]
    family.caregivers = [
        Caregiver(
            id=known_id("caregiver", number, name),
            programme_id=site.programme_id,
            position=position,
            first_name=name,
            relation=relation,
            language=language,
        )
        for position, (name, relation, language) in enumerate(household.caregivers)
    ]
    family.consents = [
        Consent(id=known_id("consent", number, scope), programme_id=site.programme_id, scope=scope, given_on=enrolled)
        for scope in ("observe", "share")
    ]
    family.assignments = [
        Assignment(
            id=known_id("assignment", number), programme_id=site.programme_id, account_id=visitor.id, from_on=enrolled
        )
    ]
    db.session.add(family)
    return Home(household, family, visitor, staff[COLLEAGUES[sign_in]])


def _child(household: Household, site: Site, position: int, today: date) -> Child:
    name, months = household.children[position]
    born = (today - timedelta(days=round(months * 30.44))).isoformat()
    return Child(
        id=known_id("child", name),
        programme_id=site.programme_id,
        position=position,
        first_name=name,
        birth_date=born,
        weeks_early=household.weeks_early,
        duplicate=fingerprint(name, born),
    )
