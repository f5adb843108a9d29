"""The families: who is due, one family, enrolling, what was agreed to, who visits, and a caseload from a file."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import flask
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response

from recorder import access
from recorder.db import db, fingerprint, now
from recorder.languages import OF_FAMILIES
from recorder.pages.family_forms import (
    COLUMN_WORDS,
    FAULT_WORDS,
    ROWS,
    SCOPE_NAMES,
    UNREADABLE_WORDS,
    AssignmentForm,
    CaseloadForm,
    ConsentForm,
    EnrolForm,
    FamilyForm,
    LeaveForm,
    WhichForm,
    WithdrawalForm,
    same_children,
)
from recorder.pages.fields import not_before
from recorder.pages.visit_forms import STATUS_NAMES, PlanForm
from recorder.records import enrolment
from recorder.records.due import Due, due, last_observed
from recorder.records.families import SCOPES, Assignment, Caregiver, Child, Consent, Family
from recorder.records.sheets import Sheet
from recorder.records.visits import Visit

pages = flask.Blueprint("families", __name__, url_prefix="/families")

SHOWN_VISITS = 20


@dataclass(frozen=True)
class Row:
    """A family on the list: when it is due, who visits it today, and the next visit that is planned."""

    family: Family
    due: Due
    visitor: str | None
    next: Visit | None
    today: date


@pages.get("/")
def index() -> str:
    """The families that this person reaches, the most urgent first."""
    which = WhichForm(flask.request.args)
    left = which.which.data == "left"
    chosen = Family.left_on.is_not(None) if left else Family.left_on.is_(None)
    loads = [selectinload(part) for part in (Family.children, Family.caregivers, Family.assignments, Family.site)]
    found = db.session.scalars(access.families().where(chosen).options(*loads)).all()
    rows = _rows(found)
    return flask.render_template(
        "families/index.html",
        groups=[(_("Families who have left"), rows)] if left else _groups(rows),
        count=len(rows),
        left=left,
        which=which,
        counts=_counts(rows),
        language=access.me().language,
        on_foot=access.me().role == "visitor",
        may_record=access.me().role in access.RECORDING,
        may_enrol=access.me().role in access.CASEWORK,
    )


def _rows(families: Sequence[Family]) -> list[Row]:
    ids = [family.id for family in families]
    observed, planned, every = last_observed(ids), _next_visits(ids), access.programme().observe_every_days
    rows = []
    for family in families:
        today = _today(family)
        state = due(family, observed.get(family.id), every, today)
        rows.append(Row(family, state, _visitor(family, today), planned.get(family.id), today))
    return sorted(rows, key=lambda row: (row.due.on, row.family.code))


def _groups(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """The list in parts, each family in the first one that fits; parts without a family are left out."""
    titles = {
        "today": _("Visits today"),
        "overdue": _("Overdue"),
        "due": _("Due within two weeks"),
        "later": _("Later"),
    }
    parts: dict[str, list[Row]] = {part: [] for part in titles}
    for row in rows:
        is_today = row.next is not None and row.next.local_date == row.today
        parts["today" if is_today else row.due.state].append(row)
    return [(titles[part], found) for part, found in parts.items() if found]


def _counts(rows: Iterable[Row]) -> dict[str, int]:
    """How many families are late, due, without a visitor, and are visited within a week."""
    listed = list(rows)
    week = timedelta(days=7)
    return {
        "overdue": sum(row.due.state == "overdue" for row in listed),
        "due": sum(row.due.state == "due" for row in listed),
        "unassigned": sum(row.visitor is None for row in listed),
        "this_week": sum(row.next is not None and row.next.local_date <= row.today + week for row in listed),
    }


def _today(family: Family) -> date:
    return now().astimezone(ZoneInfo(family.site.zone)).date()


def _visitor(family: Family, day: date) -> str | None:
    """The name of who visits this family on a day."""
    return next((row.account.name for row in family.assignments if _covers(row, day)), None)


def _covers(row: Assignment, day: date) -> bool:
    return row.from_on <= day and (row.until_on is None or row.until_on >= day)


def _next_visits(family_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Visit]:
    """Each family's first planned visit from today on."""
    query = select(Visit).where(
        Visit.family_id.in_(family_ids), Visit.status == "planned", Visit.local_date >= access.today()
    )
    rows = db.session.scalars(query.order_by(Visit.local_date.desc(), Visit.local_time.desc()))
    return {visit.family_id: visit for visit in rows}


