"""The sites of a programme: made and renamed by its administrator. A site's time zone decides to which day a visit
belongs; days that were fixed stay as they are when it changes."""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from werkzeug.wrappers import Response
from wtforms import ValidationError
from wtforms.validators import DataRequired, Length

from recorder import access
from recorder.db import db
from recorder.pages.fields import Line, PageForm
from recorder.records.families import Family
from recorder.records.people import Account, Site

pages = flask.Blueprint("sites", __name__, url_prefix="/sites")


@cache
def zones() -> list[str]:
    """The time zones that are known here."""
    from zoneinfo import available_timezones

    return sorted(available_timezones())


class SiteForm(PageForm):
    """A site's name and its time zone."""

    name = Line(_l("Name"), [DataRequired(), Length(max=200)])
    zone = Line(
        _l("Time zone"),
        [DataRequired(), Length(max=64)],
        render_kw={"list": "zones", "autocomplete": "off", "spellcheck": "false"},
    )

    def __init__(self, site: Site | None = None, **more: Any) -> None:
        stands = {"name": site.name, "zone": site.zone} if site else None
        super().__init__(data=stands, prefix=f"s{site.id.hex}-" if site else "", **more)
        self.site = site

    def validate_name(self, field: Line) -> None:
        taken = [one for one in access.sites() if one.name.casefold() == field.data.casefold()]
        if any(one is not self.site for one in taken):
            raise ValidationError(_("There is a site with this name already."))

    def validate_zone(self, field: Line) -> None:
        if field.data not in zones():
            raise ValidationError(_("This time zone is not known. Give one like America/Chicago."))


@pages.get("/")
def index() -> str:
    """The programme's sites."""
    return _index(SiteForm(formdata=None))


@pages.post("/")
def add() -> Response | tuple[str, int]:
    """Make a site."""
    form = SiteForm()
    if not form.validate():
        return _index(form), 422
    db.session.add(Site(programme_id=access.me().programme_id, name=form.name.data, zone=form.zone.data))
    db.session.commit()
    flask.flash(_("Saved: %(name)s.", name=form.name.data))
    return flask.redirect(flask.url_for("sites.index"))


@pages.post("/<uuid:id>")
def rename(id: uuid.UUID) -> Response | tuple[str, int]:
    """Give a site another name or time zone."""
    site = access.site(id)
    form = SiteForm(site)
    if not form.validate():
        return _index(SiteForm(formdata=None), form), 422
    site.name, site.zone = form.name.data, form.zone.data
    db.session.commit()
    flask.flash(_("Saved: %(name)s.", name=site.name))
    return flask.redirect(flask.url_for("sites.index"))


def _index(form: SiteForm, changed: SiteForm | None = None) -> str:
    """The sites, each with its form, and what was typed into one of them."""
    sites = access.sites()
    forms = [changed if changed and changed.site is site else SiteForm(site, formdata=None) for site in sites]
    return flask.render_template(
        "sites/index.html", form=form, forms=forms, people=_counts(Account), families=_counts(Family), zones=zones()
    )


def _counts(model: type[Account] | type[Family]) -> dict[uuid.UUID | None, int]:
    """How many people or families belong to each site."""
    mine = select(model.site_id, func.count()).where(model.programme_id == access.me().programme_id)
    return {site_id: count for site_id, count in db.session.execute(mine.group_by(model.site_id))}
