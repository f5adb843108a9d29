"""What a tablet keeps, and from whom, in the real Chromium: sealed rows, vaults, locking, a locked one that delivers.

What rests on the tablet is read twice: through IndexedDB, and from the files of its profile after Chromium was closed.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import machine
import pytest
from flask import Flask
from people import PASSWORD
from playwright.sync_api import Browser, BrowserContext, Page, expect
from shell import all_sent, choose, held_by_the_server, held_by_the_tablet, press, readable, sign_in
from sqlalchemy import select

from recorder import devices
from recorder.db import db, now
from recorder.records.devices import Device
from recorder.records.families import Caregiver, Child, Family
from recorder.records.observations import Quarantined
from recorder.records.people import Account

pytestmark = pytest.mark.browser

PASSPHRASE = "four blue birds on a wire"
NAMES = {"child": "Zebulonia", "caregiver": "Quirinus", "goal": "Xylophonwort"}
NOTE = "Wombatgeheimnis"
PLANTED = (*NAMES.values(), NOTE, "F-001")
CONTROL = "Kontrollwortimklaren"
STORES = ("events", "logs", "facts")


@pytest.fixture
def planted(sqlite_app: Flask, server: str) -> None:
    """Ana's family has names that stand nowhere else."""
    with sqlite_app.app_context():
        home = db.session.scalars(select(Family).where(Family.code == "F-001")).one()
        home.goal = NAMES["goal"]
        db.session.scalars(select(Child).where(Child.family_id == home.id)).one().first_name = NAMES["child"]
        luis = db.session.scalars(
            select(Caregiver).where(Caregiver.family_id == home.id, Caregiver.position == 0)
        ).one()
        luis.first_name = NAMES["caregiver"]
        db.session.commit()


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def tablet(chromium: Browser, server: str, profile: Path) -> Iterator[BrowserContext]:
    """A browser with a profile of its own; it fails the test when a script throws."""
    context = opened(chromium, server, profile)
    faults: list[str] = []
    context.pages[0].on("pageerror", lambda error: faults.append(str(error)))
    yield context
    context.close()
    assert faults == []


def opened(chromium: Browser, server: str, profile: Path) -> BrowserContext:
    return chromium.browser_type.launch_persistent_context(
        profile, executable_path=machine.chromium(), base_url=server, viewport={"width": 1024, "height": 768},
        locale="en-US", timezone_id="America/Chicago",
    )  # fmt: skip


def code(app: Flask, device: str | None = None, person: str = "ana") -> str:
    """A code that Sol shows: to enrol a tablet or, with `device`, to open a person's vault on it."""
    with app.app_context():
        account = {
            name: db.session.scalars(select(Account).where(Account.sign_in == name)).one() for name in ("sol", person)
        }
        if device is None:
            made = devices.code_to_enrol(account["sol"])
        else:
            made = devices.code_to_recover(account["sol"], db.session.scalars(select(Device)).one(), account[person])
        db.session.commit()
        return made


def enrol(page: Page, app: Flask) -> None:
    """Make a shared tablet of this browser, as the install page does."""
    page.set_default_timeout(10_000)
    page.goto("/static/icons/recorder.svg")
    page.goto("/record/en")
    page.evaluate("async (code) => (await import('/static/js/users.js')).enrol(code, 'Tablet 7')", code(app))
    page.goto("/record/en")
    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()


def field(page: Page, name: str):
    return page.locator(f"[data-field='{name}']")


def add(page: Page, name: str, passphrase: str = PASSPHRASE) -> None:
    press(page, "add-user")
    field(page, "sign-in").fill(name)
    field(page, "password").fill(PASSWORD)
    field(page, "new-passphrase").fill(passphrase)
    field(page, "again").fill(passphrase)
    press(page, "add")
    expect(page.get_by_role("heading", name="Your families")).to_be_visible()


