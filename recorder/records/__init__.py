"""The tables, one file a thing. Every row belongs to a programme; nothing here knows a page."""

from recorder.records import (
    assessments,
    devices,
    double_coding,
    families,
    followups,
    given,
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
    "devices",
    "double_coding",
    "families",
    "followups",
    "given",
    "instruments",
    "observations",
    "people",
    "published",
    "sheets",
    "signing_in",
    "supervision",
    "visits",
]
