"""Who may see and do what?

One table names every endpoint with the roles that may use it; an endpoint that it does not name is refused. Which
rows a person may touch is decided by the fetchers below, in a view's first line: what is another's and what does not
exist are the same 404. A visitor touches the families that are hers today (by dated assignment), a supervisor those
of her team and the unassigned ones of her site, managers and auditors those of their programme; an administrator
touches accounts and no records. A tablet (`device`) appends what was recorded, by its own token, and reads nothing; a
person whose vault on it is open (`user`) pulls her caseload.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, NoReturn, TypeVar
from zoneinfo import ZoneInfo

import flask
from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true

from recorder import devices, second_factor, sessions, wall
from recorder.db import db, now
from recorder.records.assessments import ExternalResult, LifeEvent
from recorder.records.devices import Device
from recorder.records.double_coding import PairAgreement, PracticePiece, is_hidden_from
from recorder.records.families import Assignment, Family
from recorder.records.followups import Question, SafetyNote
from recorder.records.given import ParentLink
from recorder.records.instruments import StoredInstrument
from recorder.records.observations import Log, Quarantined, StoredFigures
from recorder.records.people import Account, Programme, SignedIn, Site
from recorder.records.sheets import Sheet
from recorder.records.visits import Visit

ANYONE = frozenset({"stranger", "visitor", "supervisor", "manager", "auditor", "administrator"})
SIGNED_IN = ANYONE - {"stranger"}
RECORDS = SIGNED_IN - {"administrator"}
RECORDING = frozenset({"visitor", "supervisor"})
CASEWORK = frozenset({"supervisor"})
PROGRAMME = frozenset({"manager", "auditor"})
MANAGEMENT = frozenset({"manager"})
AUDITING = frozenset({"auditor"})
READS_AVAILABILITY = CASEWORK | PROGRAMME
"""Who sees an external emotional-availability result: not those who observe, so that it cannot colour what they see."""
ACCOUNTS = frozenset({"administrator"})
INSTRUMENTS = PROGRAMME | CASEWORK | ACCOUNTS
TABLETS = PROGRAMME | CASEWORK | ACCOUNTS
TABLET_CARE = CASEWORK | ACCOUNTS
TABLET = frozenset({"device"})
UNLOCKED = frozenset({"user"})

POLICY: dict[str, frozenset[str]] = {
    "static": ANYONE,
    "health.alive": ANYONE,
    "health.ready": ANYONE,
    "account.sign_in": ANYONE,
    "account.take_sign_in": ANYONE,
    "account.number": ANYONE,
    "account.take_number": ANYONE,
    "account.home": SIGNED_IN,
    "account.sign_out": SIGNED_IN,
    "account.me": SIGNED_IN,
    "account.save_me": SIGNED_IN,
    "account.change_password": SIGNED_IN,
    "account.end_session": SIGNED_IN,
    "account.accounts": ACCOUNTS,
    "account.add": ACCOUNTS,
    "account.person": ACCOUNTS,
    "account.change": ACCOUNTS,
    "account.disable": ACCOUNTS,
    "account.admit": ACCOUNTS,
    "account.invite": ACCOUNTS,
    "account.end_session_of": ACCOUNTS,
    "account.end_sessions_of": ACCOUNTS,
    "account.forget_second": ACCOUNTS,
    "invitation.show": ANYONE,
    "invitation.accept": ANYONE,
    "second_factor.show": SIGNED_IN,
    "second_factor.begin": SIGNED_IN,
    "second_factor.stop": SIGNED_IN,
    "sites.index": ACCOUNTS,
    "sites.add": ACCOUNTS,
    "sites.rename": ACCOUNTS,
    "families.index": RECORDS,
    "families.show": RECORDS,
    "families.new": CASEWORK,
    "families.enrol": CASEWORK,
    "families.edit": CASEWORK,
    "families.save": CASEWORK,
    "families.leave": CASEWORK,
    "families.consent": CASEWORK,
    "families.withdraw": CASEWORK,
    "families.assign": CASEWORK,
    "families.caseload": CASEWORK,
    "families.take_caseload": CASEWORK,
    "families.caseload_example": CASEWORK,
    "visits.index": RECORDS,
    "visits.show": RECORDS,
    "visits.plan": RECORDING,
    "visits.cancel": RECORDING,
    "visits.second": CASEWORK,
    "visits.end_second": CASEWORK,
    "corrections.index": RECORDS,
    "corrections.new": CASEWORK,
    "corrections.add": CASEWORK,
    "record.shell": ANYONE,
    "record.words": ANYONE,
    "record.wording": ANYONE,
    "offline.worker": ANYONE,
    "offline.manifest": ANYONE,
    "offline.install": ANYONE,
    "offline.away": ANYONE,
    "sync.manifest": RECORDING | TABLET,
    "sync.events": RECORDING | TABLET,
    "sync.pull": RECORDING | UNLOCKED,
    "tablet.hello": ANYONE,
    "tablet.enrol": ANYONE,
    "tablet.user": RECORDING,
    "tablet.report": TABLET,
    "tablet.recover": TABLET,
    "sheets.show": RECORDS,
    "sheets.pdf": RECORDS,
    "given.links": RECORDING,
    "given.make": RECORDING,
    "given.revoke": RECORDING,
    "given.door": ANYONE,
    "given.come_in": ANYONE,
    "given.page": ANYONE,
    "given.accent": ANYONE,
    "given.logo": ANYONE,
    "followups.notes": RECORDING,
    "followups.write": RECORDING,
    "followups.keep": RECORDING,
    "followups.note": RECORDING,
    "followups.acknowledge": CASEWORK,
    "followups.questions": RECORDING,
    "followups.answer": CASEWORK,
    "assessments.show": RECORDS,
    "assessments.availability": CASEWORK | MANAGEMENT,
    "assessments.classification": CASEWORK | MANAGEMENT,
    "assessments.withdraw": CASEWORK | MANAGEMENT,
    "assessments.event": RECORDING,
    "assessments.remove_event": RECORDING,
    "settings.show": MANAGEMENT,
    "settings.save": MANAGEMENT,
    "page_settings.show": MANAGEMENT,
    "page_settings.save": MANAGEMENT,
    "page_settings.review": MANAGEMENT,
    "page_settings.template": MANAGEMENT,
    "page_settings.add_step": MANAGEMENT,
    "page_settings.remove_step": MANAGEMENT,
    "instruments.index": INSTRUMENTS,
    "instruments.show": INSTRUMENTS,
    "instruments.show_built_in": INSTRUMENTS,
    "instruments.export": INSTRUMENTS,
    "instruments.export_built_in": INSTRUMENTS,
    "instruments.start": ACCOUNTS,
    "instruments.copy": ACCOUNTS,
    "instruments.copy_built_in": ACCOUNTS,
    "instruments.next_version": ACCOUNTS,
    "instruments.edit": ACCOUNTS,
    "instruments.save": ACCOUNTS,
    "instruments.publish": ACCOUNTS,
    "instruments.delete": ACCOUNTS,
    "instruments.choose_file": ACCOUNTS,
    "instruments.take_file": ACCOUNTS,
    "agreement.index": PROGRAMME | CASEWORK,
    "agreement.pair": PROGRAMME | CASEWORK,
    "agreement.certificate": CASEWORK | MANAGEMENT,
    "practice.index": PROGRAMME | CASEWORK,
    "practice.add": CASEWORK | MANAGEMENT,
    "practice.retire": CASEWORK | MANAGEMENT,
    "practice.certify": CASEWORK | MANAGEMENT,
    "week.index": RECORDS,
    "week.rows": RECORDS,
    "supervision.index": RECORDS,
    "supervision.note": CASEWORK,
    "published.index": PROGRAMME,
    "published.publish": MANAGEMENT,
    "published.show": PROGRAMME,
    "published.download": PROGRAMME,
    "report.index": PROGRAMME,
    "report.keep": MANAGEMENT,
    "report.as_csv": PROGRAMME,
    "report.as_pdf": PROGRAMME,
    "programme_more.process": PROGRAMME,
    "programme_more.details": PROGRAMME,
    "rights.audit_trail": AUDITING,
    "rights.family": CASEWORK | MANAGEMENT,
    "rights.hold": MANAGEMENT,
    "rights.lift": MANAGEMENT,
    "rights.erase": MANAGEMENT,
    "rights.review": CASEWORK,
    "rights.release": CASEWORK,
    "programme.index": PROGRAMME,
    "programme.export": PROGRAMME,
    "programme.package": PROGRAMME,
    "programme.workbook": PROGRAMME,
    "programme.observation": PROGRAMME | CASEWORK,
    "consistency.show": RECORDS,
    "devices.index": TABLETS,
    "devices.show": TABLETS,
    "devices.rename": TABLET_CARE,
    "devices.revocation": TABLET_CARE,
    "devices.revoke": TABLET_CARE,
    "devices.add": CASEWORK,
    "devices.make_code": CASEWORK,
    "devices.code": CASEWORK,
    "devices.passphrase": CASEWORK,
    "file_in.choose": CASEWORK,
    "file_in.take": CASEWORK,
    "emergency.choose": CASEWORK,
    "emergency.take": CASEWORK,
    "quarantine.index": RECORDING,
    "quarantine.readmit": CASEWORK,
    "quarantine.set_aside": CASEWORK,
}

UNPROVED = frozenset({"second_factor.show", "second_factor.begin", "account.sign_out"})
"""What a person may do, besides what anyone may, who has yet to set up the second factor that is asked of her role."""


def attach(app: flask.Flask) -> None:
    """Hold the table: before any view runs, it is known who asks and whether the role may ask at all."""
    app.before_request(_guard)


def _guard() -> flask.typing.ResponseReturnValue | None:
    devices.load()
    sessions.load()
    endpoint = flask.request.endpoint
    if endpoint is None:
        return None  # no such page: the 404 is the same for everybody
    allowed = POLICY.get(endpoint, frozenset())
    principal = _principal(allowed)
    if principal in allowed:
        _keep_to_programme()
        return _ask_for_second(endpoint, allowed)
    if principal == "stranger":
        return _send_to_sign_in()
    flask.abort(403)


def _keep_to_programme() -> None:
    """From here on PostgreSQL shows nothing of another programme, even where a fetcher forgot to leave it out."""
    asks = flask.g.device or flask.g.account
    if asks is not None:
        wall.keep_to(asks.programme_id)


def _ask_for_second(endpoint: str, allowed: frozenset[str]) -> flask.typing.ResponseReturnValue | None:
    account: Account | None = flask.g.account
    if account is None or "stranger" in allowed or endpoint in UNPROVED or not second_factor.is_missing(account):
        return None
    return flask.redirect(flask.url_for("second_factor.show"))


def _principal(allowed: frozenset[str]) -> str:
    """Who asks. Where a tablet may, its tokens decide, and a wrong one is a stranger's: nothing is taken or handed out
    in the name of whoever else is signed in with the same browser."""
    if allowed & TABLET and devices.bearer():
        return "device" if flask.g.device else "stranger"
    if allowed & UNLOCKED and devices.bearer():
        if flask.g.device and flask.g.device.revoked_at:
            return "revoked"
        if devices.USER in flask.request.headers:
            flask.g.account = flask.g.user
            return _role_unlocked()
    return flask.g.account.role if flask.g.account else "stranger"


def _role_unlocked() -> str:
    if flask.g.account is None:
        return "stranger"
    return "user" if flask.g.account.role in RECORDING else flask.g.account.role


def _send_to_sign_in() -> flask.typing.ResponseReturnValue:
    if flask.request.path.startswith("/api/"):
        flask.abort(401)
    onward = flask.request.full_path.rstrip("?") if flask.request.method == "GET" else None
    return flask.redirect(flask.url_for("account.sign_in", next=None if onward == "/" else onward))


def me() -> Account:
    """The person who sends this request; 401 for a stranger."""
    account: Account | None = flask.g.get("account")
    if account is None:
        flask.abort(401)
    return account


def device(*, revoked: bool = False) -> Device:
    """The tablet that sends this request; 401 without one, 403 when it was `revoked`, unless that does not matter."""
    found: Device | None = flask.g.device
    if found is None:
        flask.abort(401)
    if found.revoked_at is not None and not revoked:
        flask.abort(403)
    return found


def sender() -> tuple[Account, Device | None]:
    """Who sends what was recorded: a tablet and who answers for it or, without one, the person who is signed in."""
    found: Device | None = flask.g.device
    return (me(), None) if found is None else (found.enrolled_by, found)


def today() -> date:
    """The day it is now at this person's site; in UTC for somebody who belongs to none."""
    site = me().site
    return now().astimezone(ZoneInfo(site.zone if site else "UTC")).date()


