"""The caregiver's questionnaire on the tablet: handed over in her language behind a PIN, or read aloud by the visitor.

What was answered is noted here with every press; the server's database must hold each answer exactly once.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask
from people import PASSWORD
from playwright.sync_api import Page, Route, expect
from shell import all_sent, choose, held_by_the_server, held_by_the_tablet, press, readable, sign_in
from sqlalchemy import select

from recorder.db import db
from recorder.records.assessments import Assessment

pytestmark = pytest.mark.browser

PIN = "290157"
NAMES = ("Mia", "Luis", "Rosa", "Ana", "F-001", "Northside")
QUESTIONS = [f"{scale}{number}" for scale in "fps" for number in range(1, 5)]
ANSWERS: dict[str, Any] = {
    "f1": 5, "f2": 2, "f3": 1, "f4": "NA", "p1": 4, "p2": 4, "p3": 2, "p4": 5, "s1": 5, "s2": 3, "s4": 4,
}  # fmt: skip
"""What she answers; s3 is left out in the end."""
SCORES = {"follow_through": (5 + 4 + 5) / 3, "predictable_day": (4 + 4 + 4 + 5) / 4, "steady_response": (5 + 3 + 4) / 3}
"""Means of what was answered, f2, f3, p3 and s2 turned round (6 - x): counted by hand."""


@pytest.fixture
def tablet(page: Page) -> Page:
    """Ana's tablet at the visit with Mia."""
    sign_in(page)
    page.get_by_role("button", name="Open Mia").click()
    return page


def begin(page: Page, caregiver: str, how: str) -> None:
    press(page, "ask_start")
    choose(page, caregiver)
    choose(page, how)
    press(page, "begin")


def type_pin(page: Page, pin: str) -> None:
    """On the keys of the screen."""
    for digit in pin:
        page.locator(f"[data-key='{digit}']").click()
    press(page, "pin-done")


def hand_over(page: Page, caregiver: str = "Rosa", pin: str = PIN) -> None:
    begin(page, caregiver, "Fill it in on the tablet")
    type_pin(page, pin)
    type_pin(page, pin)
    expect(page.locator(".topline")).to_be_hidden()
    press(page, "begin")


def answer(page: Page, question: str, value: Any) -> None:
    expect(page.locator(f"[data-question={question}]")).to_be_visible()
    given = page.locator(f"[data-value='{value}']")
    given.click()
    expect(given).to_have_attribute("aria-pressed", "true")


def shows_nothing_else(page: Page) -> None:
    """Only the questions: no link, no badge, no name, no screen of the visitor's."""
    text = page.locator("body").inner_text()
    assert [name for name in NAMES if name in text] == []
    assert page.locator("a:visible, .badge:visible").count() == 0
    assert page.evaluate("document.documentElement.lang") == "es"
    expect(page.locator("body")).to_have_attribute("data-screen", "asking")


