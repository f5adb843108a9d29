"""How do observations become a sequential data file for GSEQ (SDIS, `*.sds`)?

Timed sequences in seconds: `code,time` for a point, `code,start-stop` for a bout, in order of time, one sequence an
observation. A code is `Subject_Behavior`; blanks and what SDIS gives a meaning become `_`. BORIS 9.12.3 writes a point
as a bout without length (`code,2.746-2.746`), which lasts no time in GSEQ; that fault is left out. Only written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from recorder.exchange.boris import SUBJECT
from recorder.exchange.coded import Coded, Mark, Unreadable
from recorder.exchange.documents import quoted

_NO_CODE = re.compile(r"[\s\-/,;<>()%&\[\]{}*+|\"']")


def write(codeds: Sequence[Coded]) -> bytes:
    """Write a sequential data file.

    >>> from recorder.measures.observation import Event
    >>> marks = (Mark(Event(2746, "VOC"), ""), Mark(Event(3000, "on phone", 4500), ""))
    >>> print(write([Coded("a", marks, id="V1")]).decode().rstrip())
    Timed <seconds>;
    <BLANKLINE>
    <V1>
    VOC,2.746 on_phone,3.000-4.500 /
    """
    sequences = []
    for number, coded in enumerate(codeds, 1):
        marks = sorted((mark for mark in coded.marks if not mark.unpaired), key=lambda mark: mark.event.t_ms)
        for mark in marks:
            if mark.event.t_ms < 0:
                raise Unreadable(coded.file, f"{quoted(mark.event.code)} lies before the start: SDIS has no such time")
        said = " ".join(_said(mark) for mark in marks)
        sequences.append(f"<{_NO_CODE.sub('_', coded.id or f'observation_{number}')}>\n{said} /\n\n")
    return ("Timed <seconds>;\n\n" + "\n".join(sequences)).encode()


def _said(mark: Mark) -> str:
    event = mark.event
    who = event.modifiers.get(SUBJECT) or event.by or event.child
    code = _NO_CODE.sub("_", f"{who}_{event.code}" if who else event.code)
    start = f"{event.t_ms / 1000:.3f}"
    return f"{code},{start}" if event.until_ms is None else f"{code},{start}-{event.until_ms / 1000:.3f}"
