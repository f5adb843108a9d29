"""The tablet tells its visitor what was corrected in what she recorded."""

from __future__ import annotations

import pytest
from flask import Flask
from people import those_at_mias
from playwright.sync_api import Page, expect
from shell import readable, sign_in
from sqlalchemy import select
from tablet import batch, observed

from recorder import ingest
from recorder.db import db
from recorder.records.observations import Log
from recorder.records.people import Account

pytestmark = pytest.mark.browser


def test_a_visitor_reads_what_her_supervisor_changed_and_why(page: Page, sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        people = those_at_mias()
        ana, sol = (db.session.scalars(select(Account).where(Account.sign_in == name)).one() for name in ("ana", "sol"))
        ingest.take(ana, ingest.read(batch(observed(people).part())))
        log = db.session.scalars(select(Log)).one()
        ingest.correct(log.key, sol, "tap/2", "VOC", "LOOK", "We watched it together.")
        ingest.correct(log.key, sol, "rating/sensitivity/1/tuning_in", 7, 5, "As the anchor says.")
    sign_in(page)
    page.get_by_role("button", name="Open Mia").click()
    page.get_by_text("Corrected since").click()
    told = page.locator("[data-corrected='2'] li")
    expect(told.nth(0)).to_contain_text(
        "0:12: Sound or talk became Looks at the caregiver. We watched it together. (Sol)"
    )
    expect(told.nth(1)).to_contain_text("Tuning in: 7 became 5. As the anchor says. (Sol)")
    readable(page)
