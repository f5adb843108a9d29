"""Ratings on the tablet: sensitivity, then warm presence when it is due, then what she chooses besides."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from shell import all_sent, held_by_the_server, press, readable, sign_in
from sqlalchemy import select

from recorder.db import db
from recorder.records.observations import StoredRating

pytestmark = pytest.mark.browser


@pytest.fixture
def tablet(page: Page) -> Page:
    """Ana's tablet at the visit with Mia."""
    sign_in(page)
    page.get_by_role("button", name="Open Mia").click()
    return page


def watch_to_the_ratings(page: Page) -> None:
    """A visit that was cut short: it is rated all the same."""
    press(page, "observe")
    press(page, "begin")
    press(page, "stop-early")
    page.get_by_label("Another reason").check(force=True)
    press(page, "stop-now")
    press(page, "next")
    expect(page.get_by_role("heading", name="Sensitivity ratings")).to_be_visible()


def rate(page: Page, scale: str, number: str, note: str = "") -> None:
    card = page.locator(f"[data-scale={scale}]")
    if note:
        card.locator("textarea").fill(note)
    card.get_by_role("radio", name=number, exact=True).check(force=True)


def test_warm_presence_is_rated_when_it_is_due_and_else_when_she_chooses_it(tablet: Page, sqlite_app: Flask) -> None:
    page = tablet
    expect(page.get_by_text("Afterwards: Warm presence ratings.")).to_be_visible()
    watch_to_the_ratings(page)
    assert page.locator("[data-also='warm-presence/1']").count() == 0, "it is due: it comes by itself"
    rate(page, "tuning_in", "5")
    press(page, "next")

    expect(page.get_by_role("heading", name="Warm presence ratings")).to_be_visible()
    expect(page.get_by_text("A coaching instrument, not a validated measure.")).to_be_visible()
    assert page.locator("[data-scale]").count() == 6
    assert page.locator("[data-scale=warm] .scale__numbers input").count() == 7
    rate(page, "warm", "6")
    expect(page.locator("[data-scale=warm]").get_by_text("needs a note")).to_be_visible()
    press(page, "next")
    expect(page.locator("[data-scale=warm] textarea")).to_be_focused()
    page.locator("[data-scale=warm] textarea").fill("Laughed together.")
    rate(page, "kind", "2", "Sighed.")
    expect(page.get_by_text("Is somebody not safe?")).to_be_hidden()
    rate(page, "kind", "1", "Shouted.")
    rate(page, "room", "Not observed")
    page.locator("[data-scale=invites] textarea").fill("Held up the cup.")
    page.wait_for_timeout(200)  # a letter typed in this very moment is not a promise yet
    page.reload()
    expect(page.get_by_role("heading", name="Warm presence ratings")).to_be_visible()
    expect(page.locator("[data-scale=invites] textarea")).to_have_value("Held up the cup.")
    expect(page.locator("[data-scale=kind]").get_by_role("radio", name="1", exact=True)).to_be_checked()
    expect(page.get_by_text("Is somebody not safe?")).to_be_visible()
    readable(page)
    page.locator("[data-scale=kind] [data-act=safety]").click()
    expect(page.get_by_text("This is not a report.")).to_be_visible()
    press(page, "leave-note")
    press(page, "next")
    press(page, "no-page")
    expect(page.get_by_role("heading", name="The visit is finished")).to_be_visible()
    all_sent(page)
    with sqlite_app.app_context():
        rows = {(row.instrument, row.scale): row.value for row in db.session.scalars(select(StoredRating))}
        assert rows == {
            ("sensitivity/1", "tuning_in"): 5,
            ("warm-presence/1", "warm"): 6,
            ("warm-presence/1", "kind"): 1,
            ("warm-presence/1", "room"): None,
        }
        assert held_by_the_server(sqlite_app, "safety") == [], "a rating writes no safety note"

    press(page, "more")
    watch_to_the_ratings(page)
    page.locator("[data-also='warm-presence/1']").click()
    expect(page.get_by_role("heading", name="Warm presence ratings")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("heading", name="Sensitivity ratings")).to_be_visible()
