"""What is a caregiver asked, and what may she answer?

A *questionnaire* is data: questions, answered with a whole number from `low` to `high` (each with its word), or with
"does not apply" (NA) where that is allowed. A scale is the mean of its answered questions after reversal, if at least
`needs` of them were answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from recorder.instruments import entries
from recorder.instruments.edition import Edition, Labels
from recorder.instruments.entries import OLDEST_MONTHS, InvalidInstrument


@dataclass(frozen=True)
class Question:
    """One question; the answer to a `reversed` one is turned round (low + high - x). Below `from_age_months` of the
    child's age it may well not apply yet; None: it applies from birth on."""

    id: str
    text: Labels = field(default_factory=dict)
    reversed: bool = False
    from_age_months: int | None = None


@dataclass(frozen=True)
class AnswerLabel:
    """What an answer is called, in each language: 1 is "Never"."""

    value: int
    label: Labels


@dataclass(frozen=True)
class QuestionScale:
    """The mean of its `items` after reversal, if `needs` of them were answered."""

    id: str
    label: Labels
    items: tuple[str, ...]
    needs: int


@dataclass(frozen=True)
class Questionnaire(Edition):
    """A questionnaire; `not_applicable` says whether "does not apply" may be answered."""

    low: int
    high: int
    questions: tuple[Question, ...]
    answers: tuple[AnswerLabel, ...] = ()
    scales: tuple[QuestionScale, ...] = ()
    not_applicable: bool = False

    def question(self, id: str) -> Question | None:
        """The question with this id, or None."""
        return next((question for question in self.questions if question.id == id), None)


def read(document: Mapping[str, Any]) -> Questionnaire:
    """The questionnaire that a document describes. Raises `InvalidInstrument`."""
    where = "The questionnaire"
    low = entries.whole(document, "low", where, low=-1000)
    questionnaire = Questionnaire(
        **entries.edition(document, where),
        low=low,
        high=entries.whole(document, "high", where, low=low + 1),
        questions=tuple(_question(entry) for entry in entries.objects(document, "questions", "question", key="id")),
        answers=tuple(_answer(entry, number) for number, entry in enumerate(entries.items(document, "answers"), 1)),
        scales=tuple(_scale(entry) for entry in entries.objects(document, "scales", "scale", key="id")),
        not_applicable=entries.flag(document, "not_applicable", where, default=False),
    )
    _each_once(questionnaire)
    _known_answers(questionnaire)
    _known_questions(questionnaire)
    return questionnaire


def _question(entry: Mapping[str, Any]) -> Question:
    id = entry["id"]
    where = f"Question {id}"
    return Question(
        id=id,
        text=entries.labels(entry, "text", where),
        reversed=entries.flag(entry, "reversed", where, default=False),
        from_age_months=entries.optional_whole(entry, "from_age_months", where, high=OLDEST_MONTHS),
    )


def _answer(entry: object, number: int) -> AnswerLabel:
    where = f"Answer {number}"
    if not isinstance(entry, Mapping):
        raise InvalidInstrument(f"{where} is an object with value and label.")
    return AnswerLabel(entries.whole(entry, "value", where, low=-1000), entries.labels(entry, "label", where))


def _scale(entry: Mapping[str, Any]) -> QuestionScale:
    id = entry["id"]
    items = tuple(entries.codes(entries.items(entry, "items"), f"items of scale {id}"))
    return QuestionScale(
        id=id,
        label=entries.labels(entry, "label", f"Scale {id}"),
        items=items,
        needs=entries.whole(entry, "needs", f"Scale {id}", default=len(items), low=1),
    )


def _each_once(questionnaire: Questionnaire) -> None:
    if not questionnaire.questions:
        raise InvalidInstrument("A questionnaire needs at least one question.")
    entries.once((question.id for question in questionnaire.questions), "question")
    entries.once((str(answer.value) for answer in questionnaire.answers), "answer")
    entries.once((scale.id for scale in questionnaire.scales), "scale")


def _known_answers(questionnaire: Questionnaire) -> None:
    low, high = questionnaire.low, questionnaire.high
    for answer in questionnaire.answers:
        if not low <= answer.value <= high:
            raise InvalidInstrument(f"The answer {answer.value} lies outside {low} to {high}.")


def _known_questions(questionnaire: Questionnaire) -> None:
    for scale in questionnaire.scales:
        if not scale.items:
            raise InvalidInstrument(f"Scale {scale.id} needs at least one question.")
        entries.once(scale.items, f"question in scale {scale.id},")
        if unknown := [id for id in scale.items if questionnaire.question(id) is None]:
            raise InvalidInstrument(f"Scale {scale.id} names {unknown[0]}, which is no question of this questionnaire.")
        if scale.needs > len(scale.items):
            raise InvalidInstrument(
                f"Scale {scale.id} needs {scale.needs} answers, but has {len(scale.items)} questions."
            )