def test_a_whole_questionnaire_in_spanish_in_the_caregivers_hands(tablet: Page, sqlite_app: Flask) -> None:
    page = tablet
    begin(page, "Rosa", "Fill it in on the tablet")
    type_pin(page, "123")
    expect(page.get_by_text("A PIN has at least 4 digits.")).to_be_visible()
    type_pin(page, "4444")
    expect(page.get_by_text("guessed too easily")).to_be_visible()
    type_pin(page, PIN)
    type_pin(page, "290158")
    expect(page.get_by_text("two different PINs")).to_be_visible()
    type_pin(page, PIN)
    type_pin(page, PIN)
    expect(page.get_by_role("heading", name="Nuestros días")).to_be_visible()
    shows_nothing_else(page)
    press(page, "begin")

    ledger = []
    for question in QUESTIONS:
        if question == "f3":  # the page is loaded again
            page.reload()
        if question == "p1":  # the browser's "back", twice
            page.go_back()
            page.wait_for_timeout(300)
            page.go_back()
        if question == "p2":  # another address of the shell, and back from there
            page.goto("/record/en")
            expect(page.locator("[data-question=p2]")).to_be_visible()
            page.go_back()
        expect(page.locator(f"[data-question={question}]")).to_be_visible()
        shows_nothing_else(page)
        if question == "p4":  # a first thought
            answer(page, "p4", 1)
            ledger.append(("p4", 1))
        if question == "s3":  # answered, and taken back
            answer(page, "s3", 2)
            press(page, "unanswer")
            ledger += [("s3", 2), ("s3", None)]
        else:
            answer(page, question, ANSWERS[question])
            page.locator(f"[data-value='{ANSWERS[question]}']").click()  # once more is no other answer
            ledger.append((question, ANSWERS[question]))
        press(page, "next")
    expect(page.locator(".asking__thanks")).to_contain_text("1")
    shows_nothing_else(page)
    press(page, "again")
    expect(page.locator("[data-question=s3]")).to_be_visible()
    press(page, "next")
    press(page, "next")

    press(page, "take-back")
    type_pin(page, "290158")
    expect(page.locator(".field__error").first).to_be_visible()
    shows_nothing_else(page)
    type_pin(page, PIN)
    expect(page.get_by_role("heading", name="Our days")).to_be_visible()
    expect(page.get_by_text("Without an answer: 1 of 12 questions.")).to_be_visible()
    expect(page.locator(".topline")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"
    page.get_by_label("Your own note").fill("She thought long about bedtime.")
    press(page, "sign")
    all_sent(page)
    assert PIN not in held_by_the_tablet(page, "events", "logs", "facts")

    with sqlite_app.app_context():
        [(log, events)] = held_by_the_server(sqlite_app, "questionnaire")
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        given = [(event["code"], event["data"]["value"]) for event in events if event["kind"] == "answer"]
        assert given == ledger
        opening = events[0]["data"]
        assert (opening["filled_in"], opening["language"], opening["instrument"]) == ("caregiver", "es", "our-days")
        assert PIN not in json.dumps(events)
        assessment = db.session.scalars(select(Assessment)).one()
        assert assessment.scores["scores"] == pytest.approx(SCORES)
        assert (assessment.filled_in, str(assessment.caregiver_id)) == ("caregiver", opening["caregivers"][0])
        assert log.closed_at is not None


def test_another_window_shows_no_family_either(tablet: Page) -> None:
    hand_over(tablet)
    second = tablet.context.new_page()
    second.goto("/record/en")
    expect(second.locator("[data-key='1']")).to_be_visible()
    shows_nothing_else(second)
    assert second.locator("[data-question]").count() == 0


def test_a_window_that_was_open_before_is_closed_too(tablet: Page) -> None:
    second = tablet.context.new_page()
    second.goto("/record/en")
    expect(second.get_by_role("heading", name="At the visit with Mia")).to_be_visible()
    hand_over(tablet)
    expect(second.locator("[data-key='1']")).to_be_visible()
    shows_nothing_else(second)


def test_who_guesses_waits_and_who_forgot_signs_in_again(tablet: Page) -> None:
    page = tablet
    hand_over(page)
    answer(page, "f1", 3)
    press(page, "take-back")
    wrong = page.locator(".keypad .field__error")
    for guess in range(5):
        type_pin(page, f"80{guess}2")
        expect(page.locator("#pin")).to_have_value("")
        expect(wrong).to_be_visible()
    assert "30" in wrong.inner_text()
    type_pin(page, PIN)
    expect(wrong).to_contain_text(re.compile(r"[123]\d"))
    page.reload()  # the pause outlives the page
    press(page, "take-back")
    type_pin(page, PIN)
    expect(wrong).to_be_visible()
    shows_nothing_else(page)

    page.locator("summary").click()
    page.locator("[data-field=sign-in]").fill("ana")
    page.locator("[data-field=password]").fill("a quiet river in winter")
    press(page, "sign-in-again")
    said = page.locator("details .field__error")
    expect(said).not_to_be_empty()
    page.context.set_offline(True)
    page.locator("[data-field=password]").fill(PASSWORD)
    press(page, "sign-in-again")
    expect(said).not_to_be_empty()
    shows_nothing_else(page)
    page.context.set_offline(False)
    press(page, "sign-in-again")
    expect(page.get_by_text("Without an answer: 11 of 12 questions.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Without an answer: 11 of 12 questions.")).to_be_visible()


def test_somebody_else_who_signs_in_gets_her_own_families(tablet: Page) -> None:
    page = tablet
    hand_over(page)
    press(page, "take-back")
    page.locator("summary").click()
    page.locator("[data-field=sign-in]").fill("ben")
    page.locator("[data-field=password]").fill(PASSWORD)
    press(page, "sign-in-again")
    expect(page.get_by_role("button", name="Open Noor, Sami")).to_be_visible()
    assert "Mia" not in page.locator("body").inner_text()


def test_it_can_be_handed_over_again_with_another_pin_and_without_a_network(tablet: Page) -> None:
    page = tablet
    page.context.set_offline(True)
    hand_over(page)
    answer(page, "f1", 3)
    expect(page.get_by_role("button", name="Siguiente")).to_be_visible()  # her language is on the tablet already
    press(page, "take-back")
    type_pin(page, PIN)
    press(page, "to-questions")
    type_pin(page, "8024")
    type_pin(page, "8024")
    press(page, "begin")
    expect(page.locator("[data-value='3']")).to_have_attribute("aria-pressed", "true")
    press(page, "take-back")
    type_pin(page, PIN)
    expect(page.locator(".keypad .field__error")).to_be_visible()
    type_pin(page, "8024")
    expect(page.get_by_role("heading", name="Our days")).to_be_visible()


def test_read_aloud_in_english_without_a_network_and_gone_on_with_later(tablet: Page, sqlite_app: Flask) -> None:
    page = tablet
    begin(page, "Luis", "I read the questions aloud")
    expect(page.locator("body")).to_have_attribute("data-screen", "asking")  # it has a "Begin" of its own
    press(page, "begin")
    expect(page.get_by_text("Question 1 of 12")).to_be_visible()
    expect(page.get_by_role("heading", name="When I say I will do something with my child, I do it.")).to_be_visible()
    choices = page.locator("[data-value]")
    assert choices.first.get_attribute("data-value") == "NA"  # Mia is 11 months old, and this asks about rules
    assert page.locator("[aria-pressed=true]").count() == 0
    page.context.set_offline(True)
    answer(page, "f1", "NA")
    for question in QUESTIONS[1:5]:
        press(page, "next")
        answer(page, question, 2)
    assert choices.last.get_attribute("data-value") == "NA"  # meals are for every age
    press(page, "back")
    answer(page, "f4", 5)
    press(page, "later")
    page.get_by_role("button", name="Go on with the questions").click()
    expect(page.locator("[data-question=f4] [data-value='5']")).to_have_attribute("aria-pressed", "true")
    for _ in range(9):
        press(page, "next")
    expect(page.get_by_text("Without an answer: 7 of 12 questions.")).to_be_visible()
    page.get_by_role("button", name="Change: When my child cries, I come.").click()
    answer(page, "s1", 5)
    for _ in range(4):
        press(page, "next")
    press(page, "sign")
    page.context.set_offline(False)
    all_sent(page)
    with sqlite_app.app_context():
        [(_, events)] = held_by_the_server(sqlite_app, "questionnaire")
        given = [(event["code"], event["data"]["value"]) for event in events if event["kind"] == "answer"]
        expected = [("f1", "NA"), ("f2", 2), ("f3", 2), ("f4", 2), ("p1", 2), ("f4", 5), ("s1", 5)]
        assert given == expected
        assert events[0]["data"]["filled_in"] == "read_aloud"


def test_without_consent_nothing_is_asked(tablet: Page, sqlite_app: Flask) -> None:
    page = tablet

    def without_consent(route: Route) -> None:
        reply = route.fetch()
        pulled = reply.json()
        for family in pulled["families"]:
            family["consents"]["observe"] = False
        route.fulfill(response=reply, json=pulled)

    page.route("**/api/v1/sync/pull", without_consent)
    page.reload()
    begin(page, "Luis", "I read the questions aloud")
    expect(page.get_by_text("Please ask the family first.")).to_be_visible()
    page.get_by_label("The family agrees, here and now").check()
    press(page, "begin")
    press(page, "begin")
    expect(page.locator("[data-question=f1]")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_can_be_read_by_everybody(tablet: Page, scheme: str) -> None:
    page = tablet
    page.emulate_media(color_scheme=scheme)
    press(page, "ask_start")
    choose(page, "Rosa")
    readable(page)
    press(page, "begin")
    expect(page.locator("[data-key='1']")).to_be_visible()
    readable(page)
    type_pin(page, "1")
    readable(page)
    type_pin(page, PIN)
    type_pin(page, PIN)
    expect(page.locator(".topline")).to_be_hidden()
    readable(page)
    press(page, "begin")
    answer(page, "f1", 3)
    readable(page)
    box = page.locator("[data-value='3']").bounding_box()
    assert box and box["height"] >= 64
    for _ in QUESTIONS:
        press(page, "next")
    readable(page)
    press(page, "take-back")
    page.locator("summary").click()
    readable(page)
    type_pin(page, PIN)
    expect(page.get_by_role("heading", name="Our days")).to_be_visible()
    readable(page)
