"""A safety note at any time in a visit: beside an observation that goes on, or by itself, with or without a network.

Its words reach the note that few may read, and nothing else: no caseload, no export, no family's page, no list.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import pdfplumber
import pytest
from flask import Flask
from people import PASSWORD, People, those_at_mias
from playwright.sync_api import Page, expect
from shell import all_sent, choose, held_by_the_server, held_by_the_tablet, press, readable, sign_in
from sqlalchemy import select
from tablet import batch, observed, sheet

from recorder.db import db
from recorder.programme.exports import TABLES
from recorder.records.followups import SafetyNote
from recorder.records.people import Account, Programme

pytestmark = pytest.mark.browser

SEEN = 'A bruise on the arm, blue, as large as a plum. She said: "I fell."'
WORDS = {"told_whom": "Sol, by telephone", "told_when": "today at 10:30", "reference": "REF-77-B", "why_not": ""}

SECRETS = ("bruise", "plum", "REF-77-B", "by telephone")
"""Parts of the words that must be found nowhere else."""


@pytest.fixture
def tablet(page: Page, sqlite_app: Flask) -> Iterator[Page]:
    """Ana's tablet at the visit with Mia; the programme has its numbers."""
    with sqlite_app.app_context():
        ana = db.session.scalars(select(Account).where(Account.sign_in == "ana")).one()
        programme = db.session.get(Programme, ana.programme_id)
        assert programme
        programme.emergency_number, programme.hotline = "911", "Child line, 24/7: 1-800 422-4453"
        db.session.commit()
    sign_in(page)
    page.get_by_role("button", name="Open Mia").click()
    yield page


def observe(page: Page) -> None:
    press(page, "observe")
    press(page, "begin")
    expect(page.locator(".pads")).to_be_visible()


def tap(page: Page, code: str) -> None:
    before = page.locator(".step").count()
    page.locator(f".pad[data-code={code}]").click()
    expect(page.locator(".step")).to_have_count(before + 1)
    expect(page.locator(".step").first).to_have_attribute("data-stored", "true")


def fill(page: Page) -> None:
    """Fill in the whole note."""
    choose(page, "The child is not safe")
    page.locator("[data-field=seen]").fill(SEEN)
    for field, words in WORDS.items():
        page.locator(f"[data-field={field}]").fill(words)


def stored_note(app: Flask) -> dict[str, str]:
    note = db.session.scalars(select(SafetyNote)).one()
    return {field: getattr(note, field) for field in ("about", "seen", *WORDS)}


def test_a_note_in_the_middle_of_an_observation_that_goes_on(tablet: Page, sqlite_app: Flask) -> None:
    page = tablet
    observe(page)
    for code in ("VOC", "TALK"):
        tap(page, code)
    press(page, "safety-note")
    dialog = page.locator("dialog[open]")
    expect(dialog.get_by_role("link", name="911")).to_have_attribute("href", "tel:911")
    expect(dialog.get_by_role("link", name="Child line")).to_have_attribute("href", "tel:18004224453")
    expect(dialog.get_by_text("Sol")).to_be_visible()
    expect(dialog.get_by_text("This is not a report. The duty to report may be your own.")).to_be_visible()
    press(page, "write-note")
    press(page, "sign")
    for message in ("say what it is about", "write what you saw", "whom you told, or why not"):
        expect(dialog.get_by_text(message)).to_be_visible()
    page.locator("[data-field=seen]").fill(SEEN)
    press(page, "later")
    expect(dialog).to_be_hidden()
    tap(page, "CRY")
    before = page.locator(".clock__time").inner_text()

    press(page, "safety-note")
    page.locator("[data-field=told_whom]").fill("So")
    page.wait_for_timeout(200)  # a letter typed in this very moment is not a promise yet
    page.reload()
    expect(page.locator("dialog [data-field=seen]")).to_have_value(SEEN)
    expect(page.locator("dialog [data-field=told_whom]")).to_have_value("So")
    fill(page)
    press(page, "sign")
    expect(dialog.get_by_text("A safety note was written.")).to_be_visible()
    assert SEEN not in held_by_the_tablet(page, "facts", "logs")
    dialog.get_by_role("button", name="Go on").click()
    assert page.locator(".clock__time").inner_text() >= before
    for code in ("COMF", "VOC"):
        tap(page, code)
    all_sent(page)
    press(page, "safety-note")
    assert "bruise" not in page.content()

    with sqlite_app.app_context():
        [(watched, events)] = held_by_the_server(sqlite_app, "observation")
        assert [event["code"] for event in events if event["kind"] == "tap"] == ["VOC", "TALK", "CRY", "COMF", "VOC"]
        assert not [event for event in events if event["kind"] in {"pause", "view", "end", "close", "note"}]
        [(noted, written)] = held_by_the_server(sqlite_app, "safety")
        assert noted.closed_at and not watched.closed_at
        assert noted.visit_id == watched.visit_id
        assert written[0]["data"]["visit"] == events[0]["data"]["visit"]
        assert "instrument" not in written[0]["data"]
        codes = [event["code"] for event in written if event["kind"] == "note"]
        assert codes.count("about") == 1 and codes.count("seen") == 1
        assert stored_note(sqlite_app) == {"about": "child", "seen": SEEN, **WORDS}


