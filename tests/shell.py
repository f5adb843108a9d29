"""The tablet's shell in the real Chromium: signing in, looking, and what the server and the browser hold afterwards."""

from __future__ import annotations

import json
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from people import PASSWORD
from playwright.sync_api import Page, expect
from sqlalchemy import select

from recorder.db import db
from recorder.ingest.segments import strings
from recorder.records.observations import Log


def sign_in(page: Page, name: str = "ana", language: str = "en") -> None:
    """Sign in and open the shell at the list of families."""
    page.set_default_timeout(10_000)
    page.goto(f"/sign-in?next=/record/{language}")
    page.locator("[name=sign_in]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    page.wait_for_url(f"**/record/{language}")
    expect(page.locator("body")).to_have_attribute("data-screen", "families")


def press(page: Page, act: str) -> None:
    """Press the button that does this."""
    page.locator(f"[data-act={act}]:visible").first.click()


def choose(page: Page, words: str) -> None:
    """Take one of a few."""
    page.get_by_label(words, exact=True).first.check(force=True)


def readable(page: Page) -> None:
    """Fail with what axe finds on the screen."""
    violations = Axe().run(page).response["violations"]
    assert violations == [], [(one["id"], one["nodes"][0]["html"]) for one in violations]


def all_sent(page: Page) -> None:
    """Wait until the tablet says that the server holds everything."""
    page.evaluate("() => dispatchEvent(new Event('online'))")
    expect(page.locator(".badge")).to_contain_text("All sent", timeout=15_000)


def held_by_the_server(app: Flask, kind: str) -> list[tuple[Log, list[dict[str, Any]]]]:
    """The logs of a kind in the server's database, oldest first, each with its events; within a context of `app`."""
    logs = db.session.scalars(select(Log).order_by(Log.key)).all()
    read = [(log, [json.loads(string) for string in strings(log)]) for log in logs]
    return [(log, events) for log, events in read if events[0]["data"]["kind"] == kind]


def held_by_the_tablet(page: Page, *stores: str) -> str:
    """All that the browser's storage holds in these stores (`events`, `logs`, `facts`), as one JSON text."""
    return page.evaluate(
        """async (stores) => {
            const opened = indexedDB.open("recorder");
            await new Promise((done) => (opened.onsuccess = done));
            const found = await Promise.all(stores.map((store) => new Promise((done) => {
                const asked = opened.result.transaction(store).objectStore(store).getAll();
                asked.onsuccess = () => done(asked.result);
            })));
            opened.result.close();
            return JSON.stringify(found);
        }""",
        list(stores),
    )
