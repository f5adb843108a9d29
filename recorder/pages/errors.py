"""What does a person read when a page cannot be shown? Never a traceback; a 404 tells nothing about what exists."""

from __future__ import annotations

import secrets

import flask
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException


def attach(app: flask.Flask) -> None:
    """Give the application its error pages; under /api/ the same answers are JSON."""
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _http(error: HTTPException) -> tuple[flask.Response, int] | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
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
    }
    return _answer(code, words.get(code, _("This did not work.")))


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


def _answer(code: int, sentence: str) -> tuple[flask.Response, int]:
    if flask.request.path.startswith("/api/"):
        response = flask.jsonify(error={"status": code, "message": sentence})
        response.headers["X-Recorder"] = "1"
        return response, code
    return flask.make_response(flask.render_template("error.html", code=code, sentence=sentence)), code
