"""In which language does a person read this program?

Text for people stands in gettext catalogues (`translations/`), read as they are: no compiled copy can be stale. A
built-in instrument carries its own English and Spanish, and is frozen; its further languages stand in `instruments.po`.
Server pages use `_()`; the browser gets the same catalogue as JSON. A signed-in person's own choice comes first, then
the browser's. `LANGUAGES` is the list to choose from: an unknown name is never passed on.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import flask
from babel import Locale
from flask_babel import Babel, Domain, get_locale

LANGUAGES = {"en": "English", "es": "Español", "ar": "العربية"}
OF_FAMILIES = LANGUAGES | {
    "fr": "Français",
    "vi": "Tiếng Việt",
    "zh": "中文",
    "ur": "اردو",
    "hi": "हिन्दी",
    "pl": "Polski",
    "ht": "Kreyòl ayisyen",
    "so": "Soomaali",
}
"""The languages that caregivers speak and pages may be in; the last five have no shipped wording."""

_FOLDER = Path(__file__).parent / "translations"


class _Catalogues(Domain):
    """The catalogues in `translations/`, compiled in memory once a process."""

    def get_translations(self) -> Any:
        locale = get_locale()
        return catalogue(locale.language if locale else "en")


def attach(app: flask.Flask) -> None:
    """Let the application speak its languages."""
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    babel = Babel(app, locale_selector=_selected)
    babel.domain_instance = _Catalogues()
    app.jinja_env.globals.update(get_locale=get_locale, LANGUAGES=LANGUAGES, direction=direction)


def direction(language: str) -> str:
    """Which way a language is written: "ltr" or "rtl"."""
    return str(Locale(language).text_direction)


@lru_cache
def catalogue(language: str) -> Any:
    """The gettext translations of one language; English stands in the code itself."""
    from babel.messages.mofile import write_mo
    from babel.support import NullTranslations, Translations

    if not _path(language).exists():
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, _read(language))
    compiled.seek(0)
    return Translations(compiled)


@lru_cache
def sentences(language: str) -> dict[str, str]:
    """What the browser needs of a catalogue: each English sentence with its translation."""
    if not _path(language).exists():
        return {}
    return {
        message.id: message.string
        for message in _read(language)
        if isinstance(message.id, str) and message.id and isinstance(message.string, str) and message.string
    }


def _path(language: str) -> Path:
    return _FOLDER / language / "LC_MESSAGES" / "messages.po"


def _read(language: str) -> Any:
    """A language's catalogue, and beside it what the built-in instruments say, where their own files do not say it."""
    from babel.messages.pofile import read_po

    path = _path(language)
    with open(path, "rb") as file:
        read = read_po(file, locale=language)
    if (beside := path.with_name("instruments.po")).exists():
        with open(beside, "rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.id not in read:
                    read.add(message.id, message.string)
    return read


def _selected() -> str | None:
    if not flask.has_request_context():
        return None
    account = flask.g.get("account")
    if account is not None and account.language in LANGUAGES:
        return str(account.language)
    return flask.request.accept_languages.best_match(list(LANGUAGES), "en")
