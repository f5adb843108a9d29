"""Which way does each letter of a line run?

The levels of the Unicode Bidirectional Algorithm (UAX #9): even runs from left to right, odd from right to left. They
come from GNU FriBidi, a library of the operating system (Debian's libfribidi0), which passes all of Unicode's test
cases; the Python packages that were tried do not.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

RIGHT, LEFT = 0x111, 0x110
"""FRIBIDI_PAR_RTL and FRIBIDI_PAR_LTR."""
MIXED = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI"})
"""The classes of letters (UAX #9, table 4) that make a line more than left to right."""

NUMBER = re.compile(r"\+?[0-9][0-9 ().\u00a0-]*[0-9]", re.ASCII)


def lacks() -> str:
    """What is missing here to draw from right to left, with what helps; empty if nothing is."""
    return "" if _library() else "libfribidi (on Debian and Ubuntu: apt-get install libfribidi0)"


def is_mixed(text: str) -> bool:
    """Whether any letter runs from right to left.

    >>> is_mixed("Mia"), is_mixed("Mia مريم")
    (False, True)
    """
    return not text.isascii() and any(unicodedata.bidirectional(letter) in MIXED for letter in text)


def levels(text: str, is_rtl: bool) -> list[int]:
    """The embedding level of each letter of a paragraph; `is_rtl`, its own direction.

    A telephone number is one number, whatever stands between its digits: it would be read back to front otherwise.

    >>> levels("Mia", is_rtl=False), levels("Mia", is_rtl=True)
    ([0, 0, 0], [2, 2, 2])
    """
    library = _library()
    if not library:
        return [0] * len(text)
    import ctypes

    count = len(text)
    numbers = ctypes.c_uint32 * count
    text = NUMBER.sub(lambda match: "0" * len(match.group()), text)
    points, classes, brackets = numbers(*map(ord, text)), numbers(), numbers()
    found = (ctypes.c_int8 * count)()
    base = ctypes.c_uint32(RIGHT if is_rtl else LEFT)
    library.fribidi_get_bidi_types(points, count, classes)
    library.fribidi_get_bracket_types(points, count, classes, brackets)
    library.fribidi_get_par_embedding_levels_ex(classes, brackets, count, ctypes.byref(base), found)
    return list(found)


def in_visual_order(runs: list[Any], level_of: Any) -> list[Any]:
    """Runs of one line from left to right (UAX #9, rule L2): from the highest level down, stretches are turned round.

    >>> in_visual_order([("a", 0), ("b", 1), ("c", 2), ("d", 1)], lambda run: run[1])
    [('a', 0), ('d', 1), ('c', 2), ('b', 1)]
    """
    runs = list(runs)
    odd = [level_of(run) for run in runs if level_of(run) % 2]
    for level in range(max(map(level_of, runs), default=0), min(odd, default=1) - 1, -1):
        start = 0
        while start < len(runs):
            end = start
            while end < len(runs) and level_of(runs[end]) >= level:
                end += 1
            runs[start:end] = runs[start:end][::-1]
            start = max(end, start + 1)
    return runs


@cache
def _library() -> Any:
    import ctypes
    from ctypes.util import find_library

    for name in ("libfribidi.so.0", find_library("fribidi")):
        try:
            library = ctypes.CDLL(name) if name else None
        except OSError:
            continue
        if library:
            library.fribidi_get_par_embedding_levels_ex.restype = ctypes.c_int8
            return library
    return None
