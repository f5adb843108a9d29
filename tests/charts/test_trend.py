"""Rate by month: an interval, a ring where there are too few visits, a gap where there is nothing."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from recorder.charts import trend
from recorder.charts.pen import SvgPen
from recorder.charts.trend import Month, Trend


def drawn(*months: Month) -> ElementTree.Element:
    pen = SvgPen("trend", trend.WIDTH, trend.HEIGHT, "t", "d")
    trend.draw(Trend(months, ((0.0, "0%"), (0.5, "50%"), (1.0, "100%")), "visits"), pen)
    return ElementTree.fromstring(pen.__html__())


def marked(svg: ElementTree.Element, role: str) -> list[ElementTree.Element]:
    return [element for element in svg if element.get("class") == f"chart__{role}"]


FIRM = Month("Jan", "2026", 0.5, (0.25, 0.75), 6)
FEW = Month("Feb", "", 1.0, None, 2)
NONE = Month("Mar", "", None, None, 0)


def test_a_bar_reaches_from_the_lower_to_the_upper_end_of_the_interval() -> None:
    svg = drawn(FIRM)
    bar, dot, lines = marked(svg, "interval")[0], marked(svg, "rate")[0], marked(svg, "grid")
    bottom, middle, top = (float(line.get("y1")) for line in lines)
    assert float(dot.get("cy")) == middle
    assert float(bar.get("y")) == (top + middle) / 2
    assert float(bar.get("height")) == (bottom - top) / 2


def test_too_few_visits_is_a_ring_and_nothing_is_a_gap() -> None:
    svg = drawn(FIRM, FEW, NONE)
    assert len(marked(svg, "rate")) == len(marked(svg, "few")) == len(marked(svg, "interval")) == 1


def test_only_neighbours_that_can_be_compared_are_joined() -> None:
    assert len(marked(drawn(FIRM, FIRM), "path")) == 1
    assert marked(drawn(FIRM, FEW, FIRM, NONE, FIRM), "path") == []
    assert marked(drawn(FIRM, Month("Apr", "", 0.4, (0.1, 0.9), 3, comparable=False)), "path") == []
    assert [len(path.get("points").split()) for path in marked(drawn(FIRM, FIRM, NONE, FIRM, FIRM, FIRM), "path")] == [
        2,
        3,
    ]


def test_every_month_has_its_name_and_its_number_of_visits_below() -> None:
    words = [text.text for text in marked(drawn(FIRM, FEW), "tick")]
    assert words == ["0%", "50%", "100%", "visits", "Jan", "2026", "6", "Feb", None, "2"]


def test_many_months_name_every_second_or_third() -> None:
    words = [text.text for text in marked(drawn(*[FIRM] * 36), "tick")]
    assert words.count("Jan") == 12


def test_no_month_is_an_empty_frame() -> None:
    assert len(marked(drawn(), "grid")) == 3
