"""The manager's page: what it shows, of whom, and what it never says."""

from __future__ import annotations

import csv
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from people import People
from tablet import TabletLog, batch, observed, opening

from recorder import ingest
from recorder.db import db
from recorder.instruments import library
from recorder.measures.figures import WARNINGS
from recorder.pages.programme_chance import WARNING_WORDS
from recorder.programme.exports import TABLES
from recorder.records.people import Account

THIS_MONTH = f"{datetime.now(ZoneInfo('America/Chicago')):%Y-%m}"


@pytest.fixture
def send(app: Flask, people: People):
    """A function that sends logs as Ana's tablet does."""

    def send(*logs: TabletLog) -> None:
        with app.app_context():
            account = db.session.get_one(Account, people.accounts["ana"])
            ingest.take(account, ingest.read(batch(*(log.part() for log in logs))))

    return send


def test_a_manager_sees_counts_and_says_it_when_they_are_too_few(signed_in, send, people: People) -> None:
    send(observed(people, cues=10))
    page = signed_in("mara").get("/programme/").get_data(as_text=True)
    assert "First Steps" in page
    assert "5 of 10 in one visit" in page
    assert "too few to compare" in page
    assert "50% (" not in page, "one visit has no interval, so it has no percentage"
    assert "no cues" in page, "distress: no opportunity is not 0"
    assert "coaching instrument, not a validated measure" in page


def test_an_empty_programme_says_so_in_words(signed_in) -> None:
    page = signed_in("mara").get("/programme/").get_data(as_text=True)
    assert "No signed observation in this period" in page
    assert "Nothing was rated in this period" in page
    assert "No family of this period has both answered the questionnaire and been observed." in page


def test_three_visits_have_an_interval_and_a_picture_with_its_table(signed_in, send, people: People) -> None:
    send(*(observed(people, cues=cues) for cues in (10, 12, 9)))
    page = signed_in("mara").get("/programme/").get_data(as_text=True)
    assert "16 of 31 in 3 visits" in page and "52% <span" in page
    assert page.count("<svg") == 1, "no distress was seen, so there is nothing to draw of it"
    assert 'id="trend-0-non_distress-title"' in page and "By month" in page


def test_other_rules_stand_in_groups_of_their_own(signed_in, send, people: People) -> None:
    slower = library.builtin("serve-and-return-slower")
    other = {"instrument": slower.name, "version": slower.version, "hash": slower.hash}
    send(observed(people), observed(people, **other))
    page = signed_in("mara").get("/programme/").get_data(as_text=True)
    assert "Figures were made under 2 different rules" in page
    assert "Serve and return, slower pace" in page


def test_a_site_and_a_period_narrow_every_table(signed_in, send, people: People) -> None:
    send(observed(people))
    mara = signed_in("mara")
    river = mara.get(f"/programme/?site={people.sites['river']}").get_data(as_text=True)
    assert "No signed observation in this period" in river
    north = mara.get(f"/programme/?site={people.sites['north']}&first={THIS_MONTH}&last={THIS_MONTH}")
    assert "5 of 10" in north.get_data(as_text=True)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            f"first={THIS_MONTH}&last={int(THIS_MONTH[:4]) - 1}{THIS_MONTH[4:]}",
            "The last month lies before the first one.",
        ),
        ("first=1999-13", "Not a valid choice"),
        ("site=northside", "Not a valid choice"),
    ],
)
def test_a_period_that_cannot_be_meant_is_said_beside_its_field(signed_in, query: str, message: str) -> None:
    answer = signed_in("mara").get(f"/programme/?{query}")
    assert answer.status_code == 200 and message in answer.get_data(as_text=True)


def test_nothing_is_told_by_visitor_or_of_another_programme(signed_in, send, people: People) -> None:
    send(observed(people))
    page = signed_in("mara").get("/programme/").get_data(as_text=True)
    for word in ("Ana", "Ben", "Mia", "F-001", "Far"):
        assert f">{word}<" not in page
    assert "No signed observation" in signed_in("otto").get("/programme/").get_data(as_text=True)


@pytest.mark.parametrize("name", ["ana", "sol", "ida"])
def test_the_page_and_its_tables_are_for_managers_and_auditors(signed_in, name: str) -> None:
    client = signed_in(name)
    assert client.get("/programme/").status_code == 403
    assert client.get("/programme/export/visits.csv").status_code == 403


