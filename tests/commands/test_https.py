"""`recorder serve --https`: a certificate that a tablet can trust, renewed when it has to be, and a front for waitress.

Read with Python's own TLS, which trusts nothing but `ca.crt` here, and with the real Chromium, which is told the
server's key instead of the authority: this machine has no tool to put an authority into Chromium's own store.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import signal
import socket
import ssl
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import flask
import machine
import pytest
from click.testing import Result
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from installation import SECRETS
from people import PASSWORD, make_people

from recorder.commands.authority import Certificates, addresses, as_host, certificates, names
from recorder.commands.serve import serve_https

HOSTS = ["localhost", ip_address("127.0.0.1")]
"""By which names the tests reach the server."""


def leaf(made: Certificates) -> x509.Certificate:
    return x509.load_pem_x509_certificate(made.server.read_bytes())


@contextmanager
def serving(app: flask.Flask, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The server over HTTPS on a port of this machine, stopped gently at the end."""
    handlers: dict[int, Callable[..., None]] = {}
    monkeypatch.setattr(signal, "signal", handlers.__setitem__)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    thread = threading.Thread(target=serve_https, args=(app, "127.0.0.1", port, folder))
    thread.start()
    try:
        until = time.monotonic() + 20
        while len(handlers) < 2 and time.monotonic() < until:
            time.sleep(0.01)
        yield port
    finally:
        handlers[signal.SIGTERM]()
        thread.join(20)
        assert not thread.is_alive()


def trusting(folder: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=folder / "ca.crt")
    context.verify_flags |= ssl.VERIFY_X509_STRICT  # what newer Pythons ask for by themselves
    return context


def get(port: int, path: str, context: ssl.SSLContext, host: str = "127.0.0.1") -> tuple[int, bytes]:
    connection = http.client.HTTPSConnection(host, port, context=context, timeout=20)
    connection.request("GET", path)
    with connection.getresponse() as answer:
        body = answer.read()
    connection.close()
    return answer.status, body


def test_who_trusts_the_authority_reads_the_server_by_name_and_by_address(sqlite_app, tmp_path, monkeypatch) -> None:
    with serving(sqlite_app, tmp_path / "https", monkeypatch) as port:
        for host in ("localhost", "127.0.0.1"):
            status, body = get(port, "/sign-in", trusting(tmp_path / "https"), host)
            assert status == 200 and b"Sign in" in body


