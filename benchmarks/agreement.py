"""How long does the agreement of two observers take, and how long a thousand kappas?

CPU milliseconds, medians. A pair is two observers with 200 events each over 13 minutes: alignment, event kappa, linked
kappa, list of differences, and kappa over units with tolerance, as the document that is stored. BORIS needs 1.7 s
(units of 1 s) and 4.2 s (0.1 s) for the kappa of such a pair. A thousand kappas are timed against scikit-learn in the
same run.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable
from time import process_time

from sklearn.metrics import cohen_kappa_score

from recorder.instruments.scheme import Marker, Scheme
from recorder.measures.kappa import count, estimate
from recorder.measures.observation import Event, Observation
from recorder.measures.pair import as_document, compare

CODES = ("VOC", "LOOK", "REACH", "CRY", "COMF", "TALK", "FOLLOW", "JOY")
DURATION_MS = 780_000
ROUNDS = 15


def run() -> None:
    """Print both times beside what they are compared with."""
    chance = random.Random(2)
    a, b = _observer(chance), _observer(chance)
    b = [Event(min(e.t_ms + chance.randrange(900), DURATION_MS), e.code) for e in a[:186]] + b[:14]
    scheme = Scheme("benchmark", 1, (), (), markers=tuple(Marker(code) for code in CODES))
    one, other = (Observation(scheme, DURATION_MS, tuple(events)) for events in (a, b))
    whole = _milliseconds(lambda: as_document(compare(one, other)))
    fine = _milliseconds(lambda: as_document(compare(one, other, unit_ms=100)))
    print(f"a pair of 200 events: {whole:.1f} ms CPU in 1-s units (goal < 50 ms), {fine:.1f} ms in 0.1-s units")
    print(f"BORIS 9.12.3: 1,700 ms at 1 s: {whole / 1700:.4f} x, 4,200 ms at 0.1 s: {fine / 4200:.4f} x")
    _thousand_kappas(chance)


def _observer(chance: random.Random) -> list[Event]:
    return [Event(chance.randrange(DURATION_MS), chance.choice(CODES)) for _ in range(200)]


def _thousand_kappas(chance: random.Random) -> None:
    labels = range(1, 8)
    pairs = [[[chance.choice(labels) for _ in range(50)] for _ in "ab"] for _ in range(1000)]
    ours = [estimate(count(one, other, labels)) for one, other in pairs]
    spent = _milliseconds(lambda: [estimate(count(one, other, labels)) for one, other in pairs], 5)
    print(f"1,000 kappas of 50 ratings on a scale 1-7: {spent:.0f} ms CPU", end="")
    theirs = [cohen_kappa_score(one, other, labels=list(labels)) for one, other in pairs]
    other_spent = _milliseconds(lambda: [cohen_kappa_score(one, other, labels=list(labels)) for one, other in pairs], 1)
    apart = max(abs((one or 0) - other) for one, other in zip(ours, theirs, strict=True))
    print(
        f", scikit-learn {other_spent:.0f} ms: 1/{other_spent / spent:.0f} (goal 1/50), largest difference {apart:.0e}"
    )


def _milliseconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    times = []
    for _ in range(rounds):
        start = process_time()
        work()
        times.append(1000 * (process_time() - start))
    return statistics.median(times)
