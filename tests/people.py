"""An invented programme for tests: everybody in it is made up. A second one stands beside it and must stay unseen.

Ana and Ben visit from Northside under Sol, Cleo from Riverside under Sam; Mara manages, Abe audits, Ida administers.
Mia (11 months) and her caregiver Luis are Ana's family F-001, enrolled a year ago; the twins Noor and Sami with Hana
are Ben's F-002; F-003 has no visitor; F-004 is Cleo's, at the other site. Olga and F-900 are of the other programme.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import select

from recorder.db import db, fingerprint, uuid7
from recorder.records.families import Assignment, Caregiver, Child, Consent, Family
from recorder.records.people import Account, Programme, Site
from recorder.records.visits import Visit

PASSWORD = "a quiet river in spring"
TODAY = datetime.now(ZoneInfo("America/Chicago")).date()
"""Today at Northside."""


@dataclass(frozen=True)
class People:
    """The ids of everybody, by the name that the tests use."""

    programme: uuid.UUID
    other_programme: uuid.UUID
    sites: dict[str, uuid.UUID]
    accounts: dict[str, uuid.UUID]
    families: dict[str, uuid.UUID]
    children: dict[str, uuid.UUID]
    caregivers: dict[str, uuid.UUID]
    visits: dict[str, uuid.UUID]


@cache
def password_hash() -> str:
    """The hash of everybody's password. Ours are slow by design; this one, which says so itself, is checked at once."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def make_people() -> People:
    """Write both programmes to the database of the current application."""
    programme = Programme(
        name="First Steps", telephone="555 0100", contacts=[{"name": "Family line", "phone": "555 0111"}]
    )
    other = Programme(name="Far Away")
    db.session.add_all([programme, other])
    db.session.flush()
    sites = {
        "north": Site(programme_id=programme.id, name="Northside", zone="America/Chicago"),
        "river": Site(programme_id=programme.id, name="Riverside", zone="America/Los_Angeles"),
        "far": Site(programme_id=other.id, name="Far", zone="UTC"),
    }
    db.session.add_all(sites.values())
    db.session.flush()

    def account(
        name: str, role: str, site: str | None, supervisor: Account | None = None, programme=programme
    ) -> Account:
        person = Account(
            programme_id=programme.id,
            site_id=sites[site].id if site else None,
            supervisor_id=supervisor.id if supervisor else None,
            sign_in=name,
            name=name.capitalize(),
            role=role,
            password_hash=password_hash(),
        )
        db.session.add(person)
        db.session.flush()
        return person

    sol, sam = account("sol", "supervisor", "north"), account("sam", "supervisor", "river")
    accounts = {
        "sol": sol,
        "sam": sam,
        "ana": account("ana", "visitor", "north", sol),
        "ben": account("ben", "visitor", "north", sol),
        "cleo": account("cleo", "visitor", "river", sam),
        "mara": account("mara", "manager", None),
        "abe": account("abe", "auditor", None),
        "ida": account("ida", "administrator", None),
        "olga": account("olga", "visitor", "far", programme=other),
        "otto": account("otto", "manager", None, programme=other),
    }

    def family(
        code: str, site: str, visitor: str | None, children: dict[str, int], caregivers: dict[str, str]
    ) -> Family:
        home = Family(
            programme_id=sites[site].programme_id,
            site_id=sites[site].id,
            code=code,
            goal="More calm at bedtime",
            enrolled_on=TODAY - timedelta(days=365),
        )
        for position, (name, months) in enumerate(children.items()):
            born = (TODAY - timedelta(days=round(months * 30.44))).isoformat()
            home.children.append(
                Child(programme_id=home.programme_id, position=position, first_name=name, birth_date=born,
                      duplicate=fingerprint(name, born))
            )  # fmt: skip
        for position, (name, language) in enumerate(caregivers.items()):
            home.caregivers.append(
                Caregiver(programme_id=home.programme_id, position=position, first_name=name, language=language)
            )
        for scope in ("observe", "share"):
            home.consents.append(Consent(programme_id=home.programme_id, scope=scope, given_on=home.enrolled_on))
        if visitor:
            home.assignments.append(
                Assignment(programme_id=home.programme_id, account_id=accounts[visitor].id, from_on=home.enrolled_on)
            )
        db.session.add(home)
        return home

    families = {
        "F-001": family("F-001", "north", "ana", {"Mia": 11}, {"Luis": "en", "Rosa": "es"}),
        "F-002": family("F-002", "north", "ben", {"Noor": 20, "Sami": 20}, {"Hana": "en"}),
        "F-003": family("F-003", "north", None, {"Theo": 5}, {"June": "en"}),
        "F-004": family("F-004", "river", "cleo", {"Kai": 30}, {"Lani": "en"}),
        "F-900": family("F-900", "far", "olga", {"Igor": 9}, {"Vera": "en"}),
    }
    db.session.flush()

    def visit(code: str, days: int, time: str | None = None) -> Visit:
        home = families[code]
        row = Visit(
            programme_id=home.programme_id,
            family_id=home.id,
            site_id=home.site_id,
            account_id=home.assignments[0].account_id,
            local_date=TODAY + timedelta(days=days),
            local_time=time,
        )
        db.session.add(row)
        return row

    visits = {
        "mia today": visit("F-001", 0, "10:00"),
        "noor tomorrow": visit("F-002", 1),
        "kai today": visit("F-004", 0),
        "igor today": visit("F-900", 0),
    }
    db.session.commit()
    return People(
        programme=programme.id,
        other_programme=other.id,
        sites={name: row.id for name, row in sites.items()},
        accounts={name: row.id for name, row in accounts.items()},
        families={name: row.id for name, row in families.items()},
        children={child.first_name: child.id for row in families.values() for child in row.children},
        caregivers={adult.first_name: adult.id for row in families.values() for adult in row.caregivers},
        visits={name: row.id for name, row in visits.items()},
    )


def those_at_mias() -> People:
    """The ids of Ana, of Mia's family and of today's visit, as `tablet.py` asks for them, from the current database."""
    ana = db.session.scalars(select(Account).where(Account.sign_in == "ana")).one()
    family = db.session.scalars(select(Family).where(Family.code == "F-001")).one()
    visit = db.session.scalars(select(Visit).where(Visit.family_id == family.id)).one()
    return People(
        programme=ana.programme_id,
        other_programme=uuid7(),
        sites={},
        accounts={"ana": ana.id},
        families={"F-001": family.id},
        children={child.first_name: child.id for child in family.children},
        caregivers={adult.first_name: adult.id for adult in family.caregivers},
        visits={"mia today": visit.id},
    )
