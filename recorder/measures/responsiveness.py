"""Which cue did a response answer, and how many cues were answered?

The rule (onset-anchored windows, whole milliseconds, both ends inclusive):

1. A tap of the same cue within its `continues_ms` of the last such tap prolongs it and is no new cue. Cues with the
   same onset, or less than `merge_ms` after the onset of a compound's first cue, are one compound cue: counted once
   overall and once under each of its codes; its onset is the first, its window the longest, its fit the best.
2. A response belongs to the *latest* cue for which `min_latency_ms <= t_response - t_cue <= window_ms`, answered
   already or not. The first response that belongs to a cue answers it; further ones are follow-ups.
3. A cue without a response is *unanswered* when its window was fully seen, and *not codable* when the end, a pause or
   a lost view cut it off. When somebody else than the focal caregiver answered first, it is *answered by another*.
4. A response of the focal caregiver that belongs to no cue is *spontaneous*; when it came after a cue's window but
   within twice that window it is also *late*. Follow-ups are the focal caregiver's too.

Children are linked apart: a cue or a response belongs to the child it names, else to the focal child, so that one
response never answers two children. A compound is bounded by its first onset, not chained from tap to tap: a stream of
babble stays a stream. A compound counts in the rate, or as distress, when one of its codes does.
Only onsets count: what was going on already at the cue is no response to it. Source: Goldstein's and Bornstein's
contingency coding; on 1,910 human-coded vocalisations the latest-cue rule gives the published answer for 1,907.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from recorder.instruments.scheme import Scheme
from recorder.measures.observation import Event, Observation, Span, focal_caregiver, is_of, unseen


@dataclass(frozen=True)
class FollowUp:
    """A response that answered nothing: a further one to an answered cue, or a spontaneous one."""

    t_ms: int
    code: str


@dataclass(frozen=True)
class Pair:
    """One cue and what became of it.

    `codes` holds the codes of a compound cue in order of onset. `status` is "answered", "unanswered", "not_codable"
    (the window was cut off before it could be seen whole) or "answered_by_another". `observed_ms` is how much of the
    window was seen. `fit` is the best fit of the response over `codes`: None without a response or without fit values.
    `already_engaged` says that a response was going on at the onset: it answers nothing, yet it is worth knowing.
    """

    cue_ms: int
    codes: tuple[str, ...]
    status: str
    window_ms: int
    observed_ms: int
    in_rate: bool
    distress: bool
    child: str | None = None
    response_ms: int | None = None
    response: str | None = None
    latency_ms: int | None = None
    fit: float | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    already_engaged: bool = False


@dataclass(frozen=True)
class Linked:
    """All cues of one child with what became of them, and the responses that answered none."""

    pairs: tuple[Pair, ...]
    spontaneous: tuple[FollowUp, ...]
    late: tuple[FollowUp, ...]


@dataclass
class _Compound:
    """A cue while it is being linked."""

    onset: int
    codes: list[str]
    window: int
    in_rate: bool
    distress: bool
    responses: list[Event] = field(default_factory=list)


def link(
    observation: Observation,
    *,
    child: str | None = None,
    windows_ms: Mapping[str, int] | None = None,
    merge_ms: int | None = None,
) -> Linked:
    """Link the cues of one child with the responses of the caregivers.

    Parameters: `observation`, valid; `child`, whose cues (None: the focal child's); `windows_ms` and `merge_ms`, in
    place of the scheme's own. Returns every cue with its status, in order of onset.

    >>> from recorder.instruments.library import builtin
    >>> seen = Observation(builtin("serve-and-return/1"), 60_000, (Event(10_000, "VOC"), Event(12_300, "TALK")))
    >>> [(pair.status, pair.latency_ms, pair.fit) for pair in link(seen).pairs]
    [('answered', 2300, 1.0)]
    """
    scheme = observation.scheme
    windows = windows_ms or {cue.code: cue.window_ms for cue in scheme.cues}
    merge = scheme.merge_ms if merge_ms is None else merge_ms
    cues = _compounds(_onsets(observation, child), scheme, windows, merge)
    responses = _responses(observation, child)
    unlinked = _assign(responses, cues, scheme.min_latency_ms)
    gaps, focal = unseen(observation), focal_caregiver(observation)
    ongoing = [(e.t_ms, e.until_ms) for e in responses if e.until_ms is not None and _is_focal(e, focal)]
    spontaneous = [response for response in unlinked if _is_focal(response, focal)]
    late = [response for response, is_late in zip(spontaneous, _late(spontaneous, cues), strict=True) if is_late]
    return Linked(
        tuple(
            _pair(
                cue,
                scheme,
                child=child,
                focal=focal,
                seen=_seen_ms(cue, gaps, observation.duration_ms),
                engaged=any(start < cue.onset < end for start, end in ongoing),
            )
            for cue in cues
        ),
        tuple(FollowUp(response.t_ms, response.code) for response in spontaneous),
        tuple(FollowUp(response.t_ms, response.code) for response in late),
    )


def _onsets(observation: Observation, child: str | None) -> list[Event]:
    """The onsets of this child's cues in order of time; taps that only prolong a cue are left out."""
    cues = {cue.code: cue for cue in observation.scheme.cues}
    ours = [event for event in observation.events if event.code in cues and is_of(event, observation, child)]
    kept, last = [], dict[str, int]()
    for event in sorted(ours, key=_order):
        cue = cues[event.code]
        since = event.t_ms - last[event.code] if event.code in last else None
        last[event.code] = event.t_ms
        if since is None or since > cue.continues_ms or cue.continues_ms == 0:
            kept.append(event)
    return kept


def _order(event: Event) -> tuple[int, str, str]:
    """Events at the same time are put in the order of their codes, so that a file's own order never matters."""
    return event.t_ms, event.code, event.by or ""


def _compounds(onsets: Sequence[Event], scheme: Scheme, windows: Mapping[str, int], merge_ms: int) -> list[_Compound]:
    kinds = {kind.code: kind for kind in scheme.cues}
    cues: list[_Compound] = []
    for event in onsets:
        kind, window = kinds[event.code], windows[event.code]
        last = cues[-1] if cues else None
        if last and (event.t_ms == last.onset or event.t_ms - last.onset < merge_ms):
            last.window = max(last.window, window)
            last.in_rate, last.distress = last.in_rate or kind.in_rate, last.distress or kind.distress
            if event.code not in last.codes:
                last.codes.append(event.code)
        else:
            cues.append(_Compound(event.t_ms, [event.code], window, kind.in_rate, kind.distress))
    return cues


def _responses(observation: Observation, child: str | None) -> list[Event]:
    codes = {response.code for response in observation.scheme.responses}
    found = (event for event in observation.events if event.code in codes and is_of(event, observation, child))
    return sorted(found, key=_order)


def _assign(responses: Sequence[Event], cues: Sequence[_Compound], min_latency_ms: int) -> list[Event]:
    """Give each response to the latest cue it is eligible for; returns those that belong to none."""
    onsets = [cue.onset for cue in cues]
    longest = max((cue.window for cue in cues), default=0)
    unlinked = []
    for response in responses:
        position = bisect_right(onsets, response.t_ms - min_latency_ms) - 1
        while position >= 0 and response.t_ms - cues[position].onset <= longest:
            if response.t_ms - cues[position].onset <= cues[position].window:
                cues[position].responses.append(response)
                break
            position -= 1
        else:
            unlinked.append(response)
    return unlinked


def _pair(cue: _Compound, scheme: Scheme, *, child: str | None, focal: str | None, seen: int, engaged: bool) -> Pair:
    first = cue.responses[0] if cue.responses else None
    if first is None:
        status = "unanswered" if seen == cue.window else "not_codable"
    else:
        status = "answered" if _is_focal(first, focal) else "answered_by_another"
    return Pair(
        cue_ms=cue.onset,
        codes=tuple(cue.codes),
        status=status,
        window_ms=cue.window,
        observed_ms=seen,
        in_rate=cue.in_rate,
        distress=cue.distress,
        child=child,
        response_ms=first.t_ms if first else None,
        response=first.code if first else None,
        latency_ms=first.t_ms - cue.onset if first else None,
        fit=_fit(scheme, cue.codes, first.code) if first else None,
        follow_ups=tuple(FollowUp(tap.t_ms, tap.code) for tap in cue.responses[1:] if _is_focal(tap, focal)),
        already_engaged=engaged,
    )


def _seen_ms(cue: _Compound, gaps: Sequence[Span], end_ms: int) -> int:
    """How much of the window, from the onset on, was seen without a break."""
    until = min(cue.onset + cue.window, end_ms)
    for start, end in gaps:
        if start < until and end > cue.onset:
            until = max(cue.onset, start)
            break
    return until - cue.onset


def _fit(scheme: Scheme, codes: Sequence[str], response: str) -> float | None:
    """The best fit over a compound's codes; a rough moment never fits."""
    if not scheme.fit:
        return None
    known = scheme.response(response)
    if known is not None and known.rough:
        return 0.0
    values = [scheme.fit[code][response] for code in codes if response in scheme.fit.get(code, {})]
    return float(max(values)) if values else None


def _late(responses: Sequence[Event], cues: Sequence[_Compound]) -> list[bool]:
    """For each response whether it came after some cue's window, but within twice that window."""
    onsets = [cue.onset for cue in cues]
    longest = max((cue.window for cue in cues), default=0)
    return [
        any(
            cue.window < response.t_ms - cue.onset <= 2 * cue.window
            for cue in cues[bisect_left(onsets, response.t_ms - 2 * longest) : bisect_left(onsets, response.t_ms)]
        )
        for response in responses
    ]


def _is_focal(event: Event, focal: str | None) -> bool:
    return event.by is None or event.by == focal
