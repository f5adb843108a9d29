"""Answers come in from JSON or a table; what is there twice or of another edition is named."""

from __future__ import annotations

import json

import pytest

from recorder.exchange.answers import read
from recorder.exchange.coded import Unreadable


def test_json_is_taken_as_it_is() -> None:
    answers = {"joining": 7, "reachable": "NOB", "tuning_in": None, "acceptance": 6.5}
    assert read(json.dumps(answers).encode(), "a.json", "sensitivity/1") == answers


def test_a_table_may_have_commas_semicolons_or_tabs_and_a_byte_order_mark() -> None:
    for delimiter in ",;\t":
        lines = [delimiter.join(row) for row in (("Item", "Value"), ("1", "9"), ("2", "nob"), ("3", ""), ("4", "2.5"))]
        content = b"\xef\xbb\xbf" + "\r\n".join([*lines, "", ""]).encode()
        assert read(content, "a.CSV", "x/1") == {"1": 9, "2": "NOB", "3": None, "4": 2.5}


def test_what_is_no_number_stays_a_text_that_is_refused_by_name_later() -> None:
    assert read(b"item,value\n1,seven\n2,1e3\n3,-2\n", "a.csv", "x/1") == {"1": "seven", "2": 1000.0, "3": -2}


def test_answers_to_several_instruments_are_found_by_name_and_version() -> None:
    content = json.dumps({"sensitivity/1": {"joining": 7}, "warm-presence/1": {"warm": 5}}).encode()
    assert read(content, "a.json", "warm-presence/1") == {"warm": 5}
    with pytest.raises(Unreadable, match="its answers are to sensitivity/1 and warm-presence/1, not to sensitivity/2"):
        read(content, "a.json", "sensitivity/2")


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("a.json", b"[1, 2]", 'answers are an object: {"item": value}'),
        ("a.json", b'{"9a": 9, "9a": 3}', 'the key "9a" stands twice'),
        ("a.json", b'{"9a": [9]}', 'the answer to "9a" must be a number'),
        ("a.json", b'{"9a": NaN}', "NaN is not a number"),
        ("a.csv", b"item,value\n9a,9\n9a,3\n", 'line 3: item "9a" is there twice'),
        ("a.csv", b"card,pile\n9a,9\n", "its columns must be item and value"),
        ("a.csv", b"item,value\n9a,9,9\n", "line 2 has 3 cells"),
        ("a.csv", b'item,value\n"9a,9\n', "is not CSV"),
        ("a.csv", b"\xff\xfe", "is not UTF-8"),
        ("a.csv", b"", "the file is empty"),
    ],
)
def test_what_cannot_be_taken_says_where(file: str, content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(content, file, "safe-base-cards/1")
    assert str(refused.value).startswith(f"{file}: ") and sentence in str(refused.value)
