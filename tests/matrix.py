"""The access matrix: every rule of the application, every method, every principal, every object, and what must come.

What each principal may call is `MAY` in `test_access.py`; which objects she reaches is `REACHED` below, by hand. An
object belongs to Ana (*own*), to Ben of the same team (*mate*), to Cleo of another one (*team*), to Olga of another
programme (*far*), to a family that was Ana's and is erased (*erased*), or to nobody (*missing*). A rule's objects are
known by its address; one that is not known here fails. Nothing that a cell does is kept: COMMIT is a flush here, and
the request's end rolls back.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from enrolling import enrol
from flask import Flask
from flask.testing import FlaskClient
from people import TODAY, People, password_hash
from sqlalchemy import select
from sqlalchemy.orm import Session
from tablet import TabletLog, batch, opening, sheet
from werkzeug.test import TestResponse

from recorder import access, ingest, sessions
from recorder.db import db, uuid7
from recorder.operations.erasure import erase
from recorder.protection import HEADERS
from recorder.records.assessments import ExternalResult, LifeEvent
from recorder.records.devices import Device
from recorder.records.double_coding import Grant, PairAgreement, PracticePiece
from recorder.records.families import Assignment, Caregiver, Child, Consent, Family
from recorder.records.followups import Question, SafetyNote
from recorder.records.instruments import StoredInstrument
from recorder.records.observations import Log, Quarantined
from recorder.records.people import Account, SignedIn, Site
from recorder.records.sheets import Sheet
from recorder.records.visits import Visit

RELATIONS = {"own": ("F-001", "ana"), "mate": ("F-002", "ben"), "team": ("F-004", "cleo"), "far": ("F-900", "olga")}
"""Whose object it is: the family that it is about, and who visits there."""

CHILD = {"F-005": "Zoe", "F-001": "Mia", "F-002": "Noor", "F-004": "Kai", "F-900": "Igor"}
CAREGIVER = {"F-005": "Pia", "F-001": "Luis", "F-002": "Hana", "F-004": "Lani", "F-900": "Vera"}

PRINCIPALS = {
    "stranger": "-",
    "visitor": "V",
    "supervisor": "S",
    "manager": "M",
    "clinician": "M",
    "auditor": "A",
    "administrator": "I",
    "tablet": "D",
    "tablet with a person": "U",
    "revoked tablet": "R",
}
"""Ten who ask, and the letter that each has in `MAY`. The clinician is a manager with that mark; what a revoked tablet
may is `OF_A_REVOKED`."""

OF_A_REVOKED = {"sync.manifest": 200, "sync.events": 200, "tablet.report": 200}
SIGN_INS = {"visitor": "ana", "supervisor": "sol", "manager": "mara", "auditor": "abe", "administrator": "ida",
            "clinician": "cora"}  # fmt: skip

_HERS, _TEAM, _ALL = {"own"}, {"own", "mate"}, {"own", "mate", "team"}
_BY_FAMILY = {"visitor": _HERS, "supervisor": _TEAM, "manager": _ALL, "clinician": _ALL, "auditor": _ALL}
REACHED: dict[str, dict[str, set[str]]] = {
    "family": _BY_FAMILY,
    "visit": _BY_FAMILY,
    "log": _BY_FAMILY,
    "sheet": _BY_FAMILY,
    "pair": _BY_FAMILY,
    "external result": _BY_FAMILY,
    "life event": _BY_FAMILY,
    "consent": _BY_FAMILY,
    "child": _BY_FAMILY,
    "granted visit": _BY_FAMILY,
    "grant": _BY_FAMILY,
    "safety note": {"visitor": _HERS, "supervisor": _TEAM},
    "question": {"visitor": _HERS, "supervisor": _TEAM},
    "quarantined log": {"visitor": _HERS, "supervisor": _TEAM},
    "tablet": {"supervisor": _TEAM, "manager": _ALL, "clinician": _ALL, "auditor": _ALL, "administrator": _ALL},
    "instrument": dict.fromkeys(("supervisor", "manager", "clinician", "auditor", "administrator"), _ALL),
    "practice piece": dict.fromkeys(("supervisor", "manager", "clinician", "auditor"), _ALL),
    "account": {"administrator": _ALL},
    "site": {"administrator": _ALL},
    "session of another": {"administrator": _ALL},
    "session": dict.fromkeys(SIGN_INS, _HERS),
}
"""Which objects of a kind a principal reaches. Own sessions are everybody's own."""

