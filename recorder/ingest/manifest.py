"""What has the server of the logs that a tablet holds?

What is stored of its own logs and, beyond that, what was kept apart without a hole (another began the log, the tablet
was revoked): both are acknowledged. Of a log that is another's nothing is told: it counts as unknown.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from recorder.db import db
from recorder.ingest.door import Held
from recorder.ingest.segments import extend
from recorder.ingest.unsealing import is_stand_in
from recorder.records.devices import Device
from recorder.records.observations import ZERO_HEAD, Log, Quarantined
from recorder.records.people import Account

APART = ("not_assigned", "revoked_device")


def acknowledged(account: Account, device: Device | None, held: Sequence[Held]) -> list[dict[str, Any]]:
    """What the server vouches for, one entry a log in their order: `id`, `stored_upto`, `head` and, where there are
    any, `unreadable` rows. Parameters as in `take`."""
    ids = [one.log for one in held]
    logs = {log.id: log for log in db.session.scalars(_logs(account, device).where(Log.id.in_(ids)))}
    apart = _apart(account, device, ids)
    return [_entry(one.log, logs.get(one.log), apart.get(one.log, {})) for one in held]


def _logs(account: Account, device: Device | None) -> Any:
    own = Log.account_id == account.id if device is None else Log.device_id == device.id
    return select(Log).where(Log.programme_id == account.programme_id, Log.owner == "device", own)


def _apart(account: Account, device: Device | None, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, Mapping[int, str]]:
    """What was kept apart of each log, by seq: the first event that came for a place."""
    sent: ColumnElement[bool] = Quarantined.device_id == device.id if device else Quarantined.device_id.is_(None)
    rows = db.session.execute(
        select(Quarantined.log_id, Quarantined.seq, Quarantined.event)
        .where(
            Quarantined.programme_id == account.programme_id,
            Quarantined.log_id.in_(list(ids)),
            Quarantined.code.in_(APART),
            sent if device else and_(sent, Quarantined.account_id == account.id),
        )
        .order_by(Quarantined.key.desc())
    )
    apart: dict[uuid.UUID, dict[int, str]] = defaultdict(dict)
    for log_id, seq, event in rows:
        apart[log_id][seq] = event
    return apart


def _entry(id: uuid.UUID, log: Log | None, apart: Mapping[int, str]) -> dict[str, Any]:
    upto, head, unreadable = (log.stored_upto, log.head, log.unreadable) if log else (0, ZERO_HEAD, 0)
    while (event := apart.get(upto + 1)) is not None:
        upto, head = upto + 1, extend(head, [event])
        unreadable += is_stand_in(upto, event)
    entry = {"id": str(id), "stored_upto": upto, "head": head}
    return entry | {"unreadable": unreadable} if unreadable else entry
