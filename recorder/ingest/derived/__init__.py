"""What follows from a log, and how is it made again?

Everything here is a function of the log's exact strings: whatever order the batches came in, the rows are those that
`recompute` would make from the whole log at once. Nothing follows before the signature stands and nothing before it is
missing; a `reopen` takes out what was made. One module for each thing that follows: `observations` (figures, ratings,
shares of cells), `assessments` (sorts, questionnaires), `sheets`, `questions`, `safety` (notes), `pairs` (agreement).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from recorder.db import now
from recorder.ingest import consents, second_log
from recorder.ingest.admission import admit
from recorder.ingest.derived import assessments, observations, safety
from recorder.ingest.derived.coded import observation, tape
from recorder.ingest.derived.grown import Aside, Grown
from recorder.measures import tape as tapes
from recorder.measures.tape import Tape
from recorder.records.observations import Log
from recorder.records.people import Account

__all__ = ["Aside", "Grown", "again", "follow", "grow", "observation", "recompute", "tape"]

_FOLLOW: Mapping[str, Callable[[Grown], list[Aside]]] = {
    "observation": observations.follow,
    "sort": assessments.follow,
    "questionnaire": assessments.follow,
    "safety": safety.follow,
}
_REMAKE: Mapping[str, Callable[[Log, Tape], object]] = {
    "observation": observations.remake,
    "sort": assessments.remake,
    "questionnaire": assessments.remake,
    "safety": safety.remake,
}


def recompute(log: Log) -> None:
    """Make what follows from a log again from its events; the caller commits."""
    _REMAKE[log.kind](log, tape(log))


def grow(log: Log, account: Account, before: int, events: Sequence[str]) -> tuple[Grown | None, list[Aside]]:
    """Note in a log's own row what its new events say: whose it is, how it ended, whether it is signed.

    Parameters: `log`, locked; `before`, how far it reached; `events`, all of its strings up to `log.stored_upto`.
    Returns the log as it has grown, None when nothing follows from it, and the new events that are put aside (their
    bytes stay in the log too).
    """
    if before == 0 and (refusal := admit(log, account, events[0])):
        return None, [Aside(1, refusal.code, refusal.message, events[0])]
    if log.refused:
        return None, []
    grown = Grown(log, _read(log, events), events, before, log.closed_at is not None)
    _note_clock(grown)
    aside = grown.misunderstood() + _ended(grown)
    if log.kind == "observation":  # the others are closed once it is known that they can be scored
        log.closed_at = (log.closed_at or now()) if grown.tape.closed else None
    return grown, aside


def again(log: Log, account: Account, events: Sequence[str]) -> tuple[Grown | None, list[Aside]]:
    """Read a locked log from its beginning as if it arrived now, as `grow` does; its opening is judged once more only
    if it was refused, since a log that counts does not cease to."""
    if log.refused:
        return grow(log, account, 0, events)
    grown = Grown(log, _read(log, events), events, 0, log.closed_at is not None)
    return grown, grown.misunderstood()


def follow(grown: Grown) -> list[Aside]:
    """Make what follows from a log that has grown; its row and its events are written. Returns the new events that are
    put aside."""
    return _FOLLOW[grown.log.kind](grown)


def _read(log: Log, events: Sequence[str]) -> Tape:
    return second_log.view(log, tapes.read(events))[0]


def _note_clock(grown: Grown) -> None:
    """Note when a log was begun, as well as is known by now; its day stays the one that it was taken in with."""
    log, clock = grown.log, tapes.clock(grown.tape)
    if clock is not None:
        log.started_at, log.clock_grade, log.clock_error_ms = clock.started_at, clock.grade, clock.error_ms


def _ended(grown: Grown) -> list[Aside]:
    """Note how a log ended; the family may have taken its consent back, in the visit itself or before the signature
    arrived."""
    log, ended = grown.log, grown.log.end
    log.end = grown.tape.aborted or ("end" if grown.tape.ended is not None else None)
    if log.family_id is None or log.kind == "safety":
        return []
    if log.end == "family_withdrew":
        if ended != log.end:
            assert log.local_date is not None
            consents.take_back(log.family_id, log.local_date)
        return []
    # with the opening itself, consent was looked at just now
    if not grown.tape.closed or grown.before == 0:
        return []
    if consents.consented(log.family_id, consents.today(grown.zone())):
        return []
    log.refused = "consent_withdrawn"
    return [grown.last(log.refused, "The family took its consent back before this arrived.")]
