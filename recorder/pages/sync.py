"""What passes between a tablet and the server? Events come up (`events`), the caseload goes down (`pull`)."""

from __future__ import annotations

from typing import Any

import flask
from flask_babel import gettext as _

from recorder import access, ingest
from recorder.db import now
from recorder.feedback.words import goal_type
from recorder.protection import csrf
from recorder.records.caseload import caseload, granted, practice
from recorder.records.instruments import offered
from recorder.records.people import LANGUAGES, Account

EPOCH = 1
"""Which life of the database this is: a server restored from a backup counts on, and tablets offer everything again."""

pages = flask.Blueprint("sync", __name__, url_prefix="/api/v1/sync")
csrf.exempt(pages)  # a foreign page cannot send the header that the API asks for


@pages.post("/events")
def events() -> flask.Response:
    """Take a batch of events."""
    account = access.me()
    flask.request.max_content_length = flask.current_app.config["SYNC_BYTES"]
    try:
        delivery = ingest.read(flask.request.get_data())
        logs = ingest.take(account, delivery)
    except ingest.Unreadable as error:
        return _problem(400, str(error))
    except ingest.OtherContent:
        return _problem(409, _("This batch was sent before with other content. Send the events under a new batch id."))
    return flask.jsonify(server_time=_time(), epoch=EPOCH, logs=logs)


@pages.get("/pull")
def pull() -> flask.Response:
    """Hand out the caseload and the instruments."""
    account = access.me()
    return flask.jsonify(
        server_time=_time(),
        epoch=EPOCH,
        account=_person(account),
        programme=_programme(account),
        families=_families(account),
        grants=granted(account, now()),
        practice=practice(account.programme_id),
        instruments=offered(account.programme_id),
    )


def _families(account: Account) -> list[dict[str, Any]]:
    """The caseload, with the kind of cue that each family's goal points to."""
    families = caseload(access.families(), access.sheets(), access.figures(), account.programme, now())
    return [family | {"goal_type": goal_type(family["goal"])} for family in families]


def _person(account: Account) -> dict[str, Any]:
    return {
        "id": str(account.id),
        "name": account.name,
        "role": account.role,
        "language": account.language,
        "left_handed": account.left_handed,
    }


def _programme(account: Account) -> dict[str, Any]:
    """Whom to call, and in which languages pages are made."""
    return {
        "name": account.programme.name,
        "telephone": account.programme.telephone,
        "contacts": account.programme.contacts,
        "languages": list(LANGUAGES),
        "emergency_number": account.programme.emergency_number,
        "hotline": account.programme.hotline,
        "supervisor": account.supervisor.name if account.supervisor else "",
    }


def _time() -> str:
    return now().isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _problem(status: int, sentence: str) -> flask.Response:
    answer = flask.jsonify(error={"status": status, "message": sentence})
    answer.status_code = status
    return answer
