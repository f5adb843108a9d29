"""Was responding even over the observation, or good in one minute and absent in the next?

Blocks are of 60 s; a cue belongs to the block of its onset. Evenness = 1 - SD_w / sqrt(p (1 - p)), with SD_w the
cue-weighted SD of the blocks' rates; 1 is perfectly even. It is noisy: below 20 codable cues or 3 blocks with one, or
when everything or nothing was answered, there is none, and it never triggers a sentence or a step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from recorder.measures.responsiveness import Pair

BLOCK_MS = 60_000
FEWEST_CUES = 20
FEWEST_BLOCKS = 3


@dataclass(frozen=True)
class Evenness:
    """`evenness` in ..1, and `dispersion`, X² / (blocks - 1), 1 by chance; with the cues and blocks they rest on."""

    evenness: float
    dispersion: float
    cues: int
    blocks: int


def evenness(pairs: Sequence[Pair]) -> Evenness | None:
    """The evenness of answering over blocks of a minute.

    Parameters: `pairs`, linked cues of one child; codable ones (answered or unanswered) in the rate are used. Returns
    None when there is too little to say.

    >>> cues = [Pair(t * 1000, ("VOC",), "answered", 5000, 5000, True, False) for t in range(0, 180, 15)]
    >>> cues += [Pair(t * 1000, ("VOC",), "unanswered", 5000, 5000, True, False) for t in range(7, 180, 15)]
    >>> evenness(cues).evenness, evenness(cues[:5])
    (1.0, None)
    """
    blocks: dict[int, list[bool]] = {}
    for pair in pairs:
        if pair.in_rate and pair.status in {"answered", "unanswered"}:
            blocks.setdefault(pair.cue_ms // BLOCK_MS, []).append(pair.status == "answered")
    cues = sum(map(len, blocks.values()))
    answered = sum(map(sum, blocks.values()))
    if cues < FEWEST_CUES or len(blocks) < FEWEST_BLOCKS or answered in {0, cues}:
        return None
    p = answered / cues
    spread = sum(len(block) * (sum(block) / len(block) - p) ** 2 for block in blocks.values())
    return Evenness(
        evenness=1 - sqrt(spread / cues) / sqrt(p * (1 - p)),
        dispersion=spread / (p * (1 - p)) / (len(blocks) - 1),
        cues=cues,
        blocks=len(blocks),
    )
