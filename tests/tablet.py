"""A tablet for tests: it writes the exact strings of a log, keeps the chain, and packs batches."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from people import People

from recorder.db import uuid7
from recorder.instruments import library

ZERO_HEAD = "0" * 64
MINUTE_MS = 60_000


@dataclass
class TabletLog:
    """One log as a tablet holds it; `clock_ms` is the time of the last event since the start."""

    id: uuid.UUID = field(default_factory=uuid7)
    strings: list[str] = field(default_factory=list)
    clock_ms: int = 0

    def add(self, kind: str, code: str | None = None, data: Any = None, *, after_ms: int = 0) -> int:
        """Write an event `after_ms` later than the last one; returns its seq."""
        self.clock_ms += after_ms
        event = {"seq": len(self.strings) + 1, "t": self.clock_ms, "kind": kind}
        event |= ({} if code is None else {"code": code}) | ({} if data is None else {"data": data})
        self.strings.append(json.dumps(event, ensure_ascii=False, separators=(",", ":")))
        return len(self.strings)

    def head(self, upto: int) -> str:
        """The chain's head after event `upto`."""
        head = ZERO_HEAD
        for string in self.strings[:upto]:
            head = hashlib.sha256(head.encode() + string.encode()).hexdigest()
        return head

    def part(self, from_seq: int = 1, upto_seq: int | None = None) -> dict[str, Any]:
        """What a batch says about this log, for a stretch of it."""
        return {
            "id": str(self.id),
            "from_seq": from_seq,
            "head": self.head(from_seq - 1),
            "events": self.strings[from_seq - 1 : upto_seq],
        }


def batch(*parts: dict[str, Any], id: uuid.UUID | None = None) -> bytes:
    """The body of `POST /api/v1/sync/events`."""
    return json.dumps({"batch": str(id or uuid7()), "logs": list(parts)}).encode()


def opening(people: People, **changes: Any) -> dict[str, Any]:
    """The data of an `open` event: Ana at Mia's, today; `changes` replace entries."""
    scheme = library.builtin("serve-and-return")
    return {
        "kind": "observation",
        "role": "primary",
        "context": "free_play",
        "clock": "monotonic",
        "instrument": scheme.name,
        "version": scheme.version,
        "hash": scheme.hash,
        "visit": str(people.visits["mia today"]),
        "family": str(people.families["F-001"]),
        "children": [str(people.children["Mia"])],
        "caregivers": [str(people.caregivers["Luis"])],
        "device": str(uuid7()),
        "user": str(people.accounts["ana"]),
        "wall": wall(),
        "zone": "America/Chicago",
        "planned_ms": 10 * MINUTE_MS,
        "consent": {"observe": True, "given_now": False},
        "present": "",
        "state": "calm",
    } | changes


def beside(people: People, kind: str, instrument: str = "", **changes: Any) -> dict[str, Any]:
    """The data of an `open` event of a log that is no observation: Ben at Noor's (20 months), today."""
    data = {
        "kind": kind,
        "visit": str(people.visits["noor tomorrow"]),
        "family": str(people.families["F-002"]),
        "children": [str(people.children["Noor"])],
        "caregivers": [str(people.caregivers["Hana"])],
        "device": str(uuid7()),
        "user": str(people.accounts["ben"]),
        "wall": wall(),
        "zone": "America/Chicago",
        "consent": {"observe": True, "given_now": False},
    }
    if instrument:
        made = library.builtin(instrument)
        data |= {"instrument": made.name, "version": made.version, "hash": made.hash}
    return data | changes


def sort(people: People, piles: dict[str, Any] | None = None, **changes: Any) -> TabletLog:
    """A log of a sort of the 36 cards, three groups first, each card then in the pile of its name; signed.

    Parameters: `piles` replaces the last pile of some cards; a card with `...` is never put into one.
    """
    qset = library.builtin("safe-base-cards")
    log = TabletLog()
    log.add("open", data=beside(people, "sort", qset.id, distribution=[4] * 9) | changes)
    for card in qset.cards:
        log.add("place", card.id, {"group": "more" if card.id > "6" else "between"}, after_ms=2000)
    for card in qset.cards:
        pile = (piles or {}).get(card.id, int(card.id[0]))
        if pile is not ...:
            log.add("place", card.id, {"pile": pile}, after_ms=1500)
    log.add("close", after_ms=1000)
    return log