def unlock(page: Page, name: str, passphrase: str = PASSPHRASE) -> None:
    page.get_by_role("button", name=f"Unlock for {name}").click()
    field(page, "passphrase").fill(passphrase)
    press(page, "unlock")


def lock(page: Page) -> None:
    press(page, "tablet")
    press(page, "lock")
    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()


def record(page: Page, child: str, codes: tuple[str, ...] = ("VOC", "TALK", "LOOK")) -> None:
    """Begin at a family, tap, keep a moment with a note, and leave to the list of families."""
    page.get_by_role("button", name=f"Open {child}").click()
    press(page, "observe")
    press(page, "begin")
    for code in codes:
        page.wait_for_timeout(300)
        page.locator(f".pad[data-code={code}]").click()
    press(page, "keep")
    choose(page, "Came for comfort")
    page.get_by_label("In your words").fill(NOTE)
    press(page, "moment-done")
    expect(page.locator(".step").first).to_have_attribute("data-stored", "true")
    press(page, "stop-early")
    choose(page, "We were interrupted")
    press(page, "stop-now")
    expect(page.get_by_role("heading", name="What did you notice?")).to_be_visible()


def in_the_files(profile: Path, words: tuple[str, ...]) -> set[str]:
    """Which of these words any file of the profile holds, as UTF-8 or UTF-16, or within what is deflated."""
    found = set()
    for path in profile.rglob("*"):
        if not path.is_file():
            continue
        content = path.read_bytes()
        if "Cache" in str(path):
            content += inflated(content)
        found |= {word for word in words if word.encode() in content or word.encode("utf-16-le") in content}
    return found


def inflated(content: bytes) -> bytes:
    out, start = b"", content.find(b"\x1f\x8b\x08")
    while start >= 0:
        try:
            out += zlib.decompressobj(31).decompress(content[start:])
        except zlib.error:
            pass
        start = content.find(b"\x1f\x8b\x08", start + 1)
    return out


def kept(page: Page) -> str:
    """All that the browser's storage holds, every store and the note beside it; bytes are read as letters."""
    return page.evaluate(
        """async () => {
            const opened = indexedDB.open("recorder");
            await new Promise((done) => (opened.onsuccess = done));
            const letters = (_, value) => ArrayBuffer.isView(value) ? new TextDecoder("latin1").decode(value) : value;
            const found = await Promise.all([...opened.result.objectStoreNames].map((store) => new Promise((done) => {
                const asked = opened.result.transaction(store).objectStore(store).getAll();
                asked.onsuccess = () => done(asked.result);
            })));
            opened.result.close();
            return JSON.stringify([found, { ...localStorage }, { ...sessionStorage }], letters);
        }"""
    )


def run(page: Page, module: str, call: str, *arguments: object) -> object:
    """Call a function of one of the shell's modules in the page."""
    script = f"async (given) => (await import('/static/js/{module}.js')).{call}(...given)"
    return page.evaluate(script, list(arguments))


def who(page: Page):
    return page.get_by_role("heading", name="Who are you?")


def test_a_locked_tablet_shows_nobody_what_it_keeps(
    tablet: BrowserContext, planted: None, sqlite_app: Flask, chromium: Browser, server: str, profile: Path
) -> None:
    page = tablet.pages[0]
    enrol(page, sqlite_app)
    readable(page)
    add(page, "ana")
    tablet.set_offline(True)
    record(page, NAMES["child"])
    field(page, "noticed").fill(f"Quirinus: {NOTE}")
    page.wait_for_timeout(500)
    tablet.set_offline(False)
    page.goto("/record/en")
    expect(who(page)).to_be_visible()
    readable(page)
    for words in (kept(page), page.content()):
        assert [word for word in PLANTED if word in words] == []
    assert "sealed" in kept(page)

    run(page, "device", "keepFact", "control", CONTROL)
    assert CONTROL in kept(page)
    tablet.close()
    assert in_the_files(profile, (*PLANTED, CONTROL)) == {CONTROL}, "only what was planted in clear is found"
    again = opened(chromium, server, profile)
    expect_unlocked(again.pages[0])
    again.close()


