"""Faults 14 and 15: the wall clock is set, the zone changes, the tablet sleeps.

The wall clock is set for the page alone: `Date` and, after a reload, `performance.timeOrigin` are as far off as the
test says. Ten minutes of sleep are a wall clock that went on and a monotonic one that did not; that a browser which
truly stood still goes on is tried with SIGSTOP for three seconds.
"""

from __future__ import annotations

import signal
import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from watched import WITHIN_MS, Tablet, check, events_of

from recorder.db import db
from recorder.records.observations import Log

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

HOUR_MS = 3_600_000
SET = {"a year ahead": 365 * 24 * HOUR_MS, "a day back": -24 * HOUR_MS, "summer time": HOUR_MS}
CLOCK = """(() => {
    const Real = Date, origin = performance.timeOrigin, off = () => Number(localStorage.getItem("off") ?? 0);
    const begun = off();
    window.Date = class extends Real {
        constructor(...given) { given.length ? super(...given) : super(Real.now() + off()); }
        static now() { return Real.now() + off(); }
    };
    Object.defineProperty(performance, "timeOrigin", { get: () => origin + begun });
})()"""
OFTEN = ("js/clock.js", "export const ANCHOR_MS = 60_000;", "export const ANCHOR_MS = 1_000;")


def set_clock(tablet: Tablet, ms: int) -> None:
    """Set the wall clock that the page sees."""
    tablet.page.evaluate("(ms) => localStorage.setItem('off', ms)", ms)


def set_while_watching(tablet: Tablet, ms: int) -> None:
    """The wall clock is set between two taps."""
    tablet.sign_in()
    tablet.begin()
    tablet.tap("VOC", "TALK")
    tablet.page.wait_for_timeout(1500)
    set_clock(tablet, ms)
    tablet.tap("LOOK", "JOY")
    tablet.page.wait_for_timeout(1500)
    tablet.tap("CRY")
    tablet.kept()
    tablet.all_sent()


def gaps(app: Flask) -> list[int]:
    """The gaps of the only log, in ms."""
    return [event["data"]["ms"] for event in only(app) if event["kind"] == "gap"]


def only(app: Flask) -> list[dict[str, Any]]:
    with app.app_context():
        return events_of(db.session.scalars(select(Log)).one())


def assert_gap(app: Flask, ms: int) -> None:
    assert [gap for gap in gaps(app) if abs(gap - ms) < 250], f"no gap of {ms} ms among {gaps(app)}"


@pytest.mark.parametrize("ms", SET.values(), ids=SET.keys())
def test_fault_14_the_clock_is_set(app: Flask, tablets, without, ms: int) -> None:
    without(*OFTEN)
    tablet = tablets(script=CLOCK)
    set_while_watching(tablet, ms)
    check(app, tablet.ledger)
    assert_gap(app, ms)


def test_fault_14_the_zone_changes(app: Flask, tablets) -> None:
    tablet = tablets(zone=None)
    tablet.sign_in()
    tablet.begin()
    tablet.tap("VOC", "TALK")
    tablet.tell()("Emulation.setTimezoneOverride", {"timezoneId": "Pacific/Kiritimati"})
    tablet.tap("LOOK", "JOY")
    tablet.kept()
    tablet.all_sent()
    check(app, tablet.ledger)


def test_fault_14_on_the_wall_clock(app: Flask, tablets, without) -> None:
    without("js/clock.js", "performance.timeOrigin + stamp", "Date.now() - performance.now() + stamp")
    tablet = tablets(script=CLOCK)
    with pytest.raises(AssertionError, match="nobody tapped"):
        set_while_watching(tablet, SET["a year ahead"])
        check(app, tablet.ledger)


def set_back_and_reloaded(app: Flask, tablet: Tablet) -> None:
    """The wall clock is set back by a day and the app starts anew: taps keep their distances."""
    tablet.sign_in()
    tablet.begin()
    tablet.tap("VOC", "TALK")
    tablet.kept()
    set_clock(tablet, SET["a day back"])
    tablet.page.goto("/record/en")
    tablet.on("observing")
    tablet.watch()
    for code in ("LOOK", "JOY", "CRY"):
        tablet.tap(code)
        tablet.page.wait_for_timeout(700)
    tablet.kept()
    tablet.all_sent()
    made = [event for event in only(app) if event["kind"] == "tap"]
    taps = tablet.visit.taps
    assert [event["code"] for event in made] == [tap.code for tap in taps]
    for place in (3, 4):
        told = made[place]["t"] - made[place - 1]["t"]
        least, most = taps[place].before - taps[place - 1].after, taps[place].after - taps[place - 1].before
        assert least - WITHIN_MS <= told <= most + WITHIN_MS, f"{told} ms lie between two taps, not {least:.0f}"


def test_fault_14_the_clock_is_set_back_and_the_app_starts_anew(app: Flask, tablets) -> None:
    set_back_and_reloaded(app, tablets(script=CLOCK))
    assert min(gaps(app)) < -23 * HOUR_MS


def test_fault_14_when_a_log_does_not_go_on_from_its_last_event(app: Flask, tablets, without) -> None:
    without("js/log.js", "log.goOnFrom(", "(() => undefined)(")
    with pytest.raises(AssertionError, match="lie between two taps"):
        set_back_and_reloaded(app, tablets(script=CLOCK))


def asleep(tablet: Tablet) -> None:
    """The browser stands still for three seconds; then a wall clock that went on for ten minutes more."""
    tablet.sign_in()
    tablet.begin()
    tablet.tap("VOC", "TALK")
    tablet.page.wait_for_timeout(1500)
    tablet.signal(signal.SIGSTOP)
    time.sleep(3)
    tablet.signal(signal.SIGCONT)
    tablet.tap("LOOK")
    set_clock(tablet, 600_000)
    tablet.page.wait_for_timeout(2500)
    tablet.tap("JOY")
    tablet.kept()
    tablet.all_sent()


def test_fault_15_ten_minutes_of_sleep(app: Flask, tablets, without) -> None:
    without(*OFTEN)
    tablet = tablets(script=CLOCK)
    asleep(tablet)
    check(app, tablet.ledger)
    assert_gap(app, 600_000)


def test_fault_15_without_reading_both_clocks(app: Flask, tablets, without) -> None:
    without(*OFTEN)
    without("js/anchors.js", "if (ms !== null) log.add(tape.gap, undefined, ms);", "")
    tablet = tablets(script=CLOCK)
    with pytest.raises(AssertionError, match="no gap"):
        asleep(tablet)
        assert_gap(app, 600_000)
