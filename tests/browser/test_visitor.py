"""A visitor's journey on the tablet, in the real Chromium against the real server.

What the screen promised is read from the screen (a dot that turned solid), what the server holds from its database:
every promised tap is there exactly once, in order, and nothing else is. The browser's clock is moved by hand, so that
five minutes pass in a second.
"""

from __future__ import annotations

import json
import uuid
from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from people import PASSWORD
from playwright.sync_api import Page, expect
from sqlalchemy import select

from recorder.db import db
from recorder.ingest.segments import strings
from recorder.records.families import Assignment, Family
from recorder.records.observations import Log, StoredFigures, StoredRating
from recorder.records.people import Account
from recorder.records.sheets import Sheet
from recorder.records.visits import Visit

pytestmark = pytest.mark.browser

WORKED_CASE = (
    (12, "VOC"), (14, "TALK"), (30, "LOOK"), (33, "JOY"), (55, "REACH"), (56, "FOLLOW"), (80, "CRY"), (84, "COMF"),
    (95, "TALK"), (110, "VOC"), (140, "PLAY"), (143, "FOLLOW"), (165, "LOOK"), (171, "TALK"), (200, "AWAY"),
    (202, "TAKE"), (230, "REACH"), (232.5, "TALK"), (250, "TOUCH"), (270, "VOC"), (273, "TALK"),
)  # fmt: skip
"""The worked case of the parent's page: seconds from the start, and what was tapped."""


