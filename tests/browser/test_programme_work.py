"""A manager's Monday, and a supervisor's, in the real Chromium: what waits, its rows, tables that may leave, a talk
that is noted; axe finds nothing in light and dark."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from flask import Flask
from people import TODAY
from playwright.sync_api import Page, expect
from sqlalchemy import select
from staff import no_violation, sign_in
from tablet import batch, observed

from recorder import ingest
from recorder.db import db, uuid7
from recorder.records.families import Caregiver, Child, Family
from recorder.records.people import Account

pytestmark = pytest.mark.browser


@pytest.fixture
def visited(server: str, sqlite_app: Flask) -> None:
    """Three signed observations of Mia."""
    from types import SimpleNamespace

    with sqlite_app.app_context():
        ana = db.session.scalars(select(Account).where(Account.sign_in == "ana")).one()
        family = db.session.scalars(select(Family).where(Family.code == "F-001")).one()
        people = SimpleNamespace(
            visits={"mia today": uuid7()}, families={"F-001": family.id}, accounts={"ana": ana.id},
            children={"Mia": db.session.scalars(select(Child.id).where(Child.family_id == family.id)).first()},
            caregivers={"Luis": db.session.scalars(select(Caregiver.id).where(
                Caregiver.family_id == family.id, Caregiver.position == 0)).one()},
        )  # fmt: skip
        for cues in (10, 12, 9):
            ingest.take(ana, ingest.read(batch(observed(people, cues=cues, visit=str(uuid7())).part())))


def test_a_manager_s_monday(page: Page, visited: None, tmp_path: Path) -> None:
    sign_in(page, "mara")
    page.get_by_role("link", name="This week").click()
    no_violation(page)
    page.get_by_role("link", name="Families overdue: 3").click()
    expect(page.get_by_role("row")).to_have_count(4)
    no_violation(page)
    page.get_by_role("link", name="F-004").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("F-004")

    for name, heading in (("How the work goes", "How the work goes"), ("Some of the visits", "Some of the visits"),
                          ("Report", "US-type home visiting report")):  # fmt: skip
        page.goto("/programme/")
        page.locator("main").get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        no_violation(page)
    page.goto("/programme/detail/")
    page.get_by_label("Language of the first caregiver").select_option("Español")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("main")).to_contain_text("No signed observation in this period")

    page.goto("/programme/published/")
    no_violation(page)
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("main")).to_contain_text("hidden to protect families (1 to 10)")
    no_violation(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Take it away as CSV").click()
    download.value.save_as(tmp_path / "published.csv")
    with (tmp_path / "published.csv").open(encoding="utf-8", newline="") as file:
        assert {"*", "0"} >= {row["count"] for row in csv.DictReader(file)}


def test_a_supervisor_notes_a_talk(page: Page, visited: None) -> None:
    sign_in(page, "sol")
    page.get_by_role("link", name="This week").click()
    no_violation(page)
    page.locator("main").get_by_role("link", name="Supervision", exact=True).click()
    no_violation(page)
    page.get_by_label("With whom?").select_option("Ben")
    page.get_by_label("Talk, one to one").check()
    page.get_by_label("Day", exact=True).fill(TODAY.isoformat())
    page.get_by_label("What was agreed").fill("We look at one video together")
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_role("status")).to_have_text("Noted.")
    expect(page.locator("main")).to_contain_text("We look at one video together")
    no_violation(page)
