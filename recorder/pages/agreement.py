"""Would another observer have seen the same? Double-coded visits, their agreement, and who is certified.

Everything on the first page is read from stored pairs; one pair's page reads its two logs again, to show what both
coded around a moment. Only pairs whose two observers have signed are there.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import flask
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from recorder import access, ingest
from recorder.charts import two_observers
from recorder.charts.pen import SvgPen
from recorder.charts.two_observers import SPAN_MS, Mark
from recorder.db import db
from recorder.exchange import observation_file
from recorder.exchange.coded import Unreadable, observation
from recorder.instruments.scale import Scale
from recorder.measures import pair as pairs_of
from recorder.measures.agreement import Difference
from recorder.measures.observation import InvalidObservation
from recorder.pages import agreement_words as say
from recorder.pages import wording
from recorder.pages.agreement_forms import CertificateForm
from recorder.pages.look_forms import look_form, rows_of, selection_of
from recorder.programme.agreement import Pair, pairs, ratings, shares
from recorder.programme.rollup import sites
from recorder.protection import WITH_VIDEO
from recorder.records.double_coding import Certificate, PairAgreement, PracticePiece, is_certified
from recorder.records.families import Family
from recorder.records.instruments import with_hash, with_id
from recorder.records.observations import Log
from recorder.records.people import Account
from recorder.records.visits import Visit

pages = flask.Blueprint("agreement", __name__)

MOST_ROWS = 200


@pages.get("/agreement/")
def index() -> str:
    """The share of double-coded visits, how far raters and coders agree, and whose certificate holds until when."""
    return _index(CertificateForm(formdata=None))


def _index(form: CertificateForm) -> str:
    look = look_form()
    selection = selection_of(look)
    mine = access.families().with_only_columns(Family.id)
    found = pairs(selection, mine)
    table = shares(selection, mine, found)
    return flask.render_template(
        "agreement/index.html",
        programme=access.programme(),
        look=look,
        selection=selection,
        overall=table.overall,
        rows=rows_of(table, sites(selection.programme_id), empty=False),
        scales=ratings(selection.programme_id, found),
        counting=[pair for pair in found if pair.counts][:MOST_ROWS],
        apart=[pair for pair in found if not pair.counts][:MOST_ROWS],
        most=MOST_ROWS if len(found) > MOST_ROWS else None,
        families=_codes(found[: 2 * MOST_ROWS]),
        names=_names({id for pair in found for id in (pair.first_id, pair.second_id)}),
        certificates=_certificates(),
        today=access.today(),
        form=form,
        may_certify=access.me().role in access.POLICY["agreement.certificate"],
        say=say,
        words=wording,
    )


def _codes(found: Sequence[Pair]) -> dict[uuid.UUID, str]:
    """The code of each pair's family, by its visit."""
    query = select(Visit.id, Family.code).join(Family, Family.id == Visit.family_id)
    rows = db.session.execute(query.where(Visit.id.in_([pair.visit_id for pair in found])))
    return {id: code for id, code in rows}


