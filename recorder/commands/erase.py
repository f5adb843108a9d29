"""`recorder erase FAMILY`: a family becomes unreadable everywhere, old backups included; figures stay."""

from __future__ import annotations

import uuid

import click

from recorder.commands.database import database


@click.command("erase")
@click.argument("family", metavar="FAMILY")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(family: str, yes: bool) -> None:
    """Destroy the key of FAMILY (its id, or its case number if only one programme has it) and take out its words.

    \b
    Example: recorder erase F-017
    """
    from sqlalchemy import select

    from recorder.db import db
    from recorder.operations import erasure
    from recorder.records.families import Family

    with database():
        try:
            by = Family.id == uuid.UUID(family)
        except ValueError:
            by = Family.code == family
        found = db.session.scalars(select(Family).where(by)).all()
        if len(found) > 1:
            raise click.ClickException(f"several programmes have a family {family!r}: give the id")
        if not found:
            raise click.ClickException(f"no family here has the id or case number {family!r}")
        if not yes:
            click.confirm(f"Erase {found[0].code} for ever, in every backup too?", abort=True)
        try:
            done = erasure.erase(found[0])
        except erasure.Held as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            raise click.ClickException(f"{error}. The copy still opens this family: do it again.") from error
    click.echo(f"Erased: {done.keys} keys destroyed; the figures of {done.logs} logs stay.")
