"""Where a link leads: somebody who was invited, or forgot her password, chooses one."""

from __future__ import annotations

import flask
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from recorder import access, invitations
from recorder.pages.account_forms import ChosenForm, shortest
from recorder.records.people import Account

pages = flask.Blueprint("invitation", __name__, url_prefix="/invitation")


@pages.get("/<token>")
def show(token: str) -> str:
    """Choose a password."""
    account = _guest(token)
    return _choose(account, ChosenForm(account, formdata=None))


@pages.post("/<token>")
def accept(token: str) -> Response | tuple[str, int]:
    """Take the password; the link is used up."""
    account = _guest(token)
    form = ChosenForm(account)
    if not form.validate():
        return _choose(account, form), 422
    if invitations.accept(token, form.new.data) is None:
        access.nothing_here()
    flask.flash(_("Your password is set. Sign in with it now."))
    return flask.redirect(flask.url_for("account.sign_in"))


def _guest(token: str) -> Account:
    account = invitations.guest(token)
    if account is None:
        access.nothing_here()
    return account


def _choose(account: Account, form: ChosenForm) -> str:
    return flask.render_template("account/invitation.html", form=form, person=account, shortest=shortest(account))