@pages.get("/<uuid:id>")
def show(id: uuid.UUID) -> str:
    """One family: people, consents, visits, pages."""
    return _show(access.family(id))


def _show(family: Family, **wrong: Any) -> str:
    """The family's page; `wrong`: the form that could not be taken, by its name."""
    today = _today(family)
    role = access.me().role
    forms = {"assignment": AssignmentForm, "consent": ConsentForm, "leaving": LeaveForm, "plan": PlanForm}
    given = {name: wrong.get(name) or form(formdata=None) for name, form in forms.items()}
    observed = last_observed([family.id]).get(family.id)
    return flask.render_template(
        "families/show.html",
        family=family,
        ages={child.id: child.age_months(today) for child in family.children},
        born={child.id: date.fromisoformat(child.birth_date) for child in family.children},
        due=due(family, observed, access.programme().observe_every_days, today),
        visitor=_visitor(family, today),
        visits=_visits(family),
        sheets=_sheets(family),
        status=STATUS_NAMES,
        scopes=SCOPE_NAMES,
        languages=OF_FAMILIES,
        consents=sorted(family.consents, key=lambda row: (SCOPES.index(row.scope), row.given_on)),
        withdrawals={row.id: _withdrawal(row, wrong) for row in family.consents},
        may_edit=role in access.CASEWORK,
        may_see_rights=role in access.POLICY["rights.family"],
        may_plan=role in access.RECORDING,
        **given,
    )


def _withdrawal(consent: Consent, wrong: dict[str, Any]) -> WithdrawalForm:
    """The form beside one consent, its fields named apart from the other consents' forms."""
    form: WithdrawalForm = wrong.get(str(consent.id)) or WithdrawalForm(formdata=None)
    form.withdrawn_on.id = form.withdrawn_on.label.field_id = f"withdrawn_on-{consent.id}"
    return form


def _visits(family: Family) -> Sequence[Visit]:
    query = select(Visit).where(Visit.family_id == family.id).options(joinedload(Visit.account))
    newest = query.order_by(Visit.local_date.desc(), Visit.local_time.desc(), Visit.id.desc())
    return db.session.scalars(newest.limit(SHOWN_VISITS)).all()


def _sheets(family: Family) -> Sequence[Sheet]:
    query = access.sheets().where(Sheet.family_id == family.id)
    return db.session.scalars(query.order_by(Sheet.local_date.desc(), Sheet.key.desc()).limit(SHOWN_VISITS)).all()


@pages.get("/new")
def new() -> str:
    """The enrolment form."""
    return flask.render_template("families/edit.html", form=EnrolForm(), family=None, scopes=SCOPE_NAMES)


@pages.post("/new")
def enrol() -> Response | tuple[str, int]:
    """Enrol a family."""
    form = EnrolForm()
    if not form.validate():
        return flask.render_template("families/edit.html", form=form, family=None, scopes=SCOPE_NAMES), 422
    family = Family(programme_id=access.me().programme_id)
    _fill(family, form)
    for scope in form.agreed:
        family.consents.append(
            Consent(programme_id=family.programme_id, scope=scope, given_on=form.agreed_on.data)
        )  # fmt: skip
    db.session.add(family)
    db.session.commit()
    flask.flash(_("%(code)s is enrolled.", code=family.code))
    return flask.redirect(flask.url_for("families.show", id=family.id))


