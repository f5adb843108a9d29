"""Signed sorts and questionnaires: scored, opened again, made anew; what is not legal names its card and stays open."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from people import TODAY, People
from sqlalchemy import func, select, update
from tablet import TabletLog, beside, observed, questionnaire, sort

from recorder import ingest
from recorder.db import db
from recorder.measures import VERSION
from recorder.records.assessments import Assessment
from recorder.records.families import Consent
from recorder.records.observations import Cell, Log, StoredFigures
from recorder.records.visits import Visit


def row_of(log: TabletLog) -> Log:
    return db.session.scalars(select(Log).where(Log.id == log.id)).one()


def made() -> list[tuple]:
    """Everything that the assessments hold, but for their keys."""
    columns = [column for column in Assessment.__table__.columns if column.name != "key"]
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(Assessment.log_key))]


def only() -> Assessment:
    return db.session.scalars(select(Assessment)).one()


def put_aside(reply: dict) -> list[tuple[int, str]]:
    return [(one["seq"], one["code"]) for one in reply["quarantined"]]


def noor(people: People) -> Visit:
    return db.session.get_one(Visit, people.visits["noor tomorrow"])


def test_a_signed_sort_is_scored(take, people: People) -> None:
    log = sort(people)
    (reply,) = take(log.part(), who="ben")
    assert reply["quarantined"] == [] and reply["stored_upto"] == len(log.strings)
    row = only()
    assert (row.kind, row.instrument, row.measures_version) == ("sort", "safe-base-cards/1", VERSION)
    assert (row.child_id, row.caregiver_id) == (people.children["Noor"], people.caregivers["Hana"])
    assert row.filled_in == "" and row.log_key == row_of(log).key and row.account_id == people.accounts["ben"]
    assert json.loads(row.answers)["9a"] == 9 and len(json.loads(row.answers)) == 36
    assert row.scores["scores"]["security"] == pytest.approx(1.0)
    assert row.scores["distribution"] == [4] * 9 and row.scores["warnings"] == []
    assert row_of(log).closed_at is not None


def test_a_sort_is_no_observation(take, people: People) -> None:
    take(sort(people).part(), questionnaire(people).part(), who="ben")
    for table in (StoredFigures, Cell):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0


def test_reopening_takes_an_assessment_out_and_signing_makes_it_anew(take, people: People) -> None:
    log = sort(people)
    take(log.part(), who="ben")
    before = made()
    reopen = log.add("reopen")
    take(log.part(reopen), who="ben")
    assert made() == [] and row_of(log).closed_at is None
    swap = log.add("place", "9a", {"pile": 8})
    log.add("place", "8a", {"pile": 9})
    log.add("close")
    take(log.part(swap), who="ben")
    assert only().scores["scores"]["security"] < 1 and json.loads(only().answers)["8a"] == 9
    assert made() != before


def test_recompute_makes_the_same_assessment(take, people: People) -> None:
    logs = [sort(people), questionnaire(people, {"f2": 1, "p3": "NA"})]
    take(*(log.part() for log in logs), who="ben")
    before = made()
    for log in logs:
        ingest.recompute(row_of(log))
    db.session.commit()
    assert made() == before and len(before) == 2


@pytest.mark.parametrize("batches", [1, 7, 40])
def test_however_a_sort_arrives_it_comes_to_the_same(take, people: People, batches: int) -> None:
    log = sort(people)
    starts = range(1, len(log.strings) + 1, batches)
    for start in [*starts[1::2], *starts[::2]]:
        take(log.part(start, start + batches - 1), who="ben")
    assert only().scores["scores"]["security"] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("piles", "words"),
    [
        ({"5c": ...}, "5c"),
        ({"5c": None}, "5c"),
        ({"1d": 9}, "Item 1d is one too many in pile 9"),
        ({"5c": 12}, "5c"),
        ({"9a": "NOB", "9b": 8}, "Item 8d is one too many"),  # the one that was put down last
    ],
)
def test_a_sort_that_is_not_legal_names_the_card_and_stays_open(take, people: People, piles: dict, words: str) -> None:
    log = sort(people, piles)
    (reply,) = take(log.part(), who="ben")
    assert put_aside(reply) == [(len(log.strings), "bad_value")]
    assert words in reply["quarantined"][0]["message"]
    assert made() == [] and row_of(log).closed_at is None and row_of(log).refused is None
    assert ingest.strings(row_of(log)) == log.strings and noor(people).status == "planned"


def test_an_illegal_sort_is_corrected_and_signed_again(take, people: People) -> None:
    log = sort(people, {"5c": ...})
    take(log.part(), who="ben")
    reopen = log.add("reopen")
    log.add("place", "5c", {"pile": 5})
    log.add("close")
    (reply,) = take(log.part(reopen), who="ben")
    assert reply["quarantined"] == [] and only().scores["scores"]["security"] == pytest.approx(1.0)


def test_a_fault_is_told_once(take, people: People) -> None:
    log = sort(people, {"5c": ...})
    take(log.part(), who="ben")
    note = log.add("note", "NOTE", {"text": "later"})
    (reply,) = take(log.part(note), who="ben")
    assert reply["quarantined"] == []


def test_half_a_pile_is_put_aside_and_its_card_lies_where_it_was(take, people: People) -> None:
    log = sort(people)
    log.strings.pop()
    seq = log.add("place", "9a", {"pile": 8.5})
    log.add("close")
    (reply,) = take(log.part(), who="ben")
    assert put_aside(reply) == [(seq, "bad_value")] and "9a" in reply["quarantined"][0]["message"]
    assert json.loads(only().answers)["9a"] == 9


def test_with_too_many_cards_unseen_there_is_no_score_and_the_reason(take, people: People) -> None:
    take(sort(people, {f"{pile}a": "NOB" for pile in (1, 3, 5, 7, 9)}).part(), who="ben")
    assert only().scores["scores"] == {"security": None} and only().scores["warnings"]


def test_a_child_of_another_age_has_a_sort_without_scores(take, people: People) -> None:
    mia = {
        "family": str(people.families["F-001"]),
        "children": [str(people.children["Mia"])],
        "caregivers": [str(people.caregivers["Luis"])],
        "visit": str(people.visits["mia today"]),
    }
    (reply,) = take(sort(people, **mia).part())
    row = only()
    assert reply["quarantined"] == []
    assert row.scores["scores"] == {"security": None}
    assert "12" in row.scores["warnings"][0] and json.loads(row.answers)["9a"] == 9


def test_a_questionnaire_is_scored(take, people: People) -> None:
    log = questionnaire(people, {"f2": 1, "f3": 2, "f4": "NA", "s1": None})
    (reply,) = take(log.part(), who="ben")
    row = only()
    assert reply["quarantined"] == [] and (row.kind, row.filled_in, row.present) == (
        "questionnaire",
        "caregiver",
        "Ben",
    )
    assert row.scores["scores"]["follow_through"] == pytest.approx((4 + 5 + 4) / 3)
    assert row.scores["percent"]["predictable_day"] == pytest.approx(62.5)
    assert row.scores["n"]["steady_response"] == 3 and row.scores["not_applicable"] == ["f4"]
    assert json.loads(row.answers)["f4"] == "NA" and json.loads(row.answers)["s1"] is None


def test_a_questionnaire_asks_a_caregiver_about_no_child_too(take, people: People) -> None:
    take(questionnaire(people, children=[]).part(), who="ben")
    assert only().child_id is None and only().scores["scores"]["predictable_day"] is not None


@pytest.mark.parametrize(("answer", "words"), [(6, "p2"), (0, "p2"), (10**30, "p2")])
def test_an_answer_out_of_range_names_its_question(take, people: People, answer: int, words: str) -> None:
    log = questionnaire(people, {"p2": answer})
    (reply,) = take(log.part(), who="ben")
    assert put_aside(reply) == [(len(log.strings), "bad_value")] and words in reply["quarantined"][0]["message"]
    assert made() == [] and row_of(log).closed_at is None


def test_a_sort_that_was_stopped_early_is_kept_and_comes_to_nothing(take, people: People) -> None:
    log = sort(people)
    del log.strings[50:]
    log.add("abort", data={"reason": "child_asleep", "note": ""})
    log.add("close")
    (reply,) = take(log.part(), who="ben")
    assert reply["quarantined"] == [] and made() == []
    assert row_of(log).closed_at is not None and noor(people).status == "done"


def test_a_signed_sort_makes_its_visit_done(take, people: People) -> None:
    take(sort(people).part(), who="ben")
    visit = noor(people)
    assert (visit.status, visit.account_id) == ("done", people.accounts["ben"])
    assert visit.local_date in {TODAY, TODAY - timedelta(days=1)}  # Northside's day may not be the server's


def test_whose_visit_it_was_an_observation_says(take, people: People) -> None:
    twins = {
        "family": str(people.families["F-002"]),
        "children": [str(people.children["Noor"])],
        "caregivers": [str(people.caregivers["Hana"])],
        "visit": str(people.visits["noor tomorrow"]),
    }
    take(observed(people, **twins).part(), who="ben")
    take(questionnaire(people).part(), who="sol")
    assert noor(people).account_id == people.accounts["ben"]


def test_nothing_is_scored_once_consent_was_taken_back(take, people: People) -> None:
    log = sort(people)
    take(log.part(1, 60), who="ben")
    withdrawn = update(Consent).where(Consent.family_id == people.families["F-002"])
    db.session.execute(withdrawn.values(withdrawn_on=TODAY - timedelta(days=1)))
    db.session.commit()
    (reply,) = take(log.part(61), who="ben")
    assert put_aside(reply) == [(len(log.strings), "consent_withdrawn")] and made() == []


def test_a_sort_says_which_distribution_when_there_are_several(take, people: People) -> None:
    log = TabletLog()
    log.add("open", data=beside(people, "sort", "safe-base-cards", distribution=[12, 12, 12]))
    (reply,) = take(log.part(), who="ben")
    assert put_aside(reply) == [(1, "bad_value")] and "distribution" in reply["quarantined"][0]["message"]
