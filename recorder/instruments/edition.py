"""What does every instrument carry, whatever its kind?

A name and a version, a label and a remark for each language, under which licence it may be used and until when, whether
it is a validated measure, for which ages it is meant and how often. Ages are whole months, corrected for an early
birth, both ends inclusive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import date

Labels = Mapping[str, str]
"""A label for each language (`en`, `es`, ...)."""


@dataclass(frozen=True)
class Edition:
    """One version of an instrument.

    `remark` must stand wherever its results stand. `licence_until` is the last day of the licence, `age_from` and
    `age_to` the ages in months that it is for, `every_days` the interval in which it is due again; None is no limit
    and, for the interval, the programme's own. `hash` is the SHA-256 of its document's canonical JSON.
    """

    name: str
    version: int
    _: KW_ONLY
    label: Labels = field(default_factory=dict)
    remark: Labels = field(default_factory=dict)
    licence: str = ""
    licence_holder: str = ""
    licence_number: str = ""
    licence_until: date | None = None
    validated: bool = False
    age_from: int | None = None
    age_to: int | None = None
    every_days: int | None = None
    hash: str = ""

    @property
    def id(self) -> str:
        """Name and version, as files write them: `serve-and-return/1`."""
        return f"{self.name}/{self.version}"

    def fits_age(self, months: int) -> bool:
        """Whether the instrument is meant for a child of this age, in months.

        >>> toddlers = Edition("own", 1, age_from=12, age_to=48)
        >>> toddlers.fits_age(11), toddlers.fits_age(48), Edition("own", 2).fits_age(0)
        (False, True, True)
        """
        return (self.age_from is None or self.age_from <= months) and (self.age_to is None or months <= self.age_to)
