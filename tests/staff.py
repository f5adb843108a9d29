"""The pages of supervisors and managers in the real Chromium: signing in, and looking."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from people import PASSWORD
from playwright.sync_api import Page


def sign_in(page: Page, name: str) -> None:
    """Sign in, and come to the first page."""
    page.goto("/sign-in")
    page.locator("[name=sign_in]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def no_violation(page: Page) -> None:
    """Fail with what axe finds, in light and dark, and where something runs out of the page."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page).response["violations"]
        assert [(fault["id"], [node["html"] for node in fault["nodes"]][:3]) for fault in found] == [], scheme
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs out of the page"
