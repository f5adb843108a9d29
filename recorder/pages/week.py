"""What needs somebody this week: one page of counts, and behind each count its rows.

A manager sees her programme, an auditor reads it, a supervisor sees her team and a visitor what is hers. A safety
note is told by its family only.
"""

from __future__ import annotations

from collections.abc import Mapping

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from recorder import access
from recorder.db import db, now
from recorder.pages import wording
from recorder.programme import week
from recorder.programme.rollup import sites, today
from recorder.records.devices import Device
from recorder.records.families import Family
from recorder.records.followups import Question, SafetyNote
from recorder.records.people import Account

pages = flask.Blueprint("week", __name__, url_prefix="/week")

TITLES = {
    "safety": _l("Safety notes open"),
    "overdue": _l("Families overdue"),
    "due": _l("Families due in a fortnight"),
    "unsigned": _l("Observations not signed"),
    "unaccounted": _l("Visits without an outcome"),
    "questions": _l("Questions open"),
    "supervision": _l("Supervision due"),
    "tablets": _l("Tablets that have not sent"),
    "consents": _l("Consents to ask for again"),
    "certificates": _l("Certificates that end"),
    "agreement": _l("Too few visits coded by two"),
}

MEANS = {
    "safety": _l("Written and not yet acknowledged by a supervisor. What a note says is read by supervisors only."),
    "overdue": _l("The day by which an observation was due has passed."),
    "due": _l("An observation is due within a fortnight."),
    "unsigned": _l("Begun on an earlier day. An observation counts once its visitor has signed it."),
    "unaccounted": _l("The day has passed, and nobody said whether the visit took place."),
    "questions": _l("A visitor asked her supervisor about a moment."),
    "supervision": _l("The last talk of visitor and supervisor lies too far back. A joint visit is no talk."),
    "tablets": _l("Something on the tablet has waited for more than two days."),
    "consents": _l(
        "The consent to be observed is a year old soon, or as old as the programme allows; or there is none."
    ),
    "certificates": _l("The certificate of an observer ends within 30 days, or has just ended."),
    "agreement": _l("In the last three full months the programme's target was not reached."),
}

DAYS = {
    "overdue": _l("Was due on"),
    "due": _l("Due on"),
    "supervision": _l("Due on"),
    "tablets": _l("Waits since"),
    "consents": _l("Holds until"),
    "certificates": _l("Ends on"),
}
"""What the day of a row is; the day itself where nothing is said here."""

BEHIND = {
    "safety": "families.show",
    "overdue": "families.show",
    "due": "families.show",
    "consents": "families.show",
    "unsigned": "visits.show",
    "unaccounted": "visits.show",
    "questions": "visits.show",
    "tablets": "devices.show",
}
"""The page of what a row is about."""


@pages.get("/")
def index() -> str:
    """How much of each matter waits."""
    counts = week.week(_reach())
    return flask.render_template(
        "week/index.html",
        waiting={name: number for name, number in counts.items() if number},
        nothing=[name for name, number in counts.items() if not number],
        titles=TITLES,
        means=MEANS,
    )


@pages.get("/<name>")
def rows(name: str) -> str:
    """The rows behind a count."""
    reach = _reach()
    if name not in week.MATTERS or (name == "agreement" and not reach.target):
        access.nothing_here()
    found = week.matter(reach, name)
    behind = BEHIND.get(name)
    return flask.render_template(
        "week/rows.html",
        name=name,
        matter=found,
        title=TITLES[name],
        means=MEANS[name],
        day=DAYS.get(name, _l("Day")),
        behind=behind if behind and access.me().role in access.POLICY[behind] else None,
        people=_names(reach, found),
        sites=sites(reach.programme.id),
        target=reach.programme.double_coded_percent,
        say=wording,
        elsewhere=_elsewhere(name),
    )


def _reach() -> week.Reach:
    """What the signed-in person reaches. Managers and auditors learn that notes and questions are open."""
    me, programme = access.me(), access.programme()
    families = access.families().with_only_columns(Family.id)
    everything = me.role in access.PROGRAMME
    here = select(Account).where(Account.programme_id == me.programme_id, Account.disabled_at.is_(None))
    team = here.where(Account.role == "visitor")
    if not everything:
        team = here.where(or_(Account.id == me.id, Account.supervisor_id == me.id), Account.role == "visitor")
    return week.Reach(
        programme=programme,
        today=today(programme.id, now()) if everything else access.today(),
        families=families,
        logs=access.logs(),
        notes=select(SafetyNote).where(SafetyNote.programme_id == me.programme_id) if everything
        else access.safety_notes(),
        questions=select(Question).where(Question.programme_id == me.programme_id) if everything
        else access.questions(),
        visitors=team,
        tablets=access.tablets() if me.role != "visitor" else access.tablets().where(Device.account_id == me.id),
        target=me.role != "visitor",
    )  # fmt: skip


def _names(reach: week.Reach, found: week.Matter) -> Mapping[object, str]:
    """Who somebody is, for the people in these rows."""
    ids = {row.account_id for row in found.rows if row.account_id}
    query = select(Account).where(Account.programme_id == reach.programme.id, Account.id.in_(ids))
    return {account.id: account.name for account in db.session.scalars(query)} if ids else {}


def _elsewhere(name: str) -> tuple[str, str] | None:
    """The place where a matter is seen to, if this person may go there: its address and its name."""
    places = {
        "safety": ("followups.notes", _("Safety notes")),
        "questions": ("followups.questions", _("Questions")),
        "agreement": ("agreement.index", _("Agreement")),
        "certificates": ("agreement.index", _("Agreement")),
        "supervision": ("supervision.index", _("Supervision")),
    }
    if name not in places or access.me().role not in access.POLICY[places[name][0]]:
        return None
    endpoint, words = places[name]
    return flask.url_for(endpoint), words
