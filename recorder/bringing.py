"""How does an observation of a file come into the database? Exactly as if a tablet had sent it.

Log, visit and device get ids that follow from the family and from the observation's own id (or, without one, from the
file's content): the same file again finds itself. What would be put aside is refused before anything is stored.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from recorder.exchange.coded import Coded, Unreadable, observation
from recorder.instruments import library
from recorder.instruments.scheme import Scheme
from recorder.measures.observation import Observation, Person
from recorder.measures.tape import as_log

if TYPE_CHECKING:
    from datetime import date

    from recorder.records.families import Family
    from recorder.records.observations import Log
    from recorder.records.people import Account

CONTEXTS = ("free_play", "meal", "care", "book")
LONGEST_LOG_MS = 86_400_000


def bring(
    read: Coded, seen: Observation, home: Family, visitor: str | None, wall: datetime, log_id: uuid.UUID
) -> list[str]:
    """Store the observation and say what was stored, last; before it what was put aside. Raises `Unreadable`."""
    from recorder import ingest
    from recorder.db import db
    from recorder.records.people import Account

    seen, children, caregivers = _with_people(seen, home, read.file)
    there = _stored(home, log_id)
    day = wall.astimezone(ZoneInfo(home.site.zone)).date()
    account = db.session.get_one(Account, there.account_id) if there else _account(home, visitor, day, read.file)
    visit = there.visit_id if there and there.visit_id else _visit_id(home, account, day, log_id)
    opening = {
        "kind": "observation",
        "role": seen.role,
        "context": _context(seen.context),
        "clock": seen.clock,
        "instrument": seen.scheme.name,
        "version": seen.scheme.version,
        "hash": seen.scheme.hash,
        "visit": str(visit),
        "family": str(home.id),
        "children": children,
        "caregivers": caregivers,
        "device": str(uuid.uuid5(log_id, "device")),
        "user": str(account.id),
        "wall": wall.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "zone": home.site.zone,
        "planned_ms": seen.duration_ms,
        "consent": {"observe": True, "given_now": False},
        "present": "",
        "state": "calm",
    }
    events = as_log(seen, opening)
    if there:
        if ingest.strings(there) == events:
            return [f"{read.file} is stored already, as observation {log_id}: nothing was changed."]
        raise Unreadable(read.file, f"observation {log_id} is stored already and differs: what is stored never changes")
    _may_count(home, read.file, wall)
    _publish(read, seen.scheme, home)
    (answer,) = ingest.take(account, ingest.delivery(log_id, events))
    told = [f"Event {one['seq']} was put aside ({one['code']}): {one['message']}" for one in answer["quarantined"]]
    log = _stored(home, log_id)
    if log is None or log.refused:
        raise Unreadable(read.file, f"it was put aside ({log.refused if log else 'not stored'}) and counts for nothing")
    db.session.refresh(account)
    return [
        *told,
        f"Stored {len(events)} events as observation {log_id}: family {home.code}, visit of {day} by "
        f"{account.sign_in}, {seen.scheme.id}.",
    ]


def family_of(read: Coded, named: str | None) -> Family:
    """The family that is named by its id or code, or the one that the file's first child belongs to."""
    from sqlalchemy import select

    from recorder.db import db
    from recorder.records.families import Child, Family

    if named is None:
        child = _uuid(read.children[0].id) if read.children else None
        found = db.session.scalars(select(Family).join(Child, Child.family_id == Family.id).where(Child.id == child))
        hint = "it does not say whose observation it is: give --family ID or CODE"
    else:
        by = Family.id == id if (id := _uuid(named)) else Family.code == named
        found = db.session.scalars(select(Family).where(by))
        hint = f'no family here has the id or code "{named[:80]}"'
    families = list(found.unique())
    if len(families) > 1:
        raise Unreadable(read.file, f'several programmes have a family "{named}": give its id')
    if not families:
        raise Unreadable(read.file, hint)
    return families[0]


def with_scheme(read: Coded, home: Family, scheme_of: Callable[[Coded], Scheme]) -> tuple[Coded, Observation]:
    """The observation with its scheme, which may also be one that the programme published."""
    from sqlalchemy import select

    from recorder.db import db
    from recorder.records.instruments import StoredInstrument

    if isinstance(read.scheme, str) and not _is_builtin(read.scheme):
        name, _, version = read.scheme.partition("/")
        query = select(StoredInstrument.document).where(
            StoredInstrument.programme_id == home.programme_id, StoredInstrument.name == name
        )
        if version.isdecimal() and len(version) < 10:
            query = query.where(StoredInstrument.version == int(version))
        document = db.session.scalar(query.order_by(StoredInstrument.version.desc()).limit(1))
        read = replace(read, scheme=document or read.scheme)
    seen = observation(read, scheme_of(read))
    if seen.duration_ms > LONGEST_LOG_MS:
        raise Unreadable(read.file, "it is longer than a day, which no visit is")
    return read, seen


def _is_builtin(id: str) -> bool:
    try:
        library.builtin(id)
    except LookupError:
        return False
    return True


def wall_of(read: Coded, started: datetime | None, home: Family) -> datetime:
    """When an observation started; without a zone in the time of the family's site. Raises `Unreadable`."""
    wall = started or read.started_at
    if wall is None:
        raise Unreadable(read.file, "it does not say when the observation was: give --at, such as 2026-03-02T10:04")
    return wall if wall.tzinfo else wall.replace(tzinfo=ZoneInfo(home.site.zone))


