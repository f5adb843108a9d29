"""What did a tablet send, is it stored, and what was made of it?

`read` is the door: a body that cannot be read is refused whole, in one sentence. From there on nothing is refused:
`take` stores every event exactly once, in the log or in quarantine with the reason, and makes what follows from it
(the visit, sheets, ratings, figures, cells) in the same transaction. Nothing is acknowledged before COMMIT. What is in
quarantine is settled by `readmit`, which reads a log again, or `set_aside`.
"""

from recorder.ingest.amendments import amendments
from recorder.ingest.corrections import correct, corrections
from recorder.ingest.derived import observation, recompute, tape
from recorder.ingest.door import Delivery, Part, Unreadable, delivery, document, read, read_manifest
from recorder.ingest.manifest import acknowledged
from recorder.ingest.segments import strings
from recorder.ingest.settling import readmit, set_aside
from recorder.ingest.taking import OtherContent, take

__all__ = [
    "Delivery",
    "OtherContent",
    "Part",
    "Unreadable",
    "acknowledged",
    "amendments",
    "correct",
    "corrections",
    "delivery",
    "document",
    "observation",
    "read",
    "read_manifest",
    "readmit",
    "recompute",
    "set_aside",
    "strings",
    "take",
    "tape",
]