def _fill(family: Family, form: FamilyForm) -> None:
    """Put what the form says into a family; who was there before is corrected, by her row."""
    family.code, family.goal = form.code.data, form.goal.data or ""
    family.enrolled_on, family.site_id = form.enrolled_on.data, uuid.UUID(form.site.data)
    _fill_people(family, Child, family.children, form.children)
    _fill_people(family, Caregiver, family.caregivers, form.caregivers)


def _fill_people(family: Family, kind: Any, people: list[Any], rows: Iterable[Any]) -> None:
    for place, row in enumerate(rows):
        if row.form.is_empty:
            continue
        if place >= len(people):
            people.append(kind(programme_id=family.programme_id, position=len(people)))
            _fill_person(people[-1], row.form)
        else:
            _fill_person(people[place], row.form)


def _fill_person(person: Child | Caregiver, row: Any) -> None:
    person.first_name = row.first_name.data
    if isinstance(person, Child):
        person.birth_date = row.birth_date.data.isoformat()
        person.weeks_early = row.weeks_early.data or 0
        person.duplicate = fingerprint(person.first_name, person.birth_date)
    else:
        person.relation, person.language = row.relation.data or "", row.language.data
        person.sheet_release = row.sheet_release.data


@pages.get("/<uuid:id>/edit")
def edit(id: uuid.UUID) -> str:
    """The same form for a family that is enrolled."""
    family = access.family(id)
    form = FamilyForm(family=family, data=_as_data(family))
    return flask.render_template("families/edit.html", form=form, family=family)


def _as_data(family: Family) -> dict[str, object]:
    children: list[dict[str, object]] = [
        {"first_name": c.first_name, "birth_date": date.fromisoformat(c.birth_date), "weeks_early": c.weeks_early}
        for c in family.children
    ]
    caregivers: list[dict[str, object]] = [
        {"first_name": c.first_name, "relation": c.relation, "language": c.language, "sheet_release": c.sheet_release}
        for c in family.caregivers
    ]
    return {
        "code": family.code,
        "site": str(family.site_id),
        "enrolled_on": family.enrolled_on,
        "goal": family.goal,
        "children": _with_empty_rows(children),
        "caregivers": _with_empty_rows(caregivers),
    }


def _with_empty_rows(people: list[dict[str, object]]) -> list[dict[str, object]]:
    """As many rows as on the enrolment form, and always one for somebody new."""
    return [*people, *({} for _row in range(max(1, ROWS - len(people))))]


@pages.post("/<uuid:id>/edit")
def save(id: uuid.UUID) -> Response | tuple[str, int]:
    """Keep what was changed."""
    family = access.family(id)
    form = FamilyForm(family=family)
    right = form.validate()
    if family.left_on and form.enrolled_on.data and form.enrolled_on.data > family.left_on:
        form.enrolled_on.errors = [_("This is after the family left.")]
        right = False
    if not right:
        return flask.render_template("families/edit.html", form=form, family=family), 422
    _fill(family, form)
    db.session.commit()
    flask.flash(_("Saved."))
    return flask.redirect(flask.url_for("families.show", id=family.id))


@pages.post("/<uuid:id>/leaving")
def leave(id: uuid.UUID) -> Response | tuple[str, int]:
    """A family leaves the programme: it is gone from the caseload, its history stays."""
    family, form = access.family(id), LeaveForm()
    right = form.validate() and not_before(
        family.enrolled_on, form.left_on, _("This is before the family was enrolled.")
    )
    if not right:
        return _show(family, leaving=form), 422
    family.left_on = form.left_on.data
    for visit in _planned(family, family.left_on, None):
        visit.status, visit.cancelled_by = "cancelled", "family"
        visit.cancel_reason = _("The family left the programme.")
    db.session.commit()
    flask.flash(_("%(code)s has left the programme.", code=family.code))
    return flask.redirect(flask.url_for("families.show", id=family.id))


def _planned(family: Family, since: date, until: date | None) -> Sequence[Visit]:
    """The visits of a family that are planned for these days, both ends inclusive."""
    query = select(Visit).where(Visit.family_id == family.id, Visit.status == "planned", Visit.local_date >= since)
    if until is not None:
        query = query.where(Visit.local_date <= until)
    return db.session.scalars(query).all()


