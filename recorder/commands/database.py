"""How does a command reach the database? Through the application, on the newest schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def migrated_app(**settings: Any) -> Flask:
    """The application with its database brought to the newest schema. Raises `recorder.settings.WrongSetting`."""
    from recorder import create_app, db

    app = create_app(**settings)
    db.upgrade(app)
    return app
