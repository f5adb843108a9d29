"""A log as the pure value that is measured."""

from __future__ import annotations

from recorder.ingest import second_log
from recorder.ingest.derived.members import age, named
from recorder.instruments.scheme import Scheme
from recorder.measures import tape as tapes
from recorder.measures.observation import InvalidObservation, Observation, Person
from recorder.measures.tape import Tape
from recorder.records.instruments import with_hash
from recorder.records.observations import Log


def tape(log: Log) -> Tape:
    """What the events of a log mean together, as they were corrected since."""
    return second_log.view(log)[0]


def observation(log: Log, read: Tape | None = None) -> Observation:
    """A log as the pure value that `measures` takes, its children and caregivers known by their ids.

    Parameters: `read`, the log's tape, where the caller has it already. Raises `InvalidObservation`.
    """
    scheme = with_hash(log.programme_id, log.instrument_hash)
    if log.local_date is None or not isinstance(scheme, Scheme):
        raise InvalidObservation("This log has no coding scheme that is known here.")
    read = read or tape(log)
    children, caregivers = (named(read, key) if log.family_id else [] for key in ("children", "caregivers"))
    return tapes.observation(
        read,
        scheme,
        [Person(str(id), age(id, log.local_date)) for id in children],
        [Person(str(id)) for id in caregivers],
    )
