"""Every rule x method x principal x object, on both databases; and each defence switched off, where it must show."""

from __future__ import annotations

import matrix
import pytest
from flask import Flask
from matrix import Cell, World
from people import People
from test_access import MAY

from recorder import access


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
        if matrix.expected(cell, MAY) == "nothing" and cell.relation not in {"missing", "swapped"}:
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
