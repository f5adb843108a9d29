"""`recorder verify`: is everything still as the program wrote it?"""

from __future__ import annotations

import click

from recorder.commands.database import database


@click.command("verify")
def command() -> None:
    """Walk the audit and the chains of all logs, and name every row that was changed, moved or taken away.

    \b
    Example: recorder verify
    """
    from recorder.operations import verify

    with database():
        found = list(verify.faults())
        ends = verify.ends()
    for end in ends:
        click.echo(f"{end.programme}: {end.entries} audit entries, the last one marked {end.mark[:16]}")
    for fault in found:
        click.echo(fault)
    if found:
        raise click.ClickException(f"{len(found)} rows are not as they were written")
    click.echo("Everything is as it was written.")
