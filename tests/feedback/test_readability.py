"""Readability against published answers (oracle 12), and the traps that other counters fall into."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from recorder.feedback import readability as read

ORACLE = Path(__file__).parents[1] / "oracles" / "12_readability.json"
CASES = json.loads(ORACLE.read_text(encoding="utf-8"))["cases"]


def of(kind: str) -> list:
    return [pytest.param(case, id=case["id"]) for case in CASES if case["kind"] == kind]


@pytest.mark.parametrize("case", of("readability_en"))
def test_english_cases_are_counted_exactly(case: dict) -> None:
    text, expected = case["input"]["text"], case["expected"]
    counts = read.count(text, "en")
    assert read.sentences(text) == case["input"]["sentences"]
    assert (counts.sentences, counts.words) == (expected["sentences"], expected["words"])
    assert (counts.syllables, counts.polysyllables) == (expected["syllables"], expected["polysyllables"])
    assert read.flesch_kincaid(counts) == pytest.approx(expected["flesch_kincaid_grade"], abs=0.05)
    assert read.flesch_reading_ease(counts) == pytest.approx(expected["flesch_reading_ease"], abs=0.05)
    assert read.smog(counts) == pytest.approx(expected["smog_30_sentence_conversion"], abs=0.05)


@pytest.mark.parametrize("case", of("readability_formula"))
def test_formulas_from_counts(case: dict) -> None:
    counts, expected = read.Counts(**case["input"]), case["expected"]
    for name, formula in (
        ("flesch_kincaid_grade", read.flesch_kincaid),
        ("flesch_reading_ease", read.flesch_reading_ease),
        ("smog", read.smog),
    ):
        if expected[name] is None:
            assert formula(counts) is None
        else:
            assert formula(counts) == pytest.approx(expected[name], abs=1e-9)


@pytest.mark.parametrize("case", of("readability_es"))
def test_spanish_cases_are_counted_exactly(case: dict) -> None:
    counts, expected = read.count(case["input"]["text"], "es"), case["expected"]
    assert (counts.sentences, counts.words, counts.syllables) == (
        expected["sentences"],
        expected["words"],
        expected["syllables"],
    )
    assert read.fernandez_huerta(counts) == pytest.approx(expected["fernandez_huerta"], abs=0.01)
    score = read.inflesz(counts)
    assert score == pytest.approx(expected["szigriszt_pazos_inflesz"], abs=0.01)
    assert read.inflesz_band(score) == expected["inflesz_band"]


def test_short_sentences_count_and_stops_in_numbers_and_titles_do_not() -> None:
    assert read.count("Well done! Great job!", "en").sentences == 2
    assert read.sentences("Dr. Lee waited 3.5 minutes.") == ["Dr. Lee waited 3.5 minutes."]
    assert read.sentences("Venga a las 10 a.m. con la Sra. Ruiz.") == ["Venga a las 10 a.m. con la Sra. Ruiz."]
    assert read.sentences("You can say: “You are sad. I am here.” It helps.") == [
        "You can say: “You are sad.",
        "I am here.”",
        "It helps.",
    ]


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("cried", 1), ("minute", 2), ("comfort", 2), ("again", 2), ("reached", 1), ("needed", 2), ("tired", 1),
        ("together", 3), ("quiet", 2), ("little", 2), ("noises", 2), ("closes", 2), ("places", 2), ("watches", 2),
        ("smiles", 1), ("game", 1), ("bedtime", 2), ("playing", 2), ("trying", 2), ("idea", 3), ("different", 2),
        ("answered", 2), ("happened", 2), ("child's", 1), ("explored", 2), ("people", 2), ("feelings", 2), ("one", 1),
    ],
)  # fmt: skip
def test_english_syllables_of_a_page_s_own_words(word: str, syllables: int) -> None:
    assert read.english_syllables(word) == syllables


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("lloró", 2), ("oye", 2), ("voz", 1), ("siente", 2), ("acercó", 3), ("consuelo", 3), ("minuto", 3), ("día", 2),
        ("días", 2), ("ayuda", 3), ("aprende", 3), ("que", 1), ("quién", 1), ("regrese", 3), ("ahí", 2), ("ley", 1),
        ("y", 1), ("vergüenza", 3), ("pingüino", 3), ("búho", 2), ("prohibir", 2), ("idea", 3), ("caer", 2), ("hoy", 1),
    ],
)  # fmt: skip
def test_spanish_syllables_follow_the_spelling(word: str, syllables: int) -> None:
    assert read.spanish_syllables(word) == syllables


def test_a_long_name_does_not_make_a_text_hard() -> None:
    assert read.without_names("Maximiliano's cup. Maximiliano cried.", ["Maximiliano"]) == "Jo's cup. Jo cried."


def test_long_words_are_named_once() -> None:
    assert read.long_words("Consistency helps. Consistency is kind.", "en") == ["Consistency"]
