"""A second linking, written from the rule's words with no thought of speed, finds the same in random visits."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from recorder.instruments.library import builtin
from recorder.instruments.scheme import Scheme
from recorder.measures.observation import Event, Observation, Person
from recorder.measures.responsiveness import link

STEP = 100
"""Times are multiples of this many ms, so that a window can be looked at step by step."""
END = 90_000
PEOPLE = (Person("mum"), Person("gran"))
SCHEME = builtin("serve-and-return/1")
assert isinstance(SCHEME, Scheme)
CUES = {cue.code: cue for cue in SCHEME.cues}
RESPONSES = [response.code for response in SCHEME.responses]


@dataclass
class Cue:
    onset: int
    codes: list[str]
    answers: list[Event] = field(default_factory=list)

    @property
    def window(self) -> int:
        return max(CUES[code].window_ms for code in self.codes)


def cues_of(events: list[Event]) -> list[Cue]:
    taps = sorted((e for e in events if e.code in CUES), key=lambda e: (e.t_ms, e.code))
    new = []
    for place, tap in enumerate(taps):
        earlier = [other.t_ms for other in taps[:place] if other.code == tap.code]
        if not earlier or tap.t_ms - earlier[-1] > CUES[tap.code].continues_ms or not CUES[tap.code].continues_ms:
            new.append(tap)
    cues = []
    while new:
        first = new[0].t_ms
        together = [tap for tap in new if tap.t_ms == first or tap.t_ms - first < SCHEME.merge_ms]
        cues.append(Cue(first, list(dict.fromkeys(tap.code for tap in together))))
        new = new[len(together) :]
    return cues


def linked_slowly(events: list[Event]) -> tuple[list[tuple[object, ...]], list[int], list[int]]:
    cues = cues_of(events)
    spontaneous, late = [], []
    for tap in sorted((e for e in events if e.code in RESPONSES), key=lambda e: (e.t_ms, e.code, e.by or "")):
        eligible = [cue for cue in cues if 0 <= tap.t_ms - cue.onset <= cue.window]
        if eligible:
            max(eligible, key=lambda cue: cue.onset).answers.append(tap)
        elif tap.by is None:
            spontaneous.append(tap.t_ms)
            if any(cue.window < tap.t_ms - cue.onset <= 2 * cue.window for cue in cues):
                late.append(tap.t_ms)
    return [outcome(cue, events) for cue in cues], spontaneous, late


def outcome(cue: Cue, events: list[Event]) -> tuple[object, ...]:
    gaps = [(e.t_ms, e.until_ms) for e in events if e.code in {"OUT_OF_VIEW", "PAUSE_CLOCK"}]
    steps = range(cue.onset, cue.onset + cue.window, STEP)
    whole = all(t < END and not any(start <= t < end for start, end in gaps if end) for t in steps)
    if not cue.answers:
        return cue.onset, cue.codes, "unanswered" if whole else "not_codable", None, []
    first, *more = cue.answers
    status = "answered" if first.by is None else "answered_by_another"
    return cue.onset, cue.codes, status, first.t_ms, [tap.t_ms for tap in more if tap.by is None]


times = st.integers(0, END // STEP).map(lambda step: step * STEP)
taps = st.builds(
    Event, times, st.sampled_from([*CUES, *RESPONSES, "CRY", "CRY", "COMF"]), by=st.sampled_from([None, None, "gran"])
)


def lost_and_paused(cuts: list[int]) -> list[Event]:
    first, second, third, last = sorted(cuts)
    return [Event(first, "OUT_OF_VIEW", second), Event(third, "PAUSE_CLOCK", last)]


gaps = st.lists(times, min_size=4, max_size=4, unique=True).map(lost_and_paused)


@given(st.lists(taps, max_size=50), st.just([]) | gaps)
def test_both_find_the_same(tapped: list[Event], unseen: list[Event]) -> None:
    events = [event for event in tapped if event.code not in CUES or event.by is None] + unseen
    found = link(Observation(SCHEME, END, tuple(events), caregivers=PEOPLE))
    pairs = [
        (pair.cue_ms, list(pair.codes), pair.status, pair.response_ms, [tap.t_ms for tap in pair.follow_ups])
        for pair in found.pairs
    ]
    expected, spontaneous, late = linked_slowly(events)
    assert pairs == expected
    assert [tap.t_ms for tap in found.spontaneous] == spontaneous
    assert [tap.t_ms for tap in found.late] == late
