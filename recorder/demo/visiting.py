"""When was each family visited, and what did the tablet send?

Five visits a family, about twelve weeks apart, the last of them between two weeks ago and next week. A visit that
took place is a log: what `behaviour` made up, then notes, the caregiver's idea, the page as it was proposed and the
signature, taken in by `ingest` as the visitor's tablet would have sent it. Some visits bring more (`measuring`): cards
that were sorted, "Our days", a second observer, a question to the supervisor.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from recorder import ingest
from recorder.db import db
from recorder.demo import measuring
from recorder.demo.behaviour import Cast, observe
from recorder.demo.households import SEED, Home, first_visit, known_id
from recorder.feedback.choose import propose
from recorder.feedback.evidence import Dyad, gather
from recorder.feedback.words import Facts, compose
from recorder.instruments.library import builtin
from recorder.instruments.qset import QSet
from recorder.instruments.questionnaire import Questionnaire
from recorder.instruments.scheme import Scheme
from recorder.measures.figures import figures
from recorder.measures.observation import Observation
from recorder.measures.tape import as_log
from recorder.records.double_coding import Grant
from recorder.records.families import Child
from recorder.records.people import Account
from recorder.records.visits import Visit

ROUNDS = 5
DAYS_BETWEEN = 84
LAST_ROUND = (0, -6, 2, 5, 0, -3, -13, 7, -16, 1, -9, 0)
"""Days from today to each family's last visit: three are today, four in the week to come."""

CANCELLED = {(0, 1): "family", (1, 3): "staff", (2, 2): "family", (3, 4): "family", (1, 8): "staff", (2, 11): "family"}
"""By whom the visits were cancelled, by round and family."""
REASONS = {"family": "The child was unwell", "staff": "The visitor was ill"}
UNSIGNED = {(4, 5), (4, 8), (3, 6), (2, 0)}
"""The observations that were begun and never signed."""
FORGOTTEN = {(3, 10)}
"""The visit of which nobody said what became of it."""

CODED_TWICE = 4
"""Every fourth visit is coded by a second observer."""
SORTED = {2, 3}
ASKED = {1, 3}
RATED_WARM = {0, 2, 4}
"""The rounds in which cards are sorted, the caregiver fills in "Our days", and warm presence is rated too."""
QUESTIONS = {
    (1, 0): "She turned away each time he came close with the spoon. Is that a break, or the food?",
    (3, 3): "Mum was on the phone for half of it. Do I count that as out of view?",
    (4, 11): "He laughed when the toy was taken. Rough moment or a game?",
}
"""What visitors asked their supervisor, by round and family."""

NOTICED = {
    "en": ("She looks at me before she tries", "He calms down when I hum", "So many sounds today"),
    "es": ("Me busca con la mirada", "Se calma cuando le canto", "Hoy hizo muchos sonidos"),
}
IDEAS = {"en": ("Sing at bath time", "Sit on the floor after dinner", ""), "es": ("Cantar a la hora del baño", "", "")}
NOTES = ("A quiet morning at home.", "The neighbour came by for a moment.", "Lunch was on the stove.", "")
CONTEXTS = ("free_play", "free_play", "free_play", "meal", "book", "care")


@dataclass(frozen=True)
class _Appointment:
    visit: Visit
    home: Home
    round: int
    number: int

    @property
    def key(self) -> tuple[int, int]:
        return self.round, self.number


def visit(homes: list[Home], chance: Random, today: date) -> None:
    """Plan all visits, then let those of the past happen, in order of time."""
    appointments = [_plan(home, number, round, today) for number, home in enumerate(homes) for round in range(ROUNDS)]
    db.session.commit()
    following = {(one.round - 1, one.number): one.visit for one in appointments}
    for one in sorted(appointments, key=lambda one: (one.visit.local_date, one.number)):
        if one.visit.local_date < today:
            _take_place(one, following.get(one.key), chance)
    db.session.commit()


def _plan(home: Home, number: int, round: int, today: date) -> _Appointment:
    last = today + timedelta(days=LAST_ROUND[number])
    day = last if round == ROUNDS - 1 else first_visit(number, today) + timedelta(days=round * DAYS_BETWEEN)
    if day < today:
        day -= timedelta(days=max(0, day.weekday() - 4))  # what fell on a weekend was on the Friday before
    row = Visit(
        id=known_id("visit", number, round),
        programme_id=home.family.programme_id,
        family_id=home.family.id,
        site_id=home.family.site_id,
        account_id=home.visitor.id,
        local_date=day,
        local_time=f"{9 + number % 6:02}:{'30' if round % 2 else '00'}",
    )
    db.session.add(row)
    one = _Appointment(row, home, round, number)
    if _is_coded_twice(one) and one.key not in CANCELLED | dict.fromkeys(FORGOTTEN):
        db.session.flush()
        db.session.add(
            Grant(
                id=known_id("grant", number, round),
                programme_id=row.programme_id,
                visit_id=row.id,
                account_id=home.colleague.id,
                granted_by_id=home.visitor.supervisor_id,
            )
        )
    return one


