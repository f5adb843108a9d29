"""What do families ask, and what is good to know? Cards for the second page, as keyed data in `wording/cards`.

Plain words on what trust looks like, when it grows and what builds it; they name no child and no figure, and nothing
that was observed chooses one: a visitor does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from recorder.feedback.sheet import Card, Paragraph

_FOLDER = Path(__file__).parent / "wording" / "cards"


def languages() -> tuple[str, ...]:
    """The languages that there are cards in.

    >>> languages()
    ('ar', 'en', 'es', 'fr', 'vi', 'zh')
    """
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.json")))


def cards(language: str) -> dict[str, str]:
    """The titles of the cards in a language, by key; English where there are none.

    >>> cards("es")["later"]
    '¿Puede crecer más tarde?'
    """
    return {key: card["title"] for key, card in told(language)["cards"].items()}


def card(key: str, language: str) -> Card:
    """A card, in a language or, where there is none in it, in English. Raises KeyError for a card that is not there.

    >>> card("later", "en").paragraphs[0].text
    'Yes. It can grow at any age.'
    """
    known = told(language)
    found = known["cards"][key]
    paragraphs = [*map(Paragraph, found["text"]), Paragraph(found["try"], known["try"])]
    return Card(
        language=language if language in languages() else "en",
        title=f"{known['lead']}: {found['title']}",
        paragraphs=tuple(paragraphs),
    )


@cache
def told(language: str) -> Mapping[str, Any]:
    """All cards of a language, as the tablet keeps them; the English ones where there are none.

    >>> told("xx")["lead"]
    'Good to know'
    """
    name = language if language in languages() else "en"
    loaded: Mapping[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return loaded
