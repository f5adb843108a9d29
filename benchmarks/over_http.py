"""How fast does `recorder serve` take observations of 200 events, against raw sqlite3 storing the same events as rows?

Wall time of a client on the same machine, rounds interleaved in one run, medians; and the CPU time of the server, which
a busy machine does not change. An enrolled tablet sends its rows sealed, one log a batch; a batch may bring ten. Raw
is sqlite3's executemany in one transaction an observation, as durable (WAL, synchronous FULL). Then eight tablets at
once, and another client's page while ten uploads come in slowly.
"""

from __future__ import annotations

import http.client
import socket
import statistics
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path

from ingest import reference, store_rows
from served import EVENTS, MOST_POSTS, Served, Tablet, quantile, timed, together

ROUNDS = 12
A_POST = 10
GOALS = {10: 0.8, 1: 0.35}
TABLETS, POSTS = 8, 25
SLOW, PAGES = 10, 60


def run() -> None:
    """Print the three comparisons."""
    with Served() as served:
        _against_rows(served)
        _eight_at_once(served)
        _slow_uploads(served)


def _against_rows(served: Served) -> None:
    spent: dict[object, list[float]] = defaultdict(list)
    cpu: dict[object, float] = defaultdict(float)
    with tempfile.TemporaryDirectory() as folder:
        raw = reference(Path(folder) / "raw.sqlite")
        for turn in range(ROUNDS + 1):
            logs = [served.observation() for _ in range(A_POST)]
            rows = [timed(lambda log=log: store_rows(raw, log.id, log.strings)) for log in logs]
            spent["raw"] += rows if turn else []
            for sealed in (False, True):
                for each in (A_POST, 1):
                    used, took = _sent(served, served.tablet(), each, sealed)
                    if turn:  # the first round warms up
                        cpu[sealed, each] += used
                        spent[sealed, each].append(took)
    theirs = statistics.median(spent["raw"])
    print(f"{ROUNDS} rounds of {A_POST} observations of {EVENTS} events; raw rows {theirs:.2f} ms an observation")
    for (sealed, each), seconds in cpu.items():
        ours, used = statistics.median(spent[sealed, each]), 1000 * seconds / ROUNDS / A_POST
        print(
            f"{'sealed' if sealed else 'plain'}, {each} a POST: {ours:.2f} ms an observation ({used:.2f} ms CPU of the "
            f"server): {theirs / ours:.2f} x raw (goal {GOALS[each]} x)"
        )


def _sent(served: Served, tablet: Tablet, each: int, sealed: bool) -> tuple[float, float]:
    """Send ten observations, so many a POST: the server's CPU seconds, and wall milliseconds an observation."""
    logs = [served.observation() for _ in range(A_POST)]
    bodies = [tablet.batch(logs[at : at + each], sealed=sealed) for at in range(0, A_POST, each)]
    tablet.call("GET", "hello")  # connected
    before = served.cpu_seconds()
    took = sum(timed(lambda body=body: tablet.send(body)) for body in bodies)
    return served.cpu_seconds() - before, took / A_POST


def _eight_at_once(served: Served) -> None:
    assert POSTS <= MOST_POSTS
    tablets = [served.tablet() for _ in range(TABLETS)]
    bodies = {tablet: [tablet.batch([served.observation()]) for _ in range(POSTS)] for tablet in tablets}

    def send(tablet: Tablet) -> list[float]:
        return [timed(lambda body=body: tablet.send(body)) for body in bodies[tablet]]

    times = [ms for tablet in together(send, tablets) for ms in tablet]
    p50, p99 = quantile(times, 0.5), quantile(times, 0.99)
    print(
        f"{TABLETS} tablets at once, {POSTS} sealed observations each, no error: p50 {p50:.0f} ms, p99 {p99:.0f} ms: "
        f"{p99 / p50:.1f} x (goal 4 x)"
    )


def _slow_uploads(served: Served) -> None:
    alone: list[float] = []
    beside: list[float] = []
    client = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)

    def page() -> None:
        client.request("GET", "/sign-in")
        assert client.getresponse().read()

    for _ in range(2):
        alone += [timed(page) for _ in range(PAGES)]
        done = threading.Event()
        uploads = [threading.Thread(target=_upload, args=(served.port, done)) for _ in range(SLOW)]
        for upload in uploads:
            upload.start()
        time.sleep(0.2)
        beside += [timed(page) for _ in range(PAGES)]
        done.set()
        for upload in uploads:
            upload.join()
    ratio = statistics.median(beside) / statistics.median(alone)
    print(
        f"another client's page with {SLOW} slow uploads: median {statistics.median(beside):.1f} ms, alone "
        f"{statistics.median(alone):.1f} ms: {ratio:.2f} x (goal 1.5 x)"
    )


def _upload(port: int, done: threading.Event) -> None:
    """A batch that comes in a hundred bytes at a time, ten times a second."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(
            b"POST /api/v1/sync/events HTTP/1.1\r\nHost: a\r\nX-Recorder: 1\r\nContent-Length: 200000\r\n\r\n"
        )
        while not done.wait(0.1):
            connection.sendall(b"x" * 100)


if __name__ == "__main__":
    run()
