"""What do the events of a log mean together: what was undone, struck, paused, rated, sorted, answered and signed?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from recorder.measures.observation import Event, Keep, Value
from recorder.measures.tape.events import Refusal, Refused, Said, moment, understand


@dataclass(frozen=True)
class Ask:
    """A moment about which the visitor asks her supervisor, by its event: never printed."""

    seq: int
    t_ms: int
    note: str


@dataclass(frozen=True)
class Tape:
    """A log's events, understood together. Times are ms from its start.

    `ended` is the time at which its clock stopped, None while it runs; `signed` the seq of the signature that stands,
    None without one. `taps` holds (seq, event); `reviews` the end review's last answer by seq, `review_notes` its
    words. `piles` is the last pile of each card, in the order in which they were put down (None: in no pile), and
    `answers` the last answer to each question. `anchors` hold what the wall clock showed at a time.
    """

    opening: Mapping[str, Any] = field(default_factory=dict)
    taps: tuple[tuple[int, Event], ...] = ()
    spans: tuple[Event, ...] = ()
    keeps: tuple[Keep, ...] = ()
    asks: tuple[Ask, ...] = ()
    reviews: Mapping[int, str] = field(default_factory=dict)
    review_notes: Mapping[int, str] = field(default_factory=dict)
    ratings: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    rating_notes: Mapping[str, str] = field(default_factory=dict)
    piles: Mapping[str, Value] = field(default_factory=dict)
    answers: Mapping[str, Value] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    idea: str = ""
    tried: Mapping[str, str] = field(default_factory=dict)
    sheets: tuple[tuple[int, Mapping[str, Any]], ...] = ()
    anchors: tuple[tuple[int, Mapping[str, Any]], ...] = ()
    ended: int | None = None
    aborted: str | None = None
    signed: int | None = None
    last_ms: int = 0
    refused: tuple[Refusal, ...] = ()

    @property
    def closed(self) -> bool:
        """Whether a signature stands."""
        return self.signed is not None


def read(strings: Iterable[str]) -> Tape:
    """Understand a log's events together.

    Parameters: `strings`, the exact event strings in order of seq. Returns the `Tape`; what could not be understood
    stands in `refused`, and changes nothing.

    >>> read(['{"seq":1,"t":0,"kind":"open","data":{}}', '{"seq":2,"t":900,"kind":"tap","code":"VOC"}']).taps[0][1].code
    'VOC'
    """
    said, refused = [], list[Refusal]()
    for number, string in enumerate(strings, 1):
        try:
            said.append(understand(string, number))
        except Refused as error:
            refused.append((number, *error.args))
    return _together(said, refused)


def _together(said: Sequence[Said], refused: list[Refusal]) -> Tape:
    void = _voided(said)
    effective = [event for event in said if event.seq not in void]
    strikes = [(e.data["from"], e.data["to"]) for e in effective if e.kind == "void" and "from" in e.data]
    kinds: dict[str, list[Said]] = defaultdict(list)
    for event in effective:
        kinds[event.kind].append(event)
    reviews = {e.data["seq"]: e.data["answer"] for e in kinds["review"]}
    review_notes = {e.data["seq"]: str(e.data.get("note") or "") for e in kinds["review"]}
    flags = [e for e in kinds["flag"] if _stands(e, strikes)]
    stops = [*kinds["end"], *kinds["abort"]]
    ended = min((e.t for e in stops), default=None)
    last = max((e.t for e in said), default=0)
    return Tape(
        opening=kinds["open"][0].data if kinds["open"] else {},
        taps=tuple((e.seq, _tap(e)) for e in kinds["tap"] if _stands(e, strikes) and reviews.get(e.seq) != "mistake"),
        spans=_unseen(kinds, strikes, last if ended is None else ended),
        keeps=tuple(
            Keep(moment(e), e.data.get("kind", "own"), e.data.get("note", ""))
            for e in flags
            if e.code == "KEEP" and reviews.get(e.seq) != "mistake"
        ),
        asks=tuple(
            Ask(e.seq, moment(e), review_notes.get(e.seq) or e.data.get("note", ""))
            for e in flags
            if e.code == "ASK" and reviews.get(e.seq) != "mistake"
        ),
        reviews=reviews,
        review_notes=review_notes,
        ratings=_ratings(kinds["rating"]),
        rating_notes={e.code: str(e.data.get("note", "")) for e in kinds["rating"]},
        piles=_piles(kinds["place"]),
        answers={e.code: e.data["value"] for e in kinds["answer"]},
        notes={e.code: e.data["text"] for e in kinds["note"]},
        idea=kinds["idea"][-1].data["text"] if kinds["idea"] else "",
        tried={e.data["sheet"]: e.data["answer"] for e in kinds["tried"]},
        sheets=tuple((e.seq, e.data) for e in kinds["sheet"]),
        anchors=tuple((e.t, e.data) for e in kinds["anchor"]),
        ended=ended,
        aborted=next((e.data["reason"] for e in kinds["abort"]), None),
        signed=_signed(effective),
        last_ms=last,
        refused=tuple(refused),
    )


def _stands(said: Said, strikes: Sequence[tuple[int, int]]) -> bool:
    return not strikes or not any(start <= said.t <= end for start, end in strikes)


def _voided(said: Sequence[Said]) -> set[int]:
    """The seqs that an effective void names. The last void is always effective, so reading backwards decides each."""
    void: set[int] = set()
    for event in reversed(said):
        if event.kind == "void" and "seq" in event.data and event.seq not in void:
            void.add(event.data["seq"])
    return void


def _signed(effective: Sequence[Said]) -> int | None:
    last = next((event for event in reversed(effective) if event.kind in {"close", "reopen"}), None)
    return last.seq if last and last.kind == "close" else None


def _tap(said: Said) -> Event:
    data = said.data
    if not data:
        return Event(said.t, said.code)
    return Event(
        t_ms=said.t,
        code=said.code,
        until_ms=data.get("until"),
        child=data.get("child"),
        by=data.get("by"),
        modifiers=data.get("modifiers", {}),
        note=str(data.get("note", "")),
    )


def _unseen(kinds: Mapping[str, list[Said]], strikes: Sequence[tuple[int, int]], end: int) -> tuple[Event, ...]:
    """What was not seen, as spans. Of a log that was coded from a video (its opening says which) everything that was
    not played with coding on is a pause: `t` may run backwards over seq, what is played twice is seen once."""
    if not (kinds["open"] and isinstance(kinds["open"][0].data.get("video"), dict)):
        return _spans(kinds, strikes, end)
    played = _runs([(e.t, not e.data["on"]) for e in kinds["pause"]], end)
    lost = _joined(_runs([(e.t, e.data["out"]) for e in kinds["view"]], end))
    spans = [Event(start, "PAUSE_CLOCK", until) for start, until in _between(_joined(played), end)]
    spans += [Event(start, "OUT_OF_VIEW", until) for start, until in lost]
    return tuple(sorted(spans, key=lambda span: (span.t_ms, span.code)))


def _runs(switches: Iterable[tuple[int, bool]], end: int) -> list[tuple[int, int]]:
    """From each switch on to the next switch off, in the order in which they were made, cut at the end."""
    spans, since = [], None
    for t, on in switches:
        if on and since is None:
            since = t
        elif not on and since is not None:
            spans.append((since, t))
            since = None
    if since is not None:
        spans.append((since, end))
    return [(start, min(until, end)) for start, until in spans if start < min(until, end)]


def _between(spans: Iterable[tuple[int, int]], end: int) -> Iterator[tuple[int, int]]:
    at = 0
    for start, until in spans:
        if at < start:
            yield at, start
        at = until
    if at < end:
        yield at, end


def _spans(kinds: Mapping[str, list[Said]], strikes: Sequence[tuple[int, int]], end: int) -> tuple[Event, ...]:
    """Pauses and lost views; what is still on at the end ends there, and what was struck counts as not seen."""
    paused = _toggled([(e.t, e.data["on"]) for e in kinds["pause"]], end)
    lost = _toggled([(e.t, e.data["out"]) for e in kinds["view"]], end)
    lost = _joined([*lost, *((start, min(until, end)) for start, until in strikes if start < end)])
    spans = [Event(start, "PAUSE_CLOCK", until) for start, until in paused]
    spans += [Event(start, "OUT_OF_VIEW", until) for start, until in lost]
    return tuple(sorted(spans, key=lambda span: (span.t_ms, span.code)))


def _toggled(switches: Iterable[tuple[int, bool]], end: int) -> list[tuple[int, int]]:
    spans, since = [], None
    for t, on in switches:
        if t > end:
            break
        if on and since is None:
            since = t
        elif not on and since is not None:
            spans.append((since, t))
            since = None
    if since is not None:
        spans.append((since, end))
    return spans


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _ratings(said: Iterable[Said]) -> dict[str, dict[str, Value]]:
    """The last rating of each scale counts; null takes it back."""
    ratings: dict[str, dict[str, Value]] = {}
    for event in said:
        ratings.setdefault(event.data["instrument"], {})[event.code] = event.data.get("value")
    return ratings


def _piles(said: Iterable[Said]) -> dict[str, Value]:
    """The last pile of each card, in the order in which they were put down; a card of the first pass has none yet."""
    piles: dict[str, Value] = {}
    for event in said:
        piles.pop(event.code, None)
        piles[event.code] = event.data.get("pile")
    return piles
