"""What lies on the cards of a Q-set, how many go into each pile, and what is a sort compared with?

A *Q-set* is data: cards, one or more legal *distributions* (how many cards belong in pile 1, 2, ...; pile 1 is the
least characteristic), *criteria* (a value for each card, as experts would place it: a mean of sorts need not be a legal
one) and *derived scales* (the mean pile of some cards, the inverted ones turned round).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from recorder.instruments import entries
from recorder.instruments.edition import Edition, Labels
from recorder.instruments.entries import InvalidInstrument

MOST_CARDS = 1000


@dataclass(frozen=True)
class Card:
    """One card: what it says, in each language; a licensed Q-set may hold numbers only, without a text."""

    id: str
    text: Labels = field(default_factory=dict)


@dataclass(frozen=True)
class Criterion:
    """What a sort is correlated with: the value of each card."""

    id: str
    label: Labels
    values: Mapping[str, float]


@dataclass(frozen=True)
class DerivedScale:
    """The mean pile of its `items`; those that are `inverted` count from the other end."""

    id: str
    label: Labels
    items: tuple[str, ...]
    inverted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class QSet(Edition):
    """A Q-set. With more than `most_unseen` cards that were not seen there is no score; it is offered after
    `after_visits` visits that took place."""

    cards: tuple[Card, ...]
    distributions: tuple[tuple[int, ...], ...]
    criteria: tuple[Criterion, ...] = ()
    scales: tuple[DerivedScale, ...] = ()
    most_unseen: int = 0
    after_visits: int = 0

    def card(self, id: str) -> Card | None:
        """The card with this id, or None."""
        return next((card for card in self.cards if card.id == id), None)


def read(document: Mapping[str, Any]) -> QSet:
    """The Q-set that a document describes. Raises `InvalidInstrument`."""
    cards = tuple(
        Card(entry["id"], entries.labels(entry, "text", f"Card {entry['id']}"))
        for entry in entries.objects(document, "cards", "card", key="id")
    )
    qset = QSet(
        **entries.edition(document, "The Q-set"),
        cards=cards,
        distributions=tuple(
            _distribution(piles, number) for number, piles in enumerate(entries.items(document, "distributions"), 1)
        ),
        criteria=tuple(_criterion(entry) for entry in entries.objects(document, "criteria", "criterion", key="id")),
        scales=tuple(_derived(entry) for entry in entries.objects(document, "scales", "scale", key="id")),
        most_unseen=entries.whole(document, "most_unseen", "The Q-set", default=0, high=MOST_CARDS),
        after_visits=entries.whole(document, "after_visits", "The Q-set", default=0, high=1000),
    )
    _cards_and_piles(qset)
    _whole_criteria(qset)
    _known_cards(qset)
    return qset


def _distribution(piles: object, number: int) -> tuple[int, ...]:
    where = f"Distribution {number}"
    if not isinstance(piles, list) or len(piles) < 2:
        raise InvalidInstrument(f"{where} is a list of how many cards belong in pile 1, 2, and so on.")
    return tuple(
        entries.whole({f"pile {pile}": holds}, f"pile {pile}", where, low=1, high=MOST_CARDS)
        for pile, holds in enumerate(piles, 1)
    )


def _criterion(entry: Mapping[str, Any]) -> Criterion:
    id = entry["id"]
    where = f"Criterion {id}"
    values = entry.get("values")
    if not isinstance(values, Mapping):
        raise InvalidInstrument(f'{where}: values is a table with a number for each card: {{"1": 7.5}}.')
    return Criterion(
        id=id,
        label=entries.labels(entry, "label", where),
        values={card: entries.number(values, card, f"{where}, card {card}") for card in values},
    )


def _derived(entry: Mapping[str, Any]) -> DerivedScale:
    id = entry["id"]
    return DerivedScale(
        id=id,
        label=entries.labels(entry, "label", f"Scale {id}"),
        items=tuple(entries.codes(entries.items(entry, "items"), f"items of scale {id}")),
        inverted=frozenset(entries.codes(entries.items(entry, "inverted"), f"inverted items of scale {id}")),
    )


def _cards_and_piles(qset: QSet) -> None:
    if not 2 <= len(qset.cards) <= MOST_CARDS:
        raise InvalidInstrument(f"A Q-set has 2 to {MOST_CARDS} cards, not {len(qset.cards)}.")
    entries.once((card.id for card in qset.cards), "card")
    if not qset.distributions:
        raise InvalidInstrument("A Q-set needs distributions: how many cards belong in each pile.")
    for number, piles in enumerate(qset.distributions, 1):
        if sum(piles) != len(qset.cards):
            raise InvalidInstrument(
                f"Distribution {number} has places for {sum(piles)} cards, but there are {len(qset.cards)} cards."
            )


def _whole_criteria(qset: QSet) -> None:
    ids = [card.id for card in qset.cards]
    entries.once((criterion.id for criterion in qset.criteria), "criterion")
    for criterion in qset.criteria:
        if lacking := [id for id in ids if id not in criterion.values]:
            raise InvalidInstrument(f"Criterion {criterion.id} has no value for card {lacking[0]}.")
        if unknown := [id for id in criterion.values if id not in ids]:
            raise InvalidInstrument(f"Criterion {criterion.id} names {unknown[0]}, which is no card of this Q-set.")


def _known_cards(qset: QSet) -> None:
    ids = {card.id for card in qset.cards}
    entries.once([criterion.id for criterion in qset.criteria] + [scale.id for scale in qset.scales], "score")
    for scale in qset.scales:
        if not scale.items:
            raise InvalidInstrument(f"Scale {scale.id} needs at least one card.")
        entries.once(scale.items, f"card in scale {scale.id},")
        if unknown := [id for id in scale.items if id not in ids]:
            raise InvalidInstrument(f"Scale {scale.id} names {unknown[0]}, which is no card of this Q-set.")
        if strange := sorted(scale.inverted - set(scale.items)):
            raise InvalidInstrument(f"Scale {scale.id} inverts card {strange[0]}, which is not one of its cards.")
