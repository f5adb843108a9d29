"""What does the form of a coding scheme ask? Cues, responses, markers and states, times, and what fits what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FormField
from wtforms.validators import NumberRange, Optional

from recorder.instruments.scheme import RESERVED
from recorder.pages.instruments.fields import Codes, Row, Rows, Seconds, code_field, known, mark, once, put, words
from recorder.pages.instruments.forms import InstrumentForm, tick
from recorder.pages.instruments.table import Table

HOUR_MS = 3_600_000


class CodeRow(Row):
    """Something that can be tapped."""

    code = code_field(_l("Code"))
    label = words(_l("On the button"), most=60)
    definition = words(_l("What it is"), most=1000, long=True)


class CueRow(CodeRow):
    """What the child does."""

    window_ms = Seconds(_l("Answer within (seconds)"), [Optional(), NumberRange(1, HOUR_MS)])
    continues_ms = Seconds(_l("Goes on within (seconds)"), [Optional(), NumberRange(0, HOUR_MS)])
    distress = tick(_l("Distress"))
    in_rate = tick(_l("Counts in the response rate"), default=True)

    def validate(self, extra_validators: Any = None) -> bool:
        right = bool(super().validate(extra_validators))
        if not self.is_empty and self.window_ms.data is None and not self.window_ms.errors:
            mark(self.window_ms, _("Say how long an answer may take."))
            return False
        return right


class ResponseRow(CodeRow):
    """What the caregiver does."""

    harsh = tick(_l("A rough moment, set apart on the screen"))
    takes_over = tick(_l("Takes over with no need"))


def _rows(kind: type[Row], label: Any) -> Rows:
    return Rows(FormField(kind), label)


class SchemeForm(InstrumentForm):
    """A coding scheme."""

    APART = (*InstrumentForm.APART, "fit")

    cues = _rows(CueRow, _l("Cues of the child"))
    responses = _rows(ResponseRow, _l("Responses of the caregiver"))
    markers = _rows(CodeRow, _l("Markers"))
    states = _rows(CodeRow, _l("States"))
    exclusive = Rows(Codes(_l("Codes of which only one can be on at a time")))
    ignored = Codes(_l("Codes of imported files to leave out"))
    merge_ms = Seconds(_l("Cues less than ... seconds apart are one"), [Optional(), NumberRange(0, HOUR_MS)])
    min_latency_ms = Seconds(_l("An answer takes at least ... seconds"), [Optional(), NumberRange(0, HOUR_MS)])
    fit = Table(_l("What fits"), "cues", "responses", choices=("0", "0.5", "1"))

    def document(self, old: Mapping[str, Any]) -> dict[str, Any]:
        entry = super().document(old)
        entry.setdefault("cues", [])
        entry.setdefault("responses", [])
        put(entry, "fit", self.fit.over(self, old.get("fit") or {}))
        return entry

    def validate(self, extra_validators: Any = None) -> bool:
        right = bool(super().validate(extra_validators))
        seen: set[str] = set()
        parts = (self.cues, self.responses, self.markers, self.states)
        for part in parts:
            right = self._not_reserved(part) and right
            twice_here = any(row.name_field.errors for row in part.filled)
            right = (twice_here or once(part.filled, seen)) and right
            seen |= {row.code.data for row in part.filled}
        codes = [row.code.data for part in parts for row in part.filled] + sorted(RESERVED)
        groups = [known(group, codes, _("%(code)s is no code of this scheme.")) for group in self.exclusive]
        return all(groups) and right

    def _not_reserved(self, part: Rows) -> bool:
        reserved = [row for row in part.filled if row.code.data in RESERVED]
        for row in reserved:
            mark(row.code, _("This code means the same in every scheme. Choose another one."))
        return not reserved