def test_who_does_not_trust_it_reads_nothing(sqlite_app, tmp_path, monkeypatch) -> None:
    with serving(sqlite_app, tmp_path / "https", monkeypatch) as port:
        with pytest.raises(ssl.SSLCertVerificationError):
            get(port, "/sign-in", ssl.create_default_context())
        with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:
            plain.sendall(b"GET /sign-in HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"HTTP" not in said(plain), "nothing is answered without TLS"


def said(plain: socket.socket) -> bytes:
    """What comes over a connection before the other side hangs up."""
    try:
        return plain.recv(100)
    except ConnectionError:
        return b""


def test_the_app_knows_that_it_is_https_and_a_long_answer_comes_whole(tmp_path: Path, monkeypatch) -> None:
    app = flask.Flask("long")

    @app.get("/")
    def long() -> str:
        return flask.request.scheme + "x" * 3_000_000

    with serving(app, tmp_path, monkeypatch) as port:
        _, body = get(port, "/", trusting(tmp_path))
    assert body.startswith(b"httpsx") and len(body) == 3_000_005


def test_an_answer_on_its_way_arrives_whole_after_a_stop(tmp_path: Path, monkeypatch) -> None:
    app, begun, got = flask.Flask("slow"), threading.Event(), []

    @app.get("/")
    def slow() -> str:
        begun.set()
        time.sleep(1)
        return "x" * 3_000_000

    with serving(app, tmp_path, monkeypatch) as port:
        context = trusting(tmp_path)
        asking = threading.Thread(target=lambda: got.append(get(port, "/", context)[1]))
        asking.start()
        assert begun.wait(10)
    asking.join(20)
    assert [len(answer) for answer in got] == [3_000_000]


def test_keys_are_the_owners_only_and_a_tablet_gets_no_key(tmp_path: Path) -> None:
    made = certificates(tmp_path, HOSTS)
    for path in (made.server, tmp_path / "ca.key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"PRIVATE" not in made.authority.read_bytes()


def test_the_certificate_names_every_host_and_ends_in_time(tmp_path: Path) -> None:
    certificate = leaf(certificates(tmp_path, [ip_address("192.168.1.5"), *names()]))
    named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {"localhost"} <= set(named.get_values_for_type(x509.DNSName))
    assert {ip_address("192.168.1.5"), ip_address("127.0.0.1")} <= set(named.get_values_for_type(x509.IPAddress))
    lasts = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert timedelta(days=396) < lasts <= timedelta(days=397), "longer ones are refused"


@pytest.mark.parametrize(
    ("later", "hosts", "anew"),
    [
        (timedelta(days=300), HOSTS, False),
        (timedelta(days=370), HOSTS, True),
        (timedelta(days=500), HOSTS, True),
        (timedelta(0), [*HOSTS, ip_address("10.1.2.3")], True),
        (timedelta(0), HOSTS[:1], False),
    ],
)
def test_it_is_renewed_when_it_runs_out_or_the_address_changed(tmp_path, later, hosts, anew: bool) -> None:
    first = certificates(tmp_path, HOSTS)
    authority, before = first.authority.read_bytes(), first.server.read_bytes()
    second = certificates(tmp_path, hosts, datetime.now(UTC) + later)
    assert (second.renewed, second.server.read_bytes() != before) == (anew, anew)
    assert second.authority.read_bytes() == authority, "the tablets need not be told"


def test_an_authority_that_runs_out_or_lost_its_key_is_made_anew(tmp_path: Path) -> None:
    first = certificates(tmp_path, HOSTS).authority.read_bytes()
    (tmp_path / "ca.key").unlink()
    second = certificates(tmp_path, HOSTS)
    assert second.renewed and second.authority.read_bytes() != first
    leaf(second).verify_directly_issued_by(x509.load_pem_x509_certificate(second.authority.read_bytes()))
    third = certificates(tmp_path, HOSTS, datetime.now(UTC) + timedelta(days=3500))
    assert third.renewed and b"BEGIN" in third.authority.read_bytes()


def test_a_name_and_an_address_are_told_apart() -> None:
    assert as_host("laptop.local") == "laptop.local" and as_host("::1") == ip_address("::1")
    assert not any(address.is_loopback for address in addresses())


def test_a_taken_port_is_one_line_and_makes_nothing(recorder, tmp_path: Path, monkeypatch) -> None:
    for name, value in (SECRETS | {"DATABASE_URL": f"sqlite:///{tmp_path}/recorder.sqlite"}).items():
        monkeypatch.setenv(f"RECORDER_{name}", value)
    made: list[object] = []
    monkeypatch.setattr("recorder.commands.authority.certificates", lambda *_: made.append(1))
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        result: Result = recorder("serve", "--https", "--host", "127.0.0.1", "--port", str(taken))
    assert result.exit_code == 1 and result.stderr.count("\n") == 1 and made == []
    assert f"Port {taken} of 127.0.0.1 is taken" in result.stderr


@pytest.mark.browser
def test_signing_in_over_https_in_chromium(sqlite_app, chromium, tmp_path, monkeypatch) -> None:
    """The whole way of a form: its token, the cookies that travel over HTTPS only, and a secure context."""
    with sqlite_app.app_context():
        make_people()
    made = certificates(tmp_path / "https", [*HOSTS, *names()])
    key = leaf(made).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    told = base64.b64encode(hashlib.sha256(key).digest()).decode()
    with serving(sqlite_app, tmp_path / "https", monkeypatch) as port:
        browser = chromium.browser_type.launch_persistent_context(
            tmp_path / "profile",
            executable_path=machine.chromium(),
            headless=True,
            args=[f"--ignore-certificate-errors-spki-list={told}"],
        )
        page = browser.pages[0]
        page.goto(f"https://127.0.0.1:{port}/sign-in")
        page.fill("#sign_in", "ana")
        page.fill("#password", PASSWORD)
        page.click("main button")
        page.wait_for_url("**/families/")
        assert page.evaluate("() => isSecureContext && !!crypto.subtle && 'serviceWorker' in navigator")
        browser.close()
