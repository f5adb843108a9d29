"""The pen for paper: the same picture as on the screen, upright, in ink that a grey printer shows."""

from __future__ import annotations

import re

import pytest

from recorder.charts import back_and_forth
from recorder.charts.back_and_forth import BackAndForth, Turn
from recorder.charts.pdf_pen import INKS, PLAIN, PdfPen


class Paper:
    """Takes what a canvas takes."""

    def __init__(self) -> None:
        self._code: list[str] = []
        self.said: list[tuple] = []

    def write(self, *words: object) -> None:
        self.said.append(words)


def drawn(is_mirrored: bool = False, accent: str = "#14535a") -> Paper:
    paper = Paper()
    values = BackAndForth(60_000, (Turn(30_000, "", True, 33_000),), "Mia", "You")
    pen = PdfPen(paper, 50, 700, back_and_forth.WIDTH, 104, 0.5, paper.write, is_mirrored, accent)
    back_and_forth.draw(values, pen)
    return paper


def places(code: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+) (?=m|l|c|[\d.]+ [\d.]+ )", code)]


def test_the_child_is_above_the_caregiver_and_all_is_inside_the_picture() -> None:
    paper = drawn()
    names = {text: place for place, text, *_ in paper.said}
    assert names["Mia"][1] > names["You"][1]
    inside = [place for code in paper._code for place in places(code)]
    assert inside and all(50 <= x <= 50 + 360 and 648 <= y <= 700 for x, y in inside)


def test_time_runs_the_other_way_for_those_who_read_from_the_right() -> None:
    left, right = ({text: place[0] for place, text, *_ in drawn(way).said} for way in (False, True))
    assert left["0:00"] < left["1:00"] and right["0:00"] > right["1:00"]
    assert left["0:00"] - 50 == pytest.approx(50 + 360 - right["0:00"])
    anchors = {text: anchor for _, text, _, _, anchor, _ in drawn(True).said}
    assert (anchors["Mia"], anchors["0:00"]) == ("end", "middle")


def test_a_quadratic_curve_becomes_the_cubic_one_that_is_the_same() -> None:
    paper = Paper()
    PdfPen(paper, 0, 0, 100, 100, 1, paper.write).curve((0, 0), (30, -60), (90, 0), "arc")
    assert "0.00 0.00 m 20.00 40.00 50.00 40.00 90.00 0.00 c" in paper._code[0].replace("-0.00", "0.00")


def test_cue_and_answer_differ_by_shape_and_no_ink_is_red() -> None:
    assert INKS["cue"].fill == INKS["cue"].stroke and INKS["response"].fill == "#ffffff"
    for ink in (*INKS.values(), PLAIN):
        for colour in filter(None, (ink.stroke, ink.fill)):
            red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
            assert red <= max(green, blue)


def test_the_programmes_colour_takes_the_accents_place() -> None:
    assert any("0.4196 0.1647 0.3333" in code for code in drawn(accent="#6b2a55")._code)
    assert not any("0.0784 0.3255 0.3529" in code for code in drawn(accent="#6b2a55")._code)
