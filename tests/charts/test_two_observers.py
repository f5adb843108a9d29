"""What both coded around a moment: near events are drawn, far ones are not, and no word lies on another."""

from __future__ import annotations

import re

from recorder.charts.pen import SvgPen
from recorder.charts.two_observers import HEIGHT, SPAN_MS, WIDTH, Mark, Moment, draw


def drawn(moment: Moment) -> str:
    pen = SvgPen("m", WIDTH, HEIGHT, "A moment", "Two lanes")
    draw(moment, pen)
    return pen.__html__()


def test_near_events_are_drawn_linked_and_the_moment_is_ringed() -> None:
    first = [Mark(60_000, "Sound", about=True), Mark(63_000, "Answers"), Mark(60_000 + SPAN_MS + 1, "Far")]
    svg = drawn(Moment(60_000, ("Ana", "Ben"), first, [Mark(63_400, "Answers")], [(1, 0)]))
    assert svg.count("chart__ring") == 1 and svg.count("chart__arc") == 1
    assert ">Sound<" in svg and svg.count(">Answers<") == 2 and "Far" not in svg
    assert ">Ana<" in svg and ">Ben<" in svg and "<title>1:03 Answers</title>" in svg
    x = float(re.search(r'chart__ring" cx="([\d.]+)"', svg).group(1))  # type: ignore[union-attr]
    assert x == WIDTH / 2


def test_a_link_to_what_is_not_drawn_is_not_drawn_either() -> None:
    far = Mark(60_000 + SPAN_MS + 500, "Far")
    assert "chart__arc" not in drawn(Moment(60_000, ("A", "B"), [Mark(69_000, "Near")], [far], [(0, 0)]))


def test_words_of_near_events_stand_in_rows_and_within_the_picture() -> None:
    marks = [Mark(60_000 + 100 * n, f"A long word {n}") for n in range(6)] + [Mark(50_000, "At the very edge of it")]
    svg = drawn(Moment(60_000, ("A", "B"), marks, []))
    words = re.findall(r'x="([\d.]+)" y="([\d.]+)" text-anchor="middle">(A long word \d|At the very edge of it)<', svg)
    assert len(words) == 4, "a word without room is left to the dot's own title and the table"
    assert len({y for _, y, word in words if word.startswith("A long")}) == 3
    assert svg.count("chart__response") == 7
    edge = next(float(x) for x, _, word in words if word.startswith("At"))
    assert edge > 80


def test_no_time_before_the_start_is_named() -> None:
    assert "-" not in "".join(re.findall(r'chart__tick"[^>]*>([^<]*)<', drawn(Moment(3000, ("A", "B"), [], []))))
