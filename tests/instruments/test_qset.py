"""Does the door take a Q-set that can be sorted and scored, and name the card, pile or scale of one that cannot?"""

import copy

import pytest

from recorder.instruments import library
from recorder.instruments.qset import Card, Criterion, DerivedScale, QSet

OWN = {
    "name": "own",
    "cards": [{"id": id, "text": {"en": f"Card {id}"}} for id in "abcd"],
    "distributions": [[1, 2, 1], [2, 2]],
    "criteria": [{"id": "security", "label": "Security", "values": {"a": 1, "b": 2.5, "c": 1.5, "d": 3}}],
    "scales": [{"id": "near", "label": "Near", "items": ["a", "d"], "inverted": ["d"]}],
    "most_unseen": 1,
    "after_visits": 2,
}


def test_a_q_set_is_read_whole():
    own = library.read(OWN)
    assert isinstance(own, QSet)
    assert own.cards[0] == Card("a", {"en": "Card a"})
    assert own.card("d") == own.cards[3] and own.card("e") is None
    assert own.distributions == ((1, 2, 1), (2, 2))
    assert own.criteria == (Criterion("security", {"en": "Security"}, {"a": 1, "b": 2.5, "c": 1.5, "d": 3}),)
    assert own.scales == (DerivedScale("near", {"en": "Near"}, ("a", "d"), frozenset("d")),)
    assert (own.most_unseen, own.after_visits) == (1, 2)


def test_cards_and_piles_are_all_that_is_needed():
    bare = library.read({"cards": [{"id": "1"}, {"id": "2"}], "distributions": [[1, 1]]})
    assert isinstance(bare, QSet)
    assert (bare.criteria, bare.scales, bare.most_unseen, bare.after_visits) == ((), (), 0, 0)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: d["cards"][1].update(id="a"), "The card a is there twice."),
        (lambda d: d["cards"][1].pop("id"), "The card at place 2 needs an id."),
        (lambda d: d["cards"][1].update(text=7), "Card b: text is a text for each language"),
        (lambda d: d.update(cards=[]), "A Q-set has 2 to 1000 cards, not 0."),
        (lambda d: d["distributions"].append([2, 3]), "Distribution 3 has places for 5 cards, but there are 4 cards."),
        (lambda d: d["distributions"].append([2, 2.0]), "Distribution 3: pile 2 must be a whole number"),
        (lambda d: d["distributions"].append([4, 0]), "Distribution 3: pile 2 must be a whole number from 1"),
        (lambda d: d["distributions"].append([4]), "Distribution 3 is a list of how many cards"),
        (lambda d: d["distributions"].append("22"), "Distribution 3 is a list of how many cards"),
        (lambda d: d.pop("distributions"), "A Q-set needs distributions"),
        (lambda d: d["criteria"][0]["values"].pop("c"), "Criterion security has no value for card c."),
        (lambda d: d["criteria"][0]["values"].update(e=1), "Criterion security names e, which is no card"),
        (lambda d: d["criteria"][0]["values"].update(c="1"), "Criterion security, card c: c must be a number"),
        (lambda d: d["criteria"][0]["values"].update(c=float("nan")), "Criterion security, card c: c must be a number"),
        (lambda d: d["criteria"][0].update(values=[1, 2]), "Criterion security: values is a table"),
        (lambda d: d["criteria"].append(d["criteria"][0]), "The criterion security is there twice."),
        (lambda d: d["scales"][0]["items"].append("z"), "Scale near names z, which is no card of this Q-set."),
        (lambda d: d["scales"][0]["items"].append("a"), "card in scale near, a is there twice."),
        (lambda d: d["scales"][0].update(items=[]), "Scale near needs at least one card."),
        (lambda d: d["scales"][0].update(inverted=["b"]), "Scale near inverts card b, which is not one of its cards."),
        (lambda d: d["scales"][0].update(id="security"), "The score security is there twice."),
        (lambda d: d.update(most_unseen=-1), "The Q-set: most_unseen must be a whole number from 0"),
    ],
)
def test_what_is_wrong_with_a_q_set_is_said_in_a_sentence(change, sentence):
    document = copy.deepcopy(OWN)
    change(document)
    with pytest.raises(library.InvalidInstrument) as refused:
        library.read(document)
    assert sentence in str(refused.value)
