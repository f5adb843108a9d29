"""`recorder account`: the people who sign in, from the command line."""

from __future__ import annotations

from collections.abc import Sequence

import click
from sqlalchemy import select

from recorder.commands.database import database
from recorder.db import db, now
from recorder.records import staffing
from recorder.records.people import ROLES, Account, Programme, Site

LONGEST_NAME = 200


def a_name(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """A name without blanks round it. Raises `click.BadParameter` when nothing or too much is left."""
    if value is None:
        return None
    name = " ".join(value.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise click.BadParameter(f"give between 1 and {LONGEST_NAME} characters.")
    return name


def a_zone(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """A time zone that is known here. Raises `click.BadParameter`."""
    from zoneinfo import available_timezones

    if value is not None and value not in available_timezones():
        raise click.BadParameter(f"there is no time zone {value!r}: give one like America/Chicago.")
    return value


def an_address(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """An address with its scheme and nothing behind the host. Raises `click.BadParameter`."""
    from urllib.parse import urlsplit

    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/") or parts.query:
        raise click.BadParameter(f"give one like https://recorder.example, not {value!r}.")
    return value.rstrip("/")


ADDRESS = click.option(
    "--address",
    default="http://localhost:5000",
    show_default=True,
    callback=an_address,
    help="Where the server is found: the link begins with it.",
)


@click.group("account")
def command() -> None:
    """Add, list and disable the people who sign in, and give them links to choose a password."""


@command.command("add")
@click.option("--programme", required=True, callback=a_name, help="Its name; it is made if there is none.")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--sign-in", required=True, callback=a_name, help="The sign-in name.")
@click.option("--name", required=True, callback=a_name, help="The person's name.")
@click.option("--site", callback=a_name, help="Her site's name; without it the only one there is.")
@click.option("--zone", callback=a_zone, help="Makes the site, in this time zone, as America/Chicago.")
@click.option("--supervisor", callback=a_name, help="A visitor's supervisor, by sign-in name.")
@ADDRESS
def add(
    programme: str,
    role: str,
    sign_in: str,
    name: str,
    site: str | None,
    zone: str | None,
    supervisor: str | None,
    address: str,
) -> None:
    """Add a person; the link by which she chooses her password is printed once.

    \b
    Example: recorder account add --programme "First Steps" --role administrator --sign-in ida --name Ida
    """
    from recorder import invitations

    if zone and not site:
        raise click.UsageError("--zone says where a new site is: name the site with --site.")
    with database():
        if db.session.scalar(select(Account.id).where(Account.sign_in == sign_in.casefold())):
            raise click.ClickException(f"somebody has the sign-in name {sign_in!r} already")
        home = db.session.scalar(select(Programme).where(Programme.name == programme)) or Programme(name=programme)
        db.session.add(home)
        db.session.flush()
        place = _site(home, role, site, zone)
        lead = _supervisor(home, role, supervisor) if supervisor else None
        account = Account(
            programme_id=home.id,
            site_id=place.id if place else None,
            supervisor_id=lead.id if lead else None,
            sign_in=sign_in.casefold(),
            name=name,
            role=role,
            password_hash=invitations.nobodys_password(),
        )
        db.session.add(account)
        db.session.flush()
        token = invitations.invite(account)
        db.session.commit()
    _tell(sign_in, address, token)


def _tell(sign_in: str, address: str, token: str) -> None:
    from recorder.invitations import LINK_LIFE

    click.echo(f"{sign_in} chooses a password here, once, within {LINK_LIFE.days} days:")
    click.echo(f"{address}/invitation/{token}")


@command.command("link")
@click.argument("sign_in", metavar="SIGN_IN")
@click.option("--lost-authenticator", is_flag=True, help="Take the authenticator away too: she lost it.")
@ADDRESS
def link(sign_in: str, lost_authenticator: bool, address: str) -> None:
    """Print a link by which a person chooses a new password."""
    from recorder import invitations, second_factor, sessions

    with database():
        account = _known(sign_in)
        token = invitations.invite(account)
        if lost_authenticator:
            second_factor.end(account)
            sessions.end_all(account)
        db.session.commit()
    _tell(sign_in, address, token)


def _known(sign_in: str) -> Account:
    account = db.session.scalar(select(Account).where(Account.sign_in == sign_in.strip().casefold()))
    if account is None:
        raise click.ClickException(f"nobody has the sign-in name {sign_in!r}")
    return account


def _site(home: Programme, role: str, name: str | None, zone: str | None) -> Site | None:
    """The site that is meant, made if its zone is given; None for somebody who needs none."""
    sites = db.session.scalars(select(Site).where(Site.programme_id == home.id).order_by(Site.name)).all()
    if name is None:
        return _only_site(home, role, sites) if role in staffing.AT_A_SITE else None
    for site in sites:
        if site.name == name and zone in {None, site.zone}:
            return site
        if site.name == name:
            raise click.ClickException(f"{name} is there already, in the time zone {site.zone}: leave out --zone")
    if zone is None:
        there = f" (it has {_names(sites)})" if sites else ""
        raise click.ClickException(f"{home.name} has no site {name!r}{there}: to make it, give its --zone")
    made = Site(programme_id=home.id, name=name, zone=zone)
    db.session.add(made)
    db.session.flush()
    return made


def _only_site(home: Programme, role: str, sites: Sequence[Site]) -> Site:
    if not sites:
        raise click.ClickException(
            f"a {role} belongs to a site, and {home.name} has none yet: make one with --site NAME --zone ZONE"
        )
    if len(sites) > 1:
        raise click.ClickException(f"a {role} belongs to a site: give --site with one of {_names(sites)}")
    return sites[0]


def _names(sites: Sequence[Site]) -> str:
    return ", ".join(site.name for site in sites)


def _supervisor(home: Programme, role: str, sign_in: str) -> Account:
    if role != "visitor":
        raise click.ClickException(f"only a visitor has a supervisor: leave out --supervisor for a {role}")
    leads = {lead.sign_in: lead for lead in staffing.supervisors(home.id)}
    if sign_in.casefold() not in leads:
        there = f"its supervisors are {', '.join(leads)}" if leads else "it has none yet"
        raise click.ClickException(f"{sign_in!r} is no supervisor of {home.name} ({there})")
    return leads[sign_in.casefold()]


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
        account = _known(sign_in)
        account.disabled_at = account.disabled_at or now()
        end_all(account)
        db.session.commit()
    click.echo(f"{sign_in} cannot sign in any more.")
