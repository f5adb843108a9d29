"""The time line of an observation: every cue a dot, every answer an arc, no blame for the rest."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from recorder.charts import back_and_forth
from recorder.charts.back_and_forth import BackAndForth, Gap, Turn
from recorder.charts.pen import SvgPen


def drawn(values: BackAndForth) -> ElementTree.Element:
    pen = SvgPen("line", back_and_forth.WIDTH, back_and_forth.height(values.duration_ms), "t", "d")
    back_and_forth.draw(values, pen)
    return ElementTree.fromstring(pen.__html__())


def marked(svg: ElementTree.Element, role: str) -> list[ElementTree.Element]:
    return [element for element in svg if element.get("class") == f"chart__{role}"]


VALUES = BackAndForth(
    duration_ms=300_000,
    child="Mia",
    caregiver="Luis",
    turns=(
        Turn(12_000, "Sound", response_ms=14_000, response="Answers"),
        Turn(80_000, "Upset", distress=True, response_ms=84_000, response="Comforts"),
        Turn(165_000, "Looks"),
    ),
)


def test_every_cue_is_a_dot_and_every_answer_a_dot_and_an_arc() -> None:
    svg = drawn(VALUES)
    assert [dot.find("title").text for dot in marked(svg, "cue")] == ["0:12 Sound", "1:20 Upset", "2:45 Looks"]
    assert [dot.find("title").text for dot in marked(svg, "response")] == ["0:14 Answers", "1:24 Comforts"]
    assert len(marked(svg, "arc")) == 2
    assert len(marked(svg, "ring")) == 1, "distress has a shape of its own, not a colour"


def test_rows_of_two_minutes_follow_below_each_other() -> None:
    svg = drawn(VALUES)
    assert svg.get("viewBox") == "0 0 720 312"
    first, _, third = marked(svg, "cue")
    assert float(third.get("cy")) - float(first.get("cy")) == back_and_forth.ROW_HEIGHT
    assert len(marked(svg, "lane")) == 6
    ticks = [tick.text for tick in marked(svg, "tick")]
    assert ticks == ["0:00", "0:30", "1:00", "1:30", "2:00", "2:30", "3:00", "3:30", "4:00", "4:30", "5:00"]


def test_a_later_moment_lies_further_along_its_row() -> None:
    svg = drawn(VALUES)
    first, second, third = (float(dot.get("cx")) for dot in marked(svg, "cue"))
    assert second > first
    assert third == (45 / 120) * (720 - 96 - 16) + 96


def test_an_answer_after_a_rows_end_stays_inside_the_picture() -> None:
    svg = drawn(BackAndForth(240_000, (Turn(119_000, "Sound", response_ms=124_000, response="Answers"),), "C", "G"))
    assert float(marked(svg, "response")[0].get("cx")) <= back_and_forth.WIDTH


def test_an_observation_without_a_cue_is_two_quiet_lanes() -> None:
    svg = drawn(BackAndForth(1, (), "C", "G"))
    assert len(marked(svg, "lane")) == 2
    assert not marked(svg, "cue")


def test_what_was_not_seen_is_a_field_over_both_lanes_in_every_row_it_reaches() -> None:
    gaps = (Gap(30_000, 60_000, "out of view"), Gap(110_000, 130_000, "paused"))
    svg = drawn(BackAndForth(240_000, (), "Mia", "Luis", gaps))
    first, before, after = marked(svg, "unseen")
    assert first.find("title").text == "0:30 out of view 1:00"
    lanes = [float(lane.get("y1")) for lane in marked(svg, "lane")]
    top, bottom = float(first.get("y")), float(first.get("y")) + float(first.get("height"))
    assert top < lanes[0] < lanes[1] < bottom
    a_quarter = (back_and_forth.WIDTH - back_and_forth.LEFT - back_and_forth.RIGHT) / 4
    assert float(first.get("width")) == a_quarter
    assert float(before.get("x")) + float(before.get("width")) == back_and_forth.WIDTH - back_and_forth.RIGHT
    assert float(after.get("x")) == back_and_forth.LEFT and float(after.get("y")) > float(before.get("y"))
