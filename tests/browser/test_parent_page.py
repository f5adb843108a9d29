"""A parent reads her page on the tablet, held either way, and it is printed: all of the page, and nothing else."""

from __future__ import annotations

import io
import os

import pdfplumber
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from people import PASSWORD
from playwright.sync_api import Page, expect
from sqlalchemy import select
from tablet import TabletLog, batch, wall

from recorder.db import db, uuid7
from recorder.instruments import library
from recorder.records.visits import Visit

pytestmark = pytest.mark.browser

WORDS = {
    "language": "es",
    "strengths": [
        {"key": "S1", "text": "Cerca del minuto 1, Mia lloró. Usted se acercó y le dio consuelo."},
        {"key": "S2", "text": "Al inicio, Mia hizo un sonido. Usted le habló. Luego Mia buscó su mirada."},
    ],
    "shown": {"key": "shown_voc", "text": "Con sus sonidos, Mia le habla a usted."},
    "step": {"key": "deepen_voc", "when": "al comer.", "what": "Háblele.", "say": "Dime más.", "helps": "", "care": ""},
    "for_you": "¿Quién le puede ayudar esta semana?",
}


@pytest.fixture
def approved(server: str, sqlite_app: Flask) -> str:
    """The id of a page of Mia's that Ana's tablet sent."""
    with sqlite_app.app_context():
        mia = db.session.scalars(select(Visit)).first().family
        data = {
            "visit": str(db.session.scalar(select(Visit.id).where(Visit.family_id == mia.id))),
            "family": str(mia.id),
            "children": [str(mia.children[0].id)],
            "caregivers": [str(mia.caregivers[1].id)],
        }
    scheme = library.builtin("serve-and-return")
    data |= {"kind": "observation", "role": "primary", "context": "meal", "clock": "monotonic", "wall": wall(),
             "instrument": scheme.name, "version": scheme.version, "hash": scheme.hash, "zone": "America/Chicago",
             "consent": {"observe": True, "given_now": False}}  # fmt: skip
    sheet = WORDS | {"id": str(uuid7()), "child": data["children"][0], "caregiver": data["caregivers"][0]}
    log = TabletLog()
    log.add("open", data=data)
    log.add("end", after_ms=300_000)
    log.add("sheet", data=sheet)
    client = sqlite_app.test_client()
    token = (
        client.get("/sign-in").get_data(as_text=True).split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    )
    client.post("/sign-in", data={"csrf_token": token, "sign_in": "ana", "password": PASSWORD})
    answer = client.post("/api/v1/sync/events", data=batch(log.part()), headers={"X-Recorder": "1"})
    assert answer.status_code == 200 and not answer.json["logs"][0]["quarantined"], answer.get_data(as_text=True)
    return sheet["id"]


def open_page(page: Page, id: str) -> None:
    page.goto("/sign-in")
    page.locator("[name=sign_in]").fill("ana")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    page.goto(f"/sheets/{id}")
    expect(page.get_by_role("heading", name="Un rato con Mia")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (768, 1024)])
def test_a_parent_reads_the_page_on_the_tablet(page: Page, approved: str, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    open_page(page, approved)
    sheet = page.locator("article.handout")
    assert sheet.get_attribute("lang") == "es"
    expect(sheet).to_contain_text("Mia y Rosa")
    expect(sheet).to_contain_text("«Dime más».")
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("() => parseFloat(getComputedStyle(document.querySelector('.handout p')).fontSize)") >= 20
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        violations = Axe().run(page).response["violations"]
        assert violations == [], [violation["id"] for violation in violations]


def test_the_page_prints_whole_and_alone(page: Page, approved: str) -> None:
    open_page(page, approved)
    page.evaluate("() => { window.print = () => { window.printed = true; }; }")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("() => window.printed")
    with pdfplumber.open(io.BytesIO(page.pdf(format="Letter"))) as document:
        text = document.pages[0].extract_text()
        assert len(document.pages) == 1
    assert "Un rato con Mia" in text and "Aquí vimos solo 5 minutos." in text
    assert "Sign out" not in text and "PDF" not in text


def test_a_parent_opens_her_page_on_her_own_telephone(page: Page, chromium, server: str, approved: str) -> None:
    open_page(page, approved)
    page.get_by_role("link", name="On their own telephone").click()
    page.get_by_role("button", name="Make a link").click()
    expect(page.locator("svg.qr")).to_be_visible()
    number, letters = page.locator(".code code").all_inner_texts()
    assert Axe().run(page).violations_count == 0
    mirrored(page, "links")
    with chromium.new_context(base_url=server, viewport={"width": 390, "height": 844}, locale="es-US") as context:
        phone = context.new_page()
        phone.goto(f"/p#{letters}")
        expect(phone.get_by_label("Las letras")).to_be_hidden()
        assert letters not in phone.url, "what was in the address is in no history"
        mirrored(phone, "door")
        assert Axe().run(phone).violations_count == 0
        phone.get_by_label("El código que le dijeron").fill(number)
        phone.get_by_role("button", name="Abrir la página").click()
        expect(phone.get_by_role("heading", level=1, name="Un rato con Mia")).to_be_visible()
        assert letters not in phone.url and phone.locator("html").get_attribute("lang") == "es"
        assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert Axe().run(phone).violations_count == 0
        mirrored(phone, "page")
        page.get_by_role("button", name="Take it back").first.click()
        phone.reload()
        expect(phone.get_by_text("Esta página no se abre.")).to_be_visible()


def mirrored(page: Page, name: str) -> None:
    """A picture of the page, where somebody wants to look at it."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
