"""Does one code follow another more often than chance?

Event lags: rows are the code at place i of a sequence, columns the code at place i + lag. Where a code may follow
itself, expected counts are those of independence. Where it cannot (consecutive states; repeats collapsed), the
diagonal at lag 1 holds structural zeros: expected counts come from quasi-independence by iterative proportional
fitting, residuals from the leverage of that model; the plain formula would be wrong. A gap in the sequence (None:
not observed) is never bridged. Families are never pooled: one table a dyad. None is undefined (a code that never
came first or never second, a structural zero). z grows with the length of a session: to compare, use Yule's Q.
Sources: Bakeman & Quera 2011, ch. 8-9; Christensen 1997, Log-Linear Models, for the adjusted residual; the same numbers
as R's LagSequential 0.1.1 (`adjres`; its `z` is a kappa z).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Row = tuple[float | None, ...]

_CLOSE = 1e-13
_ROUNDS = 20_000
_ALIVE = 1e-9


@dataclass(frozen=True)
class Lags:
    """Transitions between codes at one lag; every table is rows (given) by columns (target), in the order of `codes`.

    `n` transitions; `expected` counts under chance; `probabilities` of the target given the row's code; `residuals`
    adjusted (about normal under chance); `yules_q` from -1 to 1.
    """

    codes: tuple[str, ...]
    lag: int
    repeats: bool
    n: int
    counts: tuple[tuple[int, ...], ...]
    expected: tuple[tuple[float, ...], ...]
    probabilities: tuple[Row, ...]
    residuals: tuple[Row, ...]
    yules_q: tuple[Row, ...]


def lags(sequence: Sequence[str | None], codes: Sequence[str], lag: int = 1, repeats: bool = True) -> Lags:
    """The table of one lag with its figures.

    Parameters: `sequence`, codes in order of time, None at a gap; `codes`, the list of the scheme; `lag`, how many
    places later the target stands; `repeats`, whether a code may follow itself. Raises ValueError for a lag below 1, a
    code that is not on the list, or a repeat where none is allowed.

    >>> found = lags("abababaab", "ab")
    >>> found.counts, found.probabilities[1], round(found.residuals[0][1], 3)
    (((1, 4), (3, 0)), (1.0, 0.0), 2.191)
    """
    if lag < 1:
        raise ValueError(f"A lag of {lag} looks at nothing that follows.")
    counts = _count(sequence, codes, lag)
    structural = not repeats and lag == 1
    if structural and any(counts[i][i] for i in range(len(codes))):
        again = next(code for i, code in enumerate(codes) if counts[i][i])
        raise ValueError(f"{again!r} follows itself, though repeats were said to be impossible.")
    return of_counts(counts, codes, lag, repeats)


def of_counts(counts: Sequence[Sequence[int]], codes: Sequence[str], lag: int = 1, repeats: bool = True) -> Lags:
    """The figures of a table that was counted already."""
    size = range(len(codes))
    allowed = [[repeats or lag > 1 or i != j for j in size] for i in size]
    rows, columns = [sum(row) for row in counts], [sum(column) for column in zip(*counts, strict=True)]
    n = sum(rows)
    if repeats or lag > 1:
        expected = [[rows[i] * columns[j] / n if n else 0.0 for j in size] for i in size]
        spare = [[(1 - rows[i] / n) * (1 - columns[j] / n) if n else 0.0 for j in size] for i in size]
    else:
        expected = _fitted(rows, columns, _possible(counts, allowed))
        spare = _spare(expected)
    cells = [[(counts[i][j], expected[i][j], spare[i][j], allowed[i][j]) for j in size] for i in size]
    return Lags(
        codes=tuple(codes),
        lag=lag,
        repeats=repeats,
        n=n,
        counts=tuple(map(tuple, counts)),
        expected=tuple(map(tuple, expected)),
        probabilities=tuple(tuple(counts[i][j] / rows[i] if rows[i] else None for j in size) for i in size),
        residuals=tuple(tuple(_residual(*cell) for cell in row) for row in cells),
        yules_q=tuple(
            tuple(_yules_q(counts[i][j], rows[i], columns[j], n) if allowed[i][j] else None for j in size) for i in size
        ),
    )


def without_repeats(sequence: Sequence[str | None]) -> list[str | None]:
    """The same sequence with immediate repeats collapsed.

    >>> without_repeats("aabccc")
    ['a', 'b', 'c']
    """
    return [code for place, code in enumerate(sequence) if place == 0 or code != sequence[place - 1]]


def _count(sequence: Sequence[str | None], codes: Sequence[str], lag: int) -> list[list[int]]:
    place = {code: number for number, code in enumerate(codes)}
    counts = [[0] * len(codes) for _ in codes]
    strange = {code for code in sequence if code is not None} - set(place)
    if strange:
        raise ValueError(f"{min(strange)!r} is none of the scheme's codes.")
    since_gap = 0
    for at, code in enumerate(sequence):
        since_gap = 0 if code is None else since_gap + 1
        before = sequence[at - lag] if since_gap > lag else None
        if code is not None and before is not None:
            counts[place[before]][place[code]] += 1
    return counts


def _residual(count: int, expected: float, spare: float, allowed: bool) -> float | None:
    # no freedom left in a cell (spare 0): it could not have come out otherwise
    return (count - expected) / sqrt(expected * spare) if allowed and expected > 0 and spare > _ALIVE else None


def _yules_q(a: int, row: int, column: int, n: int) -> float | None:
    """Q of the cell against everything else, collapsed to 2 x 2."""
    b, c = row - a, column - a
    d = n - row - c
    return (a * d - b * c) / (a * d + b * c) if a * d + b * c else None


def _possible(counts: Sequence[Sequence[int]], allowed: Sequence[Sequence[bool]]) -> list[list[bool]]:
    """The cells that can be above 0 at all with these margins: without the others, fitting converges fast.

    Counts move round a cycle: up in an allowed cell (row to column), down in a filled one (column to row). An empty
    cell can fill when its column leads back to its row.
    """
    size = range(len(counts))
    reached: list[set[int]] = []
    for start in size:
        rows, columns, waiting = set(), {start}, [start]
        while waiting:
            column = waiting.pop()
            for row in (i for i in size if counts[i][column] and i not in rows):
                rows.add(row)
                further = {j for j in size if allowed[row][j]} - columns
                columns |= further
                waiting += further
        reached.append(rows)
    return [[bool(counts[i][j]) or (allowed[i][j] and i in reached[j]) for j in size] for i in size]


def _fitted(rows: Sequence[int], columns: Sequence[int], possible: Sequence[Sequence[bool]]) -> list[list[float]]:
    """Quasi-independence: iterative proportional fitting to the margins, impossible cells staying 0."""
    fitted = [[float(cell) for cell in row] for row in possible]
    size = range(len(rows))
    for _ in range(_ROUNDS):
        for i in size:
            total = sum(fitted[i])
            fitted[i] = [cell * rows[i] / total if total else 0.0 for cell in fitted[i]]
        off = 0.0
        for j in size:
            total = sum(fitted[i][j] for i in size)
            off = max(off, abs(total - columns[j]) / max(columns[j], 1))
            for i in size:
                fitted[i][j] *= columns[j] / total if total else 0.0
        if off < _CLOSE:
            break
    return fitted


def _spare(expected: Sequence[Sequence[float]]) -> list[list[float]]:
    """1 - leverage of each cell in the log-linear model with a row and a column effect, on the cells that are open.

    With W the expected counts and X the two effects of each cell, the leverage is e x' (X'WX)^-1 x.
    """
    size = len(expected)
    both = [[0.0] * (2 * size) for _ in range(2 * size)]
    for i, row in enumerate(expected):
        for j, cell in enumerate(row):
            for one in (i, size + j):
                for other in (i, size + j):
                    both[one][other] += cell
    inverse = _inverse(both)
    spare = []
    for i, row in enumerate(expected):
        spare.append(
            [
                1 - cell * (inverse[i][i] + 2 * inverse[i][size + j] + inverse[size + j][size + j])
                for j, cell in enumerate(row)
            ]
        )
    return spare


def _inverse(matrix: Sequence[Sequence[float]]) -> list[list[float]]:
    """A generalised inverse of a symmetric matrix: Gauss-Jordan with pivots on the diagonal, effects that depend on
    earlier ones left out (the leverage is the same whichever are kept)."""
    size = len(matrix)
    work = [[*row, *(float(i == j) for j in range(size))] for i, row in enumerate(matrix)]
    kept = [False] * size
    scale = max((matrix[i][i] for i in range(size)), default=0.0)
    for _ in range(size):
        pivot = max((i for i in range(size) if not kept[i]), key=lambda i: work[i][i])
        if work[pivot][pivot] <= 1e-10 * scale:
            break
        kept[pivot] = True
        head = work[pivot][pivot]
        work[pivot] = [value / head for value in work[pivot]]
        for i in range(size):
            if i != pivot and work[i][pivot]:
                factor = work[i][pivot]
                work[i] = [value - factor * lead for value, lead in zip(work[i], work[pivot], strict=True)]
    return [[work[i][size + j] if kept[i] and kept[j] else 0.0 for j in range(size)] for i in range(size)]
