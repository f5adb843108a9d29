"""One's own authenticator: taking it up, and letting it go. Its recovery codes are shown once."""

from __future__ import annotations

from typing import Any

import flask
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import HiddenField

from recorder import access, second_factor, sessions
from recorder.charts.qr import QrCode
from recorder.db import db
from recorder.pages.account_forms import NumberForm, is_really_her, present_password, refusal

pages = flask.Blueprint("second_factor", __name__, url_prefix="/me/second-factor")


class BeginForm(NumberForm):
    """A new authenticator: the secret that the page showed, and the number that came of it."""

    secret = HiddenField()
    present = present_password()


class EndForm(NumberForm):
    """Letting an authenticator go."""

    present = present_password()


@pages.get("")
def show() -> str:
    """How one's own authenticator stands."""
    if second_factor.of(access.me()) is not None:
        return _stands(EndForm(formdata=None))
    return _set_up(BeginForm(formdata=None))


@pages.post("")
def begin() -> Response | tuple[str, int]:
    """Take up an authenticator, and show its recovery codes; every other session ends."""
    account, form = access.me(), BeginForm()
    if second_factor.of(account) is not None:
        return flask.redirect(flask.url_for("second_factor.show"))
    if not form.validate() or not is_really_her(form):
        return _set_up(form), 422
    try:
        codes = second_factor.begin(account, form.secret.data or "", form.number.data)
    except second_factor.WrongNumber:
        form.number.errors = [_("This is not the number that your authenticator shows now. Is its clock right?")]
        return _set_up(form), 422
    sessions.end_all(account, but=flask.g.session)
    db.session.commit()
    return flask.render_template("account/recovery_codes.html", codes=codes), 201


@pages.post("/end")
def stop() -> Response | tuple[str, int]:
    """Let an authenticator go, with the password and its number."""
    account, form = access.me(), EndForm()
    if second_factor.of(account) is None:
        return flask.redirect(flask.url_for("second_factor.show"))
    if not form.validate() or not is_really_her(form):
        return _stands(form), 422
    try:
        sessions.prove(account, lambda: second_factor.accepts(account, form.number.data))
    except sessions.Refused as refused:
        form.number.errors = [refusal(refused, _("This is not the number that your authenticator shows now."))]
        return _stands(form), 422
    second_factor.end(account)
    sessions.end_all(account, but=flask.g.session)
    db.session.commit()
    flask.flash(_("The authenticator is not asked for any more."))
    return flask.redirect(flask.url_for("second_factor.show"))


def _set_up(form: Any) -> str:
    """The page with a secret: the one that was shown before, as long as it is one."""
    if second_factor.shared_secret(form.secret.data or "") is None:
        form.secret.data = second_factor.new_secret()
    secret, name = form.secret.data, access.me().sign_in
    return flask.render_template(
        "account/second_factor.html",
        form=form,
        qr=QrCode(second_factor.address(secret, name), _("The secret as a code for your authenticator")),
        groups=[secret[start : start + 4] for start in range(0, len(secret), 4)],
        asked=second_factor.is_missing(access.me()),
    )


def _stands(form: EndForm) -> str:
    factor = second_factor.of(access.me())
    return flask.render_template("account/second_factor_on.html", form=form, factor=factor)
