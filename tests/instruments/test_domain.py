"""Are the wordings of the built-in ratings, cards and questions those of the domain, word for word?"""

from recorder.instruments import library
from recorder.instruments.qset import QSet
from recorder.instruments.questionnaire import Questionnaire
from recorder.instruments.scale import Composite, Scale

WARM_PRESENCE = """
| `warm` Warm and tuned in | Real warmth, easy to and fro |
    Warm, with flat or off moments | Warmth reaches the child now and then | Hardly any warmth reaches the child |
| `structure` Gives just enough structure | Right-sized help when it is wanted |
    Some help, sometimes too much or little | Little useful guidance | No usable help when the child sought it |
| `room` Leaves room | Waits; lets the child lead |
    Mostly waits; some steering | Often over-directs or over-helps | Directs nearly everything, with no need |
| `kind` Kind under strain | Calm even under strain |
    Mild strain shows now and then | Clear impatience, sighs, mocking | Threats, harsh words or handling |
| `responds` Child responds | Child gladly answers the caregiver |
    Usually answers | Rarely | No response seen, though rested and well |
| `invites` Child invites | Child draws the caregiver in, comfortably |
    Some invitations | Few, or one call repeated | None |
"""

CARDS = """
| 9 | Plays nearby, comes back for a moment, then goes off again ·
    Goes to the caregiver when hurt or scared ·
    Settles when comforted and gets back to play ·
    Brightens when the caregiver turns to them |
| 8 | Brings things to share with the caregiver ·
    Relaxes into the caregiver's body when held ·
    Looks to the caregiver before trying something new ·
    Keeps track of where the caregiver is |
| 7 | Joins in easily with the caregiver's ideas ·
    Takes help when stuck ·
    Shares smiles or laughs in play ·
    Stays busy with play while the caregiver is close |
| 6 | Copies what the caregiver does or says ·
    Is gentle with the caregiver ·
    Warms to a new person once the caregiver is friendly with them ·
    Uses sounds, words, signs or pointing to ask |
| 5 | Is very active ·
    Is slow to warm to visitors ·
    Is upset by changes in the day ·
    Likes to be carried most of the time |
| 4 | Takes a while to return to play after a small upset ·
    Seldom checks in during play ·
    Needs a few tries before taking help ·
    Shares finds with others more than with the caregiver |
| 3 | Stays cross after something is taken away ·
    Frets on after the caregiver returns ·
    Frets when the caregiver is busy ·
    Accepts comfort, then goes on fretting |
| 2 | Is upset for long by small partings ·
    Stays upset a long time even when comforted ·
    Carries on alone when the caregiver comes close ·
    Stays against the caregiver and leaves toys, even rested and at home |
| 1 | Does not go to the caregiver when upset ·
    Turns away from comfort ·
    When upset, reaches for the caregiver, then pushes off ·
    After a real parting, moves away at the caregiver's return |
"""

QUESTIONS = {
    "f": """When I say I will do something with my child, I do it. / I change my answer when my child keeps asking (R).
        / Our rules change from day to day (R). / My child knows our few rules.""",
    "p": """Meals go in a way my child knows. / Bedtime goes the same way most nights. / My child's days differ a lot
        (R). / I tell my child what will happen next.""",
    "s": """When my child cries, I come. / Some days I answer quickly, some days not (R). / On hard days I still make
        time to be close. / After a hard moment, I come back and make things right.""",
}


def rows(table: str) -> list[list[str]]:
    """The cells of a table with strokes, by row; a row may go on on the next line."""
    whole = " ".join(table.split())
    return [[cell.strip() for cell in row.split("|")] for row in whole.strip("| ").split("| |")]


def test_warm_presence_is_what_the_domain_says():
    scale = library.builtin("warm-presence/1")
    assert isinstance(scale, Scale)
    assert (scale.low, scale.high) == (1, 7)
    expected = rows(WARM_PRESENCE)
    assert len(expected) == len(scale.items) == 6
    for item, (name, *anchors) in zip(scale.items, expected, strict=True):
        assert f"`{item.id}` {item.label['en']}" == name
        assert {value: text["en"].removesuffix(".") for value, text in item.anchors.items()} == dict(
            zip((7, 5, 3, 1), anchors, strict=True)
        )


def test_warm_presence_has_a_composite_for_each_of_the_two_and_no_grand_total():
    scale = library.builtin("warm-presence/1")
    assert isinstance(scale, Scale)
    assert [(one.id, one.items, one.needs, one.how) for one in scale.composites] == [
        ("adult", ("warm", "structure", "room", "kind"), 4, "mean"),
        ("child", ("responds", "invites"), 2, "mean"),
    ]
    assert all(isinstance(one, Composite) and not one.bands for one in scale.composites)


def test_a_note_is_asked_for_at_the_two_values_at_each_end_of_warm_presence():
    scale = library.builtin("warm-presence/1")
    assert isinstance(scale, Scale)
    assert (scale.note_low, scale.note_high) == (2, 6)


def test_the_cards_are_those_of_the_domain_in_their_piles():
    qset = library.builtin("safe-base-cards/1")
    assert isinstance(qset, QSet)
    expected = {
        f"{pile}{letter}": (text.strip(), int(pile))
        for pile, cards in rows(CARDS)
        for letter, text in zip("abcd", cards.split("·"), strict=True)
    }
    assert len(expected) == 36
    (criterion,) = qset.criteria
    assert criterion.id == "security"
    assert {card.id: (card.text["en"], criterion.values[card.id]) for card in qset.cards} == expected


def test_the_card_sort_is_for_12_to_48_months_after_two_visits():
    qset = library.builtin("safe-base-cards/1")
    assert isinstance(qset, QSet)
    assert qset.distributions == ((4,) * 9,)
    assert (qset.age_from, qset.age_to, qset.after_visits, qset.most_unseen) == (12, 48, 2, 4)
    assert qset.remark["en"] == "A coaching profile, not a test of attachment."


def test_our_days_is_what_the_domain_says():
    days = library.builtin("our-days/1")
    assert isinstance(days, Questionnaire)
    for scale, (letter, text) in zip(days.scales, QUESTIONS.items(), strict=True):
        expected = [one.strip().removesuffix(".") for one in " ".join(text.split()).split("/")]
        assert scale.items == tuple(f"{letter}{number}" for number in range(1, 5)) and scale.needs == 3
        asked = [question for question in days.questions if question.id in scale.items]
        turned = [" (R)" if question.reversed else "" for question in asked]
        assert [q.text["en"].removesuffix(".") + r for q, r in zip(asked, turned, strict=True)] == expected
    assert [scale.id for scale in days.scales] == ["follow_through", "predictable_day", "steady_response"]
    assert [(one.value, one.label["en"]) for one in days.answers][0] == (1, "Never")
    assert [(one.value, one.label["en"]) for one in days.answers][-1] == (5, "Always")
    assert (days.low, days.high, days.not_applicable) == (1, 5, True)
    assert {question.id for question in days.questions if question.from_age_months == 18} == {"f1", "f2", "f3", "f4"}


def test_the_words_that_must_stand_beside_the_results_are_there():
    for id in ("warm-presence/1", "our-days/1"):
        assert library.builtin(id).remark["en"] == "A coaching instrument, not a validated measure."


def test_no_card_and_no_question_says_a_word_that_labels():
    for id in ("safe-base-cards/1", "our-days/1", "warm-presence/1"):
        text = str(library.document(id)).lower()
        assert not [word for word in ("insecure", "avoidant", "neglect", "disorganiz", "resistant") if word in text]
