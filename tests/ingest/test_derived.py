"""What a signed observation makes: figures, ratings, cells, pages, visits; and what takes them out again."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people import TODAY, People
from sqlalchemy import func, select
from tablet import MINUTE_MS, TabletLog, observed, opening, sheet

from recorder import ingest
from recorder.db import db, uuid7
from recorder.measures.tape import KINDS as KINDS_KNOWN
from recorder.records.families import Consent
from recorder.records.observations import Cell, Log, StoredFigures, StoredRating
from recorder.records.sheets import Sheet
from recorder.records.visits import Visit


def row_of(log: TabletLog) -> Log:
    return db.session.scalars(select(Log).where(Log.id == log.id)).one()


def count(table) -> int:
    return db.session.scalar(select(func.count()).select_from(table))


def cells() -> dict:
    """Everything that the cells hold, but for their keys."""
    columns = [column for column in Cell.__table__.columns if column.name != "key"]
    return {row.grain: tuple(row) for row in db.session.execute(select(*columns))}


def figures() -> list[tuple]:
    """Everything that the rows of figures hold, but for their keys."""
    columns = [column for column in StoredFigures.__table__.columns if column.name != "key"]
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(StoredFigures.log_key))]


def test_a_signed_observation_makes_figures_two_cells_and_ratings(take, people: People) -> None:
    log = observed(people)
    take(log.part())
    row = db.session.scalars(select(StoredFigures)).one()
    assert (row.cues, row.codable, row.answered) == (10, 10, 5)
    assert (row.distress_codable, row.non_distress_codable, row.non_distress_answered) == (0, 10, 5)
    assert row.observed_ms == 4 * MINUTE_MS and str(row.child_id) == str(people.children["Mia"])
    assert row.figures["cues"] == 10 and row.figures["id"] == str(log.id)
    assert set(cells()) == {str(people.accounts["ana"]), "site"}
    for cell in db.session.scalars(select(Cell)):
        assert (cell.visits, cell.sums["all"]) == (1, [5, 10, 25, 100, 50, 1])
        assert cell.month == row.local_date.replace(day=1) and cell.histogram == row.histogram
    ratings = {row.scale: (row.value, row.nob) for row in db.session.scalars(select(StoredRating))}
    assert ratings == {"tuning_in": (7, False), "joining": (None, True)}
    visit = db.session.get_one(Visit, people.visits["mia today"])
    assert visit.status == "done" and visit.local_date == row_of(log).local_date
    assert row_of(log).end == "end" and row_of(log).closed_at is not None


def test_nothing_is_made_before_the_signature(take, people: People) -> None:
    log = observed(people)
    take(log.part(1, len(log.strings) - 1))
    assert count(StoredFigures) == count(StoredRating) == count(Cell) == 0
    assert row_of(log).end == "end" and db.session.get_one(Visit, people.visits["mia today"]).status == "planned"


def test_nothing_is_made_while_something_is_missing(take, people: People) -> None:
    log = observed(people)
    take(log.part(1, 5), log.part(1, 5) | {"id": str(uuid7())})
    take(log.part(9))
    assert count(StoredFigures) == 0 and row_of(log).closed_at is None
    take(log.part(6, 8))
    assert count(StoredFigures) == 1


def test_reopening_takes_everything_out_and_closing_makes_it_anew(take, people: People) -> None:
    take(observed(people, visit=str(uuid7())).part())
    before, rows = cells(), figures()
    log = observed(people)
    take(log.part())
    both = cells()
    assert both["site"] != before["site"]
    reopen = log.add("reopen")
    take(log.part(reopen))
    assert cells() == before and figures() == rows and count(StoredRating) == 2
    assert row_of(log).closed_at is None
    close = log.add("close")
    take(log.part(close))
    assert cells() == both and count(StoredFigures) == 2 and count(StoredRating) == 4


def test_the_last_one_that_is_taken_out_leaves_no_cell(take, people: People) -> None:
    log = observed(people)
    take(log.part())
    reopen = log.add("reopen")
    take(log.part(reopen))
    assert cells() == {} and figures() == []


def test_a_correction_after_reopening_counts(take, people: People) -> None:
    log = observed(people)
    take(log.part())
    reopen = log.add("reopen")
    log.add("void", data={"seq": 2})
    log.add("rating", "tuning_in", {"instrument": "sensitivity/1", "value": 4, "note": "on second thought"})
    log.add("close")
    take(log.part(reopen))
    corrected = figures()
    assert corrected[0][[c.name for c in StoredFigures.__table__.columns][1:].index("cues")] == 9
    assert {row.value for row in db.session.scalars(select(StoredRating))} == {4, None}
    ingest.recompute(row_of(log))
    db.session.commit()
    assert figures() == corrected


def test_recompute_gives_what_was_stored(take, people: People) -> None:
    log = observed(people)
    take(log.part())
    rows, sums = figures(), cells()
    ingest.recompute(row_of(log))
    db.session.commit()
    assert figures() == rows and cells() == sums and count(StoredRating) == 2


def test_less_than_three_minutes_has_no_figures(take, people: People) -> None:
    log = TabletLog()
    log.add("open", data=opening(people))
    log.add("tap", "VOC", after_ms=1000)
    log.add("end", after_ms=178_999 - 1000)
    log.add("close")
    take(log.part())
    assert count(StoredFigures) == 0 and row_of(log).closed_at is not None
    assert db.session.get_one(Visit, people.visits["mia today"]).status == "done"


def test_a_family_that_stops_the_visit_has_taken_its_consent_back(take, people: People) -> None:
    log = observed(people)
    log.strings = log.strings[:-4]
    log.add("abort", data={"reason": "family_withdrew", "note": ""})
    log.add("close")
    take(log.part())
    assert count(StoredFigures) == count(StoredRating) == 0 and row_of(log).end == "family_withdrew"
    consents = select(Consent).where(Consent.family_id == people.families["F-001"])
    withdrawn = {row.scope: row.withdrawn_on for row in db.session.scalars(consents)}
    assert withdrawn == {"observe": row_of(log).local_date, "share": None}
    (reply,) = take(observed(people, visit=str(uuid7())).part())
    assert reply["quarantined"][0]["code"] == "consent_withdrawn"


def test_an_observation_that_was_cut_short_counts_if_it_was_long_enough(take, people: People) -> None:
    log = observed(people)
    log.strings = log.strings[:-4]
    log.clock_ms = 200_000
    log.add("abort", data={"reason": "child_asleep", "note": ""})
    log.add("close")
    take(log.part())
    assert count(StoredFigures) == 1 and row_of(log).end == "child_asleep"


def test_consent_taken_back_before_the_signature_arrives(take, people: People) -> None:
    log = observed(people)
    take(log.part(1, 5))
    for consent in db.session.scalars(select(Consent).where(Consent.family_id == people.families["F-001"])):
        consent.withdrawn_on = TODAY - timedelta(days=1)
    db.session.commit()
    (reply,) = take(log.part(6))
    assert [(one["seq"], one["code"]) for one in reply["quarantined"]] == [(len(log.strings), "consent_withdrawn")]
    assert count(StoredFigures) == 0 and row_of(log).refused == "consent_withdrawn"


def test_an_approved_page_is_kept_with_its_words(take, people: People) -> None:
    log = observed(people)
    log.strings.pop()
    words = sheet(people)
    seq = log.add("sheet", data=words)
    log.add("close")
    take(log.part())
    row = db.session.scalars(select(Sheet)).one()
    assert json.loads(row.words) == words and (row.seq, row.language, row.step) == (seq, "en", "deepen_comfort")
    assert str(row.id) == words["id"] and row.caregiver_id == people.caregivers["Luis"]


def test_a_page_approved_again_under_its_id_has_the_later_words(take, people: People) -> None:
    log = observed(people)
    words = sheet(people)
    first = log.add("sheet", data=words)
    second = log.add("sheet", data=words | {"idea": "A song at bedtime", "caregiver": None})
    take(log.part(1, first))
    take(log.part(second))
    row = db.session.scalars(select(Sheet)).one()
    assert row.seq == second and json.loads(row.words)["idea"] == "A song at bedtime" and row.caregiver_id is None


def test_what_the_family_struck_and_said_of_its_page_is_kept_with_it(take, people: People) -> None:
    log = observed(people)
    words = sheet(people)
    first = log.add("sheet", data=words)
    log.add("close")
    take(log.part())
    assert db.session.scalars(select(Sheet)).one().fits is None, "she was not asked yet"
    said = {"struck": ["You talked back."], "fit": {"answer": "partly", "words": "We say it another way."}}
    later = log.add("sheet", data=words | said)
    (reply,) = take(log.part(later))
    assert reply["quarantined"] == []
    row = db.session.scalars(select(Sheet)).one()
    assert (row.fits, row.seq) == ("partly", later) and later > first
    assert json.loads(row.words)["struck"] == said["struck"] and json.loads(row.words)["fit"] == said["fit"]


@pytest.mark.parametrize(
    "said", [{"fit": {"answer": "maybe", "words": ""}}, {"fit": {"answer": "no"}}, {"fit": "no"}, {"struck": "all"}]
)
def test_an_answer_that_no_family_can_give_is_put_aside(take, people: People, said: dict) -> None:
    log = observed(people)
    seq = log.add("sheet", data=sheet(people) | said)
    (reply,) = take(log.part())
    assert [(one["seq"], one["code"]) for one in reply["quarantined"]] == [(seq, "bad_value")]
    assert count(Sheet) == 0


def test_the_next_visit_that_a_page_promises_is_planned(take, people: People) -> None:
    log, id = observed(people), uuid7()
    promise = {"visit": str(id), "date": str(TODAY + timedelta(days=7)), "time": "09:30"}
    take(log.part())
    first = log.add("sheet", data=sheet(people, next_visit=promise))
    take(log.part(first))
    visit = db.session.get_one(Visit, id)
    assert (visit.status, str(visit.local_date), visit.local_time) == ("planned", promise["date"], "09:30")
    assert visit.account_id == people.accounts["ana"] and visit.family_id == people.families["F-001"]
    moved = log.add("sheet", data=sheet(people, next_visit=promise | {"time": None}))
    take(log.part(moved))
    db.session.refresh(visit)
    assert visit.local_time is None and count(Sheet) == 2


@pytest.mark.parametrize(
    "words",
    [
        {"id": "x"},
        {"child": "noor"},
        {"caregiver": 7},
        {"language": "e" * 9},
        {"step": {"key": 7}},
        {"next_visit": "soon"},
        {"next_visit": {"visit": "x", "date": "2026-03-16", "time": None}},
        {"next_visit": {"visit": "01a20bf0-f630-7e86-bbe5-cd4b2280431b", "date": "16 March", "time": None}},
        {"next_visit": {"visit": "noor", "date": "2026-03-16", "time": "10:00"}},
    ],
)
def test_a_page_that_does_not_fit_is_put_aside(take, people: People, words: dict) -> None:
    log = observed(people)
    text = json.dumps(words).replace('"child": "noor"', f'"child": "{people.children["Noor"]}"')
    changes = json.loads(text.replace('"visit": "noor"', f'"visit": "{people.visits["noor tomorrow"]}"'))
    seq = log.add("sheet", data=sheet(people, **changes))
    (reply,) = take(log.part())
    assert [(one["seq"], one["code"]) for one in reply["quarantined"]] == [(seq, "bad_value")]
    assert reply["stored_upto"] == len(log.strings) and count(StoredFigures) == 1


@pytest.mark.parametrize("value", [0, 10, 10**30])
def test_a_rating_beyond_its_scale_is_put_aside(take, people: People, value: object) -> None:
    log = observed(people)
    log.strings.pop()
    seq = log.add("rating", "tuning_in", {"instrument": "sensitivity/1", "value": value, "note": ""})
    log.add("close")
    (reply,) = take(log.part())
    assert [(one["seq"], one["code"]) for one in reply["quarantined"]] == [(seq, "bad_value")]
    assert {row.scale for row in db.session.scalars(select(StoredRating))} == {"joining"}


def test_a_rating_that_was_taken_back_is_not_stored(take, people: People) -> None:
    log = observed(people)
    log.strings.pop()
    log.add("rating", "tuning_in", {"instrument": "sensitivity/1", "value": None, "note": ""})
    log.add("close")
    take(log.part())
    assert {row.scale for row in db.session.scalars(select(StoredRating))} == {"joining"}


def test_stored_figures_hold_what_a_picture_needs(take, people: People) -> None:
    log = TabletLog()
    log.add("open", data=opening(people))
    log.add("pause", data={"on": True}, after_ms=10_000)
    log.add("pause", data={"on": False}, after_ms=5000)
    log.add("view", data={"out": True}, after_ms=285_000)
    log.add("end", after_ms=20_000)
    log.add("close")
    take(log.part())
    row = db.session.scalars(select(StoredFigures)).one()
    assert row.figures["duration_ms"] == 320_000 and row.observed_ms == 295_000
    assert row.figures["spans"] == [[10_000, 15_000, "PAUSE_CLOCK"], [300_000, 320_000, "OUT_OF_VIEW"]]


def test_twins_have_the_figures_of_the_first_one_named(take, people: People) -> None:
    twins = [str(people.children["Sami"]), str(people.children["Noor"])]
    log = observed(
        people,
        family=str(people.families["F-002"]),
        children=twins,
        caregivers=[str(people.caregivers["Hana"])],
        visit=str(people.visits["noor tomorrow"]),
    )
    take(log.part(), who="ben")
    assert str(db.session.scalars(select(StoredFigures)).one().child_id) == twins[0]


def test_the_observation_that_measures_take_knows_its_people(take, people: People) -> None:
    log = observed(people)
    take(log.part())
    seen = ingest.observation(row_of(log))
    assert seen.children[0].id == str(people.children["Mia"])
    assert seen.children[0].age_months in {10, 11}  # her site's day may not be the server's
    assert [person.id for person in seen.caregivers] == [str(people.caregivers["Luis"])]
    assert len(seen.events) == 15 and seen.duration_ms == 4 * MINUTE_MS


SCRAPS = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**20) | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=6), inner, max_size=2),
    max_leaves=5,
)
KINDS = st.sampled_from(sorted(KINDS_KNOWN))
WORDS = """seq from to on out kind answer reason text instrument value id child caregiver strengths step next_visit
language until by"""
KEYS = st.sampled_from(WORDS.split())
DATA = st.dictionaries(KEYS, SCRAPS, max_size=6)


@given(events=st.lists(st.tuples(KINDS, SCRAPS, DATA | SCRAPS), min_size=1, max_size=12))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_an_event_says_it_is_acknowledged(take, people: People, events) -> None:
    log = observed(people, visit=str(uuid7()))
    log.strings.pop()
    for kind, code, data in events:
        log.add(kind, code, data, after_ms=10)
    log.add("close")
    (reply,) = take(log.part())
    assert reply["stored_upto"] == len(log.strings)
    assert ingest.strings(row_of(log)) == log.strings
    db.session.expire_all()
