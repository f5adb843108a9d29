"""What passes between a tablet and the server? What is stored already (`manifest`), events come up (`events`), the
caseload goes down (`pull`)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import flask
from flask_babel import gettext as _

from recorder import access, ingest, page_look
from recorder.db import now
from recorder.feedback.cards import told
from recorder.feedback.fonts import letters
from recorder.feedback.icons import ICONS
from recorder.feedback.words import goal_type
from recorder.pages.reply import as_text, body, note_epoch, problem, reply
from recorder.protection import csrf
from recorder.records.caseload import caseload, granted, practice
from recorder.records.instruments import offered
from recorder.records.observations import Log
from recorder.records.people import Account

CASELOAD_LIFE = timedelta(days=14)
"""How long a tablet may keep what it pulled: the visits that it holds are those of the next fortnight."""
CORRECTIONS_TOLD = timedelta(days=60)
"""For how long after an observation a tablet is told what was corrected in it."""

pages = flask.Blueprint("sync", __name__, url_prefix="/api/v1/sync")
csrf.exempt(pages)  # a foreign page cannot send the header that the API asks for
pages.before_request(note_epoch)


@pages.post("/manifest")
def manifest() -> flask.Response:
    """Say what is stored of the logs that a tablet holds."""
    account, device = access.sender()
    try:
        held = ingest.read_manifest(body())
    except ingest.Unreadable as error:
        return problem(400, str(error))
    return reply(logs=ingest.acknowledged(account, device, held))


@pages.post("/events")
def events() -> flask.Response:
    """Take a batch of events."""
    account, device = access.sender()
    try:
        logs = ingest.take(account, ingest.read(body()), device)
    except ingest.Unreadable as error:
        return problem(400, str(error))
    except ingest.OtherContent:
        return problem(409, _("This batch was sent before with other content. Send the events under a new batch id."))
    return reply(logs=logs)


@pages.get("/pull")
def pull() -> flask.Response:
    """Hand out the caseload and the instruments."""
    account = access.me()
    return reply(
        account=_person(account),
        programme=_programme(account),
        families=_families(account),
        grants=granted(account, now()),
        practice=practice(account.programme_id),
        instruments=offered(account.programme_id),
        amendments=_amendments(account),
        expires=as_text(now() + CASELOAD_LIFE),
    )


def _amendments(account: Account) -> list[dict[str, Any]]:
    """What was corrected of late in what she recorded at the families that are hers."""
    since = access.today() - CORRECTIONS_TOLD
    return ingest.amendments(access.logs().where(Log.account_id == account.id, Log.local_date >= since))


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
        "languages": page_look.look(account.programme_id).languages,
        "wordings": page_look.available(account.programme_id),
        "reviewed": page_look.reviewed(account.programme_id),
        "own_wordings": {
            language: dict(words) | {"letters": letters(language), "icons": ICONS, "cards": told(language)}
            for language, words in page_look.own_wordings(account.programme_id).items()
        },
        "steps": [
            {"key": step.key, "trigger": step.trigger, "of": step.of, "words": step.words}
            for step in page_look.steps(account.programme_id)
        ],
        "emergency_number": account.programme.emergency_number,
        "hotline": account.programme.hotline,
        "supervisor": account.supervisor.name if account.supervisor else "",
    }
