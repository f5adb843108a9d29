"""The `recorder` command: one file a command, imported when it is called, so that `recorder --help` waits for nothing.

Each module has a click command named `command`. Exit status: 0 done, 1 the input is wrong (one line on stderr says
where), 2 the command was not called as it wants to be. An option NAME of a command can also be given as the
environment variable RECORDER_COMMAND_NAME.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

COMMANDS = {
    "demo": ("recorder.commands.demo", "Make an invented programme and serve it."),
    "serve": ("recorder.commands.serve", "Serve the configured database."),
    "measure": ("recorder.commands.measure", "Print the figures of observations."),
    "agreement": ("recorder.commands.agreement", "Compare two observers of one moment."),
    "score": ("recorder.commands.score", "Score ratings, sorts and questionnaires."),
    "sheet": ("recorder.commands.sheet", "Make a family's page straight from a file."),
    "sheets": ("recorder.commands.sheets", "Draw the approved pages of many families as PDF."),
    "convert": ("recorder.commands.convert", "Convert between observation files, CSV and ELAN."),
    "import": ("recorder.commands.import_", "Bring a file into the database, as if a tablet had sent it."),
    "instrument": ("recorder.commands.instrument", "Bring in, take away and list instruments."),
    "export": ("recorder.commands.export", "Write all tables of a programme to a folder."),
    "backup": ("recorder.commands.backup", "Write everything to one file that only a private key opens."),
    "retain": ("recorder.commands.retain", "Erase families that left long ago; figures stay."),
    "restore": ("recorder.commands.restore", "Fill an empty database from a backup."),
    "recompute": ("recorder.commands.recompute", "Make figures again from the logs."),
    "device": ("recorder.commands.device", "List, add, rename and revoke the tablets."),
    "erase": ("recorder.commands.erase", "Make a family unreadable everywhere, old backups included."),
    "verify": ("recorder.commands.verify", "Look for anything that was changed behind the program's back."),
    "account": ("recorder.commands.account", "Make and change the accounts of people who sign in."),
}
"""Each command's module and its one line of help."""

WRONG_INPUT = (
    ("recorder.exchange.coded", "Unreadable"),
    ("recorder.measures.observation", "InvalidObservation"),
    ("recorder.instruments.library", "InvalidInstrument"),
    ("recorder.settings", "WrongSetting"),
    ("recorder.db", "CannotOpen"),
)
"""Exceptions whose message is a sentence for whoever called the command."""


class Commands(click.Group):
    """A group that imports a command when it is called, and not to list it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(COMMANDS[cmd_name][0])
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            sentence = _sentence(error)
            if sentence is None:
                raise
            raise click.ClickException(" ".join(sentence.split())) from error


def _sentence(error: Exception) -> str | None:
    """What to tell about an error that is not ours to mend; None for one that is."""
    for module, name in WRONG_INPUT:
        # what was never imported was never raised
        if module in sys.modules and isinstance(error, getattr(sys.modules[module], name)):
            return str(error)
    if "sqlalchemy.exc" in sys.modules and isinstance(error, sys.modules["sqlalchemy.exc"].OperationalError):
        return f"The database cannot be used ({getattr(error, 'orig', error)}): see RECORDER_DATABASE_URL."
    return None


EXAMPLE = "Example: recorder measure visit.observation.json"


@click.group(cls=Commands, context_settings={"auto_envvar_prefix": "RECORDER"}, epilog=EXAMPLE)
@click.version_option(package_name="recorder")
def main() -> None:
    """Observe, measure, and give families a page to keep."""
