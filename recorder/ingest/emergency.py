"""What does a tablet's emergency file bring, and how is it taken?

`{"format": "recorder-emergency/1", "device", "made_at", "programme", "logs": [...]}`: where a tablet could not send, it
wrote each log whole into a file, in the shape in which it is sent (sealed rows with their key, or plain events). Taking
it is `take`, log by log, as if the tablet had sent it now: what is stored already is a duplicate, also when the tablet
sends it later after all.
"""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from recorder import keys
from recorder.db import db, uuid7
from recorder.ingest.door import Delivery, Held, Part, SealedPart, Unreadable, content_hash, document, identified, part
from recorder.ingest.manifest import acknowledged
from recorder.ingest.opening import Opening, Unfit
from recorder.ingest.opening import read as read_opening
from recorder.ingest.taking import take
from recorder.ingest.unsealing import opened
from recorder.records.devices import Device, ProgrammeKey
from recorder.records.observations import ZERO_HEAD, Log
from recorder.records.people import Account

FORMAT = "recorder-emergency/1"
MOST_LOGS = 1000
MOST_EVENTS = 20_000
"""More than any visit holds."""


@dataclass(frozen=True)
class EmergencyFile:
    """What a file holds; `device` is the tablet's id and `programme` its programme's, None where it does not say."""

    device: uuid.UUID | None
    programme: uuid.UUID | None
    made_at: str
    parts: tuple[Part | SealedPart, ...]


@dataclass(frozen=True)
class Found:
    """One log of a file: what its opening says (None where that does not open), who recorded it, how many events it
    brings, and how many of them are new here."""

    log: uuid.UUID
    opening: Opening | None
    account: Account | None
    events: int
    new: int

    @property
    def began(self) -> datetime | None:
        """When it was begun, in UTC."""
        return self.opening.wall if self.opening else None


def read(body: bytes) -> EmergencyFile:
    """Read an emergency file. Raises `Unreadable`.

    >>> read(b'{"format": "observation/1"}')
    Traceback (most recent call last):
    recorder.ingest.door.Unreadable: This is no emergency file of a tablet.
    """
    said = document(body)
    if said.get("format") != FORMAT:
        raise Unreadable("This is no emergency file of a tablet.")
    logs = said.get("logs")
    if not isinstance(logs, list) or not 1 <= len(logs) <= MOST_LOGS:
        raise Unreadable(f"logs must be a list of 1 to {MOST_LOGS} logs.")
    parts = tuple(part(entry, f"logs[{place}]", MOST_EVENTS) for place, entry in enumerate(logs))
    if len({one.log for one in parts}) < len(parts):
        raise Unreadable("The same log is there twice in this file.")
    return EmergencyFile(_maybe(said, "device"), _maybe(said, "programme"), str(said.get("made_at") or "")[:40], parts)


def _maybe(said: dict[str, Any], key: str) -> uuid.UUID | None:
    return None if said.get(key) is None else identified(said[key], key)


def programme_of(file: EmergencyFile) -> uuid.UUID | None:
    """The programme that a file belongs to: the one that it names, its tablet's, or the one whose key opens it."""
    if file.programme is not None:
        return file.programme
    device = db.session.get(Device, file.device) if file.device else None
    if device is not None:
        return device.programme_id
    for programme_id in db.session.scalars(select(ProgrammeKey.programme_id)):
        if any(_opens(programme_id, one) for one in file.parts):
            return programme_id
    return None


def is_sealed(file: EmergencyFile) -> bool:
    """Whether anything in a file needs a programme's key."""
    return any(isinstance(one, SealedPart) for one in file.parts)


def _opens(programme_id: uuid.UUID, part: Part | SealedPart) -> bool:
    try:
        return isinstance(part, SealedPart) and bool(keys.unwrap(programme_id, base64.b64decode(part.key)))
    except keys.Unopened:
        return False


def look(programme_id: uuid.UUID, file: EmergencyFile, by: Account | None) -> list[Found]:
    """What a file would bring to a programme, one entry a log; nothing is stored. Parameters as in `bring`."""
    return [_found(programme_id, file, one, by) for one in file.parts]


def bring(programme_id: uuid.UUID, file: EmergencyFile, by: Account | None) -> list[dict[str, Any]]:
    """Take a file, log by log, and commit each. Returns the replies of `take`, in the order of the file.

    Parameters: `by`, who answers for a log that names nobody of the programme. Raises `Unreadable`, before anything is
    stored, where there is nobody.
    """
    senders = [_sender(programme_id, file, one, by) for one in file.parts]
    replies = []
    for one, (account, device) in zip(file.parts, senders, strict=True):
        replies += take(account, Delivery(uuid7(), (one,), content_hash((one,))), device)
    return replies


def _found(programme_id: uuid.UUID, file: EmergencyFile, part: Part | SealedPart, by: Account | None) -> Found:
    account, device = _sender(programme_id, file, part, by)
    events = _count(part)
    last = part.from_seq + events - 1
    (there,) = acknowledged(account, device, [Held(part.log, last, ZERO_HEAD)])
    opening = _opening(programme_id, part)
    named = _named(programme_id, opening)
    return Found(part.log, opening, named, events, max(0, min(events, last - there["stored_upto"])))


def _sender(
    programme_id: uuid.UUID, file: EmergencyFile, part: Part | SealedPart, by: Account | None
) -> tuple[Account, Device | None]:
    """Who would have sent this: the tablet that began the log, or that wrote the file; else the person who recorded."""
    query = select(Log).where(Log.programme_id == programme_id, Log.id == part.log, Log.owner == "device")
    log = db.session.scalar(query)
    id = log.device_id if log and log.device_id else file.device
    device = db.session.get(Device, id) if id else None
    if device is not None and device.programme_id == programme_id:
        return device.enrolled_by, device
    if log is not None:
        return db.session.get_one(Account, log.account_id), None
    account = _named(programme_id, _opening(programme_id, part)) or by
    if account is None:
        raise Unreadable(f"Log {part.log} names nobody of this programme.")
    return account, None


def _named(programme_id: uuid.UUID, opening: Opening | None) -> Account | None:
    account = db.session.get(Account, opening.user) if opening and opening.user else None
    return account if account is not None and account.programme_id == programme_id else None


def _opening(programme_id: uuid.UUID, part: Part | SealedPart) -> Opening | None:
    if part.from_seq != 1:
        return None
    first = replace(part, rows=part.rows[:1]) if isinstance(part, SealedPart) else part
    try:
        return read_opening(opened(programme_id, [first])[0].events[0])
    except Unfit:
        return None


def _count(part: Part | SealedPart) -> int:
    return len(part.rows if isinstance(part, SealedPart) else part.events)
