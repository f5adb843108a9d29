"""How does a tablet come to know the server, and what does it tell of itself?

It is enrolled (`enrol`), gets each person's token (`user`), asks how things stand (`hello`), reports (`report`), and
has the vault of somebody who forgot her passphrase opened (`recover`). What was recorded goes by `sync`.
"""

from __future__ import annotations

import base64
from importlib.metadata import version
from typing import Any

import flask
from flask_babel import gettext as _

from recorder import access, devices, ingest, keys
from recorder.pages.reply import as_text, body, problem, reply
from recorder.pages.tablet_forms import enrolment, recovery, report_of
from recorder.protection import csrf
from recorder.records.devices import Device
from recorder.records.life import life
from recorder.records.people import Account, Programme

LEAST_VERSION = "0.1.0"
"""The oldest app whose calls this server understands; an older one is to update before it records again."""

pages = flask.Blueprint("tablet", __name__, url_prefix="/api/v1")
csrf.exempt(pages)  # a foreign page cannot send the header that the API asks for


@pages.get("/hello")
def hello() -> flask.Response:
    """Say that this is the server, what time it is, and how the tablet stands with it."""
    device, backed_up_at = flask.g.device, life().backed_up_at
    return reply(
        device=_device(device) if device else None,
        least_version=LEAST_VERSION,
        version=version("recorder"),
        backed_up_at=as_text(backed_up_at) if backed_up_at else None,
    )


@pages.post("/enrol")
def enrol() -> tuple[flask.Response, int] | flask.Response:
    """Make this browser a tablet of whoever shows a code or is signed in."""
    try:
        code, name = enrolment(ingest.document(body()))
        device, token = devices.enrol_by_code(code, name) if code else devices.enrol_browser(access.recorder(), name)
    except ingest.Unreadable as error:
        return problem(400, str(error))
    except devices.WrongCode:
        return problem(403, _wrong_code())
    return (
        reply(
            device=_device(device),
            token=token,
            server_key=keys.public(device.programme_id),
            programme=_programme(device.programme),
        ),
        201,
    )


@pages.post("/device/user")
def user() -> flask.Response:
    """Let the person who is signed in pull with this tablet, also when she is signed in no more."""
    account, device = access.me(), access.device()
    if account.programme_id != device.programme_id:
        access.nothing_here()
    return reply(user=_person(account), user_token=devices.admit(device, account))


@pages.post("/device/report")
def report() -> flask.Response:
    """Take what a tablet tells of itself."""
    device = access.device(revoked=True)
    try:
        told = report_of(ingest.document(body()))
    except ingest.Unreadable as error:
        return problem(400, str(error))
    devices.keep_report(device, told)
    return reply(device=_device(device))


@pages.post("/device/recover")
def recover() -> flask.Response:
    """Open the vault of a person who forgot her passphrase, with the code that a supervisor made for her."""
    device = access.device()
    try:
        code, vault = recovery(ingest.document(body()))
        key = devices.recover(device, code, vault)
    except ingest.Unreadable as error:
        return problem(400, str(error))
    except devices.WrongCode:
        return problem(403, _wrong_code())
    except keys.Unopened:
        return problem(422, _("This is not the vault of the person for whom the code was made."))
    return reply(key=base64.b64encode(key).decode())


def _wrong_code() -> str:
    sentence = _("This code cannot be used (any more). It is good once, for ten minutes: ask for another one.")
    return str(sentence)


def _device(device: Device) -> dict[str, Any]:
    return {"id": str(device.id), "name": device.name, "state": "revoked" if device.revoked_at else "active"}


def _programme(programme: Programme) -> dict[str, Any]:
    return {"id": str(programme.id), "name": programme.name}


def _person(account: Account) -> dict[str, Any]:
    return {"id": str(account.id), "name": account.name, "language": account.language}
