"""What does a tablet load to record? One static shell a language, the words its scripts speak, and a page's wording.

They are the same for everybody: no personal word, so they may be kept in a cache and, later, work without a network.
What is personal comes through `pull` and stays in the browser's own storage.
"""

from __future__ import annotations

import flask
from flask_babel import force_locale

from recorder.feedback.cards import told as cards_of
from recorder.feedback.icons import ICONS
from recorder.feedback.pdf import letters
from recorder.feedback.words import LANGUAGES as WORDINGS
from recorder.feedback.words import wording as worded
from recorder.languages import LANGUAGES, sentences
from recorder.protection import WITH_VIDEO

pages = flask.Blueprint("record", __name__)


@pages.get("/record/<language>")
def shell(language: str) -> flask.Response:
    """The shell in one language of the list."""
    _known(language)
    with force_locale(language):
        made = flask.make_response(flask.render_template("record/shell.html", language=language))
    made.headers["Content-Security-Policy"] = WITH_VIDEO
    return _cacheable(made)


@pages.get("/i18n/<language>.json")
def words(language: str) -> flask.Response:
    """Every English sentence of the program with its translation."""
    _known(language)
    return _cacheable(flask.jsonify(sentences(language)))


@pages.get("/wording/<language>.json")
def wording(language: str) -> flask.Response:
    """A page's wording, with the letters that its printed font can draw and the icons beside its headings: with them
    the tablet proposes the page, and shows it."""
    if language not in WORDINGS:
        flask.abort(404)
    more = {"letters": letters(language), "icons": ICONS, "cards": cards_of(language)}
    return _cacheable(flask.jsonify(dict(worded(language)) | more))


def _known(language: str) -> None:
    if language not in LANGUAGES:
        flask.abort(404)


def _cacheable(response: flask.Response) -> flask.Response:
    """Let every cache keep it, and ask each time whether it is still the same."""
    response.headers["Cache-Control"] = "public, no-cache"
    response.add_etag()
    response.make_conditional(flask.request)
    return response
