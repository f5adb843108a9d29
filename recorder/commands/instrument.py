"""`recorder instrument`: the scales, schemes, Q-sets and questionnaires of a programme, brought in and taken away."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from recorder.commands.database import database
from recorder.commands.reading import instrument_document
from recorder.commands.score import Piles
from recorder.exchange import files
from recorder.exchange.coded import Unreadable
from recorder.instruments import library
from recorder.instruments.library import Instrument

if TYPE_CHECKING:
    from recorder.records.people import Programme


@click.group("instrument")
def command() -> None:
    """Bring in, take away and list instruments."""


@command.command("import")
@click.argument("file", metavar="FILE")
@click.option("--programme", help="Whose it becomes. Without it: the only programme's.")
@click.option("--name", help="Of the instrument. A table says none.")
@click.option("--version", type=click.IntRange(1, 9999), metavar="N", help="Of the instrument.")
@click.option(
    "--piles", type=Piles(), multiple=True, help="How many cards each pile of a Q-set holds; may be repeated."
)
@click.option("--output", "-o", metavar="OUT.json", help="Write the instrument to a file, and store nothing.")
def bring(
    file: str,
    programme: str | None,
    name: str | None,
    version: int | None,
    piles: tuple[tuple[int, ...], ...],
    output: str | None,
) -> None:
    """Publish the instrument in FILE (JSON, or the cards of a Q-set as CSV) in a programme, for ever.

    \b
    Example: recorder instrument import aqs.csv --name aqs --version 3 --piles 10,10,10,10,10,10,10,10,10
    """
    said = {"name": name, "version": version, "distributions": [list(one) for one in piles] or None}
    document = instrument_document(file, {key: value for key, value in said.items() if value is not None})
    read = library.read(document)
    if output is not None:
        files.write(output, _written(document))
        click.echo(f"{os.path.basename(output)}: {_described(read)}", err=True)
        return
    with database():
        home = _programme(programme)
        stored = _publish(home, read, document, file)
        click.echo(
            f"{read.id} {'is published' if stored else 'was published already'} in {home.name}: {_described(read)}"
        )


@command.command("export")
@click.argument("id", metavar="INSTRUMENT")
@click.argument("out", metavar="OUT.json", required=False)
@click.option("--programme", help="Whose it is. Without it: the only programme's.")
def take_away(id: str, out: str | None, programme: str | None) -> None:
    """Write an instrument to OUT.json, or print it.

    \b
    Example: recorder instrument export our-days/1 our-days.json
    """
    content = _written(_document(id, programme))
    if out is None:
        click.echo(content.decode(), nl=False)
    else:
        files.write(out, content)


@command.command("list")
@click.option("--programme", help="Whose, beside the built-in ones. Without it: those of all programmes.")
def show(programme: str | None) -> None:
    """List the published instruments: id, kind, whether validated, licence.

    \b
    Example: recorder instrument list
    """
    from sqlalchemy import select

    from recorder.db import db
    from recorder.records.instruments import StoredInstrument
    from recorder.records.people import Programme

    for one in library.builtins():
        click.echo(_line(one, "built in"))
    with database():
        query = (
            select(StoredInstrument.document, Programme.name)
            .join(Programme, Programme.id == StoredInstrument.programme_id)
            .where(StoredInstrument.published_at.is_not(None))
            .order_by(Programme.name, StoredInstrument.name, StoredInstrument.version)
        )
        if programme is not None:
            query = query.where(StoredInstrument.programme_id == _programme(programme).id)
        for document, home in db.session.execute(query):
            click.echo(_line(library.read(document), home))


def _line(one: Instrument, whose: str) -> str:
    until = f" until {one.licence_until}" if one.licence_until else ""
    held = "  ".join(part for part in (one.licence, one.licence_holder, one.licence_number) if part)
    validated = "validated" if one.validated else "not validated"
    return f"{one.id}  {library.kind(one)}  {validated}  {whose}  {held}{until}".rstrip()


def _described(one: Instrument) -> str:
    return f"{library.kind(one)}, SHA-256 {one.hash}"


def _written(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _programme(name: str | None) -> Programme:
    from sqlalchemy import select

    from recorder.db import db
    from recorder.records.people import Programme

    query = select(Programme).order_by(Programme.name)
    found = list(db.session.scalars(query if name is None else query.where(Programme.name == name)))
    if len(found) == 1:
        return found[0]
    if name is not None:
        raise click.ClickException(f"there is no programme {name!r}: see `recorder account list`")
    if not found:
        raise click.ClickException("there is no programme yet: make one with `recorder account add`")
    names = ", ".join(repr(programme.name) for programme in found)
    raise click.ClickException(f"there are {len(found)} programmes ({names}): name one with --programme")


def _publish(home: Programme, read: Instrument, document: dict[str, Any], file: str) -> bool:
    """Store an instrument as published; False when it was stored before, the same in every word."""
    from sqlalchemy import select

    from recorder.db import db
    from recorder.records.instruments import StoredInstrument, with_hash, with_id

    if with_hash(home.id, read.hash) is not None:
        return False
    if with_id(home.id, read.id) is not None:
        raise Unreadable(file, f"{home.name} has another {read.id}, and it never changes: give the next --version")
    draft = select(StoredInstrument.id).where(
        StoredInstrument.programme_id == home.id,
        StoredInstrument.name == read.name,
        StoredInstrument.version == read.version,
    )
    if db.session.scalar(draft) is not None:
        raise Unreadable(file, f"{home.name} has a draft of {read.id}: publish it there, or give another --version")
    db.session.add(
        StoredInstrument(
            programme_id=home.id,
            kind=library.kind(read),
            name=read.name,
            version=read.version,
            hash=read.hash,
            document=document,
        )
    )
    db.session.commit()
    return True


def _document(id: str, programme: str | None) -> dict[str, Any]:
    """The document of an instrument, built in or a programme's own."""
    from sqlalchemy import select

    from recorder.db import db
    from recorder.records.instruments import StoredInstrument

    try:
        return library.document(id)
    except LookupError:
        pass
    with database():
        name, _, version = id.partition("/")
        query = select(StoredInstrument.document).where(
            StoredInstrument.programme_id == _programme(programme).id,
            StoredInstrument.published_at.is_not(None),
            StoredInstrument.name == name,
        )
        if version:
            query = query.where(StoredInstrument.version == _number(id, version))
        document = db.session.scalar(query.order_by(StoredInstrument.version.desc()).limit(1))
        if document is None:
            raise click.ClickException(f"there is no published instrument {id!r}: see `recorder instrument list`")
        return dict(document)


def _number(id: str, version: str) -> int:
    if not (version.isascii() and version.isdecimal() and len(version) < 10):
        raise click.ClickException(f"there is no published instrument {id!r}: see `recorder instrument list`")
    return int(version)
