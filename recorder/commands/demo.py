"""`recorder demo`: an invented programme in `instance/demo.sqlite`, served on this machine."""

from __future__ import annotations

from datetime import date

import click

from recorder import CHECKOUT
from recorder.commands.database import database
from recorder.commands.serve import listen, serve


@click.command("demo")
@click.option("--port", type=click.IntRange(1, 65535), default=5000, show_default=True)
@click.option("--fresh", is_flag=True, help="Make it anew.")
@click.option("--size", type=click.Choice(["one"]), default="one", show_default=True)
@click.option("--make-only", is_flag=True, help="Make it and stop.")
def command(port: int, fresh: bool, size: str, make_only: bool) -> None:
    """Make an invented programme, print its sign-ins, and serve it.

    \b
    Example: recorder demo --fresh
    """
    from recorder import demo

    path = CHECKOUT / "instance" / "demo.sqlite"
    if fresh:
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    path.parent.mkdir(exist_ok=True)
    with database(DATABASE_URL=f"sqlite:///{path}", SECOND_FACTOR="") as app:  # everybody knows its passwords
        if not demo.exists():
            click.echo("Making the invented programme ...")
            demo.make(date.today())
    click.echo(f"Nobody in it exists. Everybody's password: {demo.PASSWORD}")
    for sign_in, name, role in demo.STAFF:
        click.echo(f"  {sign_in:6} {name}, {role}")
    if not make_only:
        serve(listen(app, "127.0.0.1", port))
