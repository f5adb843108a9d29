"""Which file, in which format, and which observation in it?

A format is chosen by the ending of the name. `FILE#OBSERVATION` names one of several observations by its id, which a
BORIS project and its tables hold; of the other formats, with one observation each, the id is only checked. A file is
written whole or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from recorder.exchange import (
    boris,
    boris_project,
    boris_tables,
    chat,
    documents,
    interact,
    observation_file,
    sdis,
    tables,
    textgrid,
    tiers,
)
from recorder.exchange.coded import Coded, Unreadable
from recorder.exchange.documents import quoted

LARGEST = 128 * 1024 * 1024
"""Bytes. A million events of a BORIS project fit; more is some other kind of file."""


@dataclass(frozen=True)
class Format:
    """A format: the ending of its names, what it is called, how it is read and written, what it cannot hold.

    `write` is None for a format that is only read, `read` for one that is only written. `loses` are the fields of a
    `Coded`, `loses_of_events` those of an event that are gone when a file of this format is written. `read_one` reads
    the observation with an id, `read_all` all of them, `write_all` several at once, where a file holds several. A
    `table` takes `--columns`.
    """

    ending: str
    title: str
    read: Callable[[bytes, str], Coded] | None
    write: Callable[[Coded], bytes] | None
    loses: tuple[str, ...] = ()
    loses_of_events: tuple[str, ...] = ()
    read_one: Callable[[bytes, str, str], Coded] | None = None
    read_all: Callable[[bytes, str], Iterable[Coded]] | None = None
    write_all: Callable[[Sequence[Coded]], bytes] | None = None
    table: bool = False


def _table(content: bytes, file: str, wanted: str | None = None) -> Coded:
    """A table: BORIS's or INTERACT's when its header says so, else our own."""
    text = documents.decoded(content, file)
    if boris_tables.is_one(text):
        return boris_tables.read(content, file, wanted)
    if interact.is_one(text):
        return interact.read(content, file, wanted)
    return checked(tables.read(content, file), file, wanted)


def _tables(content: bytes, file: str) -> Iterable[Coded]:
    if boris_tables.is_one(documents.decoded(content, file)):
        return boris_tables.read_all(content, file)
    return [_table(content, file)]


def _one(write_all: Callable[[Sequence[Coded]], bytes]) -> Callable[[Coded], bytes]:
    return lambda coded: write_all([coded])


def _boris_table(ending: str, title: str, write: Callable[[Sequence[Coded], str], bytes]) -> Format:
    delimiter = "," if ending.endswith(".csv") else "\t"

    def write_all(codeds: Sequence[Coded]) -> bytes:
        return write(codeds, delimiter)

    return Format(
        ending, title, _table, _one(write_all), TABLE_LOSES, ("review",), read_one=_table, read_all=_tables,
        write_all=write_all,
    )  # fmt: skip


PROJECT_LOSES = ("scheme", "started_at", "clock", "role", "context", "children", "caregivers", "ratings", "keeps")
TABLE_LOSES = ("duration_ms", *PROJECT_LOSES)
EVENTS_ONLY = ("id", "scheme", "started_at", "clock", "observer", "role", "context", "children", "caregivers",
               "ratings", "keeps")  # fmt: skip

FORMATS = (
    Format(".observation.json", "observation file", observation_file.read, observation_file.write),
    Format(".eaf", "ELAN", tiers.read, tiers.write),
    Format(".textgrid", "TextGrid", textgrid.read, textgrid.write, EVENTS_ONLY,
           ("child", "by", "modifiers", "review")),
    *(Format(ending, "BORIS project", boris.read, _one(write), PROJECT_LOSES, ("review",), read_one=boris.read,
             read_all=boris.read_all, write_all=write)
      for ending, write in ((".boris", boris_project.write), (".boris.gz", boris_project.write_packed))),
    *(_boris_table(f".{name}.{ending}", f"BORIS table of {title}", write)
      for ending in ("csv", "tsv")
      for name, title, write in (("tabular", "tabular events", boris_tables.tabular),
                                 ("aggregated", "aggregated events", boris_tables.aggregated),
                                 ("budget", "a time budget", boris_tables.time_budget))),
    Format(".sds", "sequential data file", None, _one(sdis.write), ("duration_ms", *EVENTS_ONLY[1:]),
           ("note", "review"), write_all=sdis.write),
    Format(".cha", "CHAT transcript", chat.read, None),
    *(Format(ending, "table", _table, tables.write if ending == ".csv" else None, ("duration_ms", *EVENTS_ONLY),
             read_one=_table, read_all=_tables, table=True)
      for ending in (".csv", ".tsv", ".txt")),
)  # fmt: skip


def format_of(name: str) -> Format:
    """The format of a file's name. Raises `Unreadable` when the ending is none of ours.

    >>> format_of("visit.EAF").title
    'ELAN'
    """
    for format in FORMATS:
        if name.lower().endswith(format.ending):
            return format
    endings = ", ".join(format.ending for format in FORMATS)
    raise Unreadable(name, f"its ending is none that is known here ({endings}): rename it or convert it")


def parts(name: str) -> tuple[str, str | None]:
    """The file and the observation of `FILE#OBSERVATION`; a file whose own name has that # comes first.

    >>> parts("visits.observation.json#7")
    ('visits.observation.json', '7')
    """
    path, hash, observation = name.rpartition("#")
    if not hash or os.path.exists(name) or not observation:
        return name, None
    return path, observation


def read(name: str, columns: Mapping[str, str] | None = None) -> Coded:
    """Read one observation.

    Parameters: `name`, FILE or FILE#OBSERVATION; `columns`, of a table (see `tables.columns`). Raises `Unreadable`.
    """
    path, wanted = parts(name)
    return read_content(content_of(path), path, wanted, columns)


def read_content(
    content: bytes, path: str, wanted: str | None = None, columns: Mapping[str, str] | None = None
) -> Coded:
    """Read one observation of a file whose bytes are here; otherwise like `read`."""
    format = format_of(path)
    if format.read is None:
        raise Unreadable(path, f"a {format.title} is only written here")
    if columns is not None:
        if not format.table:
            raise Unreadable(path, "only a table has columns: leave out --columns")
        return checked(tables.read(content, path, columns), path, wanted)
    if format.read_one and wanted is not None:
        return format.read_one(content, path, wanted)
    return checked(format.read(content, path), path, wanted)


def each(name: str, columns: Mapping[str, str] | None = None) -> Iterator[Coded]:
    """Read every observation of a file one after another, or the one of FILE#OBSERVATION. Raises `Unreadable`."""
    path, wanted = parts(name)
    format = format_of(path)
    if format.read_all is None or wanted is not None or columns is not None:
        yield read(name, columns)
    else:
        yield from format.read_all(content_of(path), path)


