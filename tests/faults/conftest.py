"""A server in this process, whose defences can be taken out; tablets in browsers of their own; a network between."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from people import People
from proxy import Proxy
from waitress import create_server
from watched import Tablet

STATIC = Path(__file__).parents[2] / "static"


class Serving:
    """The application behind waitress; it can stop and start again on its port."""

    def __init__(self, app: Flask) -> None:
        self.app, self.port = app, 0
        self.start()

    def start(self) -> None:
        """Listen, on the port of before."""
        self.server = create_server(self.app, host="127.0.0.1", port=self.port, threads=8, ident=None)
        self.port = self.server.effective_port
        self.thread = threading.Thread(target=self.server.run)
        self.thread.start()

    def stop(self) -> None:
        """Stop listening, and let go of whoever is connected."""
        self.server.close()
        self.server.task_dispatcher.shutdown()
        while self.thread.is_alive():  # it ends when nobody is connected any more
            for channel in list(self.server.active_channels.values()):
                channel.handle_close()
            self.thread.join(0.1)

    @property
    def address(self) -> str:
        """Where it is found."""
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def serving(app: Flask, people: People) -> Iterator[Serving]:
    """The server with the invented programme, on the test's database."""
    app.testing = False
    serving = Serving(app)
    yield serving
    serving.stop()


@pytest.fixture
def proxy(serving: Serving) -> Iterator[Proxy]:
    """A network before the server."""
    proxy = Proxy(serving.port)
    yield proxy
    proxy.close()


@pytest.fixture
def tablets(chromium, serving: Serving, tmp_path: Path) -> Iterator[Callable[..., Tablet]]:
    """Makes tablets: `tablets()` is at the server, `tablets(address)` behind a proxy; with `script` in every page."""
    made: list[Tablet] = []

    def make(address: str = "", **how: str | None) -> Tablet:
        profile = tmp_path / f"profile-{len(made)}"
        made.append(Tablet(chromium.browser_type, profile, address or serving.address, **how))
        return made[-1]

    yield make
    for tablet in made:
        tablet.close()


@pytest.fixture
def without(app: Flask, tmp_path: Path) -> Callable[[str, str, str], None]:
    """Takes a defence out of the browser's half: `without("js/log.js", old, new)` serves that file with other words."""

    def take_out(file: str, old: str, new: str) -> None:
        copy = tmp_path / "static"
        if not copy.exists():
            shutil.copytree(STATIC, copy)
            app.static_folder = str(copy)
        text = (copy / file).read_text()
        assert old in text, f"{file} does not say {old!r} any more"
        (copy / file).write_text(text.replace(old, new))

    return take_out


sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For faults that do not concern the server's database."""
