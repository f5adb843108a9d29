"""What is hidden cannot be worked out: against examples that others audited, every pattern of small tables, and a
reader with an integer solver (`attacker.py`) who has all published tables of a random programme."""

from __future__ import annotations

import json
import random
from datetime import date
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from attacker import Reader

from recorder.programme import published, suppression
from recorder.programme.published import Quarter, publication
from recorder.programme.suppression import Number, Publication, derivable, suppress

CASES = {
    case["id"]: case
    for case in json.loads(Path("tests/oracles/11_small_cell_suppression.json").read_text(encoding="utf-8"))["cases"]
}


def two_way(table: list[list[int]]) -> Publication:
    """A table with its totals; a cell is (row, column)."""
    places = [(row, column) for row in range(len(table)) for column in range(len(table[0]))]
    numbers: dict[Any, Number] = {place: Number(frozenset({place})) for place in places}
    for way in (0, 1):
        for line in {place[way] for place in places}:
            numbers["rc"[way], line] = Number(frozenset(p for p in places if p[way] == line), inner=False)
    numbers["all"] = Number(frozenset(places), inner=False)
    return Publication(numbers, {(row, column): table[row][column] for row, column in places})


def named(case: dict[str, Any], cells: list[str]) -> set[tuple[int, int]]:
    split = [cell.split("/") for cell in cells]
    return {(case["rows"].index(row), case["cols"].index(column)) for row, column in split}


@pytest.mark.parametrize("id", ["spwp22_inadequate", "spwp22_adequate"])
def test_a_pattern_is_judged_as_its_auditors_judged_it(id: str) -> None:
    case, expected = CASES[id]["input"], CASES[id]["expected"]
    found = derivable(two_way(case["table"]), named(case, case["suppressed"]), case["threshold"])
    assert set(found) == named(case, expected["exactly_derivable"])
    assert (not found) == expected["safe"]


def test_the_fewest_cells_are_hidden_then_the_smallest() -> None:
    case, expected = CASES["home_visit_lt11"]["input"], CASES["home_visit_lt11"]["expected"]
    pattern = suppress(two_way(case["table"]), 10)
    assert pattern.small == named(case, expected["primary"])
    assert pattern.complementary == named(case, expected["best_patterns"][0])


@pytest.mark.parametrize("id", ["one_dim", "one_dim_two_ones_trap"])
def test_one_row_of_sites(id: str) -> None:
    case, expected = CASES[id]["input"], CASES[id]["expected"]
    counts = dict(enumerate(case["counts"]))
    numbers = {place: Number(frozenset({place})) for place in counts}
    numbers["total"] = Number(frozenset(counts), inner=False)
    pattern = suppress(Publication(numbers, counts), 10)
    assert pattern.small == set(expected["primary"]) and pattern.complementary == set(expected["complementary"])
    if "primary_only_safe" in expected:
        assert derivable(Publication(numbers, counts), pattern.small, 10)


def test_the_difference_of_two_reports_is_a_number_too() -> None:
    case, expected = CASES["differencing_over_time"]["input"], CASES["differencing_over_time"]["expected"]
    earlier, later = (one["n"] for one in case["released"])
    atoms = {"Jan": earlier, "Feb": expected["revealed"]["Feb"]}
    numbers = {"Jan": Number(frozenset({"Jan"})), "Jan-Feb": Number(frozenset({"Jan", "Feb"}))}
    both = Publication(numbers, atoms, shown=frozenset({"Jan"}))
    assert both.value("Jan-Feb") == later
    assert derivable(both, [], 10) == ["Feb"]
    assert suppress(both, 10).all == {"Jan-Feb"}


def test_a_percentage_that_would_tell_a_small_count_is_not_there() -> None:
    case, expected = CASES["percent_leak"]["input"], CASES["percent_leak"]["expected"]
    n, few = case["n"], expected["implied_count"]
    counts = {
        "families": {"s": {"observed": few, "not_observed": n - few}},
        "languages": {"s": {"en": n}},
        "visits": {"s": dict.fromkeys(published.TABLES["visits"], 0)},
        "enrolled": {"s": {"families": n}},
    }
    (table, *_) = content_of(date(2026, 1, 1), counts, [], 10)["tables"]
    assert table["rows"][0]["cells"][:2] == [None, None] and expected["must_suppress"]


def is_known(table: list[list[int]], hidden: set[tuple[int, int]]) -> bool:
    """Whether a hidden cell has one value only: all tables with these totals are counted out."""
    shown = {(r, c): v for r, row in enumerate(table) for c, v in enumerate(row) if (r, c) not in hidden}
    cells = sorted(hidden)
    solutions: list[tuple[int, ...]] = []

    def fill(values: tuple[int, ...]) -> None:
        made = shown | dict(zip(cells, values, strict=False))
        for row in range(len(table)):
            line = [made.get((row, column)) for column in range(len(table[0]))]
            total = sum(table[row])
            if sum(v or 0 for v in line) > total or (None not in line and sum(line) != total):
                return
        for column in range(len(table[0])):
            line = [made.get((row, column)) for row in range(len(table))]
            total = sum(row[column] for row in table)
            if sum(v or 0 for v in line) > total or (None not in line and sum(line) != total):
                return
        if len(values) == len(cells):
            solutions.append(values)
            return
        for value in range(1, 20):
            fill((*values, value))

    fill(())
    return any(len(set(column)) == 1 for column in zip(*solutions, strict=True))


