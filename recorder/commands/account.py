"""`recorder account`: the people who sign in, from the command line."""

from __future__ import annotations

import secrets

import click
from sqlalchemy import select

from recorder.commands.database import database
from recorder.db import db, now
from recorder.records.people import ROLES, Account, Programme, Site


@click.group("account")
def command() -> None:
    """Add, list and disable the people who sign in."""


@command.command("add")
@click.option("--programme", required=True, help="Its name; it is made if there is none.")
@click.option("--site", help="Its name; it is made if there is none.")
@click.option("--zone", default="UTC", show_default=True, help="The site's time zone, as America/Chicago.")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--sign-in", required=True, help="The sign-in name.")
@click.option("--name", required=True, help="The person's name.")
def add(programme: str, site: str | None, zone: str, role: str, sign_in: str, name: str) -> None:
    """Add a person; her password is printed once.

    \b
    Example: recorder account add --programme "First Steps" --role administrator --sign-in ida --name Ida
    """
    from zoneinfo import available_timezones

    from recorder.sessions import hashed

    if zone not in available_timezones():
        raise click.UsageError(f"there is no time zone {zone!r}: give one like America/Chicago")
    password = " ".join(secrets.token_hex(3) for _part in range(3))
    with database():
        if db.session.scalar(select(Account.id).where(Account.sign_in == sign_in.strip().casefold())):
            raise click.ClickException(f"somebody has the sign-in name {sign_in!r} already")
        home = db.session.scalar(select(Programme).where(Programme.name == programme)) or Programme(name=programme)
        db.session.add(home)
        db.session.flush()
        place = _site(home, site, zone) if site else None
        db.session.add(
            Account(
                programme_id=home.id,
                site_id=place.id if place else None,
                sign_in=sign_in.strip().casefold(),
                name=name,
                role=role,
                password_hash=hashed(password),
            )
        )
        db.session.commit()
    click.echo(f"{sign_in} can sign in with this password: {password}")


def _site(home: Programme, name: str, zone: str) -> Site:
    found = db.session.scalar(select(Site).where(Site.programme_id == home.id, Site.name == name))
    place = found or Site(programme_id=home.id, name=name, zone=zone)
    db.session.add(place)
    db.session.flush()
    return place


@command.command("list")
def list_accounts() -> None:
    """List who can sign in."""
    with database():
        for account in db.session.scalars(select(Account).order_by(Account.sign_in)):
            state = "  (disabled)" if account.disabled_at else ""
            click.echo(f"{account.sign_in}  {account.role}  {account.name}{state}")


@command.command("disable")
@click.argument("sign_in", metavar="SIGN_IN")
def disable(sign_in: str) -> None:
    """Shut a person out, from the next request on."""
    from recorder.sessions import end_all

    with database():
        account = db.session.scalar(select(Account).where(Account.sign_in == sign_in.strip().casefold()))
        if account is None:
            raise click.ClickException(f"nobody has the sign-in name {sign_in!r}")
        account.disabled_at = account.disabled_at or now()
        end_all(account)
        db.session.commit()
    click.echo(f"{sign_in} cannot sign in any more.")
