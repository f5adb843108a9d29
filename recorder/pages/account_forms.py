"""The forms about people who sign in: signing in, one's own account, and where the administrator places somebody."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select
from wtforms import BooleanField, PasswordField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from recorder import access, sessions
from recorder.db import db
from recorder.languages import LANGUAGES
from recorder.pages.fields import Line, PageForm
from recorder.records import staffing
from recorder.records.people import ROLES, Account

ROLE_NAMES = {
    "visitor": _l("Visitor"),
    "supervisor": _l("Supervisor"),
    "manager": _l("Manager"),
    "auditor": _l("Auditor"),
    "administrator": _l("Administrator"),
}


class SignInForm(PageForm):
    """A name and a password."""

    sign_in = Line(
        _l("Sign-in name"),
        [DataRequired(), Length(max=200)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"),
        [InputRequired(), Length(max=sessions.LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


class MeForm(PageForm):
    """What a person sets for herself."""

    name = Line(_l("Name"), [DataRequired(), Length(max=200)])
    language = SelectField(_l("Language"), choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()])
    left_handed = BooleanField(_l("I record with my left hand: put the child's buttons on the right"))


def strong(form: PageForm, field: PasswordField) -> None:
    """Refuse a password that is too short, too long or too common, and say which."""
    words = {
        "short": _("Use at least %(n)s characters. A few ordinary words in a row are fine.",
                   n=sessions.SHORTEST_PASSWORD),
        "long": _("Use at most %(n)s characters.", n=sessions.LONGEST_PASSWORD),
        "common": _("Too many people use this password. Choose another one."),
    }  # fmt: skip
    name = getattr(form, "sign_in", None)
    if weakness := sessions.weakness(field.data, name.data if name else ""):
        raise ValidationError(words[weakness])


class PasswordForm(PageForm):
    """One's own new password; the present one says that it is really her."""

    present = PasswordField(
        _l("Present password"),
        [InputRequired(), Length(max=sessions.LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(_l("New password"), [InputRequired(), strong], render_kw={"autocomplete": "new-password"})


class PlaceForm(PageForm):
    """A person's role and her place in the programme."""

    role = SelectField(_l("Role"), choices=[SelectChoice(role, ROLE_NAMES[role]) for role in ROLES])
    site = SelectField(_l("Site"))
    supervisor = SelectField(_l("Supervisor"))
    clinician = BooleanField(_l("Clinician: may read classifications that an outside coder made"))

    def __init__(self, *arguments: Any, account: Account | None = None, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.account = account
        leads = {lead.id: lead.name for lead in staffing.supervisors(access.me().programme_id) if lead is not account}
        if account is not None and account.supervisor is not None:
            leads.setdefault(account.supervisor.id, account.supervisor.name)  # she may be shut out
        self.site.choices = _with_none((site.id, site.name) for site in access.sites())
        self.supervisor.choices = _with_none(leads.items())

    def validate_site(self, field: SelectField) -> None:
        if self.role.data in staffing.AT_A_SITE and not field.data:
            raise ValidationError(_("Visitors and supervisors belong to a site."))

    def validate_supervisor(self, field: SelectField) -> None:
        if self.role.data != "visitor" and field.data:
            raise ValidationError(_("Only a visitor has a supervisor. Choose the dash here."))

    def place(self, account: Account) -> None:
        """Put the person where the form says."""
        account.role = self.role.data
        account.site_id = uuid.UUID(self.site.data) if self.site.data else None
        account.supervisor_id = uuid.UUID(self.supervisor.data) if self.supervisor.data else None
        account.clinician = self.clinician.data


def _with_none(rows: Iterable[tuple[uuid.UUID, str]]) -> list[SelectChoice]:
    return [SelectChoice("", "–"), *(SelectChoice(str(id), name) for id, name in rows)]


class AccountForm(PlaceForm):
    """A new person. Without a password one is made and shown once."""

    name = Line(_l("Name"), [DataRequired(), Length(max=200)])
    sign_in = Line(_l("Sign-in name"), [DataRequired(), Length(max=200)])
    language = SelectField(_l("Language"), choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()])
    password = PasswordField(
        _l("Password (empty: one is made and shown once)"),
        [Optional(), strong],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_sign_in(self, field: Line) -> None:
        field.data = field.data.casefold()
        if db.session.scalar(select(Account.id).where(Account.sign_in == field.data)):
            raise ValidationError(_("Somebody has this sign-in name already."))


class ChangeForm(PlaceForm):
    """Another place for a person who is there already."""

    account: Account

    def __init__(self, account: Account, **more: Any) -> None:
        stands = {
            "role": account.role,
            "site": str(account.site_id or ""),
            "supervisor": str(account.supervisor_id or ""),
            "clinician": account.clinician,
        }
        super().__init__(account=account, data=stands, **more)

    def validate_role(self, field: SelectField) -> None:
        if field.data == self.account.role:
            return
        if self.account.role == "administrator":
            self._refuse_to_leave_nobody()
        if self.account.role == "supervisor":
            self._refuse_to_leave_a_team()
        if field.data not in staffing.AT_A_SITE:
            self._refuse_to_leave_families()

    def _refuse_to_leave_nobody(self) -> None:
        if self.account.id == access.me().id:
            raise ValidationError(_("You cannot take the administrator's role from yourself."))
        if not staffing.others_administer(self.account):
            raise ValidationError(_("The programme needs an administrator, and there is no other."))

    def _refuse_to_leave_a_team(self) -> None:
        if team := sorted(person.name for person in staffing.team(self.account)):
            raise ValidationError(
                _("This person supervises %(names)s. First choose another supervisor there.", names=", ".join(team))
            )

    def _refuse_to_leave_families(self) -> None:
        if count := staffing.families_visited(self.account, access.today()):
            raise ValidationError(
                ngettext(
                    "This person visits %(num)s family. A supervisor must assign somebody else first.",
                    "This person visits %(num)s families. A supervisor must assign somebody else first.",
                    count,
                )
            )
