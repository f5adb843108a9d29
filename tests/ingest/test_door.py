"""What cannot be read is refused whole, in one sentence, with nothing stored, the same on both databases."""

from __future__ import annotations

import json
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.ingest import Unreadable, delivery, document, read, read_manifest
from recorder.records.observations import ZERO_HEAD

LOG = str(uuid.UUID(int=7))
ROW, KEY = "AAAA" * 12, "AAAA" * 128
PART = {"id": LOG, "from_seq": 1, "head": ZERO_HEAD, "events": ["{}"]}


def body(**changes) -> bytes:
    return json.dumps({"batch": LOG, "logs": [PART | changes]}).encode()


def rows(**changes) -> bytes:
    """A batch of an enrolled tablet."""
    part = {"id": LOG, "from_seq": 1, "head": ZERO_HEAD, "sealed": [ROW], "key": KEY}
    return json.dumps({"batch": LOG, "logs": [part | changes]}).encode()


BAD = {
    "empty": (b"", "not JSON"),
    "no JSON": (b"batch", "not JSON"),
    "cut off": (body()[:-9], "not JSON"),
    "text behind": (body() + b"x", "not JSON"),
    "byte order mark": (b"\xef\xbb\xbf" + body(), "not JSON"),
    "UTF-16": (body().decode().encode("utf-16"), "not UTF-8"),
    "UTF-16 without a mark": (body().decode().encode("utf-16-le"), "not JSON"),
    "Latin-1": (body().replace(b"{}", b"\xe9"), "not UTF-8"),
    "a list": (b"[]", "must be a JSON object"),
    "NaN": (body().replace(b'"from_seq": 1', b'"from_seq": NaN'), "NaN is not a number"),
    "infinity": (body().replace(b'"from_seq": 1', b'"from_seq": 1e999'), "too large"),
    "2^63": (body(extra=2**63), "too large"),
    "five thousand digits": (body().replace(b'"from_seq": 1', b'"from_seq": ' + b"9" * 5000), "too large"),
    "one key twice": (body().replace(b'"from_seq": 1', b'"from_seq": 1, "from_seq": 2'), "twice in the same object"),
    "990 brackets": (b"[" * 990 + b"]" * 990, "deeper than 8"),
    "a million brackets": (b"[" * 1_000_000, "deeper than 8"),
    "nine deep": (body(extra=[[[[[[[1]]]]]]]), "deeper than 8"),
    "half a character": (body(events=["\ud800"]), "lone surrogate"),
    "NUL": (body(events=["\0"]), "NUL"),
    "NUL in a key": (body(**{"a\0": 1}), "NUL"),
    "no batch": (json.dumps({"logs": [PART]}).encode(), "batch must be a UUID"),
    "batch a number": (json.dumps({"batch": 7, "logs": [PART]}).encode(), "batch must be a UUID"),
    "no logs": (json.dumps({"batch": LOG, "logs": []}).encode(), "1 to 10 logs"),
    "eleven logs": (json.dumps({"batch": LOG, "logs": [PART] * 11}).encode(), "1 to 10 logs"),
    "a log twice": (json.dumps({"batch": LOG, "logs": [PART] * 2}).encode(), "twice in one batch"),
    "a log that is text": (json.dumps({"batch": LOG, "logs": ["x"]}).encode(), r"logs\[0\] must be an object"),
    "201 events": (body(events=["{}"] * 201), "1 to 200 events"),
    "no events": (body(events=[]), "1 to 200 events"),
    "an event that is no text": (body(events=[{"seq": 1}]), "must be strings"),
    "seq 0": (body(from_seq=0), "from_seq"),
    "seq true": (body(from_seq=True), "from_seq"),
    "seq as text": (body(from_seq="1"), "from_seq"),
    "seq beyond": (body(from_seq=2**31), "from_seq"),
    "head in capitals": (body(head="A" * 64), "head"),
    "head too short": (body(head="0" * 63), "head"),
    "id in braces": (body(id="{" + LOG + "}"), "id must be a UUID"),
    "sealed and plain": (body(sealed=[ROW], key=KEY), "one of the two"),
    "201 rows": (rows(sealed=[ROW] * 201), "1 to 200 rows"),
    "no rows": (rows(sealed=[]), "1 to 200 rows"),
    "rows that are text": (rows(sealed=ROW), "1 to 200 rows"),
    "a row that is no base64": (rows(sealed=["AAA"]), "sealed must be base64"),
    "a row in another alphabet": (rows(sealed=["AA-_"]), "sealed must be base64"),
    "a row in other letters": (rows(sealed=["ÄÄÄÄ"]), "sealed must be base64"),
    "a row that is no text": (rows(sealed=[7]), "sealed must be base64"),
    "no key": (rows(key=None), "key must be base64"),
    "a key that is no base64": (rows(key="key!"), "key must be base64"),
    "a key that is too long": (rows(key="A" * 1028), "key must be base64"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_body_that_cannot_be_read_is_refused_in_one_sentence(name: str) -> None:
    content, sentence = BAD[name]
    with pytest.raises(Unreadable, match=sentence) as refusal:
        read(content)
    assert str(refusal.value).endswith(".") and "\n" not in str(refusal.value)


def test_the_limits_themselves_are_taken() -> None:
    logs = [PART | {"id": str(uuid.UUID(int=number)), "events": ["{}"] * 200} for number in range(10)]
    taken = read(json.dumps({"batch": LOG, "logs": logs}).encode())
    assert len(taken.parts) == 10 and taken.parts[9].upto_seq == 200
    assert read(body(extra=[[[[[1]]]]])).parts[0].events == ("{}",)
    assert read(rows(sealed=[ROW] * 200, key="A" * 1024)).parts[0].rows == (ROW,) * 200


@pytest.mark.parametrize(("depth", "taken"), [(7, True), (8, True), (9, False)])
def test_how_deep_a_body_may_be(depth: int, taken: bool) -> None:
    inner = 1
    for _ in range(depth - 1):
        inner = [inner]
    content = json.dumps({"a": inner}).encode()
    if taken:
        assert document(content) == {"a": inner}
    else:
        with pytest.raises(Unreadable, match="deeper than 8"):
            document(content)


@pytest.mark.parametrize(("events", "logs"), [(199, 9), (200, 10)])
def test_just_below_the_limits(events: int, logs: int) -> None:
    parts = [PART | {"id": str(uuid.UUID(int=number)), "events": ["{}"] * events} for number in range(logs)]
    assert len(read(json.dumps({"batch": LOG, "logs": parts}).encode()).parts) == logs


def test_the_same_content_has_the_same_hash_however_it_is_written() -> None:
    spaced = json.dumps(json.loads(body()), indent=2, sort_keys=True).encode()
    assert read(spaced).hash == read(body()).hash != read(body(events=["{ }"])).hash


def test_other_rows_or_another_key_are_other_content() -> None:
    hashes = {
        read(one).hash for one in (rows(), rows(sealed=[ROW, ROW]), rows(key="AAAA"), rows(key=ROW, sealed=[KEY]))
    }
    assert len(hashes) == 4 and read(rows()).hash in hashes


def test_a_batch_made_here_has_the_hash_of_the_same_batch_sent() -> None:
    assert delivery(uuid.UUID(LOG), ["{}"]).hash == read(body()).hash


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for reads in (read, read_manifest, document):
        try:
            reads(content)
        except Unreadable:
            pass


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
PLACES = st.sampled_from(["id", "from_seq", "head", "events", "sealed", "key", "n", "batch", "logs"])


@given(PLACES, JSON)
def test_any_value_in_any_place_is_read_or_refused(place: str, value: object) -> None:
    asked = {"batch": LOG, "logs": [dict(PART)]}
    (asked if place in asked else asked["logs"][0])[place] = value
    for reads in (read, read_manifest):
        try:
            reads(json.dumps(asked).encode())
        except Unreadable:
            pass
