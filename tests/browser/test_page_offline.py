"""The server stops after an observation was begun: the page is proposed, changed, approved and kept without it, and it
arrives once the server is back.

Real Chromium, and a server process that is killed and started again on its port.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator

import pytest
from flask import Flask
from installation import SECRETS
from people import make_people
from playwright.sync_api import Page, expect
from process import Process
from shell import all_sent, choose, held_by_the_server, press, readable, sign_in
from sqlalchemy import select

from recorder import ingest
from recorder.db import db
from recorder.feedback.choose import propose
from recorder.feedback.evidence import Dyad, gather
from recorder.feedback.words import Facts, compose
from recorder.measures.figures import figures
from recorder.records.sheets import Sheet
from recorder.records.visits import Visit

pytestmark = pytest.mark.browser

TAPS = ((10, "VOC"), (12, "TALK"), (40, "CRY"), (44, "COMF"), (60, "REACH"), (61, "FOLLOW"), (90, "VOC"), (92, "TALK"),
        (120, "VOC"), (123, "TALK"), (150, "PLAY"), (152, "FOLLOW"), (180, "LOOK"), (182, "JOY"))  # fmt: skip


@pytest.fixture
def process(sqlite_app: Flask) -> Iterator[Process]:
    """The server, on the invented programme."""
    with sqlite_app.app_context():
        make_people()
    started = Process(sqlite_app.config["DATABASE_URL"], SECRETS)
    yield started
    started.stop()


@pytest.fixture
def server(process: Process) -> str:
    """Where the browser finds it."""
    return process.address


def test_without_a_server_the_page_is_proposed_changed_approved_and_kept_and_it_arrives(
    page: Page, process: Process, sqlite_app: Flask
) -> None:
    page.clock.install()
    with page.expect_response("**/wording/es.json"):
        sign_in(page)
    page.wait_for_timeout(500)  # what came is being kept
    page.get_by_role("button", name="Open Mia").click()
    press(page, "observe")
    press(page, "begin")
    expect(page.locator(".pads")).to_be_visible()
    process.stop()

    watch(page)
    press(page, "next")  # what was noticed
    page.locator("[data-scale=tuning_in]").get_by_role("radio", name="7").check(force=True)
    press(page, "next")
    press(page, "next")

    expect(page.locator("[data-act=approve]")).to_be_visible()
    english = lines(page)
    expect(page.get_by_text("Why this?").first).to_be_visible()
    readable(page)
    choose(page, "Spanish")
    expect(page.get_by_text("Cerca del minuto 1, Mia lloró.").first).to_be_visible()
    choose(page, "English")
    expect(page.locator("[data-field='strengths.0']")).to_have_value(english[0])

    page.locator("[data-field='strengths.0']").fill(f"{english[0]} You are not insecure.")
    page.clock.run_for(1000)
    expect(page.get_by_text("“insecure” is a label.")).to_be_visible()
    press(page, "approve")
    expect(page.get_by_text("Some words cannot stand like this.")).to_be_visible()
    page.locator("[data-field='strengths.0']").fill(f"{english[0]} Mia, Luis and Rosa were there.")
    choose(page, "In two weeks")
    press(page, "approve")
    expect(page.get_by_role("heading", name="The page is approved")).to_be_visible()
    expect(page.get_by_text("The visit is saved on this tablet.")).to_be_visible()

    process.start()
    all_sent(page)
    with sqlite_app.app_context():
        ((log, events),) = held_by_the_server(sqlite_app, "observation")
        assert [event["code"] for event in events if event["kind"] == "tap"] == [code for _, code in TAPS]
        assert log.closed_at and log.stored_upto == len(events)
        words = json.loads(db.session.scalars(select(Sheet)).one().words)
        assert words["strengths"][0]["text"] == f"{english[0]} Mia, Luis and Rosa were there."
        assert db.session.get(Visit, uuid.UUID(words["next_visit"]["visit"])).status == "planned"
        seen = ingest.observation(log)
        dyad = Dyad(goal="More calm at bedtime", goal_type="CRY", contacts=True)
        again = compose(propose(gather(seen, figures(seen), dyad)), Facts("Mia", visitor="Ana"), "en")
        assert english == [line["text"] for line in again["strengths"]]
        assert words["proposed"] == {
            "strengths": [line["key"] for line in again["strengths"]],
            "step": again["step"]["key"],
        }


def test_a_language_whose_sentences_never_came_is_said_so_and_asked_for_again(page: Page) -> None:
    page.clock.install()
    page.route("**/wording/*", lambda route: route.abort())
    sign_in(page)
    page.get_by_role("button", name="Open Mia").click()
    press(page, "observe")
    press(page, "begin")
    expect(page.locator(".pads")).to_be_visible()
    watch(page)
    for _ in range(3):
        press(page, "next")
    expect(page.get_by_text("The sentences of this language are not on this tablet yet.")).to_be_visible()
    readable(page)
    page.unroute("**/wording/*")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-act=approve]")).to_be_visible()


def watch(page: Page) -> None:
    """Five minutes with Mia, every tap seen solid."""
    before = 0.0
    for number, (seconds, code) in enumerate(TAPS, 1):
        page.clock.fast_forward(round((seconds - before) * 1000))
        before = seconds
        page.locator(f".pad[data-code={code}]").click()
        expect(page.locator(".step")).to_have_count(number)
        expect(page.locator(".step").first).to_have_attribute("data-stored", "true")
    page.clock.fast_forward(round((300 - before) * 1000))
    box = page.locator(".hold").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.clock.run_for(1100)
    page.mouse.up()
    expect(page.get_by_role("heading", name="What did you notice?")).to_be_visible()


def lines(page: Page) -> list[str]:
    """The strengths that stand on the page."""
    return [field.input_value() for field in page.locator("[data-field^='strengths.']").all()]
