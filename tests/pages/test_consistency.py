"""A family's page of consistency: what it shows, to whom, and what it never says."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask
from people import TODAY, People
from tablet import TabletLog, batch, opening

from recorder import ingest
from recorder.db import db, uuid7
from recorder.records.assessments import LifeEvent
from recorder.records.people import Account


def visit(people: People, days_ago: int, cues: int, answered: int, rating: int | None = None, **changes) -> TabletLog:
    """A signed observation some days ago, with all four scales of sensitivity at one value."""
    log = TabletLog()
    noon = datetime.combine(TODAY - timedelta(days=days_ago), time(18), UTC)
    wall = noon.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    log.add("open", data=opening(people, visit=str(uuid7()), wall=wall, **changes))
    for number in range(cues):
        log.add("tap", "VOC", after_ms=10_000)
        if number < answered:
            log.add("tap", "TALK", after_ms=1000)
    log.add("end", after_ms=max(20_000, 200_000 - log.clock_ms))
    for scale in ("tuning_in", "joining", "reachable", "acceptance") if rating else ():
        log.add("rating", scale, {"instrument": "sensitivity/1", "value": rating, "note": "seen"})
    log.add("close", after_ms=1000)
    return log


@pytest.fixture
def take(app: Flask, people: People):
    """A function that takes in logs of Ana's tablet."""

    def take(*logs: TabletLog) -> None:
        with app.app_context():
            account = db.session.get_one(Account, people.accounts["ana"])
            for log in logs:
                ingest.take(account, ingest.read(batch(log.part())))

    return take


@pytest.fixture
def page(signed_in, people: People):
    """A function from a sign-in name to the text of F-001's page."""

    def page(name: str, family: str = "F-001") -> str:
        answer = signed_in(name).get(f"/families/{people.families[family]}/consistency")
        assert answer.status_code == 200
        return " ".join(answer.get_data(as_text=True).split())

    return page


FIVE = ((90, 10, 4), (70, 8, 0), (50, 10, 7), (30, 3, 3), (20, 10, 8), (5, 10, 9))


def test_nothing_observed_is_said(page) -> None:
    shown = page("sol")
    assert "No signed observation yet" in shown and "No questionnaire was answered yet." in shown
    assert "<svg" not in shown


def test_two_visits_are_dots_and_too_few_for_a_trend(page, take, people: People) -> None:
    take(visit(people, 40, 10, 4, rating=4), visit(people, 20, 10, 7, rating=5))
    shown = page("mara")
    assert shown.count("2 visits that count: too few for a trend. It takes 3.") == 2
    assert "RMSSD" not in shown and "(SD)" not in shown and "slope" not in shown.split("How to read this")[0]
    assert shown.count('class="chart__rate"') == 4 and shown.count('class="chart__whisker"') == 2


def test_five_visits_have_slope_and_steps_together_and_each_picture_its_table(page, take, people: People) -> None:
    take(*(visit(people, *counts, rating=5) for counts in FIVE))
    shown = page("sol")
    assert "5 visits count. Over the whole time it rose by about" in shown
    assert "From one visit to the next it moved by about" in shown and "(RMSSD)" in shown
    for paragraph in re.findall("<p>.*?</p>", shown):
        assert "(SD)" not in paragraph or "slope" in paragraph, "spread never stands alone"
    assert "First and latest: 4 of 10" in shown and "9 of 10" in shown
    assert "too few cues for a share" in shown, "three cues are counted and no share"
    assert shown.count('class="chart__few"') == 1
    pictures = ElementTree.fromstring("<all>" + "".join(re.findall("<svg.*?</svg>", shown)) + "</all>")
    assert len(pictures) == len(re.findall(r'<div class="scroll tall"', shown)) == 2


def test_change_of_a_rating_without_double_coding_says_what_cannot_be_said(page, take, people: People) -> None:
    take(*(visit(people, days, 6, 3, rating=rating) for days, rating in ((60, 4), (40, 4), (20, 6))))
    shown = page("abe")
    assert "The score rose by 2.0 points, from 4.0" in shown
    assert "No double-coded ratings yet: it cannot be said whether a change is more than rating error." in shown
    assert "A coaching instrument, not a validated measure" in shown or "coaching instrument, not a valid" in shown


def test_a_life_event_stands_between_the_visits_it_lies_between(app: Flask, page, take, people: People) -> None:
    take(*(visit(people, *counts) for counts in FIVE))
    with app.app_context():
        moved = LifeEvent(programme_id=people.programme, family_id=people.families["F-001"], words="Moved <house>",
                          on=TODAY - timedelta(days=60), entered_by_id=people.accounts["sol"])  # fmt: skip
        db.session.add(moved)
        db.session.commit()
    shown = page("sol")
    assert "Moved &lt;house&gt;" in shown
    svg = ElementTree.fromstring(re.findall("<svg.*?</svg>", shown)[0])
    (mark,) = [float(line.get("x1")) for line in svg if line.get("class") == "chart__mark"]
    places = [float(dot.get("cx")) for dot in svg if dot.get("class") in ("chart__rate", "chart__few")]
    assert places[1] < mark < places[2]


def test_a_visitor_sees_dots_of_her_own_families_and_nothing_computed(page, take, signed_in, people: People) -> None:
    take(*(visit(people, *counts, rating=5) for counts in FIVE))
    shown = page("ana")
    assert shown.count('class="chart__rate"') == 5 and "<table" in shown
    for word in ("RMSSD", "(SD)", "First and latest", "Sensitivity", "never averaged", "Odds"):
        assert word not in shown
    assert signed_in("ben").get(f"/families/{people.families['F-001']}/consistency").status_code == 404


@pytest.mark.parametrize(("name", "status"), [("sam", 404), ("otto", 404), ("ida", 403), ("abe", 200)])
def test_who_may_open_it(signed_in, people: People, name: str, status: int) -> None:
    assert signed_in(name).get(f"/families/{people.families['F-001']}/consistency").status_code == status


def test_no_word_judges_and_nothing_is_styled_inline(page, take, people: People) -> None:
    take(*(visit(people, *counts, rating=5) for counts in FIVE))
    shown = page("mara")
    for word in ("insecure", "avoidant", "neglect", "inconsistent", "unstable", "poor", "bad "):
        assert word not in shown.lower()
    assert "style=" not in shown


def test_the_familys_page_leads_here(signed_in, people: People) -> None:
    for name in ("ana", "sol", "mara"):
        shown = signed_in(name).get(f"/families/{people.families['F-001']}").get_data(as_text=True)
        assert f"/families/{people.families['F-001']}/consistency" in shown
