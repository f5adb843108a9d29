"""Which sentences does a family's page deserve, and why?

Pure: `propose` takes evidence and gives keys with their reasons in numbers; `words` makes sentences of them. Three
strengths, each with its own evidence and a moment; one thing the child showed; one small step; and what the visitor
may swap them for. Weak figures choose a step and are never said. Times are whole milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from recorder.feedback.evidence import Evidence
from recorder.measures import intervals, latency
from recorder.measures.observation import Keep
from recorder.measures.responsiveness import Pair

STRENGTHS = ("S7", "S1", "S2", "S6", "S4", "S5", "S3", "S10", "S9", "S8")
"""All strengths, the strongest evidence first."""
ON_THE_PAGE = 3
NEXT_MS = 60_000
REPAIR_MS = 60_000
QUICK_MS = 3_000
QUICK_ANSWERS = 5
ENOUGH = 3
FEW_CUES = 8
LOW = 50
I_SENTENCES_FROM_MONTHS = 18
COMFORT, TALK, FOLLOW, DELIGHT, PAUSE, REPAIR = "COMF", "TALK", "FOLLOW", "JOY", "PAUSE", "REPAIR"
AWAY = "AWAY"
LEADS = ("REACH", "PLAY")
LISTENING = ("VOC", "PLAY")

# A rating is shown by a moment with one of these answers (None: any answer that fits)
ADULT_SCALES: Mapping[str, tuple[int, Mapping[str, frozenset[str] | None]]] = {
    "sensitivity/1": (
        7,
        {
            "tuning_in": None,
            "joining": frozenset({FOLLOW}),
            "reachable": None,
            "acceptance": frozenset({COMFORT, DELIGHT, "TOUCH"}),
        },
    ),
    "warm-presence/1": (
        6,
        {
            "warm": frozenset({COMFORT, DELIGHT, "TOUCH"}),
            "structure": frozenset({FOLLOW, TALK}),
            "room": frozenset({FOLLOW, PAUSE}),
            "kind": frozenset({COMFORT}),
        },
    ),
}

Reasons = Mapping[str, int | float | str]


@dataclass(frozen=True)
class Moment:
    """One thing that happened: a cue, what the caregiver did, and what the child did next (None: left out)."""

    t_ms: int
    cue: str | None = None
    response: str | None = None
    latency_ms: int | None = None
    next_ms: int | None = None
    next: str | None = None
    next_again: bool = False


@dataclass(frozen=True)
class Strength:
    """A strength with its evidence. `types` are the cue types that it speaks for; `detail` a scale or Keep kind."""

    key: str
    types: tuple[str, ...] = ()
    moment: Moment | None = None
    detail: str = ""
    note: str = ""
    reasons: Reasons = field(default_factory=dict)


@dataclass(frozen=True)
class Shown:
    """One thing the child showed: from a Keep chip ("keep") or from a cue type ("type")."""

    key: str
    type: str | None = None
    detail: str = ""
    note: str = ""
    reasons: Reasons = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """A small step to try. Two steps on a page never share a `type`."""

    key: str
    type: str | None = None
    reasons: Reasons = field(default_factory=dict)


@dataclass(frozen=True)
class Proposal:
    """What a page could say; everything after the first three and the one step is there to swap in.

    `on_request` are the themes that only a visitor's tick brings; `distress` the cue types whose steps carry the care
    sentence; `warnings` are keys of what she should know.
    """

    strengths: tuple[Strength, ...]
    more_strengths: tuple[Strength, ...]
    shown: Shown | None
    more_shown: tuple[Shown, ...]
    step: Step
    more_steps: tuple[Step, ...]
    on_request: tuple[Step, ...]
    cues: int
    duration_ms: int
    observed_ms: int
    distress: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Candidate:
    """A strength that has its evidence; its moment is chosen last, so that one moment is not told twice."""

    strength: Strength
    moments: tuple[Moment, ...] = ()


def propose(evidence: Evidence) -> Proposal:
    """Choose the strengths, the thing shown and the step, with all alternatives in order.

    Parameters: `evidence`, one child's observation and what is known about the dyad.
    Returns the proposal; the same evidence gives the same proposal. Nothing in it rests on a rough moment.
    """
    strengths, more = _strengths(evidence)
    shown = _shown(evidence, strengths)
    cues = sum(pair.in_rate for pair in evidence.pairs)
    step, more_steps = _steps(evidence, strengths, cues)
    return Proposal(
        strengths=strengths,
        more_strengths=more,
        shown=shown[0] if shown else None,
        more_shown=tuple(shown[1:]),
        step=step,
        more_steps=more_steps,
        on_request=tuple(_on_request(evidence)),
        cues=cues,
        duration_ms=evidence.duration_ms,
        observed_ms=evidence.observed_ms,
        distress=frozenset(cue.code for cue in evidence.scheme.cues if cue.distress),
        warnings=tuple(_warnings(evidence, strengths, cues)),
    )


def _strengths(evidence: Evidence) -> tuple[tuple[Strength, ...], tuple[Strength, ...]]:
    chosen: list[Strength] = []
    rest: list[_Candidate] = []
    for candidate in _candidates(evidence):
        taken = {code for strength in chosen for code in strength.types}
        if len(chosen) < ON_THE_PAGE and not taken & set(candidate.strength.types):
            chosen.append(_told(candidate, chosen))
        else:
            rest.append(candidate)
    return tuple(chosen), tuple(_told(candidate, chosen) for candidate in rest)


def _told(candidate: _Candidate, before: Iterable[Strength]) -> Strength:
    """The strength with its earliest moment, one that is not on the page yet if there is one."""
    told = {(strength.moment.t_ms, strength.moment.cue) for strength in before if strength.moment}
    fresh = [moment for moment in candidate.moments if (moment.t_ms, moment.cue) not in told]
    moment = next(iter(fresh or candidate.moments), None)
    return replace(candidate.strength, moment=moment)


def _candidates(evidence: Evidence) -> Iterator[_Candidate]:
    for key in STRENGTHS:
        if not (evidence.harsh_ms and key in {"S2", "S3", "S9"}):
            yield from EVIDENCE[key](evidence)


def _comfort(evidence: Evidence) -> Iterator[_Candidate]:
    found = [
        (pair, code)
        for pair in evidence.open_pairs()
        if (code := _distress_code(evidence, pair)) and pair.response == COMFORT and evidence.fits(pair)
    ]
    if found:
        code = found[0][1]
        moments = tuple(_moment(evidence, pair, own) for pair, own in found if own == code)
        yield _Candidate(Strength("S1", (code,), reasons={"n": len(found)}), moments)


def _best_type(evidence: Evidence) -> Iterator[_Candidate]:
    ranked = []
    for place, code in enumerate(evidence.types()):
        tally = evidence.tally(code)
        bounds = intervals.wilson(tally.fitting, tally.codable)
        if bounds and tally.codable >= ENOUGH and 2 * tally.fitting >= tally.codable:
            ranked.append((-bounds[0], place, code, tally))
    if ranked:
        _, _, code, tally = min(ranked)
        reasons = {"fitting": tally.fitting, "codable": tally.codable}
        yield _Candidate(Strength("S2", (code,), reasons=reasons), _moments(evidence, code))


def _quick(evidence: Evidence) -> Iterator[_Candidate]:
    seen = [pair for pair in evidence.in_rate() if pair.status != "answered_by_another"]
    fits = [evidence.fits(pair) for pair in seen]
    # An answer that does not fit leaves the cue waiting: no fitting answer came in the time that was seen
    times = [
        pair.latency_ms if fit and pair.latency_ms is not None else pair.observed_ms
        for pair, fit in zip(seen, fits, strict=True)
    ]
    median = latency.median(latency.kaplan_meier(times, fits))
    if sum(fits) >= QUICK_ANSWERS and median is not None and median <= QUICK_MS:
        reasons = {"n": sum(fits), "median_ms": median}
        yield _Candidate(Strength("S3", reasons=reasons), _moments(evidence))


def _follows(evidence: Evidence) -> Iterator[_Candidate]:
    answered = [
        (pair, next(code for code in pair.codes if code in LEADS))
        for pair in evidence.in_rate()
        if pair.status == "answered" and set(LEADS) & set(pair.codes)
    ]
    followed = [(pair, code) for pair, code in answered if pair.response == FOLLOW and evidence.fits(pair)]
    if followed and 2 * len(followed) >= len(answered):
        moments = tuple(_moment(evidence, pair, code) for pair, code in followed)
        yield _Candidate(Strength("S4", LEADS, reasons={"n": len(followed), "of": len(answered)}), moments)


def _delight(evidence: Evidence) -> Iterator[_Candidate]:
    moments = []
    for pair in evidence.open_pairs():
        fits = not evidence.scheme.fit or max(_fits(evidence, pair.codes, DELIGHT)) >= 0.5
        if fits and pair.response == DELIGHT and pair.status == "answered":
            moments.append(_moment(evidence, pair, pair.codes[0]))
        elif fits:
            moments += [_own(evidence, tap.t_ms, DELIGHT) for tap in pair.follow_ups if tap.code == DELIGHT]
    moments += [_own(evidence, tap.t_ms, DELIGHT) for tap in evidence.spontaneous if tap.code == DELIGHT]
    moments = [moment for moment in moments if not evidence.shadowed(moment.t_ms)]
    if len(moments) >= 2:
        ordered = tuple(sorted(moments, key=lambda moment: moment.t_ms))
        yield _Candidate(Strength("S5", reasons={"n": len(moments)}), ordered)


def _space(evidence: Evidence) -> Iterator[_Candidate]:
    found = [pair for pair in evidence.open_pairs() if AWAY in pair.codes and _space_given(evidence, pair)]
    if found:
        moments = tuple(replace(_moment(evidence, pair, AWAY), response=PAUSE) for pair in found)
        yield _Candidate(Strength("S6", (AWAY,), reasons={"n": len(found)}), moments)


def _repair(evidence: Evidence) -> Iterator[_Candidate]:
    moments = []
    for t_ms, cue in _hard_moments(evidence):
        repair = _repaired(evidence, t_ms)
        if repair is not None and not evidence.shadowed(t_ms) and not evidence.shadowed(repair):
            following = _next(evidence, repair)
            moments.append(Moment(t_ms, cue, REPAIR, repair - t_ms, *following))
    if moments:
        yield _Candidate(Strength("S7", reasons={"n": len(moments)}), tuple(moments))


def _rated(evidence: Evidence) -> Iterator[_Candidate]:
    for instrument, (least, scales) in ADULT_SCALES.items():
        values = evidence.ratings.get(instrument, {})
        high = [(scale, value) for scale in scales if isinstance(value := values.get(scale), int) and value >= least]
        for scale, value in sorted(high, key=lambda pair: -pair[1]):
            answers = scales[scale]
            moments = tuple(m for m in _moments(evidence) if answers is None or m.response in answers)
            if moments:
                yield _Candidate(Strength("S8", detail=scale, reasons={"value": value, "scale": scale}), moments)


def _gain(evidence: Evidence) -> Iterator[_Candidate]:
    last, now = evidence.dyad.last, evidence.tally()
    if last is None:
        return
    difference = intervals.newcombe(now.fitting, now.codable, last.fitting, last.codable)
    if difference is not None and difference[0] > 0:
        reasons = {"fitting": now.fitting, "codable": now.codable, "before": last.fitting, "of": last.codable}
        yield _Candidate(Strength("S9", reasons=reasons), _moments(evidence))


def _kept(evidence: Evidence) -> Iterator[_Candidate]:
    for keep in _keeps(evidence):
        yield _Candidate(
            Strength("S10", detail=keep.kind, note=keep.note.strip(), reasons={"t_ms": keep.t_ms}),
            (_own(evidence, keep.t_ms, None),),
        )


def _keeps(evidence: Evidence) -> list[Keep]:
    """The Keep chips that can be printed: one in the visitor's own words needs words."""
    return [
        keep
        for keep in evidence.keeps
        if not evidence.shadowed(keep.t_ms) and (keep.kind != "own" or keep.note.strip())
    ]


