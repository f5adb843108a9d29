"""What does the form of a set of rating scales ask? The numbers, each scale with its anchors, and composites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FormField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from recorder.pages.instruments.fields import (
    Codes,
    Number,
    Row,
    Rows,
    Whole,
    code_field,
    known,
    mark,
    shown,
    words,
)
from recorder.pages.instruments.forms import RangeForm, tick

HOW_NAMES = {"mean": _l("Mean"), "sum": _l("Sum"), "proportion": _l("Share of what is possible")}


class AnchorRow(Row):
    """What a number of a scale looks like."""

    key = "value"

    value = Whole(_l("Number"), [Optional(), NumberRange(-1000, 1000)])
    text = words(_l("What it looks like"), most=1000, long=True)


class Anchors(Rows):
    """Anchors: a table {"9": {"en": "..."}} in the document, rows on the screen."""

    def rows_of(self, entries: Any) -> list[Any]:
        return [shown(AnchorRow, entry) for entry in _entries(entries)]

    def over(self, old: Any) -> Any:
        made = self.entries_over(_entries(old or {}))
        return {str(entry["value"]): entry["text"] for entry in made if "text" in entry}


def _entries(anchors: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"value": int(value), "text": text} for value, text in anchors.items()]


class ItemRow(Row):
    """One scale."""

    key = "id"

    id = code_field(_l("Id"))
    label = words(_l("Title of the scale"))
    definition = words(_l("What to look at"), most=1000, long=True)
    reversed = tick(_l("Reversed: turned round in composites"))
    anchors = Anchors(FormField(AnchorRow), _l("Anchors"))


class BandRow(Row):
    """What a score between two numbers is called."""

    key = "from_"

    from_ = Number(_l("From"))
    to = Number(_l("To"))
    label = words(_l("Called"))

    def validate(self, extra_validators: Any = None) -> bool:
        right = bool(super().validate(extra_validators))
        if right and not self.is_empty and self.to.data is None:
            mark(self.to, _("Say where it ends."))
            return False
        return right


class CompositeRow(Row):
    """A score over several scales."""

    key = "id"

    id = code_field(_l("Id"))
    label = words(_l("Title of the score"))
    items = Codes(_l("Ids of its scales, with commas between them"))
    how = SelectField(_l("How"), choices=[SelectChoice(how, name) for how, name in HOW_NAMES.items()], default="mean")
    needs = Whole(_l("At least ... of them rated (empty: all)"), [Optional(), NumberRange(1, 1000)])
    bands = Rows(FormField(BandRow), _l("Bands"))


class ScaleForm(RangeForm):
    """A set of rating scales."""

    note_low = Whole(_l("A note is needed at this number and below"), [Optional(), NumberRange(-1000, 1000)])
    note_high = Whole(_l("A note is needed at this number and above"), [Optional(), NumberRange(-1000, 1000)])
    items = Rows(FormField(ItemRow), _l("Scales"))
    composites = Rows(FormField(CompositeRow), _l("Composites"))

    def document(self, old: Mapping[str, Any]) -> dict[str, Any]:
        entry = super().document(old)
        entry.setdefault("items", [])
        return entry

    def validate(self, extra_validators: Any = None) -> bool:
        right = bool(super().validate(extra_validators))
        there = [row.id.data for row in self.items.filled]
        checked = [
            *(known(row.items, there, _("%(code)s is no scale of this set.")) for row in self.composites.filled),
            *(enough(row) for row in self.composites.filled),
            *(self._on_the_scale(row.anchors.filled) for row in self.items.filled),
        ]
        return all(checked) and right

    def _on_the_scale(self, anchors: Sequence[Any]) -> bool:
        low, high = self.span
        if low is None or high is None:
            return True
        outside = [row for row in anchors if row.value.data is not None and not low <= row.value.data <= high]
        for row in outside:
            mark(row.value, _("This is not one of the numbers, %(low)s to %(high)s.", low=low, high=high))
        return not outside


def enough(row: Any) -> bool:
    """Whether a score needs no more than it has; the field is marked where it does."""
    if row.needs.data is None or row.needs.data <= len(row.items.data or ()):
        return True
    mark(row.needs, _("It has fewer than these."))
    return False
