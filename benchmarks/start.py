"""How long does a start to the first page take, against importing Flask and Flask-SQLAlchemy alone?

CPU seconds of whole processes, from the interpreter's start to its end, interleaved, medians. The first page is the
sign-in page, over a migrated database. Where it goes (Python 3.11, 45 tables): Flask and SQLAlchemy two thirds, our
tables a fifth, the page itself a tenth; the other places come with the next request (`recorder.pages.entrance`). What
was made at the start is not looked through by the garbage collector, which spares a tenth of a second, most of it at
the end of the process.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile

ROUNDS = 11
IMPORTS = "import flask, flask_sqlalchemy"
FIRST_PAGE = """
import sys
from recorder import create_app
page = create_app().test_client().get("/sign-in")
assert page.status_code == 200, page.status
heavy = {"numpy", "scipy", "reportlab", "cryptography"} & set(sys.modules)
assert not heavy, heavy
"""


def cpu_seconds(program: str, environment: dict[str, str]) -> float:
    """The CPU time, in seconds, of one Python process that runs a program."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", program], check=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def run() -> None:
    """Print both medians and their ratio."""
    from recorder import create_app
    from recorder.db import upgrade

    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["RECORDER_DATABASE_URL"] = f"sqlite:///{folder}/recorder.sqlite"
        upgrade(create_app(DATABASE_URL=environment["RECORDER_DATABASE_URL"]))
        rounds = [(cpu_seconds(FIRST_PAGE, environment), cpu_seconds(IMPORTS, environment)) for _ in range(ROUNDS + 1)]
    ours, theirs = (statistics.median(column) for column in zip(*rounds[1:], strict=True))
    print(f"start to first page {ours:.3f} s CPU, `{IMPORTS}` {theirs:.3f} s: {ours / theirs:.2f} x (goal 1.4 x)")