EVIDENCE: Mapping[str, Callable[[Evidence], Iterator[_Candidate]]] = {
    "S1": _comfort,
    "S2": _best_type,
    "S3": _quick,
    "S4": _follows,
    "S5": _delight,
    "S6": _space,
    "S7": _repair,
    "S8": _rated,
    "S9": _gain,
    "S10": _kept,
}


def _moments(evidence: Evidence, code: str | None = None) -> tuple[Moment, ...]:
    """The moments of cues that got a fitting answer, in order of time; of one type or of all."""
    return tuple(
        _moment(evidence, pair, code or pair.codes[0])
        for pair in evidence.in_rate()
        if evidence.fits(pair) and (code is None or code in pair.codes)
    )


def _moment(evidence: Evidence, pair: Pair, code: str) -> Moment:
    following = _next(evidence, pair.cue_ms)
    return Moment(pair.cue_ms, code, pair.response, pair.latency_ms, *following)


def _own(evidence: Evidence, t_ms: int, response: str | None) -> Moment:
    """A moment that no cue of the child's began."""
    return Moment(t_ms, None, response, None, *_next(evidence, t_ms))


def _next(evidence: Evidence, t_ms: int) -> tuple[int | None, str | None, bool]:
    """The child's next cue, if it came within a minute and is neither distress nor a wish for a break."""
    for pair in evidence.pairs:
        if pair.cue_ms > t_ms:
            near = pair.cue_ms - t_ms <= NEXT_MS
            if not near or pair.distress or AWAY in pair.codes or evidence.shadowed(pair.cue_ms):
                break
            code = pair.codes[0]
            again = any(code in other.codes for other in evidence.pairs if other.cue_ms < pair.cue_ms)
            return pair.cue_ms, code, again
    return None, None, False