def families() -> Select[Family]:
    """The families that this person may touch."""
    account = me()
    here = Family.programme_id == account.programme_id
    return select(Family).where(here, Family.erased_at.is_(None), _reach(account))


def _reach(account: Account) -> ColumnElement[bool]:
    """Which families of her programme this person reaches; today's assignments count."""
    day = today()
    current = and_(Assignment.from_on <= day, or_(Assignment.until_on.is_(None), Assignment.until_on >= day))
    assigned = select(Assignment.family_id).where(current)
    if account.role == "visitor":
        return Family.id.in_(assigned.where(Assignment.account_id == account.id))
    if account.role == "supervisor":
        team = assigned.join(Account, Account.id == Assignment.account_id).where(
            or_(Account.supervisor_id == account.id, Account.id == account.id)
        )
        free_of_a_visitor = and_(Family.site_id == account.site_id, Family.id.not_in(assigned))
        return or_(Family.id.in_(team), free_of_a_visitor)
    return true() if account.role in PROGRAMME else false()


def visits() -> Select[Visit]:
    """The visits of the families that this person may touch."""
    return select(Visit).where(Visit.family_id.in_(families().with_only_columns(Family.id)))


def logs() -> Select[Log]:
    """The logs of observations at the families that this person may touch; what she is blind to is left out."""
    mine = families().with_only_columns(Family.id)
    query = select(Log).where(Log.kind == "observation", Log.family_id.in_(mine))
    return query.where(Log.key.not_in(hidden_logs())) if me().role in RECORDING else query


