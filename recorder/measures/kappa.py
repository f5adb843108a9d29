"""How far do two observers agree beyond lucky matches, code by code or rating by rating?

A table counts pairs: rows are what observer A said, columns observer B, both in the order of one label list. The list
comes from the instrument, never from the data: ratings 1, 2 and 7 of a scale 1-7 are not three neighbours. Weights
are of agreement: 1 on the diagonal. What cannot be computed is None, and `why` says in a word why: "no_units", or
"one_code" (both observers used one code only, so chance alone explains everything).
Sources: Cohen 1960, Educ Psychol Meas 20:37; Cohen 1968, Psychol Bull 70:213; Fleiss, Cohen & Everitt 1969, Psychol
Bull 72:323 (the SE; the null SE and R psych's weighted SE are other things and are not used).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from recorder.measures.distributions import clopper_pearson

Table = Sequence[Sequence[int]]
Weights = str | Sequence[Sequence[float]]
"""`"unweighted"`, `"linear"`, `"quadratic"`, or a matrix of agreement weights in 0..1."""

Interval = tuple[float, float]


@dataclass(frozen=True)
class Kappa:
    """Agreement over one table.

    `po` and `pe` are the (weighted) observed and expected agreement; `interval` is kappa's 95 % Wald interval clipped
    to -1..1, None where the SE is 0 (it would claim certainty); `maximum` is the largest kappa that these margins
    allow (None for weighted kappa); `agreed` of `n` pairs were equal; `agreement_interval` is the exact interval of
    that share in 0..1 when all of them were.
    """

    n: int
    agreed: int
    po: float | None
    pe: float | None
    kappa: float | None
    se: float | None
    interval: Interval | None
    maximum: float | None
    agreement_interval: Interval | None
    why: str | None = None

    @property
    def percent_agreement(self) -> float | None:
        """How many of 100 pairs were equal; None without pairs."""
        return 100 * self.agreed / self.n if self.n else None


def count(a: Iterable[Hashable], b: Iterable[Hashable], labels: Sequence[Hashable]) -> list[list[int]]:
    """Count pairs of codes or ratings into a table with a row and a column for every label.

    Parameters: `a` and `b`, what each observer said of the same units, in the same order; `labels`, every label that
    the instrument allows, in its order. Raises ValueError for a label that is not on the list or unequal lengths.

    >>> count([1, 2, 7], [1, 2, 2], range(1, 8))[6]
    [0, 1, 0, 0, 0, 0, 0]
    """
    place = {label: number for number, label in enumerate(labels)}
    table = [[0] * len(place) for _ in place]
    try:
        for one, other in zip(a, b, strict=True):
            table[place[one]][place[other]] += 1
    except KeyError as error:
        raise ValueError(f"{error.args[0]!r} is none of the instrument's labels.") from None
    return table


def kappa(table: Table, weights: Weights = "unweighted") -> Kappa:
    """Cohen's kappa of a table, with its standard error and interval.

    Parameters: `table`, counts in label order; `weights`, see `Weights`. Raises ValueError for a table that is not
    square, or weights that do not fit it.

    >>> found = kappa([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    >>> round(found.kappa, 3), [round(end, 3) for end in found.interval], round(found.maximum, 3)
    (0.492, [0.392, 0.591], 0.831)
    >>> kappa([[20, 0], [0, 0]]).why
    'one_code'
    """
    _refuse_odd_table(table)
    rows, columns, n = _margins(table)
    agreed = sum(table[i][i] for i in range(len(table)))
    if n == 0:
        return Kappa(0, 0, None, None, None, None, None, None, None, "no_units")
    w = weight_matrix(weights, len(table))
    po, pe = _observed(table, w, n), _expected(rows, columns, w, n)
    exact = clopper_pearson(agreed, n) if agreed == n else None
    if _all_chance(pe):
        return Kappa(n, agreed, po, pe, None, None, None, None, exact, "one_code")
    value = (po - pe) / (1 - pe)
    se = 0.0 if agreed == n else _standard_error(table, w, pe, value)
    most = sum(min(row, column) for row, column in zip(rows, columns, strict=True)) / n
    return Kappa(
        n=n,
        agreed=agreed,
        po=po,
        pe=pe,
        kappa=value,
        se=se,
        interval=_wald(value, se),
        maximum=(most - pe) / (1 - pe) if weights == "unweighted" else None,
        agreement_interval=exact,
    )


def estimate(table: Table, weights: Weights = "unweighted") -> float | None:
    """Kappa alone, for whoever needs thousands: no standard error; None where `kappa` has none.

    >>> estimate([[8, 2], [2, 8]])
    0.6
    """
    rows, columns, n = _margins(table)
    if n == 0:
        return None
    if weights == "unweighted":
        agreed = sum([row[i] for i, row in enumerate(table)])
        chance = sum([row * column for row, column in zip(rows, columns, strict=True)])
        return (agreed * n - chance) / (n * n - chance) if chance < n * n else None
    w = weight_matrix(weights, len(table))
    pe = _expected(rows, columns, w, n)
    return None if _all_chance(pe) else (_observed(table, w, n) - pe) / (1 - pe)


def weight_matrix(weights: Weights, size: int) -> Sequence[Sequence[float]]:
    """The agreement weight of each pair of labels, by their places on the list.

    >>> weight_matrix("quadratic", 3)
    [[1.0, 0.75, 0.0], [0.75, 1.0, 0.75], [0.0, 0.75, 1.0]]
    """
    span = max(size - 1, 1)
    if weights == "unweighted":
        return [[float(i == j) for j in range(size)] for i in range(size)]
    if weights == "linear":
        return [[1 - abs(i - j) / span for j in range(size)] for i in range(size)]
    if weights == "quadratic":
        return [[1 - (i - j) ** 2 / span**2 for j in range(size)] for i in range(size)]
    if isinstance(weights, str):
        raise ValueError(f"{weights!r} is no kind of weights: unweighted, linear, quadratic or a matrix.")
    if len(weights) != size or any(len(row) != size for row in weights):
        raise ValueError(f"The weights must be a {size} x {size} matrix, like the table.")
    if any(weights[i][i] != 1 for i in range(size)) or any(not 0 <= w <= 1 for row in weights for w in row):
        raise ValueError("Agreement weights are 1 on the diagonal and from 0 to 1 elsewhere.")
    return weights


@dataclass(frozen=True)
class TwoCodes:
    """What stands beside kappa when there are two codes, the first of them "yes": kappa falls when one code is rare,
    though agreement is as high. None where a code was never used."""

    percent_agreement: float | None
    positive_agreement: float | None
    negative_agreement: float | None
    pabak: float | None
    ac1: float | None


def two_codes(table: Table) -> TwoCodes:
    """Positive and negative agreement, PABAK and Gwet's AC1 of a 2 x 2 table.

    Sources: Cicchetti & Feinstein 1990, J Clin Epidemiol 43:551; Byrt et al. 1993, ibid. 46:423; Gwet 2008, Br J Math
    Stat Psychol 61:29. Raises ValueError for any other size.

    >>> found = two_codes([[40, 9], [6, 45]])
    >>> found.percent_agreement, round(found.positive_agreement, 3), round(found.negative_agreement, 3)
    (85.0, 0.842, 0.857)
    """
    _refuse_odd_table(table)
    if len(table) != 2:
        raise ValueError("Positive and negative agreement need a table of two codes.")
    (a, b), (c, d) = table
    n = a + b + c + d
    if n == 0:
        return TwoCodes(None, None, None, None, None)
    po, yes = (a + d) / n, (2 * a + b + c) / (2 * n)
    chance = 2 * yes * (1 - yes)
    return TwoCodes(
        percent_agreement=100 * (a + d) / n,
        positive_agreement=2 * a / (2 * a + b + c) if 2 * a + b + c else None,
        negative_agreement=2 * d / (2 * d + b + c) if 2 * d + b + c else None,
        pabak=2 * po - 1,
        ac1=(po - chance) / (1 - chance),
    )


def _refuse_odd_table(table: Table) -> None:
    if any(len(row) != len(table) for row in table):
        raise ValueError("A table of two observers has as many rows as columns.")
    if any(cell < 0 for row in table for cell in row):
        raise ValueError("A count cannot be below 0.")


def _margins(table: Table) -> tuple[list[int], list[int], int]:
    rows = [sum(row) for row in table]
    return rows, [sum(column) for column in zip(*table, strict=True)], sum(rows)


def _observed(table: Table, w: Sequence[Sequence[float]], n: int) -> float:
    return sum([cell * w[i][j] for i, row in enumerate(table) for j, cell in enumerate(row) if cell]) / n


def _expected(rows: Sequence[int], columns: Sequence[int], w: Sequence[Sequence[float]], n: int) -> float:
    return sum([r * c * w[i][j] for i, r in enumerate(rows) if r for j, c in enumerate(columns) if c]) / (n * n)


def _all_chance(pe: float) -> bool:
    """Whether chance agreement is complete, whatever floating point says: kappa is 0 / 0."""
    return 1 - pe < 1e-12


def _standard_error(table: Table, w: Sequence[Sequence[float]], pe: float, value: float) -> float:
    rows, columns, n = _margins(table)
    size = range(len(table))
    by_row = [sum(w[i][j] * columns[j] for j in size) / n for i in size]
    by_column = [sum(w[i][j] * rows[i] for i in size) / n for j in size]
    total = sum(
        table[i][j] / n * (w[i][j] - (by_row[i] + by_column[j]) * (1 - value)) ** 2
        for i in size
        for j in size
        if table[i][j]
    )
    variance = (total - (value - pe * (1 - value)) ** 2) / (n * (1 - pe) ** 2)
    # a true 0 (one observer constant) may come out as a few 1e-17 of either sign
    return sqrt(variance) if variance > 1e-15 / n else 0.0


def _wald(value: float, se: float) -> Interval | None:
    half = NormalDist().inv_cdf(0.975) * se
    return (max(-1.0, value - half), min(1.0, value + half)) if se > 0 else None