def _distress_code(evidence: Evidence, pair: Pair) -> str | None:
    distress = {cue.code for cue in evidence.scheme.cues if cue.distress}
    return next((code for code in pair.codes if code in distress), None)


def _fits(evidence: Evidence, codes: Iterable[str], response: str) -> list[float]:
    return [evidence.scheme.fit.get(code, {}).get(response, 0) for code in codes]


def _space_given(evidence: Evidence, pair: Pair) -> bool:
    if pair.response is not None and evidence.rough(pair.response):
        return False
    return pair.response == PAUSE and pair.status == "answered" or pair.cue_ms in evidence.gave_space


def _hard_moments(evidence: Evidence) -> list[tuple[int, str | None]]:
    """Every steering and every unanswered distress cue, with its code if it is a cue: what can be made up for."""
    steers = {response.code for response in evidence.scheme.responses if response.takes_over}
    taken: list[tuple[int, str | None]] = [(tap.t_ms, None) for tap in evidence.taps if tap.code in steers]
    left: list[tuple[int, str | None]] = [
        (pair.cue_ms, code)
        for pair in evidence.pairs
        if pair.status == "unanswered" and (code := _distress_code(evidence, pair))
    ]
    return sorted(taken + left, key=lambda moment: moment[0])


def _repaired(evidence: Evidence, t_ms: int) -> int | None:
    """When the caregiver made up after a hard moment, if she did within a minute."""
    after = (tap.t_ms for tap in evidence.taps if tap.code in {COMFORT, REPAIR} and t_ms < tap.t_ms <= t_ms + REPAIR_MS)
    return next(after, None)


