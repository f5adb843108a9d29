"""Is this text one honest JSON document?

Python's own reader takes more than JSON allows: NaN, the same key twice (the last one wins in silence), numbers of any
length. Here all of these are refused in one sentence, and so is nesting that no real file has.
"""

from __future__ import annotations

import csv
import json
import math
from typing import Any

from recorder.exchange.coded import Unreadable


def text(content: bytes, file: str) -> str:
    """The text of a file, which must be UTF-8 (a byte order mark is taken off).

    Parameters: `content`, the bytes; `file`, the name for sentences. Raises `Unreadable`.

    >>> text(b"caf\\xc3\\xa9", "notes.csv")
    'café'
    """
    if not content.strip():
        raise Unreadable(file, "the file is empty")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(file, f"line {line} is not UTF-8 text: save the file as UTF-8") from error


def decoded(content: bytes, file: str) -> str:
    """The text of a file that a program of others wrote: UTF-8, or UTF-16 with the mark that Praat, Excel and other
    programs set before it. Raises `Unreadable`.

    >>> decoded("Größe".encode("utf-16"), "a.TextGrid")
    'Größe'
    """
    if not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return text(content, file)
    try:
        return content.decode("utf-16")
    except UnicodeDecodeError as error:
        raise Unreadable(file, "it begins as UTF-16 and is not: save the file as UTF-8") from error


def cells(line: str, delimiter: str) -> list[str]:
    """The cells of a line that may be a table's header, without blanks around them; none if it is no such line.

    >>> cells("Level, Onset_Time", ",")
    ['Level', 'Onset_Time']
    """
    try:
        return [cell.strip() for cell in next(csv.reader([line.rstrip("\r")], delimiter=delimiter), [])]
    except csv.Error:
        return []


def parse(content: bytes, file: str) -> Any:
    """The JSON document in a file.

    Parameters: `content`, the bytes; `file`, the name for sentences. Raises `Unreadable`.

    >>> parse(b'{"t_ms": 12000}', "a.json")
    {'t_ms': 12000}
    """
    return parse_text(text(content, file), file)


def parse_text(words: str, file: str) -> Any:
    """The JSON document in a text, under the same rules as `parse`."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        document: dict[str, Any] = {}
        for key, value in pairs:
            if key in document:
                raise Unreadable(file, f"the key {quoted(key)} stands twice in one object: keep one of them")
            document[key] = value
        return document

    def constant(name: str) -> Any:
        raise Unreadable(file, f"{name} is not a number: use null where there is no value")

    def number(digits: str) -> float:
        value = float(digits)
        if not math.isfinite(value):
            raise Unreadable(file, f"{digits[:20]} is too large for a number")
        return value

    try:
        return json.loads(words, object_pairs_hook=unique, parse_constant=constant, parse_float=number)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Unreadable(file, f"{where} is not JSON ({error.msg}): is the file what its ending says?") from error
    except RecursionError as error:
        raise Unreadable(file, "brackets stand too deep in brackets: no observation is so") from error
    except Unreadable:
        raise
    except ValueError as error:  # Python refuses whole numbers of more than 4,300 digits
        raise Unreadable(file, "one of the numbers has thousands of digits: correct it") from error


def quoted(value: object) -> str:
    """A value as a sentence shows it: short, on one line.

    >>> quoted("a" * 99)
    '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..."'
    """
    words = json.dumps(value if isinstance(value, str | int | float | bool | None) else str(value))
    return words if len(words) <= 42 else words[:41] + '..."' if words[0] == '"' else words[:41] + "..."


def compact(document: object) -> str:
    """A document on one line, in its own letters."""
    return json.dumps(document, ensure_ascii=False)
