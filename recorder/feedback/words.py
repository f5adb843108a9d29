"""In which words does a family read what was chosen?

Wording is data: keyed sentences in `wording/<language>.json`, with the words that are never printed and those that
hurt. `compose` fills them with names and moments; it chooses nothing. Every sentence stands on its own, past tense
for moments, present for steps.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date

from recorder.feedback.choose import Moment, Proposal, Shown, Step, Strength
from recorder.feedback.why import warning, why

LANGUAGES = ("en", "es", "fr", "vi", "ar", "zh")
"""The languages whose wording is shipped; nobody has reviewed it, which only a programme can change."""
UNSPACED = frozenset({"zh"})
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
START_MS = 30_000
RIGHT_AWAY_MS = 1_500
SOON_MS = 20_000
HALF_MINUTE_MS = 45_000


@dataclass(frozen=True)
class Facts:
    """Who a page speaks of: names as the family uses them. `contact` is (name, telephone) from the programme's list;
    `visitor_language` is the language in which the visitor writes notes; `steps` are the words of the programme's own
    steps in the page's language, by key."""

    child: str
    child_id: str = ""
    visitor: str = ""
    visitor_language: str = ""
    contact: tuple[str, str] = ("", "")
    steps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


_OWN: ContextVar[Mapping[str, Mapping[str, Any]]] = ContextVar("own wording")


@contextmanager
def own_words(words: Mapping[str, Mapping[str, Any]]) -> Iterator[None]:
    """Let a programme's own wording, by language, stand in for the shipped one while a page of it is written.

    >>> with own_words({"so": {"title": "{child}"}}):
    ...     wording("so")["title"]
    '{child}'
    """
    token = _OWN.set(words)
    try:
        yield
    finally:
        _OWN.reset(token)


def wording(language: str) -> Mapping[str, Any]:
    """The wording of one language, the programme's own before the shipped one. Raises KeyError for a language without
    wording."""
    return _OWN.get({}).get(language) or _shipped(language)


@cache
def _shipped(language: str) -> Mapping[str, Any]:
    if language not in LANGUAGES:
        raise KeyError(language)
    path = Path(__file__).parent / "wording" / f"{language}.json"
    loaded: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def lacking(words: Mapping[str, Any]) -> list[str]:
    """What a wording lacks, or has of another kind than it should, beside the English one: "step.repair.say".

    A programme may name the kinds of cue that goals speak of as it likes; everything else must be there. Words without
    a place for a name that English has there are lacking, too.

    >>> lacking(wording("en") | {"title": "Time", "and": 3})
    ['title: {child}', 'and']
    """
    return list(_lacking(wording("en"), words, ""))


def _lacking(known: Any, given: Any, path: str) -> Iterator[str]:
    if path == "goal_words":
        if not isinstance(given, Mapping) or not all(_are_words(found) for found in given.values()):
            yield path
    elif isinstance(known, Mapping):
        for key, value in known.items():
            yield from _lacking(
                value, given.get(key) if isinstance(given, Mapping) else None, f"{path}.{key}".strip(".")
            )
    elif isinstance(known, list):
        if not _are_words(given) or not given:
            yield path
    elif not isinstance(given, str) or (known.strip() and not given.strip()):
        yield path
    else:
        missing = [
            name for name in ("note", "contact", "phone", "n") if f"{{{name}}}" in known and f"{{{name}}}" not in given
        ]
        missing += ["child"] if path == "title" and "{child}" not in given else []
        yield from (f"{path}: {{{name}}}" for name in missing)


def _are_words(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(word, str) and word.strip() for word in given)


def compose(proposal: Proposal, facts: Facts, language: str) -> dict[str, Any]:
    """Make the sentences of a proposal.

    Parameters: `proposal`, the chosen keys; `facts`, the names; `language`, of the page.
    Returns the proposal as its readers get it: `strengths`, `more_strengths`, `shown`, `more_shown`, `step`,
    `more_steps`, `on_request`, each line with its words and with why it was chosen (in the reader's language),
    `own_words` (how words of the visitor's are named as hers; {note} is their place), `for_you`, `headings`,
    `minutes`, `cues`, `warnings`. Raises KeyError for a language without wording.
    """
    writer = _Writer(wording(language), facts, language, proposal.duration_ms)
    strengths = [writer.strength(strength) for strength in proposal.strengths]
    return {
        "language": language,
        "child": {"id": facts.child_id, "name": facts.child},
        "minutes": minutes(proposal.observed_ms),
        "cues": proposal.cues,
        "strengths": strengths,
        "more_strengths": [writer.strength(strength, proposed=False) for strength in proposal.more_strengths],
        "shown": writer.shown(proposal.shown) if proposal.shown else None,
        "more_shown": [writer.shown(shown) for shown in proposal.more_shown],
        "step": writer.step(proposal.step, proposal.distress),
        "more_steps": [writer.step(step, proposal.distress) for step in proposal.more_steps if writer.knows(step)],
        "on_request": [writer.step(step, proposal.distress) for step in proposal.on_request if writer.knows(step)],
        "own_words": fill(writer.words["in_words_of"], visitor=facts.visitor),
        "for_you": writer.fill(writer.words["for_you"]),
        "headings": headings(language, facts.child),
        "warnings": [warning(key) for key in proposal.warnings],
    }


