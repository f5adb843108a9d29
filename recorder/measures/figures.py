"""What does one observation say, in figures that each carry their n?

All times are milliseconds, rates lie in 0..1, and None means that there was no opportunity or that a figure is not
defined: never 0. Figures are of one child; `VERSION` of the measures goes with them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import inf
from statistics import fmean, median, quantiles
from typing import Any

from recorder.instruments.scheme import RESERVED, Scheme
from recorder.measures import VERSION
from recorder.measures.contingency import Contingency, contingency
from recorder.measures.evenness import Evenness, evenness
from recorder.measures.intervals import wilson
from recorder.measures.latency import kaplan_meier
from recorder.measures.latency import median as kaplan_meier_median
from recorder.measures.observation import Event, Observation, focal_caregiver, is_of, observed_ms, validate
from recorder.measures.responsiveness import FollowUp, Linked, Pair, link

Interval = tuple[float, float]

FEWEST_FOR_INTERVAL = 5
"""Codable cues below which a rate gets no interval, and a screen shows the counts only."""
WARNINGS = {
    "short": "Fewer than 3 minutes were observed: these figures are of a moment.",
    "no_cues": "No cues were recorded, so there is no response rate.",
    "few_for_rate": "Too few cues for a rate: read the counts.",
    "few_to_compare": "Too few cues to compare visits.",
    "no_miss": "The odds ratio cannot be estimated: no response was missing in a cue's window.",
    "few_seconds": "Fewer than 5 seconds in a cell of the contingency table: read its counts.",
}
"""What figures may warn of, in the words of the JSON document and of the catalogue."""
REPAIRS = frozenset({"COMF", "REPAIR"})
REPAIR_MS = 60_000
SHORTEST_MS = 180_000
"""Observed time, in ms, below which figures are of a moment and are not kept."""


@dataclass(frozen=True)
class Rule:
    """The rule under which cues and responses were linked: figures made under different rules are never pooled."""

    scheme: str
    scheme_hash: str
    merge_ms: int
    min_latency_ms: int
    windows_ms: Mapping[str, int]
    credit: str = "latest"


@dataclass(frozen=True)
class Latency:
    """How long an answer took, in ms. `median` is Kaplan-Meier's (None: not reached); the rest is of answered cues."""

    median: float | None
    answered_median: float | None
    answered_mean: float | None
    quartiles: Interval | None
    max: int | None


@dataclass(frozen=True)
class CueFigures:
    """Counts and rates over some cues. `codable` = answered + unanswered; `rate` is None when nothing was codable;
    `rate_interval` is Wilson's 95 %, None below five codable cues (a screen then shows the counts only)."""

    cues: int
    codable: int
    answered: int
    unanswered: int
    not_codable: int
    answered_by_another: int
    rate: float | None
    rate_interval: Interval | None
    latency: Latency


@dataclass(frozen=True)
class Fit:
    """How well answers fitted. `share` = sum of fit / answered, `strict` = answers with fit 1 / answered, `n` answered;
    `prompt_contingent_appropriate` = (answered in the window with fit 1, codable)."""

    share: float | None
    strict: float | None
    n: int
    prompt_contingent_appropriate: tuple[int, int]


@dataclass(frozen=True)
class Figures:
    """Everything that is computed from one observation (of one child), once.

    `follow_ups` counts further responses to cues in the rate; `repair` is (repaired, rough moments and unanswered
    distress); `balance` is cues / (cues + spontaneous); `per_minute` counts each code per observed minute:
    a cue that goes on as one, and the focal caregiver's responses. `child` and `caregiver` are the ids of the dyad
    (None: the observation names nobody).
    """

    version: int
    rule: Rule
    child: str | None
    caregiver: str | None
    observed_ms: int
    overall: CueFigures
    by_cue: Mapping[str, CueFigures]
    distress: CueFigures
    non_distress: CueFigures
    fit: Fit | None
    follow_ups: int
    spontaneous: tuple[FollowUp, ...]
    late: tuple[FollowUp, ...]
    repair: tuple[int, int]
    balance: float | None
    per_minute: Mapping[str, float]
    pairs: tuple[Pair, ...]
    contingency: Contingency
    evenness: Evenness | None
    evenness_by_cue: Mapping[str, Evenness | None]
    warnings: tuple[str, ...] = field(default=())