def hidden_logs() -> Select[Any]:
    """The keys of the logs that this person must not see yet: those of the other observer of a visit that she codes
    too, while the two are not both signed."""
    return select(Log.key).where(is_hidden_from(me().id))


def sheets() -> Select[Sheet]:
    """The pages of the families that this person may touch."""
    mine = families().with_only_columns(Family.id)
    return select(Sheet).where(Sheet.family_id.in_(mine), Sheet.log_key.not_in(hidden_logs()))


def figures() -> Select[StoredFigures]:
    """The figures of observations at the families that this person may touch; what she is blind to is left out."""
    mine = families().with_only_columns(Family.id)
    return select(StoredFigures).where(StoredFigures.family_id.in_(mine), StoredFigures.log_key.not_in(hidden_logs()))


def pairs() -> Select[PairAgreement]:
    """What two observers agreed on: at the families that this person may touch, and practices of her team."""
    account = me()
    practised = select(Account.id).where(Account.programme_id == account.programme_id)
    if account.role == "supervisor":
        practised = practised.where(or_(Account.supervisor_id == account.id, Account.id == account.id))
    return select(PairAgreement).where(
        or_(
            PairAgreement.visit_id.in_(visits().with_only_columns(Visit.id)),
            and_(PairAgreement.practice_id.is_not(None), PairAgreement.second_account_id.in_(practised)),
        )
    )


