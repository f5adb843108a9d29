"""What does the form of a questionnaire ask? The answers, each question, and the scales they make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FormField
from wtforms.validators import NumberRange, Optional

from recorder.pages.instruments.fields import Codes, Row, Rows, Whole, code_field, known, mark, words
from recorder.pages.instruments.forms import OLDEST_MONTHS, RangeForm, tick
from recorder.pages.instruments.scale_form import enough


class AnswerRow(Row):
    """What a number is called."""

    key = "value"

    value = Whole(_l("Number"), [Optional(), NumberRange(-1000, 1000)])
    label = words(_l("Answer"))


class QuestionRow(Row):
    """One question."""

    key = "id"

    id = code_field(_l("Id"))
    text = words(_l("Question"), most=1000, long=True)
    reversed = tick(_l("Reversed: turned round before scoring"))
    from_age_months = Whole(_l("Applies from ... months of age"), [Optional(), NumberRange(0, OLDEST_MONTHS)])


class ScoreRow(Row):
    """A scale over some questions."""

    key = "id"

    id = code_field(_l("Id"))
    label = words(_l("Title of the scale"))
    items = Codes(_l("Ids of its questions, with commas between them"))
    needs = Whole(_l("At least ... of them answered (empty: all)"), [Optional(), NumberRange(1, 1000)])


class QuestionnaireForm(RangeForm):
    """A questionnaire."""

    answers = Rows(FormField(AnswerRow), _l("Answers"))
    not_applicable = tick(_l("“Does not apply” may be answered"))
    questions = Rows(FormField(QuestionRow), _l("Questions"))
    scales = Rows(FormField(ScoreRow), _l("Scales"))

    def document(self, old: Mapping[str, Any]) -> dict[str, Any]:
        entry = super().document(old)
        entry.setdefault("questions", [])
        return entry

    def validate(self, extra_validators: Any = None) -> bool:
        right = bool(super().validate(extra_validators))
        there = [row.id.data for row in self.questions.filled]
        words = _("%(code)s is no question of this questionnaire.")
        checked = [
            *(known(row.items, there, words) for row in self.scales.filled),
            *(enough(row) for row in self.scales.filled),
            *(self._on_the_scale(row) for row in self.answers.filled),
        ]
        return all(checked) and right

    def _on_the_scale(self, row: Any) -> bool:
        low, high = self.span
        value = row.value.data
        if low is None or high is None or value is None or low <= value <= high:
            return True
        mark(row.value, _("This is not one of the numbers, %(low)s to %(high)s.", low=low, high=high))
        return False
