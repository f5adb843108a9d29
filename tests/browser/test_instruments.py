"""An administrator's afternoon in the real Chromium: she copies a scheme, changes it, and publishes it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from staff import sign_in

from recorder.instruments import library

pytestmark = pytest.mark.browser

SIZES = ((1024, 768), (768, 1024), (390, 844))


def calm(page: Page) -> None:
    """No violation in either theme, and nothing wider than the screen at any size."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page).response["violations"]
        assert [(fault["id"], [node["html"] for node in fault["nodes"]][:3]) for fault in found] == [], scheme
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, width)
    page.set_viewport_size({"width": 1024, "height": 768})
    page.emulate_media(color_scheme="light")


def make_copy(page: Page, of: str, name: str) -> None:
    page.goto(f"/instruments/built-in/{of}")
    page.get_by_text("Make your own copy").click()
    page.get_by_label("Name (for files").fill(name)
    page.get_by_role("button", name="Make the copy").click()
    page.wait_for_url("**/edit")


def test_a_scheme_is_copied_changed_and_published(page: Page) -> None:
    sign_in(page, "ida")
    page.get_by_role("link", name="Instruments").click()
    expect(page.get_by_role("heading", name="Instruments")).to_be_visible()
    calm(page)
    page.get_by_role("link", name="Serve and return, short").click()
    expect(page.locator(".pad--child").first).to_have_text("Sound or talk")
    calm(page)
    page.get_by_role("navigation", name="Language of the preview").get_by_role("link", name="Español").click()
    expect(page.locator(".pad--child").first).to_have_text("Sonido o palabra")

    make_copy(page, "serve-and-return-short", "our-scheme")
    calm(page)
    # a row more: everything typed stays, and the page comes back at the new row
    page.get_by_label("Title (English)").fill("Our scheme")
    page.get_by_role("button", name="Add another cue").click()
    page.wait_for_url("**#cues-5")
    expect(page.get_by_label("Title (English)")).to_have_value("Our scheme")
    row = page.get_by_role("group", name="Cue 6")
    expect(row).to_be_in_viewport()
    row.get_by_label("Code").fill("WAVE")
    row.get_by_label("On the button (English)").fill("Waves")
    row.get_by_label("Answer within").fill("4.5")
    # Enter saves: it does not take the first row away
    row.get_by_label("Answer within").press("Enter")
    page.wait_for_url(lambda url: "/edit" not in url)
    expect(page.locator(".pad--child").last).to_have_text("Waves")
    expect(page.get_by_text("An answer counts within 4.5 s.")).to_be_visible()

    # a wrong code stands beside its field
    page.get_by_role("link", name="Edit").click()
    page.get_by_role("group", name="Cue 6").get_by_label("Code").fill("CRY")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing is stored yet.")
    expect(page.locator("#cues-5-code-error")).to_have_text("CRY is there twice.")
    calm(page)
    page.get_by_role("button", name="Remove: Cue 6").click()
    page.get_by_role("button", name="Save").first.click()
    page.wait_for_url(lambda url: "/edit" not in url)

    page.get_by_text("Publish it").click()
    page.get_by_role("button", name="Publish for ever").click()
    expect(page.get_by_role("status")).to_contain_text("our-scheme/1 is published")
    page.get_by_role("button", name="Make the next version").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("our-scheme/2")


@pytest.mark.parametrize("name", ["warm-presence", "safe-base-cards", "our-days"])
def test_every_kind_is_read_edited_and_saved(page: Page, name: str) -> None:
    sign_in(page, "ida")
    make_copy(page, name, "ours")
    calm(page)
    page.get_by_role("button", name="Save").first.click()
    page.wait_for_url(lambda url: "/edit" not in url)
    expect(page.get_by_role("heading", name="On the tablet")).to_be_visible()
    calm(page)


def test_a_file_is_looked_at_and_kept(page: Page, tmp_path: Path) -> None:
    sign_in(page, "ida")
    page.goto("/instruments/import")
    calm(page)
    document = {**library.document("sensitivity"), "name": "theirs"}
    page.get_by_label("File (").set_input_files(
        {"name": "theirs.json", "mimeType": "application/json", "buffer": json.dumps(document).encode()}
    )
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_text("Nothing is stored yet.")).to_be_visible()
    calm(page)
    page.get_by_role("button", name="Keep it as a draft").click()
    expect(page.get_by_role("status")).to_contain_text("Kept as a draft.")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as a file").click()
    download.value.save_as(tmp_path / "theirs.json")
    assert library.digest(json.loads((tmp_path / "theirs.json").read_text("utf-8"))) == library.digest(document)


def test_a_manager_reads(page: Page) -> None:
    sign_in(page, "mara")
    page.get_by_role("link", name="Instruments").click()
    page.get_by_role("link", name="Safe-base").first.click()
    expect(page.get_by_text("Brightens when the caregiver turns to them")).to_be_visible()
    expect(page.get_by_text("Make your own copy")).to_have_count(0)
    calm(page)
