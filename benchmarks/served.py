"""A real `recorder serve` process on a fresh SQLite database, and tablets that send to it.

What the benchmarks over HTTP stand on. Bodies are made before anything is timed; a tablet keeps its connection, as a
browser does, and stays under the server's limit of a hundred batches a minute.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

if TYPE_CHECKING:
    from tablet import TabletLog

EVENTS = 200
MOST_POSTS = 90
"""How often a tablet posts in a minute at most."""
RECORDER = Path(sys.executable).with_name("recorder")

Made = TypeVar("Made")


class Served:
    """The server process, its address, and the invented programme; `app` is another view of the same database."""

    def __init__(self) -> None:
        from installation import SECRETS
        from people import make_people

        from recorder import create_app
        from recorder.db import upgrade

        self.folder = tempfile.TemporaryDirectory(prefix="recorder-")
        url = f"sqlite:///{self.folder.name}/recorder.sqlite"
        self.app = create_app(DATABASE_URL=url, **SECRETS)
        upgrade(self.app)
        with self.app.app_context():
            self.people = make_people()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        secrets = {f"RECORDER_{name}": value for name, value in SECRETS.items()}
        self.environment = os.environ | secrets | {"RECORDER_DATABASE_URL": url}

    def __enter__(self) -> Served:
        self.process = subprocess.Popen(
            [RECORDER, "serve", "--port", str(self.port)], env=self.environment, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stderr and "Serving" in self.process.stderr.readline()
        return self

    def __exit__(self, *_: object) -> None:
        from installation import dispose

        self.process.send_signal(signal.SIGTERM)
        self.process.communicate()
        dispose(self.app)
        self.folder.cleanup()

    @property
    def address(self) -> str:
        """Where it is found."""
        return f"http://127.0.0.1:{self.port}"

    def cpu_seconds(self) -> float:
        """The CPU time that the server has used, in seconds, in steps of a hundredth."""
        user, system = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def tablet(self, user: str | None = None) -> Tablet:
        """Enrol a tablet; with `user`, a person who has it unlocked."""
        from enrolling import enrol

        made = enrol(self.app, self.people, user=user)
        return Tablet(self.port, made.headers, made.server_key)

    def observation(self, **opening_data: object) -> TabletLog:
        """Ana at Mia's, or as the opening says: 200 events in five minutes, signed, in a visit of its own."""
        from tablet import TabletLog, opening

        from recorder.db import uuid7

        log = TabletLog()
        log.add("open", data=opening(self.people, visit=str(uuid7()), **opening_data))
        for number in range(EVENTS - 3):
            log.add("tap", "VOC" if number % 2 == 0 else "TALK", after_ms=1500)
        log.add("end", after_ms=1000)
        log.add("close")
        return log

    def stored(self) -> dict[uuid.UUID, list[str]]:
        """Every event of every log that the database holds, and that nothing of them was put aside."""
        from sqlalchemy import func, select

        from recorder import ingest
        from recorder.db import db
        from recorder.records.observations import Log, Quarantined

        with self.app.app_context():
            assert db.session.scalar(select(func.count()).select_from(Quarantined)) == 0
            return {log.id: ingest.strings(log) for log in db.session.scalars(select(Log))}


class Tablet:
    """An enrolled tablet with a connection of its own."""

    def __init__(self, port: int, headers: dict[str, str], server_key: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers, self.server_key = headers, server_key

    def batch(self, logs: Iterable[TabletLog], *, sealed: bool = True) -> bytes:
        """A batch that brings these logs whole."""
        from sealing import LogKey
        from sealing import sealed as seal
        from tablet import batch

        return batch(*(seal(log, self.server_key, key=LogKey()) if sealed else log.part() for log in logs))

    def call(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        """The answer to a call of the sync API. Raises `OSError` when there is none, or not a good one."""
        try:
            self.connection.request(method, f"/api/v1/{path}", body, self.headers)
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            raise OSError(f"{method} {path}: {error!r}") from error
        if answer.status != 200:
            raise OSError(f"{method} {path}: {answer.status} {content[:200]!r}")
        read: dict[str, Any] = json.loads(content)
        return read

    def send(self, body: bytes) -> dict[str, Any]:
        """Post a batch."""
        return self.call("POST", "sync/events", body)


def together(work: Callable[[Any], Made], of: Iterable[Any]) -> list[Made]:
    """Do this with each, all at the same time; the results in their order."""
    each = list(of)
    with ThreadPoolExecutor(len(each)) as threads:
        return list(threads.map(work, each))


def timed(work: Callable[[], object]) -> float:
    """The milliseconds that something takes."""
    start = perf_counter()
    work()
    return 1000 * (perf_counter() - start)


def quantile(values: Iterable[float], share: float) -> float:
    """The value below which this share of them lies."""
    return statistics.quantiles(values, n=1000, method="inclusive")[round(share * 1000) - 1]
