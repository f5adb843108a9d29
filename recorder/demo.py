"""One invented programme, the same every time, counted back from the day on which it is made.

Nobody in it exists. Its 60 visits over a year are written as a tablet would have sent them and taken in by the same
`ingest`; a small model of behaviour draws cues and answers, so that figures, pages and pictures show something true
to life. A few visits are cancelled, some are still to come, and some were never signed.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from recorder import ingest, sessions
from recorder.db import db, fingerprint
from recorder.feedback.choose import propose
from recorder.feedback.evidence import gather
from recorder.feedback.words import Facts, compose
from recorder.instruments.library import builtin
from recorder.instruments.scheme import Scheme
from recorder.measures.figures import figures
from recorder.measures.observation import Event, Observation, Person
from recorder.measures.tape import as_log
from recorder.records.families import Assignment, Caregiver, Child, Consent, Family
from recorder.records.people import Account, Programme, Site
from recorder.records.visits import Visit

PASSWORD = "a kite above the harbour"

FAMILIES = (
    (("Mia", 14, 0),), (("Noor", 20, 3), ("Sami", 20, 3)), (("Theo", 9, 0),), (("Lucía", 16, 0),), (("Kai", 30, 0),),
    (("Amara", 11, 0),), (("Mateo", 22, 0),), (("Linh", 18, 6),), (("Elif", 27, 0),), (("Jonah", 8, 0),),
    (("Valentina", 13, 0),), (("Diego", 24, 0),),
)  # fmt: skip
CAREGIVERS = (
    ("Luis", "father", "es"), ("Hana", "mother", "en"), ("June", "grandmother", "en"), ("Rosa", "mother", "es"),
    ("Lani", "mother", "en"), ("Chidi", "father", "en"), ("Carmen", "mother", "es"), ("Mai", "mother", "en"),
    ("Deniz", "mother", "en"), ("Ruth", "mother", "en"), ("Ana María", "mother", "es"), ("Jorge", "father", "es"),
)  # fmt: skip
STAFF = (
    ("ana", "Ana", "visitor"), ("ben", "Ben", "visitor"), ("cleo", "Cleo", "visitor"), ("sol", "Sol", "supervisor"),
    ("mara", "Mara", "manager"), ("abe", "Abe", "auditor"), ("ida", "Ida", "administrator"),
)  # fmt: skip
ANSWERS = {
    "VOC": ("TALK", "JOY"), "LOOK": ("JOY", "TALK"), "REACH": ("FOLLOW", "TALK"), "PLAY": ("FOLLOW", "JOY"),
    "UP": ("TOUCH", "COMF"), "CRY": ("COMF", "TOUCH"), "AWAY": ("PAUSE", "TALK"),
}  # fmt: skip
SCALES = ("tuning_in", "joining", "reachable", "acceptance")


@dataclass(frozen=True)
class _Home:
    family: Family
    visitor: Account
    responds: float


def make(today: date) -> None:
    """Write the invented programme to the current application's database, which must be empty."""
    chance = Random(20260302)
    programme = Programme(
        id=_id("programme"),
        name="First Steps (invented)",
        telephone="555 0100",
        contacts=[{"name": "Family line", "phone": "555 0111"}],
    )
    db.session.add(programme)
    db.session.flush()
    sites = [_site(programme, "Northside", "America/Chicago"), _site(programme, "Riverside", "America/Los_Angeles")]
    staff = _staff(programme, sites)
    homes = [_home(number, sites, staff, chance, today) for number in range(len(FAMILIES))]
    db.session.commit()
    for number in range(60):
        _visit(number, homes[number % len(homes)], chance, today)
    for number, home in enumerate(homes[:6]):
        _plan(home, today + timedelta(days=number), number)
    db.session.commit()


def exists() -> bool:
    """Whether the invented programme is there already."""
    return db.session.scalar(select(Programme.id).where(Programme.id == _id("programme"))) is not None


def _id(*parts: object) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, "recorder demo " + " ".join(map(str, parts)))


def _site(programme: Programme, name: str, zone: str) -> Site:
    site = Site(id=_id("site", name), programme_id=programme.id, name=name, zone=zone)
    db.session.add(site)
    db.session.flush()
    return site


def _staff(programme: Programme, sites: list[Site]) -> dict[str, Account]:
    hashed = sessions.hashed(PASSWORD)
    staff: dict[str, Account] = {}
    for sign_in, name, role in reversed(STAFF):
        placed = role in {"visitor", "supervisor"}
        staff[sign_in] = Account(
            id=_id("account", sign_in),
            programme_id=programme.id,
            site_id=(sites[1] if sign_in == "cleo" else sites[0]).id if placed else None,
            supervisor_id=staff["sol"].id if role == "visitor" else None,
            sign_in=sign_in,
            name=name,
            role=role,
            password_hash=hashed,
        )
        db.session.add(staff[sign_in])
        db.session.flush()
    return staff


def _home(number: int, sites: list[Site], staff: dict[str, Account], chance: Random, today: date) -> _Home:
    visitor = staff[("ana", "ben", "cleo")[number % 3]]
    site = sites[1] if visitor.sign_in == "cleo" else sites[0]
    enrolled = today - timedelta(days=370 - 7 * number)
    family = Family(
        id=_id("family", number),
        programme_id=site.programme_id,
        site_id=site.id,
        code=f"F-{number + 1:03}",
        goal=chance.choice(("More calm at bedtime", "Playing together every day", "Knowing what the crying means")),
        enrolled_on=enrolled,
    )
    for position, (name, months, early) in enumerate(FAMILIES[number]):
        born = (today - timedelta(days=round(months * 30.44))).isoformat()
        family.children.append(
            Child(id=_id("child", name), programme_id=site.programme_id, position=position, first_name=name,
                  birth_date=born, weeks_early=early, duplicate=fingerprint(name, born))
        )  # fmt: skip
    name, relation, language = CAREGIVERS[number]
    family.caregivers.append(
        Caregiver(id=_id("caregiver", name), programme_id=site.programme_id, first_name=name, relation=relation,
                  language=language)
    )  # fmt: skip
    for scope in ("observe", "share"):
        family.consents.append(Consent(programme_id=site.programme_id, scope=scope, given_on=enrolled))
    family.assignments.append(Assignment(programme_id=site.programme_id, account_id=visitor.id, from_on=enrolled))
    db.session.add(family)
    db.session.flush()
    return _Home(family, visitor, chance.uniform(0.4, 0.85))


