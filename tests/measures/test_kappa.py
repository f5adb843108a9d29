"""Kappa equals the published answers; undefined is said; the label list is the instrument's."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.measures.kappa import count, estimate, kappa, two_codes, weight_matrix

CASES = json.loads((Path(__file__).parent.parent / "oracles" / "01_cohen_kappa.json").read_text())["cases"]


def of_kind(kind: str) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in CASES if case["kind"] == kind]


@st.composite
def tables(draw: st.DrawFn) -> list[list[int]]:
    size = draw(st.integers(2, 6))
    return draw(st.lists(st.lists(st.integers(0, 30), min_size=size, max_size=size), min_size=size, max_size=size))


WEIGHTS = st.sampled_from(["unweighted", "linear", "quadratic"])


@pytest.mark.parametrize("case", of_kind("cohen_kappa_table"))
def test_a_table_gives_the_published_kappa(case: dict[str, Any]) -> None:
    given_, expected, tolerance = case["input"], case["expected"], case["tolerance"]
    weights = given_["weight_matrix"] if given_["weights"] == "custom" else given_["weights"]
    found = kappa(given_["table"], weights)
    for name, value in {"po": found.po, "pe": found.pe, "kappa_max": found.maximum, "n": found.n}.items():
        if name in expected:
            assert value == (None if expected[name] is None else pytest.approx(expected[name], abs=1e-9)), name
    for name, value in {"kappa": found.kappa, "se": found.se}.items():
        assert value == (None if expected[name] is None else pytest.approx(expected[name], abs=tolerance[name])), name
    if "ci95_wald" in expected:
        assert found.interval == pytest.approx(expected["ci95_wald"], abs=tolerance["ci"])
    assert (found.why is None) == (found.kappa is not None)


@pytest.mark.parametrize("case", of_kind("weighted_kappa_ratings"))
def test_labels_come_from_the_scale_and_not_from_the_data(case: dict[str, Any]) -> None:
    low, high = case["input"]["scale"]
    table = count(case["input"]["rater_a"], case["input"]["rater_b"], range(low, high + 1))
    for weights in ("linear", "quadratic"):
        found = kappa(table, weights)
        assert found.kappa == pytest.approx(case["expected"][f"kappa_{weights}"], abs=1e-9)
        assert found.kappa != pytest.approx(case["expected"]["WRONG_if_labels_inferred"][weights], abs=1e-3)


@pytest.mark.parametrize("case", of_kind("agreement_companions"))
def test_what_stands_beside_kappa(case: dict[str, Any]) -> None:
    found, expected = two_codes(case["input"]["table"]), case["expected"]
    assert found.percent_agreement == pytest.approx(expected["percent_agreement"])
    assert found.positive_agreement == pytest.approx(expected["positive_agreement"], abs=1e-9)
    assert found.negative_agreement == pytest.approx(expected["negative_agreement"], abs=1e-9)
    assert found.pabak == pytest.approx(expected["pabak"], abs=1e-9)
    assert found.ac1 == pytest.approx(expected["gwet_ac1"], abs=1e-9)
    assert estimate(case["input"]["table"]) == pytest.approx(expected["kappa"], abs=1e-9)


def test_perfect_agreement_has_no_wald_interval_but_an_exact_one() -> None:
    found = kappa([[12, 0], [0, 8]])
    assert (found.kappa, found.se, found.interval, found.percent_agreement) == (1, 0, None, 100)
    assert found.agreement_interval == (pytest.approx(0.025 ** (1 / 20)), 1)


def test_one_code_only_is_undefined_with_its_agreement_kept() -> None:
    found = kappa([[20, 0], [0, 0]])
    assert (found.kappa, found.why, found.percent_agreement) == (None, "one_code", 100)
    assert found.agreement_interval is not None and found.agreement_interval[1] == 1
    assert (kappa([]).why, kappa([[0]]).percent_agreement) == ("no_units", None)


def test_one_observer_constant_gives_nought_without_an_interval() -> None:
    found = kappa([[15, 5], [0, 0]])
    assert (found.kappa, found.se, found.interval) == (0, 0, None)


def test_the_interval_is_clipped() -> None:
    found = kappa([[9, 1], [0, 10]])
    assert found.interval is not None and found.interval[1] == 1 and found.kappa is not None and found.se is not None
    assert found.kappa + 1.96 * found.se > 1
    below = kappa([[0, 3], [3, 1]])
    assert below.interval is not None and below.interval[0] == -1


def test_the_prevalence_paradox_shows_beside_kappa() -> None:
    even, skewed = [[40, 9], [6, 45]], [[80, 10], [5, 5]]
    assert two_codes(even).percent_agreement == two_codes(skewed).percent_agreement == 85
    assert [round(estimate(table) or 0, 2) for table in (even, skewed)] == [0.7, 0.32]
    assert (two_codes(skewed).negative_agreement or 0) < 0.5 < (two_codes(skewed).positive_agreement or 0)
    assert two_codes([[0, 0], [0, 0]]).positive_agreement is None
    assert two_codes([[0, 0], [0, 9]]).positive_agreement is None


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: count([1, 9], [1, 2], range(1, 8)), "9 is none of the instrument's labels"),
        (lambda: count([1, 2], [1], range(1, 8)), "shorter"),
        (lambda: kappa([[1, 2]]), "as many rows as columns"),
        (lambda: kappa([[1, -2], [0, 0]]), "below 0"),
        (lambda: kappa([[1, 2], [3, 4]], "cubic"), "no kind of weights"),
        (lambda: kappa([[1, 2], [3, 4]], [[1.0]]), "2 x 2"),
        (lambda: kappa([[1, 2], [3, 4]], [[1.0, 2.0], [0.0, 1.0]]), "on the diagonal"),
        (lambda: two_codes([[1]]), "two codes"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(wrong: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        wrong()


@given(tables(), WEIGHTS)
def test_kappa_is_what_slow_exact_arithmetic_says(table: list[list[int]], weights: str) -> None:
    size, n = len(table), sum(map(sum, table))
    cells = [(i, j) for i in range(size) for j in range(size)]
    power = {"unweighted": 0, "linear": 1, "quadratic": 2}[weights]

    def apart(i: int, j: int) -> Fraction:
        return Fraction(abs(i - j), size - 1) ** power if i != j else Fraction(0)

    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
    chance = sum(apart(i, j) * rows[i] * columns[j] for i, j in cells)
    seen = n * sum(apart(i, j) * table[i][j] for i, j in cells)
    exact = None if chance == 0 else float(1 - Fraction(seen, chance))
    for ours in (kappa(table, weights).kappa, estimate(table, weights)):
        assert ours == (None if exact is None else pytest.approx(exact, abs=1e-12))


@given(tables(), WEIGHTS, st.randoms())
def test_who_is_called_a_changes_nothing_nor_do_names_of_codes(
    table: list[list[int]], weights: str, chance: Any
) -> None:
    turned = [list(column) for column in zip(*table, strict=True)]
    one, other = kappa(table, weights), kappa(turned, weights)
    assert one.kappa == (None if other.kappa is None else pytest.approx(other.kappa, abs=1e-12))
    assert one.se == (None if other.se is None else pytest.approx(other.se, abs=1e-9))
    order = list(range(len(table)))
    chance.shuffle(order)
    shuffled = estimate([[table[i][j] for j in order] for i in order])
    assert estimate(table) == (None if shuffled is None else pytest.approx(shuffled, abs=1e-12))


@given(tables())
def test_a_label_that_nobody_used_changes_nothing(table: list[list[int]]) -> None:
    wider = [[*row, 0] for row in table] + [[0] * (len(table) + 1)]
    narrow, wide = kappa(table), kappa(wider)
    assert (narrow.kappa, narrow.maximum, narrow.n) == (wide.kappa, wide.maximum, wide.n)
    assert narrow.kappa is None or -1 <= narrow.kappa <= (narrow.maximum or 0) + 1e-12


@given(st.integers(2, 9), WEIGHTS)
def test_weights_are_symmetric_and_one_on_the_diagonal(size: int, weights: str) -> None:
    matrix = weight_matrix(weights, size)
    assert all(matrix[i][i] == 1 and matrix[i][j] == matrix[j][i] for i in range(size) for j in range(size))
