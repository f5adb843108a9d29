"""Sorts of a family: each with the best attainable beside it, two observers averaged card by card first."""

from __future__ import annotations

import json
from datetime import timedelta
from random import Random
from statistics import correlation

import pytest
from flask import Flask
from people import TODAY, People

from recorder.db import db, uuid7
from recorder.instruments.library import document
from recorder.programme.security import sorts
from recorder.records.assessments import Assessment
from recorder.records.families import Family
from recorder.records.observations import Log

QSET = document("safe-base-cards/1")
CARDS = [card["id"] for card in QSET["cards"]]
CRITERION = QSET["criteria"][0]["values"]


def laid(seed: int) -> dict[str, int]:
    cards = CARDS[:]
    Random(seed).shuffle(cards)
    return {card: place // 4 + 1 for place, card in enumerate(cards)}


def keep(people: People, name: str, piles: dict[str, int | str], days_ago: int = 0, child: str = "Mia") -> None:
    from recorder.instruments.library import builtin

    same = {"programme_id": people.programme, "account_id": people.accounts[name],
            "family_id": people.families["F-001"], "visit_id": people.visits["mia today"]}  # fmt: skip
    log = Log(**same, id=uuid7(), kind="sort")
    db.session.add(log)
    db.session.flush()
    db.session.add(
        Assessment(**same, log_key=log.key, site_id=people.sites["north"], child_id=people.children[child],
                   local_date=TODAY - timedelta(days=days_ago), kind="sort", instrument="safe-base-cards/1",
                   instrument_hash=builtin("safe-base-cards").hash, measures_version=1, answers=json.dumps(piles),
                   scores={})
    )  # fmt: skip
    db.session.commit()


def r(piles: dict[str, float]) -> float:
    cards = [card for card in CARDS if card in piles]
    return correlation([piles[card] for card in cards], [CRITERION[card] for card in cards])


@pytest.fixture
def family(app: Flask, people: People):
    with app.app_context():
        yield db.session.get(Family, people.families["F-001"])


def test_one_sort_has_its_correlation_and_the_best_there_is(family: Family, people: People) -> None:
    keep(people, "ana", laid(1))
    [one] = sorts(family)
    assert one.sorters == ("Ana",) and one.child == "Mia" and one.inter_sorter_r is None
    [score] = one.scores
    assert score.r == pytest.approx(r(laid(1)), abs=1e-12)
    assert score.best == pytest.approx(1) and score.n == 36


def test_two_observers_are_averaged_card_by_card(family: Family, people: People) -> None:
    keep(people, "ana", laid(1), days_ago=9)
    keep(people, "ben", laid(2))
    together, *alone = sorts(family)
    assert together.sorters == ("Ana", "Ben") and len(alone) == 2
    one, other = laid(1), laid(2)
    assert together.inter_sorter_r == pytest.approx(correlation([one[c] for c in CARDS], [other[c] for c in CARDS]))
    assert together.scores[0].r == pytest.approx(r({card: (one[card] + other[card]) / 2 for card in CARDS}), abs=1e-12)
    assert together.scores[0].r != pytest.approx((r(one) + r(other)) / 2, abs=1e-3), "not the mean of two scores"


@pytest.mark.parametrize(("name", "days", "child"), [("ana", 3, "Mia"), ("ben", 15, "Mia"), ("ben", 3, "Noor")])
def test_nothing_else_is_averaged(family: Family, people: People, name: str, days: int, child: str) -> None:
    """The same observer again, too far apart, or another child."""
    keep(people, "ana", laid(1), days_ago=days)
    keep(people, name, laid(2), child=child)
    assert [len(one.sorters) for one in sorts(family)] == [1, 1]


def test_too_many_unseen_cards_have_no_score(family: Family, people: People) -> None:
    most = QSET["most_unseen"]
    few = laid(1) | dict.fromkeys(CARDS[:most], "NOB")
    keep(people, "ana", few)
    seen = {card: pile for card, pile in few.items() if pile != "NOB"}
    assert sorts(family)[0].scores[0].r == pytest.approx(r(seen), abs=1e-12)
    keep(people, "ben", laid(1) | dict.fromkeys(CARDS[: most + 1], "NOB"), days_ago=40)
    assert sorts(family)[-1].scores[0].r is None
    assert sorts(family)[-1].scores[0].n == 36 - most - 1