def _plan(home: _Home, day: date, number: int) -> Visit:
    visit = Visit(
        id=_id("visit", home.family.code, day - date(2020, 1, 1), number),
        programme_id=home.family.programme_id,
        family_id=home.family.id,
        site_id=home.family.site_id,
        account_id=home.visitor.id,
        local_date=day,
        local_time=f"{9 + number % 6:02}:00",
    )
    db.session.add(visit)
    return visit


def _visit(number: int, home: _Home, chance: Random, today: date) -> None:
    """One visit: done, cancelled (by family or staff), or recorded and never signed."""
    day = max(home.family.enrolled_on, today - timedelta(days=355 - 6 * number))
    visit = _plan(home, min(day, today - timedelta(days=1)), number)
    if number % 10 == 7:
        visit.status, visit.cancelled_by = "cancelled", "family" if number % 20 == 7 else "staff"
        visit.cancel_reason = "The child was unwell" if visit.cancelled_by == "family" else "The visitor was ill"
    db.session.commit()
    if visit.status == "planned":
        strings = _log(visit, home, chance, signed=number % 12 != 5)
        ingest.take(home.visitor, ingest.delivery(_id("log", visit.id), strings))


def _log(visit: Visit, home: _Home, chance: Random, *, signed: bool) -> list[str]:
    scheme = builtin("serve-and-return")
    assert isinstance(scheme, Scheme)
    seen = _seen(scheme, home, chance)
    strings = as_log(seen, _opening(visit, home, scheme))[:-1]
    more: list[tuple[str, str | None, Any]] = [("note", "NOTE", {"text": "A quiet morning at home."})]
    if signed:
        more += [("sheet", None, words)] if (words := _sheet(visit, home, seen)) else []
        more.append(("close", None, None))
    for kind, code, data in more:
        event: dict[str, Any] = {"seq": len(strings) + 1, "t": seen.duration_ms, "kind": kind}
        event |= ({"code": code} if code else {}) | ({"data": data} if data else {})
        strings.append(json.dumps(event, ensure_ascii=False, separators=(",", ":")))
    return strings


def _seen(scheme: Scheme, home: _Home, chance: Random) -> Observation:
    """Ten minutes of cues some seconds apart, each answered with the family's own readiness."""
    events, t = [], 4000
    while t < 590_000:
        code = chance.choices(list(ANSWERS), weights=(9, 7, 5, 5, 3, 2, 2))[0]
        events.append(Event(t, code))
        if chance.random() < home.responds:
            events.append(Event(t + chance.randint(700, 4500), chance.choice(ANSWERS[code])))
        t += chance.randint(7000, 26_000)
    child, adult = home.family.children[0], home.family.caregivers[0]
    return Observation(
        scheme=scheme,
        duration_ms=600_000,
        events=tuple(sorted(events, key=lambda event: event.t_ms)),
        children=(Person(str(child.id)),),
        caregivers=(Person(str(adult.id)),),
        ratings={"sensitivity/1": {scale: chance.choice((4, 5, 6, 6, 7)) for scale in SCALES}},
    )


def _opening(visit: Visit, home: _Home, scheme: Scheme) -> dict[str, Any]:
    at = datetime.combine(visit.local_date, time(9 + visit.id.int % 6), ZoneInfo(home.family.site.zone))
    return {
        "kind": "observation",
        "role": "primary",
        "context": "free_play",
        "clock": "monotonic",
        "instrument": scheme.name,
        "version": scheme.version,
        "hash": scheme.hash,
        "visit": str(visit.id),
        "family": str(home.family.id),
        "children": [str(home.family.children[0].id)],
        "caregivers": [str(home.family.caregivers[0].id)],
        "device": str(_id("tablet", home.visitor.sign_in)),
        "user": str(home.visitor.id),
        "wall": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "zone": home.family.site.zone,
        "planned_ms": 600_000,
        "consent": {"observe": True, "given_now": False},
        "present": "",
        "state": "calm",
    }


def _sheet(visit: Visit, home: _Home, seen: Observation) -> dict[str, Any] | None:
    """The page as proposed, approved as it is; None when there was too little for one."""
    child, adult = home.family.children[0], home.family.caregivers[0]
    proposal = propose(gather(seen, figures(seen)))
    words = compose(proposal, Facts(child.first_name, visitor=home.visitor.name), adult.language)
    if len(words["strengths"]) < 2:
        return None
    kept = {"key", "type", "text"}
    return {
        "id": str(_id("sheet", visit.id)),
        "language": adult.language,
        "child": str(child.id),
        "caregiver": str(adult.id),
        "strengths": [{key: line[key] for key in kept} for line in words["strengths"]],
        "shown": words["shown"],
        "step": {key: value for key, value in words["step"].items() if key != "why"},
        "second_step": None,
        "idea": "",
        "for_you": words["for_you"],
        "contact": None,
        "next_visit": None,
        "show": {"who": True, "telephone": True, "next_visit": True},
        "proposed": {"strengths": [line["key"] for line in words["strengths"]], "step": words["step"]["key"]},
    }