def figures(
    observation: Observation, *, window_ms: int | None = None, merge_ms: int | None = None, child: str | None = None
) -> Figures:
    """Compute every figure of one observation.

    Parameters: `window_ms` and `merge_ms`, in place of the scheme's (for all cues); `child`, whose cues (None: the
    focal child's). Raises `InvalidObservation` with one sentence. Rule and sources: `responsiveness`, domain terms of
    Ainsworth and of Bornstein & Tamis-LeMonda.

    >>> from recorder.instruments.library import builtin
    >>> from recorder.measures.observation import Event
    >>> seen = Observation(builtin("serve-and-return/1"), 300_000, (Event(10_000, "VOC"), Event(12_300, "TALK")))
    >>> made = figures(seen)
    >>> made.overall.answered, made.overall.codable, made.overall.rate_interval
    (1, 1, None)
    """
    validate(observation)
    scheme = observation.scheme
    windows = {cue.code: window_ms or cue.window_ms for cue in scheme.cues}
    linked = link(observation, child=child, windows_ms=windows, merge_ms=merge_ms)
    counted = [pair for pair in linked.pairs if pair.in_rate]
    overall = _of(counted)
    by_cue = {cue.code: _of([pair for pair in linked.pairs if cue.code in pair.codes]) for cue in scheme.cues}
    seen_ms, own = observed_ms(observation), _own(observation, child)
    chance = contingency(observation, linked, [pair.window_ms for pair in linked.pairs])
    return Figures(
        version=VERSION,
        rule=Rule(
            scheme=scheme.id,
            scheme_hash=scheme.hash,
            merge_ms=scheme.merge_ms if merge_ms is None else merge_ms,
            min_latency_ms=scheme.min_latency_ms,
            windows_ms=windows,
        ),
        child=child or (observation.children[0].id if observation.children else None),
        caregiver=focal_caregiver(observation),
        observed_ms=seen_ms,
        overall=overall,
        by_cue=by_cue,
        distress=_of([pair for pair in counted if pair.distress]),
        non_distress=_of([pair for pair in counted if not pair.distress]),
        fit=_fit(counted) if scheme.fit else None,
        follow_ups=sum(len(pair.follow_ups) for pair in counted),
        spontaneous=linked.spontaneous,
        late=linked.late,
        repair=_repair(own, linked, scheme),
        balance=_share(overall.cues, overall.cues + len(linked.spontaneous)),
        per_minute=_per_minute(own, by_cue, seen_ms, scheme),
        pairs=linked.pairs,
        contingency=chance,
        evenness=evenness(counted),
        evenness_by_cue={
            cue.code: evenness([pair for pair in counted if cue.code in pair.codes]) for cue in scheme.cues
        },
        warnings=_warnings(overall, seen_ms, chance),
    )


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None


def _of(pairs: Sequence[Pair]) -> CueFigures:
    count = Counter(pair.status for pair in pairs)
    answered, codable = count["answered"], count["answered"] + count["unanswered"]
    return CueFigures(
        cues=len(pairs),
        codable=codable,
        answered=answered,
        unanswered=count["unanswered"],
        not_codable=count["not_codable"],
        answered_by_another=count["answered_by_another"],
        rate=_share(answered, codable),
        rate_interval=wilson(answered, codable) if codable >= FEWEST_FOR_INTERVAL else None,
        latency=_latency(pairs),
    )


def _latency(pairs: Sequence[Pair]) -> Latency:
    """Unanswered cues count as watched for their whole window, cut ones for what was seen of it, and those that
    another answered up to that answer."""
    times = [pair.observed_ms if pair.latency_ms is None else pair.latency_ms for pair in pairs]
    steps = kaplan_meier(times, [pair.status == "answered" for pair in pairs])
    answered = sorted(pair.latency_ms for pair in pairs if pair.status == "answered" and pair.latency_ms is not None)
    quarters = quantiles(answered, n=4, method="inclusive") if len(answered) > 1 else None
    return Latency(
        median=kaplan_meier_median(steps),
        answered_median=float(median(answered)) if answered else None,
        answered_mean=fmean(answered) if answered else None,
        quartiles=(quarters[0], quarters[2]) if quarters else None,
        max=answered[-1] if answered else None,
    )


def _fit(pairs: Sequence[Pair]) -> Fit:
    answers = [pair.fit or 0.0 for pair in pairs if pair.status == "answered"]
    codable = sum(pair.status in {"answered", "unanswered"} for pair in pairs)
    full = sum(fit == 1 for fit in answers)
    return Fit(_share(sum(answers), len(answers)), _share(full, len(answers)), len(answers), (full, codable))


def _own(observation: Observation, child: str | None) -> list[Event]:
    """What belongs to this child, the responses of the focal caregiver only."""
    ours = {None, focal_caregiver(observation)}
    return [event for event in observation.events if event.by in ours and is_of(event, observation, child)]


def _repair(own: Sequence[Event], linked: Linked, scheme: Scheme) -> tuple[int, int]:
    """Rough moments and unanswered distress, and how many were followed by comfort or a repair within a minute. A
    scheme that can show neither gives no opportunity."""
    if not REPAIRS & scheme.codes():
        return 0, 0
    rough = {response.code for response in scheme.responses if response.rough}
    hard = [event.t_ms for event in own if event.code in rough]
    hard += [pair.cue_ms for pair in linked.pairs if pair.distress and pair.status == "unanswered"]
    mended = [event.t_ms for event in own if event.code in REPAIRS]
    return sum(any(0 < t - moment <= REPAIR_MS for t in mended) for moment in hard), len(hard)


