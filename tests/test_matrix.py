"""Every rule x method x principal x object, on both databases: what comes, and with which protection; that a GET writes
nothing; that a form is taken from our own pages only. Each defence is switched off once, and must be missed."""

from __future__ import annotations

from typing import Any

import matrix
import pytest
from flask import Flask, Response
from matrix import Cell, World
from people import People
from test_access import MAY

from recorder import access, protection
from recorder.db import Base, db
from recorder.protection import HEADERS


@pytest.fixture
def world(app: Flask, people: People) -> World:
    app.testing = False  # an error of ours is a 500 here, as it would be outside
    return matrix.build(app, people)


def test_every_cell(world: World) -> None:
    asked, faults = 0, []
    with matrix.nothing_is_kept():
        for cell in matrix.cells(world.app):
            asked += 1
            faults += [found] if (found := matrix.fault(world, cell, MAY)) else []
    assert not faults, "\n".join(faults)
    assert not world.unprotected, "\n".join(world.unprotected)
    assert asked > 3000


def test_an_address_that_the_matrix_does_not_know_fails(world: World) -> None:
    with pytest.raises(AssertionError, match="say in tests/matrix.py"):
        world.path(Cell("new.page", "GET", "/new/<uuid:id>", matrix.kinds_of("/new/<uuid:id>"), "visitor", ""))


EVERYBODY = access.ANYONE | access.TABLET | access.UNLOCKED | {"revoked"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_its_line_in_the_table_a_route_is_open(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The policy switched off, one endpoint at a time: somebody whom it turned away must come in."""
    shut = {}
    for cell in matrix.cells(world.app):
        if matrix.expected(cell, MAY) in {"forbidden", "sign in"} and cell.relation in {"", "own"}:
            shut.setdefault(cell.endpoint, []).append(cell)
    del shut["account.sign_out"]  # it leads a stranger where the guard would, and ends nothing
    unseen = []
    with matrix.nothing_is_kept():
        for endpoint, turned_away in shut.items():
            monkeypatch.setitem(access.POLICY, endpoint, EVERYBODY)
            if not any(matrix.fault(world, cell, MAY) for cell in turned_away):
                unseen.append(endpoint)
    assert unseen == [] and len(shut) > 80


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_its_fetcher_a_page_shows_what_is_anothers(world: World) -> None:
    """The fetchers switched off, one rule at a time: what was another's must be opened."""
    closed: dict[tuple[str, str], list[Cell]] = {}
    for cell in matrix.cells(world.app):
        known = set(cell.kinds) <= set(matrix.REACHED) and cell.endpoint not in matrix.NEEDS_MORE
        if known and matrix.expected(cell, MAY) == "nothing" and cell.relation not in {"missing", "swapped"}:
            closed.setdefault((cell.endpoint, cell.method), []).append(cell)
    unseen = []
    with matrix.nothing_is_kept():
        for (endpoint, method), foreign in closed.items():
            with pytest.MonkeyPatch.context() as patch:
                for kind in foreign[0].kinds:
                    for name, unguarded in matrix.without_fetchers(kind).items():
                        patch.setattr(access, name, unguarded)
                if not any(matrix.fault(world, cell, MAY) for cell in foreign):
                    unseen.append(f"{method} {endpoint}")
    assert unseen == [] and len(closed) > 45


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_header_that_is_not_sent_is_missed(world: World) -> None:
    home = Cell("families.index", "GET", "/families/", (), "visitor", "")
    for name in (*HEADERS, "Cache-Control"):
        world.app.after_request_funcs[None].insert(0, lambda answer, name=name: _without(answer, name))
        world.unprotected.clear()
        world.ask(home)
        assert [lack for lack in world.unprotected if name in lack]
        world.app.after_request_funcs[None].pop(0)


def _without(answer: Response, name: str) -> Response:
    del answer.headers[name]
    return answer


def gets(world: World) -> list[Cell]:
    """Every page, for everybody, about her own."""
    return [cell for cell in matrix.cells(world.app) if cell.method == "GET" and cell.relation in {"", "own"}]


def rows(world: World) -> dict[str, list[str]]:
    """The whole database, table by table, but the audit: that somebody read is written down."""
    with world.app.app_context(), db.engine.connect() as connection:
        tables = [table for table in Base.metadata.sorted_tables if table.name != "audit"]
        return {
            table.name: sorted(map(repr, connection.exec_driver_sql(f'SELECT * FROM "{table.name}"')))
            for table in tables
        }


def test_a_get_writes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows(world)
    for cell in gets(world):
        world.ask(cell)
    assert rows(world) == before
    with world.app.app_context():
        view = world.app.view_functions["account.me"]

    def writes() -> Any:
        access.me().left_handed = True
        db.session.commit()
        return view()

    monkeypatch.setitem(world.app.view_functions, "account.me", writes)
    for cell in gets(world):
        world.ask(cell)
    assert [name for name, found in rows(world).items() if found != before[name]] == ["account"]


HOSTILE = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
)


def forged(world: World) -> set[str]:
    """Which POST routes take what a foreign page sent, for a person who could call them."""
    taken = set()
    with matrix.nothing_is_kept():
        for cell in matrix.cells(world.app):
            if cell.method != "POST" or cell.relation not in {"", "own"} or matrix.expected(cell, MAY) != "taken":
                continue
            kept = world.headers[cell.principal]
            for headers in HOSTILE:
                world.headers[cell.principal] = kept | headers
                if world.ask(cell)[0] != 403:
                    taken.add(cell.endpoint)
            world.headers[cell.principal] = kept
    return taken


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_a_foreign_page_sends_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert forged(world) == set()
    checks = world.app.before_request_funcs[None]
    checks.remove(protection._refuse_foreign_forms)
    assert len(forged(world)) > 50, "without the check of the origin they are taken"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_form_without_its_token_and_a_call_without_its_header_are_refused(world: World) -> None:
    unmarked = 0
    with matrix.nothing_is_kept():
        for cell in matrix.cells(world.app):
            if cell.principal != "visitor" and "-" not in MAY.get(cell.endpoint, ""):
                continue
            api = cell.rule.startswith("/api/")
            if cell.relation not in {"", "own"} or not (api or cell.method == "POST"):
                continue
            unmarked += 1
            token, headers = world.tokens[cell.principal], world.headers[cell.principal]
            world.tokens[cell.principal] = "guessed"
            world.headers[cell.principal] = {name: value for name, value in headers.items() if name != "X-Recorder"}
            assert world.ask(cell)[0] == (403 if api else 400), cell
            world.tokens[cell.principal], world.headers[cell.principal] = token, headers
    assert unmarked > 50
