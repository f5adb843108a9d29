"""Two observers of one visit: granted, blind, aligned by SYNC; paired when both have signed, whoever is first."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from people import People
from sqlalchemy import func, select
from tablet import MINUTE_MS, TabletLog, observed, practice, second, wall

from recorder import ingest
from recorder.db import db, now, uuid7
from recorder.instruments import library
from recorder.measures import VERSION
from recorder.measures import pair as pairs
from recorder.records.double_coding import Grant, PairAgreement, PracticePiece, is_live
from recorder.records.families import Consent
from recorder.records.observations import Cell, Log, StoredFigures, StoredRating
from recorder.records.visits import Visit


def row_of(log: TabletLog) -> Log:
    return db.session.scalars(select(Log).where(Log.id == log.id)).one()


def made() -> list[dict]:
    columns = [column for column in PairAgreement.__table__.columns if column.name != "key"]
    return [dict(row._mapping) for row in db.session.execute(select(*columns).order_by(PairAgreement.second_log_key))]


def only() -> PairAgreement:
    return db.session.scalars(select(PairAgreement)).one()


def put_aside(reply: dict) -> list[tuple[int, str]]:
    return [(one["seq"], one["code"]) for one in reply["quarantined"]]


def live() -> int:
    return db.session.scalar(select(func.count()).select_from(Grant).where(is_live()))


@pytest.mark.parametrize("first", ["primary", "second"])
def test_whoever_signs_last_makes_the_pair(take, people: People, grant, first: str) -> None:
    grant()
    mine, hers = observed(people, sync=True), second(people, late_ms=2000)
    sent = [(mine, "ana"), (hers, "ben")]
    for log, who in sent if first == "primary" else sent[::-1]:
        assert made() == []
        (reply,) = take(log.part(), who=who)
        assert reply["quarantined"] == []
    pair = only()
    assert (pair.first_log_key, pair.second_log_key) == (row_of(mine).key, row_of(hers).key)
    assert (pair.offset_ms, pair.aligned_by, pair.measures_version) == (2000, "sync", VERSION)
    assert pair.result["events"]["matched"] == 15 and pair.result["events"]["kappa"] == 1.0
    assert pair.result["disagreements"] == [] and pair.result["ratings"] == {}
    assert (pair.visit_id, pair.practice_id) == (people.visits["mia today"], None)
    assert pair.site_id == people.sites["north"] and pair.second_account_id == people.accounts["ben"]


def test_the_result_is_what_the_command_prints(take, people: People, grant) -> None:
    grant()
    mine, hers = observed(people, sync=True), second(people, cues=8, late_ms=700)
    take(mine.part())
    take(hers.part(), who="ben")
    a, b = (ingest.observation(row_of(log)) for log in (mine, hers))
    expected = pairs.as_document(pairs.compare(a, b))
    assert only().result == json.loads(json.dumps(expected)) and len(expected["disagreements"]) == 3


def test_only_the_primary_feeds_figures_and_says_whose_visit_it_was(take, people: People, grant) -> None:
    grant()
    take(second(people).part(), who="ben")
    visit = db.session.get_one(Visit, people.visits["mia today"])
    assert (visit.status, visit.account_id) == ("done", people.accounts["ana"])
    for table in (StoredFigures, StoredRating, Cell):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0, table


def test_without_sync_in_both_the_clocks_stay_as_they_are(take, people: People, grant) -> None:
    grant()
    take(observed(people).part())
    take(second(people).part(), who="ben")
    assert (only().aligned_by, only().offset_ms) == ("none", 0) and "aligned" in only().result["warnings"][-1]


def test_opening_either_log_again_takes_the_pair_out(take, people: People, grant) -> None:
    grant()
    logs = {"ana": observed(people, sync=True), "ben": second(people)}
    for who, log in logs.items():
        take(log.part(), who=who)
    before = made()
    for who, log in logs.items():
        reopen = log.add("reopen")
        take(log.part(reopen), who=who)
        assert made() == [] and live() == 1
        close = log.add("close")
        take(log.part(close), who=who)
        assert made() == before and live() == 0
    for log in logs.values():
        ingest.recompute(row_of(log))
    db.session.commit()
    assert made() == before


def test_different_versions_of_a_scheme_are_a_pair_that_says_so(take, people: People, grant) -> None:
    grant()
    other = library.builtin("serve-and-return-short")
    take(observed(people, sync=True).part())
    take(second(people, instrument=other.name, version=other.version, hash=other.hash).part(), who="ben")
    assert only().result["events"] is None and "different versions" in only().result["warnings"][0]
    assert other.id in only().result["warnings"][0]


def test_a_second_observer_needs_a_grant(take, people: People, grant) -> None:
    grant(visit="noor tomorrow")
    log = second(people)
    (reply,) = take(log.part(), who="ben")
    assert put_aside(reply) == [(1, "not_assigned")] and ingest.strings(row_of(log)) == log.strings
    (reply,) = take(second(people).part(), who="cleo")
    assert put_aside(reply) == [(1, "not_assigned")]


def test_being_assigned_is_no_grant(take, people: People) -> None:
    (reply,) = take(second(people).part())
    assert put_aside(reply) == [(1, "not_assigned")]


def test_a_grant_that_was_taken_back_still_takes_what_was_begun_before(take, people: People, grant) -> None:
    grant(taken_back_at=now() - timedelta(hours=1))
    (reply,) = take(second(people).part(), who="ben")
    assert put_aside(reply) == [(1, "not_assigned")]
    (reply,) = take(second(people, wall=wall(hours=-2)).part(), who="ben")
    assert reply["quarantined"] == []


def test_a_grant_ends_when_both_have_signed(take, people: People, grant) -> None:
    grant()
    assert live() == 1
    take(observed(people).part())
    assert live() == 1
    take(second(people).part(), who="ben")
    assert live() == 0
    (reply,) = take(second(people).part(), who="ben")
    assert put_aside(reply) == [(1, "not_assigned")]


def test_a_second_observer_needs_the_familys_consent(take, people: People, grant) -> None:
    grant()
    for consent in db.session.scalars(select(Consent).where(Consent.family_id == people.families["F-001"])):
        consent.withdrawn_on = consent.given_on
    db.session.commit()
    (reply,) = take(second(people).part(), who="ben")
    assert put_aside(reply) == [(1, "consent_withdrawn")]


def test_nobody_is_paired_with_herself(take, people: People, grant) -> None:
    grant("ana")
    take(observed(people, sync=True).part(), second(people).part())
    assert made() == []


def test_of_several_primary_observations_the_nearest_counts(take, people: People, grant) -> None:
    grant()
    morning, noon = observed(people, cues=4, wall=wall(hours=-5)), observed(people, wall=wall(hours=-2))
    take(morning.part(), noon.part())
    take(second(people, wall=wall(hours=-2, minutes=3)).part(), who="ben")
    assert only().first_log_key == row_of(noon).key


def piece(people: People, **changes) -> PracticePiece:
    """What `observed` holds, as a reference for practice."""
    scheme = library.builtin("serve-and-return")
    taps = [{"t_ms": 5000, "code": "SYNC"}]
    taps += [{"t_ms": 12_000 * n + 1000 * ((n) // 2), "code": "VOC"} for n in range(1, 11)]
    document = {"format": "observation/1", "scheme": scheme.id, "duration_ms": 4 * MINUTE_MS, "events": taps}
    values = {"programme_id": people.programme, "title": "Bath", "scheme": scheme.id, "scheme_hash": scheme.hash,
              "reference": json.dumps(document), "made_by_id": people.accounts["sol"]}  # fmt: skip
    made = PracticePiece(**values | changes)
    db.session.add(made)
    db.session.commit()
    return made


def test_a_practice_is_compared_with_its_reference(take, people: People) -> None:
    reference = piece(people)
    log = practice(people, reference.id)
    for consent in db.session.scalars(select(Consent)):
        consent.withdrawn_on = consent.given_on
    db.session.commit()
    (reply,) = take(log.part(), who="cleo")
    assert reply["quarantined"] == []
    row, pair = row_of(log), only()
    assert (row.practice_id, row.visit_id, row.family_id, row.role) == (reference.id, None, None, "practice")
    assert (pair.practice_id, pair.visit_id, pair.first_log_key) == (reference.id, None, None)
    assert pair.site_id == people.sites["river"] and pair.aligned_by == "sync"
    assert pair.result["n_a"] == 10 and pair.result["n_b"] == 15
    for table in (StoredFigures, StoredRating, Cell):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0, table
    assert {visit.status for visit in db.session.scalars(select(Visit))} == {"planned"}


def test_a_practice_of_another_version_says_so(take, people: People) -> None:
    take(practice(people, piece(people, scheme_hash="ab" * 32).id).part())
    assert only().result["events"] is None and "different versions" in only().result["warnings"][0]


def test_a_practice_is_opened_again(take, people: People) -> None:
    log = practice(people, piece(people).id)
    take(log.part())
    reopen = log.add("reopen")
    take(log.part(reopen))
    assert made() == []


def test_a_practice_piece_that_is_not_there(take, people: People) -> None:
    for id in (uuid7(), piece(people, programme_id=people.other_programme).id,
               piece(people, retired_at=now() - timedelta(days=1)).id):  # fmt: skip
        (reply,) = take(practice(people, id).part())
        assert put_aside(reply) == [(1, "bad_value")], id


def test_a_page_or_a_rating_of_a_practice_makes_nothing(take, people: People) -> None:
    log = practice(people, piece(people).id)
    log.strings.pop()
    log.add("rating", "tuning_in", {"instrument": "sensitivity/1", "value": 7})
    seq = log.add("sheet", data={"strengths": [{"text": "a"}, {"text": "b"}]})
    log.add("close")
    (reply,) = take(log.part())
    assert put_aside(reply) == [(seq, "bad_value")] and len(made()) == 1
