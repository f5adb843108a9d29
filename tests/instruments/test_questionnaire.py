"""Does the door take a questionnaire that can be answered and scored, and name the question of one that cannot?"""

import copy

import pytest

from recorder.instruments import library
from recorder.instruments.questionnaire import AnswerLabel, Question, Questionnaire, QuestionScale

OWN = {
    "name": "own",
    "low": 1,
    "high": 5,
    "answers": [{"value": 1, "label": {"en": "Never"}}, {"value": 5, "label": {"en": "Always"}}],
    "not_applicable": True,
    "questions": [{"id": "a", "text": {"en": "?"}, "reversed": True, "from_age_months": 18}, {"id": "b"}, {"id": "c"}],
    "scales": [{"id": "s", "label": "S", "items": ["a", "b"], "needs": 1}, {"id": "t", "items": ["c"]}],
}


def test_a_questionnaire_is_read_whole():
    own = library.read(OWN)
    assert isinstance(own, Questionnaire)
    assert own.answers == (AnswerLabel(1, {"en": "Never"}), AnswerLabel(5, {"en": "Always"}))
    assert own.questions[0] == Question("a", {"en": "?"}, reversed=True, from_age_months=18)
    assert own.question("b") == Question("b") and own.question("z") is None
    assert own.scales == (QuestionScale("s", {"en": "S"}, ("a", "b"), 1), QuestionScale("t", {}, ("c",), 1))
    assert (own.low, own.high, own.not_applicable) == (1, 5, True)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: d["questions"][1].update(id="a"), "The question a is there twice."),
        (lambda d: d["questions"][1].update(id=" "), "The question at place 2 needs an id."),
        (lambda d: d["questions"][0].update(reversed=1), "Question a: reversed must be true or false."),
        (lambda d: d["questions"][0].update(from_age_months=1.5), "Question a: from_age_months must be a whole number"),
        (lambda d: d.update(questions=[]), "A questionnaire needs at least one question."),
        (lambda d: d.update(high=1), "The questionnaire: high must be a whole number from 2"),
        (lambda d: d["answers"].append({"value": 6}), "The answer 6 lies outside 1 to 5."),
        (lambda d: d["answers"].append({"value": 1}), "The answer 1 is there twice."),
        (lambda d: d["answers"].append("Often"), "Answer 3 is an object with value and label."),
        (lambda d: d["scales"][0]["items"].append("z"), "Scale s names z, which is no question of this questionnaire."),
        (lambda d: d["scales"][0]["items"].append("a"), "question in scale s, a is there twice."),
        (lambda d: d["scales"][0].update(needs=3), "Scale s needs 3 answers, but has 2 questions."),
        (lambda d: d["scales"][0].update(items=[], needs=1), "Scale s needs at least one question."),
        (lambda d: d["scales"][1].update(id="s"), "The scale s is there twice."),
        (lambda d: d.update(not_applicable="yes"), "The questionnaire: not_applicable must be true or false."),
    ],
)
def test_what_is_wrong_with_a_questionnaire_is_said_in_a_sentence(change, sentence):
    document = copy.deepcopy(OWN)
    change(document)
    with pytest.raises(library.InvalidInstrument) as refused:
        library.read(document)
    assert sentence in str(refused.value)
