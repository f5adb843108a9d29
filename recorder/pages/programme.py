"""What a manager sees of her programme: coverage, visits, responsiveness, ratings, and the tables to take away.

Everything is read from visits, figure rows and cells; the pages do not grow with the number of events.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import flask
from flask_babel import gettext as _
from sqlalchemy import select

from recorder import access, ingest
from recorder.db import db
from recorder.measures.observation import InvalidObservation
from recorder.measures.transitions import Transitions, transitions
from recorder.pages import programme_chance as chance
from recorder.pages import programme_pictures as pictures
from recorder.pages import wording
from recorder.pages.look_forms import look_form, rows_of, selection_of
from recorder.programme import exports
from recorder.programme.coverage import coverage
from recorder.programme.dosage import dosage
from recorder.programme.package import Package, as_zip
from recorder.programme.ratings import ratings
from recorder.programme.responsiveness import responsiveness
from recorder.programme.rollup import sites
from recorder.programme.self_report import self_report
from recorder.programme.workbook import MissingExtra, write_workbook
from recorder.records.instruments import with_hash, with_id
from recorder.records.observations import Log, StoredFigures

pages = flask.Blueprint("programme", __name__)

LINES_AT_ONCE = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/programme/")
def index() -> str:
    """The programme's tables and pictures, for a period and a site."""
    form = look_form()
    selection = selection_of(form)
    places = sites(selection.programme_id)
    groups = responsiveness(selection)
    return flask.render_template(
        "programme/index.html",
        programme=access.programme(),
        may_set=access.me().role in access.POLICY["settings.show"],
        form=form,
        selection=selection,
        sites=places,
        coverage=rows_of(coverage(selection), places),
        dosage=rows_of(dosage(selection), places),
        groups=[
            (group, rows_of(group.figures, places, empty=False), pictures.trends(group, place))
            for place, group in enumerate(groups)
        ],
        scales=[(with_id(selection.programme_id, figures.instrument), figures) for figures in ratings(selection)],
        self_report=self_report(selection),
        tables=exports.TABLES,
        words=pictures,
        say=wording,
    )


@pages.get("/programme/export/<table>.csv")
def export(table: str) -> flask.Response:
    """One table as CSV, written while it is read."""
    form = look_form()
    if table not in exports.TABLES or form.errors:
        flask.abort(404)
    selection = selection_of(form)
    lines = exports.lines(table, selection)
    answer = flask.Response(flask.stream_with_context(_in_chunks(lines)), mimetype="text/csv")
    name = f"{table}-{selection.period.first:%Y-%m}-to-{selection.period.last:%Y-%m}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@pages.get("/programme/export.zip")
def package() -> flask.Response:
    """All tables with their documentation, as one zip, written while it is read."""
    chosen = _package()
    answer = flask.Response(flask.stream_with_context(as_zip(chosen)), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{_file_name(chosen)}.zip"'
    return answer


@pages.get("/programme/export.xlsx")
def workbook() -> flask.typing.ResponseReturnValue:
    """All tables as one workbook, its first sheet a dictionary."""
    chosen = _package()
    folder = tempfile.TemporaryDirectory()
    try:
        write_workbook(chosen, Path(folder.name) / "export.xlsx")
    except MissingExtra as error:
        folder.cleanup()
        flask.flash(str(error))
        return flask.redirect(flask.url_for("programme.index"))
    answer = flask.Response(_sent(folder), mimetype=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{_file_name(chosen)}.xlsx"'
    return answer


def _sent(folder: tempfile.TemporaryDirectory[str]) -> Iterator[bytes]:
    """The workbook in a folder, piece by piece; then the folder goes."""
    with folder, (Path(folder.name) / "export.xlsx").open("rb") as file:
        while piece := file.read(65_536):
            yield piece


def _package() -> Package:
    """What the address asks for; ids are replaced unless it says `ids=kept`."""
    form = look_form()
    if form.errors:
        flask.abort(404)
    return Package(selection_of(form), identified=flask.request.args.get("ids") == "kept")


def _file_name(package: Package) -> str:
    period = package.selection.period
    whose = "with-ids" if package.identified else "deidentified"
    return f"export-{period.first:%Y-%m}-to-{period.last:%Y-%m}-{whose}"


@pages.get("/programme/observations/<uuid:id>")
def observation(id: uuid.UUID) -> str:
    """One observation: its back-and-forth as a picture and as a table, with the rule that made it."""
    log = access.log(id)
    figures = db.session.scalar(select(StoredFigures).where(StoredFigures.log_key == log.key))
    scheme = with_hash(log.programme_id, log.instrument_hash)
    return flask.render_template(
        "programme/observation.html",
        log=log,
        family=access.family(log.family_id) if log.family_id else None,
        row=figures,
        figures=figures.figures if figures else None,
        scheme=scheme,
        picture=pictures.back_and_forth_of(log, figures, scheme) if figures else None,
        names=wording.code_names(scheme),
        transitions=_transitions(log) if figures else (),
        chance=chance,
        windows=pictures.windows_of(figures.figures["rule"]) if figures else "",
        why=_why_no_figures(log),
        words=pictures,
        say=wording,
    )


def _transitions(log: Log) -> Sequence[Transitions]:
    """What came a second later, made anew from the log: it is too large to be kept; none when it cannot be read."""
    try:
        seen = ingest.observation(log)
        return transitions(seen, seen.children[0].id)
    except InvalidObservation:
        return ()


def _why_no_figures(log: Log) -> str:
    if log.refused:
        why = _("This observation was kept, and counts for nothing until somebody settles why it was set aside.")
    elif log.closed_at is None:
        why = _("This observation is not signed yet. Its figures are made when the visitor signs.")
    elif log.role != "primary":
        why = _("Figures are made of primary observations only.")
    else:
        why = _("Fewer than three minutes were observed, so there are no figures.")
    return str(why)


def _in_chunks(lines: Iterator[str]) -> Iterator[str]:
    while chunk := "".join(islice(lines, LINES_AT_ONCE)):
        yield chunk
