"""Make the pictures that the README and docs/tablet.md show: the recorder, the page that a family keeps, in each of its
languages, the programme, and how a tablet is added.

Run as `make pictures`, which lets `machine` be found beside the tests. They are taken of the invented programme, in
the real Chromium.
"""

from __future__ import annotations

import base64
import hashlib
import re
import socket
import tempfile
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import machine
import pypdfium2

PICTURES = Path(__file__).resolve().parent / "pictures"
SIZE = {"width": 1024, "height": 768}
HOST = "laptop.local"


def main() -> None:
    """Make the programme, serve it, look at it."""
    from waitress import create_server

    from recorder import create_app, demo
    from recorder.db import upgrade

    PICTURES.mkdir(exist_ok=True)
    sheets()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            DATABASE_URL=f"sqlite:///{folder}/demo.sqlite",
            MASTER_KEY="5e" * 32,
            SECRET_KEY="pictures",
            SECOND_FACTOR="",
        )
        upgrade(app)
        with app.app_context():
            demo.make(date.today())
        server = create_server(app, host="127.0.0.1", port=0, threads=4, ident=None)
        threading.Thread(target=server.run, daemon=True).start()
        look(f"http://127.0.0.1:{server.effective_port}", demo.PASSWORD)
        add_tablet(app, Path(folder), demo.PASSWORD)
        server.close()


CHILDREN = {"en": "Mia", "es": "Inés", "fr": "Chloé", "vi": "Bảo Ngọc", "ar": "مريم", "zh": "小美"}
TAPS = ((12, "VOC"), (14, "TALK"), (30, "LOOK"), (33, "JOY"), (55, "REACH"), (56, "FOLLOW"), (80, "CRY"), (84, "COMF"),
        (110, "VOC"), (140, "PLAY"), (143, "FOLLOW"), (165, "LOOK"), (230, "REACH"), (232, "TALK"), (270, "VOC"),
        (273, "TALK"))  # fmt: skip


def sheets() -> None:
    """The page of an invented observation in every language, with the picture that may stand behind it."""
    from recorder.feedback.evidence import gather
    from recorder.feedback.pdf import render
    from recorder.feedback.picture import picture
    from recorder.feedback.sheet import Visited, from_observation
    from recorder.instruments.library import builtin
    from recorder.measures.figures import figures
    from recorder.measures.observation import Event, Observation

    taps = tuple(Event(second * 1000, code) for second, code in TAPS)
    seen = Observation(builtin("serve-and-return/1"), 300_000, taps)
    for language, child in CHILDREN.items():
        made = from_observation(seen, Visited(child, 0, day=date(2026, 3, 2), telephone="555 0100"), language)
        made = replace(made, second=picture(gather(seen, figures(seen)), child, language))
        first, second = pypdfium2.PdfDocument(render(made))
        first.render(scale=1.2).to_pil().quantize(32).save(PICTURES / f"sheet-{language}.png")
        if language in {"en", "ar"}:
            second.render(scale=1.2).to_pil().quantize(32).save(PICTURES / f"back-and-forth-{language}.png")


