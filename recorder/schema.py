"""Is a database at the schema that this code needs?"""

from __future__ import annotations

import flask
from sqlalchemy import Connection

from recorder.db import CannotOpen, _migrations, db


def refuse_newer(app: flask.Flask) -> None:
    """Raise `CannotOpen` for a database that newer code has brought further than this code knows."""
    from alembic.script import ScriptDirectory

    with app.app_context(), db.engine.connect() as connection:
        known = {one.revision for one in ScriptDirectory.from_config(_migrations(connection)).walk_revisions()}
        revision = of(connection)
    if revision is not None and revision not in known:
        raise CannotOpen(
            f"This database was brought to schema {revision} by a newer recorder, which this one does not know: "
            "install that version again, or restore a backup from before it."
        )


def of(connection: Connection) -> str | None:
    """The revision that a database is at, None for an empty one."""
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def newest(connection: Connection) -> str | None:
    """The revision that this code needs."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_migrations(connection)).get_current_head()
