"""A manager sets how pages look and read, in Chromium."""

from __future__ import annotations

import io
import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from people import PASSWORD
from PIL import Image
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_manager_sets_colour_logo_and_a_step(page: Page) -> None:
    page.goto("/sign-in?next=/programme/pages/")
    page.locator("[name=sign_in]").fill("mara")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    expect(page.get_by_role("heading", name="Pages for families")).to_be_visible()
    picture = io.BytesIO()
    Image.new("RGB", (600, 150), (122, 31, 61)).save(picture, "PNG")
    page.get_by_label("Colour of headings").fill("#7a1f3d")
    page.get_by_label("Logo, a PNG").set_input_files(
        {"name": "l.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_alt_text("The logo now")).to_be_visible()
    page.get_by_label("What brings it?").select_option("cue")
    page.get_by_label("When", exact=True).fill("when {child} cries.")
    page.get_by_label("What", exact=True).fill("Sing the river song.")
    page.get_by_role("button", name="Add the step").click()
    expect(page.get_by_text("Please choose the cue or the scale")).to_be_visible()
    page.get_by_label("Which cue or scale?").select_option("CRY")
    page.get_by_role("button", name="Add the step").click()
    expect(page.get_by_text("Sing the river song.")).to_be_visible()
    page.locator("summary", has_text="Français").click()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        violations = Axe().run(page).response["violations"]
        assert violations == [], [(one["id"], one["nodes"][0]["html"]) for one in violations]
        if folder := os.environ.get("PICTURES"):
            page.screenshot(path=f"{folder}/settings-{scheme}.png", full_page=True)
