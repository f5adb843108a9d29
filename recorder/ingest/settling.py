"""What was put aside: may it count now, or does it stay aside for good?

`readmit` reads a whole log again from its exact strings, as if it arrived now: after an assignment was added, an
instrument brought in, a consent given. What follows is what a straight arrival would have made. `set_aside` ends the
waiting with a reason. Neither destroys a byte: the strings stay in the log's segments and in quarantine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from recorder.db import db, now
from recorder.ingest import derived, segments
from recorder.ingest.derived import Aside
from recorder.ingest.taking import as_row, committed, known_by
from recorder.records.observations import Log, Quarantined
from recorder.records.people import Account

SECOND_HAND = ("fork", "revoked_device")
"""Codes of events that are in quarantine only: no reading of the log again brings them in."""


def readmit(log: Log, by: Account) -> list[Quarantined]:
    """Read a log again from its beginning, make what follows from it, and commit.

    Parameters: `log`, of a tablet; `by`, who asked for it. Returns what still waits of what its own visitor sent, in
    order of seq.
    """
    key = log.key
    return committed(lambda: _readmit(key, by))


def set_aside(rows: Sequence[Quarantined], reason: str, by: Account) -> None:
    """Let what was put aside stay aside for good, with the reason, and commit."""
    for row in rows:
        _settle(row, by, reason)
    db.session.commit()


def _readmit(key: int, by: Account) -> list[Quarantined]:
    log = db.session.get_one(Log, key, with_for_update=True, populate_existing=True)
    account = db.session.get_one(Account, log.account_id)
    again = {known_by(one): one for one in _again(log, account)}
    waiting = []
    for row in _open(log):
        if again.pop((row.seq, row.code, row.event_hash), None) or row.code in SECOND_HAND:
            waiting.append(row)
        else:
            _settle(row, by, None)
    waiting += _new(log, account, again.values())
    return sorted(waiting, key=lambda row: row.seq)


def _again(log: Log, account: Account) -> list[Aside]:
    events = segments.strings(log)
    if not events:
        return []
    grown, aside = derived.again(log, account, events)
    db.session.flush()
    return aside + derived.follow(grown) if grown else aside


def _open(log: Log) -> Sequence[Quarantined]:
    """What waits of the events that the log's own visitor sent."""
    return db.session.scalars(
        select(Quarantined)
        .where(
            Quarantined.programme_id == log.programme_id,
            Quarantined.log_id == log.id,
            Quarantined.account_id == log.account_id,
            Quarantined.settled_at.is_(None),
        )
        .order_by(Quarantined.seq)
    ).all()


def _new(log: Log, account: Account, aside: Iterable[Aside]) -> list[Quarantined]:
    """Rows for what is put aside now and was not before; what was settled under the same code stays settled."""
    settled = select(Quarantined.seq, Quarantined.code, Quarantined.event_hash).where(
        Quarantined.programme_id == log.programme_id, Quarantined.log_id == log.id
    )
    there = {tuple(row) for row in db.session.execute(settled)}
    rows = [Quarantined(**as_row(account, log.id, one)) for one in aside if known_by(one) not in there]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def _settle(row: Quarantined, by: Account, reason: str | None) -> None:
    row.settled_at, row.settled_by_id, row.reason = now(), by.id, reason
