"""A tablet without a network, in the real Chromium, against a server process that is killed: a service worker does not
feel the debugging protocol's "offline".

Faults 5 (cold start with the server stopped) and 23 (an update in an observation; an update with a missing file).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import machine
import pytest
from flask import Flask
from installation import SECRETS
from people import PASSWORD, make_people
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route, expect
from process import STATIC, Process
from shell import all_sent, choose, held_by_the_server, press, readable
from sqlalchemy import select

from recorder import devices
from recorder.db import db
from recorder.records.people import Account
from recorder.records.sheets import Sheet

pytestmark = pytest.mark.browser

PASSPHRASE = "four blue birds on a wire"
TAPS = ((10, "VOC"), (12, "TALK"), (40, "CRY"), (44, "COMF"), (60, "REACH"), (61, "FOLLOW"), (90, "VOC"), (92, "TALK"),
        (120, "VOC"), (123, "TALK"), (150, "PLAY"), (152, "FOLLOW"), (180, "LOOK"), (182, "JOY"))  # fmt: skip


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """The static files as they are now: an editor at work meanwhile would be an update."""
    return Path(shutil.copytree(STATIC, tmp_path / "static"))


@pytest.fixture
def process(sqlite_app: Flask, static: Path) -> Iterator[Process]:
    """The server, on the invented programme."""
    with sqlite_app.app_context():
        make_people()
    started = Process(sqlite_app.config["DATABASE_URL"], SECRETS, static)
    yield started
    started.stop()


@pytest.fixture
def opened(chromium: Browser, process: Process, tmp_path: Path) -> Iterator[Callable[[], Page]]:
    """Opens the browser on the tablet's own profile, anew each time; it fails the test when a script throws or the
    console names the content policy."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def close(context: BrowserContext) -> None:
        for page in context.pages:
            page.unroute_all(behavior="wait")  # a route that is still answered would fail the next test
        context.close()

    def open() -> Page:
        for context in contexts[-1:]:
            close(context)
        context = chromium.browser_type.launch_persistent_context(
            tmp_path / "profile", executable_path=machine.chromium(), base_url=process.address,
            viewport={"width": 1024, "height": 768}, locale="en-US", timezone_id="America/Chicago",
        )  # fmt: skip
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.pages[0]
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda m: faults.append(m.text) if "Content Security Policy" in m.text else None)
        return page

    yield open
    if contexts:
        close(contexts[-1])
    assert [fault for fault in faults if "by a test" not in fault] == []


def set_up(page: Page, app: Flask) -> None:
    """Make a tablet of this browser with the code that Sol shows, as her QR code says it."""
    with app.app_context():
        code = devices.code_to_enrol(db.session.scalars(select(Account).where(Account.sign_in == "sol")).one())
        db.session.commit()
    page.goto(f"/install#{code}")
    field(page, "name").fill("Tablet 7")
    press(page, "enrol")
    ready(page)


def ready(page: Page) -> None:
    expect(page.locator(".check")).to_have_attribute("data-ready", "true", timeout=30_000)
    expect(page.get_by_text("Ready for offline", exact=True)).to_be_visible()


def field(page: Page, name: str):
    return page.locator(f"[data-field='{name}']")


def add_ana(page: Page) -> None:
    page.goto("/record/en")
    press(page, "add-user")
    field(page, "sign-in").fill("ana")
    field(page, "password").fill(PASSWORD)
    field(page, "new-passphrase").fill(PASSPHRASE)
    field(page, "again").fill(PASSPHRASE)
    press(page, "add")
    expect(page.get_by_role("button", name="Open Mia")).to_be_visible()


def unlock(page: Page) -> None:
    page.get_by_role("button", name="Unlock for Ana").click()
    field(page, "passphrase").fill(PASSPHRASE)
    press(page, "unlock")


def begin(page: Page) -> None:
    page.get_by_role("button", name="Open Mia").click()
    press(page, "observe")
    press(page, "begin")
    expect(page.locator(".pads")).to_be_visible()


def tap(page: Page, code: str, number: int) -> None:
    """Tap, and see the dot turn solid."""
    page.locator(f".pad[data-code={code}]").click()
    expect(page.locator(".step")).to_have_count(number)
    expect(page.locator(".step").first).to_have_attribute("data-stored", "true")


