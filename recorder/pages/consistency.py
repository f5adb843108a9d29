"""How steady is what was seen of one family: dots over visits, what changed, and what the caregiver says herself.

A visitor sees the dots of her own families; what is computed over visits, ratings and self-report are for those who
supervise. Only stored figures are read.
"""

from __future__ import annotations

import uuid

import flask

from recorder import access
from recorder.pages import consistency_words as words
from recorder.pages import wording
from recorder.programme.consistency import consistency

pages = flask.Blueprint("consistency", __name__)


@pages.get("/families/<uuid:id>/consistency")
def show(id: uuid.UUID) -> str:
    """One family's visits side by side, as far as they can be compared."""
    family = access.family(id)
    found = consistency(family, access.hidden_logs())
    return flask.render_template(
        "consistency/show.html",
        family=family,
        found=found,
        events=words.lettered(found.events),
        only_dots=access.me().role == "visitor",
        words=words,
        say=wording,
    )
