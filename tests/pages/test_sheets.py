"""A family's page: shown and printed, to those who visit the family and to nobody else."""

from __future__ import annotations

import io
import uuid

import pdfplumber
import pytest
from people import People
from tablet import TabletLog, batch, opening, sheet

from recorder.feedback import fonts
from recorder.feedback.choose import propose
from recorder.feedback.evidence import gather
from recorder.feedback.words import Facts, compose
from recorder.instruments.library import builtin
from recorder.measures.figures import figures
from recorder.measures.observation import Person
from recorder.measures.tape import observation, read

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


def proposed(log: TabletLog, people: People, language: str) -> dict:
    """The words that the tablet proposes for a log."""
    mia = Person(str(people.children["Mia"]))
    seen = observation(read(log.strings), builtin("serve-and-return/1"), [mia], [])
    return compose(propose(gather(seen, figures(seen))), Facts("Mia", mia.id, "Ana"), language)


def approved(client, people: People, **changes) -> str:
    """A page that Ana approved, with the proposed words; returns its id."""
    log = worked(people)
    send(client, log.part())
    offered = proposed(log, people, changes.get("language", "en"))
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


@pytest.mark.parametrize("name", ["ben", "cleo", "olga", "sam"])
def test_a_stranger_s_page_is_not_there(ana, signed_in, people: People, name: str) -> None:
    id = approved(ana, people)
    other = signed_in(name)
    assert other.get(f"/sheets/{id}").status_code == 404
    assert other.get(f"/sheets/{id}.pdf").status_code == 404
    assert other.get(f"/sheets/{uuid.uuid4()}").status_code == 404


def test_nobody_reads_without_signing_in(client, people: People) -> None:
    assert client.get(f"/sheets/{uuid.uuid4()}").status_code == 302


def test_the_page_is_shown_in_its_own_language(ana, people: People) -> None:
    next_visit = {"visit": str(uuid.uuid4()), "date": "2030-03-18", "time": "10:00"}
    page = ana.get(f"/sheets/{approved(ana, people, language='es', next_visit=next_visit)}")
    text = page.get_data(as_text=True)
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    assert '<html lang="en"' in text and '<article class="handout" lang="es" dir="ltr"' in text
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


def test_the_back_and_forth_may_stand_behind_the_page(ana, people: People) -> None:
    id = approved(ana, people)
    assert f"/sheets/{id}.pdf?second=picture" in ana.get(f"/sheets/{id}").get_data(as_text=True)
    with pdfplumber.open(io.BytesIO(ana.get(f"/sheets/{id}.pdf?second=picture").data)) as document:
        first, second = (page.extract_text() for page in document.pages)
    assert "Time with Mia" in first
    assert "Back and forth" in second and "moment when Mia called" in second and "AWAY" not in second
    assert ana.get(f"/sheets/{id}.pdf?second=visitors").status_code == 400


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_font_that_is_missing_is_said_in_a_sentence(ana, people: People, monkeypatch) -> None:
    id = approved(ana, people)
    monkeypatch.setattr(fonts, "_lacks", lambda name: "fonts")
    answer = ana.get(f"/sheets/{id}.pdf")
    assert answer.status_code == 501 and "tell your administrator" in answer.get_data(as_text=True)


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
