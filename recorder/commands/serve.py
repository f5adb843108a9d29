"""`recorder serve`: the server of an installation, on the database that the settings name.

A stop (SIGTERM, Ctrl-C) takes no further connection and lets every answer that is on its way arrive whole, for up to
half a minute. With `--https` a front takes TLS off (`tls_front`) with a certificate made here (`authority`), so that
tablets on the same network can install the recorder without anything else in front.
"""

from __future__ import annotations

import errno
import math
import signal
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recorder.commands.database import migrated_app

if TYPE_CHECKING:
    from flask import Flask

GRACE_SECONDS = 30
THREADS = 8
CONNECTIONS = 500
"""How many may be open at once: browsers keep theirs for two minutes, and `select` watches 1,024 files at most."""
EVERY = ("0.0.0.0", "::")  # nosec B104 - names of every address; a start without HTTPS on them is refused
EXAMPLE = "Example: recorder serve --port 8000"


@click.command("serve", epilog=EXAMPLE)
@click.option("--port", type=click.IntRange(1, 65535), default=5000, show_default=True)
@click.option("--host", help="The address to listen on: 127.0.0.1, or 0.0.0.0 (every one) with --https.")
@click.option("--https", is_flag=True, help="With a certificate made here, for tablets on the same network.")
def command(port: int, host: str | None, https: bool) -> None:
    """Bring the configured database to the newest schema, then serve it."""
    app = migrated_app()
    _refuse_plain(app, host, https)
    if https:
        serve_https(app, host or EVERY[0], port, Path(app.instance_path) / "https")
    else:
        serve(listen(app, host or "127.0.0.1", port))


def _refuse_plain(app: Flask, host: str | None, https: bool) -> None:
    """Refuse to be reached from elsewhere without HTTPS, or behind a proxy under any name. Raises
    `click.ClickException`."""
    if app.config["PROXY_HOPS"] and not app.config["TRUSTED_HOSTS"]:
        raise click.ClickException(
            "Behind a proxy this server must know its own name: set RECORDER_TRUSTED_HOSTS=recorder.example, "
            "or somebody may have another one written into links."
        )
    if host in {None, "127.0.0.1", "::1", "localhost"} or https or app.config["PROXY_HOPS"]:
        return
    raise click.ClickException(
        f"On {host} passwords and cookies would travel unprotected: add --https, or put a proxy with TLS in front and "
        "set RECORDER_PROXY_HOPS=1."
    )


def serve_https(app: Flask, host: str, port: int, folder: Path) -> None:
    """Answer over HTTPS until a signal says stop, with certificates that rest in a folder. Raises
    `click.ClickException`."""
    from recorder.commands.authority import addresses, as_host, certificates, names
    from recorder.commands.tls_front import TlsFront

    opened = opened_socket(host, port)
    reached = addresses() if host in EVERY else [as_host(host)]
    try:
        made = certificates(folder, [*reached, *names()])
    except OSError as error:
        opened.close()
        raise click.ClickException(f"{folder} cannot hold the certificates ({error.strerror or error}).") from error
    server = listen(app, "127.0.0.1", 0, url_scheme="https")
    front = TlsFront(opened, made.server, server.effective_port)
    front.start()
    place = opened.getsockname()[1]
    for one in reached:
        address = f"[{one}]" if ":" in str(one) else one
        click.echo(f"For tablets: https://{address}:{place}", err=True)
    click.echo(f"Each tablet needs {made.authority} once: docs/tablet.md says how.", err=True)
    serve(server, f"https://localhost:{place}")
    front.stop()


def listen(app: Flask, host: str, port: int, **options: Any) -> Any:
    """A server on this port, with more `options` of waitress. Raises `click.ClickException`."""
    import waitress

    options |= {"threads": THREADS, "connection_limit": CONNECTIONS, "ident": None}
    return waitress.create_server(app, sockets=[opened_socket(host, port)], **options)


def opened_socket(host: str, port: int) -> socket.socket:
    """Open the port. Raises `click.ClickException` with one sentence when that is not possible."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        # opened here: waitress would leave its own socket open when the port is taken
        return socket.create_server((host, port), family=family)
    except OSError as error:
        reasons = {
            errno.EADDRINUSE: "is taken: stop the other program, or choose another with --port",
            errno.EACCES: "is not open to this account: choose one above 1023 with --port",
        }
        reason = reasons.get(error.errno or 0, f"cannot be opened ({error.strerror or error})")
        raise click.ClickException(f"Port {port} of {host} {reason}.") from error


def serve(server: Any, address: str = "") -> None:
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
    address = address or f"http://{server.effective_host}:{server.effective_port}"
    click.echo(f"Serving at {address}. Stop with Ctrl-C.", err=True)
    while until == math.inf or (busy() and time.monotonic() < until):
        # waitress's own run() would cut off long answers at a stop; `_map` is why its version is pinned
        server.asyncore.loop(timeout=1, map=server._map, count=1)
    server.task_dispatcher.shutdown()
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    server.close()
