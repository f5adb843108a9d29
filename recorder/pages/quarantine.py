"""What was put aside: everything that a tablet sent and that could not count, with why, and the means to settle it.

Nothing here destroys anything. A visitor reads what became of her own records; a supervisor settles those of her team
and of the families she reaches: she lets a whole record be read again, or sets it aside for good with a reason.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response
from wtforms.validators import DataRequired, Length

from recorder import access, ingest
from recorder.charts.back_and_forth import clock
from recorder.db import db
from recorder.pages.fields import PageForm, Paragraph
from recorder.pages.quarantine_words import EVENT_NAMES, WORDS
from recorder.pages.wording import LOG_NAMES
from recorder.records.devices import Device
from recorder.records.families import Family
from recorder.records.observations import Log, Quarantined

pages = flask.Blueprint("quarantine", __name__, url_prefix="/quarantine")

MOST_ROWS = 2000
SHOWN_SETTLED = 50
SHOWN_FORKS = 20


class ReasonForm(PageForm):
    """Why something stays aside for good."""

    reason = Paragraph(
        _l("Why does it stay aside?"), [DataRequired(_l("Please say why.")), Length(max=1000)], render_kw={"rows": 3}
    )


@dataclass(frozen=True)
class Fork:
    """Two contents of one place in a log: what is stored (None: nothing yet), and what was put aside."""

    seq: int
    stored: dict[str, Any] | None
    aside: dict[str, Any]


@dataclass(frozen=True)
class Group:
    """What was put aside of one log. `log`, `family` and `tablet` (the name of a revoked one) are None where there is
    none or this person may not see it; `codes` says how many entries each code holds."""

    log_id: uuid.UUID
    rows: Sequence[Quarantined]
    log: Log | None
    family: Family | None
    codes: dict[str, int]
    forks: Sequence[Fork] = ()
    tablet: str | None = None

    @property
    def whole(self) -> bool:
        """Whether the whole log is put aside."""
        return self.tablet is not None if self.log is None else self.log.refused is not None

    @property
    def is_readable_again(self) -> bool:
        """Whether reading the log again could bring something in."""
        if any(row.code == "revoked_device" for row in self.rows):
            return True
        own = (row for row in self.rows if self.log and row.account_id == self.log.account_id)
        return any(row.code != "fork" for row in own)


@pages.get("/")
def index() -> str:
    """What waits, newest first, and what was settled."""
    return _page()


def _page(form: ReasonForm | None = None, about: uuid.UUID | None = None) -> str:
    loads = [joinedload(Quarantined.account), joinedload(Quarantined.settled_by)]
    query = access.quarantined().options(*loads).order_by(Quarantined.key.desc())
    waiting = db.session.scalars(query.where(Quarantined.settled_at.is_(None)).limit(MOST_ROWS)).all()
    settled = db.session.scalars(
        query.where(Quarantined.settled_at.is_not(None))
        .order_by(None)
        .order_by(Quarantined.settled_at.desc(), Quarantined.key)
        .limit(SHOWN_SETTLED)
    ).all()
    may_settle = access.me().role in access.CASEWORK
    groups = _groups(waiting, with_forks=may_settle)
    return flask.render_template(
        "quarantine/index.html",
        groups=[(group, _form(group, form if group.log_id == about else None)) for group in groups],
        settled=settled,
        may_settle=may_settle,
        words=WORDS,
        kinds=LOG_NAMES,
        events=EVENT_NAMES,
    )


def _form(group: Group, typed: ReasonForm | None) -> ReasonForm:
    return typed or ReasonForm(formdata=None, prefix=_prefix(group.log_id))


def _prefix(id: uuid.UUID) -> str:
    """What tells the form of one log from the others on the page."""
    return f"q{id.hex}"


def _groups(rows: Iterable[Quarantined], *, with_forks: bool) -> list[Group]:
    """What was put aside by log, the newest first."""
    by_log: dict[uuid.UUID, list[Quarantined]] = {}
    for row in rows:
        by_log.setdefault(row.log_id, []).append(row)
    logs = {log.id: log for log in db.session.scalars(access.logs_put_aside().where(Log.id.in_(by_log)))}
    homes = {log.family_id for log in logs.values()}
    families = {home.id: home for home in db.session.scalars(access.families().where(Family.id.in_(homes)))}
    groups = []
    for id, found in by_log.items():
        log = logs.get(id)
        family = families.get(log.family_id) if log and log.family_id else None
        found.sort(key=lambda row: (row.seq, row.key))
        codes: dict[str, int] = {}
        for row in found:
            codes[row.code] = codes.get(row.code, 0) + 1
        forks = _forks(log, family, found) if with_forks and log else ()
        groups.append(Group(id, found, log, family, codes, forks, _revoked(found)))
    return groups


def _revoked(rows: Iterable[Quarantined]) -> str | None:
    """The name of the revoked tablet that sent this, if one did and this person may look at it."""
    ids = {row.device_id for row in rows if row.code == "revoked_device"}
    return db.session.scalar(access.tablets().where(Device.id.in_(ids)).with_only_columns(Device.name)) if ids else None


def _forks(log: Log, family: Family | None, rows: Iterable[Quarantined]) -> Sequence[Fork]:
    """Both contents of each place that was sent twice. A safety note is read by who reads the family's."""
    forked = [row for row in rows if row.code == "fork"][:SHOWN_FORKS]
    if not forked or (log.kind == "safety" and family is None and log.account_id != access.me().id):
        return ()
    stored = ingest.strings(log)
    return [
        Fork(row.seq, _told(stored[row.seq - 1]) if row.seq <= len(stored) else None, _told(row.event))
        for row in forked
    ]


def _told(event: str) -> dict[str, Any]:
    """An event in words: when, what kind, its code, and its exact string."""
    try:
        said = json.loads(event)
        when = clock(said["t"]) if isinstance(said["t"], int) else ""
        return {"when": when, "kind": str(said["kind"]), "code": str(said.get("code", "")), "exact": event}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {"when": "", "kind": "", "code": "", "exact": event}


@pages.post("/<uuid:id>/readmission")
def readmit(id: uuid.UUID) -> Response:
    """Read a log again from its beginning; `id` is the tablet's."""
    waiting = ingest.readmit(access.log_put_aside(id), access.me())
    if not waiting:
        flask.flash(_("It was read again and counts now."))
    else:
        why = " ".join(dict.fromkeys(str(WORDS[row.code].why) for row in waiting))
        flask.flash(_("It was read again. Something still stays aside: %(why)s", why=why))
    return flask.redirect(flask.url_for("quarantine.index"))


@pages.post("/<uuid:id>/settlement")
def set_aside(id: uuid.UUID) -> Response | tuple[str, int]:
    """Let what was put aside of a log stay aside for good; `id` is the tablet's."""
    rows = access.put_aside(id)
    form = ReasonForm(prefix=_prefix(id))
    if not form.validate():
        return _page(form, id), 422
    ingest.set_aside(rows, form.reason.data, access.me())
    flask.flash(_("It stays aside, and your reason is kept with it."))
    return flask.redirect(flask.url_for("quarantine.index"))