def questionnaire(people: People, answers: dict[str, Any] | None = None, **changes: Any) -> TabletLog:
    """A log of Our days: Hana says 4 to everything, but for the `answers` given; signed."""
    asked = library.builtin("our-days")
    log = TabletLog()
    own = {"filled_in": "caregiver", "language": "en", "present": "Ben"}
    log.add("open", data=beside(people, "questionnaire", asked.id, **own) | changes)
    for question in asked.questions:
        value = (answers or {}).get(question.id, 4)
        if value is not ...:
            log.add("answer", question.id, {"value": value}, after_ms=3000)
    log.add("close", after_ms=1000)
    return log


def safety(people: People, words: dict[str, str] | None = None, **changes: Any) -> TabletLog:
    """A log of a safety note; `words` replaces some of its fields; signed."""
    log = TabletLog()
    log.add("open", data=beside(people, "safety", **changes))
    fields = {"about": "child", "seen": "The stove was on, and nobody near.", "told_whom": "Sol", "told_when": "11:40"}
    for code, text in (fields | (words or {})).items():
        log.add("note", code, {"text": text}, after_ms=9000)
    log.add("close", after_ms=1000)
    return log


def second(people: People, cues: int = 10, *, sync: bool = True, late_ms: int = 0, **changes: Any) -> TabletLog:
    """A second observer's log of what `observed` holds, begun `late_ms` after it, with a tap on the spoken "now"."""
    log = TabletLog()
    log.add("open", data=opening(people, user=str(people.accounts["ben"])) | {"role": "second"} | changes)
    _watch(log, cues, late_ms=late_ms, sync=sync)
    return log


def practice(people: People, piece: uuid.UUID, cues: int = 10, **changes: Any) -> TabletLog:
    """A log of a practice piece that holds what `observed` does: no visit, no family."""
    log = TabletLog()
    nobody = {"visit": None, "family": None, "children": [], "caregivers": []}
    log.add("open", data=opening(people, role="practice", practice=str(piece), **nobody) | changes)
    _watch(log, cues)
    return log


def _watch(log: TabletLog, cues: int, *, late_ms: int = 0, sync: bool = True) -> None:
    """Code what `observed` does: the SYNC tap at 5 s, cues each 13 or 12 s, every other one answered; and sign."""
    taps = [(5000, "SYNC")] if sync else []
    t_ms = 0
    for number in range(cues):
        t_ms += 12_000
        taps.append((t_ms, "VOC"))
        if number % 2 == 0:
            t_ms += 1000
            taps.append((t_ms, "TALK"))
    for t_ms, code in taps:
        log.add("tap", code, after_ms=t_ms - late_ms - log.clock_ms)
    log.add("end", after_ms=max(0, 4 * MINUTE_MS - log.clock_ms))
    log.add("close", after_ms=1000)


def wall(**later: float) -> str:
    """A wall time, now or later (in the words of `timedelta`), as a tablet writes it."""
    return (datetime.now(UTC) + timedelta(**later)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def observed(people: People, cues: int = 10, *, sync: bool = False, **changes: Any) -> TabletLog:
    """A log of a whole observation: `cues` sounds, half of them answered after 1 s, ended and signed; with `sync` a tap
    on the spoken "now" too."""
    log = TabletLog()
    log.add("open", data=opening(people, **changes))
    if sync:
        log.add("tap", "SYNC", after_ms=5000)
        log.clock_ms = 0
    for number in range(cues):
        log.add("tap", "VOC", after_ms=12_000)
        if number % 2 == 0:
            log.add("tap", "TALK", after_ms=1000)
    log.add("end", after_ms=max(0, 4 * MINUTE_MS - log.clock_ms))
    log.add("rating", "tuning_in", {"instrument": "sensitivity/1", "value": 7, "note": ""})
    log.add("rating", "joining", {"instrument": "sensitivity/1", "value": "NOB", "note": ""})
    log.add("close", after_ms=1000)
    return log


def sheet(people: People, **changes: Any) -> dict[str, Any]:
    """The data of a `sheet` event, as Ana approves it for Mia and Luis."""
    return {
        "id": str(uuid7()),
        "language": "en",
        "child": str(people.children["Mia"]),
        "caregiver": str(people.caregivers["Luis"]),
        "strengths": [{"key": "S1", "type": None, "text": "You answered."}, {"key": "S2", "type": None, "text": "So."}],
        "shown": None,
        "step": {"key": "deepen_comfort", "type": "CRY", "when": "When Mia cries,", "what": "pick her up first.",
                 "say": "", "helps": "", "care": ""},
        "second_step": None,
        "idea": "",
        "for_you": "",
        "contact": None,
        "next_visit": None,
        "show": {"who": True, "telephone": True, "next_visit": True},
        "proposed": {"strengths": ["S1", "S2"], "step": "deepen_comfort"},
    } | changes  # fmt: skip
