"""The forms about a visit: planning it, cancelling it, and looking for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Form, SelectField, TimeField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from recorder import access
from recorder.pages.fields import Line, PageForm
from recorder.records.visits import Visit

STATUS_NAMES = {"planned": _l("Planned"), "done": _l("Done"), "cancelled": _l("Cancelled")}
CANCELLED_BY = {"family": _l("By the family"), "staff": _l("By us")}
FARTHEST = timedelta(days=366)


class PlanForm(PageForm):
    """The day and time of a visit."""

    local_date = DateField(_l("Day"), [InputRequired()], default=access.today)
    local_time = TimeField(_l("Time (may be left empty)"), [Optional()])

    def validate_local_date(self, field: DateField) -> None:
        if field.data and field.data < access.today():
            raise ValidationError(_("This day has passed."))
        if field.data and field.data > access.today() + FARTHEST:
            raise ValidationError(_("This is more than a year away."))


class CancelForm(PageForm):
    """By whom and why a visit was cancelled."""

    cancelled_by = SelectField(
        _l("Who cancelled?"), choices=[SelectChoice(who, words) for who, words in CANCELLED_BY.items()]
    )
    reason = Line(_l("Why?"), [DataRequired(), Length(max=400)])


class SecondObserverForm(PageForm):
    """Who codes a visit a second time, blind to the first: somebody of the team, or the supervisor herself."""

    who = SelectField(_l("Who codes it too?"))

    def __init__(self, *arguments: Any, visit: Visit, **more: Any) -> None:
        super().__init__(*arguments, **more)
        could = [person for person in access.visitors() if person.id != visit.account_id]
        self.who.choices = [SelectChoice(str(person.id), person.name) for person in could]


def within_reason(form: Form, field: DateField) -> None:
    """Refuse a year that must be mistyped."""
    if field.data and not 2000 <= field.data.year <= 2100:
        raise ValidationError(_("Is the year right?"))


class FilterForm(Form):
    """Which visits to list."""

    status = SelectField(
        _l("Status"),
        choices=[SelectChoice("", _l("All")), *(SelectChoice(code, words) for code, words in STATUS_NAMES.items())],
        default="",
    )
    since = DateField(_l("From"), [Optional(), within_reason])
    until = DateField(_l("Until"), [Optional(), within_reason])

    def validate_until(self, field: DateField) -> None:
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError(_("This is before the first day."))
