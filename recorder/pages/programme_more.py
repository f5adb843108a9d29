"""More of the programme: how the work goes, and figures of some of the visits.

`/programme/work/` is process, by visitor too, with n and in the order of names. `/programme/detail/` narrows what was
observed by language, age and instrument, and is never by visitor.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import flask
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice

from recorder import access
from recorder.charts import bars, calendar, trend
from recorder.charts.bars import Bars
from recorder.charts.calendar import Calendar
from recorder.charts.pen import SvgPen
from recorder.charts.trend import Month, Trend
from recorder.db import db
from recorder.instruments.scale import Scale
from recorder.languages import LANGUAGES
from recorder.pages import wording
from recorder.pages.look_forms import look_form, rows_of, selection_of
from recorder.pages.wording import scale_name
from recorder.programme import detail, work
from recorder.programme.group_figures import GroupFigures
from recorder.programme.ratings import ScaleFigures, ratings
from recorder.programme.rollup import Selection, sites
from recorder.records.instruments import with_hash, with_id
from recorder.records.people import Account

pages = flask.Blueprint("programme_more", __name__, url_prefix="/programme")

FITS = {"yes": _l("fits"), "partly": _l("fits partly"), "no": _l("does not fit"), None: _l("not asked")}
MOST_SITES = 12


class DetailForm(Form):
    """What visits must be like, beside period and site."""

    language = SelectField(_l("Language of the first caregiver"))
    ages = SelectField(_l("Age of the child"))
    scheme = SelectField(_l("Instrument"))


@pages.get("/work/")
def process() -> str:
    """How the work goes: observing, signing, giving pages; its quality; what waits."""
    form = look_form()
    selection = selection_of(form)
    places, found = sites(selection.programme_id), work.parts(selection_of(form))
    return flask.render_template(
        "programme/work.html",
        form=form,
        selection=selection,
        sites=places,
        rows=rows_of(work.work(selection, found), places),
        visitors=_by_name(work.by_visitor(found)),
        calendar=_calendar(selection),
        pages=work.pages(selection),
        follow_ups=work.follow_ups(selection),
        quality=work.quality(selection),
        fits=FITS,
        wait=_wait,
        languages=LANGUAGES,
        say=wording,
    )


def _wait(minutes: float) -> str:
    """A wait in the unit that fits: minutes, hours or days."""
    if minutes < 120:
        return str(_("%(n)s min", n=wording.number(minutes, 0)))
    if minutes < 48 * 60:
        return str(_("%(n)s hours", n=wording.number(minutes / 60, 0)))
    return str(_("%(n)s days", n=wording.number(minutes / 1440, 0)))


def _by_name(found: Mapping[Any, work.Work]) -> list[tuple[str, work.Work]]:
    query = select(Account).where(Account.programme_id == access.me().programme_id, Account.id.in_(found))
    names = {account.id: account.name for account in db.session.scalars(query)} if found else {}
    return sorted(((names.get(id, "–"), one) for id, one in found.items()), key=lambda line: line[0].casefold())


def _calendar(selection: Selection) -> SvgPen:
    counts = work.visits_by_day(selection)
    values = Calendar(
        first=selection.period.first,
        last=selection.end,
        counts=counts,
        weekdays=[format_date(date(2024, 1, day), "EEE") for day in range(1, 8)],
        months={month: format_date(month, "MMM") for month in selection.period.months()},
        says={
            day: _("%(day)s: %(visits)s", day=format_date(day), visits=ngettext("%(num)s visit", "%(num)s visits", n))
            for day, n in counts.items()
        },
    )
    description = _(
        "A square for each day; the fuller, the more visits took place, %(n)s in all. The table below counts them.",
        n=sum(counts.values()),
    )
    pen = SvgPen(
        "calendar", calendar.width(values), calendar.HEIGHT, _("Visits that took place, day by day"), description
    )
    calendar.draw(values, pen)
    return pen


@pages.get("/detail/")
def details() -> str:
    """Figures of some of the visits."""
    form = look_form()
    selection = selection_of(form)
    narrow = _narrow(selection)
    chosen = _chosen(narrow)
    found = detail.detail(selection, chosen)
    places = sites(selection.programme_id)
    return flask.render_template(
        "programme/detail.html",
        form=form,
        narrow=narrow,
        selection=selection,
        sites=places,
        found=found,
        rules=[_rule(one, selection, places, number) for number, one in enumerate(found.rules)],
        scales=[
            (scale_name(set, one.scale), one, _distribution(one, set, number))
            for number, one in enumerate(ratings(selection))
            for set in (with_id(selection.programme_id, one.instrument),)
        ],
        changes=detail.changes(selection),
        set_of=lambda id: with_id(selection.programme_id, id),
        scale_name=scale_name,
        say=wording,
    )


def _narrow(selection: Selection) -> DetailForm:
    form = DetailForm(flask.request.args, language="", ages="", scheme="")
    any_of = SelectChoice("", _("All"))
    form.language.choices = [
        any_of, *(SelectChoice(code, LANGUAGES.get(code, code)) for code in detail.languages(selection.programme_id))
    ]  # fmt: skip
    form.ages.choices = [
        any_of,
        *(SelectChoice(f"{low}-{high}", _("%(low)s to %(high)s months", low=low, high=high - 1)) for low, high in
          detail.AGES),
    ]  # fmt: skip
    form.scheme.choices = [any_of, *(SelectChoice(id, id) for id in detail.schemes(selection))]
    form.validate()
    return form


def _chosen(form: DetailForm) -> detail.Filter:
    if form.errors:
        return detail.Filter()
    low, _dash, high = form.ages.data.partition("-")
    ages = (int(low), int(high)) if form.ages.data else None
    return detail.Filter(form.language.data or None, ages, form.scheme.data or None)


def _rule(one: detail.RuleDetail, selection: Selection, places: Mapping[Any, str], number: int) -> dict[str, Any]:
    scheme = with_hash(selection.programme_id, one.scheme_hash)
    names = wording.code_names(scheme)
    cues = sorted({cue for cue, _ in one.matrix}, key=lambda code: (code not in names, list(names).index(code)
                  if code in names else 0, code))  # fmt: skip
    answers = sorted({answer for _, answer in one.matrix if answer}, key=lambda code: names.get(code, code))
    shown = [id for id in places if id in one.by_site][:MOST_SITES]
    return {
        "scheme": scheme,
        "figures": one,
        "rows": [(places[id], one.by_site[id]) for id in places if id in one.by_site],
        "months": [(format_date(month, "MMM yyyy"), figures) for month, figures in one.by_month.items()],
        "pictures": [
            _site_trend(places[id], one.by_site_month[id], selection, f"site-{number}-{place}")
            for place, id in enumerate(shown)
        ],
        "cues": [(cue, names.get(cue, cue)) for cue in cues],
        "answers": [(answer, names.get(answer, answer)) for answer in answers],
        "matrix": one.matrix,
    }


def _site_trend(name: str, by: Mapping[date, GroupFigures], selection: Selection, id: str) -> SvgPen:
    """One of the small multiples: the cues other than distress of one site, month by month."""
    months = []
    for place, month in enumerate(selection.period.months()):
        figures = by[month].non_distress if month in by else None
        months.append(
            Month(
                format_date(month, "MMM"),
                str(month.year) if month.month == 1 or not place else "",
                figures.rate if figures else None,
                figures.interval if figures else None,
                figures.visits if figures else 0,
                comparable=bool(figures and not figures.too_few),
            )
        )
    description = _(
        "Share of cues other than distress that were answered at this site, by month, with 95 percent intervals. The "
        "site's row in the table below has the same period together."
    )
    pen = SvgPen(id, trend.WIDTH, trend.HEIGHT, name, description)
    ticks = [(share, wording.percent(share)) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    trend.draw(Trend(months, ticks, _("visits")), pen)
    return pen


def _distribution(figures: ScaleFigures, set: Any, number: int) -> SvgPen | None:
    if not figures.n:
        return None
    low, high = (
        (set.low, set.high) if isinstance(set, Scale) else (min(figures.distribution), max(figures.distribution))
    )
    title = scale_name(set, figures.scale)
    pen = SvgPen(f"values-{number}", bars.WIDTH, bars.HEIGHT, title, _("How often each value was given; %(n)s in all.",
                 n=figures.n))  # fmt: skip
    bars.draw(Bars(low, high, figures.distribution), pen)
    return pen
