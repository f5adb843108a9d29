"""The policy table, walked: every endpoint, every role, every object, on both databases.

What each role may do is written down here a second time, by hand: whoever changes the table has to change it here
too. V visitor, S supervisor, M manager, A auditor, I administrator, - a stranger, D a tablet by its own token, U a
tablet with Ana's token. What a stranger may, a tablet may too.
"""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from enrolling import enrol
from flask import Flask
from flask.testing import FlaskClient
from forms import send, token
from people import TODAY, People

from recorder import access
from recorder.db import db, uuid7
from recorder.records.families import Assignment
from recorder.records.observations import Log
from recorder.records.people import Account
from recorder.records.sheets import Sheet
from recorder.records.visits import Visit

MAY = {
    "static": "VSMAI-",
    "account.sign_in": "VSMAI-",
    "account.take_sign_in": "VSMAI-",
    "account.home": "VSMAI",
    "account.sign_out": "VSMAI",
    "account.me": "VSMAI",
    "account.save_me": "VSMAI",
    "account.change_password": "VSMAI",
    "account.end_session": "VSMAI",
    "account.accounts": "I",
    "account.add": "I",
    "account.person": "I",
    "account.change": "I",
    "account.disable": "I",
    "account.admit": "I",
    "account.new_password": "I",
    "families.index": "VSMA",
    "families.show": "VSMA",
    "families.new": "S",
    "families.enrol": "S",
    "families.edit": "S",
    "families.save": "S",
    "families.leave": "S",
    "families.consent": "S",
    "families.withdraw": "S",
    "families.assign": "S",
    "families.caseload": "S",
    "families.take_caseload": "S",
    "families.caseload_example": "S",
    "visits.index": "VSMA",
    "visits.show": "VSMA",
    "visits.plan": "VS",
    "visits.cancel": "VS",
    "visits.second": "S",
    "visits.end_second": "S",
    "record.shell": "VSMAI-",
    "record.words": "VSMAI-",
    "record.wording": "VSMAI-",
    "offline.worker": "VSMAI-",
    "offline.manifest": "VSMAI-",
    "offline.install": "VSMAI-",
    "sync.manifest": "VSDU",
    "sync.events": "VSDU",
    "sync.pull": "VSU",
    "tablet.hello": "VSMAI-",
    "tablet.enrol": "VSMAI-",
    "tablet.user": "VS",
    "tablet.report": "DU",
    "tablet.recover": "DU",
    "sheets.show": "VSMA",
    "sheets.pdf": "VSMA",
    "followups.notes": "VS",
    "followups.write": "VS",
    "followups.keep": "VS",
    "followups.note": "VS",
    "followups.acknowledge": "S",
    "followups.questions": "VS",
    "followups.answer": "S",
    "assessments.show": "VSMA",
    "assessments.availability": "SM",
    "assessments.classification": "SM",
    "assessments.withdraw": "SM",
    "assessments.event": "VS",
    "assessments.remove_event": "VS",
    "settings.show": "M",
    "settings.save": "M",
    "instruments.index": "SMAI",
    "instruments.show": "SMAI",
    "instruments.show_built_in": "SMAI",
    "instruments.export": "SMAI",
    "instruments.export_built_in": "SMAI",
    "instruments.start": "I",
    "instruments.copy": "I",
    "instruments.copy_built_in": "I",
    "instruments.next_version": "I",
    "instruments.edit": "I",
    "instruments.save": "I",
    "instruments.publish": "I",
    "instruments.delete": "I",
    "instruments.choose_file": "I",
    "instruments.take_file": "I",
    "consistency.show": "VSMA",
    "devices.index": "SMAI",
    "devices.show": "SMAI",
    "devices.rename": "SI",
    "devices.revocation": "SI",
    "devices.revoke": "SI",
    "devices.add": "S",
    "devices.make_code": "S",
    "devices.code": "S",
    "devices.passphrase": "S",
    "emergency.choose": "S",
    "emergency.take": "S",
    "quarantine.index": "VS",
    "quarantine.readmit": "S",
    "quarantine.set_aside": "S",
    "agreement.index": "SMA",
    "agreement.pair": "SMA",
    "agreement.certificate": "SM",
    "practice.index": "SMA",
    "practice.add": "SM",
    "practice.retire": "SM",
    "practice.certify": "SM",
    "programme.index": "MA",
    "programme.export": "MA",
    "programme.observation": "SMA",
}
ROLES = {"V": "ana", "S": "sol", "M": "mara", "A": "abe", "I": "ida"}
MARKED = {"X-Recorder": "1"}


