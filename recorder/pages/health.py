"""Is the server there, and can it work? For what watches over it: no sign-in, and no word about anybody."""

from __future__ import annotations

import flask
from sqlalchemy.exc import DBAPIError, TimeoutError

from recorder import schema
from recorder.db import db

pages = flask.Blueprint("health", __name__)


@pages.get("/healthz")
def alive() -> flask.Response:
    """The process answers; nothing else is asked."""
    return flask.Response("alive\n", mimetype="text/plain")


@pages.get("/readyz")
def ready() -> tuple[flask.Response, int]:
    """The database answers and has the schema that this code needs; 503 otherwise."""
    try:
        connection = db.session.connection()
        right = schema.of(connection) == schema.newest(connection)
    except (DBAPIError, TimeoutError):
        return flask.Response("the database does not answer\n", mimetype="text/plain"), 503
    if not right:
        return flask.Response("the database has another schema: run recorder serve\n", mimetype="text/plain"), 503
    return flask.Response("ready\n", mimetype="text/plain"), 200
