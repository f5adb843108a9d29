"""Values by visit: a dot with its interval and n, a ring, a gap, a mark; on the whole scale, never joined."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from recorder.charts import dots
from recorder.charts.dots import Dot, Dots, Mark
from recorder.charts.pen import SvgPen


def drawn(*visits: Dot, marks: tuple[Mark, ...] = (), low: float = 0, high: float = 1) -> ElementTree.Element:
    pen = SvgPen("dots", dots.WIDTH, dots.HEIGHT, "t", "d")
    ticks = ((low, "low"), ((low + high) / 2, "middle"), (high, "high"))
    dots.draw(Dots(visits, low, high, ticks, "cues", marks), pen)
    return ElementTree.fromstring(pen.__html__())


def marked(svg: ElementTree.Element, role: str) -> list[ElementTree.Element]:
    return [element for element in svg if element.get("class") == f"chart__{role}"]


FIRM = Dot("Mar 1", 0.5, (0.25, 0.75), "12", "Mar 1: 6 of 12")
FEW = Dot("Mar 8", 1.0, None, "2", firm=False)
NONE = Dot("Mar 15", None, None, "0")


def test_a_dot_stands_on_its_value_and_its_line_reaches_over_its_interval() -> None:
    svg = drawn(FIRM)
    (dot,), (line,) = marked(svg, "rate"), marked(svg, "whisker")
    bottom, middle, top = (float(tick.get("y1")) for tick in marked(svg, "grid"))
    assert float(dot.get("cy")) == middle and dot.find("title").text == "Mar 1: 6 of 12"
    assert (float(line.get("y1")), float(line.get("y2"))) == ((top + middle) / 2, (bottom + middle) / 2)


def test_too_little_is_a_ring_without_a_line_and_nothing_is_a_gap() -> None:
    svg = drawn(FIRM, FEW, NONE)
    assert (len(marked(svg, "rate")), len(marked(svg, "few")), len(marked(svg, "whisker"))) == (1, 1, 1)
    assert [text.text for text in marked(svg, "tick")][4:] == ["Mar 1", "12", "Mar 8", "2", "Mar 15", "0"]


def test_dots_are_never_joined() -> None:
    assert marked(drawn(*[FIRM] * 9), "path") == []


@pytest.mark.parametrize(("value", "share"), [(1, 0.0), (4, 0.5), (7, 1.0)])
def test_a_rating_stands_on_its_whole_scale(value: float, share: float) -> None:
    svg = drawn(Dot("Mar 1", value, None, "4"), low=1, high=7)
    bottom, _, top = (float(tick.get("y1")) for tick in marked(svg, "grid"))
    assert float(marked(svg, "rate")[0].get("cy")) == pytest.approx(bottom + share * (top - bottom))


def test_marks_stand_between_the_visits_that_they_lie_between() -> None:
    marks = (Mark(0, "A"), Mark(1, "B"), Mark(1, "C"), Mark(2, "D"))
    svg = drawn(FIRM, FIRM, marks=marks)
    first, second = (float(dot.get("cx")) for dot in marked(svg, "rate"))
    before, one, other, after = (float(line.get("x1")) for line in marked(svg, "mark"))
    assert before < first < one < other < second < after <= dots.WIDTH
    assert [text.text for text in marked(svg, "label")] == list("ABCD")


def test_a_hundred_visits_keep_apart_and_name_every_tenth() -> None:
    svg = drawn(*[FIRM] * 100)
    places = [float(dot.get("cx")) for dot in marked(svg, "rate")]
    radius = float(marked(svg, "rate")[0].get("r"))
    assert all(other - one >= 2 * radius - 0.02 for one, other in zip(places, places[1:], strict=False))
    assert [text.text for text in marked(svg, "tick")].count("Mar 1") == 10
