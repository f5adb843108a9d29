"""One family over its visits, one visit beside chance, as a manager and a supervisor see them in the real Chromium."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from people import TODAY
from playwright.sync_api import Page, expect
from sqlalchemy import select
from staff import no_violation, sign_in
from tablet import TabletLog, batch, opening

from recorder import ingest
from recorder.db import db, uuid7
from recorder.records.assessments import LifeEvent
from recorder.records.families import Family
from recorder.records.people import Account

pytestmark = pytest.mark.browser

VISITS = ((90, 12, 4, 4), (70, 9, 5, 5), (50, 14, 7, 4), (30, 3, 3, 6), (20, 24, 15, 6), (5, 24, 18, 7))


@pytest.fixture
def visited(server: str, sqlite_app: Flask) -> None:
    """Six visits of Mia with Luis, rated, and a move in between."""
    with sqlite_app.app_context():
        family = db.session.scalars(select(Family).where(Family.code == "F-001")).one()
        ana = db.session.scalars(select(Account).where(Account.sign_in == "ana")).one()
        for days, cues, answered, rating in VISITS:
            log = _log(family, ana, TODAY - timedelta(days=days), cues, answered, rating)
            ingest.take(ana, ingest.read(batch(log.part())))
        moved = LifeEvent(programme_id=ana.programme_id, family_id=family.id, on=TODAY - timedelta(days=60),
                          words="Moved to the grandparents", entered_by_id=ana.id)  # fmt: skip
        db.session.add(moved)
        db.session.commit()


def _log(family: Family, account: Account, day, cues: int, answered: int, rating: int) -> TabletLog:
    people = SimpleNamespace(
        visits={"mia today": uuid7()},
        families={"F-001": family.id},
        children={"Mia": family.children[0].id},
        caregivers={"Luis": family.caregivers[0].id},
        accounts={"ana": account.id},
    )
    log = TabletLog()
    wall = datetime.combine(day, time(18), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    log.add("open", data=opening(people, wall=wall))
    for number in range(cues):
        log.add("tap", ("VOC", "LOOK", "CRY")[number % 3], after_ms=9000)
        if number < answered:
            log.add("tap", ("TALK", "JOY", "COMF")[number % 3], after_ms=1000)
            log.add("tap", "TOUCH", after_ms=12_000 if number % 4 == 0 else 1500)
    log.add("view", data={"out": True}, after_ms=12_000)
    log.add("view", data={"out": False}, after_ms=20_000)
    log.add("end", after_ms=max(20_000, 240_000 - log.clock_ms))
    for scale in ("tuning_in", "joining", "reachable", "acceptance"):
        log.add("rating", scale, {"instrument": "sensitivity/1", "value": rating, "note": "seen"})
    log.add("close", after_ms=1000)
    return log


def test_a_manager_reads_a_family_over_its_visits(page: Page, visited: None) -> None:
    sign_in(page, "mara")
    page.get_by_role("link", name="Families").first.click()
    page.get_by_role("link", name="F-001").first.click()
    page.get_by_role("link", name="Over the visits").click()
    expect(page.get_by_role("heading", name="Mia with Luis, free play")).to_be_visible()
    expect(page.locator("svg.chart")).to_have_count(3)
    expect(page.get_by_text("No double-coded ratings yet").first).to_be_visible()
    expect(page.get_by_role("row", name="Moved to the grandparents")).to_be_visible()
    for width, height in ((1024, 768), (768, 1024)):
        page.set_viewport_size({"width": width, "height": height})
        no_violation(page)


def test_a_supervisor_reads_one_visit_beside_chance(page: Page, visited: None, sqlite_app: Flask) -> None:
    from recorder.records.observations import Log

    with sqlite_app.app_context():
        id = db.session.scalars(select(Log.id).order_by(Log.local_date.desc())).first()
    sign_in(page, "sol")
    page.goto(f"/programme/observations/{id}")
    expect(page.get_by_role("heading", name="Compared with chance")).to_be_visible()
    expect(page.get_by_role("row", name="Odds ratio")).to_contain_text("seconds")
    expect(page.get_by_role("heading", name="What came a second later")).to_be_visible()
    for width, height in ((1024, 768), (768, 1024)):
        page.set_viewport_size({"width": width, "height": height})
        no_violation(page)
