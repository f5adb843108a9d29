"""The page that the family sees on the tablet has the very words of the one that the server prints: the two are made
from the same approved words by two programs, and compared here."""

from __future__ import annotations

import json
import random
import subprocess
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import machine
from worked import proposed

from recorder.feedback.sheet import Visited, from_event
from recorder.feedback.words import LANGUAGES, Facts, compose, wording

READER = Path(__file__).parents[1] / "js" / "pages.js"
NAMES = ("Mia", "Inés", "Hiram", "Ian", "Iris", "{child}", "Åse 'n' $1", "  Lu ", "")
WORDS = {language: compose(proposed(), Facts("Mia", visitor="Ana"), language) for language in LANGUAGES}
IDEAS = ("", "  ", "Sing.", "Sing.\nDance.\r\n\n Jump ", "Sing.\u2028Dance.\x85Jump.")


def case(chance: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    """The data of a `sheet` event and what it says of the visit, as odd as they may come."""
    language = chance.choice(LANGUAGES)
    words = WORDS[language]
    steps = [words["step"], *words["more_steps"], None]

    def maybe(value: Any, otherwise: Any = None) -> Any:
        return value if chance.random() < 0.7 else otherwise

    day = date(2026, 1, 1) + timedelta(days=chance.randrange(400))
    show = {key: chance.random() < 0.6 for key in ("who", "telephone", "next_visit") if chance.random() < 0.8}
    data = {
        "language": language,
        "strengths": [
            *chance.sample(words["strengths"], chance.randint(0, 3)),
            {"key": "S10", "text": chance.choice(("  Own words. ", "{note}", "$& said"))},
        ],
        "shown": maybe(words["shown"]),
        "step": chance.choice(steps),
        "second_step": chance.choice([step and {"key": step["key"], "what": step["what"]} for step in steps]),
        "idea": chance.choice(IDEAS),
        "for_you": maybe(words["for_you"], " "),
        "contact": maybe({"name": "Family line", "phone": "555 0111"}),
        "next_visit": maybe({"visit": "1", "date": day.isoformat(), "time": maybe("10:00")}),
        "show": maybe(show, {}),
        "struck": ["You came close."],
        "draft": chance.random() < 0.2,
    }
    visited = {
        "child": chance.choice(NAMES[:-1]),
        "caregiver": chance.choice(NAMES),
        "visitor": chance.choice(NAMES),
        "telephone": maybe("555 0100", ""),
        "observed": chance.choice((0, 29_999, 89_999, 90_000, chance.randrange(2_000_000))),
        "day": maybe((day - timedelta(days=14)).isoformat()),
    }
    return data, visited


def as_server(data: dict[str, Any], visited: dict[str, Any]) -> str:
    known = {key: value for key, value in visited.items() if key not in {"observed", "day"}}
    day = date.fromisoformat(visited["day"]) if visited["day"] else None
    return from_event(data, Visited(observed_ms=visited["observed"], day=day, **known)).text()


def test_five_hundred_pages_read_alike_on_the_tablet_and_on_paper() -> None:
    chance = random.Random(4)
    cases = [case(chance) for _ in range(500)]
    sent = [{"data": data, "visited": visited, "wording": wording(data["language"])} for data, visited in cases]
    ran = subprocess.run(
        [machine.node(), READER], input=json.dumps(sent, default=dict), capture_output=True, text=True, check=True
    )
    for (data, visited), text in zip(cases, json.loads(ran.stdout), strict=True):
        assert text == as_server(data, visited), (data, visited)
