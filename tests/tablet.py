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


def wall(**later: float) -> str:
    """A wall time, now or later (in the words of `timedelta`), as a tablet writes it."""
    return (datetime.now(UTC) + timedelta(**later)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def observed(people: People, cues: int = 10, **changes: Any) -> TabletLog:
    """A log of a whole observation: `cues` sounds, half of them answered after 1 s, ended and signed."""
    log = TabletLog()
    log.add("open", data=opening(people, **changes))
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