def pieces() -> Select[PracticePiece]:
    """What this person's programme practises on."""
    return select(PracticePiece).where(PracticePiece.programme_id == me().programme_id)


def safety_notes() -> Select[SafetyNote]:
    """The safety notes that this person may read: her own and, for a supervisor, those of the families she reaches."""
    account = me()
    own = SafetyNote.account_id == account.id
    team = SafetyNote.family_id.in_(families().with_only_columns(Family.id))
    readable = or_(own, team) if account.role in CASEWORK else own
    return select(SafetyNote).where(SafetyNote.programme_id == account.programme_id, readable)


def questions() -> Select[Question]:
    """The questions of the families that this person may touch; a visitor's: those that she asked."""
    account = me()
    mine = families().with_only_columns(Family.id)
    query = select(Question).where(Question.family_id.in_(mine), Question.log_key.not_in(hidden_logs()))
    return query if account.role in CASEWORK else query.where(Question.account_id == account.id)


def tablets() -> Select[Device]:
    """The tablets that this person may look at: a supervisor's are those of her site and of her team."""
    account = me()
    query = select(Device).where(Device.programme_id == account.programme_id)
    if account.role in CASEWORK:
        query = query.where(or_(Device.site_id == account.site_id, Device.account_id.in_(_team())))
    return query


