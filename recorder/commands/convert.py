"""`recorder convert`: the same observation in another format.

What the new format cannot hold is named on stderr before anything is written.
"""

from __future__ import annotations

from collections.abc import Mapping

import click

from recorder.commands.reading import Said, coded, observation_options, scheme_of
from recorder.exchange import files
from recorder.exchange.coded import Unreadable, observation

EXAMPLE = "Example: recorder convert visit.eaf visit.observation.json --scheme own.json"


@click.command("convert", epilog=EXAMPLE)
@click.argument("source", metavar="IN")
@click.argument("target", metavar="OUT")
@observation_options
def command(
    source: str, target: str, scheme: str | None, columns: Mapping[str, str] | None, duration_ms: int | None
) -> None:
    """Convert IN to OUT; the endings say from what to what: .observation.json, .csv, .eaf (and .boris as IN)."""
    format = files.format_of(target)
    if format.write is None:
        raise Unreadable(target, f"a {format.title} is only read here: choose .observation.json, .csv or .eaf")
    read = coded(source, Said(scheme, columns, duration_ms))
    if read.scheme is not None:
        observation(read, scheme_of(read))
    content = format.write(read)
    for sentence in files.lost(read, format):
        click.echo(sentence, err=True)
    files.write(target, content)