def watch(page: Page) -> None:
    """Five minutes with Mia, every tap seen solid."""
    before = 0
    for number, (seconds, code) in enumerate(TAPS, 1):
        page.clock.fast_forward((seconds - before) * 1000)
        before = seconds
        tap(page, code, number)
    page.clock.fast_forward((300 - before) * 1000)
    page.locator(".hold").focus()
    page.keyboard.down("Enter")
    page.clock.run_for(1100)
    page.keyboard.up("Enter")
    expect(page.get_by_role("heading", name="What did you notice?")).to_be_visible()


def stop_early(page: Page) -> None:
    press(page, "stop-early")
    choose(page, "We were interrupted")
    press(page, "stop-now")


def versions(page: Page) -> dict[str, str | None]:
    """What is handed out, and what waits or is in control."""
    return page.evaluate(
        """async () => {
            const { ask, inControl, newer } = await import("/static/js/version.js");
            const now = await ask(inControl(), "version");
            const next = await newer();
            return { now: now.choice.version, next: next && (await ask(next, "version")).version };
        }"""
    )


def test_a_visit_from_its_start_to_the_page_and_the_next_one_with_the_server_stopped(
    opened, process: Process, sqlite_app: Flask
) -> None:
    page = opened()
    set_up(page, sqlite_app)
    assert page.url == f"{process.address}/install", "the code is in no address and in no history"
    readable(page)
    add_ana(page)
    process.stop()

    page = opened()
    page.clock.install()
    page.goto("/record/en")
    unlock(page)
    begin(page)
    watch(page)
    field(page, "noticed").fill("Luis waited for her.")
    press(page, "next")
    page.locator("[data-scale=tuning_in]").get_by_role("radio", name="7").check(force=True)
    press(page, "next")
    press(page, "next")
    press(page, "approve")
    expect(page.get_by_role("heading", name="The page is approved")).to_be_visible()

    press(page, "show-page")
    expect(page.get_by_role("heading", name="Time with Mia")).to_be_visible()
    assert page.locator(".topline").is_hidden()
    readable(page)
    whole = page.locator(".handout").inner_text()
    press(page, "large")
    expect(page.locator(".show")).to_have_attribute("data-large", "true")
    press(page, "isStriking")
    readable(page)
    sentence = page.locator("[data-sentence='strengths.0/0']")
    gone = sentence.inner_text()
    sentence.click()
    expect(page.locator("[data-sentence='strengths.0/0']")).to_have_attribute("aria-pressed", "true")
    page.reload()
    unlock(page)
    expect(page.locator(".handout")).to_be_visible()
    left = page.locator(".handout").inner_text()
    assert gone in whole and gone not in left
    choose(page, "Some of it")
    field(page, "fit").fill("We say it another way.")
    press(page, "shown")
    expect(page.get_by_role("heading", name="The page is approved")).to_be_visible()
    page.get_by_role("button", name="Back to the families").click()
    begin(page)
    tap(page, "VOC", 1)
    stop_early(page)

    process.start()
    all_sent(page)
    with sqlite_app.app_context():
        (first, events), (second, later) = held_by_the_server(sqlite_app, "observation")
        assert [event["code"] for event in events if event["kind"] == "tap"] == [code for _, code in TAPS]
        assert [event["code"] for event in later if event["kind"] == "tap"] == ["VOC"]
        for log, told in ((first, events), (second, later)):
            assert [event["seq"] for event in told] == list(range(1, len(told) + 1))
            assert log.stored_upto == len(told)
        assert first.closed_at and [event["kind"] for event in events].count("close") == 1
        sheet = db.session.scalars(select(Sheet)).one()
        words = json.loads(sheet.words)
        assert sheet.fits == "partly" and words["fit"]["words"] == "We say it another way."
        assert words["struck"] == [gone]
        address = f"/sheets/{sheet.id}"
    page.goto(f"/sign-in?next={address}")
    page.locator("[name=sign_in]").fill("ana")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    printed = page.locator(".handout")
    expect(printed).to_be_visible()
    assert printed.inner_text() == left, "word for word what was shown"
    expect(page.get_by_text("The family said that this page fits partly.")).to_be_visible()