def minutes(ms: int) -> int:
    """A length of time in whole minutes, never less than one.

    >>> minutes(299_000)
    5
    """
    return max(1, (ms + 30_000) // 60_000)


def headings(language: str, child: str) -> dict[str, str]:
    """The page's title, headings and labels, with the child's name in them."""
    words = wording(language)
    named = {key: fill(text, child=child) for key, text in words["headings"].items()}
    return {"title": fill(words["title"], child=child), **named, **words["labels"]}


def fill(text: str, **values: str) -> str:
    """Put names into a sentence; braces that a person typed are left as they are.

    >>> fill("{child} cried.", child="{x}")
    '{x} cried.'
    """
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match.group(1), match.group()), text)


def quoted(text: str, language: str) -> str:
    """A spoken sentence in its language's quotation marks.

    >>> quoted("Aquí estoy.", "es")
    '«Aquí estoy».'
    """
    marks = wording(language)["quote"]
    text = text.strip()
    return f"{marks['open']}{text.removesuffix(marks['drop']) if marks['drop'] else text}{marks['close']}"


def long_date(day: date, language: str) -> str:
    """A date as a family reads it.

    >>> long_date(date(2026, 3, 2), "es")
    '2 de marzo de 2026'
    """
    formatted: str = format_date(day, wording(language)["date"], locale=language)
    return formatted


def weekday(day: date, language: str) -> str:
    """A near date with its weekday, without the year.

    >>> weekday(date(2026, 3, 16), "en")
    'Monday, March 16'
    """
    formatted: str = format_date(day, wording(language)["day"], locale=language)
    return formatted


def together(names: Iterable[str], language: str) -> str:
    """Names in a row: "Mia and Luis"; Spanish says "e" before the sound of i.

    >>> together(["Mia", "Inés"], "es")
    'Mia e Inés'
    """
    named = [name for name in names if name]
    if len(named) < 2:
        return "".join(named)
    joint = wording(language)["and"]
    if language == "es" and re.match(r"(?i)h?[ií](?![aeo])", named[-1]):
        joint = " e "
    return f"{', '.join(named[:-1])}{joint}{named[-1]}"


def telephone(number: str, language: str) -> str:
    """A telephone number as it is read in a language: among words from right to left its groups stay in their order.

    >>> telephone("555 0100", "ar") == "555\u00a00100", telephone("555 0100", "en")
    (True, '555 0100')
    """
    return number.replace(" ", "\u00a0") if language in RIGHT_TO_LEFT else number


def goal_type(goal: str) -> str | None:
    """The cue type that a goal's words point to, in whichever language of pages they are; None if they point to none.

    >>> goal_type("More calm at bedtime"), goal_type("Dormir mejor"), goal_type("")
    ('CRY', 'CRY', None)
    """
    spoken = set(re.findall(r"\w+", goal.casefold()))
    for language in LANGUAGES:
        for code, known in wording(language)["goal_words"].items():
            if spoken & set(known) or (language in UNSPACED and any(word in goal for word in known)):
                return str(code)
    return None


