"""`recorder import`: an observation from a file into the database, exactly as if a tablet had sent it.

A tablet's own emergency file is known by its format and taken as it is (`emergency`); others as `bringing` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import click

from recorder.bringing import bring, family_of, log_id_of, wall_of, with_scheme
from recorder.commands import emergency
from recorder.commands.database import database
from recorder.commands.reading import Said, coded, observation_options, scheme_of
from recorder.exchange import files

EXAMPLE = "Example: recorder import visit.observation.json --family F-001 --at 2026-03-02T10:04"


@click.command("import", epilog=EXAMPLE)
@click.argument("file", metavar="FILE")
@click.option(
    "--family", metavar="ID|CODE", help="Whose observation it is. Without it: the family of the file's child."
)
@click.option("--visitor", metavar="SIGN_IN", help="Who observed. Without it: who was assigned to the family that day.")
@click.option(
    "--at", metavar="TIME", help="When it started, such as 2026-03-02T10:04; without a zone: the site's time."
)
@observation_options
def command(
    file: str,
    family: str | None,
    visitor: str | None,
    at: str | None,
    scheme: str | None,
    columns: Mapping[str, str] | None,
    duration_ms: int | None,
) -> None:
    """Bring FILE (or FILE#OBSERVATION) into the database as a visit, or all of a tablet's emergency file. The same file
    again changes nothing."""
    if (body := emergency.content(file)) is not None:
        if any(said is not None for said in (family, visitor, at, scheme, columns, duration_ms)):
            raise click.UsageError("an emergency file says itself whose it is: give no option with it.")
        emergency.bring(file, body)
        return
    started = _time(at) if at else None
    read = coded(file, Said(scheme, columns, duration_ms))
    with database():
        home = family_of(read, family)
        read, seen = with_scheme(read, home, scheme_of)
        wall = wall_of(read, started, home)
        log_id = log_id_of(read, files.content_of(files.parts(file)[0]), home)
        *aside, stored = bring(read, seen, home, visitor, wall, log_id)
        for sentence in aside:
            click.echo(sentence, err=True)
        click.echo(stored)


def _time(words: str) -> datetime:
    try:
        return datetime.fromisoformat(words)
    except ValueError as error:
        raise click.BadParameter(f"{words!r} is no time such as 2026-03-02T10:04", param_hint="--at") from error
