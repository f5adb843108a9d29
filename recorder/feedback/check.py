"""Does a text that a visitor typed belong on a family's page?

Labels are blocked; ordinary words that can hurt, and text that is hard to read, warn; a character that the embedded
font lacks is named. Whole words only, each language by its own two lists: in Chinese, which has no blanks, anywhere; in
Arabic also with the article and the short words that are written in one with the next. Names are never censored, nor
is the caregiver's own idea: of that, only the font's gaps are told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from flask_babel import gettext as _

from recorder.feedback import readability
from recorder.feedback.pdf import missing_glyphs
from recorder.feedback.words import wording

GRADE_A_BLOCK = 6
INFLESZ_LEAST = 65
LONGEST_SENTENCE = {"zh": 30}
"""How long a sentence may be where nothing better is known: 15 words; in Chinese, so many signs."""
UNSPACED = re.compile("[\u4e00-\u9fff]")
ARABIC = re.compile("[\u0600-\u06ff]")
OWN_WORDS = frozenset({"idea"})
"""Fields that hold the caregiver's own words."""

Finding = dict[str, str]


def check(texts: Mapping[str, str], language: str, names: Iterable[str] = ()) -> dict[str, list[Finding]]:
    """Look through texts, field by field.

    Parameters: `texts`, text by field; `language`, of the page; `names`, of the people whom it speaks of.
    Returns for each field its findings, `{"level", "word", "message"}`: "blocked" (may not be printed), "glyph" (the
    font cannot draw it), "hurts" and "hard" (worth another look). Raises KeyError for a language without wording.

    >>> check({"strengths": "You had a secure attachment."}, "en")["strengths"][0]["level"]
    'blocked'
    """
    known = list(names)
    return {field: _findings(field, text, language, known) for field, text in texts.items()}


def _findings(field: str, text: str, language: str, names: list[str]) -> list[Finding]:
    glyphs = [
        _finding("glyph", letter, _("The page cannot show this character: %(word)s", word=letter))
        for letter in missing_glyphs(text, language)
    ]
    if field in OWN_WORDS:
        return glyphs
    nameless = readability.without_names(text, names)
    blocked = [
        _finding("blocked", word, _("“%(word)s” is a label. Say what you saw instead.", word=word))
        for word in _found(nameless, wording(language)["blocked"])
    ]
    hurts = [
        _finding("hurts", word, _("“%(word)s” can hurt. Is there a kinder word?", word=word))
        for word in _found(nameless, wording(language)["hurts"])
    ]
    return blocked + glyphs + hurts + _hard(nameless, language)


def _finding(level: str, word: str, message: str) -> Finding:
    return {"level": level, "word": word, "message": message}


def _found(text: str, words: Iterable[str]) -> list[str]:
    """The listed words that stand in the text, the longest of overlapping ones, in order of the text."""
    listed = sorted(words, key=len, reverse=True)
    pattern = "|".join(map(_pattern, listed))
    return list(dict.fromkeys(match.group() for match in re.finditer(rf"(?i)(?:{pattern})", text)))


def _pattern(word: str) -> str:
    listed = re.escape(word).replace(r"\ ", r"\s+")
    if UNSPACED.search(word):
        return listed
    return rf"(?<!\w){'[وف]?(?:[بكل]?ا?ل?|لل)' if ARABIC.search(word) else ''}{listed}(?!\w)"


def _hard(text: str, language: str) -> list[Finding]:
    if language == "es":
        score = readability.inflesz(readability.count(text, language))
        hard = score is not None and score <= INFLESZ_LEAST
        message = _("This may be hard to read. Shorter sentences and words help.")
    elif language != "en":
        hard = readability.longest_sentence(text, language) > LONGEST_SENTENCE.get(language, 15)
        message = _("This may be hard to read. Shorter sentences and words help.")
        return [_finding("hard", "", message)] if hard else []
    else:
        grade = readability.flesch_kincaid(readability.count(text, language))
        hard = grade is not None and grade > GRADE_A_BLOCK
        message = _("This reads at about grade %(grade)s. Shorter sentences and words help.", grade=round(grade or 0))
    return [_finding("hard", ", ".join(readability.long_words(text, language)), message)] if hard else []
