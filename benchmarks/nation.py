"""Does the work of a manager cost more at 10^7 events than at 10^5, with as many families?

Two databases of five programmes and 20,000 families, one with 500 observations of 200 events, one with 50,000, made by
`recorder.demo.nation` (some minutes; `python benchmarks/nation.py FOLDER` keeps and reuses them). Both sides interleave
in one run; medians. Whole requests through the application, from the cookie to the bytes.

- the manager's pages (goal <= 2 x)
- the national median from cells against nearest rank over all answers of all logs (goal within 5 ms)
- ingest of one observation (goal <= 1.25 x)
- making everything again from the logs, a second; the size of the database beside the bytes that tablets sent
- rows of an export a second beside `sqlite3 -csv` of as many rows
- a full page against Flask's hello in CPU (goal <= 12 x), and memory after 1,000 requests
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

ROUNDS = 15
PAGES = ("/programme/", "/week/", "/programme/work/")
SECRETS = {"SECRET_KEY": "benchmark", "MASTER_KEY": "5e" * 32, "SECOND_FACTOR": ""}


def run() -> None:
    """Make both databases, and print what was measured."""
    kept = Path(sys.argv[-1]) if len(sys.argv) > 1 and Path(sys.argv[-1]).is_dir() else None
    with tempfile.TemporaryDirectory() as made:
        folder = kept or Path(made)
        apps = {events: _app(folder / f"{observations}.sqlite", observations)
                for events, observations in ((10**5, 500), (10**7, 50_000))}  # fmt: skip
        _pages(apps)
        _quantiles(apps[10**7])
        _ingest(apps)
        _hello(apps[10**7])
        _rows(apps[10**7])
        _again(apps[10**5])
        _size(folder / "50000.sqlite", apps[10**7])


def _app(path: Path, observations: int) -> Any:
    from recorder import create_app
    from recorder.db import db, upgrade
    from recorder.demo import nation

    app = create_app(DATABASE_URL=f"sqlite:///{path}", **SECRETS)
    upgrade(app)
    with app.app_context():
        if not nation.exists():
            start = time.perf_counter()
            nation.make(date.today(), nation.Size(5, 20_000, observations))
            print(f"made {observations:,} observations in {time.perf_counter() - start:.0f} s", flush=True)
        db.session.remove()
    return app


def _client(app: Any, sign_in: str) -> Any:
    from recorder.demo import PASSWORD

    client = app.test_client()
    token = (
        client.get("/sign-in").get_data(as_text=True).split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    )
    answer = client.post("/sign-in", data={"csrf_token": token, "sign_in": sign_in, "password": PASSWORD})
    assert answer.status_code == 302, answer.status
    return client


def _timed(calls: dict[Any, Callable[[], Any]], rounds: int = ROUNDS, cpu: bool = False) -> dict[Any, float]:
    """The median time in ms of each call, interleaved, after one round that is not counted."""
    clock = time.process_time if cpu else time.perf_counter
    taken: dict[Any, list[float]] = {name: [] for name in calls}
    for number in range(rounds + 1):
        for name, call in calls.items():
            start = clock()
            call()
            if number:
                taken[name].append((clock() - start) * 1000)
    return {name: statistics.median(values) for name, values in taken.items()}


def _pages(apps: dict[int, Any]) -> None:
    clients = {events: _client(app, "auditor-0") for events, app in apps.items()}
    for path in PAGES:
        for client in clients.values():
            assert client.get(path).status_code == 200
        found = _timed(
            {events: lambda client=client, path=path: client.get(path).data for events, client in clients.items()}
        )
        small, large = found[10**5], found[10**7]
        print(f"{path}: {small:.0f} ms at 10^5, {large:.0f} ms at 10^7: {large / small:.2f} x (goal 2 x)", flush=True)


def _quantiles(app: Any) -> None:
    from sqlalchemy import select

    from recorder.db import db
    from recorder.programme.group_figures import merged, time_until
    from recorder.records.cells import SITE
    from recorder.records.observations import Cell, StoredFigures

    with app.app_context():
        answers = sorted(
            pair["latency_ms"]
            for document in db.session.scalars(select(StoredFigures.figures).execution_options(yield_per=500))
            for pair in document["pairs"]
            if pair["in_rate"] and pair["status"] == "answered"
        )
        histogram = merged(db.session.scalars(select(Cell.histogram).where(Cell.grain == SITE)))
        for share in (0.5, 0.9):
            true = answers[max(0, round(share * len(answers)) - 1)]
            ours = time_until(histogram, share * len(answers))
            print(f"national {share:.0%} of {len(answers):,} answers: cells {ours or 0:.1f} ms, nearest rank {true} ms "
                  f"(goal within 5 ms)", flush=True)  # fmt: skip
        db.session.remove()


def _ingest(apps: dict[int, Any]) -> None:
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
    from people import make_people
    from sqlalchemy import select
    from tablet import TabletLog, opening

    from recorder import ingest
    from recorder.db import db, uuid7
    from recorder.records.people import Account, Programme

    def one(app: Any, people: Any) -> Callable[[], None]:
        def take() -> None:
            with app.app_context():
                log = TabletLog()
                log.add("open", data=opening(people, visit=str(uuid7())))
                for number in range(197):
                    log.add("tap", "VOC" if number % 2 == 0 else "TALK", after_ms=1500)
                log.add("end", after_ms=1000)
                log.add("close")
                account = db.session.get_one(Account, people.accounts["ana"])
                ingest.take(account, ingest.delivery(log.id, log.strings))

        return take

    calls = {}
    for events, app in apps.items():
        with app.app_context():
            if db.session.scalar(select(Programme.id).where(Programme.name == "First Steps")) is not None:
                print("ingest was timed on these databases before; make them anew to time it again")
                return
            calls[events] = one(app, make_people())
    found = _timed(calls, rounds=40)
    small, large = found[10**5], found[10**7]
    print(f"ingest of 200 events: {small:.2f} ms at 10^5, {large:.2f} ms at 10^7: {large / small:.2f} x (goal 1.25 x)")


def _hello(app: Any) -> None:
    import flask

    hello = flask.Flask("hello")
    hello.add_url_rule("/", view_func=lambda: "Hello")
    ours, theirs = _client(app, "visitor-0-0"), hello.test_client()
    found = _timed({"page": lambda: ours.get("/families/").data, "visits": lambda: ours.get("/visits/").data,
                    "hello": lambda: [theirs.get("/") for _ in range(20)]}, rounds=30, cpu=True)  # fmt: skip
    each = found["hello"] / 20
    for name, words in (("visits", "a visitor's visits of two months"), ("page", "a visitor's 25 families")):
        print(f"{words}: {found[name]:.1f} ms CPU, hello {each:.2f} ms: {found[name] / each:.0f} x (goal 12 x)")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(1_000):
        ours.get("/families/").data  # noqa: B018
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"memory of this process at its peak: {after / 1024:.0f} MB, {(after - before) / 1024:.0f} MB more after "
          "1,000 requests", flush=True)  # fmt: skip


def _rows(app: Any) -> None:
    import sqlite3

    from recorder.db import db
    from recorder.demo.households import known_id
    from recorder.programme.package import Package, csv_of
    from recorder.programme.rollup import Period, Selection, month_of, months_before

    with app.app_context(), tempfile.TemporaryDirectory() as folder:
        today = date.today()
        month = month_of(today)
        package = Package(Selection(known_id("nation", 0), Period(months_before(month, 23), month), None, today))
        for table in ("visits", "observations", "events"):
            start, number = time.perf_counter(), 0
            lines = []
            for number, line in enumerate(csv_of(package, table)):
                if number < 200_000:
                    lines.append(line)
                if time.perf_counter() - start > 30:
                    break
            ours = number / (time.perf_counter() - start)
            path = Path(folder) / f"{table}.sqlite"
            rows = [line.rstrip().split(",") for line in lines]
            width = len(rows[0])
            raw = sqlite3.connect(path)
            raw.execute(f"CREATE TABLE t ({', '.join(f'c{place}' for place in range(width))})")
            raw.executemany(
                f"INSERT INTO t VALUES ({', '.join('?' * width)})", [row for row in rows if len(row) == width]
            )
            raw.commit()
            raw.close()
            start = time.perf_counter()
            try:
                subprocess.run(["sqlite3", "-csv", path, "SELECT * FROM t"], check=True, stdout=subprocess.DEVNULL)
                theirs = f"{len(rows) / (time.perf_counter() - start):,.0f}"
            except FileNotFoundError:
                theirs = "not installed"
            print(f"export of {table}: {ours:,.0f} rows/s; sqlite3 -csv of a flat table: {theirs} rows/s", flush=True)
        db.session.remove()


def _again(app: Any) -> None:
    from recorder.db import db
    from recorder.ingest import rebuild

    with app.app_context():
        start = time.perf_counter()
        made = sum(step.made for step in rebuild.rebuild())
        each = (time.perf_counter() - start) / made
        print(f"made again from the logs: {1 / each:,.0f} logs/s, {200 / each:,.0f} events/s", flush=True)
        db.session.remove()


def _size(path: Path, app: Any) -> None:
    from sqlalchemy import func, select

    from recorder.db import db
    from recorder.ingest import strings
    from recorder.records.observations import Log, Segment

    with app.app_context():
        logs = db.session.scalars(select(Log).order_by(Log.key).limit(50)).all()
        each = statistics.fmean(sum(len(event) for event in strings(log)) for log in logs)
        count = db.session.scalar(select(func.count()).select_from(Segment)) or 0
        body = db.session.scalar(select(func.sum(func.length(Segment.body)))) or 0
        sent = each * count
        size = path.stat().st_size
        print(f"database {size / 1e6:,.0f} MB, its segments {body / 1e6:,.0f} MB, sent as JSON {sent / 1e6:,.0f} MB: "
              f"{size / sent:.2f} x and {body / sent:.2f} x (goal 0.1 x)")  # fmt: skip
        db.session.remove()


if __name__ == "__main__":
    run()