def log_id_of(read: Coded, content: bytes, home: Family) -> uuid.UUID:
    """The id of the log that a family's observation becomes, by its own id or by the file's content."""
    own = read.id or hashlib.sha256(content).hexdigest()
    return uuid.uuid5(home.id, f"observation {own}")


def _stored(home: Family, log_id: uuid.UUID) -> Log | None:
    from sqlalchemy import select

    from recorder.db import db
    from recorder.records.observations import Log

    query = select(Log).where(Log.programme_id == home.programme_id, Log.id == log_id, Log.owner == "device")
    return db.session.scalar(query)


def _with_people(seen: Observation, home: Family, file: str) -> tuple[Observation, list[str], list[str]]:
    """The observation with the family's own ids: a person is found by id, else by place (the first is the first)."""
    children = _matched(seen.children, [child.id for child in home.children], "children", file)
    caregivers = _matched(seen.caregivers, [adult.id for adult in home.caregivers], "caregivers", file)
    events = []
    for event in seen.events:
        if event.child is not None and event.child not in children:
            raise Unreadable(file, f'the event at {event.t_ms} ms is of the child "{event.child}", who is not listed')
        events.append(
            replace(
                event,
                child=None if event.child is None else children[event.child],
                by=None if event.by is None else caregivers.get(event.by, "other"),
            )
        )
    here = list(children.values()) or [str(home.children[0].id)]
    there = list(caregivers.values()) or [str(adult.id) for adult in home.caregivers[:1]]
    return replace(seen, events=tuple(events)), here, there


def _matched(people: tuple[Person, ...], ids: list[uuid.UUID], kind: str, file: str) -> dict[str, str]:
    if len(people) > len(ids):
        raise Unreadable(file, f"it lists {len(people)} {kind}, the family has {len(ids)}: enrol them first")
    if all(_uuid(person.id) in ids for person in people):
        return {person.id: str(_uuid(person.id)) for person in people}
    return {person.id: str(id) for person, id in zip(people, ids, strict=False)}


def _account(home: Family, visitor: str | None, day: date, file: str) -> Account:
    """The visitor who is named, or the one who was assigned to the family on that day."""
    from sqlalchemy import select

    from recorder.db import db
    from recorder.records.people import Account

    assigned = [
        one.account for one in home.assignments if one.from_on <= day and (one.until_on is None or one.until_on >= day)
    ]
    if visitor is None:
        if len(assigned) != 1:
            who = "nobody" if not assigned else "more than one visitor"
            raise Unreadable(file, f"{who} was assigned to family {home.code} on {day}: give --visitor SIGN_IN")
        return assigned[0]
    account = db.session.scalar(
        select(Account).where(Account.sign_in == visitor.strip().casefold(), Account.programme_id == home.programme_id)
    )
    if account is None:
        raise Unreadable(file, f'nobody of this programme signs in as "{visitor[:80]}"')
    if account.role == "visitor" and account not in assigned:
        raise Unreadable(file, f"family {home.code} was not assigned to {account.sign_in} on {day}: assign it first")
    return account


def _visit_id(home: Family, account: Account, day: date, log_id: uuid.UUID) -> uuid.UUID:
    """The visit that was planned for that day with this visitor, or a new one."""
    from sqlalchemy import select

    from recorder.db import db
    from recorder.records.visits import Visit

    planned = db.session.scalar(
        select(Visit.id)
        .where(
            Visit.family_id == home.id,
            Visit.account_id == account.id,
            Visit.local_date == day,
            Visit.status == "planned",
        )
        .order_by(Visit.local_time)
        .limit(1)
    )
    return planned or uuid.uuid5(log_id, "visit")


def _may_count(home: Family, file: str, wall: datetime) -> None:
    """Refuse here what would be put aside there."""
    from recorder.db import now
    from recorder.ingest.consents import consented, today

    if wall > now():
        raise Unreadable(file, f"it is of {wall.isoformat()}, which is still to come")
    if not consented(home.id, today(home.site.zone)):
        raise Unreadable(file, f"family {home.code} has not agreed to being observed, or took it back")


def _publish(read: Coded, scheme: Scheme, home: Family) -> None:
    """Publish the file's own scheme in the programme, for ever; `take` commits it together with the log."""
    from recorder.db import db
    from recorder.records.instruments import StoredInstrument, with_hash, with_id

    if with_hash(home.programme_id, scheme.hash) is not None:
        return
    if with_id(home.programme_id, scheme.id) is not None:
        raise Unreadable(
            read.file, f"the programme has another scheme {scheme.id}: give this one another name or the next version"
        )
    db.session.add(
        StoredInstrument(
            programme_id=home.programme_id,
            kind="scheme",
            name=scheme.name,
            version=scheme.version,
            hash=scheme.hash,
            document=dict(_document(read)),
        )
    )
    db.session.commit()  # a batch that meets another is rolled back and taken again: the scheme must stay


def _document(read: Coded) -> Mapping[str, Any]:
    assert isinstance(read.scheme, Mapping), "what is not built in came as a document"
    return read.scheme


def _context(words: str | None) -> str:
    word = (words or "").strip().casefold().replace(" ", "_")
    return word if word in CONTEXTS else "other"


def _uuid(words: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(words)
    except ValueError:
        return None
