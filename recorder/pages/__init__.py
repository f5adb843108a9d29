"""The pages, one file a place. A view is five steps: fetch what may be touched, read the form, ask the domain, store,
answer. No page imports another page."""

from __future__ import annotations

from importlib import import_module

from recorder.pages.entrance import FIRST
from recorder.pages.entrance import Recorder as Recorder

PLACES = (
    "account",
    "invitation",
    "second_factor",
    "sites",
    "health",
    "families",
    "visits",
    "record",
    "offline",
    "sync",
    "tablet",
    "sheets",
    "given",
    "corrections",
    "week",
    "supervision",
    "published",
    "report",
    "programme",
    "programme_more",
    "settings",
    "page_settings",
    "followups",
    "assessments",
    "consistency",
    "devices",
    "emergency",
    "file_in",
    "quarantine",
    "agreement",
    "practice",
    "instruments",
    "rights",
)


def attach(app: Recorder) -> None:
    """Register every place, the first one now, and what is shown when something cannot be shown."""
    from recorder import access, logs, wall
    from recorder.db import db

    logs.attach(app)
    with app.app_context():
        wall.attach(db.engine)

    def register(*places: str) -> None:
        for place in places:
            app.register_blueprint(import_module(f"recorder.pages.{place}").pages)

    register(FIRST)
    app.url_map.add_later(lambda: register(*(place for place in PLACES if place != FIRST)))
    access.attach(app)
    from recorder.pages import errors, layout, seen
    from recorder.records import audit

    audit.attach(app, seen.WATCHED)
    errors.attach(app)
    layout.attach(app)
