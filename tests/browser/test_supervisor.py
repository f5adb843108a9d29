"""A supervisor's journey in the real Chromium: enrol, import, assign, plan, cancel; and the same without scripts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from people import PASSWORD, TODAY
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from recorder.db import db
from recorder.records.families import Family

pytestmark = pytest.mark.browser

CASELOAD = """code,site,child_first_name,child_birth_date,caregiver_first_name,language,visitor
F-201,Northside,Noa,2025-03-31,Eve,,ana
F-202,Northside,Sven,2025-03-02,Hana,es,
F-202,Northside,Olaf,2025-03-02,Hana,es,
"""


def heading(page: Page, words: str):
    return page.get_by_role("heading", name=words)


def press(page: Page, words: str) -> None:
    page.get_by_role("main").get_by_role("button", name=words, exact=True).click()


def sign_in(page: Page, name: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def enrol(page: Page, code: str) -> None:
    page.get_by_role("link", name="Enrol a family").click()
    page.get_by_label("Case number").fill(code)
    child = page.get_by_role("group", name="Child 1")
    child.get_by_label("First name").fill("Ada")
    press(page, "Enrol")
    expect(child.get_by_text("A child needs a first name and a birth date.")).to_be_visible()
    expect(child.get_by_label("First name")).to_have_value("Ada")
    child.get_by_label("Birth date").fill((TODAY - timedelta(days=300)).isoformat())
    caregiver = page.get_by_role("group", name="Caregiver 1")
    caregiver.get_by_label("First name").fill("Eve")
    caregiver.get_by_label("Language").select_option("es")
    page.get_by_label("The goal, in the caregiver's own words").fill("More calm at bedtime")
    page.get_by_label("The family agrees to be observed").check()
    press(page, "Enrol")
    expect(heading(page, f"Ada {code}")).to_be_visible()


def assign(page: Page, visitor: str) -> None:
    page.get_by_label("Visitor").select_option(label=visitor)
    press(page, "Assign")
    expect(page.get_by_role("status")).to_contain_text("Assigned")


def plan_and_cancel(page: Page) -> None:
    page.get_by_text("Plan a visit", exact=True).click()
    page.get_by_label("Day", exact=True).fill((TODAY + timedelta(days=2)).isoformat())
    page.get_by_label("Time (may be left empty)").fill("09:30")
    press(page, "Plan the visit")
    page.get_by_role("link", name="9:30").click()
    page.get_by_label("Who cancelled?").select_option(label="By the family")
    page.get_by_label("Why?").fill("The child is ill")
    press(page, "Cancel the visit")
    expect(page.get_by_text("Cancelled", exact=True)).to_be_visible()


def test_sol_enrols_imports_assigns_plans_and_cancels(page: Page, sqlite_app: Flask, tmp_path: Path) -> None:
    sign_in(page, "sol")
    enrol(page, "F-200")
    assign(page, "Ben")
    plan_and_cancel(page)

    page.get_by_role("link", name="Families", exact=True).click()
    page.get_by_role("link", name="Import a caseload").click()
    file = tmp_path / "caseload.csv"
    file.write_text(CASELOAD.replace("Northside,Olaf", "Nowhere,Olaf"), encoding="utf-8")
    page.get_by_label("Caseload file (CSV)").set_input_files(file)
    press(page, "Look at the file")
    expect(page.get_by_role("row", name="4 site “Nowhere” is not a site")).to_be_visible()
    page.get_by_role("link", name="Choose the file again").click()
    file.write_text(CASELOAD, encoding="utf-8")
    page.get_by_label("Caseload file (CSV)").set_input_files(file)
    press(page, "Look at the file")
    expect(heading(page, "2 families to enrol")).to_be_visible()
    press(page, "Enrol all of them")
    expect(page.get_by_role("link", name="F-202")).to_be_visible()

    with sqlite_app.app_context():
        family = db.session.scalars(select(Family).where(Family.code == "F-200")).one()
        assert family.assignments[0].account.name == "Ben"
        twins = db.session.scalars(select(Family).where(Family.code == "F-202")).one()
        assert [child.first_name for child in twins.children] == ["Sven", "Olaf"]


def test_everything_works_without_scripts(chromium: Browser, server: str) -> None:
    context = chromium.new_context(base_url=server, java_script_enabled=False, locale="en-US")
    page = context.new_page()
    sign_in(page, "sol")
    enrol(page, "F-300")
    assign(page, "Ana")
    plan_and_cancel(page)
    page.get_by_role("button", name="Sign out").click()
    expect(heading(page, "Sign in")).to_be_visible()
    context.close()


PAGES = {
    "sol": ("/families/", "/families/?which=left", "/families/new", "/families/import", "/visits/", "/me"),
    "ana": ("/families/", "/visits/", "/me"),
    "ida": ("/accounts/", "/me"),
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1024, 768), (768, 1024), (390, 844)])
def test_the_pages_are_open_to_everybody_and_fit(chromium: Browser, server: str, theme: str, size) -> None:
    for name, paths in PAGES.items():
        context = chromium.new_context(
            base_url=server, color_scheme=theme, viewport={"width": size[0], "height": size[1]}, locale="en-US"
        )
        page = context.new_page()
        page.goto("/sign-in")
        check(page, size[0])
        sign_in(page, name)
        for path in paths:
            page.goto(path)
            check(page, size[0])
        if name == "sol":
            page.goto("/families/")
            page.get_by_role("link", name="F-001").click()
            for part in page.locator("summary").all():
                part.click()
            check(page, size[0])
            page.get_by_role("link", name="10:00").click()
            press(page, "Cancel the visit")
            expect(page.get_by_text("This field is required.")).to_be_visible()
            check(page, size[0])
        if name == "ida":
            page.goto("/accounts/")
            page.get_by_role("link", name="Change: Ana").click()
            check(page, size[0])
            page.get_by_label("Site").select_option("–")
            press(page, "Save")
            expect(page.get_by_text("Visitors and supervisors belong to a site.")).to_be_visible()
            check(page, size[0])
        context.close()


def check(page: Page, width: int) -> None:
    """No axe violation, and nothing that has to be scrolled sideways."""
    found = Axe().run(page).response["violations"]
    assert found == [], [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
