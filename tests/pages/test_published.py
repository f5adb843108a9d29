"""Published once, kept, and served again unchanged; counted against a second count; nothing small on the page."""

from __future__ import annotations

import csv
import random
from collections import Counter
from datetime import date, timedelta
from io import StringIO

import pytest
from flask import Flask
from forms import send as post
from people import TODAY, People
from sqlalchemy import select
from tablet import batch, observed

from recorder import ingest
from recorder.db import db, uuid7
from recorder.programme.published import count, publishable, quarter_of
from recorder.programme.rollup import months_before
from recorder.records.families import Caregiver, Family
from recorder.records.people import Account, Programme
from recorder.records.published import Published
from recorder.records.visits import Visit

QUARTER = quarter_of(months_before(TODAY.replace(day=1), 3))


@pytest.fixture
def many(app: Flask, people: People) -> list[dict]:
    """Sixty families more, at both sites, with visits of the last quarter: what was made, as plain rows."""
    chance, made = random.Random(5), []
    with app.app_context():
        for number in range(60):
            site = chance.choice(("north", "river"))
            enrolled = QUARTER.first - timedelta(days=chance.randint(-80, 300))
            left = enrolled + timedelta(days=chance.randint(30, 200)) if chance.random() < 0.3 else None
            language, status = chance.choice(("en", "en", "es")), chance.choice(("done", "cancelled", "planned"))
            family = Family(programme_id=people.programme, site_id=people.sites[site], code=f"G-{number}",
                            enrolled_on=enrolled, left_on=left)  # fmt: skip
            family.caregivers.append(Caregiver(programme_id=people.programme, first_name="X", language=language))
            db.session.add(family)
            db.session.flush()
            day = QUARTER.first + timedelta(days=chance.randint(0, 85))
            db.session.add(
                Visit(programme_id=people.programme, family_id=family.id, site_id=family.site_id, local_date=day,
                      account_id=people.accounts["ana"], status=status,
                      cancelled_by="family" if status == "cancelled" else None)
            )  # fmt: skip
            made.append({"site": str(people.sites[site]), "enrolled": enrolled, "left": left, "language": language,
                         "status": status, "day": day})  # fmt: skip
        db.session.commit()
    return made


def test_what_is_counted(app: Flask, people: People, many: list[dict]) -> None:
    first, last = QUARTER.first, QUARTER.period.end
    with app.app_context():
        counts = count(people.programme, QUARTER, TODAY)
    ours = {str(people.sites[name]) for name in ("north", "river")}
    assert set(counts["families"]) == ours
    # the four families of `people.py` were enrolled a year ago, all but one in English, and were not observed
    four = Counter({str(people.sites["north"]): 3, str(people.sites["river"]): 1})
    here = [row for row in many if row["enrolled"] <= last and (row["left"] is None or row["left"] >= first)]
    for site in ours:
        families = [row for row in here if row["site"] == site]
        assert counts["families"][site] == {"observed": 0, "not_observed": len(families) + four[site]}
        english = sum(row["language"] == "en" for row in families) + four[site]
        assert counts["languages"][site] == {"en": english, "es": len(families) + four[site] - english}
        ever = sum(row["site"] == site and row["enrolled"] <= last for row in many) + four[site]
        assert counts["enrolled"][site] == {"families": ever}
        kept = [row for row in many if row["site"] == site]
        expected = [row for row in kept if row["status"] == "done" or row["left"] is None or row["day"] < row["left"]]
        by = Counter(row["status"] for row in expected)
        assert counts["visits"][site] == {
            "completed": by["done"], "cancelled_by_staff": 0, "cancelled_by_family": by["cancelled"],
            "missing": by["planned"],
        }  # fmt: skip


def test_published_once_and_served_again_unchanged(app: Flask, signed_in, people: People, many: list[dict]) -> None:
    mara = signed_in("mara")
    answer = post(mara, "/programme/published/", {"first": QUARTER.first.isoformat()})
    assert answer.status_code == 302
    page, file = (mara.get(answer.location + ending) for ending in ("", ".csv"))
    assert "hidden to protect families (1 to 10)" in page.get_data(as_text=True)
    numbers = [row["count"] for row in csv.DictReader(StringIO(file.get_data(as_text=True), newline=""))]
    assert "*" in numbers and not any(number != "*" and 1 <= int(number) <= 10 for number in numbers)
    with app.app_context():  # what arrives late changes nothing, and nor does a second try or another threshold
        account = db.session.get_one(Account, people.accounts["ana"])
        wall = f"{QUARTER.first + timedelta(days=40)}T18:00:00.000Z"
        late = observed(people, visit=str(uuid7()), wall=wall)
        ingest.take(account, ingest.read(batch(late.part())))
        assert sum(row["observed"] for row in count(people.programme, QUARTER, TODAY)["families"].values()) == 1
        db.session.get_one(Programme, people.programme).small_cells = 1
        db.session.commit()
    again = post(mara, "/programme/published/", {"first": QUARTER.first.isoformat()})
    assert again.status_code == 422, "a published quarter is not offered again"
    for ending, before in (("", page), (".csv", file)):
        assert (
            signed_in("abe").get(answer.location + ending).data.split(b"</header>")[-1]
            == before.data.split(b"</header>")[-1]
        )
    with app.app_context():
        assert len(db.session.scalars(select(Published)).all()) == 1
        raw = db.session.connection().exec_driver_sql("SELECT counts FROM published").scalar()
        assert b"families" not in bytes(raw), "the true counts are sealed"


def test_quarters_go_forward_only_and_only_when_they_are_over(app: Flask, people: People) -> None:
    with app.app_context():
        offered = [quarter.first for quarter in publishable(people.programme, date(2026, 11, 24))]
        assert offered == [date(2025, 10, 1), date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)]
        db.session.add(
            Published(programme_id=people.programme, first=date(2026, 1, 1), last=date(2026, 3, 31), threshold=10,
                      content="{}", counts="{}", published_by_id=people.accounts["mara"])
        )  # fmt: skip
        db.session.flush()
        left = [quarter.first for quarter in publishable(people.programme, date(2026, 11, 24))]
        assert left == [date(2026, 4, 1), date(2026, 7, 1)]


def test_another_programme_s_tables_are_not_there(signed_in, people: People, many: list[dict]) -> None:
    path = post(signed_in("mara"), "/programme/published/", {"first": QUARTER.first.isoformat()}).location
    otto = signed_in("otto")
    assert otto.get(path).status_code == otto.get(path + ".csv").status_code == 404
    assert post(signed_in("abe"), "/programme/published/", {"first": "2020-01-01"}).status_code == 403
