"""`recorder import` of a tablet's emergency file: it names its own families, and is taken as if it had been sent."""

from __future__ import annotations

import json
import uuid

import click

from recorder.commands.database import database
from recorder.exchange import files
from recorder.exchange.coded import Unreadable

FORMAT = "recorder-emergency/1"


def content(file: str) -> bytes | None:
    """The bytes of a file that is a tablet's emergency file, or a damaged one; None for any other."""
    if not file.endswith(".json") or file.endswith(".observation.json"):
        return None
    body = files.content_of(file)
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return body  # cut off on its way, perhaps: reading it says where
    return body if isinstance(said, dict) and said.get("format") == FORMAT else None


def bring(file: str, body: bytes) -> None:
    """Take an emergency file, and say what came of each log. Raises `Unreadable`."""
    from recorder import ingest
    from recorder.ingest import emergency

    with database():
        try:
            read = emergency.read(body)
            programme_id = emergency.programme_of(read) or _only_programme(file)
            found = emergency.look(programme_id, read, None)
            replies = emergency.bring(programme_id, read, None)
        except ingest.Unreadable as error:
            raise Unreadable(file, str(error)) from error
        for one, reply in zip(found, replies, strict=True):
            kind, whose = (one.opening.kind if one.opening else "log"), one.account.sign_in if one.account else "nobody"
            click.echo(f"{kind} {one.log} of {whose}: {one.events} entries, {one.new} new.")
            for aside in reply["quarantined"]:
                click.echo(f"Entry {aside['seq']} was put aside ({aside['code']}): {aside['message']}", err=True)


def _only_programme(file: str) -> uuid.UUID:
    """The programme of a file that does not say whose it is: the only one there is."""
    from sqlalchemy import select

    from recorder.db import db
    from recorder.records.people import Programme

    ids = db.session.scalars(select(Programme.id)).all()
    if len(ids) != 1:
        raise Unreadable(file, "no programme here has the key that opens it")
    return ids[0]
