"""How long does it take to open a BORIS project of 1,000 observations with 200,450 events, and to measure each?

The benchmark makes the project from the one in the tests. Goal: 2 s of processor time, 250 MB.
"""

from __future__ import annotations

import copy
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

OBSERVATIONS, EVENTS = 1_000, 200_450
PROJECT = Path(__file__).parent.parent / "tests" / "data" / "boris" / "homevisit_pairs.boris"
SCHEME = {
    "name": "homevisit",
    "cues": [{"code": code, "window_ms": 5000} for code in ("cue_vocalise", "cue_reach", "cue_fuss")],
    "responses": [{"code": "resp_contingent"}, {"code": "resp_delayed"}],
    "markers": [{"code": "resp_missed"}],
    "states": [{"code": code} for code in ("gaze_caregiver", "cry", "engaged", "on_phone")],
}


def project() -> dict:
    """The tests' observations over and over, each with points added until there are so many events in all."""
    made = json.loads(PROJECT.read_text(encoding="utf-8"))
    some = list(made["observations"].values())
    many = {f"O{number:04}": copy.deepcopy(some[number % len(some)]) for number in range(OBSERVATIONS)}
    missing = EVENTS - sum(len(one["events"]) for one in many.values())
    for number in range(missing):
        events = many[f"O{number % OBSERVATIONS:04}"]["events"]
        events.append([100.5 + number / 100, "Child", "cue_vocalise", "", ""])
    return made | {"observations": many}


def run() -> None:
    """Print what was measured beside the goal."""
    with tempfile.TemporaryDirectory() as folder:
        file, scheme = Path(folder) / "big.boris", Path(folder) / "scheme.json"
        file.write_text(json.dumps(project()))
        scheme.write_text(json.dumps(SCHEME))
        command = [Path(sys.executable).parent / "recorder", "measure", file, "--scheme", scheme, "--format", "csv"]
        rows = subprocess.run(command, check=True, capture_output=True, text=True).stdout.count("\n") - 1
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{rows} observations, {EVENTS} events, one row each")
    print(
        f"{used.ru_utime + used.ru_stime:.2f} s of processor time (goal 2), {used.ru_maxrss / 1024:.0f} MB (goal 250)"
    )


if __name__ == "__main__":
    run()
