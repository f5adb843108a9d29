"""A log's start in UTC: put right by what the tablet knew of the server's clock, graded by when it knew it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from recorder.measures.tape import clock, read, wall_time

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""When the log of these tests was truly begun."""
YEAR_MS = 365 * 86_400_000


def event(seq: int, t: int, kind: str, **data: object) -> str:
    return json.dumps({"seq": seq, "t": t, "kind": kind, "data": data})


def shown(t: int, behind_ms: int = 0) -> str:
    """What a wall clock that is behind shows at a time of the log."""
    return (START + timedelta(milliseconds=t - behind_ms)).isoformat()


def log(*anchors: tuple[int, int, int | None], opening: int | None = 0, behind_ms: int = 0) -> list[str]:
    """A log of ten minutes: `opening` is the offset that its opening knows (None: none), each anchor a time, how far
    the wall clock is behind then, and the offset that is known (None: none)."""
    first = {} if opening is None else {"offset": {"ms": opening, "error": 20}}
    strings = [event(1, 0, "open", wall=shown(0, behind_ms), **first)]
    told = sorted([*anchors, (600_000, None, None)], key=lambda anchor: anchor[0])
    for t, behind, known in told:
        seq = len(strings) + 1
        more = {} if known is None else {"offset": {"ms": known, "error": 30}}
        strings.append(
            event(seq, t, "end") if behind is None else event(seq, t, "anchor", wall=shown(t, behind), **more)
        )
    return strings


def test_known_before_and_after_is_a() -> None:
    found = clock(read(log((700_000, 0, 0))))
    assert (found.grade, found.started_at, found.error_ms) == ("A", START, 20)


@pytest.mark.parametrize("behind_ms", [-YEAR_MS, -90_000, 3600_000, YEAR_MS])
def test_a_wrong_wall_clock_is_put_right(behind_ms: int) -> None:
    strings = log((600_000, behind_ms, behind_ms), opening=behind_ms, behind_ms=behind_ms)
    found = clock(read(strings))
    assert (found.grade, found.started_at) == ("A", START)


def test_a_wall_clock_that_was_set_in_between_is_still_a() -> None:
    found = clock(read(log((650_000, -5000, -5000), opening=3000, behind_ms=3000)))
    assert (found.grade, found.started_at) == ("A", START)


def test_known_on_one_side_only_is_b() -> None:
    before = clock(read(log((300_000, 0, None), (700_000, 0, None), opening=7, behind_ms=7)))
    after = clock(read(log((700_000, 4000, 4000), opening=None, behind_ms=4000)))
    within = clock(read(log((300_000, 0, 0), (599_999, 0, 0))))
    assert (before.grade, before.started_at, before.error_ms) == ("B", START, 20)
    assert (after.grade, after.started_at, after.error_ms) == ("B", START, 30)
    assert within.grade == "B", "not known after its end"


def test_known_never_is_c_by_the_wall_clock() -> None:
    found = clock(read(log((300_000, 0, None), opening=None, behind_ms=4000)))
    assert (found.grade, found.started_at, found.error_ms) == ("C", START - timedelta(seconds=4), None)


def test_a_tablet_that_slept_in_between_is_b_by_its_start() -> None:
    slept = log((700_000, -60_000, 0))  # its t stood still for a minute: the true time went on
    found = clock(read(slept))
    assert (found.grade, found.started_at) == ("B", START)


@pytest.mark.parametrize(("apart", "grade"), [(334, "A"), (336, "B"), (-334, "A"), (-336, "B")])
def test_how_far_two_marks_may_lie_apart(apart: int, grade: str) -> None:
    """250 ms, the errors of 20 and 30 ms, and 35 ms that a quartz clock may lose in 700 s."""
    assert clock(read(log((700_000, 0, apart)))).grade == grade


def test_a_log_that_has_not_ended_is_not_a() -> None:
    strings = [one for one in log((700_000, 0, 0)) if '"end"' not in one]
    strings[-1] = strings[-1].replace('"seq": 3', '"seq": 2')
    assert clock(read(strings)).grade == "B"


def test_the_time_of_a_video_is_no_time_of_day() -> None:
    strings = log((700_000, 0, 0))
    strings[0] = strings[0].replace('"data": {', '"data": {"clock": "video", ')
    assert clock(read(strings)).grade == "B"


def test_an_old_measurement_is_less_sure() -> None:
    opening = event(1, 0, "open", wall=shown(0), offset={"ms": 0, "error": 20, "age": 3_600_000})
    assert clock(read([opening])).error_ms == 200


@pytest.mark.parametrize(
    "wrong",
    [7, [], {}, {"ms": 1}, {"ms": 1.5, "error": 1}, {"ms": True, "error": 1}, {"ms": 1, "error": -1},
     {"ms": 10**17, "error": 1}, {"ms": 1, "error": "1"}, {"ms": 1, "error": 1, "age": -1},
     {"ms": 1, "error": 1, "age": None}],
)  # fmt: skip
def test_an_offset_that_cannot_be_meant_is_none(wrong: object) -> None:
    found = clock(read([event(1, 0, "open", wall=shown(0), offset=wrong)]))
    assert (found.grade, found.started_at) == ("C", START)


@pytest.mark.parametrize("wall", [None, 7, "yesterday", "2026-03-02T15:00:00", "9999-12-31T23:59:59Z"])
def test_without_a_wall_time_there_is_no_start(wall: object) -> None:
    assert wall_time({"wall": wall, "offset": {"ms": 86_400_000, "error": 1}}) is None
    assert clock(read([event(1, 0, "open", wall=wall, offset={"ms": 86_400_000, "error": 1})])) is None
