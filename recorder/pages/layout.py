"""What do all pages share in their frame: the way around, and how a field is described to a screen reader?"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import flask
from flask_babel import format_date, format_datetime, format_decimal
from flask_babel import lazy_gettext as _

STAFF = frozenset({"visitor", "supervisor", "manager", "auditor"})

PLACES = (
    ("week.index", _("This week"), STAFF),
    ("families.index", _("Families"), STAFF),
    ("visits.index", _("Visits"), STAFF),
    ("record.shell", _("Recorder"), frozenset({"visitor", "supervisor"})),
    ("followups.questions", _("Questions"), frozenset({"visitor", "supervisor"})),
    ("programme.index", _("Programme"), frozenset({"manager", "auditor"})),
    ("agreement.index", _("Agreement"), frozenset({"supervisor", "manager", "auditor"})),
    ("instruments.index", _("Instruments"), frozenset({"supervisor", "manager", "auditor", "administrator"})),
    ("devices.index", _("Tablets"), frozenset({"supervisor", "manager", "auditor", "administrator"})),
    ("account.accounts", _("Accounts"), frozenset({"administrator"})),
    ("rights.audit_trail", _("Audit"), frozenset({"auditor"})),
    ("sites.index", _("Sites"), frozenset({"administrator"})),
)


def attach(app: flask.Flask) -> None:
    """Give the templates what their frame needs."""
    app.jinja_env.globals.update(navigation=navigation, described=described)
    app.jinja_env.filters.update(date=format_date, moment=moment, decimal=decimal)


def moment(at: datetime) -> str:
    """A point in time in words, as clocks show it at the signed-in person's site."""
    site = flask.g.account.site
    return str(format_datetime(at.astimezone(ZoneInfo(site.zone if site else "UTC")), rebase=False))


def decimal(value: float, places: int) -> str:
    """A number with so many decimals, as the reader's language writes it."""
    return str(format_decimal(round(value, places), "0." + "0" * places if places else "0"))


def navigation() -> list[dict[str, Any]]:
    """The places that the signed-in person's role may go to: url, label, and whether she is there."""
    role = flask.g.account.role
    language = flask.g.account.language
    return [
        {
            "url": flask.url_for(endpoint, **({"language": language} if endpoint == "record.shell" else {})),
            "label": label,
            "here": flask.request.blueprint == endpoint.split(".")[0],
        }
        for endpoint, label, roles in PLACES
        if role in roles
    ]


def described(field: Any, hint: str) -> dict[str, str]:
    """The attributes that tie a field to its hint and its error."""
    parts = [f"{field.id}-hint"] * bool(hint) + [f"{field.id}-error"] * bool(field.errors)
    attributes = {"aria-describedby": " ".join(parts)} if parts else {}
    return attributes | ({"aria-invalid": "true"} if field.errors else {})