def _shown(evidence: Evidence, strengths: tuple[Strength, ...]) -> list[Shown]:
    """What the child showed: Keep chips first, then the page's own cue type, then the most frequent."""
    kept = [
        Shown("keep", detail=keep.kind, note=keep.note.strip(), reasons={"t_ms": keep.t_ms})
        for keep in sorted(_keeps(evidence), key=lambda keep: keep.kind == "own")
    ]
    best = next((strength.types[0] for strength in strengths if strength.key == "S2"), None)
    counts = {code: sum(code in pair.codes for pair in evidence.in_rate()) for code in evidence.types()}
    ordered = sorted(counts, key=lambda code: (code != best, -counts[code]))
    return kept + [Shown("type", code, reasons={"n": counts[code]}) for code in ordered]


def _steps(evidence: Evidence, strengths: tuple[Strength, ...], cues: int) -> tuple[Step, tuple[Step, ...]]:
    weakest = None if cues < FEW_CUES else _weakest(evidence)
    goal = _goal_step(evidence) if cues < FEW_CUES else None
    deepened = (_deepen(strength) for strength in strengths)
    choices = [step for step in (weakest, goal, *deepened) if step and step.key not in evidence.dyad.doing]
    step = choices[0] if choices else Step("time_together", reasons={"nothing_else": 1})
    more = [
        other
        for other in (*_themes(evidence, cues), *_own_steps(evidence, cues))
        if other.key not in evidence.dyad.doing and (other.key, other.type) != (step.key, step.type)
    ]
    return step, (*more, *_untried(evidence, (step, *more)))


