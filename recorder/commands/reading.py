"""How does a command read an observation, whatever the format, and find the scheme or instrument that it belongs to?

`observation_options` gives a command `--scheme`, `--columns` and `--duration-ms`: they say what the file does not, and
win over what it says.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import click

from recorder.exchange import documents, files, qset_table, tables
from recorder.exchange.coded import LONGEST_MS, Coded, Unreadable, closest, observation
from recorder.instruments import library
from recorder.instruments.library import Instrument
from recorder.instruments.scheme import Scheme
from recorder.measures.observation import Observation

SCHEMES = tuple(one.name for one in library.builtins() if isinstance(one, Scheme))
"""The built-in coding schemes."""


@dataclass(frozen=True)
class Said:
    """What the options say about the files: a scheme's name or file, a table's columns, the duration in ms."""

    scheme: str | None = None
    columns: Mapping[str, str] | None = None
    duration_ms: int | None = None


class _Columns(click.ParamType[Mapping[str, str]]):
    name = "time=...,until=...,code=..."

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return tables.columns(value) if isinstance(value, str) else value
        except tables.WrongColumns as error:
            self.fail(str(error), param, ctx)


def observation_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the three options, which it takes as `scheme`, `columns` and `duration_ms`."""
    for option in (
        click.option(
            "--duration-ms",
            type=click.IntRange(1, LONGEST_MS),
            metavar="N",
            help="How long the observation was, in ms. For tables and ELAN: the last offset of any row.",
        ),
        click.option("--columns", type=_Columns(), help="Which column of a table is which."),
        click.option(
            "--scheme", metavar="NAME|FILE", help="The coding scheme: a built-in one, or a JSON file that holds one."
        ),
    ):
        command = option(command)
    return command


def coded(file: str, said: Said) -> Coded:
    """Read FILE or FILE#OBSERVATION, with what the options say; its scheme is the one that will be used.

    Raises `Unreadable`.
    """
    return _with(said, files.read(file, said.columns), _said_scheme(said))


def each_coded(file: str, said: Said) -> Iterator[Coded]:
    """Read every observation of FILE one after another, or the one of FILE#OBSERVATION, as `coded` does."""
    named = _said_scheme(said)
    for read in files.each(file, said.columns):
        yield _with(said, read, named)


def each_observed(file: str, said: Said) -> Iterator[Observation]:
    """Read every observation of FILE one after another and give each its scheme. Raises `Unreadable`."""
    same: Scheme | None = None
    for read in each_coded(file, said):
        scheme = same or scheme_of(read)
        same = scheme if said.scheme else None
        yield observation(read, scheme)


def _said_scheme(said: Said) -> str | dict[str, Any] | None:
    return _named(said.scheme) if said.scheme else None


def _with(said: Said, read: Coded, named: str | dict[str, Any] | None) -> Coded:
    for sentence in read.said:
        click.echo(sentence, err=True)
    return replace(read, scheme=named or read.scheme, duration_ms=said.duration_ms or read.duration_ms)


def observed(file: str, said: Said) -> Observation:
    """Read FILE or FILE#OBSERVATION and give it its scheme. Raises `Unreadable`."""
    read = coded(file, said)
    return observation(read, scheme_of(read))


def scheme_of(coded: Coded) -> Scheme:
    """The scheme that an observation was coded with. Raises `Unreadable`."""
    if coded.scheme is None:
        raise Unreadable(coded.file, "it does not say which scheme it was coded with: give --scheme NAME or FILE")
    try:
        found = library.builtin(coded.scheme) if isinstance(coded.scheme, str) else library.read(coded.scheme)
    except LookupError as error:
        raise Unreadable(coded.file, f"its scheme {_unknown(str(coded.scheme), SCHEMES)}") from error
    except library.InvalidInstrument as error:
        raise Unreadable(coded.file, f"its scheme cannot be used: {str(error).rstrip('.')}") from error
    if not isinstance(found, Scheme):
        raise Unreadable(coded.file, f"{found.id} is rated, sorted or asked, it is no coding scheme: give --scheme")
    return found


def instrument(name: str) -> Instrument:
    """The instrument that a built-in id names, or that a file holds. Raises `Unreadable`."""
    try:
        return library.builtin(name)
    except LookupError:
        pass
    if not os.path.exists(name) and not name.casefold().endswith((".json", ".csv")):
        raise Unreadable("INSTRUMENT", _unknown(name, library.NAMES))
    return library.read(instrument_document(name))


def instrument_document(file: str, said: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
    """The document of the instrument in a file: JSON, or the table of a Q-set; `said` wins over what the file says.

    Raises `Unreadable`.
    """
    if file.casefold().endswith(".csv"):
        document = qset_table.read(files.content_of(file), os.path.basename(file))
    else:
        document = documents.parse(files.content_of(file), file)
    if isinstance(document, dict):
        document |= said
    try:
        library.read(document)
    except library.InvalidInstrument as error:
        raise Unreadable(file, str(error).rstrip(".")) from error
    return document


def _named(name: str) -> str | dict[str, Any]:
    """The scheme that `--scheme` names: its id when it is built in, else the document in that file."""
    try:
        return library.builtin(name).id
    except LookupError:
        pass
    if not os.path.exists(name) and not name.endswith(".json"):
        raise Unreadable("--scheme", _unknown(name, SCHEMES))
    document = documents.parse(files.content_of(name), name)
    try:
        library.read(document)
    except library.InvalidInstrument as error:
        raise Unreadable(name, str(error).rstrip(".")) from error
    if not isinstance(document, dict):
        raise Unreadable(name, "a scheme is an object in braces")
    return document


def _unknown(name: str, known: Sequence[str]) -> str:
    close = closest(name, known)
    cure = f'did you mean "{close}"?' if close else f"built in are {', '.join(known)}"
    return f'"{name[:80]}" is neither built in nor a file: {cure}'
