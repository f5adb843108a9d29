"""How is the agreement of two observers said to somebody who supervises?

Sentences as `statistics` wants them: what was counted first, what chance allows for second, and in words what cannot
be worked out. No grade, no cut-off. `result` is a stored pair's document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from recorder.instruments.scale import Scale
from recorder.measures.icc import Form
from recorder.measures.observation import Value
from recorder.pages.wording import labelled, number, percent, seconds
from recorder.programme.agreement import FEW, ScaleAgreement, Share

SOON_DAYS = 60
"""Certificates that expire within so many days are named first."""

UNDEFINED = {
    "no_events": _l("Neither observer coded an event, so there is no agreement to work out."),
    "one_silent": _l("One of the two observers coded no event, so agreement beyond chance cannot be worked out."),
    "one_code": _l("Both observers used only one code, so agreement beyond chance cannot be worked out."),
}
UNITS_UNDEFINED = {
    "no_units": _l("There is no time that both observers could see, so it cannot be compared second by second."),
    "one_code": _l("All seconds were of one kind, so agreement beyond chance cannot be worked out second by second."),
}
ICC_UNDEFINED = {
    "too_few": _l("Two visits at least have to be rated by both before this can be worked out."),
    "no_variance": _l("All ratings were the same, so it cannot be worked out how far raters agree."),
    "targets_hardly_differ": _l("This cannot be estimated: the visits rated hardly differ."),
}
SHORT_UNDEFINED = {
    "no_events": _l("nothing coded"),
    "one_silent": _l("one coded nothing"),
    "one_code": _l("one code only"),
    "no_units": _l("no common time"),
}


def two(value: float | None) -> str:
    """A kappa or a correlation with two decimals."""
    return number(value, 2)


def share(found: Share, target: int) -> str:
    """The share of visits coded by two, beside its target (percent)."""
    if found.share is None or found.interval is None:
        return str(_("No visit was observed in this period, so there is no share."))
    return str(
        ngettext(
            "%(double)s of %(num)s observed visit was coded by two: %(share)s (likely range %(low)s to %(high)s). "
            "The programme's target is %(target)s%%.",
            "%(double)s of %(num)s observed visits were coded by two: %(share)s (likely range %(low)s to %(high)s). "
            "The programme's target is %(target)s%%.",
            found.visits,
            double=found.double,
            share=percent(found.share),
            low=percent(found.interval[0]),
            high=percent(found.interval[1]),
            target=target,
        )
    )


def scale_name(one: ScaleAgreement) -> str:
    """What a scale or a composite is called."""
    return name_in(one.set, one.scale)


def name_in(known: Scale | None, scale: str) -> str:
    """What a scale or a composite of a scale set is called."""
    labels = {entry.id: entry.label for part in ((known.items, known.composites) if known else ()) for entry in part}
    return labelled(labels.get(scale, {}), scale)


def of_scale(one: ScaleAgreement) -> list[str]:
    """The agreement on one scale, in sentences."""
    return list(_of_scale(one))


def _of_scale(one: ScaleAgreement) -> Iterator[str]:
    found = one.icc
    if found.why:
        yield str(ICC_UNDEFINED[found.why])
    elif found.icc2.value is not None:
        yield str(
            _(
                "If a different visitor had rated the same visits, about %(share)s of the differences between scores "
                "would reflect the visits, and the rest the raters or chance%(range)s.",
                share=percent(_within(found.icc2.value)),
                range=_range(found.icc2),
            )
        )
    if one.severity:
        yield str(_("Raters rank visits alike, but one scores higher than the other: agree on anchors."))
    if found.used:
        near, of = one.within_one
        yield str(_("Within one point of each other: %(near)s of %(of)s.", near=near, of=of))
    if 1 < found.used < FEW:
        yield str(ngettext("%(num)s visit is too few to decide.", "%(num)s visits are too few to decide.", found.used))
    if found.dropped:
        yield str(
            ngettext(
                "%(num)s pair is left out: one of the two did not rate, or could not observe it.",
                "%(num)s pairs are left out: one of the two did not rate, or could not observe it.",
                found.dropped,
            )
        )


def _within(value: float) -> float:
    return min(1.0, max(0.0, value))


def _range(form: Form) -> str:
    if form.interval is None:
        return ""
    low, high = (percent(_within(end)) for end in form.interval)
    return str(_(" (likely range %(low)s to %(high)s)", low=low, high=high))


def of_events(found: Mapping[str, Any], first: str, second: str) -> list[str]:
    """What two observers' events come to, in sentences."""
    return list(_of_events(found, first, second))


