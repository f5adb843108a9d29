"""The page that a visitor proposes to a family: themes that she ticks, and a language that she does not read."""

from __future__ import annotations

import json
import os

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from shell import all_sent, press, readable, sign_in
from sqlalchemy import select

from recorder.db import db
from recorder.records.given import PageLook, ProgrammeStep
from recorder.records.people import Programme
from recorder.records.sheets import Sheet

pytestmark = pytest.mark.browser

MOMENTS = ((5, "VOC"), (7, "TALK"), (30, "LOOK"), (33, "JOY"), (80, "CRY"), (84, "COMF"), (110, "VOC"), (112, "TALK"),
           (150, "REACH"), (152, "FOLLOW"), (170, "PLAY"), (172, "FOLLOW"), (200, "VOC"), (202, "TALK"))  # fmt: skip


@pytest.fixture
def proposed(page: Page) -> Page:
    """Ana's tablet with the page for Mia, after five minutes of watching."""
    page.clock.install()
    sign_in(page)
    page.get_by_role("button", name="Open Mia").click()
    press(page, "observe")
    press(page, "begin")
    now = 0
    for seconds, code in MOMENTS:
        page.clock.fast_forward((seconds - now) * 1000)
        now = seconds
        page.locator(f".pad[data-code={code}]").click()
    page.clock.fast_forward((300 - now) * 1000)
    page.locator(".hold").focus()
    page.keyboard.down("Enter")
    page.clock.run_for(1100)
    page.keyboard.up("Enter")
    for _ in range(3):  # what was noticed, sensitivity, warm presence
        press(page, "next")
    expect(page.locator("[data-act=approve]")).to_be_visible()
    return page


def test_a_theme_that_no_figure_brings_is_a_step_once_it_is_ticked(proposed: Page, sqlite_app: Flask) -> None:
    page = proposed
    step = page.locator("[data-key]", has=page.locator("[data-field='step.what']"))
    before = step.get_attribute("data-key")
    page.get_by_text("More themes").click()
    tick = page.get_by_label("Support for the caregiver")
    tick.check()
    expect(tick).to_be_focused()
    assert step.get_attribute("data-key") == before, "a tick offers, it does not replace"
    step.locator("[data-act=swap]").click()
    expect(page.locator("[data-field='step.what']")).to_have_value(
        "Who could hold Mia for ten minutes? If no one, tell me."
    )
    readable(page)
    page.reload()
    expect(page.get_by_label("Support for the caregiver")).to_be_checked()
    page.get_by_label("Support for the caregiver").uncheck()
    assert step.get_attribute("data-key") != "own_support"
    page.get_by_label("Support for the caregiver").check()
    step.locator("[data-act=swap]").click()
    press(page, "approve")
    expect(page.get_by_role("heading", name="The page is approved")).to_be_visible()
    all_sent(page)
    with sqlite_app.app_context():
        words = json.loads(db.session.scalars(select(Sheet)).one().words)
        assert words["step"]["key"] == "own_support" and words["proposed"]["step"] == before


def test_a_page_in_a_language_that_she_does_not_read_is_picked_and_not_typed(proposed: Page, sqlite_app: Flask) -> None:
    page = proposed
    assert page.locator("[data-pick-only]").count() == 0
    page.locator("[data-choice=language]").get_by_label("Spanish").check(force=True)
    expect(page.locator("[data-pick-only]")).to_contain_text("You do not read Spanish")
    typed = page.locator(".page__words [data-field]")
    assert typed.evaluate_all("all => all.map((one) => one.dataset.field)") == ["idea"]
    first = page.locator("[data-focus='strengths.0']")
    assert first.get_attribute("lang") == "es"
    said = first.inner_text()
    page.locator(".line", has=first).locator("[data-act=swap]").click()
    expect(first).not_to_have_text(said)
    expect(first).to_be_focused()
    page.locator(".line", has=page.locator("[data-focus='strengths.2']")).locator("[data-act=drop]").click()
    press(page, "own")
    own = page.locator("[data-field='strengths.2']")
    own.fill("You are insecure with her.")
    page.clock.run_for(1000)
    expect(page.locator(".field--wrong")).to_have_count(1)
    own.fill("You waited for her.")
    page.get_by_label("Their own idea").fill("Cantar juntos.")
    readable(page)
    press(page, "approve")
    expect(page.get_by_role("heading", name="The page is approved")).to_be_visible()
    all_sent(page)
    with sqlite_app.app_context():
        words = json.loads(db.session.scalars(select(Sheet)).one().words)
        assert words["language"] == "es" and words["idea"] == "Cantar juntos."
        assert words["strengths"][2] == {"key": "S10", "type": None, "text": "Con palabras de Ana: You waited for her."}


