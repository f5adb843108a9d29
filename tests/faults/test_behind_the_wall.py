"""The whole matrix once more, behind PostgreSQL's own wall: nothing that somebody may is lost by it."""

from __future__ import annotations

import matrix
import pytest
from matrix import World
from test_access import MAY
from test_wall import walled as walled


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_everything_goes_on_behind_the_wall(walled: World) -> None:
    with matrix.nothing_is_kept():
        faults = [found for cell in matrix.cells(walled.app) if (found := matrix.fault(walled, cell, MAY))]
    assert not faults, "\n".join(faults[:20])
