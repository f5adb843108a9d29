"""A trained observer sorts cards on the tablet: by tap, by carrying and by key, over a reload, to the signature.

Each move is noted here as it is made; the server's database must hold exactly those, in order. The score is counted
again from the instrument's file, with nothing of ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from people import TODAY
from playwright.sync_api import Locator, Page, expect
from shell import all_sent, choose, held_by_the_server, press, readable, sign_in
from sqlalchemy import select

from recorder.db import db
from recorder.instruments import library
from recorder.records.assessments import Assessment
from recorder.records.families import Family
from recorder.records.instruments import StoredInstrument
from recorder.records.visits import Visit

pytestmark = pytest.mark.browser

SAFE_BASE = "safe-base-cards/1"
FILE = Path(__file__).parents[2] / "recorder" / "instruments" / "safe-base-cards.json"
DOCUMENT: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
WORDS = {card["id"]: card["text"]["en"] for card in DOCUMENT["cards"]}
SORTED = {card: (number * 7 + 5) % 36 // 4 + 1 for number, card in enumerate(sorted(WORDS))}
"""Where each card goes in the end: every pile gets four, unlike the criterion."""
NUMBERS: dict[str, Any] = {
    "name": "ninety",
    "version": 1,
    "label": {"en": "Ninety numbers"},
    "cards": [{"id": str(number)} for number in range(1, 91)],
    "distributions": [[10] * 9, [4, 7, 10, 15, 18, 15, 10, 7, 4]],
}
"""A programme's own Q-set whose words are licensed and stand on paper cards."""


def r(x: list[float], y: list[float]) -> float:
    """Pearson's r, written out."""
    n = len(x)
    mx, my = sum(x) / n, sum(y) / n
    cross = sum((a - mx) * (b - my) for a, b in zip(x, y, strict=True))
    return cross / sqrt(sum((a - mx) ** 2 for a in x) * sum((b - my) ** 2 for b in y))


