"""How is a signed observation corrected by somebody who has no longer its tablet?

A supervisor changes the code of a tap, strikes it, or changes a rating, from the value that she saw. The change is kept
beside the tablet's log (`second_log`), and figures, cells and ratings are made again from both, in one transaction.
"""

from __future__ import annotations

from sqlalchemy import select

from recorder.db import db
from recorder.ingest import derived, second_log
from recorder.ingest.taking import committed
from recorder.measures.observation import Value
from recorder.measures.tape import Conflict, Correction
from recorder.records.observations import Log
from recorder.records.people import Account


def correct(log_key: int, by: Account, place: str, base: Value, value: Value, reason: str) -> Conflict | None:
    """Correct a tablet's log, make what follows from it again, and commit.

    Parameters: `place` and `base` as in `measures.tape.amended`; `base` is what `by` saw. Returns the conflict that the
    correction is in, None if it stands. Raises ValueError for what is no place.
    """
    return committed(lambda: _correct(log_key, by, place, base, value, reason))


def _correct(log_key: int, by: Account, place: str, base: Value, value: Value, reason: str) -> Conflict | None:
    log = db.session.scalars(
        select(Log).where(Log.key == log_key).with_for_update().execution_options(populate_existing=True)
    ).one()
    correction = second_log.add(log, by, place, base, value, reason)
    derived.recompute(log)
    return next((one for one in second_log.view(log)[1] if one.correction.seq == correction.seq), None)


def corrections(log: Log) -> tuple[list[Correction], tuple[Conflict, ...]]:
    """The corrections of a log in their order, and those in conflict."""
    return second_log.of(log), second_log.view(log)[1]
