"""`take`: hand parts of logs to ingest as somebody, the way the sync page does."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from flask import Flask
from people import People
from tablet import batch

from recorder import ingest
from recorder.db import db
from recorder.records.double_coding import Grant
from recorder.records.people import Account


@pytest.fixture
def take(app: Flask, people: People) -> Iterator:
    """A function from parts (and the batch's id, and who sends) to the reply; the application's context stays open."""
    with app.app_context():

        def take(*parts, id: uuid.UUID | None = None, who: str = "ana"):
            account = db.session.get_one(Account, people.accounts[who])
            return ingest.take(account, ingest.read(batch(*parts, id=id)))

        yield take
        db.session.rollback()


@pytest.fixture
def grant(people: People):
    """A function that lets somebody (Ben) code a visit (Mia's today) a second time; returns the grant's id."""

    def grant(who: str = "ben", visit: str = "mia today", **values) -> uuid.UUID:
        made = Grant(programme_id=people.programme, visit_id=people.visits[visit], account_id=people.accounts[who],
                     granted_by_id=people.accounts["sol"], **values)  # fmt: skip
        db.session.add(made)
        db.session.commit()
        return made.id

    return grant
