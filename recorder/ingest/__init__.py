"""What did a tablet send, is it stored, and what was made of it?

`read` is the door: a body that cannot be read is refused whole, in one sentence. From there on nothing is refused:
`take` stores every event exactly once, in the log or in quarantine with the reason, and makes what follows from it
(the visit, sheets, ratings, figures, cells) in the same transaction. Nothing is acknowledged before COMMIT.
"""

from recorder.ingest.derived import observation, recompute, tape
from recorder.ingest.door import Delivery, Part, Unreadable, delivery, read
from recorder.ingest.segments import strings
from recorder.ingest.taking import OtherContent, take

__all__ = [
    "Delivery",
    "OtherContent",
    "Part",
    "Unreadable",
    "delivery",
    "observation",
    "read",
    "recompute",
    "strings",
    "take",
    "tape",
]