def _take_place(one: _Appointment, following: Visit | None, chance: Random) -> None:
    if by := CANCELLED.get(one.key):
        one.visit.status, one.visit.cancelled_by, one.visit.cancel_reason = "cancelled", by, REASONS[by]
        db.session.commit()
    elif one.key not in FORGOTTEN:
        first, seen = _strings(one, following, chance)
        _send(one.home.visitor, "log", one, first)
        more = Random(f"{SEED} {one.number} {one.round}")
        if _is_coded_twice(one):
            second = as_log(measuring.seen_by_another(seen, more), _opening_of(first[0]) | {"role": "second"})
            _send(one.home.colleague, "second", one, second)
        if one.round in SORTED and (cards := _cards(one, _opening_of(first[0]), more)):
            _send(one.home.visitor, "sort", one, cards)
        if one.round in ASKED:
            _send(one.home.visitor, "questions", one, _our_days(one, _opening_of(first[0]), more))


def _send(visitor: Account, what: str, one: _Appointment, strings: list[str]) -> None:
    ingest.take(visitor, ingest.delivery(known_id(what, one.number, one.round), strings))


def _opening_of(string: str) -> dict[str, Any]:
    opening: dict[str, Any] = json.loads(string)["data"]
    return opening


def _is_coded_twice(one: _Appointment) -> bool:
    return (one.number * ROUNDS + one.round) % CODED_TWICE == 0 and one.key not in UNSIGNED


def _beside(opening: dict[str, Any], instrument: QSet | Questionnaire) -> dict[str, Any]:
    """The opening of another log of the same visit, a few minutes later."""
    kept = {key: opening[key] for key in ("visit", "family", "children", "caregivers", "device", "user", "zone")}
    later = datetime.fromisoformat(opening["wall"]) + timedelta(minutes=25)
    wall = later.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return kept | {
        "wall": wall, "instrument": instrument.name, "version": instrument.version, "hash": instrument.hash
    }  # fmt: skip


def _cards(one: _Appointment, opening: dict[str, Any], chance: Random) -> list[str]:
    """The log of a sort; empty where the child is too young for it."""
    qset = builtin("safe-base-cards")
    assert isinstance(qset, QSet)
    months = _child_of(one, opening).age_months(one.visit.local_date)
    if qset.age_from is not None and months < qset.age_from:
        return []
    laid = measuring.sort(qset, one.home.household, chance)
    first = _beside(opening, qset) | {"kind": "sort", "distribution": list(qset.distributions[0])}
    events = [("place", card, {"pile": pile}) for card, pile in laid.items()]
    return _written([("open", None, first), *events, ("close", None, None)], each_ms=9000)


def _our_days(one: _Appointment, opening: dict[str, Any], chance: Random) -> list[str]:
    questionnaire = builtin("our-days")
    assert isinstance(questionnaire, Questionnaire)
    months = _child_of(one, opening).age_months(one.visit.local_date)
    language = one.home.family.caregivers[0].language
    first = _beside(opening, questionnaire) | {
        "kind": "questionnaire", "filled_in": "caregiver" if one.number % 3 else "read_aloud", "language": language,
        "present": "",
    }  # fmt: skip
    given = measuring.answers(questionnaire, one.home.household, months, chance)
    events = [("answer", question, {"value": value}) for question, value in given.items()]
    return _written([("open", None, first), *events, ("close", None, None)], each_ms=7000)


def _child_of(one: _Appointment, opening: dict[str, Any]) -> Child:
    return next(child for child in one.home.family.children if str(child.id) == opening["children"][0])


def _written(events: list[tuple[str, str | None, dict[str, Any] | None]], each_ms: int) -> list[str]:
    return [_event(seq, (seq - 1) * each_ms, *event) for seq, event in enumerate(events, 1)]


