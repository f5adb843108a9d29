"""`recorder recompute`: figures, cells, ratings and pages made again from the logs."""

from __future__ import annotations

import click

from recorder.commands.database import database


@click.command("recompute")
@click.option("--after", type=click.IntRange(0), default=0, help="Go on after this log, as an earlier run told.")
def command(after: int) -> None:
    """Make everything that follows from the logs again. It may be stopped: it says how to go on.

    \b
    Example: recorder recompute
    """
    from recorder.ingest import rebuild

    made = kept = 0
    with database(), click.progressbar(length=rebuild.count(after), label="Making again") as bar:
        try:
            for done in rebuild.rebuild(after):
                after, made, kept = done.key, made + done.made, kept + done.kept
                bar.update(done.made + done.kept)
        except BaseException:
            click.echo(f"\nGo on with: recorder recompute --after {after}", err=True)
            raise
    click.echo(f"{made} logs were made again" + (f", {kept} kept what they have" if kept else "") + ".")
