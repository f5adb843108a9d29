"""What stands on a family's page, word for word?

A `FeedbackSheet` is finished: title, sections and foot, in order, in one language. The PDF and the HTML page draw it
and decide nothing. It is made from the words of an approved `sheet` event, or straight from an observation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from recorder.charts.back_and_forth import BackAndForth
from recorder.feedback.choose import propose
from recorder.feedback.evidence import Dyad, gather
from recorder.feedback.words import (
    Facts,
    compose,
    fill,
    headings,
    long_date,
    minutes,
    quoted,
    telephone,
    together,
    weekday,
    wording,
)
from recorder.measures.figures import figures
from recorder.measures.observation import Observation

IDEA_LINES = 2


@dataclass(frozen=True)
class Paragraph:
    """Some sentences, with a bold label before them or without."""

    text: str
    label: str = ""


@dataclass(frozen=True)
class Section:
    """A heading with its icon (`key`) and paragraphs; `lines` is how many lines to write on follow."""

    key: str
    heading: str
    paragraphs: tuple[Paragraph, ...]
    lines: int = 0


@dataclass(frozen=True)
class Picture:
    """A second page: the back-and-forth as a picture. `says` tells the picture to those who cannot see it."""

    title: str
    values: BackAndForth
    says: str
    paragraphs: tuple[Paragraph, ...] = ()

    def text(self) -> str:
        """Every word of the page but those inside the picture, a paragraph a line."""
        return _lines(self.title, *self.paragraphs)


@dataclass(frozen=True)
class Card:
    """A second page: a reviewed "Good to know" card, one idea a paragraph; `language` may differ from the sheet's."""

    language: str
    title: str
    paragraphs: tuple[Paragraph, ...]

    def text(self) -> str:
        """Every word of the card in reading order, a paragraph a line."""
        return _lines(self.title, *self.paragraphs)


@dataclass(frozen=True)
class FeedbackSheet:
    """The finished words of one page; `about` is the line under the title: date, who was there, the visitor.

    `second` is the page behind it, if the family wants one: a picture, a card, or the same page in another language.
    `accent` is the programme's colour ("#rrggbb", 7:1 on paper; "" for the built-in one), `logo` its logo as PNG in
    base64 ("" without one), `programme` its name, which is what the logo shows.
    """

    language: str
    title: str
    about: tuple[str, ...]
    sections: tuple[Section, ...]
    foot: tuple[Paragraph, ...]
    author: str = ""
    accent: str = ""
    logo: str = ""
    programme: str = ""
    second: Picture | Card | FeedbackSheet | None = None

    def text(self) -> str:
        """Every word of the first page in reading order, a paragraph a line."""
        parts: list[str | Paragraph] = [self.title, " · ".join(self.about)]
        for section in self.sections:
            parts += [section.heading, *section.paragraphs]
        return _lines(*parts, *self.foot)


def _lines(*parts: str | Paragraph) -> str:
    lines = [part if isinstance(part, str) else " ".join(filter(None, (part.label, part.text))) for part in parts]
    return "\n".join(line for line in lines if line)


@dataclass(frozen=True)
class Visited:
    """What a page says of the visit itself; `observed_ms` is the observed time, `day` its date where it took place."""

    child: str
    observed_ms: int
    day: date | None = None
    caregiver: str = ""
    visitor: str = ""
    telephone: str = ""


def from_event(data: Mapping[str, Any], visited: Visited) -> FeedbackSheet:
    """Make the page from the words that were approved.

    Parameters: `data`, of a log's `sheet` event (its words, what to show, the next visit); `visited`, what the page
    says of the visit. Returns the finished page; what has no words is left out. A page whose wording nobody reviewed
    says so under its title ("draft"). Raises KeyError for a language without wording.
    """
    language = data["language"]
    named = headings(language, visited.child)
    show = data.get("show") or {}
    return FeedbackSheet(
        language=language,
        title=named["title"],
        about=tuple(filter(None, _about(language, visited, show, bool(data.get("draft"))))),
        sections=tuple(section for section in _sections(data, named, language) if section.paragraphs or section.lines),
        foot=tuple(_foot(data, visited, show, named)),
        author=visited.visitor,
    )


