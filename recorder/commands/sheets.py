"""`recorder sheets`: the approved pages of many families as PDF, for a programme that prints them at once.

Pages are drawn side by side, one process a core, while this one reads the database. A page that is there already and
was approved before it was drawn is left alone, so that a run which was stopped goes on where it was.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recorder.commands.database import database

if TYPE_CHECKING:
    from recorder.feedback.sheet import FeedbackSheet

DAY = click.DateTime(["%Y-%m-%d"])
TOGETHER = 10
"""Pages that go to a process at once. Two such stacks wait for a core, whatever the size of the programme."""
AT_ONCE = 100
"""Pages whose rows are in memory at a time."""


@click.command("sheets")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--from", "first", type=DAY, help="First day of the visits, as 2026-09-01.")
@click.option("--to", "last", type=DAY, help="Last day of the visits.")
@click.option("--programme", metavar="NAME", help="Which programme, where there are several.")
@click.option("--paper", type=click.Choice(["a4", "letter"]), help="Without it: the programme's.")
@click.option("--large-print", is_flag=True, help="Larger letters.")
def command(
    folder: Path,
    first: datetime | None,
    last: datetime | None,
    programme: str | None,
    paper: str | None,
    large_print: bool,
) -> None:
    """Draw the approved pages as PDF into DIR, one file a page. Started again, it draws what is missing.

    \b
    Example: recorder sheets pages --from 2026-09-01 --to 2026-09-30
    """
    if first and last and last < first:
        raise click.ClickException("the last day lies before the first one")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be made: {error.strerror}") from error
    with _processes() as processes, database():
        wanted = _wanted(folder, first, last, programme)
        missing = [entry for entry in wanted if not _is_drawn(*entry[1:])]
        failed = _draw_all(processes, missing, paper, large_print)
        if missing:
            _note(missing[0][0], len(missing) - len(failed))
    click.echo(f"{len(missing) - len(failed)} pages drawn, {len(wanted) - len(missing)} were there.", err=True)
    if failed:
        raise click.ClickException(f"{len(failed)} pages could not be drawn. {failed[0]}")
    click.echo("These files hold names: keep them as you keep paper.", err=True)


Entry = tuple[int, Path, datetime]
"""A page's key in the database, its file, and when it was approved."""


def _wanted(folder: Path, first: datetime | None, last: datetime | None, programme: str | None) -> list[Entry]:
    """The pages of families that were not erased, by day."""
    from sqlalchemy import select

    from recorder.db import db
    from recorder.records.families import Family
    from recorder.records.people import Programme
    from recorder.records.sheets import Sheet

    names = db.session.scalars(select(Programme.name).order_by(Programme.name)).all()
    if programme is None and len(names) > 1:
        raise click.ClickException(f"say which --programme: {', '.join(names)}")
    if programme is not None and programme not in names:
        raise click.ClickException(f"there is no programme {programme!r}: {', '.join(names)}")
    query = (
        select(Sheet.key, Sheet.id, Sheet.local_date, Sheet.approved_at)
        .join(Family, Family.id == Sheet.family_id)
        .where(Family.erased_at.is_(None))
        .order_by(Sheet.local_date, Sheet.key)
    )
    if programme is not None:
        query = query.join(Programme, Programme.id == Sheet.programme_id).where(Programme.name == programme)
    if first:
        query = query.where(Sheet.local_date >= first.date())
    if last:
        query = query.where(Sheet.local_date <= last.date())
    return [(key, folder / f"{day}-{id}.pdf", at) for key, id, day, at in db.session.execute(query)]


def _is_drawn(path: Path, approved_at: datetime) -> bool:
    at = approved_at if approved_at.tzinfo else approved_at.replace(tzinfo=UTC)
    return path.exists() and path.stat().st_mtime >= at.timestamp()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _processes() -> Iterator[ProcessPoolExecutor]:
    """A process a core, with the fonts read; they are there before the database is opened, and hold nothing of it."""
    from recorder.feedback.pdf import letters

    letters()
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    with ProcessPoolExecutor(_cores(), mp_context=context, initializer=_deaf) as processes:
        processes.submit(int).result()
        yield processes


def _deaf() -> None:
    """Ctrl-C stops the command, which lets its processes finish what they hold."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _draw_all(processes: ProcessPoolExecutor, missing: list[Entry], paper: str | None, large_print: bool) -> list[str]:
    """Hand pages to the processes, never more than they can take, and tell how far they are. Returns what failed."""
    failed: list[str] = []
    at_work: set[Future[list[str]]] = set()
    with click.progressbar(length=len(missing), label="Pages", file=sys.stderr) as bar:

        def collect(at_most: int) -> None:
            while len(at_work) > at_most:
                done, _ = wait(at_work, return_when=FIRST_COMPLETED)
                at_work.difference_update(done)
                for future in done:
                    said = future.result()
                    failed.extend(filter(None, said))
                    bar.update(len(said))

        pages = _read(missing, paper)
        while batch := list(islice(pages, TOGETHER)):
            at_work.add(processes.submit(draw, batch, large_print))
            collect(2 * _cores())
        collect(0)
    return failed


def _note(key: int, drawn: int) -> None:
    """The audit holds that names left the database."""
    from recorder.db import db
    from recorder.records import audit
    from recorder.records.sheets import Sheet

    programme_id = db.session.get_one(Sheet, key).programme_id
    audit.record("command.sheets", "sheet", detail=f"drawn={drawn}", programme_id=programme_id)
    db.session.commit()


Page = tuple[str, "FeedbackSheet", str]
"""A page's file, its words, and its paper."""


def _read(missing: list[Entry], paper: str | None) -> Iterator[Page]:
    """Each page finished; what they share is read once for a few, and nothing stays in memory."""
    from recorder.db import db
    from recorder.pages.printed import finished
    from recorder.records.given import PageLook
    from recorder.records.people import Programme
    from recorder.records.sheets import Sheet

    for start in range(0, len(missing), AT_ONCE):
        shared: list[object] = []
        for key, path, _ in missing[start : start + AT_ONCE]:
            row = db.session.get_one(Sheet, key)
            programme = db.session.get_one(Programme, row.programme_id)
            shared += [row, programme, db.session.get(PageLook, row.programme_id)]
            yield str(path), finished(row), paper or programme.paper
        db.session.expunge_all()


def draw(pages: list[Page], large_print: bool) -> list[str]:
    """Draw pages into their files, each whole or not at all. Returns for each what was wrong, or nothing."""
    return [_drawn(*page, large_print) for page in pages]


def _drawn(path: str, sheet: FeedbackSheet, paper: str, large_print: bool) -> str:
    from recorder.exchange import files
    from recorder.exchange.coded import Unreadable
    from recorder.feedback.pdf import CannotDraw, render

    try:
        files.write(path, render(sheet, paper, large_print))
    except (CannotDraw, Unreadable) as problem:
        return str(problem)
    return ""
