"""The words of a page: the worked case word for word, and every shipped sentence by the rules of tone."""

from __future__ import annotations

import json
import re

import pytest
from worked import WORKED, evidence, observed, page, proposed

from recorder.feedback import readability as read
from recorder.feedback.check import check
from recorder.feedback.choose import STRENGTHS, propose
from recorder.feedback.words import LANGUAGES, Facts, compose, fill, goal_type, lacking, together, wording
from recorder.instruments.library import builtin
from recorder.measures.observation import Keep

NAMES = {
    "child": "Mia",
    "visitor": "Ana",
    "contact": "Luz",
    "phone": "555 0111",
    "name": "Luz",
    "n": "5",
    "note": "Sang.",
}
FOR_FAMILIES = ("headings", "strength", "shown", "snapshot", "fit")


def blocks(language: str) -> dict[str, str]:
    """Every group of sentences that can be printed together, by its key."""
    words = wording(language)
    found = {f"{group}.{key}": text for group in FOR_FAMILIES for key, text in words[group].items()}
    for key, step in words["step"].items():
        when = step["when"][0].upper() + step["when"][1:]
        found[f"step.{key}"] = f"{when} {step['what']} {step['say']} {step['helps']}"
    found |= {key: words[key] for key in ("care", "for_you", "contact", "copies", "strike")}
    return {key: fill(text, **NAMES) for key, text in (found | moments(language)).items()}


def moments(language: str) -> dict[str, str]:
    """A moment for every cue, every answer, and every way in which it can go on."""
    words = wording(language)
    cues, ends = list(words["cue"].values()), [*words["closing"], *words["again"].values()]
    answers = [(f"{group}.{key}", text) for group in ("response", "fast") for key, text in words[group].items()]
    when = words["when"]["many"]
    found = {f"moment.{key}": f"{when}{cues[0]} {answer} {ends[0]}" for key, answer in answers}
    found |= {f"moment.cue.{key}": f"{when}{cue} {answers[0][1]} {ends[0]}" for key, cue in words["cue"].items()}
    return found | {f"moment.end.{place}": f"{cues[0]} {answers[0][1]} {end}" for place, end in enumerate(ends)}


SCORED = ("en", "es")
LONGEST = {"zh": 30}
"""Words of a sentence at most; in Chinese, signs."""


@pytest.mark.parametrize("language", SCORED)
def test_the_worked_case_reads_as_it_should(language: str) -> None:
    assert page(language).text() == WORKED[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_shipped_sentences_are_short_and_hurt_nobody(language: str) -> None:
    texts = blocks(language)
    assert not [text for text in texts.values() if "{" in text]
    assert {key: text for key, text in texts.items() if longest(text, language) > LONGEST.get(language, 15)} == {}
    found = {key: [one for one in of if one["level"] in STOPS] for key, of in check(texts, language).items()}
    assert {key: of for key, of in found.items() if of} == {}


STOPS = {"blocked", "hurts"}


def longest(text: str, language: str) -> int:
    return read.longest_sentence(text, language)


@pytest.mark.parametrize("language", SCORED)
def test_shipped_blocks_are_easy_to_read(language: str) -> None:
    for key, text in blocks(language).items():
        counts = read.count(read.without_names(text, NAMES.values()), language)
        if not key.startswith(("headings", "contact")):
            assert read.flesch_kincaid(counts) <= 6 if language == "en" else read.inflesz(counts) > 65, key


def test_all_english_wording_together_is_at_grade_five_or_below() -> None:
    text = "\n".join(read.without_names(text, NAMES.values()) for text in blocks("en").values())
    assert read.flesch_kincaid(read.count(text, "en")) <= 5


@pytest.mark.parametrize("language", SCORED)
def test_the_worked_page_is_easier_still(language: str) -> None:
    for block in WORKED[language].split("\n")[3:-2]:
        counts = read.count(read.without_names(block, ["Mia"]), language)
        if counts.words > 4:
            score = read.flesch_kincaid(counts) if language == "en" else read.inflesz(counts)
            assert score <= 2.5 if language == "en" else score >= 70, block


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things_and_nobody_is_named_as_its_reviewer(language: str) -> None:
    assert lacking(wording(language)) == []
    assert wording(language)["reviewer"] == ""
    composed = page(language).text()
    assert "{" not in composed and "Mia" in composed


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["serve-and-return", "serve-and-return-short", "serve-and-return-slower"])
def test_every_code_of_the_shipped_schemes_has_its_words(language: str, scheme: str) -> None:
    words = wording(language)
    codes = {cue.code for cue in builtin(scheme).cues}
    assert codes <= words["cue"].keys() and codes <= words["shown"].keys()
    calm = {response.code for response in builtin(scheme).responses if not response.rough}
    assert calm <= words["response"].keys()
    assert not words["response"].keys() & {"TAKE", "HARSH"}