def ids(content: bytes, path: str) -> list[str]:
    """The ids of the observations in a file that holds several; empty for a format with one. Raises `Unreadable`."""
    format = format_of(path)
    found = format.read_all(content, path) if format.read_all else ()
    return [coded.id for coded in found if coded.id is not None]


def checked(coded: Coded, path: str, wanted: str | None) -> Coded:
    """The only observation of a file, if it is the one that is wanted. Raises `Unreadable`."""
    if wanted is not None and wanted != coded.id:
        said = f"its id is {quoted(coded.id)}" if coded.id else "it has no id"
        raise Unreadable(path, f"it holds one observation ({said}), none that is called {quoted(wanted)}")
    return coded


def content_of(path: str) -> bytes:
    """The bytes of a file. Raises `Unreadable` when it cannot be opened, or is far too large."""
    try:
        with open(path, "rb") as file:
            content = file.read(LARGEST + 1)
    except IsADirectoryError as error:
        raise Unreadable(path, "it is a folder: name a file in it") from error
    except FileNotFoundError as error:
        raise Unreadable(path, "there is no such file") from error
    except (OSError, ValueError) as error:
        raise Unreadable(path, f"it cannot be read ({reason(error)})") from error
    if len(content) > LARGEST:
        raise Unreadable(path, f"it is larger than {LARGEST // 2**20} MB, which no observation is")
    return content


def lost(coded: Coded, format: Format) -> list[str]:
    """What a format cannot hold of an observation, one sentence each; empty when nothing is lost."""
    blank = Coded(coded.file, ())
    kept = ("started_at", "clock") if "boris" in coded.carried else ()
    sentences = [
        f"{field} is lost: a {format.title} cannot hold it."
        for field in format.loses
        if field not in kept
        and getattr(coded, field) != getattr(blank, field)
        and not (field == "duration_ms" and coded.duration_ms == coded.last_ms)
        and not (field == "scheme" and coded.carried and coded.scheme == boris.scheme(coded))
    ]
    for field in format.loses_of_events:
        many = sum(1 for mark in coded.marks if getattr(mark if field == "review" else mark.event, field))
        if many:
            sentences.append(f"{field} of {many} events is lost: a {format.title} cannot hold it.")
    return sentences


def write(path: str, content: bytes) -> None:
    """Write a file whole or not at all: beside it first, then in its place. Raises `Unreadable`.

    What is no plain file (a pipe, a terminal) is written to as it is.
    """
    target = Path(os.path.realpath(path))
    try:
        if target.is_dir():
            raise Unreadable(path, "it is a folder: name a file in it")
        if target.exists() and not target.is_file():
            target.write_bytes(content)
            return
        beside = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            beside.write_bytes(content)
            os.replace(beside, target)
        finally:
            beside.unlink(missing_ok=True)
    except FileNotFoundError as error:
        raise Unreadable(path, "its folder does not exist: make it first") from error
    except (OSError, ValueError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(path, f"it cannot be written ({reason(error)})") from error


def reason(error: Exception) -> str:
    """Why the machine could not do it, in its own words."""
    return getattr(error, "strerror", None) or str(error)
