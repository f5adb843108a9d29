"""The recorder in Arabic: from right to left on every screen of a visit."""

from __future__ import annotations

import os

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from shell import press, readable, sign_in
from sqlalchemy import update

from recorder.db import db
from recorder.records.people import Account

pytestmark = pytest.mark.browser


def fits(page: Page, name: str) -> None:
    """Nothing runs over the edge, held either way."""
    for width, height in ((1024, 768), (768, 1024)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        if folder := os.environ.get("PICTURES"):
            page.screenshot(path=f"{folder}/ar-{name}-{width}.png")


def test_a_visit_runs_from_right_to_left(page: Page) -> None:
    page.clock.install()
    sign_in(page, language="ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("heading", level=1)).to_contain_text("الأسر")
    fits(page, "families")
    page.get_by_role("button", name="Mia").first.click()
    fits(page, "activities")
    press(page, "observe")
    readable(page)
    fits(page, "start")
    press(page, "begin")
    cue, answer = page.locator(".pad[data-code=VOC]"), page.locator(".pad[data-code=TALK]")
    assert cue.bounding_box()["x"] > answer.bounding_box()["x"], "the child's side comes first: on the right"
    readable(page)
    fits(page, "observing")
    for second, pad in ((5, cue), (7, answer), (40, cue), (42, answer), (90, cue), (92, answer)):
        page.clock.fast_forward(second * 300)
        pad.click()
    page.clock.fast_forward(200_000)
    page.locator(".hold").focus()
    page.keyboard.down("Enter")
    page.clock.run_for(1100)
    page.keyboard.up("Enter")
    for _ in range(3):
        press(page, "next")
    expect(page.locator("[data-act=approve]")).to_be_visible()
    readable(page)
    fits(page, "page")


def test_the_pages_of_families_visits_and_her_account_run_from_right_to_left(page: Page, sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        db.session.execute(update(Account).values(language="ar"))
        db.session.commit()
    sign_in(page, language="ar")
    for path, heading in (("/families/", "الأسر"), ("/visits/", "الزيارات"), ("/me", "حسابي")):
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        readable(page)
        fits(page, path.strip("/"))
    page.goto("/families/")
    page.locator("main a[href^='/families/']").first.click()
    readable(page)
    fits(page, "family")
