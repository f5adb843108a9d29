"""Faults 12, 13 and 16 to 19: two tabs, a frozen one, and storage that is full, cleared, closed or silent."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect
from proxy import Fault, Proxy
from sqlalchemy import func, select
from watched import Tablet, check

from recorder.db import db
from recorder.records.devices import Device
from recorder.records.observations import Batch, Segment

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

EVENTS = "/api/v1/sync/events"
HANDLES = """(() => {
    const own = IDBFactory.prototype.open;
    window.handles = [];
    IDBFactory.prototype.open = function (...named) {
        if (window.silent) return new EventTarget();
        const request = own.apply(this, named);
        request.addEventListener("success", () => window.handles.push(request.result));
        return request;
    };
})()"""


def alarmed(tablet: Tablet, timeout_ms: int = 15_000) -> None:
    """The screen says that nothing is saved any more."""
    expect(tablet.page.get_by_role("heading", name="This tablet could not save")).to_be_visible(timeout=timeout_ms)
    tablet.hear()


def save_again(tablet: Tablet) -> None:
    tablet.page.get_by_role("button", name="Try to save again").click()
    tablet.kept()


def begun(tablet: Tablet, *codes: str) -> None:
    tablet.sign_in()
    tablet.begin()
    tablet.tap(*codes)
    tablet.kept()


def in_two_tabs(tablet: Tablet) -> None:
    """The same visit is opened in a second tab; whoever gets pads there taps."""
    begun(tablet, "VOC", "TALK")
    first, pads = tablet.page, tablet.pads
    tablet.page = tablet.context.new_page()
    tablet.page.goto("/record/en")
    tablet.page.wait_for_timeout(4000)
    if tablet.page.locator(".pads").count():
        tablet.watch()
        tablet.tap("CRY", "COMF")
        tablet.page.wait_for_timeout(1000)
    else:
        expect(tablet.page.get_by_text("open in another window")).to_be_visible()
    tablet.page.close()
    tablet.page, tablet.pads = first, pads
    tablet.page.bring_to_front()
    tablet.tap("LOOK", "JOY")
    tablet.kept()
    tablet.all_sent()


def test_fault_12_two_tabs(app: Flask, tablets) -> None:
    tablet = tablets()
    in_two_tabs(tablet)
    check(app, tablet.ledger)


def test_fault_12_without_a_log_of_its_own_for_each_tab(app: Flask, tablets, without) -> None:
    without("js/lock.js", "return new Promise((resolve) => {", "return Promise.resolve(() => undefined);\n  {")
    without("js/lock.js", "  });\n}", "  }\n}")
    without("js/device.js", "const request = store.add(row);", "const request = store.put(row);")
    tablet = tablets()
    with pytest.raises(AssertionError):
        in_two_tabs(tablet)
        check(app, tablet.ledger)


def both_send(tablet: Tablet, proxy: Proxy) -> None:
    """Two tabs have a reason to send at the same moment, six times."""
    begun(tablet)
    second = tablet.context.new_page()
    second.goto("/record/en")
    second.wait_for_timeout(3000)
    tablet.page.bring_to_front()
    tablet.all_sent()
    proxy.plan = lambda request: Fault(delay_s=0.3) if request.path == EVENTS else None
    for _ in range(6):
        tablet.tap("VOC", "TALK", "LOOK")
        tablet.kept()
        for page in (second, tablet.page):
            page.evaluate("() => dispatchEvent(new Event('focus'))")
        tablet.page.wait_for_timeout(1500)
    tablet.all_sent()


def assert_sent_once(app: Flask) -> None:
    with app.app_context():
        batches, stored = (db.session.scalar(select(func.count()).select_from(table)) for table in (Batch, Segment))
    assert batches == stored, f"{batches} batches brought {stored} segments"


def test_fault_12_one_tab_sends(app: Flask, tablets, proxy: Proxy) -> None:
    tablet = tablets(proxy.address)
    both_send(tablet, proxy)
    check(app, tablet.ledger)
    assert_sent_once(app)


def test_fault_12_without_the_lock_both_send(app: Flask, tablets, proxy: Proxy, without) -> None:
    without("js/outbox.js", 'this.locks.request("sync", how, held)', "held({})")
    tablet = tablets(proxy.address)
    with pytest.raises(AssertionError):
        both_send(tablet, proxy)
        assert_sent_once(app)


def holder_stands_still(tablet: Tablet, proxy: Proxy, *, frozen: bool) -> None:
    """The tab that sends is frozen or closed while it waits for an answer; another one is open."""
    begun(tablet)
    tablet.all_sent()
    held = []
    proxy.plan = lambda request: held.append(request) or Fault(hold=True) if len(held) < 1 else None
    tablet.tap("VOC", "TALK", "LOOK")
    tablet.kept()
    tablet.page.evaluate("() => dispatchEvent(new Event('focus'))")
    tablet.page.wait_for_timeout(1500)
    assert held
    holder, tablet.page = tablet.page, tablet.context.new_page()
    if frozen:
        tablet.context.new_cdp_session(holder).send("Page.setWebLifecycleState", {"state": "frozen"})
    else:
        holder.close()
    tablet.page.goto("/record/en")
    tablet.badge("All sent", 15_000)  # before the call that nobody answers is given up


QUICKLY = (
    ("js/outbox.js", "const ELSEWHERE_MS = 10_000;", "const ELSEWHERE_MS = 500;"),
    ("js/outbox.js", "FROZEN_MS = 60_000;", "FROZEN_MS = 4_000;"),
)


@pytest.mark.parametrize("frozen", [True, False], ids=["frozen", "closed"])
def test_fault_13_who_holds_the_lock_stands_still(app: Flask, tablets, proxy: Proxy, without, frozen: bool) -> None:
    for shorter in QUICKLY:
        without(*shorter)
    tablet = tablets(proxy.address)
    holder_stands_still(tablet, proxy, frozen=frozen)
    check(app, tablet.ledger)


def test_fault_13_without_taking_the_lock(app: Flask, tablets, proxy: Proxy, without) -> None:
    for shorter in QUICKLY:
        without(*shorter)
    without("js/outbox.js", "const steal = await this.isFrozen();", "const steal = false;")
    tablet = tablets(proxy.address)
    with pytest.raises(AssertionError, match="All sent"):
        holder_stands_still(tablet, proxy, frozen=True)


FULL = """(() => {
    const add = IDBObjectStore.prototype.add;
    IDBObjectStore.prototype.add = function (...given) {
        if (window.full) throw new DOMException("full by a test", "QuotaExceededError");
        return add.apply(this, given);
    };
})()"""


def until_full(tablet: Tablet) -> None:
    """Storage is full at the fourth tap; later there is room again."""
    begun(tablet, "VOC", "TALK", "LOOK")
    tablet.page.evaluate("() => { window.full = true; }")
    tablet.tap("JOY")
    tablet.page.wait_for_timeout(2000)
    tablet.hear()
    if "JOY" not in tablet.visit.solid.values():
        alarmed(tablet)
    tablet.page.evaluate("() => { window.full = false; }")
    if tablet.page.get_by_role("button", name="Try to save again").is_visible():
        save_again(tablet)
    tablet.tap("CRY")
    tablet.kept()
    tablet.all_sent()


def test_fault_16_storage_is_full(app: Flask, tablets) -> None:
    tablet = tablets(script=FULL)
    until_full(tablet)
    check(app, tablet.ledger)
    assert [tap.code for tap in tablet.visit.taps] == [code for _, code in sorted(tablet.visit.solid.items()) if code]


def test_fault_16_when_the_error_is_swallowed(app: Flask, tablets, without) -> None:
    without("js/log.js", "this.broken = error;", "this.storedUpto = this.tape.length;\n      this.queue.length = 0;")
    tablet = tablets(script=FULL)
    with pytest.raises(AssertionError):
        until_full(tablet)
        check(app, tablet.ledger)


def clear(tablet: Tablet) -> None:
    """The browser clears what this address keeps, but for the note beside it."""
    tablet.tell()("Storage.clearDataForOrigin", {"origin": tablet.address, "storageTypes": "indexeddb"})


def cleared_while_open(tablet: Tablet) -> None:
    begun(tablet, "VOC", "TALK")
    tablet.all_sent()
    clear(tablet)
    tablet.tap("LOOK", "JOY")
    tablet.page.wait_for_timeout(2500)
    tablet.hear()


def test_fault_17_storage_is_cleared_under_the_app(app: Flask, tablets) -> None:
    tablet = tablets()
    cleared_while_open(tablet)
    alarmed(tablet)
    check(app, tablet.ledger, all_sent=False)
    assert not {"LOOK", "JOY"} & set(tablet.visit.solid.values())


def test_fault_17_without_the_canary(app: Flask, tablets, without) -> None:
    without("js/device.js", "if (canary && found !== canary)", "if (false)")
    without("js/device.js", "if (!known && !log) throw", "if (false) throw")
    without(
        "js/device.js",
        "logs.put({ ...(known ?? log), ...tail });",
        "if (known ?? log) logs.put({ ...(known ?? log), ...tail });",
    )
    tablet = tablets()
    with pytest.raises(AssertionError, match="shown as saved"):
        cleared_while_open(tablet)
        check(app, tablet.ledger, all_sent=False)


def cleared_between_starts(app: Flask, tablet: Tablet, proxy: Proxy) -> None:
    """Taps wait for the network; the browser clears its storage while the app is not open."""
    begun(tablet)
    tablet.all_sent()
    proxy.plan = lambda request: Fault(request_bytes=0) if request.path.startswith("/api/") else None
    tablet.tap("VOC", "TALK", "LOOK")
    tablet.kept()
    tablet.page.evaluate("() => dispatchEvent(new Event('online'))")
    tablet.badge("wait for the network")
    tablet.page.goto("about:blank")
    clear(tablet)
    proxy.plan = lambda request: None
    tablet.page.goto("/record/en")
    expect(tablet.page.get_by_text("This browser has lost what it kept")).to_contain_text("entries had not been sent")
    tablet.page.wait_for_timeout(2500)
    with app.app_context():
        reports = [device.report or {} for device in db.session.scalars(select(Device))]
    assert any("storage was lost" in error for report in reports for error in report.get("errors", []))


def test_fault_17_storage_is_cleared_between_two_starts(app: Flask, tablets, proxy: Proxy) -> None:
    cleared_between_starts(app, tablets(proxy.address), proxy)


def test_fault_17_without_the_note_outside(app: Flask, tablets, proxy: Proxy, without) -> None:
    without("js/device.js", "if (before && before.canary !== found) lost =", "if (false) lost =")
    with pytest.raises(AssertionError, match="lost what it kept"):
        cleared_between_starts(app, tablets(proxy.address), proxy)


def closed_under_it(tablet: Tablet) -> None:
    """The connection is closed under the app, twice, without a word."""
    begun(tablet, "VOC")
    for code in ("TALK", "LOOK"):
        tablet.page.evaluate("() => window.handles.at(-1).close()")
        tablet.tap(code)
        tablet.kept()
    tablet.all_sent()


def test_fault_18_the_connection_is_closed(app: Flask, tablets) -> None:
    tablet = tablets(script=HANDLES)
    closed_under_it(tablet)
    check(app, tablet.ledger)


def test_fault_18_with_the_dead_handle_again(app: Flask, tablets, without) -> None:
    without("js/device.js", "} catch (error) {\n      forget();", "} catch (error) {")
    with pytest.raises(AssertionError):
        closed_under_it(tablets(script=HANDLES))


def silent(tablet: Tablet) -> None:
    """The connection is closed, and `open()` does not answer for a while."""
    begun(tablet, "VOC")
    tablet.page.evaluate("() => { window.silent = true; window.handles.at(-1).close(); }")
    tablet.tap("TALK")
    alarmed(tablet)
    tablet.page.evaluate("() => { window.silent = false; }")
    save_again(tablet)
    tablet.tap("LOOK")
    tablet.kept()
    tablet.all_sent()


def test_fault_19_storage_never_opens(app: Flask, tablets) -> None:
    tablet = tablets(script=HANDLES)
    silent(tablet)
    check(app, tablet.ledger)


def test_fault_19_without_the_watchdog(app: Flask, tablets, without) -> None:
    without("js/device.js", "const OPEN_MS = 3000;", "const OPEN_MS = 3_000_000;")
    with pytest.raises(AssertionError, match="could not save"):
        silent(tablets(script=HANDLES))
