"""May this log count: whose is it, at which family, with which instrument, with whose consent?

What is wrong with a log's opening never refuses its bytes: the log is kept whole, marked with a quarantine code, and
counts for nothing until somebody settles it. A visitor's right to a family is judged on the visit's own day (an upload
may come weeks later); consent is judged on the day of arrival. An enrolled tablet sends for whoever used it: its log's
own opening says who recorded, whatever her role is by now. A second observer needs a grant for the visit in place
of an assignment. A safety note needs no consent, and a practice piece has no family.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import CompoundSelect, Date, Row, bindparam, cast, literal, null, or_, select, union_all

from recorder.db import db, now
from recorder.ingest import consents, visits
from recorder.ingest.opening import Opening, Unfit, read
from recorder.instruments.qset import QSet
from recorder.instruments.questionnaire import Questionnaire
from recorder.instruments.scheme import Scheme
from recorder.records.double_coding import Grant, PracticePiece, is_open
from recorder.records.families import Assignment, Caregiver, Child, Consent, Family
from recorder.records.instruments import with_hash
from recorder.records.observations import Log
from recorder.records.people import Account, Site

AHEAD = timedelta(days=2)

NEEDS = {
    "observation": (Scheme, "coding scheme"),
    "sort": (QSet, "Q-set"),
    "questionnaire": (Questionnaire, "questionnaire"),
}
"""What kind of instrument each kind of log is made with."""


@dataclass(frozen=True)
class Refusal:
    """Why something was put aside: a quarantine code of the sync contract, and one sentence."""

    code: str
    message: str


@dataclass(frozen=True)
class _Family:
    """What is known of a family when a log of it arrives; `tied` are rows of (what, who, since, until)."""

    id: uuid.UUID
    site_id: uuid.UUID
    zone: str
    erased: bool
    tied: tuple[Row[str, uuid.UUID, date | None, date | None], ...]

    def each(self, what: str) -> Iterable[Row[str, uuid.UUID, date | None, date | None]]:
        """The rows of one kind: child, caregiver, visitor (an account) or consent."""
        return (row for row in self.tied if row.what == what)


ERASED = Refusal("erased", "This family was erased, as it asked: nothing of it is kept.")


def is_erased(log: Log) -> bool:
    """Whether a log is of a family that was erased."""
    if log.family_id is None:
        return False
    return db.session.scalar(select(Family.erased_at).where(Family.id == log.family_id)) is not None


def admit(log: Log, account: Account, event: str) -> Refusal | None:
    """Take a locked log in by its first event: its family, its visit, its day; or mark it refused and say why."""
    try:
        opening = read(event)
    except Unfit as error:
        refusal: Refusal | None = Refusal("bad_value", str(error))
    else:
        refusal = _judge(log, account, opening)
    log.refused = refusal.code if refusal else None
    return refusal


def _judge(log: Log, account: Account, opening: Opening) -> Refusal | None:
    log.kind, log.role, log.context = opening.kind, opening.role, opening.context
    log.instrument, log.instrument_hash = opening.instrument, opening.hash
    log.started_at = opening.wall
    if log.device_id is not None:
        recorded = _who_recorded(log.programme_id, opening.user)
        if recorded is None:
            return Refusal("not_assigned", "The log names no person of this programme.")
        account, log.account_id = recorded, recorded.id
    if opening.practice is not None:
        return _judge_practice(log, account, opening, opening.practice)
    family = _known(log.programme_id, opening.family)
    if family is None:
        return Refusal("unknown_family", "No family of this programme has this id.")
    log.family_id = family.id
    if family.erased:
        return ERASED
    log.local_date = _day(opening.wall, family.zone)
    if refusal := _may_record(account, family, opening, log.local_date):
        return refusal
    if refusal := _instrument(log, opening) or _clock(opening):
        return refusal
    if strangers := _strangers(family, opening):
        return Refusal("bad_value", strangers)
    if opening.video and not consents.consented(family.id, consents.today(family.zone), "video"):
        return Refusal("consent_withdrawn", "The family has not agreed to being filmed, or took it back.")
    if opening.kind != "safety" and (refusal := _agree(log, family, opening, log.local_date)):
        return refusal
    return _attach_visit(log, account, family, opening, log.local_date)


def _who_recorded(programme_id: uuid.UUID, id: uuid.UUID | None) -> Account | None:
    account = None if id is None else db.session.get(Account, id)
    return account if account is not None and account.programme_id == programme_id else None


def _judge_practice(log: Log, account: Account, opening: Opening, piece_id: uuid.UUID) -> Refusal | None:
    """A practice belongs to a piece of the programme, to no family and to no visit."""
    piece = db.session.execute(
        select(PracticePiece.retired_at).where(
            PracticePiece.id == piece_id, PracticePiece.programme_id == log.programme_id
        )
    ).first()
    if piece is None or (piece.retired_at is not None and piece.retired_at <= opening.wall):
        return Refusal("bad_value", "No practice piece of this programme has this id.")
    log.practice_id = piece_id
    log.local_date = _day(opening.wall, account.site.zone if account.site else "UTC")
    return _instrument(log, opening) or _clock(opening)


def _instrument(log: Log, opening: Opening) -> Refusal | None:
    if opening.kind == "safety":
        return None
    kind, name = NEEDS[opening.kind]
    instrument = with_hash(log.programme_id, opening.hash)
    if not isinstance(instrument, kind):
        return Refusal("unknown_instrument", f"No {name} here has the hash {opening.hash}.")
    if isinstance(instrument, QSet) and not _is_legal(opening, instrument):
        return Refusal("bad_value", f"{instrument.id} has no distribution of these piles: say which one was used.")
    return None


def _is_legal(opening: Opening, qset: QSet) -> bool:
    """Whether a sort names one of its Q-set's distributions, or there is only one."""
    if opening.distribution is None:
        return len(qset.distributions) == 1
    return opening.distribution in qset.distributions