def _per_minute(
    own: Sequence[Event], by_cue: Mapping[str, CueFigures], seen_ms: int, scheme: Scheme
) -> dict[str, float]:
    if seen_ms == 0:
        return {}
    taps = Counter(event.code for event in own)
    count = dict(taps) | {code: part.cues for code, part in by_cue.items()}
    return {code: count.get(code, 0) * 60_000 / seen_ms for code in sorted(scheme.codes() - RESERVED)}


def _warnings(overall: CueFigures, seen_ms: int, chance: Contingency) -> tuple[str, ...]:
    said = []
    if seen_ms < SHORTEST_MS:
        said.append("short")
    if overall.cues == 0:
        said.append("no_cues")
    elif overall.codable < FEWEST_FOR_INTERVAL:
        said.append("few_for_rate")
    elif overall.codable < 2 * FEWEST_FOR_INTERVAL:
        said.append("few_to_compare")
    if overall.cues and chance.few:
        said.append("no_miss" if chance.odds_ratio == inf else "few_seconds")
    return tuple(WARNINGS[name] for name in said)


def as_document(made: Figures, id: str | None, scheme: str) -> dict[str, Any]:
    """The figures as the JSON document of `recorder measure --format json`; undefined is None.

    Parameters: `id`, the observation's; `scheme`, its scheme's id.

    >>> from recorder.instruments.library import builtin
    >>> nothing = as_document(figures(Observation(builtin("serve-and-return/1"), 300_000, ())), None, "x")
    >>> nothing["cues"], nothing["rate"], nothing["rule"]["credit"]
    (0, None, 'latest')
    """
    document: dict[str, Any] = {"id": id, "scheme": scheme, "version": made.version}
    document |= {"child": made.child, "caregiver": made.caregiver}
    document["rule"] = {
        "credit": made.rule.credit,
        "merge_ms": made.rule.merge_ms,
        "min_latency_ms": made.rule.min_latency_ms,
        "windows_ms": dict(made.rule.windows_ms),
        "scheme_hash": made.rule.scheme_hash,
    }
    document["observed_ms"] = made.observed_ms
    document |= _cues(made.overall)
    document |= {"follow_ups": made.follow_ups, "spontaneous": len(made.spontaneous), "late": len(made.late)}
    document["by_cue"] = {code: _cues(part) for code, part in made.by_cue.items()}
    document |= {"distress": _cues(made.distress), "non_distress": _cues(made.non_distress)}
    fit = made.fit
    document["fit"] = fit and {"share": fit.share, "strict": fit.strict, "n": fit.n}
    document["prompt_contingent_appropriate"] = fit and _of_n(fit.prompt_contingent_appropriate, rate=True)
    document["contingency"] = _plain(asdict(made.contingency))
    document["evenness"] = made.evenness and made.evenness.evenness
    document["evenness_of"] = made.evenness and asdict(made.evenness)
    document["evenness_by_cue"] = {code: part and part.evenness for code, part in made.evenness_by_cue.items()}
    document |= {"repair": _of_n(made.repair), "balance": made.balance, "per_minute": dict(made.per_minute)}
    document["pairs"] = [_pair(pair) for pair in made.pairs]
    document["spontaneous_responses"] = [dict(vars(response)) for response in made.spontaneous]
    document["warnings"] = list(made.warnings)
    return document


def _cues(part: CueFigures) -> dict[str, Any]:
    document = dict(vars(part))
    del document["latency"]
    document["rate_interval"] = _listed(part.rate_interval)
    document["latency_ms"] = vars(part.latency) | {"quartiles": _listed(part.latency.quartiles)}
    return document


def _of_n(counts: tuple[int, int], *, rate: bool = False) -> dict[str, Any]:
    n, of = counts
    return {"n": n, "of": of} | ({"rate": _share(n, of)} if rate else {})


def _pair(pair: Pair) -> dict[str, Any]:
    # vars, not asdict: that copies deeply and takes longer than all the rest
    document = {key: value for key, value in vars(pair).items() if key != "child"}
    document["codes"] = list(pair.codes)
    document["follow_ups"] = [dict(vars(follow_up)) for follow_up in pair.follow_ups]
    return document


def _listed(interval: Interval | None) -> list[float] | None:
    return None if interval is None else list(interval)


def _plain(value: Any) -> Any:
    """Tuples as lists, and an infinite odds ratio as None: JSON knows no infinity, and a warning says why."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return None if value == inf else value
