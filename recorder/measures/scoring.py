"""What do the answers to one instrument come to: ratings, a sort, a questionnaire?

Answers are {item: number | "NOB" | "NA" | None}: "NOB" was not observed (a card: not seen), "NA" does not apply, None
was not answered. None of these is ever 0 or the middle. First the answers are checked to the item (`problems`), then
scored: ratings in composites, a sort by its r with each criterion (the best that a legal sort could reach beside it)
and by its derived scales, a questionnaire scale by scale. A score that is not defined is None, with the reason; there
is no total over scales, no cut-off and no label. Ages are whole months, corrected for an early birth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from recorder.instruments.edition import Labels
from recorder.instruments.library import Instrument
from recorder.instruments.qset import QSet
from recorder.instruments.questionnaire import Questionnaire
from recorder.instruments.scale import Scale
from recorder.measures import VERSION, qsort, questionnaire, ratings

Answer = float | str | None
Answers = Mapping[str, Answer]


class InvalidAnswers(ValueError):
    """Answers that cannot be scored; the message is one sentence that names the item, `problems` holds all of them."""

    def __init__(self, problems: Sequence[str]) -> None:
        others = len(problems) - 1
        more = "" if not others else " One more is wrong too." if others == 1 else f" {others} more are wrong too."
        super().__init__(problems[0] + more)
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Scored:
    """The scores of one set of answers, each with its `n`: how many answers it rests on.

    `why` gives for a score that is None the reason: "too_few", "unseen" (too many cards were not seen) or
    "no_variance". `percent` is a questionnaire's scale on 0-100, `best_possible` the largest r that a legal sort could
    reach, `bands` what a composite is called. `distribution` is the one that a sort was made in, `inter_sorter_r` how
    alike two sorters sorted. `missing` were not answered. `warnings` are sentences.
    """

    instrument: Instrument
    scores: Mapping[str, float | None]
    n: Mapping[str, int]
    why: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    not_observed: tuple[str, ...] = ()
    not_applicable: tuple[str, ...] = ()
    percent: Mapping[str, float | None] | None = None
    best_possible: Mapping[str, float | None] = field(default_factory=dict)
    bands: Mapping[str, Labels] = field(default_factory=dict)
    distribution: tuple[int, ...] | None = None
    inter_sorter_r: float | None = None
    spearman_brown: float | None = None
    sorters: int = 1
    warnings: tuple[str, ...] = ()


def score(
    instrument: Instrument,
    answers: Answers,
    *,
    distribution: Sequence[int] | None = None,
    age_months: int | None = None,
    on: date | None = None,
) -> Scored:
    """Score the answers to an instrument.

    Parameters: `answers`, by item; for a Q-set the pile of each card. `distribution`, the pile counts that were sorted
    in; None: the first that fits. `age_months`, the child's age, and `on`, the day of the answers; None: not known.
    Raises `InvalidAnswers` for answers that the instrument does not allow, and for a child that it is not meant for.

    >>> from recorder.instruments.library import builtin
    >>> made = score(builtin("warm-presence"), {"warm": 6, "structure": 5, "room": 6, "kind": 7, "invites": "NOB"})
    >>> made.scores, made.missing, made.not_observed
    ({'adult': 6.0, 'child': None}, ('responds',), ('invites',))
    """
    answers = _plain(answers)
    _refuse(_age_problems(instrument, age_months) + problems(instrument, answers, distribution))
    if isinstance(instrument, QSet):
        return _with_licence(_sorted(instrument, answers, _chosen(instrument, answers, distribution)), on)
    if isinstance(instrument, Questionnaire):
        return _with_licence(_asked(instrument, answers), on)
    assert isinstance(instrument, Scale)  # a scheme was refused
    return _with_licence(_rated(instrument, answers), on)


def score_two(
    instrument: Instrument,
    first: Answers,
    second: Answers,
    *,
    distribution: Sequence[int] | None = None,
    age_months: int | None = None,
    on: date | None = None,
) -> Scored:
    """Score two observers' sorts of one child: averaged card by card first, then scored.

    Each sort must be legal by itself; a card that one of the two did not see is not in the mean. Raises
    `InvalidAnswers`, also for what is no Q-set.
    """
    if not isinstance(instrument, QSet):
        raise InvalidAnswers([f"{instrument.id} is no Q-set: only two sorts can be averaged."])
    first, second = _plain(first), _plain(second)
    found = [
        f"The {which} sort: {sentence}"
        for which, answers in (("first", first), ("second", second))
        for sentence in problems(instrument, answers, distribution)
    ]
    _refuse(_age_problems(instrument, age_months) + tuple(found))
    piles = [_chosen(instrument, answers, distribution) for answers in (first, second)]
    both = [id for id in _placed(first) if id in _placed(second)]
    pair = qsort.two_sorters({id: _placed(first)[id] for id in both}, {id: _placed(second)[id] for id in both})
    mean: dict[str, Answer] = {card.id: pair.mean.get(card.id, "NOB") for card in instrument.cards}
    made = _sorted(instrument, mean, piles[0], pair)
    if piles[0] != piles[1]:
        apart = "The two sorts were made in different distributions: the best possible is that of the first."
        made = _warned(made, apart)
    return _with_licence(made, on)


def problems(instrument: Instrument, answers: Answers, distribution: Sequence[int] | None = None) -> tuple[str, ...]:
    """What keeps answers from being scored, one sentence each, which names the item; empty when nothing does.

    Parameters: as in `score`. Of several distributions that a sort could be in, the one counts with the fewest
    problems.

    >>> from recorder.instruments.library import builtin
    >>> problems(builtin("sensitivity"), {"joining": 6.5, "warmth": 3})
    ('joining must be a whole number from 1 to 9, or NOB, not 6.5.', "sensitivity/1 has no scale 'warmth'.")
    """
    answers = _plain(answers)
    if isinstance(instrument, QSet):
        return _sort_problems(instrument, answers, distribution)
    if isinstance(instrument, Scale):
        return tuple(said for id, value in answers.items() if (said := _rating_problem(instrument, id, value)))
    if isinstance(instrument, Questionnaire):
        return tuple(said for id, value in answers.items() if (said := _answer_problem(instrument, id, value)))
    return (f"{instrument.id} is a coding scheme: its observations are measured, not scored.",)


def as_document(made: Scored) -> dict[str, Any]:
    """The scores as the JSON document of `recorder score --format json`; undefined is None.

    >>> from recorder.instruments.library import builtin
    >>> as_document(score(builtin("sensitivity"), {"joining": 6}))["scores"]
    {'sensitivity': None}
    """
    instrument = made.instrument
    document: dict[str, Any] = {
        "instrument": instrument.name,
        "version": instrument.version,
        "hash": instrument.hash,
        "measures_version": VERSION,
        "validated": instrument.validated,
        "remark": dict(instrument.remark),
        "scores": dict(made.scores),
        "best_possible": dict(made.best_possible),
        "n": dict(made.n),
        "why": dict(made.why),
        "missing": list(made.missing),
        "not_observed": list(made.not_observed),
    }
    if isinstance(instrument, Scale):
        document["bands"] = {name: dict(label) for name, label in made.bands.items()}
    if isinstance(instrument, Questionnaire):
        document |= {"percent": dict(made.percent or {}), "not_applicable": list(made.not_applicable)}
    if isinstance(instrument, QSet):
        document |= {"distribution": list(made.distribution or ()), "sorters": made.sorters}
        document |= {"inter_sorter_r": made.inter_sorter_r, "spearman_brown": made.spearman_brown}
    return document | {"warnings": list(made.warnings)}


def _plain(answers: Answers) -> dict[str, Answer]:
    """The answers with whole numbers as whole numbers: 7.0 is 7."""
    return {
        id: int(value) if isinstance(value, float) and value.is_integer() else value for id, value in answers.items()
    }


def _refuse(found: Sequence[str]) -> None:
    if found:
        raise InvalidAnswers(found)


def _age_problems(instrument: Instrument, age_months: int | None) -> tuple[str, ...]:
    if age_months is None or instrument.fits_age(age_months):
        return ()
    ages = f"from {instrument.age_from or 0} months"
    if instrument.age_to is not None:
        ages += f" to {instrument.age_to} months"
    return (f"{instrument.id} is for children {ages}, and this child is {age_months} months old.",)


def _with_licence(made: Scored, on: date | None) -> Scored:
    until = made.instrument.licence_until
    if on is None or until is None or on <= until:
        return made
    return _warned(made, f"The licence of {made.instrument.id} ended on {until}, before these answers were given.")


def _warned(made: Scored, sentence: str) -> Scored:
    return replace(made, warnings=(*made.warnings, sentence))


def _rating_problem(scale: Scale, id: str, value: Answer) -> str | None:
    try:
        ratings.check(scale, id, value)  # type: ignore[arg-type]  # that it is whole is what is checked
    except ValueError as error:
        return str(error)
    return None


def _answer_problem(asked: Questionnaire, id: str, value: Answer) -> str | None:
    if asked.question(id) is None:
        return f"{asked.id} has no question {id!r}."
    if value is None or (value == "NA" and asked.not_applicable):
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not asked.low <= value <= asked.high:
        otherwise = ", or NA" if asked.not_applicable else ""
        return f"{id} must be a whole number from {asked.low} to {asked.high}{otherwise}, not {value!r}."
    return None


def _rated(scale: Scale, answers: Answers) -> Scored:
    values: dict[str, Any] = dict(answers)
    scores = {one.id: ratings.composite(scale, one, values) for one in scale.composites}
    n = {one.id: len(ratings.rated_of(one, values)) for one in scale.composites}
    bands = {one.id: found.label for one in scale.composites if (found := ratings.band(one, scores[one.id]))}
    return Scored(
        instrument=scale,
        scores=scores,
        n=n,
        why={name: "too_few" for name, value in scores.items() if value is None},
        missing=tuple(item.id for item in scale.items if answers.get(item.id) is None),
        not_observed=tuple(item.id for item in scale.items if answers.get(item.id) == "NOB"),
        bands=bands,
        warnings=tuple(
            f"There is no {one.id}: {n[one.id]} of {len(one.items)} scales were rated, {one.needs} are needed."
            for one in scale.composites
            if scores[one.id] is None
        ),
    )


def _asked(asked: Questionnaire, answers: Answers) -> Scored:
    turned = {question.id for question in asked.questions if question.reversed}
    made: dict[str, questionnaire.Scored] = {}
    for scale in asked.scales:
        given: dict[str, Any] = {id: answers[id] for id in scale.items if id in answers}
        made |= questionnaire.score(given, {scale.id: scale.items}, turned, asked.low, asked.high, scale.needs)
    ids = [question.id for question in asked.questions]
    return Scored(
        instrument=asked,
        scores={name: one.mean for name, one in made.items()},
        percent={name: one.percent for name, one in made.items()},
        n={name: one.answered for name, one in made.items()},
        why={name: one.why for name, one in made.items() if one.why},
        missing=tuple(id for id in ids if answers.get(id) is None),
        not_applicable=tuple(id for id in ids if answers.get(id) == "NA"),
        warnings=tuple(
            f"There is no {scale.id}: {made[scale.id].answered} of {len(scale.items)} questions were answered, "
            f"{scale.needs} are needed."
            for scale in asked.scales
            if made[scale.id].mean is None
        ),
    )


def _placed(answers: Answers) -> dict[str, float]:
    return {id: value for id, value in answers.items() if isinstance(value, int | float)}


def _unseen(answers: Answers) -> list[str]:
    return [id for id, value in answers.items() if value == "NOB"]


def _sort_problems(qset: QSet, answers: Answers, distribution: Sequence[int] | None) -> tuple[str, ...]:
    if distribution is not None and tuple(distribution) not in qset.distributions:
        return (f"{qset.id} has no distribution {_written(distribution)}: {_legal(qset)}.",)
    if text := [id for id, value in answers.items() if isinstance(value, bool) or _is_other(value)]:
        return tuple(f"Item {id} needs a pile, or NOB when it was not seen, not {answers[id]!r}." for id in text)
    if strange := [id for id, value in answers.items() if value in (None, "NOB") and qset.card(id) is None]:
        return tuple(f"There is no item {id}." for id in strange)
    tried = [_pile_problems(qset, answers, piles) for piles in _tried(qset, distribution)]
    return min(tried, key=len)


def _is_other(value: Answer) -> bool:
    return isinstance(value, str) and value != "NOB"


def _tried(qset: QSet, distribution: Sequence[int] | None) -> tuple[tuple[int, ...], ...]:
    return qset.distributions if distribution is None else (tuple(distribution),)


def _pile_problems(qset: QSet, answers: Answers, piles: Sequence[int]) -> tuple[str, ...]:
    placed, unseen = _placed(answers), _unseen(answers)
    found = [
        problem.message for problem in qsort.problems([card.id for card in qset.cards], piles, placed.items(), unseen)
    ]
    sorted_cards, cards = len(placed) + len(unseen), len(qset.cards)
    if sorted_cards != cards:
        astray = _astray(qset, answers)
        others = [sentence for sentence in found if sentence != astray]
        found = [f"The sort has {sorted_cards} items, {qset.id} has {cards}: {astray[0].lower()}{astray[1:]}", *others]
    return tuple(found)


def _astray(qset: QSet, answers: Answers) -> str:
    """The first item by which a sort has too many or too few, in the words of `qsort.problems`."""
    if strange := [id for id in answers if qset.card(id) is None]:
        return f"There is no item {strange[0]}."
    return f"Item {next(card.id for card in qset.cards if answers.get(card.id) is None)} lies in no pile."


def _chosen(qset: QSet, answers: Answers, distribution: Sequence[int] | None) -> tuple[int, ...]:
    """The distribution of a legal sort: the one that was named, else the first that it fits."""
    return min(_tried(qset, distribution), key=lambda piles: len(_pile_problems(qset, answers, piles)))


def _written(distribution: Sequence[int]) -> str:
    return "-".join(str(pile) for pile in distribution)


def _legal(qset: QSet) -> str:
    return "legal is " + " or ".join(_written(piles) for piles in qset.distributions)


def _sorted(qset: QSet, answers: Answers, piles: tuple[int, ...], pair: qsort.TwoSorters | None = None) -> Scored:
    sort = _placed(answers)
    found = {one.id: qsort.score(sort, one.values, piles, qset.most_unseen) for one in qset.criteria}
    scales = {one.id: qsort.derived(sort, one.items, one.inverted, len(piles)) for one in qset.scales}
    unseen = len(qset.cards) - len(sort)
    too_many = unseen > qset.most_unseen
    return Scored(
        instrument=qset,
        scores={name: one.r for name, one in found.items()}
        | {name: None if too_many else value for name, value in scales.items()},
        n={name: one.n for name, one in found.items()}
        | {one.id: sum(card in sort for card in one.items) for one in qset.scales},
        why={name: one.why for name, one in found.items() if one.why}
        | {name: "unseen" for name, value in scales.items() if too_many or value is None},
        best_possible={name: one.best for name, one in found.items()},
        not_observed=tuple(card.id for card in qset.cards if card.id not in sort),
        distribution=piles,
        inter_sorter_r=pair.inter_sorter_r if pair else None,
        spearman_brown=pair.spearman_brown if pair else None,
        sorters=2 if pair else 1,
        warnings=tuple(_sort_warnings(qset, unseen, [name for name, one in found.items() if one.why == "no_variance"])),
    )


def _sort_warnings(qset: QSet, unseen: int, flat: Sequence[str]) -> list[str]:
    if unseen > qset.most_unseen:
        most = f"at most {qset.most_unseen} may be" if qset.most_unseen else "none may be"
        return [f"{unseen} {'item was' if unseen == 1 else 'items were'} not seen, {most}: there is no score."]
    return [f"There is no {name}: the items do not differ, so nothing can be correlated." for name in flat]
