"""Why was a sentence chosen? In the visitor's language, with the numbers that the family never sees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

SENTENCES = {
    "S1": _("Times upset and answered with comfort: %(n)s."),
    "S2": _("%(fitting)s of %(codable)s got an answer that fits: the steadiest kind of cue."),
    "S3": _("%(n)s fitting answers; half of the cues had one within %(seconds)s seconds."),
    "S4": _("Followed the child's lead in %(n)s of %(of)s answered reaches and invitations."),
    "S5": _("Moments of delight: %(n)s."),
    "S6": _("Gave space when a break was needed: %(n)s."),
    "S7": _("Made up after a hard moment: %(n)s."),
    "S8": _("You rated this scale %(value)s."),
    "S9": _("%(fitting)s of %(codable)s fitting answers, after %(before)s of %(of)s last time: a clear gain."),
    "S10": _("You kept this moment at %(clock)s."),
    "keep": _("You kept this moment at %(clock)s."),
    "shown": _("Seen %(n)s times."),
    "consistency": _("Our days: the day's order has %(scale)s of 100."),
    "follow_through": _("Our days: follow-through has %(scale)s of 100."),
    "repair": _("Hard moments without making up within a minute: %(n)s."),
    "naming_feelings": _("Upset was answered %(n)s times, never with words."),
    "give_space": _("Needed a break, and no space was seen: %(n)s."),
    "celebrate": _("The last step was done."),
    "check_in": _("A new age, or a change in the family's life."),
}
"""Why, by the key of a strength, a thing shown or a theme; % signs are for the numbers of its reasons."""

WARNINGS = {
    "write_one": _("Fewer than two strengths have evidence today. Write one that you saw yourself."),
    "few_cues": _("Fewer than eight cues: the step comes from the family's goal or from a strength."),
    "rough_moment": _("There was a rough moment: nothing from the minute after it is used, and nothing is counted."),
}


def why(key: str, reasons: Mapping[str, int | float | str]) -> str:
    """One sentence for the visitor on why a strength, a thing shown or a step was chosen.

    Parameters: `key`, of the strength ("S1" .. "S10"), the thing shown ("keep", "shown") or the step; `reasons`, its
    numbers, times in ms.

    >>> why("S2", {"fitting": 2, "codable": 3})
    '2 of 3 got an answer that fits: the steadiest kind of cue.'
    """
    numbers = dict(reasons)
    if "t_ms" in numbers:
        numbers["clock"] = _clock(int(numbers["t_ms"]))
    if "median_ms" in numbers:
        numbers["seconds"] = f"{float(numbers['median_ms']) / 1000:g}"
    if isinstance(scale := numbers.get("scale"), float):
        numbers["scale"] = round(scale)
    sentence = None if "tried" in reasons else SENTENCES.get(key)
    sentence = sentence or _for_step(reasons)
    return str(sentence) % numbers


def warning(key: str) -> str:
    """What the visitor should know before she approves, by its key."""
    return str(WARNINGS[key])


def _clock(ms: int) -> str:
    return f"{ms // 60_000}:{ms // 1000 % 60:02}"


def _for_step(reasons: Mapping[str, int | float | str]) -> Any:
    if "codable" in reasons:
        return _("%(fitting)s of %(codable)s got an answer that fits: the kind of cue with most room.")
    if "scale" in reasons:
        return _("Our days: this part has %(scale)s of 100.")
    if "tried" in reasons:
        return _("The step from last time: there was little chance to try it yet.")
    if "goal" in reasons:
        return _("From the family's own goal.")
    if "strength" in reasons:
        return _("No kind of cue stands out: do more of what went well.")
    if "ticked" in reasons:
        return _("Offered when you ask for it; no figure brings it.")
    return _("Nothing else has enough evidence: this fits every family.")
