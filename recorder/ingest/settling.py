"""What was put aside: may it count now, or does it stay aside for good?

`readmit` reads a whole log again from its exact strings, as if it arrived now: after an assignment was added, an
instrument brought in, a consent given. What a revoked tablet sent waits beside the log, and is joined to it first. What
follows is what a straight arrival would have made. `set_aside` ends the waiting with a reason. Neither destroys a byte:
the strings stay in the log's segments and in quarantine.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from itertools import groupby

from sqlalchemy import select

from recorder.db import db, now
from recorder.ingest import derived, segments
from recorder.ingest.derived import Aside
from recorder.ingest.door import Part
from recorder.ingest.taking import as_row, bring, committed, known_by
from recorder.ingest.unsealing import is_stand_in
from recorder.records.devices import Device
from recorder.records.observations import ZERO_HEAD, Log, Quarantined
from recorder.records.people import Account

BESIDE = ("fork", "revoked_device")
"""Codes of events that are in quarantine only: no reading of the log again brings them in."""


def readmit(log_id: uuid.UUID, by: Account) -> list[Quarantined]:
    """Read a tablet's log again from its beginning, make what follows from it, and commit.

    Parameters: `log_id`, the tablet's id of a log of the programme of `by`, who asked for it. Returns what still waits
    of what the log's own tablet or visitor sent, in order of seq.
    """
    return committed(lambda: _readmit(log_id, by))


def set_aside(rows: Iterable[Quarantined], reason: str, by: Account) -> None:
    """Let what was put aside stay aside for good, with the reason, and commit."""
    for row in rows:
        _settle(row, by, reason)
    db.session.commit()


def _readmit(log_id: uuid.UUID, by: Account) -> list[Quarantined]:
    for device_id, rows in groupby(_waiting(by.programme_id, log_id, "revoked_device"), lambda row: row.device_id):
        if device_id is not None:
            _release(list(rows), db.session.get_one(Device, device_id), by)
    log = _log(by.programme_id, log_id)
    return _waiting(by.programme_id, log_id) if log is None else _read(log, by)


def _release(rows: list[Quarantined], device: Device, by: Account) -> None:
    """Join what a revoked tablet sent to its log, as far as there is no hole before it."""
    first = {row.seq: row for row in reversed(rows)}  # of two contents of one place, the one that came first
    for part in _runs(device, first):
        bring(device.enrolled_by, part, device)
        for row in rows:
            if part.from_seq <= row.seq <= part.upto_seq and first[row.seq] is row:
                _settle(row, by, None)


def _runs(device: Device, rows: dict[int, Quarantined]) -> Iterable[Part]:
    """Parts without a hole that follow what the log has, one after the other as the log grows."""
    seqs = sorted(rows)
    for _, run in groupby(enumerate(seqs), lambda pair: pair[1] - pair[0]):
        stretch = [seq for _, seq in run]
        log = _log(device.programme_id, rows[stretch[0]].log_id)
        before = segments.strings(log)[: stretch[0] - 1] if log else []
        if len(before) < stretch[0] - 1:
            return
        events = tuple(rows[seq].event for seq in stretch)
        unreadable = frozenset(seq for seq in stretch if is_stand_in(seq, rows[seq].event))
        yield Part(rows[stretch[0]].log_id, stretch[0], segments.extend(ZERO_HEAD, before), events, unreadable)


def _log(programme_id: uuid.UUID, id: uuid.UUID) -> Log | None:
    """A tablet's log with its row locked, if there is one."""
    found = select(Log).where(Log.programme_id == programme_id, Log.id == id, Log.owner == "device")
    return db.session.scalar(found.with_for_update().execution_options(populate_existing=True))


def _read(log: Log, by: Account) -> list[Quarantined]:
    account = db.session.get_one(Account, log.account_id)
    own = [row for row in _waiting(log.programme_id, log.id) if row.account_id == account.id]
    again = {known_by(one): one for one in _again(log, account)}
    for row in own:
        if again.pop((row.seq, row.code, row.event_hash), None) is None and row.code not in BESIDE:
            _settle(row, by, None)
    _add(log, account, again.values())
    waits = _waiting(log.programme_id, log.id)
    return [row for row in waits if row.account_id == account.id or row.code == "revoked_device"]


def _again(log: Log, account: Account) -> list[Aside]:
    events = segments.strings(log)
    if not events:
        return []
    grown, aside = derived.again(log, account, events)
    db.session.flush()
    return aside + derived.follow(grown) if grown else aside


def _waiting(programme_id: uuid.UUID, log_id: uuid.UUID, *codes: str) -> list[Quarantined]:
    """What waits of a log, of these codes only if there are any; by tablet, in order of seq and arrival."""
    query = select(Quarantined).where(
        Quarantined.programme_id == programme_id, Quarantined.log_id == log_id, Quarantined.settled_at.is_(None)
    )
    query = query.where(Quarantined.code.in_(codes)) if codes else query
    return list(db.session.scalars(query.order_by(Quarantined.device_id, Quarantined.seq, Quarantined.key)))


def _add(log: Log, account: Account, aside: Iterable[Aside]) -> None:
    """Put aside what is wrong now and was not before; what was settled under the same code stays settled."""
    settled = select(Quarantined.seq, Quarantined.code, Quarantined.event_hash).where(
        Quarantined.programme_id == log.programme_id, Quarantined.log_id == log.id
    )
    there = {tuple(row) for row in db.session.execute(settled)}
    for one in aside:
        if known_by(one) not in there:
            db.session.add(Quarantined(**as_row(account, log.id, one), device_id=log.device_id))
    db.session.flush()


def _settle(row: Quarantined, by: Account, reason: str | None) -> None:
    row.settled_at, row.settled_by_id, row.reason = now(), by.id, reason
