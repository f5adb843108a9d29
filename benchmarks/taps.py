"""How long from the finger to the disk, against the time to the next painted frame, on slower and slower tablets?

The real Chromium against a real server: a tap's `timeStamp` is when the finger touched; "durable" is when its dot
turns solid on the screen (after a strict transaction with the sealed row), "frame" when the first frame after the tap
has been painted. CPU throttled 1, 4 and 6 times; the profile lies on this machine's disk.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

TAPS = 120
BETWEEN_MS = 260  # a second touch within 250 ms is no tap
RATES = (1, 4, 6)

WATCH = """() => {
    window.times = [];
    const started = new Map();
    document.querySelector('.pads').addEventListener('pointerdown', (event) => {
        const tap = { at: event.timeStamp };
        window.times.push(tap);
        requestAnimationFrame(() => {
            const painted = new MessageChannel();
            painted.port1.onmessage = () => (tap.frame = performance.now() - tap.at);
            painted.port2.postMessage(null);
        });
        started.set(window.times.length, tap);
    }, { capture: true });
    let solid = 0;
    new MutationObserver(() => {
        const stored = document.querySelectorAll('.step[data-stored=true]').length;
        for (; solid < stored; solid++) {
            const tap = window.times[solid];
            if (tap) tap.durable = performance.now() - tap.at;
        }
    }).observe(document.querySelector('.tape'), { subtree: true, childList: true, attributes: true });
}"""


def run() -> None:
    """Print the medians and the 99th percentiles at each rate."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
    import machine
    from installation import SECRETS
    from people import make_people
    from playwright.sync_api import sync_playwright
    from waitress import create_server

    from recorder import create_app
    from recorder.db import db, upgrade

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(DATABASE_URL=f"sqlite:///{folder}/recorder.sqlite", **SECRETS)
        upgrade(app)
        with app.app_context():
            make_people()
        server: Any = create_server(app, host="127.0.0.1", port=0, threads=4, ident=None)
        thread = threading.Thread(target=server.run)
        thread.start()
        with sync_playwright() as playwright:
            for rate in RATES:
                browser = playwright.chromium.launch_persistent_context(
                    f"{folder}/profile-{rate}",
                    executable_path=machine.chromium(),
                    base_url=f"http://127.0.0.1:{server.effective_port}",
                    viewport={"width": 1024, "height": 768},
                )
                print(said(rate, times(browser, rate)), flush=True)
                browser.close()
        server.close()
        server.task_dispatcher.shutdown()
        thread.join()
        with app.app_context():
            db.engine.dispose()


def times(browser: Any, rate: int) -> list[dict[str, float]]:
    """What was measured of each tap, in ms."""
    from shell import press, sign_in

    page = browser.pages[0]
    sign_in(page)
    page.get_by_role("button", name="Open Mia").click()
    press(page, "observe")
    press(page, "begin")
    page.locator(".pads").wait_for()
    page.evaluate(WATCH)
    browser.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": rate})
    boxes = [page.locator(f".pad[data-code={code}]").bounding_box() for code in ("VOC", "TALK", "LOOK")]
    for tap in range(TAPS):
        box = boxes[tap % len(boxes)]
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(BETWEEN_MS)
    page.wait_for_timeout(2000)
    found: list[dict[str, float]] = page.evaluate("() => window.times")
    assert len(found) == TAPS and all("durable" in tap for tap in found), "every tap is kept"
    return found[10:]


def said(rate: int, found: list[dict[str, float]]) -> str:
    """One line: medians, 99th percentiles and their ratios."""
    durable, frame = ([tap[name] for tap in found] for name in ("durable", "frame"))
    (d50, d99), (f50, f99) = ((statistics.median(times), hundredths(times)) for times in (durable, frame))
    return (
        f"taps at {rate} x slower: durable p50 {d50:.0f} p99 {d99:.0f} ms, frame p50 {f50:.0f} p99 {f99:.0f} ms: "
        f"{d50 / f50:.2f} and {d99 / f99:.2f} x a frame (goal 1.5 and 2)"
    )


def hundredths(values: list[float]) -> float:
    """The 99th percentile."""
    return statistics.quantiles(values, n=100, method="inclusive")[98]
