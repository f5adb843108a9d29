"""How does the server speak with a tablet? In JSON; each answer says what time it is here and which life this is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import flask

from recorder.db import now
from recorder.records.life import life


def body() -> bytes:
    """What was sent, if it is not too large for a batch: 413 otherwise."""
    flask.request.max_content_length = flask.current_app.config["SYNC_BYTES"]
    return flask.request.get_data()


def reply(**content: Any) -> flask.Response:
    """An answer with its time and epoch."""
    return flask.jsonify(**stamp(), **content)


def problem(status: int, sentence: str) -> flask.Response:
    """A refusal with its reason."""
    answer = reply(error={"status": status, "message": sentence})
    answer.status_code = status
    return answer


def stamp() -> dict[str, Any]:
    """What every answer carries: the time here, and the epoch."""
    return {"server_time": as_text(now()), "epoch": flask.g.epoch if "epoch" in flask.g else life().epoch}


def note_epoch() -> None:
    """Note the epoch before a view begins: after its COMMIT, another transaction would have to wait for its turn."""
    flask.g.epoch = life().epoch


def as_text(at: datetime) -> str:
    """A time as it is sent: UTC, to the millisecond."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