class Tablet:
    """Ana's tablet; `ledger` holds every tap whose dot was seen solid: its place in the log and its code."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seconds = 0.0
        self.ledger: list[tuple[int, str]] = []
        page.set_default_timeout(10_000)

    def sign_in(self) -> None:
        self.page.goto("/sign-in?next=/record/en")
        self.page.locator("[name=sign_in]").fill("ana")
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.locator("main button").first.click()
        self.page.wait_for_url("**/*")
        self.page.goto("/record/en")
        expect(self.heading("Your families")).to_be_visible()

    def heading(self, words: str):
        return self.page.get_by_role("heading", name=words)

    def press(self, act: str) -> None:
        self.page.locator(f"[data-act={act}]").first.click()

    def begin(self) -> None:
        self.page.get_by_role("button", name="Open Mia").click()
        self.press("observe")
        self.press("begin")
        expect(self.page.locator(".pads")).to_be_visible()

    def wait_until(self, seconds: float) -> None:
        self.page.clock.fast_forward(round((seconds - self.seconds) * 1000))
        self.seconds = seconds

    def tap(self, code: str) -> int:
        """Tap a pad, wait for the newest dot to turn solid, and note what was promised."""
        before = self.page.locator(".step").count()
        self.page.locator(f".pad[data-code={code}]").click()
        expect(self.page.locator(".step")).to_have_count(before + 1)
        newest = self.page.locator(".step").first
        expect(newest).to_have_attribute("data-stored", "true")
        seq = int(newest.get_attribute("data-seq") or 0)
        self.ledger.append((seq, code))
        return seq

    def step(self, seq: int):
        return self.page.locator(f".step[data-seq='{seq}']")

    def reload(self) -> None:
        self.page.wait_for_timeout(200)  # a letter typed in this very moment is not a promise yet
        self.page.reload()

    def hold_to_end(self) -> None:
        box = self.page.locator(".hold").bounding_box()
        assert box
        self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.page.mouse.down()
        self.page.clock.run_for(1100)
        self.page.mouse.up()


@pytest.fixture
def tablet(page: Page) -> Tablet:
    """A tablet with a clock that is moved by hand, signed in, at the list of families."""
    page.clock.install()
    tablet = Tablet(page)
    tablet.sign_in()
    return tablet


def choose(page: Page, words: str) -> None:
    page.get_by_label(words, exact=True).first.check(force=True)


def test_from_the_first_tap_to_the_page_on_the_fridge(tablet: Tablet, sqlite_app: Flask) -> None:
    page = tablet.page
    tablet.begin()
    for seconds, code in WORKED_CASE[:10]:
        tablet.wait_until(seconds)
        tablet.tap(code)

    wrong = tablet.tap("UP")
    tablet.step(wrong).click()
    expect(tablet.step(wrong)).to_have_attribute("data-struck", "true")
    tablet.step(wrong).click()
    expect(tablet.step(wrong)).to_have_attribute("data-struck", "false")
    page.clock.run_for(300)
    tablet.press("undo")
    expect(tablet.step(wrong)).to_have_attribute("data-struck", "true")

    tablet.press("keep")
    choose(page, "Came for comfort")
    page.get_by_label("In your words").fill("Mia came to Luis.")
    tablet.reload()
    expect(page.get_by_label("In your words")).to_have_value("Mia came to Luis.")
    tablet.press("moment-done")
    expect(page.locator(".step", has_text="Keep")).to_have_attribute("data-stored", "true")
    for seq, _ in tablet.ledger:
        expect(tablet.step(seq)).to_have_attribute("data-stored", "true")

    tablet.press("pause")
    expect(page.get_by_text("paused")).to_be_visible()
    page.clock.run_for(500)
    tablet.press("pause")
    tablet.press("ask")
    page.get_by_label("What would you like to ask?").fill("Is this much crying usual?")
    tablet.press("moment-done")
    for seconds, code in WORKED_CASE[10:]:
        tablet.wait_until(seconds)
        tablet.tap(code)
    tablet.wait_until(300)
    tablet.hold_to_end()

    expect(tablet.heading("A look back")).to_be_visible()
    choose(page, "Carried on")
    tablet.press("next")
    expect(page.get_by_text("Please say which it was.")).to_be_visible()
    choose(page, "It was a rough moment")
    tablet.press("next")

    expect(tablet.heading("What did you notice?")).to_be_visible()
    page.get_by_label("In the caregiver's words").fill("She calls me with her sounds.")
    tablet.reload()
    expect(page.get_by_label("In the caregiver's words")).to_have_value("She calls me with her sounds.")
    tablet.press("next")

    scale = page.locator("[data-scale=tuning_in]")
    scale.get_by_role("radio", name="8").check(force=True)
    expect(scale.get_by_text("needs a note")).to_be_visible()
    tablet.press("next")
    expect(scale).to_be_visible()
    scale.locator("textarea").fill("Heard each sound.")
    page.locator("[data-scale=reachable]").get_by_role("radio", name="Not observed").check(force=True)
    tablet.press("next")
    expect(tablet.heading("Warm presence ratings")).to_be_visible()
    tablet.press("next")

    expect(page.locator("[data-act=approve]")).to_be_visible()
    assert page.locator("[data-field^='strengths.']").count() == 3
    first = page.locator("[data-field='strengths.0']")
    proposed = first.input_value()
    first.fill(f"{proposed} You are not insecure.")
    page.clock.run_for(1000)
    expect(page.locator(".field--wrong")).to_have_count(1)
    tablet.press("approve")
    expect(page.get_by_text("Some words cannot stand like this.")).to_be_visible()
    first.fill(f"{proposed} That was kind.")
    page.get_by_label("Their own idea").fill("Sing before bed.")
    choose(page, "In two weeks")
    page.locator("#next-time").fill("10:30")
    tablet.press("approve")

    expect(tablet.heading("The page is approved")).to_be_visible()
    expect(page.get_by_role("button", name="Show the page")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="All sent")).to_be_visible()
    address = page.get_by_role("link", name="PDF to print").get_attribute("href")
    pdf = page.request.get(address or "")
    assert pdf.status == 200 and pdf.body().startswith(b"%PDF")
    tablet.press("show-page")
    expect(page.get_by_text("That was kind.")).to_be_visible()

    with sqlite_app.app_context():
        log = db.session.scalars(select(Log)).one()
        events = [json.loads(string) for string in strings(log)]
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        assert [(event["seq"], event["code"]) for event in events if event["kind"] == "tap"] == tablet.ledger
        assert log.closed_at and log.stored_upto == len(events)
        figures = db.session.scalars(select(StoredFigures)).one()
        assert (figures.cues, figures.answered) == (9, 7)
        assert {rating.scale for rating in db.session.scalars(select(StoredRating))} == {"tuning_in", "reachable"}
        sheet = db.session.scalars(select(Sheet)).one()
        words = json.loads(sheet.words)
        assert words["strengths"][0]["text"].endswith("That was kind.") and words["idea"] == "Sing before bed."
        planned = db.session.get(Visit, uuid.UUID(words["next_visit"]["visit"]))
        assert (planned.status, planned.local_time) == ("planned", "10:30")
        assert planned.local_date >= date.today() + timedelta(days=13)


def test_opening_one_family_leaves_the_other_names_behind(tablet: Tablet, sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        ana = db.session.scalars(select(Account).where(Account.sign_in == "ana")).one()
        home = db.session.scalars(select(Family).where(Family.code == "F-002")).one()
        home.assignments.append(Assignment(programme_id=home.programme_id, account_id=ana.id, from_on=home.enrolled_on))
        db.session.commit()
    tablet.page.reload()
    expect(tablet.page.get_by_text("Noor, Sami")).to_be_visible()
    tablet.begin()
    for stranger in ("Noor", "Sami", "Hana"):
        assert stranger not in tablet.page.content()


def test_without_a_network_taps_are_kept_and_never_called_sent(tablet: Tablet, sqlite_app: Flask) -> None:
    tablet.begin()
    tablet.page.context.set_offline(True)
    for _ in range(5):
        tablet.page.clock.run_for(400)
        tablet.tap("VOC")
    tablet.page.clock.run_for(9000)
    status = tablet.page.locator(".badge")
    expect(status).to_contain_text("wait for the network")
    tablet.page.context.set_offline(False)
    tablet.page.evaluate("() => dispatchEvent(new Event('online'))")
    for _ in range(12):  # an anchor that is written while the taps are on their way follows them
        tablet.page.clock.run_for(1000)
        tablet.page.wait_for_timeout(50)
    expect(status).to_contain_text("All sent")
    with sqlite_app.app_context():
        events = [json.loads(string) for string in strings(db.session.scalars(select(Log)).one())]
        assert [(event["seq"], event["code"]) for event in events if event["kind"] == "tap"] == tablet.ledger


def test_two_touches_within_a_quarter_second_are_one_tap(tablet: Tablet) -> None:
    tablet.begin()
    tablet.tap("VOC")
    tablet.page.locator(".pad[data-code=VOC]").click()
    tablet.page.clock.run_for(100)
    tablet.page.locator(".pad[data-code=TALK]").click()
    expect(tablet.page.locator(".step")).to_have_count(2)


def test_a_touch_that_the_system_takes_over_is_taken_back(tablet: Tablet) -> None:
    tablet.begin()
    pad = tablet.page.locator(".pad[data-code=VOC]")
    pad.dispatch_event("pointerdown", {"pointerId": 7, "button": 0})
    pad.dispatch_event("pointercancel", {"pointerId": 7})
    expect(tablet.page.locator(".step")).to_have_attribute("data-struck", "true")


def test_it_all_works_by_keyboard(tablet: Tablet) -> None:
    tablet.begin()
    tablet.page.locator(".pad[data-code=LOOK]").press("Enter")
    expect(tablet.page.locator(".step")).to_have_count(1)
    tablet.page.locator(".hold").focus()
    tablet.page.keyboard.press("Enter")
    expect(tablet.page.locator(".pads")).to_be_visible()
    tablet.page.keyboard.down("Enter")
    tablet.page.clock.run_for(1100)
    tablet.page.keyboard.up("Enter")
    expect(tablet.heading("What did you notice?")).to_be_visible()


def test_left_hands_find_the_child_on_the_right(tablet: Tablet) -> None:
    tablet.page.get_by_role("button", name="Open Mia").click()
    tablet.press("observe")
    tablet.page.get_by_text("More choices").click()
    choose(tablet.page, "The child's buttons on the right (for left hands)")
    tablet.press("begin")
    child, adult = (tablet.page.locator(f".pad[data-code={code}]").bounding_box() for code in ("VOC", "COMF"))
    assert child and adult and child["x"] > adult["x"]
    assert min(child["height"], adult["height"]) >= 64


def test_stopping_early_asks_why_and_a_family_that_withdraws_gets_no_page(tablet: Tablet) -> None:
    tablet.begin()
    tablet.tap("VOC")
    tablet.press("stop-early")
    tablet.press("stop-now")
    expect(tablet.page.get_by_text("Please choose a reason.")).to_be_visible()
    choose(tablet.page, "The family does not want it today")
    tablet.press("stop-now")
    expect(tablet.heading("It ends here")).to_be_visible()
    tablet.press("finish")
    expect(tablet.heading("The visit is finished")).to_be_visible()
    assert tablet.page.get_by_role("button", name="Show the page").count() == 0


def test_a_visit_that_was_left_is_taken_up_again(tablet: Tablet) -> None:
    tablet.begin()
    seq = tablet.tap("VOC")
    tablet.page.goto("/me")
    tablet.page.goto("/record/en")
    expect(tablet.step(seq)).to_have_attribute("data-stored", "true")


def test_a_second_window_does_not_write_the_same_log(tablet: Tablet) -> None:
    tablet.begin()
    tablet.tap("VOC")
    second = tablet.page.context.new_page()
    second.goto("/record/en")
    expect(second.get_by_text("This visit is open in another window.")).to_be_visible()
    tablet.page.clock.run_for(300)
    tablet.tap("VOC")


def test_when_storage_fails_the_screen_says_so_and_nothing_is_lost(tablet: Tablet) -> None:
    tablet.begin()
    tablet.tap("VOC")
    tablet.page.evaluate(
        "() => { const own = IDBDatabase.prototype.transaction; window.repair = () => {"
        " IDBDatabase.prototype.transaction = own; };"
        " IDBDatabase.prototype.transaction = () => { throw new Error('no'); }; }"
    )
    tablet.page.locator(".pad[data-code=TALK]").click()
    expect(tablet.heading("This tablet could not save")).to_be_visible()
    expect(tablet.page.locator(".step").first).to_have_attribute("data-stored", "false")
    tablet.page.evaluate("() => window.repair()")
    tablet.page.get_by_role("button", name="Try to save again").click()
    expect(tablet.page.locator(".step").first).to_have_attribute("data-stored", "true")
    expect(tablet.heading("This tablet could not save")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_can_be_read_by_everybody(tablet: Tablet, scheme: str) -> None:
    page = tablet.page
    page.emulate_media(color_scheme=scheme)
    readable(page)
    page.get_by_role("button", name="Open Mia").click()
    readable(page)
    tablet.press("observe")
    readable(page)
    tablet.press("begin")
    for code in ("VOC", "TALK", "HARSH", "AWAY"):
        tablet.tap(code)
    tablet.press("keep")
    readable(page)
    tablet.press("moment-done")
    tablet.press("stop-early")
    readable(page)
    page.get_by_text("Go on watching").click()
    tablet.hold_to_end()
    expect(tablet.heading("A look back")).to_be_visible()
    readable(page)
    choose(page, "Tapped by mistake")
    tablet.press("next")
    readable(page)
    tablet.press("next")
    readable(page)
    page.locator("[data-scale=acceptance]").get_by_role("radio", name="1", exact=True).check(force=True)
    expect(page.get_by_text("Is somebody not safe?")).to_be_visible()
    readable(page)
    page.locator("[data-scale=acceptance] textarea").fill("Shouted, then turned away.")
    tablet.press("next")
    expect(tablet.heading("Warm presence ratings")).to_be_visible()
    readable(page)
    tablet.press("next")
    expect(page.locator("[data-act=approve]")).to_be_visible()
    readable(page)


def readable(page: Page) -> None:
    violations = Axe().run(page).response["violations"]
    assert violations == [], [(one["id"], one["nodes"][0]["html"]) for one in violations]
