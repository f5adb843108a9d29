"""A family's page: proposed, checked, shown and printed, to those who visit the family and to nobody else."""

from __future__ import annotations

import io
import json
import uuid

import pdfplumber
import pytest
from flask import Flask
from people import People
from tablet import TabletLog, batch, opening, sheet

MARKED = {"X-Recorder": "1"}
CUES = ((12, "VOC"), (30, "LOOK"), (55, "REACH"), (80, "CRY"), (110, "VOC"), (140, "PLAY"), (165, "LOOK"),
        (200, "AWAY"), (230, "REACH"), (270, "VOC"))  # fmt: skip
RESPONSES = ((14, "TALK"), (33, "JOY"), (56, "FOLLOW"), (84, "COMF"), (95, "TALK"), (143, "FOLLOW"), (171, "TALK"),
             (202, "TAKE"), (232.5, "TALK"), (250, "TOUCH"), (273, "TALK"))  # fmt: skip


def worked(people: People, **changes) -> TabletLog:
    """The worked case as Ana taps it."""
    log = TabletLog()
    log.add("open", data=opening(people, **changes))
    for second, code in sorted(CUES + RESPONSES):
        log.add("tap", code, after_ms=round(second * 1000) - log.clock_ms)
    log.add("end", after_ms=300_000 - log.clock_ms)
    return log


def send(client, *parts: dict) -> None:
    answer = client.post("/api/v1/sync/events", data=batch(*parts), headers=MARKED, content_type="application/json")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert all(not log["quarantined"] for log in answer.json["logs"]), answer.json


def propose(client, log: TabletLog, **query):
    return client.get(f"/api/v1/proposals/{log.id}", query_string={"language": "en"} | query, headers=MARKED)


def approved(client, people: People, **changes) -> str:
    """A page that Ana approved, with the proposed words; returns its id."""
    log = worked(people)
    send(client, log.part())
    offered = propose(client, log, language=changes.get("language", "en")).json
    words = {key: offered[key] for key in ("strengths", "shown", "step", "for_you")}
    data = sheet(people, **words, **changes)
    first = len(log.strings) + 1
    log.add("sheet", data=data)
    log.add("close")
    send(client, log.part(first))
    return data["id"]


@pytest.fixture
def ana(signed_in):
    return signed_in("ana")


def test_the_worked_case_is_proposed_with_why(ana, people: People) -> None:
    log = worked(people)
    send(ana, log.part())
    answer = propose(ana, log, child=people.children["Mia"])
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    offered = answer.json
    assert [line["key"] for line in offered["strengths"]] == ["S1", "S2", "S4"]
    assert offered["strengths"][0]["text"].startswith("About 1 minute in, Mia cried.")
    assert all(line["why"] for line in (*offered["strengths"], offered["step"], offered["shown"]))
    assert offered["step"]["key"] == "deepen_comfort" and offered["step"]["care"]
    # The family's goal brings "time together" in beside the three of the worked case
    keys = [step["key"] for step in offered["more_steps"]]
    assert keys == ["repair", "naming_feelings", "time_together", "give_space"]
    assert (offered["minutes"], offered["cues"], offered["child"]["name"]) == (5, 9, "Mia")


def test_the_proposal_is_in_the_language_asked_for(ana, people: People) -> None:
    log = worked(people)
    send(ana, log.part())
    assert propose(ana, log, language="es").json["headings"]["title"] == "Un rato con Mia"
    assert propose(ana, log, language="xx").status_code == 400


def test_a_proposal_speaks_of_children_of_the_observation_only(ana, people: People) -> None:
    log = worked(people)
    send(ana, log.part())
    assert propose(ana, log, child=people.children["Noor"]).status_code == 404
    assert propose(ana, log, child="nobody").status_code == 404


@pytest.mark.parametrize("name", ["ben", "cleo", "olga", "sam"])
def test_a_stranger_s_log_and_page_are_not_there(ana, signed_in, people: People, name: str) -> None:
    log = worked(people)
    send(ana, log.part())
    id = approved(ana, people)
    other = signed_in(name)
    assert propose(other, log).status_code == 404
    assert propose(other, TabletLog()).status_code == 404
    assert other.get(f"/sheets/{id}").status_code == 404
    assert other.get(f"/sheets/{id}.pdf").status_code == 404
    assert other.get(f"/sheets/{uuid.uuid4()}").status_code == 404


