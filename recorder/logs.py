"""What does the server write down about its work? Ids, never words of people; endpoints, never addresses.

An address may hold a link's token, an exception's message may hold what somebody typed, and a statement's parameters
names. So of an exception its type and the places in the code are written, of a request its endpoint, status, time
taken, and the ids of who asked. With `LOG_FORMAT=json` each request is one line of JSON on stderr, as is everything
else; with `text` warnings and errors are, one line each.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
import traceback
from datetime import UTC, datetime
from typing import Any

import flask

FORMATS = ("text", "json")


class Lines(logging.Formatter):
    """One line for each record."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form = form

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "said": record.getMessage().split("\n")[0],
        } | getattr(record, "told", {})
        if record.exc_info and record.exc_info[0] is not None:
            said |= fault(record.exc_info[1])
        if self.form == "json":
            return json.dumps(said, ensure_ascii=True)
        more = [f"{name}={value}" for name, value in said.items() if name not in {"time", "level", "said"}]
        return " ".join([said["time"], said["level"], said["said"], *more])


def fault(error: BaseException | None) -> dict[str, Any]:
    """Of an exception its type and where it came from; not its message, which may hold what somebody typed.

    >>> fault(ValueError("Mia"))
    {'type': 'ValueError', 'places': []}
    """
    places = traceback.extract_tb(error.__traceback__ if error else None)
    return {
        "type": type(error).__name__,
        "places": [f"{place.filename.rsplit('/', 1)[-1]}:{place.lineno} {place.name}" for place in places][-12:],
    }


def attach(app: flask.Flask) -> None:
    """Have an application write down what it does."""
    form = app.config["LOG_FORMAT"]
    handler = logging.StreamHandler()
    handler.setFormatter(Lines(form))
    app.logger.handlers[:] = [handler]
    app.logger.propagate = app.testing  # a test listens at the root
    app.logger.setLevel(logging.INFO if form == "json" else logging.WARNING)
    if form == "json":
        app.before_request(_begin)
        app.after_request(_note)


def _begin() -> None:
    flask.g.request_id, flask.g.started = secrets.token_hex(8), time.perf_counter()


def _note(response: flask.Response) -> flask.Response:
    """Write a request down: never its address, its body, its cookies or its query."""
    account, device = flask.g.get("account"), flask.g.get("device")
    told = {
        "request": flask.g.get("request_id"),
        "method": flask.request.method,
        "endpoint": flask.request.endpoint,
        "status": response.status_code,
        "ms": round(1000 * (time.perf_counter() - flask.g.get("started", time.perf_counter()))),
        "account": _id(account),
        "device": _id(device),
    }
    flask.current_app.logger.info("request", extra={"told": told})
    return response


def _id(row: Any) -> str | None:
    """A row's id where it is known without asking the database again."""
    return str(vars(row)["id"]) if row is not None and "id" in vars(row) else None
