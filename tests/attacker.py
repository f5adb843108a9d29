"""Who works out what was hidden: a reader with every published table, the rule, and an integer solver. Nothing of ours.

She writes down one unknown for every inner cell and, for the table that counts on from quarter to quarter, for what
each quarter added; every number that is shown is an equation, every row that counts the same families twice another.
A hidden number is at least 1 (0 is shown; where a line was hidden because it says "all", it may be 0). She wins a
hidden number, or a difference from 1 to the threshold, when the smallest and the largest value that it can have are
the same.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

ALL = "all"


class Reader:
    """The unknowns and equations of some publications, in order of time."""

    def __init__(self, contents: list[dict[str, Any]]) -> None:
        self.places: dict[tuple, int] = {}
        self.sums: dict[tuple, set[int]] = {}
        self.known: dict[tuple, int] = {}
        self.least: dict[tuple, int] = {}
        self.equal: list[tuple[set[int], set[int]]] = []
        self.threshold = contents[-1]["threshold"]
        added: dict[str, set[int]] = {}
        for content in contents:
            for table in content["tables"]:
                self._read(content["first"], table, added)
            rows = self._lines(content["first"])
            for site in {site for name, site in rows if name == "families"}:
                if ("languages", site) in rows:
                    self.equal.append((rows["families", site], rows["languages", site]))

    def _read(self, first: str, table: dict[str, Any], added: dict[str, set[int]]) -> None:
        name, inner = table["name"], [column for column in table["columns"] if column != ALL]
        sites = [row["id"] for row in table["rows"] if row["id"] != ALL]
        cells: dict[tuple[str, str], set[int]] = {}
        for site in sites:
            for column in inner:
                own = self.places.setdefault((first, name, site, column), len(self.places))
                cells[site, column] = {own}
                if name == "enrolled":
                    added.setdefault(site, set()).add(own)
                    cells[site, column] = set(added[site])
        for row in table["rows"]:
            for column, value in zip(table["columns"], row["cells"], strict=True):
                of = [s for s in sites if row["id"] in (s, ALL)]
                parts = set().union(*(cells[s, c] for s in of for c in inner if column in (c, ALL)))
                key = (first, name, row["id"], column)
                self.sums[key] = parts
                if value is None:
                    self.least[key] = 0 if table["hidden"]["whole"] else 1
                else:
                    self.known[key] = value

    def _lines(self, first: str) -> dict[tuple[str, str], set[int]]:
        lines: dict[tuple[str, str], set[int]] = {}
        for (day, name, site, _), place in self.places.items():
            if day == first:
                lines.setdefault((name, site), set()).add(place)
        return lines

    def wins(self, seed: int = 0) -> list[tuple]:
        """The hidden numbers, and the differences from 1 to the threshold, that have one value only."""
        secrets = {key: self.sums[key] for key in self.least}
        secrets |= {("added", *key): {place} for key, place in self.places.items() if key[1] == "enrolled"}
        chance, seen = random.Random(seed), {key: set() for key in secrets}
        for _ in range(6):  # what differs between a few solutions is not known
            solution = self._solve([chance.choice((-1, 0, 1)) for _ in self.places])
            for key, parts in secrets.items():
                seen[key].add(sum(solution[place] for place in parts))
        won = []
        for key in [key for key, values in seen.items() if len(values) == 1]:
            aim = [int(place in secrets[key]) for place in range(len(self.places))]
            low = sum(self._solve(aim)[place] for place in secrets[key])
            high = sum(self._solve([-one for one in aim])[place] for place in secrets[key])
            if low == high and (key[0] != "added" or 1 <= low <= self.threshold):
                won.append((*key, low))
        return won

    def _solve(self, aim: list[int]) -> list[int]:
        rows, low, high = [], [], []
        for key, value in self.known.items():
            rows.append((self.sums[key], set()))
            low.append(value)
            high.append(value)
        for key, least in self.least.items():
            rows.append((self.sums[key], set()))
            low.append(least)
            high.append(10_000)
        for one, other in self.equal:
            rows.append((one - other, other - one))
            low.append(0)
            high.append(0)
        matrix = np.zeros((len(rows), len(self.places)))
        for number, (plus, minus) in enumerate(rows):
            matrix[number, list(plus)] = 1
            matrix[number, list(minus)] = -1
        found = milp(
            np.array(aim, float),
            constraints=LinearConstraint(csr_matrix(matrix), low, high),
            bounds=Bounds(0, 10_000),
            integrality=np.ones(len(self.places)),
        )
        assert found.success, "what is published contradicts itself"
        return [round(value) for value in found.x]
