"""Which pages show something about people, so that it is noted who looked at it?"""

from __future__ import annotations

WATCHED = {
    "families.index": "families",
    "families.show": "family",
    "families.edit": "family",
    "visits.index": "visits",
    "visits.show": "visit",
    "sheets.show": "sheet",
    "sheets.pdf": "sheet",
    "given.links": "sheet",
    "followups.notes": "safety notes",
    "followups.note": "safety note",
    "followups.questions": "questions",
    "assessments.show": "family",
    "consistency.show": "family",
    "programme.observation": "observation",
    "corrections.index": "observation",
    "corrections.new": "observation",
    "programme.export": "export",
    "programme.package": "export",
    "programme.workbook": "export",
    "week.index": "families",
    "supervision.index": "supervision",
    "agreement.pair": "pair",
    "quarantine.index": "quarantine",
    "account.accounts": "accounts",
    "account.person": "account",
    "sync.pull": "caseload",
    "rights.audit_trail": "audit",
    "rights.family": "family",
    "rights.review": "child",
}
"""Endpoints that answer a GET, with the kind of thing that is shown."""
