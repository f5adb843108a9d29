"""What is downloaded: tidy, documented, harmless in a spreadsheet, without a name, and never a 0 for nothing."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from flask import Flask
from people import TODAY, People
from tablet import TabletLog, batch, observed, opening

from recorder import ingest
from recorder.db import db
from recorder.programme import exports
from recorder.programme.rollup import Period, Selection, month_of, months_before
from recorder.records.families import Family
from recorder.records.people import Account, Site

DOCS = Path(__file__).parent.parent.parent / "docs" / "exports.md"
LAST_YEAR = Period(months_before(month_of(TODAY), 12), month_of(TODAY))


def selection(people: People, **changes) -> Selection:
    values = {"programme_id": people.programme, "period": LAST_YEAR, "site_id": None, "today": TODAY} | changes
    return Selection(**values)


def table(name: str, chosen: Selection) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO("".join(exports.lines(name, chosen)), newline="")))


def send(people: People, *logs: TabletLog) -> None:
    account = db.session.get_one(Account, people.accounts["ana"])
    ingest.take(account, ingest.read(batch(*(log.part() for log in logs))))


@pytest.mark.parametrize("name", exports.TABLES)
def test_every_column_of_every_table_is_documented_and_nothing_else_is(name: str) -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert re.findall(r"^## (\w+)$", text, re.M) == list(exports.TABLES)
    part = text.split(f"## {name}\n")[1].split("\n## ")[0]
    documented = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", part, re.M))
    assert documented == dict(exports.TABLES[name].columns)


@pytest.mark.parametrize(
    "text",
    ["=2+2", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\ufeff=1", "\u200b=1", "\uff1d1",
     "\uff0b1", "\uff0d1", "\uff201", "\u3000\uff1d1", "|cmd"],
)  # fmt: skip
def test_a_text_that_would_be_calculated_is_made_a_text(text: str) -> None:
    assert exports.written(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "F-001", "a=b", "Ana", "2026-01-01", "3 - 1", "ñ", "مرحبا"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert exports.written(text) == text


def test_numbers_keep_their_sign_and_nothing_stays_nothing() -> None:
    assert [exports.written(value) for value in (-0.25, -3, 0, None, False)] == ["-0.25", "-3", "0", "", "false"]


def test_an_observation_is_one_row_with_its_rule(app: Flask, people: People) -> None:
    with app.app_context():
        log = observed(people, cues=10)
        send(people, log)
        (row,) = table("observations", selection(people))
    assert row["observation_id"] == str(log.id)
    assert (row["codable"], row["answered"], row["rate"]) == ("10", "5", "0.5")
    assert row["scheme"] == "serve-and-return/1" and len(row["scheme_hash"]) == 64
    assert row["validated"] == "false" and "not a validated measure" in row["licence"]
    assert row["distress_codable"] == "0"
    assert row["status"] == "closed"


def test_an_unsigned_observation_has_empty_figures_and_one_without_a_cue_has_no_rate(
    app: Flask, people: People
) -> None:
    begun, silent = TabletLog(), observed(people, cues=0)
    begun.add("open", data=opening(people))
    begun.add("tap", "VOC", after_ms=5000)
    with app.app_context():
        send(people, begun, silent)
        rows = {row["observation_id"]: row for row in table("observations", selection(people))}
    assert rows[str(begun.id)]["status"] == "open" and rows[str(begun.id)]["codable"] == ""
    assert rows[str(silent.id)]["codable"] == "0" and rows[str(silent.id)]["rate"] == ""


def test_events_say_which_taps_count_and_nothing_that_anybody_wrote(app: Flask, people: People) -> None:
    log = TabletLog()
    log.add("open", data=opening(people, present="Grandmother Edith"))
    undone = log.add("tap", "VOC", after_ms=1000)
    log.add("void", data={"seq": undone}, after_ms=500)
    log.add("tap", "LOOK", after_ms=500)
    log.add("note", "NOTE", {"text": "Edith was there"})
    log.add("rating", "joining", {"instrument": "sensitivity/1", "value": 2, "note": "Edith again"})
    log.add("pause", data={"on": True})
    with app.app_context():
        send(people, log)
        rows = table("events", selection(people))
        text = "".join(exports.lines("events", selection(people)))
    assert [(row["kind"], row["counts"], row["value"]) for row in rows] == [
        ("open", "", ""), ("tap", "false", ""), ("void", "", ""), ("tap", "true", ""), ("note", "", ""),
        ("rating", "", "2"), ("pause", "", "on"),
    ]  # fmt: skip
    assert rows[2]["of_seq"] == str(undone)
    assert "Edith" not in text


def test_ratings_keep_not_observed_apart_from_a_number(app: Flask, people: People) -> None:
    with app.app_context():
        send(people, observed(people))
        rows = {row["scale"]: row for row in table("ratings", selection(people))}
    assert (rows["tuning_in"]["value"], rows["tuning_in"]["nob"]) == ("7", "false")
    assert (rows["joining"]["value"], rows["joining"]["nob"]) == ("", "true")
    assert rows["joining"]["instrument"] == "sensitivity/1" and len(rows["joining"]["instrument_hash"]) == 64


def test_visits_count_what_was_made_in_them(app: Flask, people: People) -> None:
    with app.app_context():
        send(people, observed(people))
        rows = {row["visit_id"]: row for row in table("visits", selection(people))}
    assert set(rows) == {str(people.visits["mia today"]), str(people.visits["kai today"])}, "tomorrow has not happened"
    mine = rows[str(people.visits["mia today"])]
    assert (mine["status"], mine["observations"], mine["sheets"]) == ("done", "1", "0")


def test_families_leave_without_names(app: Flask, people: People) -> None:
    with app.app_context():
        send(people, observed(people))
        rows = {row["code"]: row for row in table("families", selection(people))}
        text = "".join(exports.lines("families", selection(people)))
    assert list(rows) == ["F-001", "F-002", "F-003", "F-004"]
    assert (rows["F-001"]["languages"], rows["F-001"]["observations"]) == ("en es", "1")
    assert rows["F-001"]["youngest_age_months"] in {"10", "11"}, "and not the birth date"
    assert (rows["F-002"]["children"], rows["F-002"]["last_observed_on"]) == ("2", "")
    for name in ("Mia", "Luis", "Noor", "bedtime"):
        assert name not in text


def test_a_case_number_cannot_be_a_formula(app: Flask, people: People) -> None:
    with app.app_context():
        db.session.get_one(Family, people.families["F-001"]).code = '=HYPERLINK("http://x")'
        db.session.get_one(Site, people.sites["north"]).name = "\uff1dNorth"
        db.session.commit()
        rows = table("families", selection(people))
    assert [row["code"] for row in rows if "HYPER" in row["code"]] == ['\'=HYPERLINK("http://x")']
    assert {row["site"] for row in rows} == {"'\uff1dNorth", "Riverside"}


@pytest.mark.parametrize("name", exports.TABLES)
def test_a_table_holds_its_programme_its_site_and_its_period_only(app: Flask, people: People, name: str) -> None:
    long_ago = date(2001, 1, 1)
    with app.app_context():
        send(people, observed(people))
        assert table(name, selection(people))
        assert not [row for row in table(name, selection(people)) if "F-900" in row.values()]
        river = table(name, selection(people, site_id=people.sites["river"]))
        assert {row.get("site") for row in river} <= {"Riverside", None}
        assert table(name, selection(people, period=Period(long_ago, long_ago))) == []
        elsewhere = table(name, selection(people, programme_id=people.other_programme))
    assert {row.get("site") for row in elsewhere} <= {"Far", None}
    assert name in {"visits", "families"} or elsewhere == []


def test_yesterday_is_in_the_period_that_ends_today(app: Flask, people: People) -> None:
    with app.app_context():
        rows = table("visits", selection(people, today=TODAY - timedelta(days=1)))
    assert rows == []
