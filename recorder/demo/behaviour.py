"""What does an invented child do, and what does the caregiver do then?

A small model, pure: cues come at random, some seconds apart; each is answered with the household's own readiness after
a log-normal time, most often in a way that fits. A cry goes on until it is comforted. Now and then somebody else
answers, the caregiver starts by herself, steers with no need, or the child is out of view for a while. All times are
whole milliseconds from the observation's start.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from recorder.demo.households import Household
from recorder.instruments.scheme import Scheme
from recorder.measures.observation import Event, Keep, Observation, Person, Value

CUES = {"VOC": 9, "LOOK": 7, "REACH": 5, "PLAY": 5, "UP": 3, "CRY": 2, "AWAY": 2}
"""How often each cue comes, against the others."""

ANSWERS = {
    "VOC": {"TALK": 6, "JOY": 3, "FOLLOW": 1},
    "LOOK": {"JOY": 4, "TALK": 4, "TOUCH": 1},
    "REACH": {"FOLLOW": 6, "TALK": 3, "TAKE": 1},
    "PLAY": {"FOLLOW": 5, "JOY": 4, "TAKE": 1},
    "UP": {"TOUCH": 4, "COMF": 4, "TALK": 1},
    "CRY": {"COMF": 7, "TOUCH": 3, "TALK": 2},
    "AWAY": {"PAUSE": 6, "TALK": 3, "TAKE": 1},
}
"""How often each answer is given to a cue, against the others."""

KEEPS = (
    ("comfort", "Came for a cuddle and settled at once"),
    ("glad", "A big smile when the door opened"),
    ("explore", "Went off to look, and came back to show"),
)


@dataclass(frozen=True)
class Cast:
    """Who is observed: ids of the focal child and caregiver, and of another caregiver who may answer."""

    child: str
    caregiver: str
    other: str | None


def observe(scheme: Scheme, household: Household, cast: Cast, chance: Random) -> Observation:
    """Make up one observation of 8 to 12 minutes."""
    duration = chance.randint(480, 720) * 1000
    gap = _gap(duration, chance)
    events = [event for event in _moments(household, cast, chance, duration) if not _inside(event.t_ms, gap)]
    if gap:
        events.append(Event(gap[0], "OUT_OF_VIEW", gap[1]))
    events.sort(key=lambda event: (event.t_ms, event.code))
    reviews = {
        place: chance.choice(("gave_space", "carried_on", "not_sure"))
        for place, event in enumerate(events)
        if event.code == "AWAY"
    }
    kind, note = chance.choice(KEEPS)
    keeps = (Keep(duration // 2, kind, note),) if chance.random() < 0.5 else ()
    return Observation(
        scheme=scheme,
        duration_ms=duration,
        events=tuple(events),
        children=(Person(cast.child),),
        caregivers=tuple(Person(id) for id in (cast.caregiver, cast.other) if id),
        ratings={"sensitivity/1": _ratings(household, cast, chance)},
        keeps=keeps,
        reviews=reviews,
    )


def _moments(household: Household, cast: Cast, chance: Random, duration: int) -> Iterator[Event]:
    t = chance.randint(3000, 9000)
    while t < duration - 1000:
        code = _pick(CUES, chance)
        yield Event(t, code)
        answer = _answer(code, t, household, cast, chance)
        if code == "CRY":
            yield from _goes_on(t, answer.t_ms if answer else t + chance.randint(12_000, 25_000), chance, duration)
        if answer and answer.t_ms < duration:
            yield answer
            if code == "CRY" and answer.t_ms + 3000 < duration and chance.random() < 0.4:
                yield Event(answer.t_ms + 2500, "TALK", by=answer.by)
        if chance.random() < 0.12 and t + 12_000 < duration:
            yield Event(t + 11_000 + chance.randint(0, 900), _pick({"TALK": 3, "TOUCH": 2, "JOY": 2}, chance))
        t += 2000 + round(chance.expovariate(household.pace / 60_000))


def _answer(code: str, t: int, household: Household, cast: Cast, chance: Random) -> Event | None:
    ready = household.comforts if code == "CRY" else household.answers
    if chance.random() >= ready:
        return None
    latency = min(9000, 400 + round(1000 * chance.lognormvariate(0.45, 0.55)))
    somebody_else = cast.other if cast.other and chance.random() < 0.12 else None
    return Event(t + latency, _pick(ANSWERS[code], chance), by=somebody_else)


def _goes_on(since: int, until: int, chance: Random, duration: int) -> Iterator[Event]:
    """The further taps of a cry: as long as it lasts, every few seconds."""
    t = since + chance.randint(4000, 8000)
    while t < min(until, duration - 1000):
        yield Event(t, "CRY")
        t += chance.randint(4000, 8000)


def _gap(duration: int, chance: Random) -> tuple[int, int] | None:
    """A while out of view, in three of ten observations."""
    start, length = chance.randint(60_000, duration - 90_000), chance.randint(8000, 40_000)
    return (start, start + length) if chance.random() < 0.3 else None


def _inside(t: int, gap: tuple[int, int] | None) -> bool:
    return gap is not None and gap[0] <= t <= gap[1]


def _ratings(household: Household, cast: Cast, chance: Random) -> dict[str, Value]:
    """Four ratings around the household's readiness; a caregiver beside whom another is in charge is not rated."""
    middle = 3 + household.answers * 5
    values: dict[str, Value] = {
        scale: max(4, min(7, round(chance.gauss(middle, 0.9)))) for scale in ("tuning_in", "joining", "acceptance")
    }
    nob = cast.other is not None and chance.random() < 0.4
    return values | {"reachable": "NOB" if nob else max(4, min(7, round(chance.gauss(middle, 0.9))))}


def _pick(weights: dict[str, int], chance: Random) -> str:
    return chance.choices(list(weights), weights=list(weights.values()))[0]
