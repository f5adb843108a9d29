"""Make the pictures that the README shows: the recorder, the page that a family keeps, the programme.

Run as `make pictures`, which lets `machine` be found beside the tests. They are taken of the invented programme, in
the real Chromium.
"""

from __future__ import annotations

import re
import tempfile
import threading
from datetime import date
from pathlib import Path
from typing import Any

import machine

PICTURES = Path(__file__).resolve().parent / "pictures"


def main() -> None:
    """Make the programme, serve it, look at it."""
    from waitress import create_server

    from recorder import create_app, demo
    from recorder.db import upgrade

    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(DATABASE_URL=f"sqlite:///{folder}/demo.sqlite", MASTER_KEY="5e" * 32, SECRET_KEY="pictures")
        upgrade(app)
        with app.app_context():
            demo.make(date.today())
        server = create_server(app, host="127.0.0.1", port=0, threads=4, ident=None)
        threading.Thread(target=server.run, daemon=True).start()
        look(f"http://127.0.0.1:{server.effective_port}", demo.PASSWORD)
        server.close()


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


def signed_in(browser: Any, address: str, name: str, password: str) -> Any:
    """A page of a tablet's size on which somebody is signed in."""
    page = browser.new_context(viewport={"width": 1024, "height": 768}, locale="en-US").new_page()
    page.goto(f"{address}/sign-in")
    page.fill("#sign_in", name)
    page.fill("#password", password)
    page.click("main button")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def sheet(page: Any, address: str) -> None:
    """The first page of the family's PDF, as a picture."""
    import pypdfium2

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
