"""What holds for the whole programme: whom to call, how often to observe, what counts as agreement.

The emergency number and the hotline stand on every tablet's safety card, also without a network.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import DecimalField, FieldList, Form, FormField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from recorder import access
from recorder.db import db
from recorder.languages import LANGUAGES
from recorder.pages.fields import Line, PageForm, Whole
from recorder.records.people import Programme

pages = flask.Blueprint("settings", __name__, url_prefix="/programme/settings")

CONTACT_ROWS = 4
PAPER_NAMES = {"letter": _l("Letter"), "a4": _l("A4")}


class ContactForm(Form):
    """Somebody who can help a family, for the family's page: filled wholly or not at all."""

    name = Line(_l("Name"), [Optional(), Length(max=80)])
    phone = Line(_l("Telephone"), [Optional(), Length(max=40)])

    def validate(self, extra_validators: Any = None) -> bool:
        right = bool(super().validate(extra_validators))
        if right and bool(self.name.data) != bool(self.phone.data):
            (self.phone if self.name.data else self.name).errors = [_("A contact needs a name and a telephone number.")]
            return False
        return right


class SettingsForm(PageForm):
    """The programme's settings."""

    name = Line(_l("Name of the programme"), [DataRequired(), Length(max=200)])
    telephone = Line(_l("Telephone, for the family's page"), [Optional(), Length(max=40)])
    emergency_number = Line(_l("Emergency number"), [Optional(), Length(max=40)])
    hotline = Line(_l("Hotline for a child's safety"), [Optional(), Length(max=200)])
    contacts = FieldList(FormField(ContactForm), min_entries=CONTACT_ROWS, max_entries=12)
    language = SelectField(
        _l("Usual language of pages"), choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()]
    )
    paper = SelectField(_l("Paper"), choices=[SelectChoice(code, name) for code, name in PAPER_NAMES.items()])
    observe_every_days = Whole(_l("Observe every family every ... days"), [InputRequired(), NumberRange(1, 730)])
    double_coded_percent = Whole(_l("Visits coded by two observers, percent"), [InputRequired(), NumberRange(0, 100)])
    certify_kappa = DecimalField(
        _l("Agreement in practice that certifies an observer (event kappa)"),
        [InputRequired(), NumberRange(0, 1)],
        places=2,
    )
    certify_days = Whole(_l("A certificate holds for ... days"), [InputRequired(), NumberRange(1, 3650)])
    supervise_every_days = Whole(_l("Supervise every visitor every ... days"), [InputRequired(), NumberRange(1, 730)])
    consent_days = Whole(_l("Ask again for consent after ... days"), [InputRequired(), NumberRange(1, 3650)])
    small_cells = Whole(_l("Hide counts from 1 to ..."), [InputRequired(), NumberRange(1, 100)])
    zone_top = Whole(_l("Emotional availability: the first zone begins at"), [InputRequired(), NumberRange(2, 100)])
    zone_second = Whole(_l("The second zone begins at"), [InputRequired(), NumberRange(2, 100)])
    zone_third = Whole(_l("The third zone begins at"), [InputRequired(), NumberRange(2, 100)])

    def validate_zone_second(self, field: Whole) -> None:
        _below(field, self.zone_top)

    def validate_zone_third(self, field: Whole) -> None:
        _below(field, self.zone_second)


def _below(field: Whole, above: Whole) -> None:
    if field.data is not None and above.data is not None and field.data >= above.data:
        raise ValidationError(_("Each zone begins lower than the one above it."))


@pages.get("/")
def show() -> str:
    """The settings as they are."""
    return _page(SettingsForm(data=_as_data(access.programme())))


def _page(form: SettingsForm) -> str:
    return flask.render_template("settings/index.html", form=form)


def _as_data(programme: Programme) -> dict[str, object]:
    kept = ("name", "telephone", "emergency_number", "hotline", "language", "paper", "observe_every_days",
            "double_coded_percent", "certify_kappa", "certify_days", "supervise_every_days", "consent_days",
            "small_cells")  # fmt: skip
    top, second, third = programme.zone_cuts
    contacts: Sequence[dict[str, Any]] = programme.contacts
    spare: list[dict[str, Any]] = [{} for _row in range(max(1, CONTACT_ROWS - len(contacts)))]
    return {name: getattr(programme, name) for name in kept} | {
        "contacts": [*contacts, *spare],
        "zone_top": top,
        "zone_second": second,
        "zone_third": third,
    }


@pages.post("/")
def save() -> Response | tuple[str, int]:
    """Keep what was changed."""
    programme, form = access.programme(), SettingsForm()
    if not form.validate():
        return _page(form), 422
    programme.name, programme.telephone = form.name.data, form.telephone.data or ""
    programme.emergency_number, programme.hotline = form.emergency_number.data or "", form.hotline.data or ""
    programme.contacts = [
        {"name": row.form.name.data, "phone": row.form.phone.data} for row in form.contacts if row.form.name.data
    ]
    programme.language, programme.paper = form.language.data, form.paper.data
    programme.observe_every_days = form.observe_every_days.data
    programme.double_coded_percent = form.double_coded_percent.data
    programme.certify_kappa, programme.certify_days = float(form.certify_kappa.data), form.certify_days.data
    programme.supervise_every_days, programme.consent_days = form.supervise_every_days.data, form.consent_days.data
    programme.small_cells = form.small_cells.data
    programme.zone_cuts = [form.zone_top.data, form.zone_second.data, form.zone_third.data]
    db.session.commit()
    flask.flash(_("Saved."))
    return flask.redirect(flask.url_for("settings.show"))
