"""How long do the figures of 1,000 observations take, against only reading and writing the same events as JSON?

Both are timed in one run, in CPU time. BORIS 9.12.3 needs 9.0 s for one row a visit on the same amount.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable

from recorder.instruments.library import builtin
from recorder.instruments.scheme import Scheme
from recorder.measures.figures import figures
from recorder.measures.observation import Event, Observation

OBSERVATIONS, EVENTS, DURATION_MS = 1_000, 200, 600_000
BORIS_SECONDS = 9.0


def run() -> None:
    """Print the CPU seconds of the figures, and their ratio to plain JSON and to BORIS."""
    observations = invented()
    figured = seconds(lambda: figure(observations))
    texts = [json.dumps([{"t_ms": e.t_ms, "code": e.code} for e in seen.events]) for seen in observations]
    copied = seconds(lambda: [json.dumps(json.loads(text)) for text in texts])
    print(f"figures of {OBSERVATIONS:,} observations of {EVENTS} events: {figured:.2f} s CPU (goal: 2 s)")
    print(f"  {figured / copied:.1f} x reading and writing the same events as JSON ({copied:.2f} s)")
    print(f"  {figured / BORIS_SECONDS:.2f} x BORIS 9.12.3, one row a visit on the same amount ({BORIS_SECONDS} s)")


def figure(observations: list[Observation]) -> None:
    """Make every figure of each observation, one after the other."""
    for seen in observations:
        figures(seen)


def invented() -> list[Observation]:
    """Ten-minute observations under Serve and return, the same every time."""
    scheme = builtin("serve-and-return/1")
    assert isinstance(scheme, Scheme)
    chance = random.Random(2026)
    codes = [entry.code for entry in (*scheme.cues, *scheme.responses)]
    return [
        Observation(
            scheme,
            DURATION_MS,
            tuple(Event(t_ms, chance.choice(codes)) for t_ms in sorted(chance.choices(range(DURATION_MS), k=EVENTS))),
        )
        for _ in range(OBSERVATIONS)
    ]


def seconds(job: Callable[[], object]) -> float:
    """The CPU seconds of a job: the best of three."""
    times = []
    for _ in range(3):
        start = time.process_time()
        job()
        times.append(time.process_time() - start)
    return min(times)


if __name__ == "__main__":
    run()
