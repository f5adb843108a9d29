"""A programme's agreement equals a second computation that shares no code with it; what does not count stands apart."""

from __future__ import annotations

import math
import random
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from people import TODAY, People
from sqlalchemy import select

from recorder.db import db, now, uuid7
from recorder.instruments.library import builtin
from recorder.programme.agreement import pairs, ratings, shares
from recorder.programme.rollup import Period, Selection, month_of, months_before
from recorder.records.double_coding import Certificate, PairAgreement
from recorder.records.families import Family
from recorder.records.observations import Log
from recorder.records.visits import Visit

PERIOD = Period(months_before(month_of(TODAY), 3), month_of(TODAY))
SCHEME = builtin("serve-and-return")
HOMES = {"F-001": ("ana", "ben", "north"), "F-002": ("ben", "ana", "north"), "F-004": ("cleo", "sam", "river")}
SCALES = ("tuning_in", "joining", "reachable", "acceptance")


def everything() -> Any:
    return select(Family.id)


def observe(
    people: People,
    code: str,
    day: date,
    account: str,
    *,
    role: str = "primary",
    visit: uuid.UUID | None = None,
    signed: bool = True,
    refused: str | None = None,
) -> Log:
    """A log as it stands in the database, with its visit if that is not there yet."""
    who, site = people.accounts[account], people.sites[HOMES[code][2]]
    if visit is None:
        row = Visit(programme_id=people.programme, family_id=people.families[code], site_id=site, account_id=who,
                    local_date=day, status="done")  # fmt: skip
        db.session.add(row)
        db.session.flush()
        visit = row.id
    log = Log(programme_id=people.programme, id=uuid7(), account_id=who, visit_id=visit,
              family_id=people.families[code], role=role, instrument=SCHEME.id, instrument_hash=SCHEME.hash,
              local_date=day, closed_at=now() if signed else None, refused=refused)  # fmt: skip
    db.session.add(log)
    db.session.flush()
    return log


def rated(chance: random.Random) -> dict[str, Any]:
    found = {}
    for scale in SCALES:
        truth = chance.randrange(2, 8)
        a, b = truth + chance.choice([-1, 0, 0, 1]), truth + chance.choice([0, 1, 1, 2])
        if chance.random() < 0.15:
            b = chance.choice(["NOB", None])
        difference = b - a if isinstance(b, int) else None
        found[scale] = {"instrument": "sensitivity/1", "n": int(difference is not None), "a": a, "b": b,
                        "difference": difference}  # fmt: skip
    numbers = [entry["difference"] is not None for entry in found.values()]
    mean = [sum(found[s][who] for s in SCALES) / 4 if all(numbers) else None for who in "ab"]
    difference = mean[1] - mean[0] if all(numbers) else None
    found["sensitivity"] = {"instrument": "sensitivity/1", "n": 1, "a": mean[0], "b": mean[1], "difference": difference}
    return found


def pair_of(first: Log, second: Log, ratings: dict[str, Any], *, compared: bool = True) -> None:
    events = {"matched": 7, "only_a": 1, "only_b": 2, "different_code": 0, "percent": 70.0, "kappa": 0.6, "why": None}
    result = {"events": events if compared else None, "time_unit": None, "ratings": ratings, "disagreements": [],
              "warnings": []}  # fmt: skip
    visit = db.session.get_one(Visit, first.visit_id)
    db.session.add(
        PairAgreement(
            programme_id=first.programme_id,
            site_id=visit.site_id,
            visit_id=visit.id,
            first_log_key=first.key,
            second_log_key=second.key,
            second_account_id=second.account_id,
            local_date=second.local_date,
            scheme=SCHEME.id,
            scheme_hash=SCHEME.hash,
            measures_version=1,
            offset_ms=0,
            aligned_by="sync",
            result=result,
        )  # fmt: skip
    )
    db.session.flush()


def certify(people: People, name: str, on: date, until: date, instrument: str = SCHEME.id) -> None:
    db.session.add(
        Certificate(
            programme_id=people.programme,
            account_id=people.accounts[name],
            instrument=instrument,
            source="external",
            reference="R",
            on=on,
            until=until,
            given_by_id=people.accounts["mara"],
        )  # fmt: skip
    )
    db.session.flush()


def selection(people: People, site: str | None = None) -> Selection:
    return Selection(people.programme, PERIOD, people.sites[site] if site else None, TODAY)


