"""Coding from a video in the real Chromium: the frame that is seen is the time that is stored, and nothing leaves.

The test video has each frame's number burnt in (`tests/data/video`): what is on the screen is read from its pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from people import TODAY
from playwright.sync_api import Page, Request, expect
from shell import all_sent, held_by_the_server, press, readable, sign_in
from sqlalchemy import select

from recorder.db import db
from recorder.ingest.segments import strings
from recorder.measures.tape import read
from recorder.records.families import Consent, Family

pytestmark = pytest.mark.browser

VIDEO = Path(__file__).parent.parent / "data" / "video" / "numbered.webm"
FRAME_MS = 40

READ_FRAME = """() => {
    const video = document.querySelector(".video__screen");
    const canvas = new OffscreenCanvas(256, 144);
    const pen = canvas.getContext("2d");
    pen.drawImage(video, 0, 0, 256, 144);
    let number = 0;
    for (let bit = 0; bit < 8; bit += 1) {
        if (pen.getImageData(bit * 32 + 16, 64, 1, 1).data[0] > 128) number |= 1 << bit;
    }
    return number;
}"""


@pytest.fixture
def filmed(server: str, sqlite_app: Flask) -> None:
    """Mia's family agreed to being filmed."""
    with sqlite_app.app_context():
        home = db.session.scalars(select(Family).where(Family.code == "F-001")).one()
        home.consents.append(Consent(programme_id=home.programme_id, scope="video", given_on=TODAY - timedelta(days=9)))
        db.session.commit()


def until(page: Page, question: str, right: Callable[[Any], bool] = bool) -> None:
    """Ask the page until the answer is right (the page's own policy forbids Playwright's waiting)."""
    for _ in range(100):
        if right(answer := page.evaluate(question)):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"still {answer!r} after 5 s")


def begin(page: Page) -> None:
    """From the caseload to the pads, with the video chosen."""
    page.locator(".family button").first.click()
    press(page, "observe")
    page.locator("details.more summary").click()
    page.locator("[data-act=video-file]").set_input_files(VIDEO)
    expect(page.locator(".video-file [role=status]")).to_contain_text("numbered.webm, 0:10 long")
    press(page, "begin")
    expect(page.locator(".video__screen")).to_be_visible()
    until(page, "() => document.querySelector('.video__screen').readyState >= 2")


def step(page: Page, key: str) -> int:
    """Press a key, wait until the frame is another one, and read its number from the picture."""
    before = page.evaluate(READ_FRAME)
    page.keyboard.press(key)
    until(page, READ_FRAME, lambda number: number != before)
    page.wait_for_timeout(150)  # a second step, if there were one by mistake, would show by now
    return page.evaluate(READ_FRAME)


def test_the_time_that_is_stored_is_the_time_of_the_frame_that_is_seen(
    page: Page, sqlite_app: Flask, filmed: None, tmp_path: Path
) -> None:
    sent: list[bytes] = []

    def heard(request: Request) -> None:
        sent.append(request.post_data_buffer or b"")

    page.on("request", heard)
    sign_in(page)
    begin(page)
    readable(page)
    page.locator("h1").focus()
    seen = [step(page, "ArrowRight") for _ in range(6)]
    assert seen == [1, 2, 3, 4, 5, 6]
    page.keyboard.press("1")  # the first cue, at frame 6
    assert step(page, "ArrowLeft") == 5
    page.keyboard.press("q")  # the first response, at frame 5: earlier than what was tapped before
    expect(page.locator(".step")).to_have_count(2)

    press(page, "video-play")
    until(page, "() => document.querySelector('.video__screen').currentTime > 2")
    page.keyboard.press("2")
    press(page, "video-play")
    expect(page.locator("[data-act=video-play]")).to_have_text("Play")
    page.locator(".step__jump").last.click()  # the first tap
    until(page, READ_FRAME, lambda number: number == 6)

    page.reload()  # the file is forgotten, nothing else is
    expect(page.locator(".video__frame")).to_contain_text("Choose the video again: numbered.webm")
    other = tmp_path / "other.webm"
    other.write_bytes(VIDEO.read_bytes() + b"\0")
    page.locator("[data-act=video-file]").set_input_files(other)
    expect(page.locator(".video__frame")).to_contain_text("This is another file")
    page.locator("[data-act=video-file]").set_input_files(VIDEO)
    expect(page.locator(".video__screen")).to_be_visible()
    expect(page.locator(".step")).to_have_count(3)

    page.locator(".hold").focus()
    page.keyboard.down("Enter")
    page.wait_for_timeout(1300)
    page.keyboard.up("Enter")
    expect(page.locator("body")).not_to_have_attribute("data-screen", "observing")
    all_sent(page)
    with sqlite_app.app_context():
        ((log, events),) = held_by_the_server(sqlite_app, "observation")
        tape = read(strings(log))
    opening = events[0]["data"]
    assert opening["clock"] == "video" and opening["video"]["name"] == "numbered.webm"
    assert set(opening["video"]) == {"name", "length_ms", "hash"}
    taps = [event["t"] for event in events if event["kind"] == "tap"]
    assert taps[:2] == [6 * FRAME_MS, 5 * FRAME_MS]
    assert taps[2] % FRAME_MS == 0 and taps[2] > 1900
    assert events[[e["kind"] for e in events].index("end")]["t"] == opening["video"]["length_ms"]
    observed = opening["video"]["length_ms"] - sum(span.until_ms - span.t_ms for span in tape.spans)
    assert 1900 < observed < 4000 and tape.spans[0].t_ms > 0 and log.refused is None
    picture = VIDEO.read_bytes()
    assert all(picture[:64] not in body and picture[4000:4064] not in body for body in sent)


def test_without_the_agreement_to_being_filmed_there_is_no_video(page: Page) -> None:
    sign_in(page)
    page.locator(".family button").first.click()
    press(page, "observe")
    page.locator("details.more summary").click()
    expect(page.locator("details.more")).to_contain_text("The family has not agreed to being filmed.")
    expect(page.locator("[data-act=video-file]")).to_have_count(0)
