"""A Q-set comes in from a table: cards, criteria, and scales with inverted cards; anything else is named."""

from __future__ import annotations

import pytest

from recorder.exchange.coded import Unreadable
from recorder.exchange.qset_table import read
from recorder.instruments import library
from recorder.instruments.qset import QSet


def table(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def test_a_table_becomes_a_document() -> None:
    document = read(
        table(
            "item,text,text_es,sec_c,near_s,near_inv",
            "1,Stays close,Se queda cerca,8.5,1,0",
            '2,"Goes off, far",Se va,1.25,x,1',
            "3,Plays,Juega,5,,",
        ),
        "Our set.csv",
    )
    assert document == {
        "name": "our-set",
        "version": 1,
        "cards": [
            {"id": "1", "text": {"en": "Stays close", "es": "Se queda cerca"}},
            {"id": "2", "text": {"en": "Goes off, far", "es": "Se va"}},
            {"id": "3", "text": {"en": "Plays", "es": "Juega"}},
        ],
        "criteria": [{"id": "sec", "label": {"en": "sec"}, "values": {"1": 8.5, "2": 1.25, "3": 5.0}}],
        "scales": [{"id": "near", "label": {"en": "near"}, "items": ["1", "2"], "inverted": ["2"]}],
    }
    own = library.read(document | {"distributions": [[1, 1, 1]]})
    assert isinstance(own, QSet) and own.scales[0].inverted == {"2"}


def test_a_table_of_the_r_package_is_taken_as_it_is() -> None:
    document = read(
        table(
            '"","item","qset","sec_c","own_s","own_s_inv","description"',
            '"1",1,"x",8.5,"comp",NA,"One"',
            '"2",2,"x",1.5,"comp",1,"Two"',
            '"3",3,"x",5.0,"sb",0,"Three"',
            '"4",4,"x",5.0,NA,NA,"Four"',
        ),
        "x.csv",
    )
    assert [(one["id"], one["items"], one["inverted"]) for one in document["scales"]] == [
        ("own_comp", ["1", "2"], ["2"]),
        ("own_sb", ["3"], []),
    ]
    assert [card["text"]["en"] for card in document["cards"]] == ["One", "Two", "Three", "Four"]


def test_numbers_alone_are_enough_and_ninety_cards_have_both_legal_distributions() -> None:
    document = read(table("item;sec_c", *(f"{number};{1 + number % 9}" for number in range(1, 91))), "aqs.csv")
    assert document["distributions"] == [[10] * 9, [4, 7, 10, 15, 18, 15, 10, 7, 4]]
    assert document["cards"][0] == {"id": "1", "text": {}}
    assert isinstance(library.read(document), QSet)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["text", "a"], "there is no column item"),
        (["item,item", "1,1"], 'the column "item" is there twice'),
        (["item,mood", "1,2"], 'the column "mood" is not known'),
        (["item,near_inv", "1,1"], 'the column "near_inv" has no near_s beside it'),
        (["item,sec_c", "1,high"], 'line 2, column sec_c: "high" is not a number'),
        (["item,sec_c", "1,"], 'line 2, column sec_c: "" is not a number'),
        (["item,sec_c", "1,nan"], 'line 2, column sec_c: "nan" is not a number'),
        (["item,sec_c", "1"], "line 2 has 1 cells where the header has 2"),
        (["item,sec_c", ",4"], "line 2 has no item"),
        (["item,sec_c"], "there is no card below the header"),
        ([" "], "the file is empty"),
    ],
)
def test_what_is_no_table_of_cards_says_where(lines: list[str], sentence: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(table(*lines), "own.csv")
    assert str(refused.value).startswith("own.csv: ") and sentence in str(refused.value)
