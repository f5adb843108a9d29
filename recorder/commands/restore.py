"""`recorder restore`: an empty machine becomes what a backup holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from flask import Flask

OTHER_KEY = (
    "names cannot be read with these keys: give the installation the master key that it had (RECORDER_MASTER_KEY_FILE, "
    "or instance/master_key), and the copy of the families' keys (RECORDER_KEY_STORE)"
)


@click.command("restore")
@click.argument("source", metavar="IN", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--key", metavar="PEM", required=True, type=click.Path(path_type=Path), help="The private key.")
def command(source: Path, key: Path) -> None:
    """Fill the configured database, which must be empty, from a backup.

    Give the installation its master key first (RECORDER_MASTER_KEY_FILE, or instance/master_key) and the copy of its
    families' keys (RECORDER_KEY_STORE): names cannot be read with others. Tablets offer again
    what the backup lacks, by themselves.

    \b
    Example: recorder restore /backups/monday.backup --key backup-private.pem
    """
    from recorder import create_app
    from recorder.operations import locked_file
    from recorder.operations.backup import NotWhole, written_for
    from recorder.operations.erasure import repeat
    from recorder.operations.opened import names_are_readable

    try:
        private, about = locked_file.private_key(key), written_for(source)
        app = create_app()
        with _let_go(app):
            epoch = _filled(app, source, private, about["database"], about["revision"])
            with app.app_context():
                readable = names_are_readable()
                erased = repeat() if readable else 0
    except (NotWhole, locked_file.Unlockable, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Restored: everything up to {about['made_at'][:19].replace('T', ' ')} UTC.")
    click.echo(f"Life {epoch} of the database begins.")
    if erased:
        click.echo(f"Erased again, since their keys were destroyed after this backup: families {erased}.")
    if not readable:
        raise click.ClickException(OTHER_KEY)


def _filled(app: Flask, source: Path, private: Any, backed_up: str, revision: str) -> int:
    from recorder.commands.database import bring_up
    from recorder.db import upgrade
    from recorder.operations import snapshot
    from recorder.operations.backup import restore

    with app.app_context():
        _must_be_empty(snapshot.kind(), backed_up, snapshot.sqlite_file())
    if backed_up == "postgresql":
        upgrade(app, revision)
    with app.app_context():
        epoch = restore(source, private)
    bring_up(app)
    return epoch


@contextmanager
def _let_go(app: Flask) -> Iterator[None]:
    """Close what the application opened, however it ends."""
    from recorder.db import db

    try:
        yield
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _must_be_empty(kind: str, backed_up: str, file: Path) -> None:
    if backed_up != kind:
        wanted = f"this backup is of a {backed_up} database, and RECORDER_DATABASE_URL names a {kind} one"
        raise click.ClickException(wanted)
    if kind == "sqlite" and file.exists():
        raise click.ClickException(f"{file} is there already: restore where there is none, so that nothing is lost")
