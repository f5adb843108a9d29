"""How many cues got an answer that fits?

An answer counts when its fit is at least one half (a scheme without fit values calls every answer fitting) and it is
no rough moment. Counts are of cues in the rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from recorder.instruments.scheme import Scheme

FITS = 0.5


@dataclass(frozen=True)
class Tally:
    """How many cues could be judged, and how many of them got an answer that fits."""

    fitting: int
    codable: int

    @property
    def share(self) -> float | None:
        """fitting / codable; None when nothing could be judged."""
        return self.fitting / self.codable if self.codable else None


def tally_of(pairs: Iterable[Mapping[str, Any]], scheme: Scheme) -> Tally:
    """The tally of an observation, from the pairs that its stored figures keep.

    >>> from recorder.instruments.library import builtin
    >>> answered = {"codes": ["VOC"], "status": "answered", "response": "TALK", "fit": 1.0}
    >>> tally_of([answered, {"codes": ["LOOK"], "status": "unanswered"}], builtin("serve-and-return"))
    Tally(fitting=1, codable=2)
    """
    counted = {cue.code for cue in scheme.cues if cue.in_rate}
    rough = {response.code for response in scheme.responses if response.rough}
    codable = [pair for pair in pairs if counted & set(pair["codes"]) and pair["status"] in {"answered", "unanswered"}]
    fitting = [
        pair
        for pair in codable
        if pair["status"] == "answered"
        and pair["response"] not in rough
        and (not scheme.fit or (pair["fit"] is not None and pair["fit"] >= FITS))
    ]
    return Tally(len(fitting), len(codable))
