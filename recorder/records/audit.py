"""Who saw and did what, and does anybody notice when that is changed afterwards?

An entry is written once: triggers refuse UPDATE and DELETE, and each entry's mark (HMAC-SHA-256 under a key that is not
in the database) covers the mark before it, so that who can write the file but has not the key cannot hide a change.
There is one chain a programme. Entries hold ids and the program's own words, never a name or what somebody wrote.

What a form changes is written in the same transaction, by itself: see `attach`. What was looked at is written in a
transaction of its own, when the answer is made: reading must go on while the database is busy or full, so an entry
that finds no room within `PATIENCE_SECONDS` waits in memory for the next one, and the log says so.
"""

from __future__ import annotations

import hmac
import json
import uuid
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import flask
from sqlalchemy import Connection, ForeignKey, Index, String, UniqueConstraint, event, func, insert, select
from sqlalchemy.exc import OperationalError, TimeoutError
from sqlalchemy.orm import Mapped, mapped_column

from recorder.db import Base, db, now

PATIENCE_SECONDS = 0.25
MOST_WAITING = 10_000
FIRST = "0" * 64
ONE_CHAIN = 0x4155_4454
"""The first half of PostgreSQL's lock for adding to a chain; on SQLite one writer at a time is the rule."""
BY_THEMSELVES = ("sync.", "tablet.", "offline.", "account.take_sign_in", "account.take_number", "invitation.", "given.")
"""Endpoints that are not noted by themselves: what tablets send is chained in its own logs, the others say more."""


class AuditEntry(Base):
    """One thing that somebody saw or did. `account_id` is None for a command; `object` is the id of a `kind`."""

    __tablename__ = "audit"

    key: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    seq: Mapped[int]
    at: Mapped[datetime]
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(String(20))
    action: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(40))
    object: Mapped[str] = mapped_column(String(64))
    detail: Mapped[str] = mapped_column(String(200))
    mark: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        UniqueConstraint("programme_id", "seq"),
        Index("ix_audit_programme_id_object", "programme_id", "object"),
    )


def record(
    action: str,
    kind: str = "",
    object: uuid.UUID | str = "",
    *,
    detail: str = "",
    programme_id: uuid.UUID | None = None,
    account_id: uuid.UUID | None = None,
    role: str = "",
) -> None:
    """Note what is done now; it is written with this session's next commit, and forgotten with a rollback.

    Parameters: `action`, an endpoint or a command; `detail`, the program's own words (scope=observe), never a person's.
    Whose programme and who does it: the signed-in person's, unless they are given.
    """
    person = flask.g.get("account") if flask.has_request_context() else None
    programme = programme_id or (person.programme_id if person else None)
    if programme is None:
        raise ValueError("an entry belongs to a programme")
    who = account_id or (person.id if person and not programme_id else None)
    entry = {
        "programme_id": programme,
        "at": now(),
        "account_id": who,
        "role": role or (person.role if person and who == person.id else "command"),
        "action": action,
        "kind": kind,
        "object": str(object),
        "detail": detail[:200],
    }
    db.session.info.setdefault("audit", []).append(entry)


def attach(app: flask.Flask, watched: Mapping[str, str]) -> None:
    """Have an application note what signed-in people change and look at.

    Parameter: `watched`, endpoints that show something about people, with the kind of thing that is shown.
    """

    @app.after_request
    def seen(response: flask.Response) -> flask.Response:
        kind = watched.get(flask.request.endpoint or "")
        person = flask.g.get("account")
        if kind and person is not None and flask.request.method == "GET" and response.status_code == 200:
            _note_seen(person, kind)
        return response


def of_views(view_args: Mapping[str, Any] | None) -> str:
    """The id of the thing that a view is about: the last one that its address names.

    >>> of_views({"id": 7, "consent_id": 9}), of_views(None)
    ('9', '')
    """
    return str(list(view_args.values())[-1])[:64] if view_args else ""


@event.listens_for(db.session, "before_commit")
def _write(session: Any) -> None:
    """Write what was recorded, or what a form does by itself, last of all: the chain is held for a moment only."""
    if flask.has_request_context() and not session.info.get("audit"):
        _record_form()
    if entries := session.info.pop("audit", None):
        session.flush()
        append(session.connection(), entries)
        session.info["audit written"] = True


@event.listens_for(db.session, "after_commit")
def _note_written(session: Any) -> None:
    """A commit that failed wrote nothing: only now it is known that this request has its entry."""
    if session.info.pop("audit written", False) and flask.has_request_context():
        flask.g.audited = True


