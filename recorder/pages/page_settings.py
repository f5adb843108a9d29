"""How the programme's pages for families look and read: colour, logo, languages, who read them over, its own steps.

What a page is made of is taken by the tablet with its next pull; a page that was approved keeps its words.
"""

from __future__ import annotations

import json
from typing import Any

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from recorder import access, page_look
from recorder.db import db
from recorder.feedback.words import LANGUAGES, wording
from recorder.instruments.library import Instrument, builtin
from recorder.instruments.scheme import Scheme
from recorder.languages import OF_FAMILIES
from recorder.pages.fields import Line, PageForm, Whole, not_in_future
from recorder.pages.wording import code_names
from recorder.records.given import PageWording, ProgrammeStep

pages = flask.Blueprint("page_settings", __name__, url_prefix="/programme/pages")

LOGO_BYTES = 1_000_000
WORDING_BYTES = 200_000
TRIGGERS = {
    "cue": _l("A kind of cue that got few answers"),
    "scale": _l("A scale of Our days under half"),
    "goal": _l("The family has a goal"),
    "tick": _l("The visitor asks for it"),
}
SCALES = ("follow_through", "predictable_day", "steady_response")


class LookForm(PageForm):
    """How pages look, and how links to them open."""

    accent = Line(_l("Colour of headings, such as #14535a; empty: the built-in one"), [Optional(), Length(max=9)])
    logo = FileField(_l("Logo, a PNG or JPEG picture"))
    languages = SelectMultipleField(
        _l("Languages that pages are offered in"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    link_days = Whole(_l("A link to a page opens for ... days"), [InputRequired(), NumberRange(1, 30)])
    link_opens = Whole(_l("and so many times"), [InputRequired(), NumberRange(1, 50)])

    def __init__(self, known: list[str], *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.languages.choices = [SelectChoice(one, OF_FAMILIES.get(one, one)) for one in known]


class ReviewForm(PageForm):
    """Who read the sentences of one language over, and when."""

    reviewer = Line(_l("Read over by"), [Optional(), Length(max=120)])
    reviewed_on = DateField(_l("on"), [Optional(), not_in_future])
    wording = FileField(_l("Own wording, a JSON file"))


class StepForm(PageForm):
    """A step of the programme's own, in one language."""

    trigger = SelectField(_l("What brings it?"), choices=[SelectChoice(one, name) for one, name in TRIGGERS.items()])
    of = SelectField(_l("Which cue or scale?"), choices=[], validate_choice=False)
    language = SelectField(_l("Language"), choices=[])
    when = Line(_l("When"), [DataRequired(), Length(max=160)])
    what = Line(_l("What"), [DataRequired(), Length(max=240)])
    say = Line(_l("You can say"), [Optional(), Length(max=160)])
    helps = Line(_l("Why it helps"), [Optional(), Length(max=160)])

    def __init__(self, known: list[str], *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        scheme = builtin("serve-and-return")
        cues = [(code, name) for code, name in code_names(scheme).items() if code in _in_rate(scheme)]
        scales = [(scale, scale.replace("_", " ").capitalize()) for scale in SCALES]
        self.of.choices = [SelectChoice("", "")] + [SelectChoice(code, name) for code, name in cues + scales]
        self.language.choices = [SelectChoice(one, OF_FAMILIES.get(one, one)) for one in known]


def _in_rate(scheme: Instrument) -> set[str]:
    return {cue.code for cue in scheme.cues if cue.in_rate} if isinstance(scheme, Scheme) else set()


@pages.get("/")
def show() -> str:
    """The settings of pages as they are."""
    return _page()


def _page(
    look: LookForm | None = None, step: StepForm | None = None, reviews: dict[str, ReviewForm] | None = None
) -> str:
    id = access.programme().id
    stored, known, rows = page_look.look(id), page_look.available(id), page_look.wordings(id)
    empty = {"accent": stored.accent, "languages": stored.languages, "link_days": stored.link_days,
             "link_opens": stored.link_opens}  # fmt: skip
    forms = {one: ReviewForm(formdata=None, obj=rows.get(one), prefix=f"{one}-") for one in OF_FAMILIES}
    return flask.render_template(
        "settings/pages.html",
        form=look or LookForm(known, formdata=None, data=empty),
        step=step or StepForm(known, formdata=None),
        reviews=forms | (reviews or {}),
        rows=rows,
        steps=page_look.steps(id),
        triggers=TRIGGERS,
        shipped=LANGUAGES,
        names=OF_FAMILIES,
        has_logo=stored.logo is not None,
    )


@pages.post("/")
def save() -> Response | tuple[str, int]:
    """Keep how pages look."""
    id = access.programme().id
    form = LookForm(page_look.available(id))
    colour = logo = None
    is_right = form.validate()
    try:
        colour = page_look.accent(form.accent.data or "")
    except page_look.Unfit as error:
        form.accent.errors, is_right = [str(error)], False
    if sent := form.logo.data.read(LOGO_BYTES + 1) if form.logo.data else b"":
        try:
            if len(sent) > LOGO_BYTES:
                raise page_look.Unfit(_("This file is larger than one megabyte. Please take a smaller picture."))
            logo = page_look.logo(sent)
        except page_look.Unfit as error:
            form.logo.errors, is_right = [str(error)], False
    if not is_right:
        return _page(look=form), 422
    stored = db.session.merge(page_look.look(id))
    stored.accent, stored.languages = colour or "", form.languages.data or [access.programme().language]
    stored.link_days, stored.link_opens = form.link_days.data, form.link_opens.data
    if logo or flask.request.form.get("no_logo"):
        stored.logo, stored.logo_type = logo, "image/png" if logo else ""
    return _saved()


@pages.post("/wording/<language>")
def review(language: str) -> Response | tuple[str, int]:
    """Keep who read a language over, and the programme's own wording if one was sent."""
    id = access.programme().id
    if language not in OF_FAMILIES:
        access.nothing_here()
    form = ReviewForm(prefix=f"{language}-")
    row = page_look.wordings(id).get(language) or PageWording(programme_id=id, language=language, reviewer="")
    is_right = form.validate()
    if bool(form.reviewer.data) != bool(form.reviewed_on.data):
        form.reviewed_on.errors, is_right = [_("A reviewer needs a name and a day.")], False
    sent = form.wording.data.read(WORDING_BYTES + 1) if form.wording.data else b""
    words = None
    try:
        if len(sent) > WORDING_BYTES:
            raise page_look.Unfit(_("This file is larger than a wording can be."))
        words = page_look.read_wording(sent.decode("utf-8", "replace")) if sent else None
    except page_look.Unfit as error:
        form.wording.errors, is_right = [str(error)], False
    if is_right and form.reviewer.data and not (words or row.words or language in LANGUAGES):
        form.wording.errors, is_right = [_("There are no sentences in this language yet: send a wording first.")], False
    if not is_right:
        return _page(reviews={language: form}), 422
    before, after = (row.reviewer, row.reviewed_on), (form.reviewer.data or "", form.reviewed_on.data)
    row.words = words or row.words
    # whoever read the old sentences over has not seen the new ones
    row.reviewer, row.reviewed_on = ("", None) if words and after == before else after
    db.session.add(row)
    return _saved()


@pages.get("/wording/<language>.json")
def template(language: str) -> flask.Response:
    """The wording of a language as a file to change: the programme's own, the shipped one or, without any, English."""
    if language not in OF_FAMILIES:
        access.nothing_here()
    own = page_look.own_wordings(access.programme().id).get(language)
    words = own or wording(language if language in LANGUAGES else "en")
    text = json.dumps(words, ensure_ascii=False, indent=2)
    response = flask.Response(text + "\n", mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="wording-{language}.json"'
    return response


@pages.post("/steps")
def add_step() -> Response | tuple[str, int]:
    """Keep a step of the programme's own."""
    id = access.programme().id
    form = StepForm(page_look.available(id))
    is_right = form.validate()
    needed = {"cue": form.of.data not in ("", *SCALES), "scale": form.of.data in SCALES}
    if is_right and not needed.get(form.trigger.data, True):
        form.of.errors, is_right = [_("Please choose the cue or the scale that brings this step.")], False
    words = {part: form[part].data or "" for part in page_look.PARTS}
    if is_right:
        for part in page_look.PARTS:
            if found := page_look.findings({part: words[part]}, form.language.data):
                form[part].errors, is_right = found, False
    if not is_right:
        return _page(step=form), 422
    of = form.of.data if form.trigger.data in needed else ""
    db.session.add(
        ProgrammeStep(
            programme_id=id,
            key=page_look.new_key(),
            trigger=form.trigger.data,
            of=of,
            words={form.language.data: words},
        )
    )
    return _saved()


@pages.post("/steps/<key>")
def remove_step(key: str) -> Response:
    """Take a step away: pages that were printed with it keep it."""
    found = next((step for step in page_look.steps(access.programme().id) if step.key == key), None)
    if found is None:
        access.nothing_here()
    db.session.delete(found)
    return _saved()


def _saved() -> Response:
    db.session.commit()
    flask.flash(_("Saved."))
    return flask.redirect(flask.url_for("page_settings.show"))
