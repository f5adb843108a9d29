"""The forms about what was found elsewhere: an emotional-availability result, a classification, and a life event."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from recorder.measures.emotional_availability import DIMENSIONS, FOURTH
from recorder.pages.fields import Line, PageForm, Whole, not_in_future
from recorder.records.families import Family

DIMENSION_NAMES = {
    "adult_sensitivity": _l("Adult: sensitivity"),
    "adult_structuring": _l("Adult: structuring"),
    "adult_nonintrusiveness": _l("Adult: leaving room"),
    "adult_nonhostility": _l("Adult: calm and kind"),
    "child_responsiveness": _l("Child: responsiveness"),
    "child_involvement": _l("Child: involvement"),
}
"""Plain names for the six dimensions: a family may see the screen."""

CLASSES = ("A", "B", "C", "D", "U")
CLASS_NAMES = {"A": "A", "B": "B", "C": "C", "D": "D", "U": _l("cannot be classified")}
EDITIONS = (FOURTH.name,)


class ExternalForm(PageForm):
    """What every result from elsewhere says: whose it is, of which day, and on whose certificate it rests."""

    child = SelectField(_l("Child"))
    caregiver = SelectField(_l("Caregiver"))
    on = DateField(_l("Day of the assessment"), [InputRequired(), not_in_future])
    organisation = Line(_l("Organisation"), [DataRequired(), Length(max=200)])
    assessor = Line(_l("Who rated or coded"), [DataRequired(), Length(max=200)])
    certificate = Line(_l("Certificate number"), [DataRequired(), Length(max=100)])
    certificate_until = DateField(_l("The certificate holds until"), [InputRequired()])

    def __init__(self, *arguments: Any, family: Family, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.child.choices = [SelectChoice(str(child.id), child.first_name) for child in family.children]
        self.caregiver.choices = [SelectChoice(str(adult.id), adult.first_name) for adult in family.caregivers]
        self.born = {str(child.id): date.fromisoformat(child.birth_date) for child in family.children}

    def validate_on(self, field: DateField) -> None:
        born = self.born.get(self.child.data)
        if field.data and born and field.data < born:
            raise ValidationError(_("This is before the child was born."))

    def validate_certificate_until(self, field: DateField) -> None:
        if self.on.data and field.data and field.data < self.on.data:
            raise ValidationError(
                _("The certificate had expired on the day of the assessment: the result cannot be kept.")
            )


def _score(name: str, low: int, high: int) -> Whole:
    words = _l("A whole number from %(low)s to %(high)s.", low=low, high=high)
    return Whole(name, [Optional(), NumberRange(low, high, message=words)])


class EmotionalAvailabilityForm(ExternalForm):
    """An emotional-availability result of a certified rater: direct scores, totals, zone scores, or all of them."""

    edition = SelectField(_l("Edition"), choices=[SelectChoice(name, name) for name in EDITIONS])
    video_minutes = Whole(_l("Minutes of video that were rated"), [InputRequired(), NumberRange(1, 600)])
    zone_adult = _score(_l("Zone score, adult"), 1, 100)
    zone_child = _score(_l("Zone score, child"), 1, 100)

    def groups(self) -> dict[str, dict[str, Whole]]:
        """The fields of each group of scores, by dimension."""
        return {
            "direct": {name: self[f"direct_{name}"] for name in DIMENSIONS},
            "total": {name: self[f"total_{name}"] for name in DIMENSIONS},
            "zone": {"adult": self.zone_adult, "child": self.zone_child},
        }

    def validate(self, extra_validators: Any = None) -> bool:
        """A group of scores is given wholly or not at all, and one at least: nothing is summed over a hole."""
        right = bool(super().validate(extra_validators))
        groups = self.groups().values()
        for group in groups:
            empty = [field for field in group.values() if field.data is None and not field.errors]
            if empty and len(empty) < len(group):
                for field in empty:
                    field.errors = [_("Give all of these scores, or none of them.")]
                right = False
        if all(field.data is None and not field.errors for group in groups for field in group.values()):
            self.zone_adult.errors = [_("Give at least one group of scores.")]
            right = False
        return right

    def result(self) -> dict[str, Any]:
        """What is kept: the groups that were given."""
        given = {
            name: {key: field.data for key, field in group.items()}
            for name, group in self.groups().items()
            if all(field.data is not None for field in group.values())
        }
        return {"edition": self.edition.data, "video_minutes": self.video_minutes.data} | given


for _dimension in DIMENSIONS:
    setattr(EmotionalAvailabilityForm, f"direct_{_dimension}", _score(DIMENSION_NAMES[_dimension], *FOURTH.direct))
    setattr(EmotionalAvailabilityForm, f"total_{_dimension}", _score(DIMENSION_NAMES[_dimension], *FOURTH.total_range))


class ClassificationForm(ExternalForm):
    """A Strange Situation classification of a certified coder."""

    classification = SelectField(
        _l("Classification"), choices=[SelectChoice(code, words) for code, words in CLASS_NAMES.items()]
    )
    secondary = SelectField(
        _l("Secondary (may be left open)"),
        choices=[SelectChoice("", _l("none")), *(SelectChoice(code, code) for code in CLASSES[:-1])],
        default="",
    )

    def validate_secondary(self, field: SelectField) -> None:
        if field.data and field.data == self.classification.data:
            raise ValidationError(_("The secondary classification is another one, or none."))

    def result(self) -> dict[str, Any]:
        """What is kept."""
        return {"classification": self.classification.data, "secondary": self.secondary.data or None}


class LifeEventForm(PageForm):
    """Something that happened in the family and may explain a change."""

    on = DateField(_l("Day"), [InputRequired(), not_in_future])
    words = Line(_l("What happened?"), [DataRequired(), Length(max=200)])
