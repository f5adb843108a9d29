"""Every event is stored exactly once, or put aside and acknowledged; the same batch gets the same reply."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people import People
from sqlalchemy import func, select
from tablet import ZERO_HEAD, TabletLog, batch, observed, opening

from recorder import ingest
from recorder.db import db, uuid7
from recorder.records.observations import Batch, Log, Quarantined, Segment, StoredFigures
from recorder.records.people import Account


def stored(log: TabletLog) -> list[str]:
    """What the database holds of a log."""
    return ingest.strings(db.session.scalars(select(Log).where(Log.id == log.id)).one())


def count(table) -> int:
    return db.session.scalar(select(func.count()).select_from(table))


def test_a_log_in_one_batch_is_one_segment(take, people: People) -> None:
    log = observed(people)
    (reply,) = take(log.part())
    assert reply == {
        "id": str(log.id),
        "stored_upto": len(log.strings),
        "head": log.head(len(log.strings)),
        "duplicates": 0,
        "quarantined": [],
    }
    assert stored(log) == log.strings and count(Segment) == 1


def test_the_exact_bytes_are_kept(take, people: People) -> None:
    log = TabletLog()
    log.add("open", data=opening(people))
    log.strings.append('{ "kind":"note" , "seq":2,"t":5, "code":"NOTE","data":{"text":"¿Qué? \\u00e9 😀"}}')
    take(log.part())
    assert stored(log) == log.strings


def test_the_same_batch_gets_the_same_reply_and_stores_nothing_twice(take, people: People) -> None:
    log, id = observed(people), uuid7()
    first = take(log.part(1, 9), id=id)
    take(log.part(10))
    assert take(log.part(1, 9), id=id) == first
    assert count(Batch) == 2 and count(Segment) == 2


def test_a_batch_id_with_other_content_is_refused_and_nothing_is_stored(take, people: People) -> None:
    log, id = observed(people), uuid7()
    take(log.part(1, 3), id=id)
    with pytest.raises(ingest.OtherContent):
        take(log.part(4), id=id)
    assert stored(log) == log.strings[:3]


def test_an_overlap_is_compared_and_trimmed(take, people: People) -> None:
    log = observed(people)
    take(log.part(1, 8))
    (reply,) = take(log.part(3, 12))
    assert reply["duplicates"] == 6 and reply["stored_upto"] == 12
    assert stored(log) == log.strings[:12]


def test_a_hole_waits_until_it_is_filled(take, people: People) -> None:
    log = observed(people)
    (first,) = take(log.part(6, 9))
    assert (first["stored_upto"], first["head"]) == (0, ZERO_HEAD)
    take(log.part(1, 3))
    (after,) = take(log.part(12))
    assert after["stored_upto"] == 3
    (filled,) = take(log.part(4, 5))
    assert filled["stored_upto"] == 9
    (whole,) = take(log.part(8, 12))
    assert whole["stored_upto"] == len(log.strings) and whole["duplicates"] == 3
    assert whole["head"] == log.head(len(log.strings)) and stored(log) == log.strings


def test_another_event_at_the_same_place_is_put_aside(take, people: People) -> None:
    log = observed(people)
    take(log.part(1, 5))
    twin = TabletLog(id=log.id, strings=[*log.strings[:4], log.strings[4].replace("TALK", "JOY")])
    twin.strings[4] = '{"seq":5,"t":9,"kind":"tap","code":"JOY"}'
    (reply,) = take(twin.part(4, 5))
    assert reply["duplicates"] == 1 and reply["stored_upto"] == 5
    assert [(one["seq"], one["code"]) for one in reply["quarantined"]] == [(5, "fork")]
    assert stored(log) == log.strings[:5]
    assert db.session.scalars(select(Quarantined.event)).all() == [twin.strings[4]]
    (again,) = take(twin.part(4, 5))
    assert again["quarantined"] == reply["quarantined"] and count(Quarantined) == 1


def test_what_follows_a_fork_is_put_aside_too(take, people: People) -> None:
    log = observed(people)
    take(log.part(1, 5))
    twin = TabletLog(id=log.id, strings=[*log.strings[:4], '{"seq":5}', '{"seq":6}', '{"seq":7}'])
    (reply,) = take(twin.part(5))
    assert reply["stored_upto"] == 5
    assert [(one["seq"], one["code"]) for one in reply["quarantined"]] == [(5, "fork"), (6, "fork"), (7, "fork")]
    (true,) = take(log.part(6))
    assert true["stored_upto"] == len(log.strings) and stored(log) == log.strings


def test_a_fork_that_waited_beyond_a_hole_is_found_when_the_hole_is_filled(take, people: People) -> None:
    log = observed(people)
    twin = TabletLog(id=log.id, strings=[*log.strings[:3], '{"seq":4}', '{"seq":5}', '{"seq":6}'])
    take(twin.part(5))
    (reply,) = take(log.part(1, 4))
    assert reply["stored_upto"] == 4
    assert [(one["seq"], one["code"]) for one in reply["quarantined"]] == [(5, "fork"), (6, "fork")]
    take(twin.part(6))
    take(log.part(5))
    assert stored(log) == log.strings and count(Quarantined) == 2


def test_a_head_that_does_not_fit_is_a_fork(take, people: People) -> None:
    log = observed(people)
    take(log.part(1, 5))
    (reply,) = take(log.part(6, 7) | {"head": "ab" * 32})
    assert reply["stored_upto"] == 5 and [one["code"] for one in reply["quarantined"]] == ["fork", "fork"]


def test_somebody_else_cannot_write_to_a_log_and_learns_nothing_about_it(take, people: People) -> None:
    log = observed(people)
    take(log.part(1, 5))
    other = observed(people)
    other.id = log.id
    (reply,) = take(other.part(2, 4), who="ben")
    assert (reply["stored_upto"], reply["head"]) == (4, other.head(4))
    assert [(one["seq"], one["code"]) for one in reply["quarantined"]] == [(n, "not_assigned") for n in (2, 3, 4)]
    assert stored(log) == log.strings[:5]
    assert take(other.part(2, 4), who="ben") == [reply]
    (mine,) = take(log.part(2))
    assert mine["quarantined"] == []


def test_the_same_foreign_event_from_two_people_is_acknowledged_to_both(take, people: People) -> None:
    log = observed(people)
    take(log.part(1, 5))
    first, second = (take(log.part(2, 3), who=who) for who in ("ben", "cleo"))
    assert first == second and count(Quarantined) == 2


def test_another_programme_may_use_the_same_ids(take, people: People) -> None:
    log, id = observed(people), uuid7()
    take(log.part(1, 5), id=id)
    (reply,) = take(log.part(), id=id, who="olga")
    assert reply["stored_upto"] == len(log.strings) and count(Log) == 2
    assert reply["quarantined"][0]["code"] == "unknown_family"


def test_a_batch_answers_in_its_own_order(take, people: People) -> None:
    logs = [observed(people) for _ in range(3)]
    replies = take(*(log.part() for log in reversed(logs)))
    assert [reply["id"] for reply in replies] == [str(log.id) for log in reversed(logs)]


def test_an_event_that_makes_no_sense_is_stored_put_aside_and_acknowledged(take, people: People) -> None:
    log = TabletLog()
    log.add("open", data=opening(people))
    log.add("dance")
    log.strings.append("no JSON")
    log.add("tap", "VOC", after_ms=100)
    log.strings.append("[" * 2000)
    log.strings.append('{"seq":6,"t":200,"kind":"tap","code":7}')
    log.strings.append('{"seq":7,"t":NaN,"kind":"tap","code":"VOC"}')
    (reply,) = take(log.part())
    codes = {one["seq"]: one["code"] for one in reply["quarantined"]}
    assert codes == {2: "unknown_kind", 3: "bad_value", 5: "bad_value", 6: "bad_value", 7: "bad_value"}
    assert reply["stored_upto"] == 7 and stored(log) == log.strings
    (again,) = take(log.part(2, 3))
    assert again["quarantined"] == reply["quarantined"][:2] and count(Quarantined) == 5


STRETCHES = st.lists(st.tuples(st.integers(1, 24), st.integers(1, 12), st.booleans()), max_size=12)


@given(stretches=STRETCHES)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_order_batches_come_in_the_log_is_the_tablets(take, app, people: People, stretches) -> None:
    model = observed(people, cues=12)
    for start, length, twice in stretches:
        part, id = model.part(start, min(start + length - 1, len(model.strings))), uuid7()
        for _ in range(1 + twice):
            if part["events"]:
                take(part, id=id)
        db.session.expire_all()
    (reply,) = take(model.part())
    assert reply["stored_upto"] == len(model.strings) and reply["quarantined"] == []
    assert stored(model) == model.strings
    row = db.session.scalars(select(Log).where(Log.id == model.id)).one()
    once = TabletLog(strings=model.strings)
    take(once.part())
    fresh = db.session.scalars(select(Log).where(Log.id == once.id)).one()
    pair = [db.session.scalars(select(StoredFigures).where(StoredFigures.log_key == log.key)).one() for log in
            (row, fresh)]  # fmt: skip
    documents = [{**one.figures, "id": None} for one in pair]
    assert documents[0] == documents[1] and pair[0].histogram == pair[1].histogram
    assert count(Quarantined) == 0


def test_take_needs_no_request(app, people: People) -> None:
    with app.app_context():
        account = db.session.get_one(Account, people.accounts["ana"])
        log = observed(people)
        (reply,) = ingest.take(account, ingest.delivery(log.id, log.strings))
        assert reply["stored_upto"] == len(log.strings)
        assert ingest.read(batch(log.part())).parts[0].events == tuple(log.strings)
