"""A picture in a page: named, described, and without a single style."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from recorder.charts.pen import SvgPen


def every_stroke() -> SvgPen:
    pen = SvgPen("all", 100, 50, "Every <stroke>", 'All of "them" & more')
    pen.line((0, 0), (10, 10), "axis")
    pen.curve((0, 0), (5, 5.123), (10, 0), "arc")
    pen.path([(0, 0), (1, 1), (2, 0)], "path")
    pen.bar((1, 2), 3, 4, "interval", "0.2 to 0.4")
    pen.dot((5, 5), 2, "cue", "0:05 <script>")
    pen.words((5, 5), "50 % & more", "tick", "end")
    return pen


def test_a_picture_is_well_formed_and_escapes_what_it_says() -> None:
    svg = ElementTree.fromstring(every_stroke().__html__())
    assert [child.tag for child in svg] == [
        "title", "desc", "line", "path", "polyline", "rect", "circle", "text"
    ]  # fmt: skip
    assert svg.find("title").text == "Every <stroke>"
    assert svg.find("circle/title").text == "0:05 <script>"
    assert svg.find("text").text == "50 % & more"


def test_a_picture_has_a_name_and_a_description_with_ids_of_its_own() -> None:
    svg = ElementTree.fromstring(every_stroke().__html__())
    assert svg.get("role") == "img"
    ids = svg.get("aria-labelledby").split()
    assert ids == [svg.find("title").get("id"), svg.find("desc").get("id")] == ["all-title", "all-desc"]


def test_nothing_is_styled_in_line() -> None:
    svg = ElementTree.fromstring(every_stroke().__html__())
    for element in svg.iter():
        assert not {"style", "fill", "stroke", "onclick"} & set(element.attrib)
    assert all(stroke.get("class").startswith("chart__") for stroke in svg if stroke.tag not in {"title", "desc"})
