"""The calendar of days and the bars of values: what is drawn for what was counted."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from datetime import date

from recorder.charts import bars, calendar
from recorder.charts.bars import Bars
from recorder.charts.calendar import Calendar
from recorder.charts.pen import SvgPen


def test_a_square_for_each_day_a_column_for_each_week() -> None:
    counts = {date(2026, 3, 2): 4, date(2026, 3, 8): 1}
    values = Calendar(date(2026, 3, 1), date(2026, 3, 31), counts, list("MTWTFSS"), {date(2026, 3, 1): "Mar"},
                      {day: f"{n} visits" for day, n in counts.items()})  # fmt: skip
    pen = SvgPen("c", calendar.width(values), calendar.HEIGHT, "t", "d")
    calendar.draw(values, pen)
    squares = [one for one in ElementTree.fromstring(pen.__html__()) if one.tag.endswith("rect")]
    assert len(squares) == 31
    assert [one.get("class") for one in squares].count("chart__day0") == 29
    assert (squares[1].get("class"), squares[7].get("class")) == ("chart__day4", "chart__day1")
    # 1 March 2026 is a Sunday: alone in its column; Monday the 2nd stands on top of the next one
    assert float(squares[1].get("x")) - float(squares[0].get("x")) == calendar.SQUARE
    assert float(squares[0].get("y")) - float(squares[1].get("y")) == 6 * calendar.SQUARE
    assert float(squares[-1].get("x")) + calendar.SQUARE <= pen.width


def test_a_bar_is_as_tall_as_its_count_and_nothing_has_no_bar() -> None:
    pen = SvgPen("b", bars.WIDTH, bars.HEIGHT, "t", "d")
    bars.draw(Bars(1, 5, {2: 4, 5: 1}), pen)
    tall = [float(one.get("height")) for one in ElementTree.fromstring(pen.__html__()) if one.tag.endswith("rect")]
    assert len(tall) == 2 and tall[0] == 4 * tall[1]
