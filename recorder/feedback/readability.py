"""How easy is a text to read?

Own counters of sentences, words and syllables, so that nothing is downloaded when a page is made. English: Flesch-
Kincaid grade and reading ease. Spanish: Fernández-Huerta (as corrected by Law) and Szigriszt-Pazos on the INFLESZ
bands. English syllables are a heuristic (within 5 % of the CMU dictionary on ordinary text, so a grade may be off by
one); Spanish syllables follow the rules of spelling: diphthongs joined, hiatus split. A score without words is None.
For other languages the longest sentence is all that is said: in words or, where words stand without blanks, in signs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

ABBREVIATIONS = frozenset("a.m p.m dr dra sr sra srta mr mrs ms st vs e.g i.e ee.uu ud uds p.ej pág núm tel".split())
"""Words that end in a full stop without ending a sentence, lower case and without their last stop."""

BANDS = ((40, "muy difícil"), (55, "algo difícil"), (65, "normal"), (80, "bastante fácil"), (101, "muy fácil"))
"""INFLESZ (Barrio-Cantalejo 2008): upper bounds of the Szigriszt-Pazos score and the names of the bands."""

UNSPACED = frozenset({"zh"})
"""Languages that write words without blanks between them."""

_WORD = re.compile(r"[^\W_]+(?:['’.,-](?=[^\W_])[^\W_]+)*")


@dataclass(frozen=True)
class Counts:
    """What the formulas need; `polysyllables` are words of three syllables or more."""

    sentences: int
    words: int
    syllables: int
    polysyllables: int


def sentences(text: str) -> list[str]:
    """Split a text into sentences, however short; a stop in a number or after an abbreviation ends none.

    >>> sentences("Well done! Dr. Lee waited 3.5 minutes. You spoke.")
    ['Well done!', 'Dr. Lee waited 3.5 minutes.', 'You spoke.']
    """
    found, start = [], 0
    for stop in re.finditer(r"[.!?…؟۔।]+[\"'”’»)\]]*(?=\s|$)|[。！？]+[”’」』》)\]]*|\n+", text):
        before = text[start : stop.start()].rsplit(None, 1)
        if stop.group() == "." and before and before[-1].lstrip("¿¡(«“\"'").lower() in ABBREVIATIONS:
            continue
        found.append(text[start : stop.end()].strip())
        start = stop.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if _WORD.search(sentence)]


def words(text: str) -> list[str]:
    """The words of a text; what hyphens, apostrophes and decimal points join is one word.

    >>> words("Mia's back-and-forth took 3.5 minutes.")
    ["Mia's", 'back-and-forth', 'took', '3.5', 'minutes']
    """
    return _WORD.findall(text)


def count(text: str, language: str) -> Counts:
    """Count a text's sentences, words and syllables. Raises KeyError for a language without a counter."""
    syllables = [SYLLABLES[language](word) for word in words(text)]
    return Counts(len(sentences(text)), len(syllables), sum(syllables), sum(n >= 3 for n in syllables))


def longest_sentence(text: str, language: str) -> int:
    """How many words the longest sentence has; in Chinese, how many signs.

    >>> longest_sentence("Bé khóc. Quý vị đến gần.", "vi"), longest_sentence("您走近了。", "zh")
    (4, 4)
    """
    counted = (len(re.findall(r"\w", one)) if language in UNSPACED else len(words(one)) for one in sentences(text))
    return max(counted, default=0)


def flesch_kincaid(counts: Counts) -> float | None:
    """The school grade at which an English text is read (Kincaid 1975).

    >>> flesch_kincaid(Counts(sentences=5, words=100, syllables=150, polysyllables=12))
    9.91
    """
    if not counts.words or not counts.sentences:
        return None
    return round(0.39 * counts.words / counts.sentences + 11.8 * counts.syllables / counts.words - 15.59, 10)


def flesch_reading_ease(counts: Counts) -> float | None:
    """The ease of an English text, 100 is very easy (Flesch 1948)."""
    if not counts.words or not counts.sentences:
        return None
    return 206.835 - 1.015 * counts.words / counts.sentences - 84.6 * counts.syllables / counts.words


def smog(counts: Counts) -> float | None:
    """The SMOG grade (McLaughlin 1969), converted from 30 sentences: not to be shown for fewer than ten."""
    if not counts.sentences:
        return None
    return 1.043 * math.sqrt(counts.polysyllables * 30 / counts.sentences) + 3.1291


def fernandez_huerta(counts: Counts) -> float | None:
    """The ease of a Spanish text (1959), with words per sentence as Law (2011) corrected it."""
    if not counts.words or not counts.sentences:
        return None
    return 206.84 - 60 * counts.syllables / counts.words - 1.02 * counts.words / counts.sentences


