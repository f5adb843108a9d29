"""Signing in and out, the first page of each role, one's own account, and the administrator's list of people."""

from __future__ import annotations

import uuid
from typing import Any

import flask
from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from recorder import access, invitations, second_factor, sessions
from recorder.charts.qr import QrCode
from recorder.db import db, now
from recorder.pages.account_forms import (
    ROLE_NAMES,
    TAKEN,
    AccountForm,
    ChangeForm,
    MeForm,
    NumberForm,
    PasswordForm,
    SignInForm,
    is_really_her,
    refusal,
    shortest,
)
from recorder.records import staffing
from recorder.records.people import ROLES, Account, SignedIn

pages = flask.Blueprint("account", __name__)


@pages.get("/sign-in")
def sign_in() -> str:
    """The sign-in page."""
    return flask.render_template("account/sign_in.html", form=SignInForm(), next=_onward())


@pages.post("/sign-in")
def take_sign_in() -> Response | tuple[str, int]:
    """Sign in, or say that it did not work (and never which half was wrong)."""
    form = SignInForm()
    if form.validate():
        name, browser = form.sign_in.data, flask.request.user_agent.string
        known = flask.request.cookies.get(sessions.KNOWN, "")
        try:
            token = sessions.sign_in(name, form.password.data, browser, known)
        except sessions.Refused as refused:
            form.password.errors = [refusal(refused, _("This name and password do not belong together."))]
        except sessions.SecondNeeded as needed:
            flask.session.clear()
            second_factor.give_ticket(flask.session, needed.account)
            return flask.redirect(flask.url_for("account.number", next=_onward() or None))
        else:
            return _let_in(name, token)
    return flask.render_template("account/sign_in.html", form=form, next=_onward()), 422


@pages.get("/sign-in/number")
def number() -> str:
    """The page that asks for the authenticator's number; the sign-in page for who has not shown her password."""
    if second_factor.holder(flask.session) is None:
        return sign_in()
    return flask.render_template("account/number.html", form=NumberForm(), next=_onward())


@pages.post("/sign-in/number")
def take_number() -> Response | tuple[str, int]:
    """Sign in with the second factor, after the password."""
    account, form = second_factor.holder(flask.session), NumberForm()
    if account is None:
        again = SignInForm(formdata=None)
        again.password.errors = [_("That took too long. Please sign in from the beginning.")]
        return flask.render_template("account/sign_in.html", form=again, next=_onward()), 422
    if form.validate():
        try:
            sessions.prove(account, lambda: second_factor.accepts(account, form.number.data))
        except sessions.Refused as refused:
            wrong = _("This is not the number that your authenticator shows now, or it was used already.")
            form.number.errors = [refusal(refused, wrong)]
        else:
            return _let_in(account.sign_in, sessions.start(account, flask.request.user_agent.string))
    return flask.render_template("account/number.html", form=form, next=_onward()), 422


def _let_in(name: str, token: str) -> Response:
    flask.session.clear()
    response = flask.redirect(_onward() or flask.url_for("account.home"))
    sessions.give_cookie(response, token)
    sessions.remember_browser(response, name)
    return response


def _onward() -> str:
    """Where to go after signing in: a path on this host, and nothing else."""
    path = flask.request.values.get("next", "")
    plain = path.isprintable() and "\\" not in path
    return path if plain and path.startswith("/") and not path.startswith("//") else ""


@pages.post("/sign-out")
def sign_out() -> Response:
    """End this session."""
    sessions.sign_out()
    flask.session.clear()
    response = flask.redirect(flask.url_for("account.sign_in"))
    sessions.drop_cookie(response)
    return response


HOMES = {
    "visitor": "families.index",
    "supervisor": "families.index",
    "manager": "programme.index",
    "auditor": "programme.index",
    "administrator": "account.accounts",
}


@pages.get("/")
def home() -> Response:
    """The first page of each role."""
    return flask.redirect(flask.url_for(HOMES[access.me().role]))


@pages.get("/me")
def me() -> str:
    """One's own account."""
    return _me(MeForm(obj=access.me()), PasswordForm(access.me(), formdata=None))


@pages.post("/me")
def save_me() -> Response | tuple[str, int]:
    """Keep one's own settings."""
    account, form = access.me(), MeForm()
    if not form.validate():
        return _me(form, PasswordForm(account, formdata=None)), 422
    form.populate_obj(account)
    db.session.commit()
    flask.flash(_("Saved."))
    return flask.redirect(flask.url_for("account.me"))


@pages.post("/me/password")
def change_password() -> Response | tuple[str, int]:
    """Take a new password; every other session of this person ends."""
    account = access.me()
    form = PasswordForm(account)
    if not form.validate() or not is_really_her(form):
        return _me(MeForm(formdata=None, obj=account), form), 422
    account.password_hash = sessions.hashed(form.new.data)
    sessions.end_all(account, but=flask.g.session)
    db.session.commit()
    flask.flash(_("Your password is changed. Everywhere else you are signed out."))
    return flask.redirect(flask.url_for("account.me"))


@pages.post("/me/sessions/<uuid:id>/end")
def end_session(id: uuid.UUID) -> Response:
    """End one of one's own sessions."""
    session = access.session(id)
    session.revoked_at = session.revoked_at or now()
    db.session.commit()
    return flask.redirect(flask.url_for("account.me"))


def _me(form: MeForm, password: PasswordForm) -> str:
    rows = db.session.scalars(_live(access.me())).all()
    return flask.render_template(
        "account/me.html", form=form, password=password, sessions=rows, here=flask.g.session,
        shortest=shortest(access.me()), second=second_factor.of(access.me()),
    )  # fmt: skip


