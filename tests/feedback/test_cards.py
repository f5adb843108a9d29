"""The cards on what families ask: in every language the same ones, easy to read, without a label."""

from __future__ import annotations

import json

import pytest

from recorder.feedback import readability as read
from recorder.feedback.cards import _FOLDER, card, cards, languages
from recorder.feedback.check import check


def blocks(language: str) -> dict[str, str]:
    """Every paragraph of every card, and each card as a whole, by its key."""
    found = {key: [part.text for part in card(key, language).paragraphs] for key in cards(language)}
    return {f"{key}.{place}": text for key, texts in found.items() for place, text in enumerate(texts)} | {
        key: " ".join(texts) for key, texts in found.items()
    }


def test_there_are_at_least_ten_and_the_same_ones_in_every_language() -> None:
    assert {"en", "es"} <= set(languages()) and len(cards("en")) >= 10
    for language in languages():
        assert cards(language).keys() == cards("en").keys()
        told = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))
        assert told["reviewer"] == ""
    assert card("later", "xx") == card("later", "en")


@pytest.mark.parametrize("language", languages())
def test_they_are_short_hurt_nobody_and_name_nobody(language: str) -> None:
    texts = blocks(language) | {f"{key} title": title for key, title in cards(language).items()}
    for key, text in texts.items():
        assert read.longest_sentence(text, language) <= (30 if language == "zh" else 15), (key, text)
        assert "{" not in text
    found = {
        key: [one for one in of if one["level"] in {"blocked", "hurts"}] for key, of in check(texts, language).items()
    }
    assert {key: of for key, of in found.items() if of} == {}


@pytest.mark.parametrize("language", ["en", "es"])
def test_they_are_easy_to_read(language: str) -> None:
    for key, text in blocks(language).items():
        counts = read.count(text, language)
        assert read.flesch_kincaid(counts) <= 6 if language == "en" else read.inflesz(counts) > 65, (key, text)
