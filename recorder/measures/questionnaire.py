"""What do a caregiver's answers come to, scale by scale?

Each scale is the mean of its answered items after reversal, if enough of them were answered, and the same on 0-100. An
item that does not apply ("NA") or was not answered (None) is left out, never 0 and never the middle. There is no total
over scales. Self-report and observation stand side by side on 0-100 and are never averaged.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

Answer = int | str | None
"""A whole number of the answer scale, "NA" (does not apply) or None (not answered)."""


@dataclass(frozen=True)
class Scored:
    """One scale: `mean` on the answer scale, `percent` on 0-100; both None when too few of its `items` items were
    `answered` (then `why` is "too_few")."""

    mean: float | None
    percent: float | None
    answered: int
    items: int
    not_applicable: int
    why: str | None = None


def score(
    answers: Mapping[str, Answer],
    scales: Mapping[str, Sequence[str]],
    reversed_items: Collection[str] = (),
    low: int = 1,
    high: int = 5,
    needs: int = 3,
) -> dict[str, Scored]:
    """Score a questionnaire.

    Parameters: `answers` by item; `scales`, the items of each scale; `reversed_items`, those whose answer is turned
    round (low + high - x); `low` and `high`, the ends of the answer scale; `needs`, how many answers a scale needs.
    Raises ValueError with one sentence for an item or an answer that the questionnaire does not have.

    >>> found = score({"f1": 5, "f2": 1, "f3": 2, "f4": "NA"}, {"follow": ["f1", "f2", "f3", "f4"]}, {"f2", "f3"})
    >>> round(found["follow"].mean, 2), round(found["follow"].percent, 1), found["follow"].answered
    (4.67, 91.7, 3)
    """
    known = {item for items in scales.values() for item in items}
    for item, answer in answers.items():
        if item not in known:
            raise ValueError(f"The questionnaire has no item {item!r}.")
        _check(item, answer, low, high)
    return {name: _scale(answers, items, reversed_items, low, high, needs) for name, items in scales.items()}


def _check(item: str, answer: Answer, low: int, high: int) -> None:
    if answer is None or answer == "NA":
        return
    if isinstance(answer, bool) or not isinstance(answer, int) or not low <= answer <= high:
        raise ValueError(f"{item} must be a whole number from {low} to {high}, or NA, not {answer!r}.")


def _scale(
    answers: Mapping[str, Answer], items: Sequence[str], turned: Collection[str], low: int, high: int, needs: int
) -> Scored:
    given = {item: answer for item in items if isinstance(answer := answers.get(item), int)}
    left_out = sum(answers.get(item) == "NA" for item in items)
    if not given or len(given) < needs:
        return Scored(None, None, len(given), len(items), left_out, "too_few")
    mean = fmean(low + high - answer if item in turned else answer for item, answer in given.items())
    return Scored(mean, 100 * (mean - low) / (high - low), len(given), len(items), left_out)