def quarantined() -> Select[Quarantined]:
    """What was put aside of what this person sent and, for a supervisor, of what her team sent and of what was sent for
    the families she reaches."""
    reached = logs_put_aside().with_only_columns(Log.id)
    hidden = select(Log.id).where(Log.programme_id == me().programme_id, Log.key.in_(hidden_logs()))
    return select(Quarantined).where(
        Quarantined.programme_id == me().programme_id,
        or_(Quarantined.account_id.in_(_team()), Quarantined.log_id.in_(reached)),
        Quarantined.log_id.not_in(hidden),
    )


def logs_put_aside() -> Select[Log]:
    """The tablets' logs of this person and, for a supervisor, of her team and of the families she reaches, whether they
    count or not; what she is blind to is left out."""
    account = me()
    hers: ColumnElement[bool] = Log.account_id.in_(_team())
    if account.role in CASEWORK:
        hers = or_(hers, Log.family_id.in_(families().with_only_columns(Family.id)))
    mine = select(Log).where(Log.programme_id == account.programme_id, Log.owner == "device", hers)
    return mine.where(Log.key.not_in(hidden_logs()))


def _team() -> Select[Any]:
    """The ids of this person and, if she is a supervisor, of her team."""
    account = me()
    return select(Account.id).where(or_(Account.id == account.id, Account.supervisor_id == account.id))


def instruments() -> Select[StoredInstrument]:
    """The instruments of this person's programme, drafts too; the built-in ones are everybody's."""
    own = select(StoredInstrument).where(StoredInstrument.programme_id == me().programme_id)
    return own.order_by(StoredInstrument.name, StoredInstrument.version.desc())


def visitors() -> list[Account]:
    """The people who can be assigned to a family by this person: her team, herself included; a manager: all."""
    account = me()
    could = select(Account).where(
        Account.programme_id == account.programme_id,
        Account.role.in_(RECORDING),
        Account.disabled_at.is_(None),
    )
    if account.role == "supervisor":
        could = could.where(or_(Account.supervisor_id == account.id, Account.id == account.id))
    return sorted(db.session.scalars(could), key=lambda person: person.name.casefold())


def sites() -> list[Site]:
    """The sites at which this person may enrol: a supervisor's own; a manager's: all of the programme."""
    account = me()
    could = select(Site).where(Site.programme_id == account.programme_id)
    if account.role in RECORDING:
        could = could.where(Site.id == account.site_id)
    return list(db.session.scalars(could.order_by(Site.name)))


def recorder() -> Account:
    """The person who is signed in, if she records; 401 for a stranger, 403 for another role."""
    account = me()
    if account.role not in RECORDING:
        flask.abort(403)
    return account


def programme() -> Programme:
    """This person's programme."""
    return me().programme


def family(id: uuid.UUID) -> Family:
    """A family that this person may touch, or 404."""
    return _or_404(families().where(Family.id == id))


def visit(id: uuid.UUID) -> Visit:
    """A visit that this person may touch, or 404."""
    return _or_404(visits().where(Visit.id == id))


def log(id: uuid.UUID) -> Log:
    """A tablet's log of a family that this person may touch, by the tablet's id, or 404."""
    return _or_404(logs().where(Log.id == id, Log.owner == "device"))


def sheet(id: uuid.UUID) -> Sheet:
    """A page of a family that this person may touch, or 404."""
    return _or_404(sheets().where(Sheet.id == id))


def parent_link(sheet_id: uuid.UUID, id: uuid.UUID) -> ParentLink:
    """A link to a page of a family that this person may touch, or 404."""
    page = sheet(sheet_id)
    here = and_(ParentLink.programme_id == page.programme_id, ParentLink.sheet_id == page.id)
    return _or_404(select(ParentLink).where(ParentLink.id == id, here))


def pair(key: int) -> PairAgreement:
    """What two observers agreed on, if this person may read it, or 404."""
    return _or_404(pairs().where(PairAgreement.key == key))


def piece(id: uuid.UUID) -> PracticePiece:
    """A practice piece of this person's programme, or 404."""
    return _or_404(pieces().where(PracticePiece.id == id))


