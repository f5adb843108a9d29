"""Signing in and out, the first page of each role, one's own account, and the administrator's list of people."""

from __future__ import annotations

import uuid

import flask
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from recorder import access, sessions
from recorder.db import db, now
from recorder.pages.account_forms import ROLE_NAMES, AccountForm, ChangeForm, MeForm, PasswordForm, SignInForm
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
        except sessions.Refused as refusal:
            form.password.errors = [_refusal(refusal)]
        else:
            flask.session.clear()
            response = flask.redirect(_onward() or flask.url_for("account.home"))
            sessions.give_cookie(response, token)
            sessions.remember_browser(response, name)
            return response
    return flask.render_template("account/sign_in.html", form=form, next=_onward()), 422


def _refusal(refusal: sessions.Refused) -> str:
    seconds = refusal.wait_seconds
    if seconds == 0:
        return str(_("This name and password do not belong together."))
    if refusal.crowded:
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
    return _me(MeForm(obj=access.me()), PasswordForm())


@pages.post("/me")
def save_me() -> Response | tuple[str, int]:
    """Keep one's own settings."""
    account, form = access.me(), MeForm()
    if not form.validate():
        return _me(form, PasswordForm()), 422
    form.populate_obj(account)
    db.session.commit()
    flask.flash(_("Saved."))
    return flask.redirect(flask.url_for("account.me"))


@pages.post("/me/password")
def change_password() -> Response | tuple[str, int]:
    """Take a new password; every other session of this person ends."""
    account, form = access.me(), PasswordForm()
    right = form.validate()
    if right and not sessions.matches(account.password_hash, form.present.data):
        form.present.errors = [_("This is not your present password.")]
        right = False
    if not right:
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
    live = select(SignedIn).where(SignedIn.account_id == access.me().id, SignedIn.revoked_at.is_(None))
    rows = db.session.scalars(live.order_by(SignedIn.last_seen_at.desc())).all()
    return flask.render_template(
        "account/me.html", form=form, password=password, sessions=rows, here=flask.g.session,
        shortest=sessions.SHORTEST_PASSWORD,
    )  # fmt: skip


@pages.get("/accounts/")
def accounts() -> str:
    """Everybody who signs in to this programme."""
    return _accounts(AccountForm(formdata=None))


@pages.post("/accounts/")
def add() -> Response | tuple[str, int]:
    """Take in a new person. A password that was made is shown on the answer itself and kept nowhere."""
    form = AccountForm()
    if not form.validate():
        return _accounts(form), 422
    password = form.password.data or sessions.made_up()
    account = Account(
        programme_id=access.me().programme_id,
        name=form.name.data,
        sign_in=form.sign_in.data,
        language=form.language.data,
        password_hash=sessions.hashed(password),
    )
    form.place(account)
    db.session.add(account)
    db.session.commit()
    if form.password.data:
        flask.flash(_("%(name)s can sign in now.", name=form.name.data))
        return flask.redirect(flask.url_for("account.accounts"))
    made = {"name": form.name.data, "sign_in": form.sign_in.data, "password": password}
    return _accounts(AccountForm(formdata=None), made), 201


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
    return flask.render_template("account/person.html", form=form, person=account)


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


@pages.post("/accounts/<uuid:id>/password")
def new_password(id: uuid.UUID) -> tuple[str, int]:
    """Give somebody who forgot hers a new password, shown once; her sessions end."""
    account, password = access.account(id), sessions.made_up()
    account.password_hash = sessions.hashed(password)
    sessions.end_all(account, but=flask.g.session)
    db.session.commit()
    made = {"name": account.name, "sign_in": account.sign_in, "password": password}
    return _accounts(AccountForm(formdata=None), made), 201


def _accounts(form: AccountForm, made: dict[str, str] | None = None) -> str:
    everybody = select(Account).where(Account.programme_id == access.me().programme_id)
    people = sorted(db.session.scalars(everybody), key=lambda person: (ROLES.index(person.role), person.name))
    return flask.render_template("account/accounts.html", form=form, people=people, roles=ROLE_NAMES, made=made)