def from_observation(
    observation: Observation,
    visited: Visited,
    language: str = "en",
    dyad: Dyad | None = None,
    child: str | None = None,
) -> FeedbackSheet:
    """Make the page as proposed, straight from an observation.

    Parameters: `observation`; `visited`, names and date (its `observed_ms` is taken from the figures); `language`, of
    the page; `dyad`, what is known besides; `child`, the id of the child that the page is about (None: the first).
    Returns the finished page. Raises `InvalidObservation`, and KeyError for a language without wording.
    """
    measured = figures(observation, child=child)
    proposal = propose(gather(observation, measured, dyad))
    words = compose(proposal, Facts(visited.child, visitor=visited.visitor), language)
    known = Visited(
        visited.child, measured.observed_ms, visited.day, visited.caregiver, visited.visitor, visited.telephone
    )
    return from_event(words, known)


def _about(language: str, visited: Visited, show: Mapping[str, Any], is_draft: bool) -> list[str]:
    return [
        long_date(visited.day, language) if visited.day else "",
        together((visited.child, visited.caregiver), language) if show.get("who", True) and visited.caregiver else "",
        fill(wording(language)["visitor"], visitor=visited.visitor) if visited.visitor else "",
        wording(language)["draft"] if is_draft else "",
    ]


def _sections(data: Mapping[str, Any], named: Mapping[str, str], language: str) -> list[Section]:
    steps = [step for step in (data.get("step"), data.get("second_step")) if step]
    shown = data.get("shown") or {}
    idea = (data.get("idea") or "").strip()
    return [
        Section("strengths", named["strengths"], _paragraphs(line["text"] for line in data.get("strengths", ()))),
        Section("shown", named["shown"], _paragraphs([shown.get("text", "")])),
        *(
            Section("step", named[heading], tuple(_step(step, named, language)))
            for heading, step in zip(("step", "second_step"), steps, strict=False)
        ),
        Section("idea", named["idea"], _paragraphs(idea.splitlines()), 0 if idea else IDEA_LINES),
        Section("for_you", named["for_you"], _for_you(data, steps, language)),
    ]


def _step(step: Mapping[str, Any], named: Mapping[str, str], language: str) -> list[Paragraph]:
    said = (step.get("say") or "").strip()
    parts = [
        Paragraph((step.get("when") or "").strip(), named["when"]),
        Paragraph((step.get("what") or "").strip()),
        Paragraph(quoted(said, language) if said else "", named["say"]),
        Paragraph((step.get("helps") or "").strip(), named["helps"]),
    ]
    return [part for part in parts if part.text]


def _for_you(data: Mapping[str, Any], steps: list[Mapping[str, Any]], language: str) -> tuple[Paragraph, ...]:
    """The care that goes with steps about crying comes first, then the line on the caregiver's own support."""
    care = list(dict.fromkeys(step.get("care") or "" for step in steps))
    own = " ".join(part.strip() for part in (*care, data.get("for_you") or "") if part.strip())
    contact = data.get("contact") or {}
    phone = telephone(contact.get("phone", ""), language)
    call = fill(wording(language)["contact"], name=contact.get("name", ""), phone=phone)
    return _paragraphs([own, call if contact else ""])


def _foot(
    data: Mapping[str, Any], visited: Visited, show: Mapping[str, Any], named: Mapping[str, str]
) -> list[Paragraph]:
    language, words = data["language"], wording(data["language"])
    count = minutes(visited.observed_ms)
    coming = data.get("next_visit") or {}
    first = []
    if coming and show.get("next_visit", True):
        day = weekday(date.fromisoformat(coming["date"]), language)
        first.append(", ".join(filter(None, (day, coming.get("time")))))
    label = named["next"] + ":" if first else ""
    if visited.telephone and show.get("telephone", True):
        first.append(telephone(visited.telephone, language))
    snapshot = fill(words["snapshot"]["one" if count == 1 else "many"], n=str(count))
    return [
        *([Paragraph(" · ".join(first), label)] if first else []),
        Paragraph(f"{snapshot} {words['copies']}"),
    ]


def _paragraphs(texts: Any) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(text.strip()) for text in texts if text and text.strip())
