"""Faults 1 to 4: the browser dies, or the power. What was shown as saved is on disk."""

from __future__ import annotations

import random
import threading
from itertools import cycle

import pytest
from flask import Flask
from playwright.sync_api import Error
from watched import PADS, Tablet, check

SAVED_TOO_SOON = (
    "js/log.js",
    "await device.addEvents(rows, { count: seq, head, ...closed }, this.fresh);",
    "{ const now = this.fresh; setTimeout(() => device.addEvents(rows, { count: seq, head, ...closed }, now), 400) }",
)
LOST = "was shown as saved and is not there|is another one|are there of"
LISTEN_TO_STORAGE = """(() => {
    window.asked = [];
    const own = IDBDatabase.prototype.transaction, add = IDBObjectStore.prototype.add;
    const notes = new WeakMap();
    IDBDatabase.prototype.transaction = function (stores, mode, options) {
        const made = own.call(this, stores, mode, options);
        const note = { durability: made.durability, seqs: [] };
        notes.set(made, note);
        made.addEventListener("complete", () => (note.complete = performance.timeOrigin + performance.now()));
        return made;
    };
    IDBObjectStore.prototype.add = function (row, ...rest) {
        const note = notes.get(this.transaction);
        if (this.name === "events") {
            note.seqs.push(row.seq);
            if (!window.asked.includes(note)) window.asked.push(note);
        }
        return add.call(this, row, ...rest);
    };
})()"""
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def begun(tablet: Tablet) -> None:
    """Watching, the visit itself on disk: only taps are at stake."""
    tablet.sign_in()
    tablet.begin()
    tablet.page.wait_for_timeout(800)


def burst(tablet: Tablet) -> None:
    """Touch pads as fast as it goes, until the browser is gone."""
    try:
        for code in cycle(PADS):
            tablet.tap(code)
    except Error:
        tablet.gone()


def killed_in_bursts(tablet: Tablet, seeds: range) -> None:
    """For each seed: tap in a burst, be killed in it, start again and find the visit open."""
    begun(tablet)
    for seed in seeds:
        timer = threading.Timer(random.Random(seed).uniform(0.05, 0.9), tablet.kill)
        timer.start()
        burst(tablet)
        timer.join()
        tablet.start()
        tablet.page.goto("/record/en")
        tablet.on("observing")
        tablet.watch()
    tablet.kept()
    tablet.all_sent()


def test_fault_01_browser_killed_in_a_burst(app: Flask, tablets) -> None:
    tablet = tablets()
    killed_in_bursts(tablet, range(20))
    check(app, tablet.ledger)
    assert len(tablet.visit.solid) > 40


@pytest.mark.campaign
def test_fault_01_browser_killed_in_a_hundred_bursts(app: Flask, tablets) -> None:
    tablet = tablets()
    killed_in_bursts(tablet, range(1000, 1100))
    check(app, tablet.ledger)


def test_fault_01_without_its_defence(app: Flask, tablets, without) -> None:
    without(*SAVED_TOO_SOON)
    tablet = tablets()
    with pytest.raises(AssertionError, match=LOST):
        killed_in_bursts(tablet, range(3))
        check(app, tablet.ledger)


def crashed(tablet: Tablet) -> None:
    """Three times: tap, and lose the page's process; the browser stays and opens another page."""
    begun(tablet)
    for number in range(3):
        tablet.tap(*PADS[: 5 + number])
        tablet.hear()
        tablet.crash()
        tablet.page.goto("/record/en")
        tablet.on("observing")
        tablet.watch()
    tablet.kept()
    tablet.all_sent()


def test_fault_02_the_page_process_crashes(app: Flask, tablets) -> None:
    tablet = tablets()
    crashed(tablet)
    check(app, tablet.ledger)


def test_fault_02_without_its_defence(app: Flask, tablets, without) -> None:
    without(*SAVED_TOO_SOON)
    tablet = tablets()
    with pytest.raises(AssertionError, match=LOST):
        crashed(tablet)
        check(app, tablet.ledger)


def closed_at_the_touch(tablet: Tablet) -> None:
    """Ten times: the tab is closed in the moment in which a finger touches a pad."""
    begun(tablet)
    for code in PADS:
        tablet.tap(code, "VOC" if code != "VOC" else "TALK")
        tablet.touch(code)
        tablet.page.close()
        tablet.page = tablet.context.new_page()
        tablet.page.goto("/record/en")
        tablet.on("observing")
        tablet.watch()
    tablet.kept()
    tablet.all_sent()


def test_fault_03_the_tab_is_closed_at_the_touch(app: Flask, tablets) -> None:
    tablet = tablets()
    closed_at_the_touch(tablet)
    check(app, tablet.ledger)


def test_fault_03_without_its_defence(app: Flask, tablets, without) -> None:
    without(*SAVED_TOO_SOON)
    tablet = tablets()
    with pytest.raises(AssertionError, match=LOST):
        closed_at_the_touch(tablet)
        check(app, tablet.ledger)


def flushed(tablet: Tablet) -> None:
    """Tap; every transaction that wrote an event asked for the disk, and was complete before its dot was solid."""
    tablet.sign_in()
    tablet.begin()
    for code in PADS:
        tablet.tap(code)
        tablet.kept()
    asked = tablet.page.evaluate("() => window.asked")
    assert len(asked) >= len(PADS)
    assert {one["durability"] for one in asked} == {"strict"}, "not every tap was flushed to the disk"
    for seq, solid in tablet.visit.since.items():
        complete = [one["complete"] for one in asked if seq in one["seqs"] and "complete" in one]
        assert complete and complete[0] <= solid, f"the dot of event {seq} was solid before it was on disk"


def test_fault_04_the_power_fails(app: Flask, tablets) -> None:
    tablet = tablets(script=LISTEN_TO_STORAGE)
    flushed(tablet)
    tablet.all_sent()
    check(app, tablet.ledger)


def test_fault_04_without_its_defence(app: Flask, tablets, without) -> None:
    without("js/device.js", '{ durability: "strict" }', "{}")
    with pytest.raises(AssertionError, match="flushed"):
        flushed(tablets(script=LISTEN_TO_STORAGE))
