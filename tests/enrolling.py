"""Enrolled tablets for tests: made straight in the database, with the headers that they send."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass

from flask import Flask
from people import People

from recorder import keys
from recorder.db import db
from recorder.records.devices import Device, DeviceUser


@dataclass(frozen=True)
class Enrolled:
    """A tablet: its id, the key that it wraps for the server with, and the headers that it sends."""

    id: uuid.UUID
    server_key: str
    headers: dict[str, str]


def enrol(app: Flask, people: People, *, by: str = "sol", user: str | None = None, **values: object) -> Enrolled:
    """Enrol a tablet for which somebody answers; with `user`, a person whose vault on it is open."""
    token, programme = secrets.token_hex(32), people.other_programme if by == "olga" else people.programme
    headers = {"X-Recorder": "1", "Authorization": f"Bearer {token}"}
    with app.app_context():
        server_key = keys.public(programme)
        device = Device(programme_id=programme, enrolled_by_id=people.accounts[by], name="Tablet 7",
                        token_hash=digest(token), **values)  # fmt: skip
        db.session.add(device)
        db.session.flush()
        if user:
            headers["X-Recorder-User"] = hers = secrets.token_hex(32)
            db.session.add(
                DeviceUser(programme_id=programme, device_id=device.id, account_id=people.accounts[user],
                           token_hash=digest(hers))
            )  # fmt: skip
        db.session.commit()
        return Enrolled(device.id, server_key, headers)


def digest(token: str) -> str:
    """How a token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()
