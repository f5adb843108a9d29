"""A log that has grown, and the events of it that are put aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from recorder.db import db
from recorder.measures.tape import Tape
from recorder.records.observations import Log
from recorder.records.people import Site
from recorder.records.visits import Visit

_ZONE = select(Site.zone).join(Visit, Visit.site_id == Site.id).where(Visit.id == bindparam("visit"))


@dataclass(frozen=True)
class Aside:
    """An event that is put aside: its seq, a quarantine code, one sentence, and its exact string."""

    seq: int
    code: str
    message: str
    event: str


@dataclass(frozen=True)
class Grown:
    """A locked log, what its events mean together, their strings, how far it reached `before`, and whether it was
    signed then."""

    log: Log
    tape: Tape
    events: Sequence[str]
    before: int
    was_closed: bool

    def aside(self, seq: int, code: str, message: str) -> Aside:
        """Put one event aside; a sentence that is too long for its column is cut."""
        return Aside(seq, code, message[:400], self.events[seq - 1])

    def last(self, code: str, message: str) -> Aside:
        """Put the newest event aside."""
        return self.aside(len(self.events), code, message)

    def misunderstood(self) -> list[Aside]:
        """The new events that cannot be understood."""
        return [self.aside(*refusal) for refusal in self.tape.refused if refusal[0] > self.before]

    def zone(self) -> str:
        """The zone of the site of the log's visit."""
        zone: str = db.session.connection().execute(_ZONE, {"visit": self.log.visit_id}).scalar_one()
        return zone
