"""How is one observation compared with chance, in words for a reader?

Every figure stands with what it rests on, what it means and what it cannot say. Where a cell of the table holds fewer
than five seconds, or a margin is empty, there are counts and a sentence, no figure. The figures come as the document
that is stored (`measures.figures.as_document`); transitions are made when they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from recorder.measures.contingency import FEWEST
from recorder.measures.figures import WARNINGS
from recorder.measures.time_units import NOTHING
from recorder.measures.transitions import Cell, Transitions
from recorder.pages.wording import number, percent

SHOWN_TRANSITIONS = 12

WARNING_WORDS = (
    _l("Fewer than 3 minutes were observed: these figures are of a moment."),
    _l("No cues were recorded, so there is no response rate."),
    _l("Too few cues for a rate: read the counts."),
    _l("Too few cues to compare visits."),
    _l("The odds ratio cannot be estimated: no response was missing in a cue's window."),
    _l("Fewer than 5 seconds in a cell of the contingency table: read its counts."),
)
"""What figures may warn of, for the catalogue: the stored sentence is its key."""
_SAID_BESIDE_THE_TABLE = {WARNINGS["no_miss"], WARNINGS["few_seconds"], WARNINGS["no_cues"]}


@dataclass(frozen=True)
class Line:
    """One figure: its name, its value and what it rests on, and a sentence of what it means and cannot say."""

    name: str
    value: str
    of: str
    means: str


def warnings(figures: Mapping[str, Any]) -> list[str]:
    """What the figures warn of, in the reader's language; what stands beside the table of chance is said there."""
    return [str(_(sentence)) for sentence in figures["warnings"] if sentence not in _SAID_BESIDE_THE_TABLE]


def no_chance(figures: Mapping[str, Any]) -> str:
    """Why there are counts and no figures against chance, or an empty text."""
    (a, b), (c, d) = figures["contingency"]["table"]
    if not a + b:
        return str(_("No cue counts in the rate, so there is nothing to compare with chance."))
    if not a + c:
        return str(_("No answer was recorded, so there is nothing to compare with chance."))
    if not (c + d and b + d):
        return str(_("Every second was alike, so there is nothing to compare with chance."))
    if min(a, b, c, d) < FEWEST:
        return str(_("Fewer than 5 seconds in one of the cells: too few for more than these counts."))
    return ""


def chance(figures: Mapping[str, Any]) -> list[Line]:
    """The figures of the 2 x 2 table; none where `no_chance` says why."""
    if no_chance(figures):
        return []
    found = figures["contingency"]
    n = sum(map(sum, found["table"]))
    of = str(ngettext("%(num)s second", "%(num)s seconds", n))
    low, high = found["interval"]
    return [
        Line(
            _("Odds ratio"),
            _("%(value)s (%(low)s to %(high)s)", value=number(found["odds_ratio"], 2), low=number(low, 2),
              high=number(high, 2)),
            of,
            _("The odds that an answer starts within a cue's time, compared with the rest of the time; 1 is chance. It "
              "does not say whether the answer fitted, and more is not better without limit."),
        ),
        Line(
            _("Yule's Q"),
            number(found["yules_q"], 2),
            of,
            _("The same on a scale from -1 to 1; 0 is chance. It does not grow with the length of a visit, but it is "
              "of this dyad alone: never add up families."),
        ),
        Line(
            _("Adjusted residual"),
            number(found["adjusted_residual"], 2),
            of,
            _("Beyond about 2, chance alone is an unlikely reason. It grows with the length of a visit, so it "
              "cannot be compared between visits."),
        ),
        _shift(found["p_shift"], of),
    ]  # fmt: skip


def _shift(p_shift: float | None, of: str) -> Line:
    name = _("Circular shift")
    if p_shift is None:
        why = _("Not defined: with a pause or a lost view, time does not close to a circle.")
        return Line(name, _("none"), of, why)
    means = _(
        "Of all ways to shift the answers in time against the cues, so many meet the cues as often as was seen. It "
        "does not say who led."
    )
    return Line(name, _("p = %(p)s", p=number(p_shift, 3)), of, means)


def evenness(figures: Mapping[str, Any]) -> list[Line]:
    """Whether answering was even over the minutes."""
    found, name = figures["evenness_of"], _("Evenness")
    if found is None:
        why = _("Too little to say: it takes 20 cues in 3 minutes, some of them answered and some not.")
        return [Line(name, _("none"), _("%(n)s cues", n=figures["codable"]), why)]
    of = _("%(cues)s cues in %(blocks)s minutes", cues=found["cues"], blocks=found["blocks"])
    return [
        Line(
            name,
            number(found["evenness"], 2),
            of,
            _("1 would be the same share in every minute. Chance alone makes it lower, and it is noisy: nothing is "
              "decided by it."),
        ),
        Line(
            _("Dispersion"),
            number(found["dispersion"], 2),
            of,
            _("About 1 is what chance makes of one and the same share; far above 1, minutes differed by more. It does "
              "not say why."),
        ),
    ]  # fmt: skip


def more(figures: Mapping[str, Any]) -> list[Line]:
    """Repair, balance."""
    mended, hard = figures["repair"]["n"], figures["repair"]["of"]
    started = figures["cues"] + figures["spontaneous"]
    return [
        Line(
            _("Made up"),
            _("%(n)s of %(hard)s", n=mended, hard=hard) if hard else _("none"),
            ngettext("%(num)s hard moment", "%(num)s hard moments", hard),
            _("Rough moments and distress without an answer, and how many were followed by comfort or making up "
              "within a minute. It does not say what came later."),
        ),
        Line(
            _("Balance"),
            _("none") if figures["balance"] is None else percent(figures["balance"]),
            ngettext("%(num)s start", "%(num)s starts", started),
            _("Of what either of them started, how much were cues of the child. Neither end is the good one."),
        ),
    ]  # fmt: skip


def frequent(tables: Iterable[Transitions], given: str) -> tuple[int, Sequence[Cell], int]:
    """What the other column did one second later, most frequent first: pairs of seconds, transitions, how many more."""
    target = "caregiver" if given == "child" else "child"
    (table,) = [table for table in tables if (table.given, table.target) == (given, target)]
    cells = [cell for cell in table.cells() if NOTHING not in (cell.given, cell.target)]
    cells.sort(key=lambda cell: (-cell.count, cell.given, cell.target))
    return table.n, cells[:SHOWN_TRANSITIONS], max(0, len(cells) - SHOWN_TRANSITIONS)


def unit_name(code: str, names: Mapping[str, str]) -> str:
    """What the code of a second is called: several codes in one second are joined."""
    return " + ".join(names.get(part, part) for part in code.split("+"))
