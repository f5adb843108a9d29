"""How is a batch taken exactly once, whoever sends it how often, at the same time or again after a lost reply?

One transaction a batch. The same batch is known by its id and the hash of its content, and gets the reply it got; the
same events in another batch are known by log and seq, byte for byte. Two transactions that meet are decided by unique
constraints, not by looking first: the loser starts again and finds what the winner stored.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Row, bindparam, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from recorder.db import ERASED as NOTHING
from recorder.db import db, now, owned
from recorder.ingest import derived, segments, unsealing
from recorder.ingest.admission import ERASED, is_erased
from recorder.ingest.derived import Aside
from recorder.ingest.door import Delivery, Part
from recorder.records.devices import Device
from recorder.records.observations import ZERO_HEAD, Batch, Log, Quarantined
from recorder.records.people import Account

ATTEMPTS = 5
DEADLOCKS = frozenset({"40001", "40P01"})

Made = TypeVar("Made")

# made once: putting a statement together takes longer than SQLite takes to answer it
_EARLIER = select(Batch.request_hash, Batch.reply).where(
    Batch.programme_id == bindparam("programme"), Batch.id == bindparam("batch")
)
_TAKEN = insert(Batch)
_KEY = select(Log.key).where(
    Log.programme_id == bindparam("programme"), Log.id == bindparam("log"), Log.owner == "device"
)
_ASIDE = select(
    Quarantined.seq,
    Quarantined.code,
    Quarantined.event_hash,
    Quarantined.message,
    Quarantined.account_id,
    Quarantined.device_id,
).where(
    Quarantined.programme_id == bindparam("programme"),
    Quarantined.log_id == bindparam("log"),
    Quarantined.seq.between(bindparam("first"), bindparam("last")),
)
_QUARANTINE = insert(Quarantined)


_Kept = Row[int, str, str, str, uuid.UUID, uuid.UUID | None]
"""What `_ASIDE` finds."""


class OtherContent(ValueError):
    """A batch whose id was used for other content before."""


def take(account: Account, delivery: Delivery, device: Device | None = None) -> list[dict[str, Any]]:
    """Store a batch and everything that follows from it, and commit.

    Parameters: `account`, who is signed in; or, with `device`, who answers for that enrolled tablet: each log's own
    opening says then who recorded it. Returns one entry a log, in the order of the batch: `id`, `stored_upto`, `head`,
    `duplicates`, `quarantined`, and `unreadable`, how many rows could not be opened, where there are any. Raises
    `OtherContent`; nothing is stored then.
    """
    parts = unsealing.opened(account.programme_id, delivery.parts)
    return committed(lambda: _take(account, delivery, parts, device))


def committed(work: Callable[[], Made]) -> Made:
    """Do a piece of work and commit it; where it met another one, from the beginning again."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            made = work()
            db.session.commit()
            return made
        except DBAPIError as error:
            db.session.rollback()
            if attempt == ATTEMPTS or not _met_another(error):
                raise
        except BaseException:
            db.session.rollback()
            raise
    raise AssertionError("the last attempt returns or raises")


def _met_another(error: DBAPIError) -> bool:
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) in DEADLOCKS


def _take(account: Account, delivery: Delivery, parts: Sequence[Part], device: Device | None) -> list[dict[str, Any]]:
    earlier = _earlier(account, delivery)
    if earlier is not None:
        return earlier
    # one order of locking for all, so that two batches never wait for each other in a circle
    answers = {part.log: _take_part(account, part, device) for part in sorted(parts, key=lambda part: part.log)}
    reply = [answers[part.log] for part in parts]
    batch = {
        "programme_id": account.programme_id,
        "id": delivery.id,
        "account_id": account.id,
        "request_hash": delivery.hash,
        "reply": reply,
        "received_at": now(),
    }
    db.session.connection().execute(_TAKEN, batch)
    return reply


def _earlier(account: Account, delivery: Delivery) -> list[dict[str, Any]] | None:
    values = {"programme": account.programme_id, "batch": delivery.id}
    found = db.session.connection().execute(_EARLIER, values).first()
    if found is None:
        return None
    if found.request_hash != delivery.hash:
        raise OtherContent(f"The batch {delivery.id} was used for other content before.")
    reply: list[dict[str, Any]] = found.reply
    return reply


def _take_part(account: Account, part: Part, device: Device | None) -> dict[str, Any]:
    if device is not None and device.revoked_at is not None:
        return _apart(account, part, device, "revoked_device", "This tablet was revoked before this arrived.")
    return bring(account, part, device)


def bring(account: Account, part: Part, device: Device | None) -> dict[str, Any]:
    """Join a part to its log and make what follows from it; the caller commits. Returns the part's reply."""
    log = _locked(account, part.log, device)
    if _is_anothers(log, account, device):
        begun = "Another person began this observation." if device is None else "Another tablet began this observation."
        return _apart(account, part, device, "not_assigned", begun)
    before = log.stored_upto
    if before and is_erased(log):
        return _let_go(account, log, part, device)
    earlier = segments.strings(log) if before else []
    stored = segments.join(log, part)
    if device is not None and log.device_id is None and _is_proven(stored):
        log.device_id = device.id  # she signed in when she began it; her browser was enrolled since
    log.unreadable += _count_fresh(stored, part.unreadable)
    aside = [Aside(seq, "fork", "Another event is stored at this place.", event) for seq, event in stored.forked]
    grown = None
    if stored.joined:
        grown, unfit = derived.grow(log, account, before, [*earlier, *stored.joined])
        aside += unfit
    db.session.add(log)
    db.session.flush()  # the log's row, written once, when all is known of it
    segments.write(log, stored)
    if grown:
        aside += derived.follow(grown)
    aside += _unreadable(part, {seq for seq, _ in stored.forked})
    quarantined = []
    if before or stored.duplicates or aside:
        whose = account if log.account_id == account.id else db.session.get_one(Account, log.account_id)
        quarantined = _put_aside(whose, part, aside, device)
    reply = {
        "id": str(part.log),
        "stored_upto": log.stored_upto,
        "head": log.head,
        "duplicates": stored.duplicates,
        "quarantined": quarantined,
    }
    return reply | {"unreadable": log.unreadable} if log.unreadable else reply


