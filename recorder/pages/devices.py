"""The tablets of a site: how each stands, adding one, renaming, revoking, and helping with a forgotten passphrase.

Figures are the last that a tablet told of itself (`Device.report`); what it did not tell is said so. From here nothing
on a tablet can be deleted: what a person has not sent yet is hers until the server has it.
"""

from __future__ import annotations

import uuid
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from recorder import access, devices
from recorder.charts.qr import QrCode
from recorder.db import db, now
from recorder.pages.devices_words import told
from recorder.pages.fields import Line, PageForm
from recorder.records.devices import Device, DeviceUser
from recorder.records.observations import Quarantined
from recorder.records.people import Account, Site

pages = flask.Blueprint("devices", __name__, url_prefix="/devices")

CODE = "tablet_code"
"""Where the browser that made a code keeps it until it makes another: the server knows no more than its digest."""


class NameForm(PageForm):
    """What a tablet is called."""

    name = Line(_l("Name"), [DataRequired(_l("Please give it a name.")), Length(max=80)])


class PassphraseForm(PageForm):
    """Who forgot her passphrase."""

    person = SelectField(_l("Person"), [InputRequired()])

    def __init__(self, people: list[Account], *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.person.choices = [SelectChoice(str(person.id), person.name) for person in people]


@pages.get("/")
def index() -> str:
    """The tablets that this person may look at, those in use first."""
    loads = [joinedload(Device.account), joinedload(Device.enrolled_by)]
    found = db.session.scalars(access.tablets().options(*loads)).all()
    sites: dict[uuid.UUID | None, str] = {site.id: site.name for site in access.sites()}
    rows = [(device, told(device), sites.get(device.site_id)) for device in sorted(found, key=_in_order)]
    return flask.render_template(
        "devices/index.html",
        rows=rows,
        many_sites=len(sites) > 1,
        may_add=access.me().role in access.CASEWORK,
        aside=_aside() if access.me().role in access.CASEWORK else 0,
    )


def _in_order(device: Device) -> tuple[bool, str]:
    return device.revoked_at is not None, device.name.casefold()


def _aside() -> int:
    """How many records wait in quarantine for this person."""
    waiting = access.quarantined().where(Quarantined.settled_at.is_(None))
    logs = waiting.with_only_columns(func.count(Quarantined.log_id.distinct())).order_by(None)
    return db.session.scalar(logs) or 0


@pages.get("/<uuid:id>")
def show(id: uuid.UUID) -> str:
    """One tablet."""
    return _show(access.tablet(id))


def _show(device: Device, name: NameForm | None = None, passphrase: PassphraseForm | None = None) -> str:
    people, role = _people(device), access.me().role
    return flask.render_template(
        "devices/show.html",
        device=device,
        told=told(device),
        site=db.session.get(Site, device.site_id) if device.site_id else None,
        people=people,
        name=name or NameForm(formdata=None, obj=device),
        passphrase=passphrase or PassphraseForm(people, formdata=None),
        may_change=role in access.TABLET_CARE,
        may_help=role in access.CASEWORK and device.revoked_at is None,
    )


def _people(device: Device) -> list[Account]:
    """Who has a vault on a tablet, by name."""
    query = select(Account).join(DeviceUser, DeviceUser.account_id == Account.id)
    users = db.session.scalars(query.where(DeviceUser.device_id == device.id, Account.disabled_at.is_(None)))
    return sorted(users, key=lambda person: person.name.casefold())


@pages.post("/<uuid:id>/name")
def rename(id: uuid.UUID) -> Response | tuple[str, int]:
    """Give a tablet another name."""
    device, form = access.tablet(id), NameForm()
    if not form.validate():
        return _show(device, name=form), 422
    device.name = form.name.data
    db.session.commit()
    flask.flash(_("Saved: %(name)s.", name=device.name))
    return flask.redirect(flask.url_for("devices.show", id=device.id))


@pages.get("/<uuid:id>/revocation")
def revocation(id: uuid.UUID) -> str:
    """What happens when a tablet is revoked."""
    device = access.tablet(id)
    return flask.render_template("devices/revocation.html", device=device, told=told(device))


@pages.post("/<uuid:id>/revocation")
def revoke(id: uuid.UUID) -> Response:
    """Revoke a tablet: from its next contact on it locks and hands nothing out."""
    device = access.tablet(id)
    device.revoked_at = device.revoked_at or now()
    db.session.commit()
    flask.flash(_("%(name)s is revoked.", name=device.name))
    return flask.redirect(flask.url_for("devices.show", id=device.id))


@pages.get("/new")
def add() -> str:
    """How a tablet is added."""
    return flask.render_template("devices/add.html", fault=_unreachable())


@pages.post("/code")
def make_code() -> Response:
    """Make a code for one tablet."""
    return _shown(devices.code_to_enrol(access.me()))


@pages.post("/<uuid:id>/passphrase")
def passphrase(id: uuid.UUID) -> Response | tuple[str, int]:
    """Make a code for one person who forgot her passphrase on one tablet."""
    device = access.tablet(id)
    people = _people(device)
    form = PassphraseForm(people)
    if device.revoked_at is not None or not form.validate():
        return _show(device, passphrase=form), 422
    person = next(person for person in people if str(person.id) == form.person.data)
    return _shown(devices.code_to_recover(access.me(), device, person))


def _shown(code: str) -> Response:
    db.session.commit()
    flask.session[CODE] = code
    return flask.redirect(flask.url_for("devices.code"))


@pages.get("/code")
def code() -> str | Response:
    """The code that this browser made last, and whether it was used."""
    letters = flask.session.get(CODE, "")
    made = devices.code_made(letters)
    if made is None or made.made_by_id != access.me().id:
        return flask.redirect(flask.url_for("devices.add"))
    is_over = made.used_at is not None or made.made_at + devices.CODE_LIFE < now()
    return flask.render_template(
        "devices/code.html" if made.purpose == "enrol" else "devices/recovery.html",
        code=None if is_over else letters,
        made=made,
        until=made.made_at + devices.CODE_LIFE,
        device=db.session.get(Device, made.device_id) if made.device_id else None,
        person=db.session.get(Account, made.account_id) if made.account_id else None,
        address=flask.url_for("devices.index", _external=True).removesuffix("/devices/"),
        qr=None if is_over or made.purpose != "enrol" else _qr(letters),
        fault=_unreachable(),
    )


def _qr(letters: str) -> QrCode:
    return QrCode(f"{flask.request.host_url}install#{letters}", _("QR code: opens the recorder's installation"))


def _unreachable() -> str:
    """Why a tablet could not use the address of this page: "loopback", "http", or "" when it can."""
    host = urlsplit(flask.request.host_url).hostname or ""
    if host == "localhost" or host.endswith(".localhost") or _is_loopback(host):
        return "loopback"
    return "" if flask.request.is_secure else "http"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
