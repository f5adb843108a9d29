"""Two tablets code one visit, blind to each other, and a supervisor reads what they agree on; a practice is certified.

Real Chromium, two browsers of two people, clocks moved by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from people import PASSWORD
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from recorder.db import db
from recorder.ingest.segments import strings
from recorder.records.double_coding import Certificate, PairAgreement
from recorder.records.observations import Log, StoredFigures, StoredRating

pytestmark = pytest.mark.browser

PLAN = tuple((10 + 7 * n, ("VOC", "TALK", "LOOK", "JOY")[n % 4]) for n in range(30))
"""Seconds after the spoken "now", and what is seen then."""


@pytest.fixture
def other(chromium: Browser, server: str) -> Iterator[Page]:
    """A second person's browser."""
    context = chromium.new_context(
        base_url=server, viewport={"width": 768, "height": 1024}, locale="en-US", timezone_id="America/Chicago"
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert faults == []


@pytest.fixture
def sol(chromium: Browser, server: str) -> Iterator[Page]:
    """The supervisor's browser, which runs no script: her pages work without."""
    context = chromium.new_context(
        base_url=server, viewport={"width": 1024, "height": 768}, locale="en-US", java_script_enabled=False
    )
    page = context.new_page()
    sign_in(page, "sol", "/families/")
    yield page
    context.close()


def sign_in(page: Page, name: str, onward: str = "/record/en") -> None:
    page.set_default_timeout(10_000)
    page.goto(f"/sign-in?next={onward}")
    page.locator("[name=sign_in]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    page.wait_for_url(f"**{onward}*")


def tablet(page: Page, name: str) -> None:
    page.clock.install()
    sign_in(page, name)
    expect(page.get_by_role("heading", name="Your families")).to_be_visible()


def press(page: Page, act: str) -> None:
    page.locator(f"[data-act={act}]").first.click()


def code(page: Page, late_ms: int, miss: set[int]) -> None:
    """Wait for the spoken "now", tap it, and tap the plan `late_ms` later, some of it missed."""
    expect(page.locator(".pads")).to_be_visible()
    page.clock.fast_forward(4000)
    press(page, "sync")
    expect(page.locator(".step")).to_have_count(1)
    expect(page.locator(".step")).to_contain_text("Now")
    at = 0
    for number, (seconds, tapped) in enumerate(PLAN):
        if number in miss:
            continue
        page.clock.fast_forward(seconds * 1000 + late_ms - at)
        at = seconds * 1000 + late_ms
        page.locator(f".pad[data-code={tapped}]").click()
    expect(page.locator(".step")).to_have_count(1 + len(PLAN) - len(miss))
    hold_to_end(page)


def hold_to_end(page: Page) -> None:
    page.locator(".hold").focus()
    page.keyboard.down("Enter")
    page.clock.run_for(1100)
    page.keyboard.up("Enter")


def rate(page: Page, scale: str, number: str) -> None:
    page.locator(f"[data-scale={scale}]").get_by_role("radio", name=number, exact=True).check(force=True)


def no_violation(page: Page) -> None:
    """No axe violation, and nothing that has to be scrolled sideways."""
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def grant_to_ben(sol: Page) -> None:
    sol.goto("/visits/")
    sol.get_by_role("link", name="F-001").first.click()
    sol.goto(next(a for a in hrefs(sol, "/visits/") if a.count("/") == 2 and a != "/visits/"))
    sol.get_by_label("Who codes it too?").select_option(label="Ben")
    sol.get_by_role("button", name="Open the visit to a second observer").click()
    expect(sol.get_by_text("Ben codes this visit too")).to_be_visible()


def hrefs(page: Page, beginning: str) -> list[str]:
    found = [link.get_attribute("href") or "" for link in page.get_by_role("link").all()]
    return [href for href in found if href.startswith(beginning)]


def all_sent(page: Page) -> None:
    for _ in range(10):
        page.clock.run_for(1000)
        page.wait_for_timeout(100)
        if page.locator(".badge").inner_text().startswith("All sent"):
            return
    expect(page.locator(".badge")).to_contain_text("All sent")


def test_two_code_one_visit_and_a_supervisor_reads_it(page: Page, other: Page, sol: Page, sqlite_app: Flask) -> None:
    grant_to_ben(sol)
    tablet(page, "ana")
    tablet(other, "ben")

    card = other.locator("[data-grant]")
    expect(card).to_have_count(1)
    expect(other.get_by_role("heading", name="Code together")).to_be_visible()
    body = other.locator("#content").inner_text()
    assert "Mia" in body and "F-001" not in body and "Luis" not in body
    no_violation(other)
    card.click()
    expect(other.get_by_role("heading", name="Coding together with Mia")).to_be_visible()
    no_violation(other)

    page.get_by_role("button", name="Open Mia").click()
    press(page, "observe")
    press(page, "begin")
    press(other, "begin")
    no_violation(other)
    box = other.locator("[data-act=sync]").bounding_box()
    assert box and min(box["height"], box["width"]) >= 64
    code(page, 0, set())
    code(other, 600, {5, 17})

    # the first one goes on to the family's page; the second signs and is done
    expect(page.get_by_role("heading", name="What did you notice?")).to_be_visible()
    press(page, "next")
    rate(page, "tuning_in", "6")
    press(page, "next")
    expect(page.get_by_role("heading", name="Warm presence ratings")).to_be_visible()
    press(page, "next")
    expect(page.locator("[data-act=approve]")).to_be_visible()

    expect(other.get_by_role("heading", name="Sensitivity ratings")).to_be_visible()
    rate(other, "tuning_in", "4")
    other.get_by_role("button", name="Sign your coding").click()
    expect(other.get_by_role("heading", name="Your coding is signed")).to_be_visible()
    assert other.get_by_role("button", name="Show the page").count() == 0
    assert other.locator("[data-act=more]").count() == 0
    all_sent(other)

    sol.reload()
    expect(sol.get_by_text("Second observer: signed")).to_be_visible()
    expect(sol.get_by_text("First observer: not signed yet")).to_be_visible()
    assert sol.get_by_role("link", name="What the two agree on").count() == 0
    page.get_by_role("button", name="No page today").click()
    expect(page.get_by_role("heading", name="The visit is finished")).to_be_visible()
    all_sent(page)

    sol.reload()
    sol.get_by_role("link", name="What the two agree on").click()
    expect(sol.get_by_text("30 events were coded by at least one of them, and 28 the same by both")).to_be_visible()
    expect(sol.get_by_text("Missed by Ben: 2. Missed by Ana: 0.")).to_be_visible()
    expect(sol.get_by_text("Ben held no valid certificate")).to_be_visible()
    rows = sol.locator("#differences tbody tr")
    expect(rows).to_have_count(2)
    rows.first.get_by_role("link").click()
    expect(sol.locator("#moment svg")).to_be_visible()
    expect(sol.get_by_role("link", name="The next one")).to_be_visible()

    with sqlite_app.app_context():
        (pair,) = db.session.scalars(select(PairAgreement))
        assert pair.aligned_by == "sync" and pair.result["events"]["matched"] == 28
        assert 400 <= pair.result["events"]["median_dt_ms"] <= 900, "the tablets' own reaction lies within"
        assert pair.result["ratings"]["tuning_in"]["difference"] == -2
        logs = {log.role: [json.loads(one) for one in strings(log)] for log in db.session.scalars(select(Log))}
        assert set(logs) == {"primary", "second"}
        assert not {"sheet", "note", "tried"} & {event["kind"] for event in logs["second"]}
        assert logs["second"][0]["data"]["visit"] == logs["primary"][0]["data"]["visit"]
        # only the first feeds figures and ratings
        assert len(db.session.scalars(select(StoredFigures)).all()) == 1
        assert [row.value for row in db.session.scalars(select(StoredRating))] == [6]

    other.get_by_role("button", name="Back to the families").click()
    expect(other.get_by_role("heading", name="Your families")).to_be_visible()
    expect(other.locator("[data-grant]")).to_have_count(0)


def test_a_second_coding_that_was_left_is_taken_up_again(page: Page, sol: Page) -> None:
    grant_to_ben(sol)
    tablet(page, "ben")
    page.locator("[data-grant]").click()
    press(page, "begin")
    press(page, "sync")
    expect(page.locator(".step")).to_have_attribute("data-stored", "true")
    page.reload()
    expect(page.locator(".step")).to_contain_text("Now")
    expect(page.get_by_role("heading", name="Mia")).to_be_visible()
    press(page, "undo")
    expect(page.locator(".step")).to_have_attribute("data-struck", "true")


def test_an_ordinary_visit_has_no_now(page: Page) -> None:
    tablet(page, "ana")
    page.get_by_role("button", name="Open Mia").click()
    press(page, "observe")
    press(page, "begin")
    expect(page.locator(".pads")).to_be_visible()
    assert page.locator("[data-act=sync]").count() == 0


def test_a_practice_is_certified(page: Page, sol: Page, sqlite_app: Flask, tmp_path: Path) -> None:
    reference = {
        "format": "observation/1",
        "scheme": "serve-and-return/1",
        "duration_ms": 240_000,
        "events": [{"t_ms": 1000, "code": "SYNC"}]
        + [{"t_ms": 1000 + 1000 * seconds, "code": tapped} for seconds, tapped in PLAN],
    }
    file = tmp_path / "spoons.observation.json"
    file.write_text(json.dumps(reference))
    sol.goto("/agreement/practice/")
    sol.get_by_label("Title").fill("Spoons")
    sol.get_by_label("What to do").fill("Play video 3. Tap Now at the bell.")
    sol.get_by_label("File with the reference coding").set_input_files(str(file))
    sol.get_by_role("button", name="Add the piece").click()
    expect(sol.get_by_text("The piece is there.")).to_be_visible()

    tablet(page, "ben")
    page.get_by_role("button", name="Practise: Spoons").click()
    expect(page.get_by_text("Play video 3. Tap Now at the bell.")).to_be_visible()
    no_violation(page)
    press(page, "begin")
    assert page.locator(".who").count() == 0, "there is nobody to choose from"
    code(page, 300, {3})
    page.get_by_role("button", name="Sign your coding").click()
    expect(page.get_by_role("heading", name="Your coding is signed")).to_be_visible()
    all_sent(page)

    sol.reload()
    expect(sol.get_by_text("30 moments")).to_be_visible()
    sol.get_by_role("button", name="Give the certificate").click()
    expect(sol.get_by_text("The certificate is given.")).to_be_visible()
    with sqlite_app.app_context():
        assert db.session.scalars(select(Certificate)).one().instrument == "serve-and-return/1"
        log = db.session.scalars(select(Log)).one()
        opening = json.loads(strings(log)[0])["data"]
        assert not {"family", "visit"} & set(opening) and opening["children"] == []
        assert log.refused is None and log.family_id is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1024, 768), (768, 1024)])
def test_the_pages_can_be_read_by_everybody(page: Page, width: int, height: int, scheme) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    sign_in(page, "sol", "/agreement/")
    no_violation(page)
    page.goto("/agreement/practice/")
    no_violation(page)
