"""Faults 7, 8, 24 and 29: the server fails, its answer is lost, somebody else answers, the line is slow."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from proxy import PORTAL, Fault, Proxy, Request, answering
from sqlalchemy import select
from watched import PADS, Tablet, check

from recorder.db import db
from recorder.ingest import segments
from recorder.records.observations import Log

pytestmark = pytest.mark.browser
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EVENTS = "/api/v1/sync/events"
API = "/api/"
FAILURES = {
    "500": answering(500, b"Internal Server Error"),
    "502": answering(502, b"<html><h1>502 Bad Gateway</h1></html>"),
    "503 in our words": answering(503, b"{}", "application/json"),
    "reset before the request": Fault(request_bytes=0),
    "reset in the request": Fault(request_bytes=700),
    "reset in the reply's head": Fault(reply_bytes=9),
    "reset in the reply's body": Fault(reply_bytes=420),
    "slow": Fault(delay_s=2.0),
}


def through_failures(tablet: Tablet, proxy: Proxy) -> None:
    """Each failure meets every call for a while; the tablet comes back by itself, nobody helps it."""
    tablet.sign_in()
    tablet.begin()
    for fault in FAILURES.values():
        proxy.plan = lambda request, fault=fault: fault if request.path.startswith(API) else None
        tablet.tap("VOC", "TALK", "LOOK")
        tablet.page.evaluate("() => dispatchEvent(new Event('focus'))")
        tablet.page.wait_for_timeout(1000)
        tablet.kept()
    proxy.plan = lambda request: None
    tablet.tap("CRY")
    tablet.page.evaluate("() => dispatchEvent(new Event('focus'))")
    tablet.badge("All sent", 20_000)


@sqlite
def test_fault_07_a_server_that_fails_in_every_way(app: Flask, tablets, proxy: Proxy) -> None:
    tablet = tablets(proxy.address)
    through_failures(tablet, proxy)
    check(app, tablet.ledger)


@sqlite
def test_fault_07_a_server_that_never_answers(app: Flask, tablets, proxy: Proxy, without) -> None:
    without("js/server.js", "const CALL_MS = 20_000;", "const CALL_MS = 2_000;")
    tablet = tablets(proxy.address)
    hung(tablet, proxy)
    check(app, tablet.ledger)


def hung(tablet: Tablet, proxy: Proxy) -> None:
    """A batch that gets no answer is given up, and sent again."""
    tablet.sign_in()
    tablet.begin()
    tablet.all_sent()
    held: list[Request] = []

    def plan(request: Request) -> Fault | None:
        if held or request.path != EVENTS:
            return None
        held.append(request)
        return Fault(hold=True)

    proxy.plan = plan
    tablet.tap(*PADS)
    tablet.kept()
    tablet.page.evaluate("() => dispatchEvent(new Event('focus'))")
    tablet.badge("All sent", 20_000)
    assert held


@sqlite
def test_fault_07_without_a_time_limit(app: Flask, tablets, proxy: Proxy, without) -> None:
    without("js/server.js", "const CALL_MS = 20_000;", "const CALL_MS = 2_000_000;")
    tablet = tablets(proxy.address)
    with pytest.raises(AssertionError, match="All sent"):
        hung(tablet, proxy)


@sqlite
def test_fault_07_without_trying_again(app: Flask, tablets, proxy: Proxy, without) -> None:
    without("js/outbox.js", "this.rest = this.now() + wait;\n    this.soon(wait);", "this.rest = Infinity;")
    without("js/outbox.js", "soon(ms = SOON_MS) {", "soon(ms = SOON_MS) {\n    if (this.rest === Infinity) return;")
    tablet = tablets(proxy.address)
    with pytest.raises(AssertionError, match="All sent"):
        through_failures(tablet, proxy)


def unheard(tablet: Tablet, proxy: Proxy) -> None:
    """The server stores and answers, and the answer does not come: four times."""
    lost: list[Request] = []

    def plan(request: Request) -> Fault | None:
        if request.path == EVENTS and len(lost) < 4:
            lost.append(request)
            return Fault(reply_bytes=0)
        return None

    tablet.sign_in()
    tablet.begin()
    proxy.plan = plan
    for _ in range(5):
        tablet.tap("VOC", "TALK", "LOOK", "JOY")
        tablet.kept()
        tablet.page.evaluate("() => dispatchEvent(new Event('online'))")
        tablet.page.wait_for_timeout(1500)
    tablet.all_sent()
    assert len(lost) == 4


def test_fault_08_the_reply_is_lost_after_the_commit(app: Flask, tablets, proxy: Proxy) -> None:
    tablet = tablets(proxy.address)
    unheard(tablet, proxy)
    check(app, tablet.ledger)


def test_fault_08_a_server_that_only_appends(app: Flask, tablets, proxy: Proxy, monkeypatch) -> None:
    def append(log, part):
        run = segments.Run(log.stored_upto + 1, log.head, list(part.events))
        log.head, log.stored_upto = segments.extend(run.head, run.events), run.upto_seq
        return segments.Stored(fresh=[run], joined=list(part.events))

    monkeypatch.setattr(segments, "join", append)
    tablet = tablets(proxy.address)
    with pytest.raises(AssertionError):
        unheard(tablet, proxy)
        check(app, tablet.ledger)


PORTALS = {
    "a page to log in": answering(200, PORTAL),
    "a page that says it is JSON": answering(200, PORTAL, "application/json"),
    "JSON of its own": answering(200, b'{"device": null, "logs": [], "accepted": false}', "application/json"),
}


def behind_portals(tablet: Tablet, proxy: Proxy) -> None:
    """A captive portal answers every call; in the end somebody accepts its conditions."""
    tablet.sign_in()
    tablet.begin()
    tablet.all_sent()
    for portal in PORTALS.values():
        proxy.plan = lambda request, portal=portal: portal
        tablet.tap("VOC", "TALK", "LOOK")
        tablet.kept()
        asked = len(proxy.seen)
        tablet.page.evaluate("() => dispatchEvent(new Event('online'))")
        tablet.badge("wait for the network")
        tablet.page.wait_for_timeout(1500)
        assert len(proxy.seen) > asked
    before = [sentence for _, sentence in tablet.ledger.said].count("All sent")
    proxy.plan = lambda request: None
    tablet.all_sent(15_000)
    assert [sentence for _, sentence in tablet.ledger.said].count("All sent") > before


@sqlite
def test_fault_24_a_captive_portal_on_every_call(app: Flask, tablets, proxy: Proxy) -> None:
    tablet = tablets(proxy.address)
    behind_portals(tablet, proxy)
    check(app, tablet.ledger)


@sqlite
def test_fault_24_without_our_mark_in_the_reply(app: Flask, tablets, proxy: Proxy, without) -> None:
    without("js/server.js", 'reply.headers.get("X-Recorder") !== "1"', "false")
    tablet = tablets(proxy.address)
    with pytest.raises(AssertionError):
        behind_portals(tablet, proxy)
        check(app, tablet.ledger)


RECORD_MANY = """async ([visits, taps, codes]) => {
    const [users, { OpenLog }, tape, { uuid7 }] = await Promise.all(
        ["users", "log", "tape", "uuid7"].map((name) => import(`/static/js/${name}.js`)));
    const { unlocked, pulled } = await users.arrive();
    const family = pulled.families[0], scheme = pulled.instruments.find((one) => one.kind === "scheme");
    const made = [];
    for (let visit = 0; visit < visits; visit++) {
        const started = Date.now() - 3_600_000;
        const opening = {
            kind: "observation", role: "primary", context: "free_play", clock: "monotonic", planned_ms: 600_000,
            instrument: scheme.document.name, version: scheme.document.version, hash: scheme.hash,
            consent: { observe: true, given_now: false }, present: "", state: "calm", visit: uuid7(started),
            family: family.id, children: [family.children[0].id], caregivers: [family.caregivers[0].id],
            device: (await users.tablet()).id, user: pulled.account.id, wall: new Date(started).toISOString(),
            zone: "America/Chicago",
        };
        const log = await OpenLog.begin(unlocked, uuid7(Date.now()), started, opening, scheme.document);
        for (let tap = 0; tap < taps; tap++) {
            log.write(tape.tap(log.tape, 700 * (tap + 1), codes[tap % codes.length]));
            if (tap % 50 === 49) await log.kept();
        }
        await log.kept();
        made.push([log.id, log.tape.length]);
    }
    return made;
}"""


def over_a_thin_line(tablet: Tablet, proxy: Proxy, visits: int, taps: int, bytes_per_second: float) -> list:
    """Visits are kept without a network; then they go over a thin line on which every third batch breaks off."""
    tablet.sign_in()
    proxy.plan = lambda request: answering(502, b"") if request.path.startswith(API) else None
    made = tablet.page.evaluate(RECORD_MANY, [visits, taps, list(PADS)])
    sent: list[Request] = []

    def plan(request: Request) -> Fault:
        sent.extend([request] * (request.path == EVENTS))
        breaks = request.path == EVENTS and len(sent) % 3 == 0
        return Fault(bytes_per_second=bytes_per_second, request_bytes=10_000 if breaks else None)

    proxy.plan = plan
    # a tablet waits 2 to 300 s after a failure: that wait is cut short here, the network comes back again and again
    for _ in range(20 * visits):
        tablet.page.evaluate("() => dispatchEvent(new Event('online'))")
        tablet.page.wait_for_timeout(1500)
        if tablet.page.locator(".badge__words").inner_text() == "All sent" and len(sent) > 3:
            break
    tablet.badge("All sent")
    return made


def assert_all_there(app: Flask, made: list, taps: int) -> None:
    """Each visit that was kept is there whole: every tap once, in order, at its time."""
    with app.app_context():
        logs = {str(log.id): log for log in db.session.scalars(select(Log))}
        assert set(logs) == {id for id, _ in made}
        for id, count in made:
            events = [json.loads(string) for string in segments.strings(logs[id])]
            assert len(events) == count
            told = [(event["seq"], event["t"], event["code"]) for event in events if event["kind"] == "tap"]
            assert told == [(n + 2, 700 * (n + 1), PADS[n % len(PADS)]) for n in range(taps)]


@sqlite
def test_fault_29_many_visits_over_a_thin_line(app: Flask, tablets, proxy: Proxy) -> None:
    made = over_a_thin_line(tablets(proxy.address), proxy, 5, 200, 400_000 / 8)
    assert_all_there(app, made, 200)


@sqlite
@pytest.mark.campaign
def test_fault_29_two_hundred_visits_over_fifty_kilobits(app: Flask, tablets, proxy: Proxy) -> None:
    made = over_a_thin_line(tablets(proxy.address), proxy, 200, 600, 50_000 / 8)
    assert_all_there(app, made, 600)


@sqlite
def test_fault_29_when_a_broken_line_counts_as_an_answer(app: Flask, tablets, proxy: Proxy, without) -> None:
    without(
        "js/outbox.js",
        "const reply = await this.reached(() => this.calls.events(tokens, batch));",
        "const reply = await this.reached(() => this.calls.events(tokens, batch)).catch(() => ({\n"
        "      epoch: 1, logs: [{ id: row.id, stored_upto: upto + rows.length, quarantined: [],\n"
        "        head: upto + rows.length === row.count ? row.head : head }],\n    }));",
    )
    with pytest.raises(AssertionError):
        made = over_a_thin_line(tablets(proxy.address), proxy, 3, 190, 400_000 / 8)
        assert_all_there(app, made, 190)