def test_without_a_network_by_itself_and_only_that_it_was_written_is_shown(tablet: Page, sqlite_app: Flask) -> None:
    page = tablet
    page.context.set_offline(True)
    press(page, "safety")
    expect(page.get_by_role("link", name="911")).to_be_visible()
    press(page, "write-note")
    choose(page, "Somebody told me something")
    page.locator("[data-field=seen]").fill(SEEN)
    press(page, "later")
    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Go on with the safety note").click()
    expect(page.locator("[data-field=seen]")).to_have_value(SEEN)
    page.locator("[data-field=why_not]").fill("No network here.")
    press(page, "sign")
    expect(page.get_by_text("A safety note was written:")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    assert page.get_by_role("button", name="Go on with the safety note").count() == 0
    assert "bruise" not in page.content()
    page.context.set_offline(False)
    all_sent(page)
    with sqlite_app.app_context():
        note = stored_note(sqlite_app)
        assert (note["about"], note["seen"], note["why_not"]) == ("disclosure", SEEN, "No network here.")


def test_the_words_are_in_no_caseload_no_export_and_on_no_family_page(tablet: Page, sqlite_app: Flask) -> None:
    page = tablet
    press(page, "safety")
    press(page, "write-note")
    fill(page)
    press(page, "sign")
    expect(page.get_by_text("A safety note was written:")).to_be_visible()
    all_sent(page)
    with sqlite_app.app_context():
        assert stored_note(sqlite_app)["seen"] == SEEN
        people = those_at_mias()
    given = approve_a_page(page, people)

    def is_silent(path: str) -> None:
        reply = page.request.get(path, headers={"X-Recorder": "1"})
        assert reply.status == 200, path
        body = text_of(reply.body()) if path.endswith(".pdf") else reply.text()
        assert [word for word in SECRETS if word in body] == [], path

    family = people.families["F-001"]
    for path in ("/api/v1/sync/pull", "/families/", f"/families/{family}", f"/visits/{people.visits['mia today']}"):
        is_silent(path)
    for path in (f"/sheets/{given}", f"/sheets/{given}.pdf"):
        is_silent(path)
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.locator("[name=sign_in]").fill("mara")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    for path in ("/programme/", f"/families/{family}", *(f"/programme/export/{table}.csv" for table in TABLES)):
        is_silent(path)


def approve_a_page(page: Page, people: People) -> str:
    """Send a signed observation with an approved page of the same visit; returns the page's id."""
    log, words = observed(people), sheet(people)
    log.add("sheet", data=words)
    headers = {"X-Recorder": "1", "Content-Type": "application/json"}
    reply = page.request.post("/api/v1/sync/events", data=batch(log.part()), headers=headers)
    assert reply.status == 200 and all(not one["quarantined"] for one in reply.json()["logs"])
    return str(words["id"])


def text_of(pdf: bytes) -> str:
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return "\n".join(page.extract_text() for page in document.pages)


def test_a_note_that_was_closed_with_a_key_keeps_its_words(tablet: Page) -> None:
    page = tablet
    observe(page)
    press(page, "safety-note")
    press(page, "write-note")
    page.locator("[data-field=seen]").fill(SEEN)
    page.keyboard.press("Escape")
    tap(page, "VOC")
    page.goto("/me")
    page.goto("/record/en")
    expect(page.locator(".pads")).to_be_visible()
    press(page, "safety-note")
    expect(page.locator("dialog [data-field=seen]")).to_have_value(SEEN)


def test_when_the_note_cannot_be_kept_the_screen_says_so(tablet: Page) -> None:
    page = tablet
    observe(page)
    press(page, "safety-note")
    press(page, "write-note")
    press(page, "later")
    press(page, "safety-note")
    page.evaluate(
        "() => { const own = IDBDatabase.prototype.transaction; window.repair = () => {"
        " IDBDatabase.prototype.transaction = own; };"
        " IDBDatabase.prototype.transaction = () => { throw new Error('no'); }; }"
    )
    choose(page, "I am not safe")
    alarm = page.get_by_role("heading", name="This tablet could not save")
    expect(alarm).to_be_visible()
    page.evaluate("() => window.repair()")
    page.get_by_role("button", name="Try to save again").click()
    expect(alarm).to_be_hidden()
    expect(page.get_by_label("I am not safe")).to_be_checked()


def test_a_programme_without_numbers_says_so(tablet: Page, sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        for programme in db.session.scalars(select(Programme)):
            programme.emergency_number = programme.hotline = ""
        db.session.commit()
    tablet.reload()
    press(tablet, "safety")
    expect(tablet.get_by_text("the emergency number where you are")).to_be_visible()
    expect(tablet.get_by_text("No hotline is on file.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_can_be_read_by_everybody(tablet: Page, scheme: str) -> None:
    page = tablet
    page.emulate_media(color_scheme=scheme)
    press(page, "safety")
    readable(page)
    link = page.get_by_role("link", name="911").bounding_box()
    assert link and link["height"] >= 64
    press(page, "write-note")
    press(page, "sign")
    readable(page)
    press(page, "later")
    page.get_by_role("button", name="Back").click()
    observe(page)
    press(page, "safety-note")
    readable(page)
    press(page, "write-note")
    readable(page)
    fill(page)
    press(page, "sign")
    readable(page)
