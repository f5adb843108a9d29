"""Practising: pieces with a reference coding, how near observers came to it, and the certificate that they earn."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import flask
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from recorder import access
from recorder.db import db, now
from recorder.exchange import files, observation_file
from recorder.exchange.coded import Coded, Unreadable, observation
from recorder.instruments import library
from recorder.instruments.scheme import Scheme
from recorder.pages import wording
from recorder.pages.agreement_forms import PieceForm
from recorder.records.double_coding import Certificate, PairAgreement, PracticePiece
from recorder.records.instruments import with_hash, with_id
from recorder.records.people import Account

pages = flask.Blueprint("practice", __name__)

MOST_ROWS = 200


@pages.get("/agreement/practice/")
def index() -> str:
    """The pieces, and what came of practising on them."""
    return _index(PieceForm(formdata=None))


def _index(form: PieceForm) -> str:
    pieces = db.session.scalars(access.pieces().order_by(PracticePiece.title, PracticePiece.id)).all()
    query = access.pairs().where(PairAgreement.practice_id.is_not(None))
    done = db.session.scalars(
        query.order_by(PairAgreement.local_date.desc(), PairAgreement.key.desc()).limit(MOST_ROWS)
    ).all()
    programme = access.programme()
    return flask.render_template(
        "practice/index.html",
        pieces=[piece for piece in pieces if piece.retired_at is None],
        titles={piece.id: piece.title for piece in pieces},
        done=done,
        names=_names(done),
        given=_given(done),
        passes=lambda pair: _passes(pair, programme.certify_kappa),
        programme=programme,
        me=access.me(),
        form=form,
        may_change=access.me().role in access.POLICY["practice.add"],
        words=wording,
    )


def _names(done: Sequence[PairAgreement]) -> dict[uuid.UUID, str]:
    query = select(Account).where(Account.id.in_({pair.second_account_id for pair in done}))
    return {person.id: person.name for person in db.session.scalars(query)}


def _given(done: Sequence[PairAgreement]) -> Mapping[int | None, Certificate]:
    """The certificates that practices have earned, by their pair."""
    query = select(Certificate).where(Certificate.pair_key.in_([pair.key for pair in done]))
    return {row.pair_key: row for row in db.session.scalars(query)}


def _passes(pair: PairAgreement, threshold: float) -> bool:
    """Whether a practice came near enough to its reference; what cannot be worked out does not."""
    events = pair.result["events"]
    return events is not None and events["kappa"] is not None and events["kappa"] >= threshold


@pages.post("/agreement/practice/")
def add() -> Response | tuple[str, int]:
    """Take in a piece, its reference read and checked against its scheme."""
    form, me = PieceForm(), access.me()
    if not form.validate():
        return _index(form), 422
    try:
        coded = _read(form)
        scheme = _scheme(coded, form.scheme.data)
        seen = observation(coded, scheme)
    except Unreadable as error:
        form.file.errors = [_("This file cannot be taken. %(why)s", why=str(error))]
        return _index(form), 422
    if not seen.events:
        form.file.errors = [_("There is nothing coded in this file.")]
        return _index(form), 422
    reference = observation_file.write(replace(coded, scheme=scheme.id, duration_ms=seen.duration_ms))
    piece = PracticePiece(
        programme_id=me.programme_id,
        title=form.title.data,
        instructions=form.instructions.data,
        scheme=scheme.id,
        scheme_hash=scheme.hash,
        reference=reference.decode(),
        made_by_id=me.id,
    )
    db.session.add(piece)
    db.session.commit()
    flask.flash(_("The piece is there. It is on every tablet after the next connection."))
    return flask.redirect(flask.url_for("practice.index"))


def _read(form: PieceForm) -> Coded:
    """What the uploaded file holds. Raises `Unreadable`."""
    name = " ".join(form.file.data.filename.split())
    files.format_of(name)  # what cannot be read is not received
    limit: int = flask.current_app.config["IMPORT_BYTES"]
    content: bytes = form.file.data.read(limit + 1)
    if len(content) > limit:
        raise Unreadable(name, f"it is larger than {limit // 1024} kB")
    return files.read_content(content, name, form.observation.data or None)


def _scheme(coded: Coded, chosen: str) -> Scheme:
    """The published scheme that is chosen, or that the file names or holds. Raises `Unreadable`."""
    programme_id, named = access.me().programme_id, chosen or coded.scheme
    if named is None:
        raise Unreadable(coded.file, "it does not say which scheme it was coded with: choose one")
    try:
        found = (
            with_id(programme_id, named)
            if isinstance(named, str)
            else with_hash(programme_id, library.read(dict(named)).hash)
        )
    except library.InvalidInstrument as error:
        raise Unreadable(coded.file, f"its scheme cannot be used: {str(error).rstrip('.')}") from error
    if not isinstance(found, Scheme):
        raise Unreadable(coded.file, "its scheme is not published here: choose one, or import it first")
    return found


@pages.post("/agreement/practice/<uuid:id>/end")
def retire(id: uuid.UUID) -> Response:
    """Take a piece off the tablets; what was practised on it stays."""
    piece = access.piece(id)
    if piece.retired_at is None:
        piece.retired_at = now()
        db.session.commit()
    flask.flash(_("The piece is no longer offered."))
    return flask.redirect(flask.url_for("practice.index"))


@pages.post("/agreement/pairs/<int:key>/certificate")
def certify(key: int) -> Response:
    """Give the certificate that a practice has earned."""
    pair, me, programme = access.pair(key), access.me(), access.programme()
    until = pair.local_date + timedelta(days=programme.certify_days)
    known = db.session.scalar(select(Certificate.id).where(Certificate.pair_key == pair.key))
    if pair.practice_id is None or not _passes(pair, programme.certify_kappa):
        flask.flash(_("This practice does not come near enough to its reference for a certificate."))
    elif pair.second_account_id == me.id:
        flask.flash(_("Somebody else has to give you your certificate."))
    elif until < access.today():
        flask.flash(_("This practice lies too far back: its certificate would have expired."))
    elif known is not None:
        flask.flash(_("A certificate was given for this practice already."))
    else:
        db.session.add(
            Certificate(
                programme_id=pair.programme_id,
                account_id=pair.second_account_id,
                instrument=pair.scheme,
                source="practice",
                pair_key=pair.key,
                on=pair.local_date,
                until=until,
                given_by_id=me.id,
            )
        )
        db.session.commit()
        flask.flash(_("The certificate is given."))
    return flask.redirect(flask.url_for("practice.index"))
