"""The administrator makes and renames the sites of her programme."""

from __future__ import annotations

import pytest
from flask import Flask
from forms import beside, send, words
from people import People
from sqlalchemy import select

from recorder.db import db
from recorder.records.people import Site


def names(app: Flask) -> dict[str, str]:
    with app.app_context():
        return {site.name: site.zone for site in db.session.scalars(select(Site))}


def test_a_site_is_made_and_stands_where_people_are_placed(app: Flask, signed_in, people: People) -> None:
    ida = signed_in("ida")
    assert send(ida, "/sites/", {"name": " East  side ", "zone": "America/Denver"}).status_code == 302
    assert names(app)["East side"] == "America/Denver"
    assert "East side" in words(ida.get("/accounts/"))
    page = words(ida.get("/sites/"))
    assert "3 people" in page and "3 families" in page and "Far" not in page.split("</datalist>")[1]


def test_a_site_is_renamed(app: Flask, signed_in, people: People) -> None:
    ida, site = signed_in("ida"), people.sites["north"]
    typed = {f"s{site.hex}-name": "North End", f"s{site.hex}-zone": "America/Denver"}
    assert send(ida, f"/sites/{site}", typed).status_code == 302
    assert names(app)["North End"] == "America/Denver" and "Northside" not in names(app)
    assert send(ida, f"/sites/{site}", typed).status_code == 302, "as it is"


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"name": " "}, "name", "required"),
        ({"name": "x" * 201}, "name", "200"),
        ({"name": "RIVERSIDE"}, "name", "already"),
        ({"zone": "Mars/Olympus"}, "zone", "like America/Chicago"),
        ({"zone": ""}, "zone", "required"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(app, signed_in, people, change, field: str, sentence: str) -> None:
    ida, site = signed_in("ida"), people.sites["north"]
    before, typed = names(app), {"name": "East", "zone": "America/Denver"} | change
    answer = send(ida, "/sites/", typed)
    assert answer.status_code == 422 and sentence in beside(answer, field)
    mark = f"s{site.hex}-"
    answer = send(ida, f"/sites/{site}", {mark + name: value for name, value in typed.items()})
    assert answer.status_code == 422 and sentence in beside(answer, mark + field)
    assert names(app) == before
