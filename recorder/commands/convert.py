"""`recorder convert`: the same observation in another format.

What the new format cannot hold, and what reading had to assume, is named on stderr before anything is written. A file
with several observations becomes another that holds several, or a folder of observation files, which becomes a file
again. A BORIS project that came in this way goes out as it was, field by field.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import click

from recorder.commands.reading import Said, each_coded, observation_options, scheme_of
from recorder.exchange import boris, files, observation_file
from recorder.exchange.coded import Coded, Unreadable, observation
from recorder.exchange.files import Format

EXAMPLE = "Example: recorder convert visit.eaf visit.observation.json --scheme own.json"
OWN = ".observation.json"


@click.command("convert", epilog=EXAMPLE)
@click.argument("source", metavar="IN")
@click.argument("target", metavar="OUT")
@observation_options
def command(
    source: str, target: str, scheme: str | None, columns: Mapping[str, str] | None, duration_ms: int | None
) -> None:
    """Convert IN to OUT; the endings say from what to what: .observation.json, .boris, .boris.gz, .tabular.tsv,
    .aggregated.csv, .budget.csv, .sds, .eaf, .TextGrid, .csv (and .cha, .tsv, .txt as IN). A folder, named with a
    slash at its end, holds one observation file for each."""
    said = Said(scheme, columns, duration_ms)
    into_folder = target.endswith("/")
    format = files.format_of(OWN if into_folder else target)
    if format.write is None:
        raise Unreadable(target, f"a {format.title} is only read here: choose another ending, such as {OWN}")
    codeds = [_with_scheme(read, format) for path in _sources(source) for read in each_coded(path, said)]
    if into_folder:
        _write_each(codeds, target)
        return
    content = _content(codeds, format, source)
    _say_lost(codeds, format)
    files.write(target, content)


def _sources(source: str) -> list[str]:
    """The file, or the observation files of a folder in the order of their names."""
    if not os.path.isdir(source):
        return [source]
    names = sorted(name for name in os.listdir(source) if name.lower().endswith(OWN))
    if not names:
        raise Unreadable(source, f"the folder holds no {OWN} file")
    return [os.path.join(source, name) for name in names]


def _with_scheme(read: Coded, format: Format) -> Coded:
    """The observation as it will be written; one that becomes an observation file needs a scheme and must follow it."""
    if read.scheme is None and format.ending == OWN and (ethogram := boris.scheme(read)) is not None:
        click.echo(
            f"{read.file}: its ethogram becomes the scheme {ethogram['name']}/1, in which nothing is a cue or an "
            "answer yet (--scheme names one that says so).",
            err=True,
        )
        return replace(read, scheme=ethogram)
    if read.scheme is not None:
        observation(read, scheme_of(read))
    return read


def _content(codeds: Sequence[Coded], format: Format, source: str) -> bytes:
    if format.write_all is not None:
        return format.write_all(codeds)
    if len(codeds) > 1:
        some = ", ".join(f'"{coded.id}"' for coded in codeds[:12])
        raise Unreadable(
            source,
            f"it holds {len(codeds)} observations ({some}): name one as {source}#OBSERVATION, or a folder/ as OUT",
        )
    assert format.write is not None
    return format.write(codeds[0])


def _say_lost(codeds: Sequence[Coded], format: Format) -> None:
    for sentence in dict.fromkeys(sentence for coded in codeds for sentence in files.lost(coded, format)):
        click.echo(sentence, err=True)


def _write_each(codeds: Sequence[Coded], folder: str) -> None:
    written = [
        (f"{_name(coded, number)}{OWN}", observation_file.write(coded)) for number, coded in enumerate(codeds, 1)
    ]
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise Unreadable(folder, f"the folder cannot be made ({files.reason(error)})") from error
    for name, content in written:
        files.write(os.path.join(folder, name), content)


def _name(coded: Coded, number: int) -> str:
    """A name that any system takes; the number keeps the order, and names apart."""
    words = re.sub(r"[^A-Za-z0-9._-]+", "_", coded.id or "")[:60].strip(".")
    return f"{number:04}_{words}" if words else f"{number:04}"
