"""A funder's form: unknown is left out and counted, caregivers are counted and not visits, only validated tools."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pdfplumber
import pytest
from flask import Flask
from forms import send as post
from people import TODAY, People
from tablet import TabletLog, batch, observed, opening

from recorder import ingest
from recorder.db import db, uuid7
from recorder.instruments import library
from recorder.programme.published import quarter_of
from recorder.programme.report import InvalidDefinition, read
from recorder.records.families import Family
from recorder.records.instruments import StoredInstrument
from recorder.records.people import Account
from recorder.records.visits import Visit

QUARTER = quarter_of(quarter_of(TODAY).first - timedelta(days=1))
DAY = QUARTER.first + timedelta(days=45)


def wall(days: int = 0) -> str:
    return f"{DAY + timedelta(days=days)}T18:00:00.000Z"


def answers(client, **asked: str) -> dict[str, tuple[str, str, str, str]]:
    text = client.get("/programme/report/report.csv", query_string=asked).get_data(as_text=True)
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return {row["measure"]: (row["numerator"], row["denominator"], row["share"], row["missing"]) for row in rows}


@pytest.fixture
def validated(app: Flask, people: People) -> library.Instrument:
    """The same scheme, published by the programme as a validated one."""
    document = dict(library.document("serve-and-return/1")) | {"name": "valid-tool", "validated": True}
    made = library.read(document)
    with app.app_context():
        db.session.add(
            StoredInstrument(programme_id=people.programme, name=made.name, version=made.version, kind="scheme",
                             document=document, hash=made.hash)
        )  # fmt: skip
        db.session.commit()
    return made


def test_the_worked_example(app: Flask, signed_in, people: People, validated: library.Instrument) -> None:
    tool = {"instrument": validated.name, "version": validated.version, "hash": validated.hash}
    with app.app_context():
        ana = db.session.get_one(Account, people.accounts["ana"])
        begun = TabletLog()
        home = {"family": str(people.families["F-001"]), "wall": wall(9)}
        begun.add("open", data=opening(people, visit=str(uuid7()), **(home | tool)))
        begun.add("end", after_ms=200_000)
        logs = [
            observed(people, visit=str(uuid7()), wall=wall(), **tool),  # Luis, with the validated tool, twice
            observed(people, visit=str(uuid7()), wall=wall(3), **tool),
            observed(people, visit=str(uuid7()), wall=wall(5), caregivers=[str(people.caregivers["Rosa"])]),
            begun,  # somebody of F-001 was observed, and it is not signed: of Rosa it is not known
        ]
        for log in logs:
            ingest.take(ana, ingest.read(batch(log.part())))
        theo = db.session.get_one(Family, people.families["F-003"])
        theo.children.clear()  # June's child is not known
        for status, by in (("cancelled", "staff"), ("planned", None)):
            db.session.add(
                Visit(programme_id=people.programme, family_id=people.families["F-002"], local_date=DAY,
                      site_id=people.sites["north"], account_id=people.accounts["ben"], status=status, cancelled_by=by)
            )  # fmt: skip
        db.session.commit()
    found = answers(signed_in("mara"), first=QUARTER.first.isoformat())
    # caregivers: Luis yes; Rosa and June not known; Hana (20 months) and Lani (30 months) no
    assert found["parent-child-interaction"] == ("1", "3", str(1 / 3), "2")
    assert found["observed"] == ("1", "4", "0.25", "0")
    # visits: three signed; one begun and one planned without an outcome; one cancelled
    assert found["visits-completed"] == ("3", "4", "0.75", "2")
    river = answers(signed_in("abe"), first=QUARTER.first.isoformat(), site=str(people.sites["river"]))
    assert river["parent-child-interaction"] == ("0", "1", "0.0", "0") and river["visits-completed"][2] == ""


def test_without_a_validated_instrument_nobody_was_observed_with_one(app: Flask, signed_in, people: People) -> None:
    with app.app_context():
        ana = db.session.get_one(Account, people.accounts["ana"])
        ingest.take(ana, ingest.read(batch(observed(people, visit=str(uuid7()), wall=wall()).part())))
    found = answers(signed_in("mara"), first=QUARTER.first.isoformat())
    assert found["parent-child-interaction"][0] == "0" and found["observed"][0] == "1"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_pdf_says_the_same(signed_in, people: People) -> None:
    answer = signed_in("mara").get(f"/programme/report/report.pdf?first={QUARTER.first}")
    with pdfplumber.open(io.BytesIO(answer.data)) as file:
        text = " ".join(page.extract_text() for page in file.pages)
        assert file.structure_tree, "tagged"
    assert "US-type home visiting report" in text and "5 caregivers" in text and "First Steps" in text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_definition_of_one_s_own(signed_in, people: People) -> None:
    document = {"id": "ours", "title": {"en": "Ours"}, "measures": [
        {"id": "spanish", "title": {"en": "Who reads Spanish"}, "unit": "caregiver", "denominator": {"enrolled": True},
         "numerator": {"language": ["es"]}}]}  # fmt: skip
    mara = signed_in("mara")
    assert post(mara, "/programme/report/", {"document": json.dumps(document)}).status_code == 302
    assert answers(mara, definition="ours") == {"spanish": ("1", "5", "0.2", "0")}
    document["measures"][0]["numerator"] = {"eye_colour": "blue"}
    wrong = post(mara, "/programme/report/", {"document": json.dumps(document)})
    assert wrong.status_code == 422 and "is no element of a caregiver" in wrong.get_data(as_text=True)
    assert post(mara, "/programme/report/", {"document": "{"}).status_code == 422
    assert signed_in("otto").get("/programme/report/?definition=ours").status_code == 404


@pytest.mark.parametrize(
    "change",
    [{"id": ""}, {"title": "X"}, {"measures": []}, {"more": 1},
     {"measures": [{"id": "m", "title": {"en": "M"}, "unit": "child", "denominator": {}, "numerator": {}}]},
     {"measures": [{"id": "m", "title": {"en": "M"}, "unit": "visit", "denominator": {"outcome": {"to": 3}},
                    "numerator": {}}]}],
)  # fmt: skip
def test_what_cannot_be_a_definition_says_why(change: dict) -> None:
    whole = {"id": "x", "title": {"en": "X"}, "measures": [
        {"id": "m", "title": {"en": "M"}, "unit": "visit", "denominator": {}, "numerator": {}}]}  # fmt: skip
    assert read(whole).id == "x"
    with pytest.raises(InvalidDefinition):
        read(whole | change)
