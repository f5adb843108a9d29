"""The programme's settings: kept, said on the tablet's card, and refused beside the field."""

from __future__ import annotations

import pytest
from flask import Flask
from forms import beside, filled, send, words
from people import People

from recorder.db import db
from recorder.records.people import Programme


def programme(app: Flask, people: People) -> Programme:
    with app.app_context():
        return db.session.get(Programme, people.programme)


def typed(client, **changes: str) -> dict[str, str]:
    return filled(client.get("/programme/settings/")) | changes


def test_nothing_changes_when_the_form_is_sent_as_it_stands(app: Flask, signed_in, people: People) -> None:
    mara = signed_in("mara")
    kept = {column.key: getattr(programme(app, people), column.key) for column in Programme.__table__.columns}
    assert send(mara, "/programme/settings/", typed(mara)).status_code == 302
    assert {name: getattr(programme(app, people), name) for name in kept} == kept


def test_what_a_manager_changes_is_kept_and_shown(app: Flask, signed_in, people: People) -> None:
    mara = signed_in("mara")
    data = typed(mara, emergency_number="911", hotline="Child help, 555 0199", certify_kappa="0.7", zone_third="45")
    data |= {"contacts-1-name": "Night line", "contacts-1-phone": "555 0123"}
    assert send(mara, "/programme/settings/", data).status_code == 302
    kept = programme(app, people)
    assert (kept.emergency_number, kept.hotline, kept.certify_kappa) == ("911", "Child help, 555 0199", 0.7)
    assert kept.zone_cuts == [81, 61, 45]
    assert kept.contacts == [
        {"name": "Family line", "phone": "555 0111"},
        {"name": "Night line", "phone": "555 0123"},
    ]
    assert 'value="911"' in words(mara.get("/programme/settings/"))


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("name", "", "name"),
        ("hotline", "x" * 201, "hotline"),
        ("observe_every_days", "0", "observe_every_days"),
        ("observe_every_days", "often", "observe_every_days"),
        ("double_coded_percent", "101", "double_coded_percent"),
        ("certify_kappa", "1.2", "certify_kappa"),
        ("certify_kappa", "NaN", "certify_kappa"),
        ("certify_days", "", "certify_days"),
        ("consent_days", "0", "consent_days"),
        ("small_cells", "0", "small_cells"),
        ("zone_second", "90", "zone_second"),
        ("zone_third", "61", "zone_third"),
        ("contacts-2-name", "Somebody", "contacts-2-phone"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_is_stored(
    app: Flask, signed_in, people: People, name: str, value: str, field: str
) -> None:
    mara = signed_in("mara")
    answer = send(mara, "/programme/settings/", typed(mara, **{name: value, "telephone": "555 0777"}))
    assert answer.status_code == 422
    assert beside(answer, field)
    assert programme(app, people).telephone == "555 0100"
    assert "555 0777" in words(answer), "what was typed stays"