def path_of(rule: str) -> str:
    """A path that a rule answers, for something that is not there."""
    path = re.sub(r"<int:\w+>", "1", re.sub(r"<uuid:\w+>", str(uuid.uuid4()), rule))
    return path.replace("<language>", "en").replace("<table>", "visits").replace("<path:filename>", "css/base.css")


def cells(app: Flask) -> list[tuple[str, str, str]]:
    """Every rule of the application with every method it answers: endpoint, method, path for a missing object."""
    found = []
    for rule in app.url_map.iter_rules():
        path = path_of(rule.rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            found.append((rule.endpoint, method, path))
    return found


def ask(client: FlaskClient, method: str, path: str, form_token: str = "", headers: dict[str, str] = MARKED) -> int:
    data = {"csrf_token": form_token} if method == "POST" and not path.startswith("/api/") else None
    with client.open(path, method=method, data=data, headers=headers) as answer:
        if answer.status_code == 302 and answer.location.startswith("/sign-in?") or answer.location == "/sign-in":
            return 302
        return 0 if answer.status_code == 302 else answer.status_code


def test_the_table_names_every_endpoint_and_no_other(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints == set(access.POLICY) == set(MAY)


def test_every_role_reaches_what_the_table_gives_it_and_nothing_else(app: Flask, signed_in) -> None:
    """`tablet.user` asks for the tablet's token beside the session: without one it is 401."""
    for letter, name in ROLES.items():
        client = signed_in(name)
        form_token = token(client)
        for endpoint, method, path in cells(app):
            if endpoint == "account.sign_out":
                continue
            status = ask(client, method, path, form_token)
            where = f"{name} {method} {path}: {status}"
            assert status < 500, where
            assert (status == 403) == (letter not in MAY[endpoint]), where
            assert status not in {302, 401, 405} or (endpoint, status) == ("tablet.user", 401), where
        assert send(client, "/sign-out").status_code == 302


@pytest.mark.parametrize(("letter", "user"), [("D", None), ("U", "ana")])
def test_a_tablet_appends_and_with_a_persons_token_pulls_and_nothing_else(
    app: Flask, people: People, client: FlaskClient, letter: str, user: str | None
) -> None:
    form_token = token(client)
    headers = MARKED | enrol(app, people, user=user).headers
    for endpoint, method, path in cells(app):
        status = ask(client, method, path, form_token, headers)
        where = f"{method} {path}: {status}"
        if {letter, "-"} & set(MAY[endpoint]):
            assert status < 500 and status not in {302, 401, 403, 405}, where
        else:
            assert status == (401 if path.startswith("/api/") else 302), where


def test_a_token_that_nobody_gave_opens_nothing(app: Flask, people: People, client: FlaskClient) -> None:
    form_token = token(client)
    known = enrol(app, people, user="ana").headers
    for wrong in ({"Authorization": "Bearer " + "0" * 64}, known | {"X-Recorder-User": "0" * 64}):
        for endpoint, method, path in cells(app):
            status = ask(client, method, path, form_token, MARKED | wrong)
            if "-" in MAY[endpoint]:
                assert status in {200, 201, 400, 422}, path
            elif "X-Recorder-User" not in wrong or "D" not in MAY[endpoint]:
                assert status == (401 if path.startswith("/api/") else 302), f"{path}: {status}"


def test_a_stranger_is_sent_to_sign_in_and_a_tablet_told_so(app: Flask, client: FlaskClient, people: People) -> None:
    form_token = token(client)
    for endpoint, method, path in cells(app):
        status = ask(client, method, path, form_token)
        if "-" in MAY[endpoint]:
            assert status in {200, 400, 422}, path
        else:
            assert status == (401 if path.startswith("/api/") else 302), f"{path}: {status}"


def test_a_method_that_a_page_does_not_answer_is_405(app: Flask, signed_in) -> None:
    client = signed_in("sol")
    for rule in app.url_map.iter_rules():
        path = path_of(rule.rule)
        assert client.delete(path, headers=MARKED).status_code == 405, path


def test_an_endpoint_that_the_table_does_not_name_is_refused(app: Flask, signed_in, monkeypatch) -> None:
    sol = signed_in("sol")
    for endpoint, path in (("families.index", "/families/"), ("visits.index", "/visits/"), ("account.me", "/me")):
        assert sol.get(path).status_code == 200
        monkeypatch.delitem(access.POLICY, endpoint)
        assert sol.get(path).status_code == 403


REACH = {
    "ana": {"F-001"},
    "ben": {"F-002"},
    "cleo": {"F-004"},
    "sol": {"F-001", "F-002", "F-003"},
    "sam": {"F-004"},
    "mara": {"F-001", "F-002", "F-003", "F-004"},
    "abe": {"F-001", "F-002", "F-003", "F-004"},
    "ida": set(),
    "olga": {"F-900"},
    "otto": {"F-900"},
}
"""Own, team-mate's, unassigned, other team's, other programme's: who reaches which family."""


@pytest.fixture
def rows(app: Flask, people: People) -> dict[str, dict[str, uuid.UUID]]:
    """A visit, a log and a page of every family: their ids by kind and family."""
    made: dict[str, dict[str, uuid.UUID]] = {"family": people.families, "visit": {}, "log": {}, "sheet": {}}
    with app.app_context():
        for code, family_id in people.families.items():
            far = code == "F-900"
            programme, who = (people.other_programme, "olga") if far else (people.programme, "ana")
            same = {"programme_id": programme, "account_id": people.accounts[who], "family_id": family_id}
            site = people.sites["far" if far else "north"]
            visit = Visit(**same, site_id=site, local_date=TODAY)
            db.session.add(visit)
            db.session.flush()
            log = Log(**same, id=uuid7(), visit_id=visit.id)
            db.session.add(log)
            db.session.flush()
            child = next(id for name, id in people.children.items() if name == FIRST_CHILD[code])
            page = Sheet(**same, id=uuid7(), log_key=log.key, seq=1, visit_id=visit.id, site_id=site, child_id=child,
                         language="en", words="{}", local_date=TODAY)  # fmt: skip
            db.session.add(page)
            made["visit"][code], made["log"][code], made["sheet"][code] = visit.id, log.id, page.id
        db.session.commit()
    return made


FIRST_CHILD = {"F-001": "Mia", "F-002": "Noor", "F-003": "Theo", "F-004": "Kai", "F-900": "Igor"}

OBJECTS = {
    "families.show": ("family", "GET", "/families/{}"),
    "families.edit": ("family", "GET", "/families/{}/edit"),
    "families.save": ("family", "POST", "/families/{}/edit"),
    "families.leave": ("family", "POST", "/families/{}/leaving"),
    "families.consent": ("family", "POST", "/families/{}/consents"),
    "families.withdraw": ("family", "POST", "/families/{}/consents/" + str(uuid.uuid4()) + "/withdrawal"),
    "families.assign": ("family", "POST", "/families/{}/assignments"),
    "visits.show": ("visit", "GET", "/visits/{}"),
    "visits.plan": ("family", "POST", "/families/{}/visits"),
    "visits.cancel": ("visit", "POST", "/visits/{}/cancellation"),
    "visits.second": ("visit", "POST", "/visits/{}/second-observer"),
    "followups.write": ("family", "GET", "/families/{}/safety"),
    "followups.keep": ("family", "POST", "/families/{}/safety"),
    "assessments.show": ("family", "GET", "/families/{}/assessments"),
    "assessments.availability": ("family", "POST", "/families/{}/availability"),
    "assessments.event": ("family", "POST", "/families/{}/events"),
    "sheets.show": ("sheet", "GET", "/sheets/{}"),
    "sheets.pdf": ("sheet", "GET", "/sheets/{}.pdf"),
    "programme.observation": ("log", "GET", "/programme/observations/{}"),
    "consistency.show": ("family", "GET", "/families/{}/consistency"),
}
NEEDS_CONTENT = {"sheets.show", "sheets.pdf"}
"""Pages of an empty log: that they open is tested where logs are made; here, that nobody else opens them."""


ELSEWHERE = {
    "visits.end_second",
    "practice.retire",
    "account.end_session",
    "account.person",
    "account.change",
    "account.disable",
    "account.admit",
    "account.new_password",
    "assessments.classification",
    "assessments.withdraw",
    "assessments.remove_event",
    "followups.note",
    "followups.acknowledge",
    "followups.answer",
    "instruments.show",
    "instruments.export",
    "instruments.copy",
    "instruments.next_version",
    "instruments.edit",
    "instruments.save",
    "instruments.publish",
    "instruments.delete",
    "devices.show",
    "devices.rename",
    "devices.revocation",
    "devices.revoke",
    "devices.passphrase",
    "quarantine.readmit",
    "quarantine.set_aside",
}
"""What has readers of its own: walked in the tests of its room."""


def test_every_page_about_something_is_walked_here(app: Flask) -> None:
    about = {rule.endpoint for rule in app.url_map.iter_rules() if "uuid:id" in rule.rule or "uuid:log_id" in rule.rule}
    assert about - set(OBJECTS) == ELSEWHERE


@pytest.mark.parametrize("name", REACH)
def test_what_is_anothers_and_what_does_not_exist_are_the_same_404(app: Flask, signed_in, rows, name: str) -> None:
    client = signed_in(name)
    form_token = token(client)
    with app.app_context():
        role = db.session.query(Account).filter_by(sign_in=name).one().role
    for endpoint, (kind, method, path) in OBJECTS.items():
        if role not in access.POLICY[endpoint]:
            continue
        for code, id in rows[kind].items():
            hers = code in REACH[name]
            if hers and (endpoint in NEEDS_CONTENT or endpoint == "families.withdraw"):
                continue
            status = ask(client, method, path.format(id), form_token)
            assert (status != 404) == hers, f"{name} {endpoint} {code}: {status}"
            assert status < 500
        assert ask(client, method, path.format(uuid.uuid4()), form_token) == 404
        assert ask(client, method, path.format("not-an-id"), form_token) == 404


@pytest.mark.parametrize("path", ["/disable", "/admission", "/password", ""])
def test_an_administrator_touches_accounts_of_her_own_programme_only(signed_in, people: People, path: str) -> None:
    ida = signed_in("ida")
    typed = {"role": "visitor", "site": str(people.sites["north"]), "supervisor": str(people.accounts["sol"])}
    assert send(ida, f"/accounts/{people.accounts['olga']}{path}", typed).status_code == 404
    assert send(ida, f"/accounts/{uuid.uuid4()}{path}", typed).status_code == 404
    assert send(ida, f"/accounts/{people.accounts['ben']}{path}", typed).status_code in {201, 302}


def test_an_administrator_reads_accounts_of_her_own_programme_only(signed_in, people: People) -> None:
    ida = signed_in("ida")
    assert ida.get(f"/accounts/{people.accounts['olga']}").status_code == 404
    assert ida.get(f"/accounts/{uuid.uuid4()}").status_code == 404
    assert ida.get(f"/accounts/{people.accounts['ben']}").status_code == 200


def test_an_assignment_counts_on_its_days_only(app: Flask, signed_in, people: People) -> None:
    with app.app_context():
        ana, home = people.accounts["ana"], people.families["F-003"]
        for code, first, last in (("F-003", 2, None), ("F-002", -30, -2)):
            db.session.add(
                Assignment(
                    programme_id=people.programme,
                    family_id=people.families[code],
                    account_id=ana,
                    from_on=TODAY + timedelta(days=first),
                    until_on=TODAY + timedelta(days=last) if last else None,
                )
            )
        db.session.commit()
    client = signed_in("ana")
    assert client.get(f"/families/{home}").status_code == 404, "not hers yet"
    assert client.get(f"/families/{people.families['F-002']}").status_code == 404, "no longer hers"
    assert client.get(f"/families/{people.families['F-001']}").status_code == 200


def test_a_404_tells_nothing(signed_in, people: People) -> None:
    ana = signed_in("ana")
    foreign, missing = ana.get(f"/families/{people.families['F-900']}"), ana.get(f"/families/{uuid.uuid4()}")
    assert re.sub(rb'value="[^"]+"', b"", foreign.data) == re.sub(rb'value="[^"]+"', b"", missing.data)


def test_a_get_writes_nothing(app: Flask, signed_in, people: People) -> None:
    """Every page is loaded with a database that refuses to be written to."""
    import sqlalchemy

    with app.app_context():
        engine = db.engine
    clients = [signed_in(name) for name in ROLES.values()]
    written: list[str] = []

    @sqlalchemy.event.listens_for(engine, "before_cursor_execute")
    def watch(connection, cursor, statement, parameters, context, executemany) -> None:
        if re.match(r"\s*(INSERT|UPDATE|DELETE)", statement, re.IGNORECASE):
            written.append(statement)

    for client in clients:
        for _endpoint, method, path in cells(app):
            if method == "GET":
                ask(client, method, path)
    assert written == []
