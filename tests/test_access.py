"""The policy table: what each role may call, and which families a person reaches. `test_matrix.py` asks every cell.

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
from recorder.db import db
from recorder.records.families import Assignment

MAY = {
    "static": "VSMAI-",
    "health.alive": "VSMAI-",
    "health.ready": "VSMAI-",
    "account.sign_in": "VSMAI-",
    "account.take_sign_in": "VSMAI-",
    "account.number": "VSMAI-",
    "account.take_number": "VSMAI-",
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
    "account.invite": "I",
    "account.end_session_of": "I",
    "account.end_sessions_of": "I",
    "account.forget_second": "I",
    "invitation.show": "VSMAI-",
    "invitation.accept": "VSMAI-",
    "second_factor.show": "VSMAI",
    "second_factor.begin": "VSMAI",
    "second_factor.stop": "VSMAI",
    "sites.index": "I",
    "sites.add": "I",
    "sites.rename": "I",
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
    "offline.away": "VSMAI-",
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
    "corrections.index": "VSMA",
    "corrections.new": "S",
    "corrections.add": "S",
    "given.links": "VS",
    "given.make": "VS",
    "given.revoke": "VS",
    "given.door": "VSMAI-",
    "given.come_in": "VSMAI-",
    "given.page": "VSMAI-",
    "given.accent": "VSMAI-",
    "given.logo": "VSMAI-",
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
    "page_settings.show": "M",
    "page_settings.save": "M",
    "page_settings.review": "M",
    "page_settings.template": "M",
    "page_settings.add_step": "M",
    "page_settings.remove_step": "M",
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
    "file_in.choose": "S",
    "file_in.take": "S",
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
    "week.index": "VSMA",
    "week.rows": "VSMA",
    "supervision.index": "VSMA",
    "supervision.note": "S",
    "published.index": "MA",
    "published.publish": "M",
    "published.show": "MA",
    "published.download": "MA",
    "report.index": "MA",
    "report.keep": "M",
    "report.as_csv": "MA",
    "report.as_pdf": "MA",
    "programme_more.process": "MA",
    "programme_more.details": "MA",
    "rights.audit_trail": "A",
    "rights.family": "SM",
    "rights.hold": "M",
    "rights.lift": "M",
    "rights.erase": "M",
    "rights.review": "S",
    "rights.release": "S",
    "programme.index": "MA",
    "programme.export": "MA",
    "programme.package": "MA",
    "programme.workbook": "MA",
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


def test_a_token_that_nobody_gave_opens_nothing(app: Flask, people: People, client: FlaskClient) -> None:
    form_token = token(client)
    known = enrol(app, people, user="ana").headers
    for wrong in ({"Authorization": "Bearer " + "0" * 64}, known | {"X-Recorder-User": "0" * 64}):
        for endpoint, method, path in cells(app):
            status = ask(client, method, path, form_token, MARKED | wrong)
            if "-" in MAY[endpoint]:
                assert status in {200, 201, 400, 404, 422}, path
            elif "X-Recorder-User" not in wrong or "D" not in MAY[endpoint]:
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


@pytest.mark.parametrize("name", REACH)
def test_who_reaches_which_family(signed_in, people: People, name: str) -> None:
    client, refused = signed_in(name), {403} if name == "ida" else {404}
    for code, id in people.families.items():
        assert ask(client, "GET", f"/families/{id}") in ({200} if code in REACH[name] else refused), code


@pytest.mark.parametrize("path", ["/disable", "/admission", "/invitation", "/second-factor/end", "/sessions/end", ""])
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
