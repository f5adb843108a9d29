"""What watches over the server is told whether it is there and can work, and nothing about anybody."""

from __future__ import annotations

import pytest
from flask import Flask
from installation import SECRETS, dispose
from sqlalchemy import text

from recorder import create_app, schema
from recorder import db as database
from recorder.db import db


def test_a_server_that_can_work_says_so(client) -> None:
    for path, said in (("/healthz", "alive\n"), ("/readyz", "ready\n")):
        answer = client.get(path)
        assert answer.status_code == 200 and answer.get_data(as_text=True) == said


def test_without_its_database_it_is_there_but_not_ready() -> None:
    away = create_app(DATABASE_URL="postgresql+psycopg://test@/none?host=/nowhere", **SECRETS)
    assert away.test_client().get("/healthz").status_code == 200
    assert away.test_client().get("/readyz").status_code == 503
    dispose(away)


def test_a_schema_of_other_code_is_not_ready_and_a_newer_one_is_refused(app: Flask, client) -> None:
    with app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = '20991231'"))
        db.session.commit()
    assert client.get("/readyz").status_code == 503
    with pytest.raises(database.CannotOpen, match="20991231 by a newer recorder.*restore a backup"):
        schema.refuse_newer(app)


def test_an_old_sqlite_is_refused_with_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "OLDEST_SQLITE", (99, 0, 0))
    with pytest.raises(database.CannotOpen, match="pip install --upgrade sqlcipher3"):
        create_app(DATABASE_URL="sqlite:///:memory:", **SECRETS)