def inflesz(counts: Counts) -> float | None:
    """The ease of a Spanish text (Szigriszt-Pazos 1993), read on the INFLESZ bands.

    >>> round(inflesz(count("Usted le sonrió también.", "es")), 1)
    93.8
    """
    if not counts.words or not counts.sentences:
        return None
    return 206.835 - 62.3 * counts.syllables / counts.words - counts.words / counts.sentences


def inflesz_band(score: float) -> str:
    """The INFLESZ band of a score, in Spanish.

    >>> inflesz_band(88.6)
    'muy fácil'
    """
    return next(name for bound, name in BANDS if score < bound or bound > 100)


def without_names(text: str, names: Iterable[str]) -> str:
    """The text with every name replaced by a word of one syllable: a long name does not make a text hard."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "Jo", text)
    return text


def long_words(text: str, language: str) -> list[str]:
    """The words of `TOO_LONG` syllables or more, each once, in order."""
    found = [word for word in words(text) if SYLLABLES[language](word) >= TOO_LONG[language]]
    return list(dict.fromkeys(found))


# English: one syllable for each group of vowels, less the silent endings, plus the vowels that part.
_SILENT = re.compile(
    r"(?:[^aeiouyl]|[aeiouy]l|[rl]l)e(?:ly|ness|ful|ment|less)?$"  # made, smile, closely; not little
    r"|(?:[^aeiouylszcgxh]|[aeiouy]l|[^cs]h)es$"  # times, smiles; not noises, places, watches
    r"|(?:[^aeiouyltd]|[aeiouy]l|[rl]l)ed$"  # smiled, called; not wanted, handled
    r"|(?<=[aeiouy]r)e(?=g)|(?<=[aeiouy]m)e(?=time)|(?<=[aeiouy]m)e(?=where)"  # caregiver, sometimes
)
_PARTED = re.compile(
    r"(?<![ctsg])i[ao](?!n$|ns$|nal|us)|(?<![gq])ua|uo|eo(?!u)|iu|[aeiouy]ing|(?<=[aeiou])ying|sms?$|thms?$"
    r"|(?<=cr)ea(?=t)|(?<=[td])ui(?=t)"
)
_EXCEPTIONS = {
    "people": 2, "every": 2, "everything": 3, "area": 3, "idea": 3, "ideas": 3, "something": 2, "someone": 2,
    "quiet": 2, "science": 2, "poem": 2, "different": 2, "homework": 2, "maybe": 2, "business": 2, "evening": 2,
    "lion": 2,
}  # fmt: skip


def english_syllables(word: str) -> int:
    """The syllables of an English word, by its spelling.

    >>> [english_syllables(word) for word in ("smiled", "communicative", "made", "little", "wanted", "back-and-forth")]
    [1, 5, 1, 2, 2, 3]
    """
    return sum(_english(part) for part in re.split(r"[-.,]", word.lower()) if part)


def _english(word: str) -> int:
    word = re.sub(r"['’]s?$", "", word).replace("'", "").replace("’", "")
    if word.isdigit():
        return max(1, len(word))
    if word in _EXCEPTIONS:
        return _EXCEPTIONS[word]
    groups = len(re.findall(r"[aeiouyáéíóúü]+", word))
    return max(1, groups + len(_PARTED.findall(word)) - len(_SILENT.findall(word)))


# Spanish: a strong vowel or an accented weak one is a nucleus; an unaccented weak one leans on its neighbour.
_STRONG = "aeoáéóíú"
_WEAK = "iuü"


def spanish_syllables(word: str) -> int:
    """The syllables of a Spanish word, by the rules of its spelling.

    >>> [spanish_syllables(word) for word in ("Mía", "sonrió", "también", "guitarra", "ciudad", "leer", "muy", "aquí")]
    [2, 2, 2, 3, 2, 2, 1, 2]
    """
    return sum(_spanish(part) for part in re.split(r"[-.,'’]", word.lower()) if part)


def _spanish(word: str) -> int:
    if word.isdigit():
        return max(1, 2 * len(word))
    word = re.sub(r"([gq])u(?=[eéií])", r"\1", word)
    word = re.sub(r"y(?![aeiouáéíóú])", "i", word)
    return max(1, sum(_nuclei(run) for run in re.findall(rf"[{_STRONG}{_WEAK}]+", re.sub(r"(?<=[aeiou])h", "", word))))


def _nuclei(vowels: str) -> int:
    """The syllables in a run of vowels: each strong one makes one; weak ones alone make one together."""
    return sum(vowel in _STRONG for vowel in vowels) or 1


SYLLABLES: dict[str, Callable[[str], int]] = {"en": english_syllables, "es": spanish_syllables}
TOO_LONG = {"en": 3, "es": 4}