class _Writer:
    """Writes the lines of one page, and remembers what it said already: no "About 1 minute in" twice."""

    def __init__(self, words: Mapping[str, Any], facts: Facts, language: str, duration_ms: int) -> None:
        self.words = words
        self.facts = facts
        self.language = language
        self.duration_ms = duration_ms
        self.said: set[str] = set()

    def fill(self, text: str, note: str = "") -> str:
        name, phone = self.facts.contact[0], telephone(self.facts.contact[1], self.language)
        return fill(text, child=self.facts.child, visitor=self.facts.visitor, contact=name, phone=phone, note=note)

    def strength(self, strength: Strength, proposed: bool = True) -> dict[str, Any]:
        said = self.said if proposed else set(self.said)
        text = self._kept(strength, said) if strength.key == "S10" else self._moment(strength, said)
        return {
            "key": strength.key,
            "type": strength.types[0] if strength.types else None,
            "types": list(strength.types),
            "text": text,
            "why": why(strength.key, strength.reasons),
        }

    def shown(self, shown: Shown) -> dict[str, Any]:
        known = self.words["shown"]
        text = known[f"keep.{shown.detail}"] if shown.key == "keep" else known.get(shown.type, known["other"])
        return {
            "key": f"keep_{shown.detail}" if shown.key == "keep" else f"shown_{(shown.type or '').lower()}",
            "type": shown.type,
            "text": self.fill(text, self._note(shown.note)),
            "why": why("keep" if shown.key == "keep" else "shown", shown.reasons),
        }

    def knows(self, step: Step) -> bool:
        """Whether a step has words: one of the programme's own may have none in this language."""
        return self._step_words(step) is not None

    def _step_words(self, step: Step) -> Any:
        own, known = self.facts.steps, self.words["step"]
        return own.get(step.key) or known.get(step.key) or known.get(f"{step.key.split('_')[0]}_other")

    def step(self, step: Step, distress: frozenset[str]) -> dict[str, Any]:
        words = self._step_words(step)
        return {
            "key": step.key,
            "type": step.type,
            **{part: self.fill(words[part]) for part in ("when", "what", "say", "helps")},
            "care": self.fill(self.words["care"]) if step.type in distress else "",
            "why": why(step.key, step.reasons),
        }

    def _moment(self, strength: Strength, said: set[str]) -> str:
        """A lead where the strength has one, then the moment: what happened, what you did, what came next."""
        moment = strength.moment
        leads = self.words["strength"]
        lead = leads.get(f"{strength.key}.{strength.detail}" if strength.detail else strength.key, "")
        if strength.key == "S7" and moment and moment.cue:
            lead = ""
        sentences = [self.fill(lead)] if lead else []
        if moment and moment.cue:
            sentences.append(self._when(moment, said) + self._of("cue", moment.cue))
        if moment and moment.response and (moment.cue or strength.key == "S7"):
            sentences.append(self._answer(moment))
        if moment and moment.next:
            sentences.append(self._then(moment))
        elif not lead or strength.key == "S7":
            sentences.append(self._closing(said))
        return " ".join(sentences)

    def _kept(self, strength: Strength, said: set[str]) -> str:
        note = self._note(strength.note)
        text = self.fill(self.words["strength"][f"S10.{strength.detail}"], note)
        if strength.detail == "own" or strength.moment is None:
            return text
        return self._when(strength.moment, said) + text

    def _note(self, note: str) -> str:
        """The visitor's own words, named as hers when the page is in another language."""
        if note and self.facts.visitor_language not in {"", self.language}:
            return fill(self.words["in_words_of"], visitor=self.facts.visitor, note=note)
        return note

    def _when(self, moment: Moment, said: set[str]) -> str:
        known, count = self.words["when"], minutes(moment.t_ms)
        if moment.t_ms < START_MS:
            phrase = known["start"]
        elif self.duration_ms - moment.t_ms <= START_MS:
            phrase = known["end"]
        else:
            phrase = fill(known["one" if count == 1 else "many"], n=str(count))
        if phrase in said:
            return ""
        said.add(phrase)
        return str(phrase)

    def _of(self, group: str, code: str | None) -> str:
        known = self.words[group]
        return self.fill(known.get(code, known["other"]))

    def _answer(self, moment: Moment) -> str:
        together = f"{moment.cue}.{moment.response}"
        fast = moment.latency_ms is not None and moment.latency_ms <= RIGHT_AWAY_MS
        for known in ([self.words["fast"]] if fast else []) + [self.words["response"]]:
            for key in (together, moment.response):
                if key in known:
                    return self.fill(str(known[key]))
        return self._of("response", None)

    def _then(self, moment: Moment) -> str:
        began = moment.t_ms + (moment.latency_ms or 0) if moment.response == "REPAIR" else moment.t_ms
        gap = (moment.next_ms or 0) - began
        known = self.words["then"]
        opening: str = known["soon"] if gap <= SOON_MS else known["half"] if gap <= HALF_MINUTE_MS else known["minute"]
        return opening + self._of("again" if moment.next_again else "cue", moment.next)

    def _closing(self, said: set[str]) -> str:
        fresh = [closing for closing in self.words["closing"] if closing not in said]
        closing = (fresh or self.words["closing"])[0]
        said.add(closing)
        return self.fill(closing)