OF_A_FAMILY = {kind for kind, reached in REACHED.items() if reached is _BY_FAMILY} | {"safety note", "question"}
"""What is gone with a family that was erased."""

ONLY_CLINICIANS = {"assessments.classification"}

KINDS = {
    "/families/<uuid:id>": "family",
    "/families/<uuid:id>/consents/<uuid:consent_id>": "family, consent",
    "/families/<uuid:id>/events/<uuid:event_id>": "family, life event",
    "/families/<uuid:id>/rights/children/<uuid:child_id>": "family, child",
    "/families/<uuid:id>/external/<uuid:result_id>": "family, external result",
    "/visits/<uuid:id>": "visit",
    "/visits/<uuid:id>/second-observer/<uuid:grant>": "granted visit, grant",
    "/sheets/<uuid:id>": "sheet",
    "/sheets/<uuid:id>/hand-over/<uuid:link>": "sheet, link",
    "/observations/<uuid:id>": "log",
    "/logo/<uuid:id>": "logo",
    "/programme/published/<uuid:id>": "published table",
    "/safety/<uuid:id>": "safety note",
    "/questions/<uuid:id>/<int:seq>": "question",
    "/programme/observations/<uuid:id>": "log",
    "/agreement/pairs/<int:key>": "pair",
    "/agreement/practice/<uuid:id>": "practice piece",
    "/instruments/<uuid:id>": "instrument",
    "/devices/<uuid:id>": "tablet",
    "/quarantine/<uuid:id>": "quarantined log",
    "/accounts/<uuid:id>": "account",
    "/accounts/<uuid:id>/sessions/<uuid:session_id>": "account, session of another",
    "/me/sessions/<uuid:id>": "session",
    "/sites/<uuid:id>": "site",
}
"""What a rule is about, by how its address begins; the longest beginning counts. What `REACHED` does not name is a
thing that is not there for anybody: its own room tests who opens it."""

PLAIN = {"<language>": "en", "<table>": "visits", "<name>": "sensitivity", "<path:filename>": "css/base.css",
         "<token>": "x" * 43}  # fmt: skip
"""Parts of an address that name nothing of anybody's: no ids. Others are asked for as `x`, which may not be there."""


@dataclass(frozen=True)
class Cell:
    """One question to the server: `relation` is "" where a rule is about nothing of anybody's."""

    endpoint: str
    method: str
    rule: str
    kinds: tuple[str, ...]
    principal: str
    relation: str


