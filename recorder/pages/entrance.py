"""What has to be there before the first page is?

The sign-in page waits for the place it stands in, and for nothing else. All other places are imported and registered
together when they are first needed: before any other address is looked up (the sign-in page's own stylesheet is the
first), before an address of theirs is built, and before somebody walks the map of addresses. Whoever asks waits until
all of them stand, so nobody ever meets half a map; and a command that only wants the database waits for none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Lock
from typing import Any

import flask
from werkzeug.routing import Map, MapAdapter, Rule

ENTRANCE = "/sign-in"
FIRST = "account"
"""The page that waits for one place only, and the place."""


class Address(Rule):
    """One address, which compiles how it is built when it is first built: of hundreds, a page shows a dozen."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: Callable[..., tuple[str, str]] | None = None

        def build(address: Address, /, **values: Any) -> tuple[str, str]:
            nonlocal compiled
            compiled = compiled or Rule._compile_builder(address, append_unknown)
            return compiled(address, **values)

        return build


class Addresses(Map):
    """The map of addresses; `complete` adds those of all other places, once."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._adding: Callable[[], None] | None = None
        self._one_at_a_time = Lock()

    def add_later(self, add: Callable[[], None]) -> None:
        """Say what `complete` has to do."""
        self._adding = add

    def complete(self) -> None:
        """See to it that every place stands."""
        if self._adding is None:
            return
        with self._one_at_a_time:
            if self._adding is not None:  # nobody else was faster
                self._adding()
                self._adding = None

    def bind_to_environ(self, environ: Any, *args: Any, **options: Any) -> MapAdapter:
        if getattr(environ, "environ", environ)["PATH_INFO"] != ENTRANCE:
            self.complete()
        return super().bind_to_environ(environ, *args, **options)

    def iter_rules(self, endpoint: str | None = None) -> Iterator[Rule]:
        self.complete()
        return super().iter_rules(endpoint)


class Recorder(flask.Flask):
    """The application; its places may come after its first request, because no request but the entrance's goes ahead
    of them."""

    url_rule_class = Address
    url_map_class = Addresses
    url_map: Addresses

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        if endpoint.split(".")[0] not in {FIRST, "static"}:
            self.url_map.complete()
        return super().url_for(endpoint, **values)

    def _check_setup_finished(self, f_name: str) -> None:
        """Flask would forbid it, lest a request miss what comes later."""