# --- the second computation: plain formulas, nothing of ours


def second_wilson(k: int, n: int) -> tuple[float, float]:
    z, p = 1.959963984540054, k / n
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, (middle - half) / (1 + z * z / n)), min(1.0, (middle + half) / (1 + z * z / n))


def second_icc(rows: list[tuple[float, float]]) -> tuple[float, float]:
    """ICC(2,1) and ICC(3,1) of Shrout & Fleiss for two raters, by the analysis of variance."""
    n, grand = len(rows), sum(map(sum, rows)) / (2 * len(rows))
    between = 2 * sum((sum(row) / 2 - grand) ** 2 for row in rows) / (n - 1)
    raters = n * sum((sum(row[who] for row in rows) / n - grand) ** 2 for who in (0, 1))
    total = sum((value - grand) ** 2 for row in rows for value in row)
    residual = (total - between * (n - 1) - raters) / (n - 1)
    return (
        (between - residual) / (between + residual + 2 * (raters - residual) / n),
        (between - residual) / (between + residual),
    )


def second_weighted(rows: list[tuple[int, int]], low: int, high: int) -> float:
    """Quadratically weighted kappa over all labels, as 1 - observed / expected disagreement."""
    n, labels = len(rows), range(low, high + 1)
    seen = sum((a - b) ** 2 for a, b in rows) / n
    by_chance = sum(
        (i - j) ** 2 * sum(a == i for a, _ in rows) * sum(b == j for _, b in rows) for i in labels for j in labels
    )
    return 1 - seen / (by_chance / n**2)


@pytest.mark.parametrize("seed", range(4))
def test_a_random_programme(app: Flask, people: People, seed: int) -> None:
    chance = random.Random(seed)
    visits: list[dict[str, Any]] = []
    with app.app_context():
        certify(people, "ben", TODAY - timedelta(days=60), TODAY - timedelta(days=10))
        certify(people, "ana", TODAY - timedelta(days=30), TODAY)
        certify(people, "sam", TODAY - timedelta(days=400), TODAY - timedelta(days=45))
        certify(people, "ana", TODAY - timedelta(days=400), TODAY, instrument="another/1")
        held = {"ben": (60, 10), "ana": (30, 0), "sam": (400, 45)}
        for _ in range(60):
            code, ago = chance.choice(list(HOMES)), chance.randrange(0, 130)
            first_name, second_name, site = HOMES[code]
            signed, refused = chance.random() < 0.9, "fork" if chance.random() < 0.05 else None
            day = TODAY - timedelta(days=ago)
            first = observe(people, code, day, first_name, signed=signed, refused=refused)
            seen = {"site": site, "day": day, "ok": signed and not refused, "pair": None}
            if signed and not refused and chance.random() < 0.5:
                second = observe(people, code, day, second_name, role="second", visit=first.visit_id)
                values = rated(chance)
                pair_of(first, second, values)
                since, until = held[second_name]
                seen["pair"], seen["values"] = until <= ago <= since, values
            visits.append(seen)
        for site in (None, "north", "river"):
            inside = [v for v in visits if v["day"] >= PERIOD.first and site in {None, v["site"]}]
            found = pairs(selection(people, site), everything())
            assert len(found) == sum(v["pair"] is not None for v in inside)
            assert sum(pair.counts for pair in found) == sum(v["pair"] is True for v in inside)
            table = shares(selection(people, site), everything(), found)
            check_share(table.overall, [v for v in inside if v["ok"]])
            for name in {v["site"] for v in inside if v["ok"]}:
                check_share(table.by_site[people.sites[name]], [v for v in inside if v["ok"] and v["site"] == name])
            for month in PERIOD.months():
                check_share(table.by_month[month], [v for v in inside if v["ok"] and month_of(v["day"]) == month])
            check_ratings(ratings(people.programme, found), [v["values"] for v in inside if v["pair"]])


def check_share(found: Any, visits: list[dict[str, Any]]) -> None:
    double = sum(v["pair"] is True for v in visits)
    assert (found.visits, found.double, found.apart) == (len(visits), double, sum(v["pair"] is False for v in visits))
    if not visits:
        assert found.share is None and found.interval is None
    else:
        assert found.share == pytest.approx(double / len(visits))
        assert found.interval == pytest.approx(second_wilson(double, len(visits)), abs=1e-9)


