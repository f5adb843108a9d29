"""May this log count: whose is it, at which family, with which instrument, with whose consent?

The first event of a log says all that. What is wrong with it never refuses its bytes: the log is kept whole, marked
with a quarantine code, and counts for nothing until somebody settles it. A visitor's right to a family is judged on
the visit's own day (an upload may come weeks later); consent is judged on the day of arrival.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from recorder.db import db, now
from recorder.instruments.scheme import Scheme
from recorder.records.families import Assignment, Caregiver, Consent, Family
from recorder.records.instruments import with_hash
from recorder.records.observations import Log
from recorder.records.people import Account, Site
from recorder.records.visits import Visit

AHEAD = timedelta(days=2)
OLDEST_YEAR = 2000
ROLES = ("primary", "second", "practice")


@dataclass(frozen=True)
class Refusal:
    """Why something was put aside: a quarantine code of the sync contract, and one sentence."""

    code: str
    message: str


class Unfit(ValueError):
    """An opening that does not say what it must; the message is one sentence."""


@dataclass(frozen=True)
class Opening:
    """What the first event of a log says; the first child and the first caregiver are focal."""

    role: str
    context: str
    instrument: str
    hash: str
    visit: uuid.UUID
    family: uuid.UUID
    children: tuple[uuid.UUID, ...]
    caregivers: tuple[uuid.UUID, ...]
    wall: datetime
    observe: bool
    given_now: bool


def read(event: str) -> Opening:
    """Read the string of an `open` event. Raises `Unfit`."""
    data = _data(event)
    if data.get("kind") != "observation":
        raise Unfit("This kind of log is not known here.")
    consent = data.get("consent", {})
    if not isinstance(consent, dict):
        raise Unfit("consent must be an object.")
    return Opening(
        role=_one_of(data, "role", ROLES),
        context=_text(data, "context", 40, least=0),
        instrument=f"{_text(data, 'instrument', 80)}/{_version(data)}",
        hash=_text(data, "hash", 64),
        visit=_uuid(data.get("visit"), "visit"),
        family=_uuid(data.get("family"), "family"),
        children=_uuids(data, "children", least=1),
        caregivers=_uuids(data, "caregivers", least=0),
        wall=_wall(data.get("wall")),
        observe=consent.get("observe") is True,
        given_now=consent.get("given_now") is True,
    )


def admit(log: Log, account: Account, event: str) -> Refusal | None:
    """Take a locked log in by its first event: its family, its visit, its day; or mark it refused and say why."""
    try:
        opening = read(event)
    except Unfit as error:
        refusal: Refusal | None = Refusal("bad_value", str(error))
    else:
        with db.session.no_autoflush:  # each look would write the log's row again
            refusal = _judge(log, account, opening)
    log.refused = refusal.code if refusal else None
    db.session.flush()
    return refusal


def consented(family_id: uuid.UUID, on: date) -> bool:
    """Whether a family agrees, on this day, to being observed."""
    query = select(Consent.id).where(
        Consent.family_id == family_id,
        Consent.scope == "observe",
        Consent.given_on <= on,
        or_(Consent.withdrawn_on.is_(None), Consent.withdrawn_on > on),
    )
    return db.session.execute(query).first() is not None


def today(site: Site) -> date:
    """The day that it is now at a site."""
    return now().astimezone(ZoneInfo(site.zone)).date()


def _judge(log: Log, account: Account, opening: Opening) -> Refusal | None:
    log.role, log.context, log.kind = opening.role, opening.context, "observation"
    log.instrument, log.instrument_hash = opening.instrument, opening.hash
    log.started_at = opening.wall
    family = db.session.scalar(
        select(Family).where(Family.id == opening.family, Family.programme_id == log.programme_id)
    )
    if family is None:
        return Refusal("unknown_family", "No family of this programme has this id.")
    log.family_id = family.id
    log.local_date = opening.wall.astimezone(ZoneInfo(family.site.zone)).date()
    if not _may_record(account, family, log.local_date):
        return Refusal("not_assigned", f"This family was not assigned to this person on {log.local_date}.")
    if not isinstance(with_hash(log.programme_id, opening.hash), Scheme):
        return Refusal("unknown_instrument", f"No coding scheme here has the hash {opening.hash}.")
    if opening.wall > now() + AHEAD:
        return Refusal("future_time", "The tablet's clock is more than two days ahead.")
    if strangers := _strangers(family, opening):
        return Refusal("bad_value", strangers)
    if refusal := _agree(log, family, opening):
        return refusal
    return _attach_visit(log, account, family, opening.visit)


def _may_record(account: Account, family: Family, on: date) -> bool:
    visitors = set(
        db.session.scalars(
            select(Assignment.account_id).where(
                Assignment.family_id == family.id,
                Assignment.from_on <= on,
                or_(Assignment.until_on.is_(None), Assignment.until_on >= on),
            )
        )
    )
    if account.role == "visitor" or account.id in visitors:
        return account.id in visitors
    if account.role != "supervisor":
        return False
    if not visitors:
        return family.site_id == account.site_id
    team = select(Account.id).where(Account.id.in_(visitors), Account.supervisor_id == account.id)
    return db.session.execute(team).first() is not None


def _strangers(family: Family, opening: Opening) -> str:
    """A sentence about a child or caregiver who is not of this family; empty if all are."""
    if not set(opening.children) <= {child.id for child in family.children}:
        return "A child of this log is not of this family."
    caregivers = select(Caregiver.id).where(Caregiver.family_id == family.id)
    if not set(opening.caregivers) <= set(db.session.scalars(caregivers)):
        return "A caregiver of this log is not of this family."
    return ""


def _agree(log: Log, family: Family, opening: Opening) -> Refusal | None:
    """Without consent nothing counts; it may have been given in the visit itself, but not taken back since."""
    assert log.local_date is not None
    if consented(family.id, today(family.site)):
        return None
    taken_back = select(Consent.id).where(
        Consent.family_id == family.id, Consent.scope == "observe", Consent.withdrawn_on >= log.local_date
    )
    if opening.observe and opening.given_now and db.session.execute(taken_back).first() is None:
        db.session.add(
            Consent(programme_id=log.programme_id, family_id=family.id, scope="observe", given_on=log.local_date)
        )
        return None
    return Refusal("consent_withdrawn", "The family has not agreed to being observed, or took it back.")


def _attach_visit(log: Log, account: Account, family: Family, visit_id: uuid.UUID) -> Refusal | None:
    visit = db.session.get(Visit, visit_id)
    if visit is None:
        assert log.local_date is not None
        visit = Visit(
            id=visit_id,
            programme_id=log.programme_id,
            family_id=family.id,
            site_id=family.site_id,
            account_id=account.id,
            local_date=log.local_date,
            status="planned",
        )
        visit.family, visit.site = family, family.site
        db.session.add(visit)
    elif (visit.programme_id, visit.family_id) != (log.programme_id, family.id):
        return Refusal("bad_value", "This visit is not one of this family.")
    log.visit = visit
    return None


def _data(event: str) -> dict[str, Any]:
    try:
        document = json.loads(event)
    except (ValueError, RecursionError) as error:
        raise Unfit("The first event is not JSON.") from error
    if not isinstance(document, dict) or [document.get(key) for key in ("kind", "seq", "t")] != ["open", 1, 0]:
        raise Unfit("A log begins with an open event whose seq is 1 and whose t is 0.")
    data = document.get("data")
    if not isinstance(data, dict):
        raise Unfit("The open event has no data.")
    return data


def _text(data: dict[str, Any], key: str, longest: int, *, least: int = 1) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value.isprintable() or not least <= len(value) <= longest:
        raise Unfit(f"{key} must be a text of at most {longest} characters.")
    return value


def _one_of(data: dict[str, Any], key: str, choices: tuple[str, ...]) -> str:
    value = data.get(key)
    if value not in choices:
        raise Unfit(f"{key} must be one of {', '.join(choices)}.")
    return str(value)


def _version(data: dict[str, Any]) -> int:
    value = data.get("version")
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value < 2**31:
        raise Unfit("version must be a whole number from 1.")
    return value


def _uuid(value: Any, key: str) -> uuid.UUID:
    try:
        return uuid.UUID(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise Unfit(f"{key} must be a UUID.") from error


def _uuids(data: dict[str, Any], key: str, *, least: int) -> tuple[uuid.UUID, ...]:
    value = data.get(key)
    if not isinstance(value, list) or not least <= len(value) <= 10:
        raise Unfit(f"{key} must be a list of {least} to 10 UUIDs.")
    return tuple(_uuid(item, key) for item in value)


def _wall(value: Any) -> datetime:
    try:
        wall = datetime.fromisoformat(value)
    except (ValueError, TypeError) as error:
        raise Unfit("wall must be a time like 2026-03-02T15:04:11.250Z.") from error
    if wall.tzinfo is None or not OLDEST_YEAR <= wall.year < 9999:
        raise Unfit("wall must be a time with its zone, after the year 2000.")
    return wall.astimezone(UTC)
