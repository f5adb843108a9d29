"""Answers are scored on the command line, or refused in one line that names the item."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from recorder.instruments import library

CASES = {
    case["id"]: case
    for case in json.loads((Path(__file__).parent.parent / "oracles" / "07_aqs.json").read_text())["cases"]
}
TWO = CASES["two_sorters_average_then_score"]
PILES = {card["id"]: int(card["id"][0]) for card in library.document("safe-base-cards")["cards"]}


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, Any], str]:
    """A function that writes a file (an object as JSON, a mapping for .csv as item,value) and returns its name."""

    def write(name: str, content: Any) -> str:
        path = tmp_path / name
        if isinstance(content, dict) and name.endswith(".csv"):
            content = "item,value\n" + "".join(f"{item},{value}\n" for item, value in content.items())
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def aqs(file: Callable[[str, Any], str]) -> str:
    values = TWO["input"]["criterion"]
    return file("aqs.csv", "item,security_c\n" + "".join(f"{id},{value}\n" for id, value in enumerate(values, 1)))


def sort(name: str) -> dict[str, float]:
    return {str(id): value for id, value in enumerate(TWO["input"][name], 1)}


def document(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_ratings_are_scored_from_json_and_from_a_table(recorder, file) -> None:
    answers = {"tuning_in": 7, "joining": 6, "reachable": "NOB", "acceptance": 8}
    for name in ("sensitivity", "sensitivity/1"):
        for given in (file("a.json", answers), file("a.csv", answers)):
            made = document(recorder("score", name, given, "--format", "json"))
            assert made["scores"] == {"sensitivity": 7.0} and made["n"] == {"sensitivity": 3}
            assert (made["instrument"], made["version"], made["validated"]) == ("sensitivity", 1, False)
            assert (made["missing"], made["not_observed"]) == ([], ["reachable"])


def test_the_text_says_each_score_with_its_n_and_what_it_is(recorder, file) -> None:
    said = recorder("score", "safe-base-cards", file("s.json", PILES | {"9a": "NOB"})).stdout
    assert "A coaching profile, not a test of attachment." in said
    assert "Security: r = 1.000 (the best possible is 1.000), from 35 items." in said and "Not observed: 9a." in said
    said = recorder("score", "our-days", file("d.json", {f"f{n}": 5 for n in range(1, 5)})).stdout
    assert "Follow-through: 3.00 on 1 to 5 (50 on 0 to 100), from 4 of 4 questions." in said
    assert "There is no predictable_day: 0 of 4 questions were answered, 3 are needed." in said
    assert "Not a validated measure." in recorder("score", "sensitivity", file("e.json", {"joining": 4})).stdout


def test_a_sort_is_scored_and_two_are_averaged_first(recorder, file, aqs) -> None:
    first, second = file("first.csv", sort("sort_a")), file("second.json", sort("sort_b"))
    one = document(recorder("score", aqs, first, "--format", "json"))
    two = document(recorder("score", aqs, first, second, "--format", "json"))
    other = document(recorder("score", aqs, second, "--format", "json"))
    assert one["best_possible"] == {"security": pytest.approx(1)}
    mean_of_scores = (one["scores"]["security"] + other["scores"]["security"]) / 2
    assert mean_of_scores == pytest.approx(TWO["expected"]["mean_of_scores"])
    assert two["scores"]["security"] == pytest.approx(TWO["expected"]["score_of_mean_sort"])
    assert two["inter_sorter_r"] == pytest.approx(TWO["expected"]["inter_sorter_r"])
    assert "The two sorters agree with r = 0.27; their mean was scored." in recorder("score", aqs, first, second).stdout


def test_a_questionnaire_of_a_programme_is_scored_from_its_file(recorder, file) -> None:
    own = {
        "name": "own", "low": 0, "high": 3, "questions": [{"id": "a"}, {"id": "b", "reversed": True}],
        "scales": [{"id": "s", "items": ["a", "b"]}], "licence_until": "2026-01-31",
    }  # fmt: skip
    words = ("score", file("own.json", own), file("a.json", {"a": 3, "b": 1}), "--format", "json")
    made = document(recorder(*words, "--on", "2026-02-01"))
    assert made["scores"] == {"s": 2.5} and made["percent"] == {"s": pytest.approx(250 / 3)}
    assert made["warnings"] == ["The licence of own/1 ended on 2026-01-31, before these answers were given."]
    assert document(recorder(*words, "--on", "2026-01-31"))["warnings"] == []


SHORT = {id: pile for id, pile in PILES.items() if id != "9a"}


@pytest.mark.parametrize(
    ("instrument", "answers", "options", "sentence"),
    [
        (
            "safe-base-cards",
            SHORT,
            (),
            "a.json: The sort has 35 items, safe-base-cards/1 has 36: item 9a lies in no pile.",
        ),
        ("safe-base-cards", PILES | {"1d": 9}, (), "Item 1d is one too many in pile 9, which holds 4."),
        ("safe-base-cards", PILES | {"1d": 1.5}, (), "Item 1d has 1.5: only whole piles are allowed."),
        ("safe-base-cards", PILES | {"zz": 1}, (), "36: there is no item zz."),
        ("safe-base-cards", '{"9a": 9, "9a": 8}', (), 'the key "9a" stands twice'),
        ("safe-base-cards", PILES, ("--age-months", "60"), "for children from 12 months to 48 months"),
        (
            "safe-base-cards",
            PILES,
            ("--distribution", "18,18"),
            "has no distribution 18-18: legal is 4-4-4-4-4-4-4-4-4.",
        ),
        ("sensitivity", {"joining": 6.5}, (), "joining must be a whole number from 1 to 9, or NOB, not 6.5."),
        ("sensitivity", {"warmth": 6}, (), "sensitivity/1 has no scale 'warmth'."),
        (
            "sensitivity",
            {"sensitivity/2": {"joining": 6}},
            (),
            "its answers are to sensitivity/2, not to sensitivity/1",
        ),
        ("our-days", {"f1": 6}, (), "f1 must be a whole number from 1 to 5, or NA, not 6."),
        ("serve-and-return", {}, (), "serve-and-return/1 is a coding scheme"),
        ("sensitivty", {}, (), '"sensitivty" is neither built in nor a file: did you mean "sensitivity"?'),
        ("missing.json", {}, (), "missing.json: there is no such file."),
    ],
)
def test_what_cannot_be_scored_is_refused_in_one_line(recorder, file, instrument, answers, options, sentence) -> None:
    result = recorder("score", instrument, file("a.json", answers), *options)
    assert result.exit_code == 1 and sentence in result.stderr and result.stdout == ""
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--distribution", "many"), "'many' is not a distribution"),
        (("--age-months", "-1"), "--age-months"),
        (("b.json", "c.json"), "give one file of answers, or the sorts of two observers"),
    ],
)
def test_what_was_not_called_as_it_wants_to_be(recorder, file, words, sentence) -> None:
    result = recorder("score", "safe-base-cards", file("a.json", PILES), *words)
    assert result.exit_code == 2 and sentence in result.stderr
