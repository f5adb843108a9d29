"""Faults 5, 6, 21 and 27: cold starts without a server, long absences, sign-ins that end, and who recorded what."""

from __future__ import annotations

import pytest
from flask import Flask
from people import PASSWORD, People
from playwright.sync_api import Error, expect
from proxy import Proxy, answering
from sqlalchemy import delete, select
from watched import Tablet, check

from recorder import devices, sessions
from recorder.db import db
from recorder.ingest import admission
from recorder.records.observations import Log
from recorder.records.people import Account, SignedIn

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

PASSPHRASE = "four blue birds on a wire"
DAYS_30 = 30 * 86_400_000
LATER = """(() => {
    const Real = Date, off = () => Number(localStorage.getItem("off") ?? 0);
    window.Date = class extends Real {
        constructor(...given) { given.length ? super(...given) : super(Real.now() + off()); }
        static now() { return Real.now() + off(); }
    };
})()"""
NO_TOKEN = ("js/server.js", "...(tokens.device && { Authorization: `Bearer ${tokens.device}` }),", "")


def no_network(proxy: Proxy) -> None:
    """Every call of the tablet fails; pages come."""
    proxy.plan = lambda request: answering(502, b"") if request.path.startswith("/api/") else None


def network(proxy: Proxy) -> None:
    proxy.plan = lambda request: None


def end_sessions(app: Flask) -> None:
    """Every sign-in runs out, on the server."""
    with app.app_context():
        db.session.execute(delete(SignedIn))
        db.session.commit()


def cold_start(tablet: Tablet, serving) -> None:
    """Browser and server die; the browser starts alone, goes on with the visit, and the server comes back."""
    tablet.sign_in()
    tablet.ready()
    tablet.begin()
    tablet.tap("VOC", "TALK", "LOOK")
    tablet.kept()
    tablet.kill()
    tablet.gone()
    serving.stop()
    try:
        tablet.start()
        tablet.page.goto("/record/en")
        tablet.on("observing")
        tablet.watch()
        tablet.tap("CRY", "COMF")
        tablet.kept()
        tablet.page.evaluate("() => dispatchEvent(new Event('online'))")
        tablet.badge("wait for the network")
    finally:
        serving.start()
    tablet.all_sent()


def test_fault_05_cold_start_with_the_server_stopped(app: Flask, tablets, serving) -> None:
    tablet = tablets()
    cold_start(tablet, serving)
    check(app, tablet.ledger)


def test_fault_05_without_a_worker(app: Flask, tablets, serving, without) -> None:
    without("js/version.js", "if (!container) return null;", "return null;")
    without(
        "js/version.js",
        "const registration = await container.register",
        "const registration = await container?.register",
    )
    tablet = tablets()
    tablet.ready = lambda: None  # type: ignore[method-assign]
    with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
        cold_start(tablet, serving)


def a_month_away(app: Flask, tablet: Tablet, serving) -> None:
    """A finished visit waits for thirty days; sign-in and list of families ran out; the start has no server."""
    tablet.sign_in()
    tablet.ready()
    tablet.begin()
    serving.stop()
    try:
        tablet.tap("VOC", "TALK", "LOOK")
        tablet.leave()
        tablet.page.evaluate("(ms) => localStorage.setItem('off', ms)", DAYS_30)
        tablet.context.clear_cookies()
        tablet.context.close()
        end_sessions(app)
        tablet.start()
        tablet.page.goto("/record/en")
        expect(tablet.page.locator(".badge")).to_contain_text("Saved here")
    finally:
        serving.start()
    tablet.all_sent()


def test_fault_06_cold_start_after_a_month(app: Flask, tablets, serving) -> None:
    tablet = tablets(script=LATER)
    a_month_away(app, tablet, serving)
    check(app, tablet.ledger)


def test_fault_06_without_the_tablets_own_token(app: Flask, tablets, serving, without) -> None:
    without(*NO_TOKEN)
    tablet = tablets(script=LATER)
    with pytest.raises(AssertionError):
        a_month_away(app, tablet, serving)
        check(app, tablet.ledger)


