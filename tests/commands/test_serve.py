"""`recorder serve`: it serves, stops gently, and says in one line why it cannot."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import flask
import pytest
from click.testing import CliRunner, Result
from installation import SECRETS

from recorder.commands import main
from recorder.commands.serve import listen, serve

RECORDER = Path(sys.executable).with_name("recorder")


def settings(folder: Path) -> dict[str, str]:
    """The environment of a server with a database of its own."""
    own = {f"RECORDER_{name}": value for name, value in SECRETS.items()}
    return os.environ | own | {"RECORDER_DATABASE_URL": f"sqlite:///{folder}/recorder.sqlite"}


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else has."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_a_fresh_database_is_migrated_and_served_until_a_stop(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    process = subprocess.Popen(
        [RECORDER, "serve", "--port", str(port)], env=settings(tmp_path), stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr and process.stderr.readline() == (
            f"Serving at http://127.0.0.1:{port}. Stop with Ctrl-C.\n"
        )
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in") as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        assert process.stderr.read() == ""
    finally:
        process.kill()
        process.communicate()


def test_a_taken_port_is_one_line(
    recorder: Callable[..., Result], tmp_path: Path, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings(tmp_path).items():
        monkeypatch.setenv(name, value)
    result = recorder("serve", "--port", str(taken))
    assert result.exit_code == 1 and result.stderr.count("\n") == 1
    assert f"Port {taken} of 127.0.0.1 is taken: stop the other program, or choose another" in result.stderr


def test_an_answer_on_its_way_arrives_whole_after_a_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    app, begun = flask.Flask("slow"), threading.Event()

    @app.get("/")
    def slow() -> str:
        begun.set()
        time.sleep(1.5)
        return "x" * 3_000_000

    handlers: dict[int, Callable[..., None]] = {}
    monkeypatch.setattr(signal, "signal", handlers.__setitem__)
    server = listen(app, "127.0.0.1", 0)
    got: list[bytes] = []
    loop = threading.Thread(target=serve, args=(server,))
    address = f"http://127.0.0.1:{server.effective_port}/"
    asking = threading.Thread(target=lambda: got.append(urllib.request.urlopen(address).read()))
    loop.start()
    asking.start()
    assert begun.wait(10)
    handlers[signal.SIGTERM]()
    asking.join(20)
    loop.join(20)
    assert not loop.is_alive() and [len(answer) for answer in got] == [3_000_000]


def test_who_keeps_a_connection_open_shuts_nobody_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    command = [RECORDER, "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=settings(tmp_path), stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr and "Serving" in process.stderr.readline()
        with contextlib.ExitStack() as idle:
            for _ in range(300):
                idle.enter_context(socket.create_connection(("127.0.0.1", port)))
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=10) as answer:
                assert answer.status == 200
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("words", "environment", "sentence"),
    [
        (["--host", "0.0.0.0"], {}, "add --https, or put a proxy with TLS in front and set RECORDER_PROXY_HOPS=1"),
        ([], {"RECORDER_PROXY_HOPS": "1"}, "set RECORDER_TRUSTED_HOSTS=recorder.example"),
        ([], {"RECORDER_SECRET_KEY": "secret"}, "make one with `openssl rand -hex 32`"),
    ],
)
def test_what_would_be_unsafe_is_not_served(tmp_path: Path, words: list[str], environment, sentence: str) -> None:
    refused = CliRunner().invoke(main, ["serve", *words], env=settings(tmp_path) | environment)
    assert refused.exit_code == 1 and sentence in refused.output and refused.output.count("\n") == 1
