"""An installation as tests make it: its secrets are known, so that nothing depends on chance."""

from __future__ import annotations

import sqlalchemy
from flask import Flask

from recorder.db import db

SECRETS = {"SECRET_KEY": "tests only, and as long as it has to be", "MASTER_KEY": "5e" * 32, "SECOND_FACTOR": ""}


def dispose(app: Flask) -> None:
    """Close what the application opened: a clone needs no open session on its template."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    if keys := app.extensions.pop("recorder.key_chain", None):
        keys.close()


def administer(server: str, statement: str) -> None:
    """Run one statement beside all transactions on the server's own database."""
    engine = sqlalchemy.create_engine(server.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
