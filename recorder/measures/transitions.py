"""What came a second later: did one code follow another more often than chance?

Time is cut into units of one second, and each column of the recorder is a stream of its own: the child's (cues) and
the focal caregiver's (responses and markers). The code of a unit is the sorted codes that start or are on in it,
joined by "+"; `NOTHING` is a code like any other. A tap that only prolongs a cue keeps it on; states say of nobody
whose they are and stand in no column. A transition goes from the code of a unit in one column to the code of the
next unit in the same or the other column; a unit of which a part was not seen is a gap, and nothing reaches over it.
Figures are per dyad; tables of families are never pooled. z grows with the length of a session: to compare, use Q.
Below `FEWEST` in a cell of its 2 x 2 table a transition has counts only. Formulas: `lag_sequential`.
Source: Bakeman & Quera 2011, ch. 8-9.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from recorder.measures.lag_sequential import Row, of_counts
from recorder.measures.observation import Event, Observation, focal_caregiver, is_of, unseen
from recorder.measures.time_units import NOTHING, stream

COLUMNS = ("child", "caregiver")
UNIT_MS = 1000
FEWEST = 5
"""Transitions in a cell of a 2 x 2 table below which a reader sees counts only."""

Stream = Sequence[str | None]


@dataclass(frozen=True)
class Cell:
    """One transition: `count` times `given` was followed by `target`; `given_n` times `given` came first, `target_n`
    times `target` came second, of `n`. `residual` (adjusted) and `yules_q` are None where they are not defined."""

    given: str
    target: str
    count: int
    given_n: int
    target_n: int
    n: int
    residual: float | None
    yules_q: float | None

    @property
    def few(self) -> bool:
        """Whether a cell of its 2 x 2 table is so small that counts are all there is to say.

        >>> Cell("VOC", "TALK", 6, 12, 11, 200, 5.0, 0.9).few, Cell("VOC", "TALK", 6, 10, 11, 200, 5.0, 0.9).few
        (False, True)
        """
        beside, below = self.given_n - self.count, self.target_n - self.count
        return min(self.count, beside, below, self.n - self.given_n - below) < FEWEST


@dataclass(frozen=True)
class Transitions:
    """From one column to the next unit of a column: tables are rows (`given_codes`) by columns (`target_codes`), of the
    codes that occurred. The fields are those of `lag_sequential.Lags`."""

    given: str
    target: str
    given_codes: tuple[str, ...]
    target_codes: tuple[str, ...]
    n: int
    counts: tuple[tuple[int, ...], ...]
    expected: tuple[tuple[float, ...], ...]
    probabilities: tuple[Row, ...]
    residuals: tuple[Row, ...]
    yules_q: tuple[Row, ...]

    def cells(self) -> Iterator[Cell]:
        """Every transition that happened, row by row."""
        columns = [sum(column) for column in zip(*self.counts, strict=True)]
        for i, given in enumerate(self.given_codes):
            for j, target in enumerate(self.target_codes):
                if self.counts[i][j]:
                    figures = self.residuals[i][j], self.yules_q[i][j]
                    yield Cell(given, target, self.counts[i][j], sum(self.counts[i]), columns[j], self.n, *figures)


def transitions(observation: Observation, child: str | None = None) -> tuple[Transitions, ...]:
    """The transitions from each column to each column, one unit later.

    Parameters: `observation`, valid; `child`, whose cues (None: the focal child's).

    >>> from recorder.instruments.library import builtin
    >>> seen = Observation(builtin("serve-and-return/1"), 4000, (Event(500, "VOC"), Event(1700, "TALK")))
    >>> made = {(table.given, table.target): table for table in transitions(seen)}
    >>> made["child", "caregiver"].given_codes, made["child", "caregiver"].target_codes
    (('-', 'VOC'), ('-', 'TALK'))
    >>> made["child", "caregiver"].counts
    ((2, 0), (0, 1))
    """
    streams = columns(observation, child)
    return tuple(_table(given, target, streams) for given in COLUMNS for target in COLUMNS)


def columns(observation: Observation, child: str | None = None) -> Mapping[str, list[str | None]]:
    """The code of every second in the child's and in the caregiver's column; None where it was not seen whole."""
    scheme, ours = observation.scheme, {None, focal_caregiver(observation)}
    own = [event for event in observation.events if is_of(event, observation, child)]
    does = {"child": {cue.code for cue in scheme.cues}}
    does["caregiver"] = {part.code for parts in (scheme.responses, scheme.markers) for part in parts}
    events = {
        "child": _prolonged(own, {cue.code: cue.continues_ms for cue in scheme.cues}),
        "caregiver": [event for event in own if event.by in ours],
    }
    gaps = unseen(observation)
    return {name: stream(events[name], does[name], observation.duration_ms, UNIT_MS, gaps) for name in COLUMNS}


def _prolonged(events: Sequence[Event], continues_ms: Mapping[str, int]) -> list[Event]:
    """The events, and for each tap that prolongs a cue a span from the tap before: the cue was on in between."""
    made, last = list(events), dict[str, int]()
    for event in sorted(events, key=lambda event: event.t_ms):
        before = last.get(event.code)
        if before is not None and 0 < event.t_ms - before <= continues_ms.get(event.code, 0):
            made.append(Event(before, event.code, event.t_ms))
        last[event.code] = event.t_ms
    return made


def _table(given: str, target: str, streams: Mapping[str, Stream]) -> Transitions:
    before, after = streams[given][:-1], streams[target][1:]
    pairs = [(one, other) for one, other in zip(before, after, strict=True) if one is not None and other is not None]
    # the two columns have different codes: in a square over both, the rows and columns that cannot occur are empty
    codes = sorted({code for pair in pairs for code in pair}, key=lambda code: (code != NOTHING, code))
    place = {code: number for number, code in enumerate(codes)}
    counts = [[0] * len(codes) for _ in codes]
    for one, other in pairs:
        counts[place[one]][place[other]] += 1
    found = of_counts(counts, codes)
    rows = [i for i, _ in enumerate(codes) if any(counts[i])]
    across = [j for j, _ in enumerate(codes) if any(row[j] for row in counts)]

    def kept(table: Sequence[Sequence[Any]]) -> tuple[tuple[Any, ...], ...]:
        return tuple(tuple(table[i][j] for j in across) for i in rows)

    return Transitions(
        given=given,
        target=target,
        given_codes=tuple(codes[i] for i in rows),
        target_codes=tuple(codes[j] for j in across),
        n=len(pairs),
        counts=kept(found.counts),
        expected=kept(found.expected),
        probabilities=kept(found.probabilities),
        residuals=kept(found.residuals),
        yules_q=kept(found.yules_q),
    )


def as_document(tables: Sequence[Transitions]) -> dict[str, Any]:
    """The transitions as `transitions` of `recorder measure --format json`; undefined is None."""
    return {"unit_ms": UNIT_MS, "lag": 1, "nothing": NOTHING, "tables": [_document(table) for table in tables]}


def _document(table: Transitions) -> dict[str, Any]:
    document: dict[str, Any] = {"given": table.given, "target": table.target, "n": table.n}
    document |= {"given_codes": list(table.given_codes), "target_codes": list(table.target_codes)}
    for name in ("counts", "expected", "probabilities", "residuals", "yules_q"):
        key = "adjusted_residuals" if name == "residuals" else name
        document[key] = [list(row) for row in getattr(table, name)]
    return document
