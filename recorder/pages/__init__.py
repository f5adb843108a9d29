"""The pages, one file a place. A view is five steps: fetch what may be touched, read the form, ask the domain, store,
answer. No page imports another page."""

from __future__ import annotations

from importlib import import_module

import flask

PLACES = (
    "account",
    "families",
    "visits",
    "record",
    "offline",
    "sync",
    "tablet",
    "sheets",
    "given",
    "week",
    "supervision",
    "published",
    "programme",
    "settings",
    "followups",
    "assessments",
    "consistency",
    "devices",
    "emergency",
    "quarantine",
    "agreement",
    "practice",
    "instruments",
)


def attach(app: flask.Flask) -> None:
    """Register every place, and what is shown when something cannot be shown."""
    from recorder import access

    for place in PLACES:
        app.register_blueprint(import_module(f"recorder.pages.{place}").pages)
    access.attach(app)
    from recorder.pages import errors, layout

    errors.attach(app)
    layout.attach(app)
