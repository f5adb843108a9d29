"""When a family is due, to the day, and what is missing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from people import People
from tablet import TabletLog, batch, observed, opening

from recorder import ingest
from recorder.db import db
from recorder.programme.coverage import Coverage, coverage
from recorder.programme.rollup import Period, Selection, month_of
from recorder.records.families import Family
from recorder.records.people import Account


def of_north(people: People, first: date, last: date, today: date) -> Coverage:
    return coverage(Selection(people.programme, Period(first, last), people.sites["north"], today)).overall


def only_mia(people: People, enrolled_on: date) -> Family:
    """Leave one family at Northside: the others never were with the programme in the months that are looked at."""
    for code in ("F-002", "F-003"):
        db.session.get_one(Family, people.families[code]).enrolled_on = date(2999, 1, 1)
    mia = db.session.get_one(Family, people.families["F-001"])
    mia.enrolled_on = enrolled_on
    for consent in mia.consents:
        consent.given_on = enrolled_on
    db.session.commit()
    return mia


@pytest.mark.parametrize(("days", "due"), [(29, 0), (30, 1), (31, 1)])
def test_a_family_is_due_on_the_thirtieth_day_and_not_before(app: Flask, people: People, days: int, due: int) -> None:
    with app.app_context():
        only_mia(people, date(2025, 4, 30) - timedelta(days=days))
        assert of_north(people, date(2025, 4, 1), date(2025, 4, 1), date(2025, 9, 9)) == Coverage(1, due, 0, 0)


def test_in_the_month_that_goes_on_a_family_is_due_by_today(app: Flask, people: People) -> None:
    with app.app_context():
        only_mia(people, date(2025, 4, 10) - timedelta(days=30))
        april = date(2025, 4, 1)
        assert of_north(people, april, april, date(2025, 4, 9)).due == 0
        assert of_north(people, april, april, date(2025, 4, 10)).due == 1


def test_every_month_without_an_observation_is_due_again(app: Flask, people: People) -> None:
    with app.app_context():
        only_mia(people, date(2025, 1, 1))
        assert of_north(people, date(2025, 1, 1), date(2025, 6, 1), date(2025, 9, 9)) == Coverage(1, 6, 0, 0)


def test_what_is_begun_and_not_signed_is_missing_until_another_is_signed(app: Flask, people: People) -> None:
    begun, signed = TabletLog(), observed(people)
    begun.add("open", data=opening(people))
    with app.app_context():
        ana = db.session.get_one(Account, people.accounts["ana"])
        today = datetime.now(ZoneInfo("America/Chicago")).date()
        only_mia(people, today - timedelta(days=200))
        this_month = month_of(today)
        ingest.take(ana, ingest.read(batch(begun.part())))
        unknown = of_north(people, this_month, this_month, today)
        assert (unknown.due, unknown.observed, unknown.missing, unknown.share) == (1, 0, 1, None)
        ingest.take(ana, ingest.read(batch(signed.part())))
        known = of_north(people, this_month, this_month, today)
        assert (known.due, known.observed, known.missing, known.share) == (1, 1, 0, 1.0)


def test_a_family_that_left_or_took_its_consent_back_is_enrolled_and_not_due(app: Flask, people: People) -> None:
    april = date(2025, 4, 1)
    with app.app_context():
        mia = only_mia(people, date(2025, 1, 1))
        mia.left_on = date(2025, 4, 15)
        db.session.commit()
        assert of_north(people, april, april, date(2025, 9, 9)) == Coverage(1, 0, 0, 0)
        mia.left_on = None
        next(consent for consent in mia.consents if consent.scope == "observe").withdrawn_on = date(2025, 4, 30)
        db.session.commit()
        assert of_north(people, april, april, date(2025, 9, 9)) == Coverage(1, 0, 0, 0)
        assert of_north(people, date(2025, 3, 1), date(2025, 3, 1), date(2025, 9, 9)) == Coverage(1, 1, 0, 0)