@pytest.mark.parametrize("seed", range(12))
def test_small_tables_against_every_table_that_could_be_meant(seed: int) -> None:
    """No hidden cell is known; and where inner cells alone do it, no smaller set of them would."""
    chance = random.Random(seed)
    table = [[chance.choice((0, 2, 5, 7, 8, 9, 12)) for _ in range(3)] for _ in range(2)]
    all_of_it = two_way(table)
    pattern = suppress(all_of_it, 3)
    inner = {key for key in pattern.all if key in all_of_it.counts}
    if pattern.all == inner and inner:
        assert not is_known(table, inner)
    if pattern.complementary <= inner:
        others = [key for key in all_of_it.counts if key not in pattern.small and all_of_it.counts[key]]
        for fewer in combinations(others, max(0, len(pattern.complementary) - 1)):
            if len(fewer) < len(pattern.complementary):
                assert derivable(all_of_it, pattern.small | set(fewer), 3)


# --- random programmes, all tables of several quarters


SITES = [f"site {number}" for number in range(4)]


def random_counts(chance: random.Random, before: dict[str, Any] | None) -> dict[str, Any]:
    """A quarter of a random programme; nobody is ever counted out again."""
    most = chance.choice((8, 30, 90))
    sites, speech = SITES[: chance.randint(1, 4)] if before is None else list(before["enrolled"]), ["en", "es", "pt"]
    families = {site: {name: chance.choice((0, chance.randint(0, most))) for name in ("observed", "not_observed")}
                for site in sites}  # fmt: skip
    languages = {}
    for site, row in families.items():
        spoken = chance.choices(speech, (6, 3, 1), k=sum(row.values()))
        languages[site] = {one: spoken.count(one) for one in speech}
    visits = {site: {name: chance.choice((0, chance.randint(0, most))) for name in published.TABLES["visits"]}
              for site in sites}  # fmt: skip
    known = before["enrolled"] if before else dict.fromkeys(sites, {"families": 0})
    enrolled = {site: {"families": known[site]["families"] + chance.choice((0, 3, 25, 40))} for site in sites}
    return {"families": families, "languages": languages, "visits": visits, "enrolled": enrolled}


def content_of(first: date, counts: dict[str, Any], before: list[Any], threshold: int) -> Any:
    pattern = suppress(publication(first, counts, before), threshold)
    programme = SimpleNamespace(id=None, name="Random", small_cells=threshold)
    return published._content(programme, Quarter(first), counts, pattern)


@pytest.fixture(autouse=True)
def no_sites(monkeypatch: pytest.MonkeyPatch) -> None:
    """The names of sites stand in a database; the numbers do not need one."""
    monkeypatch.setattr(published, "sites", lambda _id: {})


def published_of(seed: int) -> list[dict[str, Any]]:
    """What a random programme publishes in two or three quarters."""
    chance = random.Random(seed)
    before: list[Any] = []
    counts = None
    for number in range(chance.randint(2, 3)):
        first = date(2026, 1 + 3 * number, 1)
        counts = random_counts(chance, counts)
        content = content_of(first, counts, before, 10)
        before.append(SimpleNamespace(first=first, content=json.dumps(content), counts=json.dumps(counts)))
    return [json.loads(row.content) for row in before]


def check(seeds: range) -> None:
    for seed in seeds:
        contents = published_of(seed)
        assert Reader(contents).wins(seed) == [], seed
        shown = [cell for one in contents for table in one["tables"] for row in table["rows"] for cell in row["cells"]]
        assert not any(cell is not None and 1 <= cell <= 10 for cell in shown), seed


def test_a_reader_with_a_solver_works_nothing_out() -> None:
    check(range(20))


@pytest.mark.campaign
def test_a_reader_with_a_solver_works_nothing_out_of_a_thousand() -> None:
    check(range(1_000))


def test_without_complementary_cells_the_reader_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suppression, "_complementary", lambda *_: frozenset())
    assert sum(bool(Reader(published_of(seed)).wins(seed)) for seed in range(8)) >= 4


def test_a_quarter_alone_is_not_audited_enough() -> None:
    """Without what was published before, the difference of two quarters tells how few came."""
    counts = [{"families": {}, "languages": {}, "visits": {}, "enrolled": {"a": {"families": n}, "b": {"families": 50}}}
              for n in (40, 43)]  # fmt: skip
    first = content_of(date(2026, 1, 1), counts[0], [], 10)
    row = SimpleNamespace(first=date(2026, 1, 1), content=json.dumps(first), counts=json.dumps(counts[0]))
    alone = content_of(date(2026, 4, 1), counts[1], [], 10)
    assert (
        Reader([first, alone]).wins() and not Reader([first, content_of(date(2026, 4, 1), counts[1], [row], 10)]).wins()
    )
