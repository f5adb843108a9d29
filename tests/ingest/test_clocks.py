"""A log's time is put right by what its tablet knew of the server's clock; two logs of grade A are aligned by it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from people import TODAY, People
from sqlalchemy import select
from tablet import TabletLog, observed, second, wall

from recorder.db import db, now
from recorder.records.double_coding import PairAgreement
from recorder.records.observations import Log

YEAR_MS = 365 * 86_400_000


def row_of(log: TabletLog) -> Log:
    return db.session.scalars(select(Log).where(Log.id == log.id)).one()


def offset(ms: int, error: int = 20) -> dict:
    return {"offset": {"ms": ms, "error": error}}


def anchor(log: TabletLog, opened: str, ms: int, error: int = 30) -> None:
    """Meet the server again a minute after the signature; `opened` is what the wall clock showed at the start."""
    t = log.clock_ms + 60_000
    shown = datetime.fromisoformat(opened) + timedelta(milliseconds=t)
    log.add("anchor", data={"wall": shown.isoformat(), "offset": {"ms": ms, "error": error}}, after_ms=60_000)


def test_without_a_word_about_the_server_the_wall_clock_counts(take, people: People) -> None:
    log, began = observed(people, wall=wall(hours=-1)), now() - timedelta(hours=1)
    take(log.part())
    row = row_of(log)
    assert (row.clock_grade, row.clock_error_ms) == ("C", None)
    assert abs(row.started_at - began) < timedelta(seconds=5)


@pytest.mark.parametrize("ahead_ms", [YEAR_MS, -86_400_000, 3 * 86_400_000])
def test_a_wrong_wall_clock_is_put_right_before_anything_is_judged(take, people: People, ahead_ms: int) -> None:
    log = observed(people, wall=wall(milliseconds=ahead_ms), **offset(-ahead_ms))
    (reply,) = take(log.part())
    row = row_of(log)
    assert reply["quarantined"] == [] and abs(row.started_at - now()) < timedelta(seconds=5)
    assert (row.local_date, row.clock_grade, row.clock_error_ms) == (TODAY, "B", 20)


def test_a_clock_that_is_ahead_by_the_servers_own_is_the_future(take, people: People) -> None:
    log = observed(people, **offset(3 * 86_400_000))
    (reply,) = take(log.part())
    assert [(one["seq"], one["code"]) for one in reply["quarantined"]] == [(1, "future_time")]


def test_the_grade_grows_when_the_server_is_met_again(take, people: People) -> None:
    opened = wall(minutes=-20)
    log = observed(people, wall=opened, **offset(1500))
    take(log.part())
    first, closed_at = row_of(log).started_at, row_of(log).closed_at
    assert row_of(log).clock_grade == "B" and closed_at is not None
    anchor(log, opened, 1510)
    (reply,) = take(log.part(len(log.strings)))
    row = row_of(log)
    assert reply["quarantined"] == [] and (row.clock_grade, row.clock_error_ms) == ("A", 20)
    assert (row.started_at, row.closed_at) == (first, closed_at), "its signature stands"


def test_a_clock_that_is_known_later_only_moves_the_start_and_not_the_day(take, people: People) -> None:
    opened = wall(days=-1)
    log = observed(people, wall=opened)
    take(log.part())
    day = row_of(log).local_date
    anchor(log, opened, 86_400_000)
    take(log.part(len(log.strings)))
    row = row_of(log)
    assert row.clock_grade == "B" and abs(row.started_at - now()) < timedelta(seconds=5)
    assert row.local_date == day == TODAY - timedelta(days=1)


@pytest.mark.parametrize("graded", [True, False])
def test_two_logs_of_grade_a_are_aligned_by_the_servers_clock(take, people: People, grant, graded: bool) -> None:
    grant()
    start = wall(minutes=-20)
    late = (datetime.fromisoformat(start) + timedelta(milliseconds=3000 - 700)).isoformat()
    mine = observed(people, wall=start, **offset(0))
    hers = second(people, sync=False, late_ms=3000, wall=late, **offset(700))  # her tablet's clock is 0.7 s behind
    anchor(mine, start, 10)
    if graded:
        anchor(hers, late, 705)
    take(mine.part())
    take(hers.part(), who="ben")
    pair = db.session.scalars(select(PairAgreement)).one()
    assert (pair.aligned_by, pair.offset_ms) == (("utc", 3000) if graded else ("none", 0))
    assert (pair.result["disagreements"] == []) is graded
    if not graded:
        anchor(hers, late, 705)
        take(hers.part(len(hers.strings)), who="ben")
        assert db.session.scalars(select(PairAgreement)).one().aligned_by == "utc"


def test_a_spoken_now_comes_before_any_clock(take, people: People, grant) -> None:
    grant()
    start = wall(minutes=-20)
    mine, hers = observed(people, sync=True, wall=start, **offset(0)), second(people, wall=start, **offset(0))
    for log, who in ((mine, "ana"), (hers, "ben")):
        anchor(log, start, 0)
        take(log.part(), who=who)
    assert db.session.scalars(select(PairAgreement)).one().aligned_by == "sync"
