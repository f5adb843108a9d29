"""Which logs count: known family, her own on that day, a known scheme, a sane clock, consent. The others are kept whole
and count for nothing."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from people import TODAY, People
from sqlalchemy import func, null, select, update
from tablet import TabletLog, observed, opening, questionnaire, safety, sheet, sort, wall

from recorder import ingest
from recorder.db import db, uuid7
from recorder.instruments import library
from recorder.records.assessments import Assessment
from recorder.records.families import Assignment, Consent
from recorder.records.followups import SafetyNote
from recorder.records.instruments import StoredInstrument
from recorder.records.observations import Cell, Log, StoredFigures, StoredRating
from recorder.records.sheets import Sheet
from recorder.records.visits import Visit


def row_of(log: TabletLog) -> Log:
    return db.session.scalars(select(Log).where(Log.id == log.id)).one()


def refused(take, log: TabletLog, code: str, who: str = "ana") -> None:
    """The log is acknowledged and kept whole, and nothing was made of it."""
    (reply,) = take(log.part(), who=who)
    assert [(one["seq"], one["code"]) for one in reply["quarantined"]] == [(1, code)]
    assert reply["stored_upto"] == len(log.strings)
    row = row_of(log)
    assert row.refused == code and ingest.strings(row) == log.strings and row.closed_at is None
    for table in (StoredFigures, StoredRating, Cell, Sheet):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0, table


def withdraw(people: People, days: int) -> None:
    query = update(Consent).where(Consent.family_id == people.families["F-001"], Consent.scope == "observe")
    db.session.execute(query.values(withdrawn_on=TODAY + timedelta(days=days)))
    db.session.commit()


def test_a_family_that_is_not_there(take, people: People) -> None:
    refused(take, observed(people, family=str(uuid7())), "unknown_family")


def test_a_family_of_another_programme_is_not_there_either(take, people: People) -> None:
    refused(take, observed(people, family=str(people.families["F-900"])), "unknown_family")


def test_somebody_elses_family(take, people: People) -> None:
    refused(take, observed(people, family=str(people.families["F-002"])), "not_assigned")


@pytest.mark.parametrize("who", ["mara", "abe", "ida", "sam"])
def test_a_role_or_team_that_does_not_visit_this_family(take, people: People, who: str) -> None:
    refused(take, observed(people), "not_assigned", who)


def test_a_supervisor_may_record_with_her_teams_families_and_with_those_of_her_site_that_have_no_visitor(
    take, people: People
) -> None:
    theo = {
        "family": str(people.families["F-003"]),
        "children": [str(people.children["Theo"])],
        "caregivers": [str(people.caregivers["June"])],
        "visit": str(uuid7()),
    }
    for log in (observed(people), observed(people, **theo)):
        (reply,) = take(log.part(), who="sol")
        assert reply["quarantined"] == []
    refused_there = observed(people, **theo | {"visit": str(uuid7())})
    (reply,) = take(refused_there.part(), who="sam")
    assert reply["quarantined"][0]["code"] == "not_assigned"


def test_a_visit_counts_for_whoever_was_assigned_on_its_day(take, people: People) -> None:
    moved = update(Assignment).where(Assignment.family_id == people.families["F-001"])
    db.session.execute(moved.values(until_on=TODAY - timedelta(days=3)))
    db.session.commit()
    late = observed(people, wall=wall(days=-5), visit=str(uuid7()))
    (reply,) = take(late.part())
    assert reply["quarantined"] == [] and row_of(late).local_date <= TODAY - timedelta(days=4)
    refused_now = observed(people)
    (reply,) = take(refused_now.part())
    assert reply["quarantined"][0]["code"] == "not_assigned"


def test_an_instrument_that_nobody_knows(take, people: People) -> None:
    refused(take, observed(people, hash="ab" * 32), "unknown_instrument")


def test_a_rating_scale_is_no_coding_scheme(take, people: People) -> None:
    refused(take, observed(people, hash=library.builtin("sensitivity").hash), "unknown_instrument")


def test_an_instrument_of_the_programmes_own(take, people: People) -> None:
    document = {"name": "ours", "version": 2, "cues": [{"code": "VOC", "window_ms": 4000}], "responses": [
        {"code": "TALK"}]}  # fmt: skip
    hash = library.digest(document)
    for programme in (people.programme, people.other_programme):
        db.session.add(
            StoredInstrument(
                programme_id=programme, kind="scheme", name="ours", version=2, hash=hash, document=document
            )
        )
    db.session.commit()
    log = observed(people, instrument="ours", version=2, hash=hash)
    (reply,) = take(log.part())
    assert reply["quarantined"] == []
    assert db.session.scalars(select(StoredFigures)).one().scheme_hash == hash


def test_a_draft_is_not_known(take, people: People) -> None:
    document = {"cues": [{"code": "VOC", "window_ms": 4000}], "responses": [{"code": "TALK"}]}
    row = StoredInstrument(programme_id=people.programme, kind="scheme", name="draft", version=1,
                           hash=library.digest(document), document=document, published_at=null())  # fmt: skip
    db.session.add(row)
    db.session.commit()
    refused(take, observed(people, hash=row.hash), "unknown_instrument")


def test_a_clock_that_is_days_ahead(take, people: People) -> None:
    refused(take, observed(people, wall=wall(days=2, minutes=5)), "future_time")


def test_a_clock_that_is_a_day_ahead_is_believed(take, people: People) -> None:
    (reply,) = take(observed(people, wall=wall(days=1, hours=23)).part())
    assert reply["quarantined"] == []


def test_consent_that_was_withdrawn(take, people: People) -> None:
    withdraw(people, days=-1)
    refused(take, observed(people), "consent_withdrawn")


def test_consent_given_in_the_visit_before_it_was_withdrawn_does_not_count(take, people: People) -> None:
    withdraw(people, days=-1)
    late = observed(people, wall=wall(days=-5), consent={"observe": True, "given_now": True})
    refused(take, late, "consent_withdrawn")


def test_consent_given_in_the_visit(take, people: People) -> None:
    withdraw(people, days=-9)
    log = observed(people, consent={"observe": True, "given_now": True})
    (reply,) = take(log.part())
    assert reply["quarantined"] == []
    given = select(Consent).where(Consent.family_id == people.families["F-001"], Consent.withdrawn_on.is_(None))
    assert {row.scope: row.given_on for row in db.session.scalars(given)}["observe"] == row_of(log).local_date


def test_a_family_that_did_not_agree_in_the_visit_either(take, people: People) -> None:
    withdraw(people, days=-9)
    refused(take, observed(people, consent={"observe": False, "given_now": True}), "consent_withdrawn")


def test_a_visit_of_another_family(take, people: People) -> None:
    refused(take, observed(people, visit=str(people.visits["noor tomorrow"])), "bad_value")


def test_a_child_of_another_family(take, people: People) -> None:
    refused(take, observed(people, children=[str(people.children["Noor"])]), "bad_value")


def test_a_caregiver_of_another_family(take, people: People) -> None:
    refused(take, observed(people, caregivers=[str(people.caregivers["Hana"])]), "bad_value")


UNFIT = {
    "kind": "dance",
    "role": "leader",
    "context": 7,
    "instrument": "",
    "hash": None,
    "version": True,
    "visit": "x",
    "family": 7,
    "children": [],
    "caregivers": "Luis",
    "wall": "yesterday",
    "consent": "yes",
}


@pytest.mark.parametrize("key", UNFIT)
def test_an_opening_with_a_bad_value(take, people: People, key: str) -> None:
    refused(take, observed(people, **{key: UNFIT[key]}), "bad_value")


BESIDE = {
    "sort": sort,
    "questionnaire": questionnaire,
    "safety": safety,
}
UNFIT_BESIDE = [
    *((kind, {"family": 7}, "bad_value") for kind in BESIDE),
    *((kind, {"wall": "noon"}, "bad_value") for kind in BESIDE),
    *((kind, {"children": "Noor"}, "bad_value") for kind in BESIDE),
    *((kind, {"visit": "soon"}, "bad_value") for kind in BESIDE),
    *((kind, {"family": str(uuid.UUID(int=7))}, "unknown_family") for kind in BESIDE),
    *((kind, {"wall": wall(days=3)}, "future_time") for kind in BESIDE),
    ("sort", {"hash": "ab" * 32}, "unknown_instrument"),
    ("sort", {"hash": library.builtin("our-days").hash}, "unknown_instrument"),
    ("sort", {"hash": library.builtin("serve-and-return").hash}, "unknown_instrument"),
    ("sort", {"children": []}, "bad_value"),
    ("sort", {"distribution": "4 each"}, "bad_value"),
    ("sort", {"distribution": [4.5] * 8}, "bad_value"),
    ("sort", {"distribution": [6] * 6}, "bad_value"),
    ("sort", {"version": 0}, "bad_value"),
    ("questionnaire", {"hash": library.builtin("safe-base-cards").hash}, "unknown_instrument"),
    ("questionnaire", {"hash": library.builtin("sensitivity").hash}, "unknown_instrument"),
    ("questionnaire", {"caregivers": []}, "bad_value"),
    ("questionnaire", {"filled_in": "neighbour"}, "bad_value"),
    ("questionnaire", {"instrument": ""}, "bad_value"),
]


@pytest.mark.parametrize(("kind", "changes", "code"), UNFIT_BESIDE)
def test_what_is_no_observation_has_its_own_needs(take, people: People, kind: str, changes: dict, code: str) -> None:
    refused(take, BESIDE[kind](people, **changes), code, who="ben")
    for table in (Assessment, SafetyNote):
        assert db.session.scalars(select(table)).all() == []


@pytest.mark.parametrize("kind", BESIDE)
def test_a_log_names_people_of_its_family_and_a_visit_to_it(take, people: People, kind: str) -> None:
    strangers = [
        {"children": [str(people.children["Mia"])]},
        {"caregivers": [str(people.caregivers["Luis"])]},
        {"visit": str(people.visits["mia today"])},
    ]
    for changes in strangers:
        refused(take, BESIDE[kind](people, **changes), "bad_value", who="ben")


@pytest.mark.parametrize("kind", ["sort", "questionnaire"])
def test_without_consent_nobody_is_sorted_or_asked(take, people: People, kind: str) -> None:
    gone = update(Consent).where(Consent.family_id == people.families["F-002"])
    db.session.execute(gone.values(withdrawn_on=TODAY - timedelta(days=9)))
    db.session.commit()
    refused(take, BESIDE[kind](people), "consent_withdrawn", who="ben")
    (reply,) = take(BESIDE[kind](people, consent={"observe": True, "given_now": True}).part(), who="ben")
    assert reply["quarantined"] == []


@pytest.mark.parametrize("value", ["2026-03-02T10:00:00", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-12:00", 0])
def test_an_impossible_wall_time(take, people: People, value: object) -> None:
    refused(take, observed(people, wall=value), "bad_value")


@pytest.mark.parametrize(
    "first",
    ["{", "[]", '{"seq":1,"t":5,"kind":"open"}', '{"seq":2,"t":0,"kind":"open"}', '{"seq":1,"t":0,"kind":"tap"}'],
)
def test_a_log_that_does_not_begin_with_its_opening(take, people: People, first: str) -> None:
    log = observed(people)
    log.strings[0] = first
    refused(take, log, "bad_value")


def test_a_visit_that_was_not_planned_is_made(take, people: People) -> None:
    id = uuid7()
    log = TabletLog()
    log.add("open", data=opening(people, visit=str(id)))
    take(log.part())
    visit = db.session.get_one(Visit, id)
    assert (visit.status, visit.account_id) == ("planned", people.accounts["ana"])
    assert visit.local_date == row_of(log).local_date


def test_the_day_of_a_visit_is_the_sites_day(take, people: People) -> None:
    log = TabletLog()
    log.add("open", data=opening(people, visit=str(uuid7()), wall="2026-03-02T04:30:00.000Z"))
    take(log.part())
    assert str(row_of(log).local_date) == "2026-03-01"


def test_a_refused_log_takes_later_batches_in_silence(take, people: People) -> None:
    log = observed(people, family=str(uuid7()))
    log.add("sheet", data=sheet(people))
    take(log.part(1, 4))
    (reply,) = take(log.part(5))
    assert reply["quarantined"] == [] and reply["stored_upto"] == len(log.strings)
    assert uuid.UUID(reply["id"]) == log.id and db.session.scalars(select(Sheet)).all() == []
