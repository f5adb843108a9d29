"""How are a programme's figures drawn for a reader, and what are its parts called?

A picture's values and words are put together here; `recorder.charts` draws, `pages.wording` writes the numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from recorder.charts import back_and_forth, trend
from recorder.charts.back_and_forth import BackAndForth, Gap, Turn
from recorder.charts.pen import SvgPen
from recorder.charts.trend import Month, Trend
from recorder.instruments.library import Instrument
from recorder.pages.wording import code_names, percent, scale_name, seconds
from recorder.programme.group_figures import ClassFigures
from recorder.programme.responsiveness import RuleGroup
from recorder.records.observations import Log, StoredFigures

__all__ = ["GAPS", "STATUS", "TABLES", "back_and_forth_of", "clock", "scale_name", "trends", "windows_of"]

STATUS = {
    "answered": _l("answered"),
    "unanswered": _l("no answer in time"),
    "not_codable": _l("not seen long enough"),
    "answered_by_another": _l("answered by somebody else"),
}

GAPS = {"OUT_OF_VIEW": _l("out of view until"), "PAUSE_CLOCK": _l("paused until")}

TABLES = {
    "observations": _l("Observations"),
    "ratings": _l("Ratings"),
    "visits": _l("Visits"),
    "families": _l("Families"),
    "events": _l("Events"),
}


def clock(ms: int) -> str:
    """A time on an observation's clock."""
    return back_and_forth.clock(ms)


def trends(group: RuleGroup, place: int) -> list[SvgPen]:
    """The share of answered cues by month, for distress and for other cues apart; none before a month can be drawn.

    Parameters: `place`, which of the page's groups this is: ids on a page are unique.
    """
    classes = (("non_distress", _("Cues other than distress")), ("distress", _("Distress")))
    return [
        _trend(group, name, title, f"trend-{place}-{name}")
        for name, title in classes
        if any(getattr(figures, name).codable for figures in group.figures.by_month.values())
    ]


def _trend(group: RuleGroup, name: str, title: str, id: str) -> SvgPen:
    months = [
        _month(format_date(month, "MMM"), str(month.year) if month.month == 1 or not place else "", getattr(part, name))
        for place, (month, part) in enumerate(group.figures.by_month.items())
    ]
    description = _(
        "Share of cues that were answered, by month, with 95 percent intervals. %(drawn)s of %(months)s months have "
        "an interval. The same numbers stand in the table below.",
        drawn=sum(month.interval is not None for month in months),
        months=len(months),
    )
    pen = SvgPen(id, trend.WIDTH, trend.HEIGHT, title, description)
    ticks = [(share, percent(share)) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    trend.draw(Trend(months, ticks, _("visits")), pen)
    return pen


def _month(name: str, year: str, figures: ClassFigures) -> Month:
    return Month(name, year, figures.rate, figures.interval, figures.visits, comparable=not figures.too_few)


def back_and_forth_of(log: Log, row: StoredFigures, scheme: Instrument | None) -> SvgPen:
    """An observation's time line, from the pairs that its figures keep."""
    pairs: list[Mapping[str, Any]] = row.figures["pairs"]
    names = code_names(scheme)
    duration = _duration(row, pairs)
    turns = [
        Turn(
            cue_ms=pair["cue_ms"],
            cue=", ".join(names.get(code, code) for code in pair["codes"]),
            distress=pair["distress"],
            response_ms=pair["response_ms"],
            response=names.get(pair["response"], pair["response"] or ""),
        )
        for pair in pairs
    ]
    gaps = [
        Gap(start, duration if end is None else end, str(GAPS[code]))
        for start, end, code in row.figures.get("spans", ())
    ]
    answered = sum(turn.response_ms is not None for turn in turns)
    title = _("The back-and-forth of this observation")
    description = _(
        "%(cues)s cues of the child on a time line, %(answered)s of them joined by an arc to the answer that came. "
        "The same moments stand in the table below.",
        cues=len(turns),
        answered=answered,
    )
    pen = SvgPen("back-and-forth", back_and_forth.WIDTH, back_and_forth.height(duration), title, description)
    back_and_forth.draw(BackAndForth(duration, turns, _("Child"), _("Caregiver"), gaps), pen)
    return pen


def _duration(row: StoredFigures, pairs: Sequence[Mapping[str, Any]]) -> int:
    """How long the observation was, in ms; older figures do not say it, and end with their last moment."""
    kept: int | None = row.figures.get("duration_ms")
    return kept or max([row.observed_ms, *(pair["response_ms"] or pair["cue_ms"] for pair in pairs)])


def windows_of(rule: Mapping[str, Any]) -> str:
    """The windows of a rule in words: each length once, with the codes that have it."""
    lengths = sorted(set(rule["windows_ms"].values()))
    return ", ".join(
        f"{seconds(length)} ({' '.join(code for code, own in rule['windows_ms'].items() if own == length)})"
        for length in lengths
    )
