"""What does a funder's form ask, and what is the answer for one quarter?

A form is data: a *definition* names its measures, each with the *unit* that is counted (caregiver, family or visit)
and conditions on *elements* of a unit for denominator and numerator. An element may be unknown (None). A unit that a
known element keeps out of the denominator is not counted; of the others, one with an unknown element is left out of
the calculation and counted as *missing*; the rest are the denominator. Percentage = numerator / denominator, None when
nothing is known.

Elements. Of caregivers and families: `enrolled` (on any day of the quarter), `consented` (to be observed, on its last
day), `youngest_months` (age of the youngest child on that day; unknown without a child), `observed` and
`observed_validated` (a signed observation or sort in the quarter, with any instrument, or with one that is flagged
validated; of a caregiver: with her; unknown when none is signed but such an observation was begun), `language` (of a
caregiver). Of visits: `expected` (as in `programme.dosage`), `outcome` (completed, cancelled_by_staff,
cancelled_by_family; unknown when nobody said). Caregivers are counted, not their visits.

A condition is a value, a list of values, or `{"from": n, "below": m}`.
"""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, or_, select, type_coerce
from sqlalchemy.orm import selectinload

from recorder.db import db
from recorder.instruments.edition import Labels
from recorder.programme.exports import line, written
from recorder.programme.published import Quarter
from recorder.programme.rollup import Selection, within
from recorder.records.assessments import Assessment
from recorder.records.families import Consent, Family
from recorder.records.instruments import with_hash, with_id
from recorder.records.observations import Log, StoredFigures, StoredRating
from recorder.records.published import ReportDefinition
from recorder.records.visits import Visit

FOLDER = Path(__file__).parent / "definitions"
ELEMENTS: Mapping[str, frozenset[str]] = {
    "caregiver": frozenset({"enrolled", "consented", "youngest_months", "observed", "observed_validated", "language"}),
    "family": frozenset({"enrolled", "consented", "youngest_months", "observed", "observed_validated"}),
    "visit": frozenset({"expected", "outcome"}),
}
LONGEST_LIST = 40

Unit = Mapping[str, Any]
"""The elements of one caregiver, family or visit; None is unknown."""


class InvalidDefinition(ValueError):
    """A definition that cannot be meant; the message says where and why."""


@dataclass(frozen=True)
class Measure:
    """One line of a form."""

    id: str
    title: Labels
    unit: str
    denominator: Mapping[str, Any]
    numerator: Mapping[str, Any]


@dataclass(frozen=True)
class Definition:
    """A form: its measures in order."""

    id: str
    title: Labels
    about: Labels
    measures: Sequence[Measure]


@dataclass(frozen=True)
class Answer:
    """What is written into one line of the form."""

    measure: Measure
    numerator: int
    denominator: int
    missing: int

    @property
    def share(self) -> float | None:
        """Numerator / denominator; None when nothing is known."""
        return self.numerator / self.denominator if self.denominator else None


# --- definitions


@cache
def _built_in() -> Mapping[str, Definition]:
    found = [read(json.loads(path.read_text(encoding="utf-8"))) for path in sorted(FOLDER.glob("*.json"))]
    return {one.id: one for one in found}


def definitions(programme_id: uuid.UUID) -> dict[str, Definition]:
    """The definitions that a programme can report by: the built-in ones, and its own, which may take their place."""
    own = select(ReportDefinition.document).where(ReportDefinition.programme_id == programme_id)
    return dict(_built_in()) | {one.id: one for one in map(read, db.session.scalars(own))}


def read(document: Any) -> Definition:
    """A definition from its document. Raises `InvalidDefinition`.

    >>> read({"id": "x", "title": {"en": "X"}, "measures": [{"id": "m", "title": {"en": "M"}, "unit": "visit",
    ...       "denominator": {}, "numerator": {"colour": "red"}}]})
    Traceback (most recent call last):
    recorder.programme.report.InvalidDefinition: measure m: "colour" is no element of a visit: expected, outcome
    """
    where = "the definition"
    _keys(document, {"id", "title", "measures"}, {"about"}, where)
    measures = document["measures"]
    if not isinstance(measures, list) or not 0 < len(measures) <= LONGEST_LIST:
        raise InvalidDefinition(f"{where}: measures must be a list of 1 to {LONGEST_LIST}")
    made = [_measure(one) for one in measures]
    if len({one.id for one in made}) < len(made):
        raise InvalidDefinition(f"{where}: two measures have the same id")
    about = _labels(document["about"], where) if "about" in document else {}
    return Definition(_name(document["id"], where), _labels(document["title"], where), about, made)


def _measure(document: Any) -> Measure:
    _keys(document, {"id", "title", "unit", "denominator", "numerator"}, set(), "a measure")
    id = _name(document["id"], "a measure")
    where, unit = f"measure {id}", document["unit"]
    if unit not in ELEMENTS:
        raise InvalidDefinition(f"{where}: unit must be one of {', '.join(ELEMENTS)}")
    for part in ("denominator", "numerator"):
        _conditions(document[part], unit, where)
    return Measure(id, _labels(document["title"], where), unit, document["denominator"], document["numerator"])


