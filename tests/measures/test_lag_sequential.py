"""Lag tables equal R and the published examples, with and without structural zeros; gaps are not bridged."""

from __future__ import annotations

import csv
import json
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.measures import lag_sequential
from recorder.measures.contingency import of_table
from recorder.measures.lag_sequential import Lags, lags, of_counts, without_repeats

TESTS = Path(__file__).parent.parent
CASES = json.loads((TESTS / "oracles" / "05_lag_sequential.json").read_text())["cases"]
PUBLISHED = TESTS / "data" / "lagsequential" / "bakeman_quera_2011_p159"


def compare(found: Lags, expected: dict[str, Any], tolerance: float) -> None:
    tables = {
        "frequencies": found.counts,
        "expected_frequencies": found.expected,
        "transitional_probabilities": found.probabilities,
        "adjusted_residuals_z": found.residuals,
        "yules_q": found.yules_q,
    }
    for name, table in tables.items():
        for ours, theirs in zip(table, expected.get(name, table), strict=True):
            assert [value is None for value in ours] == [value is None for value in theirs], name
            defined = [(one, other) for one, other in zip(ours, theirs, strict=True) if one is not None]
            assert [one for one, _ in defined] == pytest.approx([other for _, other in defined], abs=tolerance), name


@pytest.mark.parametrize(
    "case", [case for case in CASES if case["kind"] == "event_lag_sequential"], ids=lambda case: case["id"]
)
def test_the_published_sequences(case: dict[str, Any]) -> None:
    given_ = case["input"]
    codes = [str(code) for code in range(1, given_["n_codes"] + 1)]
    found = lags([str(code) for code in given_["codes"]], codes, given_["lag"], given_["codes_can_repeat"])
    # R and statsmodels stop their fitting early: the case with structural zeros is given to 0.001
    compare(found, case["expected"], case["tolerance"].get("any", case["tolerance"].get("z")))
    assert found.n == case["expected"].get("n_transitions", found.n)


def published(name: str) -> list[list[float]]:
    with Path(f"{PUBLISHED}_lag1_adjTRUE__{name}.csv").open() as file:
        return [[float(cell) for cell in row[1:]] for row in list(csv.reader(file))[1:]]


def test_bakeman_and_quera_page_159_to_nine_decimals() -> None:
    with Path(f"{PUBLISHED}.csv").open() as file:
        rows = list(csv.DictReader(file))
    labels = {int(row["code"]): row["label"] for row in rows}
    found = lags([row["label"] for row in rows], [labels[code] for code in sorted(labels)])
    expected = {
        "frequencies": published("freqs"),
        "expected_frequencies": published("expfreqs"),
        "transitional_probabilities": published("probs"),
        "adjusted_residuals_z": published("adjres"),
        "yules_q": published("YulesQ"),
    }
    compare(found, expected, 1e-9)


def test_the_plain_residual_is_not_used_where_codes_cannot_repeat() -> None:
    (case,) = [case for case in CASES if case["id"] == "lag_no_repeats_structural_zero"]
    found = of_counts(case["expected"]["frequencies"], "123456", repeats=False)
    wrong = case["expected"]["naive_adjusted_residuals_WRONG"]
    assert found.residuals[1][5] == pytest.approx(case["expected"]["adjusted_residuals_z"][1][5], abs=1e-3)
    assert abs((found.residuals[1][5] or 0) - wrong[1][5]) > 1


def test_a_gap_is_never_bridged_at_any_lag() -> None:
    assert lags(["a", "b", None, "a", "b"], "ab").counts == ((0, 2), (0, 0))
    assert lags(["a", "b", None, "a", "b"], "ab", lag=2).n == 0
    assert lags(["a", None, "b", "a"], "ab", lag=2).n == 0


def test_nothing_to_count_is_undefined_not_nought() -> None:
    found = lags([], "ab")
    assert found.n == 0 and found.residuals == found.yules_q == found.probabilities == ((None, None), (None, None))
    never = lags("abab", "abc")
    assert never.probabilities[2] == (None, None, None) and never.residuals[0][2] is None


def test_two_codes_that_must_alternate_leave_nothing_to_chance() -> None:
    found = lags("ababab", "ab", repeats=False)
    assert found.expected == ((0, 3), (2, 0)) and found.residuals == ((None, None), (None, None))


def test_a_cell_that_the_margins_forbid_is_expected_empty() -> None:
    # b only ever leads to a, and whatever c receives must come from a: b to c cannot happen with these margins
    found = of_counts([[0, 5, 1], [5, 0, 0], [0, 0, 0]], "abc", repeats=False)
    assert found.expected == ((0, 5, 1), (5, 0, 0), (0, 0, 0))
    assert found.residuals[1][2] is None


def test_what_does_not_fit_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="'x' is none of the scheme's codes"):
        lags("abx", "ab")
    with pytest.raises(ValueError, match="'b' follows itself"):
        lags("abba", "ab", repeats=False)
    with pytest.raises(ValueError, match="A lag of 0"):
        lags("ab", "ab", lag=0)


@given(st.lists(st.sampled_from(["a", "b", "c", None]), max_size=60), st.integers(1, 3))
def test_every_cell_is_its_two_by_two_table(sequence: list[str | None], lag: int) -> None:
    found = lags(sequence, "abc", lag)
    for i, one in enumerate("abc"):
        for j, other in enumerate("abc"):
            a = b = c = d = 0
            for at in range(len(sequence) - lag):
                part = sequence[at : at + lag + 1]
                if None not in part:
                    first, last = part[0] == one, part[-1] == other
                    a, b, c, d = a + (first and last), b + (first and not last), c + (last and not first), d
                    d += not first and not last
            table = of_table(((a, b), (c, d)))
            assert found.counts[i][j] == a
            for ours, theirs in ((found.residuals, table.adjusted_residual), (found.yules_q, table.yules_q)):
                assert ours[i][j] == (None if theirs is None else pytest.approx(theirs, abs=1e-9))


@given(st.lists(st.sampled_from("abcd"), min_size=40, max_size=120))
def test_the_fit_keeps_the_margins_and_the_zeros(sequence: list[str]) -> None:
    collapsed = without_repeats(sequence)
    found = lags(collapsed, "abcd", repeats=False)
    for i in range(4):
        assert found.expected[i][i] == 0 and found.residuals[i][i] is None and found.yules_q[i][i] is None
        assert sum(found.expected[i]) == pytest.approx(sum(found.counts[i]), abs=1e-9)
        assert sum(row[i] for row in found.expected) == pytest.approx(sum(row[i] for row in found.counts), abs=1e-9)


def test_the_residual_by_leverage_is_the_plain_one_without_structural_zeros() -> None:
    counts = [[10, 4, 6], [3, 12, 5], [7, 2, 9]]
    plain = of_counts(counts, "abc")
    for i, row in enumerate(lag_sequential._spare(plain.expected)):
        for j, spare in enumerate(row):
            e = plain.expected[i][j]
            assert (counts[i][j] - e) / sqrt(e * spare) == pytest.approx(plain.residuals[i][j], abs=1e-9)
