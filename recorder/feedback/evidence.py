"""What may the choice of a page's sentences rest on?

`Evidence` is one child's observation as the page sees it, with what is known about the dyad beside it. Times are whole
milliseconds from the observation's start. An answer counts when it fits (fit >= .5; a scheme without fit values calls
every answer fitting) and is no rough moment. The `SHADOW_MS` after a HARSH give no evidence at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from recorder.instruments.scheme import Scheme
from recorder.measures.figures import Figures
from recorder.measures.fitting import FITS, Tally
from recorder.measures.observation import Event, Keep, Observation
from recorder.measures.responsiveness import FollowUp, Pair

SHADOW_MS = 60_000


@dataclass(frozen=True)
class OwnStep:
    """A small step of the programme's own, by its key ("own_..."), and what brings it.

    `trigger` is "cue" (a cue type, `of`, that got few answers), "scale" (a scale of Our days, `of`, under half), "goal"
    (the family has one) or "tick" (the visitor asks for it).
    """

    key: str
    trigger: str
    of: str = ""


@dataclass(frozen=True)
class Dyad:
    """What is known about this child and caregiver besides today's observation.

    `last` is their last visit in the same context and scheme; `doing` holds the keys of steps that they already do,
    `done` whether the last step was done, `untried` its key and cue type when there was little chance for it yet;
    `goal_type` the cue type that the goal's words point to; `our_days` the questionnaire's scales (0-100); `ticks` the
    themes that the visitor asked for; `contacts` whether the programme lists one; `own` the programme's own steps.
    """

    goal: str = ""
    goal_type: str | None = None
    age_months: int | None = None
    last: Tally | None = None
    doing: frozenset[str] = frozenset()
    done: bool = False
    untried: tuple[str, str | None] | None = None
    our_days: Mapping[str, float] = field(default_factory=dict)
    new_stage: bool = False
    contacts: bool = False
    ticks: frozenset[str] = frozenset()
    own: tuple[OwnStep, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """One child's observation as the page sees it: cues in order of time, what the focal caregiver did, and the dyad.

    `gave_space` holds the onsets of needs-a-break cues that the end review called "gave space".
    """

    scheme: Scheme
    duration_ms: int
    observed_ms: int
    pairs: tuple[Pair, ...]
    spontaneous: tuple[FollowUp, ...]
    taps: tuple[Event, ...]
    harsh_ms: tuple[int, ...]
    gave_space: frozenset[int] = frozenset()
    keeps: tuple[Keep, ...] = ()
    ratings: Mapping[str, Mapping[str, int | str | None]] = field(default_factory=dict)
    dyad: Dyad = Dyad()

    def shadowed(self, t_ms: int) -> bool:
        """Whether this moment lies in the minute after a HARSH."""
        return any(harsh <= t_ms <= harsh + SHADOW_MS for harsh in self.harsh_ms)

    def open_pairs(self) -> tuple[Pair, ...]:
        """The cues that may give evidence: outside every shadow, their answers too."""
        return tuple(
            pair
            for pair in self.pairs
            if not self.shadowed(pair.cue_ms) and (pair.response_ms is None or not self.shadowed(pair.response_ms))
        )

    def in_rate(self) -> tuple[Pair, ...]:
        """The cues of which cue-type figures are made."""
        return tuple(pair for pair in self.open_pairs() if pair.in_rate)

    def fits(self, pair: Pair) -> bool:
        """Whether this cue got an answer that fits."""
        if pair.status != "answered" or pair.response is None or self.rough(pair.response):
            return False
        return not self.scheme.fit or (pair.fit is not None and pair.fit >= FITS)

    def rough(self, code: str) -> bool:
        """Whether a response's code is a rough moment."""
        response = self.scheme.response(code)
        return response is not None and response.rough

    def tally(self, code: str | None = None) -> Tally:
        """Fitting answers and codable cues of one cue type, or of all together."""
        codable = [
            pair
            for pair in self.in_rate()
            if pair.status in {"answered", "unanswered"} and (code is None or code in pair.codes)
        ]
        return Tally(sum(map(self.fits, codable)), len(codable))

    def types(self) -> list[str]:
        """The cue types that were seen and count in the rate, in the scheme's order."""
        seen = {code for pair in self.in_rate() for code in pair.codes}
        return [cue.code for cue in self.scheme.cues if cue.in_rate and cue.code in seen]


def gather(observation: Observation, figures: Figures, dyad: Dyad | None = None) -> Evidence:
    """Draw the evidence from an observation and the figures of one of its children.

    Parameters: `observation`; `figures`, as computed for the child that the page is about; `dyad`, what else is known.
    Returns the evidence; the order of the observation's events does not matter.
    """
    focal = observation.caregivers[0].id if observation.caregivers else None
    scheme = observation.scheme
    answers = {response.code for response in scheme.responses} | {marker.code for marker in scheme.markers}
    taps = [event for event in observation.events if event.code in answers]
    harsh = {response.code for response in scheme.responses if response.harsh}
    return Evidence(
        scheme=scheme,
        duration_ms=observation.duration_ms,
        observed_ms=figures.observed_ms,
        pairs=tuple(sorted(figures.pairs, key=lambda pair: (pair.cue_ms, pair.codes))),
        spontaneous=tuple(sorted(figures.spontaneous, key=lambda tap: (tap.t_ms, tap.code))),
        taps=tuple(sorted((tap for tap in taps if tap.by in {None, focal}), key=lambda tap: (tap.t_ms, tap.code))),
        harsh_ms=tuple(sorted(tap.t_ms for tap in taps if tap.code in harsh)),
        gave_space=_gave_space(observation, figures),
        keeps=tuple(sorted(observation.keeps, key=lambda keep: keep.t_ms)),
        ratings=observation.ratings,
        dyad=dyad or Dyad(),
    )


def _gave_space(observation: Observation, figures: Figures) -> frozenset[int]:
    """The cues that the end review called "gave space": a reviewed tap may have prolonged an earlier one."""
    found = set()
    for place, answer in observation.reviews.items():
        event = observation.events[place]
        before = [pair.cue_ms for pair in figures.pairs if event.code in pair.codes and pair.cue_ms <= event.t_ms]
        if answer == "gave_space" and before:
            found.add(max(before))
    return frozenset(found)