@dataclass
class World:
    """The application with an object of every kind for every relation, and what each principal sends: headers, cookies
    among them, and the token of her forms. The browser forgets at once, so that no cell is another's."""

    app: Flask
    browser: FlaskClient
    objects: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    nothing: dict[tuple[str, str, str], bytes] = field(default_factory=dict)
    unprotected: list[str] = field(default_factory=list)

    def path(self, cell: Cell) -> str:
        """The address that a cell asks for. "swapped": her own object, with another's below it."""
        path = cell.rule
        for place, kind in enumerate(cell.kinds):
            relation = cell.relation
            if relation == "swapped":
                relation = "own" if place == 0 else "mate"
            for mark, value in self.parts(kind, relation, cell.principal).items():
                path = path.replace(mark, str(value), 1)
        for mark in re.findall(r"<(?!uuid:|int:)[^>]+>", path):
            path = path.replace(mark, PLAIN.get(mark, "x"))
        assert "<" not in path, f"{cell.rule}: say in tests/matrix.py what this is about"
        return path

    def parts(self, kind: str, relation: str, principal: str) -> dict[str, Any]:
        """The values of the marks in an address: the first `<uuid:...>` or `<int:...>` that is left."""
        if relation == "missing" or kind not in REACHED:
            found = {"key": 987_654} if kind == "pair" else {"id": uuid.uuid4(), "seq": 1}
        elif kind == "session":
            owner = principal if relation == "own" and principal in SIGN_INS else relation
            found = self.objects[kind, owner]
        else:
            found = self.objects[kind, relation]
        names = {
            "consent": "consent_id",
            "child": "child_id",
            "life event": "event_id",
            "external result": "result_id",
            "grant": "grant",
            "link": "link",
            "session of another": "session_id",
        }
        marks = {"id": f"<uuid:{names.get(kind, 'id')}>", "seq": "<int:seq>", "key": "<int:key>"}
        return {marks[name]: value for name, value in found.items()}

    def ask(self, cell: Cell) -> tuple[int, bytes]:
        """Ask, and hear the status and what is said; a redirection that does not lead to signing in is called 303. What
        an answer lacks of its protection is kept in `unprotected`."""
        data = None
        if cell.method == "POST" and not cell.rule.startswith("/api/"):
            data = {"csrf_token": self.tokens[cell.principal]}
        headers = self.headers[cell.principal]
        with self.browser.open(self.path(cell), method=cell.method, data=data, headers=headers) as answer:
            self.unprotected += [f"{cell}: {lack}" for lack in lacks(answer, cell)]
            status = answer.status_code
            if status == 302 and not answer.location.startswith("/sign-in"):
                status = 303
            return status, answer.data if status >= 400 else b""


KEPT = frozenset({"static", "record.shell", "record.words", "record.wording", "offline.worker", "offline.manifest",
                  "offline.install",
                  "offline.away"})  # fmt: skip
"""What a browser may keep: the shell, which holds nothing of anybody."""

PLAYS = frozenset({"record.shell", "agreement.pair"})
"""Where a video of the tablet's own is played; nowhere else may anything come from a blob."""

INLINE = re.compile(rb"<[^>]+\sstyle=|<style|<script(?![^>]*\ssrc=)|<[^>]+\son\w+=|javascript:", re.IGNORECASE)


