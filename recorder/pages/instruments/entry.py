"""What is said of an instrument before it is opened: what it is, in which state, under which licence, for whom.

It is read from the document itself, which for a draft may be unfinished.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import flask

from recorder.instruments import library
from recorder.pages.instruments.fields import labels
from recorder.records.instruments import StoredInstrument


@dataclass(frozen=True)
class Entry:
    """An instrument with its document; `row` is None for a built-in one."""

    document: Mapping[str, Any]
    kind: str
    row: StoredInstrument | None

    @property
    def name(self) -> str:
        return str(self.document.get("name", "unnamed"))

    @property
    def version(self) -> int:
        return int(self.document.get("version", 1))

    @property
    def id(self) -> str:
        """Name and version: `sensitivity/1`."""
        return f"{self.name}/{self.version}"

    @property
    def is_draft(self) -> bool:
        return self.row is not None and self.row.published_at is None

    @property
    def licence_holder(self) -> str:
        """Who gave the licence, or the licence's own name."""
        return str(self.document.get("licence_holder") or str(self.document.get("licence") or "").split(".")[0])

    @property
    def licence_until(self) -> date | None:
        """The last day of the licence."""
        until = self.document.get("licence_until")
        return date.fromisoformat(until) if until else None

    @property
    def ages(self) -> tuple[int | None, int | None]:
        """The first and the last age in months; None for no limit."""
        youngest, oldest = self.document.get("age_months") or (None, None)
        return youngest, oldest

    @property
    def hash(self) -> str:
        return library.digest(self.document)

    def title(self, language: str) -> str:
        """The title in a language, or what there is."""
        return said(labels(self.document.get("label")), language, self.name)

    def url(self, act: str = "show") -> str:
        """Where it is shown ("show") or taken away as a file ("export")."""
        if self.row is None:
            return flask.url_for(f"instruments.{act}_built_in", name=self.name)
        return flask.url_for(f"instruments.{act}", id=self.row.id)


def stored(row: StoredInstrument) -> Entry:
    """The entry of an instrument of the programme's own."""
    return Entry(row.document, row.kind, row)


def built_in(id: str) -> Entry:
    """The entry of a built-in instrument. Raises `LookupError` when there is none of this name."""
    return Entry(library.document(id), library.kind(library.builtin(id)), None)


def said(text: Mapping[str, str], language: str, otherwise: str = "") -> str:
    """A text in a language, else in English, else in any, as the tablet's screens do."""
    return text.get(language) or text.get("en") or next((words for words in text.values() if words), otherwise)