def look(address: str, password: str) -> None:
    """Take the three pictures."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=machine.chromium())
        manager = signed_in(browser, address, "mara", password)
        manager.goto(f"{address}/programme/")
        manager.screenshot(path=PICTURES / "programme.png")
        supervisor = signed_in(browser, address, "sol", password)
        supervisor.goto(f"{address}/families/")
        supervisor.screenshot(path=PICTURES / "families.png")
        sheet(supervisor, address)
        recorder(signed_in(browser, address, "ana", password), address)
        browser.close()


def add_tablet(app: Any, folder: Path, password: str) -> None:
    """Take the pictures of a tablet that is added, over HTTPS, as tablets need it."""
    from playwright.sync_api import sync_playwright
    from waitress import create_server

    from recorder.commands.authority import certificates
    from recorder.commands.tls_front import TlsFront

    made = certificates(folder / "https", [HOST])
    behind = create_server(app, host="127.0.0.1", port=0, threads=4, ident=None, url_scheme="https")
    threading.Thread(target=behind.run, daemon=True).start()
    listening = socket.create_server(("127.0.0.1", 0))
    front = TlsFront(listening, made.server, behind.effective_port)
    front.start()
    address = f"https://{HOST}:{listening.getsockname()[1]}"
    told = [
        f"--host-resolver-rules=MAP {HOST} 127.0.0.1",
        f"--ignore-certificate-errors-spki-list={digest(made.server)}",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            folder / "tablet", executable_path=machine.chromium(), headless=True, args=told, locale="en-US",
            viewport=SIZE,
        )  # fmt: skip
        supervisor = signed_in(browser, address, "sol", password)
        supervisor.goto(f"{address}/devices/new")
        supervisor.click("main form button")
        supervisor.reload()  # with its own font, which the first page did without
        supervisor.evaluate("() => document.fonts.ready.then(() => true)")
        supervisor.screenshot(path=PICTURES / "tablet-code.png")
        code = supervisor.locator(".code code").inner_text()
        supervisor.click("header form button")
        tablet(browser.new_page(), f"{address}/install#{code}", password)
        browser.close()
    front.stop()
    behind.close()


def tablet(page: Any, address: str, password: str) -> None:
    """A tablet that is set up with a code, and two visitors on it."""
    page.goto(address)
    page.fill("[data-field=name]", "Tablet 3")
    page.click("[data-act=enrol]")
    page.wait_for_selector(".check[data-ready=true]", timeout=60_000)
    page.screenshot(path=PICTURES / "tablet-ready.png")
    page.get_by_role("link", name="Open the recorder").click()
    for name, words in (("ana", "seven quiet geese at noon"), ("ben", "a long walk in the rain")):
        page.click("[data-act=add-user]")
        page.fill("[data-field=sign-in]", name)
        page.fill("[data-field=password]", password)
        page.fill("[data-field=new-passphrase]", words)
        page.fill("[data-field=again]", words)
        page.click("[data-act=add]")
        page.click("[data-act=tablet]")
        page.click("[data-act=lock]")
        page.wait_for_selector("[data-user]")
    page.screenshot(path=PICTURES / "tablet-people.png")


def digest(server: Path) -> str:
    """What Chromium is told of a certificate that it does not know: the SHA-256 of its key, in base64."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from cryptography.x509 import load_pem_x509_certificate

    key = load_pem_x509_certificate(server.read_bytes()).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(spki).digest()).decode()


def signed_in(browser: Any, address: str, name: str, password: str) -> Any:
    """A page of a tablet's size on which somebody is signed in."""
    fresh = browser.new_context(viewport=SIZE, locale="en-US") if hasattr(browser, "new_context") else browser
    page = fresh.new_page()
    page.goto(f"{address}/sign-in")
    page.fill("#sign_in", name)
    page.fill("#password", password)
    page.click("main button")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def sheet(page: Any, address: str) -> None:
    """The first page of the family's PDF, as a picture."""
    page.click("main table a >> nth=0")
    link = page.locator("a[href*='/sheets/']").first.get_attribute("href")
    body = page.request.get(f"{address}{link}.pdf").body()
    document = pypdfium2.PdfDocument(body)
    document[0].render(scale=1.4).to_pil().save(PICTURES / "sheet.png")


def recorder(page: Any, address: str) -> None:
    """The recorder in the middle of an observation."""
    page.goto(f"{address}/record/en")
    page.get_by_role("button", name=re.compile("^Open ")).first.click()
    page.click("[data-act=observe]")
    page.click("[data-act=begin]")
    for code in ("VOC", "TALK", "LOOK", "JOY", "REACH", "FOLLOW"):
        page.wait_for_timeout(700)
        page.locator(f".pad[data-code={code}]").click()
    page.wait_for_timeout(600)
    page.screenshot(path=PICTURES / "recorder.png")


if __name__ == "__main__":
    main()
