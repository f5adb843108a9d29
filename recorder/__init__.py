"""The recorder: a parent-coaching observation recorder for home visits.

Data takes one path: a tap on a tablet, through `pages.sync` and `ingest` into `records`; from there, as a pure value,
into `measures`; and from figures to the page a family keeps (`feedback`) and to what a manager reads (`programme`).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

CHECKOUT = Path(__file__).resolve().parent.parent


def create_app(**overrides: Any) -> Flask:
    """Build the application: settings, database, languages, protection, pages, error pages.

    Parameters: `overrides`, settings by name that win over the environment (see `recorder.settings`).
    Raises `recorder.settings.WrongSetting` with the cure when a setting cannot work.

    >>> create_app(DATABASE_URL="sqlite:///:memory:").name
    'recorder'
    """
    with _here_to_stay():
        # imported here, not above, so that `recorder --help` need not wait for Flask
        from recorder import db, languages, pages, protection, settings

        app = pages.Recorder(
            "recorder",
            root_path=str(CHECKOUT / "recorder"),
            template_folder=str(CHECKOUT / "templates"),
            static_folder=str(CHECKOUT / "static"),
            instance_path=str(CHECKOUT / "instance"),
        )
        app.config.update(settings.read(Path(app.instance_path)) | overrides)
        db.open(app)
        languages.attach(app)
        protection.attach(app)
        pages.attach(app)
    return app


@contextmanager
def _here_to_stay() -> Iterator[None]:
    """What a process makes at its start lasts as long as it: the garbage collector does not look through it meanwhile,
    nor ever again. (Once: where many applications are made and dropped, the others are garbage.)"""
    global _stays
    if _stays:
        yield
        return
    _stays = True
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


_stays = False
