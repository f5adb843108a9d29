"""How is a family's consistency drawn and told?

Shares are told in points of percent, ratings in points of their scale. Growth is not unsteadiness: the SD never stands
without the slope and, from five visits on, the steps between visits. What cannot be said is said.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import date

from babel.dates import format_skeleton
from flask_babel import format_date, get_locale, ngettext
from flask_babel import gettext as _

from recorder.charts import dots
from recorder.charts.dots import Dot, Dots, Mark
from recorder.charts.pen import SvgPen
from recorder.measures.consistency import SPREAD_NEEDS, STEPS_NEED, Steadiness
from recorder.pages.wording import CONTEXTS, number, percent
from recorder.programme.consistency import Dyad, Point, Ratings, Share, Shares
from recorder.records.assessments import LifeEvent
from recorder.records.families import Family

Lettered = Sequence[tuple[str, LifeEvent]]


def lettered(events: Sequence[LifeEvent]) -> Lettered:
    """Life events with the letters that mark them in pictures: A to Z, then A1, B1 ..."""
    return [(chr(ord("A") + place % 26) + str(place // 26 or ""), event) for place, event in enumerate(events)]


def dyad_name(family: Family, dyad: Dyad) -> str:
    """Who was seen with whom, doing what."""
    child = next((one.first_name for one in family.children if one.id == dyad.child_id), _("A child"))
    caregiver = next((one.first_name for one in family.caregivers if one.id == dyad.caregiver_id), None)
    context = str(CONTEXTS.get(dyad.context, dyad.context))
    if caregiver is None:
        return str(_("%(child)s, %(context)s", child=child, context=context))
    return str(_("%(child)s with %(caregiver)s, %(context)s", child=child, caregiver=caregiver, context=context))


def class_name(shares: Shares) -> str:
    """Which cues a picture is about."""
    return str(_("Distress") if shares.distress else _("Cues other than distress"))


def shares_picture(id: str, shares: Shares, events: Lettered) -> SvgPen:
    """The shares of answered cues over visits."""
    description = _(
        "Share of cues that were answered, one dot a visit, with 95 percent intervals; %(n)s visits. The same numbers "
        "stand in the table below.",
        n=len(shares.points),
    )
    ticks = [(share, percent(share)) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    return _picture(id, class_name(shares), description, shares.points, (0.0, 1.0), ticks, _("cues"), events, _share)


def ratings_picture(id: str, ratings: Ratings, name: str, events: Lettered) -> SvgPen:
    """One composite of ratings over visits."""
    description = _(
        "One dot a visit on the whole scale from %(low)s to %(high)s; %(n)s visits. The same numbers stand in the "
        "table below.",
        low=number(ratings.low, 0),
        high=number(ratings.high, 0),
        n=len(ratings.points),
    )
    middle = (ratings.low + ratings.high) / 2
    ticks = [(end, f"{end:g}") for end in (ratings.low, middle, ratings.high)]
    ends = (ratings.low, ratings.high)
    return _picture(id, name, description, ratings.points, ends, ticks, _("scales"), events, _rating)


def _picture(
    id: str,
    title: str,
    description: str,
    points: Sequence[Point],
    ends: tuple[float, float],
    ticks: Sequence[tuple[float, str]],
    n: str,
    events: Lettered,
    says: Callable[[Point], str],
) -> SvgPen:
    days = [point.day for point in points]
    values = Dots(
        dots=[
            Dot(
                format_skeleton("MMMd", point.day, locale=get_locale()),
                point.value,
                point.interval,
                str(point.n),
                f"{format_date(point.day)}: {says(point)}",
                point.firm,
            )
            for point in points
        ],
        low=ends[0],
        high=ends[1],
        ticks=ticks,
        n=n,
        marks=[Mark(bisect_left(days, event.on), letter) for letter, event in events],
    )
    pen = SvgPen(id, dots.WIDTH, dots.HEIGHT, title, description)
    dots.draw(values, pen)
    return pen


def _share(point: Point) -> str:
    return str(_("%(n)s of %(of)s", n=point.k, of=point.n))


def _rating(point: Point) -> str:
    return number(point.value, 1)


def over_shares(shares: Shares) -> list[str]:
    """What can be said of shares over visits."""
    return _over(shares.steadiness, 100, 0)


def over_ratings(ratings: Ratings) -> list[str]:
    """What can be said of a composite over visits."""
    said = _over(ratings.steadiness, 1, 1)
    if ratings.raters > 1:
        said.append(
            str(_("%(n)s people rated: a part of a difference may lie in who rated.", n=ratings.raters))
        )  # fmt: skip
    return said


def _over(found: Steadiness, times: float, decimals: int) -> list[str]:
    """Slope, steps and spread together: spread alone would call steady growth restless."""
    if found.n < SPREAD_NEEDS:
        return [
            ngettext(
                "%(num)s visit that counts: too few for a trend. It takes %(needed)s.",
                "%(num)s visits that count: too few for a trend. It takes %(needed)s.",
                found.n,
                needed=SPREAD_NEEDS,
            )
        ]

    def points(value: float) -> str:
        return number(times * abs(value), decimals)

    return [
        str(_("%(n)s visits count.", n=found.n)),
        _slope(found.slope, points),
        _steps(found, points),
        _spread(found, points),
        str(_("Steady growth is not unsteadiness: it has a slope and a large SD, and small steps.")),
    ]


def _slope(slope: float | None, points: Callable[[float], str]) -> str:
    if slope is None:
        return str(_("All of them were on one day, so there is no slope."))
    if points(slope) == points(0.0):
        return str(_("Over the whole time it stayed where it was (slope, points in 30 days: 0)."))
    if slope > 0:
        return str(
            _("Over the whole time it rose by about %(points)s points in 30 days (slope).", points=points(slope))
        )
    return str(_("Over the whole time it fell by about %(points)s points in 30 days (slope).", points=points(slope)))


def _steps(found: Steadiness, points: Callable[[float], str]) -> str:
    if found.rmssd is not None:
        return str(
            _("From one visit to the next it moved by about %(points)s points (RMSSD).", points=points(found.rmssd))
        )
    if found.n < STEPS_NEED:
        return str(_("How much it moves from one visit to the next is told from %(n)s visits on.", n=STEPS_NEED))
    return str(_("No two visits in a row count, so there are no steps to tell."))


def _spread(found: Steadiness, points: Callable[[float], str]) -> str:
    if found.isd is None:
        return ""
    if found.relative_sd is None:
        return str(_("All lie at the very end of the scale, where no spread is possible."))
    return str(
        _(
            "Visits lie about %(points)s points around their mean (SD), %(share)s of the most that this mean allows.",
            points=points(found.isd),
            share=percent(found.relative_sd),
        )
    )


def shares_change(shares: Shares) -> str:
    """The first and the latest visit in words, with the interval of their difference."""
    first, latest, interval = shares.first, shares.latest, shares.difference
    if first is None or latest is None or interval is None:
        return ""
    low, high = interval
    told = _(
        "First and latest: %(first)s (%(first_day)s) and %(latest)s (%(latest_day)s), a difference of %(points)s "
        "points (likely between %(low)s and %(high)s).",
        first=_share(first),
        first_day=format_date(first.day),
        latest=_share(latest),
        latest_day=format_date(latest.day),
        points=_signed(100 * ((latest.value or 0) - (first.value or 0)), 0),
        low=_signed(100 * low, 0),
        high=_signed(100 * high, 0),
    )
    if low <= 0 <= high:
        return f"{told} " + str(_("No difference at all is among what is likely."))
    return f"{told} " + str(
        _("Chance within the visits alone is an unlikely reason; it does not say what the reason is.")
    )


def ratings_change(ratings: Ratings) -> str:
    """The first and the latest visit in words, and whether that is more than rating error."""
    first, latest = ratings.first, ratings.latest
    if first is None or latest is None or first.value is None or latest.value is None:
        return ""
    told = _moved(first.day, first.value, latest.day, latest.value)
    agreed, change = ratings.reliability, ratings.change
    if agreed is None:
        unknown = _("No double-coded ratings yet: it cannot be said whether a change is more than rating error.")
        return f"{told} {unknown}"
    if change is None or agreed.icc is None:
        unknown = ngettext(
            "%(num)s double-coded visit does not tell how alike two observers rate: it cannot be said whether a change "
            "is more than rating error.",
            "%(num)s double-coded visits do not tell how alike two observers rate: it cannot be said whether a change "
            "is more than rating error.",
            agreed.n,
        )
        return f"{told} {unknown}"
    error = _(
        "Changes under %(smallest)s points can come from rating error alone (ICC(2,1) %(icc)s from %(n)s double-coded "
        "visits).",
        smallest=number(change.smallest, 1),
        icc=number(agreed.icc, 2),
        n=agreed.n,
    )
    verdict = _("A reliable change.") if change.reliable else _("Not yet a reliable change.")
    return f"{told} {error} {verdict}"


def _moved(first_day: date, first: float, latest_day: date, latest: float) -> str:
    days = {"first_day": format_date(first_day), "latest_day": format_date(latest_day)}
    values = {"first": number(first, 1), "latest": number(latest, 1), "points": number(abs(latest - first), 1)}
    if latest > first:
        told = _(
            "The score rose by %(points)s points, from %(first)s (%(first_day)s) to %(latest)s (%(latest_day)s).",
            **days, **values,
        )  # fmt: skip
    elif latest < first:
        told = _(
            "The score fell by %(points)s points, from %(first)s (%(first_day)s) to %(latest)s (%(latest_day)s).",
            **days, **values,
        )  # fmt: skip
    else:
        told = _("The score is the same on %(first_day)s and on %(latest_day)s: %(first)s.", **days, **values)
    return str(told)


def _signed(value: float, decimals: int) -> str:
    """A number with its sign; nothing has none."""
    written = number(abs(value), decimals)
    if written == number(0.0, decimals):
        return written
    return f"+{written}" if value > 0 else f"\N{MINUS SIGN}{written}"


def filled_in(how: str) -> str:
    """How a questionnaire was answered."""
    names = {"caregiver": _("filled in on the tablet"), "read_aloud": _("read aloud by the visitor")}
    return str(names.get(how, ""))


def observed(share: Share) -> str:
    """A visit's share of cues, on 0-100, with its n."""
    return str(_("%(value)s (%(n)s of %(of)s cues)", value=number(100 * (share.value or 0), 0), n=share.k, of=share.n))