def check_ratings(found: Any, values: list[dict[str, Any]]) -> None:
    assert [one.scale for one in found] == ([*SCALES, "sensitivity"] if values else [])
    for one in found:
        rows = [(v[one.scale]["a"], v[one.scale]["b"]) for v in values]
        complete = [row for row in rows if all(isinstance(value, int | float) for value in row)]
        assert (one.icc.used, one.icc.dropped) == (len(complete), len(rows) - len(complete))
        if len(complete) > 2 and not one.icc.why:
            two, three = second_icc(complete)
            assert one.icc.icc2.value == pytest.approx(two, abs=1e-9)
            assert one.icc.icc3.value == pytest.approx(three, abs=1e-9)
            assert one.severity == (three - two >= 0.1)
            assert one.within_one == (sum(abs(a - b) <= 1 for a, b in complete), len(complete))
            if one.scale != "sensitivity":
                assert one.weighted.kappa == pytest.approx(second_weighted(complete, 1, 9), abs=1e-9)
            else:
                assert one.weighted is None


def test_the_labels_are_the_scales_and_not_the_datas(app: Flask, people: People) -> None:
    """1, 2 and 7 are not three neighbours."""
    with app.app_context():
        certify(people, "ben", TODAY, TODAY)
        for a, b in ((1, 1), (2, 2), (7, 7), (1, 2), (2, 7), (7, 7), (1, 1), (2, 1)):
            first = observe(people, "F-001", TODAY, "ana")
            second = observe(people, "F-001", TODAY, "ben", role="second", visit=first.visit_id)
            values = {"instrument": "sensitivity/1", "a": a, "b": b, "difference": b - a}
            pair_of(first, second, {"joining": values})
        (one,) = ratings(people.programme, pairs(selection(people), everything()))
        rows = [(1, 1), (2, 2), (7, 7), (1, 2), (2, 7), (7, 7), (1, 1), (2, 1)]
        assert one.weighted is not None and one.weighted.kappa == pytest.approx(second_weighted(rows, 1, 9))
        ranks = {1: 1, 2: 2, 7: 3}
        wrong = second_weighted([(ranks[a], ranks[b]) for a, b in rows], 1, 3)
        assert abs(one.weighted.kappa - wrong) > 0.01


def test_other_versions_of_a_scale_set_are_not_pooled(app: Flask, people: People) -> None:
    with app.app_context():
        certify(people, "ben", TODAY, TODAY)
        for version in (1, 1, 2):
            first = observe(people, "F-001", TODAY, "ana")
            second = observe(people, "F-001", TODAY, "ben", role="second", visit=first.visit_id)
            values = {"instrument": f"sensitivity/{version}", "a": 3, "b": 4, "difference": 1}
            pair_of(first, second, {"joining": values, "other/1 joining": values | {"instrument": "other/1"}})
        found = ratings(people.programme, pairs(selection(people), everything()))
        assert [(one.instrument, one.scale, one.icc.used) for one in found] == [
            ("other/1", "joining", 3), ("sensitivity/1", "joining", 2), ("sensitivity/2", "joining", 1)
        ]  # fmt: skip
        # a set that is not known here has no label list, and so no kappa
        assert found[0].weighted is None and found[2].weighted is None and found[1].weighted is not None


def test_a_pair_that_could_not_be_compared_is_no_double_coding(app: Flask, people: People) -> None:
    with app.app_context():
        certify(people, "ben", TODAY, TODAY)
        first = observe(people, "F-001", TODAY, "ana")
        pair_of(first, observe(people, "F-001", TODAY, "ben", role="second", visit=first.visit_id), {}, compared=False)
        found = pairs(selection(people), everything())
        assert not found[0].compared
        table = shares(selection(people), everything(), found)
        assert (table.overall.visits, table.overall.double, table.overall.apart) == (1, 0, 1)


def test_families_out_of_reach_are_not_there(app: Flask, people: People) -> None:
    with app.app_context():
        first = observe(people, "F-001", TODAY, "ana")
        pair_of(first, observe(people, "F-001", TODAY, "ben", role="second", visit=first.visit_id), {})
        mine = select(Family.id).where(Family.code == "F-004")
        assert pairs(selection(people), mine) == []
        assert shares(selection(people), mine, []).overall.visits == 0
