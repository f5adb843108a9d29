"""How does the recorder come onto a tablet, and how does it start there without a network?

A service worker (`worker.js`) keeps the files of the shell: its pages in every language with the words that they speak,
and everything that they load. The list is not written by hand: it is followed from the pages through their scripts and
stylesheets, and from each of these through what it imports or shows. Each file stands in it with its SHA-256. A
worker's version is the hash of its list, so any change to any file makes a new worker, and a file that does not come as
listed rejects it.

Nothing here holds a personal word, so every cache may keep it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version as released
from pathlib import Path
from typing import cast

import flask
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from recorder.feedback.words import LANGUAGES as WORDINGS
from recorder.languages import LANGUAGES

pages = flask.Blueprint("offline", __name__)

ICONS = (
    ("icons/recorder.svg", "any", "any"),
    ("icons/recorder-192.png", "192x192", "any"),
    ("icons/recorder-512.png", "512x512", "any"),
    ("icons/recorder-maskable-512.png", "512x512", "maskable"),
)
"""What the home screen shows: file, sizes, purpose."""

_LOADED = re.compile(r"""(?:href|src)="/static/([^"]+)\"""")
_FOLLOW = {
    ".js": re.compile(r"""^(?:import|export)\b[^;"']*["'](\.{1,2}/[^"']+)["']""", re.MULTILINE),
    ".css": re.compile(r"""url\(["']?([^"')]+)["']?\)"""),
}


@pages.get("/worker.js")
def worker() -> flask.Response:
    """The service worker: the list of files, then what it does with them."""
    files = {path: _hash(body) for path, body in _files()}
    version = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()[:16]
    known = {"VERSION": version, "RELEASE": _release(), "FILES": files}
    lines = [f"const {name} = {json.dumps(value, indent=1)};\n" for name, value in known.items()]
    response = flask.Response("".join(lines) + _static("js/worker.js").decode(), mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = "/"
    return _asked_each_time(response)


@pages.get("/manifest.webmanifest")
def manifest() -> flask.Response:
    """What a tablet shows of the recorder on its home screen; `?language=es` starts it in that language."""
    asked = flask.request.args.get("language", "en")
    language = asked if asked in LANGUAGES else "en"
    document = {
        "id": "/record",
        "name": "Recorder",
        "lang": language,
        "start_url": flask.url_for("record.shell", language=language),
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbf9f5",
        "theme_color": "#14535a",
        "icons": [
            {"src": flask.url_for("static", filename=name), "sizes": sizes, "purpose": purpose}
            for name, sizes, purpose in ICONS
        ],
    }
    response = flask.Response(json.dumps(document), mimetype="application/manifest+json")
    return _asked_each_time(response)


@pages.get("/install")
def install() -> flask.Response:
    """The page that makes a tablet of a browser; its script chooses the language and reads the code behind the #."""
    return _asked_each_time(flask.make_response(_install_page()))


@pages.get("/away")
def away() -> flask.Response:
    """What the worker shows in the place of a page that needs the network."""
    return _asked_each_time(flask.make_response(_away_page()))


def _away_page() -> str:
    with force_locale("en"):
        return flask.render_template("record/away.html", languages=[_away_in(language) for language in LANGUAGES])


def _away_in(language: str) -> dict[str, str]:
    with force_locale(language):
        return {
            "language": language,
            "direction": get_locale().text_direction,
            "title": _("There is no network here"),
            "about": _("That page needs one. What you have recorded is safe on this tablet."),
            "back": _("Back to the recorder"),
        }


def _install_page() -> str:
    with force_locale("en"):
        return flask.render_template("record/install.html")


@cache
def _release() -> str:
    return released("recorder")


def _files() -> Iterator[tuple[str, bytes]]:
    """Every file of the shell: its path on this server, and its bytes exactly as they are served."""
    shells = [(flask.url_for("offline.install"), _install_page().encode())]
    shells += [(flask.url_for("offline.away"), _away_page().encode())]
    shells += [_served("record.shell", language) for language in LANGUAGES]
    yield from shells
    for language in LANGUAGES:
        yield _served("record.words", language)
    for language in WORDINGS:
        yield _served("record.wording", language)
    loaded = (name for _, page in shells for name in _LOADED.findall(page.decode()))
    for name in _reached([*loaded, *(icon[0] for icon in ICONS)]):
        yield flask.url_for("static", filename=name), _static(name)


def _served(endpoint: str, language: str) -> tuple[str, bytes]:
    """A page that is the same for everybody, as its own view makes it."""
    made = cast(flask.Response, flask.current_app.view_functions[endpoint](language=language))
    return flask.url_for(endpoint, language=language), made.get_data()


def _reached(start: Iterable[str]) -> list[str]:
    """These static files and every one that they lead to."""
    found, waiting = set[str](), list(start)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        if follow := _FOLLOW.get(Path(name).suffix):
            folder, leads_to = posixpath.dirname(name), follow.findall(_static(name).decode())
            waiting += [posixpath.normpath(posixpath.join(folder, to)) for to in leads_to]
    return sorted(found)


def _static(name: str) -> bytes:
    return (Path(flask.current_app.static_folder or "") / name).read_bytes()


def _hash(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


def _asked_each_time(response: flask.Response) -> flask.Response:
    """Let every cache keep it, and ask each time whether it is still the same."""
    response.headers["Cache-Control"] = "public, no-cache"
    response.add_etag()
    response.make_conditional(flask.request)
    return response
