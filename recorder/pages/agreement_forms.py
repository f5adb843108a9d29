"""The forms about agreement: a certificate from elsewhere, and a piece to practise on."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import DateField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from recorder import access
from recorder.instruments.scale import Scale
from recorder.instruments.scheme import Scheme
from recorder.pages.fields import Line, PageForm, Paragraph, not_in_future
from recorder.pages.wording import labelled
from recorder.records.instruments import published


class CertificateForm(PageForm):
    """A certificate that somebody brought from elsewhere."""

    who = SelectField(_l("Who holds it?"))
    instrument = SelectField(_l("For which instrument?"))
    reference = Line(_l("Certificate number, and who gave it"), [DataRequired(), Length(max=200)])
    on = DateField(_l("Given on"), [InputRequired(), not_in_future])
    until = DateField(_l("Holds until"), [InputRequired()])

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.who.choices = [SelectChoice(str(person.id), person.name) for person in access.visitors()]
        self.instrument.choices = [
            SelectChoice(one.id, f"{labelled(one.label, one.name)} ({one.id})")
            for one, _document in published(access.me().programme_id)
            if isinstance(one, Scheme | Scale)
        ]

    def validate_who(self, field: SelectField) -> None:
        if field.data == str(access.me().id):
            raise ValidationError(_("Somebody else has to enter your own certificate."))

    def validate_until(self, field: DateField) -> None:
        until: date | None = field.data
        if until and self.on.data and until < self.on.data:
            raise ValidationError(_("It cannot end before it was given."))
        if until and until < access.today():
            raise ValidationError(_("This certificate has expired: it cannot be used any more."))


class PieceForm(PageForm):
    """A moment to practise on, with the file of its reference coding."""

    title = Line(_l("Title"), [DataRequired(), Length(max=200)])
    instructions = Paragraph(
        _l('What to do: which video to play, and when to say "now"'), [DataRequired(), Length(max=1000)]
    )
    file = FileField(_l("File with the reference coding"))
    observation = Line(_l("Which observation of the file, if it holds several"), [Optional(), Length(max=200)])
    scheme = SelectField(_l("Coding scheme"))

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        schemes = [one for one, _document in published(access.me().programme_id) if isinstance(one, Scheme)]
        named = [SelectChoice(one.id, f"{labelled(one.label, one.name)} ({one.id})") for one in schemes]
        self.scheme.choices = [SelectChoice("", _("As the file says")), *named]

    def validate_file(self, field: FileField) -> None:
        if not field.data or not field.data.filename:
            raise ValidationError(_("Please choose a file."))
