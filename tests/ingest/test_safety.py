"""A safety note reaches a supervisor whatever else is wrong, waits until she acknowledges it, and goes nowhere else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from people import TODAY, People
from sqlalchemy import func, select, update
from tablet import TabletLog, beside, opening, questionnaire, safety, sheet, sort

from recorder import ingest
from recorder.db import db, now, uuid7
from recorder.programme import exports
from recorder.programme.rollup import Period, Selection, month_of, months_before
from recorder.records.assessments import Assessment
from recorder.records.double_coding import Grant, PairAgreement
from recorder.records.families import Consent
from recorder.records.followups import Question, SafetyNote
from recorder.records.observations import Cell, Log, StoredFigures, StoredRating
from recorder.records.sheets import Sheet
from recorder.records.visits import Visit

CANARY = "ultramarine"


def row_of(log: TabletLog) -> Log:
    return db.session.scalars(select(Log).where(Log.id == log.id)).one()


def only() -> SafetyNote:
    note = db.session.scalars(select(SafetyNote)).one()
    db.session.refresh(note)
    return note


def notes() -> int:
    return db.session.scalar(select(func.count()).select_from(SafetyNote))


def rewritten(take, log: TabletLog, **words: str) -> None:
    """Open a note again, change some words, sign it again and send it."""
    start = log.add("reopen")
    for code, text in words.items():
        log.add("note", code, {"text": text})
    log.add("close")
    take(log.part(start), who="ben")


def acknowledge(people: People, words: str = "Called them.") -> None:
    note = only()
    note.acknowledged_at, note.acknowledged_by_id, note.acknowledgement = now(), people.accounts["sol"], words
    db.session.commit()


def test_a_signed_note_is_made_and_nothing_else(take, people: People) -> None:
    log = safety(people, {"reference": "No. 12"})
    (reply,) = take(log.part(), who="ben")
    note = only()
    assert reply["quarantined"] == [] and (note.about, note.told_whom, note.reference) == ("child", "Sol", "No. 12")
    assert note.seen == "The stove was on, and nobody near." and note.why_not == ""
    assert (note.family_id, note.visit_id) == (people.families["F-002"], people.visits["noor tomorrow"])
    assert note.account_id == people.accounts["ben"] and note.acknowledged_at is None
    assert row_of(log).closed_at is not None and row_of(log).kind == "safety"
    for table in (StoredFigures, StoredRating, Cell, Sheet, Question, Assessment, PairAgreement):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0, table
    assert db.session.get_one(Visit, people.visits["noor tomorrow"]).status == "planned"


def test_nothing_is_made_before_the_signature(take, people: People) -> None:
    log = safety(people)
    take(log.part(1, len(log.strings) - 1), who="ben")
    assert notes() == 0


def test_a_note_needs_no_consent(take, people: People) -> None:
    withdrawn = update(Consent).where(Consent.family_id == people.families["F-002"])
    db.session.execute(withdrawn.values(withdrawn_on=TODAY - timedelta(days=9)))
    db.session.commit()
    log = safety(people, consent={"observe": False, "given_now": False})
    take(log.part(1, 3), who="ben")
    (reply,) = take(log.part(4), who="ben")
    assert reply["quarantined"] == [] and notes() == 1


def test_a_note_needs_no_visit_and_no_consent_field(take, people: People) -> None:
    log = safety(people, visit=None, children=[], caregivers=[])
    log.strings[0] = log.strings[0].replace('"consent":{"observe":true,"given_now":false}', '"present":""')
    (reply,) = take(log.part(), who="ben")
    assert reply["quarantined"] == [] and only().visit_id is None


def test_somebody_elses_family_is_not_assigned(take, people: People) -> None:
    log = safety(people)
    (reply,) = take(log.part())
    assert [(one["seq"], one["code"]) for one in reply["quarantined"]] == [(1, "not_assigned")]
    assert notes() == 0 and ingest.strings(row_of(log)) == log.strings


def test_a_second_observer_in_the_home_may_write_one(take, people: People) -> None:
    db.session.add(Grant(programme_id=people.programme, visit_id=people.visits["noor tomorrow"],
                         account_id=people.accounts["ana"], granted_by_id=people.accounts["sol"]))  # fmt: skip
    db.session.commit()
    (reply,) = take(safety(people).part())
    assert reply["quarantined"] == [] and only().account_id == people.accounts["ana"]


@pytest.mark.parametrize("words", [{"about": "weather"}, {"about": ""}, {"seen": "  "}])
def test_a_note_that_says_too_little_is_put_aside_and_stays_open(take, people: People, words: dict) -> None:
    log = safety(people, words)
    (reply,) = take(log.part(), who="ben")
    assert [(one["seq"], one["code"]) for one in reply["quarantined"]] == [(len(log.strings), "bad_value")]
    assert notes() == 0 and row_of(log).closed_at is None and ingest.strings(row_of(log)) == log.strings
    rewritten(take, log, about="visitor", seen="The dog bit me.")
    assert only().about == "visitor"


def test_a_note_stays_while_it_is_open_again(take, people: People) -> None:
    log = safety(people)
    take(log.part(), who="ben")
    reopen = log.add("reopen")
    take(log.part(reopen), who="ben")
    assert notes() == 1


def test_a_note_that_nobody_acknowledged_is_replaced_in_its_place(take, people: People) -> None:
    log = safety(people)
    take(log.part(), who="ben")
    before = only()
    id, written = before.id, before.written_at
    rewritten(take, log, seen="The stove was on; the mother came back at once.")
    assert only().id == id and only().written_at == written and "came back" in only().seen


def test_other_words_after_an_acknowledgement_wait_for_the_supervisor_again(take, people: People) -> None:
    log = safety(people)
    take(log.part(), who="ben")
    written = only().written_at
    acknowledge(people)
    rewritten(take, log, seen="There was a fire.")
    note = only()
    assert note.acknowledged_at is None and note.acknowledged_by_id is None and note.written_at > written
    assert note.seen == "There was a fire." and note.acknowledgement.endswith("UTC: Called them.")


def test_the_same_words_after_an_acknowledgement_stay_acknowledged(take, people: People) -> None:
    log = safety(people)
    take(log.part(), who="ben")
    acknowledge(people)
    rewritten(take, log)
    ingest.recompute(row_of(log))
    db.session.commit()
    assert only().acknowledged_at is not None and only().acknowledgement == "Called them."


def test_events_of_other_kinds_in_a_safety_log_make_nothing(take, people: People) -> None:
    log = safety(people)
    log.strings.pop()
    log.add("tap", "VOC")
    log.add("flag", "ASK", {"note": "?"})
    log.add("rating", "joining", {"instrument": "sensitivity/1", "value": 3})
    log.add("sheet", data=sheet(people))
    log.add("abort", data={"reason": "family_withdrew"})
    log.add("close")
    take(log.part(), who="ben")
    assert notes() == 1
    for table in (StoredFigures, StoredRating, Cell, Sheet, Question):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0, table
    consents = select(Consent).where(Consent.family_id == people.families["F-002"])
    assert {row.withdrawn_on for row in db.session.scalars(consents)} == {None}


def test_no_word_of_a_note_a_card_or_an_answer_leaves_in_an_export(take, app: Flask, people: People) -> None:
    """Written with a word that stands nowhere else; every table of the programme is read for it, and for the logs."""
    visit = {"visit": str(uuid7())}
    logs = [
        safety(
            people, {code: f"{CANARY} {code}" for code in ("seen", "told_whom", "told_when", "reference", "why_not")}
        ),
        sort(people),
        questionnaire(people, present=CANARY),
    ]
    logs[1].add("note", "NOTE", {"text": CANARY})
    seen = TabletLog()
    seen.add("open", data=opening(people, **beside_noor(people) | visit))
    seen.add("flag", "ASK", {"note": CANARY}, after_ms=100)
    seen.add("tap", "VOC", after_ms=1000)
    seen.add("end", after_ms=300_000)
    seen.add("close")
    take(*(log.part() for log in [*logs, seen]), who="ben")
    assert notes() == 1 and db.session.scalar(select(func.count()).select_from(Assessment)) == 2
    chosen = Selection(people.programme, Period(months_before(month_of(TODAY), 12), month_of(TODAY)), None, TODAY)
    written = {name: "".join(exports.lines(name, chosen)) for name in exports.TABLES}
    for name, text in written.items():
        assert CANARY not in text, name
        for log in logs:
            assert str(log.id) not in text, name
    assert str(seen.id) in written["events"] and str(seen.id) in written["observations"]
    assert len(written["observations"].splitlines()) == 2
    noor = str(people.visits["noor tomorrow"])
    assert next(line for line in written["visits"].splitlines() if noor in line).split(",")[-2] == "0"


def beside_noor(people: People) -> dict:
    data = beside(people, "observation")
    return {key: data[key] for key in ("family", "children", "caregivers")}


def test_no_note_is_in_what_a_tablet_pulls(take, people: People, signed_in) -> None:
    take(safety(people, {"seen": CANARY}).part(), who="ben")
    answer = signed_in("ben").get("/api/v1/sync/pull", headers={"X-Recorder": "1"})
    assert answer.status_code == 200 and CANARY not in answer.text


def test_a_manager_finds_no_safety_log_among_the_observations(take, people: People, signed_in) -> None:
    log = safety(people, {"seen": CANARY})
    take(log.part(), who="ben")
    assert signed_in("mara").get(f"/programme/observations/{log.id}").status_code == 404
