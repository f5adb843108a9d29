"""The pages about the work and about some of the visits: who reads them, what narrows them, what they never say."""

from __future__ import annotations

import pytest
from flask import Flask
from people import People
from tablet import batch, observed

from recorder import ingest
from recorder.db import db, uuid7
from recorder.records.people import Account

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def three(app: Flask, people: People) -> None:
    """Three signed observations of Mia (11 months), whose first caregiver reads English."""
    with app.app_context():
        account = db.session.get_one(Account, people.accounts["ana"])
        for cues in (10, 12, 9):
            ingest.take(account, ingest.read(batch(observed(people, cues=cues, visit=str(uuid7())).part())))


def test_process_is_told_by_visitor_and_outcomes_are_not(signed_in, three: None) -> None:
    page = signed_in("abe").get("/programme/work/").get_data(as_text=True)
    (line,) = [part for part in page.split("<tr>") if ">Ana<" in part]
    assert "<td>3</td><td>3</td><td>3</td><td>3</td>" in line and "100%" in line
    assert "16 of 31" not in page and page.count("<svg") == 1
    assert ">Ana<" not in signed_in("abe").get("/programme/detail/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("asked", "found"),
    [("", True), ("?language=en", True), ("?language=es", False), ("?ages=6-12", True), ("?ages=24-36", False),
     ("?scheme=serve-and-return/1", True), ("?ages=nonsense", True)],
)  # fmt: skip
def test_a_choice_narrows_the_figures(signed_in, three: None, asked: str, found: bool) -> None:
    page = signed_in("abe").get(f"/programme/detail/{asked}").get_data(as_text=True)
    assert ("16 of 31 in 3 visits" in page) == found
    assert ("No signed observation in this period" in page) == (not found)
    if found:
        assert "Which answer came to which cue" in page and "no rates" in page


@pytest.mark.parametrize("path", ["/programme/work/", "/programme/detail/"])
def test_for_managers_and_auditors_of_the_programme(signed_in, three: None, path: str) -> None:
    assert signed_in("ana").get(path).status_code == signed_in("sol").get(path).status_code == 403
    assert "16 of 31" not in signed_in("otto").get(path).get_data(as_text=True)
