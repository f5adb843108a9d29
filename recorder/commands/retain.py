"""`recorder retain`: families that left long ago become unreadable, figures stay."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from recorder.commands.database import database


@click.command("retain")
@click.option("--dry-run", is_flag=True, help="Only say what would be erased.")
def command(dry_run: bool) -> None:
    """Erase the families that left more than RECORDER_RETAIN_MONTHS months ago.

    \b
    Example: recorder retain --dry-run
    """
    from recorder.operations import erasure, retention

    with database() as app:
        months = app.config["RETAIN_MONTHS"]
        if months < 1:
            raise click.ClickException("RECORDER_RETAIN_MONTHS is 0: every family is kept until somebody erases it")
        over, held = retention.due(datetime.now(UTC).date(), months)
        for family in held:
            click.echo(f"{family.code}  left {family.left_on}: kept, it stands under a legal hold")
        for family in over:
            code, left = family.code, family.left_on
            if not dry_run:
                try:
                    erasure.erase(family)
                except OSError as error:
                    raise click.ClickException(f"{error}. The copy still opens {code}: do it again.") from error
            click.echo(f"{code}  left {left}: {'would be erased' if dry_run else 'erased'}")
        click.echo(f"{len(over)} {'would be ' if dry_run else ''}erased, {len(held)} kept under a legal hold.")
