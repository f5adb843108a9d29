"""How like a criterion did a trained observer sort the cards?

A sort puts every item of a Q-set into one of several piles of fixed sizes; the value of an item is its pile, 1 being
the least characteristic. The score is Pearson's r between sort and criterion, in -1..1: a matter of degree, with no
cut-off. Beside it stands the best r that any legal sort could reach: a criterion that is a mean of experts' sorts
cannot be met in full. Two observers' sorts are averaged item by item before scoring, which is not the mean of their
two scores. None is undefined (no variation).
Sources: Waters & Deane 1985; Waters 1995, SRCD Monographs 60(2-3), 234-246.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import atanh, tanh
from statistics import StatisticsError, correlation, fmean

AQS_NINE_TENS = (10,) * 9
AQS_BELL = (4, 7, 10, 15, 18, 15, 10, 7, 4)
"""The two legal distributions of the 90-item Attachment Q-Sort."""

_ONE = 1 - 1e-12


@dataclass(frozen=True)
class Problem:
    """One thing that keeps a sort from being legal.

    `kind`: "missing" (item in no pile), "twice", "unknown" (no such item), "no_pile" (outside the piles), "half" (not
    a whole number), "overfull" (the pile has more than its number; `item` was put there too much), "short" (fewer,
    though nothing is missing). `message` is one English sentence.
    """

    kind: str
    item: str | None
    pile: float | None
    message: str


def problems(
    items: Sequence[str], piles: Sequence[int], placed: Iterable[tuple[str, float]], unseen: Collection[str] = ()
) -> tuple[Problem, ...]:
    """What keeps a sort from being legal, item by item; empty for a legal sort.

    Parameters: `items` of the Q-set in order; `piles`, how many items belong in pile 1, 2, ...; `placed`, (item, pile)
    in the order in which they were put down, so that of an overfull pile the last ones are named; `unseen`, items that
    were rightly left out (their piles may then be short).

    >>> [found.message for found in problems("abcd", (1, 2, 1), [("a", 1), ("b", 2), ("c", 2), ("d", 2)])]
    ['Item d is one too many in pile 2, which holds 2.', 'Pile 3 holds 0 of 1.']
    """
    found: list[Problem] = []
    counts: Counter[int] = Counter()
    seen: set[str] = set()
    for item, pile in placed:
        problem = _fault(item, pile, items, len(piles), seen)
        seen.add(item)
        if problem:
            found.append(problem)
            continue
        counts[int(pile)] += 1
        if counts[int(pile)] > piles[int(pile) - 1]:
            holds = piles[int(pile) - 1]
            sentence = f"Item {item} is one too many in pile {pile:g}, which holds {holds}."
            found.append(Problem("overfull", item, pile, sentence))
    for item in items:
        if item not in seen and item not in unseen:
            found.append(Problem("missing", item, None, f"Item {item} lies in no pile."))
    if not unseen and not any(problem.kind == "missing" for problem in found):
        found += [
            Problem("short", None, pile, f"Pile {pile} holds {counts[pile]} of {holds}.")
            for pile, holds in enumerate(piles, 1)
            if counts[pile] < holds
        ]
    return tuple(found)


def _fault(item: str, pile: float, items: Collection[str], piles: int, seen: Collection[str]) -> Problem | None:
    if item not in items:
        return Problem("unknown", item, pile, f"There is no item {item}.")
    if item in seen:
        return Problem("twice", item, pile, f"Item {item} lies in two piles.")
    if pile % 1 != 0:  # NaN and infinity too
        return Problem("half", item, pile, f"Item {item} has {pile:g}: only whole piles are allowed.")
    if not 1 <= pile <= piles:
        return Problem("no_pile", item, pile, f"Item {item} has {pile:g}: the piles go from 1 to {piles}.")
    return None


@dataclass(frozen=True)
class Score:
    """A sort's r with one criterion over `n` items, and the best r that a legal sort could reach. `why` there is no r:
    "unseen" (too many items were not seen) or "no_variance"."""

    r: float | None
    best: float | None
    n: int
    why: str | None = None


def score(
    sort: Mapping[str, float],
    criterion: Mapping[str, float],
    piles: Sequence[int],
    most_unseen: int = 0,
) -> Score:
    """Correlate a sort with a criterion.

    Parameters: `sort` and `criterion`, the value of each item; items of the criterion that the sort lacks were not
    seen and are left out, up to `most_unseen` of them. Raises ValueError for an item that the criterion lacks.

    >>> score(dict(a=1, b=2, c=2, d=3), dict(a=1.5, b=2, c=2.5, d=3), (1, 2, 1)).r.__round__(3)
    0.949
    """
    strange = [item for item in sort if item not in criterion]
    if strange:
        raise ValueError(f"The criterion has no item {strange[0]}.")
    best = best_attainable(list(criterion.values()), piles)
    if len(criterion) - len(sort) > most_unseen:
        return Score(None, best, len(sort), "unseen")
    items = list(sort)
    r = pearson([sort[item] for item in items], [criterion[item] for item in items])
    return Score(r, best, len(items), None if r is not None else "no_variance")


def pearson(x: Sequence[float], y: Sequence[float]) -> float | None:
    """Pearson's r, in -1..1; None below two values or without variation in one of the two.

    >>> pearson([1, 2, 3], [2, 4, 6]), pearson([5, 5, 5], [1, 2, 3])
    (1.0, None)
    """
    if len(x) != len(y):
        raise ValueError(f"{len(x)} and {len(y)} values cannot be correlated.")
    try:
        return max(-1.0, min(1.0, correlation(x, y)))
    except StatisticsError:
        return None


def best_attainable(criterion: Sequence[float], piles: Sequence[int]) -> float | None:
    """The largest r with a criterion that any sort into these piles can reach: items in the criterion's order.

    >>> best_attainable([1.5, 2, 2.5, 3], (1, 2, 1)).__round__(3)
    0.949
    """
    if sum(piles) != len(criterion):
        raise ValueError(f"Piles for {sum(piles)} items cannot hold the {len(criterion)} of the criterion.")
    values = [pile for pile, size in enumerate(piles, 1) for _ in range(size)]
    return pearson(values, sorted(criterion))


def fisher_z(r: float | None) -> float | None:
    """Fisher's z of a correlation; None for r = 1 or -1, whose z is infinite.

    >>> round(fisher_z(0.5), 4)
    0.5493
    """
    return None if r is None or abs(r) > _ONE else atanh(r)


def fisher_mean(correlations: Sequence[float]) -> float | None:
    """The mean of correlations by way of z; None without any, or when one of them is 1 or -1.

    >>> round(fisher_mean([0.2, 0.5, 0.8]), 4)
    0.549
    """
    each = [fisher_z(r) for r in correlations]
    known = [z for z in each if z is not None]
    return tanh(fmean(known)) if each and len(known) == len(each) else None


@dataclass(frozen=True)
class TwoSorters:
    """Two observers of one child: the mean sort, their r with each other, and its Spearman-Brown value, which is the
    reliability of the mean sort."""

    mean: Mapping[str, float]
    inter_sorter_r: float | None
    spearman_brown: float | None


def two_sorters(a: Mapping[str, float], b: Mapping[str, float]) -> TwoSorters:
    """Average two sorts item by item. Raises ValueError when they are not of the same items.

    >>> two_sorters(dict(a=1, b=2, c=3), dict(a=1, b=3, c=2)).mean
    {'a': 1.0, 'b': 2.5, 'c': 2.5}
    """
    apart = sorted(set(a) ^ set(b))
    if apart:
        raise ValueError(f"Only one of the two sorts has item {apart[0]}.")
    r = pearson(list(a.values()), [b[item] for item in a])
    return TwoSorters(
        mean={item: (a[item] + b[item]) / 2 for item in a},
        inter_sorter_r=r,
        spearman_brown=None if r is None or r <= -1 else 2 * r / (1 + r),
    )


def derived(
    sort: Mapping[str, float], items: Sequence[str], inverted: Collection[str] = (), piles: int = 9
) -> float | None:
    """A derived scale: the mean value of its items, inverted ones turned round (1 becomes `piles`).

    Returns None when one of its items was not sorted.

    >>> derived(dict(a=9, b=2, c=5), ["a", "b"], inverted=["b"])
    8.5
    """
    if not items or any(item not in sort for item in items):
        return None
    return fmean(piles + 1 - sort[item] if item in inverted else sort[item] for item in items)