def is_blind_to(family: Family) -> bool:
    """Whether this person codes a visit of a family too, and must not see the other coding yet."""
    query = select(Log.key).where(Log.family_id == family.id, Log.key.in_(hidden_logs()))
    return db.session.scalar(query.limit(1)) is not None


def reads_classifications(family: Family) -> bool:
    """Whether this person may read external classifications of a family: a clinician who has not coded it herself."""
    account = me()
    if not account.clinician or account.role not in RECORDS:
        return False
    coded = select(Log.key).where(
        Log.family_id == family.id, Log.account_id == account.id, Log.kind.in_(("observation", "sort"))
    )
    return db.session.execute(coded.limit(1)).first() is None


def classified_family(id: uuid.UUID) -> Family:
    """A family whose external classifications this person may read, or 404."""
    found = family(id)
    if not reads_classifications(found):
        nothing_here()
    return found


def external_result(family_id: uuid.UUID, id: uuid.UUID) -> ExternalResult:
    """An external result that this person may read, or 404."""
    home = family(family_id)
    found = _or_404(select(ExternalResult).where(ExternalResult.id == id, ExternalResult.family_id == home.id))
    if found.kind == "strange_situation" and not reads_classifications(home):
        nothing_here()
    return found


def life_event(family_id: uuid.UUID, id: uuid.UUID) -> LifeEvent:
    """A life event of a family that this person may touch, or 404."""
    return _or_404(select(LifeEvent).where(LifeEvent.id == id, LifeEvent.family_id == family(family_id).id))


def safety_note(id: uuid.UUID) -> SafetyNote:
    """A safety note that this person may read, or 404."""
    return _or_404(safety_notes().where(SafetyNote.id == id))


def question(log_id: uuid.UUID, seq: int) -> Question:
    """A question that this person may read, by its log and its place in it, or 404."""
    asked = questions().join(Log, Log.key == Question.log_key)
    return _or_404(asked.where(Log.id == log_id, Log.owner == "device", Question.seq == seq))


def tablet(id: uuid.UUID) -> Device:
    """A tablet that this person may look at, or 404."""
    return _or_404(tablets().where(Device.id == id))


def put_aside(log_id: uuid.UUID) -> list[Quarantined]:
    """What waits in quarantine of a tablet's log and may be settled by this person, or 404."""
    waiting = quarantined().where(Quarantined.log_id == log_id, Quarantined.settled_at.is_(None))
    rows = list(db.session.scalars(waiting.order_by(Quarantined.seq, Quarantined.key)))
    if not rows:
        nothing_here()
    return rows


def log_put_aside(log_id: uuid.UUID) -> uuid.UUID:
    """The id of a tablet's log of which something waits in quarantine, if this person may let it be read again, or 404.
    There may be no log yet: what a revoked tablet sent waits beside it."""
    put_aside(log_id)
    there = select(Log).where(Log.programme_id == me().programme_id, Log.id == log_id, Log.owner == "device")
    if db.session.scalar(there) is not None:
        _or_404(logs_put_aside().where(Log.id == log_id))
    return log_id


def instrument(id: uuid.UUID) -> StoredInstrument:
    """An instrument of this person's programme, or 404."""
    return _or_404(instruments().where(StoredInstrument.id == id))


def session(id: uuid.UUID) -> SignedIn:
    """A session of this person's own, or 404."""
    return _or_404(select(SignedIn).where(SignedIn.id == id, SignedIn.account_id == me().id))


def session_of(account_id: uuid.UUID, id: uuid.UUID) -> SignedIn:
    """A session of a person of the administrator's programme, or 404."""
    return _or_404(select(SignedIn).where(SignedIn.id == id, SignedIn.account_id == account(account_id).id))


def site(id: uuid.UUID) -> Site:
    """A site of the administrator's programme, or 404."""
    return _or_404(select(Site).where(Site.id == id, Site.programme_id == me().programme_id))


def account(id: uuid.UUID) -> Account:
    """A person of the administrator's programme, or 404."""
    return _or_404(select(Account).where(Account.id == id, Account.programme_id == me().programme_id))


Row = TypeVar("Row")


def _or_404(query: Select[Row]) -> Row:
    row = db.session.scalar(query)
    if row is None:
        nothing_here()
    return row


def nothing_here() -> NoReturn:
    """The one answer for what is another's and for what does not exist."""
    flask.abort(404)
