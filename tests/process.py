"""A server process that can be killed in the middle of anything and comes back on its port, with other static files and
without some of them.

`process.py PORT STATIC MISSING...` is the process itself: it answers 404 for the paths that are missing.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

STATIC = Path(__file__).parents[1] / "static"


class Process:
    """The server of an application's database, as a process of its own."""

    def __init__(self, database_url: str, secrets: dict[str, str], static: Path = STATIC) -> None:
        self.static = static
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{probe.getsockname()[1]}"
        known = {f"RECORDER_{name}": value for name, value in secrets.items()}
        self.environment = os.environ | known | {"RECORDER_DATABASE_URL": database_url}
        self.start()

    def start(self, static: Path | None = None, missing: tuple[str, ...] = ()) -> None:
        """Start, and wait until it answers."""
        port = self.address.rpartition(":")[2]
        command = [sys.executable, __file__, port, str(static or self.static), *missing]
        self.running = subprocess.Popen(command, env=self.environment)
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{self.address}/i18n/en.json", timeout=5).close()
                return
            except OSError:
                time.sleep(0.2)
        raise AssertionError("the server does not answer")

    def stop(self) -> None:
        """Kill it."""
        self.running.send_signal(signal.SIGKILL)
        self.running.wait()


def main() -> None:
    """Serve until killed."""
    import flask
    import waitress

    from recorder import create_app

    port, static, *missing = sys.argv[1:]
    app = create_app()
    app.static_folder = static

    @app.before_request
    def absent() -> None:
        if flask.request.path in missing:
            flask.abort(404)

    waitress.serve(app, host="127.0.0.1", port=int(port), threads=8, ident=None)


if __name__ == "__main__":
    main()