def test_too_few_strengths_are_left_and_another_one_is_chosen(opened, process: Process, sqlite_app: Flask) -> None:
    page = opened()
    set_up(page, sqlite_app)
    add_ana(page)
    page.clock.install()
    page.goto("/record/en")
    unlock(page)
    begin(page)
    watch(page)
    process.stop()
    for _ in range(3):
        press(page, "next")
    press(page, "approve")
    press(page, "show-page")
    press(page, "isStriking")
    for strength in (0, 1):
        for name in page.locator(f"[data-sentence^='strengths.{strength}/']").evaluate_all(
            "all => all.map((one) => one.dataset.sentence)"
        ):
            page.locator(f"[data-sentence='{name}']").click()
    press(page, "isStriking")
    expect(page.get_by_text("A page needs two strengths. Choose another one together.")).to_be_visible()
    readable(page)
    assert page.locator("[data-act=shown]").count() == 0
    press(page, "another")
    expect(page.locator("[data-field^='strengths.']")).to_have_count(1)
    assert page.locator("[data-act=no-page]").count() == 0, "a page was approved: it is changed, not dropped"
    press(page, "own")
    field(page, "strengths.1").fill("You waited for Mia.")
    press(page, "approve")
    press(page, "show-page")
    expect(page.locator(".handout")).to_contain_text("You waited for Mia.")
    press(page, "shown")
    process.start()
    all_sent(page)
    with sqlite_app.app_context():
        ((log, events),) = held_by_the_server(sqlite_app, "observation")
        assert [event["kind"] for event in events].count("close") == 1 and log.closed_at
        words = json.loads(db.session.scalars(select(Sheet)).one().words)
        assert len(words["strengths"]) == 2 and words["strengths"][1]["text"] == "You waited for Mia."
        assert len(words["struck"]) >= 2


@pytest.fixture
def changed(static: Path, tmp_path: Path) -> Path:
    """The static files with a change in one that every page loads."""
    copy = Path(shutil.copytree(static, tmp_path / "changed"))
    with (copy / "js" / "element.js").open("a") as file:
        file.write("export const isNewer = true;\n")
    return copy


def look(page: Page) -> None:
    """Look for a newer version, and wait until it is there or has failed."""
    page.evaluate(
        """async () => {
            const registration = await navigator.serviceWorker.getRegistration("/");
            await registration.update().catch(() => undefined);
            const worker = registration.installing;
            if (!worker) return;
            const over = () => worker.state !== "installing";
            if (!over()) await new Promise((done) => worker.addEventListener("statechange", done));
        }"""
    )


def test_an_observation_finishes_on_the_version_that_it_began_with(
    opened, process: Process, sqlite_app: Flask, changed: Path
) -> None:
    page = opened()
    set_up(page, sqlite_app)
    add_ana(page)
    before = versions(page)["now"]
    begin(page)
    tap(page, "VOC", 1)
    process.stop()
    process.start(changed)
    look(page)
    newer = versions(page)["next"]
    assert newer and newer != before
    assert page.locator("[data-act=update]").count() == 0
    page.reload()
    unlock(page)
    tap(page, "TALK", 2)

    process.stop()
    page = opened()  # every window was closed: the newer worker is in control now
    page.goto("/record/en")
    unlock(page)
    tap(page, "LOOK", 3)
    assert versions(page) == {"now": before, "next": newer}
    assert page.evaluate("async () => (await import('/static/js/element.js')).isNewer") is None
    process.start(changed)
    stop_early(page)
    expect(page.get_by_role("heading", name="What did you notice?")).to_be_visible()
    assert page.locator("[data-act=update]").count() == 0

    for _ in range(3):
        press(page, "next")
    press(page, "no-page")
    page.get_by_role("button", name="Back to the families").click()
    all_sent(page)
    expect(page.get_by_text("A newer version of the recorder is ready.")).to_be_visible()
    readable(page)
    with page.expect_navigation():
        press(page, "update")
    unlock(page)
    expect(page.get_by_role("button", name="Open Mia")).to_be_visible()
    assert versions(page) == {"now": newer, "next": None}
    assert page.evaluate("async () => (await import('/static/js/element.js')).isNewer") is True
    names = "async () => (await caches.keys()).sort()"
    page.wait_for_function(f"async () => String(await ({names})()) === 'choice,shell-{newer}'")
    press(page, "tablet")
    ready(page)
    with sqlite_app.app_context():
        ((_, events),) = held_by_the_server(sqlite_app, "observation")
        assert [event["code"] for event in events if event["kind"] == "tap"] == ["VOC", "TALK", "LOOK"]


