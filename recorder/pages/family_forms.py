"""The forms about a family: enrolling it, what it agreed to, who visits it, and a caseload file."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from sqlalchemy import select
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, StopValidation

from recorder import access
from recorder.db import db, fingerprint
from recorder.languages import OF_FAMILIES
from recorder.pages.fields import Line, PageForm, Paragraph, Whole, not_in_future
from recorder.records.enrolment import CHILDHOOD_YEARS, MOST_WEEKS_EARLY
from recorder.records.families import SCOPES, Child, Family

ROWS = 3
"""Rows for children and for caregivers on the enrolment form; empty ones are left out."""
MOST_PEOPLE = 12

SCOPE_NAMES = {
    "observe": _l("To be observed"),
    "share": _l("To share the page"),
    "video": _l("To be filmed"),
}

COLUMN_WORDS = {
    "code": _l("the family's case number; rows with the same one are one family"),
    "site": _l("the site's name, exactly as here"),
    "child_first_name": _l("the child's first name"),
    "child_birth_date": _l("the child's birth date, like 2025-03-31"),
    "weeks_early": _l("how many weeks early the child was born; empty: 0"),
    "caregiver_first_name": _l("the caregiver's first name"),
    "relation": _l("who the caregiver is to the child (mother, grandfather ...); may be empty"),
    "language": _l("the language of the caregiver's page, en or es; empty: the programme's"),
    "goal": _l("the goal, in the caregiver's own words; may be empty"),
    "observe_consent_on": _l("the day on which the family agreed to be observed; empty: not yet"),
    "visitor": _l("the visitor's sign-in name; empty: nobody yet"),
    "assigned_from": _l("the first day of that visitor; empty: today"),
}

FAULT_WORDS = {
    "missing": _l("is missing."),
    "long": _l("is too long."),
    "extra": _l("There are more cells than columns. Put quotation marks around a text with a separator in it."),
    "site": _l("is not a site where you can enrol."),
    "visitor": _l("is nobody whom you can assign."),
    "language": _l("is not a language that pages are written in."),
    "enrolled": _l("belongs to a family that is enrolled already."),
    "day": _l("is not a day like 2025-03-31."),
    "to_come": _l("is still to come."),
    "long_ago": _l("is too long ago for a child of this programme."),
    "weeks": _l("is not a whole number from 0 to 20."),
    "differs": _l("differs from another row of the same family."),
}

UNREADABLE_WORDS = {
    "empty": _l("The file is empty. Choose a CSV file with a first line that names the columns."),
    "not_utf8": _l("This is not a CSV file in UTF-8. In the spreadsheet choose “CSV UTF-8” when saving."),
    "not_csv": _l("This is not a CSV file. In the spreadsheet choose “CSV UTF-8” when saving."),
    "columns_missing": _l("The first line must name the columns. Missing: %(names)s."),
    "column_unknown": _l("There is no column called “%(name)s”. The columns are listed below."),
    "column_twice": _l("The column “%(name)s” is there twice."),
    "no_rows": _l("The file names its columns, but no family follows."),
    "too_many_rows": _l("The file has %(n)s rows. Take at most %(most)s at once."),
    "too_large": _l("The file is larger than %(n)s kilobytes. Take it in parts."),
}


def born_lately(form: Form, field: DateField) -> None:
    """Refuse a birth that is still to come, or so long ago that the year must be mistyped."""
    not_in_future(form, field)
    if field.data and field.data < access.today() - timedelta(days=CHILDHOOD_YEARS * 365):
        raise ValidationError(_("This is too long ago for a child of this programme."))


class ChildForm(Form):
    """A child: a row that is filled wholly or not at all."""

    first_name = Line(_l("First name"), [Optional(), Length(max=200)])
    birth_date = DateField(_l("Birth date"), [Optional(), born_lately])
    weeks_early = Whole(_l("Weeks early"), [Optional(), NumberRange(0, MOST_WEEKS_EARLY)])

    @property
    def is_empty(self) -> bool:
        return not any(_typed(field) for field in (self.first_name, self.birth_date, self.weeks_early))

    def validate(self, extra_validators: object = None) -> bool:
        right = bool(super().validate(extra_validators))
        if right and not self.is_empty:
            for field in (self.first_name, self.birth_date):
                if not field.data:
                    field.errors = [_("A child needs a first name and a birth date.")]
                    right = False
        return right


class CaregiverForm(Form):
    """A caregiver, with the language of the page she is given."""

    first_name = Line(_l("First name"), [Optional(), Length(max=200)])
    relation = Line(_l("Who is this to the child?"), [Optional(), Length(max=40)])
    language = SelectField(_l("Language"), choices=[SelectChoice(code, name) for code, name in OF_FAMILIES.items()])
    sheet_release = BooleanField(_l("May be given the page"), default=True)

    @property
    def is_empty(self) -> bool:
        return not _typed(self.first_name) and not _typed(self.relation)

    def validate(self, extra_validators: object = None) -> bool:
        right = bool(super().validate(extra_validators))
        if right and not self.is_empty and not self.first_name.data:
            self.first_name.errors = [_("A caregiver needs a first name.")]
            right = False
        return right


def _typed(field: Any) -> bool:
    """Whether anything stands in a field, readable or not."""
    return bool(field.data) or any(str(text).strip(" \t0") for text in field.raw_data or ())


class FamilyForm(PageForm):
    """A family: its case number, site, children, caregivers and goal."""

    code = Line(_l("Case number"), [DataRequired(), Length(max=40)])
    site = SelectField(_l("Site"))
    enrolled_on = DateField(_l("Enrolled on"), [InputRequired(), not_in_future], default=access.today)
    anyway = BooleanField(_l("This is another child: enrol anyway"))  # before the children, who may mark it as wrong
    children = FieldList(FormField(ChildForm), min_entries=ROWS, max_entries=MOST_PEOPLE)
    caregivers = FieldList(FormField(CaregiverForm), min_entries=ROWS, max_entries=MOST_PEOPLE)
    goal = Paragraph(_l("The goal, in the caregiver's own words"), [Optional(), Length(max=4000)])

    def __init__(self, *arguments: Any, family: Family | None = None, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.family = family
        sites = {site.id: site.name for site in access.sites()}
        if family is not None:
            sites.setdefault(family.site_id, family.site.name)
        self.site.choices = [SelectChoice(str(id), name) for id, name in sites.items()]

    def validate_code(self, field: Line) -> None:
        same = select(Family.id).where(Family.programme_id == access.me().programme_id, Family.code == field.data)
        found = db.session.scalar(same)
        if found is not None and found != self._id:
            raise ValidationError(_("Another family has this case number."))

    def validate_children(self, field: FieldList) -> None:
        self._need_people(field, _("Enrol at least one child."), len(self.family.children) if self.family else 0)
        if not self.anyway.data:
            self._refuse_duplicates(field)

    def validate_caregivers(self, field: FieldList) -> None:
        there = len(self.family.caregivers) if self.family else 0
        self._need_people(field, _("Enrol at least one caregiver."), there)

    def _need_people(self, field: FieldList, words: str, there: int) -> None:
        """At least one person, and nobody who is enrolled already emptied: observations may name her."""
        for row in list(field)[:there]:
            if row.form.is_empty:
                row.form.first_name.errors = [_("Who is enrolled stays: correct the name, do not empty it.")]
                raise ValidationError(words)
        if all(row.form.is_empty for row in field):
            field[0].form.first_name.errors = [words]
            raise ValidationError(words)

    def _refuse_duplicates(self, field: FieldList) -> None:
        """The same first name and birth date is most often the same child, enrolled twice."""
        rows = {_mark(row.form.first_name.data, row.form.birth_date.data): row.form for row in field if _is_whole(row)}
        for mark, code in same_children(rows, but=self._id):
            words = _("A child with this name and birth date is enrolled already (%(code)s).", code=code)
            rows[mark].first_name.errors = [words]
            self.anyway.errors = [_("Tick this only if it is really another child.")]
            raise ValidationError(words)

    @property
    def _id(self) -> uuid.UUID | None:
        """The family that is being edited is no duplicate of itself."""
        return self.family.id if self.family else None


def when_agreed(form: Any, field: DateField) -> None:
    """Ask for the day when something is agreed to."""
    if form.agreed and not any(field.raw_data or ()):
        raise StopValidation(_("Say on which day the family agreed."))


class EnrolForm(FamilyForm):
    """A new family, with what it agrees to from the start."""

    observe = BooleanField(_l("The family agrees to be observed"))
    share = BooleanField(_l("The family agrees that the page may be shared with others who help them"))
    video = BooleanField(_l("The family agrees to be filmed"))
    agreed_on = DateField(_l("Agreed on"), [when_agreed, Optional(), not_in_future], default=access.today)

    @property
    def agreed(self) -> list[str]:
        """The scopes that are ticked."""
        return [scope for scope in SCOPES if self[scope].data]


def _is_whole(row: FormField) -> bool:
    return bool(row.form.first_name.data and row.form.birth_date.data)


def _mark(first_name: str, born: date) -> str:
    return fingerprint(first_name, born.isoformat())


def same_children(marks: Iterable[str], but: uuid.UUID | None = None) -> list[tuple[str, str]]:
    """Children of the programme with these fingerprints: each with its family's case number."""
    query = select(Child.duplicate, Family.code).join(Family, Family.id == Child.family_id)
    query = query.where(Child.programme_id == access.me().programme_id, Child.duplicate.in_(list(marks)))
    if but is not None:
        query = query.where(Family.id != but)
    return [(mark, code) for mark, code in db.session.execute(query.order_by(Family.code))]


