"""How long does `recorder --help` take, against importing click alone?

CPU seconds of whole processes, interleaved, medians. The command imports nothing that it does not show.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

from start import cpu_seconds

ROUNDS = 15
HELP = "import sys; from recorder.commands import main; main(['--help'], standalone_mode=False)"
CLICK = "import click"


def run() -> None:
    """Print both medians and their ratio."""
    environment = {"PATH": str(Path(sys.executable).parent)}
    silent = f"import os, sys; sys.stdout = open(os.devnull, 'w'); {HELP}"
    rounds = [(cpu_seconds(silent, environment), cpu_seconds(CLICK, environment)) for _ in range(ROUNDS + 1)]
    ours, theirs = (statistics.median(column) for column in zip(*rounds[1:], strict=True))
    print(f"`recorder --help` {1000 * ours:.0f} ms CPU, `{CLICK}` {1000 * theirs:.0f} ms: {ours / theirs:.2f} x")