@pages.get("/accounts/")
def accounts() -> str:
    """Everybody who signs in to this programme."""
    return _accounts(AccountForm(formdata=None))


@pages.post("/accounts/")
def add() -> Response | tuple[str, int]:
    """Take in a new person. The link by which she chooses her password is shown on the answer alone."""
    form = AccountForm()
    if not form.validate():
        return _accounts(form), 422
    account = Account(
        programme_id=access.me().programme_id,
        name=form.name.data,
        sign_in=form.sign_in.data,
        language=form.language.data,
        password_hash=invitations.nobodys_password(),
    )
    form.place(account)
    db.session.add(account)
    try:
        db.session.flush()
    except IntegrityError:  # somebody of another programme, whom nobody here can see, or who came a moment earlier
        db.session.rollback()
        form.sign_in.errors = [TAKEN]
        return _accounts(form), 422
    return _invite(account)


def _invite(account: Account) -> tuple[str, int]:
    """Make a link for a person and show it, for once."""
    link = flask.url_for("invitation.show", token=invitations.invite(account, access.me()), _external=True)
    db.session.commit()
    made = {"name": account.name, "link": link, "qr": QrCode(link, _("The link as a code for a camera"))}
    days = invitations.LINK_LIFE.days
    return _accounts(AccountForm(formdata=None), made | {"days": days}), 201


@pages.get("/accounts/<uuid:id>")
def person(id: uuid.UUID) -> str:
    """A person's role and place, to be changed."""
    account = access.account(id)
    return _person(account, ChangeForm(account, formdata=None))


@pages.post("/accounts/<uuid:id>")
def change(id: uuid.UUID) -> Response | tuple[str, int]:
    """Give a person another role or place. With another role her sessions end: what was open was of the old one."""
    account = access.account(id)
    form = ChangeForm(account)
    if not form.validate():
        return _person(account, form), 422
    if form.role.data != account.role:
        sessions.end_all(account)
    form.place(account)
    db.session.commit()
    flask.flash(_("Saved: %(name)s.", name=account.name))
    return flask.redirect(flask.url_for("account.accounts"))


def _person(account: Account, form: ChangeForm) -> str:
    return flask.render_template(
        "account/person.html", form=form, person=account, second=second_factor.of(account),
        sessions=db.session.scalars(_live(account)).all(),
    )  # fmt: skip


def _live(account: Account) -> Select[SignedIn]:
    """A person's sessions that nobody ended, the last one used first."""
    mine = select(SignedIn).where(SignedIn.account_id == account.id, SignedIn.revoked_at.is_(None))
    return mine.order_by(SignedIn.last_seen_at.desc())


@pages.post("/accounts/<uuid:id>/disable")
def disable(id: uuid.UUID) -> Response:
    """Shut a person out: from the next request on."""
    account = access.account(id)
    if account.id == access.me().id:
        flask.flash(_("You cannot shut yourself out."))
    elif account.role == "administrator" and not staffing.others_administer(account):
        flask.flash(_("The programme needs an administrator, and there is no other."))
    else:
        account.disabled_at = account.disabled_at or now()
        sessions.end_all(account)
        db.session.commit()
        flask.flash(_("%(name)s cannot sign in any more.", name=account.name))
    return flask.redirect(flask.url_for("account.accounts"))


@pages.post("/accounts/<uuid:id>/admission")
def admit(id: uuid.UUID) -> Response:
    """Let a person in again who was shut out; her password is the old one."""
    account = access.account(id)
    account.disabled_at = None
    db.session.commit()
    flask.flash(_("%(name)s can sign in again.", name=account.name))
    return flask.redirect(flask.url_for("account.accounts"))


@pages.post("/accounts/<uuid:id>/invitation")
def invite(id: uuid.UUID) -> tuple[str, int]:
    """Give somebody who forgot her password, or never chose one, a new link; her password is good until she uses it."""
    return _invite(access.account(id))


@pages.post("/accounts/<uuid:id>/second-factor/end")
def forget_second(id: uuid.UUID) -> Response:
    """Take away the second factor of somebody who lost her authenticator; her sessions end."""
    account = access.account(id)
    second_factor.end(account)
    sessions.end_all(account, but=flask.g.session)
    db.session.commit()
    flask.flash(_("%(name)s signs in without her old authenticator now.", name=account.name))
    return flask.redirect(flask.url_for("account.person", id=account.id))


@pages.post("/accounts/<uuid:id>/sessions/end")
def end_sessions_of(id: uuid.UUID) -> Response:
    """Sign a person out everywhere, her tablets included."""
    account = access.account(id)
    sessions.end_all(account, but=flask.g.session)
    db.session.commit()
    flask.flash(_("%(name)s is signed out everywhere.", name=account.name))
    return flask.redirect(flask.url_for("account.person", id=account.id))


@pages.post("/accounts/<uuid:id>/sessions/<uuid:session_id>/end")
def end_session_of(id: uuid.UUID, session_id: uuid.UUID) -> Response:
    """End one session of a person."""
    session = access.session_of(id, session_id)
    session.revoked_at = session.revoked_at or now()
    db.session.commit()
    return flask.redirect(flask.url_for("account.person", id=id))


def _accounts(form: AccountForm, made: dict[str, Any] | None = None) -> str:
    everybody = select(Account).where(Account.programme_id == access.me().programme_id)
    people = sorted(db.session.scalars(everybody), key=lambda person: (ROLES.index(person.role), person.name))
    return flask.render_template("account/accounts.html", form=form, people=people, roles=ROLE_NAMES, made=made)
