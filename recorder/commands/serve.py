"""`recorder serve`: the server of an installation, on the database that the settings name.

A stop (SIGTERM, Ctrl-C) takes no further connection and lets every answer that is on its way arrive whole, for up to
half a minute.
"""

from __future__ import annotations

import errno
import math
import signal
import socket
import time
from typing import TYPE_CHECKING, Any

import click

from recorder.commands.database import migrated_app

if TYPE_CHECKING:
    from flask import Flask

GRACE_SECONDS = 30
THREADS = 8
EXAMPLE = "Example: recorder serve --port 8000"


@click.command("serve", epilog=EXAMPLE)
@click.option("--port", type=click.IntRange(1, 65535), default=5000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on; 0.0.0.0 is every one.")
def command(port: int, host: str) -> None:
    """Bring the configured database to the newest schema, then serve it."""
    serve(listen(migrated_app(), host, port))


def listen(app: Flask, host: str, port: int) -> Any:
    """Open the port. Raises `click.ClickException` with one sentence when that is not possible."""
    import waitress

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        # opened here: waitress would leave its own socket open when the port is taken
        opened = socket.create_server((host, port), family=family)
    except OSError as error:
        reasons = {
            errno.EADDRINUSE: "is taken: stop the other program, or choose another with --port",
            errno.EACCES: "is not open to this account: choose one above 1023 with --port",
        }
        reason = reasons.get(error.errno or 0, f"cannot be opened ({error.strerror or error})")
        raise click.ClickException(f"Port {port} of {host} {reason}.") from error
    return waitress.create_server(app, sockets=[opened], threads=THREADS, ident=None)


def serve(server: Any) -> None:
    """Say where, and answer requests until a signal says stop; then finish what is on its way, and return."""
    until = math.inf

    def stop(*_: object) -> None:
        nonlocal until
        until = time.monotonic() + GRACE_SECONDS
        server.accepting = False

    def busy() -> bool:
        return any(channel.requests or channel.total_outbufs_len for channel in server.active_channels.values())

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    click.echo(f"Serving at http://{server.effective_host}:{server.effective_port}. Stop with Ctrl-C.", err=True)
    while until == math.inf or (busy() and time.monotonic() < until):
        # waitress's own run() would cut off long answers at a stop; `_map` is why its version is pinned
        server.asyncore.loop(timeout=1, map=server._map, count=1)
    server.task_dispatcher.shutdown()
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    server.close()
