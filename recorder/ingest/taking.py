"""How is a batch taken exactly once, whoever sends it how often, at the same time or again after a lost reply?

One transaction a batch. The same batch is known by its id and the hash of its content, and gets the reply it got; the
same events in another batch are known by log and seq, byte for byte. Two transactions that meet are decided by unique
constraints, not by looking first: the loser starts again and finds what the winner stored.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from recorder.db import db, now
from recorder.ingest import derived, segments
from recorder.ingest.derived import Aside
from recorder.ingest.door import Delivery, Part
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
    Quarantined.seq, Quarantined.code, Quarantined.event_hash, Quarantined.message, Quarantined.account_id
).where(
    Quarantined.programme_id == bindparam("programme"),
    Quarantined.log_id == bindparam("log"),
    Quarantined.seq.between(bindparam("first"), bindparam("last")),
)
_QUARANTINE = insert(Quarantined)


class OtherContent(ValueError):
    """A batch whose id was used for other content before."""


def take(account: Account, delivery: Delivery) -> list[dict[str, Any]]:
    """Store a batch and everything that follows from it, and commit.

    Parameters: `account`, whose tablet sent it. Returns one entry a log, in the order of the batch: `id`,
    `stored_upto`, `head`, `duplicates`, `quarantined`. Raises `OtherContent`; nothing is stored then.
    """
    return committed(lambda: _take(account, delivery))


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


def _take(account: Account, delivery: Delivery) -> list[dict[str, Any]]:
    earlier = _earlier(account, delivery)
    if earlier is not None:
        return earlier
    # one order of locking for all, so that two batches never wait for each other in a circle
    answers = {part.log: _take_part(account, part) for part in sorted(delivery.parts, key=lambda part: part.log)}
    reply = [answers[part.log] for part in delivery.parts]
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


def _take_part(account: Account, part: Part) -> dict[str, Any]:
    log = _locked(account, part.log)
    if log.account_id != account.id:
        return _not_hers(account, part)
    before = log.stored_upto
    earlier = segments.strings(log) if before else []
    stored = segments.join(log, part)
    aside = [Aside(seq, "fork", "Another event is stored at this place.", event) for seq, event in stored.forked]
    grown = None
    if stored.joined:
        grown, unfit = derived.grow(log, account, before, [*earlier, *stored.joined])
        aside += unfit
    db.session.flush()  # the log's row, written once, when all is known of it
    segments.write(log, stored)
    if grown:
        aside += derived.follow(grown)
    look = bool(before or stored.duplicates or aside)
    quarantined = _put_aside(account, part, aside) if look else []
    return {
        "id": str(part.log),
        "stored_upto": log.stored_upto,
        "head": log.head,
        "duplicates": stored.duplicates,
        "quarantined": quarantined,
    }


def _locked(account: Account, id: uuid.UUID) -> Log:
    values = {"programme": account.programme_id, "log": id}
    key = db.session.connection().execute(_KEY, values).scalar()
    if key is not None:
        return db.session.get_one(Log, key, with_for_update=True, populate_existing=True)
    log = Log(programme_id=account.programme_id, id=id, owner="device", account_id=account.id)
    log.stored_upto, log.head = 0, ZERO_HEAD
    db.session.add(log)
    return log


def _not_hers(account: Account, part: Part) -> dict[str, Any]:
    """Events for a log that another account began: kept apart, acknowledged, and nothing told about that log."""
    message = "Another person began this observation."
    aside = [Aside(seq, "not_assigned", message, event) for seq, event in enumerate(part.events, part.from_seq)]
    return {
        "id": str(part.log),
        "stored_upto": part.upto_seq,
        "head": segments.extend(part.head, part.events),
        "duplicates": 0,
        "quarantined": _put_aside(account, part, aside),
    }


def _put_aside(account: Account, part: Part, aside: list[Aside]) -> list[dict[str, Any]]:
    """Store what is not there yet, and list all that stands aside in this stretch of the log."""
    stretch = [part.from_seq, part.upto_seq, *(one.seq for one in aside)]
    values = {"programme": account.programme_id, "log": part.log, "first": min(stretch), "last": max(stretch)}
    connection = db.session.connection()
    there = {(row.seq, row.code, row.event_hash): row for row in connection.execute(_ASIDE, values)}
    listed = {key: row.message for key, row in there.items() if row.account_id == account.id}
    new: dict[tuple[int, str, str], dict[str, Any]] = {}
    for one in aside:
        key = known_by(one)
        listed[key] = one.message
        if key not in there:
            new[key] = as_row(account, part.log, one)
    if new:
        connection.execute(_QUARANTINE, list(new.values()))
    return [{"seq": seq, "code": code, "message": listed[seq, code, hash]} for seq, code, hash in sorted(listed)]


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
        "event": one.event,
        "received_at": now(),
    }
