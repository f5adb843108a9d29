"""`recorder export`: all tables of a programme, documented, in a folder."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recorder.commands.database import database

if TYPE_CHECKING:
    from recorder.programme.package import Package
    from recorder.programme.rollup import Selection

MONTH = click.DateTime(["%Y-%m", "%Y-%m-%d"])


@click.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--from", "first", type=MONTH, help="First month, as 2026-01. Without it: twelve months.")
@click.option("--to", "last", type=MONTH, help="Last month. Without it: this one.")
@click.option("--site", metavar="NAME", help="One site alone.")
@click.option("--programme", metavar="NAME", help="Which programme, where there are several.")
@click.option("--deidentified", is_flag=True, help="Replace every id for this export, leave case numbers out.")
@click.option("--xlsx", is_flag=True, help="A workbook, too.")
@click.option("--parquet", is_flag=True, help="Parquet files, too.")
def command(
    folder: Path,
    first: datetime | None,
    last: datetime | None,
    site: str | None,
    programme: str | None,
    deidentified: bool,
    xlsx: bool,
    parquet: bool,
) -> None:
    """Write a data package (export.zip) of a programme to DIR, which must be new or empty.

    \b
    Example: recorder export september --from 2026-09 --to 2026-09 --deidentified
    """
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} is not empty: name a new folder, so that nothing is mixed up or lost")
    if first and last and last < first:
        raise click.ClickException("the last month lies before the first one")
    if folder.with_name(folder.name + ".part").exists():
        raise click.ClickException(f"{folder}.part is there from an export that was stopped: remove it first")
    from recorder.db import db
    from recorder.programme.package import Package, as_zip
    from recorder.programme.workbook import MissingExtra, write_parquet, write_workbook

    with database() as app:
        with app.test_request_context("/"):  # as a page reads: whoever records meanwhile need not wait
            package = Package(_selection(programme, site, first, last), identified=not deidentified)
            half = folder.with_name(folder.name + ".part")  # the folder appears when everything is in it
            half.mkdir(parents=True)
            with (half / "export.zip").open("wb") as file:
                for piece in as_zip(package, _tell):
                    file.write(piece)
            try:
                if xlsx:
                    write_workbook(package, half / "export.xlsx", _tell)
                if parquet:
                    write_parquet(package, half, _tell)
            except MissingExtra as error:
                raise click.ClickException(str(error)) from error
            db.session.rollback()
        _record(package)
        half.replace(folder)
    click.echo(f"{folder} holds {', '.join(sorted(path.name for path in folder.iterdir()))}.")


def _selection(programme: str | None, site: str | None, first: datetime | None, last: datetime | None) -> Selection:
    from sqlalchemy import select

    from recorder.db import db, now
    from recorder.programme import rollup
    from recorder.records.people import Programme

    known = db.session.scalars(select(Programme).order_by(Programme.name)).all()
    chosen = [one for one in known if programme in {None, one.name}]
    if len(chosen) != 1:
        names = ", ".join(one.name for one in known) or "none"
        raise click.ClickException(f"say which programme, with --programme: {names}")
    places = {name: id for id, name in rollup.sites(chosen[0].id).items()}
    if site is not None and site not in places:
        raise click.ClickException(f"there is no site {site!r}: {', '.join(places)}")
    today = rollup.today(chosen[0].id, now())
    until = rollup.month_of(last.date()) if last else rollup.month_of(today)
    since = rollup.month_of(first.date()) if first else rollup.months_before(until, 11)
    period = rollup.Period(min(since, until), until)
    return rollup.Selection(chosen[0].id, period, places[site] if site else None, today)


def _tell(table: str, rows: int) -> None:
    """Say on a terminal how far it is."""
    if sys.stderr.isatty():
        click.echo(f"\r{table}: {rows:,} rows   ", nl=False, err=True)


def _record(package: Package) -> None:
    """Leave an entry in the audit: whoever looks later knows what left, and with whose ids."""
    from recorder.db import db
    from recorder.records import audit

    period = package.selection.period
    detail = f"from={period.first:%Y-%m} to={period.last:%Y-%m} ids={'kept' if package.identified else 'replaced'}"
    audit.record("export", "export", detail=detail, programme_id=package.selection.programme_id)
    db.session.commit()
