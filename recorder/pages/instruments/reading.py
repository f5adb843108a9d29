"""The list of all instruments, and one of them as it will be seen: a tablet's buttons, scales, cards, questions."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

import flask

from recorder import access
from recorder.db import db
from recorder.instruments import library
from recorder.languages import LANGUAGES
from recorder.pages.instruments.entry import Entry, built_in, said, stored
from recorder.pages.instruments.fields import labels
from recorder.pages.instruments.forms import KIND_NAMES, CopyForm, StartForm
from recorder.pages.instruments.scale_form import HOW_NAMES
from recorder.pages.instruments.unfinished import fault


def index() -> str:
    """Every instrument, built in and the programme's own, the versions of a name together."""
    return list_page()


def list_page(start: StartForm | None = None) -> str:
    """The list; `start`: the form that could not be taken."""
    built = [built_in(name) for name in library.NAMES]
    own = [stored(row) for row in db.session.scalars(access.instruments())]
    return flask.render_template(
        "instruments/index.html",
        kinds=[
            (title, _named(one for one in [*built, *own] if one.kind == kind)) for kind, title in KIND_NAMES.items()
        ],
        start=start or StartForm(formdata=None),
        today=access.today(),
        language=access.me().language,
        may_edit=may_edit(),
    )


def _named(entries: Iterable[Entry]) -> list[list[Entry]]:
    """The entries by name, in the order in which they come; the newest version of a name first."""
    named: dict[str, list[Entry]] = {}
    for entry in entries:
        named.setdefault(entry.name, []).append(entry)
    return [sorted(some, key=lambda entry: -entry.version) for some in named.values()]


def show(id: uuid.UUID) -> str:
    """An instrument of the programme's own."""
    return page(stored(access.instrument(id)))


def show_built_in(name: str) -> str:
    """A built-in instrument."""
    return page(built_in_or_404(name))


def built_in_or_404(name: str) -> Entry:
    """The built-in instrument of this name, or 404."""
    if name not in library.NAMES:
        access.nothing_here()
    return built_in(name)


def page(entry: Entry, copy: CopyForm | None = None, refusal: str = "") -> str:
    """An instrument's page; `copy`: the form that could not be taken, `refusal`: what was not done, and why."""
    return flask.render_template(
        "instruments/show.html",
        entry=entry,
        row=entry.row,
        fault=fault(entry.kind, entry.document),
        kind=KIND_NAMES[entry.kind],
        today=access.today(),
        may_edit=may_edit(),
        copy=copy or CopyForm(formdata=None, data={"name": f"{entry.name}-copy"[:80]}),
        refusal=refusal,
        **preview(entry.document, entry.kind),
    )


def preview(document: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """What the templates need to draw an instrument as a tablet does, in the language that was chosen."""
    chosen = flask.request.args.get("in", "")
    language = chosen if chosen in LANGUAGES else access.me().language

    def words(text: Any, otherwise: str = "") -> str:
        return said(labels(text), language, otherwise)

    try:
        instrument = library.read(document)
    except library.InvalidInstrument:
        instrument = None
    return {"instrument": instrument, "words": words, "language": language, "how": HOW_NAMES, "kind_key": kind}


def may_edit() -> bool:
    """Whether the person may change instruments."""
    return access.me().role in access.ACCOUNTS