def expect_unlocked(page: Page) -> None:
    """After the browser was closed the passphrase opens the visit where it was left, and only the passphrase."""
    page.set_default_timeout(10_000)
    page.goto("/record/en")
    unlock(page, "Ana", "four blue birds on a wall")
    expect(page.get_by_text("This is not the passphrase.")).to_be_visible()
    field(page, "passphrase").fill(PASSPHRASE)
    press(page, "unlock")
    expect(page.get_by_role("heading", name="What did you notice?")).to_be_visible()


def test_a_locked_tablet_delivers(tablet: BrowserContext, sqlite_app: Flask) -> None:
    page = tablet.pages[0]
    enrol(page, sqlite_app)
    add(page, "ana")
    tablet.set_offline(True)
    record(page, "Mia")
    expect(page.locator(".badge")).not_to_contain_text("All sent")
    tablet.clear_cookies()
    tablet.set_offline(False)
    page.goto("/record/en")
    expect(who(page)).to_be_visible()
    all_sent(page)
    with sqlite_app.app_context():
        ((log, events),) = held_by_the_server(sqlite_app, "observation")
        assert [event["code"] for event in events if event["kind"] == "tap"] == ["VOC", "TALK", "LOOK"]
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        assert db.session.get_one(Account, log.account_id).name == "Ana" and log.device_id is not None


