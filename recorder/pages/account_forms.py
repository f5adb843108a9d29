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
from wtforms.validators import DataRequired, InputRequired, Length

from recorder import access, second_factor, sessions
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


TAKEN = _l("Somebody has this sign-in name already.")


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


def shortest(account: Account) -> int:
    """How short this person's password may be: shorter with an authenticator beside it."""
    return sessions.SHORTEST_WITH_SECOND if second_factor.of(account) else sessions.SHORTEST_PASSWORD


def strong(form: Any, field: PasswordField) -> None:
    """Refuse a password of `form.whose` that is too short, too long or too common, and say which."""
    least = shortest(form.whose)
    words = {
        "short": _("Use at least %(n)s characters. A few ordinary words in a row are fine.", n=least),
        "long": _("Use at most %(n)s characters.", n=sessions.LONGEST_PASSWORD),
        "common": _("Too many people use this password. Choose another one."),
    }
    if weakness := sessions.weakness(field.data, form.whose.sign_in, least):
        raise ValidationError(words[weakness])


def refusal(refused: sessions.Refused, wrong: str) -> str:
    """What is said of a try that did not work: what was `wrong` or, when the next one has to wait, how long."""
    seconds = refused.wait_seconds
    if seconds == 0:
        return wrong
    if refused.crowded:
        return str(
            ngettext(
                "Many sign-ins fail just now, so tries take turns. Please try again in %(num)s second.",
                "Many sign-ins fail just now, so tries take turns. Please try again in %(num)s seconds.",
                seconds,
            )
        )
    return str(
        ngettext(
            "That was wrong several times. Please wait %(num)s second and try again.",
            "That was wrong several times. Please wait %(num)s seconds and try again.",
            seconds,
        )
    )


def present_password() -> PasswordField:
    """The field in which a person shows that it is really her who is signed in."""
    return PasswordField(
        _l("Present password"),
        [InputRequired(), Length(max=sessions.LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


def is_really_her(form: Any) -> bool:
    """Whether the present password in a form is that of who is signed in; if not, it is said beside the field. What is
    tried counts as a sign-in does."""
    account, typed = access.me(), form.present.data
    try:
        sessions.prove(account, lambda: sessions.matches(account.password_hash, typed))
    except sessions.Refused as refused:
        form.present.errors = [refusal(refused, _("This is not your present password."))]
        return False
    return True


class NumberForm(PageForm):
    """The number that an authenticator shows, or a recovery code."""

    number = Line(
        _l("Number"),
        [DataRequired(), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "none"},
    )


class ChosenForm(PageForm):
    """A password that an invited person chooses."""

    new = PasswordField(_l("New password"), [InputRequired(), strong], render_kw={"autocomplete": "new-password"})

    def __init__(self, whose: Account, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.whose = whose


class PasswordForm(ChosenForm):
    """One's own new password; the present one says that it is really her."""

    present = present_password()


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
    """A new person; she chooses her password herself, by a link that is shown once."""

    name = Line(_l("Name"), [DataRequired(), Length(max=200)])
    sign_in = Line(_l("Sign-in name"), [DataRequired(), Length(max=200)])
    language = SelectField(_l("Language"), choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()])

    def validate_sign_in(self, field: Line) -> None:
        field.data = field.data.casefold()
        if db.session.scalar(select(Account.id).where(Account.sign_in == field.data)):
            raise ValidationError(TAKEN)


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
