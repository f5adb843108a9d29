"""The command itself: light to call, documented, one line when something is wrong."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import Result

from recorder.commands import COMMANDS, main

DOCUMENTATION = (Path(__file__).parent.parent.parent / "docs" / "commands.md").read_text(encoding="utf-8")
RECORDER = Path(sys.executable).with_name("recorder")


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command and every command of a command, by its words."""
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", command.commands[inner]) for inner in command.commands)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_an_example(name: str, recorder: Callable[..., Result]) -> None:
    helps = [words for words, _ in commands() if words.split()[0] == name]
    shown = [recorder(*words.split(), "--help") for words in helps]
    assert all(result.exit_code == 0 for result in shown)
    assert any("Example: recorder " + name in result.output for result in shown)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name: str) -> None:
    assert f"## `recorder {name}" in DOCUMENTATION
    section = DOCUMENTATION.split(f"## `recorder {name}")[1].split("\n## ")[0]
    shared = DOCUMENTATION.split("## Files")[1].split("\n## ")[0]
    for words, command in commands():
        if words.split()[0] == name:
            assert words.split()[-1] in section + name
            for parameter in command.params:
                if isinstance(parameter, click.Option):
                    assert all(f"`{option}" in section + shared for option in parameter.opts), parameter.opts


def test_the_list_says_what_each_command_does(recorder: Callable[..., Result]) -> None:
    listed = recorder("--help").output
    assert "Example: recorder " in listed
    for name, (_, line) in COMMANDS.items():
        assert name in listed and line in " ".join(listed.split())


def test_help_waits_for_nothing() -> None:
    program = (
        "import sys; from recorder.commands import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'flask', 'sqlalchemy', 'defusedxml', 'reportlab', 'recorder.measures'}\n"
        "print(heavy & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "set()"


def test_measuring_needs_no_flask(observation_file: Callable[..., str]) -> None:
    program = (
        "import sys; from recorder.commands import main\n"
        f"try: main(['measure', {observation_file()!r}])\n"
        "except SystemExit: pass\n"
        "print({'flask', 'sqlalchemy'} & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "set()" and "Answered" in done.stdout


def test_an_unknown_command_is_a_question_of_usage(recorder: Callable[..., Result]) -> None:
    assert recorder("measur").exit_code == 2


def test_a_wrong_setting_is_one_line(recorder: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECORDER_MASTER_KEY", "short")
    result = recorder("serve")
    assert result.exit_code == 1 and result.stderr.count("\n") == 1 and "RECORDER_MASTER_KEY" in result.stderr


def test_a_database_that_is_not_there_is_one_line(
    recorder: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RECORDER_DATABASE_URL", f"sqlite:///{tmp_path}/no/such/folder/x.sqlite")
    result = recorder("serve")
    assert result.exit_code == 1 and result.stderr.count("\n") == 1 and "RECORDER_DATABASE_URL" in result.stderr


def test_the_real_command_says_one_line_and_status_1(tmp_path: Path) -> None:
    path = tmp_path / "deep.observation.json"
    path.write_text("[" * 10_000_000)
    done = subprocess.run([RECORDER, "measure", path], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Error: {path}: brackets stand too deep in brackets: no observation is so.\n"


def test_the_real_command_prints_figures(observation_file: Callable[..., str]) -> None:
    done = subprocess.run([RECORDER, "measure", observation_file()], capture_output=True, text=True, check=True)
    assert "Answered 8 of 16 cues (50%)." in done.stdout and done.stderr == ""