def test_an_update_with_a_missing_file_leaves_the_old_version_starting(
    opened, process: Process, sqlite_app: Flask, changed: Path
) -> None:
    page = opened()
    set_up(page, sqlite_app)
    add_ana(page)
    before = versions(page)["now"]
    process.stop()
    process.start(changed, missing=("/static/js/pads.js",))
    look(page)
    assert versions(page) == {"now": before, "next": None}
    process.stop()
    page = opened()
    page.goto("/record/en")
    unlock(page)
    expect(page.get_by_role("button", name="Open Mia")).to_be_visible()
    assert versions(page) == {"now": before, "next": None}
    press(page, "tablet")
    ready(page)
    process.start(changed)
    look(page)
    assert versions(page)["next"], "once every file is there, it comes"


def test_ready_is_said_only_of_what_was_found_just_now(opened, process: Process, sqlite_app: Flask) -> None:
    page = opened()
    set_up(page, sqlite_app)
    add_ana(page)
    press(page, "tablet")
    ready(page)
    readable(page)
    process.stop()
    page.evaluate(
        """async () => {
            const name = (await caches.keys()).find((one) => one.startsWith("shell-"));
            await (await caches.open(name)).delete("/static/js/sorting.js");
        }"""
    )
    press(page, "check")
    expect(page.get_by_text("Not ready for offline yet")).to_be_visible()
    expect(page.locator("[data-check=files]")).to_have_text("Files are missing or were changed: 1.")
    readable(page)
    process.start()
    press(page, "check")
    ready(page)


def test_a_page_that_needs_the_network_says_so_and_leads_back(opened, process: Process, sqlite_app: Flask) -> None:
    page = opened()
    set_up(page, sqlite_app)
    add_ana(page)
    press(page, "tablet")
    ready(page)
    process.stop()
    page.goto("/families/")
    expect(page.get_by_role("heading", name="There is no network here").first).to_be_visible()
    expect(page.locator("section[lang=es]")).to_be_visible()
    readable(page)
    page.locator("section[lang=en] a").click()
    expect(page.locator("body")).to_have_attribute("data-screen", "locked")


def test_a_version_that_is_too_old_for_the_server_is_told_so_and_goes_on_recording(opened, sqlite_app: Flask) -> None:
    page = opened()
    set_up(page, sqlite_app)

    def older(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"least_version": "99.0.0"})

    page.route("**/api/v1/hello", older)
    add_ana(page)
    expect(page.get_by_text("You can go on recording.")).to_be_visible()
    assert page.locator("[data-act=update]").count() == 0, "there is no newer one yet"
    readable(page)
    begin(page)
    tap(page, "VOC", 1)


REFUSES = (
    "() => { IDBFactory.prototype.open = () => { throw new DOMException('forbidden by a test', 'SecurityError'); }; }"
)


@pytest.mark.parametrize("address", ["/record/en", "/install#0000-0000-0000"])
def test_a_browser_without_storage_is_refused_with_the_reason(opened, address: str) -> None:
    page = opened()
    page.context.add_init_script(f"({REFUSES})()")
    page.goto(address)
    expect(page.get_by_text("This browser forbids storage, as private windows and Lockdown Mode do.")).to_be_visible()
    assert page.locator("button").count() == 0
    readable(page)


FULL = """() => {
    const add = IDBObjectStore.prototype.add;
    IDBObjectStore.prototype.add = function (...given) {
        if (globalThis.full) throw new DOMException("full by a test", "QuotaExceededError");
        return add.apply(this, given);
    };
}"""