def test_no_moment_is_told_with_a_number_or_a_share() -> None:
    composed = compose(propose(evidence()), Facts("Mia"), "en")
    for line in (*composed["strengths"], *composed["more_strengths"]):
        assert not re.search(r"\d", line["text"].replace("About 1 minute", "")), line
        assert line["why"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_about_crying_says_to_lay_the_baby_down(language: str) -> None:
    composed = compose(propose(evidence()), Facts("Mia"), language)
    for step in (composed["step"], *composed["more_steps"]):
        assert bool(step["care"]) is (step["type"] == "CRY")


def test_a_visitor_s_own_words_are_named_as_hers_in_another_language() -> None:
    proposal = proposed((10, "VOC"), keeps=[Keep(20_000, "own", "She sang.")])
    composed = compose(proposal, Facts("Mia", visitor="Ana", visitor_language="en"), "es")
    assert composed["strengths"][0]["text"] == "Con palabras de Ana: She sang."
    assert composed["own_words"] == "Con palabras de Ana: {note}"


def test_every_strength_has_words_in_every_language() -> None:
    ratings = {"sensitivity/1": {"joining": 9}, "warm-presence/1": {"warm": 7}}
    taps = [(10, "AWAY"), (12, "PAUSE"), (30, "VOC"), (31, "TAKE"), (40, "REPAIR"), (60, "CRY"), (61, "COMF")]
    taps += [tap for n in range(6) for tap in ((80 + 20 * n, "REACH"), (81 + 20 * n, "FOLLOW"))]
    taps += [(240, "LOOK"), (241, "JOY"), (280, "JOY")]
    proposal = proposed(*taps, ratings=ratings, keeps=[Keep(90_000, "glad")])
    found = {strength.key for strength in (*proposal.strengths, *proposal.more_strengths)}
    assert found == set(STRENGTHS) - {"S9"}
    for language in LANGUAGES:
        composed = compose(proposal, Facts("Mia"), language)
        for line in (*composed["strengths"], *composed["more_strengths"]):
            assert line["text"] and "{" not in line["text"]


def test_names_stay_as_they_are() -> None:
    composed = compose(propose(evidence(observed())), Facts("{child} <b>"), "en")
    assert composed["strengths"][1]["text"].startswith("At the start, {child} <b> made a sound.")
    assert together(["Mia", "Iván"], "es") == "Mia e Iván"
    assert together(["Mia", "Hielo"], "es") == "Mia y Hielo"
    assert goal_type("Pasar un buen rato") is None


def test_a_wording_that_lacks_something_is_told_what() -> None:
    words = json.loads(json.dumps(wording("en")))
    del words["step"]["repair"]["say"]
    words["blocked"], words["in_words_of"], words["when"] = [], "Her words.", "soon"
    assert lacking(words)[:3] == ["when.start", "when.end", "when.one"]
    assert {"step.repair.say", "blocked", "in_words_of: {note}"} < set(lacking(words))
    assert len(lacking({})) > 200 and lacking(words | {"goal_words": []})[-1:] != []


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(KeyError):
        wording("../en")


PARTNER = {
    "en": r"partner|spouse|husband|wife|boyfriend|girlfriend|marriage|couple",
    "es": r"pareja|espos[oa]|marido|novi[oa]|matrimonio|c[oó]nyuge",
    "fr": r"conjoint|époux|épouse|mari\b|compagn|couple|mariage",
    "vi": r"\bvợ|chồng|bạn đời|hôn nhân",
    "ar": r"زوج|شريك|خطيب",
    "zh": r"丈夫|妻子|伴侣|配偶|夫妻|男友|女友",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_theme_involves_a_partner_so_that_none_has_to_be_kept_back_while_somebody_may_not_be_safe(
    language: str,
) -> None:
    said = " ".join(text for step in wording(language)["step"].values() for text in step.values())
    said += " ".join(wording(language)[key] for key in ("for_you", "care", "contact"))
    assert re.findall(PARTNER[language], said, flags=re.IGNORECASE) == []