class Sorter:
    """Cleo with the cards; `moves` is what she did: (card, place), and ("void", (card, place)) for an undo."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.moves: list[tuple[str, Any]] = []

    def begin(self, instrument: str = SAFE_BASE) -> None:
        self.page.get_by_role("button", name="Open Kai").click()
        self.page.locator(f"[data-instrument='{instrument}']").click()
        press(self.page, "begin")
        expect(self.page.locator(".sort__group")).to_have_count(3)

    @property
    def large(self) -> Locator:
        return self.page.locator(".sort-card--large")

    @property
    def in_hand(self) -> Locator:
        return self.page.locator(".sort-card--hand")

    def tile(self, card: str) -> Locator:
        return self.page.locator(f".sort__table [data-card='{card}']")

    def drop(self, place: str) -> Locator:
        return self.page.locator(f"button[data-drop='{place}']")

    def note(self, card: str, place: str) -> None:
        kind, name = place.split(" ")
        data = {kind: name if kind == "group" or name == "NOB" else int(name)}
        self.moves.append((card, data))

    def tap(self, card: str, place: str) -> None:
        self.page.clock.run_for(300)  # a quarter of a second parts two taps
        self.drop(place).click()
        self.note(card, place)

    def carry(self, what: Locator, card: str, place: str) -> None:
        start, end = what.bounding_box(), self.drop(place).bounding_box()
        assert start and end
        self.page.mouse.move(start["x"] + 20, start["y"] + 20)
        self.page.mouse.down()
        self.page.mouse.move(start["x"] + 60, start["y"] + 30, steps=3)
        self.page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=5)
        expect(self.drop(place)).to_have_attribute("data-under", "true")
        self.page.mouse.up()
        expect(self.page.locator(".carried")).to_have_count(0)
        self.note(card, place)

    def key(self, what: Locator, card: str, key: str, place: str) -> None:
        what.press(key)
        self.note(card, place)

    def undo(self) -> None:
        press(self.page, "undo")
        self.moves.append(("void", next(move for move in reversed(self.moves) if move[0] != "void")))


@pytest.fixture
def sorter(page: Page, sqlite_app: Flask) -> Sorter:
    """Cleo at the list of families; Kai has had the two visits that the cards ask for, and there are ninety numbers."""
    with sqlite_app.app_context():
        home = db.session.scalars(select(Family).where(Family.code == "F-004")).one()
        for days in (40, 20):
            db.session.add(
                Visit(
                    programme_id=home.programme_id,
                    family_id=home.id,
                    site_id=home.site_id,
                    account_id=home.assignments[0].account_id,
                    local_date=TODAY - timedelta(days=days),
                    status="done",
                )
            )
        db.session.add(
            StoredInstrument(
                programme_id=home.programme_id,
                kind="qset",
                name=NUMBERS["name"],
                version=1,
                hash=library.read(NUMBERS).hash,
                document=NUMBERS,
            )
        )
        db.session.commit()
    page.clock.install()
    sign_in(page, "cleo")
    return Sorter(page)


def group_of(card: str) -> str:
    return ("less", "between", "more")[(SORTED[card] - 1) // 3]


def told(events: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    """The moves of a log and what was taken back, in order."""
    for event in events:
        if event["kind"] == "place":
            yield event["code"], event["data"]
        if event["kind"] == "void":
            undone = events[event["data"]["seq"] - 1]
            yield "void", (undone["code"], undone["data"])


def reload(page: Page) -> None:
    expect(page.locator(".sort__saved")).to_have_text("saved")
    page.reload()


def test_a_whole_sort_by_tap_by_carrying_and_by_key(sorter: Sorter, sqlite_app: Flask) -> None:
    page = sorter.page
    sorter.begin()
    seen = []
    for number in range(36):
        card = sorter.large.get_attribute("data-card") or ""
        seen.append(card)
        expect(sorter.large).to_have_text(WORDS[card])
        place = f"group {group_of(card)}"
        if number % 6 == 1:
            sorter.carry(sorter.large, card, place)
        elif number % 6 == 2:
            sorter.key(sorter.large, card, str(("less", "between", "more").index(group_of(card)) + 1), place)
        else:
            sorter.tap(card, place)
        if number == 9:
            expect(page.get_by_text("10 of 36 looked at")).to_be_visible()
            sorter.undo()
            expect(sorter.large).to_have_text(WORDS[card])
            reload(page)
            expect(sorter.large).to_have_text(WORDS[card])
            expect(page.get_by_text("9 of 36 looked at")).to_be_visible()
            sorter.tap(card, place)
    assert sorted(seen) == sorted(WORDS) and seen != list(WORDS), "the file's order would give the piles away"

    expect(page.locator("[data-tray=more]")).to_contain_text("Cards: 12")
    expect(sorter.drop("pile 9")).to_have_attribute("data-usual", "true")
    expect(sorter.drop("pile 5")).to_have_attribute("data-usual", "false")
    for number in range(30):
        card = sorter.in_hand.get_attribute("data-hand") or ""
        place = f"pile {SORTED[card]}"
        if number % 6 == 1:
            sorter.carry(sorter.tile(card), card, place)
        elif number % 6 == 2:
            sorter.key(sorter.tile(card), card, str(SORTED[card]), place)
        elif number % 6 == 3:
            sorter.carry(sorter.in_hand, card, place)
        else:
            sorter.tap(card, place)
        if number == 14:
            sorter.undo()
            expect(sorter.in_hand).to_have_text(WORDS[card])
            reload(page)
            expect(page.get_by_text("14 of 36 on a pile")).to_be_visible()
            sorter.tile(card).click()
            sorter.tap(card, place)

    press(page, "sign")
    expect(page.locator("[data-problem]")).to_have_count(6)
    card = sorter.in_hand.get_attribute("data-hand") or ""
    expect(page.locator(f"[data-problem='{card}']")).to_have_text(f"“{WORDS[card]}” lies on no pile yet.")
    for _ in range(5):
        card = sorter.in_hand.get_attribute("data-hand") or ""
        sorter.tap(card, f"pile {SORTED[card]}")
    last = sorter.in_hand.get_attribute("data-hand") or ""
    sorter.tap(last, "pile 9")
    expect(page.locator("[data-pile='9'] .field__error")).to_contain_text(f"“{WORDS[last]}”")
    expect(sorter.drop("pile 9")).to_contain_text("5 of 4")
    press(page, "sign")
    expect(page.locator("[data-problem]")).to_have_text(f"“{WORDS[last]}” is too many on pile 9, which holds 4.")
    page.locator("[data-problem]").click()
    expect(sorter.in_hand).to_have_text(WORDS[last])
    sorter.tap(last, f"pile {SORTED[last]}")
    expect(page.locator(".field__error:visible")).to_have_count(0)
    page.get_by_label("A note for your supervisor").fill("Tired today.")
    press(page, "sign")

    expect(page.get_by_role("heading", name="The cards are signed")).to_be_visible()
    all_sent(page)
    with sqlite_app.app_context():
        ((log, events),) = held_by_the_server(sqlite_app, "sort")
        assert list(told(events)) == sorter.moves
        assert events[0]["data"]["distribution"] == [4] * 9
        assert [event["data"]["text"] for event in events if event["kind"] == "note"] == ["Tired today."]
        assert events[-1]["kind"] == "close" and log.closed_at and log.refused is None
        found = db.session.scalars(select(Assessment)).one()
        criterion = DOCUMENT["criteria"][0]
        cards = list(WORDS)
        expected = r([SORTED[card] for card in cards], [criterion["values"][card] for card in cards])
        assert -1 < expected < 1
        assert found.scores["scores"][criterion["id"]] == pytest.approx(expected, abs=1e-9)
        assert json.loads(found.answers) == SORTED


def test_no_score_and_no_label_is_on_the_screen(sorter: Sorter) -> None:
    sorter.begin()
    press(sorter.page, "straight")
    text = sorter.page.locator("body").inner_text().lower()
    assert "not a test of attachment" in text
    assert [word for word in ("score", "secure", "security", "9a") if word in text] == []


def test_a_card_can_be_carried_with_a_finger_and_the_page_still_scrolls(sorter: Sorter) -> None:
    page = sorter.page
    sorter.begin()
    press(page, "straight")
    card = sorter.page.locator(".sort__table [data-card]").nth(5).get_attribute("data-card") or ""
    box, pile = sorter.tile(card).bounding_box(), sorter.drop("pile 3").bounding_box()
    assert box and pile
    touch = page.context.new_cdp_session(page)

    def finger(kind: str, x: float = 0, y: float = 0) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x, y = box["x"] + 30, box["y"] + 30
    finger("touchStart", x, y)
    page.clock.run_for(300)
    expect(page.locator(".carried")).to_have_count(1)
    finger("touchMove", x, y + 60)
    finger("touchMove", pile["x"] + 20, pile["y"] + 20)
    expect(sorter.drop("pile 3")).to_have_attribute("data-under", "true")
    finger("touchEnd")
    expect(page.locator("section[data-pile='3']")).to_contain_text(WORDS[card])
    assert page.evaluate("() => scrollY") == 0

    finger("touchStart", x, y)
    finger("touchMove", x, y - 40)  # at once: the page scrolls, and nothing is carried
    finger("touchMove", x, y - 120)
    finger("touchEnd")
    expect(page.locator(".carried")).to_have_count(0)
    page.wait_for_function("() => scrollY > 0")


def test_arrows_go_from_card_to_card_and_two_quick_taps_are_one(sorter: Sorter) -> None:
    page = sorter.page
    sorter.begin()
    page.clock.run_for(300)
    sorter.drop("group more").click()
    sorter.drop("group more").click()
    expect(page.get_by_text("1 of 36 looked at")).to_be_visible()
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("1")  # without a focus the keys move the card in hand
    expect(page.get_by_text("2 of 36 looked at")).to_be_visible()
    page.keyboard.press("Backspace")
    expect(page.get_by_text("1 of 36 looked at")).to_be_visible()
    press(page, "straight")
    tiles = page.locator(".sort__table [data-card]")
    tiles.nth(0).focus()
    page.keyboard.press("ArrowRight")
    expect(tiles.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(tiles.nth(5)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    expect(tiles.nth(0)).to_be_focused()
    first = tiles.nth(0).get_attribute("data-card") or ""
    page.keyboard.press("4")
    expect(page.locator("section[data-pile='4']")).to_contain_text(WORDS[first])
    expect(tiles.nth(0)).to_be_focused()  # the next one
    page.keyboard.press("Backspace")
    expect(page.locator("section[data-pile='4'] [data-card]")).to_have_count(0)


def test_more_cards_not_seen_than_allowed_are_said_to_give_no_score(sorter: Sorter, sqlite_app: Flask) -> None:
    page = sorter.page
    sorter.begin()
    press(page, "straight")
    unseen = sorted(WORDS)[::8]
    for _ in range(36):
        card = sorter.in_hand.get_attribute("data-hand") or ""
        key, place = ("0", "pile NOB") if card in unseen else (str(SORTED[card]), f"pile {SORTED[card]}")
        sorter.key(sorter.tile(card), card, key, place)
    expect(page.locator("section[data-pile=NOB]")).to_contain_text("5 were not seen. With more than 4 this sort has no")
    press(page, "sign")
    expect(page.get_by_role("heading", name="The cards are signed")).to_be_visible()
    all_sent(page)
    with sqlite_app.app_context():
        found = db.session.scalars(select(Assessment)).one()
        assert found.scores["scores"]["security"] is None
        assert {card for card, place in json.loads(found.answers).items() if place == "NOB"} == set(unseen)


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (768, 1024)])
def test_ninety_numbers_in_a_bell_held_either_way(sorter: Sorter, sqlite_app: Flask, width: int, height: int) -> None:
    page = sorter.page
    page.set_viewport_size({"width": width, "height": height})
    page.get_by_role("button", name="Open Kai").click()
    page.locator("[data-instrument='ninety/1']").click()
    choose(page, "4 · 7 · 10 · 15 · 18 · 15 · 10 · 7 · 4")
    press(page, "begin")
    press(page, "straight")
    large_enough(page)
    piles = [pile for pile, holds in enumerate(NUMBERS["distributions"][1], 1) for _ in range(holds)]
    for number, pile in enumerate(piles, 1):
        expect(sorter.in_hand).to_have_text(str(number))
        sorter.key(sorter.tile(str(number)), str(number), str(pile), f"pile {pile}")
    press(page, "sign")
    expect(page.get_by_role("heading", name="The cards are signed")).to_be_visible()
    all_sent(page)
    with sqlite_app.app_context():
        ((log, events),) = held_by_the_server(sqlite_app, "sort")
        assert list(told(events)) == sorter.moves and log.refused is None
        assert json.loads(db.session.scalars(select(Assessment)).one().answers)["90"] == 9


def test_all_of_one_visit_is_one_visit(sorter: Sorter, sqlite_app: Flask) -> None:
    page = sorter.page
    sorter.begin()
    press(page, "later")
    expect(page.get_by_role("button", name="Go on with the cards")).to_be_visible()
    page.get_by_role("button", name="Open Kai").click()
    expect(page.get_by_role("button", name="Go on with the cards")).to_be_visible()
    assert page.locator(f"[data-instrument='{SAFE_BASE}']").count() == 0
    press(page, "observe")
    press(page, "begin")
    expect(page.locator(".pads")).to_be_visible()
    all_sent(page)
    with sqlite_app.app_context():
        ((sort, _),) = held_by_the_server(sqlite_app, "sort")
        ((observation, _),) = held_by_the_server(sqlite_app, "observation")
        assert sort.visit_id == observation.visit_id
        assert db.session.get_one(Visit, sort.visit_id).local_date == TODAY  # the one that was planned


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1024, 768), (768, 1024)])
def test_every_screen_of_a_sort_is_readable_and_large_enough(
    sorter: Sorter, scheme: str, width: int, height: int
) -> None:
    page = sorter.page
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": height})
    page.get_by_role("button", name="Open Kai").click()
    readable(page)
    page.locator(f"[data-instrument='{SAFE_BASE}']").click()
    readable(page)
    press(page, "begin")
    readable(page)
    large_enough(page)
    for _ in range(4):
        page.clock.run_for(300)
        sorter.drop("group more").click()
    press(page, "straight")
    for _ in range(6):
        page.clock.run_for(300)
        sorter.drop("pile 9").click()
    press(page, "sign")
    readable(page)
    large_enough(page)


def large_enough(page: Page) -> None:
    """No target is under 64 px, no card's words are cut off, and nothing hangs over the side."""
    found = page.evaluate(
        """() => {
            const seen = [...document.querySelectorAll(".sort button, .sort-card")];
            const small = seen.filter((one) => Math.min(one.offsetWidth, one.offsetHeight) < 64);
            const over = (whole, part) => whole > part + 1;
            const cut = seen.filter(
                (one) => over(one.scrollHeight, one.clientHeight) || over(one.scrollWidth, one.clientWidth));
            return [small, cut].map((list) => list.map((one) => one.textContent));
        }"""
    )
    assert found == [[], []]
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
