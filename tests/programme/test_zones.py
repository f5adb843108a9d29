"""A visit belongs to the local day on which it happened: at the edges of quarters, and when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from people import TODAY, People
from tablet import batch, observed

from recorder import ingest
from recorder.db import db, uuid7
from recorder.programme import report, work
from recorder.programme.published import Quarter, count, quarter_of
from recorder.programme.rollup import Period, Selection, month_of, months_before
from recorder.records.people import Account

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CHICAGO = ZoneInfo("America/Chicago")
THIS = quarter_of(TODAY)
LAST = Quarter(months_before(THIS.first, 3))


def changes() -> list[date]:
    """The days of the last ten months on which clocks changed in Chicago."""
    days = [TODAY - timedelta(days=ago) for ago in range(1, 300)]
    return [
        day for day in days
        if len({datetime.combine(day, time(hour), CHICAGO).utcoffset() for hour in (0, 12)}) == 2
    ]  # fmt: skip


def send(people: People, local: datetime) -> None:
    wall = local.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    log = observed(people, visit=str(uuid7()), wall=wall, zone="America/Chicago")
    ingest.take(db.session.get_one(Account, people.accounts["ana"]), ingest.read(batch(log.part())))


def begun(people: People, day: date) -> int:
    """How many observations the month of a day has."""
    period = Period(month_of(day), month_of(day))
    selection = Selection(people.programme, period, None, TODAY)
    return work.work(selection, work.parts(selection)).overall.begun


def test_half_an_hour_before_midnight_is_the_old_quarter(app: Flask, people: People) -> None:
    last_day = THIS.first - timedelta(days=1)
    with app.app_context():
        send(people, datetime.combine(last_day, time(23, 30), CHICAGO))  # in UTC it is the new quarter already
        assert begun(people, last_day) == 1 and begun(people, THIS.first) == 0
        for quarter, observed_families in ((LAST, 1), (THIS, 0)):
            families = count(people.programme, quarter, TODAY)["families"]
            assert sum(row["observed"] for row in families.values()) == observed_families
            selection = Selection(people.programme, quarter.period, None, TODAY)
            known = report.definitions(people.programme)["us-home-visiting"]
            (line,) = [one for one in report.report(known, selection) if one.measure.id == "observed"]
            assert line.numerator == observed_families


def test_days_on_which_clocks_change_have_their_visits(app: Flask, people: People) -> None:
    days = changes()
    assert days, "clocks change twice a year"
    with app.app_context():
        for day in days:
            before = begun(people, day)
            for hour, minute in ((0, 15), (1, 30), (3, 30), (23, 45)):
                send(people, datetime.combine(day, time(hour, minute), CHICAGO))
            send(people, datetime.combine(day, time(1, 30), CHICAGO).replace(fold=1))  # the hour that comes twice
            assert begun(people, day) == before + 5
            period = Period(month_of(day), month_of(day))
            by_day = work.visits_by_day(Selection(people.programme, period, None, TODAY))
            assert by_day == {day: 5}