def _let_go(account: Account, log: Log, part: Part, device: Device | None) -> dict[str, Any]:
    """Acknowledge what comes of a family that was erased: its key is destroyed, so nothing of it can be kept."""
    if part.from_seq == log.stored_upto + 1 and part.head == log.head:
        log.head, log.stored_upto = segments.extend(log.head, part.events), part.upto_seq
    return _apart(account, part, device, ERASED.code, ERASED.message)


def _is_anothers(log: Log, account: Account, device: Device | None) -> bool:
    if device is None:
        return log.account_id != account.id
    return log.device_id not in {None, device.id}


def _is_proven(stored: segments.Stored) -> bool:
    """Whether a part fits the log's chain, and so comes from a tablet that holds it."""
    return bool(stored.joined or stored.duplicates) and not stored.forked


def _count_fresh(stored: segments.Stored, seqs: frozenset[int]) -> int:
    return sum(run.from_seq <= seq <= run.upto_seq for run in stored.fresh for seq in seqs)


def _unreadable(part: Part, forked: set[int]) -> list[Aside]:
    """What stands in the log where a row could not be opened; the row is kept in it as it came."""
    message = "This row could not be opened. It is kept as it came."
    return [
        Aside(seq, "bad_value", message, part.events[seq - part.from_seq]) for seq in sorted(part.unreadable - forked)
    ]


def _locked(account: Account, id: uuid.UUID, device: Device | None) -> Log:
    values = {"programme": account.programme_id, "log": id}
    key = db.session.connection().execute(_KEY, values).scalar()
    if key is not None:
        return db.session.get_one(Log, key, with_for_update=True, populate_existing=True)
    log = Log(programme_id=account.programme_id, id=id, owner="device", account_id=account.id)
    log.device_id = None if device is None else device.id
    log.stored_upto, log.head, log.unreadable = 0, ZERO_HEAD, 0
    return log


def _apart(account: Account, part: Part, device: Device | None, code: str, message: str) -> dict[str, Any]:
    """Events that must not join a log, kept beside it: acknowledged, and nothing told about that log."""
    aside = [Aside(seq, code, message, event) for seq, event in enumerate(part.events, part.from_seq)]
    reply = {
        "id": str(part.log),
        "stored_upto": part.upto_seq,
        "head": segments.extend(part.head, part.events),
        "duplicates": 0,
        "quarantined": _put_aside(account, part, aside, device),
    }
    return reply | {"unreadable": len(part.unreadable)} if part.unreadable else reply


def _put_aside(account: Account, part: Part, aside: list[Aside], device: Device | None) -> list[dict[str, Any]]:
    """Store what is not there yet, and list all that stands aside in this stretch of the log."""
    stretch = [part.from_seq, part.upto_seq, *(one.seq for one in aside)]
    values = {"programme": account.programme_id, "log": part.log, "first": min(stretch), "last": max(stretch)}
    connection = db.session.connection()
    there = {(row.seq, row.code, row.event_hash): row for row in connection.execute(_ASIDE, values)}
    listed = {key: row.message for key, row in there.items() if _is_told(row, account, device)}
    new: dict[tuple[int, str, str], dict[str, Any]] = {}
    for one in aside:
        key = known_by(one)
        listed[key] = one.message
        if key not in there:
            new[key] = as_row(account, part.log, one)
    if new:
        sent_with = {"device_id": None if device is None else device.id}
        connection.execute(_QUARANTINE, [row | sent_with for row in new.values()])
    return [{"seq": seq, "code": code, "message": listed[seq, code, hash]} for seq, code, hash in sorted(listed)]


def _is_told(row: _Kept, account: Account, device: Device | None) -> bool:
    """Whether a sender hears of something that was put aside: what it sent itself, or she without a tablet."""
    if device is None or row.device_id is None:
        return bool(row.account_id == account.id)
    return bool(row.device_id == device.id)


def known_by(one: Aside) -> tuple[int, str, str]:
    """What an event that is put aside is known by, within its log: seq, code, and the hash of its string."""
    return one.seq, one.code, hashlib.sha256(one.event.encode()).hexdigest()


def as_row(account: Account, log: uuid.UUID, one: Aside) -> dict[str, Any]:
    """An event that is put aside, as its row."""
    return {
        "programme_id": account.programme_id,
        "log_id": log,
        "account_id": account.id,
        "seq": one.seq,
        "code": one.code,
        "message": one.message,
        "event_hash": known_by(one)[2],
        "event": NOTHING if one.code == ERASED.code else owned(one.event, log, account.programme_id),
        "received_at": now(),
    }