def test_a_page_in_arabic_that_nobody_read_over_is_a_draft_with_hers_behind(proposed: Page, sqlite_app: Flask) -> None:
    page = proposed
    card = page.locator("#second-page")
    card.select_option("card:later")
    with sqlite_app.app_context():
        programme = db.session.scalars(select(Programme).where(Programme.name == "First Steps")).one()
        db.session.add(PageLook(programme_id=programme.id, languages=["en", "ar"]))
        db.session.commit()
    page.evaluate("() => dispatchEvent(new Event('online'))")
    page.reload()
    page.locator("[data-choice=language]").get_by_label("Arabic").check(force=True)
    expect(page.locator("[data-pick-only]")).to_contain_text("You do not read Arabic")
    expect(card).to_be_disabled()
    expect(card).to_have_value("language:en")
    readable(page)
    pictured(page, "draft")
    press(page, "preview")
    expect(page.locator(".handout")).to_have_count(2)
    seen = page.locator(".handout").all_inner_texts()
    readable(page)
    press(page, "back")
    expect(page.locator("[data-act=preview]")).to_be_focused()
    press(page, "approve")
    press(page, "show-page")
    expect(page.locator(".handout")).to_have_count(2)
    first, second = page.locator(".handout").all()
    assert page.locator(".handout").all_inner_texts() == seen, "what was looked at is what is shown"
    expect(first).to_have_attribute("dir", "rtl")
    expect(first).to_contain_text("مسودة")
    expect(second).to_contain_text("Time with Mia")
    readable(page)
    pictured(page, "shown")
    press(page, "shown")
    all_sent(page)
    with sqlite_app.app_context():
        words = json.loads(db.session.scalars(select(Sheet)).one().words)
    assert words["draft"] is True and words["beside"]["language"] == "en"
    assert [len(words[side]["strengths"]) for side in ("beside",)] == [len(words["strengths"])]
    assert words["beside"]["step"]["key"] == words["step"]["key"] and "card" not in words


def pictured(page: Page, name: str) -> None:
    """A picture of the screen, where somebody wants to look at it."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.fixture
def own_step(server: str, sqlite_app: Flask) -> None:
    """A step of the programme's own, in English."""
    words = {"when": "at lunch.", "what": "Let {child} start the song.", "say": "Your turn.", "helps": "It is fun."}
    with sqlite_app.app_context():
        programme = db.session.scalars(select(Programme).where(Programme.name == "First Steps")).one()
        own = ProgrammeStep(programme_id=programme.id, key="own_00000001", trigger="tick", of="", words={"en": words})
        db.session.add(own)
        db.session.commit()


def test_a_programme_s_own_step_is_ticked_in_a_language_that_it_has_words_in(own_step: None, proposed: Page) -> None:
    page = proposed
    page.get_by_text("More themes").click()
    page.get_by_label("A step of our programme").check()
    page.locator("[data-key]", has=page.locator("[data-field='step.what']")).locator("[data-act=swap]").click()
    expect(page.locator("[data-field='step.what']")).to_have_value("Let Mia start the song.")
    readable(page)
    page.locator("[data-choice=language]").get_by_label("Spanish").check(force=True)
    expect(page.locator("[data-pick-only]")).to_be_visible()
    assert page.locator("[data-focus='theme.own_00000001']").count() == 0