@pages.post("/<uuid:id>/consents")
def consent(id: uuid.UUID) -> Response | tuple[str, int]:
    """A family agrees to something."""
    family, form = access.family(id), ConsentForm()
    right = form.validate()
    if right and any(row.scope == form.scope.data and row.withdrawn_on is None for row in family.consents):
        form.scope.errors = [_("The family has agreed to this already.")]
        right = False
    if not right:
        return _show(family, consent=form), 422
    given = Consent(programme_id=family.programme_id, scope=form.scope.data, given_on=form.given_on.data)
    family.consents.append(given)
    db.session.commit()
    flask.flash(_("Saved."))
    return flask.redirect(flask.url_for("families.show", id=family.id))


@pages.post("/<uuid:id>/consents/<uuid:consent_id>/withdrawal")
def withdraw(id: uuid.UUID, consent_id: uuid.UUID) -> Response | tuple[str, int]:
    """A family takes a consent back."""
    family, form = access.family(id), WithdrawalForm()
    given = next((row for row in family.consents if row.id == consent_id and row.withdrawn_on is None), None)
    if given is None:
        access.nothing_here()
    if not (form.validate() and not_before(given.given_on, form.withdrawn_on, _("This is before it was given."))):
        return _show(family, **{str(given.id): form}), 422
    given.withdrawn_on = form.withdrawn_on.data
    db.session.commit()
    flask.flash(
        _("The consent is taken back. Nothing more is recorded of this family.")
        if given.scope == "observe"
        else _("The consent is taken back.")
    )
    return flask.redirect(flask.url_for("families.show", id=family.id))


@pages.post("/<uuid:id>/assignments")
def assign(id: uuid.UUID) -> Response | tuple[str, int]:
    """Hand a family over to a visitor: who had it until then has it up to the day before."""
    family, form = access.family(id), AssignmentForm()
    if not (form.validate() and _may_begin(family, form)):
        return _show(family, assignment=form), 422
    _hand_over(family, uuid.UUID(form.visitor.data), form.from_on.data, form.until_on.data)
    db.session.commit()
    flask.flash(_("Assigned. Visits that were planned for these days are handed over too."))
    return flask.redirect(flask.url_for("families.show", id=family.id))


def _may_begin(family: Family, form: AssignmentForm) -> bool:
    """An assignment that has begun is history: only its end can change, or its first day on that very day."""
    begun = [row.from_on for row in family.assignments if row.from_on <= _today(family)]
    words = _("Somebody has visited this family since then. Choose a later day.")
    return not_before(max(begun, default=date.min), form.from_on, words)


def _hand_over(family: Family, visitor_id: uuid.UUID, since: date, until: date | None) -> None:
    for row in list(family.assignments):
        if row.from_on >= since:
            family.assignments.remove(row)  # it never began: the new one takes its place
        elif row.until_on is None or row.until_on >= since:
            row.until_on = since - timedelta(days=1)
    family.assignments.append(
        Assignment(programme_id=family.programme_id, account_id=visitor_id, from_on=since, until_on=until)
    )
    for visit in _planned(family, since, until):
        visit.account_id = visitor_id


@pages.get("/import")
def caseload() -> str:
    """The page that takes a caseload file."""
    return _caseload_page(CaseloadForm(formdata=None))


def _caseload_page(form: CaseloadForm) -> str:
    return flask.render_template("families/caseload.html", form=form, columns=COLUMN_WORDS, sites=access.sites())


@pages.get("/import/example.csv")
def caseload_example() -> Response:
    """A small file to start from: a family with one child, one with twins."""
    site = next((site.name for site in access.sites()), "")
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(enrolment.COLUMNS)
    writer.writerow(("F-101", site, "Mia", "2025-12-24", "", "Luis", "father", "en", "More calm at bedtime",
                     "2026-01-15", "", ""))  # fmt: skip
    for twin in ("Noor", "Sami"):
        writer.writerow(("F-102", site, twin, "2025-03-02", "3", "Hana", "mother", "es", "", "", "", ""))
    headers = {"Content-Disposition": "attachment; filename=caseload.csv"}
    return flask.Response("\ufeff" + lines.getvalue(), mimetype="text/csv", headers=headers)


