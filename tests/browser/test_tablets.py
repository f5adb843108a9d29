"""A supervisor's tablets in the real Chromium: a code that a camera reads, revoking, settling, an emergency file."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from enrolling import enrol
from flask import Flask
from people import PASSWORD, TODAY, People
from PIL import Image
from playwright.sync_api import Page, expect
from sealing import LogKey, sealed
from sqlalchemy import select, update
from tablet import batch, observed

from recorder import ingest
from recorder.db import db
from recorder.records.devices import Device
from recorder.records.families import Assignment, Family
from recorder.records.observations import StoredFigures
from recorder.records.people import Account
from recorder.records.visits import Visit

pytestmark = pytest.mark.browser
SIZES = ((1024, 768), (768, 1024))


def sign_in(page: Page, name: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def clean(page: Page) -> None:
    """Nothing for axe in either theme, and nothing wider than the screen in either position."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        found = Axe().run(page).response["violations"]
        assert found == [], [(one["id"], one["nodes"][0]["html"]) for one in found]
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert not page.evaluate("() => document.documentElement.scrollWidth > innerWidth")


@pytest.fixture
def cast(sqlite_app: Flask, server: str) -> People:
    """Who is who on the live server."""
    with sqlite_app.app_context():
        accounts = {one.sign_in: one.id for one in db.session.scalars(select(Account))}
        families = {home.code: home for home in db.session.scalars(select(Family))}
        everybody = [person for home in families.values() for person in [*home.children, *home.caregivers]]
        sites = {"north": families["F-001"].site_id}
        mias = select(Visit.id).where(Visit.family_id == families["F-001"].id)
        visits = {"mia today": db.session.scalars(mias).one()}
        ids = {person.first_name: person.id for person in everybody}
        return People(families["F-001"].programme_id, families["F-900"].programme_id, sites, accounts,
                      {code: home.id for code, home in families.items()}, ids, ids, visits)  # fmt: skip


def test_a_camera_reads_the_code_and_the_page_says_when_it_was_used(page: Page, cast: People, server: str) -> None:
    sign_in(page, "sol")
    page.get_by_role("link", name="Tablets").click()
    page.get_by_role("link", name="Add a tablet").click()
    clean(page)
    page.get_by_role("button", name="Make a code").click()
    letters = page.locator(".code code").inner_text()
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        seen = Image.open(io.BytesIO(page.screenshot()))
        assert [read.text for read in zxingcpp.read_barcodes(seen)] == [f"{server}/install#{letters}"]
    clean(page)
    made = page.request.post("/api/v1/enrol", data={"code": letters, "name": "Tablet 12"}, headers={"X-Recorder": "1"})
    assert made.status == 201
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("status")).to_have_text("The code was used: Tablet 12 is added.")
    page.get_by_role("link", name="Look at it").click()
    expect(page.get_by_role("heading", name="Tablet 12")).to_be_visible()
    clean(page)


def test_revoking_asks_first(page: Page, cast: People, sqlite_app: Flask) -> None:
    tablet = enrol(sqlite_app, cast, site_id=cast.sites["north"])
    sign_in(page, "sol")
    page.goto("/devices/")
    clean(page)
    page.get_by_role("link", name="Tablet 7").click()
    page.get_by_role("link", name="Revoke this tablet").click()
    clean(page)
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("status")).to_have_text("Tablet 7 is revoked.")
    with sqlite_app.app_context():
        assert db.session.get_one(Device, tablet.id).revoked_at is not None


def test_what_was_put_aside_is_tried_again(page: Page, cast: People, sqlite_app: Flask) -> None:
    log = observed(cast)
    with sqlite_app.app_context():
        hers = update(Assignment).where(Assignment.family_id == cast.families["F-001"])
        db.session.execute(hers.values(until_on=TODAY - timedelta(days=30)))
        db.session.commit()
        ingest.take(db.session.get_one(Account, cast.accounts["ana"]), ingest.read(batch(log.part())))
    sign_in(page, "sol")
    page.goto("/quarantine/")
    clean(page)
    page.get_by_text("Set aside for good").click()
    page.get_by_role("button", name="Set aside").click()
    expect(page.get_by_text("Please say why.")).to_be_visible()
    with sqlite_app.app_context():
        db.session.execute(hers.values(until_on=None))
        db.session.commit()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("status")).to_have_text("It was read again and counts now.")
    with sqlite_app.app_context():
        assert db.session.scalars(select(StoredFigures)).one().cues == 10


def test_an_emergency_file_is_looked_at_and_taken(page: Page, cast: People, sqlite_app: Flask, tmp_path: Path) -> None:
    tablet, log = enrol(sqlite_app, cast, site_id=cast.sites["north"]), observed(cast)
    said = {"format": "recorder-emergency/1", "device": str(tablet.id), "made_at": "2026-03-02T15:04:11.250Z"}
    path = tmp_path / "recorder-2026-03-02-15-04.json"
    path.write_text(json.dumps(said | {"logs": [sealed(log, tablet.server_key, key=LogKey())]}, indent=1))
    sign_in(page, "sol")
    page.goto("/devices/")
    page.get_by_role("link", name="Take an emergency file").click()
    clean(page)
    page.get_by_label("Emergency file").set_input_files(path)
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_role("heading", name="1 record in this file")).to_be_visible()
    clean(page)
    page.get_by_role("button", name="Take it").click()
    expect(page.get_by_role("status")).to_have_text(f"{len(log.strings)} new entries were taken.")
    with sqlite_app.app_context():
        assert db.session.scalars(select(StoredFigures)).one().cues == 10
