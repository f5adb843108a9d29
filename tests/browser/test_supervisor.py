"""A supervisor's morning in the real Chromium: enrol, import, assign, plan, cancel; and every page passes axe."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
import sqlalchemy
from flask import Flask
from people import PASSWORD, TODAY

from recorder.db import db
from recorder.records.families import Family
from recorder.records.visits import Visit

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")

pytestmark = pytest.mark.browser


def sign_in(page: Any, name: str) -> None:
    page.goto("/sign-in")
    page.fill("#sign_in", name)
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def test_a_supervisor_enrols_imports_assigns_plans_and_cancels(page: Any, sqlite_app: Flask, tmp_path: Path) -> None:
    sign_in(page, "sol")
    page.goto("/families/new")
    page.fill("#code", "F-050")
    page.fill("#children-0-first_name", "Pia")
    page.fill("#children-0-birth_date", "2026-01-05")
    page.fill("#caregivers-0-first_name", "Olu")
    page.fill("#goal", "Sleep through")
    page.check("#observe")
    page.locator("main form button").last.click()
    page.get_by_text("F-050").first.wait_for()
    page.get_by_text("Pia").first.wait_for()

    page.select_option("#visitor", label="Ben")
    page.locator("form[action$='/assignments'] button").click()
    page.get_by_text("Assigned.").wait_for()

    page.goto("/families/import")
    file = tmp_path / "caseload.csv"
    file.write_text(
        "code,site,child_first_name,child_birth_date,caregiver_first_name,visitor\n"
        "F-060,Northside,Ines,2025-11-02,Marta,ana\n"
    )
    page.set_input_files("input[type=file]", file)
    page.locator("main form button").first.click()
    page.get_by_text("Ines").first.wait_for()
    with sqlite_app.app_context():
        assert db.session.scalar(sqlalchemy.select(Family.id).where(Family.code == "F-060")) is None
    page.locator("main form button").last.click()
    page.get_by_text("F-060").first.wait_for()

    page.locator("a", has_text=re.compile("^F-050$")).first.click()
    page.locator("details", has=page.locator("#local_date")).locator("summary").click()
    page.fill("#local_date", TODAY.isoformat())
    page.locator("form[action$='/visits'] button").click()
    page.get_by_text("The visit is planned.").wait_for()
    with sqlite_app.app_context():
        visit_id = db.session.scalars(
            sqlalchemy.select(Visit.id).join(Family, Family.id == Visit.family_id).where(Family.code == "F-050")
        ).one()
    page.goto(f"/visits/{visit_id}")
    page.select_option("#cancelled_by", "family")
    page.fill("#reason", "Pia is unwell")
    page.locator("form[action$='/cancellation'] button").click()
    page.get_by_text("The visit is cancelled.").wait_for()
    with sqlite_app.app_context():
        visit = db.session.get_one(Visit, visit_id)
        assert (visit.status, visit.cancelled_by, visit.cancel_reason) == ("cancelled", "family", "Pia is unwell")


PAGES = {
    "sol": ("/families/", "/families/new", "/families/import", "/visits/", "/me", "family", "visit"),
    "mara": ("/programme/", "family"),
    "ida": ("/accounts/",),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_passes_axe_in_both_themes(page: Any, sqlite_app: Flask, name: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    sign_in(page, name)
    with sqlite_app.app_context():
        family = db.session.scalars(sqlalchemy.select(Family.id).where(Family.code == "F-001")).one()
        visit = db.session.scalars(sqlalchemy.select(Visit.id).where(Visit.family_id == family)).first()
    places = {"family": f"/families/{family}", "visit": f"/visits/{visit}"}
    for path in PAGES[name]:
        page.goto(places.get(path, path))
        page.evaluate(AXE)
        found = page.evaluate("async () => (await axe.run(document)).violations.map(v => v.id + ' ' + v.nodes[0].html)")
        assert found == [], path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_sign_in_page_passes_axe(page: Any, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto("/sign-in")
    page.evaluate(AXE)
    assert page.evaluate("async () => (await axe.run(document)).violations.map(v => v.id)") == []