@pages.post("/import")
def take_caseload() -> Response | str | tuple[str, int]:
    """Look at a caseload file and, once it was looked at and has no fault, store it whole."""
    form = CaseloadForm()
    try:
        text = _caseload_text(form)
        found = enrolment.read(text, _known())
    except enrolment.Unreadable as error:
        form.file.errors = [str(UNREADABLE_WORDS[error.reason]) % error.details]
        return _caseload_page(form), 422
    if not form.confirmed.data or found.faults:
        return _preview(form, text, found)
    _store(found.families)
    count = len(found.families)
    flask.flash(ngettext("%(num)s family is enrolled.", "%(num)s families are enrolled.", count))
    return flask.redirect(flask.url_for("families.index"))


def _caseload_text(form: CaseloadForm) -> str:
    limit: int = flask.current_app.config["IMPORT_BYTES"]
    content: bytes = form.file.data.read(limit + 1) if form.file.data else (form.text.data or "").encode()
    if len(content) > limit:
        raise enrolment.Unreadable("too_large", n=limit // 1024)
    return enrolment.text_of(content.replace(b"\r\n", b"\n"))


def _known() -> enrolment.Known:
    codes = select(Family.code).where(Family.programme_id == access.me().programme_id)
    return enrolment.Known(
        sites={site.name for site in access.sites()},
        visitors={person.sign_in for person in access.visitors()},
        codes=set(db.session.scalars(codes)),
        languages=set(OF_FAMILIES),
        language=access.programme().language,
        today=access.today(),
    )


def _preview(form: CaseloadForm, text: str, found: enrolment.Caseload) -> tuple[str, int]:
    """What the file would enrol, or everything that is wrong with it; nothing is stored yet."""
    form.text.data, form.confirmed.data = text, "yes"
    names = {fingerprint(child.first_name, child.birth_date.isoformat()): child.first_name
             for family in found.families for child in family.children}  # fmt: skip
    page = flask.render_template(
        "families/preview.html",
        form=form,
        found=found,
        twice=[(names[mark], code) for mark, code in same_children(names)],
        faults=FAULT_WORDS,
        languages=OF_FAMILIES,
    )
    return page, 422 if found.faults else 200


def _store(families: Iterable[enrolment.Enrolment]) -> None:
    sites = {site.name: site.id for site in access.sites()}
    visitors = {person.sign_in: person.id for person in access.visitors()}
    for row in families:
        db.session.add(_enrolled(row, sites[row.site], visitors.get(row.visitor)))
    db.session.commit()


def _enrolled(row: enrolment.Enrolment, site_id: uuid.UUID, visitor_id: uuid.UUID | None) -> Family:
    programme_id, today = access.me().programme_id, access.today()
    family = Family(programme_id=programme_id, site_id=site_id, code=row.code, goal=row.goal, enrolled_on=today)
    for position, child in enumerate(row.children):
        born = child.birth_date.isoformat()
        family.children.append(
            Child(programme_id=programme_id, position=position, first_name=child.first_name, birth_date=born,
                  weeks_early=child.weeks_early, duplicate=fingerprint(child.first_name, born))
        )  # fmt: skip
    for position, adult in enumerate(row.caregivers):
        family.caregivers.append(
            Caregiver(programme_id=programme_id, position=position, first_name=adult.first_name,
                      relation=adult.relation, language=adult.language)
        )  # fmt: skip
    if row.observe_consent_on:
        family.consents.append(Consent(programme_id=programme_id, scope="observe", given_on=row.observe_consent_on))
    if visitor_id:
        family.assignments.append(
            Assignment(programme_id=programme_id, account_id=visitor_id, from_on=row.assigned_from or today)
        )
    return family
