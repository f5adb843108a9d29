"""A tablet whose screen is watched, and a ledger of what it promised.

While a test taps, an observer in the page notes every dot that turns solid and every sentence of the badge. What is in
the ledger comes from the screen and from the test's own wall clock; what the server holds is read from its database.
`check` is the rule of every fault: each tap seen solid is there exactly once, in order, within 50 ms of its time,
nothing else is there, and what the badge said was true.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from machine import chromium as program
from people import PASSWORD
from playwright.sync_api import BrowserType, Error, expect
from sqlalchemy import func, select

from recorder.db import db
from recorder.ingest.segments import strings
from recorder.records.observations import Log, Quarantined, Segment

WITHIN_MS = 50.0
SETTLED_MS = 400
PADS = ("VOC", "TALK", "LOOK", "JOY", "REACH", "FOLLOW", "CRY", "COMF", "PLAY", "TOUCH")
WATCH = """(() => {
    if (window !== top) return;
    const origin = performance.timeOrigin;  // a test may set the clocks that the app reads
    const now = () => origin + performance.now();
    const say = (what) => console.debug("ledger " + JSON.stringify({ ...what, at: now() }));
    let told = new WeakSet(), badge = "";
    const look = () => {
        for (const step of document.querySelectorAll(".step[data-stored='true']")) {
            if (told.has(step)) continue;
            told.add(step);
            const words = step.querySelector(".step__words").textContent;
            const pad = [...document.querySelectorAll(".pad")].find((one) => one.textContent === words);
            say({ solid: Number(step.dataset.seq), code: pad?.dataset.code ?? null });
        }
        const words = document.querySelector(".badge__words")?.textContent ?? "";
        if (words !== badge) say({ badge: (badge = words) });
    };
    new MutationObserver(look).observe(document, {
        subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["data-stored"],
    });
})()"""


@dataclass(frozen=True)
class Tap:
    """A touch: its pad, and the wall clock in ms before and after it."""

    code: str
    before: float
    after: float


@dataclass
class Visit:
    """One observation as the screen showed it: what was tapped, and which dots turned solid (seq: code or None), with
    the moment in ms at which each did."""

    taps: list[Tap] = field(default_factory=list)
    solid: dict[int, str | None] = field(default_factory=dict)
    since: dict[int, float] = field(default_factory=dict)


@dataclass
class Ledger:
    """All visits of a tablet in their order, and what its badge said when: (ms, sentence)."""

    visits: list[Visit] = field(default_factory=list)
    said: list[tuple[float, str]] = field(default_factory=list)

    def note(self, told: dict[str, Any]) -> None:
        """Take what the observer in the page saw."""
        if "badge" in told:
            self.said.append((told["at"], told["badge"]))
        elif self.visits:
            visit = self.visits[-1]
            visit.solid.setdefault(told["solid"], told["code"])
            visit.since.setdefault(told["solid"], told["at"])


def check(app: Flask, ledger: Ledger, *, aside: Iterable[str] = (), all_sent: bool = True) -> None:
    """Hold the server's database against the ledger; AssertionError where they differ.

    Parameters: `aside` the quarantine codes that must be there, and no others; `all_sent` whether the badge must say so
    at last.
    """
    with app.app_context():
        logs = db.session.scalars(select(Log).where(Log.kind == "observation").order_by(Log.id)).all()
        assert len(logs) == len(ledger.visits), f"{len(logs)} observations are there of {len(ledger.visits)}"
        for log, visit in zip(logs, ledger.visits, strict=True):
            _check_visit(log, visit)
            waiting = (
                select(func.count())
                .select_from(Segment)
                .where(Segment.log_key == log.key, Segment.upto_seq > log.stored_upto)
            )
            assert db.session.scalar(waiting) == 0, "something waits behind a hole"
        _check_badge(logs, ledger)
        assert set(db.session.scalars(select(Quarantined.code))) == set(aside)
    if all_sent:
        assert ledger.said and ledger.said[-1][1].startswith("All sent"), f"the badge says {ledger.said[-1:]}"


def _check_visit(log: Log, visit: Visit) -> None:
    exact, events = strings(log), events_of(log)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    head = "0" * 64
    for string in exact:
        head = hashlib.sha256((head + string).encode()).hexdigest()
    assert log.head == head, "the server's head is not that of its strings"
    for seq, code in visit.solid.items():
        assert seq <= len(events), f"event {seq} was shown as saved and is not there"
        assert events[seq - 1].get("code") == code or code is None, f"event {seq} is another one"
    start = _ms(events[0]["data"]["wall"])
    touched = iter(visit.taps)
    for event in events:
        if event["kind"] == "tap":
            at = start + event["t"]
            made = next((tap for tap in touched if _is(tap, event["code"], at)), None)
            assert made, f"nobody tapped {event['code']} at {event['t']} ms (event {event['seq']})"


def events_of(log: Log) -> list[dict[str, Any]]:
    """The events of a log as the server holds them."""
    return [json.loads(string) for string in strings(log)]


def _is(tap: Tap, code: str, at: float) -> bool:
    return tap.code == code and tap.before - WITHIN_MS <= at <= tap.after + WITHIN_MS


def _check_badge(logs: Iterable[Log], ledger: Ledger) -> None:
    """Whenever the badge said "All sent", every dot that was solid by then had been received."""
    arrived = []
    for log in logs:
        rows = db.session.execute(
            select(Segment.from_seq, Segment.upto_seq, Segment.received_at).where(Segment.log_key == log.key)
        )
        at = {seq: row.received_at.timestamp() * 1000 for row in rows for seq in range(row.from_seq, row.upto_seq + 1)}
        arrived.append(at)
    for moment, sentence in ledger.said:
        if not sentence.startswith("All sent"):
            continue
        for visit, at in zip(ledger.visits, arrived, strict=True):
            early = [seq for seq, solid in visit.since.items() if solid < moment and at[seq] > moment + WITHIN_MS]
            assert not early, f'"All sent" was said before the server had events {early}'


def _ms(wall: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(wall).timestamp() * 1000


class Tablet:
    """A Chromium of its own on a profile that stays, with the recorder open; it can be killed and started again.

    Parameters: `profile` a folder, `address` of the server or of a proxy before it, `script` runs in every page first,
    `zone` None is the machine's own.
    """

    def __init__(
        self, browser: BrowserType, profile: Path, address: str, script: str = "", zone: str | None = "America/Chicago"
    ) -> None:
        self.browser, self.profile, self.address, self.script, self.zone = browser, profile, address, script, zone
        self.ledger = Ledger()
        self.start()

    def start(self) -> None:
        """Start the browser on its profile."""
        self.context = self.browser.launch_persistent_context(
            self.profile, executable_path=program(), base_url=self.address, viewport={"width": 1024, "height": 768},
            locale="en-US", timezone_id=self.zone,
        )  # fmt: skip
        self.context.set_default_timeout(20_000)
        self.context.add_init_script(WATCH + (";" + self.script if self.script else ""))
        self.context.on("console", lambda message: self._hear(message.text))
        self.page = self.context.pages[0]

    def _hear(self, text: str) -> None:
        if text.startswith("ledger "):
            self.ledger.note(json.loads(text.removeprefix("ledger ")))

    def processes(self) -> list[int]:
        """The browser's processes, its first one first."""
        parents = {}
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                pid, parent = int(status.parent.name), int(status.read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # it ended meanwhile
            parents[pid] = parent
        found = [pid for pid in parents if self._is_first(pid)]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found

    def _is_first(self, pid: int) -> bool:
        command = _command(pid)
        return str(self.profile).encode() in command and b"--type=" not in command and b"chrom" in command

    def is_renderer(self, pid: int) -> bool:
        """Whether this process runs pages."""
        return b"--type=renderer" in _command(pid)

    def kill(self) -> None:
        """SIGKILL all of the browser, in the middle of anything."""
        self.signal(signal.SIGKILL)

    def signal(self, number: int) -> None:
        """Send a signal to each of the browser's processes."""
        for pid in self.processes():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue

    def gone(self) -> None:
        """Let go of a browser that was killed."""
        try:
            self.context.close()
        except Error:
            return

    def close(self) -> None:
        """The end of a test."""
        self.signal(signal.SIGCONT)
        self.gone()

    def sign_in(self, name: str = "ana") -> None:
        """Sign in and open the list of families."""
        self.page.goto("/sign-in?next=/record/en")
        self.page.locator("[name=sign_in]").fill(name)
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.locator("main button").first.click()
        self.page.wait_for_url("**/record/en")
        self.on("families")

    def on(self, screen: str) -> None:
        """Wait for a screen."""
        expect(self.page.locator("body")).to_have_attribute("data-screen", screen, timeout=20_000)

    def press(self, act: str) -> None:
        """Press the button that does this."""
        self.page.locator(f"[data-act={act}]:visible").first.click()

    def begin(self, child: str = "Mia") -> None:
        """Open a family and begin to watch."""
        self.page.get_by_role("button", name=f"Open {child}").click()
        self.press("observe")
        self.ledger.visits.append(Visit())
        self.press("begin")
        self.watch()

    def watch(self) -> None:
        """Wait for the pads, and see where they are."""
        expect(self.page.locator(".pads")).to_be_visible()
        self.page.evaluate("() => window.scrollTo(0, 0)")
        boxes = {code: self.page.locator(f".pad[data-code={code}]").bounding_box() for code in PADS}
        self.pads = {
            code: (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for code, box in boxes.items() if box
        }

    def leave(self) -> None:
        """End the visit before its time: the family does not want it today; back to the list of families."""
        self.press("stop-early")
        self.page.get_by_label("The family does not want it today", exact=True).first.check(force=True)
        self.press("stop-now")
        self.press("finish")
        self.on("done")
        self.page.get_by_role("button", name="Back to the families").click()
        self.on("families")

    @property
    def visit(self) -> Visit:
        """The observation that is going on."""
        return self.ledger.visits[-1]

    def tap(self, *codes: str) -> None:
        """Touch pads, one after the other, and wait for nothing."""
        for code in codes:
            self.touch(code)
            self.page.mouse.up()

    def touch(self, code: str) -> None:
        """Put the finger on a pad, and leave it there."""
        self.page.mouse.move(*self.pads[code])
        before = time.time() * 1000
        self.visit.taps.append(Tap(code, before, before + 5000))  # a browser that dies does not come back from it
        self.page.mouse.down()
        self.visit.taps[-1] = Tap(code, before, time.time() * 1000)

    def ready(self) -> None:
        """Wait until this tablet starts without a network."""
        self.page.evaluate("() => navigator.serviceWorker.ready.then(() => undefined)")
        self.page.wait_for_function("() => navigator.serviceWorker.controller !== null")

    def crash(self) -> None:
        """Lose the page's process, and open another page."""
        gone = self.page
        with gone.expect_event("crash"):
            for pid in self.processes():
                if self.is_renderer(pid):
                    os.kill(pid, signal.SIGKILL)
        gone.close()
        self.page = self.context.new_page()

    def kept(self, timeout_ms: int = 10_000) -> None:
        """Wait until every dot is solid."""
        expect(self.page.locator(".step[data-stored='false']")).to_have_count(0, timeout=timeout_ms)
        self.hear()

    def hear(self) -> None:
        """Take in what the page has told so far."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => done()))")

    def badge(self, words: str, timeout_ms: int = 20_000) -> None:
        """Wait until the badge says so."""
        expect(self.page.locator(".badge__words")).to_contain_text(words, timeout=timeout_ms)
        self.hear()

    def all_sent(self, timeout_ms: int = 20_000) -> None:
        """Wait until the badge says "All sent" and goes on saying so, as when the network is back.

        An anchor that a resumed observation writes may come between: the badge then says for a moment, and truly, that
        something is to be sent.
        """
        self.page.evaluate("() => dispatchEvent(new Event('online'))")
        self.page.wait_for_timeout(100)
        until = time.monotonic() + timeout_ms / 1000
        while True:
            self.badge("All sent", timeout_ms)
            self.page.wait_for_timeout(SETTLED_MS)
            if (self.page.locator(".badge").first.text_content() or "").strip().startswith("All sent"):
                return
            assert time.monotonic() < until, "the badge does not go on saying All sent"

    def tell(self) -> Callable[..., Any]:
        """The browser's debugging protocol on this page."""
        return self.context.new_cdp_session(self.page).send


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""  # it ended meanwhile