def _conditions(conditions: Any, unit: str, where: str) -> None:
    if not isinstance(conditions, dict):
        raise InvalidDefinition(f"{where}: denominator and numerator must be objects")
    for element, condition in conditions.items():
        if element not in ELEMENTS[unit]:
            known = ", ".join(sorted(ELEMENTS[unit]))
            raise InvalidDefinition(f'{where}: "{element}" is no element of a {unit}: {known}')
        if isinstance(condition, dict):
            whole = all(isinstance(number, int) and not isinstance(number, bool) for number in condition.values())
            if not condition or not condition.keys() <= {"from", "below"} or not whole:
                raise InvalidDefinition(f"{where}: {element} must be a value, a list, or from and below")
        elif not isinstance(condition, str | bool | int | list):
            raise InvalidDefinition(f"{where}: {element} must be a value, a list, or from and below")


def _keys(document: Any, needed: set[str], more: set[str], where: str) -> None:
    if not isinstance(document, dict):
        raise InvalidDefinition(f"{where} must be an object")
    if missing := sorted(needed - document.keys()):
        raise InvalidDefinition(f"{where} lacks {', '.join(missing)}")
    if unknown := sorted(document.keys() - needed - more):
        raise InvalidDefinition(f"{where}: {', '.join(unknown)} is not known")


