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
@click.option("--size", type=click.Choice(["one", "town", "region", "nation"]), default="one", show_default=True)
@click.option("--make-only", is_flag=True, help="Make it and stop.")
def command(port: int, fresh: bool, size: str, make_only: bool) -> None:
    """Make an invented programme, print its sign-ins, and serve it.

    \b
    Example: recorder demo --fresh
    """
    from recorder import demo

    path = CHECKOUT / "instance" / ("demo.sqlite" if size == "one" else f"{size}.sqlite")
    if fresh:
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    path.parent.mkdir(exist_ok=True)
    with database(DATABASE_URL=f"sqlite:///{path}", SECOND_FACTOR="") as app:  # everybody knows its passwords
        if size != "one":
            _make_many(size)
        elif not demo.exists():
            click.echo("Making the invented programme ...")
            demo.make(date.today())
    click.echo(f"Nobody in it exists. Everybody's password: {demo.PASSWORD}")
    many = [("manager-0", "Manager 0", "manager"), ("auditor-0", "Auditor 0", "auditor"),
            ("visitor-0-0", "Visitor 0 0", "visitor")]  # fmt: skip
    for sign_in, name, role in demo.STAFF if size == "one" else many:
        click.echo(f"  {sign_in:6} {name}, {role}")
    if not make_only:
        serve(listen(app, "127.0.0.1", port))


def _make_many(size: str) -> None:
    """Bulk-load the programmes of a larger demo, if they are not there."""
    from recorder.demo import nation

    if nation.exists():
        return
    chosen = nation.SIZES[size]
    with click.progressbar(length=chosen.observations, label=f"Making a {size}") as bar:
        nation.make(date.today(), chosen, bar.update)
