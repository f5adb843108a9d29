"""Do families who call their days steady also answer cues more often?

Self-report and observation hardly correlate, and neither is the truth about the other: they stand side by side. Of
each family the latest *Our days* of the period is held against the share of all its codable cues that were answered
in the period, both on 0-100. Only figures made under one rule (scheme hash and version of the measures) and answers to
one version of the questionnaire are compared: those that most families have. Summed in the database, by family.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import func, select

from recorder.db import db
from recorder.instruments.edition import Labels
from recorder.instruments.questionnaire import Questionnaire
from recorder.measures.consistency import BlandAltman, bland_altman, spearman
from recorder.programme.rollup import Selection, within
from recorder.records.assessments import Assessment
from recorder.records.instruments import with_hash
from recorder.records.observations import StoredFigures

QUESTIONNAIRE = "our-days"
FEWEST = 3
"""Families below which nothing is said but their number."""

Rule = tuple[str, str, int]
"""A scheme, its hash, and the version of the measures."""
One = TypeVar("One")


@dataclass(frozen=True)
class Comparison:
    """One scale of self-report against the observed share, over the families that have both: mean difference (said
    minus seen) with its limits, and Spearman's rank correlation; None below `FEWEST` families."""

    scale: str
    label: Labels
    n: int
    agreement: BlandAltman | None
    rank_correlation: float | None


@dataclass(frozen=True)
class SelfReport:
    """All scales of the questionnaire, and the scheme that the observed share was made under."""

    questionnaire: str
    scheme: str
    comparisons: tuple[Comparison, ...]


def self_report(selection: Selection) -> SelfReport | None:
    """What was said beside what was seen in a period; None when no family has both."""
    asked, said = _said(selection)
    if asked is None:
        return None
    rule, seen = _seen(selection, said)
    if rule is None:
        return None
    return SelfReport(
        questionnaire=asked.id,
        scheme=rule[0],
        comparisons=tuple(_compared(scale.id, scale.label, said, seen) for scale in asked.scales),
    )


def _compared(
    scale: str, label: Labels, said: Mapping[uuid.UUID, Mapping[str, float | None]], seen: Mapping[uuid.UUID, float]
) -> Comparison:
    both = [(percent, seen[family]) for family, scores in said.items() if family in seen
            and (percent := scores.get(scale)) is not None]  # fmt: skip
    first, second = [one for one, _ in both], [other for _, other in both]
    if len(both) < FEWEST:
        return Comparison(scale, label, len(both), None, None)
    return Comparison(scale, label, len(both), bland_altman(first, second), spearman(first, second))


def _said(selection: Selection) -> tuple[Questionnaire | None, Mapping[uuid.UUID, Mapping[str, float | None]]]:
    """The latest answers of each family, on 0-100 by scale, to the version that most families answered."""
    columns = (Assessment.family_id, Assessment.instrument_hash, Assessment.scores)
    query = select(*columns).where(Assessment.instrument.like(f"{QUESTIONNAIRE}/%"))
    rows = db.session.execute(
        within(query, Assessment, selection).order_by(Assessment.local_date, Assessment.key)
    ).all()
    hash = _most({(row.instrument_hash, row.family_id) for row in rows})
    asked = with_hash(selection.programme_id, hash) if hash else None
    if not isinstance(asked, Questionnaire):
        return None, {}
    return asked, {row.family_id: row.scores.get("percent") or {} for row in rows if row.instrument_hash == hash}


def _seen(selection: Selection, families: Iterable[uuid.UUID]) -> tuple[Rule | None, Mapping[uuid.UUID, float]]:
    """The share of answered cues of each of these families, 0-100, under the rule that most of them have."""
    rule = (StoredFigures.scheme, StoredFigures.scheme_hash, StoredFigures.measures_version)
    sums = func.sum(StoredFigures.answered), func.sum(StoredFigures.codable)
    query = select(StoredFigures.family_id, *rule, *sums).group_by(StoredFigures.family_id, *rule)
    known = set(families)
    found = {
        ((scheme, hash, version), family): 100 * int(answered) / int(codable)
        for family, scheme, hash, version, answered, codable in db.session.execute(
            within(query, StoredFigures, selection)
        )
        if codable and family in known
    }
    most = _most(found)
    return most, {family: share for (made, family), share in found.items() if made == most}


def _most(pairs: Iterable[tuple[One, uuid.UUID]]) -> One | None:
    """What stands beside most families, the first in order where several do; None of nothing."""
    count = Counter(one for one, _ in pairs)
    return min(count, key=lambda one: (-count[one], str(one)), default=None)