def test_a_stranger_is_sent_to_sign_in_and_nothing_is_written_by_a_post(client, signed_in) -> None:
    assert client.get("/programme/").status_code == 302
    assert signed_in("abe").post("/programme/", headers={"Origin": "http://localhost"}).status_code in {400, 405}


@pytest.mark.parametrize("table", TABLES)
def test_an_auditor_takes_every_table_away(signed_in, send, people: People, table: str) -> None:
    send(observed(people))
    answer = signed_in("abe").get(f"/programme/export/{table}.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{table}-')
    rows = list(csv.reader(StringIO(answer.get_data(as_text=True), newline="")))
    assert rows[0] == list(TABLES[table].columns) and len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}


@pytest.mark.parametrize("path", ["passwords.csv", "visits.csv?site=x", "visits.csv?first=2026-99"])
def test_a_table_that_is_not_there_is_not_found(signed_in, path: str) -> None:
    assert signed_in("mara").get(f"/programme/export/{path}").status_code == 404


def test_an_observation_is_a_picture_a_table_and_its_rule(signed_in, send, people: People) -> None:
    log = observed(people, cues=10)
    send(log)
    page = signed_in("sol").get(f"/programme/observations/{log.id}").get_data(as_text=True)
    assert page.count('class="chart__cue"') == 10 and page.count('class="chart__arc"') == 5
    assert page.count("no answer in time") == 5
    assert "5 of 10 answered" in page and "serve-and-return/1" in page
    assert "style=" not in page


def test_an_observation_stands_beside_chance_in_words_and_counts(signed_in, send, people: People) -> None:
    log = TabletLog()
    log.add("open", data=opening(people))
    for number in range(24):
        log.add("tap", "VOC", after_ms=6000)
        if number % 2:
            log.add("tap", "TALK", after_ms=1000)
            log.add("tap", "JOY", after_ms=2000)
    for _ in range(6):
        log.add("tap", "FOLLOW", after_ms=9000)
    log.add("view", data={"out": True}, after_ms=1000)
    log.add("view", data={"out": False}, after_ms=9000)
    log.add("end", after_ms=30_000)
    log.add("close", after_ms=1000)
    send(log)
    page = " ".join(signed_in("mara").get(f"/programme/observations/{log.id}").get_data(as_text=True).split())
    # 24 cues of 5 seconds; 24 answers within them and 6 outside; 274 seconds, 9 of them out of view
    assert "<td>24</td><td>96</td><td>120</td>" in page and "<td>6</td><td>139</td><td>145</td>" in page
    assert "Odds ratio" in page and "Yule&#39;s Q" in page
    assert "time does not close to a circle" in page, "a lost view leaves the shift undefined, in words"
    assert "What came a second later" in page and "12 of 24" in page
    assert 'class="chart__unseen"' in page and "out of view until" in page
    assert "How often a minute" in page and "What it means, and what it cannot say" in page


def test_few_seconds_are_counts_without_a_figure(signed_in, send, people: People) -> None:
    log = observed(people, cues=4)
    send(log)
    page = signed_in("sol").get(f"/programme/observations/{log.id}").get_data(as_text=True)
    assert "too few for more than these counts" in page and "Odds ratio" not in page
    assert "Too little to say: it takes 20 cues in 3 minutes" in page
    assert "too few for more" in page


def test_every_warning_of_the_measures_is_in_the_catalogue(app: Flask) -> None:
    with app.test_request_context():
        assert {str(words) for words in WARNING_WORDS} == set(WARNINGS.values())


def test_an_observation_without_figures_says_why(signed_in, send, people: People) -> None:
    log = TabletLog()
    log.add("open", data=opening(people))
    log.add("tap", "VOC", after_ms=1000)
    send(log)
    page = signed_in("mara").get(f"/programme/observations/{log.id}").get_data(as_text=True)
    assert "not signed yet" in page and "<svg" not in page


def test_an_observation_of_another_team_or_programme_is_not_there(signed_in, send, people: People) -> None:
    log = observed(people)
    send(log)
    path = f"/programme/observations/{log.id}"
    assert signed_in("sam").get(path).status_code == 404
    assert signed_in("otto").get(path).status_code == 404
    assert signed_in("ana").get(path).status_code == 403
    assert signed_in("ida").get(path).status_code == 403
    assert signed_in("mara").get("/programme/observations/00000000-0000-0000-0000-000000000000").status_code == 404
