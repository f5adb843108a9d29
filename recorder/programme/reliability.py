"""How alike do two observers of this programme rate one visit?

Read from the stored pairs of double-coded visits, practice left out: for each composite (or scale) of a scale set the
ICC(2,1) of the primary and the second observer, its interval, and the SD of the primary observers' scores. A pair
counts when its second observer held a certificate for the coding scheme on that day (as in `programme.agreement`), and
of the newest `MOST_PAIRS`, so that the question costs the same in a large programme. None is no pair at all; an ICC
that cannot be estimated, or that lies outside 0..1, tells nothing about change, and is kept as None with its n.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import stdev

from sqlalchemy import select

from recorder.db import db
from recorder.measures.icc import Interval, icc
from recorder.records.double_coding import PairAgreement, certificates

MOST_PAIRS = 500

Key = tuple[str, str]
"""A scale set with its version, and one of its composites or scales."""


@dataclass(frozen=True)
class Reliability:
    """The agreement of two observers over `n` double-coded visits, and the `sd` of scores that a change is held
    against; None where it cannot be estimated."""

    n: int
    icc: float | None
    interval: Interval | None
    sd: float | None


def reliability(programme_id: uuid.UUID) -> Mapping[Key, Reliability]:
    """The programme's own agreement on each composite and scale that two observers rated."""
    held = certificates(programme_id)
    query = (
        select(
            PairAgreement.second_account_id,
            PairAgreement.scheme,
            PairAgreement.local_date,
            PairAgreement.result["ratings"],
        )
        .where(PairAgreement.programme_id == programme_id, PairAgreement.visit_id.is_not(None))
        .order_by(PairAgreement.local_date.desc(), PairAgreement.key.desc())
        .limit(MOST_PAIRS)
    )
    pairs: dict[Key, list[tuple[float, float]]] = defaultdict(list)
    for second, scheme, day, ratings in db.session.execute(query):
        certified = any(on <= day <= until for on, until in held.get((second, scheme), ()))
        for name, both in ratings.items() if certified else ():
            if both["difference"] is not None:
                scale = name.removeprefix(f"{both['instrument']} ")
                pairs[both["instrument"], scale].append((both["a"], both["b"]))
    return {key: _of(some) for key, some in pairs.items()}


def _of(pairs: list[tuple[float, float]]) -> Reliability:
    found = icc(pairs)
    value = found.icc2.value
    sd = stdev(first for first, _ in pairs) if len(pairs) > 1 else None
    if found.why or value is None or not 0 <= value < 1 or not sd:
        return Reliability(len(pairs), None, None, sd)
    return Reliability(len(pairs), value, found.icc2.interval, sd)