def lacks(answer: TestResponse, cell: Cell) -> list[str]:
    """What an answer lacks of the protection that every answer carries."""
    plays = cell.endpoint in PLAYS and answer.headers.get("Content-Security-Policy", "").endswith("; media-src blob:")
    policy = HEADERS["Content-Security-Policy"] + "; media-src blob:" * plays
    expected = HEADERS | {"Content-Security-Policy": policy}
    found = [name for name, value in expected.items() if answer.headers.get(name) != value]
    kept = answer.headers.get("Cache-Control")
    if kept != "no-store" and (cell.endpoint not in KEPT or answer.status_code >= 400):
        found.append(f"Cache-Control is {kept}")
    for cookie in answer.headers.getlist("Set-Cookie"):
        parts = {part.strip().split("=")[0] if "Max" in part else part.strip() for part in cookie.split(";")[1:]}
        if not cookie.startswith("__Host-") or not {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= parts:
            found.append(f"cookie {cookie}")
    if answer.mimetype == "text/html" and INLINE.search(answer.data):
        found.append("an inline script or style")
    if b"Traceback" in answer.data:
        found.append("a traceback")
    return found


def cells(app: Flask) -> Iterator[Cell]:
    """The whole matrix."""
    for rule in app.url_map.iter_rules():
        kinds = kinds_of(rule.rule)
        relations = ["own", "mate", "team", "far", "missing"] + ["swapped"] * (len(kinds) > 1) if kinds else [""]
        relations += ["erased"] * bool(kinds and kinds[0] in OF_A_FAMILY)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            for principal in PRINCIPALS:
                for relation in relations:
                    yield Cell(rule.endpoint, method, rule.rule, kinds, principal, relation)


def kinds_of(rule: str) -> tuple[str, ...]:
    """What a rule is about; nothing where it names nothing of anybody's."""
    known = [start for start in KINDS if rule == start or rule.startswith((f"{start}/", f"{start}."))]
    return tuple(KINDS[max(known, key=len)].split(", ")) if known else ()


def expected(cell: Cell, may: dict[str, str]) -> str:
    """What must come: "taken", "nothing" (404), "forbidden" (403), "sign in" (302, or 401 for the API)."""
    letters, letter = may.get(cell.endpoint, ""), PRINCIPALS[cell.principal]
    api = cell.rule.startswith("/api/")
    if cell.principal == "revoked tablet":
        return _of_a_revoked(cell, letters)
    if letter not in letters and not (letter in "DU" and "-" in letters):
        return "forbidden" if letter not in "-DU" else "sign in"
    if cell.endpoint in {"tablet.user", "account.sign_out"}:
        return "sign in"  # the one asks for the tablet's token beside the session, the other leads there
    if not cell.kinds or api:
        return "taken"
    reached = all(_reaches(cell, kind) for kind in cell.kinds) and cell.relation != "swapped"
    if cell.endpoint in ONLY_CLINICIANS and cell.principal != "clinician":
        reached = False
    return "taken" if reached else "nothing"


def _reaches(cell: Cell, kind: str) -> bool:
    return cell.relation in REACHED.get(kind, {}).get(cell.principal, set())


def _of_a_revoked(cell: Cell, letters: str) -> str:
    if "-" in letters or cell.endpoint in OF_A_REVOKED:
        return "taken"
    return "forbidden" if {"D", "U"} & set(letters) else "sign in"


def fault(world: World, cell: Cell, may: dict[str, str]) -> str:
    """What is wrong with the answer to a cell; "" when nothing is."""
    status, said = world.ask(cell)
    awaited = expected(cell, may)
    right = {
        "taken": status < 500 and status not in {302, 401, 403, 405} and (status != 404 or _names_nothing(cell)),
        "forbidden": status == 403,
        "sign in": status == (401 if cell.rule.startswith("/api/") else 302),
        "nothing": status == 404 and _told(said) == _nothing(world, cell),
    }[awaited]
    return "" if right else f"{cell}: {awaited} awaited, {status} came"


NEEDS_MORE = frozenset({"given.come_in", "given.logo", "given.page", "corrections.new", "corrections.add"})
"""What needs more than its address to find something: a link's code, a place in a log."""


def _names_nothing(cell: Cell) -> bool:
    """Whether an address has a part of `PLAIN`, or needs something beside it, which is not there for anybody here."""
    return cell.endpoint in NEEDS_MORE or (not cell.kinds and "<" in cell.rule)


def _nothing(world: World, cell: Cell) -> bytes:
    """What the same person reads at the same place about something that never was."""
    key = cell.endpoint, cell.method, cell.principal
    if key not in world.nothing:
        missing = Cell(cell.endpoint, cell.method, cell.rule, cell.kinds, cell.principal, "missing")
        world.nothing[key] = _told(world.ask(missing)[1])
    return world.nothing[key]


def _told(said: bytes) -> bytes:
    """An answer without what is chance or time in it."""
    return re.sub(rb'value="[^"]+"|"server_time":"[^"]+"', b"", said)


@contextmanager
def nothing_is_kept() -> Iterator[None]:
    """COMMIT only flushes: each request's transaction is rolled back at its end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Session, "commit", Session.flush)
        yield


def without_fetchers(kind: str) -> dict[str, Any]:
    """The fetchers of `access` for a kind of object, without their question whether this person may touch it."""

    def any_of(model: Any) -> Any:
        return lambda id: _or_404(select(model).where(model.id == id))

    def below(model: Any) -> Any:
        return lambda family_id, id: _or_404(select(model).where(model.id == id))

    def put_aside(log_id: uuid.UUID) -> list[Quarantined]:
        found = list(db.session.scalars(select(Quarantined).where(Quarantined.log_id == log_id)))
        return found or access.nothing_here()

    family = {"family": any_of(Family), "classified_family": any_of(Family)}
    fetchers: dict[str, dict[str, Any]] = {
        "family": family,
        "consent": family,
        "child": family,
        "life event": family | {"life_event": below(LifeEvent)},
        "external result": {"external_result": below(ExternalResult)},
        "visit": {"visit": any_of(Visit)},
        "granted visit": {"visit": any_of(Visit)},
        "grant": {"visit": any_of(Visit)},
        "log": family | {"log": any_of(Log)},
        "sheet": {"sheet": any_of(Sheet)},
        "safety note": {"safety_note": any_of(SafetyNote)},
        "question": {"question": lambda id, seq: _or_404(select(Question).join(Log).where(Log.id == id))},
        "pair": {"pair": lambda key: _or_404(select(PairAgreement).where(PairAgreement.key == key))},
        "practice piece": {"piece": any_of(PracticePiece)},
        "instrument": {"instrument": any_of(StoredInstrument)},
        "tablet": {"tablet": any_of(Device)},
        "quarantined log": {"put_aside": put_aside, "log_put_aside": lambda id: put_aside(id)[0].log_id},
        "account": {"account": any_of(Account)},
        "site": {"site": any_of(Site)},
        "session of another": {"session_of": below(SignedIn)},
        "session": {"session": any_of(SignedIn)},
    }
    return fetchers.get(kind, {})


def _or_404(query: Any) -> Any:
    return access._or_404(query)


def build(app: Flask, people: People) -> World:
    """Make an object of every kind for every relation, and let every principal in."""
    world = World(app, app.test_client(use_cookies=False))
    with app.app_context():
        _more_people(people)
        _one_more_family(people)
        for relation, (code, visitor) in {**RELATIONS, "erased": ("F-005", "ana")}.items():
            _fill(world, people, relation, code, visitor)
        db.session.commit()
        erase(db.session.get_one(Family, people.families["F-005"]))
        db.session.commit()
        for principal, name in SIGN_INS.items():
            _let_in(world, principal, people.accounts[name])
        ben = SignedIn(token_hash=sessions.digest("ben's"), account_id=people.accounts["ben"])
        cleo = SignedIn(token_hash=sessions.digest("cleo's"), account_id=people.accounts["cleo"])
        olga = SignedIn(token_hash=sessions.digest("olga's"), account_id=people.accounts["olga"])
        db.session.add_all([ben, cleo, olga])
        db.session.commit()
        world.objects["session", "own"] = world.objects["session", "visitor"]
        world.objects["session of another", "own"] = world.objects["session", "visitor"]
        for relation, row in {"mate": ben, "team": cleo, "far": olga}.items():
            world.objects["session", relation] = world.objects["session of another", relation] = {"id": row.id}
    world.headers |= {
        "stranger": {"X-Recorder": "1"},
        "tablet": enrol(app, people).headers,
        "tablet with a person": enrol(app, people, user="ana").headers,
        "revoked tablet": enrol(app, people, user="ana", revoked_at=sessions.now()).headers,
    }
    for principal in PRINCIPALS:
        _give_token(world, principal)
    return world


def _give_token(world: World, principal: str) -> None:
    """Load a page with a form, and keep its token and the cookie that it belongs to."""
    client, headers = world.app.test_client(), world.headers[principal]
    path = "/me" if "Cookie" in headers else "/sign-in"
    if "Cookie" in headers:
        client.set_cookie(sessions.COOKIE, headers["Cookie"].split("=")[1], secure=True)
    page = client.get(path, headers={"X-Recorder": "1"}).get_data(as_text=True)
    world.tokens[principal] = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    form = client.get_cookie("__Host-form")
    kept = f"__Host-form={form.value}" if form else ""
    world.headers[principal] = headers | {"Cookie": "; ".join(filter(None, (headers.get("Cookie"), kept)))}


def _more_people(people: People) -> None:
    """A clinician, who manages; a second observer for each programme."""
    for name, role, programme, site in (
        ("cora", "manager", people.programme, None),
        ("sue", "supervisor", people.programme, "north"),
        ("oda", "supervisor", people.other_programme, "far"),
    ):
        row = Account(programme_id=programme, sign_in=name, name=name.capitalize(), role=role, clinician=name == "cora",
                      site_id=people.sites[site] if site else None, password_hash=password_hash())  # fmt: skip
        db.session.add(row)
        db.session.flush()
        people.accounts[name] = row.id
    db.session.commit()


def _one_more_family(people: People) -> None:
    """Another family of Ana's, to be erased."""
    like = db.session.get_one(Family, people.families["F-001"])
    same = {"programme_id": like.programme_id}
    home = Family(**same, site_id=like.site_id, code="F-005", enrolled_on=like.enrolled_on)
    child, adult = (
        Child(**same, position=0, first_name="Zoe", birth_date=like.children[0].birth_date, duplicate="0" * 64),
        Caregiver(**same, position=0, first_name="Pia", language="en"),
    )
    home.children.append(child)
    home.caregivers.append(adult)
    home.consents.append(Consent(**same, scope="observe", given_on=home.enrolled_on))
    home.assignments.append(Assignment(**same, account_id=people.accounts["ana"], from_on=home.enrolled_on))
    db.session.add(home)
    db.session.commit()
    people.families["F-005"], people.children["Zoe"], people.caregivers["Pia"] = home.id, child.id, adult.id


def _let_in(world: World, principal: str, account_id: uuid.UUID) -> None:
    token = f"the-session-of-{principal}"
    row = SignedIn(token_hash=sessions.digest(token), account_id=account_id)
    db.session.add(row)
    db.session.commit()
    world.headers[principal] = {"X-Recorder": "1", "Cookie": f"{sessions.COOKIE}={token}"}
    world.objects["session", principal] = {"id": row.id}


def _fill(world: World, people: People, relation: str, code: str, visitor: str) -> None:
    """Everything that is about one family: a visit of today that two observers coded, and what hangs on it."""
    family = db.session.get_one(Family, people.families[code])
    account, child = people.accounts[visitor], people.children[CHILD[code]]
    same = {"programme_id": family.programme_id}
    of_family = same | {"family_id": family.id}
    second = people.accounts["oda" if relation == "far" else "sue"]
    visits = [Visit(**of_family, site_id=family.site_id, account_id=account, local_date=TODAY) for _ in range(3)]
    db.session.add_all(visits)
    db.session.flush()
    coded, granted, planned = visits
    grants = [Grant(**same, visit_id=visit.id, account_id=second, granted_by_id=second) for visit in (coded, granted)]
    db.session.add_all(grants)
    db.session.commit()
    log, page = observation(people, code, visitor, coded.id), uuid7()
    log.add("sheet", data=sheet(people, id=str(page), child=str(child), caregiver=None))
    log.add("close", after_ms=1000)
    take(account, log)
    other = observation(people, code, "oda" if relation == "far" else "sue", coded.id, role="second")
    other.add("close", after_ms=1000)
    take(second, other)
    day = {"on": TODAY - timedelta(days=3)}
    note = SafetyNote(**of_family, account_id=account, local_date=TODAY, about="child", seen="The stove was on.")
    event = LifeEvent(**of_family, **day, words="They moved.", entered_by_id=account)
    result = ExternalResult(**of_family, **day, child_id=child, kind="emotional_availability", assessor="Nell",
                            certificate="C-1", certificate_until=TODAY, entered_by_id=account,
                            result=json.dumps({"scales": {}, "zone": None}))  # fmt: skip
    aside = Quarantined(**same, log_id=uuid7(), account_id=account, seq=1, code="unknown_family", message="Whose?",
                        event_hash="0" * 64, event="{}")  # fmt: skip
    piece = PracticePiece(**same, title="A snack", scheme="serve-and-return/1", scheme_hash="0" * 64, reference="{}",
                          made_by_id=account)  # fmt: skip
    document = {"name": f"own-{relation}", "version": 1, "label": "Own", "low": 1, "high": 5,
                "items": [{"id": "a"}], "composites": []}  # fmt: skip
    instrument = StoredInstrument(**same, kind="scale", name=f"own-{relation}", version=1, hash=uuid7().hex * 2,
                                  document=document, published_at=None)  # fmt: skip
    tablet = Device(**same, site_id=family.site_id, account_id=account, enrolled_by_id=account, name="Hers",
                    token_hash=uuid7().hex * 2)  # fmt: skip
    db.session.add_all([note, event, result, aside, piece, instrument, tablet])
    db.session.flush()
    question = db.session.scalars(select(Question).where(Question.family_id == family.id)).one()
    pair = db.session.scalars(select(PairAgreement).where(PairAgreement.visit_id == coded.id)).one()
    consent = db.session.scalars(select(Consent).where(Consent.family_id == family.id)).first()
    assert db.session.scalar(select(Sheet.id).where(Sheet.id == page)) and consent
    made = {
        "family": family, "visit": planned, "life event": event, "external result": result, "consent": consent,
        "safety note": note, "practice piece": piece, "instrument": instrument, "tablet": tablet,
    }  # fmt: skip
    for kind, row in made.items():
        world.objects[kind, relation] = {"id": row.id}
    world.objects["child", relation] = {"id": child}
    world.objects["log", relation] = {"id": log.id}
    world.objects["sheet", relation] = {"id": page}
    world.objects["grant", relation] = {"id": grants[1].id}
    world.objects["question", relation] = {"id": log.id, "seq": question.seq}
    world.objects["pair", relation] = {"key": pair.key}
    world.objects["quarantined log", relation] = {"id": aside.log_id}
    world.objects["account", relation] = {"id": account}
    world.objects["site", relation] = {"id": family.site_id}
    world.objects["granted visit", relation] = {"id": granted.id}
    db.session.commit()


def observation(people: People, code: str, who: str, visit: uuid.UUID, role: str = "primary") -> TabletLog:
    """Ten sounds, half of them answered, a moment to ask about, rated; not signed yet."""
    log = TabletLog()
    whose = {"family": str(people.families[code]), "children": [str(people.children[CHILD[code]])],
             "caregivers": [str(people.caregivers[CAREGIVER[code]])]}  # fmt: skip
    log.add("open", data=opening(people, role=role, visit=str(visit), user=str(people.accounts[who]), **whose))
    log.add("tap", "SYNC", after_ms=5000)
    for number in range(10):
        log.add("tap", "VOC", after_ms=12_000)
        if number % 2 == 0:
            log.add("tap", "TALK", after_ms=1000)
    if role == "primary":
        log.add("flag", "ASK", {"note": "What was that?"})
    log.add("end", after_ms=100_000)
    log.add("rating", "tuning_in", {"instrument": "sensitivity/1", "value": 6, "note": ""})
    log.add("rating", "joining", {"instrument": "sensitivity/1", "value": 6, "note": ""})
    return log


def take(account_id: uuid.UUID, log: TabletLog) -> None:
    """Have a log taken in, as the sync page does."""
    (told,) = ingest.take(db.session.get_one(Account, account_id), ingest.read(batch(log.part())))
    assert told["quarantined"] == [], told