def _clock(opening: Opening) -> Refusal | None:
    if opening.wall > now() + AHEAD:
        return Refusal("future_time", "The tablet's clock is more than two days ahead.")
    return None


def _day(wall: datetime, zone: str) -> date:
    return wall.astimezone(ZoneInfo(zone)).date()


_NO_DAY = cast(null(), Date)
_FAMILY = (
    select(Family.id, Family.site_id, Site.zone, Family.erased_at)
    .join(Site, Site.id == Family.site_id)
    .where(Family.id == bindparam("family"), Family.programme_id == bindparam("programme"))
)
_TIED: CompoundSelect[str, uuid.UUID, date | None, date | None] = union_all(
    select(literal("child").label("what"), Child.id.label("who"), _NO_DAY.label("since"), _NO_DAY.label("until")).where(
        Child.family_id == bindparam("family")
    ),
    select(literal("caregiver"), Caregiver.id, _NO_DAY, _NO_DAY).where(Caregiver.family_id == bindparam("family")),
    select(literal("visitor"), Assignment.account_id, Assignment.from_on, Assignment.until_on).where(
        Assignment.family_id == bindparam("family")
    ),
    select(literal("consent"), Consent.id, Consent.given_on, Consent.withdrawn_on).where(
        Consent.family_id == bindparam("family"), Consent.scope == "observe"
    ),
)


def _known(programme_id: uuid.UUID, id: uuid.UUID | None) -> _Family | None:
    connection = db.session.connection()
    found = connection.execute(_FAMILY, {"family": id, "programme": programme_id}).first()
    if found is None:
        return None
    erased = found.erased_at is not None
    return _Family(found.id, found.site_id, found.zone, erased, tuple(connection.execute(_TIED, {"family": id})))


def _may_record(account: Account, family: _Family, opening: Opening, on: date) -> Refusal | None:
    if opening.role == "second":
        if not _granted(account, opening):
            return Refusal("not_assigned", "This visit was not given to this person to code a second time.")
        return None
    if _is_hers(account, family, on) or (opening.kind == "safety" and _granted(account, opening)):
        return None
    return Refusal("not_assigned", f"This family was not assigned to this person on {on}.")


def _is_hers(account: Account, family: _Family, on: date) -> bool:
    visitors = {row.who for row in family.each("visitor") if _holds(row, on)}
    if account.role == "visitor" or account.id in visitors:
        return account.id in visitors
    if account.role != "supervisor":
        return False
    if not visitors:
        return family.site_id == account.site_id
    team = select(Account.id).where(Account.id.in_(visitors), Account.supervisor_id == account.id)
    return db.session.execute(team).first() is not None


def _holds(assignment: Row[str, uuid.UUID, date | None, date | None], on: date) -> bool:
    return assignment.since <= on and (assignment.until is None or assignment.until >= on)


def _granted(account: Account, opening: Opening) -> bool:
    """Whether this person's grant for the visit was open when the log was begun, and is not used up."""
    grant = select(Grant.id).where(
        Grant.programme_id == account.programme_id,
        Grant.visit_id == opening.visit,
        Grant.account_id == account.id,
        or_(Grant.taken_back_at.is_(None), Grant.taken_back_at > opening.wall),
        is_open(),
    )
    return db.session.execute(grant).first() is not None


def _strangers(family: _Family, opening: Opening) -> str:
    """A sentence about a child or caregiver who is not of this family; empty if all are."""
    if not set(opening.children) <= {row.who for row in family.each("child")}:
        return "A child of this log is not of this family."
    if not set(opening.caregivers) <= {row.who for row in family.each("caregiver")}:
        return "A caregiver of this log is not of this family."
    return ""


def _agree(log: Log, family: _Family, opening: Opening, on: date) -> Refusal | None:
    """Without consent nothing counts; it may have been given in the visit itself, but not taken back since."""
    today = consents.today(family.zone)
    given = list(family.each("consent"))
    if any(row.since <= today and (row.until is None or row.until > today) for row in given):
        return None
    taken_back = any(row.until is not None and row.until >= on for row in given)
    if opening.observe and opening.given_now and not taken_back:
        consents.give(log.programme_id, family.id, on)
        return None
    return Refusal("consent_withdrawn", "The family has not agreed to being observed, or took it back.")


def _attach_visit(log: Log, account: Account, family: _Family, opening: Opening, on: date) -> Refusal | None:
    if opening.visit is None:
        return None
    there = visits.known(opening.visit)
    if there is None:
        visits.plan(opening.visit, log.programme_id, family.id, family.site_id, account.id, on)
    elif (there.programme_id, there.family_id) != (log.programme_id, family.id):
        return Refusal("bad_value", "This visit is not one of this family.")
    log.visit_id = opening.visit
    return None
