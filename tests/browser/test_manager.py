"""A manager's journey in the real Chromium: she reads her programme, narrows it, and takes a table away."""

from __future__ import annotations

import csv
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select
from staff import no_violation, sign_in
from tablet import TabletLog, batch, observed

from recorder import ingest
from recorder.db import db, uuid7
from recorder.records.families import Family
from recorder.records.observations import Log
from recorder.records.people import Account, Site

pytestmark = pytest.mark.browser


@pytest.fixture
def visited(server: str, sqlite_app: Flask) -> None:
    """Three signed observations of Mia at Northside, one of Kai at Riverside."""
    with sqlite_app.app_context():
        for code, sign_in, number in (("F-001", "ana", 3), ("F-004", "cleo", 1)):
            family = db.session.scalars(select(Family).where(Family.code == code)).one()
            account = db.session.scalars(select(Account).where(Account.sign_in == sign_in)).one()
            for cues in range(10, 10 + number):
                ingest.take(account, ingest.read(batch(_log(family, account, cues).part())))


def _log(family: Family, account: Account, cues: int) -> TabletLog:
    """An observation in a visit that nobody had planned."""
    return observed(
        SimpleNamespace(
            visits={"mia today": uuid7()},
            families={"F-001": family.id},
            children={"Mia": family.children[0].id},
            caregivers={"Luis": family.caregivers[0].id},
            accounts={"ana": account.id},
        ),
        cues=cues,
    )


def row(page: Page, section: str, label: str):
    return (
        page.locator(f"#{section}").get_by_role("row").filter(has=page.get_by_role("rowheader", name=label, exact=True))
    )


def test_a_manager_reads_narrows_and_takes_away(page: Page, visited: None, tmp_path: Path) -> None:
    sign_in(page, "mara")
    page.get_by_role("link", name="Programme", exact=True).click()
    expect(page.get_by_role("heading", name="First Steps")).to_be_visible()

    # coverage and visits, each row with its n
    expect(row(page, "coverage", "All")).to_contain_text("4")
    expect(row(page, "visits", "Northside")).to_contain_text("100%")

    # the answers: n visits, n families, counts, and an interval only where there are visits enough
    whole = row(page, "responsiveness", "All")
    expect(whole.get_by_role("cell").nth(0)).to_have_text("4")
    expect(whole.get_by_role("cell").nth(1)).to_have_text("2")
    expect(whole).to_contain_text("22 of 43 in 4 visits")
    expect(whole).to_contain_text("51%")
    expect(whole).to_contain_text("no cues")
    expect(row(page, "responsiveness", "Riverside")).to_contain_text("5 of 10 in one visit")
    expect(row(page, "responsiveness", "Riverside")).to_contain_text("too few to compare")
    expect(page.get_by_role("img", name="Cues other than distress")).to_be_visible()
    no_violation(page)

    # one site alone
    page.get_by_label("Site").select_option("Riverside")
    page.get_by_role("button", name="Show").click()
    expect(row(page, "responsiveness", "All")).to_contain_text("5 of 10 in one visit")
    expect(row(page, "responsiveness", "Northside")).to_have_count(0)
    no_violation(page)

    # its table, as a file
    with page.expect_download() as download:
        page.get_by_role("link", name="Observations").click()
    path = tmp_path / "observations.csv"
    download.value.save_as(path)
    assert download.value.suggested_filename.startswith("observations-")
    with path.open(encoding="utf-8", newline="") as file:
        (line,) = csv.DictReader(file)
    assert (line["site"], line["codable"], line["answered"], line["distress_codable"]) == ("Riverside", "10", "5", "0")


def test_the_picture_of_an_observation_is_read_by_everybody(page: Page, visited: None, sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        river = db.session.scalars(select(Site.id).where(Site.name == "Riverside")).one()
        family = db.session.scalars(select(Family.id).where(Family.site_id == river)).one()
        log = db.session.scalars(select(Log.id).where(Log.family_id == family)).one()
    sign_in(page, "mara")
    page.goto(f"/programme/observations/{log}")
    expect(page.get_by_role("img", name="The back-and-forth of this observation")).to_be_visible()
    cues = page.get_by_role("table", name="Cues and answers")
    expect(cues.get_by_role("row")).to_have_count(11)
    no_violation(page)
    for width in (768, 390):
        page.set_viewport_size({"width": width, "height": 1024})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
