"""Does `recorder serve` keep up with a hundred tablets, and is nothing lost?

A hundred devices send each second, each its next 20 events, sealed, at moments of their own that are spread over the
second; visits follow one another, 200 events each. A batch's time runs from the moment at which it was due to its
acknowledgement, so that a server that falls behind cannot hide it; what is not taken is sent again, as a tablet does.
Afterwards the database is read. The clients run in this process: on two cores, the server has one to itself.

Then a first sync: a hundred tablets at once, each with a person of its own, ten families and ten visits to send.
`python benchmarks/load.py --seconds 5 --tablets 10` takes smaller ones.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
import uuid
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter
from typing import TYPE_CHECKING

from served import EVENTS, Served, Tablet, quantile, together

if TYPE_CHECKING:
    from recorder.records.families import Family

TABLETS, SECONDS = 100, 60
EVENTS_A_BATCH = 20
VISITS = 10


@dataclass(frozen=True)
class Sender:
    """A tablet with the batches that it is going to send, one a second, and the exact events of its logs."""

    tablet: Tablet
    batches: list[bytes]
    events: dict[uuid.UUID, list[str]]


def run(tablets: int = TABLETS, seconds: int = SECONDS) -> None:
    """Print how long batches took, what was lost, and how long a first sync takes."""
    with Served() as served:
        _every_second(served, tablets, seconds)
    with Served() as served:
        _first_sync(served, tablets)


def _every_second(served: Served, tablets: int, seconds: int) -> None:
    senders = [_sender(served, seconds) for _ in range(tablets)]
    start = perf_counter() + 1
    used = served.cpu_seconds()

    def send(number: int) -> tuple[list[float], int]:
        return _send(senders[number], start + number / tablets)

    results = together(send, range(tablets))
    used = served.cpu_seconds() - used
    times = [ms for took, _ in results for ms in took]
    again = sum(refused for _, refused in results)
    sent = {id: events for sender in senders for id, events in sender.events.items()}
    stored = served.stored()
    lost = sum(len(events) for events in sent.values()) - sum(map(len, stored.values()))
    print(
        f"{tablets} batches a second of {EVENTS_A_BATCH} events from {tablets} devices for {seconds} s: p50 "
        f"{quantile(times, 0.5):.0f} ms, p95 {quantile(times, 0.95):.0f} ms (goal 500 ms), p99 "
        f"{quantile(times, 0.99):.0f} ms; {again} sent again; server {1000 * used / len(times):.1f} ms CPU a batch"
    )
    same = "each as it was sent" if stored == sent else "NOT AS THEY WERE SENT"
    print(f"{sum(map(len, sent.values())):,} events in {len(sent):,} visits, {same}, {lost} lost (goal 0)")


def _sender(served: Served, seconds: int) -> Sender:
    """A tablet that will have something to send every second."""
    from sealing import LogKey, sealed
    from tablet import batch

    tablet = served.tablet()
    batches: list[bytes] = []
    events: dict[uuid.UUID, list[str]] = {}
    while len(batches) < seconds:
        log, key = served.observation(), LogKey()
        for upto in range(EVENTS_A_BATCH, EVENTS + 1, EVENTS_A_BATCH)[: seconds - len(batches)]:
            part = sealed(log, tablet.server_key, upto - EVENTS_A_BATCH + 1, upto, key=key)
            batches.append(batch(part))
            events[log.id] = log.strings[:upto]
    return Sender(tablet, batches, events)


def _send(sender: Sender, start: float) -> tuple[list[float], int]:
    """Send each batch when it is due: the ms that each took, and how many had to be sent again."""
    times, again = [], 0
    for number, body in enumerate(sender.batches):
        due = start + number
        time.sleep(max(0.0, due - perf_counter()))
        while True:
            try:
                sender.tablet.send(body)
                break
            except OSError:
                again += 1
                time.sleep(0.2)
        times.append(1000 * (perf_counter() - due))
    return times, again


@dataclass(frozen=True)
class Waiting:
    """A tablet that has not synchronised yet: its batches, and what its manifest says of its logs."""

    tablet: Tablet
    batches: list[bytes]
    held: bytes
    heads: list[str]


def _first_sync(served: Served, tablets: int) -> None:
    """Each says hello, pulls, asks what is there, sends its visits one a batch as a tablet does, and asks again."""
    waiting = [_waiting(served, number) for number in range(tablets)]
    start = perf_counter()
    times = together(_sync, waiting)
    print(
        f"first sync of {tablets} tablets at once, {VISITS} families and {VISITS} visits of {EVENTS} events each: "
        f"median {statistics.median(times):.1f} s, slowest {max(times):.1f} s, all in {perf_counter() - start:.1f} s "
        "(CHT, 100 users: median 150 s)"
    )


def _sync(one: Waiting) -> float:
    """The seconds that a first sync takes."""
    start = perf_counter()
    one.tablet.call("GET", "hello")
    assert len(one.tablet.call("GET", "sync/pull")["families"]) == VISITS
    one.tablet.call("POST", "sync/manifest", one.held)
    for body in one.batches:
        one.tablet.send(body)
    stored = one.tablet.call("POST", "sync/manifest", one.held)["logs"]
    assert [log["head"] for log in stored] == one.heads, "all is sent"
    return perf_counter() - start


def _waiting(served: Served, number: int) -> Waiting:
    """A visitor with ten families, whose tablet holds a visit at each."""
    from recorder.db import db

    name = f"visitor-{number}"
    with served.app.app_context():
        families = _families(served, name)
        db.session.commit()
        openings = [
            {
                "user": str(served.people.accounts[name]),
                "family": str(family.id),
                "children": [str(child.id) for child in family.children],
                "caregivers": [str(caregiver.id) for caregiver in family.caregivers],
            }
            for family in families
        ]
    logs = [served.observation(**opening) for opening in openings]
    tablet = served.tablet(name)
    heads = [log.head(EVENTS) for log in logs]
    held = [{"id": str(log.id), "n": EVENTS, "head": head} for log, head in zip(logs, heads, strict=True)]
    return Waiting(tablet, [tablet.batch([log]) for log in logs], json.dumps({"logs": held}).encode(), heads)


def _families(served: Served, name: str) -> list[Family]:
    """Enrol a visitor and ten families of hers at Northside, as `people.py` does."""
    from people import TODAY

    from recorder.db import db, fingerprint
    from recorder.records.families import Assignment, Caregiver, Child, Consent, Family
    from recorder.records.people import Account

    programme, site, since = served.people.programme, served.people.sites["north"], TODAY - timedelta(days=365)
    sol = served.people.accounts["sol"]
    visitor = Account(
        programme_id=programme, site_id=site, supervisor_id=sol, sign_in=name, name=name, role="visitor",
        password_hash="",
    )  # fmt: skip
    db.session.add(visitor)
    db.session.flush()
    served.people.accounts[name] = visitor.id
    families = []
    for place in range(VISITS):
        family = Family(programme_id=programme, site_id=site, code=f"{name}-{place}", enrolled_on=since)
        born = since.isoformat()
        family.children.append(
            Child(programme_id=programme, first_name="Kim", birth_date=born, duplicate=fingerprint(family.code, born))
        )
        family.caregivers.append(Caregiver(programme_id=programme, first_name="Jo"))
        family.consents.append(Consent(programme_id=programme, scope="observe", given_on=since))
        family.assignments.append(Assignment(programme_id=programme, account_id=visitor.id, from_on=since))
        families.append(family)
    db.session.add_all(families)
    return families


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=int, default=SECONDS)
    asked.add_argument("--tablets", type=int, default=TABLETS)
    run(**vars(asked.parse_args()))
