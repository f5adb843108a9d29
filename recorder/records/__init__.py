"""The tables, one file a thing. Every row belongs to a programme; nothing here knows a page."""

from recorder.records import (
    assessments,
    audit,
    devices,
    double_coding,
    families,
    followups,
    given,
    holds,
    instruments,
    observations,
    people,
    published,
    sheets,
    signing_in,
    supervision,
    visits,
)

__all__ = [
    "assessments",
    "audit",
    "devices",
    "double_coding",
    "families",
    "followups",
    "given",
    "holds",
    "instruments",
    "observations",
    "people",
    "published",
    "sheets",
    "signing_in",
    "supervision",
    "visits",
]