def _event(seq: int, t: int, kind: str, code: str | None, data: dict[str, Any] | None) -> str:
    event: dict[str, Any] = {"seq": seq, "t": t, "kind": kind}
    event |= ({"code": code} if code else {}) | ({"data": data} if data else {})
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def _strings(one: _Appointment, following: Visit | None, chance: Random) -> tuple[list[str], Observation]:
    """The exact strings of one visit's observation, and what was seen."""
    scheme = builtin("serve-and-return-slower" if one.home.household.weeks_early else "serve-and-return")
    assert isinstance(scheme, Scheme)
    family = one.home.family
    child = family.children[one.round % len(family.children)]  # twins take turns
    adults = [str(caregiver.id) for caregiver in family.caregivers]
    cast = Cast(str(child.id), adults[0], adults[1] if len(adults) > 1 else None)
    seen = observe(scheme, one.home.household, cast, chance)
    if one.round in RATED_WARM:
        warm = measuring.presence(one.home.household, Random(f"{SEED} warm {one.number} {one.round}"))
        seen = replace(seen, ratings=dict(seen.ratings) | {"warm-presence/1": warm})
    if _is_coded_twice(one):
        seen = measuring.with_sync(seen)
    *strings, _ = as_log(seen, _opening(one, scheme, cast, chance))  # the signature comes last, below
    for seq, event in enumerate(_afterwards(one, following, seen, chance), len(strings) + 1):
        strings.append(_event(seq, seen.duration_ms + seq * 1000, *event))
    return strings, seen


def _afterwards(
    one: _Appointment, following: Visit | None, seen: Observation, chance: Random
) -> Iterator[tuple[str, str | None, dict[str, Any] | None]]:
    """What is written between the last tap and the signature; an unsigned visit stops half way."""
    language = one.home.family.caregivers[0].language
    yield "note", "NOTICED", {"text": chance.choice(NOTICED[language])}
    if question := QUESTIONS.get(one.key):
        yield "flag", "ASK", {"note": question, "at": seen.duration_ms // 3}
    if one.key in UNSIGNED:
        return
    if note := chance.choice(NOTES):
        yield "note", "NOTE", {"text": note}
    idea = chance.choice(IDEAS[language])
    if idea:
        yield "idea", None, {"text": idea}
    if page := _page(one, following, seen, idea):
        yield "sheet", None, page
    yield "close", None, None


def _opening(one: _Appointment, scheme: Scheme, cast: Cast, chance: Random) -> dict[str, Any]:
    zone = one.home.family.site.zone
    assert one.visit.local_time is not None
    at = datetime.combine(one.visit.local_date, time.fromisoformat(one.visit.local_time), ZoneInfo(zone))
    at += timedelta(seconds=chance.randint(-300, 900))
    return {
        "kind": "observation",
        "role": "primary",
        "context": chance.choice(CONTEXTS),
        "clock": "monotonic",
        "instrument": scheme.name,
        "version": scheme.version,
        "hash": scheme.hash,
        "visit": str(one.visit.id),
        "family": str(one.home.family.id),
        "children": [cast.child],
        "caregivers": [id for id in (cast.caregiver, cast.other) if id],
        "device": str(known_id("tablet", one.home.visitor.sign_in)),
        "user": str(one.home.visitor.id),
        "wall": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "zone": zone,
        "planned_ms": 600_000,
        "consent": {"observe": True, "given_now": False},
        "present": "",
        "state": chance.choice(("calm", "calm", "sleepy", "hungry", "fussy")),
    }


def _page(one: _Appointment, following: Visit | None, seen: Observation, idea: str) -> dict[str, Any] | None:
    """The page as it was proposed, approved as it is; None when there was too little for one."""
    child = next(child for child in one.home.family.children if str(child.id) == seen.children[0].id)
    caregiver = one.home.family.caregivers[0]
    dyad = Dyad(goal=one.home.household.goal, age_months=child.age_months(one.visit.local_date), contacts=True)
    proposal = propose(gather(seen, figures(seen), dyad))
    words = compose(proposal, Facts(child.first_name, visitor=one.home.visitor.name), caregiver.language)
    if len(words["strengths"]) < 2:
        return None
    shown = words["shown"]
    return {
        "id": str(known_id("sheet", one.number, one.round)),
        "language": caregiver.language,
        "child": str(child.id),
        "caregiver": str(caregiver.id),
        "strengths": [{key: line[key] for key in ("key", "type", "text")} for line in words["strengths"]],
        "shown": {key: shown[key] for key in ("key", "text")} if shown else None,
        "step": {key: value for key, value in words["step"].items() if key != "why"},
        "second_step": None,
        "idea": idea,
        "for_you": words["for_you"],
        "contact": None,
        "next_visit": _promised(following),
        "show": {"who": True, "telephone": True, "next_visit": True},
        "proposed": {"strengths": [line["key"] for line in words["strengths"]], "step": words["step"]["key"]},
    }


def _promised(visit: Visit | None) -> dict[str, str | None] | None:
    if visit is None:
        return None
    return {"visit": str(visit.id), "date": visit.local_date.isoformat(), "time": visit.local_time}