def test_what_storage_refuses_is_saved_as_a_file_that_the_server_takes_once(
    opened, process: Process, sqlite_app: Flask, tmp_path: Path
) -> None:
    page = opened()
    page.context.add_init_script(f"({FULL})()")
    set_up(page, sqlite_app)
    add_ana(page)
    process.stop()
    begin(page)
    tap(page, "VOC", 1)
    page.evaluate("() => { globalThis.full = true; }")
    page.locator(".pad[data-code=TALK]").click()
    expect(page.get_by_role("heading", name="This tablet could not save")).to_be_visible()
    readable(page)
    with page.expect_download() as saved:
        press(page, "save-file")
    expect(page.locator(".save-file [role=status]").first).to_contain_text("Give it to your supervisor")
    path = tmp_path / saved.value.suggested_filename
    saved.value.save_as(path)
    # a word with its quote: three letters alone stand in ciphertext by chance, now and then
    assert [word for word in ('"VOC', '"Mia', 'VOC\\"', 'Mia\\"') if word in path.read_text()] == []

    process.start()
    command = [Path(sys.executable).with_name("recorder"), "import", path]
    ran = subprocess.run(command, env=process.environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    with sqlite_app.app_context():
        ((_, events),) = held_by_the_server(sqlite_app, "observation")
        assert [event["code"] for event in events if event["kind"] == "tap"] == ["VOC", "TALK"]
    page.evaluate("() => { globalThis.full = false; }")
    page.get_by_role("button", name="Try to save again").click()
    expect(page.locator(".step").first).to_have_attribute("data-stored", "true")
    page.locator(".pad[data-code=LOOK]").click()
    expect(page.locator(".step")).to_have_count(3)
    stop_early(page)
    all_sent(page)
    with sqlite_app.app_context():
        ((log, events),) = held_by_the_server(sqlite_app, "observation")
        assert [event["code"] for event in events if event["kind"] == "tap"] == ["VOC", "TALK", "LOOK"]
        assert [event["seq"] for event in events] == list(range(1, log.stored_upto + 1))


def without(copy: Path, *changes: tuple[str, str]) -> Path:
    """The static files with a defence taken out of the worker."""
    worker = copy / "js" / "worker.js"
    text = worker.read_text()
    for old, new in changes:
        assert old in text, f"the worker does not say {old!r} any more"
        text = text.replace(old, new)
    worker.write_text(text)
    return copy


def test_without_the_choice_an_update_changes_the_version_in_an_observation(
    opened, process: Process, sqlite_app: Flask, changed: Path
) -> None:
    page = opened()
    set_up(page, sqlite_app)
    add_ana(page)
    begin(page)
    tap(page, "VOC", 1)
    process.stop()
    process.start(
        without(
            changed,
            ("if (!(await choice())) await choose", "await choose"),
            ("event.waitUntil(fill())", "event.waitUntil(fill().then(() => self.skipWaiting()))"),
        )
    )
    look(page)
    page.wait_for_function("async () => (await caches.keys()).length === 3")
    page.reload()
    unlock(page)
    tap(page, "TALK", 2)
    assert page.evaluate("async () => (await import('/static/js/element.js')).isNewer") is True, "the harm"


def test_without_the_comparison_a_version_with_a_missing_file_takes_over_and_does_not_start(
    opened, process: Process, sqlite_app: Flask, changed: Path
) -> None:
    page = opened()
    set_up(page, sqlite_app)
    add_ana(page)
    process.stop()
    process.start(
        without(
            changed,
            ("await Promise.all(Object.keys(FILES).map((path) => bring(cache, path)))",
             "await Promise.allSettled(Object.keys(FILES).map((path) => bring(cache, path)))"),
            ("if (!(await choice())) await choose", "await choose"),
        ),
        missing=("/static/js/pads.js",),
    )  # fmt: skip
    look(page)
    process.stop()
    page = opened()
    page.goto("/record/en")
    page.wait_for_timeout(2000)
    assert page.locator("h1").count() == 0, "the harm: nothing starts"


def test_without_a_worker_a_cold_start_with_the_server_stopped_shows_nothing(
    opened, process: Process, sqlite_app: Flask
) -> None:
    page = opened()
    page.context.add_init_script("delete Navigator.prototype.serviceWorker")
    page.goto("/record/en")
    expect(page.locator("h1")).to_be_visible()
    process.stop()
    page = opened()
    with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
        page.goto("/record/en")
