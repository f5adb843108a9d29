"""`recorder backup`: everything in one file that only the holder of a private key can read."""

from __future__ import annotations

from pathlib import Path

import click

from recorder.commands.database import database

MAKE_KEY = "openssl genrsa -out private.pem 3072; openssl rsa -in private.pem -pubout -out public.pem"


@click.command("backup")
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--key", metavar="PEM", envvar="RECORDER_BACKUP_KEY_FILE", type=click.Path(path_type=Path),
              help="The public key to seal it for; else the file that RECORDER_BACKUP_KEY_FILE names.")  # fmt: skip
def command(out: Path, key: Path | None) -> None:
    """Write everything to OUT, a new file, while others go on working.

    The master key is not in it: keep a copy of it apart.

    \b
    Example: recorder backup /backups/monday.backup --key backup-public.pem
    """
    from recorder.operations import locked_file
    from recorder.operations.backup import NotWhole, backup

    if key is None:
        raise click.ClickException(f"a backup is sealed for a public key: make a pair with `{MAKE_KEY}`, keep the "
                                   "private one elsewhere, and name the public one with --key")  # fmt: skip
    if not out.parent.is_dir():
        raise click.ClickException(f"there is no folder {out.parent}")
    try:
        public = locked_file.public_key(key)
        with database():
            made = backup(out, public)
    except FileExistsError as error:
        raise click.ClickException(f"{error.args[0]} is there already: a backup never replaces another one") from error
    except (NotWhole, locked_file.Unlockable, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{made.path}: {made.size:,} bytes, everything up to {made.upto:%Y-%m-%d %H:%M:%S} UTC, checked.")
