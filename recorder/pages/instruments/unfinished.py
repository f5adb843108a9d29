"""What does a draft still lack before it can be published, and in which section of its form?

The library reads a whole document and stops at the first thing that is wrong. To find its section, the document is
built up section by section on a small one that is right: the section that brings the sentence is the one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from recorder.instruments import library

BLANK: Mapping[str, Mapping[str, Any]] = {
    "scheme": {"cues": [], "responses": []},
    "scale": {"low": 0, "high": 1, "items": [{"id": "_"}]},
    "qset": {"cards": [{"id": "_1"}, {"id": "_2"}], "distributions": [[1, 1]]},
    "questionnaire": {"low": 0, "high": 1, "questions": [{"id": "_"}]},
}
"""The smallest document of each kind that is one."""

SECTIONS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "scheme": {
        "cues": ("cues",),
        "responses": ("responses",),
        "others": ("markers", "states", "exclusive", "ignored"),
        "times": ("merge_ms", "min_latency_ms"),
        "fit": ("fit",),
    },
    "scale": {"numbers": ("low", "high", "note_low", "note_high"), "items": ("items",), "composites": ("composites",)},
    "qset": {
        "cards": ("cards",),
        "piles": ("distributions", "most_unseen", "after_visits"),
        "criteria": ("criteria",),
        "scales": ("scales",),
    },
    "questionnaire": {
        "answers": ("low", "high", "answers", "not_applicable"),
        "questions": ("questions",),
        "scales": ("scales",),
    },
}
"""The sections of each kind's form with the keys of the document that they show; all other keys are in "about"."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a document, in one sentence, and the section where it is to be put right."""

    section: str
    sentence: str


def fault(kind: str, document: Mapping[str, Any]) -> Fault | None:
    """What keeps a document of this kind from being published; None if nothing does.

    >>> fault("scale", {"low": 1, "high": 5, "items": [{"id": "a"}, {"id": "a"}]})
    Fault(section='items', sentence='The scale a is there twice.')
    """
    sentence = _refusal(document)
    if not sentence and kind == "scheme" and not (document["cues"] and document.get("responses")):
        return Fault("cues", _("A coding scheme needs at least one cue and one response."))
    if not sentence:
        return None
    keys = {section: SECTIONS[kind][section] for section in SECTIONS[kind]}
    shown = {key for some in keys.values() for key in some}
    built = {**BLANK[kind], **{key: value for key, value in document.items() if key not in shown}}
    if _refusal(built) == sentence:
        return Fault("about", sentence)
    for section, some in keys.items():
        for key in some:
            built.pop(key, None)
        built |= {key: document[key] for key in some if key in document}
        if _refusal(built) == sentence:
            return Fault(section, sentence)
    return Fault("about", sentence)


def _refusal(document: Mapping[str, Any]) -> str:
    try:
        library.read(document)
    except library.InvalidInstrument as error:
        return str(error)
    return ""
