"""What does a family see of the back-and-forth? The moments when the child called and they answered, as a picture.

Only answers that fit are drawn, and nothing from a rough moment or the minute after it; what stayed without an answer
is not there to be counted. Times are whole milliseconds.
"""

from __future__ import annotations

from recorder.charts.back_and_forth import BackAndForth, Turn, clock
from recorder.feedback.evidence import Evidence
from recorder.feedback.sheet import Paragraph, Picture
from recorder.feedback.words import fill, wording


def picture(evidence: Evidence, child: str, language: str) -> Picture | None:
    """The second page with the picture.

    Parameters: `evidence`, of the child that the page is about; `child`, its first name; `language`, of the page.
    Returns the page; None where no moment can be drawn. Raises KeyError for a language without wording.
    """
    words = wording(language)["picture"]
    answered = [pair for pair in evidence.open_pairs() if evidence.fits(pair)]
    if not answered:
        return None
    turns = tuple(Turn(pair.cue_ms, "", pair.distress, pair.response_ms) for pair in answered)
    times = ", ".join(clock(turn.cue_ms) for turn in turns)
    return Picture(
        title=words["title"],
        values=BackAndForth(evidence.duration_ms, turns, child, words["you"]),
        says=f"{fill(words['says'], child=child)} {times}",
        paragraphs=(Paragraph(fill(words["about"], child=child)),),
    )
