"""`recorder device`: the tablets, from the command line."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import click

from recorder.commands.account import a_name
from recorder.commands.database import database

if TYPE_CHECKING:
    from recorder.records.devices import Device

LONGEST_NAME = 80


@click.group("device")
def command() -> None:
    """List, add, rename and revoke the tablets."""


@command.command("list")
def list_devices() -> None:
    """List the tablets: name, id, what is not sent yet, last contact."""
    from sqlalchemy import select

    from recorder.db import db
    from recorder.records.devices import Device

    with database():
        for device in db.session.scalars(select(Device).order_by(Device.name, Device.id)):
            unsent = (device.report or {}).get("unsent")
            said = "unsent not told yet" if unsent is None else f"{unsent} unsent"
            at = device.last_contact_at
            contact = f"last contact {at:%Y-%m-%d %H:%M} UTC" if at else "no contact yet"
            state = "  (revoked)" if device.revoked_at else ""
            click.echo(f"{device.name}  {device.id}  {said}, {contact}{state}")


@command.command("code")
@click.option("--by", metavar="SIGN_IN", required=True, callback=a_name, help="The supervisor whose site it is for.")
@click.option("--address", metavar="URL", help="Of this server, as https://192.168.1.5:5000, to print what to open.")
def make_code(by: str, address: str | None) -> None:
    """Make a code that adds one tablet within ten minutes.

    \b
    Example: recorder device code --by sol --address https://192.168.1.5:5000
    """
    from sqlalchemy import select

    from recorder import devices
    from recorder.db import db
    from recorder.records.people import Account

    with database():
        maker = db.session.scalar(select(Account).where(Account.sign_in == by.casefold()))
        if maker is None or maker.role != "supervisor" or maker.disabled_at is not None:
            raise click.ClickException(f"no supervisor signs in as {by!r}: a tablet belongs to a supervisor's site")
        code = devices.code_to_enrol(maker)
        db.session.commit()
    click.echo(f"{address.rstrip('/')}/install#{code}" if address else code)
    click.echo("Good for ten minutes and for one tablet.", err=True)


@command.command("rename")
@click.argument("tablet", metavar="TABLET")
@click.argument("name", callback=a_name)
def rename(tablet: str, name: str) -> None:
    """Give TABLET (its id, or its name if no other has it) another NAME."""
    from recorder.db import db

    if len(name) > LONGEST_NAME:
        raise click.BadParameter(f"give between 1 and {LONGEST_NAME} characters.", param_hint="NAME")
    with database():
        device = _found(tablet)
        before, device.name = device.name, name
        db.session.commit()
    click.echo(f"{before} is called {name} now.")


@command.command("revoke")
@click.argument("tablet", metavar="TABLET")
def revoke(tablet: str) -> None:
    """Revoke TABLET (its id, or its name if no other has it): it locks, and what it sends is put aside."""
    from recorder.db import db, now

    with database():
        device = _found(tablet)
        device.revoked_at = device.revoked_at or now()
        name = device.name
        db.session.commit()
    click.echo(f"{name} is revoked: it locks when it next reaches the server, and what it sends is put aside.")


def _found(words: str) -> Device:
    from sqlalchemy import select

    from recorder.db import db
    from recorder.records.devices import Device

    try:
        by = Device.id == uuid.UUID(words)
    except ValueError:
        by = Device.name == words
    found = db.session.scalars(select(Device).where(by)).all()
    if len(found) > 1:
        raise click.ClickException(f"several tablets are called {words!r}: give the id (`recorder device list`)")
    if not found:
        raise click.ClickException(f"no tablet has the id or name {words!r} (see `recorder device list`)")
    return found[0]