def _name(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value or len(value) > 60 or not value.replace("-", "").isalnum():
        raise InvalidDefinition(f"{where}: an id is letters, digits and hyphens, at most 60")
    return value


def _labels(value: Any, where: str) -> Labels:
    if not isinstance(value, dict) or not value or not all(isinstance(words, str) for words in value.values()):
        raise InvalidDefinition(f'{where}: a title is an object like {{"en": "Words"}}')
    return value


# --- answers


def report(definition: Definition, selection: Selection) -> list[Answer]:
    """The answers of a definition; `selection` is a quarter, of all sites or one."""
    needed = {measure.unit for measure in definition.measures}
    found = {name: list(UNITS[name](selection)) for name in needed}
    return [answer(measure, found[measure.unit]) for measure in definition.measures]


def answer(measure: Measure, units: Sequence[Unit]) -> Answer:
    """Count the units of one measure.

    >>> asked = Measure("m", {}, "visit", {"expected": True}, {"outcome": "completed"})
    >>> outcomes = ("completed", None, "cancelled_by_family")
    >>> found = answer(asked, [{"expected": True, "outcome": one} for one in outcomes])
    >>> found.numerator, found.denominator, found.missing
    (1, 2, 1)
    """
    numerator = denominator = missing = 0
    for unit in units:
        asked = [_meets(unit[element], condition) for element, condition in measure.denominator.items()]
        if False in asked:
            continue
        given = [_meets(unit[element], condition) for element, condition in measure.numerator.items()]
        if None in asked or None in given:
            missing += 1
            continue
        denominator += 1
        numerator += all(given)
    return Answer(measure, numerator, denominator, missing)


def _meets(value: Any, condition: Any) -> bool | None:
    """Whether an element meets a condition; None when it is not known."""
    if value is None:
        return None
    if isinstance(condition, dict):
        return bool(condition.get("from", value) <= value and value < condition.get("below", value + 1))
    return value in condition if isinstance(condition, list) else bool(value == condition)


def _caregivers(selection: Selection) -> Iterator[Unit]:
    seen, begun = _seen(selection), _begun(selection)
    for family in _families(selection):
        shared = _shared(family, selection)
        for caregiver in family.caregivers:
            yield shared | _observed(seen, begun, caregiver.id, family.id) | {"language": caregiver.language}


def _family_units(selection: Selection) -> Iterator[Unit]:
    seen, begun = _seen(selection), _begun(selection)
    for family in _families(selection):
        yield _shared(family, selection) | _observed(seen, begun, family.id, family.id)


def _shared(family: Family, selection: Selection) -> dict[str, Any]:
    ages = [child.age_months(selection.end) for child in family.children if child.birth_date]  # empty: erased
    return {
        "enrolled": True,
        "consented": any(_holds(consent, selection) for consent in family.consents),
        "youngest_months": min(ages, default=None),
    }


def _holds(consent: Consent, selection: Selection) -> bool:
    last = selection.end
    return (
        consent.scope == "observe"
        and consent.given_on <= last
        and (consent.withdrawn_on is None or consent.withdrawn_on > last)
    )


def _families(selection: Selection) -> Iterator[Family]:
    query = (
        select(Family)
        .where(Family.programme_id == selection.programme_id, Family.enrolled_on <= selection.end)
        .where(or_(Family.left_on.is_(None), Family.left_on >= selection.period.first))
        .options(*(selectinload(part) for part in (Family.children, Family.caregivers, Family.consents)))
        .execution_options(yield_per=500)
    )
    yield from db.session.scalars(query.where(Family.site_id == selection.site_id) if selection.site_id else query)


Seen = Mapping[Any, set[bool]]
"""By family, and by caregiver: whether the instruments she was observed with are validated."""


def _observed(seen: Seen, begun: Seen, id: uuid.UUID, family_id: uuid.UUID) -> dict[str, Any]:
    signed, waiting = seen.get(id, set()), begun.get(family_id, set())
    return {
        "observed": True if signed else None if waiting else False,
        "observed_validated": True if True in signed else None if True in waiting else False,
    }


def _seen(selection: Selection) -> Seen:
    """What was signed in the quarter, by family and by caregiver."""
    seen: dict[Any, set[bool]] = defaultdict(set)
    validated = _Validated(selection.programme_id)
    caregiver_of: dict[int, uuid.UUID | None] = {}
    caregiver_id = type_coerce(StoredFigures.figures, JSON)["caregiver"].as_string()
    figures = select(StoredFigures.log_key, StoredFigures.family_id, StoredFigures.scheme_hash, caregiver_id)
    for log_key, family_id, hash, caregiver in db.session.execute(within(figures, StoredFigures, selection)):
        caregiver_of[log_key] = uuid.UUID(caregiver) if caregiver else None
        _note(seen, family_id, caregiver_of[log_key], validated.by_hash(hash))
    rated = select(StoredRating.log_key, StoredRating.family_id, StoredRating.instrument).distinct()
    for log_key, family_id, instrument in db.session.execute(within(rated, StoredRating, selection)):
        _note(seen, family_id, caregiver_of.get(log_key), validated.by_id(instrument))
    sorts = select(Assessment.family_id, Assessment.caregiver_id, Assessment.instrument_hash)
    for family_id, caregiver_id, hash in db.session.execute(
        within(sorts.where(Assessment.kind == "sort"), Assessment, selection)
    ):
        _note(seen, family_id, caregiver_id, validated.by_hash(hash))
    return seen


def _note(seen: dict[Any, set[bool]], family_id: uuid.UUID, caregiver_id: uuid.UUID | None, validated: bool) -> None:
    seen[family_id].add(validated)
    if caregiver_id is not None:
        seen[caregiver_id].add(validated)


def _begun(selection: Selection) -> Seen:
    """What was begun in the quarter and not signed, by family."""
    begun: dict[Any, set[bool]] = defaultdict(set)
    validated = _Validated(selection.programme_id)
    query = select(Log.family_id, Log.instrument_hash).where(
        Log.programme_id == selection.programme_id, Log.kind == "observation", Log.role == "primary",
        Log.closed_at.is_(None), Log.refused.is_(None),
        Log.local_date.between(selection.period.first, selection.end),
    )  # fmt: skip
    for family_id, hash in db.session.execute(query):
        begun[family_id].add(validated.by_hash(hash))
    return begun


class _Validated:
    """Whether instruments are flagged validated; each is looked up once."""

    def __init__(self, programme_id: uuid.UUID) -> None:
        self._programme_id = programme_id
        self._known: dict[str, bool] = {}

    def by_hash(self, hash: str) -> bool:
        return self._look(hash, with_hash)

    def by_id(self, id: str) -> bool:
        return self._look(id, with_id)

    def _look(self, name: str, find: Callable[..., Any]) -> bool:
        if name not in self._known:
            found = find(self._programme_id, name)
            self._known[name] = bool(found and found.validated)
        return self._known[name]


def _visits(selection: Selection) -> Iterator[Unit]:
    query = select(Visit.status, Visit.cancelled_by, Visit.local_date, Family.left_on)
    query = within(query.join(Family, Family.id == Visit.family_id), Visit, selection)
    for status, by, day, left_on in db.session.execute(query):
        here = status == "done" or left_on is None or day < left_on
        yield {
            "expected": here and (status != "planned" or day < selection.today),
            "outcome": {"done": "completed", "cancelled": f"cancelled_by_{by}"}.get(status),
        }


UNITS: Mapping[str, Callable[[Selection], Iterator[Unit]]] = {
    "caregiver": _caregivers,
    "family": _family_units,
    "visit": _visits,
}


def lines(definition: Definition, quarter: Quarter, answers: Sequence[Answer]) -> Iterator[str]:
    """A report as CSV, one line a measure."""
    yield line(
        ["definition", "first", "last", "measure", "title", "unit", "numerator", "denominator", "share", "missing"]
    )
    for one in answers:
        title = one.measure.title.get("en") or one.measure.id
        cells = (definition.id, quarter.first.isoformat(), quarter.period.end.isoformat(), one.measure.id, title,
                 one.measure.unit, one.numerator, one.denominator, one.share, one.missing)  # fmt: skip
        yield line([written(cell) for cell in cells])
