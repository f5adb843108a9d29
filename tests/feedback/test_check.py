"""A visitor's own words: labels are blocked, words that hurt warn, names and the caregiver's idea stay free."""

from __future__ import annotations

import pytest

from recorder.feedback.check import check


def levels(text: str, language: str = "en", names: tuple[str, ...] = (), field: str = "step.what") -> list:
    return [(finding["level"], finding["word"]) for finding in check({field: text}, language, names)[field]]


def test_labels_are_blocked_as_whole_words() -> None:
    assert levels("It was Secure  Attachment. It was below average.")[:2] == [
        ("blocked", "Secure  Attachment"),
        ("blocked", "below average"),
    ]
    assert levels("She was rescaled and scored.") == []


def test_words_that_hurt_warn() -> None:
    assert levels("You must not spoil Mia.") == [("hurts", "must"), ("hurts", "spoil")]


def test_each_language_has_its_own_lists() -> None:
    assert levels("Es seguro. Haga la prueba.", "es") == []
    assert ("blocked", "apego seguro") in levels("Es un apego seguro.", "es")
    assert levels("El mal humor debe pasar.", "es") == [("hurts", "mal"), ("hurts", "debe")]


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("fr", "C’est un retard. Luc est paresseux.", [("blocked", "retard"), ("hurts", "paresseux")]),
        ("fr", "Le retardataire est venu.", []),
        ("vi", "Bé chậm phát triển và lười.", [("blocked", "chậm phát triển"), ("hurts", "lười")]),
        ("ar", "هذا تشخيص بالتوحد.", [("blocked", "تشخيص"), ("blocked", "بالتوحد")]),
        ("ar", "الدرجة على السلم والمدرسة.", [("blocked", "الدرجة")]),
        ("zh", "这孩子有自闭症，太懒。", [("blocked", "自闭症"), ("hurts", "懒")]),
        ("zh", "您" * 31 + "。", [("hard", "")]),
    ],
)
def test_lists_know_how_their_language_writes_words(language: str, text: str, found: list) -> None:
    assert [one for one in levels(text, language) if one[0] != "glyph"] == found


def test_names_and_the_caregiver_s_own_idea_are_never_censored() -> None:
    assert levels("Harsh reached out.", names=("Harsh",)) == []
    assert levels("Harsh reached out.") == [("blocked", "Harsh")]
    assert levels("I must test this bad idea.", field="idea") == []


def test_hard_text_names_its_grade_and_its_long_words() -> None:
    (finding,) = check({"x": "Consistently sensitive caregiving facilitates emotional regulation."}, "en")["x"]
    assert finding["level"] == "hard" and "about grade" in finding["message"]
    assert "Consistently" in finding["word"]
    assert levels("Consecuentemente, la sensibilidad facilita la regulación emocional.", "es")[0][0] == "hard"


def test_a_character_without_a_glyph_is_named_even_in_the_idea() -> None:
    assert levels("Sing 🎵 with مها", field="idea")[0] == ("glyph", "🎵")
    assert levels("Zażółć, Việt, ñandú, ¿qué?") == []
    assert levels("") == []
