"""What is written can be read again, unchanged, whatever the observation holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as some

from recorder.exchange import files, tables, tiers
from recorder.exchange.coded import Coded, Mark, ordered, without_people
from recorder.exchange.observation_file import KEEPS, REVIEWS
from recorder.measures.observation import Event, Keep, Person

CODES = ("VOC", "CRY", "TALK", "COMF", "OUT_OF_VIEW", "=SUM(A1)", "Größe 2")
END_MS = 600_000

times = some.integers(0, END_MS)
words = some.text(some.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=8)
# XML 1.0 has no other control characters than these
texts = some.text(some.one_of(some.characters(codec="utf-8", exclude_categories=["C"]), some.sampled_from("\t\n\r'=")))
ratings = some.one_of(some.integers(1, 9), some.just("NOB"), some.none())


@some.composite
def marks(draw):
    start = draw(times)
    event = Event(
        t_ms=start,
        code=draw(some.sampled_from(CODES)),
        until_ms=draw(some.none() | some.integers(start, END_MS)),
        child=draw(some.none() | some.just("c2") | words),
        by=draw(some.none() | words),
        modifiers=draw(some.dictionaries(words, texts, max_size=2)),
        note=draw(texts),
    )
    return Mark(event, "", draw(some.none() | some.sampled_from(REVIEWS)))


observations = some.builds(
    Coded,
    file=some.just("a"),
    marks=some.lists(marks(), min_size=1, max_size=12).map(ordered),
    duration_ms=some.just(END_MS),
    scheme=some.just("serve-and-return/1") | some.just({"cues": [], "responses": [], "ignored": ["X"]}),
    id=some.none() | words,
    started_at=some.none() | some.just(datetime(2026, 3, 2, 10, 4, tzinfo=timezone(timedelta(hours=-5)))),
    clock=some.sampled_from(["monotonic", "video"]),
    observer=some.none() | words,
    role=some.sampled_from(["primary", "second", "practice"]),
    context=some.none() | words,
    children=some.lists(some.builds(Person, words, some.none() | some.integers(0, 60)), max_size=2).map(tuple),
    caregivers=some.lists(some.builds(Person, words), max_size=2).map(tuple),
    ratings=some.dictionaries(words, some.dictionaries(words, ratings, min_size=1, max_size=2), max_size=2),
    keeps=some.lists(some.builds(Keep, times, some.sampled_from(KEEPS), texts), max_size=2).map(tuple),
)


def plain(coded: Coded) -> Coded:
    """Without where it was read."""
    return replace(coded, file="", marks=tuple(replace(mark, place="") for mark in coded.marks))


@pytest.mark.parametrize("ending", [".observation.json", ".eaf"])
@given(coded=observations)
def test_an_observation_comes_back_whole(ending: str, coded: Coded) -> None:
    format = files.format_of(f"a{ending}")
    assert plain(format.read(format.write(coded), "a")) == plain(coded)
    assert files.lost(coded, format) == []


@given(coded=observations)
def test_a_table_gives_back_every_event(coded: Coded) -> None:
    back = tables.read(tables.write(coded), "a.csv")
    assert plain(back).marks == plain(replace(coded, marks=ordered(without_people(coded).marks))).marks


@given(coded=observations)
def test_what_a_table_cannot_hold_is_named(coded: Coded) -> None:
    lost = " ".join(files.lost(coded, files.format_of("a.csv")))
    for field in ("ratings", "keeps", "children", "caregivers", "id", "started_at"):
        assert (f"{field} is lost" in lost) == bool(getattr(coded, field))


def test_on_one_tier_nothing_lies_over_another() -> None:
    events = [Event(0, "A", 100), Event(50, "A", 80), Event(50, "A"), Event(100, "A"), Event(100, "A", 100)]
    content = tiers.write(Coded("a", tuple(Mark(event, "") for event in events), 200))
    assert content.count(b'TIER_ID="A') == 3
    assert [mark.event for mark in tiers.read(content, "a").marks] == sorted(
        events, key=lambda event: (event.t_ms, -1 if event.until_ms is None else event.until_ms)
    )
