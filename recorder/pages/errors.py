"""What does a person read when a page cannot be shown? Never a traceback; a 404 tells nothing about what exists.

A database that is busy, or away, is 503 and one that is full 507: nothing was stored then, and a tablet asks again.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import Any

import flask
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, TimeoutError
from werkzeug.exceptions import HTTPException, SecurityError

from recorder.db import db, now, trouble
from recorder.pages.reply import as_text, stamp

RETRY_AFTER_SECONDS = 5


def attach(app: flask.Flask) -> None:
    """Give the application its error pages; under /api/ the same answers are JSON."""
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(TimeoutError, _database)
    app.register_error_handler(Exception, _unexpected)


def _http(error: HTTPException) -> tuple[flask.Response, int] | HTTPException:
    if isinstance(error, SecurityError):
        return _not_this_host()
    code = error.code or 500
    return error if code < 400 else _answer(code, _sentence(code), getattr(error, "retry_after", None))


def _not_this_host() -> tuple[flask.Response, int]:
    """A plain answer: no page of ours can be drawn for a host that we are not, as it would hold its address."""
    return flask.Response(_("This server does not answer to that name."), mimetype="text/plain"), 400


def _sentence(code: int) -> str:
    words = {
        400: _("This request could not be read. Go back and try again."),
        401: _("Please sign in first."),
        403: _("You may not do this. If you think you should, ask your administrator."),
        404: _("There is nothing here that you can open."),
        405: _("This page cannot be used in that way."),
        413: _("That is too large to be taken. Nothing was stored. Send it in smaller parts."),
        415: _("This kind of content is not taken here."),
        429: _("That was too often. Please wait a little and try again."),
        503: _("The server is busy. Nothing was lost: please try again in a moment."),
        507: _("There is no room left, so this was not stored. You can still read. Please tell your administrator."),
    }
    return str(words.get(code, _("This did not work.")))


def _database(error: OperationalError | TimeoutError) -> tuple[flask.Response, int]:
    reason = trouble(error)
    if not reason:
        return _unexpected(error)
    said = str(getattr(error, "orig", error)).split("\n")[0]
    flask.current_app.logger.warning("the database is %s: %s", reason, said)
    _let_go()
    code = {"busy": 503, "full": 507}[reason]
    return _answer(code, _sentence(code))


def _let_go() -> None:
    """Leave the database alone from here on: who asks is known from memory, or the page does without."""
    account = flask.g.get("account")
    db.session.expunge_all()  # a rollback alone would have every row read again
    db.session.rollback()
    if account is not None and "name" not in vars(account):
        flask.g.account = flask.g.session = None


def _stale_form(error: CSRFError) -> tuple[flask.Response, int]:
    return _answer(
        400, _("This form was opened before you signed in. Go back, load the page again, and send it again.")
    )


def _unexpected(error: Exception) -> tuple[flask.Response, int]:
    if flask.current_app.testing:
        raise error
    number = secrets.token_hex(4)
    flask.current_app.logger.exception("unexpected error %s", number)
    return _answer(
        500,
        _(
            "Something went wrong on our side. Please tell your administrator this number: %(number)s",
            number=number,
        ),
    )


def _answer(code: int, sentence: str, retry_after: int | None = None) -> tuple[flask.Response, int]:
    if flask.request.path.startswith("/api/"):
        response = flask.jsonify(error={"status": code, "message": sentence}, **_stamp(code))
        response.headers["X-Recorder"] = "1"
    else:
        response = flask.make_response(flask.render_template("error.html", code=code, sentence=sentence))
    if code in {429, 503}:
        response.headers["Retry-After"] = str(retry_after or RETRY_AFTER_SECONDS)
    return response, code


def _stamp(code: int) -> dict[str, Any]:
    """Time and epoch; the time alone where the database may not be there to say which life it is in."""
    with suppress(OperationalError, TimeoutError):
        if code < 500:
            return stamp()
    return {"server_time": as_text(now())}
