"""A family over its visits, and what families say beside what was seen, against second computations with the standard
library alone."""

from __future__ import annotations

import math
import random
import statistics
import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from people import TODAY, People
from sqlalchemy import event, select
from tablet import TabletLog, batch, opening

from recorder import ingest
from recorder.db import db, uuid7
from recorder.instruments import library
from recorder.programme.consistency import Dyad, consistency
from recorder.programme.reliability import reliability
from recorder.programme.rollup import Period, Selection, month_of, months_before
from recorder.programme.self_report import self_report
from recorder.records.assessments import Assessment, LifeEvent
from recorder.records.double_coding import Certificate, PairAgreement
from recorder.records.families import Family
from recorder.records.observations import Log
from recorder.records.people import Account
from recorder.records.visits import Visit

OUR_DAYS = library.builtin("our-days")


def visit(people: People, days_ago: int, cues: int, answered: int, cries: int = 0, ratings: Sequence = (), **changes):
    """A signed observation some days ago: `answered` of `cues` sounds, and `cries` without an answer."""
    log = TabletLog()
    noon = datetime.combine(TODAY - timedelta(days=days_ago), time(18), UTC)
    wall = noon.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    log.add("open", data=opening(people, visit=str(uuid7()), wall=wall, **changes))
    for number in range(cues):
        log.add("tap", "VOC", after_ms=10_000)
        if number < answered:
            log.add("tap", "TALK", after_ms=1000)
    for _ in range(cries):
        log.add("tap", "CRY", after_ms=30_000)
    log.add("end", after_ms=max(20_000, 200_000 - log.clock_ms))
    for scale, value in ratings:
        log.add("rating", scale, {"instrument": "sensitivity/1", "value": value, "note": "seen"})
    log.add("close", after_ms=1000)
    return log


def take(people: People, *logs: TabletLog) -> None:
    account = db.session.get_one(Account, people.accounts["ana"])
    for log in logs:
        ingest.take(account, ingest.read(batch(log.part())))


def of_mia(people: People):
    return consistency(db.session.get_one(Family, people.families["F-001"]))


def second_slope(days: Sequence[int], values: Sequence[float | None]) -> float:
    slopes = [
        (values[j] - values[i]) / ((days[j] - days[i]) / 30)
        for i in range(len(values))
        for j in range(i + 1, len(values))
        if values[i] is not None and values[j] is not None and days[i] != days[j]
    ]
    return statistics.median(slopes)


