"""What should be rated, sorted and asked again, with which child, and is it late?"""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from people import TODAY, People
from tablet import observed

from recorder.db import db, uuid7
from recorder.instruments import library
from recorder.records.assessments import Assessment
from recorder.records.due import History, Used, history, offers
from recorder.records.families import Child, Family, age_months, old_enough
from recorder.records.instruments import StoredInstrument
from recorder.records.observations import Log, StoredRating
from recorder.records.visits import Visit

DAY = timedelta(days=1)
ENROLLED = date(2025, 3, 1)
ON = date(2026, 3, 31)
ASKED = {"low": 1, "high": 5, "questions": [{"id": "a"}]}
SORTED = {"cards": [{"id": "a"}, {"id": "b"}], "distributions": [[1, 1]], "after_visits": 2}


def own(document: dict, **more: object) -> library.Instrument:
    return library.read({"name": "own", **document, **more})


def family(*births: tuple[date, int]) -> Family:
    """A family enrolled on 1 March 2025 with children of these birth dates and weeks born early."""
    children = [Child(id=uuid7(), birth_date=born.isoformat(), weeks_early=early) for born, early in births]
    return Family(id=uuid7(), enrolled_on=ENROLLED, children=children)


def found(home: Family, instrument: library.Instrument, on: date = ON, **known: object) -> list[tuple]:
    """Child (its place), state and day of each offer."""
    used = known.pop("used", {})
    visited = known.pop("visited", {2: {}})
    places = {child.id: place for place, child in enumerate(home.children)}
    made = offers(home, History([instrument], used, visited, every_days=30), on)  # type: ignore[arg-type]
    return [(places[one.child.id] if one.child else None, one.due.state, one.due.on) for one in made]


def used(home: Family, on: date, child: int | None = 0, name: str = "own") -> Used:
    return {(home.id, name, None if child is None else home.children[child].id): on}


# ages


@given(st.dates(date(2015, 1, 1), date(2026, 12, 31)), st.integers(0, 60), st.integers(0, 20))
def test_the_first_day_of_an_age_is_the_first(born: date, months: int, early: int) -> None:
    day = old_enough(born, months, early)
    assert age_months(born, day, early) >= months
    assert day == born or months == 0 or age_months(born, day - DAY, early) < months


@pytest.mark.parametrize(
    ("months", "early", "first"),
    [
        (12, 0, date(2026, 1, 31)),
        (13, 0, date(2026, 3, 1)),  # there is no 31 February
        (12, 8, date(2026, 3, 28)),  # counted from the day when the child was expected
        (23, 8, date(2027, 1, 31)),  # at two years the correction ends, and 23 months are past
        (24, 8, date(2027, 1, 31)),
    ],
)
def test_old_enough_is_corrected_up_to_two_years(months: int, early: int, first: date) -> None:
    assert old_enough(date(2025, 1, 31), months, early) == first


# what is due


def test_what_was_never_asked_may_be_asked_and_is_late_after_a_whole_interval() -> None:
    home = family((date(2024, 9, 1), 0))
    days = [found(home, own(ASKED, every_days=90), ENROLLED + after * DAY) for after in (0, 90, 91)]
    late = ENROLLED + 90 * DAY
    assert days == [[(0, "due", late)], [(0, "due", late)], [(0, "overdue", late)]]


@pytest.mark.parametrize(
    ("ago", "state"), [(0, "later"), (75, "later"), (76, "due"), (90, "due"), (91, "overdue"), (400, "overdue")]
)
def test_an_interval_counts_from_the_last_use(ago: int, state: str) -> None:
    home = family((date(2024, 9, 1), 0))
    last = ON - ago * DAY
    assert found(home, own(ASKED, every_days=90), used=used(home, last)) == [(0, state, last + 90 * DAY)]


def test_without_an_interval_of_its_own_the_programmes_counts() -> None:
    home = family((date(2024, 9, 1), 0))
    assert found(home, own(ASKED), used=used(home, ON)) == [(0, "later", ON + 30 * DAY)]


def test_each_of_two_children_has_her_own_day() -> None:
    home = family((date(2023, 1, 1), 0), (date(2025, 9, 1), 0))
    instrument = own(ASKED, every_days=90)
    assert [place for place, _, _ in found(home, instrument)] == [0, 1]
    assert found(home, instrument, used=used(home, ON, child=0)) == [
        (0, "later", ON + 90 * DAY),
        (1, "overdue", ENROLLED + 90 * DAY),
    ]


def test_a_use_whose_child_nobody_knows_counts_for_all() -> None:
    home = family((date(2023, 1, 1), 0), (date(2025, 9, 1), 0))
    states = [state for _, state, _ in found(home, own(ASKED), used=used(home, ON, child=None))]
    assert states == ["later", "later"]


def test_only_the_child_that_is_old_enough_is_offered_a_sort() -> None:
    home = family((date(2025, 3, 31), 0), (date(2025, 4, 1), 0), (date(2022, 3, 31), 0), (date(2022, 2, 28), 0))
    instrument = own(ASKED, age_months=[12, 48])
    assert [place for place, _, _ in found(home, instrument)] == [0, 2]


def test_an_early_birth_puts_off_the_day_and_the_start() -> None:
    home = family((date(2025, 1, 31), 8))
    instrument = own(ASKED, age_months=[12, 48], every_days=90)
    first = date(2026, 3, 28)
    assert found(home, instrument, first - DAY) == []
    assert found(home, instrument, first) == [(0, "due", first + 90 * DAY)]


