"""How long do a thousand approved pages take as one batch on two cores, against one page after the other?

Wall seconds of `recorder sheets`, in its own process with everything that starts, against half of a thousand times what
reading and drawing one page takes in this process. Memory is the largest of the command and its processes, for a tenth
of the pages and for all. On a machine that does something else at the time, only the CPU seconds tell anything.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import uuid
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

PAGES = 1000
GOAL = 1.15
MEASURED = "import resource, sys; from recorder.commands import main; main(sys.argv[1:], standalone_mode=False); " \
    "own = resource.getrusage(resource.RUSAGE_SELF); other = resource.getrusage(resource.RUSAGE_CHILDREN); " \
    "print(own.ru_utime + own.ru_stime + other.ru_utime + other.ru_stime, own.ru_maxrss, other.ru_maxrss)"  # fmt: skip


def run() -> None:
    """Print both times, their ratio, and the memory."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"DATABASE_URL": f"sqlite:///{folder}/pages.sqlite", "MASTER_KEY": "5e" * 32, "SECRET_KEY": "x" * 40}
        single = _one_after_another(settings)
        environment = os.environ | {f"RECORDER_{name}": value for name, value in settings.items()}
        for share in (10, 1):
            target = Path(folder) / f"part-{share}"
            if share > 1:  # pages that are there already are left alone
                _draw(environment, target)
                for path in sorted(target.iterdir())[: PAGES // share]:
                    path.unlink()
            wall, said = _draw(environment, target)
            cpu, own, other = map(float, said.split())
            pages = PAGES // share
            apart = f"{wall / (pages * single / 2):.2f} x half of one after the other"
            goal = f" (goal <= {GOAL} x)" if share == 1 else ""
            print(
                f"{pages} pages: {wall:.1f} s, {apart}{goal}; {cpu:.1f} s CPU, {cpu / (pages * single):.2f} x its CPU"
            )
            print(f"  largest: {own / 1024:.0f} MB the command, {other / 1024:.0f} MB a process of its")


def _draw(environment: dict[str, str], target: Path) -> tuple[float, str]:
    before = perf_counter()
    command = [sys.executable, "-c", MEASURED, "sheets", str(target)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return perf_counter() - before, done.stdout.splitlines()[-1]


def _one_after_another(settings: dict[str, str]) -> float:
    """Make the pages, and time reading and drawing two hundred of them: CPU seconds a page."""
    from sqlalchemy import inspect

    from recorder import create_app, demo
    from recorder.db import db, upgrade
    from recorder.feedback.pdf import render
    from recorder.pages.printed import finished
    from recorder.records.sheets import Sheet

    app = create_app(**settings)
    upgrade(app)
    with app.app_context():
        demo.make(date.today())
        made = db.session.query(Sheet).all()
        copied = [column.key for column in inspect(Sheet).mapper.column_attrs if column.key not in {"key", "id", "seq"}]
        for place in range(PAGES - len(made)):
            values = {name: getattr(made[place % len(made)], name) for name in copied}
            db.session.add(Sheet(id=uuid.uuid4(), seq=100_000 + place, **values))
        db.session.commit()
        keys = [key for (key,) in db.session.query(Sheet.key).limit(200)]
        render(finished(db.session.get_one(Sheet, keys[0])))
        before = process_time()
        for key in keys:
            render(finished(db.session.get_one(Sheet, key)))
        return (process_time() - before) / len(keys)


if __name__ == "__main__":
    run()
