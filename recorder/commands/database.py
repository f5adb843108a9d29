"""How does a command reach the database? Through the application, on the newest schema, and it lets go afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def migrated_app(**settings: Any) -> Flask:
    """The application with its database brought to the newest schema. Raises `recorder.settings.WrongSetting`, and
    `recorder.db.CannotOpen` for a database of newer code."""
    from recorder import create_app

    app = create_app(**settings)
    bring_up(app)
    return app


def bring_up(app: Flask) -> None:
    """Bring an application's database to the newest schema, and give it its wall between programmes. Raises
    `recorder.db.CannotOpen` for a database of newer code."""
    from recorder import db, schema, wall

    schema.refuse_newer(app)
    db.upgrade(app)
    with app.app_context(), db.db.engine.begin() as connection:
        wall.build(connection)


@contextmanager
def database(**settings: Any) -> Iterator[Flask]:
    """The application's context, its database on the newest schema. Raises `recorder.settings.WrongSetting`."""
    from recorder.db import db

    app = migrated_app(**settings)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
