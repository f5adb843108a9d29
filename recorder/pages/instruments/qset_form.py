"""What does the form of a Q-set ask? Cards, how many go into each pile, criteria, and scales made of some cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FormField
from wtforms.validators import NumberRange, Optional

from recorder.pages.instruments.fields import Codes, Counts, Row, Rows, Whole, code_field, known, words
from recorder.pages.instruments.forms import InstrumentForm
from recorder.pages.instruments.table import Table, turned


class CardRow(Row):
    """One card."""

    key = "id"

    id = code_field(_l("Id"))
    text = words(_l("On the card"), most=1000, long=True)


class CriterionRow(Row):
    """What a sort is compared with."""

    key = "id"

    id = code_field(_l("Id"))
    label = words(_l("Title of the criterion"))


class DerivedRow(Row):
    """A scale made of some cards."""

    key = "id"

    id = code_field(_l("Id"))
    label = words(_l("Title of the scale"))
    items = Codes(_l("Ids of its cards, with commas between them"))
    inverted = Codes(_l("Those of them that count from the other end"))


class QSetForm(InstrumentForm):
    """A Q-set."""

    APART = (*InstrumentForm.APART, "values")

    cards = Rows(FormField(CardRow), _l("Cards"))
    distributions = Rows(Counts(_l("How many cards in each pile, pile 1 first")))
    most_unseen = Whole(_l("No score with more than ... cards unseen"), [Optional(), NumberRange(0, 1000)])
    after_visits = Whole(_l("Offered after ... visits"), [Optional(), NumberRange(0, 1000)])
    criteria = Rows(FormField(CriterionRow), _l("Criteria"))
    values = Table(_l("Value of each card in each criterion"), "cards", "criteria")
    scales = Rows(FormField(DerivedRow), _l("Scales"))

    @classmethod
    def data_of(cls, document: Mapping[str, Any]) -> dict[str, Any]:
        return super().data_of(document) | {"values": turned(_values(document))}

    def document(self, old: Mapping[str, Any]) -> dict[str, Any]:
        entry = super().document(old)
        entry.setdefault("cards", [])
        given = turned(self.values.over(self, turned(_values(old))))
        for criterion in entry.get("criteria", ()):
            criterion["values"] = given.get(criterion["id"], {})
        return entry

    def validate(self, extra_validators: Any = None) -> bool:
        right = bool(super().validate(extra_validators))
        there = [row.id.data for row in self.cards.filled]
        for row in self.scales.filled:
            right = known(row.items, there, _("%(code)s is no card of this set.")) and right
            inverted = known(row.inverted, row.items.data or (), _("%(code)s is not one of the cards of this scale."))
            right = inverted and right
        return right


def _values(document: Mapping[str, Any]) -> dict[str, Any]:
    return {criterion["id"]: criterion.get("values") or {} for criterion in document.get("criteria") or ()}
