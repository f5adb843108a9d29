"""Which file, in which format, and which observation in it?

A format is chosen by the ending of the name. `FILE#OBSERVATION` names one of several observations by its id, which a
BORIS project holds; of the other formats, with one observation each, the id is only checked. A file is written whole or
not at all.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from recorder.exchange import boris, observation_file, tables, tiers
from recorder.exchange.coded import Coded, Unreadable
from recorder.exchange.documents import quoted

LARGEST = 64 * 1024 * 1024
"""Bytes. A day of annotation has a tenth of it; more is some other kind of file."""


@dataclass(frozen=True)
class Format:
    """A format: the ending of its names, what it is called, how it is read and written, what it cannot hold.

    `write` is None for a format that is only read. `loses` are the fields of a `Coded` that are gone when a file of
    this format is written. `read_one` reads the observation with an id, where a file holds several.
    """

    ending: str
    title: str
    read: Callable[[bytes, str], Coded]
    write: Callable[[Coded], bytes] | None
    loses: tuple[str, ...] = ()
    read_one: Callable[[bytes, str, str], Coded] | None = None


FORMATS = (
    Format(".observation.json", "observation file", observation_file.read, observation_file.write),
    Format(".eaf", "ELAN", tiers.read, tiers.write),
    Format(
        ".csv",
        "table",
        tables.read,
        tables.write,
        ("id", "scheme", "started_at", "duration_ms", "clock", "observer", "role", "context", "children", "caregivers",
         "ratings", "keeps"),
    ),
    Format(".boris", "BORIS project", boris.read, None, read_one=boris.read),
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
    format = format_of(path)
    if columns is not None and format.read is not tables.read:
        raise Unreadable(path, "only a table has columns: leave out --columns")
    content = content_of(path)
    if format.read_one and wanted is not None:
        return format.read_one(content, path, wanted)
    coded = format.read(content, path) if columns is None else tables.read(content, path, columns)
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
    return [
        f"{field} is lost: a {format.title} cannot hold it."
        for field in format.loses
        if getattr(coded, field) != getattr(blank, field)
        and not (field == "duration_ms" and coded.duration_ms == coded.last_ms)
    ]


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