@event.listens_for(db.session, "after_soft_rollback")
def _forget(session: Any, _: object) -> None:
    session.info.pop("audit", None)
    session.info.pop("audit written", None)


def _record_form() -> None:
    endpoint = flask.request.endpoint or ""
    if flask.request.method in {"GET", "HEAD"} or flask.g.get("audited") or endpoint.startswith(BY_THEMSELVES):
        return
    if flask.g.get("account") is not None:
        record(endpoint, endpoint.partition(".")[0], of_views(flask.request.view_args))


def _note_seen(person: Any, kind: str) -> None:
    waiting: deque[dict[str, Any]] = flask.current_app.extensions.setdefault(
        "recorder.unwritten", deque(maxlen=MOST_WAITING)
    )
    waiting.append(
        {
            "programme_id": person.programme_id,
            "at": now(),
            "account_id": person.id,
            "role": person.role,
            "action": flask.request.endpoint,
            "kind": kind,
            "object": of_views(flask.request.view_args),
            "detail": "",
        }
    )
    held = [waiting.popleft() for _ in range(len(waiting))]
    # PostgreSQL's wall lets a request write for its own programme only
    taken = [entry for entry in held if entry["programme_id"] == person.programme_id]
    waiting.extend(entry for entry in held if entry["programme_id"] != person.programme_id)
    try:
        with db.engine.execution_options(patience=PATIENCE_SECONDS).begin() as connection:
            append(connection, taken)
    except (OperationalError, TimeoutError):
        waiting.extend(taken)
        flask.current_app.logger.warning("%d audit entries wait until the database can be written", len(waiting))


def append(connection: Connection, entries: Iterable[dict[str, Any]]) -> None:
    """Add entries to the chains of their programmes, in this order; the caller commits."""
    ends: dict[uuid.UUID, tuple[int, str]] = {}
    rows = []
    for entry in sorted(entries, key=lambda one: (str(one["programme_id"]), one["at"])):
        programme = entry["programme_id"]
        seq, mark = ends.get(programme) or _end(connection, programme)
        row = entry | {"seq": seq + 1}
        row["mark"] = _mark(mark, row)
        ends[programme] = row["seq"], row["mark"]
        rows.append(row)
    connection.execute(insert(AuditEntry), rows)


def _end(connection: Connection, programme_id: uuid.UUID) -> tuple[int, str]:
    """The last entry of a chain; until the transaction ends, nobody else adds to it."""
    if connection.dialect.name == "postgresql":
        number = int.from_bytes(programme_id.bytes[-4:], signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(ONE_CHAIN, number)))
    last = select(AuditEntry.seq, AuditEntry.mark).where(AuditEntry.programme_id == programme_id)
    found = connection.execute(last.order_by(AuditEntry.seq.desc()).limit(1)).first()
    return (found.seq, found.mark) if found else (0, FIRST)


def _mark(before: str, row: Mapping[str, Any]) -> str:
    said = [str(row[name] or "") for name in ("programme_id", "seq", "account_id", "role", "action", "kind", "object")]
    content = json.dumps([before, *said, row["at"].isoformat(), row["detail"]], ensure_ascii=False)
    key = bytes.fromhex(flask.current_app.config["MASTER_KEY"])
    return hmac.new(key, b"audit" + content.encode(), "sha256").hexdigest()


def faults(programme_id: uuid.UUID) -> Iterator[str]:
    """What is wrong with a programme's chain: one sentence for each entry that is missing or was changed."""
    rows = db.session.execute(
        select(*AuditEntry.__table__.columns).where(AuditEntry.programme_id == programme_id).order_by(AuditEntry.seq),
        execution_options={"yield_per": 1000},
    )
    seq, mark = 0, FIRST
    for row in rows:
        if row.seq == seq + 2:
            yield f"audit entry {seq + 1} is missing"
        elif row.seq != seq + 1:
            yield f"audit entries {seq + 1} to {row.seq - 1} are missing"
        if row.seq == seq + 1 and row.mark != _mark(mark, dict(row._mapping)):
            yield f"audit entry {row.seq} was changed"
        seq, mark = row.seq, row.mark


def end(programme_id: uuid.UUID) -> tuple[int, str]:
    """How many entries a programme's chain has, and the mark of the last one: to be kept elsewhere and compared."""
    return _end(db.session.connection(), programme_id)