class LeaveForm(PageForm):
    """The day on which a family left the programme."""

    left_on = DateField(_l("Left on"), [InputRequired(), not_in_future], default=access.today)


class ConsentForm(PageForm):
    """What a family agrees to, from a day on."""

    scope = SelectField(_l("Agrees"), choices=[SelectChoice(scope, SCOPE_NAMES[scope]) for scope in SCOPES])
    given_on = DateField(_l("From"), [InputRequired(), not_in_future], default=access.today)


class WithdrawalForm(PageForm):
    """The day on which a consent was taken back."""

    withdrawn_on = DateField(_l("Taken back on"), [InputRequired(), not_in_future], default=access.today)


class AssignmentForm(PageForm):
    """Who visits, by dates."""

    visitor = SelectField(_l("Visitor"))
    from_on = DateField(_l("From"), [InputRequired()], default=access.today)
    until_on = DateField(_l("Until (empty: until further notice)"), [Optional()])

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.visitor.choices = [SelectChoice(str(person.id), person.name) for person in access.visitors()]

    def validate_until_on(self, field: DateField) -> None:
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(_("This is before the first day."))


class WhichForm(Form):
    """Which families to list."""

    which = SelectField(
        _l("Show"), choices=[SelectChoice("", _l("In the programme")), SelectChoice("left", _l("Who have left"))]
    )


class CaseloadForm(PageForm):
    """A file with families; or the text that was looked at, and may now be stored."""

    file = FileField(_l("Caseload file (CSV)"))
    text = HiddenField()
    confirmed = HiddenField()