def test_two_people_share_a_tablet_and_see_nothing_of_each_other(tablet: BrowserContext, sqlite_app: Flask) -> None:
    page = tablet.pages[0]
    enrol(page, sqlite_app)
    add(page, "ana")
    record(page, "Mia")
    page.goto("/record/en")
    add(page, "ben", "another wire with birds")
    expect(page.get_by_role("button", name="Open Noor")).to_be_visible()
    assert "Mia" not in page.content() and "Not finished yet" not in page.content()
    lock(page)
    unlock(page, "Ben")
    expect(page.get_by_text("This is not the passphrase.")).to_be_visible()
    press(page, "back")
    unlock(page, "Ana")
    expect(page.get_by_role("heading", name="What did you notice?")).to_be_visible()
    page.reload()
    unlock(page, "Ben", "another wire with birds")
    expect(page.get_by_role("button", name="Open Noor")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_passphrase_is_changed_by_its_owner(tablet: BrowserContext, sqlite_app: Flask) -> None:
    page = tablet.pages[0]
    enrol(page, sqlite_app)
    add(page, "ana")
    press(page, "tablet")
    readable(page)
    page.get_by_text("Change the passphrase").first.click()
    field(page, "passphrase").fill("not this one at all")
    field(page, "new-passphrase").fill("short")
    press(page, "change-passphrase")
    expect(page.get_by_text("A passphrase has at least 10 characters.")).to_be_visible()
    for name in ("new-passphrase", "again"):
        field(page, name).fill("a new wire with birds")
    press(page, "change-passphrase")
    expect(page.get_by_text("This is not the passphrase.")).to_be_visible()
    field(page, "passphrase").fill(PASSPHRASE)
    press(page, "change-passphrase")
    expect(page.get_by_text("The passphrase is changed.")).to_be_visible()
    press(page, "lock")
    unlock(page, "Ana")
    expect(page.get_by_text("This is not the passphrase.")).to_be_visible()
    field(page, "passphrase").fill("a new wire with birds")
    press(page, "unlock")
    expect(page.get_by_role("button", name="Open Mia")).to_be_visible()


def test_a_forgotten_passphrase_loses_nothing(tablet: BrowserContext, sqlite_app: Flask) -> None:
    page = tablet.pages[0]
    enrol(page, sqlite_app)
    add(page, "ana")
    tablet.set_offline(True)
    record(page, "Mia")
    tablet.set_offline(False)
    page.goto("/record/en")
    page.get_by_role("button", name="Unlock for Ana").click()
    press(page, "forgotten")
    readable(page)
    for name in ("new-passphrase", "again"):
        field(page, name).fill("a new wire with birds")
    field(page, "code").fill("0000-0000-0000")
    press(page, "recover")
    expect(page.get_by_text("This code cannot be used")).to_be_visible()
    field(page, "code").fill(code(sqlite_app, "this one"))
    press(page, "recover")
    expect(page.get_by_role("heading", name="What did you notice?")).to_be_visible()
    page.reload()
    unlock(page, "Ana")
    expect(page.get_by_text("This is not the passphrase.")).to_be_visible()
    field(page, "passphrase").fill("a new wire with birds")
    press(page, "unlock")
    expect(page.get_by_role("heading", name="What did you notice?")).to_be_visible()


def test_a_tablet_out_of_service_locks_drops_the_caseload_and_still_sends(
    tablet: BrowserContext, planted: None, sqlite_app: Flask
) -> None:
    page = tablet.pages[0]
    enrol(page, sqlite_app)
    add(page, "ana")
    tablet.set_offline(True)
    record(page, NAMES["child"])
    with sqlite_app.app_context():
        db.session.scalars(select(Device)).one().revoked_at = now()
        db.session.commit()
    tablet.set_offline(False)
    page.goto("/record/en")
    expect(page.get_by_role("heading", name="This tablet is out of service")).to_be_visible()
    expect(page.locator(".badge")).to_contain_text("put aside for your supervisor")
    readable(page)
    names = run(page, "device", "facts", "u:")
    assert [name for name, _ in names if name.endswith((":pulled", ":token"))] == []
    assert page.get_by_role("button", name="Unlock").count() == 0
    with sqlite_app.app_context():
        aside = db.session.scalars(select(Quarantined).order_by(Quarantined.seq)).all()
        assert {one.code for one in aside} == {"revoked_device"}
        taps = [json.loads(one.event) for one in aside]
        assert [event["code"] for event in taps if event["kind"] == "tap"] == ["VOC", "TALK", "LOOK"]


def test_who_has_something_unsent_stays_on_the_tablet(tablet: BrowserContext, sqlite_app: Flask) -> None:
    page = tablet.pages[0]
    enrol(page, sqlite_app)
    add(page, "ana")
    tablet.set_offline(True)
    record(page, "Mia")
    user = run(page, "users", "vaults")[0]["user"]
    unsent = run(page, "users", "unsentOf", user)
    assert unsent > 0 and run(page, "users", "remove", user) == unsent
    tablet.set_offline(False)
    all_sent(page)
    assert run(page, "users", "remove", user) == 0
    page.reload()
    expect(who(page)).to_be_visible()
    assert page.get_by_role("button", name="Unlock").count() == 0
    assert run(page, "device", "facts", f"u:{user}:") == []
    add(page, "ana")
    expect(page.get_by_role("button", name="Open Mia")).to_be_visible()


def test_signing_out_locks_and_wipes_nothing(page: Page) -> None:
    sign_in(page)
    record(page, "Mia")
    all_sent(page)
    before = kept_rows(page)
    page.goto("/me")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/record/en")
    expect(who(page)).to_be_visible()
    expect(page.get_by_text("Signed out. Sign in to go on.")).to_be_visible()
    readable(page)
    assert "Mia" not in page.content() and kept_rows(page) == before
    page.get_by_role("link", name="Sign in").last.click()
    page.locator("[name=sign_in]").fill("ana")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    expect(page.get_by_role("heading", name="What did you notice?")).to_be_visible()


def kept_rows(page: Page) -> int:
    found = page.evaluate(
        "async () => { const device = await import('/static/js/device.js'); const logs = await device.logs();"
        " return logs.reduce((sum, row) => sum + row.count, 0); }"
    )
    assert isinstance(found, int)
    return found


def test_a_sign_in_that_ran_out_locks_nobody_out(page: Page, sqlite_app: Flask) -> None:
    sign_in(page)
    page.context.clear_cookies()
    page.reload()
    expect(page.get_by_role("button", name="Open Mia")).to_be_visible()
    record(page, "Mia")
    all_sent(page)
    with sqlite_app.app_context():
        assert len(held_by_the_server(sqlite_app, "observation")) == 1


def test_a_browser_gets_a_passphrase_of_its_own(page: Page) -> None:
    sign_in(page)
    press(page, "tablet")
    page.get_by_text("Protect it with a passphrase").first.click()
    for name in ("new-passphrase", "again"):
        field(page, name).fill(PASSPHRASE)
    press(page, "change-passphrase")
    expect(page.get_by_role("button", name="Lock", exact=True)).to_be_visible()
    page.goto("/record/en")
    expect(who(page)).to_be_visible()
    unlock(page, "Ana")
    expect(page.get_by_role("button", name="Open Mia")).to_be_visible()


def test_an_idle_tablet_locks_itself_but_never_in_an_observation(tablet: BrowserContext, sqlite_app: Flask) -> None:
    page = tablet.pages[0]
    page.clock.install()
    enrol(page, sqlite_app)
    add(page, "ana")
    page.get_by_role("button", name="Open Mia").click()
    press(page, "observe")
    press(page, "begin")
    expect(page.locator(".pads")).to_be_visible()
    page.clock.fast_forward("15:00")
    expect(page.locator(".pads")).to_be_visible()
    page.locator(".pad[data-code=VOC]").click()
    expect(page.locator(".step").first).to_have_attribute("data-stored", "true")
    press(page, "stop-early")
    choose(page, "We were interrupted")
    press(page, "stop-now")
    page.clock.fast_forward("09:00")
    expect(page.get_by_role("heading", name="What did you notice?")).to_be_visible()
    page.clock.fast_forward("02:00")
    expect(who(page)).to_be_visible()
    unlock(page, "Ana")
    expect(page.get_by_role("heading", name="What did you notice?")).to_be_visible()


def test_what_an_older_version_kept_unsealed_is_sealed_and_nothing_is_lost(page: Page, sqlite_app: Flask) -> None:
    """A visit that version 1 began is read, sealed, gone on with and sent."""
    with sqlite_app.app_context():
        ana = str(db.session.scalars(select(Account).where(Account.sign_in == "ana")).one().id)
    sign_in(page)
    record(page, "Mia")
    all_sent(page)
    old = page.evaluate(INTO_VERSION_1, ana)
    assert old["events"] > 5
    page.reload()
    expect(page.get_by_role("heading", name="What did you notice?")).to_be_visible()
    expect(page.get_by_label("In the caregiver's words")).to_have_value("as it was typed")
    assert held_by_the_tablet(page, "events").count('"string"') == 0
    # three letters alone stand in ciphertext by chance, now and then; with the quote before them they do not
    assert [word for word in ('"Mia', '"Luis', "as it was typed") if word in kept(page)] == []
    all_sent(page)
    with sqlite_app.app_context():
        logs = held_by_the_server(sqlite_app, "observation")
        assert len(logs) == 2, "the visit of version 1, and the one it was made of"
        first, second = (events for _, events in logs)
        assert [e for e in first if e["kind"] == "tap"] == [e for e in second if e["kind"] == "tap"]


INTO_VERSION_1 = """async (user) => {
    const device = await import('/static/js/device.js');
    const vault = await import('/static/js/vault.js');
    const { Unlocked } = await import('/static/js/unlocked.js');
    const kept = await device.fact(`vault:${user}`);
    const raw = await vault.open(kept.session, `vault/${user}`, kept.wrapped);
    const { server_key } = await device.fact("device");
    const unlocked = new Unlocked(kept, await vault.usable(raw), server_key);
    const [row] = await unlocked.logs();
    const strings = await unlocked.strings(row, await unlocked.logKey(row));
    const pulled = await unlocked.fact("pulled");
    const id = row.id.slice(0, -4) + "beef";
    const gone = indexedDB.deleteDatabase("recorder");
    (await import('/static/js/device.js')).forget?.();
    await new Promise((done) => (gone.onsuccess = done));
    localStorage.clear();
    const made = indexedDB.open("recorder", 1);
    made.onupgradeneeded = () => {
        made.result.createObjectStore("events", { keyPath: ["log", "seq"] });
        made.result.createObjectStore("logs", { keyPath: "id" });
        made.result.createObjectStore("facts");
    };
    await new Promise((done) => (made.onsuccess = done));
    const writing = made.result.transaction(["events", "logs", "facts"], "readwrite");
    strings.forEach((string, place) => writing.objectStore("events").put({ log: id, seq: place + 1, string }));
    const { started, scheme, family, visit, child, kind } = row;
    const nothing = { upto: 0, head: "0".repeat(64) };
    writing.objectStore("logs").put(
        { id, started, kind, scheme, family, visit, child, user, done: false, acknowledged: nothing, aside: 0 });
    const put = (name, value) => writing.objectStore("facts").put(value, name);
    put("pulled", pulled);
    put("device", "019f0000-0000-7000-8000-00000000beef");
    put("place", { screen: "noticed", log: id });
    put(`draft:${id}`, { screen: "noticed", "note:NOTICED": "as it was typed" });
    await new Promise((done) => (writing.oncomplete = done));
    made.result.close();
    return { events: strings.length };
}"""


def clear_storage(page: Page, tap: str = "") -> None:
    """Clear what the browser keeps; with `tap` a finger touches that button at the same moment."""
    page.evaluate(
        """async (code) => {
            const gone = indexedDB.deleteDatabase("recorder");
            await new Promise((done) => (gone.onsuccess = done));
            const touch = new PointerEvent("pointerdown", { bubbles: true, isPrimary: true, pointerId: 1 });
            if (code) document.querySelector(`.pad[data-code=${code}]`).dispatchEvent(touch);
        }""",
        tap,
    )


def test_storage_that_is_cleared_under_the_app_is_never_called_saved(page: Page) -> None:
    sign_in(page)
    page.get_by_role("button", name="Open Mia").click()
    press(page, "observe")
    press(page, "begin")
    page.locator(".pad[data-code=VOC]").click()
    expect(page.locator(".step").first).to_have_attribute("data-stored", "true")
    clear_storage(page, tap="TALK")  # by a click it could come too late: the tablet finds out by itself, too
    expect(page.locator(".step")).to_have_count(2)
    expect(page.get_by_role("heading", name="This tablet could not save")).to_be_visible()
    expect(page.locator(".step").first).to_have_attribute("data-stored", "false")


def test_what_was_lost_between_two_starts_is_said(page: Page, sqlite_app: Flask) -> None:
    sign_in(page)
    page.context.set_offline(True)
    record(page, "Mia")
    page.wait_for_timeout(1000)
    page.context.set_offline(False)
    page.goto("/static/icons/recorder.svg")
    page.goto("/me")
    clear_storage(page)
    page.goto("/record/en")
    expect(page.get_by_text("This browser has lost what it kept")).to_contain_text("entries had not been sent")
    readable(page)
    page.wait_for_timeout(1500)
    with sqlite_app.app_context():
        told = [device.report.get("errors") for device in db.session.scalars(select(Device))]
    assert any("storage was lost" in error for errors in told if errors for error in errors)


def test_what_was_put_aside_is_listed_with_its_reason(page: Page, sqlite_app: Flask) -> None:
    sign_in(page)
    page.context.set_offline(True)
    record(page, "Mia")
    with sqlite_app.app_context():
        home = db.session.scalars(select(Family).where(Family.code == "F-001")).one()
        for consent in home.consents:
            if consent.scope == "observe":
                consent.withdrawn_on = consent.given_on + timedelta(days=1)
        db.session.commit()
    page.context.set_offline(False)
    page.evaluate("() => dispatchEvent(new Event('online'))")
    expect(page.locator(".badge")).to_contain_text("put aside for your supervisor")
    run_to_families(page)
    press(page, "put-aside")
    expect(page.get_by_text("The family has not agreed to being observed, or took it back.")).to_be_visible()
    readable(page)


def run_to_families(page: Page) -> None:
    """Open the list of families with nothing else open, as when a visit was finished."""
    page.evaluate(
        """async () => {
            const device = await import('/static/js/device.js');
            const places = (await device.facts('u:')).filter(([name]) => name.endsWith(':place'));
            for (const [name] of places) await device.keepFact(name, undefined);
        }"""
    )
    page.goto("/record/en")
    expect(page.get_by_role("heading", name="Your families")).to_be_visible()


def test_clocks_are_compared_before_and_after_and_an_anchor_says_it(page: Page, sqlite_app: Flask) -> None:
    sign_in(page)
    record(page, "Mia")
    page.wait_for_timeout(1500)
    all_sent(page)
    with sqlite_app.app_context():
        ((_, events),) = held_by_the_server(sqlite_app, "observation")
    page.reload()
    page.wait_for_timeout(1500)
    with sqlite_app.app_context():
        device = db.session.scalars(select(Device)).one()
    stop = next(event["seq"] for event in events if event["kind"] == "abort")
    anchors = [event for event in events if event["kind"] == "anchor" and "offset" in event["data"]]
    assert [event["seq"] > stop for event in anchors] == [False, True]
    for event in anchors:
        assert abs(event["data"]["offset"]) <= event["data"]["error"] + 5, "both clocks are this machine's"
    told = device.report
    assert told["unsent"] == 0 and 0 < told["tap_p50_ms"] <= told["tap_p99_ms"] and told["drift_ms"] is not None


def test_two_windows_make_one_tablet_and_one_vault(page: Page, sqlite_app: Flask) -> None:
    page.goto("/sign-in?next=/me")
    page.locator("[name=sign_in]").fill("ana")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    page.wait_for_url("**/me")
    came = page.evaluate(
        """async () => {
            const users = await import('/static/js/users.js');
            const both = await Promise.all([users.arrive(), users.arrive()]);
            await both[0].unlocked.keepFact('word', 'one');
            return [both.map(({ unlocked }) => unlocked.vault), await both[1].unlocked.fact('word')];
        }"""
    )
    assert came[0][0] == came[0][1] and came[1] == "one"
    with sqlite_app.app_context():
        assert len(db.session.scalars(select(Device)).all()) == 1


def test_a_tablet_in_the_caregivers_hands_asks_for_the_visitor_after_a_reload(
    tablet: BrowserContext, sqlite_app: Flask
) -> None:
    page = tablet.pages[0]
    enrol(page, sqlite_app)
    add(page, "ana")
    page.get_by_role("button", name="Open Mia").click()
    press(page, "ask_start")
    choose(page, "Luis")
    choose(page, "Fill it in on the tablet")
    press(page, "begin")
    for digit in "290157" * 2:
        page.locator(f"[data-key='{digit}']").click()
        if digit == "7":
            press(page, "pin-done")
    expect(page.get_by_role("heading", name="Our days")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="For the visitor")).to_be_visible()
    expect(page.locator(".topline")).to_be_hidden()
    assert page.get_by_role("button", name="I am new on this tablet").count() == 0
    assert "Mia" not in page.content()
    unlock(page, "Ana")
    expect(page.get_by_role("heading", name="Our days")).to_be_visible()
    expect(page.locator(".topline")).to_be_hidden()