def test_nobody_reads_without_signing_in(client, people: People) -> None:
    assert client.get(f"/sheets/{uuid.uuid4()}").status_code == 302
    assert client.get(f"/api/v1/proposals/{uuid.uuid4()}", headers=MARKED).status_code == 401


def test_the_page_is_shown_in_its_own_language(ana, people: People) -> None:
    next_visit = {"visit": str(uuid.uuid4()), "date": "2030-03-18", "time": "10:00"}
    page = ana.get(f"/sheets/{approved(ana, people, language='es', next_visit=next_visit)}")
    text = page.get_data(as_text=True)
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    assert '<html lang="en"' in text and '<article class="sheet" lang="es">' in text
    for words in (
        "Un rato con Mia",
        "Mia y Luis",
        "Visita de Ana",
        "Cerca del minuto 1, Mia lloró.",
        "«Estás triste. Aquí estoy».",
        "lunes 18 de marzo, 10:00 · 555 0100",
        "Aquí vimos solo 5 minutos.",
    ):
        assert words in text
    assert "style=" not in text and "F-001" not in text


def test_the_pdf_says_what_the_page_says(ana, people: People) -> None:
    id = approved(ana, people)
    for query, width in (("", 612), ("?paper=a4&large=1", 595)):
        answer = ana.get(f"/sheets/{id}.pdf{query}")
        assert answer.status_code == 200 and answer.mimetype == "application/pdf"
        assert "Mia" not in answer.headers["Content-Disposition"]
        with pdfplumber.open(io.BytesIO(answer.data)) as document:
            assert round(document.pages[0].width) == width
            assert "You talked back. Then Mia looked at you." in document.pages[0].extract_text()
    assert ana.get(f"/sheets/{id}.pdf?paper=a3").status_code == 400


def test_words_from_people_are_never_markup(ana, people: People) -> None:
    id = approved(ana, people, idea='<script>alert(1)</script> & "so"')
    text = ana.get(f"/sheets/{id}").get_data(as_text=True)
    assert "<script>alert" not in text and "&lt;script&gt;alert(1)" in text
    assert ana.get(f"/sheets/{id}.pdf").status_code == 200


def test_a_supervisor_and_an_auditor_may_read_the_page(ana, signed_in, people: People) -> None:
    id = approved(ana, people)
    for name in ("sol", "mara", "abe"):
        assert signed_in(name).get(f"/sheets/{id}").status_code == 200
    assert signed_in("ida").get(f"/sheets/{id}").status_code == 403


def test_words_are_checked_field_by_field(ana, app: Flask) -> None:
    texts = {"strengths.0": "You were harsh.", "idea": "harsh 🎵", "step.what": "Come close."}
    findings = check(ana, {"language": "en", "texts": texts}).json["findings"]
    assert [(f["level"], f["word"]) for f in findings["strengths.0"]] == [("blocked", "harsh")]
    assert [(f["level"], f["word"]) for f in findings["idea"]] == [("glyph", "🎵")]
    assert findings["step.what"] == []


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", {"language": "xx", "texts": {}}, {"language": "en", "texts": {"a": 1}},
     {"language": "en", "texts": {"a": "x" * 4001}}, {"language": "en"}, {"language": ["en"], "texts": {}}],
)  # fmt: skip
def test_a_check_that_cannot_be_read_is_refused(ana, body) -> None:
    assert check(ana, body).status_code == 400


def test_a_check_needs_the_api_s_header(ana) -> None:
    assert check(ana, {"language": "en", "texts": {}}, headers={}).status_code == 403


def check(client, body, headers: dict[str, str] = MARKED):
    data = body if isinstance(body, bytes) else json.dumps(body)
    return client.post("/api/v1/sheet-check", data=data, headers=headers, content_type="application/json")
