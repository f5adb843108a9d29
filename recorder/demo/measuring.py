"""What did the visits bring beside the observation: a sort, a questionnaire, a second observer's coding?

Pure: whatever is made up here depends on the household and on the chance that is handed in. A sort is the criterion
with noise, laid into the legal piles; answers are of the household's own readiness; a second observer sees most of what
the first saw, a little earlier or later, and now and then something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random

from recorder.demo.households import Household
from recorder.instruments.qset import QSet
from recorder.instruments.questionnaire import Questionnaire
from recorder.instruments.scheme import Scheme
from recorder.measures.observation import Event, Observation, Value

SYNC_MS = 4000
"""When the first observer says "now" aloud, where two code."""
LATER_MS = 600
"""By how much the second observer's clock began before the first's."""
MISSED = 0.08
OTHERWISE = 0.06
"""The shares of moments that a second observer misses, and codes as something else."""
JITTER_MS = 450


def sort(qset: QSet, household: Household, chance: Random) -> dict[str, int]:
    """A pile for each card, in the order in which they are laid down."""
    noise = 4.5 - 3 * household.comforts
    values: Mapping[str, float] = qset.criteria[0].values
    laid = sorted(values, key=lambda card: values[card] + chance.gauss(0, noise))
    piles = [pile for pile, holds in enumerate(qset.distributions[0], 1) for _ in range(holds)]
    return dict(zip(laid, piles, strict=True))


def answers(
    questionnaire: Questionnaire, household: Household, age_months: int, chance: Random
) -> dict[str, int | str]:
    """An answer to each question; what does not apply yet says so."""
    found: dict[str, int | str] = {}
    for question in questionnaire.questions:
        if question.from_age_months is not None and age_months < question.from_age_months:
            found[question.id] = "NA"
            continue
        value = max(questionnaire.low, min(questionnaire.high, round(chance.gauss(2 + 3 * household.answers, 0.8))))
        found[question.id] = questionnaire.low + questionnaire.high - value if question.reversed else value
    return found


def presence(household: Household, chance: Random) -> dict[str, Value]:
    """Warm presence, rated in the middle of its scales."""
    middle = 2.5 + 2.5 * household.answers
    scales = ("warm", "structure", "room", "kind", "responds", "invites")
    return {scale: max(3, min(5, round(chance.gauss(middle, 0.7)))) for scale in scales}


def with_sync(seen: Observation) -> Observation:
    """An observation in which "now" was tapped."""
    events = sorted((*seen.events, Event(SYNC_MS, "SYNC")), key=lambda event: event.t_ms)
    shift = {old: events.index(event) for old, event in enumerate(seen.events)}
    return replace(seen, events=tuple(events), reviews={shift[place]: answer for place, answer in seen.reviews.items()})


def seen_by_another(first: Observation, chance: Random) -> Observation:
    """What a second observer coded of the same moment; her clock is `LATER_MS` ahead."""
    events = sorted(_other_eyes(first, chance), key=lambda event: (event.t_ms, event.code))
    return replace(first, events=tuple(events), keeps=(), reviews={}, ratings={
        instrument: {scale: _near(value, chance) for scale, value in values.items()}
        for instrument, values in first.ratings.items()
    })  # fmt: skip


def _other_eyes(first: Observation, chance: Random) -> Iterator[Event]:
    for event in first.events:
        moved = event.t_ms + LATER_MS
        if event.code == "SYNC":
            yield replace(event, t_ms=moved)
            continue
        if chance.random() < MISSED:
            continue
        moved = max(0, min(first.duration_ms - 1, moved + round(chance.gauss(0, JITTER_MS))))
        length = None if event.until_ms is None else min(first.duration_ms, moved + event.until_ms - event.t_ms)
        yield replace(event, t_ms=moved, until_ms=length, code=_other_code(event.code, first.scheme, chance))


def _other_code(code: str, scheme: Scheme, chance: Random) -> str:
    sides = ([cue.code for cue in scheme.cues], [response.code for response in scheme.responses if not response.rough])
    side = next((side for side in sides if code in side), None)
    return chance.choice(side) if side and chance.random() < OTHERWISE else code


def _near(value: Value, chance: Random) -> Value:
    return value if not isinstance(value, int) else max(4, min(7, value + chance.choice((-1, 0, 0, 0, 1))))