def _untried(evidence: Evidence, offered: Iterable[Step]) -> Iterator[Step]:
    """The last step once more, when there was little chance to try it and nothing else offers it."""
    if evidence.dyad.untried and evidence.dyad.untried[0] not in {step.key for step in offered}:
        yield Step(*evidence.dyad.untried, reasons={"tried": 0})


def _weakest(evidence: Evidence) -> Step | None:
    """The step for the cue type with the lowest Wilson upper bound, of those answered less than half of the time."""
    ranked = []
    for place, code in enumerate(evidence.types()):
        step = _answer(evidence, code)
        if step is not None and step.key not in evidence.dyad.doing:
            cue = evidence.scheme.cue(code)
            distress = cue is not None and cue.distress
            ranked.append((step.reasons["upper"], not distress, code != evidence.dyad.goal_type, place, step))
    return min(ranked, key=lambda rank: rank[:4])[4] if ranked else None


def _answer(evidence: Evidence, code: str) -> Step | None:
    """The step of a cue type that was answered less than half of the time; None when it was not, or n is too small."""
    tally = evidence.tally(code)
    bounds = intervals.wilson(tally.fitting, tally.codable)
    if bounds is None or tally.codable < ENOUGH or 2 * tally.fitting >= tally.codable:
        return None
    key = "active_listening" if code in LISTENING else f"answer_{code.lower()}"
    return Step(key, code, {"fitting": tally.fitting, "codable": tally.codable, "upper": bounds[1]})


def _goal_step(evidence: Evidence) -> Step | None:
    if not evidence.dyad.goal:
        return None
    code = evidence.dyad.goal_type
    if code is None:
        return Step("time_together", reasons={"goal": 1})
    return Step("active_listening" if code in LISTENING else f"answer_{code.lower()}", code, {"goal": 1})


DEEPEN = {"S1": "comfort", "S3": "quick", "S4": "follow", "S5": "delight", "S6": "space", "S7": "repair"}


def _deepen(strength: Strength) -> Step:
    """The step that does more of a strength."""
    kind = DEEPEN.get(strength.key) or (strength.types[0].lower() if strength.key == "S2" else "time")
    return Step(f"deepen_{kind}", strength.types[0] if strength.types else None, {"strength": strength.key})