def _of_events(found: Mapping[str, Any], first: str, second: str) -> Iterator[str]:
    if found["n"]:
        yield str(
            ngettext(
                "%(num)s event was coded by at least one of them, and %(matched)s the same by both (%(percent)s).",
                "%(num)s events were coded by at least one of them, and %(matched)s the same by both (%(percent)s).",
                found["n"],
                matched=found["matched"],
                percent=percent(found["percent"] / 100),
            )
        )
        yield str(
            _(
                "Coded differently: %(different)s. Missed by %(second)s: %(only_a)s. Missed by %(first)s: %(only_b)s.",
                different=found["different_code"],
                only_a=found["only_a"],
                only_b=found["only_b"],
                first=first,
                second=second,
            )
        )
    if found["kappa"] is None:
        yield str(UNDEFINED[found["why"]])
    else:
        yield str(
            ngettext(
                "After allowing for lucky matches, agreement is %(kappa)s, based on %(num)s moment.",
                "After allowing for lucky matches, agreement is %(kappa)s, based on %(num)s moments.",
                found["n"],
                kappa=two(found["kappa"]),
            )
        )
    if found["median_dt_ms"] is not None:
        yield str(_("Half of what both coded lies within %(time)s of each other.", time=seconds(found["median_dt_ms"])))
    if 0 < found["n"] < FEW:
        yield str(_("With fewer than %(n)s moments these figures can change a lot from one moment to the next.", n=FEW))
    if found["left_out"]:
        yield str(
            ngettext(
                "%(num)s moment is left out: the other observer could not see then.",
                "%(num)s moments are left out: the other observer could not see then.",
                found["left_out"],
            )
        )


def of_units(found: Mapping[str, Any], first: str, second: str) -> str:
    """What both saw second by second, in a sentence; without an interval, because units can be cut at will."""
    if found["why"]:
        return str(UNITS_UNDEFINED[found["why"]])
    return str(
        _(
            "In pieces of %(unit)s, with %(tolerance)s of tolerance, the two agree in %(percent)s of the time. Beyond "
            "lucky matches that is %(kappa_a)s with %(first)s as the reference and %(kappa_b)s with %(second)s.",
            unit=seconds(found["unit_ms"]),
            tolerance=seconds(found["tolerance_units"] * found["unit_ms"]),
            percent=percent(found["percent"] / 100),
            kappa_a=two(found["kappa_a"]),
            kappa_b=two(found["kappa_b"]),
            first=first,
            second=second,
        )
    )


def clocks(aligned_by: str, offset_ms: int) -> str:
    """How the second observer's clock was laid on the first's."""
    if aligned_by == "none":
        return str(_('There is no tap on a spoken "now" in both, so the times stand as each tablet took them.'))
    by = _('the tap on a spoken "now"') if aligned_by == "sync" else _("the time of day")
    moved = number(offset_ms / 1000, 1)
    return str(_("Laid on each other by %(by)s: %(moved)s s added to the second observer's times.", by=by, moved=moved))


def value(given: Value | float) -> str:
    """A rating as it was given."""
    if given is None:
        return str(_("not rated"))
    return str(_("not observed")) if isinstance(given, str) else number(given, 0 if given == int(given) else 1)


def difference(apart: float | None) -> str:
    """How far apart two ratings lie."""
    if apart is None:
        return ""
    if apart == 0:
        return str(_("the same"))
    points = number(abs(apart), 0 if apart == int(apart) else 1)
    return str(_("%(points)s higher", points=points) if apart > 0 else _("%(points)s lower", points=points))


def until(day: date, today: date) -> str:
    """How long a certificate still holds, in words; empty when that is more than 60 days."""
    left = (day - today).days
    if left < 0:
        return str(_("expired"))
    if left > SOON_DAYS:
        return ""
    return str(ngettext("%(num)s day left", "%(num)s days left", left)) if left else str(_("last day"))