def signed_out(app: Flask, tablet: Tablet, proxy: Proxy) -> None:
    """While taps wait her session ends and her password is changed."""
    tablet.sign_in()
    tablet.begin()
    no_network(proxy)
    tablet.tap("VOC", "TALK", "LOOK")
    tablet.kept()
    end_sessions(app)
    tablet.context.clear_cookies()
    with app.app_context():
        ana = db.session.scalars(select(Account).where(Account.sign_in == "ana")).one()
        ana.password_hash = sessions.hashed("another river in autumn")
        db.session.commit()
    tablet.page.goto("/record/en")
    tablet.on("observing")
    network(proxy)
    tablet.all_sent()


def test_fault_21_session_ended_and_password_changed(app: Flask, tablets, proxy: Proxy) -> None:
    tablet = tablets(proxy.address)
    signed_out(app, tablet, proxy)
    check(app, tablet.ledger)


def test_fault_21_without_the_tablets_own_token(app: Flask, tablets, proxy: Proxy, without) -> None:
    without(*NO_TOKEN)
    tablet = tablets(proxy.address)
    with pytest.raises(AssertionError):
        signed_out(app, tablet, proxy)
        check(app, tablet.ledger)


def enrol_with_passphrase(app: Flask, tablet: Tablet) -> None:
    """Make a shared tablet of the browser with Sol's code, and add Ana with a passphrase."""
    with app.app_context():
        code = devices.code_to_enrol(db.session.scalars(select(Account).where(Account.sign_in == "sol")).one())
        db.session.commit()
    tablet.page.goto("/record/en")
    tablet.page.evaluate("async (code) => (await import('/static/js/users.js')).enrol(code, 'Tablet 7')", code)
    tablet.page.goto("/record/en")
    tablet.press("add-user")
    fields = {"sign-in": "ana", "password": PASSWORD, "new-passphrase": PASSPHRASE, "again": PASSPHRASE}
    for name, words in fields.items():
        tablet.page.locator(f"[data-field='{name}']").fill(words)
    tablet.press("add")
    tablet.on("families")


def forgotten(app: Flask, tablet: Tablet, proxy: Proxy) -> None:
    """Taps wait on a locked tablet whose passphrase nobody knows any more."""
    enrol_with_passphrase(app, tablet)
    tablet.begin()
    no_network(proxy)
    tablet.tap("VOC", "TALK", "LOOK")
    tablet.kept()
    tablet.page.goto("/record/en")
    tablet.on("locked")
    network(proxy)
    tablet.all_sent()


def test_fault_21_passphrase_forgotten(app: Flask, tablets, proxy: Proxy) -> None:
    tablet = tablets(proxy.address)
    forgotten(app, tablet, proxy)
    check(app, tablet.ledger)


def test_fault_21_when_a_locked_tablet_does_not_send(app: Flask, tablets, proxy: Proxy, without) -> None:
    locked = 'if (!tablet?.token || document.body.dataset.screen === "locked")'
    without("js/outbox.js", "if (!tablet?.token)", locked)
    tablet = tablets(proxy.address)
    with pytest.raises(AssertionError, match="All sent"):
        forgotten(app, tablet, proxy)


def another_signs_in(tablet: Tablet, proxy: Proxy) -> None:
    """Ana's visit waits; Ben signs in with the same browser, and the network is back."""
    tablet.sign_in()
    tablet.begin()
    no_network(proxy)
    tablet.tap("VOC", "TALK", "LOOK")
    tablet.kept()
    tablet.leave()
    tablet.context.clear_cookies()
    network(proxy)
    tablet.sign_in("ben")
    tablet.all_sent()


def assert_anas(app: Flask, people: People) -> None:
    with app.app_context():
        assert db.session.scalars(select(Log)).one().account_id == people.accounts["ana"]


def test_fault_27_unsent_while_another_is_signed_in(app: Flask, people: People, tablets, proxy: Proxy) -> None:
    tablet = tablets(proxy.address)
    another_signs_in(tablet, proxy)
    check(app, tablet.ledger)
    assert_anas(app, people)


def test_fault_27_when_the_sender_counts_as_who_recorded(
    app: Flask, people: People, tablets, proxy: Proxy, monkeypatch
) -> None:
    ben = people.accounts["ben"]
    monkeypatch.setattr(admission, "_who_recorded", lambda programme, user: db.session.get_one(Account, ben))
    tablet = tablets(proxy.address)
    with pytest.raises(AssertionError):
        another_signs_in(tablet, proxy)
        check(app, tablet.ledger)
        assert_anas(app, people)