def second_wilson(k: int, n: int) -> tuple[float, float]:
    z = statistics.NormalDist().inv_cdf(0.975)
    middle = (k + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(k * (n - k) / n + z * z / 4)
    return middle - half, middle + half


@pytest.mark.parametrize("seed", range(4))
def test_shares_over_visits_equal_a_second_computation(app: Flask, people: People, seed: int) -> None:
    chance = random.Random(seed)
    seen = [(cues := chance.randrange(0, 14), chance.randrange(0, cues + 1)) for _ in range(9)]
    ago = sorted(chance.sample(range(1, 200), 9), reverse=True)
    with app.app_context():
        take(people, *(visit(people, days, *counts) for days, counts in zip(ago, seen, strict=True)))
        (dyad,) = of_mia(people).dyads
        (part,) = dyad.rules[0].classes
        points, steadiness = part.points, part.steadiness
    assert [(point.day, point.k, point.n) for point in points] == [
        (TODAY - timedelta(days=days), answered, cues) for days, (cues, answered) in zip(ago, seen, strict=True)
    ]
    values = [answered / cues if cues >= 5 else None for cues, answered in seen]
    known = [value for value in values if value is not None]
    for point, (cues, answered) in zip(points, seen, strict=True):
        expected = second_wilson(answered, cues) if cues >= 5 else None
        assert (point.interval is None) == (expected is None)
        assert expected is None or point.interval == pytest.approx(expected)
    assert steadiness.n == len(known)
    steps = [b - a for a, b in zip(values, values[1:], strict=False) if a is not None and b is not None]
    assert steadiness.isd == (pytest.approx(statistics.stdev(known)) if len(known) >= 3 else None)
    if len(known) >= 5 and steps:
        assert steadiness.rmssd == pytest.approx(math.sqrt(statistics.fmean(step * step for step in steps)))
    else:
        assert steadiness.rmssd is None
    if len(known) >= 3:
        assert steadiness.slope == pytest.approx(second_slope([-days for days in ago], values))
    firm = [(answered, cues) for cues, answered in seen if cues >= 5]
    (k1, n1), (k2, n2) = firm[-1], firm[0]
    (l1, u1), (l2, u2), p1, p2 = second_wilson(k1, n1), second_wilson(k2, n2), k1 / n1, k2 / n2
    assert part.difference == pytest.approx(
        (p1 - p2 - math.hypot(p1 - l1, u2 - p2), p1 - p2 + math.hypot(u1 - p1, p2 - l2))
    )


def test_only_what_can_be_compared_stands_together(app: Flask, people: People) -> None:
    rosa, slower = str(people.caregivers["Rosa"]), library.builtin("serve-and-return-slower")
    other = {"instrument": slower.name, "version": slower.version, "hash": slower.hash}
    with app.app_context():
        take(
            people,
            *(visit(people, days, 10, 5) for days in (50, 40, 30)),
            visit(people, 45, 10, 9, context="meal"),
            visit(people, 42, 10, 8, caregivers=[rosa]),
            visit(people, 35, 10, 7, cries=2, **other),
        )
        dyads = of_mia(people).dyads
    assert [(dyad.context, str(dyad.caregiver_id) == rosa, len(dyad.rules)) for dyad in dyads] == [
        ("free_play", False, 2),
        ("meal", False, 1),
        ("free_play", True, 1),
    ]
    assert [len(rule.classes[0].points) for rule in dyads[0].rules] == [3, 1]
    assert [part.distress for part in dyads[0].rules[1].classes] == [False, True], "distress stands apart"


def test_growth_has_small_steps_and_zigzag_of_the_same_values_has_large_ones(app: Flask, people: People) -> None:
    growth, zigzag = [2, 3, 4, 5, 6, 7, 8], [5, 2, 8, 3, 7, 4, 6]
    with app.app_context():
        for counts, context in ((growth, "free_play"), (zigzag, "meal")):
            days = range(70, 0, -10)
            take(people, *(visit(people, d, 10, k, context=context) for d, k in zip(days, counts, strict=True)))
        by_context = {dyad.context: dyad.rules[0].classes[0].steadiness for dyad in of_mia(people).dyads}
    grown, restless = by_context["free_play"], by_context["meal"]
    assert grown.isd == pytest.approx(restless.isd)
    assert grown.rmssd == pytest.approx(0.1) and restless.rmssd > 3 * grown.rmssd
    assert grown.slope == pytest.approx(0.3)
    assert restless.slope == pytest.approx(second_slope(range(0, 70, 10), [count / 10 for count in zigzag]))


def pair(people: People, instrument: str, **both: tuple[float, float]) -> None:
    """A stored agreement of a double-coded visit, with what both said on each scale."""
    home = db.session.scalars(select(Visit).where(Visit.id == people.visits["mia today"])).one()
    second = Log(programme_id=people.programme, id=uuid7(), account_id=people.accounts["ben"], role="second")
    db.session.add(second)
    db.session.flush()
    ratings = {
        name: {"instrument": instrument, "n": 1, "a": a, "b": b, "difference": b - a} for name, (a, b) in both.items()
    }
    db.session.add(
        PairAgreement(
            programme_id=people.programme, visit_id=home.id, second_log_key=second.key,
            second_account_id=people.accounts["ben"], local_date=TODAY, scheme="serve-and-return/1",
            scheme_hash="0" * 64, measures_version=1, offset_ms=0, aligned_by="none",
            result={"ratings": ratings, "warnings": []},
        )
    )  # fmt: skip
    db.session.commit()


def certified(people: People, from_days_ago: int = 30) -> None:
    """Ben is certified for the coding scheme up to today."""
    db.session.add(
        Certificate(
            programme_id=people.programme, account_id=people.accounts["ben"], instrument="serve-and-return/1",
            source="external", on=TODAY - timedelta(days=from_days_ago), until=TODAY,
            given_by_id=people.accounts["sol"],
        )
    )  # fmt: skip
    db.session.commit()


def second_icc(pairs: Sequence[tuple[float, float]]) -> float:
    """ICC(2,1) from the sums of squares of a two-way table, by hand."""
    n, grand = len(pairs), statistics.fmean(value for both in pairs for value in both)
    rows = 2 * sum((statistics.fmean(both) - grand) ** 2 for both in pairs) / (n - 1)
    columns = n * sum((statistics.fmean(column) - grand) ** 2 for column in zip(*pairs, strict=True))
    total = sum((value - grand) ** 2 for both in pairs for value in both)
    error = (total - rows * (n - 1) - columns) / (n - 1)
    return (rows - error) / (rows + error + 2 * (columns - error) / n)


def four(value: int) -> list[tuple[str, int]]:
    return [(scale, value) for scale in ("tuning_in", "joining", "reachable", "acceptance")]


def test_a_rating_change_is_held_against_the_programmes_own_agreement(app: Flask, people: People) -> None:
    said = [(4.0, 5.0), (6.0, 6.0), (3.0, 3.5), (8.0, 7.0), (5.0, 5.0), (7.0, 8.0), (2.0, 3.0)]
    with app.app_context():
        take(people, visit(people, 40, 6, 3, ratings=four(4)), visit(people, 20, 6, 3, ratings=four(5)))
        (before,) = of_mia(people).dyads[0].ratings
        assert (before.reliability, before.change) == (None, None), "no pair, so nothing is said"
        for both in said:
            pair(people, "sensitivity/1", sensitivity=both)
        (uncertified,) = of_mia(people).dyads[0].ratings
        assert uncertified.reliability is None, "pairs of an observer without a certificate do not count"
        certified(people)
        pair(people, "warm-presence/1", sensitivity=(1.0, 7.0))
        (found,) = of_mia(people).dyads[0].ratings
        agreed = reliability(people.programme)["sensitivity/1", "sensitivity"]
    icc, sd = second_icc(said), statistics.stdev(first for first, _ in said)
    assert (agreed.n, agreed.icc, agreed.sd) == (7, pytest.approx(icc), pytest.approx(sd))
    smallest = 1.959963984540054 * math.sqrt(2) * sd * math.sqrt(1 - icc)
    assert found.change.smallest == pytest.approx(smallest)
    assert found.change.reliable is (smallest < 1)
    assert (found.first.value, found.latest.value, found.low, found.high) == (4, 5, 1, 9)


def test_observers_who_cannot_be_told_apart_from_chance_tell_nothing_of_change(app: Flask, people: People) -> None:
    with app.app_context():
        take(people, visit(people, 40, 6, 3, ratings=four(4)), visit(people, 20, 6, 3, ratings=four(8)))
        certified(people)
        for both in ((4.0, 6.0), (6.0, 4.0), (5.0, 5.0)):
            pair(people, "sensitivity/1", sensitivity=both)
        (found,) = of_mia(people).dyads[0].ratings
    assert found.reliability.n == 3 and found.reliability.icc is None and found.change is None


def test_a_rating_with_too_few_scales_is_a_gap_and_no_step_goes_over_it(app: Flask, people: People) -> None:
    with app.app_context():
        take(
            people,
            *(visit(people, days, 6, 3, ratings=four(value)) for days, value in ((90, 5), (50, 6), (20, 4))),
            visit(people, 70, 6, 3, ratings=[("tuning_in", 9), ("joining", "NOB")]),
        )
        (found,) = of_mia(people).dyads[0].ratings
    assert [(point.value, point.n) for point in found.points] == [(5, 4), (None, 1), (6, 4), (4, 4)]
    assert (found.steadiness.n, found.steadiness.isd, found.steadiness.rmssd) == (3, 1.0, None)


def answered(people: People, family: str, day: date, percent: dict[str, float | None], caregiver: str) -> None:
    """A stored Our days of one family."""
    home = db.session.get_one(Family, people.families[family])
    account = home.assignments[0].account_id
    place = Visit(programme_id=home.programme_id, family_id=home.id, site_id=home.site_id, account_id=account,
                  local_date=day, status="done")  # fmt: skip
    log = Log(programme_id=home.programme_id, id=uuid7(), account_id=account, kind="questionnaire", family_id=home.id)
    db.session.add_all([place, log])
    db.session.flush()
    db.session.add(
        Assessment(
            programme_id=home.programme_id, log_key=log.key, visit_id=place.id, family_id=home.id,
            site_id=home.site_id, account_id=account, caregiver_id=people.caregivers[caregiver], local_date=day,
            kind="questionnaire", instrument=OUR_DAYS.id, instrument_hash=OUR_DAYS.hash, measures_version=1,
            filled_in="caregiver", answers="{}", scores={"percent": percent},
        )
    )  # fmt: skip
    db.session.commit()


def test_what_is_said_stands_beside_the_nearest_visit_of_that_caregiver(app: Flask, people: People) -> None:
    rosa = [str(people.caregivers["Rosa"])]
    with app.app_context():
        take(people, visit(people, 60, 10, 2), visit(people, 20, 8, 6), visit(people, 11, 9, 9, caregivers=rosa))
        percent = {"follow_through": 75.0, "predictable_day": None, "steady_response": 50.0}
        answered(people, "F-001", TODAY - timedelta(days=10), percent, "Luis")
        (beside,) = of_mia(people).self_reports
    assert [value for _, value in beside.scales] == [75.0, None, 50.0]
    assert (beside.observed.k, beside.observed.n) == (6, 8), "Rosa's visit is nearer, and not hers who answered"


def ranks(values: Sequence[float]) -> list[float]:
    return [statistics.fmean(i + 1 for i, x in enumerate(sorted(values)) if x == value) for value in values]


def test_self_report_beside_observation_equals_a_second_computation(app: Flask, people: People) -> None:
    seen = {"F-001": (10, 3), "F-002": (8, 6), "F-004": (12, 6)}
    said = {"F-001": 62.5, "F-002": 50.0, "F-004": 87.5}
    names = {"F-001": ("ana", "Mia", "Luis"), "F-002": ("ben", "Noor", "Hana"), "F-004": ("cleo", "Kai", "Lani")}
    everything = Period(months_before(month_of(TODAY), 3), month_of(TODAY))
    with app.app_context():
        chosen = Selection(people.programme, everything, None, TODAY)
        assert self_report(chosen) is None
        for code, (cues, answers) in seen.items():
            visitor, child, caregiver = names[code]
            log = visit(
                people, 5, cues, answers, family=str(people.families[code]), user=str(people.accounts[visitor]),
                children=[str(people.children[child])], caregivers=[str(people.caregivers[caregiver])],
            )  # fmt: skip
            account = db.session.get_one(Account, people.accounts[visitor])
            ingest.take(account, ingest.read(batch(log.part())))
            early, late = TODAY - timedelta(days=9), TODAY - timedelta(days=4)
            answered(people, code, early, {"steady_response": 0.0, "follow_through": 1.0}, caregiver)
            answered(people, code, late, {"steady_response": said[code], "follow_through": None}, caregiver)
        found = self_report(chosen)
        north = self_report(Selection(people.programme, everything, people.sites["north"], TODAY))
    by_scale = {one.scale: one for one in found.comparisons}
    steady = by_scale["steady_response"]
    first, second = list(said.values()), [100 * answers / cues for cues, answers in seen.values()]
    apart = [one - other for one, other in zip(first, second, strict=True)]
    assert (steady.n, steady.agreement.bias) == (3, pytest.approx(statistics.fmean(apart)))
    half = 1.959963984540054 * statistics.stdev(apart)
    assert steady.agreement.limits == pytest.approx((statistics.fmean(apart) - half, statistics.fmean(apart) + half))
    assert steady.rank_correlation == pytest.approx(statistics.correlation(ranks(first), ranks(second)))
    follow = by_scale["follow_through"]
    assert (follow.n, follow.agreement, follow.rank_correlation) == (0, None, None), "the latest answer has none"
    assert {one.n for one in north.comparisons if one.scale == "steady_response"} == {2}
    assert {one.agreement for one in north.comparisons} == {None}, "two families are too few to say anything"


def test_a_hundred_visits_are_read_with_as_many_queries_as_ten(app: Flask, people: People) -> None:
    with app.app_context():
        db.session.add(
            LifeEvent(
                programme_id=people.programme,
                family_id=people.families["F-001"],
                on=TODAY - timedelta(days=30),
                words="Moved",
                entered_by_id=people.accounts["sol"],
            )
        )
        db.session.commit()  # fmt: skip
        counted = []
        for start, stop in ((1, 11), (11, 101)):
            logs = [visit(people, days, 6, days % 7, ratings=four(1 + days % 9)) for days in range(start, stop)]
            take(people, *logs)
            counted.append(statements(people))
    assert len(counted[0]) == len(counted[1]) <= 12
    assert not any("segment" in statement for statement in counted[1])


def statements(people: People) -> list[str]:
    """Every statement that a family's consistency needs."""
    db.session.expire_all()
    family = db.session.get_one(Family, people.families["F-001"])
    said: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        found: tuple[Dyad, ...] = consistency(family).dyads
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(found) == 1 and found[0].visits in (10, 100)
    return said


def test_another_programmes_pairs_are_not_ours(app: Flask, people: People) -> None:
    with app.app_context():
        pair(people, "sensitivity/1", sensitivity=(4.0, 5.0))
        certified(people)
        assert reliability(people.programme)["sensitivity/1", "sensitivity"].n == 1
        assert reliability(people.other_programme) == {}
        assert reliability(uuid.uuid4()) == {}