def _themes(evidence: Evidence, cues: int) -> Iterator[Step]:
    """The themes in the order of their table, each with its figure or tick, then space after a wish for a break."""
    dyad = evidence.dyad
    for key, scale in (("consistency", "predictable_day"), ("follow_through", "follow_through")):
        if dyad.our_days.get(scale, LOW) < LOW:
            yield Step(key, reasons={"scale": dyad.our_days[scale]})
    yield from _ticked(evidence, "i_sentences")
    if cues >= FEW_CUES:
        yield from (step for code in LISTENING if (step := _answer(evidence, code)))
    yield from _repair_step(evidence)
    yield from _ticked(evidence, "vulnerability")
    yield from _naming(evidence)
    if dyad.goal:
        yield Step("time_together", reasons={"goal": 1})
    if dyad.new_stage or "check_in" in dyad.ticks:
        yield Step("check_in", reasons={"new_stage": int(dyad.new_stage)})
    yield from _ticked(evidence, "own_support")
    yield from _ticked(evidence, "professional_help")
    if dyad.done:
        yield Step("celebrate", reasons={"done": 1})
    away = [pair for pair in evidence.pairs if AWAY in pair.codes]
    if left := sum(not _space_given(evidence, pair) for pair in away):
        yield Step("give_space", AWAY, {"n": left})


def _own_steps(evidence: Evidence, cues: int) -> Iterator[Step]:
    """The programme's own steps whose trigger is there, in the programme's order."""
    dyad = evidence.dyad
    for own in dyad.own:
        answer = _answer(evidence, own.of) if own.trigger == "cue" and cues >= FEW_CUES else None
        if answer:
            yield Step(own.key, own.of, answer.reasons)
        elif own.trigger == "scale" and dyad.our_days.get(own.of, LOW) < LOW:
            yield Step(own.key, reasons={"scale": dyad.our_days[own.of]})
        elif own.trigger == "goal" and dyad.goal:
            yield Step(own.key, reasons={"goal": 1})
        elif own.trigger == "tick":
            yield from _ticked(evidence, own.key)


def _repair_step(evidence: Evidence) -> Iterator[Step]:
    rough = [(tap.t_ms, None) for tap in evidence.taps if evidence.rough(tap.code)]
    cried = [moment for moment in _hard_moments(evidence) if moment[1]]
    left = [moment for moment in (*rough, *cried) if _repaired(evidence, moment[0]) is None]
    if left:
        codes = [code for _, code in left if code]
        yield Step("repair", codes[0] if len(codes) == len(left) else None, {"n": len(left)})


def _naming(evidence: Evidence) -> Iterator[Step]:
    answered = [
        (pair, code)
        for pair in evidence.open_pairs()
        if pair.status == "answered" and (code := _distress_code(evidence, pair))
    ]
    spoken = any(TALK in {pair.response, *(tap.code for tap in pair.follow_ups)} for pair, _ in answered)
    if answered and not spoken:
        yield Step("naming_feelings", answered[0][1], {"n": len(answered)})


def _ticked(evidence: Evidence, key: str) -> Iterator[Step]:
    if key in evidence.dyad.ticks and key in {step.key for step in _on_request(evidence)}:
        yield Step(key, reasons={"ticked": 1})


def _on_request(evidence: Evidence) -> Iterator[Step]:
    """The themes that no figure brings."""
    age = evidence.dyad.age_months
    if age is not None and age > I_SENTENCES_FROM_MONTHS:
        yield Step("i_sentences", reasons={"ticked": 1})
    yield Step("vulnerability", reasons={"ticked": 1})
    yield Step("check_in", reasons={"ticked": 1})
    yield Step("own_support", reasons={"ticked": 1})
    if evidence.dyad.contacts:
        yield Step("professional_help", reasons={"ticked": 1})
    for own in evidence.dyad.own:
        if own.trigger == "tick":
            yield Step(own.key, reasons={"ticked": 1})


def _warnings(evidence: Evidence, strengths: tuple[Strength, ...], cues: int) -> Iterator[str]:
    if len(strengths) < 2:
        yield "write_one"
    if cues < FEW_CUES:
        yield "few_cues"
    if evidence.harsh_ms:
        yield "rough_moment"
