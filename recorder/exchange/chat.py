"""How does an observation stand in a CHAT transcript with times (`*.cha`)?

A code is a speaker (`*CHI:`), an utterance with a time bullet is a span in milliseconds, its words are the note.
Dependent lines (`%add:`), headers and utterances without a bullet have no time and are left out, which is said. Only
read. Format: MacWhinney, Tools for Analyzing Talk, part 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from recorder.exchange import documents
from recorder.exchange.coded import LONGEST_MS, Coded, Mark, Unreadable, ordered
from recorder.exchange.documents import quoted
from recorder.measures.observation import Event

_BULLET = re.compile("\x15([0-9]{1,12})_([0-9]{1,12})\x15")
_SPEAKER = re.compile(r"\*([^\s:*]{1,40}):\s*(.*)", re.DOTALL)


def read(content: bytes, file: str) -> Coded:
    """Read a transcript.

    Parameters: `content`, its bytes; `file`, the name for sentences. Raises `Unreadable`. The duration is None: a
    transcript does not say how long its recording is.

    >>> text = b"@UTF8\\n@Begin\\n*CHI:\\tmama . \\x15100_900\\x15\\n@End\\n"
    >>> [(e.event.code, e.event.t_ms, e.event.until_ms, e.event.note) for e in read(text, "a.cha").marks]
    [('CHI', 100, 900, 'mama .')]
    """
    text = documents.decoded(content, file)
    if "@Begin" not in text and "@UTF8" not in text:
        raise Unreadable(file, "it is no CHAT transcript: @UTF8 and @Begin are missing")
    marks, timeless, dependent = [], 0, 0
    for line, words in _lines(text):
        if words.startswith("%"):
            dependent += 1
        spoken = _SPEAKER.fullmatch(words)
        if spoken is None:
            continue
        bullets = _BULLET.findall(spoken[2])
        if not bullets:
            timeless += 1
            continue
        marks.append(_mark(spoken[1], spoken[2], bullets, line, file))
    if not marks:
        raise Unreadable(file, "none of its utterances has a time bullet: link it to its recording first")
    return Coded(file=file, marks=ordered(marks), said=tuple(_said(file, timeless, dependent)))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines, each with those that go on with a tab, and the number of its first."""
    first, parts = 1, [""]
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("\t") and number > 1:
            parts.append(line.strip())
            continue
        yield first, " ".join(parts)
        first, parts = number, [line]
    yield first, " ".join(parts)


def _mark(speaker: str, words: str, bullets: list[tuple[str, str]], line: int, file: str) -> Mark:
    start, end = int(bullets[0][0]), int(bullets[-1][1])
    place = f"line {line}"
    if max(start, end) > LONGEST_MS:
        raise Unreadable(file, f"{place} has the time {quoted(max(start, end))}, more than a week: bullets count in ms")
    if end < start:
        raise Unreadable(file, f"{place} ends at {end} ms, before it starts at {start} ms: correct its bullet")
    return Mark(Event(start, speaker, end, note=_BULLET.sub("", words).strip()), place)


def _said(file: str, timeless: int, dependent: int) -> Iterator[str]:
    if timeless:
        yield f"{file}: {timeless} utterances have no time bullet and are left out."
    if dependent:
        yield f"{file}: {dependent} dependent lines (%) are left out: they have no time of their own."
