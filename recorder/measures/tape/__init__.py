"""What do the events of a log mean together?

A log's events are exact JSON strings `{"seq", "t", "kind", "code"?, "data"?}`: `t` is whole milliseconds since the
log's start. Nothing in a log is ever changed: an undo is a `void` event that names another by its seq, and a void can
itself be voided. `read` projects the strings to a `Tape`; `observation` makes the pure value that is measured;
`as_log` goes the other way. An event that cannot be understood is refused with a code and a sentence, and everything
else counts. `static/js/tape.js` is the tablet's half of the same contract.

`events` says what one event must carry, `reading` what all of them mean together, `clock` when that was, `observed`
turns a tape into an observation and back, `amended` adds what was corrected elsewhere.
"""

from recorder.measures.tape.amended import Conflict, Correction, amended, value
from recorder.measures.tape.clock import Clock, clock, wall_time
from recorder.measures.tape.events import KINDS, Refusal
from recorder.measures.tape.observed import as_log, observation
from recorder.measures.tape.reading import Ask, Tape, read

__all__ = [
    "KINDS",
    "Ask",
    "Clock",
    "Conflict",
    "Correction",
    "Refusal",
    "Tape",
    "amended",
    "as_log",
    "clock",
    "observation",
    "read",
    "value",
    "wall_time",
]