def _names(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    return {person.id: person.name for person in db.session.scalars(select(Account).where(Account.id.in_(list(ids))))}


def _certificates() -> Sequence[Certificate]:
    """The certificates of those whom this person sees, those that end first at the head; a newer one of the same
    person and instrument stands in for older ones."""
    people = [person.id for person in access.visitors()]
    query = select(Certificate).where(Certificate.account_id.in_(people)).options(joinedload(Certificate.account))
    newest: dict[tuple[uuid.UUID, str], Certificate] = {}
    for row in db.session.scalars(query.order_by(Certificate.until, Certificate.given_at)):
        newest[row.account_id, row.instrument] = row
    return sorted(newest.values(), key=lambda row: (row.until, row.instrument))


@pages.post("/agreement/certificates")
def certificate() -> Response | tuple[str, int]:
    """Enter a certificate from elsewhere."""
    form = CertificateForm()
    if not form.validate():
        return _index(form), 422
    me = access.me()
    row = Certificate(
        programme_id=me.programme_id,
        account_id=uuid.UUID(form.who.data),
        instrument=form.instrument.data,
        source="external",
        reference=form.reference.data,
        on=form.on.data,
        until=form.until.data,
        given_by_id=me.id,
    )
    db.session.add(row)
    db.session.commit()
    flask.flash(_("The certificate is entered."))
    return flask.redirect(flask.url_for("agreement.index") + "#certificates")


@pages.get("/agreement/pairs/<int:key>")
def pair(key: int) -> flask.Response:
    """One pair: counts in words, every disagreement, and what both coded around one of them (`?at=`, in ms)."""
    row = access.pair(key)
    scheme = with_hash(row.programme_id, row.scheme_hash)
    second = db.session.get_one(Log, row.second_log_key)
    who = _observers(row)
    names = wording.code_names(scheme)
    disagreements = _disagreements(row)
    video = _video(second)
    page = flask.render_template(
        "agreement/pair.html",
        pair=row,
        video=video,
        result=row.result,
        visit=db.session.get(Visit, row.visit_id) if row.visit_id else None,
        piece=db.session.get(PracticePiece, row.practice_id) if row.practice_id else None,
        scheme=scheme,
        who=who,
        certified=is_certified(row.second_account_id, row.scheme, row.local_date),
        same_scheme=row.first_log_key is None or _first(row).instrument_hash == second.instrument_hash,
        disagreements=disagreements,
        moment=_moment(row, who, names, disagreements),
        rated=_rated(row),
        names=names,
        certificate=db.session.scalar(select(Certificate).where(Certificate.pair_key == row.key)),
        may_certify=access.me().role in access.POLICY["practice.certify"],
        threshold=access.programme().certify_kappa,
        clock=clock,
        say=say,
        words=wording,
    )
    response = flask.make_response(page)
    if video:
        response.headers["Content-Security-Policy"] = WITH_VIDEO
    return response


def _video(log: Log) -> Mapping[str, Any] | None:
    """What is known of the video that a log was coded from; None when it was coded live."""
    said: Any = json.loads(ingest.strings(log)[0]).get("data", {}).get("video")
    return said if isinstance(said, dict) else None


def _first(row: PairAgreement) -> Log:
    return db.session.get_one(Log, row.first_log_key)


def _observers(row: PairAgreement) -> tuple[str, str]:
    """The names of the first observer (or the reference) and of the second."""
    second = db.session.get_one(Account, row.second_account_id).name
    if row.first_log_key is None:
        return str(_("the reference")), second
    return db.session.get_one(Account, _first(row).account_id).name, second


def _disagreements(row: PairAgreement) -> list[Mapping[str, Any]]:
    """Where the two differ, in order of time: events and states."""
    states = (row.result.get("states") or {}).get("disagreements", [])
    found: list[Mapping[str, Any]] = [*row.result["disagreements"], *states]
    return sorted(found, key=lambda gone: gone["t_ms"])


def _rated(row: PairAgreement) -> list[tuple[str, Mapping[str, Any]]]:
    """What both rated, scale by scale, with the scales' names."""
    rows = []
    for name, values in row.result["ratings"].items():
        known = with_id(row.programme_id, values["instrument"])
        scale = name.removeprefix(f"{values['instrument']} ")
        rows.append((say.name_in(known if isinstance(known, Scale) else None, scale), values))
    return rows


def clock(ms: int) -> str:
    """A time with tenths of a second: two observers differ by less than one."""
    sign, ms = ("-" if ms < 0 else ""), abs(ms)
    return f"{sign}{ms // 60_000}:{ms // 1000 % 60:02}.{ms // 100 % 10}"


@dataclass(frozen=True)
class Shown:
    """What is shown around a moment: the picture, the same as rows (time, word, word), and the moments beside it."""

    at_ms: int
    picture: SvgPen
    rows: Sequence[tuple[int, str, str]]
    before: int | None
    after: int | None


def _moment(
    row: PairAgreement, who: tuple[str, str], names: Mapping[str, str], gone: Sequence[Mapping[str, Any]]
) -> Shown | None:
    """What both coded around the moment that is asked for; None when none is, or it cannot be read any more."""
    asked = flask.request.args.get("at", "")
    times = sorted({one["t_ms"] for one in gone})
    if not asked.lstrip("-").isdecimal() or int(asked) not in times:
        return None
    at = int(asked)
    try:
        made = _compared(row)
    except (InvalidObservation, Unreadable):
        return None
    about = {id(event) for one in _differences(made) if one.t_ms == at for event in (one.a, one.b)}
    first, second = (
        [Mark(event.t_ms, names.get(event.code, event.code), id(event) in about) for event in events]
        for events in ((*made.events_a, *made.states_a), (*made.events_b, *made.states_b))
    )
    pen = SvgPen("moment-picture", two_observers.WIDTH, two_observers.HEIGHT, _title(at), _description(who))
    two_observers.draw(two_observers.Moment(at, who, first, second, _links(made)), pen)
    near = [[mark for mark in marks if abs(mark.t_ms - at) <= SPAN_MS] for marks in (first, second)]
    place = times.index(at)
    return Shown(
        at_ms=at,
        picture=pen,
        rows=sorted(
            [(mark.t_ms, mark.word, "") for mark in near[0]] + [(mark.t_ms, "", mark.word) for mark in near[1]]
        ),
        before=times[place - 1] if place else None,
        after=times[place + 1] if place + 1 < len(times) else None,
    )


def _compared(row: PairAgreement) -> pairs_of.Pair:
    """The two logs of a pair, compared again. Raises `InvalidObservation` or `Unreadable`."""
    second = ingest.observation(db.session.get_one(Log, row.second_log_key))
    if row.practice_id is None:
        first = ingest.observation(_first(row))
    else:
        piece = db.session.get_one(PracticePiece, row.practice_id)
        first = observation(observation_file.read(piece.reference.encode(), piece.title), second.scheme)
    return pairs_of.compare(first, second, clocks=pairs_of.Clocks(row.offset_ms, row.aligned_by))


def _differences(made: pairs_of.Pair) -> list[Difference]:
    return [*made.events.differences, *(made.states.differences if made.states else ())]


def _links(made: pairs_of.Pair) -> list[tuple[int, int]]:
    """The events and states that were taken for the same one, by their places; states stand behind events."""
    links = [(i, j) for i, j in made.events.links if i is not None and j is not None]
    a, b = len(made.events_a), len(made.events_b)
    states = made.states.links if made.states else ()
    return links + [(a + i, b + j) for i, j in states if i is not None and j is not None]


def _title(at: int) -> str:
    return str(_("What both coded around %(time)s", time=clock(at)))


def _description(who: tuple[str, str]) -> str:
    return str(
        _(
            "Two lanes on one time line, %(first)s above and %(second)s below. The same moments stand in the table "
            "below.",
            first=who[0],
            second=who[1],
        )
    )