def test_across_a_birthday_an_instrument_comes_and_another_goes() -> None:
    home = family((date(2024, 3, 31), 0))
    for_babies, for_toddlers = own(ASKED, age_months=[0, 23]), own(ASKED, age_months=[24, None])
    assert [bool(found(home, one, ON - DAY)) for one in (for_babies, for_toddlers)] == [True, False]
    assert [bool(found(home, one, ON)) for one in (for_babies, for_toddlers)] == [False, True]


def test_a_sort_waits_for_two_visits_that_took_place() -> None:
    home = family((date(2024, 1, 1), 0))
    instrument = own(SORTED)
    assert found(home, instrument) == []
    second = ON - 10 * DAY
    assert found(home, instrument, visited={2: {home.id: second}}) == [(0, "due", second + 30 * DAY)]


def test_a_family_without_children_is_offered_what_is_for_every_age() -> None:
    home = family()
    assert [place for place, _, _ in found(home, own(ASKED))] == [None]
    assert found(home, own(ASKED, age_months=[0, 48])) == []


# what the database remembers


def log_of(people: People, code: str, **more: object) -> dict[str, object]:
    home = db.session.get_one(Family, people.families[code])
    visit = Visit(
        programme_id=people.programme, family_id=home.id, site_id=home.site_id,
        account_id=people.accounts["ana"], local_date=TODAY, status="done",
    )  # fmt: skip
    db.session.add(visit)
    db.session.flush()
    log = Log(programme_id=people.programme, id=uuid7(), account_id=people.accounts["ana"], visit_id=visit.id)
    db.session.add(log)
    db.session.flush()
    of = {"programme_id": people.programme, "family_id": home.id, "site_id": home.site_id, "local_date": TODAY}
    return of | {"log_key": log.key, "visit_id": visit.id, "account_id": people.accounts["ana"]} | more


def state_of(people: People, code: str, name: str) -> dict[str, str]:
    """The state of an instrument by the first name of the child."""
    home = db.session.get_one(Family, people.families[code])
    known = history(people.programme, [home.id], 30)
    return {
        one.child.first_name: one.due.state
        for one in offers(home, known, TODAY)
        if one.instrument.name == name and one.child
    }


def assess(people: People, code: str, instrument: str, child: uuid.UUID | None, on: date) -> None:
    row = log_of(people, code, kind="questionnaire", instrument=instrument, child_id=child, local_date=on)
    db.session.add(Assessment(**row, instrument_hash="0" * 64, measures_version=1, answers="{}", scores={}))
    db.session.commit()


def test_the_last_questionnaire_counts_whatever_its_version(app: Flask, people: People) -> None:
    with app.app_context():
        assert state_of(people, "F-002", "our-days") == {"Noor": "overdue", "Sami": "overdue"}
        assess(people, "F-002", "our-days/1", people.children["Noor"], TODAY - 200 * DAY)
        assess(people, "F-002", "our-days/2", people.children["Noor"], TODAY - 20 * DAY)
        assess(people, "F-002", "our-days/1", people.children["Noor"], TODAY - 100 * DAY)
        assert state_of(people, "F-002", "our-days") == {"Noor": "later", "Sami": "overdue"}


def test_the_cards_come_after_two_visits(app: Flask, people: People) -> None:
    with app.app_context():
        log_of(people, "F-002")
        assert state_of(people, "F-002", "safe-base-cards") == {}
        log_of(people, "F-002")
        assert state_of(people, "F-002", "safe-base-cards") == {"Noor": "due", "Sami": "due"}
        log_of(people, "F-001")
        log_of(people, "F-001")
        assert state_of(people, "F-001", "safe-base-cards") == {}  # Mia is 11 months old


def test_a_rating_counts_for_the_child_who_was_observed(app: Flask, people: People, signed_in) -> None:
    log = observed(people)
    signed_in("ana").post(
        "/api/v1/sync/events",
        json={"batch": str(uuid7()), "logs": [log.part()]},
        headers={"X-Recorder": "1"},
    )
    with app.app_context():
        assert state_of(people, "F-001", "sensitivity") == {"Mia": "later"}
        assert state_of(people, "F-001", "warm-presence") == {"Mia": "overdue"}


def test_a_rating_without_figures_counts_for_every_child(app: Flask, people: People) -> None:
    with app.app_context():
        db.session.add(StoredRating(**log_of(people, "F-002"), instrument="sensitivity/1", scale="joining", value=5))
        db.session.commit()
        assert state_of(people, "F-002", "sensitivity") == {"Noor": "later", "Sami": "later"}


def test_a_programmes_newest_edition_is_offered_and_no_scheme(app: Flask, people: People) -> None:
    with app.app_context():
        for version in (1, 2):
            document = {"name": "ours", "version": version, **ASKED}
            db.session.add(
                StoredInstrument(programme_id=people.programme, kind="questionnaire", name="ours", version=version,
                                 document=document, hash=library.digest(document))
            )  # fmt: skip
        db.session.commit()
        known = history(people.programme, [people.families["F-001"]], 30)
        assert [one.id for one in known.instruments] == [
            "sensitivity/1", "warm-presence/1", "safe-base-cards/1", "our-days/1", "ours/2",
        ]  # fmt: skip
